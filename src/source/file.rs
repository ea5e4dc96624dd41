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
