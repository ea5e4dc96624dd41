//! What the token of a job may do: `permissions` of the job, else of the workflow, else what the repository's settings say.

use crate::format::{Node, Value};
use crate::model::Set;
use crate::source::Span;
use compact_str::{CompactString, format_compact};

/// A `permissions:` as written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Permissions {
    /// Not written: the repository's settings decide.
    Unstated,
    /// `read-all`
    ReadAll(Span),
    /// `write-all`
    WriteAll(Span),
    /// Scopes with their levels; no others.
    Scopes(Vec<Scope>, Span),
    /// Written in a way that cannot be followed.
    Unknown(Span),
}

/// One line of `permissions:`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scope {
    /// `contents`, `id-token`, ...
    pub(super) name: CompactString,
    /// `read`, `write`, `none`.
    pub(super) level: CompactString,
    /// Key and value.
    pub(super) span: Span,
}

/// Reads a `permissions:` node; nothing written is unstated.
pub(super) fn read(node: Option<&Node>) -> Permissions {
    let Some(node) = node else {
        return Permissions::Unstated;
    };
    match &node.value {
        Value::Null => Permissions::Unstated,
        Value::String(word) => match word.trim() {
            "read-all" => Permissions::ReadAll(node.span),
            "write-all" => Permissions::WriteAll(node.span),
            "{}" | "none" => Permissions::Scopes(Vec::new(), node.span),
            _ => Permissions::Unknown(node.span),
        },
        Value::Map(entries) => {
            let scope = |entry: &crate::format::Entry| Scope {
                name: entry.key.clone(),
                level: entry.value.scalar().unwrap_or_default(),
                span: entry.key_span.to(entry.value.span),
            };
            Permissions::Scopes(entries.iter().map(scope).collect(), node.span)
        }
        _ => Permissions::Unknown(node.span),
    }
}

impl Permissions {
    /// These, or where they are not written, the others.
    pub(super) fn or(self, others: &Permissions) -> Permissions {
        match self {
            Permissions::Unstated => others.clone(),
            stated => stated,
        }
    }

    /// The scopes that may write.
    pub(super) fn writes(&self) -> impl Iterator<Item = &Scope> {
        let scopes = match self {
            Permissions::Scopes(scopes, _) => scopes.as_slice(),
            _ => &[],
        };
        scopes.iter().filter(|scope| scope.level == "write")
    }

    /// `scope:level` for each scope; not complete where the settings decide.
    pub(super) fn set(&self) -> Set {
        let mut set = Set::default();
        match self {
            Permissions::Unstated | Permissions::Unknown(_) => set.complete = false,
            Permissions::ReadAll(span) => set.push("all:read", *span),
            Permissions::WriteAll(span) => set.push("all:write", *span),
            Permissions::Scopes(scopes, _) => {
                for scope in scopes {
                    set.push(
                        format_compact!("{}:{}", scope.name, scope.level),
                        scope.span,
                    );
                }
            }
        }
        set
    }

    /// The word for the whole: how it is stated.
    pub(super) fn word(&self) -> Option<(&'static str, Span)> {
        match self {
            Permissions::Unstated => None,
            Permissions::ReadAll(span) => Some(("read-all", *span)),
            Permissions::WriteAll(span) => Some(("write-all", *span)),
            Permissions::Scopes(scopes, span) if scopes.is_empty() => Some(("none", *span)),
            Permissions::Scopes(_, span) => Some(("scopes", *span)),
            Permissions::Unknown(span) => Some(("unknown", *span)),
        }
    }

    /// Whether the job may ask for an OIDC token; nothing gives that but `id-token: write`, or `write-all`.
    pub(super) fn oidc(&self) -> Option<bool> {
        match self {
            Permissions::Unstated | Permissions::ReadAll(_) => Some(false),
            Permissions::WriteAll(_) => Some(true),
            Permissions::Scopes(..) => Some(self.writes().any(|scope| scope.name == "id-token")),
            Permissions::Unknown(_) => None,
        }
    }

    /// What either of two callers grants.
    pub(super) fn union(self, other: Permissions) -> Permissions {
        match (self, other) {
            (Permissions::WriteAll(span), _) | (_, Permissions::WriteAll(span)) => {
                Permissions::WriteAll(span)
            }
            (Permissions::Unknown(span), _) | (_, Permissions::Unknown(span)) => {
                Permissions::Unknown(span)
            }
            (Permissions::Unstated, _) | (_, Permissions::Unstated) => Permissions::Unstated,
            (Permissions::Scopes(mut all, span), Permissions::Scopes(more, _)) => {
                for scope in more {
                    if !all
                        .iter()
                        .any(|own| own.name == scope.name && own.level == scope.level)
                    {
                        all.push(scope);
                    }
                }
                Permissions::Scopes(all, span)
            }
            (Permissions::ReadAll(_), other @ Permissions::Scopes(..)) => other,
            (own, Permissions::ReadAll(_)) => own,
        }
    }
}
