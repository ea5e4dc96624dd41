//! What a template stands for once its parameters and references are followed.

use super::*;
use crate::format::Expr;
use crate::source::{BlobId, Span};

fn at() -> Span {
    Span::new(BlobId(0), 1, 2)
}

fn map(entries: &[(&str, Node)]) -> Node {
    let entry = |(key, value): &(&str, Node)| Entry {
        key: (*key).into(),
        key_span: at(),
        value: value.clone(),
    };
    Node::new(at(), Value::Map(entries.iter().map(entry).collect()))
}

fn text(text: &str) -> Node {
    Node::string(at(), text)
}

fn list(items: &[Node]) -> Node {
    Node::new(at(), Value::List(items.to_vec().into()))
}

fn call(name: &str, argument: Node) -> Node {
    Node::new(
        at(),
        Value::expr(Expr::Call {
            name: name.into(),
            args: vec![argument],
        }),
    )
}

fn declaration(kind: &str, name: &str, address: &str, body: Node) -> Declaration {
    Declaration {
        language: "cloudformation",
        kind: kind.into(),
        name: name.into(),
        address: address.into(),
        body: body.into(),
        span: at(),
        head: at(),
        scope: crate::format::Scope::default(),
    }
}

/// What a property comes to in a template with two parameters, a mapping and a role.
fn followed(property: Node) -> Node {
    let template = map(&[
        (
            "Parameters",
            map(&[
                (
                    "Stage",
                    map(&[("Type", text("String")), ("Default", text("prod"))]),
                ),
                ("Secret", map(&[("Type", text("String"))])),
                (
                    "Accounts",
                    map(&[
                        ("Type", text("CommaDelimitedList")),
                        ("Default", text("1, 2")),
                    ]),
                ),
            ]),
        ),
        (
            "Mappings",
            map(&[(
                "Sizes",
                map(&[
                    ("prod", map(&[("Days", text("30"))])),
                    ("test", map(&[("Days", text("7"))])),
                ]),
            )]),
        ),
    ]);
    let mut declarations = vec![
        declaration("template", "a.yaml", "a.yaml", template),
        declaration("AWS::IAM::Role", "Role", "a.yaml#Role", map(&[])),
        declaration("X::Y::Z", "It", "a.yaml#It", map(&[("P", property)])),
    ];
    evaluate(&mut declarations);
    declarations[2].body.get("P").expect("the property").clone()
}

fn symbol(address: &str, attribute: &str) -> Value {
    Value::expr(Expr::Symbol {
        address: address.into(),
        attribute: attribute.into(),
    })
}

fn is_unknown(node: &Node) -> bool {
    matches!(&node.value, Value::Expr(expr) if matches!(**expr, Expr::Unknown(_)))
}

#[test]
fn references_lead_to_defaults_and_addresses() {
    assert_eq!(followed(call("!Ref", text("Stage"))).as_str(), Some("prod"));
    assert_eq!(
        followed(map(&[("Ref", text("Stage"))])).as_str(),
        Some("prod")
    );
    assert!(is_unknown(&followed(call("!Ref", text("Secret")))));
    assert!(is_unknown(&followed(call("!Ref", text("Nobody")))));
    assert_eq!(
        followed(call("!Ref", text("Role"))).value,
        symbol("a.yaml#Role", "")
    );
    assert_eq!(
        followed(call("!GetAtt", text("Role.Arn"))).value,
        symbol("a.yaml#Role", "Arn")
    );
    assert_eq!(
        followed(map(&[("Fn::GetAtt", list(&[text("Role"), text("Arn")]))])).value,
        symbol("a.yaml#Role", "Arn")
    );
    assert_eq!(
        followed(call("!Ref", text("AWS::NoValue"))).value,
        Value::Null
    );
    assert_eq!(
        followed(call("!Ref", text("AWS::AccountId"))).value,
        symbol("AWS.AccountId", "")
    );
    let accounts = followed(call("!Ref", text("Accounts")));
    assert_eq!(accounts.as_list().map(<[Node]>::len), Some(2));
}

#[test]
fn texts_are_put_together() {
    let whole = call("!Sub", text("arn:${AWS::Partition}:s3:::${Stage}-${!kept}"));
    assert_eq!(followed(whole).as_str(), Some("arn:aws:s3:::prod-${kept}"));
    let own = list(&[
        text("${Name}-x"),
        map(&[("Name", call("!Ref", text("Stage")))]),
    ]);
    assert_eq!(followed(call("!Sub", own)).as_str(), Some("prod-x"));
    let parts = list(&[text("/"), list(&[text("a"), call("!Ref", text("Stage"))])]);
    assert_eq!(followed(call("!Join", parts)).as_str(), Some("a/prod"));
    let holes = followed(call("!Sub", text("${Role.Arn}/*")));
    let Value::Expr(expr) = &holes.value else {
        panic!("{holes:?}")
    };
    assert!(
        matches!(&**expr, Expr::Template(parts) if parts[1].value == symbol("a.yaml#Role", "Arn"))
    );
}

#[test]
fn choices_stay_open_unless_both_sides_agree() {
    let choice = followed(call("!If", list(&[text("IsProd"), text("a"), text("b")])));
    assert!(choice.is_open());
    let known = list(&[text("Sizes"), call("!Ref", text("Stage")), text("Days")]);
    assert_eq!(followed(call("!FindInMap", known)).as_str(), Some("30"));
    let either = list(&[text("Sizes"), call("!Ref", text("Secret")), text("Days")]);
    let either = followed(call("!FindInMap", either));
    assert!(
        matches!(&either.value, Value::Expr(expr) if matches!(&**expr, Expr::Candidates(all) if all.len() == 2))
    );
    assert!(is_unknown(&followed(call("!ImportValue", text("x")))));
    let items = call("!Split", list(&[text(","), text("a,b")]));
    assert_eq!(
        followed(call("!Select", list(&[text("1"), items]))).as_str(),
        Some("b")
    );
}

#[test]
fn a_macro_beside_other_keys_may_add_more() {
    let body = followed(map(&[("Fn::Transform", text("x")), ("A", text("b"))]));
    assert!(
        body.entry("anything")
            .is_some_and(|entry| entry.key == Entry::OPEN)
    );
    assert_eq!(body.get("A").and_then(Node::as_str), Some("b"));
}

#[test]
fn globals_complete_what_a_function_leaves_out() {
    let globals = map(&[(
        "Globals",
        map(&[(
            "Function",
            map(&[("Role", text("r")), ("Timeout", text("3"))]),
        )]),
    )]);
    let mut declarations = vec![
        declaration("template", "a.yaml", "a.yaml", globals),
        declaration(
            "AWS::Serverless::Function",
            "F",
            "a.yaml#F",
            map(&[("Role", text("own"))]),
        ),
    ];
    evaluate(&mut declarations);
    let body = &declarations[1].body;
    assert_eq!(body.get("Role").and_then(Node::as_str), Some("own"));
    assert_eq!(body.get("Timeout").and_then(Node::as_str), Some("3"));
}

fn template(address: &str, parts: &[(&str, Node)]) -> Declaration {
    declaration("template", "", address, map(parts))
}

/// A role whose policy is a parameter, in a template that stacks with these parameters deploy.
fn nested(stacks: &[Node]) -> (Node, Node) {
    let parameters = map(&[("Policy", map(&[("Type", text("String"))]))]);
    let outputs = map(&[("Role", map(&[("Value", call("!GetAtt", text("R.Arn")))]))]);
    let mut all = vec![
        template("parent.yaml", &[]),
        template(
            "child.yaml",
            &[("Parameters", parameters), ("Outputs", outputs)],
        ),
        declaration(
            "AWS::IAM::Role",
            "R",
            "child.yaml#R",
            map(&[("Policy", call("!Ref", text("Policy")))]),
        ),
    ];
    for (index, given) in stacks.iter().enumerate() {
        let name = format!("S{index}");
        let body = map(&[
            ("TemplateURL", text("./child.yaml")),
            ("Parameters", given.clone()),
        ]);
        let address = format!("parent.yaml#{name}");
        all.push(declaration(
            "AWS::CloudFormation::Stack",
            &name,
            &address,
            body,
        ));
    }
    all.push(declaration(
        "AWS::Lambda::Function",
        "F",
        "parent.yaml#F",
        map(&[("Role", call("!GetAtt", text("S0.Outputs.Role")))]),
    ));
    evaluate(&mut all);
    let role = all[2].body.get("Policy").cloned().expect("a policy");
    let last = all.last().and_then(|it| it.body.get("Role")).cloned();
    (role, last.expect("a role"))
}

#[test]
fn a_nested_template_gets_what_its_stacks_give_it() {
    let given = |policy: &str| map(&[("Policy", text(policy))]);
    let (policy, role) = nested(&[given("a")]);
    assert_eq!(policy.as_str(), Some("a"));
    let symbol = Value::expr(Expr::Symbol {
        address: "child.yaml#R".into(),
        attribute: "Arn".into(),
    });
    assert_eq!(role.value, symbol);
    let (policy, _) = nested(&[given("a"), given("b")]);
    assert_eq!(
        policy.value,
        Value::expr(Expr::Candidates(vec![text("a"), text("b")]))
    );
    let (policy, _) = nested(&[given("a"), map(&[])]);
    assert!(policy.as_str().is_none());
}

#[test]
fn stacks_that_deploy_one_another_end() {
    let stack = |from: &str, to: &str| {
        declaration(
            "AWS::CloudFormation::Stack",
            "S",
            &format!("{from}#S"),
            map(&[
                ("TemplateURL", text(to)),
                (
                    "Parameters",
                    map(&[("P", call("!GetAtt", text("S.Outputs.P")))]),
                ),
            ]),
        )
    };
    let parts = |address: &str| {
        let parameters = map(&[("P", map(&[("Type", text("String"))]))]);
        let outputs = map(&[("P", map(&[("Value", call("!GetAtt", text("S.Outputs.P")))]))]);
        template(address, &[("Parameters", parameters), ("Outputs", outputs)])
    };
    let mut all = vec![
        parts("a.yaml"),
        parts("b.yaml"),
        stack("a.yaml", "b.yaml"),
        stack("b.yaml", "a.yaml"),
    ];
    evaluate(&mut all);
    assert_eq!(all.len(), 4);
}
