//! The graph: nodes and edges as instances that know each other, ids, references, the root.
//!
//! A node keeps its edges, both directions, in one vector in connection order; an edge keeps its two
//! ends in its first two slots. Which abilities run where is the business of `eval`; where nodes live
//! when several isolates share them that of `isolate`.

mod connect;
mod destroy;
mod dot;
mod ids;
mod refs;
mod root;
mod walk;

use std::cell::Cell;

use crate::value::links::{Links, Walk};
use crate::value::{BuiltinType, ClassKind, Heap, Instance, Ref, Value};

pub use self::connect::{Nodes, connect, embed, join, join_towards, nodes_of, persist};
pub use self::destroy::{destroy, disconnect};
pub use self::dot::{Drawing, draw, draw_json};
pub use self::ids::{forget_id, id_of, lookup, set_id};
pub use self::refs::{Want, neighbours};
pub use self::root::{generic_edge_class, is_root, root, root_class, set_root};
pub use self::walk::{clear_walk, ignore, queue_target, visit, visit_found};

/// Flags in the header of nodes and edges.
pub mod flag {
    /// Connected, directly or through others, to the root: found by its id.
    pub const PERSISTENT: u8 = 16;
    /// Used by `refs` while it collects.
    pub const SEEN: u8 = 32;
    /// Deleted.
    pub const GONE: u8 = 64;
    /// A walker that looks at its first place, before anything has asked for its journey.
    pub const ON_ITS_WAY: u8 = 8;
    /// An async walker that runs elsewhere: its fields are read where it is.
    pub const VIEW: u8 = 128;
}

/// Slots of an edge.
pub const SOURCE: u16 = 0;
pub const TARGET: u16 = 1;

/// Gives a new instance the graph's own part.
#[inline]
pub fn prepare(_heap: &Heap, instance: &Ref<Instance>) {
    // A walker's journey is made by `walk_of`.
    if instance.class().builtin == BuiltinType::NodeArchetype {
        instance.set_slot(0, Value::Links(Box::default()));
    }
}

/// Whether the value is a node.
pub fn as_node(value: &Value) -> Option<&Ref<Instance>> {
    match value {
        Value::Instance(instance) if instance.class().builtin == BuiltinType::NodeArchetype => Some(instance),
        _ => None,
    }
}

/// Whether the value is an edge.
pub fn as_edge(value: &Value) -> Option<&Ref<Instance>> {
    match value {
        Value::Instance(instance) if instance.class().builtin == BuiltinType::EdgeArchetype => Some(instance),
        _ => None,
    }
}

/// Whether the value is a walker.
pub fn as_walker(value: &Value) -> Option<&Ref<Instance>> {
    match value {
        Value::Instance(instance)
            if instance.class().kind == ClassKind::Walker
                || instance.class().builtin == BuiltinType::WalkerArchetype =>
        {
            Some(instance)
        }
        _ => None,
    }
}

/// A node's edges.
#[inline(always)]
pub fn links(node: &Instance) -> Option<&Links> {
    node.links()
}

/// A walker's journey.
#[inline(always)]
pub fn walk_of(walker: &Ref<Instance>) -> Option<&Walk> {
    walker.walk().or_else(|| make_walk(walker))
}

#[inline(never)]
fn make_walk(walker: &Ref<Instance>) -> Option<&Walk> {
    if walker.class().builtin != BuiltinType::WalkerArchetype {
        return None;
    }
    let depth = u32::from(walker.header().has(flag::ON_ITS_WAY));
    walker.start_walk(Walk { depth: Cell::new(depth), ..Walk::default() })
}

/// An end of an edge that is connected.
pub fn end_of(edge: &Instance, slot: u16) -> Option<Ref<Instance>> {
    match edge.slot(slot) {
        Value::Instance(node) => Some(node.clone()),
        _ => None,
    }
}
