//! What a template of Azure stands for once its expressions are followed.

use super::*;
use crate::format::{Entry, Expr, Node, Value, parse_expression};
use crate::source::{BlobId, Span};

fn at(start: usize, end: usize) -> Span {
    Span::new(BlobId(0), start, end)
}

fn map(entries: Vec<(&str, Node)>) -> Node {
    let entry = |(key, value): (&str, Node)| Entry {
        key: key.into(),
        key_span: at(0, 1),
        value,
    };
    Node::new(
        at(0, 1),
        Value::Map(entries.into_iter().map(entry).collect()),
    )
}

fn text(text: &str) -> Node {
    Node::string(at(0, 1), text)
}

fn expression(text: &str) -> Node {
    parse_expression(text, at(0, 1)).expect("an expression")
}

fn declaration(kind: &str, name: &str, span: Span, body: Node) -> Declaration {
    Declaration {
        language: "arm",
        kind: kind.into(),
        name: name.into(),
        address: match kind {
            "template" => "a.json".into(),
            _ => format_compact!("a.json#{kind}/{name}"),
        },
        body: body.into(),
        span,
        head: span,
        scope: crate::format::Scope::default(),
    }
}

/// A template with parameters, variables, a server and a resource that holds `value`.
fn followed(value: Node) -> Node {
    let parameter = |default: Option<Node>| match default {
        Some(default) => map(vec![("defaultValue", default)]),
        None => map(vec![("type", text("string"))]),
    };
    let template = map(vec![
        (
            "$schema",
            text("https://x/subscriptionDeploymentTemplate.json#"),
        ),
        (
            "parameters",
            map(vec![
                ("stage", parameter(Some(text("prod")))),
                ("secret", parameter(None)),
            ]),
        ),
        (
            "variables",
            map(vec![
                ("server", expression("concat('sql-', parameters('stage'))")),
                ("all", map(vec![("days", text("30"))])),
                ("loop", expression("variables('loop')")),
            ]),
        ),
    ]);
    let server = map(vec![("name", expression("variables('server')"))]);
    let mut declarations = vec![
        declaration("template", "a.json", at(0, 90), template),
        declaration(
            "Microsoft.Sql/servers",
            "[variables('server')]",
            at(10, 20),
            server,
        ),
        declaration("Microsoft.X/y", "y", at(30, 40), map(vec![("p", value)])),
    ];
    evaluate(&mut declarations);
    declarations[2].body.get("p").expect("the property").clone()
}

fn is_unknown(node: &Node) -> bool {
    matches!(&node.value, Value::Expr(expr) if matches!(**expr, Expr::Unknown(_)))
}

#[test]
fn names_are_followed() {
    let said = |text: &str| followed(expression(text)).scalar();
    assert_eq!(said("parameters('stage')").as_deref(), Some("prod"));
    assert_eq!(said("variables('server')").as_deref(), Some("sql-prod"));
    assert_eq!(said("variables('all').days").as_deref(), Some("30"));
    assert_eq!(
        said("format('{0}/{1}', 'a', parameters('stage'))").as_deref(),
        Some("a/prod")
    );
    assert_eq!(
        said("if(equals(parameters('stage'), 'prod'), 'x', 'y')").as_deref(),
        Some("x")
    );
    assert_eq!(
        said("toUpper(parameters('stage'))").as_deref(),
        Some("PROD")
    );
    assert!(is_unknown(&followed(expression("parameters('secret')"))));
    assert!(is_unknown(&followed(expression("parameters('nobody')"))));
    assert!(is_unknown(&followed(expression("uniqueString('x')"))));
    assert!(is_unknown(&followed(expression("variables('loop')"))));
}

#[test]
fn resources_are_known_by_address() {
    let address = |text: &str| match followed(expression(text)).value {
        Value::Expr(expr) => match *expr {
            Expr::Symbol { address, attribute } => format!("{address} {attribute}"),
            other => format!("{other:?}"),
        },
        other => format!("{other:?}"),
    };
    assert_eq!(
        address("resourceId('Microsoft.Sql/servers', variables('server'))"),
        "a.json#Microsoft.Sql/servers/sql-prod id"
    );
    assert_eq!(
        address(
            "reference(resourceId('microsoft.sql/servers', 'sql-prod'), '2023', 'Full').identity.principalId"
        ),
        "a.json#Microsoft.Sql/servers/sql-prod identity.principalId"
    );
    assert_eq!(address("subscription().id"), "azure.subscription id");
    let role = followed(expression(
        "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b2')",
    ));
    assert_eq!(
        role.as_str(),
        Some("/providers/Microsoft.Authorization/roleDefinitions/b2")
    );
}

#[test]
fn choices_stay_open_unless_the_test_is_known() {
    let choice = followed(expression("if(parameters('secret'), 'a', 'b')"));
    assert!(
        matches!(&choice.value, Value::Expr(expr) if matches!(**expr, Expr::Conditional { .. }))
    );
    let union = followed(expression(
        "union(createObject('a', 'b'), parameters('secret'))",
    ));
    assert_eq!(union.get("a").and_then(Node::as_str), Some("b"));
    assert!(
        union
            .entry("c")
            .is_some_and(|entry| entry.key == Entry::OPEN)
    );
}

#[test]
fn resources_are_shown_their_children_and_where_they_are_deployed() {
    let template = map(vec![(
        "$schema",
        text("https://x/subscriptionDeploymentTemplate.json#"),
    )]);
    let child = |name: &str| map(vec![("name", text(name)), ("properties", map(vec![]))]);
    let mut declarations = vec![
        declaration("template", "a.json", at(0, 90), template),
        declaration("Microsoft.Sql/servers", "s", at(10, 30), child("s")),
        declaration(
            "Microsoft.Sql/servers/administrators",
            "ad",
            at(12, 20),
            child("ad"),
        ),
        declaration(
            "Microsoft.Sql/servers/keys",
            "s/k",
            at(40, 50),
            child("s/k"),
        ),
        declaration(
            "Microsoft.Sql/servers/keys",
            "t/k",
            at(50, 60),
            child("t/k"),
        ),
        declaration(
            "Microsoft.Authorization/roleAssignments",
            "r",
            at(60, 70),
            child("r"),
        ),
    ];
    evaluate(&mut declarations);
    let below = declarations[1].body.get("resources").expect("children");
    let kinds: Vec<(&str, usize)> = below
        .entries()
        .iter()
        .map(|entry| (entry.key.as_str(), entry.value.one_or_many().len()))
        .collect();
    assert_eq!(kinds, [("administrators", 1), ("keys", 1)]);
    let scope = declarations[5].body.get("scope").and_then(Node::as_str);
    assert_eq!(scope, Some("subscription"));
}

#[test]
fn what_is_made_from_bicep_counts_once() {
    let generated = map(vec![(
        "metadata",
        map(vec![("_generator", map(vec![("name", text("bicep"))]))]),
    )]);
    let source = Declaration {
        language: "bicep",
        address: "main.bicep".into(),
        ..declaration("template", "main.bicep", at(0, 1), map(vec![]))
    };
    let made = declaration("template", "a.json", at(0, 90), generated);
    let vault = declaration("Microsoft.KeyVault/vaults", "v", at(1, 9), map(vec![]));
    let mut declarations = vec![made.clone(), vault.clone(), source];
    evaluate(&mut declarations);
    assert_eq!(declarations.len(), 1);
    let mut alone = vec![made, vault];
    evaluate(&mut alone);
    assert_eq!(alone.len(), 2, "without its source it is all there is");
}

#[test]
fn a_module_gets_what_it_is_given() {
    let place = at(0, 1);
    let bicep = |kind: &str, address: &str, body: Node| Declaration {
        language: "bicep",
        kind: kind.into(),
        name: "it".into(),
        address: address.into(),
        body: body.into(),
        span: place,
        head: place,
        scope: crate::format::Scope::default(),
    };
    let module = |symbol: &str, source: &str, given: Node| {
        let body = map(vec![
            ("@source", text(source)),
            ("params", map(vec![("role", given)])),
        ]);
        bicep("module", &format!("main.bicep#{symbol}"), body)
    };
    let role = |modules: Vec<Declaration>| {
        let mut all = modules;
        all.push(bicep("template", "main.bicep", map(vec![])));
        let parameter = Node::new(
            place,
            Value::Block(Box::new(crate::format::Block {
                labels: vec![("role".into(), place)],
                head: place,
                body: Vec::new(),
            })),
        );
        all.push(bicep(
            "template",
            "inner.bicep",
            map(vec![("param", parameter)]),
        ));
        let body = map(vec![("role", expression("role"))]);
        all.push(bicep("Microsoft.X/y", "inner.bicep#a", body));
        evaluate(&mut all);
        all.last().and_then(|it| it.body.get("role")).cloned()
    };
    let found = role(vec![module("a", "./inner.bicep", text("Owner"))]).expect("a role");
    assert_eq!(found.as_str(), Some("Owner"));
    let twice = vec![
        module("a", "inner.bicep", text("Owner")),
        module("b", "inner.bicep", text("Reader")),
    ];
    assert!(role(twice).expect("a role").as_str().is_none());
    let circle = vec![module("a", "main.bicep", text("Owner"))];
    assert!(role(circle).expect("a role").is_open());
}
