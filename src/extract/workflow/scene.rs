//! Scenes: the ways a workflow can start with its secrets and its token, by event, by whom, and on which ref.
//!
//! A pull request from a fork gets neither, so `pull_request` stands for a writer's. A push to any branch comes apart into
//! the protected line and the others, so that a condition on `github.ref` can keep one of them.

use compact_str::CompactString;

/// Who can make a scene happen, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Starter {
    /// Anyone, if the run that goes before, which no file tells of, is one that strangers start.
    Perhaps,
    /// Whoever has an account: a comment, or a pull request that runs with the base's rights.
    Anyone,
    /// Whoever can fork, where the job holds no more than a pull request from a fork gets.
    Fork,
    /// Whoever can push a branch.
    Writer,
    /// Whoever can push to, or merge into, the protected line.
    Main,
    /// A second person has looked.
    Reviewed,
    /// The clock.
    Schedule,
}

impl Starter {
    /// The word in `usage.starter`; none where it cannot be told.
    pub(super) fn word(self) -> Option<&'static str> {
        Some(match self {
            Starter::Perhaps => return None,
            Starter::Anyone => "anyone",
            Starter::Fork => "fork",
            Starter::Writer => "writer",
            Starter::Main => "main",
            Starter::Reviewed => "reviewed",
            Starter::Schedule => "schedule",
        })
    }
}

/// The ref a scene runs on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Ref {
    /// The repository's default branch, whatever its name.
    Default,
    /// A branch or pattern that a filter names.
    Branch(CompactString),
    /// Any branch but the protected line.
    Other,
    /// A tag; the pattern a filter names, or `*`.
    Tag(CompactString),
    /// `refs/pull/N/merge`
    Pull,
}

/// One way to start.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Scene {
    /// `github.event_name`
    pub(super) event: CompactString,
    /// Who.
    pub(super) starter: Starter,
    /// Where.
    pub(super) place: Ref,
    /// The event of the run that a `workflow_run` follows.
    pub(super) before: Option<CompactString>,
}

/// Names that teams protect.
const PROTECTED: &[&str] = &[
    "main",
    "master",
    "trunk",
    "default",
    "stable",
    "production",
    "prod",
    "release",
    "live",
];

/// Whether a branch, or every branch of a pattern, is one that teams protect: by its first word.
pub(super) fn is_protected(branch: &str) -> bool {
    let first = branch
        .trim_start_matches("refs/heads/")
        .split(['/', '-', '*'])
        .next()
        .unwrap_or_default();
    let first = first.to_ascii_lowercase();
    PROTECTED.contains(&first.as_str())
        || first.strip_suffix('s').is_some_and(|one| one == "release")
}

impl Scene {
    /// A pull request from a fork: it has no secrets, and its code runs all the same.
    pub(super) fn fork() -> Self {
        Self {
            event: "pull_request".into(),
            starter: Starter::Fork,
            place: Ref::Pull,
            before: None,
        }
    }

    /// Whether the person behind the scene is none of the repository's own.
    pub(super) fn outside(&self) -> bool {
        self.starter <= Starter::Fork
    }
}

#[cfg(test)]
mod tests {
    use super::is_protected;

    #[test]
    fn branches_are_protected_by_their_first_word() {
        for name in [
            "main",
            "refs/heads/master",
            "release/1.2",
            "releases/x",
            "prod-eu",
        ] {
            assert!(is_protected(name), "{name}");
        }
        for name in ["develop", "feature/main", "mainline", "*"] {
            assert!(!is_protected(name), "{name}");
        }
    }
}
