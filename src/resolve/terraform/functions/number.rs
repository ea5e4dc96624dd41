//! Functions of numbers.

use super::super::value::number;
use super::Args;
use crate::format::Node;

pub(super) fn call(name: &str, args: &Args) -> Option<Node> {
    let numbers: Option<Vec<f64>> = args
        .nodes
        .iter()
        .flat_map(Node::one_or_many)
        .map(Node::as_f64)
        .collect();
    let numbers = numbers?;
    let first = *numbers.first()?;
    let value = match name {
        "tonumber" => first,
        "min" => numbers.iter().copied().fold(first, f64::min),
        "max" => numbers.iter().copied().fold(first, f64::max),
        "sum" => numbers.iter().sum(),
        "abs" => first.abs(),
        "ceil" => first.ceil(),
        "floor" => first.floor(),
        _ => return None,
    };
    value.is_finite().then(|| number(args.span, value))
}
