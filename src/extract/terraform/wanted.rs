//! Which data files a configuration reads with `jsondecode(file(...))` and the like, as far as its text tells.
//!
//! The answer is a superset: every path that a configuration writes and that ends like a data file is taken for one,
//! with `*` for the holes in it, wherever it may lie. So a file's values can take part in the evaluation, each at its
//! own place in its own file.

use super::LANGUAGE;
use crate::format::{Declaration, Document, Expr, Node, Scope, Value};
use globset::{GlobSet, GlobSetBuilder};

/// The language of a declaration that stands for a data file.
const DATA: &str = "data";

const ENDINGS: &[&str] = &[".json", ".yaml", ".yml"];

/// Longest path that is looked at.
const LONGEST: usize = 200;

/// Most patterns that are looked for.
const PATTERNS: usize = 5_000;

/// The data files that configurations read.
#[derive(Debug)]
pub struct Wanted {
    paths: Option<GlobSet>,
}

impl Wanted {
    /// What these declarations read; they are not evaluated yet.
    pub fn by<'d>(declarations: impl Iterator<Item = &'d Declaration>) -> Self {
        let mut walk = Walk::default();
        for declaration in declarations.filter(|declaration| declaration.language == LANGUAGE) {
            walk.directory = &declaration.scope.directory;
            walk.tree(&declaration.body);
        }
        let mut set = GlobSetBuilder::new();
        walk.patterns.sort_unstable();
        walk.patterns.dedup();
        walk.patterns.truncate(PATTERNS);
        for pattern in &walk.patterns {
            if let Ok(glob) = globset::GlobBuilder::new(pattern)
                .literal_separator(true)
                .build()
            {
                set.add(glob);
            }
        }
        let paths = set
            .build()
            .ok()
            .filter(|paths| walk.decodes && !paths.is_empty());
        Self { paths }
    }

    /// Whether nothing is read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.paths.is_none()
    }

    /// Whether the file may be one of them.
    #[must_use]
    pub fn wants(&self, path: &str) -> bool {
        may_be_data(path)
            && self
                .paths
                .as_ref()
                .is_some_and(|paths| paths.is_match(path))
    }
}

/// A document as the declaration of a data file: what evaluation reads it from.
#[must_use]
pub fn data(document: &Document) -> Option<Declaration> {
    let root = document.roots.first()?;
    Some(Declaration {
        language: DATA,
        kind: DATA.into(),
        name: document.path.as_str().into(),
        address: document.path.as_str().into(),
        body: root.clone().into(),
        span: root.span,
        head: root.span,
        scope: Scope {
            path: document.path.as_str().into(),
            ..Scope::default()
        },
    })
}

/// Whether a declaration stands for a data file.
#[must_use]
pub fn is_data(declaration: &Declaration) -> bool {
    declaration.language == DATA
}

fn may_be_data(path: &str) -> bool {
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

#[derive(Default)]
struct Walk<'d> {
    directory: &'d str,
    decodes: bool,
    patterns: Vec<String>,
}

impl Walk<'_> {
    fn tree(&mut self, root: &Node) {
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            self.node(node);
            open.extend(node.children());
        }
    }

    fn node(&mut self, node: &Node) {
        match &node.value {
            Value::String(text) => self.path(&globset::escape(text)),
            Value::Expr(expr) => match &**expr {
                Expr::Template(_) => self.path(&pattern(node)),
                Expr::Call { name, args } => {
                    self.decodes |= matches!(&**name, "jsondecode" | "yamldecode");
                    if let ("fileset", [folder, names]) = (&**name, args.as_slice()) {
                        self.files(&pattern(folder), names);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// Takes a path, holes and all, for a data file's when it ends like one.
    fn path(&mut self, path: &str) {
        if path.len() <= LONGEST && may_be_data(path) && !path.contains(char::is_whitespace) {
            self.patterns.push(anywhere(path));
        }
    }

    /// The files of a folder whose names fit a pattern.
    fn files(&mut self, folder: &str, names: &Node) {
        let Some(names) = names.as_str().filter(|names| names.len() <= LONGEST) else {
            return;
        };
        let tail = |text: &'_ str, mark| text.rsplit(mark).next().map(str::to_owned);
        let folder = tail(folder, "*").and_then(|folder| tail(&folder, "./"));
        let folder = folder.unwrap_or_default();
        let folder = folder.trim_matches('/');
        if folder.is_empty() {
            let directory = globset::escape(self.directory);
            let own = format!("{directory}/{names}");
            self.patterns.push(own.trim_start_matches('/').to_owned());
        } else {
            self.patterns.push(anywhere(&format!("{folder}/{names}")));
        }
    }
}

/// A text with `*` for its holes.
fn pattern(node: &Node) -> String {
    match &node.value {
        Value::String(text) => globset::escape(text),
        Value::Expr(expr) => match &**expr {
            Expr::Template(parts) => parts.iter().map(pattern).collect(),
            _ => "*".to_owned(),
        },
        _ => "*".to_owned(),
    }
}

/// A path that may start in any folder.
fn anywhere(path: &str) -> String {
    let tail = path.rsplit("./").next().unwrap_or(path);
    let tail = tail.trim_start_matches("*/").trim_start_matches('/');
    format!("**/{tail}")
}

#[cfg(test)]
mod tests {
    use super::super::declare;
    use super::Wanted;
    use crate::format::{Limits, claim};
    use crate::source::BlobId;

    fn wanted(text: &str) -> Wanted {
        let format = claim("app/main.tf", b"").unwrap();
        let document = format.parse(BlobId(0), "app/main.tf", text, Limits::default());
        Wanted::by(declare(&document).iter())
    }

    #[test]
    fn paths_that_are_decoded_are_wanted_wherever_they_lie() {
        let wanted = wanted(
            r#"locals {
              a = yamldecode(file("${path.module}/users.yaml"))
              b = jsondecode(file("../../environments/${var.name}.json"))
              c = [for f in fileset("${path.module}/teams", "*.yml") : yamldecode(file(f))]
              d = fileset(path.module, "*.json")
            }"#,
        );
        for path in [
            "app/users.yaml",
            "environments/prod.json",
            "app/teams/a.yml",
            "app/any.json",
        ] {
            assert!(wanted.wants(path), "{path}");
        }
        for path in [
            "app/other.yaml",
            "environments/a/b.json",
            "x/any.json",
            "users.yaml.txt",
        ] {
            assert!(!wanted.wants(path), "{path}");
        }
    }

    #[test]
    fn nothing_is_wanted_where_nothing_is_decoded() {
        assert!(wanted("locals {\n  a = file(\"policy.json\")\n}\n").is_empty());
        assert!(wanted("").is_empty());
    }
}
