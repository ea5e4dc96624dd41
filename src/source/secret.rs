//! A secret value: comparable in memory, shown only as a mask, never serialised.

use std::fmt;

/// A credential's value. There is no `Display` and no `Serialize`; `Debug` prints the mask.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret {
    value: Box<[u8]>,
    public: u8,
}

impl Secret {
    /// Wraps a value whose first `public` bytes are a prefix that every key of its kind shares.
    #[must_use]
    pub fn new(value: &[u8], public: usize) -> Self {
        Self {
            value: value.into(),
            public: u8::try_from(public.min(value.len())).unwrap_or(u8::MAX),
        }
    }

    /// The bytes, for comparison and hashing only.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.value
    }

    /// The public prefix followed by stars; the number of stars says nothing about the length.
    #[must_use]
    pub fn mask(&self) -> String {
        let prefix = String::from_utf8_lossy(
            &self.value[..(self.public as usize).min(self.value.len() / 2)],
        );
        let clean: String = prefix.chars().filter(|c| c.is_ascii_graphic()).collect();
        format!("{clean}********")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mask())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_shows_more_than_the_public_prefix() {
        let secret = Secret::new(b"tok_abcdefgh", 4);
        assert_eq!(secret.mask(), "tok_********");
        assert_eq!(format!("{secret:?}"), "tok_********");
        assert_eq!(Secret::new(b"ab", 2).mask(), "a********");
    }
}
