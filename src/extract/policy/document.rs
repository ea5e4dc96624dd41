//! A policy document as statements, whichever way it was written.

use super::super::scalar::Scalar;
use crate::model::Set;
use crate::source::Span;
use compact_str::CompactString;

/// The statements that a value leads to.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// In the order of the text, merged documents first.
    pub(super) statements: Vec<Statement>,
    /// Addresses of the declarations that were read on the way.
    pub(super) used: Vec<CompactString>,
}

impl Document {
    /// Merges another document into this one.
    pub(super) fn add(&mut self, other: Document) {
        self.used.extend(other.used);
        merge(&mut self.statements, other.statements);
    }
}

/// One statement.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    /// Its name, when it has one.
    pub(super) sid: CompactString,
    /// Address of the declaration whose text it is.
    pub(super) holder: CompactString,
    /// Where it stands.
    pub(super) span: Span,
    /// What it does.
    pub(super) effect: Effect,
    /// Actions it is about.
    pub(super) actions: Set,
    /// Actions it is not about.
    pub(super) not_actions: Set,
    /// Resources it is about.
    pub(super) resources: Set,
    /// Resources it is not about.
    pub(super) not_resources: Set,
    /// Who it is about; empty in an identity's policy.
    pub(super) principals: Vec<Principal>,
    /// Whether it is about everyone but some.
    pub(super) not_principals: bool,
    /// What narrows it.
    pub(super) conditions: Vec<Condition>,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// `Allow`, or nothing written in a Terraform statement.
    Allow,
    /// `Deny`
    Deny,
    /// Cannot be known.
    Unknown,
}

/// Someone a statement is about.
#[derive(Debug, Clone)]
pub(super) struct Principal {
    /// `AWS`, `Federated`, `Service`, `CanonicalUser`, or `*`.
    pub(super) kind: CompactString,
    /// Who.
    pub(super) who: Scalar,
}

/// One condition of a statement.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    /// `StringLike`, `Bool`, ...
    pub(super) operator: CompactString,
    /// The key, with references as `${address.attribute}`.
    pub(super) key: CompactString,
    /// What it is compared with.
    pub(super) values: Vec<Scalar>,
}

/// Keys whose value the caller chooses, or that say how a call travels: they keep nobody out.
const IDLE: &[&str] = &[
    "aws:Referer",
    "aws:UserAgent",
    "aws:SecureTransport",
    "aws:RequestedRegion",
    "s3:x-amz-acl",
    "s3:x-amz-server-side-encryption",
    "s3:TlsVersion",
    "s3:signatureversion",
    "s3:prefix",
    "s3:delimiter",
    "s3:max-keys",
];

impl Condition {
    /// Whether it keeps anybody out.
    pub(super) fn narrows(&self) -> bool {
        if self.asks_for_second_factor() {
            return self.second_factor();
        }
        if self.key.eq_ignore_ascii_case("sts:ExternalId") {
            return !self.values.is_empty();
        }
        !IDLE.iter().any(|key| key.eq_ignore_ascii_case(&self.key))
    }

    /// Whether it lets in only who has shown a second factor. What is not known may ask for it.
    pub(super) fn second_factor(&self) -> bool {
        let no = |value: &Scalar| matches!(value, Scalar::Text(text, _) if text.eq_ignore_ascii_case("false"));
        self.asks_for_second_factor() && !self.values.iter().any(no)
    }

    fn asks_for_second_factor(&self) -> bool {
        self.key.eq_ignore_ascii_case("aws:MultiFactorAuthPresent")
    }
}

impl Statement {
    /// An empty statement that allows nothing yet.
    pub(super) fn new(holder: &str, span: Span) -> Self {
        Self {
            sid: CompactString::default(),
            holder: holder.into(),
            span,
            effect: Effect::Allow,
            actions: Set::default(),
            not_actions: Set::default(),
            resources: Set::default(),
            not_resources: Set::default(),
            principals: Vec::new(),
            not_principals: false,
            conditions: Vec::new(),
        }
    }

    /// Whether it says whom it is about.
    pub(super) fn names_principals(&self) -> bool {
        self.not_principals || !self.principals.is_empty()
    }

    /// Whether every action it is about lets someone become a role.
    pub(super) fn is_trust(&self) -> bool {
        !self.actions.items.is_empty()
            && self
                .actions
                .texts()
                .all(|action| starts(action, "sts:") || starts(action, "rolesanywhere:"))
    }

    /// Whether it holds for everything of the account.
    pub(super) fn reaches_everything(&self) -> bool {
        !self.not_resources.items.is_empty() || self.resources.texts().any(is_everything)
    }
}

/// `*`, or an ARN of which nothing is fixed.
pub(super) fn is_everything(resource: &str) -> bool {
    let mut parts = resource.split(':');
    match parts.next() {
        Some("*") => parts.next().is_none(),
        Some("arn") => {
            let rest: Vec<&str> = parts.skip(1).collect();
            !rest.is_empty() && rest.iter().all(|part| *part == "*")
        }
        Some("arn*") => parts.all(|part| part == "*"),
        _ => false,
    }
}

pub(super) fn starts(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Merges documents the way `override_policy_documents` does: a named statement replaces an earlier one of its name.
pub(super) fn merge(into: &mut Vec<Statement>, later: Vec<Statement>) {
    for statement in later {
        let same = into
            .iter_mut()
            .find(|known| !statement.sid.is_empty() && known.sid == statement.sid);
        match same {
            Some(known) => *known = statement,
            None => into.push(statement),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_everything_from_something() {
        for all in ["*", "arn:aws:*:*:*:*", "arn:*:*:*:*:*", "arn:aws:*"] {
            assert!(is_everything(all), "{all}");
        }
        for one in [
            "arn:aws:s3:::*",
            "arn:aws:iam::*:role/*",
            "*/x",
            "",
            "arn",
            "arn:aws",
        ] {
            assert!(!is_everything(one), "{one}");
        }
    }

    #[test]
    fn what_the_caller_chooses_narrows_nothing() {
        let condition = |key: &str, value: &str| Condition {
            operator: "StringEquals".into(),
            key: key.into(),
            values: vec![Scalar::Text(value.into(), Span::default())],
        };
        assert!(!condition("AWS:Referer", "http://a.example/*").narrows());
        assert!(!condition("aws:MultiFactorAuthPresent", "false").narrows());
        assert!(condition("aws:MultiFactorAuthPresent", "true").narrows());
        assert!(condition("aws:MultiFactorAuthPresent", "true").second_factor());
        assert!(!condition("aws:PrincipalOrgID", "o-x").second_factor());
        assert!(condition("aws:PrincipalOrgID", "o-x").narrows());
    }

    #[test]
    fn named_statements_replace_their_namesakes() {
        let named = |sid: &str, holder: &str| Statement {
            sid: sid.into(),
            ..Statement::new(holder, Span::default())
        };
        let mut merged = vec![named("A", "first"), named("", "first")];
        merge(&mut merged, vec![named("A", "second"), named("", "second")]);
        let holders: Vec<&str> = merged.iter().map(|s| s.holder.as_str()).collect();
        assert_eq!(holders, ["second", "first", "second"]);
    }
}
