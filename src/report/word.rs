//! Words for the closed vocabularies of rules, as reports spell them.

use crate::rule::{Confidence, Profile};

/// The word for a profile.
pub(super) fn profile(profile: Profile) -> &'static str {
    match profile {
        Profile::Default => "default",
        Profile::Strict => "strict",
        Profile::Audit => "audit",
    }
}

/// The word for a confidence.
pub(super) fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

/// The official id of an OWASP item: `NHI5` is `NHI5:2025`.
pub(super) fn item(item: &str) -> String {
    if item.contains(':') {
        item.to_owned()
    } else {
        format!("{item}:2025")
    }
}
