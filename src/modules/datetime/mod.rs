//! `datetime`: dates, times of day, both together, durations and fixed time zones, with arithmetic of
//! their own. `calendar.rs` counts days, `text.rs` writes and reads; each type has a file.
//!
//! Other zones than `timezone` are not supported. A datetime is no instance of `date`.

pub mod calendar;
mod clock;
mod day;
mod delta;
mod moment;
pub mod text;
mod zone;

use std::cmp::Ordering;

use crate::builtins::ModuleEntry;
use crate::code::CompareOp;
use crate::value::{Dict, Heap, Outcome, Ref, Value};

const DATETIME: &str = "datetime";

pub static MODULE: ModuleEntry = ModuleEntry {
    name: DATETIME,
    doc: "Dates, times and durations.",
    functions: &[],
    values,
    native_types: &[
        ("date", day::METHODS),
        ("time", clock::METHODS),
        (DATETIME, moment::METHODS),
        ("timedelta", delta::METHODS),
        ("timezone", zone::METHODS),
    ],
};

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    for name in ["date", "time", DATETIME, "timedelta", "timezone"] {
        module.set_str(name, Value::Class(heap.native_class(name, DATETIME)));
    }
    zone::constants(heap)?;
    delta::constants(heap)?;
    day::constants(heap)?;
    clock::constants(heap)?;
    moment::constants(heap)?;
    module.set_str("UTC", zone::utc(heap));
    module.set_str("MINYEAR", Value::Int(1));
    module.set_str("MAXYEAR", Value::Int(9999));
    Ok(())
}

/// A datetime in UTC, of a time in seconds since 1970.
pub fn utc_datetime(heap: &Heap, seconds: f64) -> Outcome {
    // The module's own objects, such as `timezone.utc`, exist once it has been made.
    if let Some(module) = heap.library.module(heap, DATETIME) {
        module?;
    }
    let utc = zone::utc(heap);
    moment::from_timestamp(heap, seconds, &utc)
}

/// Seconds since 1970 of a datetime; one without a zone is local time. `None` for another value.
pub fn timestamp(value: &Value) -> Option<f64> {
    moment::of(value).map(|moment| moment.timestamp())
}

/// The object that a native object of this module was frozen from.
pub fn thaw(heap: &Heap, kind: &str, text: &str) -> Option<Outcome> {
    if let Some(Err(raised)) = heap.library.module(heap, DATETIME) {
        return Some(Err(raised));
    }
    match kind {
        "datetime.timedelta" => text.parse().ok().map(|micros| delta::make(heap, micros)),
        "datetime.timezone" => {
            let (offset, name) = text.split_once(' ')?;
            let offset = offset.parse().ok()?;
            let name = (!name.is_empty()).then(|| name.to_owned());
            Some(Ok(if offset == 0 && name.is_none() {
                zone::utc(heap)
            } else {
                zone::make(heap, offset, name)
            }))
        }
        "datetime.date" => text.parse().ok().map(|number| Ok(day::make(heap, number))),
        "datetime.time" => clock::thaw(heap, text),
        "datetime.datetime" => moment::thaw(heap, text),
        _ => None,
    }
}

/// The result of a comparison that is decided by an order.
fn ordered(op: CompareOp, order: Ordering) -> Option<Outcome> {
    Some(Ok(Value::bool(match op {
        CompareOp::Eq => order.is_eq(),
        CompareOp::Ne => order.is_ne(),
        CompareOp::Lt => order.is_lt(),
        CompareOp::Le => order.is_le(),
        CompareOp::Gt => order.is_gt(),
        CompareOp::Ge => order.is_ge(),
        _ => return None,
    })))
}

/// A hash of a number, different for each type.
fn mixed(number: u64, salt: u64) -> u64 {
    let mut hash = (number ^ salt.rotate_left(40)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^= hash >> 32;
    hash.wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// The parts of `NativeObject` that all types here share.
macro_rules! same_type {
    ($name:literal) => {
        fn type_name(&self) -> &'static str {
            $name
        }
        fn module_name(&self) -> &'static str {
            "datetime"
        }
    };
}
use same_type;
