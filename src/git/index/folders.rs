//! The folders of the index that git has written as trees: what `TREE`, an extension of the index, keeps.
//!
//! Git takes a folder off this list when something in it is staged, and commits what the list says, so a folder whose tree
//! the last commit has too holds the same files on both sides, and none of it need be read.

use git2::Oid;
use rustc_hash::FxHashMap;

/// Deepest nesting of folders that is followed.
const DEEPEST: usize = 512;

/// Trees by folder; the root is the empty path.
pub type Folders = FxHashMap<String, Oid>;

/// Takes the extension apart; what of it is damaged is left out.
pub(super) fn folders(bytes: &[u8], hash: usize) -> Folders {
    let mut folders = Folders::default();
    if hash == 20 {
        read(bytes, &mut folders);
    }
    folders
}

/// Reads folders, each before those it holds; none when the bytes end early.
fn read(mut bytes: &[u8], folders: &mut Folders) -> Option<()> {
    // Paths that are open, and how many folders each still holds.
    let mut open: Vec<(String, usize)> = Vec::new();
    while !bytes.is_empty() {
        let end = memchr::memchr(0, bytes)?;
        let (name, rest) = (&bytes[..end], &bytes[end + 1..]);
        let line = memchr::memchr(b'\n', rest)?;
        let (counts, rest) = (std::str::from_utf8(&rest[..line]).ok()?, &rest[line + 1..]);
        let (entries, within) = counts.split_once(' ')?;
        let within: usize = within.parse().ok()?;
        let name = std::str::from_utf8(name).ok()?;
        let path = match open.last_mut() {
            None => String::new(),
            Some((above, left)) => {
                *left = left.checked_sub(1)?;
                match above.is_empty() {
                    true => name.to_owned(),
                    false => format!("{above}/{name}"),
                }
            }
        };
        bytes = rest;
        if !entries.starts_with('-') {
            let (id, rest) = bytes.split_at_checked(20)?;
            folders.insert(path.clone(), Oid::from_bytes(id).ok()?);
            bytes = rest;
        }
        open.push((path, within));
        while open.last().is_some_and(|(_, left)| *left == 0) {
            open.pop();
        }
        if open.len() > DEEPEST {
            return None;
        }
        if open.is_empty() {
            break;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_are_written_have_their_tree_and_no_cut_makes_it_panic() {
        let id = |byte: u8| [byte; 20];
        let bytes = [
            b"\0-1 2\n".as_slice(),
            b"a\x003 1\n",
            &id(1),
            b"b\x001 0\n",
            &id(2),
            b"c\x00-1 1\n",
            b"d\x001 0\n",
            &id(3),
        ]
        .concat();
        let found = folders(&bytes, 20);
        let of = |path: &str| found.get(path).map(|id| id.as_bytes()[0]);
        assert_eq!((of("a"), of("a/b"), of("c/d")), (Some(1), Some(2), Some(3)));
        assert_eq!((of(""), of("c"), found.len()), (None, None, 3));
        assert!(folders(&bytes, 32).is_empty());
        for end in 0..bytes.len() {
            assert!(folders(&bytes[..end], 20).len() <= 3);
            let mut flipped = bytes.clone();
            flipped[end] ^= 0xff;
            drop(folders(&flipped, 20));
        }
    }
}
