//! The one trait through which a program reaches the outside world: output, input, time, chance, ids,
//! async walkers, and the graph where several isolates share it.
//!
//! Files and the environment are read by the modules that offer them; what must be the same when a step
//! runs again, or what may have to wait, goes through here. The isolate's owner implements it.

use std::time::Duration;

use super::flow::Pause;
use crate::code::{GlobalId, Symbol};
use crate::value::{Heap, Instance, Native, Outcome, Ref, Value};

/// The outside world, as one isolate sees it.
pub trait Host {
    /// The main module is about to run.
    fn begin(&self, _heap: &Heap) -> Outcome<()> {
        Ok(())
    }
    /// Writes to the program's standard output (`print`). Raises when the text cannot be written.
    fn write(&self, heap: &Heap, text: &str) -> Outcome<()>;
    /// Writes to standard error.
    fn write_error(&self, heap: &Heap, text: &str) -> Outcome<()>;
    /// Makes sure that what was written so far is out.
    fn flush(&self, heap: &Heap) -> Outcome<()>;
    /// Reads a line of standard input, with its end; `None` at the end of the input.
    fn read_line(&self, heap: &Heap) -> Outcome<Option<String>>;
    /// Seconds since 1970, UTC.
    fn now(&self, heap: &Heap) -> Outcome<f64>;
    /// Time since some fixed moment; never goes back.
    fn monotonic(&self, heap: &Heap) -> Outcome<Duration>;
    /// Waits. A walker gives its thread away meanwhile.
    fn sleep(&self, heap: &Heap, time: Duration) -> Outcome<()>;
    /// Gives the thread away until one of these may be over; raises when the isolate is to stop.
    fn pause(&self, heap: &Heap, pauses: &[Pause]) -> Outcome<()>;
    /// Whether a time has come, or a walker has ended.
    fn is_over(&self, pause: &Pause) -> bool;
    /// Whether a line ends within this time: waits until one or the other is sure.
    fn line_ends_within(&self, heap: &Heap, line: u32, time: Duration) -> Outcome<bool>;
    /// From now on the code of this line runs.
    fn line_goes_on(&self, heap: &Heap, line: u32);
    /// 64 random bits, for seeding.
    fn entropy(&self, heap: &Heap) -> Outcome<u64>;
    /// A new 128-bit id for an object of a class.
    fn fresh_id(&self, heap: &Heap, class: &str) -> u128;
    /// `sys.argv`.
    fn arguments(&self) -> Vec<String>;
    /// Somebody asks for the isolate's attention: bits of `heap::signal`.
    fn safe_point(&self, heap: &Heap, flags: u32) -> Outcome<()>;

    /// An async walker is spawned: gives its id as a string value.
    fn spawn_async(&self, heap: &Heap, walker: &Ref<Instance>, places: &[Ref<Instance>]) -> Outcome;
    /// Waits for what has an id (`await "w:…"`), or for an async walker's object.
    fn await_id(&self, heap: &Heap, awaited: &Value) -> Outcome;
    /// `&id` where the id is none of this isolate's own objects.
    fn dereference(&self, heap: &Heap, text: &str, id: u128) -> Outcome<Option<Value>>;
    /// `x.__jac__.schedule` of a walker.
    fn schedule(&self, heap: &Heap, walker: &Ref<Instance>) -> Outcome;
    /// Something else asked of the runtime by a native module (`create_task`, `task_cancel`, a socket message).
    fn request(&self, heap: &Heap, what: &str, arguments: &mut [Value]) -> Outcome;
    /// Whether a native object took an assignment to an attribute.
    fn set_native_attribute(
        &self,
        heap: &Heap,
        native: &Ref<Native>,
        name: Symbol,
        value: &Value,
    ) -> Outcome<bool>;

    /// The calls below come only while the graph is shared with other isolates.
    /// A statement of the main program has ended, whether or not it raised.
    fn statement_ended(&self, heap: &Heap) -> Outcome<()>;
    /// Runs what reads and changes a field, or a container in one, so that it applies to the newest value.
    /// `container`: the watched container that is changed, or None.
    fn atomically(
        &self,
        heap: &Heap,
        container: &Value,
        change: &mut dyn FnMut() -> Outcome<()>,
    ) -> Outcome<()>;
    /// The id of a node, edge or walker.
    fn id_of(&self, heap: &Heap, instance: &Ref<Instance>) -> Outcome<u128>;
    /// Whether a place can be visited: it has not been deleted.
    fn is_there(&self, heap: &Heap, place: &Ref<Instance>) -> Outcome<bool>;
    /// What a walker that runs elsewhere has reported so far; `None` for one of this isolate.
    fn reports(&self, heap: &Heap, walker: &Ref<Instance>) -> Outcome<Option<Value>>;
    /// Whether the run that this isolate belongs to has run a module already: it is not run again.
    fn has_run(&self, heap: &Heap, module: &str) -> bool;
    /// A module variable that is not bound in this isolate yet.
    fn missing_global(&self, heap: &Heap, id: GlobalId) -> Outcome<Option<Value>>;
    /// A field of an instance is about to be read; a value to use instead of what stands in the slot.
    fn before_read(&self, heap: &Heap, instance: &Ref<Instance>, slot: u16) -> Outcome<Option<Value>>;
    /// A field of an instance is about to be written; `u16::MAX`: one without a slot.
    fn before_write(&self, heap: &Heap, instance: &Ref<Instance>, slot: u16) -> Outcome<()>;
    /// A node's edges are about to be read.
    fn before_links_read(&self, heap: &Heap, node: &Ref<Instance>) -> Outcome<()>;
    /// A node is about to get or lose an edge.
    fn before_link(&self, heap: &Heap, node: &Ref<Instance>) -> Outcome<()>;
    /// An edge was put between two nodes.
    fn joined(&self, heap: &Heap, edge: &Ref<Instance>) -> Outcome<()>;
    /// A node or edge was deleted.
    fn gone(&self, heap: &Heap, instance: &Ref<Instance>) -> Outcome<()>;
}
