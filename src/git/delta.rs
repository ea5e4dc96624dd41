//! A delta of a pack: how an object is made from another, as copies of it and new bytes.

/// One step of a delta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copy {
    /// Where the copied bytes lie in the base.
    pub from: usize,
    /// Where they lie in the result.
    pub to: usize,
    /// How many.
    pub length: usize,
}

/// Makes an object of at most `limit` bytes from its base, over what `made` held. The copies are left in `copies`, in the
/// order of the result; what lies between them is new.
///
/// None when the delta is damaged or lies about a size.
pub(super) fn apply(
    base: &[u8],
    delta: &[u8],
    limit: usize,
    copies: &mut Vec<Copy>,
    made: &mut Vec<u8>,
) -> Option<()> {
    copies.clear();
    made.clear();
    let (source, rest) = size(delta)?;
    let (target, mut rest) = size(rest)?;
    if source != base.len() || target > limit {
        return None;
    }
    made.reserve(target);
    while let Some((&order, after)) = rest.split_first() {
        rest = after;
        if order & 0x80 == 0 {
            let (new, after) = rest.split_at_checked(usize::from(order))?;
            if order == 0 {
                return None;
            }
            made.extend_from_slice(new);
            rest = after;
        } else {
            let mut field = |bits: std::ops::Range<u32>| {
                let mut value = 0;
                for (shift, bit) in bits.enumerate() {
                    if order & (1 << bit) != 0 {
                        let (&byte, after) = rest.split_first()?;
                        value |= usize::from(byte) << (8 * shift);
                        rest = after;
                    }
                }
                Some(value)
            };
            let from = field(0..4)?;
            let length = match field(4..7)? {
                0 => 0x10000,
                length => length,
            };
            let copied = base.get(from..from.checked_add(length)?)?;
            copy(copies, from, made.len(), length);
            made.extend_from_slice(copied);
        }
        if made.len() > target {
            return None;
        }
    }
    (made.len() == target).then_some(())
}

/// Adds a copy; one that goes on where the last ended makes it longer.
fn copy(copies: &mut Vec<Copy>, from: usize, to: usize, length: usize) {
    match copies.last_mut() {
        Some(last) if (last.from + last.length, last.to + last.length) == (from, to) => {
            last.length += length;
        }
        _ => copies.push(Copy { from, to, length }),
    }
}

/// The size that a delta says its result has.
pub(super) fn result_size(delta: &[u8]) -> Option<usize> {
    size(size(delta)?.1).map(|(size, _)| size)
}

fn size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (mut value, mut shift) = (0usize, 0);
    for (at, &byte) in bytes.iter().enumerate().take(9) {
        value |= usize::from(byte & 127) << shift;
        shift += 7;
        if byte & 128 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_new_bytes_make_the_result() {
        let delta = [10, 8, 0x91, 2, 4, 2, b'x', b'y', 0x90, 2];
        let mut copies = Vec::new();
        let mut made = b"before".to_vec();
        apply(b"0123456789", &delta, 100, &mut copies, &mut made).unwrap();
        assert_eq!(made, b"2345xy01");
        let copy = |from, to, length| Copy { from, to, length };
        assert_eq!(copies, [copy(2, 0, 4), copy(0, 6, 2)]);
        assert_eq!(result_size(&delta), Some(8));
        let parted = [10, 6, 0x91, 2, 4, 0x91, 6, 2];
        apply(b"0123456789", &parted, 100, &mut copies, &mut made).unwrap();
        assert_eq!(
            (&made[..], &copies[..]),
            (&b"234567"[..], &[copy(2, 0, 6)][..])
        );
    }

    #[test]
    fn no_cut_flip_or_lie_is_taken() {
        let delta = [10, 8, 0x91, 2, 4, 2, b'x', b'y', 0x90, 2];
        let try_it = |base: &[u8], delta: &[u8], limit| {
            apply(base, delta, limit, &mut Vec::new(), &mut Vec::new())
        };
        for end in 0..delta.len() {
            assert_eq!(try_it(b"0123456789", &delta[..end], 100), None);
            let mut flipped = delta;
            flipped[end] ^= 0xff;
            try_it(b"0123456789", &flipped, 100);
        }
        assert_eq!(try_it(b"0123456789", &delta, 7), None, "a limit");
        assert_eq!(try_it(b"012345678", &delta, 100), None, "another base");
    }
}
