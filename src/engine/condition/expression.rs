//! A regular expression of a condition: checked with its rule, compiled when the first text is held against it.

use super::Fault;
use regex_automata::Input;
use regex_automata::meta::{Config, Regex};
use std::sync::OnceLock;

/// When the regular expressions of a condition are compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Expressions {
    /// With the condition, so that a mistake in one is a mistake of the condition.
    AtOnce,
    /// Each when a text is held against it; a mistake is then a fault.
    WhenMet,
}

/// A regular expression as a rule writes it.
#[derive(Debug)]
pub(super) struct Expression {
    text: String,
    compiled: OnceLock<Result<Regex, String>>,
}

/// Largest automaton a regular expression of a rule may need, in bytes.
const LARGEST: usize = 1 << 20;

impl Expression {
    /// Takes the text of an expression.
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            compiled: OnceLock::new(),
        }
    }

    /// What is wrong with it, in a phrase.
    pub(super) fn mistake(&self) -> Option<&str> {
        self.compiled().as_ref().err().map(String::as_str)
    }

    /// Whether it stands anywhere in a text.
    pub(super) fn is_in(&self, text: &str) -> Result<bool, Fault> {
        match self.compiled() {
            Ok(regex) => Ok(regex.is_match(Input::new(text))),
            Err(mistake) => Err(Fault(mistake.clone())),
        }
    }

    fn compiled(&self) -> &Result<Regex, String> {
        self.compiled.get_or_init(|| {
            let config = Config::new().nfa_size_limit(Some(LARGEST));
            let built = Regex::builder().configure(config).build(&self.text);
            built.map_err(|error| {
                let why = error.syntax_error().map_or_else(
                    || error.to_string(),
                    |error| {
                        let text = error.to_string();
                        text.lines().last().unwrap_or_default().to_owned()
                    },
                );
                format!("is no regular expression: {why}")
            })
        })
    }
}
