//! `bytearray`: bytes that can be changed. Reading methods are those of `bytes`, which take either.
//!
//! What is read from an argument is complete before the array is borrowed, so that code of the
//! program never meets it half changed. Slices are understood by `value::ops::slicing`.

use crate::builtins::argument::{self, int_or};
use crate::builtins::methods::bytes;
use crate::code::{BinaryOp, CompareOp};
use crate::value::native::NativeObject;
use crate::value::ops::convert::to_i64;
use crate::value::ops::types::type_name;
use crate::value::ops::{item, iterate, slicing};
use crate::value::text::repr_bytes;
use crate::value::{Args, Bytes, Heap, Native, NativeFunction, Outcome, Ref, Value};
use std::rc::Rc;

/// A `bytearray`.
pub struct ByteArray {
    pub data: Vec<u8>,
}

impl NativeObject for ByteArray {
    fn type_name(&self) -> &'static str {
        "bytearray"
    }
    fn repr(&self, _heap: &Heap) -> Option<Outcome<String>> {
        Some(Ok(format!("bytearray({})", repr_bytes(&self.data))))
    }
    fn is_hashable(&self) -> bool {
        false
    }
    fn truth(&self) -> bool {
        !self.data.is_empty()
    }
    fn compare(&self, _heap: &Heap, op: CompareOp, other: &Value) -> Option<Outcome> {
        let order = match other {
            Value::Bytes(bytes) => self.data.as_slice().cmp(bytes.as_slice()),
            Value::Native(native) => native.with(|array: &ByteArray| self.data.cmp(&array.data))?,
            _ => return None,
        };
        Some(Ok(Value::bool(match op {
            CompareOp::Eq => order.is_eq(),
            CompareOp::Ne => order.is_ne(),
            CompareOp::Lt => order.is_lt(),
            CompareOp::Le => order.is_le(),
            CompareOp::Gt => order.is_gt(),
            CompareOp::Ge => order.is_ge(),
            _ => return None,
        })))
    }
    fn binary(&self, heap: &Heap, op: BinaryOp, other: &Value, reflected: bool) -> Option<Outcome> {
        match (op, other) {
            (BinaryOp::Add, _) => {
                // The left operand's type is the result's.
                let more = argument::bytes(other)?;
                let (own, more) = (self.data.as_slice(), more.as_slice());
                Some(Ok(if reflected {
                    Value::Bytes(Rc::new(Bytes::new([more, own].concat())))
                } else {
                    array(heap, [own, more].concat())
                }))
            }
            (BinaryOp::Mul, Value::Int(times)) => Some(
                crate::value::ops::convert::to_count(heap, &Value::Int(*times), self.data.len())
                    .map(|n| array(heap, self.data.repeat(n))),
            ),
            _ => None,
        }
    }
}

/// A new `bytearray`.
pub fn array(heap: &Heap, data: Vec<u8>) -> Value {
    Value::Native(Native::new(heap, ByteArray { data }))
}

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, source=b'', encoding=..., errors=...)",
        "Bytes that can be changed, from a size, an iterable of ints, bytes or a text.",
        &[("bytearray(b'ab')", "bytearray(b'ab')"), ("bytearray(2)", "bytearray(b'\\x00\\x00')")],
        run_new,
    ),
    NativeFunction::new(
        "append",
        "(self, item, /)",
        "Adds an octet at the end.",
        &[("(a := bytearray(b'a'), a.append(98), a)[-1]", "bytearray(b'ab')")],
        run_append,
    ),
    NativeFunction::new("extend", "(self, iterable_of_ints, /)", "Adds octets at the end.", &[], run_extend),
    NativeFunction::new("insert", "(self, index, item, /)", "Inserts an octet.", &[], run_insert),
    NativeFunction::new("pop", "(self, index=-1, /)", "Removes an octet and gives it.", &[], run_pop),
    NativeFunction::new(
        "remove",
        "(self, value, /)",
        "Removes the first octet with this value.",
        &[],
        run_remove,
    ),
    NativeFunction::new("clear", "(self, /)", "Removes all octets.", &[], run_clear),
    NativeFunction::new("copy", "(self, /)", "A copy.", &[], run_copy),
    NativeFunction::new("reverse", "(self, /)", "Turns the order round.", &[], run_reverse),
    NativeFunction::new(
        "decode",
        "(self, encoding='utf-8', errors='strict')",
        "The text that the octets encode.",
        &[("bytearray(b'ab').decode()", "'ab'")],
        bytes::run_decode,
    ),
    NativeFunction::new(
        "hex",
        "(self, sep=..., bytes_per_sep=1)",
        "The octets in hexadecimal notation.",
        &[("bytearray(b'ab').hex()", "'6162'")],
        bytes::run_hex,
    ),
    NativeFunction::new(
        "find",
        "(self, sub, start=..., end=..., /)",
        "Where some octets stand first, or -1.",
        &[("bytearray(b'abc').find(b'c')", "2")],
        bytes::run_find,
    ),
    NativeFunction::new(
        "index",
        "(self, sub, start=..., end=..., /)",
        "Where some octets stand first; ValueError if nowhere.",
        &[],
        bytes::run_index,
    ),
    NativeFunction::new(
        "count",
        "(self, sub, start=..., end=..., /)",
        "How often some octets stand there.",
        &[],
        bytes::run_count,
    ),
    NativeFunction::new(
        "startswith",
        "(self, prefix, start=..., end=..., /)",
        "Whether it begins with some octets.",
        &[("bytearray(b'abc').startswith(b'a')", "True")],
        bytes::run_startswith,
    ),
    NativeFunction::new(
        "endswith",
        "(self, suffix, start=..., end=..., /)",
        "Whether it ends with some octets.",
        &[],
        bytes::run_endswith,
    ),
    NativeFunction::new(
        "__len__",
        "(self, /)",
        "How many octets there are.",
        &[("len(bytearray(3))", "3")],
        run_len,
    ),
    NativeFunction::new(
        "__iter__",
        "(self, /)",
        "An iterator over the octets.",
        &[("list(bytearray(b'ab'))", "[97, 98]")],
        run_iter,
    ),
    NativeFunction::new(
        "__contains__",
        "(self, key, /)",
        "Whether an octet or a run of octets is in it.",
        &[("98 in bytearray(b'ab')", "True")],
        run_contains,
    ),
    NativeFunction::new(
        "__getitem__",
        "(self, key, /)",
        "An octet, or a slice.",
        &[("bytearray(b'abc')[1:]", "bytearray(b'bc')")],
        run_getitem,
    ),
    NativeFunction::new(
        "__setitem__",
        "(self, key, value, /)",
        "Replaces an octet or a slice.",
        &[],
        run_setitem,
    ),
    NativeFunction::new("__delitem__", "(self, key, /)", "Removes an octet or a slice.", &[], run_delitem),
];

fn own(heap: &Heap, args: &mut Args<'_>) -> Outcome<Ref<Native>> {
    match args.take(0) {
        Value::Native(native) if native.is::<ByteArray>() => Ok(native),
        other => Err(heap.type_error(format!("a bytearray is required, not '{}'", type_name(&other)))),
    }
}

fn edit<R>(array: &Ref<Native>, change: impl FnOnce(&mut Vec<u8>) -> R) -> Option<R> {
    array.edit(|array: &mut ByteArray| change(&mut array.data))
}

fn octet(heap: &Heap, value: &Value) -> Outcome<u8> {
    u8::try_from(to_i64(heap, value)?).map_err(|_| heap.value_error("byte must be in range(0, 256)"))
}

fn snapshot(array: &Ref<Native>) -> Value {
    let data = array.with(|array: &ByteArray| array.data.clone()).unwrap_or_default();
    Value::Bytes(Rc::new(Bytes::new(data)))
}

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let data = bytes::from_arguments(heap, "bytearray", args.get(1), args.get(2), args.get(3))?;
    Ok(array(heap, data))
}

fn run_append(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let (array, item) = (own(heap, &mut args)?, octet(heap, args.get(1))?);
    edit(&array, |data| data.push(item));
    Ok(Value::None)
}

fn octets(heap: &Heap, value: &Value) -> Outcome<Vec<u8>> {
    if let Some(bytes) = argument::bytes(value) {
        return Ok(bytes.as_slice().to_vec());
    }
    iterate::collect(heap, value)?.iter().map(|item| octet(heap, item)).collect()
}

fn run_extend(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let array = own(heap, &mut args)?;
    let more = octets(heap, args.get(1))?;
    edit(&array, |data| data.extend(more));
    Ok(Value::None)
}

fn run_insert(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let array = own(heap, &mut args)?;
    let (index, item) = (to_i64(heap, args.get(1))?, octet(heap, args.get(2))?);
    edit(&array, |data| {
        let length = data.len() as i64;
        let at = if index < 0 { (index + length).max(0) } else { index.min(length) };
        data.insert(at as usize, item);
    });
    Ok(Value::None)
}

fn run_pop(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let array = own(heap, &mut args)?;
    let index = int_or(heap, args.get(1), -1)?;
    let popped =
        edit(&array, |data| (data.is_empty(), item::position(index, data.len()).map(|at| data.remove(at))));
    match popped {
        Some((_, Some(byte))) => Ok(Value::Int(i64::from(byte))),
        Some((true, None)) => Err(heap.index_error("pop from empty bytearray")),
        _ => Err(heap.index_error("pop index out of range")),
    }
}

fn run_remove(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let (array, item) = (own(heap, &mut args)?, octet(heap, args.get(1))?);
    let removed = edit(&array, |data| data.iter().position(|b| *b == item).map(|at| data.remove(at)));
    match removed.flatten() {
        Some(_) => Ok(Value::None),
        None => Err(heap.value_error("value not found in bytearray")),
    }
}

fn run_clear(heap: &Heap, mut args: Args<'_>) -> Outcome {
    edit(&own(heap, &mut args)?, Vec::clear);
    Ok(Value::None)
}

fn run_copy(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let data = own(heap, &mut args)?.with(|array: &ByteArray| array.data.clone()).unwrap_or_default();
    Ok(array(heap, data))
}

fn run_reverse(heap: &Heap, mut args: Args<'_>) -> Outcome {
    edit(&own(heap, &mut args)?, |data| data.reverse());
    Ok(Value::None)
}

fn run_len(heap: &Heap, mut args: Args<'_>) -> Outcome {
    item::len(heap, &snapshot(&own(heap, &mut args)?)).map(|n| Value::Int(n as i64))
}

fn run_iter(heap: &Heap, mut args: Args<'_>) -> Outcome {
    iterate::iter(heap, &snapshot(&own(heap, &mut args)?))
}

fn run_contains(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let own = snapshot(&own(heap, &mut args)?);
    let wanted = match argument::bytes(args.get(1)) {
        Some(bytes) => Value::Bytes(bytes),
        None => args.take(1),
    };
    Ok(Value::bool(crate::value::ops::compare::contains(heap, &own, &wanted)?))
}

fn run_getitem(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let own = snapshot(&own(heap, &mut args)?);
    match item::get_item(heap, &own, args.get(1)) {
        Ok(Value::Bytes(part)) => Ok(array(heap, part.as_slice().to_vec())),
        Err(raised) => Err(argument::reworded(
            heap,
            raised,
            crate::value::ErrorKind::IndexError,
            "bytearray index out of range",
        )),
        other => other,
    }
}

fn run_setitem(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let array = own(heap, &mut args)?;
    if let Value::Slice(slice) = args.get(1) {
        let more = octets(heap, args.get(2))?;
        let length = array.with(|array: &ByteArray| array.data.len()).unwrap_or(0);
        let at = slicing::indices(heap, slice, length)?;
        if at.step != 1 {
            if more.len() != at.count {
                return Err(heap.value_error(format!(
                    "attempt to assign bytes of size {} to extended slice of size {}",
                    more.len(),
                    at.count
                )));
            }
            edit(&array, |data| at.iter().zip(more).for_each(|(index, byte)| data[index] = byte));
            return Ok(Value::None);
        }
        edit(&array, |data| drop(data.splice(at.start as usize..at.start as usize + at.count, more)));
        return Ok(Value::None);
    }
    let (index, byte) = (to_i64(heap, args.get(1))?, octet(heap, args.get(2))?);
    let done = edit(&array, |data| item::position(index, data.len()).map(|at| data[at] = byte));
    match done.flatten() {
        Some(()) => Ok(Value::None),
        None => Err(heap.index_error("bytearray index out of range")),
    }
}

fn run_delitem(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let array = own(heap, &mut args)?;
    let length = array.with(|array: &ByteArray| array.data.len()).unwrap_or(0);
    let doomed: Vec<usize> = match args.get(1) {
        Value::Slice(slice) => slicing::indices(heap, slice, length)?.iter().collect(),
        index => match item::position(to_i64(heap, index)?, length) {
            Some(at) => vec![at],
            None => return Err(heap.index_error("bytearray index out of range")),
        },
    };
    edit(&array, |data| {
        let mut at = 0;
        data.retain(|_| {
            at += 1;
            !doomed.contains(&(at - 1))
        });
    });
    Ok(Value::None)
}
