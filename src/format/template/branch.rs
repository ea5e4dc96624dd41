//! Branches: of `if`, `else` and `end` only one is ever written.

use super::{Action, Kind};
use std::ops::Range;

/// What lies in second and later branches, from each first `else` to the end of its control; outermost only, in order.
pub(super) fn later(actions: &[Action]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    // For every open control, where its first `else` stands.
    let mut open: Vec<Option<usize>> = Vec::new();
    for action in actions {
        match action.kind {
            Kind::Control => open.push(None),
            Kind::Else => {
                if let Some(branch) = open.last_mut() {
                    branch.get_or_insert(action.range.start);
                }
            }
            Kind::End => {
                if let Some(Some(start)) = open.pop() {
                    let range = start..action.range.end;
                    while found.last().is_some_and(|inner| inner.start >= range.start) {
                        found.pop();
                    }
                    found.push(range);
                }
            }
            Kind::Output | Kind::Note => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::action::scan;
    use super::*;

    #[test]
    fn finds_what_only_one_of_several_writes() {
        let text =
            "{{if a}}1{{else}}2{{if b}}3{{else}}4{{end}}{{end}}{{with c}}5{{end}}{{end}}{{else}}";
        let found: Vec<&str> = later(&scan(text))
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, ["{{else}}2{{if b}}3{{else}}4{{end}}{{end}}"]);
    }
}
