//! Packages published with a stored token where the registry lets the job prove itself by OIDC.
//!
//! Registries that do: PyPI, RubyGems, crates.io, npm, NuGet, pub.dev (<https://repos.openssf.org/trusted-publishers-for-all-package-repositories>).
//! An action says it by its inputs, a script by its commands. A command in a job that may ask for a token is left alone:
//! most clients exchange it by themselves. So is one that goes to a registry of one's own.

mod registry;

use super::super::graph::{Job, Workflow};
use super::super::signin::secrets_in;
use super::super::step::Step;
use super::Place;
use crate::extract::shell;
use crate::format::Node;

const PYPI: &[&str] = &[
    "https://upload.pypi.org/legacy",
    "https://test.pypi.org/legacy",
];
const RUBYGEMS: &[&str] = &["https://rubygems.org"];
const NPM: &[&str] = &["https://registry.npmjs.org"];

/// Judges a step that uses a publishing action.
pub(super) fn action(step: &Step<'_>, place: &mut Place<'_>) {
    let input = if step.is("pypa/gh-action-pypi-publish") {
        let known = goes_to(step, "repository-url", PYPI) && goes_to(step, "repository_url", PYPI);
        step.input("password").filter(|_| known)
    } else if step.is("rubygems/configure-rubygems-credentials") {
        let known = goes_to(step, "gem-server", RUBYGEMS);
        step.input("api-token").filter(|_| known)
    } else if step.is("rubygems/release-gem") {
        let input = step.input("setup-trusted-publisher");
        input.filter(|entry| entry.value.as_bool() != Some(true))
    } else if step.is("actions/setup-node") {
        let known = goes_to(step, "registry-url", NPM);
        let input = step.input("always-auth").filter(|_| known);
        input.filter(|entry| entry.value.as_bool() != Some(false))
    } else if step.is("js-devtools/npm-publish") {
        let known = goes_to(step, "registry", NPM);
        let stored = |text: &str| !secrets_in(text).is_empty();
        let input = step.input("token").filter(|_| known);
        input.filter(|entry| entry.value.as_str().is_some_and(stored))
    } else {
        None
    };
    if let Some(entry) = input {
        place.on("publishes_with_token", entry.key_span.to(entry.value.span));
    }
}

/// Whether the registry an input names is one of these: it is the default, and a computed one may be.
fn goes_to(step: &Step<'_>, input: &str, known: &[&str]) -> bool {
    let Some(entry) = step.input(input) else {
        return true;
    };
    let text = entry.value.as_str().unwrap_or_default();
    step.is_open(input) || known.contains(&text.trim_end_matches('/'))
}

/// Judges the last of these steps, a script of a job that may not ask for an OIDC token.
pub(super) fn command(
    workflow: &Workflow<'_>,
    job: &Job<'_>,
    steps: &[&Step<'_>],
    place: &mut Place<'_>,
) {
    let Some((step, before)) = steps.split_last() else {
        return;
    };
    let Some(entry) = step.node.entry("run") else {
        return;
    };
    let Some(script) = entry.value.as_str() else {
        return;
    };
    if !is_known_shell(workflow, job, step) || !may_publish(script) {
        return;
    }
    let commands = shell::commands(script);
    let mut uploads = commands.iter().filter(|words| publishes(words));
    if uploads.any(|words| registry::is_public(words, step, before)) {
        place.on("publishes_with_token", entry.key_span.to(entry.value.span));
    }
}

fn may_publish(script: &str) -> bool {
    ["publish", "upload", "push", "lish"]
        .iter()
        .any(|word| script.contains(word))
}

/// Whether the step's shell, as the step, the job or the workflow sets it, is one whose commands are read here.
fn is_known_shell(workflow: &Workflow<'_>, job: &Job<'_>, step: &Step<'_>) -> bool {
    let default = |node: &Node| {
        node.at(&["defaults", "run", "shell"])
            .and_then(Node::scalar)
    };
    let own = step.node.get("shell").and_then(Node::scalar);
    let Some(shell) = own
        .or_else(|| default(job.node))
        .or_else(|| default(&workflow.declaration.body))
    else {
        return true;
    };
    let program = shell.split_whitespace().next().unwrap_or_default();
    let program = program.rsplit(['/', '\\']).next().unwrap_or_default();
    let program = program.trim_end_matches(".exe");
    matches!(program, "bash" | "sh" | "zsh" | "pwsh" | "powershell")
}

/// Whether a command uploads a package, for real.
fn publishes(words: &[&str]) -> bool {
    let Some((program, arguments)) = words.split_first() else {
        return false;
    };
    let has = |word: &str| arguments.contains(&word);
    let begins = |word: &str| arguments.iter().any(|own| own.starts_with(word));
    let dry = has("--dry-run") || has("-n");
    // `npm run publish` runs a script of the package, whatever that does.
    let script = has("run") || has("run-script");
    let twine = begins("twine") && has("upload");
    match program.trim_end_matches(".exe") {
        "npm" | "pnpm" | "bun" => has("publish") && !dry && !script,
        "yarn" => has("publish") && !script && !(has("npm") && dry),
        "cargo" => has("publish") && !dry,
        "bunx" | "npx" => begins("npm") && has("publish") && !dry && !script,
        "poetry" => (has("publish") && !dry) || (has("run") && twine),
        "uv" => (has("publish") && !dry) || (has("run") && twine),
        "uvx" => twine,
        "pipx" => has("run") && twine,
        "hatch" | "pdm" => has("publish") || (has("run") && twine),
        "flit" => has("publish"),
        "maturin" => has("publish") || has("upload"),
        "twine" => has("upload"),
        "gem" | "nuget" => has("push"),
        "bundle" => has("exec") && has("gem") && has("push"),
        "dotnet" => has("nuget") && has("push"),
        "dart" | "flutter" => has("pub") && (has("publish") || has("lish")) && !dry,
        program if program == "py" || program.starts_with("python") => {
            has("-m") && has("twine") && has("upload")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(script: &str) -> bool {
        shell::commands(script).iter().any(|words| publishes(words))
    }

    #[test]
    fn uploads_are_told_from_rehearsals() {
        for script in [
            "cargo publish --token $TOKEN",
            "cd pkg && npm publish --access public",
            "python3 -m twine upload dist/*",
            "uv run --with twine twine upload dist/*",
            "pipx run twine==6.0 upload dist/*",
            "yarn npm publish --tolerate-republish",
            "dotnet nuget push x.nupkg -k $KEY",
            "bundle exec gem push x.gem",
            "if true; then\n  pnpm \\\n    publish\nfi",
            "bash -euo pipefail -c 'cd pkg && npm publish'",
            "poetry run twine upload dist/*",
            "maturin publish --skip-existing",
        ] {
            assert!(judged(script), "{script}");
        }
        for script in [
            "cargo publish --dry-run",
            "npm run publish-docs",
            "pnpm run publish",
            "bash -c 'echo npm publish'",
            "echo 'npm publish'",
            "# twine upload dist/*",
            "git push origin main",
            "docker push example/app",
            "cat <<EOF\nnpm publish\nEOF",
        ] {
            assert!(!judged(script), "{script}");
        }
    }
}
