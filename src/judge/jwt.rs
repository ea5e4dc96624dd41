//! Reads a JSON Web Token far enough to know that it is one, and when it ends.

use super::base64::decode;
use serde_json::{Map, Value};

/// What a token tells: `algorithm`, `issuer`, and `expires` as a day where it has an end. `None` when header or payload is no
/// JSON object, the token is unsigned, or it is one of those that documentation is full of.
#[must_use]
pub fn read(value: &[u8]) -> Option<Vec<(String, String)>> {
    let mut parts = value.split(|&byte| byte == b'.');
    let header = object(parts.next()?)?;
    let payload = object(parts.next()?)?;
    let signature = parts.next()?;
    let algorithm = header.get("alg").and_then(Value::as_str)?;
    if signature.is_empty() || parts.next().is_some() || documented(&payload) {
        return None;
    }
    let mut told = vec![("algorithm".to_owned(), algorithm.to_owned())];
    if let Some(issuer) = payload.get("iss").and_then(Value::as_str) {
        told.push(("issuer".to_owned(), issuer.to_owned()));
    }
    if let Some(day) = payload.get("exp").and_then(Value::as_f64).and_then(day) {
        told.push(("expires".to_owned(), day));
    }
    told.sort();
    Some(told)
}

fn object(part: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_slice(&decode(part)?).ok()? {
        Value::Object(map) if !map.is_empty() => Some(map),
        _ => None,
    }
}

/// Names and subjects of the tokens that manuals print.
fn documented(payload: &Map<String, Value>) -> bool {
    let is = |key: &str, text: &str| payload.get(key).and_then(Value::as_str) == Some(text);
    is("name", "John Doe") || is("sub", "1234567890") || is("iss", "supabase-demo")
}

/// The day of a time in seconds since 1970, `YYYY-MM-DD`.
fn day(seconds: f64) -> Option<String> {
    if !(0.0..253_402_300_800.0).contains(&seconds) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    let timestamp = jiff::Timestamp::from_second(seconds as i64).ok()?;
    Some(timestamp.strftime("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::base64::encode_url;

    fn token(header: &str, payload: &str, signature: &str) -> String {
        format!(
            "{}.{}.{signature}",
            encode_url(header.as_bytes()),
            encode_url(payload.as_bytes())
        )
    }

    #[test]
    fn tells_issuer_and_end() {
        let text = token(
            r#"{"alg":"HS256"}"#,
            r#"{"iss":"a","exp":1700000000}"#,
            "c2ln",
        );
        let told = read(text.as_bytes()).unwrap();
        assert!(told.contains(&("expires".to_owned(), "2023-11-14".to_owned())));
        assert!(told.contains(&("issuer".to_owned(), "a".to_owned())));
    }

    #[test]
    fn refuses_what_is_no_token() {
        for text in [
            token("[]", "{}", "c2ln"),
            token(r#"{"alg":"none"}"#, r#"{"a":1}"#, ""),
            token(r#"{"alg":"HS256"}"#, r#"{"sub":"1234567890"}"#, "c2ln"),
            "eyJ.eyJ.x".to_owned(),
            String::new(),
        ] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }
}
