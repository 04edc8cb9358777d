//! Keys: under which number of a table each slot of this process is kept.
//!
//! Owns a table that grows while others read it. It refuses to know when a number is used again.

use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use std::sync::{Mutex, PoisonError};

/// How many keys stand together.
const CHUNK: usize = 1024;

/// Keys by the number of a slot; 0 for one that has none.
#[derive(Default)]
pub(super) struct Keys {
    chunks: boxcar::Vec<Box<[AtomicI64]>>,
    growing: Mutex<()>,
}

impl Keys {
    pub(super) fn get(&self, slot: u32) -> i64 {
        let slot = slot as usize;
        let chunk = self.chunks.get(slot / CHUNK);
        chunk.and_then(|chunk| chunk.get(slot % CHUNK)).map_or(0, |key| key.load(SeqCst))
    }

    pub(super) fn set(&self, slot: u32, key: i64) {
        let slot = slot as usize;
        if self.chunks.count() <= slot / CHUNK {
            let _alone = self.growing.lock().unwrap_or_else(PoisonError::into_inner);
            while self.chunks.count() <= slot / CHUNK {
                self.chunks.push((0..CHUNK).map(|_| AtomicI64::new(0)).collect());
            }
        }
        if let Some(place) = self.chunks.get(slot / CHUNK).and_then(|chunk| chunk.get(slot % CHUNK)) {
            place.store(key, SeqCst);
        }
    }
}
