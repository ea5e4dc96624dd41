//! A fixed list of words, asked by their first letter and without regard to case.

/// Words by their first letter.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// For each byte, lower-cased: the words that begin with it.
    words: Vec<Vec<&'static str>>,
}

impl Lexicon {
    /// Takes words of ASCII; an empty one is left out.
    #[must_use]
    pub(super) fn new(list: &[&'static str]) -> Self {
        let mut words = vec![Vec::new(); 128];
        for word in list {
            if let Some(first) = word.as_bytes().first() {
                words[usize::from(first.to_ascii_lowercase() & 127)].push(*word);
            }
        }
        Self { words }
    }

    /// Whether a word is in the list.
    #[must_use]
    pub(super) fn holds(&self, word: &str) -> bool {
        self.near(word)
            .iter()
            .any(|known| known.len() == word.len() && known.eq_ignore_ascii_case(word))
    }

    /// The words of the list that a text begins with.
    pub(super) fn starting<'t>(&'t self, text: &'t str) -> impl Iterator<Item = &'static str> + 't {
        self.near(text).iter().copied().filter(|word| {
            text.as_bytes()
                .get(..word.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
        })
    }

    fn near(&self, text: &str) -> &[&'static str] {
        let first = text.bytes().next().filter(u8::is_ascii);
        first.map_or(&[], |first| {
            &self.words[usize::from(first.to_ascii_lowercase())]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_their_start() {
        let words = Lexicon::new(&["pass", "password", "$X", ""]);
        let found: Vec<&str> = words.starting("PassWords").collect();
        assert_eq!(found, ["pass", "password"]);
        assert!(words.holds("PASS") && words.holds("$x") && !words.holds("passw"));
        assert!(words.starting("").next().is_none() && words.starting("épass").next().is_none());
    }
}
