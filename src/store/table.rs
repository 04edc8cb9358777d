//! The table: one cell for each node and edge, one for each walker, and ids to find them.
//!
//! Owns the cells, their numbers, and when a number is used again. The table only grows,
//! so a cell never moves; each cell holds its newest version and swaps it as a whole. It
//! refuses to know commits: what is in a cell, and when, is `memory`'s business.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwapOption;
use dashmap::DashMap;
use rustc_hash::FxBuildHasher;

use crate::record::Id;

use super::edges::{EdgeList, Places};
use super::{Found, Journal, Slot, Time, Version, WalkerRecord, WalkerSlot, Way};

/// All cells.
#[derive(Default)]
pub(super) struct Table {
    cells: boxcar::Vec<Cell>,
    spare: Mutex<Vec<u32>>,
    pub(super) walkers: boxcar::Vec<WalkerCell>,
    spare_walkers: Mutex<Vec<WalkerSlot>>,
    ids: DashMap<Id, Found, FxBuildHasher>,
}

/// Where a node or an edge lives.
#[derive(Default)]
pub(super) struct Cell {
    generation: AtomicU32,
    /// Waits to be looked at by the pruner.
    pub(super) queued: AtomicBool,
    /// Keeps old versions for a reader, and the pruner knows it.
    pub(super) kept: AtomicBool,
    /// A node of an earlier process whose edges from then have not been put in yet.
    pub(super) cold: AtomicBool,
    /// Of an edge: where it is in the logs of the nodes where it begins and ends.
    places: [AtomicU32; 2],
    pub(super) newest: ArcSwapOption<Version>,
    pub(super) edges: ArcSwapOption<EdgeList>,
}

/// Where a walker lives. The newest record, and the one before it for readers who came
/// before the clock moved.
#[derive(Default)]
pub(super) struct WalkerCell {
    /// From an earlier process.
    pub(super) kept: AtomicBool,
    pub(super) newest: ArcSwapOption<WalkerVersion>,
    pub(super) journals: Mutex<BTreeMap<u64, Journal>>,
}

pub(super) struct WalkerVersion {
    pub(super) time: Time,
    pub(super) record: Arc<WalkerRecord>,
    /// Nothing came before it.
    pub(super) is_first: bool,
    pub(super) older: ArcSwapOption<WalkerVersion>,
}

impl Table {
    /// The cell of a slot that has not been used again since.
    pub(super) fn cell(&self, slot: Slot) -> Option<&Cell> {
        self.cells.get(slot.index as usize).filter(|cell| cell.is(slot))
    }

    pub(super) fn cell_at(&self, index: u32) -> Option<(Slot, &Cell)> {
        let cell = self.cells.get(index as usize)?;
        Some((Slot { index, generation: cell.generation.load(SeqCst) }, cell))
    }

    pub(super) fn reserve(&self) -> Slot {
        if let Some((slot, _)) = locked(&self.spare).pop().and_then(|index| self.cell_at(index)) {
            return slot;
        }
        self.extend()
    }

    /// A cell that is new.
    pub(super) fn extend(&self) -> Slot {
        let index = self.cells.push(Cell::default());
        let index = u32::try_from(index).expect("a table of 4 billion cells does not fit into memory");
        Slot { index, generation: 0 }
    }

    /// Makes a cell empty and lets its number be used again; old slots then read as gone.
    pub(super) fn recycle(&self, slot: Slot) {
        let Some(cell) = self.cell(slot) else { return };
        cell.generation.fetch_add(1, SeqCst);
        cell.newest.store(None);
        cell.edges.store(None);
        cell.cold.store(false, SeqCst);
        locked(&self.spare).push(slot.index);
    }

    pub(super) fn reserve_walker(&self) -> WalkerSlot {
        if let Some(slot) = locked(&self.spare_walkers).pop() {
            return slot;
        }
        let index = self.walkers.push(WalkerCell::default());
        WalkerSlot(u32::try_from(index).expect("a table of 4 billion walkers does not fit into memory"))
    }

    /// Lets the number of a walker that was never committed be used again.
    pub(super) fn release_walker(&self, slot: WalkerSlot) {
        if self.walker(slot).is_some_and(|cell| cell.newest.load().is_none()) {
            locked(&self.spare_walkers).push(slot);
        }
    }

    pub(super) fn walker(&self, slot: WalkerSlot) -> Option<&WalkerCell> {
        self.walkers.get(slot.0 as usize)
    }

    pub(super) fn find(&self, id: Id) -> Option<Found> {
        self.ids.get(&id).map(|found| *found)
    }

    /// Lets an id be found. What it was found as before, if that is something else.
    pub(super) fn name(&self, id: Id, found: Found) -> Option<Found> {
        let entry = self.ids.entry(id).or_insert(found);
        (*entry != found).then_some(*entry)
    }

    /// The id is found no more, if it is still found as this.
    pub(super) fn forget(&self, id: Id, found: Found) {
        self.ids.remove_if(&id, |_, known| *known == found);
    }

    fn place_of(&self, edge: Slot, way: Way) -> Option<&AtomicU32> {
        let [out, into] = &self.cell(edge)?.places;
        Some(if way == Way::In { into } else { out })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Places for Table {
    fn place(&self, edge: Slot, way: Way) -> u32 {
        self.place_of(edge, way).map_or(u32::MAX, |place| place.load(Relaxed))
    }

    fn set_place(&self, edge: Slot, way: Way, place: u32) {
        if let Some(kept) = self.place_of(edge, way) {
            kept.store(place, Relaxed);
        }
    }
}

impl Cell {
    /// Whether the cell is still the one that the slot was given for.
    pub(super) fn is(&self, slot: Slot) -> bool {
        self.generation.load(SeqCst) == slot.generation
    }

    /// The newest version, if it is alive.
    pub(super) fn living(&self) -> Option<Arc<Version>> {
        self.newest.load_full().filter(|version| version.is_live())
    }
}

impl WalkerCell {
    /// The newest record that is not later than the clock, which is asked again if the
    /// record moved on in between.
    pub(super) fn read(&self, now: impl Fn() -> Time) -> Option<(Time, Arc<WalkerRecord>)> {
        loop {
            let now = now();
            let mut version = self.newest.load_full()?;
            if version.time > now {
                match version.older.load_full() {
                    Some(older) => version = older,
                    None if version.is_first => return None,
                    None => continue,
                }
            }
            if version.time <= now {
                return Some((version.time, version.record.clone()));
            }
        }
    }

    pub(super) fn journals(&self) -> MutexGuard<'_, BTreeMap<u64, Journal>> {
        locked(&self.journals)
    }
}
