//! Functions of attributes: `getattr` and its kin, `vars`, `dir`.
//!
//! Owns which names `dir` shows: those of the class, bound fields, the instance's own dict; never
//! the slots that the runtime keeps in front of the fields. Looking an attribute up and setting one
//! is in `value::ops::attribute`.

use crate::builtins::argument::attribute_name;
use crate::value::ops::types::class_of;
use crate::value::ops::{attribute, iterate};
use crate::value::{Args, Class, Dict, Heap, List, NativeFunction, Outcome, Symbol, Value, names};

pub static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "getattr",
        "(object, name, default=..., /)",
        "An attribute by name; the default if there is none.",
        &[("getattr('a', 'upper')()", "'A'"), ("getattr(5, 'nope', 7)", "7")],
        run_getattr,
    ),
    NativeFunction::new(
        "setattr",
        "(object, name, value, /)",
        "Sets an attribute by name.",
        &[],
        run_setattr,
    ),
    NativeFunction::new(
        "hasattr",
        "(object, name, /)",
        "Whether an object has an attribute.",
        &[("hasattr('a', 'upper')", "True"), ("hasattr(1, 'upper')", "False")],
        run_hasattr,
    ),
    NativeFunction::new("delattr", "(object, name, /)", "Deletes an attribute by name.", &[], run_delattr),
    NativeFunction::new(
        "vars",
        "(object=..., /)",
        "The fields of an object as a dict; without an argument the local variables.",
        &[],
        run_vars,
    ),
    NativeFunction::new(
        "dir",
        "(object=..., /)",
        "The names of an object's attributes, sorted; without an argument those of the local variables.",
        &[("'append' in dir([])", "True")],
        run_dir,
    ),
];

fn run_getattr(heap: &Heap, args: Args<'_>) -> Outcome {
    let name = attribute_name(heap, args.get(1))?;
    if !args.is_given(2) {
        return attribute::get(heap, args.get(0), name);
    }
    Ok(attribute::get_optional(heap, args.get(0), name)?.unwrap_or_else(|| args.get(2).clone()))
}

fn run_setattr(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let name = attribute_name(heap, args.get(1))?;
    let value = args.take(2);
    attribute::set(heap, args.get(0), name, value)?;
    Ok(Value::None)
}

fn run_hasattr(heap: &Heap, args: Args<'_>) -> Outcome {
    let name = attribute_name(heap, args.get(1))?;
    Ok(Value::bool(attribute::get_optional(heap, args.get(0), name)?.is_some()))
}

fn run_delattr(heap: &Heap, args: Args<'_>) -> Outcome {
    let name = attribute_name(heap, args.get(1))?;
    attribute::delete(heap, args.get(0), name)?;
    Ok(Value::None)
}

/// The local variables of the function that calls a builtin, as a dict: known to the evaluator only.
fn local_variables(heap: &Heap) -> Outcome {
    super::program::scope(heap, "locals")
}

fn run_vars(heap: &Heap, args: Args<'_>) -> Outcome {
    match args.get(0) {
        Value::Unbound => local_variables(heap),
        object => match attribute::get_optional(heap, object, names::DICT)? {
            Some(found) => Ok(found),
            None => Err(heap.type_error("vars() argument must have __dict__ attribute")),
        },
    }
}

fn add_class(class: &Class, into: &mut Vec<Symbol>) {
    into.extend(class.table().keys().copied());
    into.extend(class.fields().iter().map(|field| field.name));
}

/// The names that `dir(object)` gives, sorted.
pub fn directory(heap: &Heap, object: &Value) -> Outcome<Vec<&'static str>> {
    let mut found: Vec<Symbol> = Vec::new();
    match object {
        Value::Module(module) => found.extend(module.entries(heap).into_iter().map(|(name, _)| name)),
        Value::Class(class) => add_class(class, &mut found),
        Value::Function(function) => {
            found.extend(keys(function.attributes(heap)));
            found.extend([names::NAME, names::QUALNAME, names::MODULE, names::DOC]);
        }
        _ => add_class(&class_of(heap, object), &mut found),
    }
    if let Value::Instance(instance) = object {
        let class = instance.class();
        let bound =
            class.slots().filter(|(_, slot)| *slot >= class.hidden && !instance.slot(*slot).is_unbound());
        found.extend(bound.map(|(name, _)| name));
        if let Some(dict) = instance.dict() {
            found.extend(keys(&dict));
        }
    }
    let mut all: Vec<&'static str> = found.into_iter().map(Symbol::name).collect();
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

fn keys(dict: &Dict) -> Vec<Symbol> {
    dict.pairs()
        .into_iter()
        .filter_map(
            |(key, _)| if let Value::Str(text) = key { Some(Symbol::new(text.as_str())) } else { None },
        )
        .collect()
}

fn run_dir(heap: &Heap, args: Args<'_>) -> Outcome {
    if !args.is_given(0) {
        let items = iterate::collect(heap, &local_variables(heap)?)?;
        return Ok(Value::List(List::new(
            heap,
            crate::builtins::sorting::sorted(heap, items, &Value::None, false)?,
        )));
    }
    let object = args.get(0);
    if let Value::Instance(instance) = object
        && instance.class().lookup(names::DIR).is_some_and(|method| !matches!(method, Value::Builtin(_)))
        && let Some(given) = attribute::call_method(heap, object, names::DIR, &mut [])?
    {
        let items = iterate::collect(heap, &given)?;
        return Ok(Value::list(heap, crate::builtins::sorting::sorted(heap, items, &Value::None, false)?));
    }
    let all = directory(heap, object)?;
    Ok(Value::list(heap, all.into_iter().map(Value::str).collect()))
}
