//! Functions of numbers: `abs`, `divmod`, `pow`, `round`, and the notations `bin`, `oct`, `hex`.
//!
//! Owns which special method each one asks when the value is no builtin number. Operators are in
//! `value::ops::arithmetic`, digits and rounding in `value::number`.

use crate::code::BinaryOp;
use crate::value::number::{self, IntegerRef};
use crate::value::ops::arithmetic;
use crate::value::ops::attribute::call_method;
use crate::value::ops::compare::integer;
use crate::value::ops::convert::{payload, to_f64, to_index};
use crate::value::ops::types::type_name;
use crate::value::{Args, Heap, NativeFunction, Outcome, Value, names};

pub static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "abs",
        "(x, /)",
        "The absolute value of a number.",
        &[("abs(-3)", "3"), ("abs(-2.5)", "2.5")],
        run_abs,
    ),
    NativeFunction::new(
        "divmod",
        "(x, y, /)",
        "Quotient and remainder of a floor division.",
        &[("divmod(7, 3)", "(2, 1)"), ("divmod(-7, 3)", "(-3, 2)")],
        run_divmod,
    ),
    NativeFunction::new(
        "pow",
        "(base, exp, mod=None)",
        "A power, or the remainder of a power when `mod` is given.",
        &[("pow(2, 10)", "1024"), ("pow(3, 4, 5)", "1")],
        run_pow,
    ),
    NativeFunction::new(
        "round",
        "(number, ndigits=None)",
        "The nearest number with so many decimal places; halves go to the even neighbour.",
        &[("round(2.5)", "2"), ("round(3.14159, 2)", "3.14")],
        run_round,
    ),
    NativeFunction::new(
        "bin",
        "(number, /)",
        "An integer in binary notation.",
        &[("bin(10)", "'0b1010'")],
        run_bin,
    ),
    NativeFunction::new(
        "oct",
        "(number, /)",
        "An integer in octal notation.",
        &[("oct(8)", "'0o10'")],
        run_oct,
    ),
    NativeFunction::new(
        "hex",
        "(number, /)",
        "An integer in hexadecimal notation.",
        &[("hex(255)", "'0xff'"), ("hex(-1)", "'-0x1'")],
        run_hex,
    ),
    NativeFunction::new(
        "complex",
        "(real=0, imag=0)",
        "Complex numbers are not part of the language: raises a TypeError that says so.",
        &[],
        run_complex,
    ),
];

/// `abs(value)`.
pub fn absolute(heap: &Heap, value: &Value) -> Outcome {
    match value {
        Value::Int(n) if *n != i64::MIN => Ok(Value::Int(n.abs())),
        Value::Float(x) => Ok(Value::float(x.get().abs())),
        _ => {
            if let Some(n) = integer(value) {
                return Ok(n.abs().into());
            }
            if let Value::Instance(_) | Value::Native(_) = value {
                if let Some(result) = call_method(heap, value, names::ABS, &mut [])? {
                    return Ok(result);
                }
                if let Some(inner) = payload(value) {
                    return absolute(heap, &inner);
                }
            }
            Err(heap.type_error(format!("bad operand type for abs(): '{}'", type_name(value))))
        }
    }
}

fn run_abs(heap: &Heap, args: Args<'_>) -> Outcome {
    absolute(heap, args.get(0))
}

/// `divmod(a, b)`.
pub fn divided(heap: &Heap, a: &Value, b: &Value) -> Outcome {
    if let (Some(x), Some(y)) = (integer(a), integer(b)) {
        let (quotient, rest) = number::divmod(x, y).map_err(|fault| heap.fault(fault))?;
        return Ok(Value::tuple(heap, [quotient.into(), rest.into()]));
    }
    let is_number = |v: &Value| integer(v).is_some() || matches!(v, Value::Float(_));
    if is_number(a) && is_number(b) {
        let (quotient, rest) =
            number::float_divmod(to_f64(heap, a)?, to_f64(heap, b)?).map_err(|fault| heap.fault(fault))?;
        return Ok(Value::tuple(heap, [Value::float(quotient), Value::float(rest)]));
    }
    for (receiver, name, other) in [(a, names::DIVMOD, b), (b, names::RDIVMOD, a)] {
        if let Value::Instance(_) | Value::Native(_) = receiver {
            match call_method(heap, receiver, name, &mut [other.clone()])? {
                None | Some(Value::NotImplemented) => {}
                Some(result) => return Ok(result),
            }
        }
    }
    if payload(a).is_some() || payload(b).is_some() {
        let inner = |v: &Value| payload(v).unwrap_or_else(|| v.clone());
        return divided(heap, &inner(a), &inner(b));
    }
    Err(heap.type_error(format!(
        "unsupported operand type(s) for divmod(): '{}' and '{}'",
        type_name(a),
        type_name(b)
    )))
}

fn run_divmod(heap: &Heap, args: Args<'_>) -> Outcome {
    divided(heap, args.get(0), args.get(1))
}

/// `pow(base, exponent, modulus)`; an unbound or None modulus is none.
pub fn raised(heap: &Heap, base: &Value, exponent: &Value, modulus: &Value) -> Outcome {
    if let Value::Unbound | Value::None = modulus {
        return arithmetic::binary(heap, BinaryOp::Pow, base, exponent);
    }
    if let (Some(b), Some(e), Some(m)) = (integer(base), integer(exponent), integer(modulus)) {
        return number::int_pow_mod(b, e, m).map(Value::from).map_err(|fault| heap.fault(fault));
    }
    if let Value::Instance(_) = base
        && let Some(result) = call_method(heap, base, names::POW, &mut [exponent.clone(), modulus.clone()])?
        && !matches!(result, Value::NotImplemented)
    {
        return Ok(result);
    }
    let is_number = |v: &Value| integer(v).is_some() || matches!(v, Value::Float(_));
    if is_number(base) && is_number(exponent) && is_number(modulus) {
        return Err(heap.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    Err(heap.type_error(format!(
        "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
        type_name(base),
        type_name(exponent),
        type_name(modulus)
    )))
}

fn run_pow(heap: &Heap, args: Args<'_>) -> Outcome {
    raised(heap, args.get(0), args.get(1), args.get(2))
}

/// `round(value, places)`.
pub fn rounded(heap: &Heap, value: &Value, places: &Value) -> Outcome {
    let to_integer = matches!(places, Value::Unbound | Value::None);
    if let Value::Float(x) = value {
        if to_integer {
            return number::round_float_to_int(x.get()).map(Value::from).map_err(|fault| heap.fault(fault));
        }
        let places = to_index(heap, places)?;
        let places = integer(&places).unwrap_or(IntegerRef::Small(0));
        return number::round_float(x.get(), places).map(Value::float).map_err(|fault| heap.fault(fault));
    }
    if let Some(n) = integer(value) {
        if to_integer {
            return Ok(n.to_owned().into());
        }
        let places = to_index(heap, places)?;
        return Ok(number::round_int(n, integer(&places).unwrap_or(IntegerRef::Small(0))).into());
    }
    if let Value::Instance(_) | Value::Native(_) = value {
        let mut given = [places.clone()];
        let given = if places.is_unbound() { &mut given[..0] } else { &mut given[..] };
        if let Some(result) = call_method(heap, value, names::ROUND, given)? {
            return Ok(result);
        }
        if let Some(inner) = payload(value) {
            return rounded(heap, &inner, places);
        }
    }
    Err(heap.type_error(format!("type {} doesn't define __round__ method", type_name(value))))
}

fn run_round(heap: &Heap, args: Args<'_>) -> Outcome {
    rounded(heap, args.get(0), args.get(1))
}

fn notation(heap: &Heap, value: &Value, base: u32, prefix: &str) -> Outcome {
    let n = to_index(heap, value)?;
    let digits = number::radix(integer(&n).unwrap_or(IntegerRef::Small(0)), base);
    Ok(match digits.strip_prefix('-') {
        Some(size) => format!("-{prefix}{size}"),
        None => format!("{prefix}{digits}"),
    }
    .into())
}

fn run_bin(heap: &Heap, args: Args<'_>) -> Outcome {
    notation(heap, args.get(0), 2, "0b")
}

fn run_oct(heap: &Heap, args: Args<'_>) -> Outcome {
    notation(heap, args.get(0), 8, "0o")
}

fn run_hex(heap: &Heap, args: Args<'_>) -> Outcome {
    notation(heap, args.get(0), 16, "0x")
}

fn run_complex(heap: &Heap, _args: Args<'_>) -> Outcome {
    Err(heap.type_error("complex numbers are not supported"))
}
