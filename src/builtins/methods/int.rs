//! `int`: construction from numbers and text, and its methods.
//!
//! Small ints are immediates, others are big; both give the same results, and what fits is small
//! again. Owns which objects count as an int (`__int__`, `__index__`, `__trunc__`). Digits are read
//! in `value::text`; the arithmetic of big ones is in `value::number`.

use std::rc::Rc;

use crate::builtins::argument::{self, truth_or};
use crate::builtins::{operators, receiver};
use crate::value::number::{self, ByteOrder, Integer, IntegerRef};
use crate::value::ops::attribute::call_method;
use crate::value::ops::compare::integer;
use crate::value::ops::convert::{payload, to_i64, to_index};
use crate::value::ops::types::type_name;
use crate::value::{Args, BuiltinType, Bytes, Heap, NativeFunction, Outcome, Value, names, text};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, x=0, /, base=10)",
        "An integer from a number, or from text in some base (0: as the text's prefix says).",
        &[("int('42')", "42"), ("int(3.9)", "3"), ("int('ff', 16)", "255"), ("int('0b101', 0)", "5")],
        run_new,
    ),
    NativeFunction::new(
        "bit_length",
        "(self, /)",
        "How many bits the number's size takes.",
        &[("(37).bit_length()", "6")],
        run_bit_length,
    ),
    NativeFunction::new(
        "bit_count",
        "(self, /)",
        "How many bits of the number's size are set.",
        &[("(13).bit_count()", "3")],
        run_bit_count,
    ),
    NativeFunction::new(
        "to_bytes",
        "(self, length=1, byteorder='big', *, signed=False)",
        "The number in so many octets.",
        &[("(1024).to_bytes(2, 'big')", "b'\\x04\\x00'")],
        run_to_bytes,
    ),
    NativeFunction::new(
        "from_bytes",
        "(cls, bytes, byteorder='big', *, signed=False)",
        "The number that octets stand for.",
        &[("int.from_bytes(b'\\x04\\x00', 'big')", "1024")],
        run_from_bytes,
    ),
    NativeFunction::new(
        "as_integer_ratio",
        "(self, /)",
        "The number as a fraction.",
        &[("(10).as_integer_ratio()", "(10, 1)")],
        run_ratio,
    ),
    NativeFunction::new(
        "is_integer",
        "(self, /)",
        "Always true.",
        &[("(10).is_integer()", "True")],
        run_is_integer,
    ),
    NativeFunction::new(
        "conjugate",
        "(self, /)",
        "The number itself.",
        &[("(5).conjugate()", "5")],
        run_itself,
    ),
    NativeFunction::new(
        "__floor__",
        "(self, /)",
        "The number itself.",
        &[("(5).__floor__()", "5")],
        run_itself,
    ),
    NativeFunction::new(
        "__ceil__",
        "(self, /)",
        "The number itself.",
        &[("(5).__ceil__()", "5")],
        run_itself,
    ),
    operators::round(&[("(15).__round__(-1)", "20")]),
    operators::trunc(&[("(5).__trunc__()", "5")]),
    operators::int(&[("True.__int__()", "1")]),
    operators::index(&[("(5).__index__()", "5")]),
    operators::float(&[("(5).__float__()", "5.0")]),
    operators::bool(&[("(5).__bool__()", "True")]),
    operators::neg(&[("(5).__neg__()", "-5")]),
    operators::pos(&[("(5).__pos__()", "5")]),
    operators::abs(&[("(-5).__abs__()", "5")]),
    operators::invert(&[("(5).__invert__()", "-6")]),
    operators::add(&[("(1).__add__(2)", "3"), ("(1).__add__('a')", "NotImplemented")]),
    operators::radd(&[("(1).__radd__(2)", "3")]),
    operators::sub(&[("(1).__sub__(2)", "-1")]),
    operators::rsub(&[("(1).__rsub__(2)", "1")]),
    operators::mul(&[("(3).__mul__(2)", "6")]),
    operators::rmul(&[("(3).__rmul__(2)", "6")]),
    operators::truediv(&[("(3).__truediv__(2)", "1.5")]),
    operators::rtruediv(&[("(2).__rtruediv__(3)", "1.5")]),
    operators::floordiv(&[("(7).__floordiv__(2)", "3")]),
    operators::rfloordiv(&[("(2).__rfloordiv__(7)", "3")]),
    operators::modulo(&[("(7).__mod__(4)", "3")]),
    operators::rmodulo(&[("(4).__rmod__(7)", "3")]),
    operators::divmod(&[("(7).__divmod__(2)", "(3, 1)")]),
    operators::pow(&[("(2).__pow__(3)", "8"), ("(2).__pow__(3, 5)", "3")]),
    operators::rpow(&[("(2).__rpow__(3)", "9")]),
    operators::and(&[("(6).__and__(3)", "2")]),
    operators::rand(&[("(6).__rand__(3)", "2")]),
    operators::or(&[("(6).__or__(3)", "7")]),
    operators::ror(&[("(6).__ror__(3)", "7")]),
    operators::xor(&[("(6).__xor__(3)", "5")]),
    operators::rxor(&[("(6).__rxor__(3)", "5")]),
    operators::lshift(&[("(1).__lshift__(3)", "8")]),
    operators::rlshift(&[("(3).__rlshift__(1)", "8")]),
    operators::rshift(&[("(8).__rshift__(3)", "1")]),
    operators::rrshift(&[("(3).__rrshift__(8)", "1")]),
    operators::lt(&[("(1).__lt__(2)", "True")]),
    operators::le(&[("(1).__le__(1)", "True")]),
    operators::gt(&[("(1).__gt__(2)", "False")]),
    operators::ge(&[("(1).__ge__(2.5)", "NotImplemented")]),
];

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let made = match (args.get(1), args.is_given(2)) {
        (Value::Int(n), false) => Value::Int(*n),
        (Value::Unbound, false) => Value::Int(0),
        (value, false) => from_number(heap, value)?,
        (Value::Unbound, true) => return Err(heap.type_error("int() missing string argument")),
        (value, true) => in_base(heap, value, args.get(2))?,
    };
    match args.get(0) {
        Value::Class(class) => Ok(super::instance_of(heap, class, BuiltinType::Int, made)),
        _ => Ok(made),
    }
}

/// `int(value)`.
pub fn from_number(heap: &Heap, value: &Value) -> Outcome {
    match value {
        Value::Int(_) | Value::Big(_) => Ok(value.clone()),
        Value::True => Ok(Value::Int(1)),
        Value::False => Ok(Value::Int(0)),
        Value::Float(x) => {
            let x = x.get();
            if x.abs() < 9e18 {
                return Ok(Value::Int(x as i64));
            }
            number::float_to_int(x).map(Value::from).map_err(|fault| heap.fault(fault))
        }
        Value::Str(text) => from_text(heap, text.as_str()),
        Value::Bytes(bytes) => {
            text::parse_int_bytes(bytes.as_slice(), 10).map(Value::from).map_err(|fault| heap.fault(fault))
        }
        Value::Instance(_) | Value::Native(_) => from_object(heap, value),
        _ => Err(not_a_number(heap, value)),
    }
}

/// `int(text)`: plain digits without a detour.
fn from_text(heap: &Heap, source: &str) -> Outcome {
    let digits = source.as_bytes();
    let unsigned = digits.strip_prefix(b"-").unwrap_or(digits);
    if !unsigned.is_empty() && unsigned.len() <= 18 && unsigned.iter().all(u8::is_ascii_digit) {
        let size = unsigned.iter().fold(0i64, |n, d| n * 10 + i64::from(d - b'0'));
        return Ok(Value::Int(if unsigned.len() < digits.len() { -size } else { size }));
    }
    text::parse_int(source, 10).map(Value::from).map_err(|fault| heap.fault(fault))
}

#[cold]
fn not_a_number(heap: &Heap, value: &Value) -> crate::value::Raised {
    heap.type_error(format!(
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        type_name(value)
    ))
}

fn from_object(heap: &Heap, value: &Value) -> Outcome {
    for (name, shown) in [(names::INT, "__int__"), (names::INDEX, "__index__"), (names::TRUNC, "__trunc__")] {
        if let Some(result) = call_method(heap, value, name, &mut [])? {
            return match payload(&result).unwrap_or(result) {
                made @ (Value::Int(_) | Value::Big(_)) => Ok(made),
                Value::True => Ok(Value::Int(1)),
                Value::False => Ok(Value::Int(0)),
                other => {
                    Err(heap.type_error(format!("{shown} returned non-int (type {})", type_name(&other))))
                }
            };
        }
    }
    if let Some(bytes) = argument::bytes(value) {
        return text::parse_int_bytes(bytes.as_slice(), 10)
            .map(Value::from)
            .map_err(|fault| heap.fault(fault));
    }
    match payload(value) {
        Some(inner) => from_number(heap, &inner),
        None => Err(not_a_number(heap, value)),
    }
}

fn in_base(heap: &Heap, value: &Value, base: &Value) -> Outcome {
    let base = match to_index(heap, base)? {
        Value::Int(base) => base,
        _ => return Err(heap.value_error("int() base must be >= 2 and <= 36, or 0")),
    };
    let parsed = match (argument::text(value), argument::bytes(value)) {
        (Some(source), _) => text::parse_int(source.as_str(), base),
        (None, Some(bytes)) => text::parse_int_bytes(bytes.as_slice(), base),
        (None, None) => return Err(heap.type_error("int() can't convert non-string with explicit base")),
    };
    parsed.map(Value::from).map_err(|fault| heap.fault(fault))
}

fn own(heap: &Heap, args: &mut Args<'_>, method: &str) -> Outcome<Integer> {
    let value = receiver::int(heap, args, method)?;
    Ok(integer(&value).map_or(Integer::ZERO, IntegerRef::to_owned))
}

fn run_bit_length(heap: &Heap, mut args: Args<'_>) -> Outcome {
    Ok(Value::Int(number::bit_length(own(heap, &mut args, "bit_length")?.as_ref()) as i64))
}

fn run_bit_count(heap: &Heap, mut args: Args<'_>) -> Outcome {
    Ok(Value::Int(number::bit_count(own(heap, &mut args, "bit_count")?.as_ref()) as i64))
}

fn byte_order(heap: &Heap, value: &Value, of: &str) -> Outcome<ByteOrder> {
    if value.is_unbound() {
        return Ok(ByteOrder::Big);
    }
    let name = argument::text_of(heap, value, &format!("{of}() argument 'byteorder'"))?;
    ByteOrder::parse(name.as_str()).map_err(|fault| heap.fault(fault))
}

fn run_to_bytes(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let n = own(heap, &mut args, "to_bytes")?;
    let length = match args.get(1) {
        Value::Unbound => 1,
        value => to_i64(heap, value)?,
    };
    let order = byte_order(heap, args.get(2), "to_bytes")?;
    let octets = number::to_bytes(n.as_ref(), length, order, truth_or(heap, args.get(3), false)?)
        .map_err(|fault| heap.fault(fault))?;
    Ok(Value::Bytes(Rc::new(Bytes::new(octets))))
}

fn run_from_bytes(heap: &Heap, args: Args<'_>) -> Outcome {
    let order = byte_order(heap, args.get(2), "from_bytes")?;
    let octets = match argument::bytes(args.get(1)) {
        Some(bytes) => bytes.as_slice().to_vec(),
        None => super::bytes::from_iterable(heap, args.get(1))?,
    };
    let made = Value::from(number::from_bytes(&octets, order, truth_or(heap, args.get(3), false)?));
    match args.get(0) {
        Value::Class(class) if !class.same(heap.type_class(BuiltinType::Int)) => {
            heap.call(args.get(0), &mut [made])
        }
        _ => Ok(made),
    }
}

fn run_ratio(heap: &Heap, mut args: Args<'_>) -> Outcome {
    Ok(Value::tuple(heap, [receiver::int(heap, &mut args, "as_integer_ratio")?, Value::Int(1)]))
}

fn run_is_integer(heap: &Heap, mut args: Args<'_>) -> Outcome {
    receiver::int(heap, &mut args, "is_integer")?;
    Ok(Value::True)
}

fn run_itself(heap: &Heap, mut args: Args<'_>) -> Outcome {
    receiver::int(heap, &mut args, "conjugate")
}
