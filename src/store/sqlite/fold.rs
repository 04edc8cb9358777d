//! Folding: many commits as the rows that they leave.
//!
//! Owns what a group of commits comes to: the last state of each row, in the order of keys, and what has
//! gone. Commits are added in their order, since the number of a slot may be used again. It refuses to
//! write.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Keys;
use super::writer::{Commit, NextKeys};
use crate::store::{Base, Journal, Link, MAIN_LINE, Version, WalkerRecord};

/// What a group of commits leaves.
#[derive(Default)]
pub(super) struct Fold {
    pub nodes: BTreeMap<i64, NodeRow>,
    pub edges: BTreeMap<i64, EdgeRow>,
    /// Nodes that are on disk and have gone.
    pub gone_nodes: BTreeSet<i64>,
    /// These, and those that came and went within the group: no new edge leads to one.
    pub all_gone: BTreeSet<i64>,
    pub gone_edges: BTreeSet<i64>,
    pub walkers: BTreeMap<i64, Arc<WalkerRecord>>,
    /// Walkers whose journals have all gone at some time in the group.
    pub cleared: BTreeSet<i64>,
    /// By walker and branch.
    pub journals: BTreeMap<(i64, u64), Option<Journal>>,
}

pub(super) struct NodeRow {
    pub version: Arc<Version>,
    pub is_new: bool,
}

pub(super) struct EdgeRow {
    pub version: Arc<Version>,
    pub source: i64,
    pub target: i64,
    pub is_new: bool,
}

impl Fold {
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
            && self.edges.is_empty()
            && self.gone_nodes.is_empty()
            && self.gone_edges.is_empty()
            && self.walkers.is_empty()
            && self.cleared.is_empty()
            && self.journals.is_empty()
    }

    /// Adds the next commit. New slots get their keys.
    pub(super) fn add(&mut self, commit: &Commit, keys: &Keys, walker_keys: &Keys, next: &mut NextKeys) {
        let changes = &commit.changes;
        let first_edge = next.edge;
        let first_node = next.node;
        for new in &changes.created {
            keys.set(new.slot.index, next.node);
            next.node += 1;
        }
        for link in &changes.links {
            if let Link::Connect { edge, .. } = link {
                keys.set(edge.slot.index, next.edge);
                next.edge += 1;
            }
        }
        for (slot, version) in &commit.versions {
            let key = keys.get(slot.index);
            match version.ends() {
                Some((from, to)) => {
                    let (source, target) = (keys.get(from.index), keys.get(to.index));
                    let is_new = key >= first_edge || self.edges.get(&key).is_some_and(|row| row.is_new);
                    self.edges.insert(key, EdgeRow { version: version.clone(), source, target, is_new });
                }
                None => {
                    let is_new = key >= first_node || self.nodes.get(&key).is_some_and(|row| row.is_new);
                    self.nodes.insert(key, NodeRow { version: version.clone(), is_new });
                }
            }
        }
        for link in &changes.links {
            if let Link::Disconnect { edge } = link {
                let key = keys.get(edge.index);
                // A row that only this group has made need not be written at all.
                if !self.edges.remove(&key).is_some_and(|row| row.is_new) {
                    self.gone_edges.insert(key);
                }
            }
        }
        for node in &changes.deleted {
            let key = keys.get(node.index);
            self.all_gone.insert(key);
            if !self.nodes.remove(&key).is_some_and(|row| row.is_new) {
                self.gone_nodes.insert(key);
            }
        }
        for change in &changes.walkers {
            if change.base == Base::New || walker_keys.get(change.slot.0) == 0 {
                walker_keys.set(change.slot.0, next.walker);
                next.walker += 1;
            }
            self.walkers.insert(walker_keys.get(change.slot.0), change.record.clone());
        }
        for change in &changes.journals {
            let key = walker_keys.get(change.walker.0);
            if change.journal.is_none() && change.branch == MAIN_LINE {
                self.journals.retain(|(walker, _), _| *walker != key);
                self.cleared.insert(key);
            } else {
                self.journals.insert((key, change.branch), change.journal.clone());
            }
        }
    }
}
