//! What the pool knows of one walker, and where the walker is.
//!
//! Owns the shapes only: a phase changes under its lock, in `pool`. Whatever must outlive the process is in
//! the walker's record, not here.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU32};
use std::sync::{Arc, Condvar, Mutex};

use crate::coroutine::Movable;
use crate::isolate::{Failure, Live, Park, Wake};
use crate::store::WalkerSlot;
use crate::value::heap::Signals;

/// A coroutine with an isolate that runs walkers.
pub type Body = Movable<Wake, Park, ()>;

/// What the pool knows of a walker.
pub struct Task {
    pub phase: Mutex<Phase>,
    pub priority: u8,
    pub due_us: AtomicI64,
    pub class: Arc<str>,
    pub concurrency: Option<u32>,
    /// 0, or a `Stop`; and how often that was asked for.
    pub stop: AtomicU8,
    pub stops: AtomicU32,
    /// Counts the lives under one id: an event of an earlier one is late.
    pub life: AtomicU32,
    pub signals: Mutex<Option<Arc<Signals>>>,
    pub live: Mutex<(u64, Option<Arc<Live>>)>,
    pub shown: Condvar,
    pub waiters: Mutex<Vec<WalkerSlot>>,
    pub failure: Mutex<Option<Failure>>,
    pub seen: AtomicBool,
    pub timed: AtomicBool,
    /// It counts as one of its class that runs.
    pub in_crowd: AtomicBool,
}

/// Where a walker is.
pub enum Phase {
    /// Not begun: queued, or not due yet.
    Waiting,
    Queued(Option<Body>),
    /// `woken`: what it is about to wait for has come already.
    Running {
        woken: bool,
    },
    Parked(Body),
    Ended,
}
