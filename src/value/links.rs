//! The hidden first slot of nodes and walkers: a node's edges, a walker's journey. Declared here,
//! since it must be traced and dropped with its owner; what it means is the business of `graph`.
//!
//! A program never sees it: it is no value that an attribute can give.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

use smallvec::SmallVec;

use super::object::Object;
use super::{Instance, Ref, Value};

/// One edge as seen from one of its ends: two words, with the direction in the lowest bit of the first.
pub struct Link {
    edge: NonNull<Object<Instance>>,
    pub other: Ref<Instance>,
}

/// Set in the pointer to an edge that leads away from the owner. Objects are aligned to 8 bytes or more.
const OUTGOING: usize = 1;

/// The edges of one node; most have few.
pub type LinkList = SmallVec<[Link; 2]>;

/// An edge that a link goes on holding.
pub struct Borrowed<'a>(ManuallyDrop<Ref<Instance>>, PhantomData<&'a Link>);

impl Deref for Borrowed<'_> {
    type Target = Ref<Instance>;
    #[inline(always)]
    fn deref(&self) -> &Ref<Instance> {
        &self.0
    }
}

impl Link {
    pub fn new(edge: Ref<Instance>, other: Ref<Instance>, outgoing: bool) -> Link {
        let tag = if outgoing { OUTGOING } else { 0 };
        let edge = ManuallyDrop::new(edge).0;
        Link { edge: edge.map_addr(|address| address | tag), other }
    }

    #[inline(always)]
    pub fn edge(&self) -> Borrowed<'_> {
        // SAFETY: the pointer without its tag is the one that `new` took, whose count the link holds.
        Borrowed(ManuallyDrop::new(unsafe { Ref::from_raw(self.untagged()) }), PhantomData)
    }

    /// Whether the edge leads away from the owner.
    #[inline(always)]
    pub fn outgoing(&self) -> bool {
        self.edge.addr().get() & OUTGOING != 0
    }

    /// Edge and other end, with the counts that the link held.
    pub fn into_parts(self) -> (Ref<Instance>, Ref<Instance>) {
        let link = ManuallyDrop::new(self);
        // SAFETY: the link is not dropped, so each count is given away once.
        unsafe { (Ref::from_raw(link.untagged()), std::ptr::read(&raw const link.other)) }
    }

    #[inline(always)]
    fn untagged(&self) -> NonNull<Object<Instance>> {
        let pointer = self.edge.as_ptr().map_addr(|address| address & !OUTGOING);
        // SAFETY: an object's address is not zero without the tag.
        unsafe { NonNull::new_unchecked(pointer) }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // SAFETY: gives back the count that `new` took over; the link is not used any more.
        drop(unsafe { Ref::<Instance>::from_raw(self.untagged()) });
    }
}

/// A walker's journey.
#[derive(Default)]
pub struct Walk {
    pub queue: RefCell<VecDeque<Value>>,
    pub ignores: RefCell<Vec<Value>>,
    pub reports: RefCell<Vec<Value>>,
    /// What was put into the queue since the last commit, and where: for a walker whose queue is stored.
    pub queued: RefCell<Option<Vec<(usize, Value)>>>,
    pub disengaged: Cell<bool>,
    /// Counts the spawns under way, so that a nested one does not reset the flag of the outer.
    pub depth: Cell<u32>,
}

/// The graph's own part of an instance.
pub enum Hidden {
    /// A node: its edges in both directions, in connection order.
    Links(RefCell<LinkList>),
    /// In a box, so that a node does not pay for what a walker needs.
    Walk(Box<Walk>),
}

impl Hidden {
    pub(super) fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        match self {
            Hidden::Links(links) => {
                for link in links.borrow().iter() {
                    super::collect::visit_ref(&link.edge(), Value::Instance, visit);
                    super::collect::visit_ref(&link.other, Value::Instance, visit);
                }
            }
            Hidden::Walk(walk) => {
                walk.queue.borrow().iter().for_each(&mut *visit);
                walk.ignores.borrow().iter().for_each(&mut *visit);
                walk.reports.borrow().iter().for_each(&mut *visit);
            }
        }
    }

    pub(super) fn clear(self, take: &mut dyn FnMut(Value)) {
        match self {
            Hidden::Links(links) => {
                for link in links.into_inner() {
                    let (edge, other) = link.into_parts();
                    take(Value::Instance(edge));
                    take(Value::Instance(other));
                }
            }
            Hidden::Walk(walk) => {
                let walk = *walk;
                walk.queue.into_inner().into_iter().for_each(&mut *take);
                walk.ignores.into_inner().into_iter().for_each(&mut *take);
                walk.reports.into_inner().into_iter().for_each(&mut *take);
            }
        }
    }

    pub fn links(&self) -> Option<&RefCell<LinkList>> {
        match self {
            Hidden::Links(links) => Some(links),
            Hidden::Walk(_) => None,
        }
    }

    pub fn walk(&self) -> Option<&Walk> {
        match self {
            Hidden::Walk(walk) => Some(walk),
            Hidden::Links(_) => None,
        }
    }
}
