//! The edges of shared nodes, as one isolate sees them: read from the store when somebody asks, with what
//! the isolate itself has connected behind them.
//!
//! A node gets an edge without its others being read: `here ++> X()` reads nothing. Refuses to know
//! abilities and references; `graph` asks before it reads or changes a list.

use super::border::{Border, LinkChange, gone_error};
use crate::graph::{self, flag};
use crate::store::{Slot, Time, Way};
use crate::value::links::Link;
use crate::value::{Heap, Instance, Outcome, Ref};

impl Border {
    /// A node's edges are about to be read.
    pub(super) fn before_links_read(&self, heap: &Heap, node: &Ref<Instance>) -> Outcome<()> {
        let Some(index) = self.mirror_of(node) else {
            return if node.header().has(flag::GONE) { Err(gone_error(heap, node)) } else { Ok(()) };
        };
        self.sync(heap, index)?;
        let time = self.time();
        let (created, valid, slot) = self.with(index, |m| {
            if !m.created && m.links_read.is_none() {
                m.links_read = Some(time);
            }
            (m.created, m.links_valid, m.slot)
        });
        self.touch(index);
        if created
            || valid.is_some_and(|valid| valid == time || self.shared.store.edges_changed(slot) <= valid)
        {
            return Ok(());
        }
        self.load_links(heap, index, node, slot, time)
    }

    pub(super) fn load_links(
        &self,
        heap: &Heap,
        index: u32,
        node: &Ref<Instance>,
        slot: Slot,
        time: Time,
    ) -> Outcome<()> {
        let Some(found) = self.stored_edges(slot) else { return Err(self.gone_error(heap, index)) };
        let mut links: Vec<Link> = Vec::with_capacity(found.len());
        for seen in found {
            let (Some(edge), Some(other)) =
                (self.object_in(heap, seen.edge)?, self.object_in(heap, seen.other)?)
            else {
                continue;
            };
            if edge.header().has(flag::GONE) || other.header().has(flag::GONE) {
                continue;
            }
            links.push(Link::new(edge, other, seen.way == Way::Out));
        }
        let old = match graph::links(node) {
            Some(own) => std::mem::take(&mut *own.borrow_mut()),
            None => return Ok(()),
        };
        // What this step has connected itself comes last: it is not stored yet.
        let (mut own, mut rest) = (Vec::new(), Vec::new());
        for link in old {
            let is_new = self.mirror_of(&link.edge()).is_some_and(|edge| self.with(edge, |m| m.created));
            if is_new { own.push(link) } else { rest.push(link) }
        }
        links.append(&mut own);
        if let Some(place) = graph::links(node) {
            *place.borrow_mut() = links.into();
        }
        drop(rest);
        self.with(index, |m| m.links_valid = Some(time));
        Ok(())
    }

    /// A node is about to get or lose an edge.
    pub(super) fn before_link(&self, heap: &Heap, node: &Ref<Instance>) -> Outcome<()> {
        let Some(index) = self.mirror_of(node) else {
            return if node.header().has(flag::GONE) { Err(gone_error(heap, node)) } else { Ok(()) };
        };
        self.sync(heap, index)?;
        self.with(index, |m| m.links_changed = true);
        self.touch(index);
        Ok(())
    }

    /// An edge was put between two nodes.
    pub(super) fn joined(&self, heap: &Heap, edge: &Ref<Instance>) {
        let ends = [graph::end_of(edge, graph::SOURCE), graph::end_of(edge, graph::TARGET)];
        if ends.iter().flatten().any(|node| self.mirror_of(node).is_some()) {
            let new: Vec<_> =
                ends.into_iter().flatten().filter(|node| self.mirror_of(node).is_none()).collect();
            self.adopt(heap, &new);
            if self.mirror_of(edge).is_none() {
                self.adopt_edge(heap, edge);
            }
        }
    }

    /// A node or edge was deleted.
    pub(super) fn deleted(&self, instance: &Ref<Instance>) {
        let Some(index) = self.mirror_of(instance) else { return };
        let (created, is_edge) = self.with(index, |m| {
            m.deleted = true;
            (m.created, m.is_edge)
        });
        instance.header().set(flag::GONE, true);
        self.touch(index);
        match (is_edge, created) {
            (true, true) => {
                self.links
                    .borrow_mut()
                    .retain(|change| !matches!(change, LinkChange::Join(i) if *i == index));
            }
            (true, false) => self.links.borrow_mut().push(LinkChange::Cut(index)),
            (false, true) => self.created.borrow_mut().retain(|i| *i != index),
            (false, false) => self.deleted.borrow_mut().push(index),
        }
    }
}
