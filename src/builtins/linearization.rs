//! Making a class out of a name, bases and attributes: what `type(name, bases, dict)` does, with
//! the C3 order of all bases. Class statements of the program are the evaluator's business.
//!
//! A class made here declares no fields and no abilities of its own: it has those of its bases.

use std::rc::Rc;

use crate::value::class::{AttributeMap, ClassParts, FieldInfo};
use crate::value::ops::convert::payload;
use crate::value::{BuiltinType, Class, ClassKind, Heap, Outcome, Ref, Str, Symbol, Value};

/// The order of all bases after the class itself, or `None` if no consistent one exists.
pub fn linearize(bases: &[Ref<Class>]) -> Option<Vec<Ref<Class>>> {
    let whole = |class: &Ref<Class>| {
        std::iter::once(class.clone()).chain(class.mro().iter().cloned()).collect::<Vec<_>>()
    };
    let mut lists: Vec<Vec<Ref<Class>>> = bases.iter().map(whole).collect();
    lists.push(bases.to_vec());
    let mut order = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return Some(order);
        }
        let in_a_tail =
            |class: &Ref<Class>| lists.iter().any(|list| list.iter().skip(1).any(|other| other.same(class)));
        let next = lists.iter().filter_map(|list| list.first()).find(|class| !in_a_tail(class))?.clone();
        for list in &mut lists {
            if list.first().is_some_and(|first| first.same(&next)) {
                list.remove(0);
            }
        }
        order.push(next);
    }
}

/// The base whose layout the instances get: the first one that is more than an `object`.
fn layout_base(bases: &[Ref<Class>]) -> Option<&Ref<Class>> {
    bases
        .iter()
        .find(|base| base.builtin != BuiltinType::Object || base.kind != ClassKind::Builtin)
        .or(bases.first())
}

/// A class as `type(name, bases, attributes)` makes it. Raises TypeError for bases that do not fit.
pub fn make_class(
    heap: &Heap,
    name: &str,
    module: &str,
    mut bases: Vec<Ref<Class>>,
    own: AttributeMap,
) -> Outcome<Ref<Class>> {
    if bases.is_empty() {
        bases.push(heap.type_class(BuiltinType::Object).clone());
    }
    for base in &bases {
        if let BuiltinType::Bool
        | BuiltinType::NoneType
        | BuiltinType::Range
        | BuiltinType::Slice
        | BuiltinType::Function
        | BuiltinType::Generator = base.builtin
            && base.kind == ClassKind::Builtin
        {
            return Err(
                heap.type_error(format!("type '{}' is not an acceptable base type", base.name.as_str()))
            );
        }
    }
    let Some(mro) = linearize(&bases) else {
        let names: Vec<&str> = bases.iter().map(|base| base.name.as_str()).collect();
        return Err(heap.type_error(format!(
            "Cannot create a consistent method resolution order (MRO) for bases {}",
            names.join(", ")
        )));
    };
    let name = Rc::new(Str::new(name));
    let mut parts = ClassParts {
        qualname: name.clone(),
        name,
        module: Rc::new(Str::new(module)),
        kind: ClassKind::Class,
        builtin: BuiltinType::Object,
        is_async: false,
        declaration: None,
        bases: Vec::new(),
        mro,
        own,
        hidden: Vec::new(),
        fields: Vec::new(),
        extra_slots: Vec::new(),
        abilities: Vec::new(),
    };
    if let Some(base) = layout_base(&bases) {
        parts.builtin = base.builtin;
        if !matches!(base.kind, ClassKind::Builtin | ClassKind::Enum) {
            parts.kind = base.kind;
        }
        parts.is_async = base.is_async;
        parts.hidden = base.slots().filter(|(_, slot)| *slot < base.hidden).map(|(name, _)| name).collect();
        parts.abilities = base.abilities().to_vec();
    }
    for base in bases.iter() {
        for field in base.fields() {
            if !parts.fields.iter().any(|known| known.name == field.name) {
                parts.fields.push(FieldInfo { name: field.name, default: field.default.clone() });
            }
        }
        parts.extra_slots.extend(base.slots().filter(|(_, slot)| *slot >= base.hidden).map(|(name, _)| name));
    }
    parts.bases = bases;
    Ok(Class::new(heap, parts, None))
}

/// The attributes that a dict of the program gives to a class.
pub fn attributes(heap: &Heap, dict: &Value) -> Outcome<AttributeMap> {
    let inner = payload(dict).unwrap_or_else(|| dict.clone());
    let Value::Dict(dict) = inner else {
        return Err(heap.type_error(format!(
            "type.__new__() argument 3 must be dict, not {}",
            crate::value::ops::types::type_name(&inner)
        )));
    };
    let mut own = AttributeMap::default();
    for (key, value) in dict.pairs() {
        if let Value::Str(name) = key {
            own.insert(Symbol::new(name.as_str()), value);
        }
    }
    Ok(own)
}
