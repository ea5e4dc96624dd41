//! Writes files so that an interrupted run leaves the old ones whole, and never through a link that lies in wait.

use super::Failure;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes beside the target and renames. What is no regular file, such as a pipe or `/dev/null`, is written to as it is.
pub(super) fn whole(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let fail =
        |error: std::io::Error| Failure::Usage(format!("cannot write {}: {error}", path.display()));
    if std::fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
        let mut file = OpenOptions::new().write(true).open(path).map_err(fail)?;
        return fill(&mut file).and_then(|()| file.flush()).map_err(fail);
    }
    let (part, file) = Part::beside(path).map_err(fail)?;
    let mut writer = std::io::BufWriter::new(file);
    fill(&mut writer)
        .and_then(|()| writer.flush())
        .and_then(|()| std::fs::rename(&part.0, path))
        .map_err(fail)
}

/// A file that is not finished. It goes when the work ends before it was renamed.
struct Part(PathBuf);

impl Part {
    /// A new file in the folder of another.
    fn beside(path: &Path) -> std::io::Result<(Self, File)> {
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".{}.part", std::process::id()));
        let part = path.with_file_name(name);
        let new = || OpenOptions::new().write(true).create_new(true).open(&part);
        let file = new().or_else(|_| {
            // Left by a run of the same number that was cut off; a link is taken away, not followed.
            std::fs::remove_file(&part)?;
            new()
        })?;
        Ok((Self(part), file))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Not there any more when it was renamed.
        drop(std::fs::remove_file(&self.0));
    }
}

/// As [`whole`], with the folders above the file made first.
pub(super) fn text(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            Failure::Usage(format!("cannot make {}: {error}", folder.display()))
        })?;
    }
    whole(path, |file| file.write_all(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_file_stays_until_the_new_one_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        text(&path, "old").unwrap();
        let cut = whole(&path, |file| {
            file.write_all(b"half")?;
            Err(std::io::ErrorKind::Interrupted.into())
        });
        assert!(cut.is_err());
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        assert_eq!(read(&path), "old");
        whole(&path, |file| file.write_all(b"new")).unwrap();
        assert_eq!(read(&path), "new");
        let left = std::fs::read_dir(dir.path()).unwrap().count();
        assert_eq!(left, 1, "no unfinished file is left");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_written_through_and_a_device_stays() {
        let dir = tempfile::tempdir().unwrap();
        let other = dir.path().join("other");
        std::fs::write(&other, "keep").unwrap();
        let part = format!(".a.txt.{}.part", std::process::id());
        std::os::unix::fs::symlink(&other, dir.path().join(part)).unwrap();
        let path = dir.path().join("a.txt");
        std::os::unix::fs::symlink(&other, &path).unwrap();
        text(&path, "new").unwrap();
        assert_eq!(std::fs::read_to_string(&other).unwrap(), "keep");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        whole(Path::new("/dev/null"), |file| file.write_all(b"x")).unwrap();
        assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
    }
}
