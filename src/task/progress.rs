//! How far the walkers of a run are, for people: a bar while they run, and numbers at the end.
//!
//! Owns what is counted and how it is shown. The bar is drawn only where standard error is a terminal.

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::store::Status;

/// What is counted of a run.
#[derive(Default)]
pub struct Counts {
    pub spawned: AtomicU64,
    pub running: AtomicU64,
    pub completed: AtomicU64,
    pub failed: AtomicU64,
    pub cancelled: AtomicU64,
    pub retries: AtomicU64,
    /// Steps that lost a race and were run again.
    pub reruns: AtomicU64,
    /// From the spawn to the end of each walker, in µs; kept only if somebody wants to see them.
    latencies: Mutex<Option<Vec<u32>>>,
}

impl Counts {
    pub fn new(keeps_latencies: bool) -> Counts {
        Counts { latencies: Mutex::new(keeps_latencies.then(Vec::new)), ..Counts::default() }
    }

    pub fn ended(&self, status: Status, took_us: i64) {
        let count = match status {
            Status::Failed => &self.failed,
            Status::Cancelled => &self.cancelled,
            _ => &self.completed,
        };
        count.fetch_add(1, Relaxed);
        if let Some(all) = &mut *self.latencies.lock().unwrap_or_else(PoisonError::into_inner) {
            all.push(u32::try_from(took_us.max(0)).unwrap_or(u32::MAX));
        }
    }

    fn pending(&self) -> u64 {
        let ended = self.completed.load(Relaxed) + self.failed.load(Relaxed) + self.cancelled.load(Relaxed);
        self.spawned.load(Relaxed).saturating_sub(ended + self.running.load(Relaxed))
    }

    /// The numbers, as a few lines of text.
    pub fn report(&self) -> String {
        let mut text = format!(
            "walkers: {} spawned, {} completed, {} failed, {} cancelled\n",
            self.spawned.load(Relaxed),
            self.completed.load(Relaxed),
            self.failed.load(Relaxed),
            self.cancelled.load(Relaxed)
        );
        let _ = writeln!(
            text,
            "steps run again after a lost race: {}; attempts after a failure: {}",
            self.reruns.load(Relaxed),
            self.retries.load(Relaxed)
        );
        if let Some(all) = &mut *self.latencies.lock().unwrap_or_else(PoisonError::into_inner)
            && !all.is_empty()
        {
            all.sort_unstable();
            let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize];
            let _ = writeln!(
                text,
                "from spawn to end: p50 {}, p99 {}, longest {}",
                time(at(0.5)),
                time(at(0.99)),
                time(at(1.0))
            );
        }
        text
    }
}

fn time(us: u32) -> String {
    match us {
        0..10_000 => format!("{us} µs"),
        10_000..10_000_000 => format!("{:.1} ms", f64::from(us) / 1e3),
        _ => format!("{:.1} s", f64::from(us) / 1e6),
    }
}

/// A bar that follows the counts until it is dropped.
pub struct Bar {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Bar {
    /// `None` where nobody could see it.
    pub fn show(counts: Arc<Counts>) -> Option<Bar> {
        if !std::io::stderr().is_terminal() {
            return None;
        }
        let is_over = Arc::new(AtomicBool::new(false));
        let over = is_over.clone();
        let draw = move || {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
                bar.set_style(style);
            }
            while !over.load(Relaxed) {
                let (failed, cancelled) = (counts.failed.load(Relaxed), counts.cancelled.load(Relaxed));
                bar.set_length(counts.spawned.load(Relaxed));
                bar.set_position(counts.completed.load(Relaxed) + failed + cancelled);
                bar.set_message(format!(
                    "{} pending, {} running, {failed} failed",
                    counts.pending(),
                    counts.running.load(Relaxed)
                ));
                std::thread::park_timeout(Duration::from_millis(100));
            }
            bar.finish_and_clear();
        };
        let thread = std::thread::Builder::new().name("progress".to_owned()).spawn(draw).ok();
        Some(Bar { is_over, thread })
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.is_over.store(true, Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}
