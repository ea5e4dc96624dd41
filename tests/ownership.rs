//! The ownership ladder over small repositories: which step answers, and when none may.

use tenure::config::parse;
use tenure::model::Ownership;
use tenure::rule::RuleSet;
use tenure::scan::{Options, memory};

/// Step and owner of each identity by name; `?` where it is not known, `-` where nobody answers.
fn owners(files: &[(&str, &str)]) -> Vec<(String, String)> {
    configured(files, "")
}

fn configured(files: &[(&str, &str)], config: &str) -> Vec<(String, String)> {
    let files = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    let mut options = Options::new("2026-11-22".parse().expect("a day"));
    options.config = parse("tenure.yaml", config).expect("a configuration");
    let estate = memory(files, RuleSet::default(), &options).estate;
    let all = estate.identities.iter().zip(&estate.ownership);
    all.map(|(identity, answer)| {
        let said = match answer {
            Ownership::Owned { owner, step, .. } => format!("{} {owner}", step.word()),
            Ownership::Unknown(_) => "?".to_owned(),
            Ownership::Nobody => "-".to_owned(),
        };
        (identity.name.text().to_owned(), said)
    })
    .collect()
}

fn owner(files: &[(&str, &str)]) -> String {
    let mut all = owners(files);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).1
}

const ACCOUNT: (&str, &str) = (
    "apps/shop/sa.yaml",
    "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop}\n",
);

#[test]
fn own_labels_come_first_and_placeholders_say_nothing() {
    let with = |labels: &str| {
        let text = format!(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n  labels: {labels}\n"
        );
        owner(&[("sa.yaml", &text), ("CODEOWNERS", "* @acme/all\n")])
    };
    assert_eq!(
        with("{contact: jo@acme.example, acme.example/Team_Name: pay}"),
        "own pay"
    );
    assert_eq!(with("{owner: TBD}"), "catch_all @acme/all");
    assert_eq!(
        with("{app.kubernetes.io/managed-by: Helm}"),
        "catch_all @acme/all"
    );
    assert_eq!(with("{owner: ''}"), "catch_all @acme/all");
}

#[test]
fn the_namespace_answers_wherever_it_is_written() {
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  annotations: {acme.example/owner: shop-team}\n";
    assert_eq!(
        owner(&[ACCOUNT, ("cluster/namespaces.yaml", namespace)]),
        "scope shop-team"
    );
}

#[test]
fn codeowners_last_match_wins_and_may_take_ownership_away() {
    let with = |rules: &str| owner(&[ACCOUNT, (".github/CODEOWNERS", rules)]);
    assert_eq!(
        with("* @acme/all\n/apps/ @acme/apps\n"),
        "codeowners @acme/apps"
    );
    assert_eq!(
        with("/apps/ @acme/apps\n* @acme/all\n"),
        "catch_all @acme/all"
    );
    assert_eq!(with("/apps/ @acme/apps\n/apps/shop/\n"), "-");
    assert_eq!(with("/other/ @acme/apps\n"), "-");
}

#[test]
fn codeowners_speaks_for_its_own_repository() {
    let files = [
        ("one/.github/CODEOWNERS", "* @acme/one\n"),
        ("one/vendored/CODEOWNERS", "* @vendor/x\n"),
        (
            "one/vendored/sa.yaml",
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n",
        ),
        (
            "two/sa.yaml",
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: b}\n",
        ),
    ];
    assert_eq!(
        owners(&files),
        [
            ("a".to_owned(), "catch_all @acme/one".to_owned()),
            ("b".to_owned(), "-".to_owned())
        ]
    );
}

#[test]
fn sections_of_gitlab_each_have_a_say() {
    let rules = "[Docs] @acme/docs\n*.md\n\n[Apps] @acme/apps\n/apps/\n";
    assert_eq!(
        owner(&[ACCOUNT, ("CODEOWNERS", rules)]),
        "codeowners @acme/apps"
    );
}

#[test]
fn a_folder_of_the_forge_holds_the_file_for_the_whole_repository() {
    for place in [
        ".gitlab/CODEOWNERS",
        "docs/CODEOWNERS",
        ".github/CODEOWNERS",
    ] {
        assert_eq!(
            owner(&[ACCOUNT, (place, "/apps/ @acme/apps\n")]),
            "codeowners @acme/apps",
            "{place}"
        );
    }
}

#[test]
fn the_owners_of_a_section_are_those_of_lines_without_any() {
    let rules =
        "* @acme/all\n[Apps][2] @acme/apps\napps/\n^[docs]\n*.md @acme/docs\n[APPS]\n!apps/none/\n";
    assert_eq!(
        owner(&[ACCOUNT, (".gitlab/CODEOWNERS", rules)]),
        "codeowners @acme/apps"
    );
}

#[test]
fn what_one_forge_takes_out_the_other_skips() {
    let rules = "* @acme/all\n!apps/\n";
    let taken_out = owner(&[ACCOUNT, (".gitlab/CODEOWNERS", rules)]);
    assert_eq!(taken_out, "-");
    let skipped = owner(&[ACCOUNT, (".github/CODEOWNERS", rules)]);
    assert_eq!(skipped, "catch_all @acme/all");
    let range = "/apps/ @acme/apps\n[a-z]pps/ @acme/other\n";
    assert_eq!(
        owner(&[ACCOUNT, (".github/CODEOWNERS", range)]),
        "codeowners @acme/apps"
    );
}

#[test]
fn gitlab_takes_owners_out_of_comments() {
    let rules = "* @acme/all\n/apps/ # formerly @acme/apps, now\n";
    let on = |place: &str| owner(&[ACCOUNT, (place, rules)]);
    assert_eq!(on(".gitlab/CODEOWNERS"), "codeowners @acme/apps");
    assert_eq!(on(".github/CODEOWNERS"), "-");
}

#[test]
fn expressions_of_gitea_each_have_a_say() {
    let with = |rules: &str| owner(&[ACCOUNT, (".gitea/CODEOWNERS", rules)]);
    let rules = "apps/.*\\.yaml @acme/apps\n.* @acme/all\n";
    assert_eq!(with(rules), "codeowners @acme/apps");
    assert_eq!(with("!docs/.* @acme/all\n"), "codeowners @acme/all");
    assert_eq!(with("apps/ @acme/apps\n"), "-");
    assert_eq!(with("*.yaml @acme/apps\n"), "-");
}

#[test]
fn a_file_that_is_too_large_names_nobody() {
    let filler = "# a line that says nothing at all\n".repeat(100_000);
    let rules = format!("/other/ @acme/b\n{filler}/apps/ @acme/apps\n");
    assert_eq!(owner(&[ACCOUNT, (".github/CODEOWNERS", &rules)]), "-");
    assert_eq!(
        owner(&[ACCOUNT, (".gitlab/CODEOWNERS", &rules)]),
        "codeowners @acme/apps"
    );
}

#[test]
fn catalogue_files_come_before_codeowners() {
    let entity = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: shop}\nspec: {owner: 'group:shop'}\n";
    assert_eq!(
        owner(&[
            ACCOUNT,
            ("apps/catalog-info.yaml", entity),
            ("CODEOWNERS", "/apps/ @acme/apps\n")
        ]),
        "catalogue group:shop"
    );
}

#[test]
fn what_may_be_written_is_not_missing() {
    let role = "variable \"tags\" {}\nresource \"aws_iam_role\" \"ci\" {\n  name = \"ci\"\n  tags = var.tags\n}\n";
    assert_eq!(
        owner(&[("main.tf", role), ("CODEOWNERS", "*.tf @acme/infra\n")]),
        "?"
    );
}

#[test]
fn provider_tags_answer_for_what_the_provider_makes() {
    let text = "provider \"aws\" {\n  default_tags {\n    tags = { Owner = \"platform\" }\n  }\n}\n\
                resource \"aws_iam_user\" \"ci\" {\n  name = \"ci\"\n}\n";
    assert_eq!(owner(&[("main.tf", text)]), "parent platform");
}

#[test]
fn the_configuration_answers_last_and_adds_keys() {
    let config = "owners:\n  - path: 'apps/**'\n    owner: apps\nowner_keys: [steward]\n";
    let of = |files: &[(&str, &str)]| configured(files, config)[0].1.clone();
    assert_eq!(of(&[ACCOUNT]), "config apps");
    assert_eq!(
        of(&[ACCOUNT, ("CODEOWNERS", "* @acme/all\n")]),
        "catch_all @acme/all"
    );
    let text = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, labels: {acme.example/steward: pay}}\n";
    assert_eq!(of(&[("sa.yaml", text)]), "own pay");
}

#[test]
fn the_maintainers_of_a_repository_answer_weakly() {
    let prose = (
        "MAINTAINERS.md",
        "\n# Maintainers\n\nThe core team, see the website.\n",
    );
    assert_eq!(owner(&[ACCOUNT, prose]), "catch_all MAINTAINERS.md");
    assert_eq!(
        owner(&[
            ACCOUNT,
            prose,
            ("CODEOWNERS", "/apps/ @acme/apps\n* @acme/all\n")
        ]),
        owner(&[ACCOUNT, ("CODEOWNERS", "/apps/ @acme/apps\n* @acme/all\n")])
    );
    assert_eq!(
        owner(&[ACCOUNT, ("docs/MAINTAINERS.md", "x")]),
        owner(&[ACCOUNT])
    );
    assert_eq!(
        owner(&[ACCOUNT, ("MAINTAINERS", "\n \n")]),
        owner(&[ACCOUNT])
    );
}
