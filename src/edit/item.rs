//! Finds items of a list by their bytes, where the list keeps others: a subject of a binding, a member, a principal. They go
//! alone, with their commas or their lines.

use super::removal::{self, Page};
use crate::format::{Node, Value};
use rustc_hash::FxHashSet;
use std::ops::Range;

impl Page {
    /// What is to go so that these items of lists go, each given by exactly its bytes. None where one of them is no item, or a
    /// list would keep none. An item with lines of its own goes with them, one that shares a line goes with a comma.
    #[must_use]
    pub fn items(&self, ats: &[Range<usize>]) -> Option<Vec<Range<usize>>> {
        let mut cuts = Vec::new();
        let mut done: FxHashSet<usize> = FxHashSet::default();
        let wanted: FxHashSet<&Range<usize>> = ats.iter().collect();
        for at in ats {
            let mut roots = self.document.roots.iter();
            let items = roots.find_map(|root| list(root, at))?;
            if done.insert(items[0].span.range().start) {
                cuts.extend(cut(&self.text, items, &wanted)?);
            }
        }
        Some(cuts)
    }
}

/// What goes of one list.
fn cut(text: &str, items: &[Node], wanted: &FxHashSet<&Range<usize>>) -> Option<Vec<Range<usize>>> {
    let goes = |at: usize| {
        items
            .get(at)
            .is_some_and(|item| wanted.contains(&item.span.range()))
    };
    if (0..items.len()).all(goes) {
        return None;
    }
    let mut cuts = Vec::new();
    let mut at = 0;
    while at < items.len() {
        if !goes(at) {
            at += 1;
            continue;
        }
        if let Some(unit) = removal::lines_alone(text, items[at].span.range()) {
            cuts.push(unit.lines);
            at += 1;
            continue;
        }
        let shares = |at: &usize| {
            let alone = || removal::lines_alone(text, items[*at].span.range()).is_some();
            goes(*at) && !alone()
        };
        let end = (at..items.len()).take_while(shares).count() + at;
        let own = items[at].span.range().start..written(text, &items[end - 1]).end;
        let lines = match (at.checked_sub(1), items.get(end)) {
            (Some(before), _) => written(text, &items[before]).end..own.end,
            (None, Some(next)) => own.start..next.span.range().start,
            (None, None) => return None,
        };
        // Between two items of one list stand a comma and blanks, else it is not understood.
        let between = [&text[lines.start..own.start], &text[own.end..lines.end]].concat();
        if between.trim() != "," {
            return None;
        }
        cuts.push(lines);
        at = end;
    }
    Some(cuts)
}

/// The innermost list of several items of which one covers these bytes.
fn list<'n>(node: &'n Node, at: &Range<usize>) -> Option<&'n [Node]> {
    if let Value::List(items) = &node.value
        && items.len() > 1
        && items.iter().any(|item| item.span.range() == *at)
    {
        return Some(items);
    }
    let around = |child: &&Node| {
        let span = child.span.range();
        span.start <= at.start && at.end <= span.end
    };
    node.children()
        .into_iter()
        .filter(around)
        .find_map(|child| list(child, at))
}

/// The bytes of an item without the blanks that end them.
fn written(text: &str, item: &Node) -> Range<usize> {
    let range = item.span.range();
    let kept = text[range.clone()].trim_end().len();
    range.start..range.start + kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::without;

    /// The text without the items that these words are.
    fn gone(path: &str, text: &str, words: &[&str]) -> Option<String> {
        let place = |word: &&str| text.find(*word).map(|start| start..start + word.len());
        let ats: Option<Vec<_>> = words.iter().map(place).collect();
        let page = Page::read(path, text).ok()?;
        Some(without(text, page.items(&ats?)?))
    }

    fn cut(path: &str, text: &str, word: &str) -> Option<String> {
        gone(path, text, &[word])
    }

    #[test]
    fn an_item_on_a_line_with_others_goes_with_its_comma() {
        let text = "resource \"a\" \"x\" {\n  members = [\"one\", \"two\",\"three\"] # who\n}\n";
        for (word, left) in [
            ("\"one\"", "[\"two\",\"three\"]"),
            ("\"two\"", "[\"one\",\"three\"]"),
            ("\"three\"", "[\"one\", \"two\"]"),
        ] {
            let expected = text.replace("[\"one\", \"two\",\"three\"]", left);
            assert_eq!(cut("m.tf", text, word), Some(expected), "{word}");
        }
        let json = "{\"a\": [1, \"x\"]}";
        assert_eq!(
            cut("a.json", json, "\"x\""),
            Some("{\"a\": [1]}".to_owned())
        );
        let yaml = "subjects: [{kind: User, name: a}, {kind: User, name: b}]\nother: 1\n";
        assert_eq!(
            cut("k.yaml", yaml, "{kind: User, name: a}"),
            Some("subjects: [{kind: User, name: b}]\nother: 1\n".to_owned())
        );
    }

    #[test]
    fn an_item_with_lines_of_its_own_goes_with_them_and_its_comments() {
        let text = "resource \"a\" \"x\" {\n  members = [\n    \"one\",\n    # theirs\n    \"two\" # why\n  ]\n}\n";
        assert_eq!(
            cut("m.tf", text, "\"two\""),
            Some("resource \"a\" \"x\" {\n  members = [\n    \"one\"\n  ]\n}\n".to_owned())
        );
    }

    #[test]
    fn neighbours_go_together() {
        let text = "a = [\"one\", \"two\", \"three\", \"four\"]\n";
        let left = |words: &[&str]| gone("m.tf", text, words);
        let some = |left: &str| Some(format!("a = [{left}]\n"));
        assert_eq!(left(&["\"one\"", "\"two\""]), some("\"three\", \"four\""));
        assert_eq!(left(&["\"three\"", "\"four\""]), some("\"one\", \"two\""));
        assert_eq!(left(&["\"four\"", "\"one\"", "\"three\""]), some("\"two\""));
        assert_eq!(left(&["\"four\"", "\"one\"", "\"three\"", "\"two\""]), None);
    }

    #[test]
    fn an_only_item_is_none() {
        assert_eq!(cut("m.tf", "a = [\"one\"]\n", "\"one\""), None);
        assert_eq!(cut("m.tf", "a = \"one\"\n", "\"one\""), None);
        let two = "a = [\"one\", /* why */ \"two\"]\n";
        assert_eq!(
            cut("m.tf", two, "\"one\""),
            None,
            "a comment is nobody's to drop"
        );
    }
}
