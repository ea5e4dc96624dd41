//! The `on:` of a workflow: which events start it, and in which scenes.

use super::scene::{Ref, Scene, Starter, is_protected};
use crate::extract::read;
use crate::format::{Node, Value};
use crate::model::Set;
use crate::source::Span;
use compact_str::CompactString;

/// One event of `on:`.
pub(super) struct Trigger<'a> {
    /// The event's name.
    pub(super) event: CompactString,
    /// Where it stands.
    pub(super) span: Span,
    /// Its filters.
    filters: Option<&'a Node>,
}

/// Events that whoever has an account can cause, and that run with the repository's secrets.
const ANYONE: &[&str] = &[
    "issue_comment",
    "issues",
    "discussion",
    "discussion_comment",
    "fork",
    "watch",
    "gollum",
];

/// Types of those events, and of pull requests, that only people with a role in the repository cause.
pub(super) const INSIDE: &[&str] = &[
    "labeled",
    "unlabeled",
    "assigned",
    "unassigned",
    "milestoned",
    "demilestoned",
    "pinned",
    "unpinned",
    "locked",
    "unlocked",
    "transferred",
    "typed",
    "untyped",
    "answered",
    "unanswered",
    "category_changed",
    "review_requested",
    "review_request_removed",
    "auto_merge_enabled",
    "auto_merge_disabled",
    "enqueued",
    "dequeued",
];

/// The events of an `on:` node: one name, a list of them, or a map with filters.
pub(super) fn triggers(on: &Node) -> Vec<Trigger<'_>> {
    let plain = |node: &Node| {
        let event = node.as_str()?;
        Some(Trigger {
            event: event.into(),
            span: node.span,
            filters: None,
        })
    };
    match &on.value {
        Value::String(_) => plain(on).into_iter().collect(),
        Value::List(items) => items.iter().filter_map(plain).collect(),
        _ => on
            .entries()
            .iter()
            .map(|entry| Trigger {
                event: entry.key.clone(),
                span: entry.key_span,
                filters: Some(&entry.value),
            })
            .collect(),
    }
}

impl Trigger<'_> {
    /// The filter of this name as texts.
    pub(super) fn filter(&self, name: &str) -> Set {
        read::texts(self.filters.and_then(|filters| filters.get(name)))
    }

    /// The scenes of the event itself; `workflow_call` and `workflow_run` get theirs from other workflows.
    pub(super) fn scenes(&self) -> Vec<Scene> {
        let scene = |starter, place| Scene {
            event: self.event.clone(),
            starter,
            place,
            before: None,
        };
        match self.event.as_str() {
            "workflow_call" | "workflow_run" => Vec::new(),
            "push" => self.pushes(),
            "schedule" => vec![scene(Starter::Schedule, Ref::Default)],
            "pull_request" | "pull_request_review" | "pull_request_review_comment" => {
                vec![scene(Starter::Writer, Ref::Pull)]
            }
            "pull_request_target" => {
                let mut scenes = vec![scene(Starter::Writer, Ref::Default)];
                if !self.only_inside() {
                    scenes.insert(0, scene(Starter::Anyone, Ref::Default));
                }
                scenes
            }
            "merge_group" => vec![scene(Starter::Reviewed, Ref::Default)],
            "workflow_dispatch" => vec![
                scene(Starter::Main, Ref::Default),
                scene(Starter::Writer, Ref::Other),
                scene(Starter::Writer, Ref::Tag("*".into())),
            ],
            "release" => vec![scene(Starter::Writer, Ref::Tag("*".into()))],
            event if ANYONE.contains(&event) => {
                let mut scenes = vec![scene(Starter::Writer, Ref::Default)];
                if !self.only_inside() {
                    scenes.insert(0, scene(Starter::Anyone, Ref::Default));
                }
                scenes
            }
            _ => vec![scene(Starter::Writer, Ref::Default)],
        }
    }

    /// Whether `types:` names only what people with a role in the repository cause.
    fn only_inside(&self) -> bool {
        let types = self.filter("types");
        types.complete
            && !types.items.is_empty()
            && types.texts().all(|kind| INSIDE.contains(&kind))
    }

    fn pushes(&self) -> Vec<Scene> {
        let (branches, tags) = (self.filter("branches"), self.filter("tags"));
        let without = self.filter("branches-ignore");
        let written = |set: &Set| !set.items.is_empty() || !set.complete;
        let mut scenes = Vec::new();
        if written(&branches) {
            let names = branches.texts().filter(|name| !name.starts_with('!'));
            for name in names {
                self.branch(name, &mut scenes);
            }
            if !branches.complete {
                self.branch("**", &mut scenes);
            }
        } else if written(&without) {
            scenes.push(self.push(Starter::Writer, Ref::Other));
            if !without.texts().any(is_protected) {
                scenes.push(self.push(Starter::Main, Ref::Default));
            }
        } else if !written(&tags) {
            self.branch("**", &mut scenes);
        }
        if written(&tags) {
            for name in tags.texts().filter(|name| !name.starts_with('!')) {
                scenes.push(self.push(Starter::Writer, Ref::Tag(name.into())));
            }
        } else if !written(&branches) && !written(&without) {
            scenes.push(self.push(Starter::Writer, Ref::Tag("*".into())));
        }
        scenes
    }

    fn branch(&self, name: &str, scenes: &mut Vec<Scene>) {
        if name.starts_with('*') || name.starts_with("$") {
            scenes.push(self.push(Starter::Writer, Ref::Other));
            scenes.push(self.push(Starter::Main, Ref::Default));
            return;
        }
        let starter = match is_protected(name) {
            true => Starter::Main,
            false => Starter::Writer,
        };
        scenes.push(self.push(starter, Ref::Branch(name.into())));
    }

    fn push(&self, starter: Starter, place: Ref) -> Scene {
        Scene {
            event: "push".into(),
            starter,
            place,
            before: None,
        }
    }
}

/// The scenes of a `workflow_run` that follows a workflow with these triggers and scenes, on one of `branches` where it asks
/// for any. A pull request from a fork runs without secrets itself, but the run that follows it has them, and its author
/// names the branch.
pub(super) fn following<'a>(
    triggers: impl Iterator<Item = &'a CompactString>,
    scenes: &[Scene],
    branches: &Set,
) -> Vec<Scene> {
    let run = |starter, before: &CompactString| Scene {
        event: "workflow_run".into(),
        starter,
        place: Ref::Default,
        before: Some(before.clone()),
    };
    let mut found: Vec<Scene> = triggers
        .filter(|event| event.starts_with("pull_request"))
        .map(|event| run(Starter::Anyone, event))
        .collect();
    let kept = scenes.iter().filter(|scene| is_on(&scene.place, branches));
    found.extend(kept.map(|scene| run(scene.starter, &scene.event)));
    found
}

/// Whether a ref can be one of the branches a filter names.
fn is_on(place: &Ref, branches: &Set) -> bool {
    if branches.items.is_empty() || !branches.complete {
        return true;
    }
    let mut names = branches.texts().filter(|name| !name.starts_with('!'));
    match place {
        Ref::Default | Ref::Pull => true,
        Ref::Other => names.any(|name| !is_protected(name)),
        Ref::Branch(branch) => {
            names.any(|name| name.contains('*') || branch.contains('*') || name == branch)
        }
        Ref::Tag(tag) => names.any(|name| name.contains('*') || name == tag),
    }
}

/// The scenes of a `workflow_run` after a workflow that no file defines.
pub(super) fn following_unknown() -> Vec<Scene> {
    [Starter::Perhaps, Starter::Writer]
        .map(|starter| Scene {
            event: "workflow_run".into(),
            starter,
            place: Ref::Default,
            before: None,
        })
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Limits, claim};
    use crate::source::BlobId;

    fn scenes(on: &str) -> Vec<(Starter, Ref)> {
        let format = claim("w.yml", b"").expect("YAML is claimed");
        let document = format.parse(BlobId(0), "w.yml", on, Limits::default());
        let on = document.roots[0].get("on").expect("an on");
        let scenes = triggers(on)
            .into_iter()
            .flat_map(|trigger| trigger.scenes());
        scenes.map(|scene| (scene.starter, scene.place)).collect()
    }

    #[test]
    fn events_in_all_three_spellings() {
        assert_eq!(scenes("on: schedule"), [(Starter::Schedule, Ref::Default)]);
        assert_eq!(scenes("on: [pull_request]"), [(Starter::Writer, Ref::Pull)]);
        assert_eq!(
            scenes("on: {issue_comment: {types: [created]}}")[0].0,
            Starter::Anyone
        );
    }

    #[test]
    fn pushes_come_apart_by_their_filters() {
        let any = scenes("on: push");
        assert!(any.contains(&(Starter::Writer, Ref::Other)));
        assert!(any.contains(&(Starter::Main, Ref::Default)));
        assert!(any.contains(&(Starter::Writer, Ref::Tag("*".into()))));
        assert_eq!(
            scenes("on: {push: {branches: [main, 'release/**']}}"),
            [
                (Starter::Main, Ref::Branch("main".into())),
                (Starter::Main, Ref::Branch("release/**".into()))
            ]
        );
        assert_eq!(
            scenes("on: {push: {tags: ['v*']}}"),
            [(Starter::Writer, Ref::Tag("v*".into()))]
        );
        assert_eq!(
            scenes("on: {push: {branches-ignore: [main]}}"),
            [(Starter::Writer, Ref::Other)]
        );
    }

    #[test]
    fn a_label_is_put_by_someone_inside() {
        let starters = |on: &str| scenes(on).into_iter().map(|s| s.0).min();
        assert_eq!(starters("on: pull_request_target"), Some(Starter::Anyone));
        assert_eq!(
            starters("on: {pull_request_target: {types: [labeled]}}"),
            Some(Starter::Writer)
        );
        assert_eq!(
            starters("on: {pull_request_target: {types: [labeled, synchronize]}}"),
            Some(Starter::Anyone)
        );
    }
}
