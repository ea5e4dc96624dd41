//! What other programs demand of the reports they read: names, patterns and lengths of the published schemas.

use super::{fixture, json, write};
use serde_json::Value;
use tenure::report::Style;

/// Attributes of each element by `junit-10.xsd` of Jenkins' xUnit plugin: those it must have, and those it may.
const JUNIT: &[(&str, &[&str], &[&str])] = &[
    (
        "testsuites",
        &[],
        &["name", "time", "tests", "failures", "errors"],
    ),
    (
        "testsuite",
        &["name", "tests", "failures", "errors"],
        &[
            "group",
            "time",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
            "log",
            "url",
            "version",
        ],
    ),
    ("testcase", &["name"], &["time", "classname", "group"]),
    ("failure", &[], &["type", "message"]),
    ("skipped", &[], &["type", "message"]),
];

#[test]
fn junit_has_no_attribute_that_its_schema_lacks() {
    let mut empty = fixture::report();
    empty.findings.clear();
    empty.disposed.clear();
    for report in [fixture::report(), empty] {
        let style = Style {
            suppressed: true,
            ..Style::default()
        };
        let text = write("junit", &report, &style);
        let mut seen = 0;
        for tag in text.split('<').skip(2).filter(|tag| !tag.starts_with('/')) {
            let tag = tag.split('>').next().unwrap();
            let (element, rest) = tag.split_once(' ').unwrap();
            let (_, must, may) = JUNIT.iter().find(|(name, _, _)| *name == element).unwrap();
            // Odd parts stand between quotes.
            let outside: Vec<&str> = rest.split('"').step_by(2).collect();
            let names = outside
                .iter()
                .filter_map(|part| part.trim().strip_suffix('='));
            let names: Vec<&str> = names.collect();
            assert!(must.iter().all(|name| names.contains(name)), "{tag}");
            let known = |name: &&str| must.contains(name) || may.contains(name);
            assert!(names.iter().all(known), "{tag}");
            seen += 1;
        }
        assert!(seen >= 3, "{text}");
    }
}

fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    let found = value.pointer(path).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("{path} is a text"))
}

/// Whether a text has the form `0000-00-00T00:00:00`.
fn is_time(text: &str) -> bool {
    let form = "0000-00-00T00:00:00";
    text.len() == form.len()
        && text.chars().zip(form.chars()).all(|(c, form)| match form {
            '0' => c.is_ascii_digit(),
            form => c == form,
        })
}

#[test]
fn gitlab_security_reports_have_what_their_schemas_require() {
    let report = fixture::report();
    for (format, kind) in [
        ("gitlab-secret", "secret_detection"),
        ("gitlab-sast", "sast"),
    ] {
        let document = json(format, &report);
        let numbers = text(&document, "/version")
            .split('.')
            .map(str::parse::<u32>);
        assert_eq!(numbers.filter(Result::is_ok).count(), 3);
        assert_eq!(text(&document, "/scan/type"), kind);
        assert!(["success", "failure"].contains(&text(&document, "/scan/status")));
        for at in ["/scan/start_time", "/scan/end_time"] {
            assert!(is_time(text(&document, at)), "{at}");
        }
        for tool in ["analyzer", "scanner"] {
            for key in ["id", "name", "version", "vendor/name"] {
                assert!(!text(&document, &format!("/scan/{tool}/{key}")).is_empty());
            }
        }
        let found = document["vulnerabilities"].as_array().unwrap();
        assert!(!found.is_empty(), "{format}");
        for one in found {
            assert!(!text(one, "/id").is_empty() && !text(one, "/location/file").is_empty());
            assert!(text(one, "/name").chars().count() <= 255);
            assert!(text(one, "/description").len() <= 1 << 20);
            assert!(["Critical", "High", "Medium", "Low"].contains(&text(one, "/severity")));
            let solution = one.pointer("/solution").and_then(Value::as_str);
            assert!(solution.is_none_or(|solution| solution.chars().count() <= 7_000));
            let identifiers = one["identifiers"].as_array().unwrap();
            assert!(!identifiers.is_empty());
            for identifier in identifiers {
                for key in ["/type", "/name", "/value"] {
                    assert!(!text(identifier, key).is_empty());
                }
                let url = identifier.pointer("/url").and_then(Value::as_str);
                assert!(url.is_none_or(|url| url.starts_with("https://")));
            }
            let lines = ["start_line", "end_line"].map(|key| one["location"][key].as_u64());
            assert!(lines[0] <= lines[1] && lines[0] >= Some(1));
            // Secret detection tells leaks apart by commit.
            let commit = one.pointer("/location/commit/sha").and_then(Value::as_str);
            assert_eq!(
                commit.is_some_and(|sha| !sha.is_empty()),
                kind == "secret_detection"
            );
        }
    }
}
