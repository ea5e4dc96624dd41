//! The subjects that a job's OIDC token can carry, as far as the file tells: who trusts the job matches on them.
//!
//! <https://docs.github.com/en/actions/concepts/security/openid-connect>: with an environment the subject names it; without
//! one it names the ref, and for a pull request just that. The repository is `*`: a file does not know its own name.

use super::scene::{Ref, Scene};
use crate::model::Set;
use crate::source::Span;
use compact_str::{CompactString, format_compact};

/// Subjects of a job that runs in `scenes`, in one of `environments` when it names any.
pub(super) fn subjects(scenes: &[Scene], environments: &[(CompactString, Span)], at: Span) -> Set {
    let mut set = Set::default();
    let mut add = |text: CompactString, span: Span| {
        if !set.contains(&text) {
            set.push(text, span);
        }
    };
    if environments.is_empty() {
        for scene in scenes {
            add(of(scene), at);
        }
        return set;
    }
    for (name, span) in environments {
        let name = match name.contains("${{") {
            true => "*",
            false => name.as_str(),
        };
        add(format_compact!("repo:*:environment:{name}"), *span);
    }
    set
}

fn of(scene: &Scene) -> CompactString {
    if scene.event.starts_with("pull_request") {
        return CompactString::const_new("repo:*:pull_request");
    }
    match &scene.place {
        Ref::Default => CompactString::const_new("repo:*:ref:refs/heads/*"),
        Ref::Other => CompactString::const_new("repo:*:ref:refs/heads/*"),
        Ref::Branch(name) => format_compact!("repo:*:ref:refs/heads/{}", glob(name)),
        Ref::Tag(name) => format_compact!("repo:*:ref:refs/tags/{}", glob(name)),
        Ref::Pull => CompactString::const_new("repo:*:pull_request"),
    }
}

/// A filter's pattern as a plain glob.
fn glob(pattern: &str) -> String {
    pattern.replace("**", "*")
}

#[cfg(test)]
mod tests {
    use super::super::scene::Starter;
    use super::*;

    fn scene(event: &str, place: Ref) -> Scene {
        Scene {
            event: event.into(),
            starter: Starter::Writer,
            place,
            before: None,
        }
    }

    #[test]
    fn an_environment_names_the_subject_alone() {
        let scenes = [
            scene("push", Ref::Branch("main".into())),
            scene("push", Ref::Tag("v*".into())),
            scene("pull_request", Ref::Pull),
        ];
        let texts = |environments: &[(CompactString, Span)]| {
            let set = subjects(&scenes, environments, Span::default());
            set.texts().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(
            texts(&[]),
            [
                "repo:*:ref:refs/heads/main",
                "repo:*:ref:refs/tags/v*",
                "repo:*:pull_request"
            ]
        );
        assert_eq!(
            texts(&[("prod".into(), Span::default())]),
            ["repo:*:environment:prod"]
        );
    }
}
