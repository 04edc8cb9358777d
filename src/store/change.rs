//! Change sets: what one commit changes, and what it relies on.
//!
//! Owns the shapes that go into `Store::commit` and come out of it. It refuses to know
//! where they come from: a step of a walker, a part that a step stores early, a statement
//! of the main program, a note in a journal and a cancellation are all change sets.

use std::sync::Arc;

use crate::record::{Id, Record};

use super::{JournalChange, LayoutId, Slot, Time, WalkerRecord, WalkerSlot, Way};

/// All that one commit changes, and what must still be as it was read.
#[derive(Default)]
pub struct ChangeSet {
    /// The step that commits; a node whose turn another step holds is then lost if it is
    /// in `expected` or `deleted`. None for the main program, which takes no turns.
    pub step: Option<WalkerSlot>,
    /// Every field and edge list that was read *and* is changed here (a deleted node
    /// changes all of its own), with the time of the snapshot at its **first** read.
    pub expected: Vec<Expected>,
    /// New nodes, in reserved slots.
    pub created: Vec<Created>,
    /// Fields of stored nodes and edges; a later write to the same field wins.
    pub written: Vec<Write>,
    /// Stored nodes and edges that get further fields: the new layout begins with the old
    /// one's fields. Takes effect with a write to the same slot.
    pub reshaped: Vec<(Slot, LayoutId)>,
    /// New and removed edges, in the order of the step.
    pub links: Vec<Link>,
    /// Nodes that go, with their edges at both ends. After everything else.
    pub deleted: Vec<Slot>,
    pub walkers: Vec<WalkerChange>,
    pub journals: Vec<JournalChange>,
    /// Lines that join the output of the process with this commit.
    pub output: Vec<OutputLine>,
}

/// A field or edge list that must not have changed since its first read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    pub slot: Slot,
    pub aspect: Aspect,
    /// The time of the snapshot at the first read.
    pub seen: Time,
}

/// What of a node or an edge is validated on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aspect {
    /// A field, by its position in the layout.
    Field(u16),
    /// The edges that go out, come in, or both.
    Edges(Way),
}

/// A new node.
#[derive(Clone)]
pub struct Created {
    pub slot: Slot,
    pub id: Id,
    pub layout: LayoutId,
    /// By position in the layout; None where a field is not set.
    pub fields: Vec<Option<Record>>,
}

/// A new value of one field; None unsets it.
#[derive(Clone)]
pub struct Write {
    pub slot: Slot,
    pub field: u16,
    pub value: Option<Record>,
}

/// A change to the edges between nodes.
#[derive(Clone)]
pub enum Link {
    /// A new edge, in a reserved slot. Both ends must live, or be created by this set.
    Connect { edge: Created, from: Slot, to: Slot },
    /// Removes a stored edge, if nobody else has.
    Disconnect { edge: Slot },
}

/// A new or changed walker.
pub struct WalkerChange {
    pub slot: WalkerSlot,
    pub base: Base,
    pub record: Arc<WalkerRecord>,
}

/// What a walker's newest record must be for a change to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// Whatever it is.
    Any,
    /// There is none yet.
    New,
    /// It is the one of that commit.
    At(Time),
}

/// One line of output, without its line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputLine {
    pub stream: Stream,
    pub text: Arc<str>,
}

/// Where a line goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// How a commit ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All of it is stored.
    Committed(Time),
    /// None of it is, and it may be tried again after another look.
    Lost(Lost),
    /// None of it is: this id is already another's. Trying again does not help.
    Taken(Id),
}

/// On what a commit lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Nodes and edges that have changed or are gone, or whose turn another step holds.
    pub places: Vec<Slot>,
    /// Walkers whose newest record is another one.
    pub walkers: Vec<WalkerSlot>,
}

impl ChangeSet {
    /// Whether a commit of it would change nothing.
    pub fn is_empty(&self) -> bool {
        self.created.is_empty()
            && self.written.is_empty()
            && self.links.is_empty()
            && self.deleted.is_empty()
            && self.walkers.is_empty()
            && self.journals.is_empty()
            && self.output.is_empty()
    }
}

impl Lost {
    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty() && self.walkers.is_empty()
    }

    /// Each place once.
    pub(super) fn in_order(mut self) -> Self {
        self.places.sort_unstable();
        self.places.dedup();
        self
    }
}
