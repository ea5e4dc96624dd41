//! The whole pipeline on one file, and every report of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tenure::report::{REPORTERS, Style};
use tenure::rule::{RuleSet, builtin};
use tenure::scan::{Options, memory, trial};

static RULES: LazyLock<RuleSet> = LazyLock::new(builtin);
const PATHS: [&str; 12] = [
    "main.tf",
    "a.yaml",
    "a.json",
    "a.toml",
    ".env",
    "a.ini",
    "Dockerfile",
    "a.properties",
    ".netrc",
    ".pgpass",
    "a.ipynb",
    ".github/workflows/ci.yml",
];

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else {
        return;
    };
    let path = PATHS[usize::from(*first) % PATHS.len()].to_owned();
    let options = Options::new(trial::TODAY);
    let outcome = memory(vec![(path, bytes.to_vec())], RULES.clone(), &options);
    for reporter in REPORTERS {
        let style = Style::default();
        reporter
            .write(&outcome.report, &style, &mut std::io::sink())
            .expect("a sink takes everything");
    }
});
