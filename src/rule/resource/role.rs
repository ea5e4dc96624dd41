//! What roles and actions amount to, by effect: the tables under `rules/resources/roles`.

use super::glob::glob;
use serde::{Deserialize, Serialize};

/// The roles of one provider.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleTable {
    /// The provider's word.
    pub provider: String,
    /// Where the provider documents its roles.
    pub docs: String,
    /// What they amount to; the first that matches decides.
    pub roles: Vec<RoleEffect>,
    /// What the accounts of published components are called, or begin with.
    #[serde(default)]
    pub components: Vec<String>,
}

/// What some roles amount to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleEffect {
    /// Names, ids or patterns of them.
    pub role: Vec<String>,
    /// read, write, admin, escalate.
    pub level: String,
    /// What the right amounts to, in a few words.
    #[serde(default)]
    pub effect: Option<String>,
}

impl RoleTable {
    /// What a role of this name or id amounts to.
    #[must_use]
    pub fn effect(&self, role: &str) -> Option<&RoleEffect> {
        self.roles
            .iter()
            .find(|effect| effect.role.iter().any(|pattern| glob(pattern, role)))
    }
}

/// The actions of one provider.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionTable {
    /// The provider's word.
    pub provider: String,
    /// Where the provider documents its actions.
    pub docs: String,
    /// Actions that together let their holder gain more.
    #[serde(default)]
    pub combinations: Vec<Combination>,
    /// What single actions amount to, worst first.
    #[serde(default)]
    pub effects: Vec<ActionEffect>,
    /// Patterns of actions that only read.
    #[serde(default)]
    pub reads: Vec<String>,
    /// Patterns of actions that cannot be limited to a resource.
    #[serde(default)]
    pub unscoped: Vec<String>,
    /// Services all of whose actions together are as good as administration.
    #[serde(default)]
    pub admin: Vec<String>,
}

/// Actions that together let their holder gain more rights than it was given.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Combination {
    /// What the holder does with them, in a few words.
    pub name: String,
    /// All are needed; `a|b` is either.
    pub actions: Vec<String>,
    /// Where this is described.
    pub docs: String,
}

/// What holding any of some actions amounts to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionEffect {
    /// In a few words: read_secrets, create_tokens, ...
    pub effect: String,
    /// The least level it gives.
    pub level: String,
    /// The actions.
    pub actions: Vec<String>,
}
