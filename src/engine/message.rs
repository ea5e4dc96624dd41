//! The message of a finding: a template with fields of the subject and its identity.
//!
//! `{kind}` is a field of the subject, `{identity.name}` one of its identity, `{address}` the subject's address;
//! `{owner|nobody}` says what to write where the field is absent or unknown; `{{` and `}}` are braces. Values come from
//! files, so they are shortened and their control characters escaped.

use super::condition::{Mistake, Scope, field_of};
use crate::model::{Fact, Field, Noun, Set};
use std::fmt::Write;

/// A message ready to be written.
#[derive(Debug)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Field {
        of: Of,
        name: &'static str,
        otherwise: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Subject,
    Identity,
}

/// The field that every noun has and no shape lists.
const ADDRESS: &str = "address";

/// Most items of a set that a message lists.
const ITEMS: usize = 5;

/// Most characters of one value that a message shows.
const LONGEST: usize = 120;

impl Template {
    /// Reads a template about a noun.
    pub(super) fn compile(text: &str, on: Noun) -> Result<Self, Mistake> {
        let (mut parts, mut plain, mut at) = (Vec::new(), String::new(), 0);
        while let Some(found) = text[at..].find(['{', '}']) {
            let brace = at + found;
            plain.push_str(&text[at..brace]);
            let rest = &text[brace..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                plain.push_str(&rest[..1]);
                at = brace + 2;
                continue;
            }
            let end = rest.find('}').filter(|_| rest.starts_with('{'));
            let Some(end) = end else {
                return Err(Mistake {
                    offset: brace,
                    message: "a brace without its other half: write `{{` for a brace".to_owned(),
                });
            };
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(field(&rest[1..end], on).map_err(|message| Mistake {
                offset: brace + 1,
                message,
            })?);
            at = brace + end + 1;
        }
        plain.push_str(&text[at..]);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self { parts })
    }

    /// The message about one subject.
    pub(super) fn render(&self, scope: &Scope<'_>) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Field {
                    of,
                    name,
                    otherwise,
                } => {
                    let value = value_of(scope, *of, name);
                    let shown = match (value, otherwise) {
                        (Shown::Value(value), _) => value,
                        (Shown::Absent | Shown::Unknown, Some(otherwise)) => otherwise.clone(),
                        (Shown::Absent, None) => "none".to_owned(),
                        (Shown::Unknown, None) => "unknown".to_owned(),
                    };
                    out.push_str(&shown);
                }
            }
        }
        out
    }
}

fn field(inner: &str, on: Noun) -> Result<Part, String> {
    let (path, otherwise) = match inner.split_once('|') {
        Some((path, otherwise)) => (path.trim(), Some(otherwise.trim().to_owned())),
        None => (inner.trim(), None),
    };
    let (of, noun, name) = match path.split_once('.') {
        None => (Of::Subject, on, path),
        Some((word, name)) if word == on.word() => (Of::Subject, on, name),
        Some(("identity", name)) if on != Noun::Setting => (Of::Identity, Noun::Identity, name),
        Some((word, _)) => return Err(format!("nothing is named `{word}` in a message")),
    };
    let name = match name {
        ADDRESS => ADDRESS,
        name => field_of(noun, name)?.0,
    };
    Ok(Part::Field {
        of,
        name,
        otherwise,
    })
}

/// A field as a message shows it.
enum Shown {
    Value(String),
    Absent,
    Unknown,
}

fn value_of(scope: &Scope<'_>, of: Of, name: &str) -> Shown {
    let subject = match of {
        Of::Subject => scope.subject,
        Of::Identity => match scope.identity() {
            Some(identity) => identity,
            None => return Shown::Unknown,
        },
    };
    let (address, _, _) = scope.estate.place(subject);
    if name == ADDRESS {
        return Shown::Value(tidy(address));
    }
    let shown = scope
        .estate
        .field(subject, name)
        .map_or(Shown::Unknown, shown);
    match shown {
        Shown::Absent | Shown::Unknown if name == "name" => Shown::Value(tidy(address)),
        shown => shown,
    }
}

fn shown(field: Field<'_>) -> Shown {
    match field {
        Field::Text(fact) => fact_of(fact, |text| tidy(text)),
        Field::Flag(fact) => fact_of(fact, |flag| if *flag { "yes" } else { "no" }.to_owned()),
        Field::Number(fact) => fact_of(fact, ToString::to_string),
        Field::Day(fact) => fact_of(fact, ToString::to_string),
        Field::Length(fact) => fact_of(fact, |seconds| length(*seconds)),
        Field::Texts(set) => list(set),
    }
}

fn fact_of<T>(fact: &Fact<T>, show: impl FnOnce(&T) -> String) -> Shown {
    match fact {
        Fact::Known(value, _) | Fact::Default(value) => Shown::Value(show(value)),
        Fact::Absent => Shown::Absent,
        Fact::Unknown(_) => Shown::Unknown,
    }
}

fn list(set: &Set) -> Shown {
    if set.items.is_empty() {
        return if set.complete {
            Shown::Absent
        } else {
            Shown::Unknown
        };
    }
    let shown: Vec<String> = set.texts().take(ITEMS).map(tidy).collect();
    let mut text = shown.join(", ");
    if let Some(more) = set.items.len().checked_sub(ITEMS).filter(|more| *more > 0) {
        // Writing to a string cannot fail.
        let _ = write!(text, " and {more} more");
    }
    Shown::Value(text)
}

/// `90 days`, `1 hour 30 minutes`.
fn length(seconds: i64) -> String {
    let mut rest = seconds.unsigned_abs();
    let mut words = Vec::new();
    for (unit, word) in [
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ] {
        let count = rest / unit;
        rest %= unit;
        if count > 0 {
            words.push(format!(
                "{count} {word}{}",
                if count == 1 { "" } else { "s" }
            ));
        }
    }
    if words.is_empty() {
        words.push("no time".to_owned());
    }
    let sign = if seconds < 0 { "minus " } else { "" };
    format!("{sign}{}", words.join(" "))
}

/// A value from a file, short and without anything a terminal would obey; what is not known of it is left out.
fn tidy(text: &str) -> String {
    let text = text.replace("${}", "…");
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        if c.is_control() || is_format(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Characters that change how their neighbours are shown: directions, joiners, marks without width.
fn is_format(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Credential, Estate, Id, Identity, Link, Subject};
    use crate::source::Span;

    fn render(template: &str, credential: Credential, link: Link) -> String {
        let mut estate = Estate::default();
        estate.identities.push(Identity {
            name: Fact::given("ci"),
            ..Identity::default()
        });
        estate.credentials.push(credential);
        estate.credential_of.push(link);
        estate.index();
        let subject = Subject {
            noun: Noun::Credential,
            id: Id(0),
        };
        let scope = Scope::new(&estate, subject, crate::model::Date::default(), &|_| None);
        Template::compile(template, Noun::Credential)
            .unwrap()
            .render(&scope)
    }

    #[test]
    fn fields_are_filled_in() {
        let mut credential = Credential {
            address: "a.b".into(),
            kind: Fact::given("token"),
            lifetime: Fact::Default(95_400),
            expires: Fact::Default("2026-01-31".parse().unwrap()),
            rotated: Fact::Default(false),
            ..Credential::default()
        };
        for item in ["a", "b", "c", "d", "e", "f", "g"] {
            credential.scopes.push(item, Span::default());
        }
        assert_eq!(
            render(
                "{kind} {name} of {identity.name}: {lifetime}, {credential.expires}, {rotated}, {scopes}; {{x}}",
                credential,
                Link::To(Id(0)),
            ),
            "token a.b of ci: 1 day 2 hours 30 minutes, 2026-01-31, no, a, b, c, d, e and 2 more; {x}"
        );
    }

    #[test]
    fn what_is_missing_is_said_so() {
        let credential = Credential {
            expires: Fact::Unknown(None),
            ..Credential::default()
        };
        assert_eq!(
            render(
                "{kind}, {kind|nothing}, {expires}, {identity.name|nobody}, {identity.kind}",
                credential,
                Link::Dangling,
            ),
            "none, nothing, unknown, nobody, unknown"
        );
    }

    #[test]
    fn values_cannot_act_on_a_terminal() {
        let credential = Credential {
            name: Fact::given(&format!("a\u{1b}[31m\u{202e}{}", "x".repeat(500))),
            ..Credential::default()
        };
        let text = render("{name}", credential, Link::Unknown);
        assert!(text.starts_with("a\\u{1b}[31m\\u{202e}xxx"), "{text}");
        assert!(text.ends_with('…') && text.len() < 200);
    }

    #[test]
    fn mistakes_have_a_place() {
        for (template, offset) in [
            ("a {nme}", 3),
            ("a {identity.nme}", 3),
            ("a {grant.role}", 3),
            ("a {name", 2),
            ("a } b", 2),
        ] {
            let mistake = Template::compile(template, Noun::Credential).unwrap_err();
            assert_eq!(mistake.offset, offset, "{template}");
        }
        assert!(Template::compile("{identity.name}", Noun::Setting).is_err());
    }
}
