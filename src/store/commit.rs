//! Commits to the store in memory: check, then put everything in place, then move the clock.
//!
//! Owns the one way in which stored data changes. New versions are built before the lock
//! is taken; under it, what the change set relies on is checked, and either nothing
//! happens or all of it. No reader sees a part: what is being put in place is later than
//! the clock. Listeners hear of it in order; memory is freed after the lock.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use arc_swap::ArcSwapOption;
use rustc_hash::FxHashSet;

use crate::record::Id;

use super::edges::{Change, EdgeList};
use super::memory::{Committer, MemoryStore};
use super::table::{Cell, WalkerVersion};
use super::{
    Aspect, Base, ChangeSet, Created, EdgeSeen, Expected, Found, JournalChange, Link, Lost, MAIN_LINE,
    Outcome, Slot, Time, Version, WalkerChange, Way, Write,
};

/// What could be built before the lock was taken.
struct Prepared {
    created: Vec<(Slot, Arc<Version>)>,
    /// In the order of the links that connect.
    edges: Vec<Arc<Version>>,
    rewrites: Vec<Rewrite>,
}

/// The next version of a stored node or edge.
struct Rewrite {
    slot: Slot,
    /// What it was built upon; None if there was nothing alive.
    base: Option<Arc<Version>>,
    next: Option<Arc<Version>>,
}

impl MemoryStore {
    pub(super) fn commit_all(&self, mut changes: ChangeSet) -> Outcome {
        changes.written.sort_by_key(|write| write.slot);
        changes.reshaped.sort_unstable();
        if let Some(id) = self.name_new(&changes) {
            return Outcome::Taken(id);
        }
        let prepared = self.prepare(&changes);
        let changes = Arc::new(changes);
        let mut committer = self.committer();
        let lost = self.check(&committer, &changes, &prepared);
        if !lost.is_empty() {
            drop(committer);
            self.unname(names(&changes));
            return Outcome::Lost(lost.in_order());
        }
        let time = Time(self.clock.now().0 + 1);
        let mut commit = Commit { store: self, committer: &mut committer, time, old_lists: Vec::new() };
        commit.install(&changes, prepared);
        let old_lists = commit.old_lists;
        // Told before anybody can see it: whoever sees a walker's end finds its lines written.
        self.listeners.load().iter().for_each(|listener| listener.committed(time, &changes));
        self.clock.advance(time);
        let round = self.round(&mut committer);
        drop(committer);
        drop((old_lists, changes));
        if let Some(round) = round {
            self.prune(round);
        }
        Outcome::Committed(time)
    }

    /// Lets the ids of all that is new be found; gives the first that another thing has,
    /// and then none can be found.
    fn name_new(&self, changes: &ChangeSet) -> Option<Id> {
        let taken = names(changes).position(|(id, found)| self.table.name(id, found).is_some())?;
        self.unname(names(changes).take(taken));
        names(changes).nth(taken).map(|(id, _)| id)
    }

    fn unname(&self, names: impl Iterator<Item = (Id, Found)>) {
        names.for_each(|(id, found)| self.table.forget(id, found));
    }

    fn prepare(&self, changes: &ChangeSet) -> Prepared {
        let created = changes.created.iter().map(|new| (new.slot, Version::node(new)));
        let edges = changes.links.iter().filter_map(|link| match link {
            Link::Connect { edge, from, to } => Some(Version::edge(edge, *from, *to)),
            Link::Disconnect { .. } => None,
        });
        let groups = changes.written.chunk_by(|a, b| a.slot == b.slot);
        let rewrites = groups.filter_map(|writes| {
            let slot = writes.first()?.slot;
            let base = self.table.cell(slot).and_then(Cell::living);
            let next = base.as_ref().map(|base| next_version(base, writes, changes));
            Some(Rewrite { slot, base, next })
        });
        Prepared { created: created.collect(), edges: edges.collect(), rewrites: rewrites.collect() }
    }

    // ---- checking, under the lock

    fn check(&self, committer: &Committer, changes: &ChangeSet, prepared: &Prepared) -> Lost {
        let mut lost = Lost::default();
        let is_base = |rewrite: &Rewrite| {
            let newest = self.table.cell(rewrite.slot).map(|cell| cell.newest.load());
            let newest = newest.as_ref().and_then(|newest| newest.as_ref());
            matches!((newest, &rewrite.base), (Some(newest), Some(base)) if Arc::ptr_eq(newest, base))
        };
        let moved_on =
            prepared.rewrites.iter().filter(|rewrite| !is_base(rewrite)).map(|rewrite| rewrite.slot);
        lost.places.extend(moved_on.filter(|slot| !self.is_alive(*slot)));
        self.each_place_that_is_gone(changes, &mut |slot| lost.places.push(slot));
        let stale = changes.expected.iter().filter(|expected| !self.holds(expected));
        lost.places.extend(stale.map(|expected| expected.slot));
        if let Some(step) = changes.step.filter(|_| committer.turns.any_held()) {
            let expected = changes.expected.iter().map(|expected| expected.slot);
            let risky = expected.chain(changes.deleted.iter().copied());
            lost.places.extend(risky.filter(|place| committer.turns.held_by_other(step, *place)));
        }
        let wrong = changes.walkers.iter().filter(|change| !self.is_base(change));
        lost.walkers.extend(wrong.map(|change| change.slot));
        lost
    }

    fn is_alive(&self, slot: Slot) -> bool {
        let cell = self.table.cell(slot);
        cell.is_some_and(|cell| cell.newest.load().as_ref().is_some_and(|version| version.is_live()))
    }

    /// The nodes that links and deletions need, and that are neither alive nor new.
    fn each_place_that_is_gone(&self, changes: &ChangeSet, gone: &mut dyn FnMut(Slot)) {
        if changes.links.is_empty() && changes.deleted.is_empty() {
            return;
        }
        let connected = changes.links.iter().filter_map(|link| match link {
            Link::Connect { edge, .. } => Some(edge.slot),
            Link::Disconnect { .. } => None,
        });
        let new: FxHashSet<Slot> = changes.created.iter().map(|new| new.slot).chain(connected).collect();
        let mut need = |slot: Slot| {
            if !new.contains(&slot) && !self.is_alive(slot) {
                gone(slot);
            }
        };
        changes.deleted.iter().for_each(|node| need(*node));
        for link in &changes.links {
            let ends = match link {
                Link::Connect { from, to, .. } => Some((*from, *to)),
                Link::Disconnect { edge } => self.ends_of(*edge),
            };
            match (ends, link) {
                (Some((from, to)), _) => [from, to].into_iter().for_each(&mut need),
                (None, Link::Disconnect { edge }) => need(*edge),
                (None, Link::Connect { .. }) => {}
            }
        }
    }

    /// The ends of a stored edge, also if it was removed while somebody could still see it.
    fn ends_of(&self, edge: Slot) -> Option<(Slot, Slot)> {
        let newest = self.table.cell(edge)?.newest.load_full()?;
        newest.ends().or_else(|| newest.older.load_full().and_then(|older| older.ends()))
    }

    /// Whether nothing has changed what was read since its first read.
    fn holds(&self, expected: &Expected) -> bool {
        let Some(cell) = self.table.cell(expected.slot) else { return false };
        let newest = cell.newest.load();
        let Some(newest) = newest.as_ref().filter(|version| version.is_live()) else { return false };
        match expected.aspect {
            Aspect::Field(position) => newest.changed(position) <= expected.seen,
            Aspect::Edges(way) => {
                cell.edges.load().as_ref().is_none_or(|list| list.changed(way) <= expected.seen)
            }
        }
    }

    fn is_base(&self, change: &WalkerChange) -> bool {
        let Some(cell) = self.table.walker(change.slot) else { return false };
        let newest = cell.newest.load().as_ref().map(|version| version.time);
        match change.base {
            Base::Any => true,
            Base::New => newest.is_none(),
            Base::At(time) => newest == Some(time),
        }
    }
}

/// The ids of all that is new.
fn names(changes: &ChangeSet) -> impl Iterator<Item = (Id, Found)> + '_ {
    let archetype = |new: &Created| (new.id, Found::Archetype(new.slot));
    let nodes = changes.created.iter().map(archetype);
    let edges = changes.links.iter().filter_map(move |link| match link {
        Link::Connect { edge, .. } => Some(archetype(edge)),
        Link::Disconnect { .. } => None,
    });
    let walkers = changes.walkers.iter().filter(|change| change.base == Base::New);
    nodes.chain(edges).chain(walkers.map(|change| (change.record.id, Found::Walker(change.slot))))
}

fn next_version(base: &Arc<Version>, writes: &[Write], changes: &ChangeSet) -> Arc<Version> {
    let slot = writes.first().map(|write| write.slot);
    let reshaped = &changes.reshaped;
    let at = reshaped.partition_point(|(known, _)| Some(*known) < slot);
    let layout = reshaped.get(at).filter(|(known, _)| Some(*known) == slot).map(|(_, layout)| *layout);
    Version::after(base, writes, layout)
}

/// One commit that has been checked, under the lock.
struct Commit<'a> {
    store: &'a MemoryStore,
    committer: &'a mut Committer,
    time: Time,
    old_lists: Vec<Arc<EdgeList>>,
}

impl Commit<'_> {
    fn install(&mut self, changes: &ChangeSet, prepared: Prepared) {
        for (slot, version) in prepared.created {
            self.put(slot, version);
        }
        let mut groups = changes.written.chunk_by(|a, b| a.slot == b.slot);
        for rewrite in prepared.rewrites {
            let Some(writes) = groups.next() else { break };
            self.rewrite(rewrite, writes, changes);
        }
        let mut edges = prepared.edges.into_iter();
        for link in &changes.links {
            match link {
                Link::Connect { edge, from, to } => {
                    if let Some(version) = edges.next() {
                        self.connect(edge, version, *from, *to);
                    }
                }
                Link::Disconnect { edge } => self.disconnect(*edge),
            }
        }
        changes.deleted.iter().for_each(|node| self.delete(*node));
        changes.walkers.iter().for_each(|change| self.walker(change));
        changes.journals.iter().for_each(|change| self.journal(change));
    }

    /// Puts the newest version of a cell in place.
    fn put(&self, slot: Slot, version: Arc<Version>) {
        if let Some(cell) = self.store.table.cell(slot) {
            version.date(self.time);
            cell.newest.store(Some(version));
        }
    }

    /// The same, where the version before it may be pruned soon.
    fn supersede(&mut self, slot: Slot, version: Arc<Version>) {
        self.put(slot, version);
        self.committer.superseded += 1;
        if self.store.table.cell(slot).is_some_and(|cell| !cell.queued.swap(true, SeqCst)) {
            self.committer.changed.push(slot);
        }
    }

    fn rewrite(&mut self, rewrite: Rewrite, writes: &[Write], changes: &ChangeSet) {
        let Some(cell) = self.store.table.cell(rewrite.slot) else { return };
        let Some(newest) = cell.living() else { return };
        let next = match (rewrite.base, rewrite.next) {
            (Some(base), Some(next)) if Arc::ptr_eq(&base, &newest) => next,
            // Somebody else has committed to other fields since.
            _ => next_version(&newest, writes, changes),
        };
        self.supersede(rewrite.slot, next);
    }

    fn connect(&mut self, edge: &Created, version: Arc<Version>, from: Slot, to: Slot) {
        self.put(edge.slot, version);
        let class = self.store.classes.get(edge.layout).class;
        for (node, other, way) in [(from, to, Way::Out), (to, from, Way::In)] {
            let seen = EdgeSeen { edge: edge.slot, other, class, way };
            self.change_list(node, |list, change| EdgeList::add(list, seen, change));
        }
    }

    fn disconnect(&mut self, edge: Slot) {
        let Some(newest) = self.store.table.cell(edge).and_then(Cell::living) else { return };
        let Some((from, to)) = newest.ends() else { return };
        self.supersede(edge, Version::gone(&newest));
        self.end(from, edge, Way::Out);
        self.end(to, edge, Way::In);
    }

    fn end(&mut self, node: Slot, edge: Slot, way: Way) {
        self.change_list(node, |list, change| list.and_then(|list| list.end(edge, way, change)));
    }

    fn change_list(
        &mut self,
        node: Slot,
        next: impl FnOnce(Option<&EdgeList>, &Change<'_>) -> Option<EdgeList>,
    ) {
        let Some(cell) = self.store.table.cell(node) else { return };
        let change = Change { time: self.time, horizon: self.store.horizon(), places: &self.store.table };
        let list = cell.edges.load();
        if let Some(next) = next(list.as_deref(), &change) {
            drop(list);
            self.old_lists.extend(cell.edges.swap(Some(Arc::new(next))));
        }
    }

    /// A node goes, and each of its edges; its own list stays for those who still see it.
    fn delete(&mut self, node: Slot) {
        let Some(cell) = self.store.table.cell(node) else { return };
        let Some(newest) = cell.living() else { return };
        let edges = cell.edges.load().as_ref().map(|list| list.living()).unwrap_or_default();
        for seen in edges {
            if let Some(edge) = self.store.table.cell(seen.edge).and_then(Cell::living) {
                self.supersede(seen.edge, Version::gone(&edge));
            }
            if seen.other != node {
                self.end(seen.other, seen.edge, seen.way.opposite());
            }
        }
        self.supersede(node, Version::gone(&newest));
    }

    fn walker(&self, change: &WalkerChange) {
        let Some(cell) = self.store.table.walker(change.slot) else { return };
        let older = cell.newest.load_full();
        if let Some(older) = &older {
            older.older.store(None);
        }
        let is_first = older.is_none();
        let (record, older) = (change.record.clone(), ArcSwapOption::new(older));
        let version = WalkerVersion { time: self.time, record, is_first, older };
        cell.newest.store(Some(Arc::new(version)));
    }

    fn journal(&self, change: &JournalChange) {
        let Some(cell) = self.store.table.walker(change.walker) else { return };
        let mut journals = cell.journals();
        match &change.journal {
            Some(journal) => drop(journals.insert(change.branch, journal.clone())),
            None if change.branch == MAIN_LINE => journals.clear(),
            None => drop(journals.remove(&change.branch)),
        }
    }
}
