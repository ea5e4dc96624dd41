//! Key words, compared without regard to case and separators: `api_key` stands for `API_KEY`, `apiKey` and `api-key`.

/// Longest key that is compared; a longer one keeps its end, which says what it is.
const LONGEST: usize = 128;

/// A key with its separators taken out and its word starts remembered. Lives on the stack.
#[derive(Debug, Clone)]
pub struct Key {
    text: [u8; LONGEST],
    length: usize,
    starts: u128,
    letters: u64,
}

/// Which letters and digits a text of them holds: what lacks one of a phrase does not hold the phrase.
fn letters(text: &[u8]) -> u64 {
    text.iter().fold(0, |seen, byte| seen | 1 << (byte & 63))
}

impl Default for Key {
    fn default() -> Self {
        Self::new(b"")
    }
}

impl Key {
    /// Reads a key or key path: `spring.datasource.dbPassword`, `DB_PASSWORD`, `db-password`.
    #[must_use]
    pub fn new(text: &[u8]) -> Self {
        let text = &text[text.len().saturating_sub(LONGEST)..];
        let mut key = Self {
            text: [0; LONGEST],
            length: 0,
            starts: 0,
            letters: 0,
        };
        let mut fresh = true;
        for (at, &byte) in text.iter().enumerate() {
            if !byte.is_ascii_alphanumeric() {
                fresh = true;
                continue;
            }
            let before = at.checked_sub(1).map(|at| text[at]);
            let after = text.get(at + 1);
            let turn = byte.is_ascii_uppercase()
                && before.is_some_and(|before| {
                    before.is_ascii_lowercase()
                        || before.is_ascii_digit()
                        || (before.is_ascii_uppercase()
                            && after.is_some_and(u8::is_ascii_lowercase))
                });
            if fresh || turn {
                key.starts |= 1 << key.length;
            }
            fresh = false;
            key.text[key.length] = byte.to_ascii_lowercase();
            key.length += 1;
        }
        key.letters = letters(key.text());
        key
    }

    /// The letters and digits, in lower case.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text[..self.length]
    }

    /// Whether nothing is left of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether the phrase stands in the key as whole words. A phrase of six letters or more may also be the tail of a longer
    /// word (`dbpassword`), and digits or a plural `s` may follow.
    #[must_use]
    pub fn has(&self, phrase: &Phrase) -> bool {
        let (text, wanted) = (self.text(), &phrase.text[..]);
        if wanted.is_empty() || wanted.len() > text.len() || phrase.letters & !self.letters != 0 {
            return false;
        }
        (0..=text.len() - wanted.len()).any(|at| {
            text[at..].starts_with(wanted)
                && (self.starts_at(at) || (wanted.len() >= 6 && !phrase.at_start))
                && (!phrase.at_start || at == 0)
                && self.ends_at(at + wanted.len(), phrase.at_end)
        })
    }

    /// Whether any of the phrases stands in the key.
    #[must_use]
    pub fn has_any(&self, phrases: &[Phrase]) -> bool {
        phrases.iter().any(|phrase| self.has(phrase))
    }

    fn starts_at(&self, at: usize) -> bool {
        self.starts >> at & 1 == 1
    }

    fn ends_at(&self, mut at: usize, whole: bool) -> bool {
        if self.text().get(at) == Some(&b's') && !self.starts_at(at) {
            at += 1;
        }
        while self.text().get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at == self.length || (!whole && self.starts_at(at))
    }
}

/// Whether the letter at `at` may begin a word: nothing stands before it, a separator, or a lower-case letter before a capital. As
/// in [`Key::has`], what is six letters or longer may also be the tail of a word.
#[must_use]
pub fn may_name(bytes: &[u8], word: std::ops::Range<usize>) -> bool {
    let before = word.start.checked_sub(1).and_then(|at| bytes.get(at));
    let turns = |before: &u8| {
        !before.is_ascii_uppercase() && bytes.get(word.start).is_some_and(u8::is_ascii_uppercase)
    };
    let letter = bytes.get(word.start).is_some_and(u8::is_ascii_alphabetic);
    // `-Dsonar.login=...` sets a property of Java.
    !letter
        || word.len() >= 6
        || bytes[..word.start].ends_with(b"-D")
        || before.is_none_or(|before| !before.is_ascii_alphabetic() || turns(before))
}

/// A key word of a rule. `*_file` must end the key, `auth_*` must begin it, `password` may stand anywhere in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    text: Vec<u8>,
    letters: u64,
    at_start: bool,
    at_end: bool,
}

impl Phrase {
    /// Reads a key word as a rule page writes it.
    #[must_use]
    pub fn new(word: &str) -> Self {
        // Thousands are made at each start: one allocation each.
        let mut text = Vec::with_capacity(word.len());
        for byte in word.bytes() {
            if byte.is_ascii_alphanumeric() {
                text.push(byte.to_ascii_lowercase());
            }
        }
        Self {
            letters: letters(&text),
            text,
            at_start: word.ends_with('*') && !word.starts_with('*'),
            at_end: word.starts_with('*') && !word.ends_with('*'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(key: &str, word: &str) -> bool {
        Key::new(key.as_bytes()).has(&Phrase::new(word))
    }

    #[test]
    fn a_phrase_stands_for_all_spellings() {
        for key in [
            "api_key",
            "API_KEY",
            "apiKey",
            "ApiKey",
            "my-api-key",
            "x.apikey",
            "APIKey2",
            "apiKeys",
            "myAPIKey",
        ] {
            assert!(has(key, "api_key"), "{key}");
        }
        assert!(!has("capikeys", "api_key") || "apikey".len() >= 6);
        assert!(!has("monkey", "key") && !has("keyboard", "key") && has("key", "key"));
        assert!(has("dbpassword", "password") && !has("passwordless", "password"));
        assert!(!has("compass", "pass") && has("db_pass", "pass") && has("dbPass", "pass"));
    }

    #[test]
    fn a_short_name_begins_a_word() {
        let named = |text: &str, name: &str| {
            let at = text.to_ascii_lowercase().find(name).unwrap();
            may_name(text.as_bytes(), at..at + name.len())
        };
        assert!(named("expo_token", "expo") && named("myExpoToken", "expo"));
        assert!(named("1expo", "expo") && named("mydatadogkey", "datadog"));
        assert!(named("-Dexpo.token", "expo") && !named("addexpo", "expo"));
        assert!(!named("anexpo_token", "expo") && !named("BLOB_KEY", "lob_"));
    }

    #[test]
    fn stars_tie_a_phrase_to_an_end() {
        assert!(has("password_file", "*_file") && !has("file_password", "*_file"));
        assert!(has("auth_mode", "auth_*") && !has("no_auth_mode", "auth_*"));
        assert!(has("secretName", "*_name") && has("secretNames", "*_name"));
    }

    #[test]
    fn long_and_odd_keys_are_cut_not_feared() {
        let long = format!("{}password", "a_".repeat(500));
        assert!(has(&long, "password"));
        assert!(!has("", "password") && !has("---", "x") && Key::new("é".as_bytes()).is_empty());
    }
}
