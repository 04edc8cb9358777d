//! Descriptors as a program makes them: `property`, `staticmethod`, `classmethod`, and `super` with two
//! arguments.
//!
//! What reading one does is in `value::ops::attribute`; here they are made, and called by name.

use crate::builtins::argument::{count, no_keywords};
use crate::builtins::receiver;
use crate::value::descriptor::DescriptorKind;
use crate::value::ops::attribute;
use crate::value::ops::types::{class_of, is_instance, type_name};
use crate::value::{Args, Bound, BuiltinType, Descriptor, Heap, NativeFunction, Outcome, Value, names};

pub static PROPERTY: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, fget=None, fset=None, fdel=None, doc=None)",
        "An attribute that functions read, set and delete.",
        &[("property().fget", "None")],
        run_property,
    ),
    NativeFunction::new(
        "getter",
        "(self, fget, /)",
        "The property with another function to read it.",
        &[("property().getter(len).fget is len", "True")],
        run_getter,
    ),
    NativeFunction::new(
        "setter",
        "(self, fset, /)",
        "The property with another function to set it.",
        &[("property().setter(len).fset is len", "True")],
        run_setter,
    ),
    NativeFunction::new(
        "deleter",
        "(self, fdel, /)",
        "The property with another function to delete it.",
        &[("property().deleter(len).fdel is len", "True")],
        run_deleter,
    ),
    NativeFunction::new(
        "__get__",
        "(self, instance, owner=None, /)",
        "Reads the property on an object.",
        &[("property(len).__get__([1])", "1")],
        run_property_get,
    ),
    NativeFunction::new(
        "__set__",
        "(self, instance, value, /)",
        "Sets the property on an object.",
        &[],
        run_property_set,
    ),
    NativeFunction::new(
        "__delete__",
        "(self, instance, /)",
        "Deletes the property on an object.",
        &[],
        run_property_delete,
    ),
];

pub static STATIC_METHOD: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "A function in a class that gets no object.",
        &[("staticmethod(len).__func__ is len", "True")],
        run_static,
    ),
    NativeFunction::new(
        "__get__",
        "(self, instance, owner=None, /)",
        "The function itself.",
        &[("staticmethod(len).__get__(1) is len", "True")],
        run_static_get,
    ),
    NativeFunction::new(
        "__call__",
        "(self, /, *args, **kwargs)",
        "Calls the function.",
        &[("staticmethod(len)([1])", "1")],
        run_static_call,
    ),
];

pub static CLASS_METHOD: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "A function in a class that gets the class.",
        &[("classmethod(len).__func__ is len", "True")],
        run_class,
    ),
    NativeFunction::new(
        "__get__",
        "(self, instance, owner=None, /)",
        "The function bound to the class.",
        &[],
        run_class_get,
    ),
];

pub static SUPER: &[NativeFunction] = &[NativeFunction::new(
    "__new__",
    "(cls, *args, **kwargs)",
    "Attributes as they would be without a class: looked up after it in an object's resolution order.",
    &[],
    run_super,
)];

fn or_none(value: Value) -> Value {
    if value.is_unbound() { Value::None } else { value }
}

/// The help of a function, for a property that has none of its own.
fn doc_of(heap: &Heap, getter: &Value) -> Outcome {
    match getter {
        Value::None => Ok(Value::None),
        getter => Ok(attribute::get_optional(heap, getter, names::DOC)?.unwrap_or(Value::None)),
    }
}

fn run_property(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let class = args.take(0);
    let mut parts: Vec<Value> = (1..=4).map(|index| or_none(args.take(index))).collect();
    if let [getter, _, _, doc @ Value::None] = &mut parts[..] {
        *doc = doc_of(heap, getter)?;
    }
    let made = Value::Descriptor(Descriptor::new(heap, DescriptorKind::Property, parts));
    match &class {
        Value::Class(class) => Ok(super::instance_of(heap, class, BuiltinType::Property, made)),
        _ => Ok(made),
    }
}

/// The property with one part replaced.
fn replaced(heap: &Heap, mut args: Args<'_>, part: usize, method: &str) -> Outcome {
    let own = receiver::descriptor(heap, &mut args, method)?;
    let function = args.take(1);
    let mut parts: Vec<Value> = (0..4).map(|index| own.part(index)).collect();
    if part == 0 {
        match doc_of(heap, &function)? {
            Value::None => {}
            doc => parts[3] = doc,
        }
    }
    parts[part] = function;
    Ok(Value::Descriptor(Descriptor::new(heap, DescriptorKind::Property, parts)))
}

fn run_getter(heap: &Heap, args: Args<'_>) -> Outcome {
    replaced(heap, args, 0, "getter")
}

fn run_setter(heap: &Heap, args: Args<'_>) -> Outcome {
    replaced(heap, args, 1, "setter")
}

fn run_deleter(heap: &Heap, args: Args<'_>) -> Outcome {
    replaced(heap, args, 2, "deleter")
}

/// One of a property's functions. Raises AttributeError if it has none.
fn part_for(heap: &Heap, own: &Descriptor, part: usize, instance: &Value, what: &str) -> Outcome {
    match own.part(part) {
        Value::None => {
            Err(heap.attribute_error(format!("property of '{}' object has no {what}", type_name(instance))))
        }
        function => Ok(function),
    }
}

fn run_property_get(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let own = receiver::descriptor(heap, &mut args, "__get__")?;
    let instance = args.take(1);
    if instance.is_none() {
        return Ok(Value::Descriptor(own));
    }
    let getter = part_for(heap, &own, 0, &instance, "getter")?;
    heap.call(&getter, &mut [instance])
}

fn run_property_set(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let own = receiver::descriptor(heap, &mut args, "__set__")?;
    let (instance, value) = (args.take(1), args.take(2));
    let setter = part_for(heap, &own, 1, &instance, "setter")?;
    heap.call(&setter, &mut [instance, value])?;
    Ok(Value::None)
}

fn run_property_delete(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let own = receiver::descriptor(heap, &mut args, "__delete__")?;
    let instance = args.take(1);
    let deleter = part_for(heap, &own, 2, &instance, "deleter")?;
    heap.call(&deleter, &mut [instance])?;
    Ok(Value::None)
}

/// A descriptor around the one function that was given.
fn around(heap: &Heap, args: Args<'_>, name: &str, kind: DescriptorKind, of: BuiltinType) -> Outcome {
    no_keywords(heap, &args.extra, name)?;
    count(heap, name, args.rest.len(), 1, 1)?;
    let function = args.rest.first().cloned().unwrap_or(Value::None);
    let made = Value::Descriptor(Descriptor::new(heap, kind, vec![function]));
    match args.get(0) {
        Value::Class(class) => Ok(super::instance_of(heap, class, of, made)),
        _ => Ok(made),
    }
}

fn run_static(heap: &Heap, args: Args<'_>) -> Outcome {
    around(heap, args, "staticmethod", DescriptorKind::StaticMethod, BuiltinType::StaticMethod)
}

fn run_class(heap: &Heap, args: Args<'_>) -> Outcome {
    around(heap, args, "classmethod", DescriptorKind::ClassMethod, BuiltinType::ClassMethod)
}

fn run_static_get(heap: &Heap, mut args: Args<'_>) -> Outcome {
    Ok(receiver::descriptor(heap, &mut args, "__get__")?.part(0))
}

fn run_static_call(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let function = receiver::descriptor(heap, &mut args, "__call__")?.part(0);
    super::callable::forward(heap, &function, args)
}

fn run_class_get(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let function = receiver::descriptor(heap, &mut args, "__get__")?.part(0);
    let class = match args.some(2) {
        Some(owner) => owner.clone(),
        None => Value::Class(class_of(heap, args.get(1))),
    };
    Ok(Value::Bound(Bound::new(heap, class, function)))
}

fn run_super(heap: &Heap, args: Args<'_>) -> Outcome {
    no_keywords(heap, &args.extra, "super")?;
    count(heap, "super", args.rest.len(), 0, 2)?;
    let Some(first) = args.rest.first() else {
        return Err(heap.runtime_error("super(): no arguments"));
    };
    let Value::Class(class) = first else {
        return Err(heap.type_error(format!("super() argument 1 must be a type, not {}", type_name(first))));
    };
    let receiver = args.rest.get(1).cloned().unwrap_or(Value::None);
    let fits = match &receiver {
        // Bound to nothing.
        Value::None => true,
        Value::Class(derived) if derived.same(class) || derived.is_subclass_of(class) => true,
        object => is_instance(heap, object, class),
    };
    if !fits {
        return Err(heap.type_error("super(type, obj): obj must be an instance or subtype of type"));
    }
    Ok(Value::Descriptor(Descriptor::new(heap, DescriptorKind::Super, vec![first.clone(), receiver])))
}
