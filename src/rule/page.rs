//! Reads a rule page: front matter, prose, examples. Also compiled into `build.rs`, so it names nothing outside this folder.

use super::definition::{Adjust, Body, Check, Confidence, Edit, Places, Profile, Rule, Severity};
use super::fence::split;
use super::pattern::Pattern;
use super::place::Place;
use serde::Deserialize;
use serde_saphyr::Spanned;

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
