//! Edge references: the neighbours of nodes, by direction, edge and target.
//!
//! Each is found once, in order of sources and connection; duplicates are known by a mark in the
//! header, which is taken off again in any case. Filters come in as tests, since they may run Jac
//! code: compiling them is `eval::graph_expr`'s.

use super::{flag, links};
use crate::code::Direction;
use crate::value::links::set_apart;
use crate::value::{Heap, Instance, Outcome, Ref, Value};

/// What a reference collects.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Want {
    Nodes,
    Edges,
}

/// A test on an edge; may run Jac code.
pub type EdgeTest<'a> = dyn FnMut(&Ref<Instance>) -> Outcome<bool> + 'a;

/// Removes duplicates by a mark in the header, without hashing.
struct Collector {
    found: Vec<Value>,
}

impl Collector {
    #[inline]
    fn add(&mut self, instance: &Ref<Instance>) {
        if instance.header().has(flag::SEEN) {
            return;
        }
        instance.header().set(flag::SEEN, true);
        self.found.push(Value::Instance(instance.clone()));
    }

    fn unmark(&self) {
        for value in &self.found {
            if let Value::Instance(instance) = value {
                instance.header().set(flag::SEEN, false);
            }
        }
    }

    /// What was found.
    fn end(mut self) -> Vec<Value> {
        self.unmark();
        std::mem::take(&mut self.found)
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.unmark();
    }
}

/// Neighbours (or edges) of `sources` in a direction whose edge passes `accept`, in order of sources and
/// connection, each once. `only`: keep those whose other end is one of these.
pub fn neighbours(
    heap: &Heap,
    sources: &[Ref<Instance>],
    direction: Direction,
    want: Want,
    mut accept: Option<&mut EdgeTest<'_>>,
    only: Option<&[Ref<Instance>]>,
) -> Outcome<Vec<Value>> {
    let mut candidates: Vec<(Ref<Instance>, Ref<Instance>)> = Vec::new();
    let mut collector = Collector { found: Vec::new() };
    for node in sources {
        if heap.shares_graph() {
            heap.caller.before_links_read(heap, node)?;
        }
        let Some(own) = links(node) else { continue };
        let fits = |outgoing: bool| match direction {
            Direction::Out => outgoing,
            Direction::In => !outgoing,
            Direction::Any => true,
        };
        let chosen = |other: &Ref<Instance>| only.is_none_or(|only| only.iter().any(|n| n.same(other)));
        if accept.is_none() {
            for link in own.borrow().iter().filter(|l| fits(l.outgoing())) {
                if chosen(&link.other) {
                    match want {
                        Want::Nodes => collector.add(&link.other),
                        Want::Edges => {
                            set_apart(heap, &link.edge());
                            collector.add(&link.edge());
                        }
                    }
                }
            }
            continue;
        }
        let own = own.borrow();
        candidates.extend(
            own.iter()
                .filter(|l| fits(l.outgoing()) && chosen(&l.other))
                .map(|l| (l.edge().clone(), l.other.clone())),
        );
    }
    let Some(accept) = &mut accept else {
        return Ok(collector.end());
    };
    // Conditions may run Jac code: no mark is set while they do.
    let mut kept = Vec::with_capacity(candidates.len());
    for (edge, other) in candidates {
        if accept(&edge)? {
            if want == Want::Edges {
                set_apart(heap, &edge);
            }
            kept.push(if want == Want::Nodes { other } else { edge });
        }
    }
    for instance in &kept {
        collector.add(instance);
    }
    Ok(collector.end())
}
