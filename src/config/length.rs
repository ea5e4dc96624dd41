//! Lengths of time as people write them: `90d`, `12h`, `1y6w`, or ISO 8601 (`P90D`, `PT12H`).

const DAY: i64 = 86_400;

/// Seconds in a length of time; none when it is not one, is zero, or is past the count of seconds. A month counts 30
/// days, a year 365; `m` is minutes and `mo` months outside ISO 8601.
#[must_use]
pub fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    let total = match text.strip_prefix(['P', 'p']) {
        Some(rest) => iso(rest)?,
        None => plain(text)?,
    };
    (total > 0).then_some(total)
}

fn plain(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let (number, unit);
        (number, unit, rest) = part(rest)?;
        let size = match unit.to_ascii_lowercase().as_str() {
            "s" => 1,
            "m" | "min" => 60,
            "h" => 3600,
            "d" | "day" | "days" => DAY,
            "w" => 7 * DAY,
            "mo" => 30 * DAY,
            "y" => 365 * DAY,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(size)?)?;
    }
    Some(total)
}

fn iso(text: &str) -> Option<i64> {
    let text = text.to_ascii_uppercase();
    let (days, hours) = match text.split_once('T') {
        Some((_, "")) => return None,
        Some((days, hours)) => (days, hours),
        None => (text.as_str(), ""),
    };
    let mut total: i64 = 0;
    for (mut rest, units) in [
        (
            days,
            [
                ("Y", 365 * DAY),
                ("M", 30 * DAY),
                ("W", 7 * DAY),
                ("D", DAY),
            ]
            .as_slice(),
        ),
        (hours, [("H", 3600), ("M", 60), ("S", 1)].as_slice()),
    ] {
        while !rest.is_empty() {
            let (number, unit);
            (number, unit, rest) = part(rest)?;
            let (_, size) = units.iter().find(|(name, _)| *name == unit)?;
            total = total.checked_add(number.checked_mul(*size)?)?;
        }
    }
    Some(total)
}

/// A number, the letters after it, and the rest.
fn part(text: &str) -> Option<(i64, &str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    let after = rest.trim_start();
    let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (unit, rest) = after.split_at(letters);
    Some((number.parse().ok()?, unit, rest.trim_start()))
}

/// The shortest way to write a length of whole units: `90d`, `12h`, `398d`.
#[must_use]
pub fn length_words(seconds: i64) -> String {
    for (size, unit) in [(DAY, "d"), (3600, "h"), (60, "m")] {
        if seconds % size == 0 {
            return format!("{}{unit}", seconds / size);
        }
    }
    format!("{seconds}s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_spellings() {
        for (text, want) in [
            ("90d", 90 * DAY),
            ("12h", 12 * 3600),
            ("1h30m", 5400),
            ("2w 1d", 15 * DAY),
            ("1y", 365 * DAY),
            ("1mo", 30 * DAY),
            ("30 days", 30 * DAY),
            ("P90D", 90 * DAY),
            ("PT12H", 12 * 3600),
            (
                "P1Y2M3W4DT5H6M7S",
                (365 + 60 + 21 + 4) * DAY + 5 * 3600 + 6 * 60 + 7,
            ),
        ] {
            assert_eq!(seconds(text), Some(want), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_length() {
        for text in [
            "",
            "90",
            "d",
            "0d",
            "-1d",
            "1.5h",
            "90dd",
            "P",
            "PT",
            "P1H",
            "PT1D",
            "1d2",
            "é",
            "99999999999999999999d",
            "9223372036854775807y",
            "P9223372036854775807Y",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn writes_whole_units() {
        assert_eq!(length_words(398 * DAY), "398d");
        assert_eq!(length_words(12 * 3600), "12h");
        assert_eq!(length_words(61), "61s");
    }
}
