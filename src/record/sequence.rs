//! A persistent sequence: a wide tree of chunks that versions share.
//!
//! Owns the structure behind lists, dicts, sets and queues of records. Cloning is one
//! reference count; pushing, setting and cutting the end off cost the path to one chunk
//! (O(log n)) when another version shares it, and next to nothing when none does. It
//! refuses to know what its items mean: `Part` tells only how an item is taken apart.
//!
//! Chunks have 32 items or 32 children; all leaves are at the same height, and only the
//! last chunk of a level may be part full.

use std::slice;
use std::sync::Arc;

use super::{Record, debris};

const BITS: u32 = 5;
const WIDTH: usize = 1 << BITS;

/// What a sequence can hold.
pub trait Part: Clone {
    /// Whether dropping it can reach further records.
    fn is_deep(&self) -> bool {
        false
    }

    /// Hands over the records inside, for a drop that does not recurse.
    fn shed(self, _rest: &mut Vec<Record>) {}
}

impl Part for Record {
    fn is_deep(&self) -> bool {
        Record::is_deep(self)
    }

    fn shed(self, rest: &mut Vec<Record>) {
        rest.push(self);
    }
}

/// A persistent sequence of `T`.
pub struct Sequence<T: Part>(Option<Arc<Tree<T>>>);

#[derive(Clone)]
struct Tree<T: Part> {
    len: usize,
    /// How many levels of branches lie above the leaves.
    height: u32,
    root: Chunk<T>,
}

#[derive(Clone)]
enum Chunk<T: Part> {
    Leaf(Vec<T>),
    Branch(Vec<Arc<Chunk<T>>>),
}

impl<T: Part> Sequence<T> {
    pub const fn new() -> Self {
        Sequence(None)
    }

    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |tree| tree.len)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub fn get(&self, index: usize) -> Option<&T> {
        let tree = self.0.as_ref().filter(|tree| index < tree.len)?;
        let (mut chunk, mut shift) = (&tree.root, tree.height * BITS);
        loop {
            match chunk {
                Chunk::Leaf(items) => return items.get(index % WIDTH),
                Chunk::Branch(children) => chunk = children.get((index >> shift) % WIDTH)?,
            }
            shift = shift.saturating_sub(BITS);
        }
    }

    pub fn last(&self) -> Option<&T> {
        self.get(self.len().checked_sub(1)?)
    }

    pub fn iter(&self) -> Iter<'_, T> {
        let mut iter = Iter { branches: Vec::new(), leaf: [].iter(), left: self.len() };
        if let Some(tree) = &self.0 {
            iter.descend(&tree.root);
        }
        iter
    }

    /// Whether both are one version, so that they need not be compared item by item.
    pub fn same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }

    pub fn push(&mut self, item: T) {
        let Some(tree) = &mut self.0 else {
            let root = Chunk::Leaf(vec![item]);
            self.0 = Some(Arc::new(Tree { len: 1, height: 0, root }));
            return;
        };
        let tree = Arc::make_mut(tree);
        if tree.len == WIDTH << (tree.height * BITS) {
            let old = std::mem::replace(&mut tree.root, Chunk::Branch(Vec::new()));
            tree.root = Chunk::Branch(vec![Arc::new(old)]);
            tree.height += 1;
        }
        tree.root.push(tree.height * BITS, tree.len, item);
        tree.len += 1;
    }

    /// Replaces the item at `index` and gives back the old one; None if there is none.
    pub fn set(&mut self, index: usize, item: T) -> Option<T> {
        let tree = self.0.as_mut().filter(|tree| index < tree.len)?;
        let tree = Arc::make_mut(tree);
        let mut shift = tree.height * BITS;
        let mut chunk = &mut tree.root;
        loop {
            match chunk {
                Chunk::Leaf(items) => return Some(std::mem::replace(items.get_mut(index % WIDTH)?, item)),
                Chunk::Branch(children) => chunk = Arc::make_mut(children.get_mut((index >> shift) % WIDTH)?),
            }
            shift = shift.saturating_sub(BITS);
        }
    }

    /// Keeps the first `len` items.
    pub fn truncate(&mut self, len: usize) {
        if len >= self.len() {
            return;
        }
        if len == 0 {
            self.0 = None;
            return;
        }
        let Some(tree) = &mut self.0 else { return };
        let tree = Arc::make_mut(tree);
        tree.root.truncate(tree.height * BITS, len - 1);
        tree.len = len;
        while tree.height > 0 && tree.len <= WIDTH << ((tree.height - 1) * BITS) {
            let Chunk::Branch(children) = &mut tree.root else { return };
            let Some(only) = children.pop() else { return };
            tree.root = Arc::unwrap_or_clone(only);
            tree.height -= 1;
        }
    }

    pub fn pop(&mut self) -> Option<T> {
        let last = self.last()?.clone();
        self.truncate(self.len() - 1);
        Some(last)
    }

    /// A new version: the first `kept` items of this one, then `tail`.
    pub fn with_tail(&self, kept: usize, tail: impl IntoIterator<Item = T>) -> Self {
        let mut new = self.clone();
        new.truncate(kept);
        new.extend(tail);
        new
    }

    /// A new version with `item` at `index`; the same one if there is no such index.
    pub fn with(&self, index: usize, item: T) -> Self {
        let mut new = self.clone();
        new.set(index, item);
        new
    }

    /// Takes apart what no other version holds.
    pub(super) fn shed(self, rest: &mut Vec<Record>) {
        if let Some(tree) = self.0.and_then(Arc::into_inner) {
            tree.root.shed(rest);
        }
    }
}

impl<T: Part> Chunk<T> {
    /// Appends the item that will have `index`, in the subtree whose children `shift` tells apart.
    fn push(&mut self, shift: u32, index: usize, item: T) {
        match self {
            Chunk::Leaf(items) => items.push(item),
            Chunk::Branch(children) => match children.get_mut((index >> shift) % WIDTH) {
                Some(child) => Arc::make_mut(child).push(shift.saturating_sub(BITS), index, item),
                None => children.push(Arc::new(Chunk::path(shift.saturating_sub(BITS), item))),
            },
        }
    }

    /// A subtree that holds one item.
    fn path(shift: u32, item: T) -> Self {
        match shift {
            0 => Chunk::Leaf(vec![item]),
            _ => Chunk::Branch(vec![Arc::new(Chunk::path(shift - BITS, item))]),
        }
    }

    fn truncate(&mut self, shift: u32, last: usize) {
        match self {
            Chunk::Leaf(items) => items.truncate(last % WIDTH + 1),
            Chunk::Branch(children) => {
                children.truncate((last >> shift) % WIDTH + 1);
                if let Some(child) = children.last_mut() {
                    Arc::make_mut(child).truncate(shift.saturating_sub(BITS), last);
                }
            }
        }
    }

    fn shed(mut self, rest: &mut Vec<Record>) {
        match &mut self {
            Chunk::Leaf(items) => {
                for item in std::mem::take(items) {
                    if item.is_deep() {
                        item.shed(rest);
                    }
                }
            }
            Chunk::Branch(children) => {
                for child in std::mem::take(children) {
                    if let Some(child) = Arc::into_inner(child) {
                        child.shed(rest);
                    }
                }
            }
        }
    }
}

/// The last holder of a leaf takes apart all that hangs from it, however deep, in one loop.
impl<T: Part> Drop for Chunk<T> {
    fn drop(&mut self) {
        if let Chunk::Leaf(items) = self
            && items.iter().any(Part::is_deep)
        {
            let mut rest = Vec::new();
            for item in std::mem::take(items) {
                item.shed(&mut rest);
            }
            debris::sweep(rest);
        }
    }
}

impl<T: Part> Clone for Sequence<T> {
    fn clone(&self) -> Self {
        Sequence(self.0.clone())
    }
}

impl<T: Part> Default for Sequence<T> {
    fn default() -> Self {
        Sequence::new()
    }
}

impl<T: Part> Extend<T> for Sequence<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        items.into_iter().for_each(|item| self.push(item));
    }
}

impl<T: Part> FromIterator<T> for Sequence<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut sequence = Sequence::new();
        sequence.extend(items);
        sequence
    }
}

impl<'a, T: Part> IntoIterator for &'a Sequence<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

/// Goes through a sequence from its start.
pub struct Iter<'a, T: Part> {
    branches: Vec<slice::Iter<'a, Arc<Chunk<T>>>>,
    leaf: slice::Iter<'a, T>,
    left: usize,
}

impl<'a, T: Part> Iter<'a, T> {
    fn descend(&mut self, mut chunk: &'a Chunk<T>) {
        loop {
            match chunk {
                Chunk::Leaf(items) => {
                    self.leaf = items.iter();
                    return;
                }
                Chunk::Branch(children) => {
                    let mut children = children.iter();
                    let Some(first) = children.next() else { return };
                    self.branches.push(children);
                    chunk = first;
                }
            }
        }
    }
}

impl<'a, T: Part> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        loop {
            if let Some(item) = self.leaf.next() {
                self.left = self.left.saturating_sub(1);
                return Some(item);
            }
            match self.branches.last_mut()?.next() {
                Some(chunk) => self.descend(chunk),
                None => drop(self.branches.pop()),
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<T: Part> ExactSizeIterator for Iter<'_, T> {}
