//! Reads the files below `.tenure/`: waivers, leases, baseline and salt, which hold whatever part of the tree is scanned.

use super::{Entry, Read, read};
use crate::source::file::reason;
use crate::source::{Gap, GapKind};
use std::path::{Path, PathBuf};

/// Largest file below `.tenure/` in bytes.
const LARGEST: u64 = 64 << 20;
/// Most files in one folder.
const MOST: usize = 20_000;

/// Paths relative to the root and texts of the files in `.tenure/`, its `attestations/`, `reviews/` and `waivers/`, sorted by path. Links are
/// not followed; what cannot be read is a gap.
#[must_use]
pub fn side_files(root: &Path) -> (Vec<(String, String)>, Vec<Gap>) {
    let (mut files, mut gaps) = (Vec::new(), Vec::new());
    for folder in [
        ".tenure",
        ".tenure/attestations",
        ".tenure/reviews",
        ".tenure/waivers",
    ] {
        for os in inside(root, folder, &mut gaps) {
            let name = os.file_name().unwrap_or_default().to_string_lossy();
            let path = format!("{folder}/{name}");
            match text(&Entry { path, os }) {
                Ok(file) => files.push(file),
                Err(gap) => gaps.push(gap),
            }
        }
    }
    files.sort();
    (files, gaps)
}

/// The regular files of one folder, sorted.
fn inside(root: &Path, folder: &str, gaps: &mut Vec<Gap>) -> Vec<PathBuf> {
    let mut os = root.to_path_buf();
    for part in folder.split('/') {
        os.push(part);
        if !std::fs::symlink_metadata(&os).is_ok_and(|meta| meta.is_dir()) {
            return Vec::new();
        }
    }
    let entries = match std::fs::read_dir(&os) {
        Ok(entries) => entries,
        Err(error) => {
            gaps.push(Gap::of_file(folder, GapKind::Unreadable, reason(&error)));
            return Vec::new();
        }
    };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    if paths.len() > MOST {
        let reason = format!("more than {MOST} files; the rest is not read");
        gaps.push(Gap::of_file(folder, GapKind::Limit, reason));
        paths.truncate(MOST);
    }
    paths
}

fn text(entry: &Entry) -> Result<(String, String), Gap> {
    let gap = |kind, reason: &str| Gap::of_file(&entry.path, kind, reason);
    let mut bytes = Vec::new();
    match read(entry, &mut bytes, LARGEST) {
        Read::Text { .. } | Read::Empty => String::from_utf8(bytes)
            .map(|text| (entry.path.clone(), text))
            .map_err(|_| gap(GapKind::Encoding, "is not utf-8")),
        Read::Binary => Err(gap(GapKind::Encoding, "is not text")),
        Read::TooLarge => Err(gap(GapKind::TooLarge, "is larger than 64 MiB")),
        Read::Unreadable(gap) => Err(gap),
    }
}
