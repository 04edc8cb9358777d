//! Truth: what `if`, `not`, `and`, `or` and `while` ask.
//!
//! Emptiness and zero are false; an object is asked for `__bool__`, then for `__len__`, and is true
//! if it has neither. Conditions that make no value of a truth are the evaluator's
//! (`eval::compare`).

use crate::value::class::special;
use crate::value::{Heap, Instance, Outcome, Ref, Value, names};

/// Python's truth of a value.
#[inline(always)]
pub fn truth(heap: &Heap, value: &Value) -> Outcome<bool> {
    match value {
        Value::True => Ok(true),
        Value::False | Value::None => Ok(false),
        Value::Int(n) => Ok(*n != 0),
        _ => truth_other(heap, value),
    }
}

#[inline(never)]
fn truth_other(heap: &Heap, value: &Value) -> Outcome<bool> {
    Ok(match value {
        Value::Float(x) => x.get() != 0.0,
        Value::Str(s) => !s.is_empty(),
        Value::Bytes(b) => !b.is_empty(),
        Value::Range(r) => !r.is_empty(),
        Value::List(l) => !l.is_empty(),
        Value::Tuple(t) => !t.is_empty(),
        Value::Dict(d) => !d.is_empty(),
        Value::Set(s) => !s.is_empty(),
        Value::Iter(iter) => match iter.view() {
            Some((dict, _)) => !dict.is_empty(),
            None => true,
        },
        Value::Native(native) => native.read(|object| object.truth()),
        Value::Instance(instance) => return truth_of_instance(heap, instance),
        Value::Unbound => false,
        _ => true,
    })
}

fn truth_of_instance(heap: &Heap, instance: &Ref<Instance>) -> Outcome<bool> {
    let class = instance.class();
    if !class.has_special(special::BOOL | special::LEN) {
        return match instance.payload() {
            Some(payload) => truth(heap, &payload),
            None => Ok(true),
        };
    }
    let receiver = Value::Instance(instance.clone());
    if class.has_special(special::BOOL) {
        return match super::attribute::call_method(heap, &receiver, names::BOOL, &mut [])? {
            Some(Value::True) => Ok(true),
            Some(Value::False) => Ok(false),
            Some(other) => Err(heap.type_error(format!(
                "__bool__ should return bool, returned {}",
                super::types::type_name(&other)
            ))),
            None => Ok(true),
        };
    }
    Ok(super::item::len(heap, &receiver)? != 0)
}
