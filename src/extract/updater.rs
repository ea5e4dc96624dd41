//! Says what the configuration of updating bots means: whose code they run beside the credentials they hold.
//!
//! <https://docs.github.com/en/code-security/dependabot/working-with-dependabot/dependabot-options-reference>

use super::read;
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact, Setting};

/// Adds the settings of Dependabot's configuration.
pub(super) fn facts(declarations: &[Declaration], estate: &mut Estate) {
    let all = declarations.iter();
    for declaration in all.filter(|declaration| declaration.language == "dependabot") {
        let updates = declaration.body.get("updates").and_then(Node::as_list);
        for update in updates.unwrap_or_default() {
            estate.settings.extend(runs_code(declaration, update));
        }
    }
}

fn runs_code(declaration: &Declaration, update: &Node) -> Option<Setting> {
    let entry = update.entry("insecure-external-code-execution")?;
    let span = entry.key_span.to(entry.value.span);
    Some(Setting {
        address: declaration.address.clone(),
        span,
        whole: update.span,
        language: Fact::given("dependabot"),
        resource: Fact::given("update"),
        provider: Fact::given("github"),
        name: Fact::given("updater_runs_code"),
        of: read::name(update.get("package-ecosystem")),
        flag: match entry.value.as_str() {
            Some(word) => Fact::Known(word == "allow", span),
            None => Fact::Unknown(Some(span)),
        },
        ..Setting::default()
    })
}
