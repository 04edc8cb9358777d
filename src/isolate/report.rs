//! An exception that nobody caught, as people are told of it: type, message, the Jac traceback, causes.
//!
//! Owns the way from an exception value to a report, which is plain data and outlives the isolate. How a
//! report looks is the business of `diagnostics`.

use crate::diagnostics::{CauseKind, FrameReport, UncaughtReport};
use crate::eval;
use crate::value::errors::{Traceback, slots};
use crate::value::{BuiltinType, Heap, Instance, Ref, Value, ops};

/// How many causes of causes are shown.
const MOST_CAUSES: usize = 20;

/// The report of an exception. Never fails: what cannot be shown is left out.
pub fn uncaught(heap: &Heap, error: &Ref<Instance>) -> UncaughtReport {
    report(heap, error, 0)
}

fn report(heap: &Heap, error: &Ref<Instance>, depth: usize) -> UncaughtReport {
    let exception_type = match error.class().module.as_str() {
        "builtins" | "__main__" => error.class().qualname.as_str().to_owned(),
        module => format!("{module}.{}", error.class().qualname.as_str()),
    };
    let message = match ops::show::to_string(heap, &Value::Instance(error.clone())) {
        Ok(text) => text,
        Err(raised) => {
            let _ = heap.catch(raised, None);
            "<the exception's text could not be made>".to_owned()
        }
    };
    let frames = match error.slot(slots::TRACEBACK) {
        Value::Native(traceback) => traceback
            .with(|t: &Traceback| {
                let entries = t.entries.iter().rev();
                entries
                    .map(|e| FrameReport { function: e.function.qualname.to_string(), span: e.span })
                    .collect()
            })
            .unwrap_or_default(),
        _ => Vec::new(),
    };
    let other = |slot: u16| match error.slot(slot) {
        Value::Instance(cause) if cause.class().builtin == BuiltinType::Exception && !cause.same(error) => {
            Some(cause.clone())
        }
        _ => None,
    };
    let cause = if depth >= MOST_CAUSES {
        None
    } else if let Some(cause) = other(slots::CAUSE) {
        Some((CauseKind::Cause, Box::new(report(heap, &cause, depth + 1))))
    } else if matches!(error.slot(slots::SUPPRESS_CONTEXT), Value::True) {
        None
    } else {
        other(slots::CONTEXT).map(|cause| (CauseKind::Context, Box::new(report(heap, &cause, depth + 1))))
    };
    let comparison = eval::explain::comparison_of(heap, error);
    UncaughtReport { exception_type, message, frames, cause, help: None, comparison }
}
