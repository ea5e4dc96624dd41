//! Folders in paths of the tree: forward slashes, relative to its root, which is the empty path.

/// The folder of a path.
#[must_use]
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
#[must_use]
pub fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// A path as seen from a folder, without `.` and `..`; none when it leads out of the tree.
#[must_use]
pub fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_joined_and_kept_inside() {
        assert_eq!(
            join("envs/prod", "../../modules/a/"),
            Some("modules/a".into())
        );
        assert_eq!(join("", "./m"), Some("m".into()));
        assert_eq!(join("a", ".."), Some(String::new()));
        assert_eq!(join("a", "../../b"), None);
    }

    #[test]
    fn a_file_of_the_root_lies_in_the_empty_folder() {
        assert_eq!((folder("a/b/c"), file_name("a/b/c")), ("a/b", "c"));
        assert_eq!((folder("c"), file_name("c")), ("", "c"));
    }
}
