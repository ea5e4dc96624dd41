//! What a condition amounts to in a scene: whether who starts it there can pass.
//!
//! Three-valued: a part that cannot be told leaves the way open. What a stranger cannot be, have or cause is told: the
//! head repository is not the base, their association is none of the team's, and they do not push, schedule or label.

use super::expression::Expression;
use super::scene::{Ref, Scene, is_protected};
use super::trigger::INSIDE;
use compact_str::CompactString;

/// What a part of a condition amounts to.
#[derive(Debug, Clone, PartialEq)]
enum Meaning {
    /// A text.
    Text(CompactString),
    /// True or false.
    Flag(bool),
    /// One of the repository's own things: its name, its owner.
    Base,
    /// The name or owner of somebody else's copy.
    Theirs,
    /// The author association, or the login, of someone outside.
    Outsider,
    /// The default branch's name, with what stands before it.
    DefaultBranch(CompactString),
    /// A branch's name, not of the protected line, with what stands before it.
    OtherBranch,
    /// A word that is none of these.
    NoneOf(&'static [&'static str]),
    /// Cannot be told.
    Open,
}

/// Associations that someone outside can have.
const OUTSIDE: &[&str] = &[
    "none",
    "contributor",
    "first_time_contributor",
    "first_timer",
    "mannequin",
];

/// Events that nobody outside causes.
const OWN_EVENTS: &[&str] = &[
    "push",
    "schedule",
    "workflow_dispatch",
    "repository_dispatch",
    "workflow_call",
    "release",
    "create",
    "delete",
    "deployment",
    "merge_group",
];

impl Scene {
    /// Whether the scene can pass a condition: true unless the condition is surely false.
    pub(super) fn passes(&self, condition: &Expression) -> bool {
        self.truth(condition) != Some(false)
    }

    fn truth(&self, expression: &Expression) -> Option<bool> {
        match expression {
            Expression::And(left, right) => match (self.truth(left), self.truth(right)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Expression::Or(left, right) => match (self.truth(left), self.truth(right)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Expression::Not(inner) => self.truth(inner).map(|truth| !truth),
            Expression::Equal(left, right, positive) => {
                let equal = equal(&self.meaning(left), &self.meaning(right))?;
                Some(equal == *positive)
            }
            _ => match self.meaning(expression) {
                Meaning::Flag(flag) => Some(flag),
                Meaning::Text(text) => Some(!text.is_empty()),
                _ => None,
            },
        }
    }

    fn meaning(&self, expression: &Expression) -> Meaning {
        match expression {
            Expression::Text(text) | Expression::Number(text) => Meaning::Text(text.clone()),
            Expression::Flag(flag) => Meaning::Flag(*flag),
            Expression::Null => Meaning::Text(CompactString::default()),
            Expression::Call(name, arguments) => self.call(name, arguments),
            Expression::Context(path) => {
                let keys: Option<Vec<&str>> = path.iter().map(Option::as_deref).collect();
                keys.map_or(Meaning::Open, |keys| self.context(&keys))
            }
            Expression::And(..)
            | Expression::Or(..)
            | Expression::Not(_)
            | Expression::Equal(..) => self.truth(expression).map_or(Meaning::Open, Meaning::Flag),
            Expression::Part(_) | Expression::Order(..) => Meaning::Open,
        }
    }

    fn call(&self, name: &str, arguments: &[Expression]) -> Meaning {
        let flag = |truth: Option<bool>| truth.map_or(Meaning::Open, Meaning::Flag);
        match (name, arguments) {
            ("always" | "success", _) => Meaning::Flag(true),
            ("contains", [list, item]) => flag(self.contains(list, item)),
            ("startswith", [text, start]) => flag(self.starts(text, start)),
            ("format", [Expression::Text(pattern), arguments @ ..]) => {
                self.formatted(pattern, arguments)
            }
            _ => Meaning::Open,
        }
    }

    /// Of `contains`: a list of associations and the one behind the scene.
    fn contains(&self, list: &Expression, item: &Expression) -> Option<bool> {
        let text = match list {
            Expression::Call(name, arguments) if name == "fromjson" => match &arguments[..] {
                [Expression::Text(text)] => text,
                _ => return None,
            },
            Expression::Text(text) => text,
            _ => return None,
        };
        let text = text.to_ascii_lowercase();
        let words: Vec<&str> = text
            .split(|c: char| !(c.is_ascii_alphanumeric() || "-_/[".contains(c)))
            .map(|word| word.trim_start_matches('['))
            .filter(|word| !word.is_empty())
            .collect();
        match self.meaning(item) {
            Meaning::Outsider => {
                let could = |word: &&str| OUTSIDE.contains(word) || word.contains('[');
                match words.iter().any(could) {
                    true => None,
                    false => Some(false),
                }
            }
            Meaning::Text(item) => Some(words.contains(&item.to_ascii_lowercase().as_str())),
            _ => None,
        }
    }

    fn starts(&self, text: &Expression, start: &Expression) -> Option<bool> {
        let Meaning::Text(start) = self.meaning(start) else {
            return None;
        };
        let is_ref = matches!(text, Expression::Context(path)
            if path.len() == 2 && path[1].as_deref() == Some("ref"));
        if is_ref && start.starts_with("refs/heads/") && start.len() > "refs/heads/".len() {
            return match &self.place {
                Ref::Other if is_protected(&start) => Some(false),
                Ref::Other => None,
                Ref::Tag(_) | Ref::Pull => Some(false),
                Ref::Default | Ref::Branch(_) => None,
            };
        }
        match self.meaning(text) {
            Meaning::Text(text) => match text.strip_suffix('*') {
                Some(known) if start.starts_with(known) => None,
                _ => Some(text.starts_with(start.as_str())),
            },
            Meaning::OtherBranch if is_ref => Some("refs/heads/".starts_with(start.as_str())),
            Meaning::DefaultBranch(before) if is_ref => Some(before.starts_with(start.as_str())),
            // Nobody outside owns what begins with the owner's name.
            Meaning::Theirs if start.contains('/') => Some(false),
            _ => None,
        }
    }

    /// `format('refs/heads/{0}', github.event.repository.default_branch)` and nothing else.
    fn formatted(&self, pattern: &str, arguments: &[Expression]) -> Meaning {
        match arguments {
            [argument] => match self.meaning(argument) {
                Meaning::DefaultBranch(before) if before.is_empty() => {
                    match pattern.strip_suffix("{0}") {
                        Some(before) => Meaning::DefaultBranch(before.into()),
                        None => Meaning::Open,
                    }
                }
                Meaning::Text(text) => Meaning::Text(pattern.replace("{0}", &text).into()),
                _ => Meaning::Open,
            },
            _ => Meaning::Open,
        }
    }

    fn context(&self, path: &[&str]) -> Meaning {
        let ["github", rest @ ..] = path else {
            return Meaning::Open;
        };
        let theirs = match self.outside() {
            true => Meaning::Theirs,
            false => Meaning::Base,
        };
        match rest.join(".").as_str() {
            "event_name" => Meaning::Text(self.event.clone()),
            "repository"
            | "repository_id"
            | "repository_owner"
            | "repository_owner_id"
            | "event.repository.full_name"
            | "event.repository.id"
            | "event.repository.owner.login"
            | "event.repository.owner.id"
            | "event.pull_request.base.repo.full_name"
            | "event.pull_request.base.repo.id"
            | "event.pull_request.base.repo.owner.login"
            | "event.pull_request.base.user.login" => Meaning::Base,
            "event.pull_request.head.repo.fork" | "event.workflow_run.head_repository.fork" => {
                Meaning::Flag(self.outside())
            }
            "event.pull_request.head.repo.full_name"
            | "event.pull_request.head.repo.id"
            | "event.pull_request.head.repo.owner.login"
            | "event.pull_request.head.repo.owner.id"
            | "event.pull_request.head.user.login"
            | "event.workflow_run.head_repository.full_name"
            | "event.workflow_run.head_repository.id"
            | "event.workflow_run.head_repository.owner.login"
            | "event.workflow_run.head_repository.owner.id" => theirs,
            "event.pull_request.merged" if self.outside() => Meaning::Flag(false),
            "event.workflow_run.event" => match &self.before {
                Some(event) => Meaning::Text(event.clone()),
                None if self.outside() => Meaning::NoneOf(OWN_EVENTS),
                None => Meaning::Open,
            },
            "event.action" if self.outside() => Meaning::NoneOf(INSIDE),
            "event.repository.default_branch" => Meaning::DefaultBranch(CompactString::default()),
            "ref" => self.place("refs/heads/", "refs/tags/"),
            "ref_name" => self.place("", ""),
            "ref_type" => Meaning::Text(match self.place {
                Ref::Tag(_) => "tag".into(),
                _ => "branch".into(),
            }),
            path if self.outside() && is_person(path) => Meaning::Outsider,
            _ => Meaning::Open,
        }
    }

    fn place(&self, branch: &str, tag: &str) -> Meaning {
        match &self.place {
            Ref::Default => Meaning::DefaultBranch(branch.into()),
            Ref::Branch(name) if name.contains('*') => Meaning::Open,
            Ref::Branch(name) => Meaning::Text(format!("{branch}{name}").into()),
            Ref::Other => Meaning::OtherBranch,
            Ref::Tag(_) if tag.is_empty() => Meaning::Open,
            Ref::Tag(_) => Meaning::Text(format!("{tag}*").into()),
            Ref::Pull if branch.is_empty() => Meaning::Open,
            Ref::Pull => Meaning::Text("refs/pull/0/merge".into()),
        }
    }
}

/// Whether a context is the association or the login of whoever caused the event.
fn is_person(path: &str) -> bool {
    let event = path.starts_with("event.");
    matches!(path, "actor" | "triggering_actor" | "event.sender.login")
        || (event && (path.ends_with(".author_association") || path.ends_with(".user.login")))
}

/// Whether two meanings are the same, where that can be told.
fn equal(left: &Meaning, right: &Meaning) -> Option<bool> {
    match (left, right) {
        (Meaning::Text(a), Meaning::Text(b)) => match a.ends_with('*') || b.ends_with('*') {
            true if a.starts_with("refs/tags/") == b.starts_with("refs/tags/") => None,
            true => Some(false),
            false => Some(a.eq_ignore_ascii_case(b)),
        },
        (Meaning::Flag(a), Meaning::Flag(b)) => Some(a == b),
        (Meaning::Flag(flag), Meaning::Text(text)) | (Meaning::Text(text), Meaning::Flag(flag)) => {
            match text.as_str() {
                "true" => Some(*flag),
                "false" => Some(!*flag),
                _ => None,
            }
        }
        (Meaning::NoneOf(words), Meaning::Text(text))
        | (Meaning::Text(text), Meaning::NoneOf(words)) => {
            let own = words.contains(&text.to_ascii_lowercase().as_str());
            if own { Some(false) } else { None }
        }
        (Meaning::Base, Meaning::Base) => Some(true),
        (Meaning::Theirs, Meaning::Base | Meaning::Text(_))
        | (Meaning::Base | Meaning::Text(_), Meaning::Theirs)
        | (Meaning::Outsider, Meaning::Base)
        | (Meaning::Base, Meaning::Outsider) => Some(false),
        (Meaning::Outsider, Meaning::Text(text)) | (Meaning::Text(text), Meaning::Outsider) => {
            let text = text.to_ascii_lowercase();
            let could = OUTSIDE.contains(&text.as_str()) || text.ends_with("[bot]");
            if could { None } else { Some(false) }
        }
        (Meaning::DefaultBranch(_), Meaning::DefaultBranch(_)) => Some(true),
        (Meaning::DefaultBranch(before), Meaning::Text(text))
        | (Meaning::Text(text), Meaning::DefaultBranch(before)) => {
            match text.strip_prefix(before.as_str()) {
                Some(_) if !text.starts_with("refs/") || !before.is_empty() => None,
                _ => Some(false),
            }
        }
        (Meaning::OtherBranch, Meaning::Text(text))
        | (Meaning::Text(text), Meaning::OtherBranch) => {
            let other = is_protected(text)
                || text.starts_with("refs/tags/")
                || text.starts_with("refs/pull/");
            if other { Some(false) } else { None }
        }
        (Meaning::OtherBranch, Meaning::DefaultBranch(_))
        | (Meaning::DefaultBranch(_), Meaning::OtherBranch) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::expression::condition;
    use super::super::scene::Starter;
    use super::*;

    fn scene(event: &str, starter: Starter, place: Ref) -> Scene {
        Scene {
            event: event.into(),
            starter,
            place,
            before: None,
        }
    }

    fn passes(scene: &Scene, text: &str) -> bool {
        scene.passes(&condition(text).expect("a condition"))
    }

    #[test]
    fn same_repository_guards_keep_forks_out() {
        let fork = scene("pull_request_target", Starter::Anyone, Ref::Default);
        let own = scene("pull_request_target", Starter::Writer, Ref::Default);
        for guard in [
            "github.event.pull_request.head.repo.full_name == github.repository",
            "github.event.pull_request.head.repo.fork == false",
            "!github.event.pull_request.head.repo.fork",
            "github.repository == github.event.pull_request.head.repo.full_name && github.actor != 'x'",
            "contains(fromJSON('[\"OWNER\", \"MEMBER\"]'), github.event.pull_request.author_association)",
            "github.event.pull_request.author_association == 'OWNER'",
            "github.event.pull_request.merged == true",
            "startsWith(github.event.pull_request.head.repo.full_name, 'acme/')",
            "github.event.action == 'labeled'",
        ] {
            assert!(!passes(&fork, guard), "{guard}");
            assert!(passes(&own, guard), "{guard}");
        }
        for open in [
            "github.event_name == 'pull_request_target'",
            "github.actor == 'dependabot[bot]'",
            "github.repository == 'acme/app'",
            "contains(fromJSON('[\"CONTRIBUTOR\"]'), github.event.pull_request.author_association)",
            "contains(github.event.pull_request.labels.*.name, 'safe')",
            "github.event.pull_request.head.repo.full_name == github.repository || always()",
        ] {
            assert!(passes(&fork, open), "{open}");
        }
    }

    #[test]
    fn refs_tell_the_protected_line_from_others() {
        let other = scene("push", Starter::Writer, Ref::Other);
        let main = scene("push", Starter::Main, Ref::Default);
        for guard in [
            "github.ref == 'refs/heads/main'",
            "github.ref_name == 'master'",
            "startsWith(github.ref, 'refs/tags/')",
            "startsWith(github.ref, 'refs/heads/release/')",
            "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)",
            "github.event_name == 'release'",
        ] {
            assert!(!passes(&other, guard), "{guard}");
        }
        assert!(passes(&other, "startsWith(github.ref, 'refs/heads/')"));
        assert!(passes(&other, "github.ref == 'refs/heads/develop'"));
        assert!(passes(&main, "github.ref == 'refs/heads/main'"));
        assert!(!passes(
            &main,
            "github.ref != format('refs/heads/{0}', github.event.repository.default_branch)"
        ));
        assert!(!passes(&main, "startsWith(github.ref, 'refs/tags/')"));
        let tag = scene("push", Starter::Writer, Ref::Tag("*".into()));
        assert!(passes(&tag, "startsWith(github.ref, 'refs/tags/v')"));
        assert!(!passes(&tag, "github.ref == 'refs/heads/main'"));
    }

    #[test]
    fn what_cannot_be_told_passes() {
        let any = scene("issue_comment", Starter::Anyone, Ref::Default);
        for open in [
            "needs.check.outputs.ok == 'true'",
            "inputs.deploy",
            "secrets.TOKEN != ''",
            "github.event.comment.body == '/deploy'",
            "failure()",
        ] {
            assert!(passes(&any, open), "{open}");
        }
        assert!(!passes(&any, "github.event.comment.user.login == 'alice'"));
    }

    #[test]
    fn a_run_that_follows_is_judged_by_what_it_follows() {
        let mut after = scene("workflow_run", Starter::Perhaps, Ref::Default);
        assert!(!passes(&after, "github.event.workflow_run.event == 'push'"));
        assert!(passes(
            &after,
            "github.event.workflow_run.event == 'pull_request'"
        ));
        assert!(passes(
            &after,
            "github.event.workflow_run.head_branch == 'main'"
        ));
        after.before = Some("pull_request".into());
        assert!(!passes(
            &after,
            "github.event.workflow_run.event != 'pull_request'"
        ));
    }
}
