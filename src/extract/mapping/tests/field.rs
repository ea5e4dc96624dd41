//! What a field is filled with.

use super::*;

#[test]
fn the_first_written_alternative_wins() {
    let source = "of: [first, b.c, { path: third }]";
    let of = |body: &str| credential(source, body).of;
    assert_eq!(known(&of("first = \"1\"\nthird = \"3\"")), "1");
    assert_eq!(
        known(&of("first = \"\"\nb {\n c = \"2\"\n}\nthird = \"3\"")),
        "2"
    );
    assert_eq!(known(&of("first = null\nthird = \"3\"")), "3");
    assert_eq!(of(""), Fact::Absent);
    assert!(of("first = var.x\nthird = \"3\"").is_unknown());
}

#[test]
fn defaults_are_what_the_provider_applies() {
    let source = "lifetime: { path: ttl, unit: hours, default: 730d }";
    assert_eq!(credential(source, "").lifetime, Fact::Default(730 * 86_400));
    assert_eq!(known(&credential(source, "ttl = 2").lifetime), 7_200);
    assert_eq!(known(&credential(source, "ttl = \"90m\"").lifetime), 5_400);
    let flag = "enabled: { path: locked, default: false, not: true }";
    assert_eq!(credential(flag, "").enabled, Fact::Default(true));
    assert!(!known(&credential(flag, "locked = true").enabled));
}

#[test]
fn written_values_become_the_models_words() {
    let source =
        "enabled: { path: status, values: { Active: true, \"In*\": false }, default: Active }";
    assert_eq!(credential(source, "").enabled, Fact::Default(true));
    assert!(!known(&credential(source, "status = \"Inactive\"").enabled));
    assert!(
        credential(source, "status = \"Other\"")
            .enabled
            .is_unknown()
    );
    let none = "lifetime: { path: ttl, none: [\"0\"] }";
    assert_eq!(credential(none, "ttl = 0").lifetime, Fact::Absent);
}

#[test]
fn a_day_given_by_a_length_is_not_known_but_its_length_is() {
    let source = "expires: [end, { after: end_relative }]";
    let relative = credential(source, "end_relative = \"8760h\"");
    assert!(relative.expires.is_unknown());
    assert_eq!(known(&relative.lifetime), 8_760 * 3_600);
    let written = credential(source, "end = \"2027-01-31T00:00:00Z\"");
    assert_eq!(known(&written.expires), Date::constant(2027, 1, 31));
    assert!(written.lifetime.is_absent());
    assert_eq!(
        credential(source, "end = \"9999-12-31\"").expires,
        Fact::Absent
    );
    assert!(
        credential(source, "end = \"some day\"")
            .expires
            .is_unknown()
    );
    assert_eq!(credential(source, "").expires, Fact::Absent);
}

#[test]
fn an_applied_lifetime_counts_only_where_no_end_is_written() {
    let source = "expires: [end, { after: end_relative }], lifetime: { default: 730d }";
    let applied = credential(source, "");
    assert_eq!(applied.lifetime, Fact::Default(730 * 86_400));
    assert!(applied.expires.is_unknown());
    assert!(
        credential(source, "end = \"2027-01-31\"")
            .lifetime
            .is_absent()
    );
    assert!(credential(source, "end = var.end").lifetime.is_absent());
    let relative = credential(source, "end_relative = \"24h\"");
    assert_eq!(known(&relative.lifetime), 86_400);
}

#[test]
fn a_key_may_be_the_value() {
    let source = "level: { path: role, index: true }";
    let found = credential(
        source,
        "role = data.x_z.graph.app_roles[\"Directory.Read.All\"]",
    );
    assert_eq!(known(&found.level), "Directory.Read.All");
    assert!(
        credential(source, "role = data.x_z.graph.id")
            .level
            .is_unknown()
    );
}

#[test]
fn a_default_is_the_models_word_or_a_written_one() {
    let named =
        "level: { path: read_only, values: { \"true\": read, \"*\": write }, default: \"true\" }";
    assert_eq!(credential(named, "").level, Fact::Default("read".into()));
    let word =
        "level: { path: read_only, values: { \"true\": read, \"*\": write }, default: admin }";
    assert_eq!(credential(word, "").level, Fact::Default("admin".into()));
}

#[test]
fn parts_of_a_text_can_be_the_value() {
    let last = credential(
        "name: { path: arn, last: / }",
        "arn = \"arn:aws:iam::aws:policy/x/Admin\"",
    );
    assert_eq!(known(&last.name), "Admin");
    let prefix = credential(
        "scopes: { path: repo, prefix: \"repo:\" }",
        "repo = \"a/b\"",
    );
    assert!(prefix.scopes.contains("repo:a/b"));
    let keys = credential("scopes: { keys: map }", "map = { one = 1 }");
    assert!(keys.scopes.contains("one"));
}

#[test]
fn presence_is_a_flag() {
    let source = "rotated: { present: rotation }";
    assert!(known(&credential(source, "rotation {\n}").rotated));
    assert!(known(&credential(source, "rotation = [1]").rotated));
    assert_eq!(
        credential(source, "rotation = []").rotated,
        Fact::Default(false)
    );
    assert_eq!(credential(source, "").rotated, Fact::Default(false));
}

#[test]
fn sets_know_whether_they_are_complete() {
    let texts = |body: &str| {
        let set = credential("scopes: [scopes, blocks.scope]", body).scopes;
        let texts: Vec<String> = set.texts().map(str::to_owned).collect();
        (texts, set.complete)
    };
    assert_eq!(
        texts("scopes = [\"a\", \"b\"]"),
        (vec!["a".into(), "b".into()], true)
    );
    assert_eq!(texts("scopes = [\"a\", var.b]"), (vec!["a".into()], false));
    assert_eq!(texts("scopes = var.b"), (vec![], false));
    assert_eq!(
        texts("blocks {\n scope = [\"a\"]\n}\nblocks {\n scope = \"b\"\n}"),
        (vec!["a".into(), "b".into()], true)
    );
    assert_eq!(texts(""), (vec![], true));
}

#[test]
fn references_are_addresses_where_they_can_be_tied() {
    let found = credential(
        "of: owner, level: { path: level }",
        "owner = x_z.b.id\nlevel = x_z.b.level",
    );
    assert_eq!(known(&found.of), "x_z.b");
    assert!(found.level.is_unknown());
    let stripped = credential(
        "of: { path: member, strip: [\"serviceAccount:\"] }",
        "member = \"serviceAccount:${x_z.b.email}\"",
    );
    assert_eq!(known(&stripped.of), "x_z.b");
    let partial = credential("of: arn", "arn = \"arn:aws:iam::${var.account}:role/ci\"");
    assert_eq!(known(&partial.of), "arn:aws:iam::${}:role/ci");
}

#[test]
fn a_reference_is_followed_where_the_table_says_so() {
    let config = "resource \"x_y\" \"a\" {\n profile = x_z.b.name\n}\nresource \"x_z\" \"b\" {\n role = x_r.c.name\n}\n";
    let rows =
        "  - resource: x_y\n    usage: { kind: instance, of: { path: profile, follow: [role] } }\n";
    assert_eq!(known(&made(rows, config).usages[0].of), "x_r.c");
}

#[test]
fn keys_of_a_map_can_be_read() {
    let rows = "  - resource: x_y\n    setting: { each: grants.*, name: token_lifetime, text: \"@key\" }\n";
    let estate = made(
        rows,
        "resource \"x_y\" \"a\" {\n grants = { one = 1, two = 2 }\n}\n",
    );
    let found: Vec<&str> = estate
        .settings
        .iter()
        .map(|setting| setting.text.text())
        .collect();
    assert_eq!(found, ["one", "two"]);
    assert_eq!(estate.settings[0].of.text(), "x_y.a");
}

#[test]
fn what_lies_below_the_unknown_is_unknown() {
    let rotation = credential(
        "rotation: { path: rules.days, unit: days }",
        "rules = var.rules",
    );
    assert!(rotation.rotation.is_unknown());
    let absent = credential("rotation: { path: rules.days, unit: days }", "rules {\n}");
    assert!(absent.rotation.is_absent());
}

#[test]
fn what_may_be_written_is_neither_absent_nor_present() {
    use crate::format::{Entry, Node};
    let rows = "  - resource: x_y\n    credential: { kind: token, expires: end, scopes: scopes, rotated: { present: rotation } }\n    \
                setting: { when: { rotation: { written: false } }, name: mfa, flag: true }\n    \
                grant: { each: block, to: name }\n";
    let tables = Tables::of(vec![table(rows).expect("the table reads")]);
    let mut declarations = sample::resolved(&[(
        "main.tf",
        "resource \"x_y\" \"a\" {\n scopes = [\"s\"]\n}\n",
    )]);
    let Value::Block(body) = &mut declarations[0].body_mut().value else {
        panic!("a block");
    };
    let span = body.head;
    body.body.push(Entry {
        key: Entry::OPEN.into(),
        key_span: span,
        value: Node::unknown(span, "more"),
    });
    let run = Run::new(&declarations);
    let estate = nouns(&tables, &run, &declarations[0], Pass::Direct).estate;
    let credential = &estate.credentials[0];
    assert!(credential.expires.is_unknown());
    assert!(credential.rotated.is_unknown());
    assert!(credential.scopes.contains("s") && !credential.scopes.complete);
    assert!(estate.settings.is_empty());
    assert!(estate.grants.is_empty());
}
