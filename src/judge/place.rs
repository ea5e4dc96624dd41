//! What a path says about the text in it: live configuration or not, and how its literals look.

/// How near a file is to what runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Nothing says otherwise.
    Live,
    /// Tests, fixtures, mocks.
    Test,
    /// Examples, samples, templates, documentation.
    Sample,
    /// Written by a tool, or shown to people: lock files, checksums, minified or vendored code, snapshots, translations.
    Generated,
}

/// How a file writes a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// In quotes: an unquoted word is a name.
    Code,
    /// In quotes or bare: settings and shell scripts.
    Settings,
    /// Prose with snippets of either.
    Prose,
}

#[rustfmt::skip]
const TESTS: &[&str] = &[
    "test", "tests", "testing", "__tests__", "spec", "specs", "testdata", "test-data", "test_data", "fixture",
    "fixtures", "__fixtures__", "mock", "mocks", "__mocks__", "e2e", "integration-tests", "testcases",
    "test-fixtures", "testutil", "testutils", "unittests", "benches", "golden", "fuzz",
];
#[rustfmt::skip]
const SAMPLES: &[&str] = &[
    "doc", "docs", "documentation", "example", "examples", "sample", "samples", "demo", "demos", "tutorial",
    "tutorials", "template", "templates-example", "schemas",
    "website", "cookbook", "snippets", "storybook",
];
#[rustfmt::skip]
const GENERATED: &[&str] = &[
    "node_modules", "vendor", "third_party", "__snapshots__", "cassettes", "vcr_cassettes", ".yarn", "bower_components", "site-packages",
    "i18n", "locale", "locales", "lang", "translations",
];
#[rustfmt::skip]
const LOCKS: &[&str] = &[
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "go.sum", "go.work.sum", "cargo.lock",
    "poetry.lock", "pipfile.lock", "uv.lock", "composer.lock", "gemfile.lock", ".terraform.lock.hcl",
    "packages.lock.json", "flake.lock", "pdm.lock", "bun.lock", "deno.lock", "podfile.lock", "pubspec.lock",
    "mix.lock", "conan.lock", "gradle.lockfile", "verification-metadata.xml", "paket.lock", "project.assets.json",
    "checksums.txt", "sha256sums", "sha256sum.txt", "md5sums", ".secrets.baseline",
];

/// Folders whose files are material of tests, whatever is written in them. `test` is not among them: it is also the name
/// of an environment.
#[rustfmt::skip]
const FIXTURES: &[&str] = &[
    "testdata", "test-data", "test_data", "fixture", "fixtures", "__fixtures__", "mock", "mocks", "__mocks__",
    "__tests__", "testcases", "test-fixtures", "test_fixtures", "golden", "goldens",
];

/// Folders beside which `test` is the name of an environment.
const STAGES: &[&str] = &[
    "prod",
    "production",
    "prd",
    "live",
    "staging",
    "stage",
    "dev",
    "development",
];

/// Whether a file is material of a test, which nothing deploys.
#[must_use]
pub fn is_fixture(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    folders.split('/').any(|folder| FIXTURES.contains(&folder))
        || folders.ends_with("templates/tests")
        || name.ends_with("test-connection.yaml")
        || is_trial_values(folders, name)
}

/// Whether a file holds the values that a Helm chart is tried with.
fn is_trial_values(folders: &str, name: &str) -> bool {
    folders.ends_with("/ci") && (name.ends_with("-values.yaml") || name == "values.yaml")
}

/// Whether a file is part of a manual.
#[must_use]
pub fn is_manual(path: &str) -> bool {
    let mut folders = path.split('/').rev().skip(1);
    folders.any(|folder| matches!(folder, "doc" | "docs" | "documentation"))
}

/// Whether a file is of the folder of tests at the top; nothing but tests when no stage stands beside it (`is_staged`).
#[must_use]
pub fn is_test_folder(path: &str) -> bool {
    let first = path.split_once('/').map_or("", |(first, _)| first);
    matches!(first, "test" | "tests" | "e2e" | "integration")
}

/// Whether the folder at the top of a path is a stage of deployment.
#[must_use]
pub fn is_staged(path: &str) -> bool {
    let first = path.split_once('/').map_or("", |(first, _)| first);
    STAGES.contains(&first)
}

/// Whether a file shows how something is done, for others to copy, or is put aside.
#[must_use]
pub fn is_example(path: &str) -> bool {
    let mut folders = path.split('/').rev().skip(1);
    folders.any(|folder| {
        matches!(
            folder,
            "example"
                | "examples"
                | "sample"
                | "samples"
                | "workflow-templates"
                | "actions-templates"
                | ".archive"
                | "_archive"
                | "archived"
        )
    })
}

/// Folders below which `test` is the name of an environment.
#[rustfmt::skip]
const ENVIRONMENTS: &[&str] = &[
    "env", "envs", "environment", "environments", "overlays", "clusters", "cluster", "inventories", "inventory", "stages", "accounts", "live", "group_vars", "host_vars", "deploy", "deployment",
    "deployments", "infra", "infrastructure", "terraform", "tofu", "gitops", "argocd", "flux", "tenants", "regions", "values", "vars", "config",
];

/// What the path says.
#[must_use]
pub fn of(path: &str) -> Place {
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    if LOCKS.contains(&name)
        || name.ends_with(".min.js")
        // A style sheet has selectors and colours: `.step-pass:after{...}`.
        || [".css", ".scss", ".less", ".sass"].iter().any(|end| name.ends_with(end))
        || name.ends_with(".map")
        || name.ends_with(".snap")
        || name.ends_with(".sha256")
        || name.ends_with(".svg")
    {
        return Place::Generated;
    }
    if is_trial_values(folders, name) {
        return Place::Test;
    }
    let (mut place, mut named) = (Place::Live, false);
    for folder in folders.split('/') {
        if GENERATED.contains(&folder) {
            return Place::Generated;
        }
        let environment = matches!(folder, "test" | "testing" | "e2e") && named;
        named |= ENVIRONMENTS.contains(&folder);
        if environment {
            continue;
        }
        if TESTS.contains(&folder)
            || folder.ends_with("-tests")
            || folder.ends_with("_tests")
            || folder.ends_with("-test")
        {
            place = Place::Test;
        } else if place == Place::Live && SAMPLES.contains(&folder) {
            place = Place::Sample;
        }
    }
    if place != Place::Live {
        return place;
    }
    of_name(name)
}

fn of_name(name: &str) -> Place {
    // What SAM and CloudFormation call the file that they deploy.
    if matches!(name, "template.yaml" | "template.yml" | "template.json") {
        return Place::Live;
    }
    let stem = name.split('.').next().unwrap_or_default();
    let word = |wanted: &[&str]| {
        name.split(['.', '-', '_'])
            .any(|part| wanted.contains(&part))
    };
    if word(&[
        "example",
        "examples",
        "sample",
        "dist",
        "template",
        "tmpl",
        "tpl",
        "demo",
        "default",
        "changelog",
        "readme",
    ]) && !name.ends_with(".tpl")
    {
        return Place::Sample;
    }
    let tested = word(&["test", "tests", "spec", "mock", "fixture", "fixtures"])
        || stem.ends_with("test")
        || stem.ends_with("tests");
    // `test.tfvars` holds what one environment is given.
    if tested && !name.ends_with(".tfvars") {
        return Place::Test;
    }
    if syntax(name) == Syntax::Prose {
        return Place::Sample;
    }
    Place::Live
}

#[rustfmt::skip]
const CODE: &[&str] = &[
    "asm", "c", "cc", "clj", "coffee", "cpp", "cs", "cshtml", "cxx", "d", "dart", "elm", "erl", "ex", "exs", "fs",
    "go", "gradle", "groovy", "h", "hpp", "hs", "java", "jl", "js", "jsx", "kt", "kts", "lua", "m", "mjs", "cjs",
    "ml", "mm", "mts", "nim", "php", "pl", "pm", "proto", "ps1", "psm1", "py", "pyi", "pyx", "r", "rb", "rs", "scala",
    "sol", "sql", "svelte", "swift", "ts", "tsx", "vb", "vue", "zig", "ipynb", "jsp", "erb", "haml", "rego", "cue",
    "bicep", "dhall", "jsonnet", "libsonnet", "graphql", "nix", "prisma", "thrift",
];
#[rustfmt::skip]
const PROSE: &[&str] = &[
    "adoc", "asciidoc", "htm", "html", "markdown", "md", "mdx", "org", "pod", "rst", "tex", "textile", "wiki", "po",
    "pot",
];

/// Inner endings of text that a template engine completes: `guide.md.erb`.
const TEXT_TEMPLATES: &[&str] = &[".md.", ".mdx.", ".markdown.", ".adoc.", ".rst.", ".html."];

/// How the file writes its literals, by its ending.
#[must_use]
pub fn syntax(path: &str) -> Syntax {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    if TEXT_TEMPLATES.iter().any(|inner| name.contains(inner)) {
        return Syntax::Prose;
    }
    match ending.as_deref() {
        Some(ending) if CODE.contains(&ending) => Syntax::Code,
        Some(ending) if PROSE.contains(&ending) => Syntax::Prose,
        _ if name.starts_with("Jenkinsfile")
            || name == "Rakefile"
            || name == "Gemfile"
            || name == "Podfile"
            || name == "BUILD" =>
        {
            Syntax::Code
        }
        _ => Syntax::Settings,
    }
}

/// The word for the format that a path's name promises, as rules write it.
#[must_use]
pub fn format(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    Some(match ending {
        "tf" | "tfvars" | "hcl" | "tofu" => "hcl",
        "yaml" | "yml" => "yaml",
        "json" | "jsonc" | "template" => "json",
        "toml" => "toml",
        "properties" => "properties",
        "ini" | "cfg" | "conf" => "ini",
        "xml" | "config" | "csproj" => "xml",
        _ if name.starts_with(".env") || ending == "env" => "dotenv",
        _ if name.contains("Dockerfile") || name.contains("Containerfile") => "dockerfile",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_what_they_hold() {
        for (path, place) in [
            ("deploy/values.yaml", Place::Live),
            ("src/test/resources/app.properties", Place::Test),
            ("source/team/style-guide.html.md.erb", Place::Sample),
            ("pkg/auth_test.go", Place::Test),
            ("LoginTest.java", Place::Test),
            ("examples/main.tf", Place::Sample),
            (".env.example", Place::Sample),
            ("docs/setup.md", Place::Sample),
            ("src/i18n/de.json", Place::Generated),
            ("static/console.css", Place::Generated),
            ("README.md", Place::Sample),
            ("templates/howto.html.twig", Place::Sample),
            ("a/package-lock.json", Place::Generated),
            ("web/node_modules/x/y.js", Place::Generated),
            (".env", Place::Live),
            ("environments/test/main.tf", Place::Live),
            ("deploy/overlays/test/patch.yaml", Place::Live),
            ("envs/test.tfvars", Place::Live),
            ("modules/db/test/main.tf", Place::Test),
            ("latest/config.yml", Place::Live),
            ("orders/template.yaml", Place::Live),
            ("appsettings.template.json", Place::Sample),
        ] {
            assert_eq!(of(path), place, "{path}");
        }
    }

    #[test]
    fn material_of_tests_is_no_environment() {
        assert!(is_fixture("cmd/testdata/rbac.yaml") && is_fixture("a/__tests__/b/c.tf"));
        assert!(is_example("charts/examples/pod.yaml") && !is_example("examples.yaml"));
        assert!(is_example("workflow-templates/ci.yml") && !is_example("templates/ci.yml"));
        assert!(
            is_fixture("charts/a/ci/tls-values.yaml") && is_fixture("a/templates/tests/pod.yaml")
        );
        assert!(is_fixture("apps/shop/pods/shop-test-connection.yaml"));
        assert!(!is_fixture("ci/values.yaml") && !is_fixture("a/ci/deploy.yaml"));
        assert!(is_manual("docs/operator/cm.yaml") && !is_manual("docs.yaml"));
        assert!(is_test_folder("integration/tls/a.pem"));
        assert!(is_test_folder("test/remote/a.yaml") && !is_test_folder("envs/test/a.yaml"));
        assert!(is_staged("prod/main.tf") && !is_staged("modules/prod/main.tf"));
        assert!(!is_fixture("environments/test/main.tf") && !is_fixture("testdata.yaml"));
    }

    #[test]
    fn endings_say_how_literals_look() {
        assert_eq!(syntax("a/b.py"), Syntax::Code);
        assert_eq!(syntax("a/b.md"), Syntax::Prose);
        assert_eq!(syntax("a/.env"), Syntax::Settings);
        assert_eq!(syntax("Makefile"), Syntax::Settings);
    }
}
