//! How long things lived, from the keys that each sample has.

use crate::measure::{Life, median};
use crate::model::Date;
use crate::report::history::Lifetimes;
use rustc_hash::FxHashMap;

/// How long the keys of the samples were there. A key that comes back lives once more.
pub(super) fn lifetimes<'a>(
    of: &str,
    days: &[Date],
    keys: impl Iterator<Item = &'a Vec<u64>>,
) -> Lifetimes {
    let mut since: FxHashMap<u64, usize> = FxHashMap::default();
    let mut lives: Vec<Life> = Vec::new();
    let between = |from: usize, to: usize| self::days(days[from], days[to]);
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
    lives.extend(since.values().map(|from| Life {
        days: between(*from, last),
        ended: false,
    }));
    Lifetimes {
        from_before,
        ..lived(of, &lives)
    }
}

/// Days between two days; none back in time.
pub(super) fn days(from: Date, to: Date) -> i64 {
    let span = from.until(to).ok();
    span.map_or(0, |span| i64::from(span.get_days()).max(0))
}

/// How long secret values were in the open until somebody attested that they were revoked: the only end that counts.
pub(super) fn revocations(
    samples: &[(Date, &[(u64, String)])],
    revoked: &[(&str, Date)],
) -> Lifetimes {
    let mut first: FxHashMap<u64, (Date, Vec<&str>)> = FxHashMap::default();
    for (day, prints) in samples {
        for (value, print) in *prints {
            first
                .entry(*value)
                .or_insert((*day, Vec::new()))
                .1
                .push(print);
        }
    }
    let last = samples.last().map(|(day, _)| *day).unwrap_or_default();
    let lives: Vec<Life> = first
        .values()
        .map(|(since, prints)| {
            let ends = revoked.iter().filter(|(print, _)| prints.contains(print));
            let end = ends.map(|(_, day)| *day).min();
            Life {
                days: days(*since, end.unwrap_or(last)),
                ended: end.is_some(),
            }
        })
        .collect();
    let of = "secret values in the open, until their revocation was attested";
    lived(of, &lives)
}

/// Lives as a report shows them.
pub(super) fn lived(of: &str, lives: &[Life]) -> Lifetimes {
    let ended = lives.iter().filter(|life| life.ended).count();
    Lifetimes::new(of, (ended, lives.len() - ended), median(lives))
}
