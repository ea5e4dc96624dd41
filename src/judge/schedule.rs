//! How often a cron expression comes round, roughly: enough to compare a rotation schedule with a limit.

/// Seconds between two runs of a cron expression with five fields, or AWS's six (a year last), or a leading `@word`. The
/// longest gap counts when runs are uneven.
#[must_use]
pub(super) fn interval(text: &str) -> Option<i64> {
    let day = 86_400;
    match text.trim() {
        "@yearly" | "@annually" => return Some(365 * day),
        "@monthly" => return Some(30 * day),
        "@weekly" => return Some(7 * day),
        "@daily" | "@midnight" => return Some(day),
        "@hourly" => return Some(3_600),
        _ => {}
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    if !(5..=6).contains(&fields.len()) || !fields.iter().all(|field| is_field(field)) {
        return None;
    }
    if let Some(months) = gap(fields[3], 12) {
        return Some(months * 365 * day / 12);
    }
    if let Some(days) = gap(fields[2], 30) {
        return Some(days * day);
    }
    if let Some(days) = gap(fields[4], 7) {
        return Some(days * day);
    }
    if let Some(hours) = gap(fields[1], 24) {
        return Some(hours * 3_600);
    }
    Some(gap(fields[0], 60).unwrap_or(1) * 60)
}

fn is_field(field: &str) -> bool {
    field
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"*?,-/#".contains(&b))
        && field
            .bytes()
            .any(|b| b.is_ascii_digit() || b == b'*' || b == b'?' || field.len() >= 3)
}

/// How many units lie between two hits of a field that cycles after `cycle` units; none when every unit is hit.
fn gap(field: &str, cycle: i64) -> Option<i64> {
    if field == "*" || field == "?" {
        return None;
    }
    if let Some((_, step)) = field.split_once('/') {
        return step.parse().ok().filter(|step| (1..=cycle).contains(step));
    }
    let parts: Vec<&str> = field.split(',').collect();
    if parts.iter().any(|part| part.contains('-')) {
        return Some(1);
    }
    let hits = i64::try_from(parts.len()).unwrap_or(cycle);
    Some((cycle / hits).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_how_often_a_schedule_comes_round() {
        let day = 86_400;
        for (text, expected) in [
            ("0 16 1,15 * ? *", 15 * day),
            ("0 4 * * ? *", day),
            ("0 4 1 * *", 30 * day),
            ("0 0 1 1,7 *", 6 * 365 * day / 12),
            ("0 0 1 */3 ? *", 3 * 365 * day / 12),
            ("0 0 * * SUN", 7 * day),
            ("0 0 ? * SUN *", 7 * day),
            ("0 */6 * * *", 6 * 3_600),
            ("*/5 * * * *", 300),
            ("@monthly", 30 * day),
        ] {
            assert_eq!(interval(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_schedule() {
        for text in [
            "",
            "a b c d e",
            "every day at four pm",
            "0 4 *",
            "0 0 é * *",
        ] {
            assert_eq!(interval(text), None, "{text}");
        }
    }
}
