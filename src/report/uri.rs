//! Paths as relative references: every byte that a URI may not hold, or that would change what it means, is escaped.

/// A path with forward slashes as a relative URI reference (RFC 3986).
pub(super) fn relative(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.trim_start_matches('/').bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn what_has_a_meaning_in_a_uri_is_escaped() {
        assert_eq!(relative("a/b-c_d.~.tf"), "a/b-c_d.~.tf");
        assert_eq!(relative("a b/c:d?e#f%g"), "a%20b/c%3Ad%3Fe%23f%25g");
        assert_eq!(relative("é/<stdin>"), "%C3%A9/%3Cstdin%3E");
    }
}
