//! Functions of streams: `print`, `input`, `open`.
//!
//! A line is put together first and written in one piece, to the isolate's host or to whatever the
//! program has put in the place of `sys.stdout`. The standard streams as objects are in
//! `native::standard`, open files in `native::file`.

use crate::builtins::native::standard::{self, StandardStream};
use crate::builtins::registry::made;
use crate::eval::host;
use crate::value::ops::attribute::{call_method, get_optional};
use crate::value::ops::show;
use crate::value::ops::truth::truth;
use crate::value::ops::types::type_name;
use crate::value::{Args, ErrorKind, Heap, NativeFunction, Outcome, Symbol, Value};

pub static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "print",
        "(*args, sep=' ', end='\\n', file=None, flush=False)",
        "Writes values to the standard output or to a file, with separators between and an end after them.",
        &[("print('', end='')", "None")],
        run_print,
    ),
    NativeFunction::new(
        "input",
        "(prompt='', /)",
        "Shows a prompt and reads a line of the standard input, without its end.",
        &[],
        run_input,
    ),
    NativeFunction::new(
        "open",
        "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
        "Opens a file: `r`ead, `w`rite, `a`ppend, `x` for a new one, `b`inary, `+` for both ways.",
        &[],
        crate::builtins::native::file::open,
    ),
];

/// `sep` or `end`: a string, or the default for None.
fn mark<'a>(
    heap: &Heap,
    value: &'a Value,
    name: &str,
    default: &'static str,
    kept: &'a mut String,
) -> Outcome<&'a str> {
    match value {
        Value::Unbound | Value::None => Ok(default),
        Value::Str(text) => Ok(text.as_str()),
        other => match crate::builtins::argument::text(other) {
            Some(text) => {
                *kept = text.as_str().to_owned();
                Ok(kept)
            }
            None => {
                Err(heap.type_error(format!("{name} must be None or a string, not {}", type_name(other))))
            }
        },
    }
}

fn run_print(heap: &Heap, args: Args<'_>) -> Outcome {
    let (mut kept_sep, mut kept_end) = (String::new(), String::new());
    let sep = mark(heap, args.get(0), "sep", " ", &mut kept_sep)?;
    let end = mark(heap, args.get(1), "end", "\n", &mut kept_end)?;
    let mut line = String::new();
    for (index, value) in args.rest.iter().enumerate() {
        if index > 0 {
            line.push_str(sep);
        }
        match value {
            Value::Str(text) => line.push_str(text.as_str()),
            Value::Int(n) => line.push_str(itoa::Buffer::new().format(*n)),
            other => line.push_str(&show::to_string(heap, other)?),
        }
    }
    line.push_str(end);
    let flush = match args.get(3) {
        Value::Unbound => false,
        value => truth(heap, value)?,
    };
    match args.get(2) {
        Value::Unbound | Value::None => match replaced_output(heap) {
            None => {
                host(heap).write(heap, &line)?;
                if flush {
                    host(heap).flush(heap)?;
                }
            }
            Some(Value::None) => {}
            Some(file) => write_to(heap, &file, line, flush)?,
        },
        file => write_to(heap, file, line, flush)?,
    }
    Ok(Value::None)
}

/// What the program has put in the place of `sys.stdout`, if it has.
fn replaced_output(heap: &Heap) -> Option<Value> {
    let stdout = made(heap, "sys")?.dict.borrow().as_ref()?.get_str("stdout")?;
    match &stdout {
        Value::Native(native)
            if native.with(|stream: &StandardStream| *stream == StandardStream::Output) == Some(true) =>
        {
            None
        }
        _ => Some(stdout),
    }
}

fn write_to(heap: &Heap, file: &Value, line: String, flush: bool) -> Outcome<()> {
    if let Value::Native(native) = file
        && let Some(stream) = native.with(|stream: &StandardStream| *stream)
    {
        return standard::write(heap, stream, &line);
    }
    if get_optional(heap, file, Symbol::new("write"))?.is_none() {
        return Err(heap.attribute_error(format!("'{}' object has no attribute 'write'", type_name(file))));
    }
    call_method(heap, file, Symbol::new("write"), &mut [line.into()])?;
    if flush {
        call_method(heap, file, Symbol::new("flush"), &mut [])?;
    }
    Ok(())
}

fn run_input(heap: &Heap, args: Args<'_>) -> Outcome {
    if args.is_given(0) {
        let prompt = show::to_string(heap, args.get(0))?;
        match replaced_output(heap) {
            None => host(heap).write(heap, &prompt)?,
            Some(file) => write_to(heap, &file, prompt, false)?,
        }
    }
    host(heap).flush(heap)?;
    match host(heap).read_line(heap)? {
        None => Err(heap.error(ErrorKind::EOFError, "EOF when reading a line")),
        Some(mut line) => {
            if line.ends_with('\n') {
                line.pop();
            }
            if line.ends_with('\r') {
                line.pop();
            }
            Ok(line.into())
        }
    }
}
