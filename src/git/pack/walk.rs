//! Walks families: a whole object, and all that is made of it, depth first. The unit that threads share.

use super::super::delta::{self, Copy};
use super::{Kind, LOOSE, NONE, Object, Store};
use libdeflater::Decompressor;

/// How an object came about.
#[derive(Debug)]
pub enum Made<'a, S> {
    /// Stored whole.
    Whole,
    /// From an object that was visited before, with what the visitor made of it.
    From {
        /// What [`Visit::visit`] returned for the base.
        base: &'a S,
        /// Bytes taken over, in the order of the result; what lies between them is new.
        copies: &'a [Copy],
    },
}

/// What looks at objects.
pub trait Visit {
    /// What is kept of an object while others are made of it.
    type State;
    /// Looks at an object.
    fn visit(&mut self, index: u32, bytes: &[u8], made: Made<'_, Self::State>) -> Self::State;
    /// Is told of an object that could not be read.
    fn lost(&mut self, index: u32, reason: &str);
}

/// Bytes of one object past which it is left out.
const LARGEST: usize = 256 << 20;
/// Bytes that a family may hold at a time.
const HELD: usize = 1 << 30;

struct Frame<S> {
    bytes: Vec<u8>,
    state: S,
    children: std::ops::Range<usize>,
}

impl Store<'_> {
    /// The whole objects of a kind, those with the largest families first.
    #[must_use]
    pub fn families(&self, kind: Kind) -> Vec<u32> {
        let mut weights = vec![0u64; self.objects.len()];
        for index in 0..self.objects.len() {
            let (mut at, mut steps) = (index, 0);
            while self.objects[at].base != NONE && steps < 4096 {
                at = self.objects[at].base as usize;
                steps += 1;
            }
            weights[at] += u64::from(self.objects[index].size);
        }
        let mut roots: Vec<u32> = (0..self.objects.len())
            .filter(|&at| self.objects[at].base == NONE && self.objects[at].kind == kind)
            .filter_map(|at| u32::try_from(at).ok())
            .collect();
        roots.sort_by_key(|&root| (std::cmp::Reverse(weights[root as usize]), root));
        roots
    }

    /// Marks of objects that are wanted or that something wanted is made of.
    #[must_use]
    pub fn needed(&self, wanted: impl Fn(u32) -> bool) -> Vec<bool> {
        let mut needed = vec![false; self.objects.len()];
        for index in 0..self.objects.len() {
            let (mut at, mut steps) = (index, 0);
            if !u32::try_from(index).is_ok_and(&wanted) {
                continue;
            }
            while !needed[at] && steps <= super::DEEPEST {
                needed[at] = true;
                steps += 1;
                match self.objects[at].base {
                    NONE => break,
                    base => at = base as usize,
                }
            }
        }
        needed
    }

    /// Visits the objects of a family that are `needed`.
    pub fn family<V: Visit>(&self, root: u32, needed: &[bool], visit: &mut V) {
        if !needed[root as usize] {
            return;
        }
        let mut inflate = Decompressor::new();
        let mut stack: Vec<Frame<V::State>> = Vec::new();
        let (mut copies, mut buffer, mut held) = (Vec::new(), Vec::new(), 0);
        match self.whole(root, &mut inflate) {
            Ok(bytes) => {
                let state = visit.visit(root, &bytes, Made::Whole);
                held += bytes.len();
                stack.push(Frame {
                    bytes,
                    state,
                    children: self.children(root),
                });
            }
            Err(reason) => return self.lose(root, needed, reason, visit),
        }
        while let Some(frame) = stack.last_mut() {
            let Some(slot) = frame.children.next() else {
                held -= frame.bytes.len();
                stack.pop();
                continue;
            };
            let child = self.children[slot];
            if !needed[child as usize] {
                continue;
            }
            let object = &self.objects[child as usize];
            let made = self
                .inflate(object, &mut inflate, &mut buffer)
                .and_then(|()| {
                    let room = LARGEST.min(HELD.saturating_sub(held));
                    if delta::result_size(&buffer).is_some_and(|size| size > room) {
                        return Err("it is too large");
                    }
                    delta::apply(&frame.bytes, &buffer, room, &mut copies)
                        .ok_or("its delta is damaged")
                });
            match made {
                Ok(bytes) => {
                    let base = &frame.state;
                    let copies = &copies;
                    let state = visit.visit(child, &bytes, Made::From { base, copies });
                    let children = self.children(child);
                    if !children.is_empty() {
                        held += bytes.len();
                        stack.push(Frame {
                            bytes,
                            state,
                            children,
                        });
                    }
                }
                Err(reason) => self.lose(child, needed, reason, visit),
            }
        }
    }

    /// An object that could not be read takes with it what is made of it.
    fn lose<V: Visit>(&self, index: u32, needed: &[bool], reason: &str, visit: &mut V) {
        let mut open = vec![index];
        while let Some(index) = open.pop() {
            if needed[index as usize] {
                visit.lost(index, reason);
                open.extend(&self.children[self.children(index)]);
            }
        }
    }

    fn whole(&self, index: u32, inflate: &mut Decompressor) -> Result<Vec<u8>, &'static str> {
        let object = &self.objects[index as usize];
        if object.size as usize > LARGEST {
            return Err("it is too large");
        }
        if object.pack == LOOSE {
            let read = self.repository.odb.read(object.id);
            return read
                .map(|object| object.data().to_vec())
                .map_err(|_| "it is damaged");
        }
        let mut bytes = Vec::new();
        self.inflate(object, inflate, &mut bytes)?;
        Ok(bytes)
    }

    /// Inflates what is stored of an object into the buffer.
    fn inflate(
        &self,
        object: &Object,
        inflate: &mut Decompressor,
        buffer: &mut Vec<u8>,
    ) -> Result<(), &'static str> {
        let size = object.size as usize;
        let range = usize::try_from(object.start)
            .ok()
            .zip(usize::try_from(object.end).ok());
        let pack = self.packs.get(usize::from(object.pack));
        let stored = range
            .zip(pack)
            .and_then(|((start, end), pack)| pack.get(start..end))
            .ok_or("it is damaged")?;
        // Nothing deflates to less than a thousandth: more is a lie that would cost memory.
        if size > LARGEST || size / 1100 > stored.len() {
            return Err("it is too large");
        }
        buffer.clear();
        buffer.resize(size, 0);
        match inflate.zlib_decompress(stored, buffer) {
            Ok(length) if length == size => Ok(()),
            _ => Err("it is damaged"),
        }
    }
}
