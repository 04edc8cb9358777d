//! `timedelta`: a number of microseconds with Python's arithmetic. It is held as one number; days,
//! seconds and microseconds are what readers see.
//!
//! Products and quotients are exact before they are rounded, halves to the even neighbour. Adding
//! one to a date or datetime is the business of `day` and `moment`.

use num_bigint::BigInt;

use super::{DATETIME, calendar::DAY, same_type};
use crate::code::{BinaryOp, CompareOp, Symbol};
use crate::value::native::NativeObject;
use crate::value::number::{self, Integer, IntegerRef};
use crate::value::ops::compare::integer;
use crate::value::ops::convert::to_big;
use crate::value::ops::types::type_name;
use crate::value::{Args, Heap, Native, NativeFunction, Outcome, Raised, Value};

/// A duration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Delta(pub i128);

const LAST_DAY: i128 = 999_999_999;

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)",
        "A duration.",
        &[],
        run_new,
    ),
    NativeFunction::new("total_seconds", "(self, /)", "The whole duration in seconds.", &[], |heap, args| {
        Ok(Value::float(own(heap, &args)?.seconds()))
    }),
    NativeFunction::new("__neg__", "(self, /)", "The opposite duration.", &[], |heap, args| {
        make(heap, -own(heap, &args)?.0)
    }),
    NativeFunction::new("__pos__", "(self, /)", "The duration itself.", &[], |heap, args| {
        make(heap, own(heap, &args)?.0)
    }),
    NativeFunction::new("__abs__", "(self, /)", "The duration without its sign.", &[], |heap, args| {
        make(heap, own(heap, &args)?.0.abs())
    }),
    NativeFunction::new(
        "__divmod__",
        "(self, other, /)",
        "How often another duration fits, and what is left.",
        &[],
        run_divmod,
    ),
];

/// The duration, if the value is one.
pub fn of(value: &Value) -> Option<Delta> {
    match value {
        Value::Native(native) => native.with(|delta: &Delta| *delta),
        _ => None,
    }
}

/// A duration as a value. Raises OverflowError.
pub fn make(heap: &Heap, micros: i128) -> Outcome {
    let days = micros.div_euclid(i128::from(DAY));
    if days.abs() > LAST_DAY {
        return Err(heap.overflow_error(format!("days={days}; must have magnitude <= {LAST_DAY}")));
    }
    Ok(Value::Native(Native::new(heap, Delta(micros))))
}

fn own(heap: &Heap, args: &Args<'_>) -> Outcome<Delta> {
    of(args.get(0))
        .ok_or_else(|| heap.type_error(format!("a timedelta is required, not '{}'", type_name(args.get(0)))))
}

impl Delta {
    /// Days, seconds and microseconds as Python splits them.
    pub fn parts(self) -> (i64, i64, i64) {
        let day = i128::from(DAY);
        let rest = self.0.rem_euclid(day);
        (self.0.div_euclid(day) as i64, (rest / 1_000_000) as i64, (rest % 1_000_000) as i64)
    }

    pub fn seconds(self) -> f64 {
        let exact = Integer::from(BigInt::from(self.0));
        number::true_div(exact.as_ref(), IntegerRef::Small(1_000_000)).unwrap_or(f64::INFINITY)
    }

    pub fn repr(self) -> String {
        let (days, seconds, micros) = self.parts();
        let parts: Vec<String> = [("days", days), ("seconds", seconds), ("microseconds", micros)]
            .iter()
            .filter(|(_, count)| *count != 0)
            .map(|(name, count)| format!("{name}={count}"))
            .collect();
        format!("datetime.timedelta({})", if parts.is_empty() { "0".to_owned() } else { parts.join(", ") })
    }

    pub fn text(self) -> String {
        let (days, seconds, micros) = self.parts();
        let mut text = String::new();
        if days != 0 {
            text = format!("{days} day{}, ", if days.abs() == 1 { "" } else { "s" });
        }
        text += &format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        if micros != 0 {
            text += &format!(".{micros:06}");
        }
        text
    }
}

/// The nearest integer of a quotient; halves go to the even neighbour.
fn divide_nearest(heap: &Heap, a: &BigInt, b: &BigInt) -> Outcome<BigInt> {
    let (quotient, rest) = floor(heap, a, b)?;
    let twice: BigInt = &rest * 2;
    let order = if b.sign() == num_bigint::Sign::Minus { b.cmp(&twice) } else { twice.cmp(b) };
    let is_odd = (&quotient % 2u8) != BigInt::ZERO;
    Ok(if order.is_gt() || order.is_eq() && is_odd { quotient + 1 } else { quotient })
}

fn floor(heap: &Heap, a: &BigInt, b: &BigInt) -> Outcome<(BigInt, BigInt)> {
    if *b == BigInt::ZERO {
        return Err(heap.zero_division("integer division or modulo by zero"));
    }
    let (a, b) = (Integer::from(a.clone()), Integer::from(b.clone()));
    let (quotient, rest) = number::divmod(a.as_ref(), b.as_ref()).map_err(|fault| heap.fault(fault))?;
    Ok((quotient.into_big(), rest.into_big()))
}

fn from_big(heap: &Heap, micros: BigInt) -> Outcome {
    match i128::try_from(&micros) {
        Ok(micros) => make(heap, micros),
        Err(_) => Err(too_large(heap)),
    }
}

#[cold]
fn too_large(heap: &Heap) -> Raised {
    heap.overflow_error("Python int too large to convert to C int")
}

/// Times or divided by a float, exactly, then rounded.
fn scaled(heap: &Heap, delta: Delta, x: f64, divide: bool) -> Outcome {
    let (numerator, denominator) = number::as_integer_ratio(x).map_err(|fault| heap.fault(fault))?;
    let (mut numerator, mut denominator) = (numerator.into_big(), denominator.into_big());
    if divide {
        std::mem::swap(&mut numerator, &mut denominator);
        if denominator == BigInt::ZERO {
            return Err(heap.zero_division("division by zero"));
        }
    }
    from_big(heap, divide_nearest(heap, &(BigInt::from(delta.0) * numerator), &denominator)?)
}

impl NativeObject for Delta {
    same_type!("timedelta");

    fn repr(&self, _heap: &Heap) -> Option<Outcome<String>> {
        Some(Ok(Delta::repr(*self)))
    }
    fn str(&self, _heap: &Heap) -> Option<Outcome<String>> {
        Some(Ok(self.text()))
    }
    fn attribute(&self, _heap: &Heap, name: Symbol) -> Option<Outcome> {
        let (days, seconds, micros) = self.parts();
        Some(Ok(Value::Int(match name.name() {
            "days" => days,
            "seconds" => seconds,
            "microseconds" => micros,
            _ => return None,
        })))
    }
    fn compare(&self, _heap: &Heap, op: CompareOp, other: &Value) -> Option<Outcome> {
        super::ordered(op, self.cmp(&of(other)?))
    }
    fn binary(&self, heap: &Heap, op: BinaryOp, other: &Value, reflected: bool) -> Option<Outcome> {
        if let Some(other) = of(other) {
            let (a, b) = if reflected { (other, *self) } else { (*self, other) };
            return Some(match op {
                BinaryOp::Add => make(heap, a.0 + b.0),
                BinaryOp::Sub => make(heap, a.0 - b.0),
                BinaryOp::Div if b.0 == 0 => Err(heap.zero_division("division by zero")),
                BinaryOp::Div => {
                    let (a, b) = (Integer::from(BigInt::from(a.0)), Integer::from(BigInt::from(b.0)));
                    number::true_div(a.as_ref(), b.as_ref())
                        .map(Value::float)
                        .map_err(|fault| heap.fault(fault))
                }
                BinaryOp::FloorDiv => {
                    floor(heap, &a.0.into(), &b.0.into()).map(|(quotient, _)| Value::big(quotient))
                }
                BinaryOp::Mod => {
                    floor(heap, &a.0.into(), &b.0.into()).and_then(|(_, rest)| from_big(heap, rest))
                }
                _ => return None,
            });
        }
        let is_int = integer(other).is_some();
        match (op, other, reflected) {
            (BinaryOp::Mul, Value::Float(x), _) => Some(scaled(heap, *self, x.get(), false)),
            (BinaryOp::Div, Value::Float(x), false) => Some(scaled(heap, *self, x.get(), true)),
            (BinaryOp::Mul, _, _) if is_int => Some(from_big(heap, to_big(other)? * self.0)),
            (BinaryOp::Div, _, false) if is_int => {
                let by = to_big(other)?;
                Some(if by == BigInt::ZERO {
                    Err(heap.zero_division("division by zero"))
                } else {
                    divide_nearest(heap, &self.0.into(), &by).and_then(|micros| from_big(heap, micros))
                })
            }
            (BinaryOp::FloorDiv, _, false) if is_int => Some(
                floor(heap, &self.0.into(), &to_big(other)?)
                    .and_then(|(quotient, _)| from_big(heap, quotient)),
            ),
            _ => None,
        }
    }
    fn hash(&self) -> Option<u64> {
        Some(super::mixed(self.0 as u64, 1))
    }
    fn truth(&self) -> bool {
        self.0 != 0
    }
    fn freeze(&self) -> Option<(&'static str, String)> {
        Some(("datetime.timedelta", self.0.to_string()))
    }
}

fn run_divmod(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = own(heap, &args)?;
    let Some(other) = of(args.get(1)) else { return Ok(Value::NotImplemented) };
    let (quotient, rest) = floor(heap, &own.0.into(), &other.0.into())?;
    Ok(Value::tuple(heap, [Value::big(quotient), from_big(heap, rest)?]))
}

/// Adds the parts up: integers exactly, fractions of floats at the end, as CPython does.
fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    const UNITS: [(usize, &str, i64); 7] = [
        (3, "microseconds", 1),
        (4, "milliseconds", 1000),
        (2, "seconds", 1_000_000),
        (5, "minutes", 60_000_000),
        (6, "hours", 3_600_000_000),
        (1, "days", DAY),
        (7, "weeks", 7 * DAY),
    ];
    let (mut sum, mut left) = (BigInt::ZERO, 0.0f64);
    for (slot, name, unit) in UNITS {
        match args.get(slot) {
            Value::Unbound => {}
            Value::Float(x) => {
                let x = x.get();
                let whole = number::float_to_int(x.trunc()).map_err(|fault| heap.fault(fault))?;
                sum += whole.into_big() * unit;
                let fraction = unit as f64 * x.fract();
                let whole = number::float_to_int(fraction.trunc()).map_err(|fault| heap.fault(fault))?;
                sum += whole.into_big();
                left += fraction.fract();
            }
            value => match to_big(value) {
                Some(count) => sum += count * unit,
                None => {
                    let message =
                        format!("unsupported type for timedelta {name} component: {}", type_name(value));
                    return Err(heap.type_error(message));
                }
            },
        }
    }
    if left != 0.0 {
        let is_odd = f64::from(u8::from((&sum % 2u8) != BigInt::ZERO));
        let mut whole = left.round();
        if (whole - left).abs() == 0.5 {
            whole = 2.0 * ((left + is_odd) * 0.5).round() - is_odd;
        }
        sum += BigInt::from(whole as i64);
    }
    if i128::try_from(&sum).is_err() {
        return Err(too_large(heap));
    }
    from_big(heap, sum)
}

/// `timedelta.min` and its kin.
pub fn constants(heap: &Heap) -> Outcome<()> {
    let class = heap.native_class("timedelta", DATETIME);
    let day = i128::from(DAY);
    for (name, micros) in [("min", -LAST_DAY * day), ("max", (LAST_DAY + 1) * day - 1), ("resolution", 1)] {
        class.set_attribute(Symbol::new(name), make(heap, micros)?);
    }
    Ok(())
}
