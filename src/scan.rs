//! The pipeline: the only file that knows the order of the stages.

mod beside;
mod change;
mod cover;
mod data;
mod dormant;
mod evidence;
mod exceptions;
mod file;
mod history;
mod newcomer;
mod overlay;
mod past;
mod same;
mod source;
mod trend;
pub mod trial;

pub use exceptions::exceptions;
pub use history::history;
pub use overlay::Overlay;
pub use source::{Bytes, Look, Memory, Source, Tree};
pub use trend::trend;

use crate::config::Config;
use crate::engine;
use crate::extract;
use crate::finding::{Disposal, Disposed, Finding, Past};
use crate::format::Declaration;
use crate::model::{Date, Estate, Link, Noun, Ownership};
use crate::report::{Coverage, Population, Report, Summary};
use crate::resolve;
use crate::rule::{Profile, RuleSet};
use crate::source::{Blob, Blobs, Gap, Secret, Span};
use crate::suppress::{self, Reach, Register};
use crate::walk::{Change, Side};
use evidence::{Evidence, Judged};
use file::{Looks, Reading};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a scan is asked for beside its files.
#[derive(Debug)]
pub struct Options {
    /// Findings above this profile are left out.
    pub profile: Profile,
    /// The day that dates are compared with.
    pub now: Date,
    /// The user's configuration.
    pub config: Config,
    /// Waivers, baseline and salt of the repository.
    pub register: Register,
    /// Ids of the user's own rules, of which some may not run.
    pub known: Vec<String>,
    /// Rules that are switched off: what they would find is not reported, yet covered wherever it would be shown.
    pub off: RuleSet,
    /// How much of the repository the source holds.
    pub reach: Reach,
    /// What could not be read before the scan: waivers.
    pub gaps: Vec<Gap>,
    /// Largest file that is read, in bytes.
    pub limit: u64,
    /// The revision that exceptions must stand in to count; any when none.
    pub trusted: Option<Box<dyn Trusted>>,
    /// History, where it is asked for what only it can tell.
    pub past: Option<Box<dyn Past>>,
    /// What part of the repository is asked for, when not all of it: `since main`.
    pub partial: Option<String>,
    /// Whether the estate is wanted for itself. Where it is not, and every rule looks at bytes alone, none is drawn, and only
    /// files that may hold a secret are parsed.
    pub estate: bool,
    /// Files read so far, for a progress display.
    pub progress: AtomicUsize,
}

impl Options {
    /// Options for the day `now`, all else as in an empty configuration.
    #[must_use]
    pub fn new(now: Date) -> Self {
        Self {
            profile: Profile::Default,
            now,
            config: Config::default(),
            register: Register::default(),
            known: Vec::new(),
            off: RuleSet::default(),
            reach: Reach::Whole,
            gaps: Vec::new(),
            limit: 64 << 20,
            trusted: None,
            past: None,
            partial: None,
            estate: true,
            progress: AtomicUsize::new(0),
        }
    }
}

impl Options {
    /// What findings are excused by.
    fn terms<'a>(&'a self, rules: &'a RuleSet, reach: Reach) -> suppress::Terms<'a> {
        suppress::Terms {
            config: &self.config,
            register: &self.register,
            rules,
            known: &self.known,
            profile: self.profile,
            now: self.now,
            reach,
            past: self.past.as_deref(),
        }
    }

    /// Whether these rules, or whoever asks for the run, look at the estate.
    fn draws(&self, rules: &RuleSet) -> bool {
        self.estate || rules.heads().any(|head| head.mark().is_none())
    }

    /// The secret rules of a run, made ready.
    fn looks(&self, rules: &RuleSet) -> Looks {
        Looks {
            estate: self.draws(rules),
            ..Looks::new(rules)
        }
    }

    /// Secrets beside findings that no rule of the run was to report.
    fn covered(&self, parted: &suppress::Parted, rules: &RuleSet, blobs: &Blobs) -> Vec<Finding> {
        let all = rules.clone().with(self.off.clone());
        let all = all.filter(|head| head.mark().is_some());
        cover::secrets(&parted.open, &parted.disposed, &all, blobs)
    }
}

/// A revision that may excuse findings.
pub trait Trusted: std::fmt::Debug + Send + Sync {
    /// The bytes of a file in it; none when it is not there.
    fn text(&self, path: &str) -> Option<Vec<u8>>;
    /// Whether this owner is named in it: in CODEOWNERS, a catalogue, a tag.
    fn names(&self, owner: &str) -> bool;
}

/// A scan's report and the estate it was judged from.
#[derive(Debug)]
pub struct Outcome {
    /// What reports show.
    pub report: Report,
    /// The graph, for inventories and explanations.
    pub estate: Estate,
}

/// Scans files held in memory: rule examples, standard input, tests.
#[must_use]
pub fn memory(files: Vec<(String, Vec<u8>)>, rules: RuleSet, options: &Options) -> Outcome {
    run(&Memory::new(files), rules, options)
}

/// Runs every stage over a source.
#[must_use]
pub fn run(source: &dyn Source, rules: RuleSet, options: &Options) -> Outcome {
    let looks = options.looks(&rules);
    run_with(source, rules, &looks, options)
}

/// As [`run`], with secret rules that were made ready once for many runs.
fn run_with(source: &dyn Source, rules: RuleSet, looks: &Looks, options: &Options) -> Outcome {
    let readings = read(source, looks, options);
    judge(source, readings, rules, &Evidence::Whole, options).outcome
}

/// As [`run_with`], with what was before the change that led here.
fn run_after(
    (old, new): (&dyn Source, &dyn Source),
    touched: &FxHashSet<String>,
    rules: RuleSet,
    looks: &Looks,
    options: &Options,
) -> Outcome {
    let (before, after) = (read(old, looks, options), read(new, looks, options));
    let before = judge(old, before, rules.clone(), &Evidence::Whole, options);
    let evidence = Evidence::Change(before.before(touched));
    judge(new, after, rules, &evidence, options).outcome
}

/// Runs every stage over both sides of a change and reports what it adds below the folders that are `asked` for.
#[must_use]
pub fn change(change: &Change, asked: &[String], rules: RuleSet, options: &Options) -> Outcome {
    let side = |side| change::Side {
        change,
        side,
        limit: options.limit,
    };
    let (new, old) = (side(Side::New), side(Side::Old));
    let looks = options.looks(&rules);
    let after = read(&new, &looks, options);
    let before = after
        .par_iter()
        .enumerate()
        .map_init(
            file::Bench::default,
            |bench, (index, reading)| match change.pairs[index].changed {
                true => file::read(&old, index, &looks, bench),
                false => reading.clone(),
            },
        )
        .collect();
    let touched = change.touched();
    let evidence = match change.excerpt {
        true => Evidence::Excerpt,
        false => Evidence::Whole,
    };
    let old = judge(&old, before, rules.clone(), &evidence, options);
    let evidence = match change.excerpt {
        true => Evidence::Excerpt,
        false => Evidence::Change(old.before(&touched)),
    };
    let mut outcome = judge(&new, after, rules, &evidence, options).outcome;
    let before = change::Before::new(&old.outcome.report);
    change::keep_added(&mut outcome, &before, change, options, asked);
    outcome.report.summary.secrets = distinct(&outcome.report.findings);
    outcome
}

/// Every stage after reading.
fn judge(
    source: &dyn Source,
    mut readings: Vec<Reading>,
    rules: RuleSet,
    evidence: &Evidence<'_>,
    options: &Options,
) -> Judged {
    data::fetch(source, &mut readings);
    let mut gathered = gather(source, readings);
    let declarations = resolve::evaluate(
        std::mem::take(&mut gathered.declarations),
        &mut gathered.coverage.gaps,
    );
    let mut estate = extract::facts(&declarations);
    if let Some(trusted) = &options.trusted {
        suppress::hold(&mut gathered.directives, &gathered.blobs, |path| {
            trusted.text(path)
        });
    }
    let leases = kept(&mut estate, &mut gathered, options);
    let blobs = &gathered.blobs;
    newcomer::link(&mut estate, &declarations, &leases, options, blobs);
    let told = evidence.tell(&mut estate, &declarations, blobs, options);
    gathered.coverage.gaps.extend(told);
    let verdict = engine::judge(
        &rules,
        &engine::Context {
            estate: &estate,
            blobs: &gathered.blobs,
            now: options.now,
            limits: &|name| options.config.limit(name),
        },
    );
    gathered.coverage.gaps.extend(verdict.gaps);
    gathered.coverage.gaps.extend(options.gaps.iter().cloned());
    gathered.coverage.unknowns = verdict.unknowns;
    gathered.coverage.rules = rules.len();
    let mut findings = engine::fold(verdict.findings, &estate, &gathered.blobs, &options.config);
    dormant::quiet(&mut findings, &declarations, &gathered.blobs);
    findings.extend(engine::secrets(&rules, gathered.candidates, blobs));
    newcomer::say(&mut findings, &rules, &estate);
    once(&mut findings, options.profile);
    let mut routes = resolve::Routes::new(&declarations, &options.config);
    for finding in &mut findings {
        route(finding, &estate, &gathered.blobs, &mut routes);
        let severity = options.config.severity(&finding.rule);
        finding.severity = severity.unwrap_or(finding.severity);
    }
    let unseen = |finding: &&Finding| finding.secret.is_some() && finding.profile > options.profile;
    let mut hidden: Vec<Finding> = findings.iter().filter(unseen).cloned().collect();
    let terms = options.terms(&rules, options.reach);
    let parted = suppress::apply(findings, &gathered.directives, &terms, &mut gathered.blobs);
    let unread = (0..source.len()).any(|index| source.look(index) != Look::Whole);
    if unread || !options.off.is_empty() {
        hidden.extend(options.covered(&parted, &rules, &gathered.blobs));
    }
    let mut open = parted.open;
    sort(&mut open);
    gathered.coverage.gaps.sort();
    gathered.coverage.gaps.dedup();
    let waived = |disposed: &&Disposed| matches!(disposed.by, Disposal::Waived { .. });
    let waived = parted.disposed.iter().filter(waived).count();
    let summary = Summary {
        estate: options.draws(&rules).then(|| population(&estate)),
        secrets: distinct(&open),
        waived,
    };
    let report = Report {
        findings: open,
        disposed: parted.disposed,
        coverage: gathered.coverage,
        summary,
        blobs: gathered.blobs,
        rules,
        now: options.now,
        profile: options.profile,
        hidden,
        partial: options.partial.clone(),
    };
    Judged {
        outcome: Outcome { report, estate },
        declarations,
    }
}

/// What the repository keeps beside its files: its leases, and the reviews, which are nouns as they are.
fn kept(
    estate: &mut Estate,
    gathered: &mut Gathered,
    options: &Options,
) -> Vec<crate::model::LeaseTerms> {
    let mut leases = suppress::leases(&gathered.directives);
    leases.extend(options.register.leases.terms(&mut gathered.blobs));
    let reviews = &options.register.reviews;
    estate.reviews = suppress::reviews(reviews, options.now, &mut gathered.blobs);
    leases
}

/// What belongs to no identity here is a matter for whoever owns the file.
fn route(finding: &mut Finding, estate: &Estate, blobs: &Blobs, routes: &mut resolve::Routes<'_>) {
    let of = finding.subject.map(|subject| estate.identity_of(subject));
    if !matches!(of, Some(Link::To(_))) && !matches!(finding.route, Ownership::Owned { .. }) {
        let owner = routes.of(blobs.path(finding.span));
        finding.route = owner.unwrap_or(Ownership::Unknown(None));
    }
}

/// The rules about arguments and parameters that hold a credential, whatever it looks like.
const WRITTEN_OUT: &[&str] = &[
    "setting/credential-written-out",
    "setting/secret-with-default",
];

/// The rule about keys that live long, and the one about the id of such a key, which is no secret.
const STATIC_KEY: &str = "credential/static-key";
const KEY_ID: &str = "secret/aws/access-key-id";

/// A credential that a secret rule knows by its value, and that is shown, is not reported once more for the argument or
/// parameter that holds it; nor is the id of a key that is told as one.
fn once(findings: &mut Vec<Finding>, profile: Profile) {
    let shown = |finding: &&Finding| finding.profile <= profile;
    let known: Vec<Span> = findings
        .iter()
        .filter(|finding| finding.secret.is_some())
        .filter(shown)
        .map(|finding| finding.span)
        .collect();
    let keys: Vec<Span> = findings
        .iter()
        .filter(|finding| finding.rule == STATIC_KEY)
        .filter(shown)
        .filter_map(|finding| finding.whole)
        .collect();
    let told: Vec<Secret> = findings
        .iter()
        .filter(|finding| finding.rule == KEY_ID)
        .filter(|finding| keys.iter().any(|whole| whole.contains(finding.span)))
        .filter_map(|finding| finding.secret.clone())
        .collect();
    findings.retain(|finding| {
        let holds = |whole: Span| known.iter().any(|span| whole.contains(*span));
        let id = |secret: &Secret| finding.rule == KEY_ID && told.contains(secret);
        let again = WRITTEN_OUT.contains(&&*finding.rule) && finding.whole.is_some_and(holds);
        !again && !finding.secret.as_ref().is_some_and(id)
    });
}

/// Reads, scans and parses every file, in parallel; results are in the order of the sorted paths.
fn read(source: &dyn Source, looks: &Looks, options: &Options) -> Vec<Reading> {
    (0..source.len())
        .into_par_iter()
        .map_init(file::Bench::default, |bench, index| {
            options.progress.fetch_add(1, Ordering::Relaxed);
            file::read(source, index, looks, bench)
        })
        .collect()
}

/// What all files together yield.
struct Gathered {
    blobs: Blobs,
    declarations: Vec<Declaration>,
    candidates: Vec<crate::finding::Candidate>,
    directives: Vec<suppress::Directive>,
    coverage: Coverage,
}

fn gather(source: &dyn Source, readings: Vec<Reading>) -> Gathered {
    let mut coverage = Coverage {
        listed: readings.len(),
        gaps: source.gaps(),
        ..Coverage::default()
    };
    let mut skipped: std::collections::BTreeMap<String, usize> =
        source.skipped().into_iter().collect();
    let mut parsed: std::collections::BTreeMap<&'static str, usize> =
        std::collections::BTreeMap::new();
    let (mut blobs, mut declarations, mut candidates, mut directives) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (index, reading) in readings.into_iter().enumerate() {
        blobs.push(Blob::new(source.path(index).to_owned(), reading.text));
        if reading.absent {
            coverage.listed -= 1;
            continue;
        }
        if let Some(reason) = reading.skipped {
            *skipped.entry(reason.to_owned()).or_default() += 1;
        } else {
            coverage.scanned += 1;
            coverage.bytes += reading.bytes;
        }
        if let Some(format) = reading.format {
            *parsed.entry(format).or_default() += 1;
        }
        coverage.gaps.extend(reading.gaps);
        declarations.extend(reading.declarations);
        candidates.extend(reading.candidates);
        directives.extend(reading.directives);
    }
    coverage.skipped = skipped
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .collect();
    coverage.parsed = parsed
        .into_iter()
        .map(|(name, count)| (name.to_owned(), count))
        .collect();
    Gathered {
        blobs: Blobs::new(blobs),
        declarations,
        candidates,
        directives,
        coverage,
    }
}

/// Paths are sorted, so blob ids order findings as paths do.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (a.span, &a.rule, &a.address, &a.message).cmp(&(b.span, &b.rule, &b.address, &b.message))
    });
}

fn population(estate: &Estate) -> Population {
    Population {
        identities: estate.count(Noun::Identity),
        ownerless: estate
            .identities
            .iter()
            .filter(|identity| {
                identity.owner.is_absent() && identity.managed.value() != Some(&true)
            })
            .count(),
        standing: estate
            .identities
            .iter()
            .filter(|identity| identity.standing.value() == Some(&true))
            .count(),
        credentials: estate.count(Noun::Credential),
        endless: estate
            .credentials
            .iter()
            .filter(|credential| credential.expires.is_absent() && credential.lifetime.is_absent())
            .count(),
    }
}

/// Distinct secret values among findings.
fn distinct(findings: &[Finding]) -> usize {
    let mut values: Vec<&[u8]> = findings
        .iter()
        .filter_map(|finding| finding.secret.as_ref())
        .map(|secret| secret.expose())
        .collect();
    values.sort_unstable();
    values.dedup();
    values.len()
}

/// Gaps about things asked for by name: they decide exit code 3.
#[must_use]
pub fn missing(source: &dyn Source) -> Vec<Gap> {
    source.missing()
}
