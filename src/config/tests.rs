//! The configuration as users write it: what it answers, and what it says about mistakes.

use super::*;

fn read(text: &str) -> Config {
    parse("tenure.yaml", text).unwrap_or_else(|error| panic!("{error} {:?}", error.help))
}

/// Line, column, message and help of the mistake in a file.
fn mistake(text: &str) -> (u32, u32, String, String) {
    let error = parse("tenure.yaml", text).expect_err("a mistake");
    let help = error.help.clone().unwrap_or_default();
    (error.line, error.column, error.message.clone(), help)
}

const FULL: &str = r#"
requires: "0.1"
profile: strict
fail_on: high
select: ["secret/*", NHI7]
ignore: [secret/generic-password]
severity:
  "secret/*": high
  secret/jwt: low
  "*": medium
paths:
  exclude: [vendor/]
  tests: ["**/e2e/**", fixtures]
  live: [fixtures/prod]
ignores:
  - rule: secret/*
    path: docs/**
    reason: examples of our own documentation
    expires: 2027-01-31
  - { rule: grant/admin, reason: "bootstrap" }
owners:
  - { path: "*", owner: "@org/platform" }
  - { path: payments/**, owner: "@org/payments" }
owner_keys: [squad]
environments:
  - { path: envs/prod, environment: production }
  - { namespace: "prod-*", environment: production }
  - { account: "123456789012", name: "*-sandbox", environment: test }
accounts: ["123456789012", my-project]
limits:
  access_key: 30d
  session: PT1H
  x-own: 2w
lease_notice: 14d
waivers:
  max: { critical: 7d, low: 90d }
rules: [policy/rules]
secrets:
  not_values: ["dummy-.*"]
governance:
  required: true
break_glass: ["emergency-*"]
leases:
  approvers: ["@org/security"]
tiers:
  - { identity: "report-*", tier: 4, reason: reads public figures }
  - { path: envs/prod, tier: 1, reason: customer data }
report:
  due: { critical: 7d, high: 30d }
"#;

#[test]
fn approvers_and_tiers_are_asked_by_name() {
    let config = read(FULL);
    assert_eq!(config.may_approve("Org/Security"), Some(true));
    assert_eq!(config.may_approve("@bob"), Some(false));
    assert_eq!(Config::default().may_approve("@bob"), None);
    let of = |name, path| {
        config.tier_of(Site {
            name,
            path,
            ..Site::default()
        })
    };
    assert_eq!(
        of("report-daily", "a.tf"),
        Some((4, "reads public figures"))
    );
    assert_eq!(
        of("report-daily", "envs/prod/a.tf"),
        Some((1, "customer data"))
    );
    assert_eq!(of("ci", "a.tf"), None);
    assert_eq!(config.due(), [None, None, Some(30), Some(7)]);
    let (line, _, message, _) = mistake("tiers:\n  - { path: a, tier: 5, reason: x }\n");
    assert_eq!(
        (line, message.as_str()),
        (2, "`5` is no tier: there are 1, 2, 3 and 4")
    );
}

#[test]
fn every_key_is_read_and_answers() {
    let config = read(FULL);
    assert_eq!(config.profile, Some(Profile::Strict));
    assert_eq!(config.fail_on, Some(FailOn::High));
    assert_eq!(config.select, ["secret/*", "NHI7"]);
    assert_eq!(config.ignore, ["secret/generic-password"]);
    assert_eq!(config.severity("secret/jwt"), Some(Severity::Low));
    assert_eq!(config.severity("secret/other"), Some(Severity::High));
    assert_eq!(config.severity("grant/admin"), Some(Severity::Medium));
    assert!(config.excluded().matches("a/vendor/b.tf"));
    assert_eq!(config.is_test("a/e2e/b.tf"), Some(true));
    assert_eq!(config.is_test("fixtures/prod/b.tf"), Some(false));
    assert_eq!(config.is_test("src/b.tf"), None);
    assert_eq!(config.owner_of("payments/a/b.tf"), Some("@org/payments"));
    assert_eq!(config.owner_of("x.tf"), Some("@org/platform"));
    assert_eq!(config.owner_keys, ["squad"]);
    assert_eq!(config.is_own_account("MY-project"), Some(true));
    assert_eq!(config.is_own_account("999"), Some(false));
    assert_eq!(config.lease_notice, 14 * DAY);
    assert_eq!(config.waiver_max(Severity::Critical), 7);
    assert_eq!(config.waiver_max(Severity::High), 90);
    assert_eq!(config.waiver_max(Severity::Low), 90);
    assert_eq!(config.rules, [std::path::PathBuf::from("policy/rules")]);
    assert!(config.not_values.contains(b"dummy-1"));
    assert!(config.governance_required);
    assert!(config.is_break_glass("Emergency-admin") && !config.is_break_glass("admin"));
}

#[test]
fn an_ignore_covers_its_rule_and_paths() {
    let config = read(FULL);
    let [docs, everywhere] = config.ignores.as_slice() else {
        panic!("{:?}", config.ignores);
    };
    assert!(docs.covers("secret/jwt", "docs/a/b.md"));
    assert!(!docs.covers("secret/jwt", "src/b.md") && !docs.covers("grant/x", "docs/b.md"));
    assert!(everywhere.covers("grant/admin", "any/where.tf"));
    assert_eq!(docs.expires, Some(jiff::civil::date(2027, 1, 31)));
    assert_eq!(&FULL[docs.place.bytes.clone()], "secret/*");
    assert_eq!(docs.place.line, 16);
}

#[test]
fn an_environment_needs_all_its_patterns() {
    let config = read(FULL);
    let site = Site {
        path: "envs/prod/main.tf",
        ..Site::default()
    };
    assert_eq!(config.environment_of(site), Some("production"));
    let site = Site {
        path: "k8s/a.yaml",
        namespace: "prod-eu",
        ..Site::default()
    };
    assert_eq!(config.environment_of(site), Some("production"));
    let site = Site {
        account: "123456789012",
        name: "web",
        ..Site::default()
    };
    assert_eq!(config.environment_of(site), None);
    let site = Site {
        name: "web-sandbox",
        ..site
    };
    assert_eq!(config.environment_of(site), Some("test"));
}

#[test]
fn limits_fall_back_to_the_table() {
    let config = read(FULL);
    assert_eq!(config.limit("access_key"), Some(30 * DAY));
    assert_eq!(config.limit("session"), Some(3600));
    assert_eq!(config.limit("x-own"), Some(14 * DAY));
    assert_eq!(config.limit("client_secret"), Some(180 * DAY));
    assert_eq!(config.limit("unheard_of"), None);
}

#[test]
fn an_empty_file_is_the_default() {
    for text in [
        "",
        "# nothing\n",
        "---\n",
        "paths:\nlimits:\nselect:\nignores:\nwaivers:\n  max:\n",
    ] {
        let config = read(text);
        assert_eq!(config.waiver_max(Severity::Critical), 30);
        assert_eq!(config.lease_notice, 30 * DAY);
        assert_eq!(config.is_own_account("1"), None);
    }
}

#[test]
fn unknown_keys_have_a_place_and_a_suggestion() {
    let (line, column, message, help) = mistake("profile: strict\nfail-on: high\n");
    assert_eq!((line, column), (2, 1));
    assert_eq!(message, "unknown key `fail-on`");
    assert_eq!(help, "did you mean `fail_on`?");
    let (line, column, _, help) = mistake("paths:\n  exclud: [a]\n");
    assert_eq!((line, column), (2, 3));
    assert_eq!(help, "did you mean `exclude`?");
    let (line, _, message, help) = mistake("limits:\n  acess_key: 1d\n");
    assert_eq!((line, message.as_str()), (2, "unknown key `acess_key`"));
    assert!(help.starts_with("did you mean `access_key`?"));
    let (_, _, _, help) = mistake("governance: { banana: 1 }\n");
    assert_eq!(help, "known here: required");
}

#[test]
fn unknown_keys_of_later_versions_say_so() {
    let (_, _, _, help) = mistake("attestations: {}\n");
    assert!(
        help.starts_with("`attestations` is known from tenure 0.2.0 on"),
        "{help}"
    );
    let (_, _, _, help) = mistake("requires: 99.1\nquantum: 1\n");
    assert!(help.starts_with("the file requires tenure 99.1"), "{help}");
    let (line, column, message, _) = mistake("requires: 99.1.0\n");
    assert_eq!((line, column), (1, 11));
    assert!(message.starts_with("this file requires tenure 99.1.0"));
    assert!(mistake("requires: soon\n").2.contains("not a version"));
}

#[test]
fn wrong_values_have_a_place_and_a_way_out() {
    for (text, place, message) in [
        ("profile: harsh\n", (1, 10), "unknown value `harsh`"),
        ("severity:\n  a/b: fatal\n", (2, 8), "unknown value `fatal`"),
        ("limits: { token: 90 }\n", (1, 18), "`90` is not a length"),
        ("paths:\n  tests: [a, '[']\n", (2, 14), "not a pattern"),
        ("ignores:\n  - rule: a/b\n", (2, 5), "`reason` is required"),
        (
            "ignores:\n  - { rule: a/b, reason: ' ' }\n",
            (2, 26),
            "empty",
        ),
        (
            "ignores:\n  - { rule: a/b, reason: x, expires: 2027-02-30 }\n",
            (2, 38),
            "not a date",
        ),
        (
            "environments:\n  - environment: x\n",
            (2, 18),
            "needs one of",
        ),
        (
            "secrets: { not_values: ['('] }\n",
            (1, 25),
            "not an expression",
        ),
        ("waivers: { max: { low: soon } }\n", (1, 24), "not a length"),
        ("profile: strict\nprofile: audit\n", (2, 1), "duplicate"),
        ("select: {a: b}\n", (1, 9), "expected a list"),
        ("select: secret/*\n", (1, 9), "expected a list"),
        ("paths: x\n", (1, 8), "expected a mapping"),
        ("select: [a\n", (1, 9), "unclosed bracket"),
    ] {
        let (line, column, said, _) = mistake(text);
        assert_eq!((line, column), place, "{text}: {said}");
        assert!(said.contains(message), "{text}: {said}");
    }
}

#[test]
fn an_error_renders_with_its_line() {
    let error = parse("tenure.yaml", "profile: strict\nfail-on: high\n").unwrap_err();
    assert_eq!(error.to_string(), "tenure.yaml:2:1: unknown key `fail-on`");
    let mut out = String::new();
    miette::NarratableReportHandler::new()
        .render_report(&mut out, error.as_ref())
        .unwrap();
    assert!(
        out.contains("fail-on: high") && out.contains("did you mean `fail_on`?"),
        "{out}"
    );
}

#[test]
fn rule_words_are_checked_against_the_rules() {
    let page = "---\ntitle: T\ntopic: t\nseverity: low\nconfidence: low\nsince: 0.1.0\nnhi: [NHI7]\ncsf: []\nnative: true\nmessage: m\n---\n";
    let rule = crate::rule::parse("secret/jwt", "x.md", page).unwrap();
    let rules = RuleSet::new(vec![rule]);
    assert!(
        read("select: [secret/*, NHI7, secret/jwt]")
            .check(&rules)
            .is_ok()
    );
    let error = read("ignores:\n  - { rule: secret/jwd, reason: x }\n")
        .check(&rules)
        .unwrap_err();
    assert_eq!((error.line, error.column), (2, 13));
    assert_eq!(error.help.as_deref(), Some("did you mean `secret/jwt`?"));
}

#[test]
fn hostile_files_are_refused_quickly() {
    let deep = format!("select: {}", "[".repeat(100_000));
    assert!(parse("t", &deep).is_err());
    let mut bomb = String::from("a: &a [x, x]\n");
    for letter in 'b'..='z' {
        let before = char::from(letter as u8 - 1);
        bomb.push_str(&format!("{letter}: &{letter} [*{before}, *{before}]\n"));
    }
    assert!(parse("t", &bomb).is_err());
}

#[test]
fn the_file_at_the_root_is_found_and_only_one_may_be_there() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(load(dir.path(), None).unwrap().file, "");
    std::fs::write(dir.path().join(".tenure.yaml"), "profile: audit").unwrap();
    let config = load(dir.path(), None).unwrap();
    assert_eq!(
        (config.file.as_str(), config.profile),
        (".tenure.yaml", Some(Profile::Audit))
    );
    std::fs::write(dir.path().join("tenure.yml"), "").unwrap();
    let error = load(dir.path(), None).unwrap_err();
    assert!(error.message.contains(".tenure.yaml, tenure.yml"));
    let named = load(dir.path(), Some(&dir.path().join(".tenure.yaml"))).unwrap();
    assert_eq!(named.profile, Some(Profile::Audit));
    assert!(load(dir.path(), Some(&dir.path().join("gone"))).is_err());
}

#[cfg(unix)]
#[test]
fn a_link_at_the_root_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/etc/passwd", dir.path().join("tenure.yaml")).unwrap();
    let error = load(dir.path(), None).unwrap_err();
    assert!(error.message.contains("not a regular file"));
}

#[test]
fn own_rules_are_looked_for_beside_the_file_and_never_outside_the_root() {
    let dir = tempfile::tempdir().unwrap();
    let (root, outside) = (dir.path().join("repo"), dir.path().join("elsewhere"));
    std::fs::create_dir_all(root.join("policy")).unwrap();
    std::fs::create_dir_all(&outside).unwrap();
    let file = root.join("tenure.yaml");
    std::fs::write(&file, "rules: [policy]").unwrap();
    assert_eq!(load(&root, None).unwrap().rules, [root.join("policy")]);
    std::fs::write(&file, "rules: [../elsewhere]").unwrap();
    assert!(load(&root, None).unwrap_err().message.contains("outside"));
    assert_eq!(
        load(&root, Some(&file)).unwrap().rules.len(),
        1,
        "named by the user"
    );
    std::fs::write(&file, "rules: [../gone]").unwrap();
    assert!(load(&root, None).is_err());
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&outside, root.join("linked")).unwrap();
        std::fs::write(&file, "rules: [linked]").unwrap();
        assert!(load(&root, None).unwrap_err().message.contains("outside"));
    }
}
