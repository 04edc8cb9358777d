//! Adoption: nodes and edges of an isolate's own heap that are going to be stored, because something
//! stored leads to them, or somebody has asked for their id.
//!
//! Owns the order in which edges are stored that were connected before anybody could see them: at each
//! node that of its own list. Refuses to commit.

use rustc_hash::FxHashMap;

use super::border::{Border, Field, LinkChange, Mirror};
use crate::graph::{self, flag};
use crate::record::Id;
use crate::store::Time;
use crate::value::{Heap, Instance, Ref};

impl Border {
    pub(super) fn adopt_one(&self, heap: &Heap, object: &Ref<Instance>, is_edge: bool) -> u32 {
        let class = object.class();
        let id = if graph::is_root(heap, object) {
            Id::ROOT
        } else {
            match object.with_extra(|extra| extra.id).filter(|id| *id != 0) {
                Some(id) => Id(id),
                None => self.new_id(class.name.as_str()),
            }
        };
        let count = usize::from(class.slot_count - class.hidden);
        let field = Field { loaded: true, written: true, ..Field::default() };
        object.header().set(flag::PERSISTENT, true);
        let index = self.add(Mirror {
            object: object.clone(),
            slot: self.shared.store.reserve(),
            id,
            version: None,
            checked: Time(0),
            fields: vec![field; count],
            dict_written: false,
            links_valid: None,
            links_read: None,
            links_changed: true,
            touched: false,
            created: true,
            deleted: false,
            is_edge,
        });
        self.touch(index);
        index
    }

    pub(super) fn adopt_edge(&self, heap: &Heap, edge: &Ref<Instance>) -> u32 {
        let index = self.adopt_one(heap, edge, true);
        self.links.borrow_mut().push(LinkChange::Join(index));
        index
    }

    /// Takes nodes, and all that is connected with them, among what will be stored.
    pub(super) fn adopt(&self, heap: &Heap, start: &[Ref<Instance>]) {
        let mut nodes: Vec<Ref<Instance>> = Vec::new();
        for node in start {
            if self.mirror_of(node).is_none() {
                let index = self.adopt_one(heap, node, false);
                self.created.borrow_mut().push(index);
                nodes.push(node.clone());
            }
        }
        let mut at = 0;
        while let Some(node) = nodes.get(at).cloned() {
            at += 1;
            let Some(own) = graph::links(&node) else { continue };
            let others: Vec<Ref<Instance>> = own.borrow().iter().map(|link| link.other.clone()).collect();
            for other in others {
                if self.mirror_of(&other).is_none() {
                    let index = self.adopt_one(heap, &other, false);
                    self.created.borrow_mut().push(index);
                    nodes.push(other);
                }
            }
        }
        self.adopt_edges(heap, &nodes);
    }

    /// The edges of new nodes, in an order that agrees with the order of connection at each node: an edge
    /// comes when it is the next one at both its ends.
    pub(super) fn adopt_edges(&self, heap: &Heap, nodes: &[Ref<Instance>]) {
        let mut cursors: FxHashMap<usize, usize> = FxHashMap::default();
        let mut waiting: Vec<Ref<Instance>> = nodes.iter().rev().cloned().collect();
        let mut stacked: FxHashMap<usize, usize> = FxHashMap::default();
        while let Some(node) = waiting.last().cloned() {
            let Some((edge, other)) = self.next_new_edge(&node, &mut cursors) else {
                waiting.pop();
                if let Some(count) = stacked.get_mut(&node.address()) {
                    *count = count.saturating_sub(1);
                }
                continue;
            };
            let is_next = other.same(&node)
                || self.next_new_edge(&other, &mut cursors).is_none_or(|(next, _)| next.same(&edge));
            // Lists that contradict each other cannot be: should they, the edge comes now.
            let in_circle = stacked.get(&other.address()).is_some_and(|count| *count > 0);
            if is_next || in_circle {
                self.adopt_edge(heap, &edge);
            } else {
                *stacked.entry(other.address()).or_default() += 1;
                waiting.push(other);
            }
        }
    }

    pub(super) fn next_new_edge(
        &self,
        node: &Ref<Instance>,
        cursors: &mut FxHashMap<usize, usize>,
    ) -> Option<(Ref<Instance>, Ref<Instance>)> {
        let cursor = cursors.entry(node.address()).or_default();
        let own = graph::links(node)?.borrow();
        while let Some(link) = own.get(*cursor) {
            if self.mirror_of(&link.edge()).is_none() {
                return Some((link.edge().clone(), link.other.clone()));
            }
            *cursor += 1;
        }
        None
    }
}
