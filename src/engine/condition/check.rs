//! From CEL's syntax tree to a checked condition: resolves every name against the model's shape, and lets no operand meet
//! another of the wrong kind. What passes here can fail later only for want of a limit.

use super::expression::Expressions;
use super::field::field_of;
use super::function;
use super::program::{Asked, Base, DEPTH, Path, Term, Test};
use super::value::Order;
use crate::model::{FieldKind, Noun};
use cel::common::ast::{CallExpr, Expr, IdedExpr, ListExpr, LiteralValue, SelectExpr, operators};

/// A mistake at a node of the syntax tree.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) node: u64,
    pub(super) message: String,
}

/// What kind of value a term has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Text,
    Flag,
    Number,
    Day,
    /// Seconds.
    Length,
    /// A limit: a number or a length, whatever it meets.
    Limit,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Text => "a text",
            Kind::Flag => "a switch",
            Kind::Number => "a number",
            Kind::Day => "a day",
            Kind::Length => "a length of time",
            Kind::Limit => "a limit",
        }
    }
}

/// What a variable of `exists`, `all` or `filter` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Text,
    Noun(Noun),
}

/// The names in scope while a condition is checked.
pub(super) struct Builder {
    pub(super) on: Noun,
    pub(super) variables: Vec<(String, Element)>,
    pub(super) expressions: Expressions,
    depth: usize,
}

/// Deepest nesting of a condition that is checked.
const DEEPEST: usize = 64;

pub(super) type Built<T> = Result<T, Wrong>;

/// The checked condition of a syntax tree about a noun.
pub(super) fn build(tree: &IdedExpr, on: Noun, expressions: Expressions) -> Built<Test> {
    Builder {
        on,
        variables: Vec::new(),
        expressions,
        depth: 0,
    }
    .test(tree)
}

pub(super) fn wrong<T>(at: &IdedExpr, message: impl Into<String>) -> Built<T> {
    Err(Wrong {
        node: at.id,
        message: message.into(),
    })
}

impl Builder {
    /// A node that holds or does not.
    pub(super) fn test(&mut self, at: &IdedExpr) -> Built<Test> {
        self.deeper(at, |builder| builder.test_of(at))
    }

    /// Goes one level deeper, or says that this is too deep.
    pub(super) fn deeper<T>(
        &mut self,
        at: &IdedExpr,
        go: impl FnOnce(&mut Self) -> Built<T>,
    ) -> Built<T> {
        if self.depth == DEEPEST {
            return wrong(at, "is nested too deep");
        }
        self.depth += 1;
        let built = go(self);
        self.depth -= 1;
        built
    }

    fn test_of(&mut self, at: &IdedExpr) -> Built<Test> {
        match &at.expr {
            Expr::Literal(LiteralValue::Boolean(holds)) => Ok(Test::Constant(*holds.inner())),
            Expr::Call(call) => self.call(at, call),
            Expr::Comprehension(comprehension) => self.comprehension(at, comprehension),
            Expr::Select(select) if select.test => {
                let (path, _) = self.field(at, select)?;
                Ok(Test::Asked(Asked::Present, path))
            }
            _ => match self.term(at)? {
                (term, Kind::Flag) => Ok(Test::Flag(term)),
                (_, kind) => wrong(at, format!("{} is no condition", kind.word())),
            },
        }
    }

    fn call(&mut self, at: &IdedExpr, call: &CallExpr) -> Built<Test> {
        let order = match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_AND, args) => {
                return self.chain(args, operators::LOGICAL_AND).map(Test::All);
            }
            (operators::LOGICAL_OR, args) => {
                return self.chain(args, operators::LOGICAL_OR).map(Test::Any);
            }
            (operators::LOGICAL_NOT, [inner]) => {
                return Ok(Test::Not(Box::new(self.test(inner)?)));
            }
            (operators::CONDITIONAL, [condition, then, otherwise]) => {
                return Ok(Test::Choose(Box::new([
                    self.test(condition)?,
                    self.test(then)?,
                    self.test(otherwise)?,
                ])));
            }
            (operators::EQUALS, [a, b]) => return self.same(at, a, b),
            (operators::NOT_EQUALS, [a, b]) => {
                return Ok(Test::Not(Box::new(self.same(at, a, b)?)));
            }
            (operators::IN, [item, list]) => return self.among(item, list),
            (operators::LESS, [_, _]) => Order::Less,
            (operators::LESS_EQUALS, [_, _]) => Order::LessOrSame,
            (operators::GREATER, [_, _]) => Order::More,
            (operators::GREATER_EQUALS, [_, _]) => Order::MoreOrSame,
            _ => return function::test(self, at, call),
        };
        let (a, b, kind) = self.pair(at, &call.args[0], &call.args[1])?;
        match kind {
            Kind::Number | Kind::Length | Kind::Day | Kind::Limit => Ok(Test::Ordered(a, order, b)),
            Kind::Text | Kind::Flag | Kind::Null => {
                wrong(at, format!("{} is not ordered", kind.word()))
            }
        }
    }

    /// `a && (b && c)` as one list.
    fn chain(&mut self, args: &[IdedExpr], operator: &str) -> Built<Vec<Test>> {
        let mut tests = Vec::with_capacity(args.len());
        for arg in args {
            match &arg.expr {
                Expr::Call(call) if call.func_name == operator => {
                    tests.extend(self.chain(&call.args, operator)?);
                }
                _ => tests.push(self.test(arg)?),
            }
        }
        Ok(tests)
    }

    fn same(&mut self, at: &IdedExpr, a: &IdedExpr, b: &IdedExpr) -> Built<Test> {
        let (a, b, _) = self.pair(at, a, b)?;
        Ok(Test::Same(a, b))
    }

    /// Two operands of one kind, and that kind.
    fn pair(&mut self, at: &IdedExpr, a: &IdedExpr, b: &IdedExpr) -> Built<(Term, Term, Kind)> {
        let (mut left, mut left_kind) = self.term(a)?;
        let (mut right, mut right_kind) = self.term(b)?;
        if left_kind == Kind::Text {
            (left, left_kind) = function::read(a, left, right_kind)?;
        }
        if right_kind == Kind::Text {
            (right, right_kind) = function::read(b, right, left_kind)?;
        }
        match (left_kind, right_kind) {
            (Kind::Null, kind) | (kind, Kind::Null) => Ok((left, right, kind)),
            (Kind::Limit | Kind::Number, kind @ Kind::Length)
            | (kind @ Kind::Length, Kind::Limit | Kind::Number)
            | (Kind::Limit, kind @ Kind::Number)
            | (kind @ Kind::Number, Kind::Limit) => Ok((left, right, kind)),
            (a, b) if a == b => Ok((left, right, a)),
            (a, b) => wrong(
                at,
                format!("{} cannot be compared with {}", a.word(), b.word()),
            ),
        }
    }

    fn among(&mut self, item: &IdedExpr, list: &IdedExpr) -> Built<Test> {
        let Expr::List(ListExpr { elements, .. }) = &list.expr else {
            return function::member(self, item, list);
        };
        let (term, kind) = self.term(item)?;
        let mut terms = Vec::with_capacity(elements.len());
        for element in elements {
            let (found, found_kind) = self.term(element)?;
            if found_kind != kind && found_kind != Kind::Null {
                let message = format!(
                    "{} is never {}, which the list holds",
                    kind.word(),
                    found_kind.word()
                );
                return wrong(element, message);
            }
            terms.push(found);
        }
        Ok(Test::Among(term, terms))
    }

    /// A node with a value, and of what kind.
    pub(super) fn term(&mut self, at: &IdedExpr) -> Built<(Term, Kind)> {
        self.deeper(at, |builder| builder.term_of(at))
    }

    fn term_of(&mut self, at: &IdedExpr) -> Built<(Term, Kind)> {
        match &at.expr {
            Expr::Literal(literal) => literal_of(at, literal),
            Expr::Ident(name) => self.name(at, name),
            Expr::Select(select) if !select.test => {
                let (path, kind) = self.field(at, select)?;
                let kind = match kind {
                    FieldKind::Text => Kind::Text,
                    FieldKind::Flag => Kind::Flag,
                    FieldKind::Number => Kind::Number,
                    FieldKind::Day => Kind::Day,
                    FieldKind::Length => Kind::Length,
                    FieldKind::Texts => {
                        let message = format!(
                            "`{}` is a set: ask contains, lacks, any_match, size, exists or all",
                            path.field
                        );
                        return wrong(at, message);
                    }
                };
                Ok((Term::Field(path), kind))
            }
            Expr::Call(call) => function::term(self, at, call),
            _ => wrong(at, "is no value"),
        }
    }

    fn name(&self, at: &IdedExpr, name: &str) -> Built<(Term, Kind)> {
        if let Some((slot, element)) = self.variable(name) {
            return match element {
                Element::Text => Ok((Term::Bound(slot), Kind::Text)),
                Element::Noun(noun) => {
                    wrong(at, format!("`{name}` is a {}: ask a field", noun.word()))
                }
            };
        }
        if name == "linked" {
            return Ok((Term::Linked, Kind::Text));
        }
        if Noun::of(name).is_some() {
            return wrong(at, format!("`{name}` is a noun: ask a field"));
        }
        if tied(name).is_some() {
            return wrong(at, format!("`{name}` is a list: ask exists, all or size"));
        }
        wrong(at, format!("nothing is named `{name}`{}", self.names()))
    }

    pub(super) fn names(&self) -> String {
        match self.on {
            Noun::Identity => {
                "; there are identity, linked, credentials, grants, trusts, usages".to_owned()
            }
            Noun::Setting => "; there is setting".to_owned(),
            on => format!(
                "; there are {}, identity, linked, credentials, grants, trusts, usages",
                on.word()
            ),
        }
    }

    pub(super) fn variable(&self, name: &str) -> Option<(usize, Element)> {
        self.variables
            .iter()
            .enumerate()
            .rev()
            .find(|(_, (variable, _))| variable == name)
            .map(|(slot, (_, element))| (slot, *element))
    }

    /// The field a selection names.
    pub(super) fn field(&self, at: &IdedExpr, select: &SelectExpr) -> Built<(Path, FieldKind)> {
        let Expr::Ident(name) = &select.operand.expr else {
            return wrong(at, "only a noun has fields, one step deep");
        };
        let (base, noun) = match (self.variable(name), Noun::of(name)) {
            (Some((slot, Element::Noun(noun))), _) => (Base::Bound(slot), noun),
            (Some((_, Element::Text)), _) => {
                return wrong(at, format!("`{name}` is a text and has no fields"));
            }
            (None, Some(noun)) if noun == self.on => (Base::Subject, noun),
            (None, Some(Noun::Identity)) if self.on != Noun::Setting => {
                (Base::Identity, Noun::Identity)
            }
            (None, _) => {
                let message = format!("nothing is named `{name}`{}", self.names());
                return wrong(&select.operand, message);
            }
        };
        match field_of(noun, &select.field) {
            Ok((field, kind)) => Ok((Path { base, field }, kind)),
            Err(message) => wrong(at, message),
        }
    }

    /// The next free slot.
    pub(super) fn slot(&self, at: &IdedExpr) -> Built<usize> {
        if self.variables.len() < DEPTH {
            Ok(self.variables.len())
        } else {
            wrong(at, format!("more than {DEPTH} lists within each other"))
        }
    }
}

/// The noun of a list of an identity's neighbours.
pub(super) fn tied(name: &str) -> Option<Noun> {
    match name {
        "credentials" => Some(Noun::Credential),
        "grants" => Some(Noun::Grant),
        "trusts" => Some(Noun::Trust),
        "usages" => Some(Noun::Usage),
        _ => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no count or length in a rule comes near 2^53"
)]
fn literal_of(at: &IdedExpr, literal: &LiteralValue) -> Built<(Term, Kind)> {
    Ok(match literal {
        LiteralValue::Boolean(flag) => (Term::Flag(*flag.inner()), Kind::Flag),
        LiteralValue::Double(number) => (Term::Number(*number.inner()), Kind::Number),
        LiteralValue::Int(number) => (Term::Number(*number.inner() as f64), Kind::Number),
        LiteralValue::UInt(number) => (Term::Number(*number.inner() as f64), Kind::Number),
        LiteralValue::Null => (Term::Null, Kind::Null),
        LiteralValue::String(text) => (Term::Text(text.inner().to_owned()), Kind::Text),
        LiteralValue::Bytes(_) => return wrong(at, "bytes mean nothing here"),
    })
}
