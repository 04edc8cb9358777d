//! `defaultdict`: a dict that makes the values of missing keys.
//!
//! The factory is an attribute of the instance; it runs while nothing is borrowed.

use super::dict_of;
use crate::builtins::argument;
use crate::builtins::methods::{dict, wrapped};
use crate::code::Symbol;
use crate::value::ops::{attribute, show};
use crate::value::{Args, Dict, Heap, NativeFunction, Outcome, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, default_factory=None, /, *args, **kwargs)",
        "A dict that calls the factory for a key that is missing.",
        &[("collections.defaultdict(int)['a']", "0")],
        run_new,
    ),
    NativeFunction::new("__missing__", "(instance, key, /)", "Makes the value of a key.", &[], run_missing),
    NativeFunction::new("__repr__", "(instance, /)", "The factory and the entries.", &[], run_repr),
    NativeFunction::new("copy", "(instance, /)", "A copy with the same factory.", &[], run_copy),
];

const FACTORY: &str = "default_factory";

fn run_new(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let class = argument::class(heap, &args.take(0), "dict")?;
    let factory = if args.is_given(1) { args.take(1) } else { Value::None };
    if matches!(&factory, Value::Int(_) | Value::Str(_) | Value::Dict(_) | Value::List(_)) {
        return Err(heap.type_error("first argument must be callable or None"));
    }
    let entries = Dict::new(heap);
    if let Some(from) = args.rest.first() {
        dict::add_all(heap, &entries, from)?;
    }
    if let Some(extra) = &args.extra {
        dict::add_all(heap, &entries, &Value::Dict(extra.clone()))?;
    }
    let made = wrapped(heap, &class, Value::Dict(entries));
    attribute::set(heap, &made, Symbol::new(FACTORY), factory)?;
    Ok(made)
}

fn factory(heap: &Heap, instance: &Value) -> Outcome {
    Ok(attribute::get_optional(heap, instance, Symbol::new(FACTORY))?.unwrap_or(Value::None))
}

fn run_missing(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let (instance, key) = (args.take(0), args.take(1));
    let factory = factory(heap, &instance)?;
    if factory.is_none() {
        return Err(heap.key_error(key));
    }
    let value = heap.call(&factory, &mut [])?;
    dict_of(heap, &instance)?.insert(heap, key, value.clone())?;
    Ok(value)
}

fn run_repr(heap: &Heap, args: Args<'_>) -> Outcome {
    let entries = show::repr(heap, &Value::Dict(dict_of(heap, args.get(0))?))?;
    let factory = show::repr(heap, &factory(heap, args.get(0))?)?;
    Ok(format!("defaultdict({factory}, {entries})").into())
}

fn run_copy(heap: &Heap, args: Args<'_>) -> Outcome {
    let copy = dict_of(heap, args.get(0))?.copy(heap);
    let Value::Instance(instance) = args.get(0) else { return Ok(Value::Dict(copy)) };
    let made = wrapped(heap, instance.class(), Value::Dict(copy));
    attribute::set(heap, &made, Symbol::new(FACTORY), factory(heap, args.get(0))?)?;
    Ok(made)
}
