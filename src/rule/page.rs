//! One rule page: front matter, prose, examples. Also compiled into `build.rs`, so it names nothing outside this folder.

use super::fence::{Example, split};
use super::pattern::Pattern;
use super::place::Place;
use serde::{Deserialize, Serialize};
use serde_saphyr::Spanned;

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

/// The front matter as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Matter {
    title: String,
    topic: String,
    severity: Severity,
    confidence: Confidence,
    #[serde(default)]
    profile: Profile,
    since: String,
    nhi: Vec<String>,
    csf: Vec<String>,
    #[serde(default)]
    cwe: Vec<String>,
    #[serde(default)]
    docs: Vec<String>,
    #[serde(default)]
    on: Option<String>,
    #[serde(default)]
    when: Option<Spanned<String>>,
    #[serde(default)]
    native: bool,
    #[serde(default)]
    pattern: Option<Pattern>,
    #[serde(default)]
    adjust: Vec<Refinement>,
    message: Spanned<String>,
    #[serde(default)]
    point_at: Option<Spanned<String>>,
    #[serde(default)]
    fix: Option<String>,
    #[serde(default)]
    edit: Vec<Edit>,
    #[serde(default)]
    lease: bool,
    #[serde(default)]
    group: Option<String>,
}

/// An [`Adjust`] as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refinement {
    when: Spanned<String>,
    #[serde(default)]
    severity: Option<Severity>,
    #[serde(default)]
    confidence: Option<Confidence>,
    #[serde(default)]
    profile: Option<Profile>,
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

/// What is wrong with a rule page, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageError {
    /// The rule file.
    pub file: String,
    /// Line from 1.
    pub line: u32,
    /// Column from 1.
    pub column: u32,
    /// What is wrong, in a lower-case phrase.
    pub message: String,
}

impl std::fmt::Display for PageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.file, self.line, self.column, self.message
        )
    }
}

impl std::error::Error for PageError {}

/// Reads a rule page. `id` is its path under the rules directory without `.md`; `file` names it in errors.
///
/// # Errors
/// When the front matter is missing, does not parse, has unknown keys, or names not exactly one kind of check.
pub fn parse(id: &str, file: &str, text: &str) -> Result<Rule, PageError> {
    let error = |(line, column): (u32, u32), message: String| PageError {
        file: file.to_owned(),
        line,
        column,
        message,
    };
    let (front, body) = halves(text).map_err(|message| error((1, 1), message.to_owned()))?;
    let matter: Matter = serde_saphyr::from_str(front).map_err(|e| {
        let (line, column) = e.location().map_or((0, 1), |at| (at.line(), at.column()));
        let at = (
            u32::try_from(line).unwrap_or(0) + 1,
            u32::try_from(column).unwrap_or(1),
        );
        let message = e.to_string().lines().next().unwrap_or_default().to_owned();
        error(at, message)
    })?;
    let places = places(front, &matter);
    let check = match (matter.pattern, matter.when, matter.native) {
        (Some(pattern), None, false) => Check::Pattern(Box::new(pattern)),
        (None, Some(when), false) => {
            let Some(on) = matter.on.clone() else {
                let message = "`when` needs `on:`, the noun it is about";
                return Err(error(places.when.at(0), message.into()));
            };
            Check::When {
                on,
                when: when.value,
            }
        }
        (None, None, true) => Check::Native,
        _ => {
            let message = "a rule has exactly one of `pattern`, `when` and `native: true`";
            return Err(error((2, 1), message.into()));
        }
    };
    let first_line = u32::try_from(front.lines().count()).unwrap_or(0) + 3;
    let (prose, examples) = split(body, first_line);
    let noun = matter.on.clone().unwrap_or_default();
    Ok(Rule {
        id: id.to_owned(),
        file: file.to_owned(),
        title: matter.title,
        topic: matter.topic,
        severity: matter.severity,
        confidence: matter.confidence,
        profile: matter.profile,
        since: matter.since,
        nhi: matter.nhi,
        csf: matter.csf,
        cwe: matter.cwe,
        docs: matter.docs,
        on: matter.on,
        check,
        adjust: matter.adjust.into_iter().map(Adjust::from).collect(),
        message: matter.message.value,
        point_at: matter.point_at.map_or(noun, |point| point.value),
        fix: matter.fix,
        edit: matter.edit,
        lease: matter.lease,
        group: matter.group,
        body: Body::Written { prose, examples },
        places,
    })
}

impl From<Refinement> for Adjust {
    fn from(written: Refinement) -> Self {
        Self {
            when: written.when.value,
            severity: written.severity,
            confidence: written.confidence,
            profile: written.profile,
        }
    }
}

/// The front matter and the body.
fn halves(text: &str) -> Result<(&str, &str), &'static str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rest = text
        .strip_prefix("---\n")
        .or_else(|| text.strip_prefix("---\r\n"))
        .ok_or("a rule page starts with `---` and its front matter")?;
    let (end, close) = ["\n---\n", "\n---\r\n"]
        .into_iter()
        .find_map(|close| rest.find(close).map(|end| (end, close)))
        .ok_or("the front matter has no closing `---`")?;
    Ok((&rest[..=end], &rest[end + close.len()..]))
}

fn places(front: &str, matter: &Matter) -> Places {
    let of = |value: &Spanned<String>| {
        let at = value.defined;
        let line = u32::try_from(at.line()).unwrap_or(1).max(1);
        let column = u32::try_from(at.column()).unwrap_or(1).max(1);
        Place::follow(front, 2, line, column, &value.value)
    };
    Places {
        when: matter.when.as_ref().map(of).unwrap_or_default(),
        adjust: matter.adjust.iter().map(|one| of(&one.when)).collect(),
        message: of(&matter.message),
        point_at: matter.point_at.as_ref().map(of).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(front: &str) -> String {
        format!(
            "---\ntitle: T\ntopic: t\nseverity: low\nconfidence: low\nsince: 0.1.0\nnhi: []\ncsf: []\non: grant\n\
             {front}\n---\nProse.\n\n## Examples\n```hcl bad file=a.tf also=x/y,x/z\nx # finding\n```\n"
        )
    }

    #[test]
    fn parts_know_where_they_stand() {
        let text = page(
            "when: >-\n  a &&\n  b\nadjust:\n  - { when: 'c', severity: high }\nmessage: \"{role}\"",
        );
        let rule = parse("x", "rules/x.md", &text).unwrap();
        let Check::When { when, .. } = &rule.check else {
            panic!("a condition");
        };
        assert_eq!(when, "a && b");
        assert_eq!(rule.places.when.at(5), (12, 3));
        assert_eq!(rule.places.adjust[0].at(0), (14, 14));
        assert_eq!(rule.places.message.at(0), (15, 11));
    }

    #[test]
    fn a_fence_is_an_example_with_its_line() {
        let rule = parse("x", "rules/x.md", &page("when: a\nmessage: m")).unwrap();
        assert_eq!(rule.prose(), "Prose.\n\n## Examples");
        let example = &rule.examples()[0];
        assert_eq!((example.line, example.file.as_str()), (16, "a.tf"));
        assert_eq!(example.also, ["x/y", "x/z"]);
    }

    #[test]
    fn mistakes_have_a_place() {
        let error = parse("x", "rules/x.md", &page("when: a\nmessage: m\nwhat: 1")).unwrap_err();
        assert_eq!((error.line, error.column), (12, 1));
        let error = parse("x", "rules/x.md", &page("message: m")).unwrap_err();
        assert!(error.message.contains("exactly one"));
    }
}
