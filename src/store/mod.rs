//! The store: versioned records of nodes, edges and walkers, shared by all isolates.
//!
//! Owns the trait that every store implements, and the one in memory. A store answers
//! reads at a snapshot, commits a set of changes or says on what it lost, lets losers
//! take turns, and hands out due walkers. It knows records only: it refuses to know
//! values, abilities, what a step is, or when one is run again.
//!
//! Three words: a *slot* is where a node or an edge lives in this process (ids are turned
//! into slots at the border); a *time* counts commits; a *snapshot* is a time at which
//! somebody is reading, so that what it can see is kept. What a step first read at time t
//! is still current if nothing has changed it after t: this is all that is validated.

mod change;
mod class;
mod cold;
mod commit;
mod edges;
mod journal;
mod lease;
mod memory;
mod prune;
mod snapshot;
pub mod sqlite;
mod table;
mod turns;
mod version;
mod walker;

use std::sync::Arc;

use crate::record::Id;

pub use change::{
    Aspect, Base, ChangeSet, Created, Expected, Link, Lost, Outcome, OutputLine, Stream, WalkerChange, Write,
};
pub use class::{ClassId, Classes, FieldNames, Layout, LayoutId};
pub use edges::{EdgeQuery, EdgeSeen, Way};
pub use journal::{Answer, EntryKind, Journal, JournalChange, JournalEntry, MAIN_LINE};
pub use memory::MemoryStore;
pub use snapshot::{Clock, Snapshot, Time};
pub use sqlite::{SqliteStore, StoreError};
pub use turns::Turns;
pub use version::{Version, is_missing};
pub use walker::{Dispatch, Fields, Status, StepStart, WalkerRecord};

/// Where a node or an edge lives in this process. A slot is used again when nobody can
/// see what it held; the generation tells the two apart, so an old slot reads as gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    pub index: u32,
    pub generation: u32,
}

/// Where a walker lives in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WalkerSlot(pub u32);

/// What an id names in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A node or an edge; its version says which.
    Archetype(Slot),
    Walker(WalkerSlot),
}

/// Versioned records, shared between threads. Nothing here runs Jac code or waits for it.
pub trait Store: Send + Sync {
    /// The classes and field names that stored records have.
    fn classes(&self) -> &Classes;

    /// A snapshot of all that has been committed. Take turns first, then the snapshot.
    fn snapshot(&self) -> Snapshot;

    /// The time of the newest commit.
    fn now(&self) -> Time;

    /// The newest commit that survives a crash; what depends on a later one must not leave
    /// the process. In memory nothing survives, so nothing need wait: this is `now`.
    fn durable(&self) -> Time;

    /// Adds a listener, which is told of all later commits in their order.
    fn listen(&self, listener: Arc<dyn Listener>);

    // ---- reading

    /// Finds what an id names. It may be gone, or not yet there, at the caller's snapshot.
    fn find(&self, id: Id) -> Option<Found>;

    /// The node or edge as the snapshot sees it; None if it is gone, or not there yet.
    fn read(&self, slot: Slot, at: &Snapshot) -> Option<Arc<Version>>;

    /// Appends a node's edges as the snapshot sees them, in the order of their connection;
    /// false if the node is gone or not there yet.
    fn edges(&self, node: Slot, at: &Snapshot, query: &EdgeQuery<'_>, found: &mut Vec<EdgeSeen>) -> bool;

    /// The commit that last changed a node's edges.
    fn edges_changed(&self, node: Slot) -> Time;

    /// Appends at most `limit` nodes and edges that the snapshot sees, in the order of
    /// their slots from `start` on; gives where to go on, None at the end.
    fn scan(
        &self,
        at: &Snapshot,
        start: u32,
        limit: usize,
        found: &mut Vec<(Slot, Arc<Version>)>,
    ) -> Option<u32>;

    /// The newest version of a node or edge with its fields in the order in which its class declares them
    /// today, what is not declared behind them; None if it is gone. A field that the record has not
    /// `is_missing`.
    fn arrange(&self, slot: Slot, declared: &[Arc<str>]) -> Option<Arc<Version>>;

    /// The newest record of a walker, and the commit that it is from. A snapshot taken or
    /// moved afterwards sees all that was committed with it.
    fn walker(&self, slot: WalkerSlot) -> Option<(Time, Arc<WalkerRecord>)>;

    /// Whether a walker was spawned by an earlier process: the program may have changed since.
    fn is_kept(&self, walker: WalkerSlot) -> bool;

    /// Goes through the newest records of all walkers, oldest walker first.
    fn each_walker(&self, visit: &mut dyn FnMut(WalkerSlot, &Arc<WalkerRecord>));

    /// The journal of a walker's current step. Only that step reads it.
    fn journal(&self, walker: WalkerSlot, branch: u64) -> Journal;

    /// The branches of that journal, the main line among them if it has entries.
    fn branches(&self, walker: WalkerSlot) -> Vec<u64>;

    // ---- writing

    /// A slot for a node or an edge that a change set may create.
    fn reserve(&self) -> Slot;

    /// Gives back a reserved slot whose node or edge was not committed.
    fn release(&self, slot: Slot);

    /// A slot for a walker that a change set may create.
    fn reserve_walker(&self) -> WalkerSlot;

    /// Gives back a reserved slot whose walker was not committed.
    fn release_walker(&self, slot: WalkerSlot);

    /// Commits all of the changes at once, or none of them.
    fn commit(&self, changes: ChangeSet) -> Outcome;

    // ---- turns

    /// All the places at once, first come first served: true if the step holds them now,
    /// false if it waits in line, and is to ask again when `leave_turns` names it.
    fn take_turns(&self, step: WalkerSlot, places: &[Slot]) -> bool;

    /// Gives back what a step holds, or its place in line; gives the steps that may now ask again.
    fn leave_turns(&self, step: WalkerSlot) -> Vec<WalkerSlot>;

    // ---- due walkers, for stores that several processes share

    /// At most `limit` walkers that have not ended, are due, and are leased to nobody; the
    /// most urgent first: by priority, then by due time. Times are in µs since 1970, UTC.
    fn due_walkers(&self, now_us: i64, limit: usize) -> Vec<WalkerSlot>;

    /// Leases a walker to a holder, or prolongs its lease; false if another one has it.
    fn lease(&self, walker: WalkerSlot, holder: u64, now_us: i64, until_us: i64) -> bool;

    /// Ends a lease; nothing happens if another one has it.
    fn end_lease(&self, walker: WalkerSlot, holder: u64);
}

/// Who wants to know of every commit: the queue of output lines, a log on disk.
pub trait Listener: Send + Sync {
    /// Called in the order of commits, with the lock of the store held: be quick, and do
    /// not call the store.
    fn committed(&self, time: Time, changes: &Arc<ChangeSet>);

    /// Everything up to this commit survives a crash.
    fn durable(&self, _time: Time) {}
}
