//! Lists within conditions: what can be gone through, and what `exists`, `all` and `filter` become.

use super::check::{Builder, Built, Element, tied, wrong};
use super::program::{Collection, Range, Term, Test};
use super::syntax::{Macro, macro_of};
use crate::model::{FieldKind, Noun};
use cel::common::ast::{ComprehensionExpr, Expr, IdedExpr, LiteralValue};

impl Builder {
    /// A node that can be gone through, and what its elements are.
    pub(super) fn collection(&mut self, at: &IdedExpr) -> Built<(Collection, Element)> {
        self.deeper(at, |builder| builder.collection_of(at))
    }

    fn collection_of(&mut self, at: &IdedExpr) -> Built<(Collection, Element)> {
        match &at.expr {
            Expr::Ident(name) if self.variable(name).is_none() => match tied(name) {
                Some(noun) if self.on != Noun::Setting => {
                    Ok((Collection::Tied(noun), Element::Noun(noun)))
                }
                _ => wrong(at, format!("no list is named `{name}`{}", self.names())),
            },
            Expr::Select(select) if !select.test => match self.field(at, select)? {
                (path, FieldKind::Texts) => Ok((Collection::Texts(path), Element::Text)),
                (path, _) => wrong(at, format!("`{}` is no set", path.field)),
            },
            Expr::List(list) => {
                let mut texts = Vec::with_capacity(list.elements.len());
                for element in &list.elements {
                    match &element.expr {
                        Expr::Literal(LiteralValue::String(text)) => {
                            texts.push(text.inner().to_owned());
                        }
                        _ => return wrong(element, "only a list of texts can be gone through"),
                    }
                }
                Ok((Collection::Listed(texts), Element::Text))
            }
            Expr::Comprehension(inner) => match macro_of(inner) {
                Some((Macro::Filter, body)) => {
                    let (from, element) = self.collection(&inner.iter_range)?;
                    let (_, test) = self.within(at, &inner.iter_var, element, body)?;
                    Ok((Collection::Kept(Box::new(from), Box::new(test)), element))
                }
                _ => wrong(at, "is no list"),
            },
            _ => wrong(at, "is no list"),
        }
    }

    pub(super) fn comprehension(
        &mut self,
        at: &IdedExpr,
        inner: &ComprehensionExpr,
    ) -> Built<Test> {
        let Some((which, body)) = macro_of(inner) else {
            return wrong(
                at,
                "of the list functions there are exists, exists_one, all and filter",
            );
        };
        if which == Macro::Filter {
            return wrong(
                at,
                "a filtered list is no condition: ask its size, exists or all",
            );
        }
        let (over, element) = self.collection(&inner.iter_range)?;
        let (slot, test) = self.within(at, &inner.iter_var, element, body)?;
        if which == Macro::One {
            let kept = Collection::Kept(Box::new(over), Box::new(test));
            return Ok(Test::Same(
                Term::Size(Box::new(kept), slot),
                Term::Number(1.0),
            ));
        }
        let range = Box::new(Range { over, slot, test });
        Ok(match which {
            Macro::Every => Test::Every(range),
            _ => Test::Exists(range),
        })
    }

    /// A test in which one more variable is bound, and the slot it is bound in.
    fn within(
        &mut self,
        at: &IdedExpr,
        variable: &str,
        element: Element,
        body: &IdedExpr,
    ) -> Built<(usize, Test)> {
        let slot = self.slot(at)?;
        if Noun::of(variable).is_some() || tied(variable).is_some() {
            return wrong(at, format!("`{variable}` already means something"));
        }
        self.variables.push((variable.to_owned(), element));
        let test = self.test(body);
        self.variables.pop();
        Ok((slot, test?))
    }
}
