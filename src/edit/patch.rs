//! A change of files as a patch that `git apply` takes, and the patch that takes it back.

use std::path::Path;

/// The patch from old to new texts; an empty new text removes its file. Paths are relative to the repository's root.
///
/// # Errors
/// What git says of a file.
pub fn patch(changes: &[(String, String, String)]) -> Result<String, String> {
    let mut text = String::new();
    for (path, old, new) in changes {
        text.push_str(&one(path, old, new)?);
    }
    Ok(text)
}

/// The patch that takes a change back.
///
/// # Errors
/// What git says of a file.
pub fn inverse(changes: &[(String, String, String)]) -> Result<String, String> {
    let back: Vec<(String, String, String)> = changes
        .iter()
        .map(|(path, old, new)| (path.clone(), new.clone(), old.clone()))
        .collect();
    patch(&back)
}

fn one(path: &str, old: &str, new: &str) -> Result<String, String> {
    match (old.is_empty(), new.is_empty()) {
        (true, true) => Ok(String::new()),
        (false, true) => Ok(whole(path, old, '-')),
        (true, false) => Ok(whole(path, new, '+')),
        (false, false) => {
            let say = |error: git2::Error| format!("{path}: {}", error.message());
            let name = Some(Path::new(path));
            let (old, new) = (old.as_bytes(), new.as_bytes());
            let mut patch = git2::Patch::from_buffers(old, name, new, name, None).map_err(say)?;
            let text = patch.to_buf().map_err(say)?;
            Ok(String::from_utf8_lossy(&text).into_owned())
        }
    }
}

/// A file that goes or comes as a whole.
fn whole(path: &str, text: &str, sign: char) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let count = lines.len();
    let (mode, from, to, range) = match sign {
        '-' => (
            "deleted file mode 100644",
            format!("a/{path}"),
            "/dev/null".to_owned(),
            format!("-1,{count} +0,0"),
        ),
        _ => (
            "new file mode 100644",
            "/dev/null".to_owned(),
            format!("b/{path}"),
            format!("-0,0 +1,{count}"),
        ),
    };
    let mut out =
        format!("diff --git a/{path} b/{path}\n{mode}\n--- {from}\n+++ {to}\n@@ {range} @@\n");
    for line in lines {
        out.push(sign);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
    out
}
