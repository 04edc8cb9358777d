//! The store in a file: what is in memory decides, and a SQLite database follows its commits in order.
//!
//! Owns how the two are put together: reads of what this process has touched come from memory, all else
//! is loaded on first touch (`load`); commits are made in memory, and a thread writes them in groups
//! (`writer`); `progress` says how far it is. It refuses to wait for the disk in order to compute: who
//! lets something leave the process asks `durable` first.

pub mod admin;
pub mod audit;
mod error;
pub mod exchange;
mod fold;
mod keys;
mod load;
mod log;
mod open;
mod progress;
mod requests;
mod rows;
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;

use crossbeam_channel::Sender;
use rustc_hash::FxHashMap;

pub use error::StoreError;
pub use open::{VERSION, is_locked, open_to_read};
pub use progress::OnFailure;
pub use requests::Request;

use super::memory::MemoryStore;
use super::{
    ChangeSet, Classes, EdgeQuery, EdgeSeen, Found, Journal, Link, Listener, Outcome, Slot, Snapshot, Store,
    Time, Version, WalkerRecord, WalkerSlot,
};
use crate::record::Id;
use keys::Keys;
use load::Loader;
use open::{WriteLock, lock};
use progress::Progress;
use writer::{Commit, GROUP, Message, NextKeys, Writer};

/// A store that outlives the process.
pub struct SqliteStore {
    memory: Arc<MemoryStore>,
    loader: Loader,
    progress: Arc<Progress>,
    to_writer: Sender<Message>,
    writer: Mutex<Option<JoinHandle<()>>>,
    _lock: WriteLock,
}

/// Hands every commit to the writer.
struct Follower {
    memory: Weak<MemoryStore>,
    progress: Arc<Progress>,
    to_writer: Sender<Message>,
}

impl SqliteStore {
    /// Opens a store, or makes a new one, and loads the walkers that have not ended. `on_failure` is called
    /// once, when something cannot be read or written: nothing is durable after that.
    pub fn open(path: &Path, on_failure: OnFailure) -> Result<Self, StoreError> {
        open::check_place(path)?;
        let mut lock = lock(path)?;
        let connection = open::open(path, &mut lock)?;
        connection.execute("UPDATE requests SET answer = ?1 WHERE answer IS NULL", [requests::NOBODY])?;
        let last = |table: &str| -> Result<i64, StoreError> {
            let sql = format!("SELECT coalesce(max(key), 0) FROM {table}");
            Ok(connection.query_row(&sql, [], |row| row.get(0))?)
        };
        let last_edge = last("edges")?;
        let next = NextKeys {
            node: last("nodes")? + 1,
            edge: last_edge + 1,
            walker: last("walkers")? + 1,
            globals: last("globals")? + 1,
        };
        let memory = Arc::new(MemoryStore::new());
        let progress = Arc::new(Progress::new(on_failure));
        let (keys, walker_keys) = (Arc::new(Keys::default()), Arc::new(Keys::default()));
        let place = path.to_owned();
        let loader = Loader {
            memory: memory.clone(),
            progress: progress.clone(),
            keys: keys.clone(),
            walker_keys: walker_keys.clone(),
            last_edge,
            connections: Mutex::default(),
            open: Box::new(move || open::open_another(&place)),
            globals: Mutex::default(),
        };
        let mut journals: FxHashMap<i64, FxHashMap<u64, Journal>> = FxHashMap::default();
        for (key, _, own) in loader.load_unfinished()? {
            if !own.is_empty() {
                journals.insert(key, own.into_iter().collect());
            }
        }
        let globals = {
            let known = loader.globals.lock().unwrap_or_else(PoisonError::into_inner);
            known.iter().map(|(key, record)| (record.clone(), *key)).collect()
        };
        let (to_writer, messages) = crossbeam_channel::bounded(GROUP);
        let writer = Writer {
            connection,
            memory: memory.clone(),
            progress: progress.clone(),
            keys,
            walker_keys,
            next,
            journals,
            globals,
        };
        let thread =
            std::thread::Builder::new().name("store".to_owned()).spawn(move || writer.run(&messages));
        let thread = thread.map_err(|error| StoreError::Failed(error.to_string()))?;
        memory.listen(Arc::new(Follower {
            memory: Arc::downgrade(&memory),
            progress: progress.clone(),
            to_writer: to_writer.clone(),
        }));
        let writer = Mutex::new(Some(thread));
        Ok(SqliteStore { memory, loader, progress, to_writer, writer, _lock: lock })
    }

    /// Waits until all that was committed by now is on disk.
    pub fn settle(&self) -> Result<(), StoreError> {
        self.progress.wait(self.memory.now())
    }

    /// Writes all that is left and folds the log into the file.
    pub fn close(&self) -> Result<(), StoreError> {
        let thread = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // Readers go first: the log cannot be folded in while they hold it.
            self.loader.connections.lock().unwrap_or_else(PoisonError::into_inner).clear();
            let _ = self.to_writer.send(Message::Stop);
            let _ = thread.join();
        }
        match self.progress.failure() {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    /// What other processes ask for, with the number under which the answer goes.
    pub fn requests(&self) -> Result<Vec<(i64, Request)>, StoreError> {
        self.loader.read(requests::open_ones)
    }

    /// Answers a request.
    pub fn answer(&self, key: i64, text: impl Into<String>) {
        let _ = self.to_writer.send(Message::Answer { key, text: text.into() });
    }

    /// Forgets walkers that ended before a time; how many there were.
    pub fn prune(&self, before_us: i64) -> Option<u64> {
        let (count, counted) = crossbeam_channel::bounded(1);
        self.to_writer.send(Message::Prune { before_us, count }).ok()?;
        counted.recv().ok()
    }

    /// Something cannot be read: the store ends, since its reader would go on with half of it.
    fn read<T>(&self, result: Result<Option<T>, StoreError>) -> Option<T> {
        result.unwrap_or_else(|error| {
            self.progress.fail(error);
            None
        })
    }

    fn warm(&self, node: Slot) {
        if self.memory.is_cold(node) {
            self.read(self.loader.warm(node).map(Some));
        }
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        let _ = self.close();
    }
}

impl Listener for Follower {
    fn committed(&self, time: Time, changes: &Arc<ChangeSet>) {
        let Some(memory) = self.memory.upgrade() else { return };
        let connected = changes.links.iter().filter_map(|link| match link {
            Link::Connect { edge, .. } => Some(edge.slot),
            Link::Disconnect { .. } => None,
        });
        let created = changes.created.iter().map(|new| new.slot);
        let written = changes.written.chunk_by(|a, b| a.slot == b.slot).filter_map(|writes| writes.first());
        let slots = created.chain(connected).chain(written.map(|write| write.slot));
        let versions = slots.filter_map(|slot| {
            let version = memory.newest(slot)?;
            version.is_live().then_some((slot, version))
        });
        let versions = versions.collect();
        let mut gone: Vec<Id> = Vec::new();
        for node in &changes.deleted {
            gone.extend(memory.newest(*node).map(|version| version.id()));
            gone.extend(memory.edges_that_ended(*node, time));
        }
        for link in &changes.links {
            if let Link::Disconnect { edge } = link {
                gone.extend(memory.newest(*edge).map(|version| version.id()));
            }
        }
        gone.iter().for_each(|id| self.progress.ends(*id));
        let _ =
            self.to_writer.send(Message::Commit(Commit { time, changes: changes.clone(), versions, gone }));
    }
}

impl Store for SqliteStore {
    fn classes(&self) -> &Classes {
        self.memory.classes()
    }

    fn snapshot(&self) -> Snapshot {
        self.memory.snapshot()
    }

    fn now(&self) -> Time {
        self.memory.now()
    }

    fn durable(&self) -> Time {
        self.progress.durable()
    }

    fn listen(&self, listener: Arc<dyn Listener>) {
        let mut listeners = self.progress.listeners.load_full().to_vec();
        listeners.push(listener.clone());
        self.progress.listeners.store(Arc::new(listeners));
        self.memory.listen(listener);
    }

    fn find(&self, id: Id) -> Option<Found> {
        self.memory.find(id).or_else(|| self.read(self.loader.find(id)))
    }

    fn read(&self, slot: Slot, at: &Snapshot) -> Option<Arc<Version>> {
        self.memory.read(slot, at)
    }

    fn edges(&self, node: Slot, at: &Snapshot, query: &EdgeQuery<'_>, found: &mut Vec<EdgeSeen>) -> bool {
        self.warm(node);
        self.memory.edges(node, at, query, found)
    }

    fn edges_changed(&self, node: Slot) -> Time {
        self.memory.edges_changed(node)
    }

    fn scan(
        &self,
        at: &Snapshot,
        start: u32,
        limit: usize,
        found: &mut Vec<(Slot, Arc<Version>)>,
    ) -> Option<u32> {
        if start == 0 {
            self.read(self.loader.load_all().map(Some));
        }
        self.memory.scan(at, start, limit, found)
    }

    fn walker(&self, slot: WalkerSlot) -> Option<(Time, Arc<WalkerRecord>)> {
        self.memory.walker(slot)
    }

    fn is_kept(&self, walker: WalkerSlot) -> bool {
        self.memory.is_kept(walker)
    }

    fn each_walker(&self, visit: &mut dyn FnMut(WalkerSlot, &Arc<WalkerRecord>)) {
        self.memory.each_walker(visit);
    }

    fn arrange(&self, slot: Slot, declared: &[Arc<str>]) -> Option<Arc<Version>> {
        self.memory.arrange(slot, declared)
    }

    fn journal(&self, walker: WalkerSlot, branch: u64) -> Journal {
        self.memory.journal(walker, branch)
    }

    fn branches(&self, walker: WalkerSlot) -> Vec<u64> {
        self.memory.branches(walker)
    }

    fn reserve(&self) -> Slot {
        self.memory.reserve()
    }

    fn release(&self, slot: Slot) {
        self.memory.release(slot);
    }

    fn reserve_walker(&self) -> WalkerSlot {
        self.memory.reserve_walker()
    }

    fn release_walker(&self, slot: WalkerSlot) {
        self.memory.release_walker(slot);
    }

    fn commit(&self, changes: ChangeSet) -> Outcome {
        // The edges of a node that goes end with it, so they must be known.
        changes.deleted.iter().for_each(|node| self.warm(*node));
        self.memory.commit(changes)
    }

    fn take_turns(&self, step: WalkerSlot, places: &[Slot]) -> bool {
        self.memory.take_turns(step, places)
    }

    fn leave_turns(&self, step: WalkerSlot) -> Vec<WalkerSlot> {
        self.memory.leave_turns(step)
    }

    fn due_walkers(&self, now_us: i64, limit: usize) -> Vec<WalkerSlot> {
        self.memory.due_walkers(now_us, limit)
    }

    fn lease(&self, walker: WalkerSlot, holder: u64, now_us: i64, until_us: i64) -> bool {
        self.memory.lease(walker, holder, now_us, until_us)
    }

    fn end_lease(&self, walker: WalkerSlot, holder: u64) {
        self.memory.end_lease(walker, holder);
    }
}
