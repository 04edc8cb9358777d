//! The fields that builtin values, functions, classes and instances have without a slot of their
//! own: `x.real`, `f.__name__`, `C.__mro__`, `obj.__dict__`.
//!
//! They are read here, asked by `attribute`; a field that can be set is set there.

use crate::code::Symbol;
use crate::value::errors::slots;
use crate::value::{
    BuiltinType, Class, ClassKind, Dict, ErrorKind, Heap, Instance, Outcome, Ref, Value, names,
};

/// A field of a builtin value; `None` if it has none of this name.
pub fn field(heap: &Heap, object: &Value, name: Symbol) -> Outcome<Option<Value>> {
    if name == names::CLASS {
        return Ok(Some(Value::Class(super::types::class_of(heap, object))));
    }
    Ok(match object {
        Value::Int(_) | Value::Big(_) | Value::True | Value::False => match name.name() {
            "real" | "numerator" => Some(super::convert::to_index(heap, object)?),
            "imag" => Some(Value::Int(0)),
            "denominator" => Some(Value::Int(1)),
            _ => None,
        },
        Value::Float(_) => match name.name() {
            "real" => Some(object.clone()),
            "imag" => Some(Value::float(0.0)),
            _ => None,
        },
        Value::Range(range) => match name.name() {
            "start" => Some(Value::Int(range.start)),
            "stop" => Some(Value::Int(range.stop)),
            "step" => Some(Value::Int(range.step)),
            _ => None,
        },
        Value::Slice(slice) => match name.name() {
            "start" => Some(slice.start.clone()),
            "stop" => Some(slice.stop.clone()),
            "step" => Some(slice.step.clone()),
            _ => None,
        },
        Value::Function(function) => {
            if let Some(value) = function.attribute(name.name()) {
                return Ok(Some(value));
            }
            let info = function.code.info;
            match name {
                names::NAME => Some(Value::Str(function.name())),
                names::QUALNAME => Some(Value::Str(function.qualname())),
                names::MODULE => Some(Value::str(&info.module)),
                names::DOC => Some(info.doc.as_ref().map_or(Value::None, Value::str)),
                names::DICT => Some(Value::Dict(function.attributes(heap).clone())),
                names::DEFAULTS => Some(if function.defaults().is_empty() {
                    Value::None
                } else {
                    Value::tuple(heap, function.defaults().to_vec())
                }),
                names::KWDEFAULTS => {
                    let dict = Dict::new(heap);
                    for (name, value) in function.keyword_defaults() {
                        dict.set_str(name.name(), value.clone());
                    }
                    Some(if dict.is_empty() { Value::None } else { Value::Dict(dict) })
                }
                names::ANNOTATIONS => Some(Value::Dict(Dict::new(heap))),
                _ => None,
            }
        }
        Value::Builtin(function) => match name {
            names::NAME | names::QUALNAME => Some(Value::str(function.name)),
            names::DOC => Some(Value::str(function.doc)),
            names::MODULE => Some(Value::str("builtins")),
            _ => None,
        },
        Value::Bound(bound) => match name {
            names::SELF_DUNDER => Some(bound.receiver().clone()),
            names::FUNC => Some(bound.function().clone()),
            _ => match bound.function() {
                Value::Function(_) | Value::Builtin(_) => field(heap, bound.function(), name)?,
                other => Some(super::attribute::get(heap, other, name)?),
            },
        },
        Value::Descriptor(descriptor) => match name {
            names::FGET | names::FUNC => Some(descriptor.part(0)),
            names::FSET => Some(descriptor.part(1)),
            names::FDEL => Some(descriptor.part(2)),
            names::DOC => Some(descriptor.part(3)),
            names::WRAPPED => Some(descriptor.part(0)),
            _ => None,
        },
        Value::Generator(generator) => match name {
            names::NAME | names::QUALNAME => Some(Value::Str(generator.name.clone())),
            _ => None,
        },
        Value::Cell(cell) if name.name() == "cell_contents" => Some(cell.get()),
        Value::NotImplemented | Value::None | Value::Ellipsis if name == names::DOC => Some(Value::None),
        _ if name == names::DOC => Some(Value::str("")),
        _ => None,
    })
}

/// A field of a class object.
pub fn of_class(heap: &Heap, class: &Ref<Class>, name: Symbol) -> Outcome<Option<Value>> {
    Ok(Some(match name {
        names::NAME => Value::Str(class.name.clone()),
        names::QUALNAME => Value::Str(class.qualname.clone()),
        names::MODULE => Value::Str(class.module.clone()),
        names::DOC => class.declaration.and_then(|d| d.doc.as_ref()).map_or(Value::None, Value::str),
        names::CLASS => Value::Class(super::types::class_of(heap, &Value::Class(class.clone()))),
        names::BASES => {
            Value::tuple(heap, class.bases().iter().cloned().map(Value::Class).collect::<Vec<_>>())
        }
        names::BASE => class.bases().first().cloned().map_or(Value::None, Value::Class),
        names::MRO => {
            let order = std::iter::once(class.clone()).chain(class.mro().iter().cloned());
            Value::tuple(heap, order.map(Value::Class).collect::<Vec<_>>())
        }
        names::DICT => {
            let dict = Dict::new(heap);
            for (name, value) in class.own() {
                dict.set_str(name.name(), value.clone());
            }
            Value::Dict(dict)
        }
        names::MATCH_ARGS => {
            let fields = class.fields().iter().map(|f| Value::str(f.name.name())).collect::<Vec<_>>();
            Value::tuple(heap, fields)
        }
        names::MEMBERS if class.kind == ClassKind::Enum => {
            let dict = Dict::new(heap);
            for member in class.members() {
                let key = super::attribute::get(heap, member, names::NAME_PLAIN)?;
                dict.insert(heap, key, member.clone())?;
            }
            Value::Dict(dict)
        }
        names::ANNOTATIONS => Value::Dict(Dict::new(heap)),
        _ => return Ok(None),
    }))
}

/// A field of an instance that is no attribute of its own: `__class__`, `__dict__`, what exceptions derive
/// from their arguments.
pub fn of_instance(heap: &Heap, instance: &Ref<Instance>, name: Symbol) -> Outcome<Option<Value>> {
    let class = instance.class();
    Ok(match name {
        names::CLASS => Some(Value::Class(class.clone())),
        names::DICT => Some(Value::Dict(variables(heap, instance)?)),
        names::MODULE => Some(Value::Str(class.module.clone())),
        names::DOC => class.declaration.and_then(|d| d.doc.as_ref()).map(Value::str).or(Some(Value::None)),
        _ if class.builtin == BuiltinType::Exception => of_exception(heap, instance, name),
        _ => None,
    })
}

fn of_exception(heap: &Heap, error: &Ref<Instance>, name: Symbol) -> Option<Value> {
    let args = || error.error_args();
    let arg = |index: usize| args().get(index).cloned().unwrap_or(Value::None);
    match name.name() {
        "value" if heap.is_error(error, ErrorKind::StopIteration) => Some(arg(0)),
        "code" if heap.is_error(error, ErrorKind::SystemExit) => Some(match args().len() {
            0 => Value::None,
            1 => arg(0),
            _ => error.slot(slots::ARGS).clone(),
        }),
        "errno" if heap.is_error(error, ErrorKind::OSError) => {
            Some(if args().len() > 1 { arg(0) } else { Value::None })
        }
        "strerror" if heap.is_error(error, ErrorKind::OSError) => Some(arg(1)),
        "filename" if heap.is_error(error, ErrorKind::OSError) => Some(arg(2)),
        "name"
            if heap.is_error(error, ErrorKind::NameError) || heap.is_error(error, ErrorKind::ImportError) =>
        {
            Some(Value::None)
        }
        "msg"
            if heap.is_error(error, ErrorKind::ImportError)
                || heap.is_error(error, ErrorKind::SyntaxError) =>
        {
            Some(arg(0))
        }
        "message" if heap.is_error(error, ErrorKind::BaseExceptionGroup) => Some(arg(0)),
        "exceptions" if heap.is_error(error, ErrorKind::BaseExceptionGroup) => Some(arg(1)),
        _ => None,
    }
}

/// `vars(instance)`: fields in slots, then the others.
pub fn variables(heap: &Heap, instance: &Ref<Instance>) -> Outcome<Ref<Dict>> {
    let class = instance.class();
    let dict = Dict::new(heap);
    for (name, slot) in class.slots() {
        if slot < class.hidden {
            continue;
        }
        let value = super::attribute::current(heap, instance, slot)?;
        if !value.is_unbound() {
            dict.set_str(name.name(), value);
        }
    }
    if let Some(more) = instance.dict() {
        for (key, value) in more.pairs() {
            if let Value::Str(key) = &key {
                dict.set_str(key.as_str(), value);
            }
        }
    }
    Ok(dict)
}
