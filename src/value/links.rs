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

use super::object::{EMBEDDED, Object, Tracked};
use super::{Heap, Instance, Ref, Value};

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

/// A walker's journey: made when something first asks for it, since many walkers look at one place only.
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

impl Walk {
    pub(super) fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.queue.borrow().iter().for_each(&mut *visit);
        self.ignores.borrow().iter().for_each(&mut *visit);
        self.reports.borrow().iter().for_each(&mut *visit);
    }

    pub(super) fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        self.queue.get_mut().drain(..).for_each(&mut *take);
        self.ignores.get_mut().drain(..).for_each(&mut *take);
        self.reports.get_mut().drain(..).for_each(&mut *take);
    }
}

/// A node's edges in both directions, in connection order.
pub type Links = RefCell<LinkList>;

/// Takes an edge off the list of tracked objects, if its two ends alone hold it beside the caller: half of
/// a graph's objects need not be looked at by themselves then.
pub fn embed(edge: &Ref<Instance>) {
    if edge.count() == LINKS + 1 {
        edge.header().unlink();
        edge.header().set(EMBEDDED, true);
    }
}

/// Puts an edge that others will hold back into the list.
pub fn set_apart(heap: &Heap, edge: &Ref<Instance>) {
    if edge.header().has(EMBEDDED) {
        edge.header().set(EMBEDDED, false);
        heap.objects.link(edge.header());
    }
}

/// How many links an edge has: one at each end.
const LINKS: u32 = 2;

/// Shows what the links refer to, and for an embedded edge that leads away from here what that refers to:
/// it is shown once, since it leads away from one of its ends. If anybody else holds it, it counts as a
/// reference from outside, and what it refers to lives on.
pub(super) fn trace(links: &Links, visit: &mut dyn FnMut(&Value)) {
    for link in links.borrow().iter() {
        super::collect::visit_ref(&link.other, Value::Instance, visit);
        let edge = link.edge();
        if !edge.header().has(EMBEDDED) {
            super::collect::visit_ref(&edge, Value::Instance, visit);
        } else if link.outgoing() && edge.count() == LINKS {
            edge.trace(visit);
        }
    }
}

pub(super) fn clear(links: Links, take: &mut dyn FnMut(Value)) {
    for link in links.into_inner() {
        let (edge, other) = link.into_parts();
        take(Value::Instance(edge));
        take(Value::Instance(other));
    }
}
