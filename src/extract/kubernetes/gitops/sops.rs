//! `.sops.yaml`: which keys open which files, and whether one key opens those of production and of others.
//!
//! <https://getsops.io/docs/usage/identities/config-file/>, and of rules that ask for several keys together
//! <https://getsops.io/docs/usage/identities/key-groups/>

use super::super::noun_of;
use crate::extract::read;
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact, Set};
use crate::source::Span;
use compact_str::CompactString;

/// Keys of a rule that name recipients.
const RECIPIENTS: &[&str] = &[
    "age",
    "pgp",
    "kms",
    "gcp_kms",
    "azure_keyvault",
    "hc_vault_transit_uri",
    "hc_vault_uris",
    "hc_vault",
    "hckms",
];

/// Keys of a recipient that is an object.
const NAMES: &[&str] = &["arn", "resource_id", "key_id", "recipient", "fp"];

/// One creation rule.
pub(super) struct Rule {
    /// The expression for the paths it is for, open where it is not literal; empty for every file.
    pub(super) paths: CompactString,
    span: Span,
    /// Those who open what it encrypts.
    pub(super) recipients: Set,
    /// Whether one recipient opens it without another.
    alone: bool,
    production: bool,
    other: bool,
}

/// The rules of a configuration, in the order in which they are asked.
pub(super) fn rules(file: &Declaration) -> Vec<Rule> {
    file.body.all("creation_rules").map(rule).collect()
}

/// Adds a setting for each recipient that opens files of production and of another environment.
pub(super) fn facts(file: &Declaration, estate: &mut Estate) {
    let rules = rules(file);
    for rule in rules.iter().filter(|rule| rule.production) {
        let others: Vec<&Rule> = rules
            .iter()
            .filter(|other| other.other && !other.production)
            .collect();
        let mut shared = Set::default();
        for (recipient, span) in &rule.recipients.items {
            let opens = |other: &&Rule| other.recipients.contains(recipient);
            if others.iter().any(opens) {
                shared.push(recipient.clone(), *span);
            }
        }
        let all = !shared.items.is_empty() && rule.alone;
        if rule.recipients.items.is_empty() || (!all && !rule.recipients.complete) {
            continue;
        }
        let names = others
            .iter()
            .find(|other| shared.texts().any(|one| other.recipients.contains(one)));
        estate.settings.push(noun_of!(Setting, file, rule.span, {
            provider: Fact::given("sops"),
            name: Fact::given("shared_recipient"),
            of: Fact::Known(rule.paths.clone(), rule.span),
            flag: Fact::Known(all, rule.span),
            text: match names {
                Some(other) => Fact::Known(other.paths.clone(), other.span),
                None => Fact::Absent,
            },
            texts: shared,
        }));
    }
}

fn rule(node: &Node) -> Rule {
    let regex = node
        .get("path_regex")
        .or_else(|| node.get("filename_regex"));
    let paths = regex.and_then(Node::as_str).unwrap_or_default();
    let mut recipients = Set::default();
    gather(node, &mut recipients);
    let groups = node.all("key_groups");
    let mut count = 0;
    for group in groups {
        gather(group, &mut recipients);
        recipients.complete &= group.get("merge").is_none();
        count += 1;
    }
    let words: Vec<String> = paths
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(str::to_ascii_lowercase)
        .collect();
    let any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    Rule {
        paths: paths.into(),
        span: regex.map_or(node.span, |regex| regex.span),
        recipients,
        alone: count < 2,
        production: any(&["prod", "production", "prd", "live"]),
        other: any(&[
            "dev",
            "develop",
            "development",
            "stage",
            "staging",
            "stg",
            "test",
            "testing",
            "qa",
            "sandbox",
            "preview",
            "nonprod",
            "uat",
        ]),
    }
}

/// Adds the recipients below a rule, a group of keys or the head of an encrypted file. The role by which a key of AWS is used stands
/// behind a plus sign.
pub(super) fn gather(node: &Node, into: &mut Set) {
    for key in RECIPIENTS {
        for item in node.all(key) {
            let own = NAMES.iter().find_map(|name| item.get(name));
            match read::name(Some(own.unwrap_or(item))) {
                Fact::Known(text, span) => {
                    let each = text.split(',').map(|one| {
                        let key = one.split('+').next();
                        key.unwrap_or_default().trim()
                    });
                    for one in each.filter(|one| !one.is_empty()) {
                        into.push(one, span);
                    }
                }
                Fact::Absent | Fact::Default(_) => {}
                Fact::Unknown(_) => into.complete = false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;

    fn shared(text: &str) -> Vec<(Option<bool>, Vec<String>)> {
        let estate = sample::estate(&[(".sops.yaml", text)]);
        estate
            .settings
            .iter()
            .map(|it| {
                let keys = it.texts.texts().map(str::to_owned).collect();
                (it.flag.value().copied(), keys)
            })
            .collect()
    }

    #[test]
    fn one_key_for_two_environments_is_seen() {
        let found = shared(
            "creation_rules:\n- {path_regex: 'clusters/prod/.*', age: 'age1a, age1b'}\n- {path_regex: 'clusters/dev/.*', age: age1b}\n",
        );
        assert_eq!(found, [(Some(true), vec!["age1b".to_owned()])]);
    }

    #[test]
    fn a_key_is_the_same_by_whatever_role_it_is_used() {
        let found = shared(
            "creation_rules:\n- {path_regex: prod/.*, kms: 'arn:k+arn:aws:iam::1:role/a'}\n- {path_regex: dev/.*, kms: [{arn: 'arn:k', role: b}]}\n",
        );
        assert_eq!(found, [(Some(true), vec!["arn:k".to_owned()])]);
    }

    #[test]
    fn keys_of_their_own_are_well() {
        let found = shared(
            "creation_rules:\n- {path_regex: prod/.*, kms: 'arn:a'}\n- {path_regex: staging/.*, key_groups: [{kms: [{arn: 'arn:b'}]}]}\n",
        );
        assert_eq!(found, [(Some(false), Vec::new())]);
        let two = shared(
            "creation_rules:\n- {path_regex: prod/.*, key_groups: [{age: [age1a]}, {age: [age1b]}]}\n- {path_regex: dev/.*, age: age1b}\n",
        );
        assert_eq!(
            two[0].0,
            Some(false),
            "one of two groups opens nothing alone"
        );
        assert!(shared("creation_rules:\n- {age: age1a}\n").is_empty());
    }
}
