//! The fields of nouns by name, with help for the misspelt.

use crate::model::{FieldKind, Noun};

/// The name and kind of a noun's field, or what to say when it has none of that name.
pub(in crate::engine) fn field_of(
    noun: Noun,
    name: &str,
) -> Result<(&'static str, FieldKind), String> {
    let shape = noun.shape();
    if let Some((field, kind, _)) = shape.iter().find(|(field, _, _)| *field == name) {
        return Ok((field, *kind));
    }
    let near = shape
        .iter()
        .map(|(field, _, _)| (distance(name, field), *field))
        .min()
        .filter(|(distance, field)| *distance <= 2.max(field.len() / 2))
        .map(|(_, field)| format!("; did you mean `{field}`?"))
        .unwrap_or_default();
    Err(format!("{} has no field `{name}`{near}", noun.word()))
}

/// How many letters have to change to make one word the other.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().take(64).enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let change = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_field_is_answered_with_the_nearest() {
        assert_eq!(distance("expiry", "expires"), 2);
        assert_eq!(
            field_of(Noun::Credential, "expiry").unwrap_err(),
            "credential has no field `expiry`; did you mean `expires`?"
        );
        assert_eq!(
            field_of(Noun::Grant, "zzzzzzzzzz").unwrap_err(),
            "grant has no field `zzzzzzzzzz`"
        );
    }
}
