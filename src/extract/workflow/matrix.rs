//! The combinations a job's matrix makes: the product of its lists without what `exclude` takes out, and what `include`
//! adds.
//!
//! <https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations>

use crate::format::{Entry, Node};

/// More combinations than these are not told apart: nothing is excluded then.
const MOST: usize = 1024;

/// The nodes that `matrix.FIRST.REST...` can be.
pub(super) fn cells<'a>(matrix: &'a Node, first: &str, rest: &[&str]) -> Vec<&'a Node> {
    let listed = key(matrix, first).map_or(&[][..], Node::one_or_many);
    let included = matrix
        .all("include")
        .filter_map(|entry| key(entry, first))
        .filter(|node| !node.is_empty());
    let kept = listed.iter().filter(|node| survives(matrix, first, node));
    kept.chain(included)
        .filter_map(|node| rest.iter().try_fold(node, |node, name| key(node, name)))
        .collect()
}

/// A key of a map, whatever its case.
fn key<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    let mut entries = node.entries().iter();
    let found = entries.find(|entry| entry.key.eq_ignore_ascii_case(name));
    found.map(|entry| &entry.value)
}

/// Whether a value of a list is in any combination that is not excluded.
fn survives(matrix: &Node, first: &str, value: &Node) -> bool {
    let excludes: Vec<&Node> = matrix.all("exclude").collect();
    if excludes.is_empty() {
        return true;
    }
    let lists: Vec<(&str, &[Node])> = matrix
        .entries()
        .iter()
        .filter(|entry| !matches!(entry.key.as_str(), "include" | "exclude"))
        .filter(|entry| !entry.key.eq_ignore_ascii_case(first))
        .map(|entry| (entry.key.as_str(), entry.value.one_or_many()))
        .collect();
    let count = lists
        .iter()
        .try_fold(1_usize, |count, (_, list)| count.checked_mul(list.len()));
    let Some(count) = count.filter(|count| *count <= MOST) else {
        return true;
    };
    (0..count).any(|mut number| {
        let mut combination = vec![(first, value)];
        for (name, list) in &lists {
            combination.push((name, &list[number % list.len()]));
            number /= list.len();
        }
        !excludes.iter().any(|exclude| takes(exclude, &combination))
    })
}

/// Whether every key of an exclusion is in the combination with the same value.
fn takes(exclude: &Node, combination: &[(&str, &Node)]) -> bool {
    let entries = exclude.entries();
    let same = |entry: &Entry| {
        let own = combination
            .iter()
            .find(|(name, _)| entry.key.eq_ignore_ascii_case(name));
        own.is_some_and(|(_, node)| covers(&entry.value, node))
    };
    !entries.is_empty() && entries.iter().all(same)
}

/// Whether a value is what an exclusion asks for; of a map it may ask for a part.
fn covers(asked: &Node, own: &Node) -> bool {
    match (asked.scalar(), own.scalar()) {
        (Some(asked), Some(own)) => asked == own,
        (None, None) if !asked.entries().is_empty() => asked.entries().iter().all(|entry| {
            own.get(&entry.key)
                .is_some_and(|own| covers(&entry.value, own))
        }),
        _ => match (asked.as_list(), own.as_list()) {
            (Some(asked), Some(own)) => {
                asked.len() == own.len() && asked.iter().zip(own).all(|(a, b)| covers(a, b))
            }
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Limits, claim};
    use crate::source::BlobId;

    fn found(text: &str) -> Vec<String> {
        let format = claim("m.yml", b"").expect("YAML is claimed");
        let document = format.parse(BlobId(0), "m.yml", text, Limits::default());
        let cells = cells(&document.roots[0], "os", &[]);
        let texts = cells.iter().filter_map(|node| node.scalar());
        texts.map(|text| text.to_string()).collect()
    }

    #[test]
    fn what_is_excluded_everywhere_is_gone() {
        assert_eq!(found("os: [a, b]\nexclude: [{os: a}]\n"), ["b"]);
        assert_eq!(
            found("os: [a, b]\nv: [1, 2]\nexclude: [{os: a, v: 1}]\n"),
            ["a", "b"]
        );
        assert_eq!(
            found("os: [a, b]\nv: [1, 2]\nexclude: [{os: a, v: 1}, {os: a, v: 2}]\n"),
            ["b"]
        );
        assert_eq!(found("os: [a]\ninclude: [{os: c}, {v: 3}]\n"), ["a", "c"]);
    }
}
