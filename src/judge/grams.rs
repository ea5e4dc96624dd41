//! How frequent four bytes in a row are in text and code, so that a literal is looked for by the rarest it has.

/// A line a window, its letters folded: first the most frequent, then those that follow, each part in the order of its bytes.
/// Written by `scripts/common-grams`.
const FREQUENT: &[u8] = include_bytes!("grams.txt");

/// Lines of the first part.
const MOST: usize = 200;
/// Bytes of a line.
const LINE: usize = 5;

/// The first part and the other, as numbers in their order.
static MOST_FREQUENT: [u32; MOST] = numbers(0);
static LESS_FREQUENT: [u32; FREQUENT.len() / LINE - MOST] = numbers(MOST);

/// The windows of lines from one on.
const fn numbers<const N: usize>(first: usize) -> [u32; N] {
    let mut numbers = [0; N];
    let mut at = 0;
    while at < N {
        let line = (first + at) * LINE;
        let window = [
            FREQUENT[line],
            FREQUENT[line + 1],
            FREQUENT[line + 2],
            FREQUENT[line + 3],
        ];
        numbers[at] = number(window);
        at += 1;
    }
    numbers
}

/// A window, folded, as a number that sorts as its bytes do.
const fn number(window: [u8; 4]) -> u32 {
    u32::from_be_bytes(window) | u32::from_ne_bytes([0x20; 4])
}

/// From 0, rare, to 2, among the most frequent.
pub(super) fn frequency(window: [u8; 4]) -> u32 {
    let window = number(window);
    if MOST_FREQUENT.binary_search(&window).is_ok() {
        2
    } else {
        u32::from(LESS_FREQUENT.binary_search(&window).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_file_are_frequent() {
        assert_eq!(frequency(*b"name"), 2);
        assert_eq!(frequency(*b"ypef"), 0);
        assert_eq!(frequency(*b"zqxj"), 0);
    }

    #[test]
    fn every_line_of_the_list_is_found() {
        let (lines, rest) = FREQUENT.as_chunks::<LINE>();
        assert!(rest.is_empty() && lines.len() > MOST);
        for (at, line) in lines.iter().enumerate() {
            let window = [line[0], line[1], line[2], line[3]];
            assert_eq!(frequency(window), if at < MOST { 2 } else { 1 }, "{at}");
            assert_eq!(line[4], b'\n');
        }
    }
}
