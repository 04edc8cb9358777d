//! `asyncio`: sleeping, groups, time limits. The functions only make awaitables; waiting for them is
//! the evaluator's business, and time is the host's. There is no event loop to configure: whoever
//! drives a coroutine from ordinary code is one.

use crate::builtins::ModuleEntry;
use crate::eval::{flow, run_awaitable};
use crate::value::awaitable::{Awaitable, Wait};
use crate::value::generator::GeneratorKind;
use crate::value::ops::convert::to_f64;
use crate::value::ops::show;
use crate::value::ops::truth::truth;
use crate::value::{Args, Dict, ErrorKind, Heap, Native, NativeFunction, Outcome, Ref, Value};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "asyncio",
    doc: "Waiting for several things at once.",
    functions: FUNCTIONS,
    values,
    native_types: &[("Future", FUTURE)],
};

/// What `flow` gives, as Python's futures have it.
static FUTURE: &[NativeFunction] = &[
    NativeFunction::new("done", "(self)", "Whether it has ended.", &[], |_, args| {
        Ok(Value::bool(flow::has_ended(args.get(0))))
    }),
    NativeFunction::new(
        "result",
        "(self, timeout=None)",
        "Waits for its result, or raises its exception; TimeoutError after so many seconds.",
        &[],
        |heap, args| run_awaitable(heap, &awaited(heap, &args)?),
    ),
    NativeFunction::new(
        "exception",
        "(self, timeout=None)",
        "Waits for its end and gives its exception, or None; TimeoutError after so many seconds.",
        &[],
        |heap, args| match run_awaitable(heap, &awaited(heap, &args)?) {
            Ok(_) => Ok(Value::None),
            // What was raised is its exception, or the time was too short.
            Err(raised) => match flow::result(heap, args.get(0)) {
                Some(Err(error)) => heap.catch_any(raised, &[ErrorKind::BaseException]).map(|_| error),
                Some(Ok(_)) | None => Err(raised),
            },
        },
    ),
];

fn awaited(heap: &Heap, args: &Args<'_>) -> Outcome {
    let seconds = match args.some(1) {
        Some(timeout) => Some(to_f64(heap, timeout)?),
        None => None,
    };
    Ok(awaitable(heap, Wait::For { inner: args.get(0).clone(), seconds }))
}

static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "sleep",
        "(delay, result=None)",
        "An awaitable that takes so many seconds and gives the result.",
        &[("asyncio.run(asyncio.sleep(0, 'done'))", "'done'")],
        run_sleep,
    ),
    NativeFunction::new(
        "gather",
        "(*coros_or_futures, return_exceptions=False)",
        "An awaitable for the list of several results, waited for at the same time.",
        &[],
        run_gather,
    ),
    NativeFunction::new(
        "wait_for",
        "(fut, timeout)",
        "An awaitable for the same result that raises TimeoutError when it takes longer than so many seconds.",
        &[("asyncio.run(asyncio.wait_for(asyncio.sleep(0, 1), None))", "1")],
        run_wait_for,
    ),
    NativeFunction::new(
        "run",
        "(main, *, debug=None, loop_factory=None)",
        "Runs a coroutine to its end and gives its result.",
        &[("asyncio.run(asyncio.sleep(0))", "None")],
        run_run,
    ),
    NativeFunction::new(
        "iscoroutine",
        "(obj)",
        "Whether it is a coroutine object.",
        &[("asyncio.iscoroutine(1)", "False")],
        run_iscoroutine,
    ),
];

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    for kind in [ErrorKind::CancelledError, ErrorKind::TimeoutError] {
        module.set_str(kind.name(), Value::Class(heap.error_class(kind).clone()));
    }
    Ok(())
}

fn awaitable(heap: &Heap, wait: Wait) -> Value {
    Value::Native(Native::new(heap, Awaitable { wait }))
}

fn run_sleep(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let seconds = to_f64(heap, args.get(0))?;
    if seconds.is_nan() {
        return Err(heap.value_error("Invalid delay: NaN (not a number)"));
    }
    let result = if args.is_given(1) { args.take(1) } else { Value::None };
    Ok(awaitable(heap, Wait::Sleep { seconds, result }))
}

fn run_gather(heap: &Heap, args: Args<'_>) -> Outcome {
    let return_exceptions = args.is_given(0) && truth(heap, args.get(0))?;
    let all = args.rest.iter_mut().map(std::mem::take).collect();
    Ok(awaitable(heap, Wait::Gather { all, return_exceptions }))
}

fn run_wait_for(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let seconds = match args.some(1) {
        Some(timeout) => Some(to_f64(heap, timeout)?),
        None => None,
    };
    Ok(awaitable(heap, Wait::For { inner: args.take(0), seconds }))
}

fn is_coroutine(value: &Value) -> bool {
    match value {
        Value::Generator(coroutine) => coroutine.kind == GeneratorKind::Coroutine,
        Value::Native(native) => {
            native.with(|a: &Awaitable| !matches!(a.wait, Wait::Gather { .. })).unwrap_or(false)
        }
        _ => false,
    }
}

fn run_run(heap: &Heap, args: Args<'_>) -> Outcome {
    // Ids of async walkers and the walkers themselves can be awaited, so they can be run, too.
    if !is_coroutine(args.get(0)) && !matches!(args.get(0), Value::Str(_) | Value::Instance(_)) {
        let shown = show::repr(heap, args.get(0))?;
        return Err(heap.value_error(format!("a coroutine was expected, got {shown}")));
    }
    run_awaitable(heap, args.get(0))
}

fn run_iscoroutine(_heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(Value::bool(is_coroutine(args.get(0))))
}
