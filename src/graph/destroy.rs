//! Disconnecting, and deleting nodes and edges.
//!
//! A deleted node takes all its edges along and is no longer found by id; the object itself stays
//! usable through other references. Unbinding the name that `del` stands before is the evaluator's.

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
            if let Some(own) = links(&node) {
                let removed: LinkList = {
                    let mut own = own.borrow_mut();
                    let (gone, kept) =
                        std::mem::take(&mut *own).into_iter().partition(|l| l.edge().same(edge));
                    *own = kept;
                    gone
                };
                drop(removed);
            }
        }
    }
    heap.caller.gone(heap, edge)?;
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
        for edge in edges {
            detach(heap, &edge)?;
        }
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
            .filter(|l| right.iter().any(|n| n.same(&l.other)))
            .map(|l| l.edge().clone())
            .collect();
        for edge in candidates {
            if accept(&edge)? {
                detach(heap, &edge)?;
                removed = true;
            }
        }
    }
    Ok(removed)
}
