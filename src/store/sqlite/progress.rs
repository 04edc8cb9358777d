//! Progress: up to which commit everything is on disk, who is told of it, and the failure that ended it.
//!
//! Owns also what has ended in memory and may still be on disk, so that nobody brings it back. It refuses
//! to read and to write.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use arc_swap::ArcSwap;
use dashmap::DashSet;
use rustc_hash::FxBuildHasher;

use super::StoreError;
use crate::record::Id;
use crate::store::{Listener, Time};

/// Told of the failure that ended a store: nothing later is durable.
pub type OnFailure = Box<dyn Fn(&StoreError) + Send + Sync>;

/// What the writer has done.
pub(super) struct Progress {
    durable: AtomicU64,
    /// Counts groups: what was read from disk is of one state if it has not moved.
    epoch: AtomicU64,
    /// What has ended in memory and may still be on disk.
    gone: DashSet<Id, FxBuildHasher>,
    failure: OnceLock<StoreError>,
    on_failure: OnFailure,
    pub listeners: ArcSwap<Vec<Arc<dyn Listener>>>,
    waiting: Mutex<()>,
    moved: Condvar,
}

impl Progress {
    pub(super) fn new(on_failure: OnFailure) -> Self {
        Progress {
            durable: AtomicU64::new(0),
            epoch: AtomicU64::new(0),
            gone: DashSet::default(),
            failure: OnceLock::new(),
            on_failure,
            listeners: ArcSwap::default(),
            waiting: Mutex::new(()),
            moved: Condvar::new(),
        }
    }

    pub(super) fn durable(&self) -> Time {
        Time(self.durable.load(SeqCst))
    }

    pub(super) fn epoch(&self) -> u64 {
        self.epoch.load(SeqCst)
    }

    pub(super) fn failure(&self) -> Option<&StoreError> {
        self.failure.get()
    }

    /// Something ends in memory. Called with the lock of commits held.
    pub(super) fn ends(&self, id: Id) {
        self.gone.insert(id);
    }

    pub(super) fn has_ended(&self, id: Id) -> bool {
        self.gone.contains(&id)
    }

    /// All up to `time` is on disk.
    pub(super) fn is_durable(&self, time: Time, gone: &[Id]) {
        self.epoch.fetch_add(1, SeqCst);
        for id in gone {
            self.gone.remove(id);
        }
        {
            let _guard = self.guard();
            self.durable.store(time.0, SeqCst);
        }
        self.moved.notify_all();
        self.listeners.load().iter().for_each(|listener| listener.durable(time));
    }

    /// Nothing more will be.
    pub(super) fn fail(&self, error: StoreError) {
        {
            let _guard = self.guard();
            if self.failure.set(error).is_err() {
                return;
            }
        }
        self.moved.notify_all();
        if let Some(error) = self.failure.get() {
            (self.on_failure)(error);
        }
    }

    /// Waits until all up to `time` is on disk.
    pub(super) fn wait(&self, time: Time) -> Result<(), StoreError> {
        let mut guard = self.guard();
        while self.durable() < time {
            if let Some(error) = self.failure() {
                return Err(error.clone());
            }
            guard = self.moved.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }

    fn guard(&self) -> MutexGuard<'_, ()> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
