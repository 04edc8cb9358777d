//! The hidden first slot of nodes and walkers: a node's edges, a walker's journey. Declared here,
//! since it must be traced and dropped with its owner; what it means is the business of `graph`.
//!
//! A program never sees it: it is no value that an attribute can give.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use super::{Instance, Ref, Value};

/// One edge as seen from one of its ends.
pub struct Link {
    pub edge: Ref<Instance>,
    pub other: Ref<Instance>,
    /// Whether the edge leads away from the owner.
    pub outgoing: bool,
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
    Links(RefCell<Vec<Link>>),
    Walk(Walk),
}

impl Hidden {
    pub(super) fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        match self {
            Hidden::Links(links) => {
                for link in links.borrow().iter() {
                    super::collect::visit_ref(&link.edge, Value::Instance, visit);
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
                    take(Value::Instance(link.edge));
                    take(Value::Instance(link.other));
                }
            }
            Hidden::Walk(walk) => {
                walk.queue.into_inner().into_iter().for_each(&mut *take);
                walk.ignores.into_inner().into_iter().for_each(&mut *take);
                walk.reports.into_inner().into_iter().for_each(&mut *take);
            }
        }
    }

    pub fn links(&self) -> Option<&RefCell<Vec<Link>>> {
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
