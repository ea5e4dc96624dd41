//! Which findings stay open: inline exceptions, waiver files, ignores and the baseline, and what is reported of them.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use tenure::config::{self, Config};
use tenure::finding::{Disposal, Finding};
use tenure::model::{Date, LeaseAbout, Ownership};
use tenure::rule::{self, Confidence, Profile, RuleSet, Severity};
use tenure::source::{Blob, BlobId, Blobs, Secret, Span};
use tenure::suppress::{self, Baseline, Parted, Reach, Register, Terms, baseline};

const NOW: Date = jiff::civil::date(2026, 1, 1);

/// A repository in memory, what was found in it and what it is judged by.
struct Case {
    blobs: Blobs,
    findings: Vec<Finding>,
    config: Config,
    register: Register,
    rules: RuleSet,
    profile: Profile,
    now: Date,
    reach: Reach,
    pending: bool,
}

impl Case {
    fn new(files: &[(&str, &str)]) -> Self {
        let blobs = files
            .iter()
            .map(|(path, text)| Blob::new((*path).to_owned(), Some(text.as_bytes().to_vec())))
            .collect();
        Self {
            blobs: Blobs::new(blobs),
            findings: Vec::new(),
            config: Config::default(),
            register: Register::default(),
            rules: rule::builtin().with(RuleSet::new(vec![page("demo/a"), page("demo/b")])),
            profile: Profile::Default,
            now: NOW,
            reach: Reach::Whole,
            pending: false,
        }
    }

    /// Adds a finding at the first place of `needle` in any file.
    fn found(mut self, rule: &str, severity: Severity, needle: &str) -> Self {
        let span = self.place(needle);
        self.findings.push(finding(rule, severity, span));
        self
    }

    fn place(&self, needle: &str) -> Span {
        let found = self.blobs.iter().find_map(|(id, blob)| {
            let text = String::from_utf8_lossy(blob.bytes()).into_owned();
            text.find(needle)
                .map(|at| Span::new(id, at, at + needle.len()))
        });
        found.unwrap()
    }

    fn configured(mut self, text: &str) -> Self {
        self.config = config::parse("tenure.yaml", text).unwrap();
        self
    }

    fn registered(mut self, files: &[(&str, String)]) -> Self {
        let files: Vec<(String, String)> = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.clone()))
            .collect();
        self.register = Register::read(&files, self.now).unwrap();
        self
    }

    fn apply(&mut self) -> Parted {
        let mut directives = Vec::new();
        for (id, blob) in self.blobs.iter() {
            directives.extend(suppress::directives(id, &blob.path, blob.bytes()));
        }
        for directive in &mut directives {
            directive.pending = self.pending;
        }
        let terms = Terms {
            config: &self.config,
            register: &self.register,
            rules: &self.rules,
            known: &[],
            profile: self.profile,
            now: self.now,
            reach: self.reach,
            past: None,
        };
        suppress::apply(self.findings.clone(), &directives, &terms, &mut self.blobs)
    }

    /// Rules of the open findings with their lines, and how many are disposed of.
    fn outcome(mut self) -> (Vec<String>, usize) {
        let parted = self.apply();
        let mut open: Vec<String> = parted
            .open
            .iter()
            .map(|finding| {
                let (start, _) = self.blobs.place(finding.span);
                format!("{}:{}", finding.rule, start.line)
            })
            .collect();
        open.sort();
        (open, parted.disposed.len())
    }
}

fn page(id: &str) -> rule::Rule {
    let text = "---\ntitle: T\ntopic: t\nseverity: low\nconfidence: low\nsince: 0.1.0\nnhi: [NHI7]\ncsf: []\nnative: true\nmessage: m\n---\n";
    rule::parse(id, "demo.md", text).unwrap()
}

fn finding(rule: &str, severity: Severity, span: Span) -> Finding {
    Finding {
        rule: rule.to_owned(),
        severity,
        confidence: Confidence::High,
        profile: Profile::Default,
        message: "m".to_owned(),
        span,
        whole: None,
        address: String::new(),
        attribute: String::new(),
        subject: None,
        related: Vec::new(),
        also: Vec::new(),
        chain: Vec::new(),
        route: Ownership::Nobody,
        fix: String::new(),
        secret: None,
        properties: Vec::new(),
        fingerprint: String::new(),
        group: String::new(),
    }
}

const GOOD: &str = "expires=2026-01-20 owner=@o reason=\"old tool\"";

fn open(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

#[test]
fn an_allow_excuses_its_line_and_no_other() {
    let text = format!(
        "# tenure: allow demo/a {GOOD}\nfirst\nsecond\nthird # tenure: allow demo/* {GOOD}\n"
    );
    let case = Case::new(&[("a.tf", &text)])
        .found("demo/a", Severity::Medium, "first")
        .found("demo/a", Severity::Medium, "second")
        .found("demo/b", Severity::Medium, "third");
    assert_eq!(case.outcome(), (open(&["demo/a:3"]), 2));
}

#[test]
fn an_allow_excuses_only_the_rules_it_names() {
    let text = format!("# tenure: allow demo/a {GOOD}\nfirst\n");
    let case = Case::new(&[("a.tf", &text)])
        .found("demo/a", Severity::Low, "first")
        .found("demo/b", Severity::Low, "first")
        .found("demo/ab", Severity::Low, "first");
    assert_eq!(case.outcome(), (open(&["demo/ab:2", "demo/b:2"]), 1));
}

#[test]
fn the_waiver_is_told_with_the_finding() {
    let text = format!("# tenure: allow demo/a {GOOD}\nfirst\n");
    let mut case = Case::new(&[("a.tf", &text)]).found("demo/a", Severity::Low, "first");
    let parted = case.apply();
    let Disposal::Waived {
        at,
        reason,
        owner,
        expires,
    } = &parted.disposed[0].by
    else {
        panic!("{parted:?}");
    };
    assert_eq!(
        case.blobs.text(*at),
        text.lines().next().unwrap().trim_start_matches("# ")
    );
    assert_eq!(
        (reason.as_str(), owner.as_str(), expires.as_str()),
        ("old tool", "@o", "2026-01-20")
    );
}

#[test]
fn an_allow_above_a_declaration_speaks_for_all_of_it() {
    let hcl = format!(
        "a = 1\n# tenure: allow demo/a {GOOD}\n\n# words\nresource \"x\" \"y\" {{\n  bad = 1\n}}\nbad2\n"
    );
    for whole in [
        "resource \"x\" \"y\" {\n  bad = 1\n}",
        "\n# words\nresource \"x\" \"y\" {\n  bad = 1\n}",
    ] {
        let mut case = Case::new(&[("a.tf", &hcl)])
            .found("demo/a", Severity::Low, "bad = 1")
            .found("demo/a", Severity::Low, "bad2");
        case.findings[0].whole = Some(case.place(whole));
        assert_eq!(case.outcome(), (open(&["demo/a:8"]), 1), "{whole:?}");
    }
    let yaml = format!("# tenure: allow demo/a {GOOD}\nMyRole:\n  Type: R\n  Bad: 1\n");
    let mut case = Case::new(&[("a.yaml", &yaml)]).found("demo/a", Severity::Low, "Bad: 1");
    case.findings[0].whole = Some(case.place("Type: R\n  Bad: 1"));
    assert_eq!(
        case.outcome(),
        (open(&[]), 1),
        "the body begins below its name"
    );
    let inside = format!("MyRole:\n  # tenure: allow demo/a {GOOD}\n  Type: R\n  Bad: 1\n");
    let mut case = Case::new(&[("a.yaml", &inside)]).found("demo/a", Severity::Low, "Bad: 1");
    case.findings[0].whole = Some(case.place(&inside));
    let (found, disposed) = case.outcome();
    assert_eq!(
        (found, disposed),
        (open(&["demo/a:4", "governance/stale-waiver:2"]), 0)
    );
}

#[test]
fn an_allow_for_a_file_speaks_for_all_of_it() {
    let text = format!("first\nsecond\n# tenure: allow-file demo/* {GOOD}\n");
    let case = Case::new(&[("a.tf", &text), ("b.tf", "other\n")])
        .found("demo/a", Severity::Low, "first")
        .found("demo/b", Severity::Low, "second")
        .found("demo/b", Severity::Low, "other");
    assert_eq!(case.outcome(), (open(&["demo/b:1"]), 2));
}

#[test]
fn severity_decides_how_long_and_by_whom() {
    let allow =
        |rest: &str| format!("# tenure: allow demo/a owner=@o reason=\"old tool\" {rest}\nfirst\n");
    for (rest, severity, excused) in [
        ("expires=2026-12-31", Severity::Low, true),
        ("expires=2026-12-31", Severity::Medium, false),
        ("expires=2026-06-30", Severity::Medium, true),
        ("expires=2026-03-01", Severity::High, false),
        ("expires=2026-03-01 approver=@p", Severity::High, true),
        ("expires=2026-04-02 approver=@p", Severity::High, false),
        ("expires=2026-01-31 approver=@p", Severity::Critical, true),
        ("expires=2026-02-01 approver=@p", Severity::Critical, false),
    ] {
        let case = Case::new(&[("a.tf", &allow(rest))]).found("demo/a", severity, "first");
        let want = if excused {
            (open(&[]), 1)
        } else {
            (open(&["demo/a:2", "governance/invalid-waiver:1"]), 0)
        };
        assert_eq!(case.outcome(), want, "{rest} {severity:?}");
    }
    let case = Case::new(&[("a.tf", &allow("expires=2026-03-01 approver=@p"))])
        .configured("waivers: { max: { high: 7d } }")
        .found("demo/a", Severity::High, "first");
    assert_eq!(case.outcome().1, 0, "the configuration shortens it");
}

#[test]
fn an_invalid_allow_excuses_nothing_and_says_why() {
    for (words, part) in [
        (
            "allow demo/a expires=2026-01-20 owner=@o",
            "`reason=` is missing",
        ),
        ("allow demo/a owner=@o reason=tool", "`expires=` is missing"),
        (
            "allow demo/c expires=2026-01-20 owner=@o reason=tool",
            "no rule is named `demo/c`; did you mean `demo/a`?",
        ),
        (
            "allow demos/* expires=2026-01-20 owner=@o reason=tool",
            "no rule is named `demos/*`",
        ),
        (
            "allow demo/a expires=2027-06-01 owner=@o reason=tool",
            "more than 365 days",
        ),
        (
            "allow demo/a expires=2026-01-20 owner=@o approver=@o reason=tool",
            "owner cannot approve",
        ),
        ("ignore demo/a", "write allow"),
        ("lease owner=@o expires=2026-01-20", "`purpose=` is missing"),
    ] {
        let text = format!("# tenure: {words}\nfirst\n");
        let mut case = Case::new(&[("a.tf", &text)]).found("demo/a", Severity::Low, "first");
        let parted = case.apply();
        assert_eq!(
            (parted.open.len(), parted.disposed.len()),
            (2, 0),
            "{words}"
        );
        let notice = parted
            .open
            .iter()
            .find(|f| f.rule == "governance/invalid-waiver")
            .unwrap();
        assert!(notice.message.contains(part), "{words}: {}", notice.message);
        assert_eq!(case.blobs.text(notice.span), format!("tenure: {words}"));
        assert_eq!(notice.fingerprint.len(), 64);
    }
}

#[test]
fn an_expired_allow_counts_no_more() {
    let text = "# tenure: allow demo/a expires=2025-12-31 owner=@o reason=tool\nfirst\n";
    let mut case = Case::new(&[("a.tf", text)]).found("demo/a", Severity::Low, "first");
    case.now = jiff::civil::date(2025, 12, 31);
    assert_eq!(case.apply().disposed.len(), 1, "its last day still counts");
    case.now = NOW;
    assert_eq!(
        case.outcome(),
        (open(&["demo/a:2", "governance/expired-waiver:1"]), 0)
    );
}

#[test]
fn an_allow_with_nothing_to_excuse_is_stale() {
    let text = format!(
        "# tenure: allow demo/a,demo/b {GOOD}\nfirst\nsecond # tenure: allow demo/a {GOOD}\n"
    );
    let mut case = Case::new(&[("a.tf", &text)]).found("demo/a", Severity::Low, "first");
    let parted = case.apply();
    let messages: Vec<&str> = parted.open.iter().map(|f| f.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "waiver excuses nothing: no finding of demo/b is left here",
            "waiver excuses nothing: no finding of demo/a is left here"
        ]
    );
    case.reach = Reach::Part;
    assert_eq!(
        case.outcome().0,
        open(&[]),
        "a part of the tree says nothing"
    );
}

#[test]
fn a_rule_that_did_not_run_makes_nothing_stale() {
    let text = format!(
        "# tenure: allow demo/a {GOOD}\nx\n# tenure: allow demo/* {GOOD}\ny\n# tenure: allow secret/* {GOOD}\nz\n"
    );
    let mut case = Case::new(&[("a.tf", &text)]);
    case.rules = case
        .rules
        .filter(|rule| rule.id != "demo/a" && !rule.id.starts_with("secret/"));
    let (found, _) = case.outcome();
    let known = open(&["governance/invalid-waiver:1", "governance/stale-waiver:3"]);
    assert_eq!(
        found, known,
        "demo/a is no built-in rule; demo/* has one left, and it ran"
    );

    let mut case = Case::new(&[("a.tf", &text)]);
    case.rules = case.rules.filter(|rule| rule.id.starts_with("governance/"));
    let directives = suppress::directives(BlobId(0), "a.tf", text.as_bytes());
    let known = ["demo/a".to_owned(), "demo/b".to_owned()];
    let terms = Terms {
        config: &case.config,
        register: &case.register,
        rules: &case.rules,
        known: &known,
        profile: Profile::Default,
        now: NOW,
        reach: Reach::Whole,
        past: None,
    };
    let parted = suppress::apply(Vec::new(), &directives, &terms, &mut case.blobs);
    assert_eq!(parted.open, []);
}

#[test]
fn a_finding_above_the_profile_keeps_its_allow_and_is_dropped() {
    let text = format!("# tenure: allow demo/a {GOOD}\nfirst\n");
    let mut case = Case::new(&[("a.tf", &text)]).found("demo/a", Severity::Low, "first");
    case.findings[0].profile = Profile::Audit;
    assert_eq!(case.outcome(), (open(&[]), 0));
}

#[test]
fn a_pending_allow_excuses_nothing_and_is_not_stale() {
    let text = format!("# tenure: allow demo/a {GOOD}\nfirst\n");
    let mut case = Case::new(&[("a.tf", &text)]).found("demo/a", Severity::Low, "first");
    case.pending = true;
    assert_eq!(case.outcome(), (open(&["demo/a:2"]), 0));
}

#[test]
fn notices_are_not_made_when_their_rules_do_not_run() {
    let text = "# tenure: allow demo/a\nfirst\n";
    let mut case = Case::new(&[("a.tf", text)]).found("demo/a", Severity::Low, "first");
    case.rules = case
        .rules
        .filter(|rule| !rule.id.starts_with("governance/"));
    assert_eq!(case.outcome(), (open(&["demo/a:2"]), 0));
}

#[test]
fn exceptions_do_not_excuse_exceptions() {
    let text = format!("# tenure: allow governance/* {GOOD}\n# tenure: allow demo/a\nfirst\n");
    let (found, _) = Case::new(&[("a.tf", &text)]).outcome();
    assert!(
        found.contains(&"governance/invalid-waiver:2".to_owned()),
        "{found:?}"
    );
}

#[test]
fn a_lease_is_not_an_allow() {
    let text = "# tenure: lease owner=@o purpose=\"nightly export\" expires=2026-03-01 ticket=T-1\nresource x\n# tenure: lease owner=@o purpose=\"too late\" expires=2026-03-01\n";
    let directives = suppress::directives(BlobId(0), "a.tf", text.as_bytes());
    let leases = suppress::leases(&directives);
    assert_eq!(leases.len(), 1);
    assert_eq!(leases[0].purpose, "nightly export");
    let LeaseAbout::Line(line) = leases[0].about else {
        panic!("a line: {:?}", leases[0].about);
    };
    assert_eq!(&text[line.range()], "resource x");
    let (found, _) = Case::new(&[("a.tf", text)]).outcome();
    assert_eq!(found, open(&["governance/invalid-waiver:3"]));
}

#[test]
fn waiver_files_excuse_by_fingerprint_or_address() {
    let waiver = |id: &str, what: &str| {
        format!(
            "id: {id}\n{what}\nreason: old tool\nowner: \"@o\"\napprover: \"@p\"\nexpires: 2026-01-20\n"
        )
    };
    let mut probe =
        Case::new(&[("a.tf", "first\nsecond\nthird\n")]).found("demo/a", Severity::High, "first");
    let print = probe.apply().open[0].fingerprint.clone();
    let files = [
        (
            ".tenure/waivers/a.yaml",
            waiver("W-1", &format!("fingerprints: [{print}]")),
        ),
        (
            ".tenure/waivers/b.yaml",
            waiver("W-2", "rule: demo/b\naddress: role.ci"),
        ),
        (
            ".tenure/waivers/c.yaml",
            waiver("W-3", "rule: demo/a\naddress: gone"),
        ),
        (
            ".tenure/waivers/d.yaml",
            waiver("W-4", "rule: demo/a\nadress: gone"),
        ),
        (
            ".tenure/waivers/e.yaml",
            waiver("W-5", &format!("fingerprints: [{}]", "0".repeat(64))),
        ),
        (
            ".tenure/waivers/f.yaml",
            waiver("W-6", "rule: demo/a\naddress: z").replace("2026-01", "2025-01"),
        ),
    ];
    let mut case = Case::new(&[("a.tf", "first\nsecond\nthird\n")])
        .found("demo/a", Severity::High, "first")
        .found("demo/b", Severity::High, "second")
        .found("demo/b", Severity::High, "third")
        .registered(&files);
    case.findings[1].address = "role.ci".to_owned();
    case.findings[2].address = "role.other".to_owned();
    let parted = case.apply();
    assert_eq!(parted.disposed.len(), 2);
    let told: Vec<(String, String)> = parted
        .open
        .iter()
        .map(|finding| {
            let (place, _) = case.blobs.place(finding.span);
            (
                format!(
                    "{} {}:{}",
                    finding.rule,
                    case.blobs.path(finding.span),
                    place.line
                ),
                case.blobs.text(finding.span).into_owned(),
            )
        })
        .collect();
    let want = [
        ("demo/b a.tf:3", "third"),
        (
            "governance/invalid-waiver .tenure/waivers/d.yaml:3",
            "adress",
        ),
        ("governance/expired-waiver .tenure/waivers/f.yaml:1", "W-6"),
        ("governance/stale-waiver .tenure/waivers/c.yaml:1", "W-3"),
        ("governance/stale-waiver .tenure/waivers/e.yaml:1", "W-5"),
    ]
    .map(|(place, text)| (place.to_owned(), text.to_owned()));
    assert_eq!(told, want);
    let Disposal::Waived { at, .. } = parted.disposed[0].by else {
        panic!("{parted:?}");
    };
    assert_eq!(case.blobs.path(at), ".tenure/waivers/a.yaml");
}

#[test]
fn ignores_have_reasons_and_ends_and_are_reported_when_useless() {
    let config = "ignores:\n  - { rule: demo/*, path: docs/, reason: examples }\n  - { rule: demo/b, reason: over, expires: 2025-12-31 }\n  - { rule: demo/a, path: gone/, reason: nothing }\n";
    let mut case = Case::new(&[("docs/a.md", "first\n"), ("src/b.tf", "second\n")])
        .configured(config)
        .found("demo/a", Severity::Critical, "first")
        .found("demo/b", Severity::Critical, "second");
    let parted = case.apply();
    assert_eq!(
        parted.disposed[0].by,
        Disposal::Ignored {
            reason: "examples".to_owned()
        }
    );
    let told: Vec<String> = parted
        .open
        .iter()
        .map(|f| {
            format!(
                "{} {}:{}",
                f.rule,
                case.blobs.path(f.span),
                case.blobs.place(f.span).0.line
            )
        })
        .collect();
    assert_eq!(
        told,
        open(&[
            "demo/b src/b.tf:1",
            "governance/expired-waiver tenure.yaml:3",
            "governance/stale-waiver tenure.yaml:4"
        ])
    );
}

#[test]
fn a_baseline_holds_findings_that_moved_and_no_new_ones() {
    let mut before = Case::new(&[("a.tf", "one\ntwo\n")])
        .found("demo/a", Severity::High, "one")
        .found("demo/a", Severity::High, "two");
    let parted = before.apply();
    let text = baseline::write(&parted.open, |finding| {
        before.blobs.path(finding.span).to_owned()
    });
    assert_eq!(text.lines().count(), 4);
    let mut after = Case::new(&[("a.tf", "\n\nmoved\n two\n one\n")])
        .found("demo/a", Severity::High, "one")
        .found("demo/a", Severity::High, "two")
        .found("demo/a", Severity::High, "moved")
        .found("demo/b", Severity::High, "moved")
        .registered(&[(".tenure/baseline.json", text)]);
    let parted = after.apply();
    assert_eq!(parted.disposed.len(), 2);
    assert!(
        parted
            .disposed
            .iter()
            .all(|disposed| disposed.by == Disposal::Baseline)
    );
    assert_eq!(
        parted.open.len(),
        2,
        "a third of the same and another rule are new"
    );
    let all: Vec<Finding> = parted.disposed.into_iter().map(|d| d.finding).collect();
    assert_eq!(after.register.baseline.unmet(&all).count(), 0);
    assert_eq!(after.register.baseline.unmet(&all[..1]).count(), 1);
    assert_eq!(Baseline::default().unmet(&all).count(), 0);
}

/// Values made on the spot, so that none looks live in the file.
fn token(seed: u8) -> Vec<u8> {
    (0..32u8)
        .map(|i| {
            b"aB3dE6gH9jKmN2pQ"[usize::from(
                i.wrapping_mul(7)
                    .wrapping_add(i / 16 * 3)
                    .wrapping_add(seed),
            ) % 16]
        })
        .collect()
}

#[test]
fn a_changed_secret_is_a_new_finding_and_a_moved_one_is_not() {
    let print = |value: &[u8], line: usize, salt: &[u8]| {
        let blobs = Blobs::new(vec![Blob::new("a.env".into(), Some(vec![b'\n'; 100]))]);
        let mut findings = [finding(
            "secret/x",
            Severity::High,
            Span::new(BlobId(0), line, line + 1),
        )];
        findings[0].address = "a.env".into();
        findings[0].attribute = "KEY".into();
        findings[0].secret = Some(Secret::new(value, 0));
        suppress::fingerprint(&mut findings, salt, &blobs);
        findings[0].fingerprint.clone()
    };
    assert_eq!(print(&token(1), 3, b""), print(&token(1), 70, b""));
    assert_ne!(print(&token(1), 3, b""), print(&token(2), 3, b""));
    assert_ne!(print(&token(1), 3, b""), print(&token(1), 3, b"salt"));
    assert_ne!(print(b"hunter2", 3, b""), print(b"hunter3", 3, b""));
}

#[test]
fn the_fingerprint_is_what_it_was() {
    let blobs = Blobs::new(vec![Blob::new("a.tf".into(), Some(b"x".to_vec()))]);
    let mut findings = [finding(
        "demo/a",
        Severity::High,
        Span::new(BlobId(0), 0, 1),
    )];
    findings[0].address = "module.a[0].aws_iam_user.ci".into();
    findings[0].attribute = "force_destroy".into();
    suppress::fingerprint(&mut findings, b"", &blobs);
    assert_eq!(
        findings[0].fingerprint,
        "1b50a290fc69a2a194df50d04ce5d314f3b4e689bd4272317c991f61cfd7fa22"
    );
}

#[test]
fn many_exceptions_and_findings_stay_cheap() {
    let line = format!("code # tenure: allow demo/a {GOOD}\n");
    let text = line.repeat(4000);
    let mut case = Case::new(&[("a.tf", &text)]);
    for index in 0..4000 {
        let at = index * line.len();
        let span = Span::new(BlobId(0), at, at + 4);
        let mut found = finding("demo/a", Severity::Low, span);
        found.whole = Some(Span::new(BlobId(0), 0, text.len()));
        case.findings.push(found);
    }
    let start = std::time::Instant::now();
    assert_eq!(case.outcome(), (open(&[]), 4000));
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn a_flood_of_directives_is_cut_and_said() {
    let text = format!("code # tenure: allow demo/a {GOOD}\n").repeat(6000);
    let directives = suppress::directives(BlobId(0), "a.tf", text.as_bytes());
    assert_eq!(directives.len(), 5001);
    let last = directives.last().unwrap().order.as_ref().unwrap_err();
    assert!(last.contains("may hold 5000"));
}

#[test]
fn the_whole_pipeline_honours_an_allow() {
    let page = "---\ntitle: Demo token\ntopic: hardcoded-secret\nseverity: medium\nconfidence: high\nsince: 0.1.0\nnhi: [NHI2]\ncsf: [PR.AA-01]\npattern:\n  provider: demo\n  kind: token\n  anchors: [\"demo_\"]\n  shape: [\"demo_\", { of: base62, length: 32 }]\nmessage: m\n---\n";
    let rules = RuleSet::new(vec![rule::parse("secret/demo", "demo.md", page).unwrap()]);
    let value = String::from_utf8(token(3)).unwrap();
    let text =
        format!("# tenure: allow secret/demo {GOOD}\nTOKEN=demo_{value}\nOTHER=demo_{value}x\n");
    let options = tenure::scan::Options::new(NOW);
    let outcome = tenure::scan::memory(
        vec![("deploy.sh".into(), text.into_bytes())],
        rules,
        &options,
    );
    assert_eq!(outcome.report.findings, []);
    assert_eq!(outcome.report.disposed.len(), 1);
    assert_eq!(outcome.report.summary.waived, 1);
}
