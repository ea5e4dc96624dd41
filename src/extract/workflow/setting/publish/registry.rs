//! Where an upload goes: to a public registry, which takes OIDC tokens, or to one of one's own.
//!
//! The command says it by an argument, the job by a variable of the client or by the action that set the client up. Nothing
//! written is the client's default, which is public; what is computed may be anything and is no finding.

use super::super::super::step::Step;
use super::NPM;

/// What the clients of one language call the registry.
struct Family {
    programs: &'static [&'static str],
    /// Arguments whose value names it.
    arguments: &'static [&'static str],
    /// Variables that name it.
    variables: &'static [&'static str],
    /// Names of public registries that need no address.
    names: &'static [&'static str],
}

const JAVASCRIPT: &[&str] = &["npm", "pnpm", "yarn", "bun", "bunx", "npx"];

const FAMILIES: &[Family] = &[
    Family {
        programs: JAVASCRIPT,
        arguments: &["--registry"],
        variables: &["npm_config_registry", "yarn_npm_registry_server"],
        names: &[],
    },
    Family {
        programs: &["cargo"],
        arguments: &["--registry", "--index"],
        variables: &["cargo_registry_default"],
        names: &["crates-io"],
    },
    Family {
        programs: &["gem", "bundle"],
        arguments: &["--host"],
        variables: &["rubygems_host"],
        names: &[],
    },
    Family {
        programs: &["dotnet", "nuget"],
        arguments: &["--source", "-s", "-source", "-src"],
        variables: &[],
        names: &["nuget.org", "nuget"],
    },
    Family {
        programs: &[
            "twine", "python", "py", "uv", "uvx", "pipx", "poetry", "hatch", "pdm", "flit",
            "maturin",
        ],
        arguments: &[
            "--repository",
            "--repository-url",
            "-r",
            "--repo",
            "--publish-url",
        ],
        variables: &[
            "twine_repository",
            "twine_repository_url",
            "uv_publish_url",
            "maturin_repository",
            "maturin_repository_url",
            "hatch_index_repo",
            "pdm_publish_repo",
            "flit_index_url",
        ],
        names: &["pypi", "testpypi", "test-pypi", "main", "test"],
    },
];

/// Hosts that take the OIDC token of a job.
const HOSTS: &[&str] = &[
    "registry.npmjs.org",
    "registry.npmjs.com",
    "registry.yarnpkg.com",
    "crates.io",
    "index.crates.io",
    "rubygems.org",
    "api.nuget.org",
    "www.nuget.org",
    "nuget.org",
    "upload.pypi.org",
    "test.pypi.org",
    "pypi.org",
    "pub.dev",
];

/// Whether the upload that a step's command makes goes to a public registry, after the steps before it.
pub(super) fn is_public(words: &[&str], step: &Step<'_>, before: &[&Step<'_>]) -> bool {
    let Some(program) = words.first() else {
        return false;
    };
    let program = program.trim_end_matches(".exe");
    let own = |family: &&Family| {
        let named = family.programs.contains(&program);
        named || (program.starts_with("python") && family.programs.contains(&"python"))
    };
    let Some(family) = FAMILIES.iter().find(own) else {
        return true;
    };
    if let Some(value) = argument(words, family.arguments) {
        return is_known(value, family);
    }
    if let Some(value) = variable(step, family.variables) {
        return is_known(&value, family);
    }
    !JAVASCRIPT.contains(&program) || set_up(before)
}

/// The value of the first of these arguments.
fn argument<'w>(words: &[&'w str], names: &[&str]) -> Option<&'w str> {
    words.iter().enumerate().find_map(|(at, word)| {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (*word, words.get(at + 1).copied()),
        };
        let named = names.iter().any(|own| own.eq_ignore_ascii_case(name));
        value.filter(|_| named)
    })
}

/// The value of the innermost of these variables.
fn variable(step: &Step<'_>, names: &[&str]) -> Option<String> {
    let mut entries = step.values.envs.iter().rev().flat_map(|env| env.entries());
    let entry = entries.find(|entry| {
        names
            .iter()
            .any(|name| entry.key.eq_ignore_ascii_case(name))
    });
    entry.map(|entry| entry.value.scalar().unwrap_or_default().to_string())
}

/// Whether the action that set up the client last left it at the public registry.
fn set_up(before: &[&Step<'_>]) -> bool {
    let mut last = before
        .iter()
        .rev()
        .filter(|step| step.is("actions/setup-node"));
    last.find_map(|step| step.input("registry-url"))
        .and_then(|entry| entry.value.as_str())
        .is_none_or(|text| NPM.contains(&text.trim_end_matches('/')))
}

/// Whether a name or an address is a public registry's.
fn is_known(value: &str, family: &Family) -> bool {
    let value = value.trim_matches(['"', '\'']);
    let rest = value.split_once("//").map(|(_, rest)| rest);
    let host = rest.and_then(|rest| rest.split(['/', ':', '?']).next());
    match host {
        Some(host) => HOSTS.iter().any(|own| own.eq_ignore_ascii_case(host)),
        None => family
            .names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::shell;

    fn judged(script: &str) -> bool {
        let node = crate::format::Node::string(crate::source::Span::default(), "x");
        let step = Step {
            node: &node,
            values: crate::extract::workflow::values::Values::default(),
            conditions: Vec::new(),
            from: None,
        };
        shell::commands(script)
            .iter()
            .any(|words| is_public(words, &step, &[]))
    }

    #[test]
    fn a_registry_of_ones_own_is_told_from_a_public_one() {
        for public in [
            "npm publish",
            "pnpm publish -r --no-git-checks",
            "npm publish --registry=\"https://registry.npmjs.org/\"",
            "nuget push a.nupkg -Source nuget.org",
            "twine upload -r testpypi dist/*",
            "cargo publish --registry crates-io",
        ] {
            assert!(judged(public), "{public}");
        }
        for own in [
            "npm publish --registry https://npm.pkg.github.com",
            "npm publish --registry \"$REGISTRY\"",
            "dotnet nuget push a.nupkg --source github",
            "gem push --host https://rubygems.pkg.github.com/o a.gem",
            "python3 -m twine upload --repository-url https://pypi.example.com/ dist/*",
            "cargo publish --registry internal",
        ] {
            assert!(!judged(own), "{own}");
        }
    }
}
