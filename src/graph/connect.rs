//! Connecting: `++>` and its kin.
//!
//! An edge is noted at both its ends, in connection order, and never at one alone. What is joined
//! to something that is found by id is found by id too, with all that hangs on it. Edge objects are
//! made in `eval::graph_expr`; the isolate is asked before a node's edges change.

use smallvec::{SmallVec, smallvec};

use super::{SOURCE, TARGET, as_node, flag, links as links_of};
use crate::code::Direction;
use crate::value::links::{self, Link};
use crate::value::{Heap, Instance, Outcome, Ref, Value, ops};

/// The nodes of an operand; mostly one.
pub type Nodes = SmallVec<[Ref<Instance>; 1]>;

/// The nodes of an operand: one, or those of an iterable.
pub fn nodes_of(heap: &Heap, value: &Value) -> Outcome<Nodes> {
    if let Some(node) = as_node(value) {
        return Ok(smallvec![node.clone()]);
    }
    let mut nodes = Nodes::new();
    ops::iterate::for_each(heap, value, |item| match as_node(&item) {
        Some(node) => {
            nodes.push(node.clone());
            Ok(true)
        }
        None => {
            Err(heap
                .type_error(format!("only nodes can be connected, not '{}'", ops::types::type_name(&item))))
        }
    })?;
    Ok(nodes)
}

/// Connects every left node with every right one; `make` gives the edge of each pair.
pub fn connect(
    heap: &Heap,
    left: &[Ref<Instance>],
    right: &[Ref<Instance>],
    direction: Direction,
    mut make: impl FnMut() -> Outcome<Ref<Instance>>,
) -> Outcome<()> {
    for l in left {
        for r in right {
            let edge = make()?;
            join_towards(heap, &edge, l, r, direction)?;
            embed(heap, &edge);
        }
    }
    Ok(())
}

/// Puts an edge between two nodes, in the direction seen from the left one.
#[inline]
pub fn join_towards(
    heap: &Heap,
    edge: &Ref<Instance>,
    left: &Ref<Instance>,
    right: &Ref<Instance>,
    direction: Direction,
) -> Outcome<()> {
    match direction {
        Direction::In => return join(heap, edge, right, left),
        Direction::Any => edge.edit_extra(|extra| extra.undirected = true),
        Direction::Out => {}
    }
    join(heap, edge, left, right)
}

/// Puts an edge between two nodes.
pub fn join(
    heap: &Heap,
    edge: &Ref<Instance>,
    source: &Ref<Instance>,
    target: &Ref<Instance>,
) -> Outcome<()> {
    if heap.shares_graph() {
        heap.caller.before_link(heap, source)?;
        heap.caller.before_link(heap, target)?;
    }
    edge.set_slot(SOURCE, Value::Instance(source.clone())).discard();
    edge.set_slot(TARGET, Value::Instance(target.clone())).discard();
    if let Some(own) = links_of(source) {
        own.borrow_mut().push(Link::new(edge.clone(), target.clone(), true));
    }
    if let Some(own) = links_of(target) {
        own.borrow_mut().push(Link::new(edge.clone(), source.clone(), false));
    }
    if heap.shares_graph() {
        heap.caller.joined(heap, edge)?;
    }
    match (source.header().has(flag::PERSISTENT), target.header().has(flag::PERSISTENT)) {
        (true, false) => persist(target),
        (false, true) => persist(source),
        _ => {}
    }
    Ok(())
}

/// Spares the collector a new edge that nobody else holds. Where isolates share the graph, an edge may be
/// known at one of its ends only.
#[inline]
pub fn embed(heap: &Heap, edge: &Ref<Instance>) {
    if !heap.shares_graph() {
        links::embed(edge);
    }
}

/// Marks a node and everything connected with it as found by id.
pub fn persist(node: &Ref<Instance>) {
    let mut pending = vec![node.clone()];
    while let Some(node) = pending.pop() {
        if node.header().has(flag::PERSISTENT) {
            continue;
        }
        node.header().set(flag::PERSISTENT, true);
        if let Some(own) = links_of(&node) {
            pending.extend(
                own.borrow()
                    .iter()
                    .filter(|l| !l.other.header().has(flag::PERSISTENT))
                    .map(|l| l.other.clone()),
            );
        }
    }
}
