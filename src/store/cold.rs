//! Cold data: what a store on disk has kept is put into the tables in memory as if it had always been there.
//!
//! Owns how nodes, edges and walkers of an earlier process come in: at time 0, before the first commit of
//! this one, so that every snapshot sees them. A node comes without its edges and is *cold* until they
//! have been put in; edges that it gets meanwhile stay behind them. It refuses to know where data is kept.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use arc_swap::ArcSwapOption;

use crate::record::Id;

use super::edges::EdgeList;
use super::memory::{Committer, MemoryStore};
use super::table::WalkerVersion;
use super::{Created, EdgeSeen, Found, Journal, Slot, Time, Version, WalkerRecord, WalkerSlot};

impl MemoryStore {
    /// Puts a node in, or an edge between `ends`, and lets it be found. Gives where it is: somebody else
    /// may have been faster. The slot must have been reserved by `reserve_fresh`.
    pub(super) fn put_kept(&self, kept: &Created, ends: Option<(Slot, Slot)>) -> Slot {
        let Some(cell) = self.table.cell(kept.slot) else { return kept.slot };
        let version = match ends {
            Some((from, to)) => Version::edge(kept, from, to),
            None => Version::node(kept),
        };
        cell.newest.store(Some(version));
        cell.cold.store(ends.is_none(), SeqCst);
        match self.table.name(kept.id, Found::Archetype(kept.slot)) {
            Some(Found::Archetype(other)) => {
                cell.newest.store(None);
                cell.cold.store(false, SeqCst);
                self.table.recycle(kept.slot);
                other
            }
            Some(Found::Walker(_)) | None => kept.slot,
        }
    }

    /// A slot whose number nothing else has had in this process.
    pub(super) fn reserve_fresh(&self) -> Slot {
        self.table.extend()
    }

    pub(super) fn is_cold(&self, node: Slot) -> bool {
        self.table.cell(node).is_some_and(|cell| cell.cold.load(SeqCst))
    }

    /// Puts the edges in that a cold node has had from before, in front of those of this process.
    pub(super) fn warm(&self, node: Slot, kept: &[EdgeSeen], _no_commit: &Committer) {
        let Some(cell) = self.table.cell(node) else { return };
        if !cell.cold.load(SeqCst) {
            return;
        }
        // An edge may have been removed while its node was cold.
        let kept = kept.iter().filter_map(|seen| Some((*seen, self.newest(seen.edge)?)));
        let kept = kept.map(|(seen, edge)| (seen, (!edge.is_live()).then(|| edge.time()))).collect();
        let list = cell.edges.load_full();
        let list = EdgeList::behind(list.as_deref(), kept, &self.table);
        cell.edges.store(Some(Arc::new(list)));
        cell.cold.store(false, SeqCst);
    }

    /// The newest version of a slot, alive or not.
    pub(super) fn newest(&self, slot: Slot) -> Option<Arc<Version>> {
        self.table.cell(slot)?.newest.load_full()
    }

    /// The ids of the edges of a node that ended with a commit.
    pub(super) fn edges_that_ended(&self, node: Slot, time: Time) -> Vec<Id> {
        let Some(list) = self.table.cell(node).and_then(|cell| cell.edges.load_full()) else {
            return Vec::new();
        };
        let edges = list.all().into_iter().filter_map(|seen| self.newest(seen.edge));
        edges.filter(|edge| !edge.is_live() && edge.time() == time).map(|edge| edge.id()).collect()
    }

    /// Puts a walker in, with the journals of its current step.
    pub(super) fn put_kept_walker(
        &self,
        record: Arc<WalkerRecord>,
        journals: Vec<(u64, Journal)>,
    ) -> WalkerSlot {
        let slot = self.table.reserve_walker();
        let Some(cell) = self.table.walker(slot) else { return slot };
        let version = WalkerVersion {
            time: Time(0),
            record: record.clone(),
            is_first: true,
            older: ArcSwapOption::empty(),
        };
        cell.kept.store(true, SeqCst);
        cell.newest.store(Some(Arc::new(version)));
        cell.journals().extend(journals);
        match self.table.name(record.id, Found::Walker(slot)) {
            Some(Found::Walker(other)) => {
                cell.kept.store(false, SeqCst);
                cell.newest.store(None);
                cell.journals().clear();
                self.table.release_walker(slot);
                other
            }
            Some(Found::Archetype(_)) | None => slot,
        }
    }

    /// Orders the fields of a node or edge as its class declares them today; what the class does not
    /// declare comes behind, what the record has not is missing. Gives the version in that order.
    pub(super) fn arrange_fields(&self, slot: Slot, declared: &[Arc<str>]) -> Option<Arc<Version>> {
        let _no_commit = self.committer();
        let cell = self.table.cell(slot)?;
        let newest = cell.living()?;
        let layout = self.classes.get(newest.layout());
        if layout.fields.starts_with(declared) {
            return Some(newest);
        }
        let others = layout.fields.iter().filter(|name| !declared.contains(name));
        let names: Vec<Arc<str>> = declared.iter().chain(others).cloned().collect();
        let places: Vec<Option<usize>> =
            names.iter().map(|name| layout.fields.iter().position(|known| known == name)).collect();
        let next = Version::arranged(&newest, self.classes.layout(&layout.name, &names), &places);
        cell.newest.store(Some(next.clone()));
        Some(next)
    }
}
