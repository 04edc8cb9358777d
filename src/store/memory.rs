//! The store in memory.
//!
//! Owns the parts that make it up and how they are read: a table of cells, each a chain of
//! immutable versions, the clock of commits, the turns, the leases. Readers wait for
//! nobody. How changes get in is in `commit`, how old versions go in `prune`.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;

use crate::record::Id;

use super::lease::Leases;
use super::prune::Pruner;
use super::table::Table;
use super::{
    ChangeSet, Classes, Clock, EdgeQuery, EdgeSeen, Found, Journal, Listener, Outcome, Slot, Snapshot, Store,
    Time, Turns, Version, WalkerRecord, WalkerSlot, Way,
};

/// How many new versions are worth a round of pruning.
const ROUND: usize = 64;

/// A store that lives as long as the process.
#[derive(Default)]
pub struct MemoryStore {
    pub(super) table: Table,
    pub(super) classes: Classes,
    pub(super) clock: Arc<Clock>,
    committer: Mutex<Committer>,
    pub(super) listeners: ArcSwap<Vec<Arc<dyn Listener>>>,
    pruner: Mutex<Pruner>,
    pruning: AtomicBool,
    /// Nobody reads before this time, now or later.
    horizon: AtomicU64,
    leases: Leases,
}

/// What the one lock of the store guards: commits happen one after the other.
#[derive(Default)]
pub(super) struct Committer {
    pub(super) turns: Turns,
    /// Cells that have a version that may be pruned.
    pub(super) changed: Vec<Slot>,
    /// How many versions have been put on top of others since the last round of pruning.
    pub(super) superseded: usize,
}

impl MemoryStore {
    pub fn new() -> Self {
        MemoryStore::default()
    }

    pub(super) fn committer(&self) -> MutexGuard<'_, Committer> {
        self.committer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn horizon(&self) -> Time {
        Time(self.horizon.load(SeqCst))
    }

    /// Takes the changed cells for a round of pruning, if they are worth one and nobody is
    /// at it. Called under the lock; `prune` follows after it.
    pub(super) fn round(&self, committer: &mut Committer) -> Option<Vec<Slot>> {
        if committer.superseded < ROUND.max(self.clock.seats()) || self.pruning.swap(true, SeqCst) {
            return None;
        }
        committer.superseded = 0;
        Some(std::mem::take(&mut committer.changed))
    }

    pub(super) fn prune(&self, round: Vec<Slot>) {
        let mut pruner = self.pruner.lock().unwrap_or_else(PoisonError::into_inner);
        let horizon = pruner.run(&self.table, &self.clock, round);
        drop(pruner);
        self.horizon.fetch_max(horizon.0, SeqCst);
        self.pruning.store(false, SeqCst);
    }
}

impl Store for MemoryStore {
    fn classes(&self) -> &Classes {
        &self.classes
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot::take(&self.clock)
    }

    fn now(&self) -> Time {
        self.clock.now()
    }

    fn durable(&self) -> Time {
        self.clock.now()
    }

    fn listen(&self, listener: Arc<dyn Listener>) {
        let _no_commit = self.committer();
        let mut listeners = self.listeners.load_full().to_vec();
        listeners.push(listener);
        self.listeners.store(Arc::new(listeners));
    }

    fn find(&self, id: Id) -> Option<Found> {
        self.table.find(id)
    }

    fn read(&self, slot: Slot, at: &Snapshot) -> Option<Arc<Version>> {
        let cell = self.table.cell(slot)?;
        let version = cell.newest.load_full()?.seen_at(at.time())?;
        // Asked again: a version that was read before the cell was recycled is of this slot.
        (version.is_live() && cell.is(slot)).then_some(version)
    }

    fn edges(&self, node: Slot, at: &Snapshot, query: &EdgeQuery<'_>, found: &mut Vec<EdgeSeen>) -> bool {
        if self.read(node, at).is_none() {
            return false;
        }
        if let Some(list) = self.table.cell(node).and_then(|cell| cell.edges.load_full()) {
            list.read(at.time(), query, found);
        }
        true
    }

    fn edges_changed(&self, node: Slot) -> Time {
        let list = self.table.cell(node).and_then(|cell| cell.edges.load_full());
        list.map_or(Time(0), |list| list.changed(Way::Any))
    }

    fn scan(
        &self,
        at: &Snapshot,
        start: u32,
        limit: usize,
        found: &mut Vec<(Slot, Arc<Version>)>,
    ) -> Option<u32> {
        let (mut index, mut count) = (start, 0);
        while let Some((slot, _)) = self.table.cell_at(index) {
            if count == limit {
                return Some(index);
            }
            if let Some(version) = self.read(slot, at) {
                found.push((slot, version));
                count += 1;
            }
            index = index.checked_add(1)?;
        }
        None
    }

    fn walker(&self, slot: WalkerSlot) -> Option<(Time, Arc<WalkerRecord>)> {
        self.table.walker(slot)?.read(|| self.clock.now())
    }

    fn each_walker(&self, visit: &mut dyn FnMut(WalkerSlot, &Arc<WalkerRecord>)) {
        for (index, cell) in &self.table.walkers {
            let Ok(index) = u32::try_from(index) else { return };
            if let Some((_, record)) = cell.read(|| self.clock.now()) {
                visit(WalkerSlot(index), &record);
            }
        }
    }

    fn is_kept(&self, walker: WalkerSlot) -> bool {
        self.table.walker(walker).is_some_and(|cell| cell.kept.load(SeqCst))
    }

    fn arrange(&self, slot: Slot, declared: &[Arc<str>]) -> Option<Arc<Version>> {
        self.arrange_fields(slot, declared)
    }

    fn journal(&self, walker: WalkerSlot, branch: u64) -> Journal {
        let cell = self.table.walker(walker);
        cell.and_then(|cell| cell.journals().get(&branch).cloned()).unwrap_or_default()
    }

    fn branches(&self, walker: WalkerSlot) -> Vec<u64> {
        let cell = self.table.walker(walker);
        cell.map(|cell| cell.journals().keys().copied().collect()).unwrap_or_default()
    }

    fn reserve(&self) -> Slot {
        self.table.reserve()
    }

    fn release(&self, slot: Slot) {
        if self.table.cell(slot).is_some_and(|cell| cell.newest.load().is_none()) {
            self.table.recycle(slot);
        }
    }

    fn reserve_walker(&self) -> WalkerSlot {
        self.table.reserve_walker()
    }

    fn release_walker(&self, slot: WalkerSlot) {
        self.table.release_walker(slot);
    }

    fn commit(&self, changes: ChangeSet) -> Outcome {
        self.commit_all(changes)
    }

    fn take_turns(&self, step: WalkerSlot, places: &[Slot]) -> bool {
        self.committer().turns.take(step, places)
    }

    fn leave_turns(&self, step: WalkerSlot) -> Vec<WalkerSlot> {
        self.committer().turns.leave(step)
    }

    fn due_walkers(&self, now_us: i64, limit: usize) -> Vec<WalkerSlot> {
        let mut due = Vec::new();
        self.each_walker(&mut |slot, record| {
            if !record.status.has_ended() && record.due_us <= now_us && self.leases.is_free(slot, now_us) {
                due.push((record.dispatch.priority, record.due_us, slot));
            }
        });
        due.sort_unstable();
        due.into_iter().take(limit).map(|(.., slot)| slot).collect()
    }

    fn lease(&self, walker: WalkerSlot, holder: u64, now_us: i64, until_us: i64) -> bool {
        self.leases.take(walker, holder, now_us, until_us)
    }

    fn end_lease(&self, walker: WalkerSlot, holder: u64) {
        self.leases.end(walker, holder);
    }
}
