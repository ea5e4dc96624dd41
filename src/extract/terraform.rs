//! The named objects of Terraform and OpenTofu: blocks of configurations (HCL and JSON), variable files, plans and states.
//!
//! Addresses are those inside the file's own module; evaluation adds module path, instance key and root. A plan or a
//! state is already evaluated: its scope's root is the file itself.

mod block;
mod json;
mod plan;
mod state;
mod terragrunt;
mod wanted;

pub use wanted::{Wanted, data, is_data};

use crate::format::{Declaration, Document, Node, Scope};
use crate::source::Span;
use compact_str::{CompactString, ToCompactString};

/// The language of all of them.
pub(super) const LANGUAGE: &str = "terraform";

/// The declarations of a document; none when it is not Terraform's.
pub(super) fn declare(document: &Document) -> Vec<Declaration> {
    let Some(root) = document.roots.first() else {
        return Vec::new();
    };
    let file = File::new(&document.path);
    let path = document.path.as_str();
    match document.format {
        "hcl" if path.ends_with(".tfvars") => vec![file.variables(root)],
        "hcl" if path.ends_with(".tf") || path.ends_with(".tofu") => block::declare(&file, root),
        "hcl" if terragrunt::is_unit(file.name) => terragrunt::declare(&file, root),
        "json" if path.ends_with(".tfvars.json") => vec![file.variables(root)],
        "json" if path.ends_with(".tf.json") || path.ends_with(".tofu.json") => {
            json::declare(&file, root)
        }
        "json" if plan::is_plan(root) => plan::declare(&file, root),
        "json" if state::is_state(root) => state::declare(&file, root),
        _ => Vec::new(),
    }
}

/// What all declarations of a file share.
struct File<'d> {
    path: &'d str,
    directory: &'d str,
    name: &'d str,
}

impl<'d> File<'d> {
    fn new(path: &'d str) -> Self {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        Self {
            path,
            directory,
            name,
        }
    }

    fn scope(&self) -> Scope {
        Scope {
            path: self.path.into(),
            directory: self.directory.into(),
            ..Scope::default()
        }
    }

    /// The scope of what needs no evaluation: the file is what is applied.
    fn applied(&self) -> Scope {
        Scope {
            root: self.path.into(),
            ..self.scope()
        }
    }

    fn declaration(&self, named: Named, body: Node, head: Span, span: Span) -> Declaration {
        Declaration {
            language: LANGUAGE,
            kind: named.kind,
            name: named.name,
            address: named.address,
            body: body.into(),
            span,
            head,
            scope: self.scope(),
        }
    }

    /// A variable file: one declaration of the kind `tfvars` that holds all values.
    fn variables(&self, root: &Node) -> Declaration {
        let named = Named {
            kind: CompactString::const_new("tfvars"),
            name: self.name.into(),
            address: self.path.into(),
        };
        self.declaration(named, root.clone(), root.span, root.span)
    }
}

/// What a block is called.
struct Named {
    kind: CompactString,
    name: CompactString,
    address: CompactString,
}

impl Named {
    /// The names of a block by its keyword and labels; none for keywords that name nothing.
    fn of(keyword: &str, labels: &[&str], alias: Option<&str>) -> Option<Self> {
        let (kind, name, address) = match (keyword, labels) {
            ("resource", [kind, name, ..]) => (
                kind.to_compact_string(),
                *name,
                compact_str::format_compact!("{kind}.{name}"),
            ),
            ("data" | "ephemeral", [kind, name, ..]) => (
                compact_str::format_compact!("{keyword}.{kind}"),
                *name,
                compact_str::format_compact!("{keyword}.{kind}.{name}"),
            ),
            ("variable", [name, ..]) => (
                keyword.into(),
                *name,
                compact_str::format_compact!("var.{name}"),
            ),
            ("module" | "output", [name, ..]) => (
                keyword.into(),
                *name,
                compact_str::format_compact!("{keyword}.{name}"),
            ),
            ("provider", [name, ..]) => (
                compact_str::format_compact!("provider.{name}"),
                alias.unwrap_or(name),
                match alias {
                    Some(alias) => compact_str::format_compact!("provider.{name}.{alias}"),
                    None => compact_str::format_compact!("provider.{name}"),
                },
            ),
            ("locals" | "terraform", []) => (keyword.into(), keyword, keyword.into()),
            _ => return None,
        };
        Some(Self {
            kind,
            name: name.into(),
            address,
        })
    }
}
