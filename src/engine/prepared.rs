//! A rule about the model, made ready: its conditions checked, its message read, its pointer resolved.

use super::condition::{Condition, Expressions, Fault, Mistake, Scope, Truth, field_of};
use super::message::Template;
use crate::model::Noun;
use crate::rule::{Adjust, Check, PageError, Place, Rule};
use crate::source::Span;

/// A rule about a noun, ready to be asked of subjects.
#[derive(Debug)]
pub(super) struct Prepared<'r> {
    pub(super) rule: &'r Rule,
    pub(super) noun: Noun,
    when: Option<Condition>,
    adjust: Vec<(Condition, &'r Adjust)>,
    pub(super) message: Template,
    pub(super) point: Point,
}

/// What a finding points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) identity: bool,
    pub(super) field: Option<&'static str>,
}

impl<'r> Prepared<'r> {
    /// Checks a rule and makes it ready; none for a rule that is not about the model.
    pub(super) fn new(
        rule: &'r Rule,
        expressions: Expressions,
    ) -> Result<Option<Self>, Vec<PageError>> {
        let when = match &rule.check {
            Check::Pattern(_) => return Ok(None),
            Check::Native => None,
            Check::When { when, .. } => Some(when),
        };
        let word = rule.on.as_deref().unwrap_or_default();
        let Some(noun) = Noun::of(word) else {
            let nouns: Vec<&str> = Noun::ALL.into_iter().map(Noun::word).collect();
            let message = format!("`on:` is one of {}", nouns.join(", "));
            return Err(vec![error(rule, (2, 1), message)]);
        };
        let mut errors = Vec::new();
        let mut keep = |place: &Place, mistake: Mistake| {
            errors.push(error(rule, place.at(mistake.offset), mistake.message));
        };
        let places = &rule.places;
        let when = when.and_then(|when| {
            Condition::compile(when, noun, expressions)
                .map_err(|mistake| keep(&places.when, mistake))
                .ok()
        });
        let mut adjust = Vec::new();
        for (index, one) in rule.adjust.iter().enumerate() {
            match Condition::compile(&one.when, noun, expressions) {
                Ok(condition) => adjust.push((condition, one)),
                Err(mistake) => {
                    let unknown = Place::default();
                    keep(places.adjust.get(index).unwrap_or(&unknown), mistake);
                }
            }
        }
        let message = Template::compile(&rule.message, noun)
            .map_err(|mistake| keep(&places.message, mistake));
        let point = Point::read(&rule.point_at, noun).map_err(|message| {
            keep(&places.point_at, Mistake { offset: 0, message });
        });
        match (message, point) {
            (Ok(message), Ok(point)) if errors.is_empty() => Ok(Some(Self {
                rule,
                noun,
                when,
                adjust,
                message,
                point,
            })),
            _ => Err(errors),
        }
    }

    /// Whether the rule's condition holds for a subject; a native rule has none.
    pub(super) fn holds(&self, scope: &Scope<'_>) -> Result<Truth, Fault> {
        self.when
            .as_ref()
            .map_or(Ok(Truth::True), |when| when.holds(scope))
    }

    /// The first refinement whose condition holds.
    pub(super) fn refinement(&self, scope: &Scope<'_>) -> Result<Option<&'r Adjust>, Fault> {
        for (condition, adjust) in &self.adjust {
            if condition.holds(scope)? == Truth::True {
                return Ok(Some(adjust));
            }
        }
        Ok(None)
    }

    /// The item of a set field that made the condition hold, when the condition asks for one.
    pub(super) fn witness(&self, scope: &Scope<'_>, field: &str) -> Option<Span> {
        self.when.as_ref()?.witness(scope, field)
    }
}

impl Point {
    fn read(text: &str, on: Noun) -> Result<Self, String> {
        let (word, field) = match text.split_once('.') {
            Some((word, field)) => (word, Some(field)),
            None => (text, None),
        };
        let (identity, noun) = match Noun::of(word) {
            Some(noun) if noun == on => (false, noun),
            Some(Noun::Identity) if on != Noun::Setting => (true, Noun::Identity),
            _ => {
                return Err(format!(
                    "`point_at` names {} or one of its fields, not `{text}`",
                    on.word()
                ));
            }
        };
        let field = field
            .map(|field| field_of(noun, field).map(|(field, _)| field))
            .transpose()?;
        Ok(Self { identity, field })
    }
}

fn error(rule: &Rule, (line, column): (u32, u32), message: String) -> PageError {
    PageError {
        file: rule.file.clone(),
        line,
        column,
        message,
    }
}
