//! Fills variables in the arguments of Ansible's modules where files of the repository say what they are: the `vars_files`
//! and `vars` of the play, `vars` and `defaults` of the role, `group_vars` and `host_vars` beside or above the play.
//!
//! What the play or the role's `vars` say wins. Groups and hosts differ, so that a variable of theirs is one of several
//! values, the role's default among them unless all groups have one. Filters, lookups and what tasks register stay unknown.

use super::given::one_of;
use crate::format::{Declaration, Entry, Expr, Node, Value};
use crate::source::folder::{file_name, folder as folder_of, join};
use compact_str::CompactString;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Variables that name one another end here.
const DEPTH: usize = 8;

/// Most nodes that variables may bring into the arguments of one module.
const NODES: usize = 10_000;

/// Variables of one place.
type Vars = FxHashMap<CompactString, Vec<Node>>;

/// Variables of several places, by the place.
type Shelf = FxHashMap<CompactString, Vars>;

/// All variables of a run.
#[derive(Default)]
struct Variables {
    /// By the file of the play.
    plays: Shelf,
    /// Files of variables outside of roles, by their path.
    files: Shelf,
    /// Files that a play lists, the last first, by the file of the play.
    listed: FxHashMap<CompactString, Vec<CompactString>>,
    /// `vars` by the folder of the role.
    roles: Shelf,
    /// `defaults` by the folder of the role.
    defaults: Shelf,
    /// What all groups have, by the folder that holds `group_vars`.
    all: Shelf,
    /// What some groups and hosts have, by the folder that holds theirs.
    some: Shelf,
}

/// Fills the variables in the arguments of all modules.
pub(super) fn evaluate(declarations: &mut [Declaration]) {
    let variables = Variables::new(declarations);
    if variables.is_empty() {
        return;
    }
    declarations
        .par_iter_mut()
        .filter(|declaration| declaration.language == "ansible" && !is_file(declaration))
        .for_each(|declaration| {
            let home = Home::new(&declaration.scope.path);
            let mut left = NODES;
            variables.fill(
                &home,
                std::sync::Arc::make_mut(&mut declaration.body),
                DEPTH,
                &mut left,
            );
        });
}

fn is_file(declaration: &Declaration) -> bool {
    matches!(
        declaration.kind.as_str(),
        "playbook" | "tasks" | "variables"
    )
}

/// Where a task stands.
struct Home<'a> {
    /// Its file.
    path: &'a str,
    /// The folder of its role, or of the play.
    folder: &'a str,
}

impl<'a> Home<'a> {
    fn new(path: &'a str) -> Self {
        let folder = folder_of(path);
        let inside = ["tasks", "handlers"].contains(&file_name(folder));
        Self {
            path,
            folder: if inside { folder_of(folder) } else { folder },
        }
    }
}

impl Variables {
    fn new(declarations: &[Declaration]) -> Self {
        let mut found = Self::default();
        for declaration in declarations.iter().filter(|it| it.language == "ansible") {
            let path = declaration.scope.path.as_str();
            match declaration.kind.as_str() {
                "playbook" => {
                    let vars = found.plays.entry(path.into()).or_default();
                    let listed = found.listed.entry(path.into()).or_default();
                    for play in declaration.body.as_list().unwrap_or_default() {
                        note(vars, play.get("vars").map_or(&[][..], Node::entries));
                        let files = play.all("vars_files").filter_map(Node::as_str);
                        let files = files.filter_map(|file| join(folder_of(path), file));
                        listed.extend(files.map(CompactString::from));
                    }
                    listed.reverse();
                }
                "variables" => {
                    if let Some(vars) = found.place(path) {
                        note(vars, declaration.body.entries());
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Where the variables of a file belong.
    fn place(&mut self, path: &str) -> Option<&mut Vars> {
        let folder = folder_of(path);
        let owner = |name: &str| CompactString::from(folder_of(name));
        for (kind, at) in [("group_vars", folder), ("group_vars", folder_of(folder))] {
            if file_name(at) == kind {
                let name = if at == folder {
                    file_name(path)
                } else {
                    file_name(folder)
                };
                let all = name.split('.').next() == Some("all");
                let shelf = if all { &mut self.all } else { &mut self.some };
                return Some(shelf.entry(owner(at)).or_default());
            }
        }
        let role = format!("/{path}").contains("/roles/");
        let shelf = match (file_name(folder), file_name(folder_of(folder))) {
            ("vars", _) if role => &mut self.roles,
            ("defaults", _) => &mut self.defaults,
            ("host_vars", _) => &mut self.some,
            (_, "host_vars") => {
                let key = owner(folder_of(folder));
                return Some(self.some.entry(key).or_default());
            }
            _ => return Some(self.files.entry(path.into()).or_default()),
        };
        Some(shelf.entry(owner(folder)).or_default())
    }

    fn is_empty(&self) -> bool {
        [
            &self.plays,
            &self.files,
            &self.roles,
            &self.defaults,
            &self.all,
            &self.some,
        ]
        .iter()
        .all(|shelf| shelf.values().all(Vars::is_empty))
    }

    /// The values that a variable may have for a task; none where no file says.
    fn values(&self, home: &Home<'_>, name: &str) -> Vec<&Node> {
        let listed = self.listed.get(home.path).into_iter().flatten();
        let listed = listed.map(|file| (&self.files, file.as_str()));
        let near = [(&self.plays, home.path), (&self.roles, home.folder)];
        for (shelf, key) in listed.chain(near) {
            let found = at(shelf, key, name);
            if !found.is_empty() {
                return found.iter().collect();
            }
        }
        let all = home.around(&self.all, name);
        let mut found: Vec<&Node> = match all.is_empty() {
            true => at(&self.defaults, home.folder, name).iter().collect(),
            false => all,
        };
        found.extend(home.around(&self.some, name));
        found
    }

    /// Replaces every variable below a node by what it is.
    fn fill(&self, home: &Home<'_>, node: &mut Node, depth: usize, left: &mut usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        match &mut node.value {
            Value::List(items) => {
                for item in items {
                    self.fill(home, item, depth + 1, left);
                }
            }
            Value::Map(entries) => {
                for entry in entries {
                    self.fill(home, &mut entry.value, depth + 1, left);
                }
            }
            Value::Expr(expr) => match expr.as_mut() {
                Expr::Unknown(reason) => {
                    if let Some(found) = self.variable(home, reason, depth, left) {
                        node.value = found.value;
                    }
                }
                Expr::Template(parts) => {
                    for part in parts.iter_mut() {
                        self.fill(home, part, depth + 1, left);
                    }
                    let texts: Option<Vec<CompactString>> =
                        parts.iter().map(Node::scalar).collect();
                    if let Some(texts) = texts {
                        node.value = Value::String(texts.concat().into());
                    }
                }
                _ => {}
            },
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Block(_) => {}
        }
    }

    /// What `{{name.member}}` comes to; none where no file says.
    fn variable(
        &self,
        home: &Home<'_>,
        reason: &str,
        depth: usize,
        left: &mut usize,
    ) -> Option<Node> {
        let path = reason.strip_prefix("{{")?.strip_suffix("}}")?;
        let mut steps = path.split('.');
        let name = steps.next()?;
        let members: Vec<&str> = steps.collect();
        let mut found: Vec<Node> = Vec::new();
        for value in self.values(home, name) {
            let value = value.at(&members)?;
            *left = left.checked_sub(size(value))?;
            let mut value = value.clone();
            self.fill(home, &mut value, depth, left);
            if !found.iter().any(|known| known.value == value.value) {
                found.push(value);
            }
        }
        (!found.is_empty()).then(|| one_of(found))
    }
}

impl Home<'_> {
    /// The values of a variable in the places of groups and hosts that are of the task's project.
    fn around<'v>(&self, shelf: &'v Shelf, name: &str) -> Vec<&'v Node> {
        let root = match self.folder.rsplit_once("roles/") {
            Some((before, _)) => before.trim_end_matches('/'),
            None => self.folder,
        };
        let within = |inner: &str, outer: &str| {
            let rest = inner.strip_prefix(outer);
            outer.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut found: Vec<&Node> = shelf
            .iter()
            .filter(|(folder, _)| within(root, folder) || within(folder, root))
            .flat_map(|(_, vars)| vars.get(name).map_or(&[][..], Vec::as_slice))
            .collect();
        found.sort_by_key(|node| (node.span.blob, node.span.start));
        found
    }
}

fn at<'v>(shelf: &'v Shelf, key: &str, name: &str) -> &'v [Node] {
    let vars = shelf.get(key);
    vars.and_then(|vars| vars.get(name))
        .map_or(&[], Vec::as_slice)
}

fn note(vars: &mut Vars, entries: &[Entry]) {
    for entry in entries {
        let known = vars.entry(entry.key.clone()).or_default();
        known.push(entry.value.clone());
    }
}

/// How many nodes a tree has.
fn size(node: &Node) -> usize {
    1 + node.children().into_iter().map(size).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{BlobId, Span};

    fn text(text: &str) -> Node {
        Node::string(Span::new(BlobId(0), 1, 2), text)
    }

    fn variable(name: &str) -> Node {
        Node::unknown(Span::new(BlobId(0), 1, 2), &format!("{{{{{name}}}}}"))
    }

    fn map(entries: Vec<(&str, Node)>) -> Node {
        let span = Span::new(BlobId(0), 1, 2);
        let entry = |(key, value): (&str, Node)| Entry {
            key: key.into(),
            key_span: span,
            value,
        };
        Node::new(span, Value::Map(entries.into_iter().map(entry).collect()))
    }

    fn declared(kind: &str, path: &str, body: Node) -> Declaration {
        let span = body.span;
        Declaration {
            language: "ansible",
            kind: kind.into(),
            name: CompactString::default(),
            address: path.into(),
            body: body.into(),
            span,
            head: span,
            scope: crate::format::Scope {
                path: path.into(),
                directory: folder_of(path).into(),
                ..crate::format::Scope::default()
            },
        }
    }

    /// What the argument of a task of the role `db` comes to, with these files of variables.
    fn filled(argument: Node, files: Vec<(&str, Node)>) -> Node {
        let mut all: Vec<Declaration> = files
            .into_iter()
            .map(|(path, body)| declared("variables", path, body))
            .collect();
        let task = map(vec![("user", argument)]);
        all.push(declared("iam_user", "roles/db/tasks/main.yml", task));
        evaluate(&mut all);
        let body = all.pop().expect("the task").body;
        body.get("user").cloned().expect("the argument")
    }

    #[test]
    fn the_nearest_place_wins() {
        let value = |name: &str| map(vec![("who", text(name))]);
        let defaults = ("roles/db/defaults/main.yml", value("default"));
        let found = filled(variable("who"), vec![defaults.clone()]);
        assert_eq!(found.as_str(), Some("default"));
        let all = ("inventories/prod/group_vars/all/main.yml", value("all"));
        let found = filled(variable("who"), vec![defaults.clone(), all.clone()]);
        assert_eq!(found.as_str(), Some("all"));
        let vars = ("roles/db/vars/main.yml", value("vars"));
        let found = filled(variable("who"), vec![defaults.clone(), all, vars]);
        assert_eq!(found.as_str(), Some("vars"));
        let group = ("group_vars/web.yml", value("group"));
        let found = filled(variable("who"), vec![defaults, group]);
        assert_eq!(
            found.value,
            Value::expr(Expr::Candidates(vec![text("default"), text("group")]))
        );
        let other = ("roles/web/defaults/main.yml", value("web"));
        assert!(filled(variable("who"), vec![other]).is_open());
    }

    #[test]
    fn files_count_for_the_plays_that_list_them() {
        let play = |files: &[&str]| {
            let files = Value::List(files.iter().map(|file| text(file)).collect());
            let play = map(vec![("vars_files", Node::new(text("").span, files))]);
            Node::new(text("").span, Value::List(vec![play].into()))
        };
        let found = |files: &[&str]| {
            let mut all = vec![
                declared("playbook", "site/play.yml", play(files)),
                declared(
                    "variables",
                    "site/vars/prod.yml",
                    map(vec![("who", text("prod"))]),
                ),
                declared(
                    "variables",
                    "vars/base.yml",
                    map(vec![("who", text("base"))]),
                ),
                declared(
                    "iam_user",
                    "site/play.yml",
                    map(vec![("user", variable("who"))]),
                ),
            ];
            evaluate(&mut all);
            let body = all.pop().expect("the task").body;
            body.get("user").and_then(Node::as_str).map(str::to_owned)
        };
        assert_eq!(found(&["../vars/base.yml"]).as_deref(), Some("base"));
        let both = found(&["../vars/base.yml", "vars/prod.yml"]);
        assert_eq!(both.as_deref(), Some("prod"), "the last wins");
        assert_eq!(found(&["{{ env }}.yml"]), None);
    }

    #[test]
    fn members_and_texts_are_followed_and_circles_end() {
        let inner = map(vec![("name", text("db"))]);
        let files = |body: Node| vec![("group_vars/all.yml", body)];
        let found = filled(variable("it.name"), files(map(vec![("it", inner)])));
        assert_eq!(found.as_str(), Some("db"));
        let joined = Node::new(
            text("").span,
            Value::expr(Expr::Template(vec![text("svc-"), variable("who")])),
        );
        let found = filled(joined, files(map(vec![("who", text("db"))])));
        assert_eq!(found.as_str(), Some("svc-db"));
        let circle = map(vec![("a", variable("b")), ("b", variable("a"))]);
        assert!(filled(variable("a"), files(circle)).is_open());
    }
}
