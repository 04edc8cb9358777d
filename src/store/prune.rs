//! Pruning: forgetting versions that nobody can see.
//!
//! Owns what happens to a cell after a commit has put a new version on top: the older
//! ones that no reader needs are cut out of its chain, and the cell of something that is
//! gone is recycled. It runs after the commit, outside its lock, one thread at a time,
//! over many cells at once. It refuses to wait for readers: a cell that must keep
//! something for one is set aside until that reader has moved on, and then looked at once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use super::table::{Cell, Table};
use super::{Clock, Found, Slot, Time, Version};

/// How many cells of the backlog one round may look at, for each new one.
const CATCH_UP: usize = 4;

/// What is left to be pruned.
#[derive(Default)]
pub(super) struct Pruner {
    /// Cells that keep something for the reader at this time.
    kept: BTreeMap<Time, Vec<Slot>>,
    /// Cells to be looked at by later rounds: their reader has moved on, or a commit came
    /// while they were looked at.
    backlog: Vec<Slot>,
}

/// Who may still read: nobody before the first of `times`, or before `now` if none.
struct Readers {
    now: Time,
    times: Vec<Time>,
}

/// What a cell still keeps.
enum Rest {
    /// Its newest version only.
    Newest,
    /// Something for the reader at this time.
    For(Time),
    /// Something for readers who come while the newest commit is being put in place.
    ForNewcomers,
    /// Nothing but that it is gone.
    Gone(Arc<Version>),
}

impl Pruner {
    /// Looks at the cells of a batch, and at some of the backlog, so that no round is long.
    /// Gives the time before which nobody reads, now or later.
    pub(super) fn run(&mut self, table: &Table, clock: &Clock, batch: Vec<Slot>) -> Time {
        let (now, times) = clock.readers();
        let readers = Readers { now, times };
        let ended = |time: &Time| readers.times.binary_search(time).is_err();
        let ended: Vec<Time> = self.kept.keys().copied().filter(ended).collect();
        for slot in ended.iter().filter_map(|time| self.kept.remove(time)).flatten() {
            if let Some(cell) = table.cell(slot) {
                cell.kept.store(false, SeqCst);
            }
            self.backlog.push(slot);
        }
        let left = self.backlog.len().saturating_sub(CATCH_UP * batch.len().max(1));
        let old = self.backlog.split_off(left);
        for slot in batch.into_iter().chain(old) {
            self.look_at(table, slot, &readers);
        }
        readers.times.first().map_or(now, |first| now.min(*first))
    }

    fn look_at(&mut self, table: &Table, slot: Slot, readers: &Readers) {
        let Some(cell) = table.cell(slot) else { return };
        cell.queued.store(false, SeqCst);
        match trim(cell, readers) {
            Rest::Newest => {}
            Rest::For(time) => {
                if !cell.kept.swap(true, SeqCst) {
                    self.kept.entry(time).or_default().push(slot);
                }
            }
            Rest::ForNewcomers => {
                if !cell.queued.swap(true, SeqCst) {
                    self.backlog.push(slot);
                }
            }
            Rest::Gone(version) => {
                table.forget(version.id(), Found::Archetype(slot));
                table.recycle(slot);
            }
        }
    }
}

/// Cuts what nobody needs out of a cell's chain. A version is needed if somebody reads, or
/// may begin to read, between it and the next newer one. What is cut out keeps its own
/// link, since a reader may stand there.
fn trim(cell: &Cell, readers: &Readers) -> Rest {
    let Some(newest) = cell.newest.load_full() else { return Rest::Newest };
    let (mut for_newcomers, mut for_reader) = (newest.time() > readers.now && !newest.is_live(), None);
    let mut last_kept = newest.clone();
    let mut newer_time = newest.time();
    let mut next = newest.older.load_full();
    let mut cut = false;
    while let Some(version) = next {
        next = version.older.load_full();
        let reader = readers.between(version.time(), newer_time);
        let newcomers = newer_time > readers.now;
        newer_time = version.time();
        if reader.is_none() && !newcomers {
            cut = true;
            continue;
        }
        for_newcomers |= newcomers;
        for_reader = reader.or(for_reader);
        if cut {
            last_kept.older.store(Some(version.clone()));
            cut = false;
        }
        last_kept = version;
    }
    if cut {
        last_kept.older.store(None);
    }
    match for_reader {
        _ if for_newcomers => Rest::ForNewcomers,
        Some(time) => Rest::For(time),
        None if newest.is_live() => Rest::Newest,
        None => Rest::Gone(newest),
    }
}

impl Readers {
    /// Somebody who reads at `from` or later, and before `to`.
    fn between(&self, from: Time, to: Time) -> Option<Time> {
        let first = self.times.partition_point(|time| *time < from);
        self.times.get(first).copied().filter(|time| *time < to)
    }
}
