//! Endings of files that hold no text whatever they are, so that they need not be opened.
//!
//! Key stores (`.p12`, `.jks`, `.pfx`) and anything that may be text under a misleading name stay out of the list.

use crate::source::folder::file_name;

/// Endings in lower case, sorted.
const ENDINGS: &[&str] = &[
    "7z", "a", "aac", "ai", "apk", "avi", "avif", "bmp", "br", "bz2", "class", "dll", "dmg", "doc",
    "docx", "dylib", "ear", "eot", "exe", "flac", "flv", "gif", "gz", "heic", "icns", "ico", "iso",
    "jar", "jpeg", "jpg", "lib", "lz", "lz4", "lzma", "m4a", "m4v", "mkv", "mov", "mp3", "mp4",
    "mpeg", "mpg", "msi", "node", "o", "obj", "odp", "ods", "odt", "ogg", "otf", "parquet", "pdb",
    "pdf", "png", "ppt", "pptx", "psd", "pyc", "pyd", "pyo", "rar", "rlib", "rpm", "so", "tar",
    "tbz2", "tgz", "tif", "tiff", "ttf", "txz", "war", "wasm", "wav", "webm", "webp", "whl", "wmv",
    "woff", "woff2", "xls", "xlsx", "xz", "zip", "zst",
];

const LONGEST: usize = 7;

/// Whether the path's ending says that the file is binary.
pub(super) fn by_name(path: &str) -> bool {
    let name = file_name(path);
    let Some((stem, ending)) = name.rsplit_once('.') else {
        return false;
    };
    if stem.is_empty() || ending.len() > LONGEST {
        return false;
    }
    let mut lower = [0; LONGEST];
    let lower = &mut lower[..ending.len()];
    lower.copy_from_slice(ending.as_bytes());
    lower.make_ascii_lowercase();
    ENDINGS
        .binary_search_by(|candidate| candidate.as_bytes().cmp(lower))
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_within_its_bound() {
        assert!(ENDINGS.is_sorted());
        assert_eq!(ENDINGS.iter().map(|e| e.len()).max(), Some(LONGEST));
    }

    #[test]
    fn decides_by_the_last_ending_alone() {
        assert!(by_name("a/Logo.PNG"));
        assert!(by_name("x.tar.gz"));
        for text in [
            "a.png/readme",
            ".gz",
            "png",
            "key.p12",
            "x.tar.gz.txt",
            "a.ü",
        ] {
            assert!(!by_name(text), "{text}");
        }
    }
}
