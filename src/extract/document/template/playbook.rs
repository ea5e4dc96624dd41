//! Ansible: playbooks and task files.

use super::super::{Source, is_yaml};
use crate::format::{Declaration, Node};

/// Takes a root that is a playbook or a list of tasks.
pub(super) fn read(source: &Source<'_>) -> Option<Vec<Declaration>> {
    if !is_yaml(source) {
        return None;
    }
    let items = source.root.as_list()?;
    let play = |node: &Node| {
        (node.get("hosts").is_some()
            && [
                "tasks",
                "roles",
                "pre_tasks",
                "post_tasks",
                "vars",
                "become",
                "gather_facts",
            ]
            .iter()
            .any(|key| node.get(key).is_some()))
            || node.get("import_playbook").is_some()
            || node.get("ansible.builtin.import_playbook").is_some()
    };
    if items.iter().any(play) {
        return Some(source.whole("ansible", "playbook"));
    }
    let path = source.slashed();
    let task = |node: &Node| node.get("name").is_some() && node.entries().len() > 1;
    let folder = ["/tasks/", "/handlers/"].iter().any(|f| path.contains(f));
    (folder && items.iter().any(task)).then(|| source.whole("ansible", "tasks"))
}
