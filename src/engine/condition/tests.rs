//! What conditions mean, asked of one small estate.

use super::*;
use crate::model::{Credential, Fact, Grant, Id, Identity, Setting, Usage};
use crate::source::Span;

fn text(text: &str) -> Fact<compact_str::CompactString> {
    Fact::Known(text.into(), Span::default())
}

fn day(text: &str) -> Fact<Date> {
    Fact::Known(text.parse().unwrap(), Span::default())
}

/// Identity `ci` with two credentials, a grant whose actions are partly known, and one usage; another credential of nobody.
fn estate() -> Estate {
    let mut actions = crate::model::Set {
        complete: false,
        ..Default::default()
    };
    actions.push("s3:Get*", Span::default());
    let mut estate = Estate::default();
    estate.identities.extend([Identity {
        kind: Fact::given("iam_user"),
        name: text("ci"),
        owner: Fact::Unknown(None),
        human: Fact::Default(false),
        ..Identity::default()
    }]);
    estate.credentials.extend([
        Credential {
            kind: Fact::given("access_key"),
            expires: day("2026-03-01"),
            lifetime: Fact::Known(90 * 86_400, Span::default()),
            ..Credential::default()
        },
        Credential {
            kind: Fact::given("token"),
            expires: Fact::Unknown(None),
            ..Credential::default()
        },
        Credential::default(),
    ]);
    estate.grants.extend([Grant {
        level: text("admin"),
        actions,
        ..Grant::default()
    }]);
    estate.usages.extend([Usage {
        gated: Fact::Unknown(None),
        ..Usage::default()
    }]);
    estate.settings.extend([Setting::default()]);
    estate
        .credential_of
        .extend([Link::To(Id(0)), Link::To(Id(0)), Link::Dangling]);
    estate.grant_of.extend([Link::To(Id(0))]);
    estate.usage_of.extend([Link::To(Id(0))]);
    estate.index();
    estate
}

fn ask(noun: Noun, index: u32, condition: &str) -> Truth {
    let estate = estate();
    let subject = Subject {
        noun,
        id: Id(index),
    };
    let limits = |name: &str| match name {
        "token" | "access_key" => Some(30 * 86_400),
        _ => None,
    };
    let now = "2026-02-10".parse().unwrap();
    let scope = Scope::new(&estate, subject, now, &limits);
    Condition::compile(condition, noun, Expressions::AtOnce)
        .unwrap_or_else(|mistake| panic!("{condition}: {}", mistake.message))
        .holds(&scope)
        .unwrap()
}

#[track_caller]
fn all(noun: Noun, index: u32, table: &[(&str, Truth)]) {
    for (condition, expected) in table {
        assert_eq!(ask(noun, index, condition), *expected, "{condition}");
    }
}

use Truth::{False, True, Unknown};

#[test]
fn unknown_is_neither_so_nor_missing() {
    all(
        Noun::Identity,
        0,
        &[
            ("absent(identity.owner)", Unknown),
            ("!absent(identity.owner)", Unknown),
            ("known(identity.owner)", False),
            ("unknown(identity.owner)", True),
            ("has(identity.owner)", Unknown),
            ("identity.owner == 'x'", Unknown),
            ("identity.owner == null", Unknown),
            ("identity.owner == 'x' && false", False),
            ("identity.owner == 'x' || identity.name == 'ci'", True),
            ("identity.owner.startsWith('x')", Unknown),
            ("identity.owner.matches('^x')", Unknown),
            ("identity.owner in ['x']", Unknown),
            ("identity.owner == 'x' ? false : false", False),
            ("identity.owner == 'x' ? true : false", Unknown),
        ],
    );
}

#[test]
fn absent_is_null_and_nothing_else() {
    all(
        Noun::Credential,
        2,
        &[
            ("absent(credential.expires)", True),
            ("credential.expires == null", True),
            ("credential.name == 'x'", False),
            ("credential.name != 'x'", True),
            ("credential.name in ['x']", False),
            ("credential.rotated", False),
            ("!credential.rotated", True),
            ("credential.rotated == false", False),
            ("past(credential.expires)", False),
            ("before(credential.expires, 'today')", False),
            ("after(credential.expires, 'today')", False),
            ("longer(credential.lifetime, '1d')", False),
            ("shorter(credential.lifetime, '1d')", False),
            ("credential.name.contains('')", False),
            ("size(credential.name) == 0", True),
            ("has(credential.name)", False),
            ("absent(credential.scopes)", True),
            ("lacks(credential.scopes, 'x')", True),
        ],
    );
}

#[test]
fn kinds_and_defaults() {
    all(
        Noun::Identity,
        0,
        &[
            ("identity.kind in ['iam_user', 'iam_role']", True),
            ("defaulted(identity.human)", True),
            ("defaulted(identity.name)", False),
            ("known(identity.human) && !identity.human", True),
            ("identity.human == false", True),
            ("identity.name.matches('^c[i]$')", True),
            ("matches(identity.name, 'z')", False),
            ("'i' == 'i' && identity.name.endsWith('i')", True),
            ("linked == 'to'", True),
        ],
    );
}

#[test]
fn days_and_lengths() {
    all(
        Noun::Credential,
        0,
        &[
            ("past(credential.expires)", False),
            ("within(credential.expires, '30d')", True),
            ("within(credential.expires, '2w')", False),
            ("before(credential.expires, '2026-03-02')", True),
            ("after(credential.expires, '2026-03-01')", False),
            ("after(credential.expires, '+1w')", True),
            ("credential.expires > '2026-02-28'", True),
            ("longer(credential.lifetime, '89d')", True),
            ("longer(credential.lifetime, '90d')", False),
            ("longer(credential.lifetime, limit('token'))", True),
            ("after(credential.expires, limit('token'))", False),
            ("longer(credential.lifetime, limit(credential.kind))", True),
            ("longer(credential.lifetime, limit(credential.name))", False),
            ("credential.lifetime == '90d'", True),
            ("credential.lifetime - '1d' < '90d'", True),
        ],
    );
    all(
        Noun::Credential,
        1,
        &[
            ("past(credential.expires)", Unknown),
            ("absent(credential.expires)", Unknown),
        ],
    );
}

#[test]
fn a_set_lacks_only_when_it_is_complete() {
    all(
        Noun::Grant,
        0,
        &[
            ("contains(grant.actions, 's3:Get*')", True),
            ("contains(grant.actions, 'iam:*')", Unknown),
            ("'s3:Get*' in grant.actions", True),
            ("lacks(grant.actions, 'iam:*')", Unknown),
            ("lacks(grant.actions, 's3:Get*')", False),
            ("any_match(grant.actions, '^s3:')", True),
            ("any_match(grant.actions, '^iam:')", Unknown),
            ("grant.actions.exists(a, a.startsWith('s3'))", True),
            ("grant.actions.all(a, a.startsWith('s3'))", Unknown),
            ("grant.actions.all(a, a.startsWith('iam'))", False),
            ("size(grant.actions) >= 1", True),
            ("size(grant.actions) > 1", Unknown),
            ("size(grant.actions) == 0", False),
            ("known(grant.actions) && unknown(grant.actions)", True),
            ("contains(grant.resources, '*')", False),
            ("['a', 'b'].exists(x, x in grant.actions)", Unknown),
        ],
    );
}

#[test]
fn neighbours_of_the_identity() {
    all(
        Noun::Identity,
        0,
        &[
            ("credentials.exists(c, c.kind == 'token')", True),
            ("credentials.exists(c, c.kind == 'password')", False),
            ("credentials.all(c, past(c.expires))", False),
            ("credentials.exists(c, absent(c.expires))", Unknown),
            ("credentials.filter(c, c.kind == 'token').size() == 1", True),
            ("credentials.filter(c, past(c.expires)).size() < 1", Unknown),
            ("size(credentials) == 2", True),
            ("credentials.exists_one(c, c.kind == 'token')", True),
            (
                "grants.exists(g, g.level == 'admin' && credentials.exists(c, c.kind == 'access_key'))",
                True,
            ),
            ("usages.exists(u, !u.gated)", Unknown),
            ("trusts.exists(t, true)", False),
            ("trusts.all(t, false)", True),
        ],
    );
    all(
        Noun::Credential,
        0,
        &[
            ("identity.kind == 'iam_user'", True),
            ("grants.exists(g, g.level == 'admin')", True),
        ],
    );
    all(
        Noun::Credential,
        2,
        &[
            ("identity.kind == 'iam_user'", Unknown),
            ("absent(identity.kind)", Unknown),
            ("unknown(identity.kind)", True),
            ("grants.exists(g, true)", Unknown),
            ("linked == 'dangling'", True),
        ],
    );
}

/// A condition, the noun it is about, where its mistake is, and a part of what is said.
const MISTAKES: &[(&str, Noun, std::ops::Range<usize>, &str)] = &[
    (
        "credential.expiry == null",
        Noun::Credential,
        0..11,
        "did you mean `expires`",
    ),
    (
        "true && has(credential.expiry)",
        Noun::Credential,
        8..30,
        "no field",
    ),
    (
        "credential.kind == 3",
        Noun::Credential,
        16..18,
        "cannot be compared",
    ),
    ("credential.kind", Noun::Credential, 0..11, "no condition"),
    (
        "nope(credential.kind)",
        Noun::Credential,
        0..5,
        "no function is named `nope`",
    ),
    (
        "longer(credential.lifetime, 'soon')",
        Noun::Credential,
        28..29,
        "no length",
    ),
    (
        "past(credential.kind)",
        Noun::Credential,
        5..16,
        "where a day",
    ),
    (
        "grant.kind == 'x'",
        Noun::Credential,
        0..1,
        "nothing is named `grant`",
    ),
    (
        "identity.kind == 'x'",
        Noun::Setting,
        0..1,
        "nothing is named `identity`",
    ),
    (
        "grants.exists(g, g.nope == 'x')",
        Noun::Identity,
        17..19,
        "no field `nope`",
    ),
    (
        "grants.map(g, g.level)",
        Noun::Identity,
        0..22,
        "exists_one, all and filter",
    ),
    ("grant.actions == 'x'", Noun::Grant, 0..6, "is a set"),
    (
        "any_match(grant.actions, '(')",
        Noun::Grant,
        25..26,
        "no regular expression",
    ),
    ("grant.level > 'read'", Noun::Grant, 12..13, "not ordered"),
    ("grant.level ==", Noun::Grant, 14..15, "does not parse"),
    ("known(grant)", Noun::Grant, 6..7, "no field"),
    (
        "1 < limit('nope')",
        Noun::Grant,
        10..11,
        "no limit is named `nope`; there are",
    ),
    ("limit('x')", Noun::Grant, 0..6, "no condition"),
    (
        "grant.level in ['a', 1]",
        Noun::Grant,
        21..22,
        "is never a number",
    ),
    (
        "grants.exists(a, grants.exists(b, grants.exists(c, grants.exists(d, grants.exists(e, true)))))",
        Noun::Grant,
        0..90,
        "more than 4 lists",
    ),
];

#[test]
fn mistakes_say_what_and_where() {
    for (condition, noun, at, message) in MISTAKES {
        let mistake = Condition::compile(condition, *noun, Expressions::AtOnce).unwrap_err();
        assert!(
            mistake.message.contains(message),
            "{condition}: {}",
            mistake.message
        );
        assert!(
            at.contains(&mistake.offset),
            "{condition}: {}",
            mistake.offset
        );
    }
}

#[test]
fn hostile_conditions_are_mistakes() {
    for condition in [
        "(".repeat(10_000),
        "!".repeat(5_000),
        format!("{}1 > 0", "1 + ".repeat(1_000)),
        format!("{}1 > 0", "1 - (".repeat(700)),
        format!("{}true", "true ? true : ".repeat(290)),
        format!("{}true", "!(false || ".repeat(300)),
        "[".repeat(4_000),
        "a.".repeat(3_000),
        format!("grant.level.matches('{}')", "(a{1,1000}){1,1000}"),
        "x".repeat(100_000),
    ] {
        let start: String = condition.chars().take(20).collect();
        assert!(
            Condition::compile(&condition, Noun::Grant, Expressions::AtOnce).is_err(),
            "{start}"
        );
    }
}

#[test]
fn an_expression_that_is_none_is_a_mistake_or_else_a_fault() {
    let estate = estate();
    let subject = Subject {
        noun: Noun::Credential,
        id: Id(0),
    };
    let scope = Scope::new(&estate, subject, Date::default(), &|_| None);
    let condition = "'x'.matches('(')";
    let compiled = |expressions| Condition::compile(condition, Noun::Credential, expressions);
    let mistake = compiled(Expressions::AtOnce).unwrap_err();
    assert!(
        mistake.message.contains("is no regular expression"),
        "{mistake:?}"
    );
    let fault = compiled(Expressions::WhenMet).unwrap().holds(&scope);
    assert!(fault.unwrap_err().0.contains("is no regular expression"));
}

#[test]
fn a_limit_that_nobody_set_is_a_fault() {
    let estate = estate();
    let subject = Subject {
        noun: Noun::Credential,
        id: Id(0),
    };
    let scope = Scope::new(&estate, subject, Date::default(), &|_| None);
    let condition = "longer(credential.lifetime, limit('token'))";
    let fault = Condition::compile(condition, Noun::Credential, Expressions::AtOnce)
        .unwrap()
        .holds(&scope)
        .unwrap_err();
    assert_eq!(fault, Fault("no limit is named `token`".to_owned()));
}
