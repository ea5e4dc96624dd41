//! Every mechanism of the tables, each on a small table and a few lines of Terraform.

mod field;

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
