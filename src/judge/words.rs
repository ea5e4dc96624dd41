//! How much a value reads like words: the mean surprise of its letter pairs against English and identifiers.
//!
//! The table holds, for each pair of letters, sixteen times the bits by which the second surprises after the first, counted
//! over the words of a large body of code and prose. Words lie near 3.5 bits, random letters near 6.5.

use super::entropy::distinct;

/// Mean surprise of the letter pairs in bits; `None` when there are fewer than four pairs to judge by.
#[must_use]
pub fn surprise(value: &[u8]) -> Option<f32> {
    let (mut sum, mut pairs) = (0u32, 0u16);
    for pair in value.windows(2) {
        if let [a, b] = pair
            && a.is_ascii_alphabetic()
            && b.is_ascii_alphabetic()
        {
            let row = &PAIRS[usize::from(a.to_ascii_lowercase() - b'a')];
            sum += u32::from(row[usize::from(b.to_ascii_lowercase() - b'a')]);
            pairs = pairs.saturating_add(1);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "values are short")]
    let sum = sum as f32;
    (pairs >= 4).then(|| sum / 16.0 / f32::from(pairs))
}

/// Whether a value reads like words: identifiers, sentences, names.
#[must_use]
pub fn wordy(value: &[u8]) -> bool {
    surprise(value).is_some_and(|bits| bits < 4.7)
}

/// Whether the letters of a value, twelve or more, cannot be words of any language that is written in them. Four groups of four are how
/// Google shows the password of an application.
#[must_use]
pub fn noise(value: &[u8]) -> bool {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic());
    let grouped = value.len() == 19
        && value
            .split(|&byte| byte == b' ')
            .all(|group| group.len() == 4 && group.iter().all(u8::is_ascii_lowercase));
    let enough = if grouped { 4.7 } else { 5.8 };
    letters.count() >= 12
        && distinct(value) >= 7
        && surprise(value).is_some_and(|bits| bits > enough)
}

/// Whether the letters of a value, eight or more, follow one another as in no word or name. One in a hundred names does so too: a key
/// has to say that the value is a secret.
#[must_use]
pub fn odd(value: &[u8]) -> bool {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic());
    // `TB_KAFKA_SSL_KEY` holds short forms, `webhook_id` names a thing.
    let separated = value.iter().any(|byte| !byte.is_ascii_alphanumeric());
    let constant = separated && !value.iter().any(u8::is_ascii_lowercase);
    letters.count() >= if separated { 10 } else { 8 }
        && !constant
        && distinct(value) >= 6
        && surprise(value).is_some_and(|bits| bits > 5.6)
}

/// The words of a name or value: parted at separators, at digits and where lower case turns to upper.
pub fn parts(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && !bytes[at].is_ascii_alphabetic() {
            at += 1;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_alphabetic() {
            let turn = at > start
                && bytes[at].is_ascii_uppercase()
                && (bytes[at - 1].is_ascii_lowercase()
                    || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
            if turn {
                break;
            }
            at += 1;
        }
        (at > start).then(|| &text[start..at])
    })
}

#[rustfmt::skip]
static PAIRS: [[u8; 26]; 26] = [
    [131, 73, 61, 70, 147, 109, 80, 144, 80, 160, 105, 48, 69, 52, 174, 70, 174, 50, 64, 40, 93, 104, 119, 114, 93, 146],
    [51, 93, 73, 104, 53, 110, 125, 142, 48, 83, 130, 43, 101, 122, 57, 114, 175, 69, 68, 93, 48, 127, 159, 148, 82, 165],
    [50, 104, 84, 113, 50, 105, 147, 54, 80, 188, 63, 71, 105, 120, 35, 106, 142, 71, 88, 51, 81, 125, 150, 154, 112, 183],
    [57, 103, 107, 71, 26, 103, 98, 126, 43, 133, 135, 70, 112, 112, 66, 110, 146, 70, 68, 101, 78, 108, 80, 127, 106, 214],
    [70, 115, 64, 51, 89, 87, 97, 132, 110, 165, 131, 72, 77, 48, 119, 88, 108, 39, 48, 63, 130, 92, 114, 73, 113, 171],
    [58, 115, 93, 88, 50, 51, 89, 145, 37, 164, 167, 60, 97, 113, 45, 114, 168, 70, 71, 85, 73, 168, 123, 154, 101, 248],
    [71, 129, 111, 109, 29, 117, 93, 64, 52, 240, 168, 76, 92, 59, 75, 111, 145, 53, 61, 80, 64, 133, 138, 160, 128, 166],
    [35, 113, 92, 86, 32, 121, 127, 136, 49, 179, 129, 95, 85, 106, 49, 106, 167, 71, 89, 73, 83, 134, 113, 185, 97, 144],
    [80, 94, 63, 66, 79, 83, 76, 163, 147, 159, 127, 70, 70, 31, 55, 90, 166, 87, 66, 53, 166, 81, 211, 111, 232, 79],
    [51, 154, 95, 151, 23, 133, 188, 188, 60, 188, 71, 188, 154, 137, 40, 136, 151, 126, 64, 97, 52, 188, 147, 188, 147, 188],
    [64, 116, 94, 83, 19, 109, 110, 115, 47, 222, 162, 87, 119, 80, 86, 108, 138, 100, 51, 80, 91, 122, 120, 222, 116, 143],
    [53, 114, 114, 76, 35, 93, 122, 146, 42, 163, 128, 53, 124, 127, 49, 74, 182, 134, 81, 77, 79, 120, 138, 172, 67, 191],
    [38, 79, 116, 106, 31, 123, 124, 144, 52, 218, 128, 106, 80, 111, 59, 48, 151, 123, 69, 96, 69, 146, 143, 160, 132, 255],
    [60, 127, 64, 51, 53, 81, 46, 128, 70, 159, 97, 98, 126, 96, 71, 108, 165, 124, 54, 41, 85, 98, 129, 184, 117, 160],
    [109, 92, 67, 74, 123, 95, 94, 153, 95, 143, 96, 68, 64, 33, 85, 69, 224, 44, 75, 74, 61, 85, 74, 122, 143, 163],
    [45, 111, 87, 101, 45, 112, 122, 85, 67, 221, 126, 58, 121, 120, 57, 69, 155, 45, 67, 62, 67, 111, 113, 146, 107, 255],
    [116, 105, 99, 86, 86, 145, 101, 195, 117, 195, 195, 86, 113, 99, 100, 109, 139, 78, 83, 113, 7, 143, 120, 195, 195, 124],
    [50, 124, 84, 83, 30, 104, 92, 144, 50, 211, 101, 101, 81, 85, 53, 107, 165, 80, 64, 66, 84, 101, 131, 168, 84, 186],
    [77, 135, 73, 120, 38, 123, 109, 72, 50, 186, 104, 97, 104, 108, 74, 70, 140, 106, 62, 35, 66, 127, 119, 151, 85, 90],
    [54, 130, 88, 111, 35, 110, 141, 62, 39, 227, 159, 93, 108, 124, 65, 101, 171, 52, 68, 77, 79, 139, 124, 121, 74, 154],
    [81, 65, 73, 100, 69, 79, 95, 189, 72, 195, 172, 59, 64, 43, 111, 68, 190, 51, 51, 48, 131, 169, 179, 119, 199, 162],
    [38, 132, 93, 120, 18, 114, 123, 138, 40, 200, 181, 109, 97, 129, 73, 107, 154, 117, 101, 116, 155, 184, 141, 128, 148, 145],
    [46, 106, 91, 85, 53, 97, 127, 59, 41, 168, 122, 87, 105, 60, 54, 95, 159, 54, 57, 97, 136, 136, 116, 145, 146, 121],
    [59, 107, 62, 88, 49, 88, 160, 86, 60, 171, 159, 102, 93, 125, 99, 40, 133, 119, 98, 31, 115, 111, 119, 83, 89, 166],
    [88, 86, 87, 102, 73, 113, 117, 112, 69, 184, 121, 69, 72, 53, 68, 34, 156, 97, 41, 58, 126, 114, 97, 155, 109, 107],
    [61, 115, 87, 80, 15, 93, 128, 125, 63, 214, 116, 108, 110, 103, 68, 80, 132, 101, 83, 105, 92, 96, 132, 179, 108, 87],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_words_from_noise() {
        for words in [
            "StandardTokenProvider",
            "my-secret-name",
            "postgresql_connection",
        ] {
            assert!(wordy(words.as_bytes()), "{words}");
        }
        for noise in [
            "imeQ5bMjsfrg8OWk4kSL5zT7K9Zl3Ccp",
            "xqzvjkwpqhzt",
            "9f8a7b6c5d",
        ] {
            assert!(!wordy(noise.as_bytes()), "{noise}");
        }
        assert_eq!(surprise(b"a1b2c3"), None);
    }

    #[test]
    fn odd_letters_are_no_name() {
        for value in ["xqzvjkwp", "Kvtqwzgh", "qzkwm-xvptqhj", "hbQkxwTzpd"] {
            assert!(odd(value.as_bytes()), "{value}");
        }
        for value in [
            "webhook",
            "YYYYMMDD",
            "TB_KAFKA_SSL_KEY",
            "sdcsdcsdc",
            "Passwort",
            "qzkwmx",
        ] {
            assert!(!odd(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn parts_names_into_words() {
        let of = |text| parts(text).collect::<Vec<_>>();
        assert_eq!(of("dbPassword"), ["db", "Password"]);
        assert_eq!(of("MY_API-key.2"), ["MY", "API", "key"]);
        assert_eq!(of("XMLHttpRequest"), ["XML", "Http", "Request"]);
        assert!(of("123").is_empty());
    }
}
