//! Identities that a platform makes by itself, told by their names: nobody need own them.

use crate::model::{Estate, Fact};

/// Fills `managed` where extraction did not.
pub(super) fn settle(estate: &mut Estate) {
    for identity in &mut estate.identities {
        if identity.managed.is_absent() {
            let made = by_platform(identity.provider.text(), identity.name.text());
            identity.managed = Fact::Default(made);
        }
    }
}

fn by_platform(provider: &str, name: &str) -> bool {
    match provider {
        "aws" => name.starts_with("AWSServiceRoleFor") || name.starts_with("AWSReservedSSO_"),
        "google" => {
            let agents = [
                "-compute@developer.gserviceaccount.com",
                "@appspot.gserviceaccount.com",
            ];
            agents.iter().any(|end| name.ends_with(end)) || name.contains("@gcp-sa-")
        }
        "kubernetes" => name == "default",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_name_what_they_make() {
        assert!(by_platform("aws", "AWSServiceRoleForECS"));
        assert!(by_platform(
            "google",
            "1234-compute@developer.gserviceaccount.com"
        ));
        assert!(by_platform("kubernetes", "default"));
        assert!(!by_platform("aws", "default"));
        assert!(!by_platform("google", "ci@acme.iam.gserviceaccount.com"));
    }
}
