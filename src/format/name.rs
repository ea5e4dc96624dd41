//! File names as formats look at them.

use crate::source::folder::file_name;

/// Endings that say how a file is made or used, not what it holds.
const WRAPPED: &[&str] = &[
    ".tpl",
    ".tmpl",
    ".gotmpl",
    ".tftpl",
    ".j2",
    ".jinja",
    ".jinja2",
    ".erb",
    ".template",
    ".dist",
    ".example",
    ".sample",
];

/// The last part of a path in lower case, without the ending of a template or an example.
pub(super) fn of(path: &str) -> String {
    let name = full(path);
    let bare = WRAPPED
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .filter(|bare| !bare.is_empty());
    bare.map_or(name.clone(), str::to_owned)
}

/// The last part of a path in lower case.
pub(super) fn full(path: &str) -> String {
    file_name(path).to_ascii_lowercase()
}
