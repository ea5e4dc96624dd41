//! Whether an alarm names what is for emergencies. Alarms are settings called `use_alarm`, by the resource tables: what tells
//! somebody that an identity was used. Where a repository keeps none about a provider, they may be kept elsewhere: not known.

use super::is;
use crate::config::Config;
use crate::format::{Declaration, Expr, Node, Value};
use crate::model::{Estate, Fact};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Deepest node that is looked at.
const DEPTH: usize = 64;

/// What an alarm names.
#[derive(Debug, Default)]
struct Alarm {
    provider: CompactString,
    /// Words of its texts, in lower case; a word may hold stars, and one that must begin the name ends in one.
    words: Vec<String>,
    /// Addresses it refers to.
    addresses: Vec<CompactString>,
    /// Whether part of it is not known.
    open: bool,
    /// The rules of an audit policy, which are heeded in their order.
    policy: Option<Vec<AuditRule>>,
}

/// A rule of a cluster's audit policy.
#[derive(Debug)]
struct AuditRule {
    logs: bool,
    /// Names of users and groups; none for everybody.
    names: Option<Vec<String>>,
    /// Whether it is about some requests alone.
    narrow: bool,
}

/// Fills `watched`.
pub(super) fn settle(estate: &mut Estate, declarations: &[Declaration], config: &Config) {
    let alarms = alarms(estate, declarations);
    let required = config.governance_required;
    for identity in &mut estate.identities {
        if is(&identity.break_glass) {
            let names = [identity.name.text(), identity.address.as_str()];
            identity.watched = watched(&alarms, identity.provider.text(), names, required);
        }
    }
    for grant in &mut estate.grants {
        if is(&grant.break_glass) {
            let names = [super::bare(grant.to.text()), ""];
            grant.watched = watched(&alarms, grant.provider.text(), names, required);
        }
    }
}

/// Whether an alarm of a provider names one of these: a name and an address.
fn watched(
    alarms: &[Alarm],
    provider: &str,
    [name, address]: [&str; 2],
    required: bool,
) -> Fact<bool> {
    let mut of = alarms
        .iter()
        .filter(|alarm| alarm.provider == provider)
        .peekable();
    let told = of.peek().is_some() || required;
    let mut open = name.is_empty() && address.is_empty();
    for alarm in of {
        if alarm.names(name, address) {
            return Fact::Default(true);
        }
        open |= alarm.open || name.is_empty();
    }
    match told && !open {
        true => Fact::Default(false),
        false => Fact::Unknown(None),
    }
}

fn alarms(estate: &Estate, declarations: &[Declaration]) -> Vec<Alarm> {
    let mut asked: FxHashMap<&str, &str> = FxHashMap::default();
    for setting in &estate.settings {
        if setting.name.text() == "use_alarm" {
            asked.insert(setting.address.as_str(), setting.provider.text());
        }
    }
    declarations
        .iter()
        .filter_map(|declaration| {
            let provider = asked.get(declaration.address.as_str())?;
            let mut alarm = Alarm {
                provider: (*provider).into(),
                ..Alarm::default()
            };
            alarm.read(&declaration.body, DEPTH);
            if declaration.kind == "audit.k8s.io/Policy" {
                let rules = declaration.body.all("rules");
                alarm.policy = Some(rules.map(audit_rule).collect());
            }
            Some(alarm)
        })
        .collect()
}

fn audit_rule(rule: &Node) -> AuditRule {
    let names = |key: &str| {
        let node = rule.get(key)?;
        let items = node.one_or_many().iter();
        Some(items.filter_map(|item| item.as_str().map(str::to_lowercase)))
    };
    let (users, groups) = (names("users"), names("userGroups"));
    let all = users.is_none() && groups.is_none();
    let named = users
        .into_iter()
        .flatten()
        .chain(groups.into_iter().flatten());
    AuditRule {
        logs: rule.get("level").and_then(Node::as_str) != Some("None"),
        names: (!all).then(|| named.collect()),
        narrow: ["verbs", "resources", "namespaces", "nonResourceURLs"]
            .iter()
            .any(|key| rule.get(key).is_some()),
    }
}

impl Alarm {
    fn read(&mut self, node: &Node, depth: usize) {
        if depth == 0 {
            self.open = true;
            return;
        }
        match &node.value {
            Value::String(text) => self.text(text),
            Value::Expr(expr) => match &**expr {
                Expr::Symbol { address, .. } => self.addresses.push(address.clone()),
                Expr::Template(_) | Expr::Call { .. } => {}
                _ => self.open = true,
            },
            _ => {}
        }
        for child in node.children() {
            self.read(child, depth - 1);
        }
    }

    /// Takes the words of a text; `${address.attribute}` in it is a reference, any other hole is not known.
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some((before, hole)) = rest.split_once("${") {
            self.plain(before);
            let (inside, after) = hole.split_once('}').unwrap_or((hole, ""));
            match inside.rsplit_once('.') {
                Some((address, _)) if address.contains('.') => self.addresses.push(address.into()),
                _ => self.open = true,
            }
            rest = after;
        }
        self.plain(rest);
    }

    fn plain(&mut self, text: &str) {
        let of_name = |c: char| c.is_alphanumeric() || "-_+.@*".contains(c);
        let mut before = "";
        for word in text.split(|c| !of_name(c)).filter(|word| !word.is_empty()) {
            let star = if before.eq_ignore_ascii_case("prefix") {
                "*"
            } else {
                ""
            };
            let plain = word.trim_matches('.').to_lowercase();
            self.words.push(format!("{plain}{star}"));
            before = word;
        }
    }

    fn names(&self, name: &str, address: &str) -> bool {
        let name = name.to_lowercase();
        if let Some(rules) = &self.policy {
            return logs(rules, &name);
        }
        let base = address.split('[').next().unwrap_or_default();
        let refers = |own: &CompactString| {
            !base.is_empty() && own.split('[').next().is_some_and(|own| own == base)
        };
        self.addresses.iter().any(refers)
            || (!name.is_empty() && self.words.iter().any(|word| fits(word, &name)))
    }
}

/// Whether a policy logs what a user or group asks for: the first rule that fits decides, and one about some requests leaves the
/// others to those after it.
fn logs(rules: &[AuditRule], name: &str) -> bool {
    let about = |rule: &&AuditRule| {
        let names = rule.names.as_ref();
        names.is_none_or(|names| names.iter().any(|own| own == name))
    };
    let mut about = rules
        .iter()
        .filter(about)
        .filter(|rule| rule.logs || !rule.narrow);
    about.next().is_some_and(|rule| rule.logs)
}

/// Whether a word is a name, the part before its `@`, or a pattern with stars for it.
fn fits(word: &str, name: &str) -> bool {
    let account = |text: &str| text.split('@').next().unwrap_or_default().to_owned();
    if !word.contains('*') {
        return word == name || account(word) == name;
    }
    let parts: Vec<&str> = word.split('*').collect();
    let (first, last) = (parts[0], parts[parts.len() - 1]);
    if parts.iter().all(|part| part.len() < 3) || !name.starts_with(first) {
        return false;
    }
    let mut rest = &name[first.len()..];
    for part in &parts[1..] {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    last.is_empty() || name.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(text: &str) -> Alarm {
        let mut alarm = Alarm::default();
        alarm.text(text);
        alarm
    }

    #[test]
    fn names_are_told_from_what_only_holds_them() {
        for text in [
            "{ $.userIdentity.sessionContext.sessionIssuer.userName = \"emergency\" }",
            "arn:aws:iam::111122223333:role/ops/Emergency",
            "{\"prefix\":\"emerg\"}",
            "resource.arn = *emergency*",
            "principalEmail=\"emergency@p.iam.gserviceaccount.com\"",
            "use of ${aws_iam_role.emergency.arn}.",
        ] {
            assert!(
                alarm(text).names("emergency", "aws_iam_role.emergency"),
                "{text}"
            );
        }
        for text in [
            "{ $.userIdentity.type = \"Root\" }",
            "role/emergency-test",
            "non-emergency",
            "*",
            "${aws_iam_role.other.arn}",
        ] {
            assert!(
                !alarm(text).names("emergency", "aws_iam_role.emergency"),
                "{text}"
            );
        }
        assert!(alarm("role/${}").open && !alarm("${aws_iam_role.other.arn}").open);
    }

    #[test]
    fn hostile_patterns_end() {
        let word = "a*".repeat(2000);
        assert!(!fits(&word, &"a".repeat(100)));
        assert!(fits("aaa*aa", "aaaaaa") && !fits("***", "abc") && fits("abc*", "abc"));
    }

    #[test]
    fn the_first_rule_of_a_policy_that_fits_decides() {
        let rule = |logs, names: &[&str], narrow| AuditRule {
            logs,
            names: (!names.is_empty()).then(|| names.iter().map(ToString::to_string).collect()),
            narrow,
        };
        assert!(logs(&[rule(true, &["ops"], true)], "ops"));
        assert!(logs(
            &[rule(false, &["kube-proxy"], false), rule(true, &[], false)],
            "ops"
        ));
        assert!(!logs(
            &[rule(false, &["ops"], false), rule(true, &[], false)],
            "ops"
        ));
        assert!(logs(
            &[rule(false, &[], true), rule(true, &[], false)],
            "ops"
        ));
        assert!(!logs(&[rule(true, &["other"], false)], "ops"));
    }
}
