//! Functions of the running program: `exit`, and the variables in sight.
//!
//! `exit` only raises SystemExit: what ends, and with which status, is decided by whoever runs the
//! program. Variables are asked of the evaluator, since values know no frames.

use crate::value::{Args, ErrorKind, Heap, NativeFunction, Outcome, Symbol, Value};

pub static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new("exit", "(code=None)", "Ends the program: raises SystemExit.", &[], run_exit),
    NativeFunction::new("quit", "(code=None)", "Ends the program: raises SystemExit.", &[], run_exit),
    NativeFunction::new("globals", "()", "The variables of the running module, as a dict.", &[], run_globals),
    NativeFunction::new("locals", "()", "The variables of the running function, as a dict.", &[], run_locals),
];

fn run_exit(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let code = match args.take(0) {
        Value::Unbound => Value::None,
        code => code,
    };
    Err(heap.error_with(ErrorKind::SystemExit, vec![code]))
}

/// The variables in sight of the function that calls a builtin: the evaluator knows them, and gives them
/// as the attribute `globals` or `locals` of nothing (an unbound value).
pub fn scope(heap: &Heap, which: &str) -> Outcome {
    match heap.caller.special_attribute(heap, &Value::Unbound, Symbol::new(which))? {
        Some(dict) => Ok(dict),
        None => Err(heap.runtime_error(format!("{which}() is not available here"))),
    }
}

fn run_globals(heap: &Heap, _args: Args<'_>) -> Outcome {
    scope(heap, "globals")
}

fn run_locals(heap: &Heap, _args: Args<'_>) -> Outcome {
    scope(heap, "locals")
}
