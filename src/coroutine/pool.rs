//! The pool: which stacks wait for their next coroutine, and how much memory they may keep.
//!
//! One shard per core, so that workers meet seldom and a worker gets back the stack whose pages
//! are still in its cache: a slot for the last one returned, and a list behind a lock. A list
//! keeps 32,768 stacks with their pages (256 MiB); what comes on top is discarded. Stacks that were used
//! deeply may keep 64 MiB together; beyond that they are trimmed when they return, which costs
//! a system call each (0.3 ms if megabytes were touched), so never below the budget.
//! No thread-local is involved: the shard is named by the core that runs.

use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::region::{Mapping, NoStack};

const SHARDS: usize = 64;
/// Shallow stacks that a shard keeps with their pages.
const WARM: usize = 32_768;
/// Bytes beyond the shallow parts that pooled stacks may keep.
const DEEP_BUDGET: usize = 64 << 20;

#[repr(align(128))]
struct Shard {
    /// Low address of the stack that returned last, or null.
    last: AtomicPtr<u8>,
    warm: Mutex<Vec<Mapping>>,
    /// Length of `warm`, for those who look before they lock.
    count: AtomicUsize,
}

static POOL: [Shard; SHARDS] = [const { Shard::new() }; SHARDS];
/// Bytes beyond the shallow parts of the stacks in the lists.
static DEEP: AtomicUsize = AtomicUsize::new(0);

/// A stack's memory, from now on owned by the caller.
pub(super) fn take() -> Result<Mapping, NoStack> {
    let own = shard();
    if let Some(mapping) = POOL[own].take() {
        return Ok(mapping);
    }
    steal(own).map_or_else(Mapping::untouched, Ok)
}

/// Returns what `take` gave. The caller keeps nothing of it.
pub(super) fn give(mapping: Mapping) {
    let shard = &POOL[shard()];
    // AcqRel: the next owner sees what the last one wrote, and gets a stack that is whole.
    let before = shard.last.swap(mapping.low().as_ptr(), Ordering::AcqRel);
    if let Some(low) = NonNull::new(before) {
        shard.shelve(Mapping::from_low(low));
    }
}

impl Shard {
    const fn new() -> Shard {
        Shard {
            last: AtomicPtr::new(ptr::null_mut()),
            warm: Mutex::new(Vec::new()),
            count: AtomicUsize::new(0),
        }
    }

    fn take(&self) -> Option<Mapping> {
        // The swap makes the one who gets the address its only owner.
        if let Some(low) = NonNull::new(self.last.swap(ptr::null_mut(), Ordering::AcqRel)) {
            return Some(Mapping::from_low(low));
        }
        if self.count.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let mut warm = self.warm.lock().unwrap_or_else(PoisonError::into_inner);
        let mapping = warm.pop()?;
        self.count.store(warm.len(), Ordering::Relaxed);
        drop(warm);
        let deep = mapping.deep_bytes();
        if deep > 0 {
            DEEP.fetch_sub(deep, Ordering::Relaxed);
        }
        Some(mapping)
    }

    /// Puts a stack on the list, trimmed or discarded as the budgets demand.
    #[inline(never)]
    fn shelve(&self, mapping: Mapping) {
        if self.count.load(Ordering::Relaxed) >= WARM {
            mapping.discard();
            return;
        }
        let deep = mapping.deep_bytes();
        if deep > 0 && DEEP.fetch_add(deep, Ordering::Relaxed) + deep > DEEP_BUDGET {
            DEEP.fetch_sub(deep, Ordering::Relaxed);
            mapping.trim();
        }
        let mut warm = self.warm.lock().unwrap_or_else(PoisonError::into_inner);
        warm.push(mapping);
        self.count.store(warm.len(), Ordering::Relaxed);
    }
}

/// A stack from another core's shard: better than touching new pages.
#[inline(never)]
fn steal(own: usize) -> Option<Mapping> {
    POOL.iter()
        .enumerate()
        .filter(|(at, shard)| {
            *at != own
                && (!shard.last.load(Ordering::Relaxed).is_null() || shard.count.load(Ordering::Relaxed) > 0)
        })
        .find_map(|(_, shard)| shard.take())
}

/// The shard of the core that runs. Only a hint: the thread may move at once.
fn shard() -> usize {
    #[cfg(target_os = "linux")]
    // SAFETY: no arguments, no preconditions; an error is -1, which is a shard as well.
    let core = unsafe { libc::sched_getcpu() };
    #[cfg(not(target_os = "linux"))]
    let core = 0;
    core as usize % SHARDS
}
