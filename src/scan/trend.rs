//! The estate at many commits of a history. Every version of a file is read and parsed once, so that the cost follows change
//! and not size; only joining and counting is done for each sample.

use super::file::{Looks, Reading};
use super::source::{Bytes, Source};
use super::{Options, data, read};
use crate::engine;
use crate::extract;
use crate::finding::Exception;
use crate::measure::{Life, Samples, median};
use crate::model::{Date, Estate, Grant};
use crate::report::history::{History, Lifetimes, Point};
use crate::resolve;
use crate::rule::{Profile, RuleSet};
use crate::source::{Blob, Blobs};
use crate::suppress::{self, dialect};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

/// The versions of files as a source.
struct Versions<'a> {
    samples: &'a Samples,
    limit: u64,
}

impl Source for Versions<'_> {
    fn len(&self) -> usize {
        self.samples.versions()
    }

    fn path(&self, index: usize) -> &str {
        self.samples.path(index)
    }

    fn read(&self, index: usize, buffer: &mut Vec<u8>) -> Bytes {
        match self.samples.read(index, self.limit, buffer) {
            true if buffer.is_empty() => Bytes::Skipped("empty"),
            true if memchr::memchr(0, &buffer[..buffer.len().min(8000)]).is_some() => {
                Bytes::Skipped("binary")
            }
            true => Bytes::Read,
            false => Bytes::Skipped("unreadable or too large"),
        }
    }
}

/// What one sample has, to be followed through the others: hashes of grants, of privileged grants and of secret values.
struct Seen {
    point: Point,
    grants: Vec<u64>,
    privileged: Vec<u64>,
    secrets: Vec<u64>,
}

/// The numbers of all samples.
#[must_use]
pub fn trend(
    samples: &Samples,
    every: &'static str,
    rules: &RuleSet,
    options: &Options,
) -> History {
    let source = Versions {
        samples,
        limit: options.limit,
    };
    let looks = Looks::new(rules);
    let mut readings = read(&source, &looks, options);
    data::fetch(&source, &mut readings);
    let exceptions: Vec<Vec<Exception>> = (0..source.len())
        .into_par_iter()
        .map_init(Vec::new, |buffer, index| match source.read(index, buffer) {
            Bytes::Read => dialect::exceptions(source.path(index), buffer),
            _ => Vec::new(),
        })
        .collect();
    let blobs = readings.iter_mut().enumerate().map(|(index, reading)| {
        let text = reading
            .text
            .take()
            .filter(|_| !reading.candidates.is_empty());
        Blob::new(source.path(index).to_owned(), text)
    });
    let blobs = Blobs::new(blobs.collect());
    let seen: Vec<Seen> = samples
        .samples
        .par_iter()
        .map(|sample| {
            let files: Vec<&Reading> = sample.files.iter().map(|file| &readings[*file]).collect();
            let mut seen = look(&files, &blobs, rules, sample.day, options);
            seen.point.day = sample.day.to_string();
            seen.point.commit.clone_from(&sample.commit);
            let own = sample.files.iter().flat_map(|file| &exceptions[*file]);
            for exception in own {
                seen.point.exceptions += 1;
                seen.point.without_reason += usize::from(exception.reason.is_empty());
                seen.point.ended += usize::from(exception.state(sample.day) == "expired");
            }
            seen
        })
        .collect();
    let days: Vec<Date> = samples.samples.iter().map(|sample| sample.day).collect();
    let lives =
        |of: &str, keys: fn(&Seen) -> &Vec<u64>| lifetimes(of, &days, seen.iter().map(keys));
    History {
        schema: "tenure-history/1",
        version: env!("CARGO_PKG_VERSION"),
        every,
        range: [
            samples
                .samples
                .first()
                .map(|sample| sample.commit.clone())
                .unwrap_or_default(),
            samples
                .samples
                .last()
                .map(|sample| sample.commit.clone())
                .unwrap_or_default(),
        ],
        commits: samples.commits,
        limits: match samples.shallow {
            true => vec!["the clone is shallow: what lies before its first commit".to_owned()],
            false => Vec::new(),
        },
        lifetimes: vec![
            lives("grants", |seen| &seen.grants),
            lives("grants that administer or escalate", |seen| {
                &seen.privileged
            }),
            lives("secret values in the open", |seen| &seen.secrets),
        ],
        points: seen.iter().map(|seen| seen.point.clone()).collect(),
    }
}

/// Joins the files of one sample and counts.
fn look(files: &[&Reading], blobs: &Blobs, rules: &RuleSet, day: Date, options: &Options) -> Seen {
    let declarations = files
        .iter()
        .flat_map(|file| file.declarations.iter().cloned())
        .collect();
    let declarations = resolve::evaluate(declarations, &mut Vec::new());
    let mut estate = extract::facts(&declarations);
    let directives: Vec<suppress::Directive> = files
        .iter()
        .flat_map(|file| file.directives.iter().cloned())
        .collect();
    resolve::link(
        &mut estate,
        &declarations,
        &suppress::leases(&directives),
        &options.config,
        None,
    );
    let candidates = files
        .iter()
        .flat_map(|file| file.candidates.iter().cloned())
        .collect();
    let mut secrets: Vec<u64> = engine::secrets(rules, candidates, blobs)
        .iter()
        .filter(|finding| finding.profile <= Profile::Default)
        .filter_map(|finding| finding.secret.as_ref())
        .map(|secret| hash(secret.expose()))
        .collect();
    secrets.sort_unstable();
    secrets.dedup();
    let high = |grant: &&Grant| matches!(grant.level.text(), "admin" | "escalate");
    let mut point = count(&estate, day);
    point.secrets = secrets.len();
    Seen {
        point,
        grants: keys(estate.grants.iter()),
        privileged: keys(estate.grants.iter().filter(high)),
        secrets,
    }
}

fn count(estate: &Estate, day: Date) -> Point {
    let mut standing = [0; 4];
    let mut ownerless = 0;
    for identity in &estate.identities {
        ownerless +=
            usize::from(identity.owner.is_absent() && identity.managed.value() != Some(&true));
        if identity.standing.value() == Some(&true) {
            let tier = identity.tier.value().copied().unwrap_or(4.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "from 1 to 4"
            )]
            let at = (tier as usize).clamp(1, 4) - 1;
            standing[at] += 1;
        }
    }
    let past = |date: &crate::model::Fact<Date>| date.value().is_some_and(|date| *date < day);
    let expired = estate
        .identities
        .iter()
        .filter(|identity| past(&identity.expires))
        .count()
        + estate
            .credentials
            .iter()
            .filter(|credential| past(&credential.expires))
            .count()
        + estate
            .grants
            .iter()
            .filter(|grant| past(&grant.expires))
            .count();
    Point {
        identities: estate.identities.len(),
        ownerless,
        standing,
        credentials: estate.credentials.len(),
        endless: estate
            .credentials
            .iter()
            .filter(|credential| credential.expires.is_absent() && credential.lifetime.is_absent())
            .count(),
        expired,
        grants: estate.grants.len(),
        lapsed: estate
            .leases
            .iter()
            .filter(|lease| past(&lease.expires))
            .count(),
        ..Point::default()
    }
}

/// What makes a grant the same at another commit: principal, right, reach, environment; not the file or the line.
fn keys<'a>(grants: impl Iterator<Item = &'a Grant>) -> Vec<u64> {
    let mut keys: Vec<u64> = grants
        .map(|grant| {
            let mut hasher = FxHasher::default();
            match grant.to.text() {
                "" => grant.address.hash(&mut hasher),
                to => to.hash(&mut hasher),
            }
            for text in [
                &grant.provider,
                &grant.role,
                &grant.scope,
                &grant.environment,
                &grant.namespace,
            ] {
                text.text().hash(&mut hasher);
            }
            for set in [&grant.actions, &grant.resources] {
                set.texts().for_each(|text| text.hash(&mut hasher));
            }
            hasher.finish()
        })
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// How long the keys of the samples were there. A key that comes back lives once more.
fn lifetimes<'a>(of: &str, days: &[Date], keys: impl Iterator<Item = &'a Vec<u64>>) -> Lifetimes {
    let mut since: FxHashMap<u64, usize> = FxHashMap::default();
    let mut lives: Vec<Life> = Vec::new();
    let between = |from: usize, to: usize| {
        let span = days[from].until(days[to]).ok();
        span.map_or(0, |span| i64::from(span.get_days()))
    };
    let mut from_before = 0;
    for (at, keys) in keys.enumerate() {
        let ended: Vec<u64> = since
            .keys()
            .copied()
            .filter(|key| keys.binary_search(key).is_err())
            .collect();
        for key in ended {
            if let Some(from) = since.remove(&key) {
                lives.push(Life {
                    days: between(from, at),
                    ended: true,
                });
            }
        }
        for key in keys {
            if since
                .insert(*key, since.get(key).copied().unwrap_or(at))
                .is_none()
                && at == 0
            {
                from_before += 1;
            }
        }
    }
    let last = days.len().saturating_sub(1);
    let ended = lives.len();
    lives.extend(since.values().map(|from| Life {
        days: between(*from, last),
        ended: false,
    }));
    Lifetimes {
        of: of.to_owned(),
        ended,
        open: lives.len() - ended,
        from_before,
        median_days: median(&lives),
    }
}
