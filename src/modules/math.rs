//! `math`: functions on floats and ints, with Python's errors.
//!
//! A result that is infinite for a finite argument is a range error, an argument outside of a
//! function's domain a ValueError. Functions of whole numbers are exact at any size; their
//! algorithms are in `value::number`.

use crate::builtins::ModuleEntry;
use crate::value::number::{self, Fault, IntegerRef};
use crate::value::ops::compare::integer;
use crate::value::ops::convert::{to_f64, to_index};
use crate::value::{Args, Dict, Heap, NativeFunction, Outcome, Ref, Value, ops};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "math",
    doc: "Mathematical functions.",
    functions: FUNCTIONS,
    values,
    native_types: &[],
};

fn values(_heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    for (name, x) in [
        ("pi", std::f64::consts::PI),
        ("e", std::f64::consts::E),
        ("tau", std::f64::consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        module.set_str(name, Value::float(x));
    }
    Ok(())
}

macro_rules! unary {
    ($name:literal, $doc:literal, $example:expr, $f:expr) => {
        NativeFunction::new($name, "(x, /)", $doc, $example, |heap, args| apply(heap, args, $f))
    };
}

static FUNCTIONS: &[NativeFunction] = &[
    unary!("sqrt", "The square root.", &[("math.sqrt(4)", "2.0")], |x| if x < 0.0 {
        None
    } else {
        Some(x.sqrt())
    }),
    unary!("cbrt", "The cube root.", &[("math.cbrt(8)", "2.0")], |x| Some(x.cbrt())),
    unary!("exp", "e to a power.", &[("math.exp(0)", "1.0")], |x| Some(x.exp())),
    unary!("expm1", "e to a power, less 1.", &[("math.expm1(0)", "0.0")], |x| Some(x.exp_m1())),
    unary!("log2", "The logarithm to base 2.", &[("math.log2(8)", "3.0")], |x| if x <= 0.0 {
        None
    } else {
        Some(x.log2())
    }),
    unary!("log10", "The logarithm to base 10.", &[("math.log10(100)", "2.0")], |x| if x <= 0.0 {
        None
    } else {
        Some(x.log10())
    }),
    unary!("log1p", "The natural logarithm of 1 + x.", &[("math.log1p(0)", "0.0")], |x| if x <= -1.0 {
        None
    } else {
        Some(x.ln_1p())
    }),
    unary!("sin", "The sine.", &[("math.sin(0)", "0.0")], |x| if x.is_infinite() {
        None
    } else {
        Some(x.sin())
    }),
    unary!("cos", "The cosine.", &[("math.cos(0)", "1.0")], |x| if x.is_infinite() {
        None
    } else {
        Some(x.cos())
    }),
    unary!("tan", "The tangent.", &[("math.tan(0)", "0.0")], |x| if x.is_infinite() {
        None
    } else {
        Some(x.tan())
    }),
    unary!("asin", "The arc sine.", &[("math.asin(0)", "0.0")], |x| if x.abs() > 1.0 {
        None
    } else {
        Some(x.asin())
    }),
    unary!("acos", "The arc cosine.", &[("math.acos(1)", "0.0")], |x| if x.abs() > 1.0 {
        None
    } else {
        Some(x.acos())
    }),
    unary!("atan", "The arc tangent.", &[("math.atan(0)", "0.0")], |x| Some(x.atan())),
    unary!("sinh", "The hyperbolic sine.", &[("math.sinh(0)", "0.0")], |x| Some(x.sinh())),
    unary!("cosh", "The hyperbolic cosine.", &[("math.cosh(0)", "1.0")], |x| Some(x.cosh())),
    unary!("tanh", "The hyperbolic tangent.", &[("math.tanh(0)", "0.0")], |x| Some(x.tanh())),
    unary!("degrees", "Radians to degrees.", &[("math.degrees(0)", "0.0")], |x| Some(
        x * (180.0 / std::f64::consts::PI)
    )),
    unary!("radians", "Degrees to radians.", &[("math.radians(0)", "0.0")], |x| Some(
        x * (std::f64::consts::PI / 180.0)
    )),
    unary!("fabs", "The size as a float.", &[("math.fabs(-2)", "2.0")], |x| Some(x.abs())),
    NativeFunction::new(
        "floor",
        "(x, /)",
        "The largest integer not above x.",
        &[("math.floor(1.5)", "1")],
        |h, a| whole(h, a, f64::floor, "__floor__"),
    ),
    NativeFunction::new(
        "ceil",
        "(x, /)",
        "The smallest integer not below x.",
        &[("math.ceil(1.5)", "2")],
        |h, a| whole(h, a, f64::ceil, "__ceil__"),
    ),
    NativeFunction::new("trunc", "(x, /)", "The integer part.", &[("math.trunc(-1.5)", "-1")], |h, a| {
        whole(h, a, f64::trunc, "__trunc__")
    }),
    NativeFunction::new(
        "log",
        "(x, base=None, /)",
        "The logarithm, natural or to a base.",
        &[("math.log(1)", "0.0")],
        run_log,
    ),
    NativeFunction::new(
        "pow",
        "(x, y, /)",
        "x to the power of y, as floats.",
        &[("math.pow(2, 3)", "8.0")],
        run_pow,
    ),
    NativeFunction::new(
        "atan2",
        "(y, x, /)",
        "The angle of a point.",
        &[("math.atan2(0, 1)", "0.0")],
        |h, a| binary(h, a, f64::atan2),
    ),
    NativeFunction::new(
        "fmod",
        "(x, y, /)",
        "The remainder with the sign of x.",
        &[("math.fmod(5, 3)", "2.0")],
        run_fmod,
    ),
    NativeFunction::new(
        "copysign",
        "(x, y, /)",
        "The size of x with the sign of y.",
        &[("math.copysign(1, -2)", "-1.0")],
        |h, a| binary(h, a, f64::copysign),
    ),
    NativeFunction::new(
        "hypot",
        "(*coordinates)",
        "The distance from the origin.",
        &[("math.hypot(3, 4)", "5.0")],
        run_hypot,
    ),
    NativeFunction::new(
        "dist",
        "(p, q, /)",
        "The distance of two points.",
        &[("math.dist([0, 0], [3, 4])", "5.0")],
        run_dist,
    ),
    NativeFunction::new(
        "isnan",
        "(x, /)",
        "Whether x is not a number.",
        &[("math.isnan(1)", "False")],
        |h, a| test(h, a, f64::is_nan),
    ),
    NativeFunction::new(
        "isinf",
        "(x, /)",
        "Whether x is infinite.",
        &[("math.isinf(1)", "False")],
        |h, a| test(h, a, f64::is_infinite),
    ),
    NativeFunction::new(
        "isfinite",
        "(x, /)",
        "Whether x is a finite number.",
        &[("math.isfinite(1)", "True")],
        |h, a| test(h, a, f64::is_finite),
    ),
    NativeFunction::new(
        "isclose",
        "(a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        "Whether two numbers are nearly equal.",
        &[("math.isclose(1, 1 + 1e-12)", "True")],
        run_isclose,
    ),
    NativeFunction::new(
        "gcd",
        "(*integers)",
        "The greatest common divisor.",
        &[("math.gcd(12, 18)", "6")],
        run_gcd,
    ),
    NativeFunction::new(
        "lcm",
        "(*integers)",
        "The least common multiple.",
        &[("math.lcm(4, 6)", "12")],
        run_lcm,
    ),
    NativeFunction::new(
        "factorial",
        "(n, /)",
        "The product of 1 to n.",
        &[("math.factorial(5)", "120")],
        |h, a| of_int(h, a, number::factorial),
    ),
    NativeFunction::new("isqrt", "(n, /)", "The integer square root.", &[("math.isqrt(10)", "3")], |h, a| {
        of_int(h, a, number::isqrt)
    }),
    NativeFunction::new(
        "fsum",
        "(seq, /)",
        "The exact sum of floats.",
        &[("math.fsum([0.1] * 10)", "1.0")],
        run_fsum,
    ),
    NativeFunction::new(
        "prod",
        "(iterable, /, *, start=1)",
        "The product.",
        &[("math.prod([2, 3])", "6")],
        run_prod,
    ),
    NativeFunction::new(
        "modf",
        "(x, /)",
        "Fraction and integer part.",
        &[("math.modf(1.5)", "(0.5, 1.0)")],
        run_modf,
    ),
];

fn domain(heap: &Heap) -> crate::value::Raised {
    heap.value_error("math domain error")
}

fn finite(heap: &Heap, x: f64, result: f64) -> Outcome {
    if result.is_infinite() && x.is_finite() {
        return Err(heap.overflow_error("math range error"));
    }
    Ok(Value::float(result))
}

fn apply(heap: &Heap, args: Args<'_>, f: fn(f64) -> Option<f64>) -> Outcome {
    let x = to_f64(heap, args.get(0))?;
    match f(x) {
        Some(result) => finite(heap, x, result),
        None => Err(domain(heap)),
    }
}

fn binary(heap: &Heap, args: Args<'_>, f: fn(f64, f64) -> f64) -> Outcome {
    Ok(Value::float(f(to_f64(heap, args.get(0))?, to_f64(heap, args.get(1))?)))
}

fn test(heap: &Heap, args: Args<'_>, f: fn(f64) -> bool) -> Outcome {
    Ok(Value::bool(f(to_f64(heap, args.get(0))?)))
}

fn whole(heap: &Heap, args: Args<'_>, f: fn(f64) -> f64, method: &str) -> Outcome {
    match args.get(0) {
        Value::Int(_) | Value::Big(_) | Value::True | Value::False => to_index(heap, args.get(0)),
        Value::Float(x) => {
            number::float_to_int(f(x.get())).map(Value::from).map_err(|fault| heap.fault(fault))
        }
        other => match ops::attribute::call_method(heap, other, crate::code::Symbol::new(method), &mut [])? {
            Some(value) => Ok(value),
            None => {
                let x = to_f64(heap, other)?;
                number::float_to_int(f(x)).map(Value::from).map_err(|fault| heap.fault(fault))
            }
        },
    }
}

fn natural_log(heap: &Heap, value: &Value) -> Outcome<f64> {
    if let Some(n @ IntegerRef::Big(_)) = integer(value) {
        if n.is_negative() {
            return Err(domain(heap));
        }
        let shift = number::bit_length(n).saturating_sub(64);
        let top = number::shift_right(n, IntegerRef::Small(shift as i64)).map_err(|f| heap.fault(f))?;
        let top = number::int_to_float(top.as_ref()).map_err(|f| heap.fault(f))?;
        return Ok(top.ln() + shift as f64 * std::f64::consts::LN_2);
    }
    let x = to_f64(heap, value)?;
    if x <= 0.0 { Err(domain(heap)) } else { Ok(x.ln()) }
}

fn run_log(heap: &Heap, args: Args<'_>) -> Outcome {
    let x = natural_log(heap, args.get(0))?;
    match args.some(1) {
        None => Ok(Value::float(x)),
        Some(base) => {
            let base = natural_log(heap, base)?;
            if base == 0.0 {
                return Err(heap.zero_division("float division by zero"));
            }
            Ok(Value::float(x / base))
        }
    }
}

fn run_pow(heap: &Heap, args: Args<'_>) -> Outcome {
    let (x, y) = (to_f64(heap, args.get(0))?, to_f64(heap, args.get(1))?);
    let result = x.powf(y);
    if result.is_nan() && !x.is_nan() && !y.is_nan() || x == 0.0 && y < 0.0 {
        return Err(domain(heap));
    }
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(heap.overflow_error("math range error"));
    }
    Ok(Value::float(result))
}

fn run_fmod(heap: &Heap, args: Args<'_>) -> Outcome {
    let (x, y) = (to_f64(heap, args.get(0))?, to_f64(heap, args.get(1))?);
    if y == 0.0 || x.is_infinite() { Err(domain(heap)) } else { Ok(Value::float(x % y)) }
}

fn run_hypot(heap: &Heap, args: Args<'_>) -> Outcome {
    let mut total = 0.0f64;
    for value in args.rest.iter() {
        total = total.hypot(to_f64(heap, value)?);
    }
    Ok(Value::float(total))
}

fn run_dist(heap: &Heap, args: Args<'_>) -> Outcome {
    let (p, q) = (ops::iterate::collect(heap, args.get(0))?, ops::iterate::collect(heap, args.get(1))?);
    if p.len() != q.len() {
        return Err(heap.value_error("both points must have the same number of dimensions"));
    }
    let mut total = 0.0f64;
    for (a, b) in p.iter().zip(&q) {
        total = total.hypot(to_f64(heap, a)? - to_f64(heap, b)?);
    }
    Ok(Value::float(total))
}

fn run_isclose(heap: &Heap, args: Args<'_>) -> Outcome {
    let (a, b) = (to_f64(heap, args.get(0))?, to_f64(heap, args.get(1))?);
    let relative = if args.is_given(2) { to_f64(heap, args.get(2))? } else { 1e-9 };
    let absolute = if args.is_given(3) { to_f64(heap, args.get(3))? } else { 0.0 };
    if relative < 0.0 || absolute < 0.0 {
        return Err(heap.value_error("tolerances must be non-negative"));
    }
    let gap = (a - b).abs();
    Ok(Value::bool(a == b || gap.is_finite() && (gap <= relative * a.abs().max(b.abs()) || gap <= absolute)))
}

type Combine = fn(IntegerRef<'_>, IntegerRef<'_>) -> number::Integer;

fn fold(heap: &Heap, args: Args<'_>, start: i64, f: Combine) -> Outcome {
    let mut total = number::Integer::Small(start);
    for value in args.rest.iter() {
        let value = to_index(heap, value)?;
        if let Some(n) = integer(&value) {
            total = f(total.as_ref(), n);
        }
    }
    Ok(total.into())
}

fn run_gcd(heap: &Heap, args: Args<'_>) -> Outcome {
    fold(heap, args, 0, number::gcd)
}

fn run_lcm(heap: &Heap, args: Args<'_>) -> Outcome {
    fold(heap, args, 1, number::lcm)
}

fn of_int(heap: &Heap, args: Args<'_>, f: fn(IntegerRef<'_>) -> Result<number::Integer, Fault>) -> Outcome {
    let value = to_index(heap, args.get(0))?;
    match integer(&value) {
        Some(n) => f(n).map(Value::from).map_err(|fault| heap.fault(fault)),
        None => Ok(Value::None),
    }
}

/// Shewchuk's partial sums: exact until the last rounding.
fn run_fsum(heap: &Heap, args: Args<'_>) -> Outcome {
    let mut partials: Vec<f64> = Vec::new();
    for value in ops::iterate::collect(heap, args.get(0))? {
        let mut x = to_f64(heap, &value)?;
        let mut kept = Vec::with_capacity(partials.len() + 1);
        for mut y in partials {
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                kept.push(low);
            }
            x = high;
        }
        kept.push(x);
        partials = kept;
    }
    Ok(Value::float(partials.iter().rev().sum::<f64>() + 0.0))
}

fn run_prod(heap: &Heap, args: Args<'_>) -> Outcome {
    let mut total = if args.is_given(1) { args.get(1).clone() } else { Value::Int(1) };
    for value in ops::iterate::collect(heap, args.get(0))? {
        total = ops::arithmetic::binary(heap, crate::code::BinaryOp::Mul, &total, &value)?;
    }
    Ok(total)
}

fn run_modf(heap: &Heap, args: Args<'_>) -> Outcome {
    let x = to_f64(heap, args.get(0))?;
    Ok(Value::tuple(heap, [Value::float(x.fract()), Value::float(x.trunc())]))
}
