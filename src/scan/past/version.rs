//! Reads older texts of one file, each as a repository of its own, and follows leases and sign-ins through them.

use super::is_stored;
use crate::model::{Date, Estate, Fact, Lease, Subject};
use crate::rule::RuleSet;
use crate::scan::file::Looks;
use crate::scan::{Memory, Options, Outcome, run_with};
use crate::source::Blobs;
use crate::suppress::Register;
use rustc_hash::FxHashSet;

/// What reads versions.
pub(super) struct Versions {
    rules: RuleSet,
    looks: Looks,
    now: Date,
}

/// A lease at one version.
#[derive(Debug, Clone, PartialEq)]
struct Terms {
    approver: String,
    expires: Option<Date>,
}

impl Versions {
    pub(super) fn new(options: &Options) -> Self {
        let rules = RuleSet::default();
        Self {
            looks: Looks::new(&rules),
            rules,
            now: options.now,
        }
    }

    fn read(&self, path: &str, text: &[u8]) -> Outcome {
        let mut options = Options::new(self.now);
        let side = [(path.to_owned(), String::from_utf8_lossy(text).into_owned())];
        options.register = Register::read(&side, self.now).unwrap_or_default();
        let source = Memory::new(vec![(path.to_owned(), text.to_vec())]);
        run_with(&source, self.rules.clone(), &self.looks, &options)
    }

    /// Fills in what the texts of a file, the last one first, tell of its leases and sign-ins.
    pub(super) fn settle(&self, estate: &mut Estate, path: &str, texts: &[Vec<u8>], blobs: &Blobs) {
        let mut leases: Vec<(usize, String, Vec<Terms>, bool)> = Vec::new();
        for (at, lease) in estate.leases.iter().enumerate() {
            if blobs.path(lease.span) == path && lease.problem.is_absent() {
                let key = key(estate, at);
                leases.push((at, key, vec![terms(lease)], true));
            }
        }
        let usages: Vec<usize> = (0..estate.usages.len())
            .filter(|at| blobs.path(estate.usages[*at].span) == path)
            .collect();
        let open: FxHashSet<String> = usages
            .iter()
            .map(|at| &estate.usages[*at])
            .filter(|usage| usage.method.text() == "oidc")
            .map(|usage| usage.provider.text().to_owned())
            .collect();
        for text in texts {
            if leases.iter().all(|(.., alive)| !alive) && usages.is_empty() {
                break;
            }
            let old = self.read(path, text).estate;
            follow(&mut leases, &old);
            for at in &usages {
                let usage = &mut estate.usages[*at];
                let provider = usage.provider.text();
                if is_stored(usage.method.text())
                    && !open.contains(provider)
                    && signed_in(&old, provider)
                {
                    usage.was = Fact::given("oidc");
                }
            }
        }
        for (at, _, terms, _) in leases {
            estate.leases[at].renewals = Fact::Default(renewals(&terms));
        }
    }
}

/// Whether something in a file signs in to a provider with its own token.
fn signed_in(estate: &Estate, provider: &str) -> bool {
    let mut usages = estate.usages.iter();
    usages.any(|usage| usage.method.text() == "oidc" && usage.provider.text() == provider)
}

/// Looks the leases up in an older text; one that is not there is followed no further.
fn follow(leases: &mut [(usize, String, Vec<Terms>, bool)], old: &Estate) {
    let there: Vec<(String, Terms)> = (0..old.leases.len())
        .filter(|at| old.leases[*at].problem.is_absent())
        .map(|at| (key(old, at), terms(&old.leases[at])))
        .collect();
    for (_, own, seen, alive) in leases.iter_mut().filter(|(.., alive)| *alive) {
        match there.iter().find(|(key, _)| key == own) {
            Some((_, terms)) => seen.push(terms.clone()),
            None => *alive = false,
        }
    }
}

fn terms(lease: &Lease) -> Terms {
    Terms {
        approver: lease.approver.text().to_lowercase(),
        expires: lease.expires.value().copied(),
    }
}

/// What a lease speaks for, whatever else the repository holds: an address without the root it lies in.
fn key(estate: &Estate, at: usize) -> String {
    let lease = &estate.leases[at];
    let about = |subject: &Subject| estate.place(*subject).0.to_owned();
    let address = match lease.form.text() {
        "file" => lease.address.to_string(),
        _ => estate.lease_on[at]
            .first()
            .map_or_else(|| lease.address.to_string(), about),
    };
    address.rsplit(':').next().unwrap_or_default().to_owned()
}

/// How often the end was moved back by the approver of today: `terms` are those of the versions, the last one first.
fn renewals(terms: &[Terms]) -> f64 {
    let mut count = 0.0;
    for pair in terms.windows(2) {
        if pair[0].approver != pair[1].approver {
            break;
        }
        if pair[0].expires > pair[1].expires {
            count += 1.0;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_approver_begins_anew() {
        let terms = |list: &[(&str, i8)]| -> Vec<Terms> {
            let one = |(approver, month): &(&str, i8)| Terms {
                approver: (*approver).to_owned(),
                expires: Some(jiff::civil::date(2026, *month, 1)),
            };
            list.iter().map(one).collect()
        };
        assert!(renewals(&terms(&[("a", 4), ("a", 3), ("a", 3), ("a", 2)])) < 2.5);
        assert!(renewals(&terms(&[("a", 5), ("a", 4), ("a", 3), ("a", 2)])) > 2.5);
        assert!(renewals(&terms(&[("b", 5), ("a", 4), ("a", 3), ("a", 2)])) < 0.5);
        assert!(
            renewals(&terms(&[("a", 3), ("a", 4)])) < 0.5,
            "made shorter"
        );
    }
}
