//! A persistent sequence: a wide tree of chunks that versions share.
//!
//! Owns the structure behind lists, dicts, sets and queues of records. Cloning is one
//! reference count; pushing, setting and cutting the end off cost the path to one chunk
//! (O(log n)) when another version shares it, and next to nothing when none does. It
//! refuses to know what its items mean: `Part` tells only how an item is taken apart.
//!
//! Chunks have 32 items or 32 children; all leaves are at the same height. The last items, up
//! to 32, stand in a tail beside the tree, so that a push onto a shared version copies the
//! tail, and only every 32nd one a path of the tree. A leaf is full, and only the last branch
//! of a level may be part full.

use std::slice;
use std::sync::Arc;

use super::{Record, debris};

const BITS: u32 = 5;
const WIDTH: usize = 1 << BITS;
/// Room that a tail has at first.
const FEW: usize = 4;

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

struct Tree<T: Part> {
    /// How many items are in the tree: a multiple of a leaf's.
    full: usize,
    /// How many levels of branches lie above the leaves.
    height: u32,
    root: Option<Arc<Chunk<T>>>,
    /// Never empty.
    tail: Vec<T>,
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
        self.0.as_ref().map_or(0, |tree| tree.full + tree.tail.len())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub fn get(&self, index: usize) -> Option<&T> {
        let tree = self.0.as_ref()?;
        if index >= tree.full {
            return tree.tail.get(index - tree.full);
        }
        let (mut chunk, mut shift) = (&**tree.root.as_ref()?, tree.height * BITS);
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
        let Some(tree) = &self.0 else {
            return Iter { branches: Vec::new(), leaf: [].iter(), tail: [].iter(), left: 0 };
        };
        let (tail, left) = (tree.tail.iter(), self.len());
        let mut iter = Iter { branches: Vec::new(), leaf: [].iter(), tail, left };
        if let Some(root) = &tree.root {
            iter.descend(root);
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
            self.0 = Some(Arc::new(Tree { full: 0, height: 0, root: None, tail: vec![item] }));
            return;
        };
        let tree = Arc::make_mut(tree);
        if tree.tail.len() == WIDTH {
            tree.store_tail();
        }
        tree.tail.push(item);
    }

    /// Replaces the item at `index` and gives back the old one; None if there is none.
    pub fn set(&mut self, index: usize, item: T) -> Option<T> {
        let tree = self.0.as_mut().filter(|tree| index < tree.full + tree.tail.len())?;
        let tree = Arc::make_mut(tree);
        if index >= tree.full {
            return Some(std::mem::replace(tree.tail.get_mut(index - tree.full)?, item));
        }
        let mut shift = tree.height * BITS;
        let mut chunk = Arc::make_mut(tree.root.as_mut()?);
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
        if let Some(tree) = &mut self.0 {
            Arc::make_mut(tree).truncate(len);
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
        if let Some(mut tree) = self.0.and_then(Arc::into_inner) {
            for item in std::mem::take(&mut tree.tail) {
                if item.is_deep() {
                    item.shed(rest);
                }
            }
            if let Some(root) = tree.root.take().and_then(Arc::into_inner) {
                root.shed(rest);
            }
        }
    }
}

impl<T: Part> Tree<T> {
    /// The tail, which is full, becomes a leaf.
    fn store_tail(&mut self) {
        let leaf = Arc::new(Chunk::Leaf(std::mem::replace(&mut self.tail, Vec::with_capacity(FEW))));
        match &mut self.root {
            None => self.root = Some(leaf),
            Some(root) => {
                if self.full == WIDTH << (self.height * BITS) {
                    *root = Arc::new(Chunk::Branch(vec![root.clone()]));
                    self.height += 1;
                }
                Arc::make_mut(root).push(self.height * BITS, self.full, leaf);
            }
        }
        self.full += WIDTH;
    }

    /// Keeps the first `len` items, which are fewer than there are, and not none.
    fn truncate(&mut self, len: usize) {
        if len > self.full {
            self.tail.truncate(len - self.full);
            return;
        }
        // The leaf with the last item that stays becomes the tail.
        let full = (len - 1) / WIDTH * WIDTH;
        let Some(root) = self.root.take() else { return };
        let (mut chunk, mut shift) = (&*root, self.height * BITS);
        while let Chunk::Branch(children) = chunk {
            let Some(child) = children.get((full >> shift) % WIDTH) else { break };
            (chunk, shift) = (child, shift.saturating_sub(BITS));
        }
        if let Chunk::Leaf(items) = chunk {
            self.tail = items.iter().take(len - full).cloned().collect();
        }
        self.full = full;
        if full == 0 {
            self.height = 0;
            return;
        }
        let mut root = Arc::unwrap_or_clone(root);
        root.truncate(self.height * BITS, full - 1);
        while self.height > 0 && full <= WIDTH << ((self.height - 1) * BITS) {
            let Chunk::Branch(children) = &mut root else { break };
            let Some(only) = children.pop() else { break };
            root = Arc::unwrap_or_clone(only);
            self.height -= 1;
        }
        self.root = Some(Arc::new(root));
    }
}

impl<T: Part> Chunk<T> {
    /// Appends the leaf whose first item will have `index`, in the subtree whose children `shift` tells apart.
    fn push(&mut self, shift: u32, index: usize, leaf: Arc<Chunk<T>>) {
        let Chunk::Branch(children) = self else { return };
        let below = shift.saturating_sub(BITS);
        match children.get_mut((index >> shift) % WIDTH) {
            Some(child) => Arc::make_mut(child).push(below, index, leaf),
            None => children.push(Chunk::path(below, leaf)),
        }
    }

    /// A subtree that holds one leaf.
    fn path(shift: u32, leaf: Arc<Chunk<T>>) -> Arc<Self> {
        match shift {
            0 => leaf,
            _ => Arc::new(Chunk::Branch(vec![Chunk::path(shift - BITS, leaf)])),
        }
    }

    /// Keeps all up to the leaf that holds the item `last`.
    fn truncate(&mut self, shift: u32, last: usize) {
        if let Chunk::Branch(children) = self {
            children.truncate((last >> shift) % WIDTH + 1);
            if shift > BITS
                && let Some(child) = children.last_mut()
            {
                Arc::make_mut(child).truncate(shift - BITS, last);
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

/// A copy is made to be pushed onto: its tail has room.
impl<T: Part> Clone for Tree<T> {
    fn clone(&self) -> Self {
        let mut tail = Vec::with_capacity((self.tail.len() + 1).next_multiple_of(FEW));
        tail.extend_from_slice(&self.tail);
        Tree { full: self.full, height: self.height, root: self.root.clone(), tail }
    }
}

impl<T: Part> Drop for Tree<T> {
    fn drop(&mut self) {
        drop_in_a_loop(&mut self.tail);
    }
}

fn drop_in_a_loop<T: Part>(items: &mut Vec<T>) {
    if items.iter().any(Part::is_deep) {
        let mut rest = Vec::new();
        for item in std::mem::take(items) {
            item.shed(&mut rest);
        }
        debris::sweep(rest);
    }
}

/// The last holder of a leaf takes apart all that hangs from it, however deep, in one loop.
impl<T: Part> Drop for Chunk<T> {
    fn drop(&mut self) {
        if let Chunk::Leaf(items) = self {
            drop_in_a_loop(items);
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
    tail: slice::Iter<'a, T>,
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
            match self.branches.last_mut().map(Iterator::next) {
                Some(Some(chunk)) => self.descend(chunk),
                Some(None) => drop(self.branches.pop()),
                None if self.tail.len() == 0 => return None,
                None => self.leaf = std::mem::take(&mut self.tail),
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<T: Part> ExactSizeIterator for Iter<'_, T> {}
