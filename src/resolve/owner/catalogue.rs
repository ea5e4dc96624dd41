//! Files beside the code that say who owns a folder: `catalog-info.yaml`, OWNERS, `Chart.yaml`.

use crate::format::Declaration;
use crate::judge::owner::is_owner;
use crate::source::Span;
use crate::source::folder::folder as above;
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Owners by folder.
#[derive(Debug, Default)]
pub(super) struct Catalogue(FxHashMap<CompactString, Vec<Entry>>);

#[derive(Debug)]
struct Entry {
    /// The entity's own name.
    name: CompactString,
    owner: CompactString,
    span: Span,
}

impl Catalogue {
    /// Reads the files among the declarations of a run.
    pub(super) fn new(declarations: &[Declaration]) -> Self {
        let mut catalogue = Self::default();
        for declaration in declarations {
            let owner = match (declaration.language, declaration.kind.as_str()) {
                ("backstage", _) => declaration.body.at(&["spec", "owner"]),
                ("codeowners", "owners") => {
                    let approvers = declaration.body.get("approvers");
                    approvers.and_then(|list| list.as_list()?.first())
                }
                ("kubernetes", "helm/Chart") => {
                    let maintainer = declaration.body.at(&["maintainers", "name"]);
                    maintainer.or_else(|| declaration.body.at(&["maintainers", "email"]))
                }
                _ => None,
            };
            let Some((text, span)) = owner.and_then(|node| Some((node.as_str()?, node.span)))
            else {
                continue;
            };
            if is_owner(text) {
                let folder = catalogue.0.entry(declaration.scope.directory.clone());
                folder.or_default().push(Entry {
                    name: declaration.name.clone(),
                    owner: text.into(),
                    span,
                });
            }
        }
        catalogue
    }

    /// The owner of the nearest folder that names one. Where entities of one folder have different owners, the entity
    /// called like the identity decides.
    pub(super) fn nearest(&self, directory: &str, name: &str) -> Option<(CompactString, Span)> {
        if self.0.is_empty() {
            return None;
        }
        let mut folder = directory;
        loop {
            if let Some(entries) = self.0.get(folder) {
                let same = entries.iter().all(|entry| entry.owner == entries[0].owner);
                let found = match same {
                    true => entries.first(),
                    false => entries.iter().find(|entry| entry.name == name),
                };
                if let Some(entry) = found {
                    return Some((entry.owner.clone(), entry.span));
                }
            }
            if folder.is_empty() {
                return None;
            }
            folder = above(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Node, Scope};

    fn entity(directory: &str, name: &str, owner: &str) -> Declaration {
        let text = |key: &str, value: Node| crate::format::Entry {
            key: key.into(),
            key_span: Span::default(),
            value,
        };
        let map = |entries| Node::new(Span::default(), crate::format::Value::Map(entries));
        let spec = map(vec![text("owner", Node::string(Span::default(), owner))].into());
        Declaration {
            language: "backstage",
            kind: "Component".into(),
            name: name.into(),
            address: name.into(),
            body: map(vec![text("spec", spec)].into()).into(),
            span: Span::default(),
            head: Span::default(),
            scope: Scope {
                directory: directory.into(),
                ..Scope::default()
            },
        }
    }

    #[test]
    fn the_nearest_folder_answers() {
        let catalogue = Catalogue::new(&[
            entity("", "all", "group:platform"),
            entity("pay", "pay", "group:payments"),
            entity("mix", "a", "group:a"),
            entity("mix", "b", "group:b"),
            entity("todo", "x", "TBD"),
        ]);
        let owner = |directory: &str, name: &str| {
            let found = catalogue.nearest(directory, name);
            found.map(|(owner, _)| owner.to_string())
        };
        assert_eq!(
            owner("pay/infra/prod", "x").as_deref(),
            Some("group:payments")
        );
        assert_eq!(owner("payx", "x").as_deref(), Some("group:platform"));
        assert_eq!(owner("mix", "b").as_deref(), Some("group:b"));
        assert_eq!(owner("mix", "x").as_deref(), Some("group:platform"));
        assert_eq!(owner("todo", "x").as_deref(), Some("group:platform"));
    }
}
