//! Values that the user says are no secrets: by expression, or by hash so that the file need not show them.

use regex_automata::meta::Regex;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Expressions and hashes of whole values.
#[derive(Debug, Clone, Default)]
pub struct NotValues {
    patterns: Vec<Arc<Regex>>,
    hashes: Vec<[u8; 32]>,
}

impl NotValues {
    /// Takes `sha256:<64 hex>` or an expression that a whole value has to match.
    pub(super) fn add(&mut self, text: &str) -> Result<(), String> {
        if let Some(hex) = text.strip_prefix("sha256:") {
            let hash = unhex(hex).ok_or("a hash is written sha256: and 64 hex digits")?;
            self.hashes.push(hash);
            return Ok(());
        }
        let limits = regex_automata::meta::Config::new()
            .nfa_size_limit(Some(1 << 20))
            .hybrid_cache_capacity(1 << 20);
        let regex = Regex::builder()
            .configure(limits)
            .build(&format!("^(?:{text})$"))
            .map_err(|error| format!("not an expression: {error}").to_lowercase())?;
        if regex.is_match("") {
            return Err("the expression matches the empty value; say more".into());
        }
        self.patterns.push(Arc::new(regex));
        Ok(())
    }

    /// Whether a whole value is among them.
    #[must_use]
    pub fn contains(&self, value: &[u8]) -> bool {
        self.patterns.iter().any(|pattern| pattern.is_match(value))
            || (!self.hashes.is_empty() && self.hashes.contains(&Sha256::digest(value).into()))
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let text = text.trim().as_bytes();
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.chunks(2)) {
        let digit = |c: u8| {
            char::from(c)
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
        };
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_values_match_by_expression_or_hash() {
        let mut values = NotValues::default();
        values.add("example-[0-9]+").unwrap();
        let hash = crate::source::hex(&Sha256::digest(b"dummy"));
        values.add(&format!("sha256:{hash}")).unwrap();
        assert!(values.contains(b"example-17") && values.contains(b"dummy"));
        assert!(!values.contains(b"an example-17") && !values.contains(b"dummy2"));
        assert!(!values.contains(b"\xff"));
    }

    #[test]
    fn mistakes_are_said() {
        let mut values = NotValues::default();
        assert!(
            values
                .add("(")
                .unwrap_err()
                .starts_with("not an expression")
        );
        assert!(values.add(".*").unwrap_err().contains("empty value"));
        assert!(values.add("sha256:12").unwrap_err().contains("64 hex"));
        assert!(values.add("(a{1000}){1000}").is_err());
    }
}
