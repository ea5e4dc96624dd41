//! What an identity lives in, and who owns that: its Kubernetes namespace, resource group, project, or the file of its
//! account.

use super::{Said, said};
use crate::format::{Declaration, Expr, Node, Value};
use crate::model::Identity;
use crate::resolve::tags;
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Attributes by which a resource names what it lives in.
const HOLDERS: &[&str] = &[
    "resource_group_name",
    "resource_group_id",
    "project",
    "project_id",
    "namespace",
    "account_id",
    "parent",
];

/// Declarations that others live in.
pub(super) struct Scopes<'a> {
    namespaces: FxHashMap<CompactString, &'a Declaration>,
    /// Projects and subscriptions by their id.
    projects: FxHashMap<CompactString, &'a Declaration>,
    /// Account files by their name.
    accounts: FxHashMap<CompactString, &'a Declaration>,
    by_address: FxHashMap<&'a str, &'a Declaration>,
}

impl<'a> Scopes<'a> {
    /// Indexes what others live in.
    pub(super) fn new(declarations: &'a [Declaration]) -> Self {
        let mut scopes = Self {
            namespaces: FxHashMap::default(),
            projects: FxHashMap::default(),
            accounts: FxHashMap::default(),
            by_address: FxHashMap::default(),
        };
        for declaration in declarations {
            match (declaration.language, declaration.kind.as_str()) {
                ("kubernetes", "Namespace" | "project.openshift.io/Project") => {
                    let name = declaration.name.clone();
                    scopes.namespaces.entry(name).or_insert(declaration);
                }
                ("account", _) => {
                    scopes
                        .accounts
                        .insert(declaration.name.clone(), declaration);
                }
                (_, "kubernetes_namespace" | "kubernetes_namespace_v1") => {
                    let name = declaration.body.at(&["metadata", "name"]);
                    if let Some(name) = name.and_then(Node::as_str) {
                        scopes.namespaces.entry(name.into()).or_insert(declaration);
                    }
                }
                (_, "google_project") => {
                    let id = declaration.body.get("project_id").and_then(Node::as_str);
                    if let Some(id) = id {
                        scopes.projects.insert(id.into(), declaration);
                    }
                }
                _ => {}
            }
            if declaration.language == "terraform" {
                let address = declaration.address.as_str();
                scopes.by_address.insert(address, declaration);
            }
        }
        scopes
    }

    /// What the nearest of them says.
    pub(super) fn said(
        &self,
        identity: &Identity,
        declaration: Option<&Declaration>,
        keys: &[String],
    ) -> Said {
        let namespace = identity.namespace.text();
        let by_name = self
            .namespaces
            .get(namespace)
            .or_else(|| self.projects.get(namespace));
        let kubernetes = identity.provider.text() == "kubernetes";
        let found = by_name
            .copied()
            .filter(|found| kubernetes || found.language == "terraform")
            .or_else(|| self.holder(declaration?))
            .or_else(|| self.account(declaration?));
        match found {
            Some(found) => {
                let tags = tags::of(found);
                match said(&tags.own, tags.open, keys) {
                    Said::Nothing => said(&tags.parent, tags.parent_open, keys),
                    answer => answer,
                }
            }
            None => Said::Nothing,
        }
    }

    /// The declaration that a resource names as its holder.
    fn holder(&self, declaration: &Declaration) -> Option<&'a Declaration> {
        HOLDERS.iter().find_map(|key| {
            let node = declaration.body.get(key)?;
            let Value::Expr(expr) = &node.value else {
                return None;
            };
            let Expr::Symbol { address, .. } = expr.as_ref() else {
                return None;
            };
            let found = self.by_address.get(address.as_str()).copied()?;
            (found.address != declaration.address).then_some(found)
        })
    }

    /// The account file called like a folder the declaration lies in, the nearest first.
    fn account(&self, declaration: &Declaration) -> Option<&'a Declaration> {
        if self.accounts.is_empty() {
            return None;
        }
        let scope = &declaration.scope;
        let folders = scope.root.rsplit('/').chain(scope.directory.rsplit('/'));
        folders
            .filter(|folder| !folder.is_empty())
            .find_map(|folder| self.accounts.get(folder).copied())
            .filter(|found| found.address != declaration.address)
    }
}
