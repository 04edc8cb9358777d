//! The host of a program's main run: the real world, reached from the thread that runs it.
//!
//! Owns standard streams, clock and sleep of a program without async walkers; one that has some puts
//! `MainProgram` around it. Nothing here knows stores and walkers.

use std::io::BufRead;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::screen::Screen;
use crate::code::{GlobalId, Symbol};
use crate::eval::Host;
use crate::eval::flow::{self, Pause};
use crate::record::Id;
use crate::value::heap::signal;
use crate::value::ops::show;
use crate::value::{ErrorKind, Heap, Instance, Native, Outcome, Ref, Value};

/// Who must know that the thread of the main program cannot be reached.
pub trait Waiting: Send + Sync {
    fn reads_input(&self, reads: bool);
}

/// The real world.
pub struct World {
    waiting: Arc<dyn Waiting>,
    screen: Arc<dyn Screen>,
    arguments: Vec<String>,
    started: Instant,
}

impl World {
    pub fn new(screen: Arc<dyn Screen>, waiting: Arc<dyn Waiting>, arguments: Vec<String>) -> World {
        World { waiting, screen, arguments, started: Instant::now() }
    }
}

/// What is said of a socket message: nobody listens while no server runs.
pub(super) fn undelivered(heap: &Heap, message: &[Value]) -> Outcome<String> {
    let [name, receivers, data] = message else { return Ok(String::new()) };
    let name = show::to_string(heap, name)?;
    let (receivers, data) = (show::repr(heap, receivers)?, show::repr(heap, data)?);
    Ok(format!("debug: no server runs: {name}({receivers}, {data}) reaches nobody\n"))
}

/// Ends the program quietly: nobody reads what it writes.
fn nobody_reads(heap: &Heap) -> crate::value::Raised {
    heap.error_with(ErrorKind::SystemExit, vec![Value::Int(0)])
}

impl Host for World {
    fn write(&self, heap: &Heap, text: &str) -> Outcome<()> {
        if self.screen.write(text) { Ok(()) } else { Err(nobody_reads(heap)) }
    }
    fn write_error(&self, _heap: &Heap, text: &str) -> Outcome<()> {
        self.screen.write_error(text);
        Ok(())
    }
    fn flush(&self, heap: &Heap) -> Outcome<()> {
        if self.screen.flush() { Ok(()) } else { Err(nobody_reads(heap)) }
    }
    fn read_line(&self, heap: &Heap) -> Outcome<Option<String>> {
        self.flush(heap)?;
        let mut line = String::new();
        self.waiting.reads_input(true);
        let read = std::io::stdin().lock().read_line(&mut line);
        self.waiting.reads_input(false);
        match read {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(line)),
            Err(error) => Err(heap.error(ErrorKind::OSError, error.to_string())),
        }
    }
    fn now(&self, _heap: &Heap) -> Outcome<f64> {
        Ok(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |t| t.as_secs_f64()))
    }
    fn monotonic(&self, _heap: &Heap) -> Outcome<Duration> {
        Ok(self.started.elapsed())
    }
    fn sleep(&self, heap: &Heap, time: Duration) -> Outcome<()> {
        self.flush(heap)?;
        flow::pause(heap, Pause::Until(self.started.elapsed().saturating_add(time)))
    }
    fn pause(&self, heap: &Heap, pauses: &[Pause]) -> Outcome<()> {
        self.flush(heap)?;
        // Parked rather than asleep, so that Ctrl-C wakes the thread.
        match Pause::all(pauses).1 {
            Some(until) => std::thread::park_timeout(until.saturating_sub(self.started.elapsed())),
            None => std::thread::park(),
        }
        heap.poll()
    }
    fn is_over(&self, pause: &Pause) -> bool {
        pause.is_over(self.started.elapsed(), |_| false)
    }
    fn line_ends_within(&self, heap: &Heap, line: u32, time: Duration) -> Outcome<bool> {
        flow::pause(heap, Pause::LineUntil(line, self.started.elapsed().saturating_add(time)))?;
        Ok(!flow::runs(heap, line))
    }
    fn line_goes_on(&self, _heap: &Heap, _line: u32) {}
    fn entropy(&self, _heap: &Heap) -> Outcome<u64> {
        Ok(uuid::Uuid::new_v4().as_u64_pair().0 ^ uuid::Uuid::new_v4().as_u64_pair().1.rotate_left(17))
    }
    fn fresh_id(&self, _heap: &Heap, _class: &str) -> u128 {
        Id::fresh().0
    }
    fn arguments(&self) -> Vec<String> {
        self.arguments.clone()
    }
    fn safe_point(&self, heap: &Heap, flags: u32) -> Outcome<()> {
        if flags & signal::INTERRUPT != 0 {
            if flow::current(heap) != flow::MAIN {
                return flow::give_way(heap);
            }
            heap.signals.clear(signal::INTERRUPT);
            return Err(heap.error_with(ErrorKind::KeyboardInterrupt, Vec::new()));
        }
        Ok(())
    }
    fn spawn_async(&self, heap: &Heap, walker: &Ref<Instance>, _places: &[Ref<Instance>]) -> Outcome {
        let name = walker.class().name.as_str().to_owned();
        Err(heap.error(
            ErrorKind::NotImplementedError,
            format!("async walker `{name}` cannot be spawned by this version"),
        ))
    }
    fn await_id(&self, heap: &Heap, awaited: &Value) -> Outcome {
        Err(heap.type_error(format!(
            "object {} can't be used in 'await' expression",
            crate::value::ops::types::type_name(awaited)
        )))
    }
    fn dereference(&self, _heap: &Heap, _text: &str, _id: u128) -> Outcome<Option<Value>> {
        Ok(None)
    }
    fn schedule(&self, _heap: &Heap, _walker: &Ref<Instance>) -> Outcome {
        Ok(Value::None)
    }
    fn request(&self, heap: &Heap, what: &str, arguments: &mut [Value]) -> Outcome {
        match what {
            "socket" => {
                if self.screen.debugs() {
                    let text = undelivered(heap, arguments)?;
                    self.write_error(heap, &text)?;
                }
                Ok(Value::None)
            }
            _ => Err(heap.error(ErrorKind::NotImplementedError, format!("`{what}` needs async walkers"))),
        }
    }
    fn set_native_attribute(
        &self,
        _heap: &Heap,
        _native: &Ref<Native>,
        _name: Symbol,
        _value: &Value,
    ) -> Outcome<bool> {
        Ok(false)
    }
    fn statement_ended(&self, _heap: &Heap) -> Outcome<()> {
        Ok(())
    }
    fn atomically(
        &self,
        _heap: &Heap,
        _container: &Value,
        change: &mut dyn FnMut() -> Outcome<()>,
    ) -> Outcome<()> {
        change()
    }
    fn id_of(&self, heap: &Heap, instance: &Ref<Instance>) -> Outcome<u128> {
        Ok(crate::graph::id_of(heap, instance, |heap, class| self.fresh_id(heap, class)))
    }
    fn is_there(&self, _heap: &Heap, _place: &Ref<Instance>) -> Outcome<bool> {
        Ok(true)
    }
    fn reports(&self, _heap: &Heap, _walker: &Ref<Instance>) -> Outcome<Option<Value>> {
        Ok(None)
    }
    fn has_run(&self, _heap: &Heap, _module: &str) -> bool {
        false
    }
    fn missing_global(&self, _heap: &Heap, _id: GlobalId) -> Outcome<Option<Value>> {
        Ok(None)
    }
    fn before_read(&self, _heap: &Heap, _instance: &Ref<Instance>, _slot: u16) -> Outcome<Option<Value>> {
        Ok(None)
    }
    fn before_write(&self, _heap: &Heap, _instance: &Ref<Instance>, _slot: u16) -> Outcome<()> {
        Ok(())
    }
    fn before_links_read(&self, _heap: &Heap, _node: &Ref<Instance>) -> Outcome<()> {
        Ok(())
    }
    fn before_link(&self, _heap: &Heap, _node: &Ref<Instance>) -> Outcome<()> {
        Ok(())
    }
    fn joined(&self, _heap: &Heap, _edge: &Ref<Instance>) -> Outcome<()> {
        Ok(())
    }
    fn gone(&self, _heap: &Heap, _instance: &Ref<Instance>) -> Outcome<()> {
        Ok(())
    }
}
