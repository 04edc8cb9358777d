//! `collections`: `deque`, `namedtuple`, and the dicts `defaultdict`, `Counter` and `OrderedDict`.
//!
//! The dicts are classes that derive from `dict`: their instances hold one, so everything that a dict can
//! do they can do, too. A deque is an object of its own.

mod counter;
mod default;
mod deque;
mod ordered;
mod tuple;

use std::cell::RefCell;

use crate::builtins::ModuleEntry;
use crate::value::class::{self, ClassParts};
use crate::value::ops::convert::payload;
use crate::value::{BuiltinType, Class, Dict, Heap, NativeFunction, Outcome, Ref, Value};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "collections",
    doc: "Containers beside the builtin ones.",
    functions: tuple::FUNCTIONS,
    values,
    native_types: &[("deque", deque::METHODS)],
};

/// The dict classes of an isolate.
#[derive(Default)]
struct Classes(RefCell<Vec<(&'static str, Ref<Class>)>>);

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    module.set_str("deque", Value::Class(heap.native_class("deque", "collections")));
    for name in ["defaultdict", "Counter", "OrderedDict"] {
        module.set_str(name, Value::Class(class(heap, name)));
    }
    Ok(())
}

/// A class of this module that derives from `dict`.
fn class(heap: &Heap, name: &'static str) -> Ref<Class> {
    let kept = heap.attached::<Classes>();
    if let Some((_, class)) = kept.0.borrow().iter().find(|(known, _)| *known == name) {
        return class.clone();
    }
    let methods: &'static [NativeFunction] = match name {
        "Counter" => counter::METHODS,
        "OrderedDict" => ordered::METHODS,
        _ => default::METHODS,
    };
    let own = class::methods(methods).collect();
    let base = heap.type_class(BuiltinType::Dict).clone();
    let parts = ClassParts { own, ..ClassParts::under(base, name, "collections") };
    let class = Class::new(heap, parts, None);
    kept.0.borrow_mut().push((name, class.clone()));
    class
}

/// The dict inside of an instance, or a dict.
fn dict_of(heap: &Heap, value: &Value) -> Outcome<Ref<Dict>> {
    match (value, payload(value)) {
        (Value::Dict(dict), _) => Ok(dict.clone()),
        (_, Some(Value::Dict(dict))) => Ok(dict),
        _ => Err(heap.type_error("a dict is required")),
    }
}
