//! Every reporter on one fixed report: snapshots under `testdata/report` (`TENURE_BLESS=1` rewrites them), and what must
//! hold for all of them.

#[path = "report/fixture.rs"]
mod fixture;

use std::path::PathBuf;
use tenure::report::{REPORTERS, Report, Style};

/// What a reporter writes.
fn write(format: &str, report: &Report, style: &Style) -> String {
    let reporter = REPORTERS
        .iter()
        .find(|reporter| reporter.name() == format)
        .unwrap_or_else(|| panic!("no reporter {format}"));
    let mut out = Vec::new();
    reporter.write(report, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Compares with the kept snapshot, or rewrites it.
fn snapshot(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/report")
        .join(name);
    if std::env::var_os("TENURE_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == text,
        "{name} differs from testdata/report; TENURE_BLESS=1 rewrites it. It is now:\n{text}"
    );
}

/// The version is not part of a snapshot.
fn unversioned(text: &str) -> String {
    text.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

#[test]
fn every_reporter_writes_its_snapshot() {
    let report = fixture::report();
    for reporter in REPORTERS {
        let text = write(reporter.name(), &report, &Style::default());
        snapshot(&format!("report.{}", reporter.name()), &unversioned(&text));
    }
}

#[test]
fn colour_and_width_change_the_human_report_only() {
    let report = fixture::report();
    let style = Style {
        color: true,
        suppressed: false,
        width: 60,
    };
    for reporter in REPORTERS {
        let text = write(reporter.name(), &report, &style);
        if reporter.name() == "human" {
            snapshot("narrow.human", &text);
        } else {
            assert_eq!(text, write(reporter.name(), &report, &Style::default()));
        }
    }
}

#[test]
fn equal_reports_are_equal_bytes() {
    let (one, other) = (fixture::report(), fixture::report());
    for reporter in REPORTERS {
        let style = Style::default();
        let text = write(reporter.name(), &one, &style);
        assert_eq!(
            text,
            write(reporter.name(), &other, &style),
            "{}",
            reporter.name()
        );
    }
}

#[test]
fn no_report_holds_a_secret_value() {
    let report = fixture::report();
    for suppressed in [false, true] {
        let style = Style {
            suppressed,
            ..Style::default()
        };
        for reporter in REPORTERS {
            let text = write(reporter.name(), &report, &style);
            for secret in fixture::secrets() {
                assert!(
                    !text.contains(&secret),
                    "{} shows a secret",
                    reporter.name()
                );
            }
        }
    }
}

#[test]
fn a_terminal_gets_no_control_character_from_a_file() {
    let text = write("human", &fixture::report(), &Style::default());
    let raw = |c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
    assert!(!text.contains(raw), "{text}");
}
