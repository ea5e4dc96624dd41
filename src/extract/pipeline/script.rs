//! What the commands of a job show: variables that were taken away, secrets on command lines and in commands, files with
//! credentials that are handed on.

use super::environment::is_role;
use super::job::Job;
use crate::extract::shell;
use crate::format::{Node, Value};
use crate::model::{Estate, Fact};
use crate::source::Span;

/// Scripts of scripts end here.
const DEPTH: usize = 8;

/// Calls with every text of a script: one text, or lists of them.
pub(super) fn texts(node: &Node, call: &mut impl FnMut(&str, Span)) {
    each(node, DEPTH, call);
}

fn each(node: &Node, depth: usize, call: &mut impl FnMut(&str, Span)) {
    match &node.value {
        Value::String(text) => call(text, node.span),
        Value::List(items) if depth > 0 => {
            for item in items {
                each(item, depth - 1, call);
            }
        }
        _ => {}
    }
}

/// Adds what the commands of a script show.
pub(super) fn look(job: &Job<'_>, node: &Node, estate: &mut Estate) {
    texts(node, &mut |text, span| {
        let commands = shell::commands(text);
        for words in &commands {
            if gives_password(words) {
                job.on("password_argument", span, estate);
            }
            if let Some(role) = assumed(words) {
                let of = Fact::Known(role.into(), span);
                job.session("aws", of, "oidc", span, estate);
            }
        }
        if takes_removed(text) {
            job.on("removed_job_token", span, estate);
        }
        if sets_secret(text) {
            job.on("secret_in_script", span, estate);
        }
    });
}

/// `docker login -p $PASSWORD` and its like: whoever lists the processes reads it.
fn gives_password(words: &[&str]) -> bool {
    let login = match words {
        [
            "docker" | "podman" | "buildah" | "skopeo" | "oras" | "crane",
            rest @ ..,
        ] => rest.contains(&"login"),
        ["helm", "registry", "login", ..] => true,
        ["az", "login", rest @ ..] => rest.contains(&"--service-principal"),
        _ => false,
    };
    let given =
        |word: &&str| matches!(*word, "-p" | "--password") || word.starts_with("--password=");
    login && words.iter().any(given)
}

/// The role that a command exchanges an OIDC token for.
fn assumed<'w>(words: &[&'w str]) -> Option<&'w str> {
    if !words.contains(&"assume-role-with-web-identity") {
        return None;
    }
    let at = words.iter().position(|word| *word == "--role-arn")?;
    let role = words.get(at + 1)?.trim_matches(['"', '\'']);
    is_role(role).then_some(role)
}

/// Whether a text uses a job token that its platform has removed: `CI_JOB_JWT` of GitLab, since 17.0.
fn takes_removed(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find("CI_JOB_JWT") {
        let before = rest[..at].chars().next_back();
        rest = &rest[at + "CI_JOB_JWT".len()..];
        let after = rest
            .trim_start_matches("_V1")
            .trim_start_matches("_V2")
            .chars()
            .next();
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        if !inside(before) && !inside(after) {
            return true;
        }
    }
    false
}

/// Azure's command that sets a secret variable, with a literal behind it.
fn sets_secret(text: &str) -> bool {
    text.lines().any(|line| {
        let Some((_, rest)) = line.split_once("##vso[task.setvariable") else {
            return false;
        };
        let Some((head, value)) = rest.split_once(']') else {
            return false;
        };
        let secret = head
            .to_ascii_lowercase()
            .replace(' ', "")
            .contains("issecret=true");
        let value = value.trim().trim_matches(['"', '\'']);
        secret && value.len() >= 8 && !value.contains(['$', '%', '(', '`'])
    })
}

/// Names of files that tools keep credentials in.
const FILES: &[&str] = &[
    ".env",
    ".npmrc",
    ".pypirc",
    ".netrc",
    ".git-credentials",
    "kubeconfig",
    "credentials.json",
    "id_rsa",
    "id_ed25519",
    "terraform.tfstate",
    ".vault-token",
    ".dockerconfigjson",
];

/// Parts of paths to them.
const PARTS: &[&str] = &[
    ".aws/credentials",
    ".docker/config.json",
    ".kube/config",
    ".config/gcloud",
    ".azure/",
];

/// Adds the files with credentials among paths that a job hands on as artifacts or caches.
pub(super) fn handed_on(job: &Job<'_>, paths: Option<&Node>, estate: &mut Estate) {
    let Some(paths) = paths else { return };
    texts(paths, &mut |text, span| {
        for line in text.lines().map(str::trim) {
            if holds_credentials(line) {
                job.on("credential_artifact", span, estate).text = Fact::Known(line.into(), span);
            }
        }
    });
}

/// Adds the reports of variables into which a script writes a secret: whoever may read the job's artifacts reads it there.
pub(super) fn reported<'n>(
    job: &Job<'_>,
    reports: Option<&Node>,
    scripts: impl Iterator<Item = &'n Node>,
    estate: &mut Estate,
) {
    let Some(reports) = reports else { return };
    let mut lines: Vec<(&str, &str)> = Vec::new();
    let scripts: Vec<&Node> = scripts.collect();
    for text in scripts.iter().flat_map(|node| plain(node)) {
        lines.extend(text.lines().filter_map(|line| line.split_once('>')));
    }
    texts(reports, &mut |path, span| {
        let written = |(before, after): &&(&str, &str)| {
            let to = after.trim_start_matches('>').trim();
            to.trim_matches(['"', '\'']) == path && sets_secret_name(before)
        };
        if lines.iter().any(|line| written(&line)) {
            job.on("credential_artifact", span, estate).text = Fact::Known(path.into(), span);
        }
    });
}

/// The texts of a script, without their places.
fn plain(node: &Node) -> Vec<&str> {
    match &node.value {
        Value::String(text) => vec![text],
        Value::List(items) => items.iter().filter_map(Node::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Words in the names of variables that hold a secret.
const SECRET_WORDS: &[&str] = &["TOKEN", "PASSWORD", "SECRET", "PRIVATE_KEY", "ACCESS_KEY"];

/// Whether a command sets a variable whose name ends in one of them: `echo "DEPLOY_TOKEN=$x"`.
fn sets_secret_name(command: &str) -> bool {
    command
        .split([' ', '"', '\''])
        .filter_map(|word| word.split_once('='))
        .any(|(name, value)| {
            let name = name.to_ascii_uppercase();
            !value.is_empty() && SECRET_WORDS.iter().any(|word| name.ends_with(word))
        })
}

/// Whether a path leads to a file that tools keep credentials in.
fn holds_credentials(path: &str) -> bool {
    let path = path.trim_end_matches('/').to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or(&path);
    let key = name.ends_with(".pem") || name.ends_with(".p12") || name.ends_with(".pfx");
    FILES.contains(&name)
        || (key && !name.starts_with("ca"))
        || PARTS.iter().any(|part| path.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removed_tokens_are_told_by_their_whole_name() {
        assert!(takes_removed("curl -d jwt=$CI_JOB_JWT"));
        assert!(takes_removed("vault login jwt=${CI_JOB_JWT_V2}"));
        assert!(!takes_removed("echo $MY_CI_JOB_JWT $CI_JOB_JWT_FILE"));
    }

    #[test]
    fn secrets_in_commands_are_literals() {
        assert!(sets_secret(
            "echo \"##vso[task.setvariable variable=a;issecret=true]hunter2hunter2\""
        ));
        assert!(!sets_secret(
            "echo \"##vso[task.setvariable variable=a;issecret=true]$(value)\""
        ));
        assert!(!sets_secret(
            "echo \"##vso[task.setvariable variable=a]hunter2hunter2\""
        ));
        assert!(gives_password(&["docker", "login", "-u", "x", "-p", "$P"]));
        assert!(!gives_password(&["docker", "login", "--password-stdin"]));
    }

    #[test]
    fn credential_files_are_known_by_name() {
        for path in [
            ".env",
            "app/.npmrc",
            "$HOME/.docker/config.json",
            "out/kubeconfig",
            "tls/server.pem",
        ] {
            assert!(holds_credentials(path), "{path}");
        }
        for path in [
            "dist/",
            "coverage.xml",
            ".env.example",
            "ca.pem",
            "**/*.whl",
        ] {
            assert!(!holds_credentials(path), "{path}");
        }
    }
}
