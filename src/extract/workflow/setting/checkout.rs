//! Whether a checkout leaves its token in the workspace.

use super::super::step::Step;
use super::Place;
use crate::extract::read;
use crate::format::{Node, Remark, Value};
use crate::model::Fact;

/// The switch of every checkout: on where nothing is written; `text` is `uploaded` where a later step uploads the whole
/// workspace.
pub(super) fn look(step: &Step<'_>, after: &[&Step<'_>], place: &mut Place<'_>) {
    if !step.is("actions/checkout") {
        return;
    }
    let found = place.add("persist_credentials", step.head());
    let with = step.node.get("with");
    found.flag = match read::flag(step.input("persist-credentials").map(|entry| &entry.value)) {
        Fact::Absent if with.is_some_and(is_computed) => Fact::Unknown(with.map(|with| with.span)),
        Fact::Absent => Fact::Default(true),
        Fact::Unknown(span) if !step.is_open("persist-credentials") => {
            Fact::Known(true, span.unwrap_or_default())
        }
        fact => fact,
    };
    let upload = after.iter().find(|step| uploads_all(step));
    if let Some(upload) = upload.filter(|_| !beside_workspace(step, place.remarks)) {
        let last = place.settings.last_mut();
        if let Some(found) = last {
            found.text = Fact::Known("uploaded".into(), upload.head());
        }
    }
}

/// Whether a step uploads the workspace as it is.
fn uploads_all(step: &Step<'_>) -> bool {
    let whole = |line: &str| {
        let line = line.trim();
        let workspace = line.starts_with("${{") && line.contains("github.workspace");
        matches!(line, "." | "./" | ".." | "../") || (workspace && line.ends_with("}}"))
    };
    let path = step.input("path").and_then(|entry| entry.value.as_str());
    step.is("actions/upload-artifact") && path.is_some_and(|path| path.lines().any(whole))
}

/// Whether the inputs as a whole come from elsewhere.
fn is_computed(with: &Node) -> bool {
    matches!(with.value, Value::String(_) | Value::Expr(_))
}

/// Whether the checkout is one of version 6 or later, which keeps the token beside the workspace: by its tag, or by the comment
/// that names the tag of a commit. <https://github.com/actions/checkout/releases/tag/v6.0.0>
fn beside_workspace(step: &Step<'_>, remarks: &[Remark]) -> bool {
    let Some(uses) = step.node.get("uses") else {
        return false;
    };
    let tag = uses.as_str().and_then(|text| text.split_once('@'));
    let comment = remarks
        .iter()
        .find(|remark| remark.beside == uses.span)
        .map(|remark| remark.text.as_str());
    let tags = tag.map(|(_, tag)| tag).into_iter().chain(comment);
    tags.filter_map(major).any(|major| major >= 6)
}

/// The first number of `v6.0.1`.
fn major(tag: &str) -> Option<u32> {
    let number = tag.trim().strip_prefix('v')?;
    number.split(['.', ' ']).next()?.parse().ok()
}
