//! Ways as drawings: a Mermaid flowchart for a page on a forge, a Graphviz graph for everything else. Ways that share a step
//! share its node; those that read the same are drawn once.

use super::way::{Step, Way, once};
use crate::report::clean;
use std::collections::BTreeSet;
use std::io::{Result, Write};

/// A flowchart.
pub(super) fn mermaid(ways: &[Way], out: &mut dyn Write) -> Result<()> {
    let (nodes, edges) = graph(ways);
    writeln!(out, "flowchart LR")?;
    for node in &nodes {
        let (open, close) = match node.0.as_str() {
            name if name.starts_with("identity") => ("([", "])"),
            name if name.starts_with("grant") => ("{{", "}}"),
            _ => ("[", "]"),
        };
        writeln!(out, "  {}{open}\"{}\"{close}", node.0, entities(&node.1))?;
    }
    for (from, label, to) in &edges {
        match label.as_str() {
            "" => writeln!(out, "  {from} --> {to}")?,
            label => writeln!(out, "  {from} -->|\"{}\"| {to}", entities(label))?,
        }
    }
    Ok(())
}

/// A graph.
pub(super) fn dot(ways: &[Way], out: &mut dyn Write) -> Result<()> {
    let (nodes, edges) = graph(ways);
    writeln!(out, "digraph tenure {{\n  rankdir=LR;\n  node [shape=box];")?;
    for node in &nodes {
        let shape = match node.0.as_str() {
            name if name.starts_with("identity") => ", shape=ellipse",
            name if name.starts_with("grant") => ", shape=octagon",
            _ => "",
        };
        writeln!(out, "  {} [label=\"{}\"{shape}];", node.0, quoted(&node.1))?;
    }
    for (from, label, to) in &edges {
        match label.as_str() {
            "" => writeln!(out, "  {from} -> {to};")?,
            label => writeln!(out, "  {from} -> {to} [label=\"{}\"];", quoted(label))?,
        }
    }
    writeln!(out, "}}")
}

type Node = (String, String);
type Edge = (String, String, String);

/// Nodes and edges. How a job signs in stands on the edge that leaves it.
fn graph(ways: &[Way]) -> (BTreeSet<Node>, BTreeSet<Edge>) {
    let (mut nodes, mut edges) = (BTreeSet::new(), BTreeSet::new());
    for (way, _) in once(ways) {
        let mut before: Option<String> = None;
        let mut label = String::new();
        for (at, step) in way.steps.iter().enumerate() {
            if at > 0 && step.node == "usage" {
                label.clone_from(&step.label);
                continue;
            }
            let name = name(step);
            let text = match at {
                0 => format!("{} (started by {})", step.label, way.starter()),
                _ => step.label.clone(),
            };
            nodes.insert((name.clone(), text));
            if let Some(before) = before.replace(name.clone()) {
                edges.insert((before, std::mem::take(&mut label), name));
            }
        }
    }
    (nodes, edges)
}

fn name(step: &Step) -> String {
    format!("{}{}", step.node, step.number)
}

/// Text in a Mermaid label: what would end the label or be read as markup is an entity.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean::line(text).chars() {
        match c {
            '"' => out.push_str("#quot;"),
            '#' => out.push_str("#35;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            '`' => out.push_str("#96;"),
            '\\' => out.push_str("#92;"),
            c => out.push(c),
        }
    }
    out
}

/// Text in a quoted string of Graphviz.
fn quoted(text: &str) -> String {
    clean::line(text).replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_label() {
        assert_eq!(entities("a\"]<b>#\n"), "a#quot;]#lt;b#gt;#35; ");
        assert_eq!(quoted("a\"; x \\"), "a\\\"; x \\\\");
    }
}
