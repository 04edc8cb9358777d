//! Generators: `send`, `throw` and `close`, which coroutines share.
//!
//! A body that ends becomes a StopIteration that carries its result; an exception that is thrown into a
//! body which has not begun, or has ended, comes straight back.

use crate::builtins::functions::iteration::advance;
use crate::builtins::receiver;
use crate::value::generator::{GeneratorKind, Progress, Resume, State};
use crate::value::ops::types::{is_instance, type_name};
use crate::value::{
    Args, BuiltinType, ErrorKind, Generator, Heap, Instance, NativeFunction, Outcome, Raised, Ref, Value,
};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "send",
        "(self, value, /)",
        "Goes on with a value for the `yield` where it stopped; gives what is yielded next.",
        &[("(x for x in [1]).send(None)", "1")],
        run_send,
    ),
    NativeFunction::new(
        "throw",
        "(self, type, value=None, traceback=None, /)",
        "Raises an exception where it stopped; gives what is yielded next.",
        &[],
        run_throw,
    ),
    NativeFunction::new(
        "close",
        "(self, /)",
        "Ends it: GeneratorExit is raised where it stopped.",
        &[("(x for x in [1]).close()", "None")],
        run_close,
    ),
    NativeFunction::new(
        "__next__",
        "(self, /)",
        "The next item; StopIteration at the end.",
        &[("(x for x in [1]).__next__()", "1")],
        run_next,
    ),
    NativeFunction::new(
        "__iter__",
        "(self, /)",
        "The generator itself.",
        &[("list((x for x in [1]).__iter__())", "[1]")],
        run_iter,
    ),
];

/// The StopIteration that carries a body's result.
#[cold]
fn stopped(heap: &Heap, result: Value) -> Raised {
    let args = if matches!(result, Value::None | Value::Unbound) { Vec::new() } else { vec![result] };
    heap.error_with(ErrorKind::StopIteration, args)
}

/// Refuses a coroutine that has ended.
fn check_reuse(heap: &Heap, generator: &Generator) -> Outcome<()> {
    if generator.kind == GeneratorKind::Coroutine && generator.state.get() == State::Finished {
        return Err(heap.runtime_error("cannot reuse already awaited coroutine"));
    }
    Ok(())
}

fn resumed(heap: &Heap, generator: &Generator, with: Resume) -> Outcome {
    match generator.resume(heap, with)? {
        Some(Progress::Yielded(value)) => Ok(value),
        Some(Progress::Returned(value)) => Err(stopped(heap, value)),
        None => Err(stopped(heap, Value::None)),
    }
}

pub fn run_send(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let generator = receiver::generator(heap, &mut args, "send")?;
    check_reuse(heap, &generator)?;
    let value = args.take(1);
    if generator.state.get() == State::Created && !value.is_none() {
        let word = generator.kind.word().replace('_', " ");
        return Err(heap.type_error(format!("can't send non-None value to a just-started {word}")));
    }
    resumed(heap, &generator, Resume::Send(value))
}

pub fn run_throw(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let generator = receiver::generator(heap, &mut args, "throw")?;
    let error = thrown(heap, &args)?;
    check_reuse(heap, &generator)?;
    if generator.state.get() == State::Finished {
        return Err(heap.raise(error));
    }
    resumed(heap, &generator, Resume::Throw(Value::Instance(error)))
}

/// The exception from the arguments of `throw`: an instance, or a class with an optional value.
fn thrown(heap: &Heap, args: &Args<'_>) -> Outcome<Ref<Instance>> {
    if !matches!(args.get(3), Value::Unbound | Value::None)
        && !matches!(args.get(3), Value::Native(native) if native.is::<crate::value::errors::Traceback>())
    {
        return Err(heap.type_error("throw() third argument must be a traceback object"));
    }
    match args.get(1) {
        Value::Instance(error) if error.class().builtin == BuiltinType::Exception => match args.some(2) {
            Some(_) => Err(heap.type_error("instance exception may not have a separate value")),
            None => Ok(error.clone()),
        },
        Value::Class(class) if class.builtin == BuiltinType::Exception => {
            let made = match args.some(2) {
                None => heap.call(args.get(1), &mut [])?,
                Some(value) if is_instance(heap, value, class) => value.clone(),
                Some(Value::Tuple(values)) => heap.call(args.get(1), &mut values.items().to_vec())?,
                Some(value) => heap.call(args.get(1), &mut [value.clone()])?,
            };
            match made {
                Value::Instance(error) if error.class().builtin == BuiltinType::Exception => Ok(error),
                other => Err(not_exception(heap, &other)),
            }
        }
        other => Err(not_exception(heap, other)),
    }
}

#[cold]
fn not_exception(heap: &Heap, found: &Value) -> Raised {
    let name = type_name(found);
    heap.type_error(format!(
        "exceptions must be classes or instances deriving from BaseException, not {name}"
    ))
}

pub fn run_close(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let generator = receiver::generator(heap, &mut args, "close")?;
    match generator.state.get() {
        State::Created => generator.finish(),
        State::Finished => {}
        State::Suspended | State::Running => {
            let exit = Value::Instance(heap.new_error(ErrorKind::GeneratorExit, Vec::new()));
            match generator.resume(heap, Resume::Throw(exit)) {
                Ok(Some(Progress::Yielded(_))) => {
                    let word = generator.kind.word().replace('_', " ");
                    return Err(heap.runtime_error(format!("{word} ignored GeneratorExit")));
                }
                Ok(_) => {}
                Err(raised) => {
                    drop(heap.catch_any(raised, &[ErrorKind::GeneratorExit, ErrorKind::StopIteration])?)
                }
            }
        }
    }
    Ok(Value::None)
}

fn run_next(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let generator = receiver::generator(heap, &mut args, "__next__")?;
    advance(heap, &Value::Generator(generator))
}

fn run_iter(heap: &Heap, mut args: Args<'_>) -> Outcome {
    Ok(Value::Generator(receiver::generator(heap, &mut args, "__iter__")?))
}
