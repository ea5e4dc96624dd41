//! Finds the ways from jobs and workloads to what the identities they can become may do.
//!
//! Breadth first, so that each way is the shortest; every identity is reached once from each start.

use super::job;
use crate::model::{Estate, Fact, Grant, Id, Link, Noun, Path, PathStep, Subject, rank};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// Identities that become one another end here.
const DEPTH: usize = 8;

/// Most ways of a run; far more than anybody reads.
const MOST: usize = 20_000;

/// How one identity becomes another.
#[derive(Clone, Copy)]
struct Edge {
    to: Id,
    /// The usage or trust that lets it.
    by: Subject,
    /// The trust that answers a sign-in, when the run has it.
    trust: Option<Subject>,
}

/// Fills `paths`. The estate is tied, and its levels are known.
pub(super) fn settle(estate: &mut Estate) {
    let graph = Graph::new(estate);
    let mut paths = Vec::new();
    for start in estate.subjects(Noun::Usage) {
        let usage = &estate.usages[start.id.index()];
        if usage.kind.text() == "step" || paths.len() >= MOST {
            continue;
        }
        if let Link::To(from) = estate.usage_of[start.id.index()] {
            graph.starting_at(start, from, &mut paths);
        }
    }
    estate.paths = paths;
}

/// How each identity was reached from a start: from which other, and by what.
type Came = FxHashMap<Id, Option<(Id, Edge)>>;

/// Who can become whom, and the most each may do.
struct Graph<'e> {
    estate: &'e Estate,
    edges: FxHashMap<Id, Vec<Edge>>,
    /// The highest grant of each identity: same index.
    best: Vec<Option<Subject>>,
}

impl<'e> Graph<'e> {
    fn new(estate: &'e Estate) -> Self {
        let identities = estate.subjects(Noun::Identity);
        Self {
            estate,
            edges: edges(estate),
            best: identities.map(|one| best(estate, one.id)).collect(),
        }
    }

    /// Adds the ways from a start, which begins as `from`.
    fn starting_at(&self, start: Subject, from: Id, paths: &mut Vec<Path>) {
        let mut came: Came = FxHashMap::default();
        let mut open = VecDeque::from([(from, 0)]);
        came.insert(from, None);
        while let Some((at, depth)) = open.pop_front() {
            if let Some(grant) = self.best[at.index()] {
                paths.push(self.path(&came, start, at, grant));
            }
            if depth == DEPTH {
                continue;
            }
            for edge in self.edges.get(&at).map_or(&[][..], Vec::as_slice) {
                came.entry(edge.to).or_insert_with(|| {
                    open.push_back((edge.to, depth + 1));
                    Some((at, *edge))
                });
            }
        }
    }

    /// The way to one identity, back along the edges it was reached by.
    fn path(&self, came: &Came, start: Subject, to: Id, grant: Subject) -> Path {
        let estate = self.estate;
        let mut ways = Vec::new();
        let mut at = to;
        while let Some(Some((before, edge))) = came.get(&at) {
            ways.push(*edge);
            at = *before;
        }
        ways.reverse();
        let from = at;
        let mut steps = vec![begin(estate, start, from)];
        // Who can start the step that signs in decides, where it is stricter than its job.
        let mut starter = starter(estate, start);
        for edge in ways {
            if edge.by.noun == Noun::Usage {
                starter = self::starter(estate, edge.by);
            }
            steps.extend(become_steps(estate, edge));
        }
        let right = &estate.grants[grant.id.index()];
        let role = right.role.text();
        let what = match role.is_empty() {
            true => right.level.text().to_owned(),
            false => format!("{} by {role}", right.level.text()),
        };
        steps.push(PathStep {
            subject: grant,
            span: right.span,
            label: format!("which may {}", verb(&what)),
        });
        Path {
            start,
            from,
            to,
            grant,
            starter,
            level: right.level.text().into(),
            steps,
        }
    }
}

/// All ways from one identity to another, by the first.
fn edges(estate: &Estate) -> FxHashMap<Id, Vec<Edge>> {
    let mut edges: FxHashMap<Id, Vec<Edge>> = FxHashMap::default();
    let trust = |at: u32| Subject {
        noun: Noun::Trust,
        id: Id(at),
    };
    let mut answered: FxHashMap<(Id, Id), Subject> = FxHashMap::default();
    for (at, (of, from)) in (0_u32..).zip(estate.trust_of.iter().zip(&estate.trust_from)) {
        let Link::To(to) = *of else { continue };
        for &from in from {
            answered.entry((from, to)).or_insert(trust(at));
        }
    }
    let jobs = job::by_address(estate);
    for (at, (usage, link)) in (0_u32..).zip(estate.usages.iter().zip(&estate.usage_of)) {
        let (Link::To(to), "step") = (*link, usage.kind.text()) else {
            continue;
        };
        let Some(&from) = jobs.get(usage.address.as_str()) else {
            continue;
        };
        let answer = answered.remove(&(from, to));
        // A trust that is known and admits no such job keeps it out.
        let keyless = usage.method.text() == "oidc";
        if keyless && answer.is_none() && turns_away(estate, to) {
            continue;
        }
        let by = Subject {
            noun: Noun::Usage,
            id: Id(at),
        };
        let list = edges.entry(from).or_default();
        list.push(Edge {
            to,
            by,
            trust: answer,
        });
    }
    let mut rest: Vec<((Id, Id), Subject)> = answered.into_iter().collect();
    rest.sort_unstable_by_key(|(pair, subject)| (*pair, subject.id));
    for ((from, to), by) in rest {
        let trust = None;
        edges.entry(from).or_default().push(Edge { to, by, trust });
    }
    edges
}

/// Whether the run knows whom an identity trusts: then whoever is not let in stays out.
fn turns_away(estate: &Estate, identity: Id) -> bool {
    let mut trusts = estate
        .tied(Noun::Trust, identity)
        .map(|trust| &estate.trusts[trust.id.index()])
        .peekable();
    trusts.peek().is_some()
        && trusts.all(|trust| !trust.issuer.is_unknown() && !trust.issuer_kind.is_unknown())
}

/// The identity's highest grant; none when it has none of a known level.
fn best(estate: &Estate, identity: Id) -> Option<Subject> {
    let ranked = |grant: &Grant| {
        let own = !matches!(grant.policy.text(), "resource" | "key");
        if own { rank(grant.level.text()) } else { 0 }
    };
    estate
        .tied(Noun::Grant, identity)
        .map(|subject| (ranked(&estate.grants[subject.id.index()]), subject))
        .filter(|(rank, _)| *rank > 0)
        .max_by_key(|(rank, subject)| (*rank, std::cmp::Reverse(subject.id)))
        .map(|(_, subject)| subject)
}

fn verb(level: &str) -> String {
    let (first, rest) = level.split_once(' ').unwrap_or((level, ""));
    let word = match first {
        "admin" => "do everything",
        "escalate" => "give itself more rights",
        other => other,
    };
    match rest.is_empty() {
        true => word.to_owned(),
        false => format!("{word} {rest}"),
    }
}

fn starter(estate: &Estate, usage: Subject) -> compact_str::CompactString {
    match &estate.usages[usage.id.index()].starter {
        Fact::Known(word, _) | Fact::Default(word) => word.clone(),
        _ => compact_str::CompactString::default(),
    }
}

fn begin(estate: &Estate, start: Subject, from: Id) -> PathStep {
    let usage = &estate.usages[start.id.index()];
    let name = usage.name.text();
    let label = match usage.kind.text() {
        "job" => {
            let triggers: Vec<&str> = usage.triggers.texts().collect();
            match triggers.is_empty() {
                true => format!("the job {name}"),
                false => format!("the job {name}, started by {}", triggers.join(", ")),
            }
        }
        kind => {
            let worn = estate.identities[from.index()].name.text();
            format!("the {kind} {name} wears {worn}")
        }
    };
    PathStep {
        subject: start,
        span: usage.span,
        label,
    }
}

fn become_steps(estate: &Estate, edge: Edge) -> Vec<PathStep> {
    let identity = &estate.identities[edge.to.index()];
    let name = match identity.name.text() {
        "" => identity.address.as_str(),
        name => name,
    };
    let mut steps = Vec::new();
    let (_, span, _) = estate.place(edge.by);
    match edge.by.noun {
        Noun::Usage => steps.push(PathStep {
            subject: edge.by,
            span,
            label: format!("signs in as {name}"),
        }),
        _ => steps.push(PathStep {
            subject: edge.by,
            span,
            label: format!("may become {name}"),
        }),
    }
    if let Some(trust) = edge.trust {
        let (_, span, _) = estate.place(trust);
        steps.push(PathStep {
            subject: trust,
            span,
            label: format!("{name} lets it in"),
        });
    }
    steps.push(PathStep {
        subject: Subject {
            noun: Noun::Identity,
            id: edge.to,
        },
        span: identity.span,
        label: format!("the {} {name}", identity.kind.text().replace('_', " ")),
    });
    steps
}
