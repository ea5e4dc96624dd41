//! Days and lengths of time as people write them in configuration: RFC 3339, `31-May-26`, `8760h`, `P90D`, `rate(30 days)`.

use jiff::civil::Date;

/// What a text says about an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// This day.
    On(Date),
    /// A year so far off (9999) that it stands for no end at all.
    Never,
}

/// Years from here on mean "never".
const NEVER: i16 = 9000;
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Reads a date, with or without a time of day: `2026-01-31`, `2026-01-31T00:00:00Z`, `2026/01/31`, `20260131`,
/// `31-Jan-26`, `31 January 2026`, `January 31, 2026`, and seconds since 1970 with ten digits.
#[must_use]
pub fn day(text: &str) -> Option<Day> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("never") {
        return Some(Day::Never);
    }
    let date = digits(text)
        .or_else(|| ordered(text))
        .or_else(|| named(text))?;
    Some(if date.year() >= NEVER {
        Day::Never
    } else {
        Day::On(date)
    })
}

/// The last moment that a condition lets pass: the date after the first `<` of an expression such as
/// `request.time < timestamp("2026-03-01T00:00:00Z")`.
#[must_use]
pub fn bound(expression: &str) -> Option<Day> {
    let (_, after) = expression.split_once('<')?;
    let start = after.find(|c: char| c.is_ascii_digit())?;
    let date = after.get(start..start + 10)?;
    day(date)
}

/// Only digits: a compact date, or seconds (ten digits) or milliseconds (thirteen) since 1970.
fn digits(text: &str) -> Option<Date> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match text.len() {
        8 => civil(&text[..4], &text[4..6], &text[6..]),
        10 => since_1970(text.parse().ok()?),
        13 => since_1970(text.parse::<i64>().ok()? / 1000),
        _ => None,
    }
}

fn since_1970(seconds: i64) -> Option<Date> {
    let day = i32::try_from(seconds.div_euclid(86_400)).ok()?;
    Date::constant(1970, 1, 1)
        .checked_add(jiff::Span::new().try_days(day).ok()?)
        .ok()
}

/// `2026-01-31` or `2026/01/31`, and what may follow: a time after `T` or a space.
fn ordered(text: &str) -> Option<Date> {
    let date = text.get(..10)?;
    let rest = &text[10..];
    if !(rest.is_empty() || rest.starts_with(['T', 't', ' '])) {
        return None;
    }
    let mut parts = date.split(['-', '/']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    (year.len() == 4 && parts.next().is_none()).then(|| civil(year, month, day))?
}

/// With the month's name: day, month and year in either order.
fn named(text: &str) -> Option<Date> {
    let mut parts = text
        .split(['-', ' ', ',', '/'])
        .filter(|part| !part.is_empty());
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (day, month) = match (month(first), month(second)) {
        (Some(month), None) => (second, month),
        (None, Some(month)) => (first, month),
        _ => return None,
    };
    let year: i16 = third.parse().ok()?;
    let year = if third.len() == 2 { 2000 + year } else { year };
    Date::new(year, month, day.parse().ok()?).ok()
}

fn month(word: &str) -> Option<i8> {
    let start = word.get(..3)?.to_ascii_lowercase();
    let letters = word.bytes().all(|b| b.is_ascii_alphabetic());
    let at = MONTHS.iter().position(|name| *name == start)?;
    letters.then_some(i8::try_from(at).ok()? + 1)
}

fn civil(year: &str, month: &str, day: &str) -> Option<Date> {
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if ![year, month, day].into_iter().all(all_digits) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Reads a length of time in seconds: `8760h`, `1h30m`, `30d`, `90 days`, `P90D`, `PT1H`, `rate(30 days)`, a cron
/// expression (how often it comes round); a bare number counts `unit` seconds.
#[must_use]
pub fn length(text: &str, unit: i64) -> Option<i64> {
    let text = text.trim();
    if let Ok(number) = text.parse::<f64>() {
        return seconds(number, unit);
    }
    if let Some(rate) = inside(text, "rate") {
        return worded(rate);
    }
    if let Some(cron) = inside(text, "cron") {
        return super::schedule::interval(cron);
    }
    iso(text)
        .or_else(|| worded(text))
        .or_else(|| clock(text))
        .or_else(|| super::schedule::interval(text))
}

fn inside<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.strip_prefix(word)?
        .strip_prefix('(')?
        .strip_suffix(')')
}

fn seconds(number: f64, unit: i64) -> Option<i64> {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a unit is small, and the product is bounded before it is cut"
    )]
    let product = (number * unit as f64).round() as i64;
    (number.is_finite() && number.abs() < 1e12).then_some(product)
}

/// `P1Y2M3W4DT5H6M7S`.
fn iso(text: &str) -> Option<i64> {
    let rest = text.strip_prefix(['P', 'p'])?;
    let (date, time) = rest.split_once(['T', 't']).unwrap_or((rest, ""));
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let days = |letter| match letter {
        'y' => Some(365 * 86_400),
        'm' => Some(30 * 86_400),
        'w' => Some(7 * 86_400),
        'd' => Some(86_400),
        _ => None,
    };
    let hours = |letter| match letter {
        'h' => Some(3_600),
        'm' => Some(60),
        's' => Some(1),
        _ => None,
    };
    lettered(date, days)?.checked_add(lettered(time, hours)?)
}

fn lettered(text: &str, unit: impl Fn(char) -> Option<i64>) -> Option<i64> {
    let (mut total, mut number) = (0_i64, String::new());
    for letter in text.chars() {
        if letter.is_ascii_digit() || letter == '.' {
            number.push(letter);
            continue;
        }
        let part = seconds(number.parse().ok()?, unit(letter.to_ascii_lowercase())?)?;
        total = total.checked_add(part)?;
        number.clear();
    }
    number.is_empty().then_some(total)
}

/// `DD.HH:MM:SS`, as .NET writes it.
fn clock(text: &str) -> Option<i64> {
    let (days, time) = text.split_once('.').unwrap_or(("0", text));
    let mut parts = time.split(':').map(|part| part.parse::<i64>().ok());
    let (hours, minutes, rest) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || hours > 24 || minutes > 60 || rest > 60 {
        return None;
    }
    let days = seconds(days.parse().ok()?, 86_400)?;
    days.checked_add(hours * 3_600 + minutes * 60 + rest)
}

/// Numbers with units: `1h30m`, `30 days`, `2 weeks`.
fn worded(text: &str) -> Option<i64> {
    let (mut total, mut rest) = (0_i64, text.trim());
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let unit = unit(&rest[..letters])?;
        total = total.checked_add(if unit == 0 { 0 } else { seconds(number, unit)? })?;
        rest = rest[letters..].trim_start();
    }
    Some(total)
}

/// Seconds of a unit; parts of a second count nothing.
fn unit(word: &str) -> Option<i64> {
    Some(match word.to_ascii_lowercase().as_str() {
        "ns" | "us" | "ms" => 0,
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 7 * 86_400,
        "mo" | "month" | "months" => 30 * 86_400,
        "y" | "year" | "years" => 365 * 86_400,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_ends_on_the_day_it_names() {
        let end = |text| bound(text);
        let day = Day::On(Date::constant(2026, 3, 1));
        assert_eq!(
            end("request.time < timestamp(\"2026-03-01T00:00:00Z\")"),
            Some(day)
        );
        assert_eq!(
            end("request.time<=timestamp('2026-03-01T00:00:00Z')"),
            Some(day)
        );
        assert_eq!(end("resource.name.startsWith('x')"), None);
        assert_eq!(end("request.time < 7"), None);
    }

    fn on(year: i16, month: i8, day: i8) -> Option<Day> {
        Some(Day::On(Date::constant(year, month, day)))
    }

    #[test]
    fn reads_days_as_people_write_them() {
        for text in [
            "2026-01-31",
            " 2026-01-31T23:59:59Z ",
            "2026-01-31T00:00:00.123+02:00",
            "2026-01-31 10:00",
            "2026/01/31",
            "20260131",
            "31-Jan-26",
            "31-jan-2026",
            "31 January 2026",
            "January 31, 2026",
            "1769860800",
            "1769860800000",
        ] {
            assert_eq!(day(text), on(2026, 1, 31), "{text}");
        }
    }

    #[test]
    fn far_years_mean_never() {
        for text in ["9999-12-31", "31-Dec-9999", "9999-12-31T23:59:59Z", "never"] {
            assert_eq!(day(text), Some(Day::Never), "{text}");
        }
        assert_eq!(day("2099-01-01"), on(2099, 1, 1));
    }

    #[test]
    fn refuses_what_is_no_day() {
        for text in [
            "",
            "soon",
            "DD-Mon-YY",
            "2026-13-01",
            "2026-02-30",
            "31-31-2026",
            "2026-01-311",
            "8760h",
            "12345",
            "é026-01-31",
            "Jan Feb 2026",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn reads_lengths() {
        for (text, unit, expected) in [
            ("8760h", 1, 8760 * 3_600),
            ("1h30m", 1, 5_400),
            ("30d", 1, 30 * 86_400),
            ("30 days", 1, 30 * 86_400),
            ("P90D", 1, 90 * 86_400),
            ("PT1H", 1, 3_600),
            ("P1Y2M", 1, 425 * 86_400),
            ("PT0.5H", 1, 1_800),
            ("rate(30 days)", 1, 30 * 86_400),
            ("3600", 1, 3_600),
            ("90", 86_400, 90 * 86_400),
            ("2592000s", 1, 2_592_000),
            ("1500ms", 1, 0),
            ("0", 1, 0),
            ("90.12:00:00", 1, 90 * 86_400 + 43_200),
            ("01:30:00", 1, 5_400),
            ("cron(0 4 * * ? *)", 1, 86_400),
        ] {
            assert_eq!(length(text, unit), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_length() {
        for text in [
            "", "P", "PT", "h", "1x", "soon", "1h30", "inf", "NaN", "1e300", "P1Z",
        ] {
            assert_eq!(length(text, 1), None, "{text}");
        }
    }
}
