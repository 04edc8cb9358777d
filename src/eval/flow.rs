//! `flow` and `wait`: lines that run beside the main line of an isolate, on its one thread.
//!
//! A line runs at once, up to its first wait, on a stack of its own; from then on it goes on whenever the
//! main line waits and what it waited for has come. Lines switch nowhere else, so nothing in the evaluator
//! needs a lock. Owns which line runs and what each waits for. Time, and async walkers, are the host's: it
//! is told what all lines wait for, and gives its thread away until one of them may go on.
//!
//! Which line goes on is decided by what the host has noted of earlier runs first (`Pause::Noted`), so that
//! a step which is run again lets its lines go on in the same order.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::time::Duration;

use super::frame;
use super::state;
use crate::coroutine::ParkSlot;
use crate::store::WalkerSlot;
use crate::value::native::NativeObject;
use crate::value::{ErrorKind, Function, Heap, Native, Outcome, Ref, Value};

/// The number of the main line; those that `flow` starts count from 1.
pub const MAIN: u32 = 0;

/// How often a line that is to end may catch that and stop again.
const PATIENCE: u32 = 16;

/// What a line waits for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Pause {
    /// A time on the host's monotonic clock.
    Until(Duration),
    /// The end of an async walker, or a time.
    Walker(WalkerSlot, Option<Duration>),
    /// The end of another line.
    Line(u32),
    /// The end of another line, or a time.
    LineUntil(u32, Duration),
    /// Nothing that takes time: an earlier run of the step has noted what came, as the nth of all its notes.
    Noted(u64),
    /// Nothing: others may go on first.
    Turn,
}

impl Pause {
    /// When the wait is over at the latest.
    pub fn deadline(&self) -> Option<Duration> {
        match *self {
            Pause::Until(until) | Pause::LineUntil(_, until) => Some(until),
            Pause::Walker(_, until) => until,
            Pause::Line(_) => None,
            Pause::Noted(_) | Pause::Turn => Some(Duration::ZERO),
        }
    }

    /// Whether it is over, to somebody who knows the time and how walkers are doing.
    pub fn is_over(&self, now: Duration, has_ended: impl Fn(WalkerSlot) -> bool) -> bool {
        self.deadline().is_some_and(|until| now >= until)
            || matches!(*self, Pause::Walker(walker, _) if has_ended(walker))
    }

    /// The walkers whose end, and the time, that may end one of these waits.
    pub fn all(pauses: &[Pause]) -> (Vec<WalkerSlot>, Option<Duration>) {
        let walker = |pause: &Pause| if let Pause::Walker(walker, _) = *pause { Some(walker) } else { None };
        (pauses.iter().filter_map(walker).collect(), pauses.iter().filter_map(Pause::deadline).min())
    }
}

/// What `flow` gives: its result, or the exception that `wait` raises.
pub struct Future {
    line: u32,
    result: Option<Result<Value, Value>>,
}

impl NativeObject for Future {
    fn type_name(&self) -> &'static str {
        "Future"
    }
    fn module_name(&self) -> &'static str {
        "concurrent.futures._base"
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        if let Some(Ok(value) | Err(value)) = &self.result {
            visit(value);
        }
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        if let Some(Ok(value) | Err(value)) = &mut self.result {
            take(std::mem::take(value));
        }
    }
}

/// A line that has not ended.
struct Line {
    /// Taken while it runs. One that cannot be brought to its end is kept for ever, with its stack.
    body: Option<ManuallyDrop<frame::Line>>,
    future: Ref<Native>,
    waits: Option<Wait>,
    /// How often it was told to end: CancelledError is raised where it waits.
    cancels: u32,
}

/// What a line waits for, and since when, counted in waits.
#[derive(Clone, Copy)]
struct Wait {
    pause: Pause,
    since: u64,
}

/// The lines of an isolate.
pub struct Lines {
    stops: Rc<ParkSlot<(), ()>>,
    current: Cell<u32>,
    made: Cell<u32>,
    waits: Cell<u64>,
    alive: RefCell<BTreeMap<u32, Line>>,
    main_waits: Cell<Option<Wait>>,
    /// Lines that can go on without any note or time: what they waited for was here.
    ready: RefCell<VecDeque<u32>>,
    /// Exceptions of lines for which nobody has waited yet.
    unseen: RefCell<BTreeMap<u32, Value>>,
}

impl Default for Lines {
    fn default() -> Lines {
        Lines {
            stops: frame::stops(),
            current: Cell::new(MAIN),
            made: Cell::new(0),
            waits: Cell::new(0),
            alive: RefCell::default(),
            main_waits: Cell::new(None),
            ready: RefCell::default(),
            unseen: RefCell::default(),
        }
    }
}

fn lines(heap: &Heap) -> &Lines {
    &state(heap).lines
}

/// The line that runs.
pub fn current(heap: &Heap) -> u32 {
    lines(heap).current.get()
}

/// Whether the isolate has lines beside the main one.
pub fn has_several(heap: &Heap) -> bool {
    !lines(heap).alive.borrow().is_empty()
}

/// Whether a line has not ended.
pub fn runs(heap: &Heap, line: u32) -> bool {
    lines(heap).alive.borrow().contains_key(&line)
}

/// What the lines wait for that do not run.
pub fn pauses(heap: &Heap) -> Vec<Pause> {
    let lines = lines(heap);
    let main = lines.main_waits.get().into_iter();
    main.chain(lines.alive.borrow().values().filter_map(|line| line.waits)).map(|wait| wait.pause).collect()
}

/// `flow expression`: starts a line, which runs up to its first wait.
pub fn start(heap: &Heap, function: Ref<Function>) -> Outcome {
    let lines = lines(heap);
    let number = lines.made.get() + 1;
    let body = frame::line(heap, lines.stops.clone(), move |frame| {
        frame.heap.call(&Value::Function(function), &mut [])
    })?;
    lines.made.set(number);
    let future = Native::new(heap, Future { line: number, result: None });
    let line = Line { body: Some(ManuallyDrop::new(body)), future: future.clone(), waits: None, cancels: 0 };
    lines.alive.borrow_mut().insert(number, line);
    lines.run(heap, number);
    Ok(Value::Native(future))
}

/// The next lines are numbered from 1 again: a step begins.
pub fn renumber(heap: &Heap) {
    lines(heap).made.set(0);
}

/// Waits; meanwhile other lines go on. Raises when the line, or the isolate, is to stop.
pub fn pause(heap: &Heap, pause: Pause) -> Outcome<()> {
    let lines = lines(heap);
    lines.waits.set(lines.waits.get() + 1);
    let wait = Wait { pause, since: lines.waits.get() };
    match lines.current.get() {
        MAIN => {
            lines.main_waits.set(Some(wait));
            let result = lines.serve(heap, pause);
            lines.main_waits.set(None);
            lines.ready.borrow_mut().retain(|line| *line != MAIN);
            result
        }
        line => lines.stop(heap, line, wait),
    }
}

/// The main line's signals are not for the line that runs: it gives way, and the main line finds them.
pub fn give_way(heap: &Heap) -> Outcome<()> {
    pause(heap, Pause::Turn)
}

/// The line of a future.
pub fn line_of(value: &Value) -> Option<u32> {
    let Value::Native(native) = value else { return None };
    native.with(|future: &Future| future.line)
}

/// Whether a future's line has ended.
pub fn has_ended(value: &Value) -> bool {
    let Value::Native(native) = value else { return false };
    native.with(|future: &Future| future.result.is_some()).unwrap_or(false)
}

/// The result of a line that has ended, or its exception; whoever asks has seen how it ended.
pub fn result(heap: &Heap, value: &Value) -> Option<Result<Value, Value>> {
    let Value::Native(native) = value else { return None };
    let (line, result) = native.with(|future: &Future| (future.line, future.result.clone()))?;
    let result = result?;
    lines(heap).unseen.borrow_mut().remove(&line);
    Some(result)
}

/// `wait future`.
pub fn wait(heap: &Heap, value: &Value) -> Outcome {
    loop {
        if let Some(result) = result(heap, value) {
            return result.map_err(|error| super::generator::raise_value(heap, error));
        }
        let Some(line) = line_of(value) else { return Err(heap.type_error("a future is required")) };
        if line == current(heap) {
            return Err(heap.runtime_error("a flow cannot wait for itself"));
        }
        if !runs(heap, line) {
            return Err(heap.runtime_error("the flow was ended before it had a result"));
        }
        pause(heap, Pause::Line(line))?;
    }
}

/// Waits until all lines have ended. Raises the exception of one for which nobody has waited.
pub fn join(heap: &Heap) -> Outcome<()> {
    let lines = lines(heap);
    loop {
        let next = lines.alive.borrow().keys().next().copied();
        match next {
            Some(line) => pause(heap, Pause::Line(line))?,
            None => break,
        }
    }
    let unseen = std::mem::take(&mut *lines.unseen.borrow_mut());
    match unseen.into_values().next() {
        Some(error) => Err(super::generator::raise_value(heap, error)),
        None => Ok(()),
    }
}

/// Ends all lines: CancelledError is raised where they wait, and their `finally` blocks run.
pub fn cancel_all(heap: &Heap) {
    let lines = lines(heap);
    for _ in 0..PATIENCE {
        let alive: Vec<u32> = lines.alive.borrow().keys().copied().collect();
        if alive.is_empty() {
            break;
        }
        for line in alive {
            if let Some(line) = lines.alive.borrow_mut().get_mut(&line) {
                line.cancels += 1;
            }
            lines.make_ready(line);
        }
        loop {
            let next = lines.alive.borrow().keys().next().copied();
            let Some(line) = next else { break };
            if let Err(raised) = pause(heap, Pause::Line(line)) {
                drop(heap.catch(raised, None));
                break;
            }
        }
    }
    // Those that go on all the same stay where they are.
    lines.alive.borrow_mut().clear();
    lines.ready.borrow_mut().clear();
    lines.unseen.borrow_mut().clear();
}

impl Lines {
    /// Lets a line run to its next wait, or to its end.
    fn run(&self, heap: &Heap, number: u32) {
        let body = self.alive.borrow_mut().get_mut(&number).and_then(|line| line.body.take());
        let Some(body) = body else { return };
        let before = self.current.replace(number);
        state::host(heap).line_goes_on(heap, number);
        let ended = frame::resume_line(heap, &body);
        self.current.set(before);
        state::host(heap).line_goes_on(heap, before);
        match ended {
            None => {
                if let Some(line) = self.alive.borrow_mut().get_mut(&number) {
                    line.body = Some(body);
                }
            }
            Some(result) => {
                drop(ManuallyDrop::into_inner(body));
                self.end(heap, number, result);
            }
        }
    }

    fn end(&self, heap: &Heap, number: u32, result: Outcome) {
        let result = result.map_err(|raised| Value::Instance(heap.catch(raised, None)));
        let Some(line) = self.alive.borrow_mut().remove(&number) else { return };
        if let (Err(error), false) = (&result, line.cancels > 0) {
            self.unseen.borrow_mut().insert(number, error.clone());
        }
        line.future.edit(|future: &mut Future| future.result = Some(result));
        let waits = |wait: Option<Wait>| wait.is_some_and(|wait| wait.pause == Pause::Line(number));
        if waits(self.main_waits.get()) {
            self.make_ready(MAIN);
        }
        let others = self.alive.borrow();
        for (other, _) in others.iter().filter(|(_, line)| waits(line.waits)) {
            self.make_ready(*other);
        }
    }

    fn make_ready(&self, line: u32) {
        let mut ready = self.ready.borrow_mut();
        if !ready.contains(&line) {
            ready.push_back(line);
        }
    }

    /// A line waits: it stops until somebody lets it go on.
    fn stop(&self, heap: &Heap, number: u32, wait: Wait) -> Outcome<()> {
        let set = |wait: Option<Wait>| {
            let mut alive = self.alive.borrow_mut();
            let line = alive.get_mut(&number)?;
            line.waits = wait;
            Some(line.cancels)
        };
        let before = set(Some(wait));
        if wait.pause == Pause::Turn {
            self.make_ready(number);
        }
        frame::stop_line(heap, &self.stops);
        let after = set(None);
        // It is told once, so that it can wait in its `finally` blocks.
        if before != after || after.is_none() {
            return Err(heap.error_with(ErrorKind::CancelledError, Vec::new()));
        }
        Ok(())
    }

    /// The main line waits: others go on, until what it waits for has come.
    fn serve(&self, heap: &Heap, pause: Pause) -> Outcome<()> {
        let host = state::host(heap);
        if self.alive.borrow().is_empty() {
            loop {
                host.pause(heap, &[pause])?;
                if host.is_over(&pause) {
                    return Ok(());
                }
            }
        }
        loop {
            heap.poll()?;
            let next = match self.next() {
                Some(line) => Some(line),
                None => {
                    let pauses = pauses(heap);
                    if pauses.iter().all(|pause| matches!(pause, Pause::Line(_))) {
                        return Err(heap.runtime_error("flows wait for each other in a circle"));
                    }
                    host.pause(heap, &pauses)?;
                    self.first(|wait| host.is_over(&wait.pause).then_some(wait.since))
                }
            };
            match next {
                Some(MAIN) => return Ok(()),
                Some(line) => self.run(heap, line),
                None => {}
            }
        }
    }

    /// A line that can go on before any time has passed: one for which all is here, else the one whose
    /// answer was noted first.
    fn next(&self) -> Option<u32> {
        if let Some(line) = self.ready.borrow_mut().pop_front() {
            return Some(line);
        }
        let noted = |wait: Wait| if let Pause::Noted(nth) = wait.pause { Some(nth) } else { None };
        self.first(noted).or_else(|| {
            let alive = self.alive.borrow();
            self.first(|wait| match wait.pause {
                Pause::LineUntil(line, _) if !alive.contains_key(&line) => Some(wait.since),
                _ => None,
            })
        })
    }

    /// The waiting line with the lowest rank among those that have one.
    fn first(&self, rank: impl Fn(Wait) -> Option<u64>) -> Option<u32> {
        let main = self.main_waits.get().map(|wait| (MAIN, wait));
        let alive = self.alive.borrow();
        let others = alive.iter().filter_map(|(number, line)| Some((*number, line.waits?)));
        let ranked = main.into_iter().chain(others).filter_map(|(line, wait)| Some((rank(wait)?, line)));
        ranked.min().map(|(_, line)| line)
    }
}
