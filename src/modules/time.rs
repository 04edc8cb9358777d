//! `time`: clocks and sleeping, through the isolate's host.
//!
//! Nothing here reads a clock of the system or blocks a thread: how an isolate sleeps is decided by
//! its host. Calendar and zones are in `datetime`.

use std::time::Duration;

use crate::builtins::{ModuleEntry, no_values};
use crate::eval::host;
use crate::value::ops::convert::to_f64;
use crate::value::{Args, Heap, NativeFunction, Outcome, Value};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "time",
    doc: "Clocks and sleeping.",
    functions: FUNCTIONS,
    values: no_values,
    native_types: &[],
};

static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new("time", "()", "Seconds since 1970.", &[("time.time() > 0", "True")], |heap, _| {
        host(heap).now(heap).map(Value::float)
    }),
    NativeFunction::new(
        "time_ns",
        "()",
        "Nanoseconds since 1970.",
        &[("time.time_ns() > 0", "True")],
        |heap, _| host(heap).now(heap).map(|t| Value::Int((t * 1e9) as i64)),
    ),
    NativeFunction::new(
        "monotonic",
        "()",
        "Seconds since some moment; never goes back.",
        &[("time.monotonic() >= 0", "True")],
        clock,
    ),
    NativeFunction::new(
        "perf_counter",
        "()",
        "Seconds since some moment, precisely.",
        &[("time.perf_counter() >= 0", "True")],
        clock,
    ),
    NativeFunction::new(
        "process_time",
        "()",
        "Seconds that the program has run.",
        &[("time.process_time() >= 0", "True")],
        clock,
    ),
    NativeFunction::new("sleep", "(seconds, /)", "Waits.", &[("time.sleep(0)", "None")], sleep),
];

fn clock(heap: &Heap, _args: Args<'_>) -> Outcome {
    host(heap).monotonic(heap).map(|t| Value::float(t.as_secs_f64()))
}

fn sleep(heap: &Heap, args: Args<'_>) -> Outcome {
    let seconds = to_f64(heap, args.get(0))?;
    if seconds < 0.0 {
        return Err(heap.value_error("sleep length must be non-negative"));
    }
    let Ok(time) = Duration::try_from_secs_f64(seconds) else {
        return Err(heap.overflow_error("timestamp too large to convert to C PyTime_t"));
    };
    host(heap).sleep(heap, time).map(|()| Value::None)
}
