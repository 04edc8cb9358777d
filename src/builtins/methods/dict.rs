//! `dict`: construction, its methods, and filling one from whatever `update` accepts.
//!
//! `keys`, `values` and `items` are views: they show the dict as it is when they are looked at. What is
//! read from a mapping or from pairs may run Jac code, so nothing is borrowed meanwhile.

use crate::builtins::argument::count;
use crate::builtins::{operators, receiver};
use crate::value::iter::{Source, View};
use crate::value::ops::convert::payload;
use crate::value::ops::{attribute, item, iterate};
use crate::value::{Args, BuiltinType, Dict, Heap, Iter, NativeFunction, Outcome, Ref, Symbol, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "A new dict of a mapping's entries or of pairs, and of named arguments.",
        &[("dict(a=1)", "{'a': 1}"), ("dict([(1, 2)])", "{1: 2}")],
        run_new,
    ),
    NativeFunction::new(
        "__init__",
        "(self, *args, **kwargs)",
        "Adds entries as `update` does.",
        &[("{}.__init__(a=1)", "None")],
        run_init,
    ),
    NativeFunction::new(
        "get",
        "(self, key, default=None, /)",
        "The value of a key, or the default.",
        &[("{1: 2}.get(1)", "2"), ("{}.get(1, 0)", "0")],
        run_get,
    ),
    NativeFunction::new(
        "keys",
        "(self, /)",
        "A view of the keys.",
        &[("{1: 2}.keys()", "dict_keys([1])")],
        run_keys,
    ),
    NativeFunction::new(
        "values",
        "(self, /)",
        "A view of the values.",
        &[("{1: 2}.values()", "dict_values([2])")],
        run_values,
    ),
    NativeFunction::new(
        "items",
        "(self, /)",
        "A view of the entries as pairs.",
        &[("{1: 2}.items()", "dict_items([(1, 2)])")],
        run_items,
    ),
    NativeFunction::new(
        "pop",
        "(self, key, default=..., /)",
        "Removes a key and gives its value; the default if it is not there.",
        &[("{1: 2}.pop(1)", "2"), ("{}.pop(1, 0)", "0")],
        run_pop,
    ),
    NativeFunction::new(
        "popitem",
        "(self, /)",
        "Removes the entry that was added last and gives it as a pair.",
        &[("{1: 2, 3: 4}.popitem()", "(3, 4)")],
        run_popitem,
    ),
    NativeFunction::new(
        "setdefault",
        "(self, key, default=None, /)",
        "The value of a key, which is set to the default if it is not there.",
        &[("{}.setdefault(1, [])", "[]")],
        run_setdefault,
    ),
    NativeFunction::new(
        "update",
        "(self, *args, **kwargs)",
        "Adds the entries of a mapping or of pairs, and named arguments.",
        &[("{1: 2}.update({3: 4})", "None")],
        run_update,
    ),
    NativeFunction::new(
        "clear",
        "(self, /)",
        "Removes all entries.",
        &[("{1: 2}.clear()", "None")],
        run_clear,
    ),
    NativeFunction::new(
        "copy",
        "(self, /)",
        "A new dict of the same entries.",
        &[("{1: 2}.copy()", "{1: 2}")],
        run_copy,
    ),
    NativeFunction::new(
        "fromkeys",
        "(cls, iterable, value=None, /)",
        "A new dict of an iterable's items, all with one value.",
        &[("dict.fromkeys('ab', 0)", "{'a': 0, 'b': 0}")],
        run_fromkeys,
    ),
    operators::len(&[("{1: 2}.__len__()", "1")]),
    operators::iter(&[("list({1: 2}.__iter__())", "[1]")]),
    operators::reversed(&[("list({1: 2, 3: 4}.__reversed__())", "[3, 1]")]),
    operators::contains(&[("{1: 2}.__contains__(1)", "True")]),
    operators::getitem(&[("{1: 2}.__getitem__(1)", "2")]),
    operators::setitem(&[("{}.__setitem__(1, 2)", "None")]),
    operators::delitem(&[("{1: 2}.__delitem__(1)", "None")]),
    operators::or(&[("{1: 2}.__or__({3: 4})", "{1: 2, 3: 4}")]),
    operators::ror(&[("{1: 2}.__ror__({3: 4})", "{3: 4, 1: 2}")]),
    operators::ior(&[("{1: 2}.__ior__([(3, 4)])", "{1: 2, 3: 4}")]),
];

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let dict = match &*args.rest {
        [Value::Dict(other)] => other.copy(heap),
        _ => Dict::new(heap),
    };
    if !matches!(&*args.rest, [Value::Dict(_)]) || args.extra.is_some() {
        fill(heap, &dict, &args, "dict")?;
    }
    match args.get(0) {
        Value::Class(class) => Ok(super::instance_of(heap, class, BuiltinType::Dict, Value::Dict(dict))),
        _ => Ok(Value::Dict(dict)),
    }
}

fn run_init(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let dict = receiver::dict(heap, &mut args, "__init__")?;
    fill(heap, &dict, &args, "dict")?;
    Ok(Value::None)
}

fn run_update(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let dict = receiver::dict(heap, &mut args, "update")?;
    fill(heap, &dict, &args, "update")?;
    Ok(Value::None)
}

/// Adds what was given to `dict()` or `update()`.
fn fill(heap: &Heap, dict: &Ref<Dict>, args: &Args<'_>, name: &str) -> Outcome<()> {
    count(heap, name, args.rest.len(), 0, 1)?;
    if let Some(from) = args.rest.first() {
        add_all(heap, dict, from)?;
    }
    if let Some(extra) = &args.extra {
        add_entries(heap, dict, extra)?;
    }
    Ok(())
}

fn add_entries(heap: &Heap, dict: &Ref<Dict>, from: &Ref<Dict>) -> Outcome<()> {
    if !dict.same(from) {
        for (key, value) in from.pairs() {
            dict.insert(heap, key, value)?;
        }
    }
    Ok(())
}

/// Adds the entries of a mapping (anything with `keys`) or of an iterable of pairs.
pub fn add_all(heap: &Heap, dict: &Ref<Dict>, from: &Value) -> Outcome<()> {
    if let Value::Dict(other) = from {
        return add_entries(heap, dict, other);
    }
    if let Value::Instance(_) | Value::Native(_) = from
        && let Some(keys) = attribute::get_optional(heap, from, Symbol::new("keys"))?
    {
        // A class that derives from `dict` and leaves `keys` alone is read directly.
        if let (Some(Value::Dict(other)), Value::Bound(bound)) = (payload(from), &keys)
            && matches!(bound.function(), Value::Builtin(_))
        {
            return add_entries(heap, dict, &other);
        }
        let keys = heap.call(&keys, &mut [])?;
        return iterate::for_each(heap, &keys, |key| {
            let value = item::get_item(heap, from, &key)?;
            dict.insert(heap, key, value)?;
            Ok(true)
        });
    }
    let mut index = 0;
    iterate::for_each(heap, from, |pair| {
        let (key, value) = key_and_value(heap, &pair, index)?;
        dict.insert(heap, key, value)?;
        index += 1;
        Ok(true)
    })
}

fn key_and_value(heap: &Heap, pair: &Value, index: usize) -> Outcome<(Value, Value)> {
    if !iterate::is_iterable(heap, pair) {
        return Err(heap.type_error(format!(
            "cannot convert dictionary update sequence element #{index} to a sequence"
        )));
    }
    match <[Value; 2]>::try_from(iterate::collect(heap, pair)?) {
        Ok([key, value]) => Ok((key, value)),
        Err(items) => {
            let length = items.len();
            Err(heap.value_error(format!(
                "dictionary update sequence element #{index} has length {length}; 2 is required"
            )))
        }
    }
}

fn run_get(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let dict = receiver::dict(heap, &mut args, "get")?;
    if let Some(value) = dict.get(heap, args.get(1))? {
        return Ok(value);
    }
    Ok(or_none(args.take(2)))
}

fn or_none(value: Value) -> Value {
    if value.is_unbound() { Value::None } else { value }
}

fn view(heap: &Heap, dict: Ref<Dict>, view: View) -> Outcome {
    Ok(Value::Iter(Iter::new(heap, Source::View { dict, view })))
}

fn run_keys(heap: &Heap, mut args: Args<'_>) -> Outcome {
    view(heap, receiver::dict(heap, &mut args, "keys")?, View::Keys)
}

fn run_values(heap: &Heap, mut args: Args<'_>) -> Outcome {
    view(heap, receiver::dict(heap, &mut args, "values")?, View::Values)
}

fn run_items(heap: &Heap, mut args: Args<'_>) -> Outcome {
    view(heap, receiver::dict(heap, &mut args, "items")?, View::Items)
}

fn run_pop(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let dict = receiver::dict(heap, &mut args, "pop")?;
    // An empty dict does not even ask for the key's hash.
    let found = if dict.is_empty() { None } else { dict.remove(heap, args.get(1))? };
    match found {
        Some((_, value)) => Ok(value),
        None if args.is_given(2) => Ok(args.take(2)),
        None => Err(heap.key_error(args.take(1))),
    }
}

fn run_popitem(heap: &Heap, mut args: Args<'_>) -> Outcome {
    match receiver::dict(heap, &mut args, "popitem")?.pop_last() {
        Some((key, value)) => Ok(Value::tuple(heap, [key, value])),
        None => Err(heap.key_error(Value::str("popitem(): dictionary is empty"))),
    }
}

fn run_setdefault(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let dict = receiver::dict(heap, &mut args, "setdefault")?;
    let key = args.take(1);
    if let Some(value) = dict.get(heap, &key)? {
        return Ok(value);
    }
    let value = or_none(args.take(2));
    dict.insert(heap, key, value.clone())?;
    Ok(value)
}

fn run_clear(heap: &Heap, mut args: Args<'_>) -> Outcome {
    receiver::dict(heap, &mut args, "clear")?.clear_all();
    Ok(Value::None)
}

fn run_copy(heap: &Heap, mut args: Args<'_>) -> Outcome {
    Ok(Value::Dict(receiver::dict(heap, &mut args, "copy")?.copy(heap)))
}

fn run_fromkeys(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let value = or_none(args.take(2));
    let whole = match args.get(0) {
        Value::Class(class) if !class.same(heap.type_class(BuiltinType::Dict)) => {
            heap.call(args.get(0), &mut [])?
        }
        _ => Value::Dict(Dict::new(heap)),
    };
    iterate::for_each(heap, args.get(1), |key| {
        match &whole {
            Value::Dict(dict) => drop(dict.insert(heap, key, value.clone())?),
            other => item::set_item(heap, other, &key, value.clone())?,
        }
        Ok(true)
    })?;
    Ok(whole)
}
