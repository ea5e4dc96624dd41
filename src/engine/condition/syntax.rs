//! From text to CEL's syntax tree, and from a node of the tree back to its place in the text.
//!
//! The crate's second parser takes 5 us where its first takes 100, but keeps no offsets; so the first is asked only when
//! a mistake was found and needs a place.

use super::Mistake;
use super::check::Wrong;
use cel::common::ast::{ComprehensionExpr, Expr, IdedExpr, LiteralValue, operators};
use cel::parser::{ParseErrors, Parser, PrattParser};

/// Longest condition that is read, in bytes.
const LONGEST: usize = 4 * 1024;

/// Deepest nesting of a condition.
const DEEPEST: u16 = 48;

/// Parses a condition.
pub(super) fn parse(text: &str) -> Result<IdedExpr, Mistake> {
    if text.len() > LONGEST {
        return Err(Mistake {
            offset: LONGEST,
            message: format!("a condition may have at most {LONGEST} bytes"),
        });
    }
    PrattParser::new()
        .max_recursion_depth(DEEPEST)
        .parse(text)
        .map_err(|errors| first(text, &errors))
}

fn first(text: &str, errors: &ParseErrors) -> Mistake {
    let Some(error) = errors.errors.first() else {
        return Mistake {
            offset: 0,
            message: "does not parse".to_owned(),
        };
    };
    let line = usize::try_from(error.pos.0).unwrap_or(1).max(1) - 1;
    let column = usize::try_from(error.pos.1).unwrap_or(1).max(1) - 1;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let message = error.msg.trim_start_matches("Syntax error: ");
    Mistake {
        offset: (start + column).min(text.len()),
        message: format!("does not parse: {message}"),
    }
}

/// The offset of the mistake that `find` sees in the tree; 0 when the tree cannot be made again.
pub(super) fn offset(text: &str, find: impl FnOnce(&IdedExpr) -> Option<Wrong>) -> usize {
    let Ok((tree, source)) = Parser::new()
        .max_recursion_depth(DEEPEST)
        .parse_with_source_info(text)
    else {
        return 0;
    };
    find(&tree)
        .and_then(|wrong| source.offset_for(wrong.node))
        .map_or(0, |(start, _)| start as usize)
}

/// CEL's list macros, recognised in what its parser makes of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Macro {
    Exists,
    Every,
    One,
    Filter,
}

/// Which macro a comprehension was written as, and the test it asks of each element.
pub(super) fn macro_of(inner: &ComprehensionExpr) -> Option<(Macro, &IdedExpr)> {
    let Expr::Call(step) = &inner.loop_step.expr else {
        return None;
    };
    match (step.func_name.as_str(), step.args.as_slice()) {
        (operators::LOGICAL_OR, [_, body]) => Some((Macro::Exists, body)),
        (operators::LOGICAL_AND, [_, body]) => Some((Macro::Every, body)),
        (operators::CONDITIONAL, [body, then, _]) => match &inner.accu_init.expr {
            Expr::Literal(LiteralValue::Int(_)) => Some((Macro::One, body)),
            _ => keeps(then, &inner.iter_var).then_some((Macro::Filter, body)),
        },
        _ => None,
    }
}

/// Whether a step adds the element itself, as `filter` does and a `map` with a condition does not.
fn keeps(step: &IdedExpr, variable: &str) -> bool {
    let Expr::Call(add) = &step.expr else {
        return false;
    };
    let Some(Expr::List(list)) = add.args.get(1).map(|arg| &arg.expr) else {
        return false;
    };
    matches!(list.elements.as_slice(), [one] if matches!(&one.expr, Expr::Ident(name) if name == variable))
}
