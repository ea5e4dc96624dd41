//! From a run to the report of one repository.

use super::{
    Assessment, CoverageStatement, ExceptionRow, FindingRow, Identification, IdentityRow,
    Repository, ReviewRow, SCHEMA, control,
};
use crate::finding::{Exception, Since};
use crate::model::{Date, Estate, Fact, Identity, Noun, OwnerStep, Ownership};
use crate::report::history::History;
use crate::report::record::{self, Disposal};
use crate::report::view::View;
use crate::report::{Report, clean};
use crate::source::hex;
use compact_str::CompactString;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What the report of one repository is made from.
#[derive(Debug)]
pub struct Basis<'a> {
    /// The scan.
    pub report: &'a Report,
    /// The graph it was judged from.
    pub estate: &'a Estate,
    /// The register of exceptions of all tools.
    pub exceptions: &'a [Exception],
    /// Since when the line of each open finding stands, in their order; empty where history was not asked.
    pub since: &'a [Option<Since>],
    /// Days in which a finding is to be resolved, from low to critical, where the configuration says so.
    pub due: [Option<i64>; 4],
    /// Reviews of access.
    pub reviews: Vec<ReviewRow>,
    /// Numbers over time, where they were given.
    pub trend: Option<History>,
    /// Attestations in force, by control.
    pub attested: BTreeMap<String, usize>,
    /// Who and what made it; the id is filled in.
    pub identification: Identification,
}

impl Basis<'_> {
    /// Makes the report.
    #[must_use]
    pub fn assess(&self) -> Assessment {
        let view = View::new(self.report);
        let own = self
            .exceptions
            .iter()
            .filter(|exception| exception.tool == "tenure")
            .count();
        let controls = control::controls(self.report, self.estate, own, &self.attested);
        let population = self.population(&view);
        let mut part = Repository {
            identification: self.identification.clone(),
            coverage: coverage(&view),
            counts: self.counts(),
            population_sha256: sha256(&population),
            population,
            controls: controls.clone(),
            findings: self.findings(&view),
            exceptions: self
                .exceptions
                .iter()
                .map(|exception| row(exception, self.report.now, &view))
                .collect(),
            reviews: self.reviews.clone(),
            runs: vec![self.report.now.to_string()],
            trend: self.trend.clone(),
        };
        part.identification.id = String::new();
        part.identification.id = sha256(&part);
        Assessment {
            schema: SCHEMA.to_owned(),
            day: self.report.now.to_string(),
            controls,
            missing: Vec::new(),
            repositories: vec![part],
        }
    }

    fn counts(&self) -> BTreeMap<String, usize> {
        let summary = &self.report.summary;
        let mut counts: BTreeMap<String, usize> = Noun::ALL
            .into_iter()
            .map(|noun| (noun.word().to_owned(), self.estate.count(noun)))
            .collect();
        let estate = summary.estate.unwrap_or_default();
        for (name, count) in [
            ("ownerless", estate.ownerless),
            ("standing", estate.standing),
            ("endless", estate.endless),
            ("secrets", summary.secrets),
        ] {
            counts.insert(name.to_owned(), count);
        }
        counts
    }

    fn population(&self, view: &View<'_>) -> Vec<IdentityRow> {
        let identities = self.estate.identities.iter().zip(&self.estate.ownership);
        identities
            .map(|(identity, ownership)| identity_row(identity, ownership, view))
            .collect()
    }

    fn findings(&self, view: &View<'_>) -> Vec<FindingRow> {
        let mut rows: Vec<FindingRow> = Vec::new();
        for (at, finding) in view.findings().enumerate() {
            let mut row = finding_row(view, &finding);
            "open".clone_into(&mut row.state);
            if let Some(Some(since)) = self.since.get(at) {
                row.since = since.day.to_string();
                row.age = days(since.day, self.report.now);
                let due = self.due[finding.severity as usize];
                let due = due.and_then(|days| jiff::Span::new().try_days(days).ok());
                let due = due.and_then(|span| since.day.checked_add(span).ok());
                row.due = due.map(|day| day.to_string()).unwrap_or_default();
            }
            rows.push(row);
        }
        for (finding, disposal) in view.disposed() {
            let mut row = finding_row(view, &finding);
            let (state, reason) = match &disposal {
                Disposal::Waived {
                    reason,
                    owner,
                    expires,
                    ..
                } => ("waived", format!("{reason} ({owner}, until {expires})")),
                Disposal::Baseline => ("baseline", "accepted in the baseline".to_owned()),
                Disposal::Ignored { reason } => ("ignored", reason.to_string()),
            };
            state.clone_into(&mut row.state);
            row.reason = clean::line(&reason);
            rows.push(row);
        }
        rows
    }
}

fn days(from: Date, to: Date) -> Option<i64> {
    from.until(to).ok().map(|span| i64::from(span.get_days()))
}

fn sha256<T: serde::Serialize>(value: &T) -> String {
    let text = serde_json::to_vec(value).unwrap_or_default();
    hex(&Sha256::digest(text))
}

fn place(place: &record::Place<'_>) -> String {
    format!("{}:{}", clean::line(place.path), place.start.line)
}

fn finding_row(view: &View<'_>, finding: &record::Finding<'_>) -> FindingRow {
    let rule = view.rule(finding.rule);
    let owner = match finding.owner.status() {
        "unknown" => "unknown",
        _ => finding.owner.name(),
    };
    FindingRow {
        fingerprint: finding.fingerprint.to_owned(),
        severity: finding.severity.word().to_owned(),
        rule: finding.rule.to_owned(),
        message: clean::line(&finding.message),
        place: place(&finding.place),
        address: clean::line(finding.address),
        owner: clean::line(owner),
        owner_step: finding.owner.step().to_owned(),
        nhi: rule.map(|rule| rule.nhi.clone()).unwrap_or_default(),
        csf: rule.map(|rule| rule.csf.clone()).unwrap_or_default(),
        fix: clean::line(&finding.fix),
        ..FindingRow::default()
    }
}

fn known(fact: &Fact<CompactString>) -> String {
    match fact {
        Fact::Unknown(_) => "unknown".to_owned(),
        fact => clean::line(fact.text()),
    }
}

fn identity_row(identity: &Identity, ownership: &Ownership, view: &View<'_>) -> IdentityRow {
    let (owner, step) = match ownership {
        Ownership::Owned { owner, step, .. } => (clean::line(owner), OwnerStep::word(*step)),
        Ownership::Unknown(_) => ("unknown".to_owned(), ""),
        Ownership::Nobody => (String::new(), ""),
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts and tiers are small"
    )]
    let number = |fact: &Fact<f64>| fact.value().map_or(0, |value| *value as usize);
    let blobs = &view.report.blobs;
    let (start, _) = blobs.place(identity.span);
    IdentityRow {
        address: clean::line(&identity.address),
        kind: known(&identity.kind),
        provider: known(&identity.provider),
        name: view.mask.text(&known(&identity.name)).into_owned(),
        environment: known(&identity.environment),
        owner,
        owner_step: step.to_owned(),
        tier: u8::try_from(number(&identity.tier)).unwrap_or(0),
        tier_reason: known(&identity.tier_reason),
        level: known(&identity.level),
        standing: match identity.standing.value() {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        }
        .to_owned(),
        leased_until: identity
            .leased_until
            .value()
            .map(ToString::to_string)
            .unwrap_or_default(),
        ties: [
            &identity.grants,
            &identity.credentials,
            &identity.trusts,
            &identity.usages,
        ]
        .map(number),
        place: format!("{}:{}", clean::line(blobs.path(identity.span)), start.line),
    }
}

fn coverage(view: &View<'_>) -> CoverageStatement {
    let coverage = &view.report.coverage;
    let counts = |pairs: &[(String, usize)]| {
        let mut map = BTreeMap::new();
        for (name, count) in pairs {
            *map.entry(name.clone()).or_insert(0) += count;
        }
        map
    };
    CoverageStatement {
        listed: coverage.listed,
        scanned: coverage.scanned,
        bytes: coverage.bytes,
        rules: coverage.rules,
        parsed: counts(&coverage.parsed),
        skipped: counts(&coverage.skipped),
        undecided: counts(&coverage.unknowns),
        gaps: view
            .gaps()
            .map(|gap| {
                let line = gap.line.map(|line| format!(":{line}")).unwrap_or_default();
                (
                    format!("{}{line}", clean::line(gap.path)),
                    clean::line(&gap.reason),
                )
            })
            .collect(),
    }
}

fn row(exception: &Exception, now: Date, view: &View<'_>) -> ExceptionRow {
    let text = |text: &str| clean::line(&view.mask.text(text));
    let reason = match (&exception.problem, exception.reason.as_str()) {
        (Some(problem), _) => format!("invalid: {problem}"),
        (None, reason) => reason.to_owned(),
    };
    ExceptionRow {
        tool: exception.tool.to_owned(),
        form: exception.form.to_owned(),
        state: exception.state(now).to_owned(),
        place: format!("{}:{}", clean::line(&exception.path), exception.line),
        rules: text(&exception.rules.join(", ")),
        reason: text(&reason),
        owner: text(&exception.owner),
        approver: text(&exception.approver),
        until: exception
            .until
            .map(|day| day.to_string())
            .unwrap_or_default(),
        since: exception
            .since
            .as_ref()
            .map(|since| since.day.to_string())
            .unwrap_or_default(),
        author: exception
            .since
            .as_ref()
            .map(|since| text(&since.author))
            .unwrap_or_default(),
    }
}
