//! Functions that ask what a value is: `isinstance`, `issubclass`, `callable`, `id`, `hash`.
//!
//! Owns what may stand for classes: a class, None, a tuple of such, or an object with
//! `__instancecheck__`. Which class a value has is known to `value::ops::types`; `isinstance` in a
//! filter of the graph is `eval::graph_expr`'s.

use crate::value::ops::attribute::call_method;
use crate::value::ops::types::{class_of, is_instance};
use crate::value::ops::{hash, truth};
use crate::value::{Args, BuiltinType, Class, Heap, NativeFunction, Outcome, Ref, Symbol, Value, names};

pub static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "isinstance",
        "(object, class_or_tuple, /)",
        "Whether a value is an instance of a class, of a class below it, or of one of several.",
        &[("isinstance(1, int)", "True"), ("isinstance('a', (int, list))", "False")],
        run_isinstance,
    ),
    NativeFunction::new(
        "issubclass",
        "(cls, class_or_tuple, /)",
        "Whether a class is another one or derives from it.",
        &[("issubclass(bool, int)", "True")],
        run_issubclass,
    ),
    NativeFunction::new(
        "callable",
        "(object, /)",
        "Whether a value can be called.",
        &[("callable(len)", "True"), ("callable(5)", "False")],
        run_callable,
    ),
    NativeFunction::new(
        "id",
        "(object, /)",
        "A number that no other object has at the same time.",
        &[("id(None) == id(None)", "True")],
        run_id,
    ),
    NativeFunction::new(
        "hash",
        "(object, /)",
        "The number by which a dict finds the value; equal values have equal ones.",
        &[("hash(5)", "5"), ("hash(1) == hash(1.0)", "True")],
        run_hash,
    ),
];

fn run_isinstance(heap: &Heap, args: Args<'_>) -> Outcome {
    let value = args.get(0);
    if let Value::Class(class) = args.get(1) {
        return Ok(Value::bool(is_instance(heap, value, class)));
    }
    match check_instance(heap, value, args.get(1))? {
        Some(known) => Ok(Value::bool(known)),
        None => Err(heap.type_error("isinstance() arg 2 must be a type, a tuple of types, or a union")),
    }
}

/// Whether a value is an instance of what stands for classes; `None` if that stands for none.
pub fn check_instance(heap: &Heap, value: &Value, of: &Value) -> Outcome<Option<bool>> {
    match of {
        Value::Class(class) => Ok(Some(is_instance(heap, value, class))),
        Value::None => Ok(Some(value.is_none())),
        Value::Tuple(parts) => {
            let _guard = heap.nested("__instancecheck__")?;
            for part in parts.items() {
                match check_instance(heap, value, part)? {
                    Some(false) => {}
                    decided => return Ok(decided),
                }
            }
            Ok(Some(false))
        }
        _ => asked(heap, of, "__instancecheck__", value),
    }
}

/// Asks an object that stands for a class (an abstract type of a module).
fn asked(heap: &Heap, of: &Value, method: &str, about: &Value) -> Outcome<Option<bool>> {
    if let Value::Native(_) | Value::Instance(_) = of
        && let Some(answer) = call_method(heap, of, Symbol::new(method), &mut [about.clone()])?
    {
        return truth::truth(heap, &answer).map(Some);
    }
    Ok(None)
}

fn run_issubclass(heap: &Heap, args: Args<'_>) -> Outcome {
    let Value::Class(class) = args.get(0) else {
        return Err(heap.type_error("issubclass() arg 1 must be a class"));
    };
    match check_subclass(heap, class, args.get(1))? {
        Some(known) => Ok(Value::bool(known)),
        None => Err(heap.type_error("issubclass() arg 2 must be a class, a tuple of classes, or a union")),
    }
}

fn check_subclass(heap: &Heap, class: &Ref<Class>, of: &Value) -> Outcome<Option<bool>> {
    match of {
        Value::Class(other) => Ok(Some(class.is_subclass_of(other))),
        Value::None => Ok(Some(class.is_subclass_of(heap.type_class(BuiltinType::NoneType)))),
        Value::Tuple(parts) => {
            let _guard = heap.nested("__subclasscheck__")?;
            for part in parts.items() {
                match check_subclass(heap, class, part)? {
                    Some(false) => {}
                    decided => return Ok(decided),
                }
            }
            Ok(Some(false))
        }
        _ => asked(heap, of, "__subclasscheck__", &Value::Class(class.clone())),
    }
}

/// Whether a value can be called.
pub fn is_callable(heap: &Heap, value: &Value) -> bool {
    match value {
        Value::Function(_) | Value::Builtin(_) | Value::Bound(_) | Value::Class(_) => true,
        Value::Descriptor(_) => {
            matches!(crate::value::ops::types::builtin_type(value), BuiltinType::StaticMethod)
        }
        Value::Instance(_) | Value::Native(_) => class_of(heap, value).lookup(names::CALL).is_some(),
        _ => false,
    }
}

fn run_callable(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(Value::bool(is_callable(heap, args.get(0))))
}

fn run_id(_heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(Value::Int(args.get(0).identity()))
}

fn run_hash(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(Value::Int(hash::hash(heap, args.get(0))? as i64))
}
