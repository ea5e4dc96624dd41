//! Kustomizations: which manifests each takes in, and what it changes in them.

use super::edit::set;
use super::patch::{self, Patch};
use super::{is_cluster_wide, is_file, plain_kind};
use crate::format::{Declaration, Node, Value};
use crate::resolve::folder::beside;
use crate::source::{Gap, GapKind};
use compact_str::{CompactString, format_compact};
use rustc_hash::{FxHashMap, FxHashSet};

/// Kustomizations that take in one another end here.
const DEPTH: usize = 16;

/// Most objects that kustomizations may make together.
const MOST: usize = 200_000;

const KIND: &str = "kustomize.config.k8s.io/Kustomization";

/// All manifests as the kustomizations apply them; those that none takes in stay as they are.
pub(super) fn build(objects: Vec<Declaration>, gaps: &mut Vec<Gap>) -> Vec<Declaration> {
    if !objects.iter().any(|object| object.kind == KIND) {
        return objects;
    }
    let mut run = Run::new(objects, gaps);
    let roots: Vec<CompactString> = run.roots();
    let mut built = Vec::new();
    for root in roots {
        let mut made = run.folder(&root, DEPTH);
        for object in &mut made {
            object.scope.root.clone_from(&root);
        }
        built.append(&mut made);
    }
    let mut rest = run.untouched();
    rest.append(&mut built);
    rest
}

struct Run<'g> {
    /// Kustomizations by folder.
    kustomizations: FxHashMap<CompactString, Declaration>,
    /// Manifests by path.
    files: FxHashMap<CompactString, Vec<Declaration>>,
    /// The order of paths.
    paths: Vec<CompactString>,
    /// Paths that a kustomization names as resource.
    taken: FxHashSet<String>,
    /// Paths that a kustomization names as patch.
    patches: FxHashSet<String>,
    made: usize,
    gaps: &'g mut Vec<Gap>,
}

impl<'g> Run<'g> {
    fn new(objects: Vec<Declaration>, gaps: &'g mut Vec<Gap>) -> Self {
        let mut run = Self {
            kustomizations: FxHashMap::default(),
            files: FxHashMap::default(),
            paths: Vec::new(),
            taken: FxHashSet::default(),
            patches: FxHashSet::default(),
            made: 0,
            gaps,
        };
        for object in objects {
            if object.kind == KIND {
                let folder = object.scope.directory.clone();
                run.kustomizations.insert(folder, object);
                continue;
            }
            let path = object.scope.path.clone();
            let list = run.files.entry(path.clone()).or_default();
            if list.is_empty() {
                run.paths.push(path);
            }
            list.push(object);
        }
        for kustomization in run.kustomizations.values() {
            run.patches.extend(patch::files(kustomization));
            run.taken
                .extend(resources(kustomization).map(|(path, _)| path));
        }
        run
    }

    /// Folders with a kustomization that no other takes in, sorted.
    fn roots(&self) -> Vec<CompactString> {
        let folders = self.kustomizations.keys();
        let mut roots: Vec<_> = folders
            .filter(|folder| !self.taken.contains(folder.as_str()))
            .cloned()
            .collect();
        roots.sort_unstable();
        roots
    }

    /// What a folder's kustomization makes.
    fn folder(&mut self, folder: &str, depth: usize) -> Vec<Declaration> {
        let Some(kustomization) = self.kustomizations.get(folder).cloned() else {
            return Vec::new();
        };
        if depth == 0 || self.made > MOST {
            let reason = "kustomizations nest too deep, or make too much";
            let path = kustomization.scope.path.as_str();
            self.gaps.push(Gap::of_file(path, GapKind::Limit, reason));
            return Vec::new();
        }
        let mut made = Vec::new();
        for (path, span) in resources(&kustomization) {
            if let Some(objects) = self.files.get(path.as_str()) {
                made.extend(objects.iter().filter(|object| !is_file(object)).cloned());
            } else if self.kustomizations.contains_key(path.as_str()) {
                made.append(&mut self.folder(&path, depth - 1));
            } else if path.contains("://") || path.is_empty() {
                let reason = "a remote base";
                let at = kustomization.scope.path.as_str();
                self.gaps.push(Gap::at(at, span, GapKind::External, reason));
            }
        }
        self.made += made.len();
        for object in &mut made {
            object.scope.through.insert(0, kustomization.head);
        }
        let patches = patch::read(&kustomization, &self.files);
        transform(&kustomization, &patches, made)
    }

    /// The kustomizations themselves, and manifests that none takes in and that are no patches.
    fn untouched(self) -> Vec<Declaration> {
        let Self {
            kustomizations,
            mut files,
            paths,
            taken,
            patches,
            ..
        } = self;
        let mut rest: Vec<Declaration> = kustomizations.into_values().collect();
        for path in paths {
            let used = taken.contains(path.as_str()) || patches.contains(path.as_str());
            if !used && let Some(objects) = files.remove(&path) {
                rest.extend(objects);
            }
        }
        rest
    }
}

/// What a kustomization takes in: paths from the root, and the text of what is remote.
fn resources(
    kustomization: &Declaration,
) -> impl Iterator<Item = (String, crate::source::Span)> + '_ {
    let folder = kustomization.scope.directory.as_str();
    ["resources", "bases", "components"]
        .into_iter()
        .flat_map(|key| kustomization.body.all(key))
        .filter_map(move |node| {
            let text = node.as_str()?;
            let path = beside(folder, text).unwrap_or_else(|| text.to_owned());
            // `github.com/org/repo//path` and the like.
            let remote = text.contains("//") || text.contains("?ref=");
            Some((
                if remote {
                    format!("remote://{text}")
                } else {
                    path
                },
                node.span,
            ))
        })
}

/// Applies what a kustomization changes: patches, names, namespace, labels and annotations.
fn transform(
    kustomization: &Declaration,
    patches: &[Patch],
    mut made: Vec<Declaration>,
) -> Vec<Declaration> {
    made.retain(|object| !patches.iter().any(|patch| patch.deletes(object)));
    for object in &mut made {
        for patch in patches {
            patch.apply(object);
        }
    }
    let text = |key: &str| kustomization.body.get(key).and_then(Node::as_str);
    let (prefix, suffix) = (text("namePrefix"), text("nameSuffix"));
    if prefix.is_some() || suffix.is_some() {
        rename(
            &mut made,
            prefix.unwrap_or_default(),
            suffix.unwrap_or_default(),
        );
    }
    if let Some(namespace) = text("namespace") {
        move_to(&mut made, namespace);
    }
    let tags = tags(&kustomization.body);
    for object in &mut made {
        object.scope.tags.extend(tags.iter().cloned());
    }
    made
}

/// Labels and annotations that a kustomization puts on everything.
fn tags(body: &Node) -> Vec<(CompactString, Node)> {
    let common = ["commonLabels", "commonAnnotations"];
    let common = common.into_iter().filter_map(|key| body.get(key));
    let pairs = body.all("labels").filter_map(|labels| labels.get("pairs"));
    common
        .chain(pairs)
        .flat_map(Node::entries)
        .map(|entry| (entry.key.clone(), entry.value.clone()))
        .collect()
}

/// Puts every object that lives in a namespace into one, and with them the accounts that bindings name.
fn move_to(made: &mut [Declaration], namespace: &str) {
    let accounts = names(made, "ServiceAccount");
    for object in made {
        if !is_cluster_wide(&object.kind) {
            object.scope.namespace = Some(namespace.into());
        }
        each_subject(object, |subject| {
            let name = subject
                .get("name")
                .and_then(Node::scalar)
                .unwrap_or_default();
            if accounts.contains(&name) || name == "default" {
                let value = Node::string(subject.span, namespace);
                set(subject, &["namespace"], value);
            }
        });
    }
}

/// Names of the objects of a kind.
fn names(made: &[Declaration], kind: &str) -> FxHashSet<CompactString> {
    made.iter()
        .filter(|object| plain_kind(&object.kind) == kind)
        .map(|object| object.name.clone())
        .collect()
}

/// Renames every object, and what names one of them.
fn rename(made: &mut [Declaration], prefix: &str, suffix: &str) {
    let accounts = names(made, "ServiceAccount");
    let mut roles = names(made, "Role");
    roles.extend(names(made, "ClusterRole"));
    let renamed = |name: &str| format_compact!("{prefix}{name}{suffix}");
    for object in made {
        let fixed = matches!(
            plain_kind(&object.kind),
            "Namespace" | "CustomResourceDefinition"
        );
        if !fixed && !object.name.is_empty() {
            object.name = renamed(&object.name);
            if let Some(span) = object.body.at(&["metadata", "name"]).map(|node| node.span) {
                let value = Node::string(span, object.name.clone());
                set(object.body_mut(), &["metadata", "name"], value);
            }
        }
        each_subject(object, |subject| {
            replace(subject, "name", &accounts, &renamed)
        });
        if let Some(role) = entry(object.body_mut(), "roleRef") {
            replace(role, "name", &roles, &renamed);
        }
        each_pod(object.body_mut(), DEPTH, &mut |pod| {
            replace(pod, "serviceAccountName", &accounts, &renamed);
        });
    }
}

fn replace(
    node: &mut Node,
    key: &str,
    known: &FxHashSet<CompactString>,
    renamed: &impl Fn(&str) -> CompactString,
) {
    let Some(old) = node.get(key) else { return };
    let (Some(text), span) = (old.scalar(), old.span) else {
        return;
    };
    if known.contains(&text) {
        set(node, &[key], Node::string(span, renamed(&text)));
    }
}

fn entry<'a>(node: &'a mut Node, key: &str) -> Option<&'a mut Node> {
    match &mut node.value {
        Value::Map(entries) => {
            let found = entries.iter_mut().find(|entry| entry.key == key);
            found.map(|entry| &mut entry.value)
        }
        _ => None,
    }
}

/// Subjects of a binding that are service accounts.
fn each_subject(object: &mut Declaration, mut change: impl FnMut(&mut Node)) {
    if !plain_kind(&object.kind).ends_with("RoleBinding") {
        return;
    }
    let Some(Value::List(subjects)) = entry(object.body_mut(), "subjects").map(|n| &mut n.value)
    else {
        return;
    };
    for subject in subjects {
        if subject.get("kind").and_then(Node::as_str) == Some("ServiceAccount") {
            change(subject);
        }
    }
}

/// Maps that name the account of a pod.
fn each_pod(node: &mut Node, depth: usize, change: &mut impl FnMut(&mut Node)) {
    if depth == 0 {
        return;
    }
    if node.get("serviceAccountName").is_some() {
        change(node);
    }
    match &mut node.value {
        Value::Map(entries) => {
            for entry in entries {
                each_pod(&mut entry.value, depth - 1, change);
            }
        }
        Value::List(items) => {
            for item in items {
                each_pod(item, depth - 1, change);
            }
        }
        _ => {}
    }
}
