//! Hashes: equal values have equal hashes, over all numeric types, as in CPython.
//!
//! Numbers hash as CPython's do; strings and containers have hashes of our own. What can change is
//! unhashable. Probing is the business of `table.rs`.

use crate::value::class::special;
use crate::value::number;
use crate::value::{BuiltinType, Heap, Outcome, Value, names};

/// The hash of a value. Raises TypeError for an unhashable one.
#[inline]
pub fn hash(heap: &Heap, value: &Value) -> Outcome<u64> {
    match value {
        Value::Int(n) if (-0x1fff_ffff_ffff_ffff..0x1fff_ffff_ffff_ffff).contains(n) => {
            Ok(if *n == -1 { -2i64 as u64 } else { *n as u64 })
        }
        Value::Str(s) => Ok(s.hash()),
        _ => hash_other(heap, value),
    }
}

fn mix(hash: u64, next: u64) -> u64 {
    (hash ^ next.wrapping_mul(0xC2B2_AE3D_27D4_EB4F)).rotate_left(31).wrapping_mul(0x9E37_79B1_85EB_CA87)
}

fn hash_other(heap: &Heap, value: &Value) -> Outcome<u64> {
    Ok(match value {
        Value::None | Value::Unbound => 0xfca8_6420,
        Value::Ellipsis => 0xfca8_6421,
        Value::NotImplemented => 0xfca8_6422,
        Value::False => 0,
        Value::True => 1,
        Value::Int(n) => number::hash_int(number::IntegerRef::Small(*n)) as u64,
        Value::Big(n) => number::hash_int(number::IntegerRef::Big(n)) as u64,
        Value::Float(x) => number::hash_float(x.get()).unwrap_or(0) as u64,
        Value::Str(s) => s.hash(),
        Value::Bytes(b) => b.as_slice().iter().fold(0x5bd1_e995, |hash, &byte| mix(hash, u64::from(byte))),
        Value::Range(r) => {
            let length = r.len() as u64;
            let (first, step) = (if length > 0 { r.start } else { 0 }, if length > 1 { r.step } else { 0 });
            mix(mix(mix(3, length), first as u64), step as u64)
        }
        Value::Tuple(tuple) => {
            let mut made = 0x27d4_eb2f_1656_67c5;
            for item in tuple.items() {
                let _guard = match item {
                    Value::Tuple(_) | Value::Instance(_) => Some(heap.nested("hashing an object")?),
                    _ => None,
                };
                made = mix(made, hash(heap, item)?);
            }
            made
        }
        Value::Set(set) if set.frozen => {
            if let Some(known) = set.hash.get() {
                return Ok(known);
            }
            // Order must not matter: a sum of spread hashes.
            let made = set.table().iter().fold(set.len() as u64, |sum, e| sum.wrapping_add(mix(1, e.hash)));
            set.hash.set(Some(made));
            made
        }
        Value::Bound(bound) => mix(bound.receiver().identity() as u64, hash(heap, bound.function())?),
        Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::Slice(_) => {
            return Err(unhashable(heap, value));
        }
        Value::Iter(iter) if iter.view().is_some() => return Err(unhashable(heap, value)),
        Value::Native(native) if !native.read(|object| object.is_hashable()) => {
            let name = native.read(|object| match object.module_name() {
                "builtins" => object.type_name().to_owned(),
                module => format!("{module}.{}", object.type_name()),
            });
            return Err(heap.type_error(format!("unhashable type: '{name}'")));
        }
        Value::Native(native) => match native.read(|object| object.hash()) {
            Some(hash) => hash,
            None => (value.identity() as u64) >> 4,
        },
        Value::Instance(instance) => {
            let class = instance.class();
            if class.has_special(special::HASH) {
                return match super::attribute::call_method(heap, value, names::HASH, &mut [])? {
                    Some(Value::None) | None => Err(unhashable(heap, value)),
                    Some(number @ (Value::Int(_) | Value::Big(_) | Value::True | Value::False)) => {
                        hash(heap, &number)
                    }
                    Some(_) => Err(heap.type_error("__hash__ method should return an integer")),
                };
            }
            if class.has_special(special::EQ) {
                return Err(unhashable(heap, value));
            }
            match (instance.payload(), class.builtin) {
                (Some(payload), builtin) if builtin != BuiltinType::Object => return hash(heap, &payload),
                _ => (value.identity() as u64) >> 4,
            }
        }
        _ => (value.identity() as u64) >> 4,
    })
}

fn unhashable(heap: &Heap, value: &Value) -> crate::value::Raised {
    heap.type_error(format!("unhashable type: '{}'", super::types::type_name(value)))
}
