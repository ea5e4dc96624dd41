//! What a key that names an owner looks like, and what is never an owner: pure functions of text.

/// Last segments of keys that name an owner, without separators and in lower case; the first says it most plainly.
const KEYS: &[&str] = &[
    "owner",
    "owners",
    "ownedby",
    "owneremail",
    "owningteam",
    "ownerteam",
    "team",
    "teamname",
    "teamowner",
    "teamemail",
    "squad",
    "serviceowner",
    "applicationowner",
    "technicalowner",
    "systemowner",
    "contact",
    "contactemail",
    "maintainer",
    "maintainers",
    "infrastructuresupport",
];

/// Values that stand where an owner should be: nobody yet, or a tool.
const PLACEHOLDERS: &[&str] = &[
    "tbd",
    "tba",
    "tbc",
    "todo",
    "fixme",
    "changeme",
    "replaceme",
    "placeholder",
    "unknown",
    "unowned",
    "undefined",
    "unassigned",
    "none",
    "null",
    "nil",
    "na",
    "nobody",
    "noone",
    "default",
    "example",
    "owner",
    "ownername",
    "yourname",
    "yourteam",
    "yourteamname",
    "myteam",
    "team",
    "teamname",
    "user",
    "username",
    "admin",
    "administrator",
    "root",
    "terraform",
    "opentofu",
    "terragrunt",
    "pulumi",
    "cloudformation",
    "helm",
    "kustomize",
    "ansible",
    "argocd",
    "flux",
    "fluxcd",
    "crossplane",
    "githubactions",
    "jenkins",
];

/// Whether a tag, label or annotation of this key names an owner: its last segment, whatever its case and separators.
#[must_use]
pub fn names_owner(key: &str) -> bool {
    rank(key).is_some()
}

/// How plainly a key names an owner, 0 most; `None` when it does not.
#[must_use]
pub fn rank(key: &str) -> Option<usize> {
    let last = plain(key.rsplit(['/', ':']).next().unwrap_or(key));
    KEYS.iter().position(|own| *own == last)
}

/// Whether a key is one of `extra`, compared like [`names_owner`] compares.
#[must_use]
pub fn is_key(key: &str, extra: &[String]) -> bool {
    let last = plain(key.rsplit(['/', ':']).next().unwrap_or(key));
    extra
        .iter()
        .any(|own| own == key || plain(own.rsplit(['/', ':']).next().unwrap_or(own)) == last)
}

/// Whether a value can be someone who answers: not empty, no placeholder, no tool, no hole of a template.
#[must_use]
pub fn is_owner(value: &str) -> bool {
    let value = value.trim();
    let hole = value.contains("{{") || value.contains("${") || value.contains("<%");
    let bracket = value.starts_with('<') && value.ends_with('>');
    let plain = plain(value);
    !hole
        && !bracket
        && plain.chars().any(char::is_alphanumeric)
        && plain.chars().any(|c| c != 'x')
        && !PLACEHOLDERS.contains(&plain.as_str())
}

/// The letters and digits in lower case; other characters stay, so that `n/a` and `@` are told apart.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '-' | '_' | '.' | ' ' | '/'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_match_by_last_segment_without_case_or_separators() {
        for key in [
            "owner",
            "Owner",
            "Team_Name",
            "teamName",
            "platform.example/owner",
            "org.example/team-name",
            "infrastructure-support",
            "acme:owner",
            "ServiceOwner",
        ] {
            assert!(names_owner(key), "{key}");
        }
        for key in [
            "managed-by",
            "business-unit",
            "application",
            "owner/app",
            "is-owner-set",
        ] {
            assert!(!names_owner(key), "{key}");
        }
        assert!(is_key("acme/Cost-Steward", &["cost_steward".to_owned()]));
        assert!(!is_key("acme/steward", &["cost_steward".to_owned()]));
    }

    #[test]
    fn placeholders_and_tools_own_nothing() {
        for value in [
            "",
            " ",
            "TBD",
            "change-me",
            "CHANGEME",
            "unknown",
            "n/a",
            "N/A",
            "-",
            "xxx",
            "{{ .Owner }}",
            "${var.owner}",
            "<team>",
            "Terraform",
            "terraform",
            "admin",
            "root",
            "your-team",
            "Your Team Name",
        ] {
            assert!(!is_owner(value), "{value:?}");
        }
        for value in [
            "@acme/payments",
            "payments",
            "jo@acme.example",
            "Team Rocket",
            "platform-admins",
        ] {
            assert!(is_owner(value), "{value:?}");
        }
    }
}
