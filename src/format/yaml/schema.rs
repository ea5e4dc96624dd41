//! The schemas of custom resources: megabytes that say what other objects may look like, and nothing of any object. They
//! are left out of the tree, which is the difference between seconds and none on the manifests of an operator.

use std::ops::Range;

/// What is left of a document: that of a custom resource's definition ends before its `spec`, where nothing but a
/// `status` comes after.
pub(super) fn without(text: &str, range: Range<usize>) -> Range<usize> {
    let document = &text[range.clone()];
    let kind = "\nkind: CustomResourceDefinition";
    let ends = |after: &str| after.is_empty() || after.starts_with(['\n', '\r', ' ']);
    let defines = memchr::memmem::find(document.as_bytes(), kind.as_bytes())
        .is_some_and(|at| ends(&document[at + kind.len()..]));
    let spec = defines
        .then(|| memchr::memmem::find(document.as_bytes(), b"\nspec:"))
        .flatten();
    match spec {
        Some(at) if only_spec(&document[at + "\nspec:".len()..]) => {
            range.start..range.start + at + 1
        }
        _ => range,
    }
}

/// Whether no key but `status` stands at the start of a line.
fn only_spec(rest: &str) -> bool {
    memchr::memchr_iter(b'\n', rest.as_bytes()).all(|at| {
        let line = &rest[at + 1..];
        let inside = line.starts_with([' ', '#', '\n', '\r', '-', '.']);
        inside || line.is_empty() || line.starts_with("status:")
    })
}

#[cfg(test)]
mod tests {
    use super::without;

    fn left(text: &str) -> &str {
        &text[without(text, 0..text.len())]
    }

    #[test]
    fn only_what_a_definition_defines_is_left_out() {
        let head = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: a\n";
        let spec = "spec:\n  names: {}\n# note\n  versions:\n  - name: v1\n";
        assert_eq!(left(&format!("{head}{spec}")), head);
        assert_eq!(left(&format!("{head}{spec}status:\n  a: 1\n")), head);
        for whole in [
            format!("{head}{spec}metadata2:\n  name: a\n"),
            format!("{head}{spec}{{{{ end }}}}\n"),
            "kind: CustomResourceDefinitionList\nspec: 1\n".to_owned(),
            "a: 1\nkind: CustomResourceDefinitions\nspec: 1\n".to_owned(),
            "a: 1\nkind: ConfigMap\nspec: 1\n".to_owned(),
        ] {
            assert_eq!(left(&whole), whole);
        }
    }
}
