//! The pool: threads that run async walkers, one coroutine for each that has begun.
//!
//! Owns which walker runs when, and the way of a walker between its states here (queued, running,
//! parked, ended). What a walker does when it runs, and everything that must be right about its step, is
//! in `isolate`. The only file that names rayon.
//!
//! A job on the rayon pool is a ticket: it runs the best walkers of the queue, one after the other, until
//! none is left.

mod main_thread;

use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use rustc_hash::FxHashMap;

use super::clock::Clock;
use super::crowd::Crowds;
use super::phase::{Body, Phase, Task};
use super::progress::Counts;
use super::queue::Ready;
use super::timer::{Event, Timers};
use crate::coroutine::{Confined, Movable, Resumed};
use crate::eval::Program;
use crate::isolate::{Failure, Live, Park, Shared, Stop, Tasks, Wake, WalkerHost, run_isolate};
use crate::record::Id;
use crate::store::{Base, ChangeSet, Status, WalkerChange, WalkerRecord, WalkerSlot};
use crate::value::heap::{Signals, signal};

/// How long a walker may compute while others wait.
const SLICE: Duration = Duration::from_millis(10);
/// How often that is looked at.
const TICK: Duration = Duration::from_millis(5);
/// How long a reader waits for a running walker to show its fields.
const LOOK: Duration = Duration::from_millis(50);
/// Isolates that are kept for the next walkers.
const IDLE: usize = 64;
/// How long walkers that were cancelled at the end of the run have for their `finally` blocks.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// A walker that is on a thread, since when, and how to tell it something.
type OnThread = (WalkerSlot, Duration, Arc<Signals>);

/// The pool of a run.
pub struct Pool {
    me: Weak<Pool>,
    shared: OnceLock<Weak<Shared>>,
    program: Program,
    threads: Option<rayon::ThreadPool>,
    workers: usize,
    clock: Clock,
    timers: Timers,
    to_timer: Sender<()>,
    from_pool: Receiver<()>,
    ready: Mutex<Ready>,
    tickets: AtomicUsize,
    tasks: boxcar::Vec<OnceLock<Arc<Task>>>,
    crowds: Crowds,
    pub counts: Arc<Counts>,
    idle: Mutex<Vec<Body>>,
    /// Which walker each worker runs, and since when.
    running: Vec<Mutex<Option<OnThread>>>,
    /// Who waits for whom.
    waits: Mutex<FxHashMap<WalkerSlot, Vec<WalkerSlot>>>,
    /// Walkers that have not ended.
    alive: AtomicUsize,
    main: Mutex<()>,
    to_main: Condvar,
    main_waits: AtomicBool,
    interrupted: AtomicBool,
    is_over: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pool {
    /// A pool of `workers` threads, or with a seed one that runs on the thread of the main program.
    pub fn new(program: Program, workers: usize, seed: Option<u64>, stats: bool) -> Arc<Pool> {
        let threads = match seed {
            Some(_) => None,
            None => rayon::ThreadPoolBuilder::new()
                .num_threads(workers)
                .thread_name(|index| format!("walker-{index}"))
                .build()
                .ok(),
        };
        let (to_timer, from_pool) = crossbeam_channel::bounded(1);
        Arc::new_cyclic(|me| Pool {
            me: me.clone(),
            shared: OnceLock::new(),
            program,
            threads,
            workers,
            clock: Clock::new(seed),
            timers: Timers::default(),
            to_timer,
            from_pool,
            ready: Mutex::default(),
            tickets: AtomicUsize::new(0),
            tasks: boxcar::Vec::new(),
            crowds: Crowds::default(),
            counts: Arc::new(Counts::new(stats)),
            idle: Mutex::default(),
            running: (0..workers.max(1)).map(|_| Mutex::default()).collect(),
            waits: Mutex::default(),
            alive: AtomicUsize::new(0),
            main: Mutex::default(),
            to_main: Condvar::new(),
            main_waits: AtomicBool::new(false),
            interrupted: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
        })
    }

    /// Hands in what all isolates share, and starts the clock.
    pub fn open(self: &Arc<Self>, shared: &Arc<Shared>) {
        let _ = self.shared.set(Arc::downgrade(shared));
        if self.threads.is_some() {
            let pool = self.clone();
            // Without the thread sleeps would not end: the machine is out of threads, and so is the run.
            let _ = std::thread::Builder::new().name("timer".to_owned()).spawn(move || pool.keep_time());
        }
    }

    fn shared(&self) -> Option<Arc<Shared>> {
        self.shared.get()?.upgrade()
    }

    fn task(&self, walker: WalkerSlot) -> Option<&Arc<Task>> {
        self.tasks.get(walker.0 as usize)?.get()
    }

    // ---- the queue

    fn push(&self, walker: WalkerSlot, task: &Task) {
        lock(&self.ready).push(walker, task.priority, task.due_us.load(Ordering::Relaxed));
        self.call_worker();
    }

    /// One more ticket, if a worker is free.
    fn call_worker(&self) {
        let Some(threads) = &self.threads else { return };
        let mut now = self.tickets.load(Ordering::SeqCst);
        loop {
            if now >= self.workers {
                // All are busy: the timer looks whether one of them should give way.
                let _ = self.to_timer.try_send(());
                return;
            }
            match self.tickets.compare_exchange(now, now + 1, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => break,
                Err(other) => now = other,
            }
        }
        let me = self.me.clone();
        threads.spawn_fifo(move || {
            if let Some(pool) = me.upgrade() {
                pool.serve();
            }
        });
    }

    /// A ticket's work.
    fn serve(&self) {
        loop {
            let next = lock(&self.ready).pop();
            match next {
                Some(walker) => self.run(walker),
                None => {
                    self.tickets.fetch_sub(1, Ordering::SeqCst);
                    // Somebody may have come after the look and before the ticket was given back.
                    if lock(&self.ready).is_empty() {
                        return;
                    }
                    let busy = self.tickets.fetch_add(1, Ordering::SeqCst);
                    if busy >= self.workers {
                        self.tickets.fetch_sub(1, Ordering::SeqCst);
                        return;
                    }
                }
            }
        }
    }

    /// Runs a walker until it parks or ends.
    fn run(&self, walker: WalkerSlot) {
        let Some(task) = self.task(walker).cloned() else { return };
        let body = {
            let mut phase = lock(&task.phase);
            match std::mem::replace(&mut *phase, Phase::Running { woken: false }) {
                Phase::Waiting => None,
                Phase::Queued(body) => body,
                other => {
                    *phase = other;
                    return;
                }
            }
        };
        let Some(body) = self.take_place(walker, &task, body) else { return };
        let (body, wake) = match body {
            Some(body) => (body, Wake::Go),
            None => {
                self.time_out_later(walker, &task);
                match self.body() {
                    Some(body) => (body, Wake::Run(walker)),
                    None => return self.lose_body(walker, "there is no memory for its stack"),
                }
            }
        };
        let place = rayon::current_thread_index().unwrap_or(0).min(self.running.len() - 1);
        if let Some(signals) = lock(&task.signals).clone() {
            *lock(&self.running[place]) = Some((walker, self.clock.monotonic(), signals));
        }
        self.counts.running.fetch_add(1, Ordering::Relaxed);
        let resumed = body.resume(wake);
        self.counts.running.fetch_sub(1, Ordering::Relaxed);
        *lock(&self.running[place]) = None;
        match resumed {
            Resumed::Yielded(Park::Idle) => {
                let mut idle = lock(&self.idle);
                if idle.len() < IDLE {
                    idle.push(body);
                } else {
                    drop(idle);
                    self.dismiss(body);
                }
            }
            Resumed::Yielded(park) => self.park(walker, &task, body, park),
            Resumed::Returned(()) | Resumed::Refused(_) => {}
            Resumed::Panicked(payload) => {
                let text = payload
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| payload.downcast_ref::<&str>().copied())
                    .unwrap_or("no message");
                self.lose_body(walker, &format!("a bug in ambler: {text}"));
            }
        }
    }

    /// Takes a place among those of its class that run at once; without one it stands in line, and `None`
    /// comes back. One that is to stop only has to end: it needs no place.
    fn take_place(&self, walker: WalkerSlot, task: &Task, body: Option<Body>) -> Option<Option<Body>> {
        if task.concurrency.is_none() || task.in_crowd.load(Ordering::SeqCst) {
            return Some(body);
        }
        // Whoever leaves the crowd calls the next one only when it stands as waiting.
        let mut phase = lock(&task.phase);
        if task.stop.load(Ordering::SeqCst) != 0 {
            return Some(body);
        }
        if self.crowds.enter(&task.class, task.concurrency, walker) {
            task.in_crowd.store(true, Ordering::SeqCst);
            return Some(body);
        }
        *phase = match body {
            Some(body) => Phase::Queued(Some(body)),
            None => Phase::Waiting,
        };
        None
    }

    /// Gives the place back, and calls the next in line.
    fn leave_place(&self, task: &Task) {
        if task.in_crowd.swap(false, Ordering::SeqCst)
            && let Some(next) = self.crowds.leave(&task.class, task.concurrency)
            && let Some(task) = self.task(next)
        {
            self.push(next, task);
        }
    }

    /// A coroutine that runs walkers: one that is idle, or a new one.
    fn body(&self) -> Option<Body> {
        if let Some(body) = lock(&self.idle).pop() {
            return Some(body);
        }
        let (shared, program) = (self.shared()?, self.program.clone());
        // SAFETY: the isolate and all its values are made inside of the coroutine and reachable from it
        // alone; what it shares with others is `Sync`. It holds no lock and no address of a thread's data
        // while it is parked.
        let confined = unsafe { Confined::promise() };
        Movable::create(confined, move |suspender, first| {
            run_isolate(Rc::new(WalkerHost::new(shared)), program, suspender, first);
        })
        .ok()
    }

    /// Lets an isolate end.
    fn dismiss(&self, body: Body) {
        let _ = body.resume(Wake::End);
    }

    /// The walker stops; it is queued again when what it waits for has come.
    fn park(&self, walker: WalkerSlot, task: &Arc<Task>, body: Body, park: Park) {
        // One that waits for others does not count: they may be of its own class.
        if matches!(park, Park::Ended { .. }) {
            self.leave_place(task);
        }
        let woken = {
            let mut phase = lock(&task.phase);
            let woken = matches!(&*phase, Phase::Running { woken: true });
            *phase = Phase::Parked(body);
            woken
        };
        match park {
            _ if woken => self.wake(walker),
            Park::Idle => {}
            Park::Until(moment) => self.at(moment, Event::Wake(walker)),
            Park::Ended { walkers, deadline } => {
                for other in walkers {
                    let Some(other_task) = self.task(other) else { return self.wake(walker) };
                    let mut waiters = lock(&other_task.waiters);
                    if waiters.last() != Some(&walker) {
                        waiters.push(walker);
                    }
                    drop(waiters);
                    if matches!(&*lock(&other_task.phase), Phase::Ended) {
                        self.wake(walker);
                    }
                }
                if let Some(deadline) = deadline {
                    self.at(deadline, Event::Wake(walker));
                }
            }
            Park::Turn => {}
            Park::Yield => {
                let mut phase = lock(&task.phase);
                match std::mem::replace(&mut *phase, Phase::Ended) {
                    Phase::Parked(body) => {
                        *phase = Phase::Queued(Some(body));
                        drop(phase);
                        lock(&self.ready).push_yielded(walker, task.priority);
                        self.call_worker();
                    }
                    // Somebody has woken it in between, and it may run already.
                    other => *phase = other,
                }
            }
        }
    }

    /// What the walker waits for has come.
    fn wake(&self, walker: WalkerSlot) {
        let Some(task) = self.task(walker) else { return };
        let mut phase = lock(&task.phase);
        match &mut *phase {
            Phase::Running { woken } => *woken = true,
            Phase::Parked(_) => {
                if let Phase::Parked(body) = std::mem::replace(&mut *phase, Phase::Ended) {
                    *phase = Phase::Queued(Some(body));
                }
                drop(phase);
                self.push(walker, task);
            }
            Phase::Waiting | Phase::Queued(_) | Phase::Ended => {}
        }
    }

    /// A walker whose isolate cannot go on.
    fn lose_body(&self, walker: WalkerSlot, why: &str) {
        let Some(shared) = self.shared() else { return };
        while let Some((time, newest)) = shared.store.walker(walker) {
            let mut record = WalkerRecord::clone(&newest);
            record.status = Status::Failed;
            record.http_status = Some(500);
            record.finished_us = Some(self.clock.now_us());
            record.error = Some(format!("SystemError: {why}\n").into());
            let mut set = ChangeSet::default();
            set.walkers.push(WalkerChange { slot: walker, base: Base::At(time), record: Arc::new(record) });
            if matches!(shared.store.commit(set), crate::store::Outcome::Committed(_)) {
                break;
            }
        }
        let ready = shared.store.leave_turns(walker);
        self.turns_free(ready);
        let report = crate::diagnostics::UncaughtReport {
            exception_type: "SystemError".to_owned(),
            message: why.to_owned(),
            frames: Vec::new(),
            cause: None,
            help: None,
            comparison: None,
        };
        let class = self.task(walker).map(|task| task.class.to_string()).unwrap_or_default();
        self.left(walker, Some(Failure { class, report }));
    }

    // ---- time

    fn at(&self, moment: Duration, event: Event) {
        if self.timers.add(moment, event) && self.threads.is_some() {
            let _ = self.to_timer.try_send(());
        }
    }

    fn time_out_later(&self, walker: WalkerSlot, task: &Task) {
        if task.timed.swap(true, Ordering::Relaxed) {
            return;
        }
        let Some(shared) = self.shared() else { return };
        let Some((_, record)) = shared.store.walker(walker) else { return };
        if let Some(limit) = record.dispatch.timeout_ms {
            // One that goes on in a later process has used a part of its time.
            let used = record.executed_us.map_or(0, |start| self.clock.now_us().saturating_sub(start).max(0));
            let left = Duration::from_millis(limit).saturating_sub(Duration::from_micros(used as u64));
            self.at(self.clock.monotonic() + left, Event::TimeOut(walker, task.life.load(Ordering::SeqCst)));
        }
    }

    fn happens(&self, event: Event) {
        match event {
            Event::Start(walker, life) => {
                if let Some(task) = self.task(walker)
                    && task.life.load(Ordering::SeqCst) == life
                    && matches!(&*lock(&task.phase), Phase::Waiting)
                {
                    self.push(walker, task);
                }
            }
            Event::Wake(walker) => self.wake(walker),
            Event::TimeOut(walker, life) => {
                if self.task(walker).is_some_and(|task| task.life.load(Ordering::SeqCst) == life) {
                    self.stop(walker, Stop::TimedOut);
                }
            }
        }
    }

    /// The timer's thread.
    fn keep_time(&self) {
        while !self.is_over.load(Ordering::Relaxed) {
            let now = self.clock.monotonic();
            let (due, next) = self.timers.take(now);
            due.into_iter().for_each(|event| self.happens(event));
            let somebody_waits = !lock(&self.ready).is_empty();
            if somebody_waits {
                self.tell_long_ones(now);
            }
            let until_next = next.map_or(Duration::from_secs(3600), |next| next.saturating_sub(now));
            let longest = if somebody_waits { TICK } else { Duration::from_secs(3600) };
            match self.from_pool.recv_timeout(until_next.min(longest)) {
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Walkers that have computed for long give way.
    fn tell_long_ones(&self, now: Duration) {
        for place in &self.running {
            if let Some((_, since, signals)) = &*lock(place)
                && now.saturating_sub(*since) >= SLICE
            {
                signals.raise(signal::YIELD);
            }
        }
    }

    // ---- stopping

    fn stop(&self, walker: WalkerSlot, stop: Stop) -> bool {
        let Some(task) = self.task(walker) else { return false };
        let number = match stop {
            Stop::Cancelled => 1,
            Stop::TimedOut => 2,
        };
        let mut phase = lock(&task.phase);
        if matches!(&*phase, Phase::Ended) {
            return false;
        }
        let _ = task.stop.compare_exchange(0, number, Ordering::SeqCst, Ordering::SeqCst);
        task.stops.fetch_add(1, Ordering::SeqCst);
        match &mut *phase {
            Phase::Running { woken } => {
                *woken = true;
                drop(phase);
                if let Some(signals) = &*lock(&task.signals) {
                    signals.raise(signal::CANCEL);
                }
            }
            Phase::Parked(_) => {
                drop(phase);
                self.wake(walker);
            }
            Phase::Waiting => {
                drop(phase);
                // It runs at once, and finds that it is to stop.
                self.crowds.forget(&task.class, walker);
                self.push(walker, task);
            }
            // It may stand in line for a place.
            Phase::Queued(_) if task.concurrency.is_some() => {
                drop(phase);
                self.crowds.forget(&task.class, walker);
                self.push(walker, task);
            }
            Phase::Queued(_) | Phase::Ended => {}
        }
        true
    }
}

impl Tasks for Pool {
    fn now_us(&self) -> i64 {
        self.clock.now_us()
    }
    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }
    fn entropy(&self) -> u64 {
        self.clock.bits()
    }
    fn fresh_id(&self) -> Id {
        self.clock.fresh_id()
    }

    fn start(&self, walkers: &[WalkerSlot]) {
        let Some(shared) = self.shared() else { return };
        for &walker in walkers {
            let Some((_, record)) = shared.store.walker(walker) else { continue };
            while self.tasks.count() <= walker.0 as usize {
                self.tasks.push(OnceLock::new());
            }
            // Another thread may be about to fill the place that it has taken.
            let place = loop {
                match self.tasks.get(walker.0 as usize) {
                    Some(place) => break place,
                    None => std::thread::yield_now(),
                }
            };
            self.alive.fetch_add(1, Ordering::SeqCst);
            self.counts.spawned.fetch_add(1, Ordering::Relaxed);
            if let Some(again) = place.get() {
                // Another life under the same id.
                again.life.fetch_add(1, Ordering::SeqCst);
                again.due_us.store(record.due_us, Ordering::SeqCst);
                again.stop.store(0, Ordering::SeqCst);
                again.timed.store(false, Ordering::SeqCst);
                again.seen.store(false, Ordering::SeqCst);
                *lock(&again.live) = (0, None);
                *lock(&again.phase) = Phase::Waiting;
            } else {
                let _ = place.set(Arc::new(Task {
                    phase: Mutex::new(Phase::Waiting),
                    priority: record.dispatch.priority,
                    due_us: AtomicI64::new(record.due_us),
                    class: record.dispatch.class.clone(),
                    concurrency: record.dispatch.concurrency,
                    stop: AtomicU8::new(0),
                    stops: AtomicU32::new(0),
                    life: AtomicU32::new(0),
                    signals: Mutex::default(),
                    live: Mutex::default(),
                    shown: Condvar::new(),
                    waiters: Mutex::default(),
                    failure: Mutex::default(),
                    seen: AtomicBool::new(false),
                    timed: AtomicBool::new(false),
                    in_crowd: AtomicBool::new(false),
                }));
            }
            let Some(task) = place.get() else { continue };
            if record.due_us <= self.clock.now_us() {
                self.push(walker, task);
            } else {
                let life = task.life.load(Ordering::SeqCst);
                self.at(self.clock.moment_of(record.due_us), Event::Start(walker, life));
            }
        }
    }

    fn attach(&self, walker: WalkerSlot, signals: &Arc<Signals>) {
        let Some(task) = self.task(walker) else { return };
        if self.clock.is_seeded() {
            signals.raise(signal::SEEDED);
        }
        *lock(&task.signals) = Some(signals.clone());
        let place = rayon::current_thread_index().unwrap_or(0).min(self.running.len() - 1);
        *lock(&self.running[place]) = Some((walker, self.clock.monotonic(), signals.clone()));
    }

    fn left(&self, walker: WalkerSlot, failure: Option<Failure>) {
        let Some(task) = self.task(walker).cloned() else { return };
        let Some(shared) = self.shared() else { return };
        *lock(&task.signals) = None;
        *lock(&task.live) = (0, None);
        self.leave_place(&task);
        let record = shared.store.walker(walker).map(|(_, record)| record);
        if let Some(record) = &record
            && !record.status.has_ended()
        {
            self.counts.retries.fetch_add(1, Ordering::Relaxed);
            *lock(&task.phase) = Phase::Waiting;
            let life = task.life.load(Ordering::SeqCst);
            self.at(self.clock.moment_of(record.due_us), Event::Start(walker, life));
            return;
        }
        if let Some(record) = record {
            let took = record.finished_us.unwrap_or_default() - record.dispatch.execute_us;
            self.counts.ended(record.status, took);
        }
        if task.concurrency.is_some() {
            self.crowds.forget(&task.class, walker);
        }
        *lock(&task.failure) = failure;
        *lock(&task.phase) = Phase::Ended;
        for waiter in std::mem::take(&mut *lock(&task.waiters)) {
            self.wake(waiter);
        }
        task.shown.notify_all();
        self.alive.fetch_sub(1, Ordering::SeqCst);
        self.tell_main();
    }

    fn stop_reason(&self, walker: WalkerSlot) -> Option<(Stop, u32)> {
        let task = self.task(walker)?;
        let stop = match task.stop.load(Ordering::SeqCst) {
            1 => Stop::Cancelled,
            2 => Stop::TimedOut,
            _ => return None,
        };
        Some((stop, task.stops.load(Ordering::SeqCst)))
    }

    fn ran_again(&self) {
        self.counts.reruns.fetch_add(1, Ordering::Relaxed);
    }

    fn turns_free(&self, walkers: Vec<WalkerSlot>) {
        walkers.into_iter().for_each(|walker| self.wake(walker));
    }

    fn will_wait(&self, walker: WalkerSlot, others: &[WalkerSlot]) -> bool {
        let mut waits = lock(&self.waits);
        let mut rest = others.to_vec();
        let mut looked = 0;
        while let Some(next) = rest.pop() {
            if next == walker {
                return false;
            }
            looked += 1;
            if looked > 1_000_000 {
                break;
            }
            rest.extend(waits.get(&next).into_iter().flatten().copied());
        }
        waits.insert(walker, others.to_vec());
        true
    }

    fn waited(&self, walker: WalkerSlot) {
        lock(&self.waits).remove(&walker);
    }

    fn block(&self, walkers: &[WalkerSlot], deadline: Option<Duration>) -> bool {
        let ended = |walker: &WalkerSlot| {
            self.task(*walker).is_none_or(|task| matches!(&*lock(&task.phase), Phase::Ended))
        };
        self.wait_a_while(deadline, &|| walkers.iter().any(ended));
        !self.interrupted.swap(false, Ordering::SeqCst)
    }

    fn look(&self, walker: WalkerSlot) -> Option<Arc<Live>> {
        let task = self.task(walker)?;
        let mut live = lock(&task.live);
        if self.threads.is_some() && matches!(&*lock(&task.phase), Phase::Running { .. }) {
            let before = live.0;
            if let Some(signals) = &*lock(&task.signals) {
                signals.raise(signal::LOOK);
            }
            let deadline = self.clock.monotonic() + LOOK;
            while live.0 == before && matches!(&*lock(&task.phase), Phase::Running { .. }) {
                let left = deadline.saturating_sub(self.clock.monotonic());
                if left.is_zero() {
                    break;
                }
                // Looked at again soon: the walker may have parked in between.
                let wait = left.min(Duration::from_millis(1));
                live = task.shown.wait_timeout(live, wait).unwrap_or_else(PoisonError::into_inner).0;
            }
        }
        live.1.clone()
    }

    fn publish(&self, walker: WalkerSlot, shown: Option<Live>) {
        if let Some(task) = self.task(walker) {
            let mut live = lock(&task.live);
            *live = (live.0 + 1, shown.map(Arc::new));
            task.shown.notify_all();
        }
    }

    fn cancel(&self, walker: WalkerSlot) -> bool {
        self.stop(walker, Stop::Cancelled)
    }

    fn seen(&self, walker: WalkerSlot) {
        if let Some(task) = self.task(walker) {
            task.seen.store(true, Ordering::SeqCst);
        }
    }

    fn interrupts_here(&self) -> bool {
        self.clock.is_seeded() && self.clock.bits().is_multiple_of(4)
    }
}
