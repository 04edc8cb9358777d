//! Enums: members, automatic numbering and lookup by value.
//!
//! Members are made once, when the class is complete, in order of their declaration. What can be
//! asked of the class as a collection is in `builtins::methods::enumeration`; the module `enum` is
//! in `modules`.

use crate::code::{Archetype, Symbol};
use crate::value::class::ClassParts;
use crate::value::{BuiltinType, Class, ClassKind, Frame, Heap, Instance, Outcome, Ref, Value, names, ops};

/// Makes the members of a new enum class from what its body has bound.
pub fn make_members(heap: &Heap, archetype: &'static Archetype, class: &Ref<Class>) -> Outcome<()> {
    let mut members: Vec<Value> = Vec::new();
    let mut last: Option<Value> = None;
    for name in &archetype.members {
        let written = class.own().get(name).cloned().unwrap_or(Value::Ellipsis);
        let automatic = archetype.auto_members.contains(name) || is_auto(&written);
        let value = if automatic { next_value(&last, class, *name) } else { written };
        last = Some(value.clone());
        // The same value again is another name of the same member.
        let known = find(heap, &members, class, &value)?;
        let member = match known {
            Some(member) => member,
            None => {
                let member = new_member(heap, class, *name, &value)?;
                members.push(member.clone());
                member
            }
        };
        class.define(*name, member);
        class.set_members(members.clone());
    }
    Ok(())
}

/// An enum class of the runtime, under an enum class of the module `enum`.
pub fn make_class(
    heap: &Heap,
    base: &Ref<Class>,
    name: &str,
    module: &str,
    members: &[(&str, i64)],
) -> Outcome<Ref<Class>> {
    let parts = ClassParts {
        kind: ClassKind::Enum,
        extra_slots: vec![names::VALUE_PRIVATE, names::NAME_PRIVATE],
        ..ClassParts::under(base.clone(), name, module)
    };
    let class = Class::new(heap, parts, None);
    let mut made = Vec::with_capacity(members.len());
    for (name, value) in members {
        let name = Symbol::new(name);
        let member = new_member(heap, &class, name, &Value::Int(*value))?;
        class.define(name, member.clone());
        made.push(member);
    }
    class.set_members(made);
    Ok(class)
}

/// `auto()` of the module `enum`.
fn is_auto(value: &Value) -> bool {
    match value {
        Value::Native(native) => native.read(|object| object.type_name()) == "auto",
        _ => false,
    }
}

/// The value of a member that was written without one: the last one plus one, or 1.
fn next_value(last: &Option<Value>, class: &Ref<Class>, name: Symbol) -> Value {
    if class.mro().iter().any(|c| c.name.as_str() == "StrEnum") {
        return Value::str(name.name().to_lowercase());
    }
    match last {
        Some(Value::Int(n)) => Value::Int(n.saturating_add(1)),
        _ => Value::Int(1),
    }
}

fn new_member(heap: &Heap, class: &Ref<Class>, name: Symbol, value: &Value) -> Outcome {
    let member = Instance::new(heap, class.clone());
    if let Some(slot) = class.slot(names::VALUE_PRIVATE) {
        member.set_slot(slot, value.clone());
    }
    if let Some(slot) = class.slot(names::NAME_PRIVATE) {
        member.set_slot(slot, Value::str(name.name()));
    }
    if !matches!(class.builtin, BuiltinType::Object | BuiltinType::Archetype) {
        let payload = match class.builtin {
            BuiltinType::Str if !matches!(value, Value::Str(_)) => {
                Value::str(ops::show::to_string(heap, value)?)
            }
            _ => value.clone(),
        };
        member.edit_extra(|extra| extra.payload = payload);
    }
    let member = Value::Instance(member);
    if let Some(init @ Value::Function(_)) = class.lookup(names::INIT).cloned() {
        let mut args = vec![member.clone()];
        match value {
            Value::Tuple(parts) => args.extend(parts.items().iter().cloned()),
            other => args.push(other.clone()),
        }
        heap.call(&init, &mut args)?;
    }
    Ok(member)
}

/// A member's value.
pub fn value_of(member: &Value) -> Option<Value> {
    match member {
        Value::Instance(instance) => {
            instance.class().slot(names::VALUE_PRIVATE).map(|slot| instance.slot(slot).clone())
        }
        _ => None,
    }
}

fn find(heap: &Heap, members: &[Value], _class: &Ref<Class>, value: &Value) -> Outcome<Option<Value>> {
    for member in members {
        if let Some(own) = value_of(member)
            && ops::compare::same_or_equal(heap, &own, value)?
        {
            return Ok(Some(member.clone()));
        }
    }
    Ok(None)
}

/// `C(value)`: the member with this value. Raises ValueError if there is none.
pub fn lookup(frame: Frame<'_>, class: &Ref<Class>, count: usize, keywords: &[Symbol]) -> Outcome {
    let heap = frame.heap;
    let value = frame.take(0);
    frame.clear(0, (count + keywords.len()) as u16);
    if count != 1 || !keywords.is_empty() {
        return Err(heap.type_error(format!("{}() takes exactly one value", class.name.as_str())));
    }
    if let Value::Instance(instance) = &value
        && instance.class().same(class)
    {
        return Ok(value);
    }
    by_value(heap, class, &value)
}

/// The member with a value. Raises ValueError if there is none.
pub fn by_value(heap: &Heap, class: &Ref<Class>, value: &Value) -> Outcome {
    if let Some(member) = find(heap, class.members(), class, value)? {
        return Ok(member);
    }
    if let Some(hook) = class.lookup(names::MISSING_PRIVATE).cloned() {
        let bound = ops::attribute::bind(heap, &hook, None, class)?;
        let found = heap.call(&bound, &mut [value.clone()])?;
        if !found.is_none() {
            return Ok(found);
        }
    }
    let shown = ops::show::repr(heap, value)?;
    Err(heap.value_error(format!("{shown} is not a valid {}", class.qualname.as_str())))
}

/// `member.value` and `member.name`.
pub fn attribute(instance: &Instance, name: Symbol) -> Option<Value> {
    let slot = match name.name() {
        "value" => instance.class().slot(names::VALUE_PRIVATE)?,
        "name" => instance.class().slot(names::NAME_PRIVATE)?,
        _ => return None,
    };
    Some(instance.slot(slot).clone()).filter(|v| !v.is_unbound())
}
