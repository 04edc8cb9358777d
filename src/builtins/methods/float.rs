//! `float`: construction from numbers and text, and its methods.
//!
//! Owns which objects count as a number (`__float__`, then `__index__`). Digits are read and
//! written in `value::text`, ratios and the like are in `value::number`, operators in `value::ops`.

use crate::builtins::argument::{self, count, no_keywords};
use crate::builtins::{operators, receiver};
use crate::value::number;
use crate::value::ops::attribute::call_method;
use crate::value::ops::convert::{payload, to_f64, to_index};
use crate::value::ops::types::type_name;
use crate::value::{Args, BuiltinType, Heap, NativeFunction, Outcome, Value, names, text};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "A floating-point number from a number or from text.",
        &[("float('1.5')", "1.5"), ("float(3)", "3.0"), ("float('inf')", "inf")],
        run_new,
    ),
    NativeFunction::new(
        "is_integer",
        "(self, /)",
        "Whether it has no fraction.",
        &[("(2.0).is_integer()", "True")],
        run_is_integer,
    ),
    NativeFunction::new(
        "as_integer_ratio",
        "(self, /)",
        "The exact number as a fraction.",
        &[("(0.75).as_integer_ratio()", "(3, 4)")],
        run_ratio,
    ),
    NativeFunction::new(
        "hex",
        "(self, /)",
        "The exact number in hexadecimal notation.",
        &[("(0.5).hex()", "'0x1.0000000000000p-1'")],
        run_hex,
    ),
    NativeFunction::new(
        "fromhex",
        "(cls, string, /)",
        "The number that hexadecimal notation stands for.",
        &[("float.fromhex('0x1p-1')", "0.5")],
        run_fromhex,
    ),
    NativeFunction::new(
        "conjugate",
        "(self, /)",
        "The number itself.",
        &[("(1.5).conjugate()", "1.5")],
        run_itself,
    ),
    NativeFunction::new(
        "__floor__",
        "(self, /)",
        "The largest integer that is not above it.",
        &[("(1.5).__floor__()", "1")],
        run_floor,
    ),
    NativeFunction::new(
        "__ceil__",
        "(self, /)",
        "The smallest integer that is not below it.",
        &[("(1.5).__ceil__()", "2")],
        run_ceil,
    ),
    operators::round(&[("(2.5).__round__()", "2")]),
    operators::trunc(&[("(-1.5).__trunc__()", "-1")]),
    operators::int(&[("(1.5).__int__()", "1")]),
    operators::float(&[("(1.5).__float__()", "1.5")]),
    operators::bool(&[("(0.0).__bool__()", "False")]),
    operators::neg(&[("(1.5).__neg__()", "-1.5")]),
    operators::pos(&[("(1.5).__pos__()", "1.5")]),
    operators::abs(&[("(-1.5).__abs__()", "1.5")]),
    operators::add(&[("(1.5).__add__(1)", "2.5"), ("(1.5).__add__('a')", "NotImplemented")]),
    operators::radd(&[("(1.5).__radd__(1)", "2.5")]),
    operators::sub(&[("(1.5).__sub__(1)", "0.5")]),
    operators::rsub(&[("(1.5).__rsub__(1)", "-0.5")]),
    operators::mul(&[("(1.5).__mul__(2)", "3.0")]),
    operators::rmul(&[("(1.5).__rmul__(2)", "3.0")]),
    operators::truediv(&[("(3.0).__truediv__(2)", "1.5")]),
    operators::rtruediv(&[("(2.0).__rtruediv__(3)", "1.5")]),
    operators::floordiv(&[("(7.5).__floordiv__(2)", "3.0")]),
    operators::rfloordiv(&[("(2.0).__rfloordiv__(7)", "3.0")]),
    operators::modulo(&[("(7.5).__mod__(2)", "1.5")]),
    operators::rmodulo(&[("(2.0).__rmod__(7)", "1.0")]),
    operators::divmod(&[("(7.5).__divmod__(2)", "(3.0, 1.5)")]),
    operators::pow(&[("(1.5).__pow__(2)", "2.25")]),
    operators::rpow(&[("(2.0).__rpow__(3)", "9.0")]),
    operators::lt(&[("(1.5).__lt__(2)", "True")]),
    operators::le(&[("(1.5).__le__(1.5)", "True")]),
    operators::gt(&[("(1.5).__gt__(2)", "False")]),
    operators::ge(&[("(1.5).__ge__('a')", "NotImplemented")]),
];

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    no_keywords(heap, &args.extra, "float")?;
    count(heap, "float", args.rest.len(), 0, 1)?;
    let made = match args.rest.first() {
        None => 0.0,
        Some(Value::Float(x)) => x.get(),
        Some(Value::Int(n)) => *n as f64,
        Some(value) => from_value(heap, value)?,
    };
    match args.get(0) {
        Value::Class(class) => Ok(super::instance_of(heap, class, BuiltinType::Float, Value::float(made))),
        _ => Ok(Value::float(made)),
    }
}

/// `float(value)`.
pub fn from_value(heap: &Heap, value: &Value) -> Outcome<f64> {
    match value {
        Value::Float(_) | Value::Int(_) | Value::Big(_) | Value::True | Value::False => to_f64(heap, value),
        Value::Str(source) => text::parse_float(source.as_str()).map_err(|fault| heap.fault(fault)),
        Value::Bytes(source) => text::parse_float_bytes(source.as_slice()).map_err(|fault| heap.fault(fault)),
        Value::Instance(_) | Value::Native(_) => from_object(heap, value),
        _ => Err(not_a_number(heap, value)),
    }
}

#[cold]
fn not_a_number(heap: &Heap, value: &Value) -> crate::value::Raised {
    heap.type_error(format!("float() argument must be a string or a real number, not '{}'", type_name(value)))
}

fn from_object(heap: &Heap, value: &Value) -> Outcome<f64> {
    if let Some(result) = call_method(heap, value, names::FLOAT, &mut [])? {
        return match payload(&result).unwrap_or(result) {
            Value::Float(x) => Ok(x.get()),
            other => Err(heap.type_error(format!(
                "{}.__float__ returned non-float (type {})",
                type_name(value),
                type_name(&other)
            ))),
        };
    }
    if crate::value::ops::types::class_of(heap, value).lookup(names::INDEX).is_some() {
        return to_f64(heap, &to_index(heap, value)?);
    }
    if let Some(bytes) = argument::bytes(value) {
        return text::parse_float_bytes(bytes.as_slice()).map_err(|fault| heap.fault(fault));
    }
    match payload(value) {
        Some(inner) => from_value(heap, &inner),
        None => Err(not_a_number(heap, value)),
    }
}

fn run_is_integer(heap: &Heap, mut args: Args<'_>) -> Outcome {
    Ok(Value::bool(number::is_integer(receiver::float(heap, &mut args, "is_integer")?)))
}

fn run_ratio(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let x = receiver::float(heap, &mut args, "as_integer_ratio")?;
    let (above, below) = number::as_integer_ratio(x).map_err(|fault| heap.fault(fault))?;
    Ok(Value::tuple(heap, [above.into(), below.into()]))
}

fn run_hex(heap: &Heap, mut args: Args<'_>) -> Outcome {
    Ok(number::float_to_hex(receiver::float(heap, &mut args, "hex")?).into())
}

fn run_fromhex(heap: &Heap, args: Args<'_>) -> Outcome {
    let source = argument::text(args.get(1))
        .ok_or_else(|| heap.type_error("bad argument type for built-in operation"))?;
    let made = Value::float(number::float_from_hex(source.as_str()).map_err(|fault| heap.fault(fault))?);
    match args.get(0) {
        Value::Class(class) if !class.same(heap.type_class(BuiltinType::Float)) => {
            heap.call(args.get(0), &mut [made])
        }
        _ => Ok(made),
    }
}

fn run_itself(heap: &Heap, mut args: Args<'_>) -> Outcome {
    Ok(Value::float(receiver::float(heap, &mut args, "conjugate")?))
}

fn run_floor(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let x = receiver::float(heap, &mut args, "__floor__")?.floor();
    number::float_to_int(x).map(Value::from).map_err(|fault| heap.fault(fault))
}

fn run_ceil(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let x = receiver::float(heap, &mut args, "__ceil__")?.ceil();
    number::float_to_int(x).map(Value::from).map_err(|fault| heap.fault(fault))
}
