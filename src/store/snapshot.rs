//! Snapshots: who is reading, and as of which commit.
//!
//! Owns the clock of commits and the seats in which readers publish the time at which
//! they read, so that what they can see is kept. Taking a snapshot is O(1) and waits for
//! nobody. It refuses to know what is read.
//!
//! The protocol: a reader publishes the clock's time in its seat and reads the clock
//! again until it is the same; whoever prunes reads the clock first, then all seats. So a
//! reader that the pruner did not see reads at the pruner's time or later. All of these
//! accesses are sequentially consistent, since the argument orders different locations.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The number of a commit; 0 is before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

/// In the seat of nobody who reads.
const IDLE: u64 = u64::MAX;

/// Counts commits and knows who reads.
#[derive(Default)]
pub struct Clock {
    now: AtomicU64,
    seats: boxcar::Vec<Seat>,
    free: Mutex<Vec<usize>>,
}

/// A cache line of its own, so that readers do not slow each other down.
#[repr(align(64))]
struct Seat(AtomicU64);

/// The right to read as of a time. Give it back (by dropping it, or by `rest`) before a
/// wait: what a snapshot can see takes up memory.
pub struct Snapshot {
    clock: Arc<Clock>,
    seat: usize,
    time: Time,
}

impl Clock {
    pub fn now(&self) -> Time {
        Time(self.now.load(SeqCst))
    }

    /// All up to `time` is in place: readers may see it. Only the committer calls this.
    pub fn advance(&self, time: Time) {
        self.now.store(time.0, SeqCst);
    }

    /// How many could read at once so far.
    pub fn seats(&self) -> usize {
        self.seats.count()
    }

    /// The clock first, and then the times at which somebody reads, in order, each once.
    pub fn readers(&self) -> (Time, Vec<Time>) {
        let now = self.now();
        let times = self.seats.iter().map(|(_, seat)| seat.0.load(SeqCst));
        let mut times: Vec<Time> = times.filter(|&time| time != IDLE).map(Time).collect();
        times.sort_unstable();
        times.dedup();
        (now, times)
    }

    fn publish(&self, seat: usize) -> Time {
        let Some(seat) = self.seats.get(seat) else { return self.now() };
        loop {
            let now = self.now();
            seat.0.store(now.0, SeqCst);
            if self.now() == now {
                return now;
            }
        }
    }

    fn vacate(&self, seat: usize) {
        if let Some(seat) = self.seats.get(seat) {
            seat.0.store(IDLE, SeqCst);
        }
    }

    fn free(&self) -> MutexGuard<'_, Vec<usize>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Snapshot {
    /// A snapshot of now.
    pub fn take(clock: &Arc<Clock>) -> Self {
        let free = clock.free().pop();
        let seat = free.unwrap_or_else(|| clock.seats.push(Seat(AtomicU64::new(IDLE))));
        Snapshot { clock: clock.clone(), seat, time: clock.publish(seat) }
    }

    pub fn time(&self) -> Time {
        self.time
    }

    /// Moves it to now. Cheaper than a new one: a thread can keep one for its life.
    pub fn refresh(&mut self) {
        self.time = self.clock.publish(self.seat);
    }

    /// Lets go of what it could see, until `refresh`; until then it must not be read with.
    pub fn rest(&self) {
        self.clock.vacate(self.seat);
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        self.clock.vacate(self.seat);
        self.clock.free().push(self.seat);
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshot({})", self.time.0)
    }
}
