//! `object`: what every class has, and the few methods of `None`. The table is copied into every
//! class's, so it is kept small.
//!
//! These are the answers of a class that has none of its own. Showing, comparing, hashing and
//! attributes are in `value::ops`; fields and generated constructors are the evaluator's.

use crate::builtins::argument::attribute_name;
use crate::builtins::functions::attribute::directory;
use crate::value::class::special;
use crate::value::ops::convert::payload;
use crate::value::ops::types::{class_of, type_name};
use crate::value::ops::{attribute, compare, hash, show};
use crate::value::{
    Args, BuiltinType, Class, ClassKind, Heap, Instance, NativeFunction, Outcome, Ref, Value, names,
};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "A new object without fields.",
        &[("type(object()).__name__", "'object'")],
        run_new,
    ),
    NativeFunction::new(
        "__init__",
        "(self, *args, **kwargs)",
        "Does nothing: an object is complete when it is made.",
        &[("object().__init__()", "None")],
        run_init,
    ),
    NativeFunction::new(
        "__repr__",
        "(self, /)",
        "`repr(self)`, unless a class says otherwise.",
        &[("(5).__repr__()", "'5'")],
        run_repr,
    ),
    NativeFunction::new(
        "__str__",
        "(self, /)",
        "`str(self)`, unless a class says otherwise.",
        &[("'a'.__str__()", "'a'")],
        run_str,
    ),
    NativeFunction::new(
        "__eq__",
        "(self, value, /)",
        "`self == value`; `NotImplemented` if the types do not know each other.",
        &[("(1).__eq__(1)", "True")],
        run_eq,
    ),
    NativeFunction::new(
        "__ne__",
        "(self, value, /)",
        "`self != value`; `NotImplemented` if the types do not know each other.",
        &[("(1).__ne__(1)", "False")],
        run_ne,
    ),
    NativeFunction::new("__hash__", "(self, /)", "`hash(self)`.", &[("(7).__hash__()", "7")], run_hash),
    NativeFunction::new(
        "__getattribute__",
        "(self, name, /)",
        "The attribute, without asking `__getattr__`.",
        &[("(1).__getattribute__('real')", "1")],
        run_getattribute,
    ),
    NativeFunction::new(
        "__setattr__",
        "(self, name, value, /)",
        "Sets the attribute, without asking a class's `__setattr__`.",
        &[],
        run_setattr,
    ),
    NativeFunction::new("__delattr__", "(self, name, /)", "Deletes the attribute.", &[], run_delattr),
    NativeFunction::new(
        "__format__",
        "(self, format_spec, /)",
        "`format(self, format_spec)`.",
        &[("(255).__format__('x')", "'ff'")],
        run_format,
    ),
    NativeFunction::new(
        "__init_subclass__",
        "(cls, **kwargs)",
        "Called when a class is derived; does nothing.",
        &[],
        run_init_subclass,
    ),
    NativeFunction::new(
        "__dir__",
        "(self, /)",
        "The names of all attributes.",
        &[("'upper' in 'a'.__dir__()", "True")],
        run_dir,
    ),
];

/// Methods of `None`.
pub static NONE: &[NativeFunction] = &[
    NativeFunction::new("__new__", "(cls)", "Always `None`.", &[("type(None)()", "None")], run_new_none),
    NativeFunction::new(
        "__bool__",
        "(self, /)",
        "`None` is false.",
        &[("None.__bool__()", "False")],
        run_bool_none,
    ),
];

fn run_new_none(_heap: &Heap, _args: Args<'_>) -> Outcome {
    Ok(Value::None)
}

fn run_bool_none(_heap: &Heap, _args: Args<'_>) -> Outcome {
    Ok(Value::False)
}

/// Whether a class's own `__init__` or `__new__` will look at the arguments.
fn has_own(class: &Ref<Class>, name: crate::value::Symbol) -> bool {
    class.lookup(name).is_some_and(|found| !matches!(found, Value::Builtin(_)))
}

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let Value::Class(class) = args.get(0) else {
        return Err(heap.type_error("object.__new__(X): X is not a type object"));
    };
    let given = !args.rest.is_empty() || args.extra.as_ref().is_some_and(|extra| !extra.is_empty());
    if given && class.kind == ClassKind::Builtin {
        return Err(heap.type_error(format!("{}() takes no arguments", class.name.as_str())));
    }
    if given && class.kind == ClassKind::Class && !has_own(class, names::INIT) {
        let message = if class.has_special(special::NEW) {
            "object.__new__() takes exactly one argument (the type to instantiate)".to_owned()
        } else {
            format!("{}() takes no arguments", class.name.as_str())
        };
        return Err(heap.type_error(message));
    }
    let is_foreign = class.kind == ClassKind::Builtin && class.builtin != BuiltinType::Object;
    if is_foreign && class.builtin != BuiltinType::Exception {
        let name = class.name.as_str();
        return Err(heap.type_error(format!("object.__new__({name}) is not safe, use {name}.__new__()")));
    }
    Ok(Value::Instance(Instance::new(heap, class.clone())))
}

fn run_init(heap: &Heap, args: Args<'_>) -> Outcome {
    let given = !args.rest.is_empty() || args.extra.as_ref().is_some_and(|extra| !extra.is_empty());
    let class = class_of(heap, args.get(0));
    if given && class.kind == ClassKind::Class {
        if has_own(&class, names::INIT) {
            return Err(
                heap.type_error("object.__init__() takes exactly one argument (the instance to initialize)")
            );
        }
        if !class.has_special(special::NEW) {
            return Err(heap.type_error(format!("{}() takes no arguments", class.name.as_str())));
        }
    }
    Ok(Value::None)
}

/// The default text of an object: its class and its address.
fn plain_repr(heap: &Heap, value: &Value) -> String {
    let class = class_of(heap, value);
    let module = match class.module.as_str() {
        "builtins" => String::new(),
        module => format!("{module}."),
    };
    format!("<{module}{} object at {:#x}>", class.qualname.as_str(), value.identity())
}

fn run_repr(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = args.get(0);
    if let Value::Instance(instance) = own
        && instance.class().has_special(special::REPR)
    {
        return Ok(match instance.payload() {
            Some(inner) => show::repr(heap, &inner)?,
            None if instance.class().builtin == BuiltinType::Exception => exception_repr(heap, instance)?,
            None => plain_repr(heap, own),
        }
        .into());
    }
    Ok(show::repr(heap, own)?.into())
}

/// What an exception shows when its class has a `__repr__` of its own and asks for the inherited one.
fn exception_repr(heap: &Heap, error: &Ref<Instance>) -> Outcome<String> {
    let mut shown = Vec::new();
    for arg in error.error_args() {
        shown.push(show::repr(heap, &arg)?);
    }
    Ok(format!("{}({})", error.class().name.as_str(), shown.join(", ")))
}

fn run_str(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = args.get(0);
    if let Value::Instance(instance) = own
        && instance.class().has_special(special::STR)
    {
        return match instance.payload() {
            Some(inner @ Value::Str(_)) => Ok(inner),
            _ if instance.class().builtin == BuiltinType::Exception => super::exception::text(heap, instance),
            _ => Ok(show::repr(heap, own)?.into()),
        };
    }
    show::str_value(heap, own)
}

/// Equality as `object` sees it; `None` if the types do not know each other.
fn equality(heap: &Heap, args: &Args<'_>) -> Outcome<Option<bool>> {
    let (a, b) = (args.get(0), args.get(1));
    if a.is(b) && !matches!(a, Value::Float(_)) {
        return Ok(Some(true));
    }
    let inner = match a {
        Value::Instance(_) => match payload(a) {
            Some(inner) => inner,
            None => return Ok(None),
        },
        Value::Native(_) => return compare::equal(heap, a, b).map(Some),
        other => other.clone(),
    };
    let other = payload(b).unwrap_or_else(|| b.clone());
    let is_number = |v: &Value| compare::integer(v).is_some() || matches!(v, Value::Float(_));
    let known = match (&inner, &other) {
        (
            Value::Function(_) | Value::Builtin(_) | Value::Class(_) | Value::Module(_) | Value::Generator(_),
            _,
        ) => false,
        (a, b) if is_number(a) && is_number(b) => true,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    };
    if known { compare::equal(heap, &inner, &other).map(Some) } else { Ok(None) }
}

fn run_eq(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(equality(heap, &args)?.map_or(Value::NotImplemented, Value::bool))
}

fn run_ne(heap: &Heap, args: Args<'_>) -> Outcome {
    if let Value::Instance(instance) = args.get(0)
        && instance.class().has_special(special::EQ)
        && let Some(result) =
            attribute::call_method(heap, args.get(0), names::EQ, &mut [args.get(1).clone()])?
    {
        return match result {
            Value::NotImplemented => Ok(Value::NotImplemented),
            answer => Ok(Value::bool(!crate::value::ops::truth::truth(heap, &answer)?)),
        };
    }
    Ok(equality(heap, &args)?.map_or(Value::NotImplemented, |equal| Value::bool(!equal)))
}

fn run_hash(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = args.get(0);
    if let Value::Instance(instance) = own
        && instance.class().has_special(special::HASH | special::EQ)
    {
        return match instance.payload() {
            Some(inner) => Ok(Value::Int(hash::hash(heap, &inner)? as i64)),
            None => Ok(Value::Int(own.identity() >> 4)),
        };
    }
    Ok(Value::Int(hash::hash(heap, own)? as i64))
}

fn run_getattribute(heap: &Heap, args: Args<'_>) -> Outcome {
    let (own, name) = (args.get(0), attribute_name(heap, args.get(1))?);
    let Value::Instance(instance) = own else { return attribute::get(heap, own, name) };
    match attribute::find_plain(heap, instance, own, name)? {
        Some(value) => Ok(value),
        None => Err(attribute::missing(heap, own, name)),
    }
}

fn run_setattr(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let (name, value) = (attribute_name(heap, args.get(1))?, args.take(2));
    match args.get(0) {
        own @ Value::Instance(instance) => attribute::set_plain(heap, instance, own, name, value)?,
        Value::Class(class) => {
            return Err(heap.type_error(format!(
                "can't apply this __setattr__ to {} object",
                type_name(&Value::Class(class.clone()))
            )));
        }
        own => attribute::set(heap, own, name, value)?,
    }
    Ok(Value::None)
}

fn run_delattr(heap: &Heap, args: Args<'_>) -> Outcome {
    let (own, name) = (args.get(0), attribute_name(heap, args.get(1))?);
    attribute::delete_plain(heap, own, name)?;
    Ok(Value::None)
}

fn run_format(heap: &Heap, args: Args<'_>) -> Outcome {
    let spec = crate::builtins::argument::text_of(heap, args.get(1), "__format__() argument")?;
    let own = args.get(0);
    if let Value::Instance(instance) = own
        && instance.class().lookup(names::FORMAT).is_some_and(|found| !matches!(found, Value::Builtin(_)))
    {
        return match instance.payload() {
            Some(inner) => Ok(show::format(heap, &inner, spec.as_str())?.into()),
            None if spec.is_empty() => show::str_value(heap, own),
            None => {
                Err(heap
                    .type_error(format!("unsupported format string passed to {}.__format__", type_name(own))))
            }
        };
    }
    Ok(show::format(heap, own, spec.as_str())?.into())
}

fn run_init_subclass(_heap: &Heap, _args: Args<'_>) -> Outcome {
    Ok(Value::None)
}

fn run_dir(heap: &Heap, args: Args<'_>) -> Outcome {
    let all = directory(heap, args.get(0))?;
    Ok(Value::list(heap, all.into_iter().map(Value::str).collect()))
}
