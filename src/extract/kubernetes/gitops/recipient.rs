//! Encrypted files that somebody still opens whom `.sops.yaml` no longer names for them.
//!
//! Taking a recipient out of a rule changes no file: `sops updatekeys` does. The first rule whose expression is found in the path,
//! seen from the configuration, is the one: <https://getsops.io/docs/usage/identities/config-file/>.

use super::super::noun_of;
use super::sops::{self, Rule};
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact, Set};
use regex_automata::meta::{Config, Regex};

/// Bytes that an expression of a configuration may compile to.
const LARGEST: usize = 1 << 18;

/// One configuration.
struct Configuration<'a> {
    /// The folder it lies in, with a slash at its end; empty at the root.
    folder: String,
    file: &'a Declaration,
    rules: Vec<(Rule, Option<Regex>)>,
}

/// Adds a setting for each recipient of an encrypted file who is left from before.
pub(super) fn facts(declarations: &[Declaration], estate: &mut Estate) {
    let files = declarations
        .iter()
        .filter(|file| file.language == "sops" && file.kind == "config");
    let configurations: Vec<Configuration<'_>> = files.map(configuration).collect();
    if configurations.is_empty() {
        return;
    }
    for file in declarations {
        let Some(head) = file.body.get("sops").filter(|head| is_head(head)) else {
            continue;
        };
        let near = configurations
            .iter()
            .filter(|it| file.scope.path.starts_with(&it.folder))
            .max_by_key(|it| it.folder.len());
        if let Some(configuration) = near
            && let Some(rule) = rule_of(configuration, &file.scope.path)
        {
            left(file, head, rule, estate);
        }
    }
}

/// Whether a node is what SOPS writes into a file that it encrypted.
fn is_head(node: &Node) -> bool {
    node.get("mac").is_some() && node.get("lastmodified").is_some()
}

fn configuration(file: &Declaration) -> Configuration<'_> {
    let directory = file.scope.directory.as_str();
    Configuration {
        folder: match directory {
            "" | "." => String::new(),
            _ => format!("{directory}/"),
        },
        file,
        rules: sops::rules(file)
            .into_iter()
            .map(|rule| {
                let regex = expression(&rule.paths);
                (rule, regex)
            })
            .collect(),
    }
}

fn expression(text: &str) -> Option<Regex> {
    let limits = Config::new()
        .nfa_size_limit(Some(LARGEST))
        .hybrid_cache_capacity(LARGEST);
    Regex::builder().configure(limits).build(text).ok()
}

/// The rule for a file; none where one before it cannot be read.
fn rule_of<'c>(configuration: &'c Configuration<'_>, path: &str) -> Option<&'c Rule> {
    if configuration.file.scope.path == path {
        return None;
    }
    let below = path.strip_prefix(configuration.folder.as_str())?;
    for (rule, regex) in &configuration.rules {
        if regex.as_ref()?.is_match(below) {
            return Some(rule);
        }
    }
    None
}

fn left(file: &Declaration, head: &Node, rule: &Rule, estate: &mut Estate) {
    let mut own = Set::default();
    sops::gather(head, &mut own);
    for group in head.all("key_groups") {
        sops::gather(group, &mut own);
    }
    let named = |text: &str| rule.recipients.texts().any(|other| same(other, text));
    let (kept, gone): (Vec<_>, Vec<_>) = own.items.into_iter().partition(|(text, _)| named(text));
    if kept.is_empty() || !rule.recipients.complete {
        return;
    }
    for (text, span) in gone {
        estate.settings.push(noun_of!(Setting, file, span, {
            provider: Fact::given("sops"),
            name: Fact::given("left_recipient"),
            of: Fact::given(&file.scope.path),
            text: Fact::Known(text, span),
        }));
    }
}

/// Whether two texts name one recipient; fingerprints are written with and without spaces, in any case, whole or by their end.
fn same(one: &str, other: &str) -> bool {
    let bare = |text: &str| text.replace(' ', "").to_ascii_lowercase();
    let (one, other) = (bare(one), bare(other));
    let hex = |text: &str| text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    one == other || (hex(&one) && hex(&other) && (one.ends_with(&other) || other.ends_with(&one)))
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;

    const HEAD: &str = "lastmodified: '2026-01-01T00:00:00Z'\n  mac: x\n";

    fn left(config: &str, path: &str, recipients: &str) -> Vec<String> {
        let file = format!("password: x\nsops:\n  {recipients}\n  {HEAD}");
        let estate = sample::estate(&[(".sops.yaml", config), (path, &file)]);
        let settings = estate.settings.iter();
        settings
            .filter(|it| it.name.text() == "left_recipient")
            .map(|it| it.text.text().to_owned())
            .collect()
    }

    #[test]
    fn who_is_no_longer_named_is_told() {
        let config =
            "creation_rules:\n- {path_regex: 'prod/.*', age: age1a}\n- {age: 'age1a,age1b'}\n";
        let both = "age: [{recipient: age1a, enc: x}, {recipient: age1b, enc: x}]";
        assert_eq!(left(config, "prod/a.yaml", both), ["age1b"]);
        assert!(left(config, "dev/a.yaml", both).is_empty());
    }

    #[test]
    fn what_another_configuration_may_have_made_is_not_told() {
        let other = "age: [{recipient: age1c, enc: x}]";
        assert!(left("creation_rules:\n- {age: age1a}\n", "a.yaml", other).is_empty());
        let broken = "creation_rules:\n- {path_regex: '(', age: age1a}\n- {age: age1a}\n";
        let both = "age: [{recipient: age1a}, {recipient: age1b}]";
        assert!(left(broken, "a.yaml", both).is_empty());
    }

    #[test]
    fn fingerprints_are_compared_by_what_they_say() {
        let config =
            "creation_rules:\n- {pgp: '0123 4567 89AB CDEF 0123 4567 89AB CDEF 0123 4567'}\n";
        let short = "pgp: [{fp: 89abcdef01234567}, {fp: FEDCBA9876543210FEDCBA9876543210FEDCBA98}]";
        assert_eq!(
            left(config, "a.yaml", short),
            ["FEDCBA9876543210FEDCBA9876543210FEDCBA98"]
        );
    }
}
