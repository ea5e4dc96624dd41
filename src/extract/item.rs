//! One item of a declaration, and what its attribute paths lead to: where resource tables and policies read.

mod place;

pub(super) use place::Place;

use super::run::Run;
use super::scalar::Scalar;
use crate::format::Declaration;
use crate::rule::resource::{Base, Path};
use crate::source::Span;

/// The item a noun is made of.
#[derive(Debug)]
pub(super) struct Item<'r, 'a> {
    /// What may be looked up.
    pub(super) run: &'r Run<'a>,
    /// The declaration.
    pub(super) declaration: &'a Declaration,
    /// The item of `each`, else the whole.
    pub(super) place: Place<'a>,
}

impl<'r, 'a> Item<'r, 'a> {
    /// A declaration as one item.
    pub(super) fn whole(run: &'r Run<'a>, declaration: &'a Declaration) -> Self {
        Self {
            run,
            declaration,
            place: Place::root(declaration),
        }
    }

    /// The places of a path.
    pub(super) fn places(&self, path: &Path) -> Vec<Place<'a>> {
        place::walk(self.declaration, &self.place, path)
    }

    /// The values at a path, empty ones left out.
    pub(super) fn scalars(&self, path: &Path) -> Vec<Scalar> {
        let head = self.declaration.head;
        let own = |text: &str| vec![Scalar::Text(text.into(), head)];
        match path.base {
            Base::Address => own(&self.declaration.address),
            Base::Name => own(&self.declaration.name),
            Base::Namespace => match &self.declaration.scope.namespace {
                Some(namespace) => own(namespace),
                None => Vec::new(),
            },
            Base::Key => match self.place.entry {
                Some(entry) => vec![Scalar::Text(entry.key.clone(), entry.key_span)],
                None => Vec::new(),
            },
            Base::Item | Base::Declaration | Base::Holder(_) => self
                .places(path)
                .iter()
                .map(|place| {
                    if place.hidden {
                        Scalar::Unknown(place.node.span)
                    } else {
                        Scalar::of(place.node)
                    }
                })
                .filter(|scalar| *scalar != Scalar::Empty)
                .collect(),
        }
    }

    /// The innermost key that is written on the way to a value which is not.
    pub(super) fn nearest(&self, path: &Path) -> Option<Span> {
        place::nearest(self.declaration, &self.place, path)
    }
}
