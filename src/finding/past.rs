//! What history tells of the lines and files of a scan. Asked of whoever holds the history; where it is shallow, or a line is
//! not committed, it tells nothing.

use super::Since;

/// A line to look for: its path, its number and its text without the blanks around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// Path relative to the repository's root.
    pub path: &'a str,
    /// The line in the work tree, from 1.
    pub number: u32,
    /// The trimmed line.
    pub text: &'a str,
}

/// The history of a work tree.
pub trait Past: std::fmt::Debug + Send + Sync {
    /// For each line the commit that brought it; none for a line that is not committed, or older than a shallow clone.
    ///
    /// # Errors
    /// When there is no history, in words of git.
    fn since(&self, lines: &[Line<'_>]) -> Result<Vec<Option<Since>>, String>;
    /// For each path the texts it had, the last one first.
    ///
    /// # Errors
    /// When there is no history, in words of git.
    fn versions(&self, paths: &[&str]) -> Result<Vec<Vec<Vec<u8>>>, String>;
    /// Whether older history is not there.
    fn is_cut(&self) -> bool;
}

impl Since {
    /// Whether its author is the person that a handle, a name or an address means. Teams are nobody's name; two persons with
    /// one name are taken for one.
    #[must_use]
    pub fn is_by(&self, person: &str) -> bool {
        let plain = |text: &str| {
            let kept = text.chars().filter(|c| c.is_alphanumeric() || *c == '@');
            kept.flat_map(char::to_lowercase).collect::<String>()
        };
        let person = person.trim().trim_start_matches('@');
        if person.is_empty() || person.contains('/') {
            return false;
        }
        let email = self.email.trim();
        if person.contains('@') {
            return person.eq_ignore_ascii_case(email);
        }
        // 123+handle@users.noreply.github.com
        let local = email.split('@').next().unwrap_or_default();
        let handle = local.split_once('+').map_or(local, |(_, handle)| handle);
        let person = plain(person);
        !person.is_empty() && (person == plain(handle) || person == plain(&self.author))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_a_person_and_a_team_is_none() {
        let since = |author: &str, email: &str| Since {
            day: crate::model::Date::constant(2026, 1, 1),
            commit: String::new(),
            author: author.to_owned(),
            email: email.to_owned(),
            subject: String::new(),
        };
        let ann = since("Ann Example", "7+ann-ex@users.noreply.github.com");
        for person in ["@ann-ex", "Ann Example", "ann-ex", "@AnnEx", "@ann.example"] {
            assert!(ann.is_by(person), "{person}");
        }
        for person in ["@ann", "@org/ann-ex", "", "@", "ann@example.org", "bob"] {
            assert!(!ann.is_by(person), "{person}");
        }
        assert!(since("A", "ann@example.org").is_by("Ann@Example.org"));
        assert!(!since("", "").is_by("@"));
    }
}
