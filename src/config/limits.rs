//! How long things may live unless the user says otherwise. Adding a threshold is adding a line.

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Name, default in seconds, what it limits. Rules ask for them with `limit("name")`; sorted by name.
pub const LIMITS: &[(&str, i64, &str)] = &[
    (
        "access_key",
        90 * DAY,
        "life of a cloud access key before it is rotated",
    ),
    ("api_key", 90 * DAY, "life of an API key"),
    (
        "break_glass_session",
        HOUR,
        "session of an emergency identity",
    ),
    (
        "ca_certificate",
        3650 * DAY,
        "validity of a certificate authority",
    ),
    ("certificate", 398 * DAY, "validity of a certificate"),
    (
        "client_secret",
        180 * DAY,
        "validity of an application's client secret",
    ),
    ("deploy_key", 365 * DAY, "life of a deploy key"),
    ("elevation", 8 * HOUR, "length of a time-bound elevation"),
    (
        "emergency_review",
        7 * DAY,
        "time from the use of an emergency identity to its review",
    ),
    ("grant", 180 * DAY, "life of a grant that ends"),
    ("hmac_key", 90 * DAY, "life of an HMAC key"),
    (
        "lease_notice",
        30 * DAY,
        "notice before a lease ends; the key `lease_notice` sets it, too",
    ),
    (
        "lease_tier_1",
        90 * DAY,
        "lease of what carries the highest risk, from today",
    ),
    ("lease_tier_2", 180 * DAY, "lease of tier 2, from today"),
    ("lease_tier_3", 365 * DAY, "lease of tier 3, from today"),
    ("lease_tier_4", 365 * DAY, "lease of tier 4, from today"),
    (
        "password",
        90 * DAY,
        "life of a password that a machine uses",
    ),
    (
        "privileged_session",
        HOUR,
        "session of an identity that may administer",
    ),
    ("review", 365 * DAY, "time between two reviews of an access"),
    (
        "rotation",
        90 * DAY,
        "time between two rotations of a stored secret",
    ),
    ("sas", 7 * DAY, "validity of a shared access signature"),
    ("secret", 90 * DAY, "life of a secret of no other kind"),
    (
        "service_account_key",
        90 * DAY,
        "life of a service account's key file",
    ),
    ("session", 12 * HOUR, "session of an assumed identity"),
    ("ssh_key", 365 * DAY, "life of an SSH key"),
    (
        "temporary",
        30 * DAY,
        "time for which what calls itself temporary may stand, where history tells",
    ),
    ("token", 90 * DAY, "life of a token"),
];

/// The default of a name.
#[must_use]
pub(super) fn default(name: &str) -> Option<i64> {
    LIMITS
        .binary_search_by(|(known, _, _)| (*known).cmp(name))
        .ok()
        .map(|index| LIMITS[index].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_answers() {
        assert!(LIMITS.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(default("client_secret"), Some(180 * DAY));
        assert_eq!(default("session"), Some(12 * HOUR));
        assert_eq!(default("nothing"), None);
    }
}
