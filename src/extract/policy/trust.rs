//! Trust policies: who may become a role, one trust for each identity provider and each kind of principal.

use super::super::issuer;
use super::super::item::Item;
use super::super::scalar::Scalar;
use super::Rights;
use super::document::{Condition, Document, Effect, Principal, Statement, starts};
use super::find;
use super::principal::{Kind, is_foreign, kind_of};
use crate::format::Declaration;
use crate::model::{Fact, Set, Trust};
use crate::rule::resource::Path;
use compact_str::CompactString;

/// The trusts of the documents at a path; `base` says which identity they lead to.
pub(in crate::extract) fn trusts(item: &Item<'_, '_>, path: &Path, base: &Trust) -> Rights {
    let mut rights = Rights::default();
    for place in item.places(path).into_iter().filter(|place| !place.hidden) {
        let document = find::read(item.run, place.node, item.declaration);
        emit(item, &document, base, &mut rights);
        rights.used.extend(document.used);
    }
    rights
}

fn emit(item: &Item<'_, '_>, document: &Document, base: &Trust, rights: &mut Rights) {
    let denied: Vec<&Condition> = document
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Deny)
        .flat_map(|statement| &statement.conditions)
        .collect();
    for statement in &document.statements {
        if statement.effect == Effect::Allow && lets_in(statement) {
            of_statement(item, statement, &denied, base, rights);
        }
    }
}

/// A trust policy that nothing of the run uses.
pub(super) fn orphan(item: &Item<'_, '_>, statement: &Statement, rights: &mut Rights) {
    let base = Trust {
        address: item.declaration.address.clone(),
        whole: item.declaration.span,
        language: Fact::given(item.declaration.language),
        resource: Fact::given(&item.declaration.kind),
        provider: Fact::given("aws"),
        of: Fact::Unknown(None),
        ..Trust::default()
    };
    if lets_in(statement) {
        of_statement(item, statement, &[], &base, rights);
    }
}

/// Tagging a session alone lets nobody in.
fn lets_in(statement: &Statement) -> bool {
    let aside = ["sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"];
    statement.actions.items.is_empty()
        || statement
            .actions
            .texts()
            .any(|action| !aside.iter().any(|name| name.eq_ignore_ascii_case(action)))
}

fn of_statement(
    item: &Item<'_, '_>,
    statement: &Statement,
    denied: &[&Condition],
    base: &Trust,
    rights: &mut Rights,
) {
    let trust = common(item, statement, denied, base);
    let mut kinds: Vec<(Kind, Vec<&Principal>)> = Vec::new();
    for principal in &statement.principals {
        let kind = kind_of(item.run, principal);
        if kind == Kind::Federated {
            rights
                .trusts
                .push(federated(item, statement, principal, trust.clone()));
            continue;
        }
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, members)) => members.push(principal),
            None => kinds.push((kind, vec![principal])),
        }
    }
    for (kind, members) in kinds {
        rights
            .trusts
            .push(direct(item, kind, &members, trust.clone()));
    }
}

/// What holds for every principal of a statement.
fn common(
    item: &Item<'_, '_>,
    statement: &Statement,
    denied: &[&Condition],
    base: &Trust,
) -> Trust {
    let mut trust = base.clone();
    trust.address = statement.holder.clone();
    trust.span = statement.span;
    if let Some(holder) = item.run.at(&statement.holder) {
        trust.whole = holder.span;
    }
    let own = statement.conditions.iter().filter(|it| it.narrows());
    for condition in own.chain(denied.iter().copied()) {
        let span = condition.values.iter().find_map(Scalar::span);
        let span = span.unwrap_or(statement.span);
        trust.conditions.push(condition.key.clone(), span);
    }
    for condition in &statement.conditions {
        if condition.key.eq_ignore_ascii_case("sts:ExternalId") {
            trust.external_id = match condition.values.first() {
                Some(Scalar::Text(text, span)) => Fact::Known(text.clone(), *span),
                Some(other) => Fact::Unknown(other.span()),
                None => Fact::Absent,
            };
        }
        if condition.second_factor() {
            trust.mfa = Fact::Known(true, statement.span);
        }
    }
    trust
}

/// Accounts, roles, users, services or anyone.
fn direct(item: &Item<'_, '_>, kind: Kind, members: &[&Principal], mut trust: Trust) -> Trust {
    trust.kind = Fact::given(match kind {
        Kind::Public => "public",
        Kind::Account => "account",
        Kind::Platform => "service",
        Kind::Role | Kind::User | Kind::Federated => "role",
        Kind::Unknown => "",
    });
    if kind == Kind::Unknown {
        trust.kind = Fact::Unknown(members.first().and_then(|member| member.who.span()));
    }
    for member in members {
        member.who.add_to(&mut trust.principals);
    }
    let narrowed = |key: &str| {
        let has = |text: &str| text.eq_ignore_ascii_case(key);
        trust.conditions.texts().any(has)
    };
    let breadth = match kind {
        Kind::Public if narrowed("aws:PrincipalOrgID") || narrowed("aws:PrincipalOrgPaths") => {
            Some("organisation")
        }
        Kind::Public if narrowed("aws:PrincipalArn") => Some("workload"),
        Kind::Public if narrowed("aws:PrincipalAccount") || narrowed("aws:SourceAccount") => {
            Some("account")
        }
        Kind::Public => Some("anyone"),
        Kind::Account => Some("account"),
        Kind::Role | Kind::User => Some("workload"),
        Kind::Platform | Kind::Federated | Kind::Unknown => None,
    };
    trust.breadth = breadth.map_or(Fact::Absent, Fact::given);
    if matches!(kind, Kind::Account | Kind::Role | Kind::User) {
        trust.external_account = foreign(item, members);
    }
    trust
}

/// Whether any principal is of another account; unknown while one that could be is not known.
fn foreign(item: &Item<'_, '_>, members: &[&Principal]) -> Fact<bool> {
    let mut answer = Fact::Default(false);
    for member in members {
        match (is_foreign(item.run, &member.who), member.who.span()) {
            (Some(true), Some(span)) => return Fact::Known(true, span),
            (Some(true), None) => return Fact::Default(true),
            (Some(false), _) => {}
            (None, span) => answer = Fact::Unknown(span),
        }
    }
    answer
}

/// An identity provider: OIDC or SAML.
fn federated(
    item: &Item<'_, '_>,
    statement: &Statement,
    principal: &Principal,
    mut trust: Trust,
) -> Trust {
    principal.who.add_to(&mut trust.principals);
    let text = principal.who.pattern_text().unwrap_or_default();
    let target = match &principal.who {
        Scalar::Address { address, .. } => item.run.at(address),
        _ => None,
    };
    let is_saml = text.contains("saml-provider/")
        || target.is_some_and(|target| {
            target.kind.ends_with("saml_provider") || target.kind == "AWS::IAM::SAMLProvider"
        })
        || statement
            .actions
            .texts()
            .any(|action| action.eq_ignore_ascii_case("sts:AssumeRoleWithSAML"));
    if is_saml {
        trust.kind = Fact::given("saml");
        return trust;
    }
    trust.kind = Fact::given("oidc");
    let span = principal.who.span().unwrap_or(statement.span);
    let issuer = issuer_of(statement, &text, target);
    for condition in &statement.conditions {
        let Some((_, claim)) = condition.key.rsplit_once(':') else {
            continue;
        };
        if starts(&condition.operator, "StringNot") || starts(&condition.key, "aws:") {
            continue;
        }
        let set: &mut Set = match claim {
            "sub" => &mut trust.subjects,
            "aud" => &mut trust.audiences,
            _ => continue,
        };
        for value in &condition.values {
            value.add_to(set);
        }
    }
    trust.issuer = issuer.map_or(Fact::Unknown(Some(span)), |issuer| {
        Fact::Known(issuer, span)
    });
    trust
}

/// The issuer of an identity provider: as its ARN says, as its declaration does, as condition keys do.
fn issuer_of(
    statement: &Statement,
    text: &CompactString,
    target: Option<&Declaration>,
) -> Option<CompactString> {
    let url = target.and_then(|target| {
        let url = target.body.get("url").or_else(|| target.body.get("Url"))?;
        Scalar::of(url).pattern_text()
    });
    let literal = text
        .split_once("oidc-provider/")
        .map(|(_, issuer)| CompactString::from(issuer))
        .or_else(|| {
            (!text.contains(':') && text.contains('.') && target.is_none()).then(|| text.clone())
        });
    literal
        .or(url)
        .map(|issuer| issuer::bare(&issuer))
        .filter(|issuer| !issuer.contains("${"))
        .or_else(|| issuer_of_keys(statement))
}

/// The issuer that condition keys name: `token.actions.githubusercontent.com:sub`.
fn issuer_of_keys(statement: &Statement) -> Option<CompactString> {
    statement.conditions.iter().find_map(|condition| {
        let (issuer, _) = condition.key.rsplit_once(':')?;
        (issuer.contains('.') && !issuer.contains("${")).then(|| issuer::bare(issuer))
    })
}
