//! The word that was probably meant.

/// The candidate with the fewest edits to `word`, if they are few for its length; the first of equals.
pub fn closest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(64).flat_map(char::to_lowercase).collect();
    let most = (word.len() / 3).clamp(1, 3);
    candidates
        .map(|candidate| (edits(&word, candidate), candidate))
        .filter(|(edits, _)| *edits <= most)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours between two words; `-` and `_` are the same.
fn edits(a: &[char], b: &str) -> usize {
    let plain = |c: char| if c == '-' { '_' } else { c };
    let b: Vec<char> = b.chars().take(64).map(plain).collect();
    let a: Vec<char> = a.iter().copied().map(plain).collect();
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (rows[i - 1][j] + 1)
                .min(rows[i][j - 1] + 1)
                .min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = least;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant_and_nothing_far_away() {
        let keys = ["profile", "fail_on", "select", "ignore", "ignores"];
        let meant = |word| closest(word, keys.into_iter());
        assert_eq!(meant("profil"), Some("profile"));
        assert_eq!(meant("fail-on"), Some("fail_on"));
        assert_eq!(meant("Ingore"), Some("ignore"));
        assert_eq!(meant("ignored"), Some("ignore"));
        assert_eq!(meant("banana"), None);
        assert_eq!(meant(""), None);
        assert_eq!(meant(&"x".repeat(100_000)), None);
    }
}
