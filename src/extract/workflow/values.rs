//! What the holes of a text can stand for: inputs given by callers, `env` above, the job's matrix.

use super::expression::{Expression, Piece, parse, pieces};
use super::matrix;
use crate::format::{Node, Value};
use crate::source::Span;
use compact_str::CompactString;
use rustc_hash::FxHashMap;
use std::cell::Cell;

/// More alternatives than these are not followed.
const MOST: usize = 32;

/// A `format` whose pattern and value, one times the other, have more characters than this is not followed: one within the other
/// they grow by as much each time.
const LENGTH: usize = 64 * 1024;

/// More parts of expressions than these are not followed for one value: each may name another value many times.
const STEPS: usize = 200;

/// Values of values of values end here.
const DEPTH: usize = 6;

/// A literal and where it is written.
pub(super) type Literal = (CompactString, Span);

/// What is known where a step runs.
#[derive(Clone, Default)]
pub(super) struct Values<'a> {
    /// What callers give, by the input's name in lower case.
    pub(super) inputs: FxHashMap<CompactString, Vec<Literal>>,
    /// The `env` maps above, outermost first.
    pub(super) envs: Vec<&'a Node>,
    /// The job's matrix.
    pub(super) matrix: Option<&'a Node>,
}

/// How far values are still followed: into one another, and in all.
#[derive(Clone, Copy)]
struct Reach<'c> {
    depth: usize,
    steps: &'c Cell<usize>,
}

impl Reach<'_> {
    /// Takes a step; none is left where it is false.
    fn step(self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
    }
}

impl<'a> Values<'a> {
    /// The same, within a map that may bring its own `env`.
    pub(super) fn within(&self, node: &'a Node) -> Values<'a> {
        let mut values = self.clone();
        values.envs.extend(node.get("env"));
        values
    }

    /// The texts a node can stand for; a hole that cannot be followed stays in the text.
    pub(super) fn resolve(&self, node: &Node) -> Vec<Literal> {
        match node.scalar() {
            Some(text) => {
                let steps = Cell::new(STEPS);
                let reach = Reach {
                    depth: DEPTH,
                    steps: &steps,
                };
                self.fill(&text, node.span, reach)
            }
            None => Vec::new(),
        }
    }

    /// The texts an expression can stand for; none where it cannot be followed.
    pub(super) fn of(&self, expression: &Expression) -> Vec<Literal> {
        let steps = Cell::new(STEPS);
        let reach = Reach {
            depth: DEPTH,
            steps: &steps,
        };
        self.expression(expression, reach)
    }

    fn fill(&self, text: &str, span: Span, reach: Reach<'_>) -> Vec<Literal> {
        let pieces = pieces(text);
        if let [Piece::Hole { inner, .. }] = pieces.as_slice() {
            let found = self.hole(inner, reach);
            return match found.is_empty() {
                true => vec![(text.into(), span)],
                false => found,
            };
        }
        let mut texts = vec![CompactString::default()];
        for piece in pieces {
            let next: Vec<CompactString> = match piece {
                Piece::Plain(plain) => vec![plain.into()],
                Piece::Hole { inner, whole } => {
                    let found = self.hole(inner, reach);
                    match found.is_empty() {
                        true => vec![whole.into()],
                        false => found.into_iter().map(|(text, _)| text).collect(),
                    }
                }
            };
            texts = texts
                .iter()
                .flat_map(|start| next.iter().map(move |end| join(start, end)))
                .take(MOST)
                .collect();
        }
        texts.into_iter().map(|text| (text, span)).collect()
    }

    fn hole(&self, inner: &str, reach: Reach<'_>) -> Vec<Literal> {
        match parse(inner) {
            Some(expression) if reach.depth > 0 => self.expression(&expression, reach),
            _ => Vec::new(),
        }
    }

    fn expression(&self, expression: &Expression, reach: Reach<'_>) -> Vec<Literal> {
        let literal = |text: &CompactString| vec![(text.clone(), Span::default())];
        if !reach.step() {
            return Vec::new();
        }
        match expression {
            Expression::Text(text) => literal(text),
            // `a && 'x' || 'y'` is how people write a choice.
            Expression::Or(left, right) => {
                let mut found = self.expression(left, reach);
                found.extend(self.expression(right, reach));
                found.retain(|(text, _)| !text.is_empty());
                found.truncate(MOST);
                found
            }
            Expression::And(_, right) => self.expression(right, reach),
            Expression::Call(name, arguments) if name == "format" => self.format(arguments, reach),
            Expression::Context(path) => {
                let keys: Option<Vec<&str>> = path.iter().map(Option::as_deref).collect();
                keys.map(|keys| self.context(&keys, reach))
                    .unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// `format('a{0}b', x)` where what goes in has one value each.
    fn format(&self, arguments: &[Expression], reach: Reach<'_>) -> Vec<Literal> {
        let [Expression::Text(pattern), arguments @ ..] = arguments else {
            return Vec::new();
        };
        let mut text = pattern.to_string();
        for (at, argument) in arguments.iter().enumerate() {
            match self.expression(argument, reach).as_slice() {
                [(value, _)] if text.len().saturating_mul(value.len()) <= LENGTH => {
                    text = text.replace(&format!("{{{at}}}"), value);
                }
                _ => return Vec::new(),
            }
        }
        vec![(text.into(), Span::default())]
    }

    fn context(&self, path: &[&str], reach: Reach<'_>) -> Vec<Literal> {
        match path {
            ["inputs", name] | ["github", "event", "inputs", name] => {
                self.inputs.get(*name).cloned().unwrap_or_default()
            }
            ["env", name] => self.env(name, reach),
            ["matrix", first, rest @ ..] => self.cell(first, rest),
            _ => Vec::new(),
        }
    }

    fn env(&self, name: &str, reach: Reach<'_>) -> Vec<Literal> {
        let entry = self.envs.iter().rev().find_map(|env| {
            env.entries()
                .iter()
                .find(|entry| entry.key.eq_ignore_ascii_case(name))
        });
        let Some(entry) = entry else {
            return Vec::new();
        };
        match entry.value.scalar() {
            Some(text) => {
                let below = Reach {
                    depth: reach.depth.saturating_sub(1),
                    ..reach
                };
                let found = self.fill(&text, entry.value.span, below);
                let is_open = |text: &str| text.contains("${{") && pieces(text).len() == 1;
                found
                    .into_iter()
                    .filter(|(text, _)| !is_open(text))
                    .collect()
            }
            None => Vec::new(),
        }
    }

    /// Values of a matrix key, in the combinations that the job runs.
    fn cell(&self, first: &str, rest: &[&str]) -> Vec<Literal> {
        let Some(matrix) = self.matrix else {
            return Vec::new();
        };
        matrix::cells(matrix, first, rest)
            .into_iter()
            .filter(|node| !matches!(&node.value, Value::String(text) if text.contains("${{")))
            .filter_map(|node| Some((node.scalar()?, node.span)))
            .take(MOST)
            .collect()
    }
}

fn join(start: &str, end: &str) -> CompactString {
    let mut text = CompactString::from(start);
    text.push_str(end);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Limits, claim};
    use crate::source::BlobId;

    fn texts(values: &Values<'_>, text: &str) -> Vec<String> {
        let node = Node::string(Span::default(), text);
        let found = values.resolve(&node).into_iter();
        found.map(|(text, _)| text.to_string()).collect()
    }

    #[test]
    fn names_that_stand_for_each_other_many_times_end() {
        let chain = |next: &str| vec![format!("env.{next}"); 50].join(" || ");
        let format = claim("w.yml", b"").expect("YAML is claimed");
        let env: String = (0..8)
            .map(|at| format!("  A{at}: ${{{{ {} }}}}\n", chain(&format!("A{}", at + 1))))
            .collect();
        let text = format!("env:\n{env}  A8: x\n");
        let document = format.parse(BlobId(0), "w.yml", &text, Limits::default());
        let values = Values::default().within(&document.roots[0]);
        assert!(texts(&values, "${{ env.A0 }}").len() <= MOST);
        assert_eq!(texts(&values, "${{ env.A7 }}"), vec!["x"; MOST]);
    }

    #[test]
    fn holes_are_filled_from_inputs_env_and_matrix() {
        let text = "env: {ROLE: 'arn:x:role/${{ inputs.name }}', SELF: '${{ env.SELF }}'}\n\
                    matrix: {stage: [dev, prod], include: [{stage: qa, role: q}]}\n";
        let format = claim("w.yml", b"").expect("YAML is claimed");
        let document = format.parse(BlobId(0), "w.yml", text, Limits::default());
        let root = &document.roots[0];
        let mut values = Values {
            matrix: root.get("matrix"),
            ..Values::default()
        };
        values
            .inputs
            .insert("name".into(), vec![("ci".into(), Span::default())]);
        let values = values.within(root);
        assert_eq!(texts(&values, "${{ env.ROLE }}"), ["arn:x:role/ci"]);
        assert_eq!(
            texts(&values, "r-${{ matrix.stage }}"),
            ["r-dev", "r-prod", "r-qa"]
        );
        assert_eq!(texts(&values, "${{ matrix.role }}"), ["q"]);
        assert_eq!(texts(&values, "a/${{ vars.X }}/b"), ["a/${{ vars.X }}/b"]);
        assert_eq!(texts(&values, "${{ inputs.role || 'r' }}"), ["r"]);
        assert_eq!(
            texts(
                &values,
                "${{ github.ref == 'refs/heads/main' && 'p' || 'd' }}"
            ),
            ["p", "d"]
        );
        assert_eq!(texts(&values, "${{ env.SELF }}"), ["${{ env.SELF }}"]);
    }
}
