//! Making instances: the generated constructors of archetypes, `init`, `__new__`, exceptions and
//! the classes that derive from builtin types.
//!
//! A default that is no constant is evaluated anew for every instance. What fields a class has is
//! decided in `archetype`; a node that is made here is connected to nothing yet.

use super::call::{call_placed, insert_first};
use super::{archetype, function};
use crate::code::Symbol;
use crate::value::class::{FieldDefault, special};
use crate::value::errors::slots;
use crate::value::{
    Args, BuiltinType, Class, ClassKind, Frame, Heap, Instance, NativeFunction, Outcome, Raised, Ref, Value,
    names, ops,
};

/// Calls a class with placed arguments.
pub fn construct(frame: Frame<'_>, class: &Ref<Class>, count: usize, keywords: &[Symbol]) -> Outcome {
    let total = count + keywords.len();
    if class.kind == ClassKind::Enum {
        return super::enumeration::lookup(frame, class, count, keywords);
    }
    if class.has_special(special::NEW) {
        return construct_by_new(frame, class, count, keywords);
    }
    match class.builtin {
        BuiltinType::Object
        | BuiltinType::Archetype
        | BuiltinType::NodeArchetype
        | BuiltinType::EdgeArchetype
        | BuiltinType::WalkerArchetype
            if class.declaration.is_some() =>
        {
            let instance = new_instance(frame.heap, class);
            initialise(frame, class, instance, count, keywords)
        }
        BuiltinType::Exception => {
            let instance = Instance::new(frame.heap, class.clone());
            let args: Vec<Value> = (0..count as u16).map(|slot| frame.get(slot).clone()).collect();
            instance.set_slot(slots::ARGS, Value::tuple(frame.heap, args));
            if class.declaration.is_none()
                || (class.lookup(names::INIT).is_none_or(is_builtin) && !archetype::has_generated_init(class))
            {
                let unexpected = keywords.first().copied();
                frame.clear(0, total as u16);
                if let Some(name) = unexpected
                    && !matches!(name.name(), "name" | "obj" | "path")
                {
                    return Err(frame
                        .heap
                        .type_error(format!("{}() takes no keyword arguments", class.name.as_str())));
                }
                return Ok(Value::Instance(instance));
            }
            initialise(frame, class, instance, count, keywords)
        }
        _ => construct_builtin(frame, class, count, keywords),
    }
}

fn is_builtin(value: &Value) -> bool {
    matches!(value, Value::Builtin(_))
}

/// An instance without its fields; nodes and walkers get the graph's own part.
pub fn new_instance(heap: &Heap, class: &Ref<Class>) -> Ref<Instance> {
    let instance = Instance::new(heap, class.clone());
    crate::graph::prepare(heap, &instance);
    instance
}

/// Runs the constructor on a new instance; gives the instance.
fn initialise(
    frame: Frame<'_>,
    class: &Ref<Class>,
    instance: Ref<Instance>,
    count: usize,
    keywords: &[Symbol],
) -> Outcome {
    let heap = frame.heap;
    let total = count + keywords.len();
    let init = if archetype::has_generated_init(class) {
        match archetype::own_init(class) {
            Some(init) => Some(init.clone()),
            None => {
                let result = fill_fields(frame, class, &instance, count, keywords);
                frame.clear(0, total as u16);
                result?;
                return Ok(Value::Instance(instance));
            }
        }
    } else {
        class.lookup(names::INIT).filter(|init| !is_builtin(init)).cloned()
    };
    match init {
        Some(init) => {
            insert_first(frame, total, Value::Instance(instance.clone()));
            let result = call_placed(frame, &init, count + 1, keywords)?;
            if !result.is_none() {
                return Err(heap.type_error(format!(
                    "__init__() should return None, not '{}'",
                    ops::types::type_name(&result)
                )));
            }
            Ok(Value::Instance(instance))
        }
        None => {
            frame.clear(0, total as u16);
            if total > 0 {
                return Err(heap.type_error(format!("{}() takes no arguments", class.name.as_str())));
            }
            Ok(Value::Instance(instance))
        }
    }
}

/// The generated constructor: fields from placed arguments, then defaults, then `postinit`.
fn fill_fields(
    frame: Frame<'_>,
    class: &Ref<Class>,
    instance: &Ref<Instance>,
    count: usize,
    keywords: &[Symbol],
) -> Outcome<()> {
    let heap = frame.heap;
    let fields = class.fields();
    let hidden = class.hidden;
    let settable = |index: usize| !matches!(fields[index].default, FieldDefault::PostInit);
    let mut next = 0;
    for slot in 0..count as u16 {
        while next < fields.len() && !settable(next) {
            next += 1;
        }
        if next >= fields.len() {
            return Err(too_many(heap, class, count));
        }
        instance.set_slot(hidden + next as u16, frame.take(slot)).discard();
        next += 1;
    }
    for (index, name) in keywords.iter().enumerate() {
        let value = frame.take((count + index) as u16);
        let found = fields.iter().position(|field| field.name == *name);
        match found.filter(|index| settable(*index)) {
            Some(index) => {
                let slot = hidden + index as u16;
                if !instance.slot(slot).is_unbound() {
                    return Err(heap.type_error(format!(
                        "{}.__init__() got multiple values for argument '{name}'",
                        class.qualname.as_str()
                    )));
                }
                instance.set_slot(slot, value).discard();
            }
            None => {
                return Err(heap.type_error(format!(
                    "{}.__init__() got an unexpected keyword argument '{name}'",
                    class.qualname.as_str()
                )));
            }
        }
    }
    if count + keywords.len() < fields.len() {
        defaults(heap, class, instance)?;
    }
    if class.has_special(special::POST_INIT)
        && let Some(post) = class.lookup(names::POST_INIT)
    {
        let post = post.clone();
        heap.call(&post, &mut [Value::Instance(instance.clone())])?;
    }
    Ok(())
}

fn defaults(heap: &Heap, class: &Ref<Class>, instance: &Ref<Instance>) -> Outcome<()> {
    let hidden = class.hidden;
    let mut missing: Vec<&str> = Vec::new();
    for (index, field) in class.fields().iter().enumerate() {
        let slot = hidden + index as u16;
        if !instance.slot(slot).is_unbound() {
            continue;
        }
        match &field.default {
            FieldDefault::Value(value) => instance.set_slot(slot, value.clone()).discard(),
            FieldDefault::Thunk(thunk) => {
                let thunk = thunk.clone();
                let value = heap.call(&thunk, &mut [])?;
                instance.set_slot(slot, value).discard();
            }
            FieldDefault::Required => missing.push(field.name.name()),
            FieldDefault::PostInit => {}
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(function::missing_arguments(
        heap,
        &format!("{}.__init__", class.qualname.as_str()),
        "positional",
        &missing,
    ))
}

#[cold]
fn too_many(heap: &Heap, class: &Ref<Class>, count: usize) -> Raised {
    let usable = || class.fields().iter().filter(|f| !matches!(f.default, FieldDefault::PostInit));
    let most = usable().count() + 1;
    let least = usable().filter(|f| matches!(f.default, FieldDefault::Required)).count() + 1;
    let takes = if least == most { most.to_string() } else { format!("from {least} to {most}") };
    let s = if most == 1 && least == most { "" } else { "s" };
    heap.type_error(format!(
        "{}.__init__() takes {takes} positional argument{s} but {} were given",
        class.qualname.as_str(),
        count + 1
    ))
}

/// A class with a `__new__` of the program.
fn construct_by_new(frame: Frame<'_>, class: &Ref<Class>, count: usize, keywords: &[Symbol]) -> Outcome {
    let total = count + keywords.len();
    let Some(new) = class.lookup(names::NEW).cloned() else { return Ok(Value::None) };
    let new = match new {
        Value::Descriptor(d) => d.part(0),
        other => other,
    };
    let kept: Vec<Value> = (0..total as u16).map(|slot| frame.get(slot).clone()).collect();
    insert_first(frame, total, Value::Class(class.clone()));
    let made = call_placed(frame, &new, count + 1, keywords)?;
    match &made {
        Value::Instance(instance) if instance.class().is_subclass_of(class) => {
            if class.lookup(names::INIT).is_some_and(|init| !is_builtin(init))
                || archetype::has_generated_init(class)
            {
                for (slot, value) in kept.into_iter().enumerate() {
                    frame.put(slot as u16, value);
                }
                return initialise(frame, class, instance.clone(), count, keywords);
            }
            Ok(made)
        }
        _ => Ok(made),
    }
}

/// A builtin type, or a class that derives from one: the type's native `__new__`, then `init`.
fn construct_builtin(frame: Frame<'_>, class: &Ref<Class>, count: usize, keywords: &[Symbol]) -> Outcome {
    let heap = frame.heap;
    let total = count + keywords.len();
    let Some(new @ Value::Builtin(_)) = class.lookup(names::NEW).cloned() else {
        frame.clear(0, total as u16);
        return Err(heap.type_error(format!("cannot create '{}' instances", class.name.as_str())));
    };
    let init =
        class.lookup(names::INIT).filter(|init| class.declaration.is_some() && !is_builtin(init)).cloned();
    let Some(init) = init else {
        insert_first(frame, total, Value::Class(class.clone()));
        return call_placed(frame, &new, count + 1, keywords);
    };
    // With a constructor of its own, the builtin part starts empty unless it cannot be filled later.
    let immutable = matches!(
        class.builtin,
        BuiltinType::Int
            | BuiltinType::Float
            | BuiltinType::Str
            | BuiltinType::Bytes
            | BuiltinType::Tuple
            | BuiltinType::FrozenSet
    );
    let kept: Vec<Value> = (0..total as u16).map(|slot| frame.take(slot)).collect();
    let mut args: Vec<Value> = vec![Value::Class(class.clone())];
    if immutable {
        args.extend(kept[..count].iter().cloned());
    }
    let made = heap.above(frame, 2, || heap.call(&new, &mut args))?;
    for (slot, value) in kept.into_iter().enumerate() {
        frame.put(slot as u16, value);
    }
    insert_first(frame, total, made.clone());
    call_placed(frame, &init, count + 1, keywords)?;
    Ok(made)
}

/// The generated constructor of an archetype as a function: `super.init(...)`, `Base.init(self, ...)`.
pub static GENERATED_INIT: NativeFunction = NativeFunction::new(
    "__init__",
    "(cls, self, /, *args, **kwargs)",
    "Sets the fields of an archetype from arguments and defaults.",
    &[],
    generated_init,
);

fn generated_init(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let (Value::Class(class), Value::Instance(instance)) = (args.take(0), args.take(1)) else {
        return Err(heap.type_error("descriptor '__init__' requires an object of the class"));
    };
    let frame = heap.top_frame();
    let named: Vec<(Symbol, Value)> = match &args.extra {
        Some(dict) => dict
            .pairs()
            .into_iter()
            .filter_map(
                |(k, v)| if let Value::Str(k) = k { Some((Symbol::new(k.as_str()), v)) } else { None },
            )
            .collect(),
        None => Vec::new(),
    };
    // The fields of the base, set in the layout of whatever class the instance has.
    let fields: Vec<(Symbol, FieldDefault)> =
        class.fields().iter().map(|f| (f.name, f.default.clone())).collect();
    let mut given = args.rest.iter_mut().map(std::mem::take);
    let target = Value::Instance(instance);
    let mut unused = named;
    for (name, default) in fields {
        if matches!(default, FieldDefault::PostInit) {
            continue;
        }
        let named = unused.iter().position(|(n, _)| *n == name).map(|at| unused.swap_remove(at).1);
        let value = match (given.next(), named, default) {
            (Some(value), ..) | (None, Some(value), _) => value,
            (None, None, FieldDefault::Value(value)) => value,
            (None, None, FieldDefault::Thunk(thunk)) => heap.call(&thunk, &mut [])?,
            (None, None, _) => {
                return Err(function::missing_arguments(
                    heap,
                    &format!("{}.__init__", class.qualname.as_str()),
                    "positional",
                    &[name.name()],
                ));
            }
        };
        ops::attribute::set(heap, &target, name, value)?;
    }
    if given.next().is_some() {
        return Err(too_many(heap, &class, class.fields().len() + 1));
    }
    if let Some((name, _)) = unused.first() {
        return Err(heap.type_error(format!(
            "{}.__init__() got an unexpected keyword argument '{name}'",
            class.qualname.as_str()
        )));
    }
    let _ = frame;
    if let Some(post) = class.lookup(names::POST_INIT).cloned()
        && !is_builtin(&post)
    {
        heap.call(&post, &mut [target])?;
    }
    Ok(Value::None)
}
