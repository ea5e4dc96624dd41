//! How frequent four bytes in a row are in text and code, so that a literal is looked for by the rarest it has.

/// A line a window, its letters folded: first the most frequent, then those that follow, each part in the order of its bytes.
/// Written by `scripts/common-grams`.
static FREQUENT: &[u8] = include_bytes!("grams.txt");

/// Lines of the first part.
const MOST: usize = 200;
/// Bytes of a line.
const LINE: usize = 5;

/// From 0, rare, to 2, among the most frequent.
pub(super) fn frequency(window: [u8; 4]) -> u32 {
    let window = fold(window);
    let (most, many) = FREQUENT.split_at(FREQUENT.len().min(MOST * LINE));
    match window {
        window if has(most, window) => 2,
        window if has(many, window) => 1,
        _ => 0,
    }
}

fn has(lines: &[u8], window: [u8; 4]) -> bool {
    let (lines, _) = lines.as_chunks::<LINE>();
    let folded = |line: &[u8; LINE]| fold([line[0], line[1], line[2], line[3]]);
    let found = lines.binary_search_by(|line| folded(line).cmp(&window));
    found.is_ok()
}

/// Makes small letters of large ones, and of a few other characters others.
pub(super) fn fold(window: [u8; 4]) -> [u8; 4] {
    window.map(|byte| byte | 0x20)
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
