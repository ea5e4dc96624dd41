//! Subjects of bindings: which principal each names.

use crate::extract::kubernetes::address;
use crate::extract::read;
use crate::format::Node;
use crate::model::Fact;
use compact_str::CompactString;

/// One subject of a binding.
pub(super) struct Subject {
    /// Address of a service account, else the name as written.
    pub(super) to: Fact<CompactString>,
    /// Word for `grant.principal`.
    pub(super) principal: &'static str,
    /// Namespace and name of a service account.
    pub(super) account: Option<(Option<CompactString>, CompactString)>,
}

/// Reads a subject; a service account without a namespace is looked for in the binding's own, which is what people mean
/// though the API server rejects it.
pub(super) fn read(node: &Node, own: Option<&str>) -> Subject {
    let kind = node.get("kind").and_then(Node::as_str).unwrap_or_default();
    let name = read::name(node.get("name"));
    let written = read::name(node.get("namespace"));
    if kind == "ServiceAccount" {
        return account(name, written, own);
    }
    let text = name.text().to_owned();
    if let Some(rest) = text.strip_prefix("system:serviceaccount:")
        && let Some((namespace, account)) = rest.split_once(':')
    {
        let found = address(Some(namespace), account);
        let (namespace, account) = (Some(namespace.into()), account.into());
        return Subject {
            to: name.and_then(|_| Some(found)),
            principal: "service",
            account: Some((namespace, account)),
        };
    }
    let principal = match (kind, text.as_str()) {
        ("User", "system:anonymous") | ("Group", "system:unauthenticated") => "public",
        ("Group", "system:authenticated" | "system:serviceaccounts") => "authenticated",
        ("Group", _) => "group",
        ("User", user) if user.starts_with("system:") => "service",
        ("User", _) => "user",
        _ => "unknown",
    };
    Subject {
        to: name,
        principal,
        account: None,
    }
}

fn account(name: Fact<CompactString>, written: Fact<CompactString>, own: Option<&str>) -> Subject {
    let namespace = match &written {
        Fact::Known(namespace, _) => Some(namespace.clone()),
        // A template fills the namespace in: any account of the name may be meant.
        Fact::Unknown(_) => {
            return Subject {
                to: name.and_then(|name| Some(address(None, &name))),
                principal: "service",
                account: None,
            };
        }
        Fact::Absent | Fact::Default(_) => own.map(CompactString::from),
    };
    let account = name.value().map(|name| (namespace.clone(), name.clone()));
    Subject {
        to: name.and_then(|name| Some(address(namespace.as_deref(), &name))),
        principal: "service",
        account,
    }
}
