//! The main program's thread and the pool: waiting until something is done, with a seed running the walkers
//! meanwhile, and ending the run.
//!
//! Owns what happens between the last statement of the main program and the end of the process. Refuses to
//! know what a walker does.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{LAST_WORDS, Pool, lock};
use crate::isolate::{Failure, Stop};
use crate::store::WalkerSlot;

impl Pool {
    /// Waits until all walkers have ended. False if it was interrupted.
    pub fn join(&self) -> bool {
        while self.alive.load(Ordering::SeqCst) > 0 {
            if self.interrupted.load(Ordering::SeqCst) {
                return false;
            }
            self.wait_a_while(None, &|| self.alive.load(Ordering::SeqCst) == 0);
        }
        true
    }

    /// Cancels all walkers that have not ended, and gives them time for their last words.
    pub fn cancel_all(&self) {
        self.interrupted.store(false, Ordering::SeqCst);
        for (index, task) in &self.tasks {
            if task.get().is_some() {
                self.stop(WalkerSlot(index as u32), Stop::Cancelled);
            }
        }
        let deadline = self.clock.monotonic() + LAST_WORDS;
        while self.alive.load(Ordering::SeqCst) > 0 && self.clock.monotonic() < deadline {
            self.wait_a_while(Some(deadline), &|| self.alive.load(Ordering::SeqCst) == 0);
        }
    }

    /// Ends all that the pool keeps: isolates without a walker, the timer.
    pub fn close(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = self.to_timer.try_send(());
        for body in std::mem::take(&mut *lock(&self.idle)) {
            self.dismiss(body);
        }
    }

    /// The failures that nobody has seen, in the order of the spawns.
    pub fn unseen_failures(&self) -> Vec<Failure> {
        let tasks = self.tasks.iter().filter_map(|(_, task)| task.get());
        let unseen = tasks.filter(|task| !task.seen.load(Ordering::SeqCst));
        unseen.filter_map(|task| lock(&task.failure).take()).collect()
    }

    /// Ctrl-C.
    pub fn interrupt(&self) {
        self.interrupted.store(true, Ordering::SeqCst);
        let _main = lock(&self.main);
        self.to_main.notify_all();
    }

    /// The main program's thread waits for something; with a seed it runs walkers meanwhile.
    pub(super) fn wait_a_while(&self, deadline: Option<Duration>, done: &dyn Fn() -> bool) {
        if self.threads.is_none() {
            return self.run_by_seed(deadline, done);
        }
        let mut guard = lock(&self.main);
        self.main_waits.store(true, Ordering::SeqCst);
        while !done() && !self.interrupted.load(Ordering::SeqCst) {
            let now = self.clock.monotonic();
            let Some(deadline) = deadline else {
                guard = self.to_main.wait(guard).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            if now >= deadline {
                break;
            }
            let (back, _) =
                self.to_main.wait_timeout(guard, deadline - now).unwrap_or_else(PoisonError::into_inner);
            guard = back;
        }
        self.main_waits.store(false, Ordering::SeqCst);
    }

    /// Runs walkers in an order that the seed decides, until something is done or nothing can happen.
    pub(super) fn run_by_seed(&self, deadline: Option<Duration>, done: &dyn Fn() -> bool) {
        let brief = deadline == Some(Duration::ZERO);
        let mut steps = if brief { self.clock.bits() % 4 } else { u64::MAX };
        while !done() && steps > 0 && !self.interrupted.load(Ordering::SeqCst) {
            steps -= 1;
            let (due, next) = self.timers.take(self.clock.monotonic());
            due.into_iter().for_each(|event| self.happens(event));
            let chosen = lock(&self.ready).take_nth(self.clock.bits());
            if let Some(walker) = chosen {
                self.run(walker);
                // Computing takes time, too.
                self.clock.pass(self.clock.monotonic() + Duration::from_micros(1));
                if !brief && deadline.is_some_and(|deadline| self.clock.monotonic() >= deadline) {
                    return;
                }
                continue;
            }
            if brief {
                return;
            }
            let moment = match (next.or_else(|| self.timers.next()), deadline) {
                (Some(next), Some(deadline)) => next.min(deadline),
                (Some(next), None) => next,
                (None, Some(deadline)) => deadline,
                // Nobody can go on: whoever waits, waits for ever.
                (None, None) => return self.interrupt(),
            };
            self.clock.pass(moment);
            if deadline.is_some_and(|deadline| self.clock.monotonic() >= deadline) {
                return;
            }
        }
    }

    pub(super) fn tell_main(&self) {
        if self.main_waits.load(Ordering::SeqCst) {
            let _main = lock(&self.main);
            self.to_main.notify_all();
        }
    }
}
