//! Walks families: a whole object, and all that is made of it, depth first. The unit that threads share.

use super::super::delta::{self, Copy};
use super::file::Window;
use super::{Kind, LOOSE, NONE, Store};
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
/// Bytes from which on a family is begun before others.
const LARGE: u64 = 4 << 20;
/// Buffers that a thread keeps, and bytes past which it keeps none.
const SPARE: usize = 8;
const LARGEST_SPARE: usize = 1 << 20;

struct Frame<S> {
    bytes: Vec<u8>,
    state: S,
    children: std::ops::Range<usize>,
}

impl Store<'_> {
    /// The whole objects of a kind: those with the largest families first, so that threads end together, then the others as
    /// they lie in their packs.
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
        roots.sort_by_key(|&root| (std::cmp::Reverse(weights[root as usize].max(LARGE)), root));
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
}

/// One thread's way through families, with the buffers it needs.
pub struct Walk<'s, 'r> {
    store: &'s Store<'r>,
    needed: &'s [bool],
    inflate: Decompressor,
    window: Window,
    delta: Vec<u8>,
    copies: Vec<Copy>,
    /// Buffers of objects that are done with.
    spare: Vec<Vec<u8>>,
}

impl std::fmt::Debug for Walk<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Walk").finish_non_exhaustive()
    }
}

impl<'s, 'r> Walk<'s, 'r> {
    /// Will visit objects that are `needed`.
    #[must_use]
    pub fn new(store: &'s Store<'r>, needed: &'s [bool]) -> Self {
        Self {
            store,
            needed,
            inflate: Decompressor::new(),
            window: Window::default(),
            delta: Vec::new(),
            copies: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Visits a whole object and all that is made of it.
    pub fn family<V: Visit>(&mut self, root: u32, visit: &mut V) {
        if !self.needed[root as usize] {
            return;
        }
        let mut stack: Vec<Frame<V::State>> = Vec::new();
        let mut held = 0;
        match self.whole(root) {
            Ok(bytes) => {
                let state = visit.visit(root, &bytes, Made::Whole);
                held += bytes.len();
                stack.push(Frame {
                    bytes,
                    state,
                    children: self.store.children(root),
                });
            }
            Err(reason) => return self.lose(root, reason, visit),
        }
        while let Some(mut frame) = stack.pop() {
            let Some(slot) = frame.children.next() else {
                held -= frame.bytes.len();
                self.keep(frame.bytes);
                continue;
            };
            let child = self.store.children[slot];
            let mut made = None;
            if self.needed[child as usize] {
                match self.made(child, &frame.bytes, HELD.saturating_sub(held)) {
                    Ok(bytes) => {
                        let (base, copies) = (&frame.state, &self.copies[..]);
                        let state = visit.visit(child, &bytes, Made::From { base, copies });
                        made = Some((bytes, state));
                    }
                    Err(reason) => self.lose(child, reason, visit),
                }
            }
            // A base goes before what its last child is a base of, so that a chain holds two of its objects at a time.
            match frame.children.is_empty() {
                true => {
                    held -= frame.bytes.len();
                    self.keep(frame.bytes);
                }
                false => stack.push(frame),
            }
            let Some((bytes, state)) = made else {
                continue;
            };
            let children = self.store.children(child);
            if children.is_empty() {
                self.keep(bytes);
                continue;
            }
            held += bytes.len();
            stack.push(Frame {
                bytes,
                state,
                children,
            });
        }
    }

    /// Keeps a buffer for the next object.
    fn keep(&mut self, bytes: Vec<u8>) {
        if self.spare.len() < SPARE && bytes.capacity() <= LARGEST_SPARE {
            self.spare.push(bytes);
        }
    }

    /// An object that could not be read takes with it what is made of it.
    fn lose<V: Visit>(&self, index: u32, reason: &str, visit: &mut V) {
        let mut open = vec![index];
        while let Some(index) = open.pop() {
            if self.needed[index as usize] {
                visit.lost(index, reason);
                open.extend(&self.store.children[self.store.children(index)]);
            }
        }
    }

    /// An object that is stored as it is.
    fn whole(&mut self, index: u32) -> Result<Vec<u8>, &'static str> {
        let object = &self.store.objects[index as usize];
        if object.size as usize > LARGEST {
            return Err("it is too large");
        }
        if object.pack == LOOSE {
            let read = self.store.repository.odb.read(object.id);
            return read
                .map(|object| object.data().to_vec())
                .map_err(|_| "it is damaged");
        }
        let mut bytes = self.spare.pop().unwrap_or_default();
        self.inflate(index, &mut bytes)?;
        Ok(bytes)
    }

    /// An object that is stored as a change of another, in no more bytes than there is room for.
    fn made(&mut self, index: u32, base: &[u8], room: usize) -> Result<Vec<u8>, &'static str> {
        let mut delta = std::mem::take(&mut self.delta);
        let read = self.inflate(index, &mut delta);
        self.delta = delta;
        read?;
        let room = LARGEST.min(room);
        if delta::result_size(&self.delta).is_some_and(|size| size > room) {
            return Err("it is too large");
        }
        let mut bytes = self.spare.pop().unwrap_or_default();
        delta::apply(base, &self.delta, room, &mut self.copies, &mut bytes)
            .ok_or("its delta is damaged")?;
        Ok(bytes)
    }

    /// Inflates what is stored of an object into the buffer.
    fn inflate(&mut self, index: u32, buffer: &mut Vec<u8>) -> Result<(), &'static str> {
        let object = &self.store.objects[index as usize];
        let size = object.size as usize;
        let stored = self
            .window
            .get(
                &self.store.packs,
                usize::from(object.pack),
                object.start..object.end,
            )
            .ok_or("it is damaged")?;
        // Nothing deflates to less than a thousandth: more is a lie that would cost memory.
        if size > LARGEST || size / 1100 > stored.len() {
            return Err("it is too large");
        }
        // What is left of the last object is written over.
        if buffer.len() < size {
            buffer.resize(size, 0);
        }
        buffer.truncate(size);
        match self.inflate.zlib_decompress(stored, buffer) {
            Ok(length) if length == size => Ok(()),
            _ => Err("it is damaged"),
        }
    }
}
