//! How much depends on an identity: a floor from what it reaches, who can become it and where it is worn, each with its
//! reason; the configuration may say otherwise, with a reason of its own.

use crate::config::{Config, Site};
use crate::format::Declaration;
use crate::model::{Estate, Fact, Id, Identity, Noun};
use rustc_hash::{FxHashMap, FxHashSet};

/// Fills `tier` and `tier_reason` of every identity. Levels, environments and ways are known.
pub(super) fn settle(estate: &mut Estate, declarations: &[Declaration], config: &Config) {
    let paths: FxHashMap<&str, &str> = match config.sets_tiers() {
        true => declarations
            .iter()
            .map(|found| (found.address.as_str(), found.scope.path.as_str()))
            .collect(),
        false => FxHashMap::default(),
    };
    let open: FxHashSet<Id> = estate
        .paths
        .iter()
        .filter(|path| matches!(path.starter.as_str(), "anyone" | "fork"))
        .filter(|path| matches!(path.level.as_str(), "write" | "admin" | "escalate"))
        .map(|path| path.to)
        .collect();
    for at in 0..estate.identities.len() {
        let id = Id(u32::try_from(at).unwrap_or(u32::MAX));
        let outside = estate.tied(Noun::Trust, id).any(|subject| {
            let trust = &estate.trusts[subject.id.index()];
            matches!(trust.breadth.text(), "anyone" | "provider" | "organisation")
                || trust.external_account.value() == Some(&true)
        });
        let identity = &estate.identities[at];
        let (mut tier, mut reason) = floor(identity, open.contains(&id), outside);
        let site = Site {
            path: paths
                .get(identity.address.as_str())
                .copied()
                .unwrap_or_default(),
            namespace: identity.namespace.text(),
            account: "",
            name: identity.name.text(),
        };
        if let Some((own, why)) = config.tier_of(site) {
            reason = format!("{why} (tenure.yaml; by itself {tier}: {reason})");
            tier = own;
        }
        let identity = &mut estate.identities[at];
        identity.tier = Fact::Default(f64::from(tier));
        identity.tier_reason = Fact::given(&reason);
    }
}

/// The tier that the facts ask for, and why.
fn floor(identity: &Identity, open: bool, outside: bool) -> (u8, String) {
    let level = identity.level.text();
    let high = matches!(level, "admin" | "escalate");
    let production =
        identity.environment.text() == "production" || identity.environments.contains("production");
    let of_level = match level {
        "admin" => "it administers",
        "escalate" => "it can give itself more rights",
        "write" => "it writes",
        "read" => "it reads",
        _ => "it has no rights that are known",
    };
    let grounds = [
        (
            1,
            high && identity.standing.value() == Some(&true),
            "its rights stand without end",
        ),
        (1, high && production, "it is worn in production"),
        (
            1,
            identity.break_glass.value() == Some(&true),
            "it is for emergencies",
        ),
        (1, open, "whoever opens a pull request reaches it"),
        (2, high, "its rights are high"),
        (
            2,
            level == "write" && production,
            "it is worn in production",
        ),
        (2, outside && level != "none", "outsiders can become it"),
        (
            2,
            identity.level.is_unknown() && production,
            "what it may do in production is not known",
        ),
        (3, level == "write", "it changes things"),
        (
            3,
            identity.level.is_unknown(),
            "what it may do is not known",
        ),
        (3, production, "it is worn in production"),
        (3, outside, "outsiders can become it"),
    ];
    let worst = grounds
        .iter()
        .filter(|(_, holds, _)| *holds)
        .map(|(tier, ..)| *tier)
        .min();
    let Some(tier) = worst else {
        return (4, of_level.to_owned());
    };
    let mut reasons = vec![of_level];
    let of_tier = grounds
        .iter()
        .filter(|(own, holds, _)| *holds && *own == tier);
    reasons.extend(of_tier.map(|(.., reason)| *reason));
    (tier, reasons.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(level: &str, environment: &str) -> Identity {
        Identity {
            level: Fact::given(level),
            environment: Fact::given(environment),
            standing: Fact::Default(false),
            ..Identity::default()
        }
    }

    #[test]
    fn what_it_reaches_sets_the_floor() {
        let tier = |level, environment| floor(&identity(level, environment), false, false).0;
        assert_eq!(tier("admin", "production"), 1);
        assert_eq!(tier("escalate", "test"), 2);
        assert_eq!(tier("write", "production"), 2);
        assert_eq!(tier("write", "test"), 3);
        assert_eq!(tier("read", "production"), 3);
        assert_eq!(tier("none", ""), 4);
        let mut standing = identity("admin", "test");
        standing.standing = Fact::Default(true);
        let (tier, why) = floor(&standing, false, false);
        assert_eq!(
            (tier, why.as_str()),
            (1, "it administers; its rights stand without end")
        );
        assert_eq!(floor(&identity("write", "test"), true, false).0, 1);
        assert_eq!(floor(&identity("read", "test"), false, true).0, 2);
        let unknown = Identity {
            level: Fact::Unknown(None),
            ..Identity::default()
        };
        assert_eq!(floor(&unknown, false, false).0, 3);
    }
}
