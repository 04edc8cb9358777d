//! Disconnecting, and deleting nodes and edges.
//!
//! A deleted node takes all its edges along and is no longer found by id; the object itself stays
//! usable through other references. Unbinding the name that `del` stands before is the evaluator's.

use rustc_hash::FxHashSet;

use super::{SOURCE, TARGET, as_edge, as_node, end_of, flag, forget_id, links};
use crate::code::Direction;
use crate::value::links::{LinkList, set_apart};
use crate::value::{Heap, Instance, Outcome, Ref, Value};

/// Takes an edge off both its ends.
fn detach(heap: &Heap, edge: &Ref<Instance>) -> Outcome<()> {
    set_apart(heap, edge);
    for slot in [SOURCE, TARGET] {
        if let Some(node) = end_of(edge, slot) {
            heap.caller.before_link(heap, &node)?;
            unlink(&node, edge);
        }
    }
    heap.caller.gone(heap, edge)
}

/// Takes one link to an edge out of a node's list.
fn unlink(node: &Ref<Instance>, edge: &Ref<Instance>) {
    let Some(own) = links(node) else { return };
    // The link goes after the borrow has ended: with it, whatever it held last.
    let removed = {
        let mut own = own.borrow_mut();
        own.iter().position(|link| link.edge().same(edge)).map(|at| own.remove(at))
    };
    drop(removed);
}

/// Takes many edges of one node off both their ends; the node's own list is gone through once. Edges that
/// were detached before something was raised are off both ends as well.
fn detach_all(heap: &Heap, node: &Ref<Instance>, edges: &[Ref<Instance>]) -> Outcome<()> {
    if let [edge] = edges {
        return detach(heap, edge);
    }
    let mut detached = FxHashSet::default();
    let mut result = Ok(());
    for edge in edges {
        result = detach_from_others(heap, node, edge);
        if result.is_err() {
            break;
        }
        detached.insert(edge.address());
    }
    if let Some(own) = links(node) {
        let removed: LinkList = {
            let mut own = own.borrow_mut();
            let (gone, kept) = std::mem::take(&mut *own)
                .into_iter()
                .partition(|link| detached.contains(&link.edge().address()));
            *own = kept;
            gone
        };
        drop(removed);
    }
    for edge in edges.iter().filter(|edge| detached.contains(&edge.address())) {
        heap.caller.gone(heap, edge)?;
    }
    result
}

/// Takes an edge off its ends except for `node`.
fn detach_from_others(heap: &Heap, node: &Ref<Instance>, edge: &Ref<Instance>) -> Outcome<()> {
    let ends: Vec<Ref<Instance>> =
        [SOURCE, TARGET].into_iter().filter_map(|slot| end_of(edge, slot)).collect();
    for end in &ends {
        heap.caller.before_link(heap, end)?;
    }
    for end in ends.iter().filter(|end| !end.same(node)) {
        unlink(end, edge);
    }
    Ok(())
}

/// Deletes a node with its edges, or an edge; anything else is left alone. Objects stay usable through
/// other references.
pub fn destroy(heap: &Heap, value: &Value) -> Outcome<()> {
    if let Some(node) = as_node(value) {
        heap.caller.before_links_read(heap, node)?;
        let edges: Vec<Ref<Instance>> = links(node)
            .map(|own| own.borrow().iter().map(|l| l.edge().clone()).collect())
            .unwrap_or_default();
        detach_all(heap, node, &edges)?;
        node.header().set(flag::GONE, true);
        node.header().set(flag::PERSISTENT, false);
        forget_id(heap, node);
        heap.caller.gone(heap, node)?;
    } else if let Some(edge) = as_edge(value) {
        detach(heap, edge)?;
        edge.header().set(flag::GONE, true);
        forget_id(heap, edge);
    } else if let Value::Instance(instance) = value {
        forget_id(heap, instance);
    }
    Ok(())
}

/// Removes the edges between left and right nodes that pass `accept`; whether there were any.
pub fn disconnect(
    heap: &Heap,
    left: &[Ref<Instance>],
    right: &[Ref<Instance>],
    direction: Direction,
    mut accept: impl FnMut(&Ref<Instance>) -> Outcome<bool>,
) -> Outcome<bool> {
    let mut removed = false;
    let wanted: FxHashSet<usize> = right.iter().map(Ref::address).collect();
    for node in left {
        heap.caller.before_links_read(heap, node)?;
        let Some(own) = links(node) else { continue };
        let candidates: Vec<Ref<Instance>> = own
            .borrow()
            .iter()
            .filter(|l| match direction {
                Direction::Out => l.outgoing(),
                Direction::In => !l.outgoing(),
                Direction::Any => true,
            })
            .filter(|l| wanted.contains(&l.other.address()))
            .map(|l| l.edge().clone())
            .collect();
        let mut chosen = Vec::new();
        for edge in candidates {
            if accept(&edge)? {
                chosen.push(edge);
            }
        }
        removed |= !chosen.is_empty();
        detach_all(heap, node, &chosen)?;
    }
    Ok(removed)
}
