//! `type`: the class of a value, a class made at run time, and the methods of classes.
//!
//! Making the class and ordering its bases is in `builtins::linearization`; what calling a class
//! does is decided in `eval::construct`. What enum classes can besides is in
//! `methods::enumeration`.

use crate::builtins::argument;
use crate::builtins::linearization;
use crate::value::ops::types::{class_of, is_instance, type_name};
use crate::value::{Args, Heap, NativeFunction, Outcome, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "The class of a value; with three arguments a new class.",
        &[("type(5)", "<class 'int'>"), ("type('A', (), {'x': 1}).x", "1")],
        run_new,
    ),
    NativeFunction::new(
        "mro",
        "(self, /)",
        "The order in which bases are asked for an attribute.",
        &[("bool.mro()", "[<class 'bool'>, <class 'int'>, <class 'object'>]")],
        run_mro,
    ),
    NativeFunction::new(
        "__subclasses__",
        "(self, /)",
        "The classes that derive from this one directly.",
        &[("bool in int.__subclasses__()", "True")],
        run_subclasses,
    ),
    NativeFunction::new(
        "__instancecheck__",
        "(self, instance, /)",
        "`isinstance(instance, self)`.",
        &[("int.__instancecheck__(5)", "True")],
        run_instancecheck,
    ),
    NativeFunction::new(
        "__subclasscheck__",
        "(self, subclass, /)",
        "`issubclass(subclass, self)`.",
        &[("int.__subclasscheck__(bool)", "True")],
        run_subclasscheck,
    ),
    NativeFunction::new(
        "__call__",
        "(self, /, *args, **kwargs)",
        "`self(...)`: an instance of the class.",
        &[("int.__call__('5')", "5")],
        run_call,
    ),
];

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let no_keywords = args.extra.as_ref().is_none_or(|extra| extra.is_empty());
    match &mut *args.rest {
        [value] if no_keywords => Ok(Value::Class(class_of(heap, value))),
        [name, bases, dict] => {
            let name = argument::text(name).ok_or_else(|| {
                heap.type_error(format!("type.__new__() argument 1 must be str, not {}", type_name(name)))
            })?;
            let Value::Tuple(given) = &*bases else {
                return Err(heap.type_error(format!(
                    "type.__new__() argument 2 must be tuple, not {}",
                    type_name(bases)
                )));
            };
            let mut classes = Vec::with_capacity(given.len());
            for base in given.items() {
                match base {
                    Value::Class(class) => classes.push(class.clone()),
                    _ => return Err(heap.type_error("bases must be types")),
                }
            }
            let own = linearization::attributes(heap, dict)?;
            Ok(Value::Class(linearization::make_class(heap, name.as_str(), "__main__", classes, own)?))
        }
        _ => Err(heap.type_error("type() takes 1 or 3 arguments")),
    }
}

fn own(heap: &Heap, args: &Args<'_>, method: &str) -> Outcome<crate::value::Ref<crate::value::Class>> {
    match args.get(0) {
        Value::Class(class) => Ok(class.clone()),
        other => Err(heap.type_error(format!(
            "descriptor '{method}' for 'type' objects doesn't apply to a '{}' object",
            type_name(other)
        ))),
    }
}

fn run_mro(heap: &Heap, args: Args<'_>) -> Outcome {
    let class = own(heap, &args, "mro")?;
    let order = std::iter::once(class.clone()).chain(class.mro().iter().cloned());
    Ok(Value::list(heap, order.map(Value::Class).collect()))
}

fn run_subclasses(heap: &Heap, args: Args<'_>) -> Outcome {
    // Touch what derives from builtin types and has not been asked for yet.
    heap.type_class(crate::value::BuiltinType::Bool);
    let class = own(heap, &args, "__subclasses__")?;
    Ok(Value::list(heap, class.subclasses().into_iter().map(Value::Class).collect()))
}

fn run_instancecheck(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(Value::bool(is_instance(heap, args.get(1), &own(heap, &args, "__instancecheck__")?)))
}

fn run_subclasscheck(heap: &Heap, args: Args<'_>) -> Outcome {
    let class = own(heap, &args, "__subclasscheck__")?;
    match args.get(1) {
        Value::Class(other) => Ok(Value::bool(other.is_subclass_of(&class))),
        _ => Err(heap.type_error("issubclass() arg 1 must be a class")),
    }
}

fn run_call(heap: &Heap, args: Args<'_>) -> Outcome {
    let mut keywords = Vec::new();
    if let Some(extra) = &args.extra {
        for (name, value) in extra.pairs() {
            keywords.push((argument::attribute_name(heap, &name)?, value));
        }
    }
    let callee = args.get(0).clone();
    heap.call_with(&callee, args.rest, &mut keywords)
}
