//! Conversions that many operations need: to an index, to a number, out of a subclass of a builtin
//! type.
//!
//! Also turns the faults of the pure algorithms into exceptions, and guards native recursion.
//! `int(…)` and `float(…)` accept more than these: see `builtins::methods`.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::types::type_name;
use crate::value::number::{self, Fault, FaultKind, Integer};
use crate::value::{ErrorKind, Heap, Outcome, Raised, Value, names};

impl Heap {
    /// Raises what a pure function complained about.
    #[cold]
    pub fn fault(&self, fault: Fault) -> Raised {
        let kind = match fault.kind {
            FaultKind::TypeError => ErrorKind::TypeError,
            FaultKind::ValueError => ErrorKind::ValueError,
            FaultKind::OverflowError => ErrorKind::OverflowError,
            FaultKind::ZeroDivisionError => ErrorKind::ZeroDivisionError,
            FaultKind::IndexError => ErrorKind::IndexError,
            FaultKind::KeyError => ErrorKind::KeyError,
            FaultKind::MemoryError => return self.error_with(ErrorKind::MemoryError, Vec::new()),
        };
        self.error(kind, fault.message)
    }

    /// Guards a recursion through containers. Raises RecursionError when it is too deep.
    pub fn nested(&self, doing: &str) -> Outcome<Nested<'_>> {
        let depth = self.depth();
        if depth >= self.depth_limit() || self.native_stack_low() {
            return Err(
                self.error(ErrorKind::RecursionError, format!("maximum recursion depth exceeded in {doing}"))
            );
        }
        self.set_depth(depth + 1);
        Ok(Nested { heap: self })
    }
}

/// One level of a guarded recursion; ends when it is dropped.
pub struct Nested<'h> {
    heap: &'h Heap,
}

impl Drop for Nested<'_> {
    fn drop(&mut self) {
        self.heap.set_depth(self.heap.depth().saturating_sub(1));
    }
}

impl From<Integer> for Value {
    fn from(n: Integer) -> Value {
        match n {
            Integer::Small(n) => Value::Int(n),
            Integer::Big(n) => Value::Big(std::rc::Rc::new(n)),
        }
    }
}

/// The builtin value inside an instance of a class that derives from a builtin type.
pub fn payload(value: &Value) -> Option<Value> {
    match value {
        Value::Instance(instance) => instance.payload(),
        _ => None,
    }
}

/// The value itself, or what is inside an instance of a class that derives from a builtin type.
pub fn unwrapped(value: &Value) -> Value {
    payload(value).unwrap_or_else(|| value.clone())
}

/// An integer by `__index__`. Raises TypeError: `'x' object cannot be interpreted as an integer`.
pub fn to_index(heap: &Heap, value: &Value) -> Outcome {
    match value {
        Value::Int(_) | Value::Big(_) => Ok(value.clone()),
        Value::True => Ok(Value::Int(1)),
        Value::False => Ok(Value::Int(0)),
        Value::Instance(instance) => {
            if let Some(result) = super::attribute::call_method(heap, value, names::INDEX, &mut [])? {
                return match result {
                    Value::Int(_) | Value::Big(_) | Value::True | Value::False => to_index(heap, &result),
                    other => {
                        Err(heap
                            .type_error(format!("__index__ returned non-int (type {})", type_name(&other))))
                    }
                };
            }
            match instance.payload() {
                Some(inner @ (Value::Int(_) | Value::Big(_))) => Ok(inner),
                _ => Err(not_integer(heap, value)),
            }
        }
        _ => Err(not_integer(heap, value)),
    }
}

fn not_integer(heap: &Heap, value: &Value) -> Raised {
    heap.type_error(format!("'{}' object cannot be interpreted as an integer", type_name(value)))
}

/// An integer that fits 64 bits. Raises OverflowError if it does not.
pub fn to_i64(heap: &Heap, value: &Value) -> Outcome<i64> {
    match value {
        Value::Int(n) => Ok(*n),
        _ => match to_index(heap, value)? {
            Value::Int(n) => Ok(n),
            _ => Err(heap.overflow_error("Python int too large to convert to C ssize_t")),
        },
    }
}

/// An integer clamped to 64 bits: for slice bounds.
pub fn to_i64_clamped(heap: &Heap, value: &Value) -> Outcome<i64> {
    match to_index(heap, value)? {
        Value::Int(n) => Ok(n),
        Value::Big(n) => Ok(if n.sign() == num_bigint::Sign::Minus { i64::MIN } else { i64::MAX }),
        _ => Ok(0),
    }
}

/// A float from any number, by `__float__` or `__index__`. Raises TypeError: `must be real number, not x`.
pub fn to_f64(heap: &Heap, value: &Value) -> Outcome<f64> {
    match value {
        Value::Float(x) => Ok(x.get()),
        Value::Int(n) => Ok(*n as f64),
        Value::True => Ok(1.0),
        Value::False => Ok(0.0),
        Value::Big(n) => number::int_to_float(number::IntegerRef::Big(n)).map_err(|fault| heap.fault(fault)),
        Value::Instance(instance) => {
            if let Some(result) = super::attribute::call_method(heap, value, names::FLOAT, &mut [])? {
                return match result {
                    Value::Float(x) => Ok(x.get()),
                    other => Err(heap.type_error(format!(
                        "{}.__float__ returned non-float (type {})",
                        type_name(value),
                        type_name(&other)
                    ))),
                };
            }
            if let Some(inner) = instance.payload()
                && !matches!(inner, Value::Instance(_))
            {
                return to_f64(heap, &inner);
            }
            if instance.class().lookup(names::INDEX).is_some() {
                let index = to_index(heap, value)?;
                return to_f64(heap, &index);
            }
            Err(heap.type_error(format!("must be real number, not {}", type_name(value))))
        }
        _ => Err(heap.type_error(format!("must be real number, not {}", type_name(value)))),
    }
}

/// The big form of an int value.
pub fn to_big(value: &Value) -> Option<BigInt> {
    super::compare::integer(value).map(|n| n.to_big())
}

/// A count for repetition: negative is zero. Raises OverflowError or MemoryError when it is absurd.
pub fn to_count(heap: &Heap, value: &Value, item_size: usize) -> Outcome<usize> {
    let n = to_i64(heap, value)?;
    let n = n.max(0) as usize;
    if n.saturating_mul(item_size.max(1)) > 1 << 40 {
        return Err(heap.error_with(ErrorKind::MemoryError, Vec::new()));
    }
    Ok(n)
}

/// Whether a float is an integer in the range of `i64`.
pub fn float_as_i64(x: f64) -> Option<i64> {
    if x.fract() == 0.0 { x.to_i64() } else { None }
}
