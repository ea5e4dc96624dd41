//! A place in a file that may hold a secret: what the byte engine and the tree judge hand to each other.

use crate::rule::{Confidence, Profile};
use crate::source::{Secret, Span};

/// A value that a secret rule matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Id of the rule.
    pub rule: String,
    /// The value's bytes: what is masked and compared.
    pub value: Span,
    /// The wider match, key included: for pairs and for dropping overlaps.
    pub whole: Span,
    /// The value.
    pub secret: Secret,
    /// Key or key path it stands under, when there is one.
    pub key: String,
    /// How sure the shape, the proof and the place make it.
    pub confidence: Confidence,
    /// The profile the place puts it in: tests, examples and documentation go to strict.
    pub profile: Profile,
    /// Other facts for the report: `aws_account`, `expires`, `decoded_from`.
    pub notes: Vec<(String, String)>,
}
