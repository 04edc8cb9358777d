//! Time and chance of a run.
//!
//! Either the machine's, or those of a seed: then time passes only when nobody has anything to do, and
//! chance repeats, so that a run with the same seed is the same run. Refuses to know who asks.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::record::Id;

/// Where a seeded run's time begins: 2025-01-01, in µs since 1970.
const SEEDED_START_US: i64 = 1_735_689_600_000_000;

/// Time and chance of a run.
pub enum Clock {
    Real { start: Instant, start_us: i64 },
    Seeded { nanos: AtomicU64, state: Mutex<u64> },
}

impl Clock {
    pub fn new(seed: Option<u64>) -> Clock {
        match seed {
            Some(seed) => {
                Clock::Seeded { nanos: AtomicU64::new(0), state: Mutex::new(seed ^ 0x9e37_79b9_7f4a_7c15) }
            }
            None => {
                let start_us =
                    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_micros() as i64);
                Clock::Real { start: Instant::now(), start_us }
            }
        }
    }

    pub fn is_seeded(&self) -> bool {
        matches!(self, Clock::Seeded { .. })
    }

    /// Time since the start of the run.
    pub fn monotonic(&self) -> Duration {
        match self {
            Clock::Real { start, .. } => start.elapsed(),
            Clock::Seeded { nanos, .. } => Duration::from_nanos(nanos.load(Ordering::Relaxed)),
        }
    }

    /// µs since 1970, UTC.
    pub fn now_us(&self) -> i64 {
        let start = match self {
            Clock::Real { start_us, .. } => *start_us,
            Clock::Seeded { .. } => SEEDED_START_US,
        };
        start + self.monotonic().as_micros() as i64
    }

    /// The moment on the monotonic clock of a time in µs since 1970.
    pub fn moment_of(&self, us: i64) -> Duration {
        let ahead = us.saturating_sub(self.now_us()).max(0) as u64;
        self.monotonic().saturating_add(Duration::from_micros(ahead))
    }

    /// Lets a seeded run's time pass up to a moment.
    pub fn pass(&self, moment: Duration) {
        if let Clock::Seeded { nanos, .. } = self {
            nanos.fetch_max(u64::try_from(moment.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    /// 64 random bits.
    pub fn bits(&self) -> u64 {
        match self {
            Clock::Real { .. } => {
                let (a, b) = uuid::Uuid::new_v4().as_u64_pair();
                a ^ b.rotate_left(17)
            }
            Clock::Seeded { state, .. } => {
                // splitmix64
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = *state;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                z ^ (z >> 31)
            }
        }
    }

    pub fn fresh_id(&self) -> Id {
        match self {
            Clock::Real { .. } => Id::fresh(),
            Clock::Seeded { .. } => {
                let random = u128::from(self.bits()) << 64 | u128::from(self.bits());
                Id::fresh_from((self.now_us() / 1000) as u64, random)
            }
        }
    }
}
