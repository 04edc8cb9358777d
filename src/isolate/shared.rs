//! What all isolates of a run share: the store, the catalog of the program, the screen, and the tasks
//! floor, which runs async walkers and is known here by a trait only.
//!
//! Also the messages between a walker that stops in the middle and whoever runs it.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use rustc_hash::FxHashSet;

use super::catalog::Catalog;
use super::globals::Index;
use super::screen::Screen;
use crate::diagnostics::UncaughtReport;
use crate::record::{Id, ListRecord, Record};
use crate::store::{Fields, Store, WalkerSlot};
use crate::value::heap::Signals;

/// Rules of steps that a test switches off, to see whether anybody notices.
#[derive(Clone, Copy, Default, Debug)]
pub struct Without {
    /// A step commits whatever has become of what it read.
    pub validation: bool,
    /// A step that is run again asks for everything anew.
    pub journal: bool,
    /// A step that has lost takes its chances again.
    pub turns: bool,
}

/// Shared by all isolates of a run.
pub struct Shared {
    pub store: Arc<dyn Store>,
    pub catalog: Catalog,
    /// `sys.argv`.
    pub arguments: Vec<String>,
    pub without: Without,
    /// What only those who look for a fault want to know is written.
    pub debugs: bool,
    tasks: OnceLock<Arc<dyn Tasks>>,
    pub(super) indices: Mutex<Vec<(Record, Arc<Index>)>>,
    screen: OnceLock<Arc<dyn Screen>>,
    noted: Mutex<FxHashSet<String>>,
}

/// Why a walker gives its thread back.
#[derive(Debug)]
pub enum Park {
    /// The walker has ended; the isolate can run another one.
    Idle,
    /// Until a time on the monotonic clock.
    Until(Duration),
    /// Until these walkers have ended, or a time has come.
    Ended { walkers: Vec<WalkerSlot>, deadline: Option<Duration> },
    /// Until its turn comes.
    Turn,
    /// Until others have run.
    Yield,
}

/// With what an isolate goes on.
#[derive(Clone, Copy, Debug)]
pub enum Wake {
    /// Run this walker.
    Run(WalkerSlot),
    /// What was waited for has come, or a cancellation.
    Go,
    /// The run is over.
    End,
}

/// A walker's own data, as others may look at it while it runs.
#[derive(Clone, Default)]
pub struct Live {
    pub fields: Fields,
    /// What `Record::Shared` in the fields means.
    pub shared: ListRecord,
    pub reports: ListRecord,
    pub http_status: Option<i32>,
    pub custom: Record,
    pub progress: Option<f64>,
}

/// How an async walker failed.
#[derive(Clone)]
pub struct Failure {
    pub class: String,
    pub report: UncaughtReport,
}

/// Why a walker is told to stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    Cancelled,
    TimedOut,
}

/// The floor above: who runs when.
pub trait Tasks: Send + Sync {
    /// µs since 1970, UTC.
    fn now_us(&self) -> i64;
    /// Time since some fixed moment; never goes back.
    fn monotonic(&self) -> Duration;
    fn entropy(&self) -> u64;
    fn fresh_id(&self) -> Id;

    /// Committed walkers are pending: each runs when it is due.
    fn start(&self, walkers: &[WalkerSlot]);
    /// An isolate begins to run a walker: how to reach it.
    fn attach(&self, walker: WalkerSlot, signals: &Arc<Signals>);
    /// The walker has ended, or will be tried again later.
    fn left(&self, walker: WalkerSlot, failure: Option<Failure>);
    /// Why the walker is to stop, if it is, and how often that was asked for.
    fn stop_reason(&self, walker: WalkerSlot) -> Option<(Stop, u32)>;
    /// A step has lost a race, and is run again.
    fn ran_again(&self);
    /// These may ask for their turns again.
    fn turns_free(&self, walkers: Vec<WalkerSlot>);
    /// Whether waiting would close a circle; else it is noted who waits for whom until `waited`.
    fn will_wait(&self, walker: WalkerSlot, others: &[WalkerSlot]) -> bool;
    fn waited(&self, walker: WalkerSlot);

    /// The thread of the main program waits: for the end of walkers, or a time. False if it was interrupted.
    fn block(&self, walkers: &[WalkerSlot], deadline: Option<Duration>) -> bool;
    /// The fields of a walker that runs, as they are now.
    fn look(&self, walker: WalkerSlot) -> Option<Arc<Live>>;
    /// A walker shows its fields; `None`: its record says all.
    fn publish(&self, walker: WalkerSlot, live: Option<Live>);
    /// `task_cancel`: whether the walker had not ended.
    fn cancel(&self, walker: WalkerSlot) -> bool;
    /// Somebody has seen how a walker ended.
    fn seen(&self, walker: WalkerSlot);
    /// A deterministic run: whether the isolate should be interrupted at this point.
    fn interrupts_here(&self) -> bool;
}

impl Shared {
    pub fn new(store: Arc<dyn Store>, catalog: Catalog, arguments: Vec<String>) -> Shared {
        Shared {
            store,
            catalog,
            arguments,
            without: Without::default(),
            debugs: false,
            tasks: OnceLock::new(),
            indices: Mutex::default(),
            screen: OnceLock::new(),
            noted: Mutex::default(),
        }
    }

    /// Hands in the floor above, once.
    pub fn set_tasks(&self, tasks: Arc<dyn Tasks>) {
        let _ = self.tasks.set(tasks);
    }

    /// Hands in where notes go, once.
    pub fn set_screen(&self, screen: Arc<dyn Screen>) {
        let _ = self.screen.set(screen);
    }

    /// Says something to the user, the same thing once.
    pub(super) fn note(&self, text: &str) {
        let is_new = self.noted.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned());
        if let (true, Some(screen)) = (is_new, self.screen.get()) {
            screen.write_error(&format!("{text}\n"));
        }
    }

    pub fn tasks(&self) -> &dyn Tasks {
        &**self.tasks.get().expect("the tasks floor is handed in before anything runs")
    }

    pub fn fresh_id(&self) -> Id {
        self.tasks().fresh_id()
    }

    /// Where in a snapshot of globals each variable stands.
    pub(super) fn index_of(&self, globals: &Record) -> Arc<Index> {
        let mut known = self.indices.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, index)) = known.iter().find(|(record, _)| super::globals::is_same(record, globals)) {
            return index.clone();
        }
        let index = Arc::new(Index::new(&self.catalog.program, globals));
        if known.len() >= 16 {
            known.remove(0);
        }
        known.push((globals.clone(), index.clone()));
        index
    }
}
