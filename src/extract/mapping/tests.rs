//! Every mechanism of the tables, each on a small table and a few lines of Terraform.

use super::super::sample;
use super::*;
use crate::model::{Date, Noun};
use crate::rule::resource::{Sheet, read};

/// The nouns of `config` by a table of these `rows`; references count as resolved.
fn made(rows: &str, config: &str) -> Estate {
    pass(rows, config, Pass::Direct).estate
}

fn pass(rows: &str, config: &str, pass: Pass) -> Part {
    let tables = Tables::of(vec![table(rows).expect("the table reads")]);
    let declarations = sample::resolved(&[("main.tf", config)]);
    let run = Run::new(&declarations);
    let mut all = Part::default();
    for declaration in &declarations {
        let part = nouns(&tables, &run, declaration, pass);
        all.used.extend(part.used);
        all.amendments.extend(part.amendments);
        super::super::absorb(&mut all.estate, part.estate);
    }
    all
}

fn table(rows: &str) -> Result<Sheet, crate::rule::PageError> {
    let text =
        format!("provider: p\ndocs: https://example.com/{{page}}\ntags: [tags]\nrows:\n{rows}");
    read("t.yml", "terraform", &text, &|noun, field| {
        let shape = Noun::of(noun).map_or(&[][..], Noun::shape);
        shape.iter().any(|(name, _, _)| *name == field)
    })
}

fn credential(source: &str, body: &str) -> Credential {
    let rows = format!("  - resource: x_y\n    credential: {{ kind: token, {source} }}\n");
    let estate = made(&rows, &format!("resource \"x_y\" \"a\" {{\n{body}\n}}\n"));
    estate.credentials.into_iter().next().expect("a credential")
}

fn known<T: Clone>(fact: &Fact<T>) -> T {
    match fact {
        Fact::Known(value, span) => {
            assert!(!span.is_empty());
            value.clone()
        }
        _ => panic!("not known"),
    }
}

#[test]
fn every_noun_has_its_origin() {
    let found = credential("of: owner", "owner = \"ci\"");
    assert_eq!(found.address, "x_y.a");
    assert_eq!(found.language.text(), "terraform");
    assert_eq!(found.resource.text(), "x_y");
    assert_eq!(found.provider.text(), "p");
    assert_eq!(found.kind.text(), "token");
    assert_eq!(found.name, Fact::Default("a".into()));
    assert_eq!(known(&found.of), "ci");
}

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
fn an_amendment_adds_to_the_noun_of_another_declaration() {
    let rows = "  - resource: x_y\n    credential: { kind: secret, name: name, rotated: { present: none } }\n  \
                - resource: x_r\n    credential: { amend: secret, rotated: true, rotation: { path: days, unit: days } }\n";
    let rotated = |secret: &str| {
        let config = format!(
            "resource \"x_y\" \"a\" {{\n name = \"n\"\n}}\nresource \"x_r\" \"b\" {{\n secret = {secret}\n days = 30\n}}\n"
        );
        let mut part = pass(rows, &config, Pass::Direct);
        amend(&mut part.estate, &part.amendments);
        assert_eq!(part.estate.credentials.len(), 1);
        part.estate.credentials[0].rotation.value().copied()
    };
    assert_eq!(rotated("x_y.a.id"), Some(30 * 86_400));
    assert_eq!(rotated("\"n\""), Some(30 * 86_400));
    assert_eq!(rotated("\"other\""), None);
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
fn one_noun_for_each_item() {
    let rows = "  - resource: x_y\n    grant: { each: block.members, to: \"@\", role: ^role, scope: project, resources: /top, ticket: { path: \"@self\" } }\n";
    let config = "resource \"x_y\" \"a\" {\n top = \"t\"\n block {\n  role = \"r1\"\n  members = [\"m1\", \"m2\"]\n }\n block {\n  role = \"r2\"\n  members = [\"m3\"]\n }\n}\n";
    let estate = made(rows, config);
    let found: Vec<(&str, &str, &str)> = estate
        .grants
        .iter()
        .map(|grant| (grant.to.text(), grant.role.text(), grant.ticket.text()))
        .collect();
    assert_eq!(
        found,
        [
            ("m1", "r1", "x_y.a"),
            ("m2", "r1", "x_y.a"),
            ("m3", "r2", "x_y.a")
        ]
    );
    assert!(
        estate
            .grants
            .iter()
            .all(|grant| grant.resources.contains("t"))
    );
    assert!(estate.grants[0].span != estate.grants[1].span);
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
fn conditions_choose_between_rows_and_nouns() {
    let rows = "  - resource: x_y\n    when: { type: [\"\", A] }\n    identity: { kind: first }\n  \
                - resource: x_y\n    when: { type: { not: [\"\", A] } }\n    identity: { kind: second, }\n    \
                setting: { when: { extra: { written: true } }, name: mfa, flag: true }\n";
    let kinds = |body: &str| {
        let estate = made(rows, &format!("resource \"x_y\" \"a\" {{\n{body}\n}}\n"));
        let kinds: Vec<String> = estate
            .identities
            .iter()
            .map(|i| i.kind.text().to_owned())
            .collect();
        (kinds, estate.settings.len())
    };
    assert_eq!(kinds(""), (vec!["first".to_owned()], 0));
    assert_eq!(kinds("type = \"A\""), (vec!["first".to_owned()], 0));
    assert_eq!(kinds("type = \"B\""), (vec!["second".to_owned()], 0));
    assert_eq!(
        kinds("type = \"B\"\nextra = 1"),
        (vec!["second".to_owned()], 1)
    );
    assert_eq!(kinds("type = var.x"), (vec![], 0));
}

#[test]
fn orphans_are_made_in_the_second_pass() {
    let rows = "  - resource: x_y\n    uses: [policy]\n    grant: { orphan: true, role: name }\n";
    let config = "resource \"x_y\" \"a\" {\n policy = x_z.b.json\n name = \"n\"\n}\n";
    let direct = pass(rows, config, Pass::Direct);
    assert_eq!(direct.used, ["x_z.b"]);
    assert!(direct.estate.grants.is_empty());
    let orphans = pass(rows, config, Pass::Orphans);
    assert_eq!(orphans.estate.grants.len(), 1);
    assert!(orphans.used.is_empty());
}

#[test]
fn tags_say_purpose_and_end() {
    let rows = "  - resource: x_y\n    identity: { kind: iam_user }\n";
    let config = "resource \"x_y\" \"a\" {\n tags = { Purpose = \"nightly export\", \"acme/review-after\" = \"31-May-26\", expires_on = \"\" }\n}\n";
    let estate = made(rows, config);
    let identity = &estate.identities[0];
    assert_eq!(known(&identity.purpose), "nightly export");
    assert_eq!(known(&identity.review_after), Date::constant(2026, 5, 31));
    assert_eq!(identity.expires, Fact::Absent);
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
fn mistakes_in_a_table_have_a_line() {
    for (rows, line, message) in [
        (
            "  - resource: x\n    identity: { knd: a }\n",
            6,
            "identity has no field `knd`",
        ),
        (
            "  - resource: x\n    identities: { kind: a }\n",
            6,
            "unknown key `identities` in a row",
        ),
        ("  - resource: x\n", 5, "the row of `x` makes nothing"),
        (
            "  - identity: { kind: a }\n",
            5,
            "a row names its `resource`",
        ),
        (
            "  - resource: x\n    credential: { kind: a, of: { pth: b } }\n",
            6,
            "unknown key `pth` in a source",
        ),
        (
            "  - resource: x\n    credential: { kind: a,\n      of: \"a b\" }\n",
            7,
            "`a b` is no attribute path",
        ),
        (
            "  - resource: x\n    credential: { lifetime: { path: a, unit: fortnights } }\n",
            6,
            "a unit is seconds, minutes, hours, days or months",
        ),
    ] {
        let error = table(rows).expect_err(rows);
        assert_eq!((error.line, error.message.as_str()), (line, message));
    }
}

#[test]
fn a_pattern_means_many_types_but_its_exceptions() {
    let rows = "  - resource: \"x_*\"\n    except: [\"x_not_*\"]\n    identity: { kind: user }\n  \
                - resource: x_y\n    setting: { name: mfa, flag: true }\n";
    let block = |kind: &str| format!("resource \"{kind}\" \"a\" {{\n}}\n");
    let estate = made(
        rows,
        &["x_y", "x_z", "x_not_this", "other"].map(block).concat(),
    );
    let found: Vec<&str> = estate
        .identities
        .iter()
        .map(|i| i.address.as_str())
        .collect();
    assert_eq!(found, ["x_y.a", "x_z.a"]);
    assert_eq!(estate.settings.len(), 1);
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
