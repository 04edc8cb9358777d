//! `sys`: the interpreter, as far as programs ask: arguments, exit, limits.
//!
//! Arguments come from the host, the depth limit is the heap's, the standard streams are objects of
//! `builtins::native::standard`; this module only gives them their names.

use crate::builtins::ModuleEntry;
use crate::builtins::native::standard::StandardStream;
use crate::eval::host;
use crate::value::module::loaded;
use crate::value::ops::convert::to_i64;
use crate::value::{Args, Dict, ErrorKind, Heap, NativeFunction, Outcome, Ref, Value};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "sys",
    doc: "The running interpreter.",
    functions: FUNCTIONS,
    values,
    native_types: &[],
};

static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new("exit", "(status=None, /)", "Ends the program.", &[], exit),
    NativeFunction::new(
        "getrecursionlimit",
        "()",
        "How deep calls may nest.",
        &[("sys.getrecursionlimit()", "1000")],
        |heap, _| Ok(Value::Int(i64::from(heap.depth_limit()))),
    ),
    NativeFunction::new("setrecursionlimit", "(limit, /)", "Sets how deep calls may nest.", &[], set_limit),
    NativeFunction::new(
        "intern",
        "(string, /)",
        "The string itself.",
        &[("sys.intern('a')", "'a'")],
        |_, mut args| Ok(args.take(0)),
    ),
];

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    let arguments = host(heap).arguments().into_iter().map(Value::from).collect();
    module.set_str("argv", Value::list(heap, arguments));
    module.set_str("maxsize", Value::Int(i64::MAX));
    module.set_str("platform", Value::str(std::env::consts::OS));
    module.set_str("byteorder", Value::str("little"));
    module.set_str("path", Value::list(heap, Vec::new()));
    module.set_str("version", Value::str(concat!("3.12 (ambler ", env!("CARGO_PKG_VERSION"), ")")));
    let parts = [Value::Int(3), Value::Int(12), Value::Int(0), Value::str("final"), Value::Int(0)];
    module.set_str("version_info", Value::tuple(heap, parts));
    module.set_str("modules", Value::Dict(loaded(heap)));
    module.set_str("stdin", StandardStream::Input.value(heap));
    module.set_str("stdout", StandardStream::Output.value(heap));
    module.set_str("stderr", StandardStream::Error.value(heap));
    Ok(())
}

fn exit(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let args = if args.is_given(0) { vec![args.take(0)] } else { Vec::new() };
    Err(heap.error_with(ErrorKind::SystemExit, args))
}

fn set_limit(heap: &Heap, args: Args<'_>) -> Outcome {
    match u32::try_from(to_i64(heap, args.get(0))?) {
        Ok(limit) if limit >= 1 => {
            heap.set_depth_limit(limit.min(1_000_000));
            Ok(Value::None)
        }
        _ => Err(heap.value_error("recursion limit must be greater or equal than 1")),
    }
}
