//! `OrderedDict`: a dict whose entries can be moved to either end.
//!
//! Every dict keeps its order here as in Python; this one only says so.

use super::dict_of;
use crate::builtins::argument::{self, truth_or};
use crate::builtins::methods::{dict, wrapped};
use crate::value::ops::show;
use crate::value::{Args, Dict, ErrorKind, Heap, NativeFunction, Outcome, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, /, *args, **kwargs)",
        "A dict that can be put in order.",
        &[("collections.OrderedDict(a=1)", "OrderedDict({'a': 1})")],
        run_new,
    ),
    NativeFunction::new(
        "move_to_end",
        "(instance, key, last=True)",
        "Moves an entry to the end, or to the beginning.",
        &[],
        run_move,
    ),
    NativeFunction::new(
        "popitem",
        "(instance, last=True)",
        "Removes the last entry or the first and gives it.",
        &[],
        run_popitem,
    ),
    NativeFunction::new("copy", "(instance, /)", "A copy.", &[], |heap, args| {
        let copy = Value::Dict(dict_of(heap, args.get(0))?.copy(heap));
        Ok(match args.get(0) {
            Value::Instance(instance) => wrapped(heap, instance.class(), copy),
            _ => copy,
        })
    }),
    NativeFunction::new("__repr__", "(instance, /)", "The entries.", &[], |heap, args| {
        let entries = dict_of(heap, args.get(0))?;
        if entries.is_empty() {
            return Ok(Value::str("OrderedDict()"));
        }
        Ok(format!("OrderedDict({})", show::repr(heap, &Value::Dict(entries))?).into())
    }),
];

fn run_new(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let class = argument::class(heap, &args.take(0), "dict")?;
    let entries = Dict::new(heap);
    if let Some(from) = args.rest.first() {
        dict::add_all(heap, &entries, from)?;
    }
    if let Some(extra) = &args.extra {
        dict::add_all(heap, &entries, &Value::Dict(extra.clone()))?;
    }
    Ok(wrapped(heap, &class, Value::Dict(entries)))
}

fn run_move(heap: &Heap, args: Args<'_>) -> Outcome {
    let entries = dict_of(heap, args.get(0))?;
    let last = truth_or(heap, args.get(2), true)?;
    let Some((key, value)) = entries.remove(heap, args.get(1))? else {
        return Err(heap.key_error(args.get(1).clone()));
    };
    let others = if last { Vec::new() } else { entries.pairs() };
    if !last {
        entries.clear_all();
    }
    entries.insert(heap, key, value)?;
    for (key, value) in others {
        entries.insert(heap, key, value)?;
    }
    Ok(Value::None)
}

fn run_popitem(heap: &Heap, args: Args<'_>) -> Outcome {
    let entries = dict_of(heap, args.get(0))?;
    let found = if truth_or(heap, args.get(1), true)? {
        entries.pop_last()
    } else {
        entries.next_entry(0).and_then(|(at, ..)| entries.remove_at(at))
    };
    match found {
        Some((key, value)) => Ok(Value::tuple(heap, [key, value])),
        None => Err(heap.error(ErrorKind::KeyError, "dictionary is empty")),
    }
}
