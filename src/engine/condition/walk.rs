//! Goes through lists and sets: the elements that are known, and whether they are all there are.

use super::program::{Base, Collection, Range};
use super::run::{Element, Frame};
use super::value::Range as Bounds;
use super::{Fault, Truth};
use crate::model::{Field, Noun};
use crate::source::Span;

impl Range {
    pub(super) fn witness(&self, frame: &Frame<'_>, field: &str) -> Option<Span> {
        let mut over = &self.over;
        let mut kept = Vec::new();
        while let Collection::Kept(from, test) = over {
            kept.push(test);
            over = from;
        }
        let Collection::Texts(path) = over else {
            return None;
        };
        if path.base != Base::Subject || path.field != field {
            return None;
        }
        let Field::Texts(set) = frame.field(*path)? else {
            return None;
        };
        let satisfies = |text| {
            let frame = frame.with(self.slot, Element::Text(text));
            let all = kept.iter().map(|test| &***test).chain([&self.test]);
            all.into_iter()
                .all(|test| test.truth(&frame) == Ok(Truth::True))
        };
        set.items
            .iter()
            .find(|(text, _)| satisfies(text.as_str()))
            .map(|(_, span)| *span)
    }

    pub(super) fn exists(&self, frame: &Frame<'_>) -> Result<Truth, Fault> {
        let mut result = Truth::False;
        let complete = self.over.walk(self.slot, frame, &mut |frame, counted| {
            result = result.or(counted.and(self.test.truth(frame)?));
            Ok(result != Truth::True)
        })?;
        Ok(if complete {
            result
        } else {
            result.or(Truth::Unknown)
        })
    }

    pub(super) fn every(&self, frame: &Frame<'_>) -> Result<Truth, Fault> {
        let mut result = Truth::True;
        let complete = self.over.walk(self.slot, frame, &mut |frame, counted| {
            result = result.and(counted.not().or(self.test.truth(frame)?));
            Ok(result != Truth::False)
        })?;
        Ok(if complete {
            result
        } else {
            result.and(Truth::Unknown)
        })
    }
}

/// Called with each element and whether it counts; says whether to go on.
type Visit<'f> = &'f mut dyn FnMut(&Frame<'_>, Truth) -> Result<bool, Fault>;

impl Collection {
    /// Goes through the elements that are known; says whether they are all there are.
    fn walk(&self, slot: usize, frame: &Frame<'_>, visit: Visit<'_>) -> Result<bool, Fault> {
        match self {
            Collection::Tied(noun) => tied(*noun, slot, frame, visit),
            Collection::Texts(path) => match frame.field(*path) {
                Some(Field::Texts(set)) => {
                    for text in set.texts() {
                        if !visit(&frame.with(slot, Element::Text(text)), Truth::True)? {
                            break;
                        }
                    }
                    Ok(set.complete)
                }
                _ => Ok(false),
            },
            Collection::Listed(texts) => {
                for text in texts {
                    if !visit(&frame.with(slot, Element::Text(text)), Truth::True)? {
                        break;
                    }
                }
                Ok(true)
            }
            Collection::Kept(from, test) => {
                from.walk(
                    slot,
                    frame,
                    &mut |frame, counted| match counted.and(test.truth(frame)?) {
                        Truth::False => Ok(true),
                        counted => visit(frame, counted),
                    },
                )
            }
        }
    }

    pub(super) fn size(&self, slot: usize, frame: &Frame<'_>) -> Result<Bounds, Fault> {
        let (mut least, mut most) = (0.0, 0.0);
        let complete = self.walk(slot, frame, &mut |_, counted| {
            most += 1.0;
            if counted == Truth::True {
                least += 1.0;
            }
            Ok(true)
        })?;
        if !complete {
            most = f64::INFINITY;
        }
        Ok(Bounds { least, most })
    }
}

fn tied(noun: Noun, slot: usize, frame: &Frame<'_>, visit: Visit<'_>) -> Result<bool, Fault> {
    let Some(identity) = frame.scope.identity() else {
        return Ok(false);
    };
    for subject in frame.scope.estate.tied(noun, identity.id) {
        if !visit(&frame.with(slot, Element::Noun(subject)), Truth::True)? {
            break;
        }
    }
    Ok(true)
}
