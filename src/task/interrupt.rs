//! Ctrl-C, and being told to end: the first time the main program gets a KeyboardInterrupt, which ends it and
//! cancels its walkers unless it is caught; the second time the process ends at once.
//!
//! Owns the one handler of the process. It refuses to know what a program does with the exception.

use std::process;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::{self, Thread};

use super::pool::Pool;
use crate::isolate::{Screen, Waiting};
use crate::value::heap::{Signals, signal};

/// The exit code of a process that was interrupted, as shells have it.
const INTERRUPTED: i32 = 130;

/// Who is to be told.
pub struct Interrupts {
    main: Thread,
    screen: Arc<dyn Screen>,
    signals: Mutex<Option<Arc<Signals>>>,
    pool: Mutex<Weak<Pool>>,
    times: AtomicU32,
    /// The main program reads standard input, which nothing but the end of the process interrupts.
    reads: AtomicBool,
}

impl Interrupts {
    /// Listens from now on, for the program that this thread runs.
    pub fn listen(screen: Arc<dyn Screen>) -> Arc<Interrupts> {
        let interrupts = Arc::new(Interrupts {
            main: thread::current(),
            screen,
            signals: Mutex::default(),
            pool: Mutex::default(),
            times: AtomicU32::new(0),
            reads: AtomicBool::new(false),
        });
        let told = interrupts.clone();
        // A second run in one process keeps the first one's handler: there is one per process.
        let _ = ctrlc::set_handler(move || told.interrupt());
        interrupts
    }

    pub fn watch(&self, signals: &Arc<Signals>) {
        *self.signals.lock().unwrap_or_else(PoisonError::into_inner) = Some(signals.clone());
    }

    pub fn watch_pool(&self, pool: &Arc<Pool>) {
        *self.pool.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(pool);
    }

    fn interrupt(&self) {
        if self.times.fetch_add(1, Ordering::SeqCst) > 0 || self.reads.load(Ordering::SeqCst) {
            self.screen.flush();
            process::exit(INTERRUPTED);
        }
        if let Some(signals) = &*self.signals.lock().unwrap_or_else(PoisonError::into_inner) {
            signals.raise(signal::INTERRUPT);
        }
        self.main.unpark();
        let pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
        if let Some(pool) = pool {
            pool.interrupt();
        }
    }
}

impl Waiting for Interrupts {
    fn reads_input(&self, reads: bool) {
        self.reads.store(reads, Ordering::SeqCst);
    }
}
