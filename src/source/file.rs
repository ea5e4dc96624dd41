//! Opens files that a repository names: never through a link, never waiting for a pipe's other end, never past a limit.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::Path;

/// Opens for reading; a link is an error and a pipe does not block.
///
/// # Errors
/// The operating system's.
pub fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt;
        const OPEN_REPARSE_POINT: u32 = 0x0020_0000;
        options.custom_flags(OPEN_REPARSE_POINT);
    }
    options.open(path)
}

/// Fills a buffer with the bytes of a file from a place on.
///
/// # Errors
/// The operating system's; an unexpected end when the file has fewer.
#[cfg(unix)]
pub fn read_at(file: &File, into: &mut [u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, at)
}

/// Fills a buffer with the bytes of a file from a place on.
///
/// # Errors
/// The operating system's; an unexpected end when the file has fewer.
#[cfg(windows)]
pub fn read_at(file: &File, mut into: &mut [u8], mut at: u64) -> std::io::Result<()> {
    while !into.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, into, at)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => {
                into = &mut into[count..];
                at += count as u64;
            }
        }
    }
    Ok(())
}

/// All bytes of a file of whatever content; none when there are more than `limit`.
///
/// # Errors
/// The operating system's.
pub fn whole(path: &Path, limit: u64) -> std::io::Result<Option<Vec<u8>>> {
    let file = open(path)?;
    let mut bytes = Vec::new();
    let most = limit.saturating_add(1);
    (&file).take(most).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// The operating system's words without its error number, in lower case.
#[must_use]
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string().to_lowercase();
    text.split(" (os error")
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_carry_no_error_number() {
        let error = std::fs::read("/nonexistent/tenure").unwrap_err();
        assert_eq!(reason(&error), "no such file or directory");
    }
}
