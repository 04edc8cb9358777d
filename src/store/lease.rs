//! Leases: which process runs which walker.
//!
//! Owns who has leased a walker and until when. In memory there is one process, but the
//! rules are those of every store: an expired lease is free, a holder may prolong its own.
//! It refuses to read a clock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::WalkerSlot;

/// The leases of a store.
#[derive(Default)]
pub(super) struct Leases(Mutex<FxHashMap<WalkerSlot, Lease>>);

struct Lease {
    holder: u64,
    until_us: i64,
}

impl Leases {
    pub(super) fn is_free(&self, walker: WalkerSlot, now_us: i64) -> bool {
        self.leases().get(&walker).is_none_or(|lease| lease.until_us <= now_us)
    }

    pub(super) fn take(&self, walker: WalkerSlot, holder: u64, now_us: i64, until_us: i64) -> bool {
        let mut leases = self.leases();
        let taken =
            leases.get(&walker).is_some_and(|lease| lease.holder != holder && lease.until_us > now_us);
        if !taken {
            leases.insert(walker, Lease { holder, until_us });
        }
        !taken
    }

    pub(super) fn end(&self, walker: WalkerSlot, holder: u64) {
        let mut leases = self.leases();
        if leases.get(&walker).is_some_and(|lease| lease.holder == holder) {
            leases.remove(&walker);
        }
    }

    fn leases(&self) -> MutexGuard<'_, FxHashMap<WalkerSlot, Lease>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
