//! Ansible: playbooks and task files. Every task that calls a module is declared as that module, whatever collection it is
//! called from, with its arguments as the body; objects of Kubernetes that a task applies are declared as themselves.

mod argument;

use super::super::{Source, cluster, first_key, is_map, is_yaml};
use crate::format::{Declaration, Entry, Node};
use crate::rule::tables;
use argument::arguments;
use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

/// Blocks in blocks end here.
const DEPTH: usize = 16;

/// How many items of a list are looked at to tell whether it is one of tasks.
const LOOK: usize = 32;

/// Keys of a play under which tasks stand.
const TASKS: &[&str] = &["pre_tasks", "tasks", "post_tasks", "handlers"];

/// Keys of a block under which tasks stand.
const BLOCKS: &[&str] = &["block", "rescue", "always"];

/// Modules that apply objects of Kubernetes, and the arguments that hold them.
const APPLYING: &[&str] = &["k8s", "openshift_raw", "k8s_raw"];
const OBJECTS: &[&str] = &["definition", "resource_definition", "inline"];

/// Takes a root that is a playbook or a list of tasks.
pub(super) fn read(source: &Source<'_>) -> Option<Vec<Declaration>> {
    if !is_yaml(source) {
        return None;
    }
    let Some(items) = source.root.as_list() else {
        return variables(source);
    };
    let kind = if items.iter().any(is_play) {
        "playbook"
    } else if is_tasks(source, items) {
        "tasks"
    } else {
        return None;
    };
    let mut reader = Reader {
        source,
        declared: source.whole("ansible", kind),
        names: FxHashMap::default(),
    };
    for item in items {
        match kind {
            "playbook" => {
                for tasks in TASKS.iter().filter_map(|key| item.get(key)) {
                    reader.tasks(tasks, DEPTH);
                }
            }
            _ => reader.task(item, DEPTH),
        }
    }
    Some(reader.declared)
}

/// A file of variables: of groups or hosts, of a role.
fn variables(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let path = source.slashed();
    let has = |folder: &&str| path.contains(*folder);
    let shared = ["/group_vars/", "/host_vars/"].iter().any(has);
    let roles = path.contains("/roles/") && has(&"/defaults/");
    let listed = has(&"/vars/") || source.file().starts_with("vars");
    let map = is_map(source.root) && (shared || roles || listed);
    map.then(|| source.whole("ansible", "variables"))
}

fn is_play(node: &Node) -> bool {
    let has = |key: &&str| node.get(key).is_some();
    let about = [
        "tasks",
        "roles",
        "pre_tasks",
        "post_tasks",
        "vars",
        "become",
        "gather_facts",
    ];
    (has(&"hosts") && about.iter().any(has))
        || has(&"import_playbook")
        || has(&"ansible.builtin.import_playbook")
}

/// Whether a list is one of tasks: by its folder, or by a module that one of its items calls.
fn is_tasks(source: &Source<'_>, items: &[Node]) -> bool {
    let path = source.slashed();
    let named = |node: &Node| node.get("name").is_some() && node.entries().len() > 1;
    let folder = ["/tasks/", "/handlers/"].iter().any(|f| path.contains(f));
    (folder
        && items
            .iter()
            .any(|item| named(item) || module(item).is_some()))
        || items.iter().take(LOOK).any(|item| {
            let block = item.get("block").and_then(Node::as_list);
            let inner = block.and_then(<[Node]>::first);
            named(item) && module(item).is_some() || inner.is_some_and(|it| module(it).is_some())
        })
}

/// The entry of a task that calls a module: `amazon.aws.iam_role`, or a short name that a table knows.
fn module(task: &Node) -> Option<&Entry> {
    task.entries().iter().find(|entry| {
        let parts = entry.key.split('.').count();
        let plain =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
        let qualified = parts >= 3 && entry.key.chars().all(plain);
        qualified || (parts == 1 && is_known(&entry.key))
    })
}

fn is_known(kind: &str) -> bool {
    APPLYING.contains(&kind) || tables().rows("ansible", kind).next().is_some()
}

struct Reader<'s, 'd> {
    source: &'s Source<'d>,
    declared: Vec<Declaration>,
    /// How often a name was given to a task of the file.
    names: FxHashMap<CompactString, usize>,
}

impl Reader<'_, '_> {
    fn tasks(&mut self, tasks: &Node, depth: usize) {
        for task in tasks.as_list().unwrap_or_default() {
            self.task(task, depth);
        }
    }

    fn task(&mut self, task: &Node, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        for tasks in BLOCKS.iter().filter_map(|key| task.get(key)) {
            self.tasks(tasks, depth);
        }
        let Some(entry) = module(task) else {
            return;
        };
        let kind = entry.key.rsplit('.').next().unwrap_or(&entry.key);
        if APPLYING.contains(&kind) {
            self.objects(&entry.value);
        } else if is_known(kind) {
            self.call(task, entry, kind);
        }
    }

    /// What a task applies to a cluster.
    fn objects(&mut self, args: &Node) {
        for node in OBJECTS.iter().filter_map(|key| args.get(key)) {
            for object in node.one_or_many() {
                self.declared.extend(cluster::objects(self.source, object));
            }
        }
    }

    fn call(&mut self, task: &Node, entry: &Entry, kind: &str) {
        let body = arguments(&entry.value, task.get("args"));
        let state = body.get("state").and_then(Node::as_str);
        if matches!(state, Some("absent" | "deleted" | "terminated")) {
            return;
        }
        let said = |node: &Node| {
            node.get("name")
                .and_then(Node::as_str)
                .map(CompactString::from)
        };
        let name = said(&body).or_else(|| said(task)).unwrap_or_default();
        let label = match said(task) {
            Some(label) => label,
            None => name.clone(),
        };
        let mut address = format_compact!("{}#{kind}/{label}", self.source.address());
        let count = self.names.entry(address.clone()).or_default();
        *count += 1;
        if *count > 1 {
            address.push_str(&format!("~{count}"));
        }
        self.declared.push(Declaration {
            language: "ansible",
            kind: kind.into(),
            name,
            address,
            body: body.into(),
            span: task.span,
            head: first_key(task),
            scope: self.source.scope(),
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;

    fn declared(text: &str) -> Vec<(String, String, String)> {
        let found = sample::declarations(&[("site.yml", text)]);
        let line = |d: &crate::format::Declaration| {
            (
                d.language.to_owned(),
                d.kind.to_string(),
                d.address.to_string(),
            )
        };
        found.iter().map(line).collect()
    }

    #[test]
    fn tasks_are_their_modules() {
        let found = declared(
            "- hosts: all\n  vars: {role: ci}\n  tasks:\n  - name: a role\n    amazon.aws.iam_role:\n      name: '{{ role }}'\n  - block:\n    - name: a role\n      iam_role: {name: b}\n    - name: gone\n      iam_role: {name: c, state: absent}\n  - name: apply\n    kubernetes.core.k8s:\n      definition:\n        apiVersion: v1\n        kind: ServiceAccount\n        metadata: {name: bot, namespace: web}\n  - name: say\n    ansible.builtin.debug: {msg: hello}\n",
        );
        let kinds: Vec<&str> = found.iter().map(|(_, kind, _)| kind.as_str()).collect();
        assert_eq!(
            kinds,
            ["playbook", "iam_role", "iam_role", "ServiceAccount"]
        );
        assert_eq!(found[1].2, "site.yml#iam_role/a role");
        assert_eq!(found[2].2, "site.yml#iam_role/a role~2");
        assert_eq!(found[3].0, "kubernetes");
    }

    #[test]
    fn lists_of_tasks_are_known_by_a_module() {
        assert_eq!(declared("- name: a\n  iam_group: {name: g}\n").len(), 2);
        assert!(declared("- name: a\n  image: x\n").is_empty());
        assert!(declared("- name: a\n  value: {name: g}\n- x\n").is_empty());
    }
}
