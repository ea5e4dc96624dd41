//! A rule as it stands after its page was read. Also compiled into `build.rs`, so it names nothing outside this folder.

use super::fence::Example;
use super::pattern::Pattern;
use super::place::Place;
use serde::{Deserialize, Serialize};

/// How bad a finding is if it is true. Critical and high are errors, medium a warning, low a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Worth fixing.
    Medium,
    /// Fix now.
    High,
    /// Stop and fix.
    Critical,
}

/// How sure a rule is that what it reports is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A hint.
    Low,
    /// Usually so.
    Medium,
    /// So, but for rare exceptions.
    High,
}

/// Who wants to see a rule's findings: each profile includes those before it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Everyone: a finding its reader can act on.
    #[default]
    Default,
    /// A team that tightens.
    Strict,
    /// An auditor who wants all of it.
    Audit,
}

/// The first whose condition holds decides a finding's values.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Adjust {
    /// The condition, in the language of `when`.
    pub when: String,
    /// Severity of the finding.
    pub severity: Option<Severity>,
    /// Confidence of the finding.
    pub confidence: Option<Confidence>,
    /// Profile of the finding.
    pub profile: Option<Profile>,
}

/// Where the parts of a rule that are checked later stand in its page.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Places {
    /// The condition.
    pub when: Place,
    /// The conditions of `adjust`, in order.
    pub adjust: Vec<Place>,
    /// The message template.
    pub message: Place,
    /// What is pointed at.
    pub point_at: Place,
}

/// The syntaxes that edits know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Syntax {
    /// Mappings of YAML.
    #[default]
    Yaml,
    /// Blocks of HCL.
    Hcl,
}

/// A mechanical change that resolves a finding: `tenure fix`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The syntax of the file.
    #[serde(rename = "in", default)]
    pub syntax: Syntax,
    /// In YAML, the innermost mapping around the finding that has this key, else the first below it. In HCL, the innermost
    /// block around it of this keyword or first label.
    pub within: String,
    /// The key to set there; dots lead into mappings or blocks below.
    pub set: String,
    /// The value, in one line of the syntax.
    pub to: String,
    /// Whether something may stop working; it is then made only with `--unsafe`.
    #[serde(rename = "unsafe", default)]
    pub risky: bool,
}

/// How a rule looks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Check {
    /// At bytes: a secret's shape.
    Pattern(Box<Pattern>),
    /// At each subject of a noun: a condition.
    When {
        /// The noun's word.
        on: String,
        /// The condition.
        when: String,
    },
    /// At the whole estate: a graph walk in `engine/native/<name>.rs`.
    Native,
}

/// A rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    /// Path under `rules/` without the ending: `credential/missing-expiry`.
    pub id: String,
    /// The page, as errors name it.
    pub file: String,
    /// What is wrong, as a noun phrase.
    pub title: String,
    /// The idea, one of a closed list.
    pub topic: String,
    /// Severity, unless `adjust` decides otherwise.
    pub severity: Severity,
    /// Confidence, unless `adjust` decides otherwise.
    pub confidence: Confidence,
    /// Profile, unless `adjust` decides otherwise.
    pub profile: Profile,
    /// Version that brought it.
    pub since: String,
    /// OWASP NHI Top 10:2025 items: `NHI7`.
    pub nhi: Vec<String>,
    /// NIST CSF 2.0 subcategories, primary first.
    pub csf: Vec<String>,
    /// CWE ids: `CWE-798`.
    pub cwe: Vec<String>,
    /// Where the provider documents what the rule relies on.
    pub docs: Vec<String>,
    /// The noun it is about, where it is about one.
    pub on: Option<String>,
    /// How it looks.
    pub check: Check,
    /// Refinements.
    pub adjust: Vec<Adjust>,
    /// Message template: `{field}` of the subject, `{identity.field}` of its identity.
    pub message: String,
    /// What to point at: the noun's word for its naming line, `noun.field` for a field's value.
    pub point_at: String,
    /// What to do, in one sentence.
    pub fix: Option<String>,
    /// The changes that do it, where it is mechanical: the first that fits the place is made.
    pub edit: Vec<Edit>,
    /// Whether a lease above the thing resolves it.
    pub lease: bool,
    /// How reports group members: `repository`, `root`, `namespace`, `identity`, `value`.
    pub group: Option<String>,
    /// The prose and the examples: [`Rule::prose`] and [`Rule::examples`] read them.
    pub body: Body,
    /// Where its parts stand in the page.
    pub places: Places,
}

/// What a page holds beside its front matter. A scan needs none of it, so that of the built-in rules is unpacked apart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Body {
    /// As read from a page.
    Written {
        /// The prose after the front matter, examples left out.
        prose: String,
        /// The examples.
        examples: Vec<Example>,
    },
    /// In the binary, at this place of its lists of prose and examples.
    Packed(u32),
}
