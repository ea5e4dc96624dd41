//! What extraction may look up while it reads one declaration: the others of the run.

use crate::format::{Declaration, Node, Value};
use rustc_hash::{FxHashMap, FxHashSet};

/// The declarations of a run by address.
#[derive(Debug)]
pub(super) struct Run<'a> {
    declarations: &'a [Declaration],
    by_address: FxHashMap<&'a str, &'a Declaration>,
    policies: FxHashMap<&'a str, &'a Declaration>,
    accounts: FxHashSet<&'a str>,
}

impl<'a> Run<'a> {
    /// Indexes declarations; of two with one address the first counts.
    pub(super) fn new(declarations: &'a [Declaration]) -> Self {
        let mut run = Self {
            declarations,
            by_address: FxHashMap::default(),
            policies: FxHashMap::default(),
            accounts: FxHashSet::default(),
        };
        for declaration in declarations {
            run.by_address
                .entry(declaration.address.as_str())
                .or_insert(declaration);
            let policy_name = match declaration.kind.as_str() {
                "aws_iam_policy" => declaration.body.get("name"),
                "AWS::IAM::ManagedPolicy" => declaration.body.get("ManagedPolicyName"),
                _ => None,
            };
            if let Some(name) = policy_name.and_then(Node::as_str) {
                run.policies.entry(name).or_insert(declaration);
            }
            if declaration.kind == "provider.aws" || declaration.kind == "terraform" {
                accounts(&declaration.body, &mut run.accounts);
            }
        }
        run
    }

    /// All of them, in the order of the run.
    pub(super) fn declarations(&self) -> &'a [Declaration] {
        self.declarations
    }

    /// The declaration at an address.
    pub(super) fn at(&self, address: &str) -> Option<&'a Declaration> {
        self.by_address.get(address).copied()
    }

    /// What the declaration at an address writes for an attribute path of plain names and first items.
    pub(super) fn attribute(&self, address: &str, attribute: &str) -> Option<&'a Node> {
        let mut node = &*self.at(address)?.body;
        for name in attribute.split('.') {
            let name = name.strip_suffix("[0]").unwrap_or(name);
            node = node.at(&[name])?;
        }
        Some(node)
    }

    /// The AWS policy that is given this name in code.
    pub(super) fn policy_named(&self, name: &str) -> Option<&'a Declaration> {
        self.policies.get(name).copied()
    }

    /// Whether an AWS account id is one that a provider or backend of the run works in.
    pub(super) fn owns_account(&self, account: &str) -> bool {
        self.accounts.contains(account)
    }
}

/// Account ids in a provider's or backend's settings: allowed accounts, roles to assume.
fn accounts<'a>(node: &'a Node, found: &mut FxHashSet<&'a str>) {
    match &node.value {
        Value::String(text) => {
            let id = |part: &&str| part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit());
            found.extend(text.split([':', '/', '-']).filter(id));
        }
        Value::List(items) => items.iter().for_each(|item| accounts(item, found)),
        Value::Map(_) | Value::Block(_) => {
            for entry in node.entries() {
                if entry.key != "forbidden_account_ids" && entry.key != "default_tags" {
                    accounts(&entry.value, found);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Expr(_) => {}
    }
}
