//! Attributes: reading, binding, setting and deleting, by Python's rules for instances, classes,
//! modules, functions and builtin values.
//!
//! Fields that no table or slot has (`__name__`, `__dict__`) are in `fields`; attributes of the
//! object-spatial model come from the evaluator. Inline caches go past this file.

use std::rc::Rc;

use super::types::{class_of, type_name};
use crate::code::Symbol;
use crate::value::class::special;
use crate::value::descriptor::DescriptorKind;
use crate::value::{
    Bound, BuiltinType, Class, ClassKind, Descriptor, ErrorKind, Heap, Instance, Outcome, Raised, Ref, Str,
    Value, names,
};

/// `object.name`. Raises AttributeError.
pub fn get(heap: &Heap, object: &Value, name: Symbol) -> Outcome {
    match find(heap, object, name)? {
        Some(value) => Ok(value),
        None => Err(missing(heap, object, name)),
    }
}

/// `object.name`, or `None` if there is no such attribute (an AttributeError of a `__getattr__` too).
pub fn get_optional(heap: &Heap, object: &Value, name: Symbol) -> Outcome<Option<Value>> {
    match find(heap, object, name) {
        Ok(found) => Ok(found),
        Err(raised) => {
            heap.catch_any(raised, &[ErrorKind::AttributeError])?;
            Ok(None)
        }
    }
}

#[cold]
pub fn missing(heap: &Heap, object: &Value, name: Symbol) -> Raised {
    let error = heap.new_error(
        ErrorKind::AttributeError,
        vec![Value::str(match object {
            Value::Module(module) => format!("module '{}' has no attribute '{name}'", module.name.as_str()),
            Value::Class(class) => format!("type object '{}' has no attribute '{name}'", class.name.as_str()),
            Value::Descriptor(d) if d.kind == DescriptorKind::Super => {
                format!("'super' object has no attribute '{name}'")
            }
            _ => format!("'{}' object has no attribute '{name}'", type_name(object)),
        })],
    );
    let dict = error.dict_or_new(heap);
    dict.set_str("name", Value::str(name.name()));
    dict.set_str("obj", object.clone());
    heap.raise(error)
}

fn find(heap: &Heap, object: &Value, name: Symbol) -> Outcome<Option<Value>> {
    match object {
        Value::Instance(instance) => find_on_instance(heap, instance, object, name),
        Value::Class(class) => find_on_class(heap, class, name),
        Value::Module(module) => match module.get(heap, name) {
            Some(value) => Ok(Some(value)),
            None => match name {
                names::NAME => Ok(Some(Value::Str(module.name.clone()))),
                names::DICT => {
                    let dict = crate::value::Dict::new(heap);
                    for (name, value) in module.entries(heap) {
                        dict.set_str(name.name(), value);
                    }
                    Ok(Some(Value::Dict(dict)))
                }
                names::DOC => Ok(Some(Value::None)),
                names::CLASS => Ok(Some(Value::Class(class_of(heap, object)))),
                _ => Ok(None),
            },
        },
        Value::Descriptor(descriptor) if descriptor.kind == DescriptorKind::Super => {
            find_super(heap, descriptor, name)
        }
        _ => find_on_builtin(heap, object, name),
    }
}

/// Attribute of a builtin value: a method of its type, or one of the few fields that such values have.
fn find_on_builtin(heap: &Heap, object: &Value, name: Symbol) -> Outcome<Option<Value>> {
    if let Value::Native(native) = object
        && let Some(result) = native.read(|o| o.attribute(heap, name))
    {
        return result.map(Some);
    }
    if let Some(value) = super::fields::field(heap, object, name)? {
        return Ok(Some(value));
    }
    let class = class_of(heap, object);
    match class.lookup(name) {
        Some(found) => bind(heap, &found.clone(), Some(object), &class).map(Some),
        None => Ok(None),
    }
}

fn find_on_instance(
    heap: &Heap,
    instance: &Ref<Instance>,
    object: &Value,
    name: Symbol,
) -> Outcome<Option<Value>> {
    let class = instance.class();
    if class.has_special(special::GETATTRIBUTE)
        && let Some(result) = call_method(heap, object, names::GETATTRIBUTE, &mut [Value::str(name.name())])?
    {
        return Ok(Some(result));
    }
    match find_plain(heap, instance, object, name) {
        Ok(Some(value)) => Ok(Some(value)),
        Ok(None) if class.has_special(special::GETATTR) => {
            call_method(heap, object, names::GETATTR, &mut [Value::str(name.name())])
        }
        Ok(None) => Ok(None),
        Err(raised) if class.has_special(special::GETATTR) => {
            // A property that raises AttributeError falls back to `__getattr__`.
            heap.catch_any(raised, &[ErrorKind::AttributeError])?;
            call_method(heap, object, names::GETATTR, &mut [Value::str(name.name())])
        }
        Err(raised) => Err(raised),
    }
}

/// What `object.__getattribute__` does: class, slots, dict; no `__getattr__`.
pub fn find_plain(
    heap: &Heap,
    instance: &Ref<Instance>,
    object: &Value,
    name: Symbol,
) -> Outcome<Option<Value>> {
    let class = instance.class().clone();
    let of_class = class.lookup(name);
    if class.has_special(special::DATA_DESCRIPTOR)
        && let Some(found) = of_class
        && is_data_descriptor(found)
    {
        return bind(heap, &found.clone(), Some(object), &class).map(Some);
    }
    if let Some(slot) = class.slot(name) {
        if heap.shares_graph()
            && let Some(current) = heap.caller.before_read(heap, instance, slot)?
        {
            return Ok(Some(current));
        }
        match instance.slot(slot) {
            Value::Unbound | Value::Links(_) | Value::Walk(_) => {
                if class.builtin == BuiltinType::Exception && slot < class.hidden {
                    return Ok(Some(if name == names::SUPPRESS_CONTEXT {
                        Value::False
                    } else {
                        Value::None
                    }));
                }
            }
            value => return Ok(Some(value.clone())),
        }
    }
    if let Some(dict) = instance.dict()
        && let Some(value) = dict.get_str(name.name())
    {
        return Ok(Some(value));
    }
    if let Some(found) = of_class {
        return bind(heap, &found.clone(), Some(object), &class).map(Some);
    }
    if let Some(value) = super::fields::of_instance(heap, instance, name)? {
        return Ok(Some(value));
    }
    heap.caller.special_attribute(heap, object, name)
}

/// A field as it is now, also where other isolates may have changed it; unbound if it is not set.
pub fn current(heap: &Heap, instance: &Ref<Instance>, slot: u16) -> Outcome {
    if heap.shares_graph()
        && let Some(current) = heap.caller.before_read(heap, instance, slot)?
    {
        return Ok(current);
    }
    Ok(instance.slot(slot).clone())
}

fn is_data_descriptor(value: &Value) -> bool {
    match value {
        Value::Descriptor(descriptor) => descriptor.is_data(),
        Value::Instance(instance) => instance.class().lookup(names::SET).is_some(),
        _ => false,
    }
}

fn find_on_class(heap: &Heap, class: &Ref<Class>, name: Symbol) -> Outcome<Option<Value>> {
    if let Some(found) = class.lookup(name) {
        return bind(heap, &found.clone(), None, class).map(Some);
    }
    if let Some(value) = super::fields::of_class(heap, class, name)? {
        return Ok(Some(value));
    }
    let meta = class_of(heap, &Value::Class(class.clone()));
    if let Some(found) = meta.lookup(name) {
        return bind(heap, &found.clone(), Some(&Value::Class(class.clone())), &meta).map(Some);
    }
    heap.caller.special_attribute(heap, &Value::Class(class.clone()), name)
}

/// `super.name`: looked up after the class in the receiver's resolution order.
fn find_super(heap: &Heap, descriptor: &Descriptor, name: Symbol) -> Outcome<Option<Value>> {
    let (Value::Class(after), receiver) = (descriptor.part(0), descriptor.part(1)) else { return Ok(None) };
    let (of, bound_to) = match &receiver {
        Value::Class(class) => (class.clone(), None),
        other => (class_of(heap, other), Some(other)),
    };
    let order: Vec<Ref<Class>> = std::iter::once(of.clone()).chain(of.mro().iter().cloned()).collect();
    let rest = order.iter().position(|c| c.same(&after)).map_or(&[][..], |at| &order[at + 1..]);
    for class in rest {
        if let Some(found) = class.own().get(&name) {
            return bind(heap, &found.clone(), bound_to, &of).map(Some);
        }
        if let Some(value) = heap.caller.inherited_constructor(heap, class, name) {
            return Ok(Some(match bound_to {
                Some(receiver) => Value::Bound(Bound::new(heap, receiver.clone(), value)),
                None => value,
            }));
        }
    }
    if name == names::CLASS {
        return Ok(Some(Value::Class(heap.type_class(BuiltinType::Super).clone())));
    }
    Ok(None)
}

/// Turns what a class's table has into what a reader gets: functions become bound methods, properties
/// are run. `receiver` is `None` when read on the class itself.
pub fn bind(heap: &Heap, found: &Value, receiver: Option<&Value>, class: &Ref<Class>) -> Outcome {
    match found {
        Value::Function(function) => Ok(match receiver {
            Some(receiver) if !function.code.info.is_static => {
                Value::Bound(Bound::new(heap, receiver.clone(), found.clone()))
            }
            _ => found.clone(),
        }),
        Value::Builtin(function) if function.is_method() => Ok(match receiver {
            Some(receiver) => {
                Value::Bound(Bound::new(heap, builtin_receiver(heap, receiver, function), found.clone()))
            }
            None => found.clone(),
        }),
        Value::Builtin(function) if function.is_class_method() => {
            Ok(Value::Bound(Bound::new(heap, Value::Class(class.clone()), found.clone())))
        }
        Value::Descriptor(descriptor) => match descriptor.kind {
            DescriptorKind::StaticMethod => Ok(descriptor.part(0)),
            DescriptorKind::ClassMethod => {
                Ok(Value::Bound(Bound::new(heap, Value::Class(class.clone()), descriptor.part(0))))
            }
            DescriptorKind::Property => match receiver {
                Some(receiver) => match descriptor.part(0) {
                    Value::None => Err(heap.attribute_error(format!(
                        "property of '{}' object has no getter",
                        class.name.as_str()
                    ))),
                    getter => heap.call(&getter, &mut [receiver.clone()]),
                },
                None => Ok(found.clone()),
            },
            DescriptorKind::Super => Ok(found.clone()),
        },
        Value::Instance(instance) if instance.class().lookup(names::GET).is_some() => {
            let on = receiver.cloned().unwrap_or(Value::None);
            let result = call_method(heap, found, names::GET, &mut [on, Value::Class(class.clone())])?;
            Ok(result.unwrap_or_else(|| found.clone()))
        }
        _ => Ok(found.clone()),
    }
}

/// Builtin methods work on the builtin value inside an instance of a derived class; those of `object`
/// and those that fill it (`__init__`) on the instance.
fn builtin_receiver(heap: &Heap, receiver: &Value, function: &'static crate::value::NativeFunction) -> Value {
    match receiver {
        Value::Instance(instance) => match instance.payload() {
            Some(inner)
                if instance.class().kind != ClassKind::Enum
                    && !function.works_on_instance()
                    && !is_of_object(heap, function) =>
            {
                inner
            }
            _ => receiver.clone(),
        },
        _ => receiver.clone(),
    }
}

fn is_of_object(heap: &Heap, function: &'static crate::value::NativeFunction) -> bool {
    function.name == "__init__"
        || heap.library.methods(BuiltinType::Object).iter().any(|method| std::ptr::eq(method, function))
}

/// Calls the method that the value's class has under this name; `None` if it has none.
/// The arguments are taken out of the slice.
pub fn call_method(
    heap: &Heap,
    receiver: &Value,
    name: Symbol,
    args: &mut [Value],
) -> Outcome<Option<Value>> {
    let class = class_of(heap, receiver);
    let Some(found) = class.lookup(name) else { return Ok(None) };
    match found {
        Value::Function(function) if !function.code.info.is_static => {
            let function = found.clone();
            let mut all: Vec<Value> = Vec::with_capacity(args.len() + 1);
            all.push(receiver.clone());
            all.extend(args.iter_mut().map(std::mem::take));
            heap.call(&function, &mut all).map(Some)
        }
        Value::None => Ok(Some(Value::None)),
        found => {
            let bound = bind(heap, &found.clone(), Some(receiver), &class)?;
            heap.call(&bound, args).map(Some)
        }
    }
}

/// `object.name = value`.
pub fn set(heap: &Heap, object: &Value, name: Symbol, value: Value) -> Outcome<()> {
    match object {
        Value::Instance(instance) => {
            if instance.class().has_special(special::SETATTR) {
                call_method(heap, object, names::SETATTR, &mut [Value::str(name.name()), value])?;
                return Ok(());
            }
            set_plain(heap, instance, object, name, value)
        }
        Value::Class(class) => {
            if class.kind == ClassKind::Builtin {
                return Err(heap.type_error(format!(
                    "cannot set '{name}' attribute of immutable type '{}'",
                    class.name.as_str()
                )));
            }
            heap.mark_globals_written();
            class.set_attribute(name, value);
            Ok(())
        }
        Value::Module(module) => {
            module.set(heap, name, value);
            Ok(())
        }
        Value::Function(function) => {
            function.attributes(heap).set_str(name.name(), value);
            Ok(())
        }
        Value::Native(native) => {
            if heap.caller.set_native_attribute(heap, native, name, &value)? {
                return Ok(());
            }
            Err(cannot_set(heap, object, name))
        }
        _ => Err(cannot_set(heap, object, name)),
    }
}

#[cold]
fn cannot_set(heap: &Heap, object: &Value, name: Symbol) -> Raised {
    let class = class_of(heap, object);
    if class.lookup(name).is_some() {
        return heap
            .attribute_error(format!("'{}' object attribute '{name}' is read-only", type_name(object)));
    }
    heap.attribute_error(format!("'{}' object has no attribute '{name}'", type_name(object)))
}

/// What `object.__setattr__` does.
pub fn set_plain(
    heap: &Heap,
    instance: &Ref<Instance>,
    object: &Value,
    name: Symbol,
    value: Value,
) -> Outcome<()> {
    let class = instance.class();
    if class.has_special(special::DATA_DESCRIPTOR)
        && let Some(found) = class.lookup(name)
    {
        match found {
            Value::Descriptor(descriptor) if descriptor.is_data() => {
                return match descriptor.part(1) {
                    Value::None => Err(heap.attribute_error(format!(
                        "property '{name}' of '{}' object has no setter",
                        class.name.as_str()
                    ))),
                    setter => heap.call(&setter, &mut [object.clone(), value]).map(drop),
                };
            }
            Value::Instance(descriptor) if descriptor.class().lookup(names::SET).is_some() => {
                let descriptor = found.clone();
                call_method(heap, &descriptor, names::SET, &mut [object.clone(), value])?;
                return Ok(());
            }
            _ => {}
        }
    }
    if let Some(slot) = class.slot(name) {
        heap.caller.before_write(heap, instance, slot)?;
        instance.set_slot(slot, value).discard();
        return Ok(());
    }
    if name == names::CLASS
        && let Value::Class(new) = &value
    {
        if instance.set_class(new.clone()) {
            return Ok(());
        }
        return Err(heap.type_error("__class__ assignment: object layout differs"));
    }
    heap.caller.before_write(heap, instance, u16::MAX)?;
    instance.dict_or_new(heap).set_str(name.name(), value);
    Ok(())
}

/// `del object.name`.
pub fn delete(heap: &Heap, object: &Value, name: Symbol) -> Outcome<()> {
    match object {
        Value::Instance(instance) => {
            if instance.class().has_special(special::DELATTR) {
                call_method(heap, object, names::DELATTR, &mut [Value::str(name.name())])?;
                return Ok(());
            }
            delete_plain(heap, object, name)
        }
        _ => delete_plain(heap, object, name),
    }
}

/// What `object.__delattr__` does.
pub fn delete_plain(heap: &Heap, object: &Value, name: Symbol) -> Outcome<()> {
    match object {
        Value::Instance(instance) => {
            let class = instance.class().clone();
            if let Some(Value::Descriptor(descriptor)) = class.lookup(name)
                && descriptor.is_data()
            {
                return match descriptor.part(2) {
                    Value::None => Err(heap.attribute_error(format!(
                        "property '{name}' of '{}' object has no deleter",
                        class.name.as_str()
                    ))),
                    deleter => heap.call(&deleter, &mut [object.clone()]).map(drop),
                };
            }
            if let Some(slot) = class.slot(name)
                && heap.shares_graph()
            {
                heap.caller.before_read(heap, instance, slot)?;
            }
            if let Some(slot) = class.slot(name)
                && !instance.slot(slot).is_unbound()
            {
                heap.caller.before_write(heap, instance, slot)?;
                instance.set_slot(slot, Value::Unbound).discard();
                return Ok(());
            }
            match instance.dict().and_then(|dict| dict.remove_str(name.name())) {
                Some(_) => Ok(()),
                None => Err(missing(heap, object, name)),
            }
        }
        Value::Class(class) if class.kind != ClassKind::Builtin => {
            if class.own().contains_key(&name) {
                class.remove_attribute(name);
                Ok(())
            } else {
                Err(missing(heap, object, name))
            }
        }
        Value::Module(module) => {
            if module.get(heap, name).is_none() {
                return Err(missing(heap, object, name));
            }
            match module.globals.borrow().get(&name) {
                Some(&id) => heap.set_global(id, Value::Unbound),
                None => drop(module.dict_or_new(heap).remove_str(name.name())),
            }
            Ok(())
        }
        Value::Function(function) => match function.attributes(heap).remove_str(name.name()) {
            Some(_) => Ok(()),
            None => Err(missing(heap, object, name)),
        },
        _ => Err(missing(heap, object, name)),
    }
}

/// The qualified name of a class: `module.Name` for a class of the program, `Name` for a builtin.
pub fn full_class_name(class: &Class) -> String {
    match class.module.as_str() {
        "builtins" => class.qualname.as_str().to_owned(),
        module => format!("{module}.{}", class.qualname.as_str()),
    }
}

/// A name as a string value.
pub fn name_value(name: &str) -> Value {
    Value::Str(Rc::new(Str::new(name)))
}
