//! Vault policies: what their paths and capabilities allow. Each rule is a role definition; whoever is given the policy by name
//! has the worst of its rules.

use super::run::Run;
use super::scalar::Scalar;
use crate::format::{self, Declaration, Expr, Limits, Node, Value};
use crate::model::{Estate, Fact, Grant, Set};
use crate::rule::resource::glob;
use crate::source::{BlobId, Span};
use compact_str::CompactString;

/// Paths on which a change makes other policies, tokens or ways in.
const ESCALATING: &[&str] = &[
    "sys/policy*",
    "sys/policies*",
    "sys/auth*",
    "sys/raw*",
    "auth/*",
    "identity/*",
];

/// Where values usually lie.
const SECRETS: &[&str] = &["secret*", "kv*", "*/data/*", "cubbyhole*"];

/// One rule of a policy.
struct Rule {
    path: CompactString,
    capabilities: Set,
    span: Span,
}

/// Adds a grant for each rule of each policy of the run.
pub(super) fn facts(run: &Run<'_>, estate: &mut Estate) {
    for declaration in run.declarations() {
        if declaration.kind != "vault_policy" {
            continue;
        }
        let Some(policy) = declaration.body.get("policy") else {
            continue;
        };
        let denies = |rule: &Rule| rule.capabilities.contains("deny");
        for rule in rules(run, policy).into_iter().filter(|rule| !denies(rule)) {
            estate.grants.push(grant(declaration, rule));
        }
    }
}

/// The rules of a policy: written as text, or by a document data source.
fn rules(run: &Run<'_>, policy: &Node) -> Vec<Rule> {
    if let Value::Expr(expr) = &policy.value
        && let Expr::Symbol { address, .. } = expr.as_ref()
    {
        let Some(target) = run.at(address) else {
            return Vec::new();
        };
        let blocks = target.body.all("rule");
        return blocks
            .filter_map(|block| {
                let path = text(block.get("path")?)?;
                let span = block.as_block().map_or(block.span, |block| block.head);
                Some(rule(path, block, span))
            })
            .collect();
    }
    let Some(written) = text(policy) else {
        return Vec::new();
    };
    let Some(format) = format::claim("policy.tf", written.as_bytes()) else {
        return Vec::new();
    };
    let parsed = format.parse(BlobId::default(), "policy.tf", &written, Limits::default());
    let entries = parsed.roots.iter().flat_map(Node::entries);
    entries
        .filter(|entry| entry.key == "path")
        .filter_map(|entry| {
            let block = entry.value.as_block()?;
            let (path, _) = block.labels.first()?;
            Some(rule(path.clone(), &entry.value, policy.span))
        })
        .map(|rule| Rule {
            span: policy.span,
            ..rule
        })
        .collect()
}

fn rule(path: CompactString, block: &Node, span: Span) -> Rule {
    let mut capabilities = Set::default();
    for item in block.get("capabilities").map_or(&[][..], Node::one_or_many) {
        Scalar::of(item).add_to(&mut capabilities);
    }
    Rule {
        path,
        capabilities,
        span,
    }
}

/// Text, its holes as `${}`.
fn text(node: &Node) -> Option<CompactString> {
    Scalar::of(node).pattern_text()
}

fn grant(declaration: &Declaration, mut rule: Rule) -> Grant {
    for (_, span) in &mut rule.capabilities.items {
        *span = rule.span;
    }
    let (level, effect) = level(&rule);
    let name = declaration.body.get("name").map(Scalar::of);
    let role = match name {
        Some(Scalar::Text(text, span)) => Fact::Known(text, span),
        _ => Fact::Default(declaration.address.clone()),
    };
    let everything = matches!(rule.path.as_str(), "*" | "+/*" | "/*");
    let mut resources = Set::default();
    resources.push(rule.path, rule.span);
    Grant {
        address: declaration.address.clone(),
        span: rule.span,
        whole: declaration.span,
        language: Fact::given(declaration.language),
        resource: Fact::given(&declaration.kind),
        provider: Fact::given("vault"),
        policy: Fact::given("role"),
        role,
        actions: rule.capabilities,
        resources,
        level,
        effect: effect.map_or(Fact::Absent, Fact::given),
        wildcard: Fact::Known(everything, rule.span),
        scope: Fact::given(if everything { "account" } else { "resource" }),
        ..Grant::default()
    }
}

fn level(rule: &Rule) -> (Fact<CompactString>, Option<&'static str>) {
    let can = |capability: &str| rule.capabilities.contains(capability);
    let any = |patterns: &[&str]| patterns.iter().any(|pattern| glob(pattern, &rule.path));
    let changes = ["create", "update", "patch", "delete", "sudo", "root"]
        .into_iter()
        .any(can);
    let everything = matches!(rule.path.as_str(), "*" | "+/*" | "/*" | "sys/*");
    if can("root") || (changes && everything) {
        return (Fact::given("admin"), Some("everything"));
    }
    if changes && any(ESCALATING) && !rule.path.ends_with("-self") {
        return (Fact::given("escalate"), Some("change_permissions"));
    }
    if !rule.capabilities.complete && rule.capabilities.items.is_empty() {
        return (Fact::Unknown(Some(rule.span)), None);
    }
    let reads = can("read") && (any(SECRETS) || everything);
    let level = if changes { "write" } else { "read" };
    (Fact::given(level), reads.then_some("read_secrets"))
}

#[cfg(test)]
mod tests {
    use crate::extract::{facts, sample};

    fn found(text: &str) -> Vec<(String, String, String)> {
        let estate = facts(&sample::resolved(&[("main.tf", text)]));
        let text = |fact: &crate::model::Fact<compact_str::CompactString>| fact.text().to_owned();
        estate
            .grants
            .iter()
            .map(|grant| (text(&grant.to), text(&grant.level), text(&grant.effect)))
            .collect()
    }

    fn policy(path: &str, capabilities: &str) -> String {
        format!(
            "resource \"vault_policy\" \"p\" {{\n name = \"ci\"\n policy = <<EOT\npath \"{path}\" {{\n  capabilities = [{capabilities}]\n}}\nEOT\n}}\n"
        )
    }

    #[test]
    fn a_rule_is_worth_its_path_and_capabilities() {
        for (path, capabilities, level, effect) in [
            (
                "*",
                "\"create\", \"update\", \"sudo\"",
                "admin",
                "everything",
            ),
            (
                "sys/policies/acl/*",
                "\"update\"",
                "escalate",
                "change_permissions",
            ),
            ("auth/token/renew-self", "\"update\"", "write", ""),
            ("secret/data/app", "\"read\"", "read", "read_secrets"),
            ("aws/creds/x", "\"read\"", "read", ""),
            ("kv/app", "\"create\", \"read\"", "write", "read_secrets"),
        ] {
            let found = found(&policy(path, capabilities));
            let expected = (String::new(), level.to_owned(), effect.to_owned());
            assert_eq!(found, [expected], "{path}");
        }
    }

    #[test]
    fn a_denial_grants_nothing() {
        assert_eq!(found(&policy("secret/*", "\"deny\"")), []);
    }

    #[test]
    fn who_is_given_the_policy_has_its_level() {
        let text = format!(
            "{}resource \"vault_approle_auth_backend_role\" \"ci\" {{\n role_name = \"ci\"\n token_policies = [\"ci\", \"default\"]\n}}\n",
            policy("*", "\"sudo\"")
        );
        let found = found(&text);
        let given: Vec<(&str, &str)> = found
            .iter()
            .filter(|(to, _, _)| !to.is_empty())
            .map(|(to, level, _)| (to.as_str(), level.as_str()))
            .collect();
        let role = "vault_approle_auth_backend_role.ci";
        assert_eq!(given, [(role, "admin"), (role, "read")]);
    }

    #[test]
    fn a_document_is_read_by_its_blocks() {
        let text = "data \"vault_policy_document\" \"d\" {\n rule {\n  path = \"sys/auth/*\"\n  capabilities = [\"create\"]\n }\n}\nresource \"vault_policy\" \"p\" {\n name = \"x\"\n policy = data.vault_policy_document.d.hcl\n}\n";
        assert_eq!(found(text)[0].1, "escalate");
    }
}
