//! How evenly a value uses its characters.

/// Shannon entropy in bits a byte; 0 for the empty value.
#[must_use]
pub fn shannon(value: &[u8]) -> f32 {
    let mut counts = [0u32; 256];
    for &byte in value {
        counts[byte as usize] += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "values are short")]
    let total = value.len() as f32;
    counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| {
            #[expect(clippy::cast_precision_loss, reason = "values are short")]
            let share = count as f32 / total;
            -share * share.log2()
        })
        .sum()
}

/// How many decimal digits a value has.
#[must_use]
pub fn digits(value: &[u8]) -> usize {
    value.iter().filter(|byte| byte.is_ascii_digit()).count()
}

/// How many different bytes a value has.
#[must_use]
pub fn distinct(value: &[u8]) -> usize {
    let mut seen = [0u64; 4];
    for &byte in value {
        seen[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }
    seen.iter().map(|part| part.count_ones() as usize).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_of_even_and_uneven_values() {
        assert!(shannon(b"").abs() < f32::EPSILON);
        assert!(shannon(b"aaaa").abs() < f32::EPSILON);
        assert!((shannon(b"abcd") - 2.0).abs() < 1e-6);
        assert!((shannon(b"aabb") - 1.0).abs() < 1e-6);
        assert_eq!((digits(b"a1b22"), distinct(b"a1b22")), (3, 4));
    }
}
