//! `date`: a day of the calendar, held as its number.
//!
//! The number is from 1 to `LAST_DAY`: what leaves this range raises, so a date can always be taken
//! apart. The counting itself is in `calendar`, reading and writing text in `text`.

use super::calendar::{self, DAY, LAST_DAY};
use super::text::{self, Fields};
use super::{DATETIME, delta, moment, same_type};
use crate::builtins::argument;
use crate::code::{BinaryOp, CompareOp, Symbol};
use crate::eval::host;
use crate::value::native::NativeObject;
use crate::value::ops::convert::{to_f64, to_i64};
use crate::value::ops::types::type_name;
use crate::value::{Args, Heap, Native, NativeFunction, Outcome, Value};

/// A `date`.
#[derive(Clone, Copy)]
pub struct Day(pub i64);

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new("__new__", "(cls, year, month, day)", "A date.", &[], run_new),
    NativeFunction::new("today", "(cls, /)", "The current local date.", &[], run_today),
    NativeFunction::new(
        "fromtimestamp",
        "(cls, timestamp, /)",
        "The local date of a time in seconds since 1970.",
        &[],
        run_fromtimestamp,
    ),
    NativeFunction::new(
        "fromordinal",
        "(cls, ordinal, /)",
        "The date of a day number.",
        &[],
        run_fromordinal,
    ),
    NativeFunction::new(
        "fromisoformat",
        "(cls, date_string, /)",
        "The date of an ISO 8601 text.",
        &[],
        run_fromisoformat,
    ),
    NativeFunction::new(
        "fromisocalendar",
        "(cls, year, week, day)",
        "The date of an ISO week and weekday.",
        &[],
        run_fromisocalendar,
    ),
    NativeFunction::new("isoformat", "(self, /)", "The date as `YYYY-MM-DD`.", &[], |heap, args| {
        Ok(Value::from(own(heap, &args)?.iso()))
    }),
    NativeFunction::new("strftime", "(self, format)", "The date in a format.", &[], run_strftime),
    NativeFunction::new("ctime", "(self, /)", "The date as the C library writes it.", &[], |heap, args| {
        Ok(Value::from(text::ctime(&own(heap, &args)?.fields())))
    }),
    NativeFunction::new("weekday", "(self, /)", "The day of the week; Monday is 0.", &[], |heap, args| {
        Ok(Value::Int(calendar::weekday(own(heap, &args)?.0)))
    }),
    NativeFunction::new("isoweekday", "(self, /)", "The day of the week; Monday is 1.", &[], |heap, args| {
        Ok(Value::Int(calendar::weekday(own(heap, &args)?.0) + 1))
    }),
    NativeFunction::new("isocalendar", "(self, /)", "ISO year, week and weekday.", &[], |heap, args| {
        Ok(iso_calendar(heap, own(heap, &args)?.0))
    }),
    NativeFunction::new("toordinal", "(self, /)", "The day number; 1 is 0001-01-01.", &[], |heap, args| {
        Ok(Value::Int(own(heap, &args)?.0))
    }),
    NativeFunction::new(
        "replace",
        "(self, year=..., month=..., day=...)",
        "The date with other parts.",
        &[],
        run_replace,
    ),
];

/// A date as a value; the number is in range.
pub fn make(heap: &Heap, number: i64) -> Value {
    Value::Native(Native::new(heap, Day(number)))
}

/// A date after arithmetic. Raises OverflowError.
pub fn checked(heap: &Heap, number: i128) -> Outcome<i64> {
    if (1..=i128::from(LAST_DAY)).contains(&number) {
        Ok(number as i64)
    } else {
        Err(heap.overflow_error("date value out of range"))
    }
}

/// The number of a date. Raises ValueError.
pub fn valid(heap: &Heap, year: i64, month: i64, day: i64) -> Outcome<i64> {
    if !(1..=9999).contains(&year) {
        return Err(heap.value_error(format!("year {year} is out of range")));
    }
    if !(1..=12).contains(&month) {
        return Err(heap.value_error("month must be in 1..12"));
    }
    if !(1..=calendar::days_in_month(year, month)).contains(&day) {
        return Err(heap.value_error("day is out of range for month"));
    }
    Ok(calendar::day_number(year, month, day))
}

/// The number of a date (not of a datetime).
pub fn of(value: &Value) -> Option<i64> {
    match value {
        Value::Native(native) => native.with(|day: &Day| day.0),
        _ => None,
    }
}

fn own(heap: &Heap, args: &Args<'_>) -> Outcome<Day> {
    of(args.get(0))
        .map(Day)
        .ok_or_else(|| heap.type_error(format!("a date is required, not '{}'", type_name(args.get(0)))))
}

pub fn iso_calendar(heap: &Heap, number: i64) -> Value {
    let (year, week, weekday) = calendar::iso(calendar::date_of(number).0, number);
    Value::tuple(heap, [Value::Int(year), Value::Int(week), Value::Int(weekday)])
}

impl Day {
    pub fn fields(self) -> Fields {
        let (year, month, day) = calendar::date_of(self.0);
        Fields { year, month, day, micros: 0, zone: None }
    }
    fn iso(self) -> String {
        let (year, month, day) = calendar::date_of(self.0);
        text::iso_date(year, month, day)
    }
}

impl NativeObject for Day {
    same_type!("date");

    fn repr(&self, _heap: &Heap) -> Option<Outcome<String>> {
        let (year, month, day) = calendar::date_of(self.0);
        Some(Ok(format!("datetime.date({year}, {month}, {day})")))
    }
    fn str(&self, _heap: &Heap) -> Option<Outcome<String>> {
        Some(Ok(self.iso()))
    }
    fn format(&self, _heap: &Heap, spec: &str) -> Option<Outcome<String>> {
        Some(Ok(if spec.is_empty() { self.iso() } else { text::strftime(&self.fields(), spec) }))
    }
    fn attribute(&self, _heap: &Heap, name: Symbol) -> Option<Outcome> {
        let (year, month, day) = calendar::date_of(self.0);
        Some(Ok(Value::Int(match name.name() {
            "year" => year,
            "month" => month,
            "day" => day,
            _ => return None,
        })))
    }
    fn compare(&self, heap: &Heap, op: CompareOp, other: &Value) -> Option<Outcome> {
        if moment::of(other).is_some() && !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Some(Err(heap.type_error("can't compare datetime.datetime to datetime.date")));
        }
        super::ordered(op, self.0.cmp(&of(other)?))
    }
    fn binary(&self, heap: &Heap, op: BinaryOp, other: &Value, reflected: bool) -> Option<Outcome> {
        if let Some(delta) = delta::of(other) {
            let days = i128::from(delta.parts().0);
            let number = match (op, reflected) {
                (BinaryOp::Add, _) => i128::from(self.0) + days,
                (BinaryOp::Sub, false) => i128::from(self.0) - days,
                _ => return None,
            };
            return Some(checked(heap, number).map(|number| make(heap, number)));
        }
        match (op, of(other), reflected) {
            (BinaryOp::Sub, Some(number), false) => {
                Some(delta::make(heap, i128::from(self.0 - number) * i128::from(DAY)))
            }
            _ => None,
        }
    }
    fn hash(&self) -> Option<u64> {
        Some(super::mixed(self.0 as u64, 3))
    }
    fn freeze(&self) -> Option<(&'static str, String)> {
        Some(("datetime.date", self.0.to_string()))
    }
}

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let (year, month, day) =
        (to_i64(heap, args.get(1))?, to_i64(heap, args.get(2))?, to_i64(heap, args.get(3))?);
    Ok(make(heap, valid(heap, year, month, day)?))
}

fn run_today(heap: &Heap, _args: Args<'_>) -> Outcome {
    let now = host(heap).now(heap)?;
    Ok(make(heap, moment::local(heap, now, None)?.number))
}

fn run_fromtimestamp(heap: &Heap, args: Args<'_>) -> Outcome {
    let seconds = to_f64(heap, args.get(1))?;
    Ok(make(heap, moment::local(heap, seconds, None)?.number))
}

fn run_fromordinal(heap: &Heap, args: Args<'_>) -> Outcome {
    let number = to_i64(heap, args.get(1))?;
    if number < 1 {
        return Err(heap.value_error("ordinal must be >= 1"));
    }
    if number > LAST_DAY {
        return Err(heap.value_error(format!("year {} is out of range", calendar::date_of(number).0)));
    }
    Ok(make(heap, number))
}

fn run_fromisoformat(heap: &Heap, args: Args<'_>) -> Outcome {
    let Some(given) = argument::text(args.get(1)) else {
        return Err(heap.type_error("fromisoformat: argument must be str"));
    };
    match text::parse_iso_date(given.as_str()) {
        Some(((year, month, day), "")) => Ok(make(heap, valid(heap, year, month, day)?)),
        _ => Err(heap.value_error(format!(
            "Invalid isoformat string: {}",
            crate::value::text::repr_str(given.as_str())
        ))),
    }
}

fn run_fromisocalendar(heap: &Heap, args: Args<'_>) -> Outcome {
    let (year, week, day) =
        (to_i64(heap, args.get(1))?, to_i64(heap, args.get(2))?, to_i64(heap, args.get(3))?);
    if !(1..=9999).contains(&year) {
        return Err(heap.value_error(format!("Year is out of range: {year}")));
    }
    if !(1..=7).contains(&day) {
        return Err(heap.value_error(format!("Invalid weekday: {day} (range is [1, 7])")));
    }
    match text::week_date(year, week, day) {
        Some((year, month, day)) => Ok(make(heap, valid(heap, year, month, day)?)),
        None => Err(heap.value_error(format!("Invalid week: {week}"))),
    }
}

fn run_strftime(heap: &Heap, args: Args<'_>) -> Outcome {
    let format = argument::text_of(heap, args.get(1), "strftime() argument 1")?;
    Ok(Value::from(text::strftime(&own(heap, &args)?.fields(), format.as_str())))
}

fn run_replace(heap: &Heap, args: Args<'_>) -> Outcome {
    let (year, month, day) = calendar::date_of(own(heap, &args)?.0);
    let part = |index: usize, old: i64| argument::int_or(heap, args.get(index), old);
    Ok(make(heap, valid(heap, part(1, year)?, part(2, month)?, part(3, day)?)?))
}

/// `date.min` and its kin.
pub fn constants(heap: &Heap) -> Outcome<()> {
    let class = heap.native_class("date", DATETIME);
    class.set_attribute(Symbol::new("min"), make(heap, 1));
    class.set_attribute(Symbol::new("max"), make(heap, LAST_DAY));
    class.set_attribute(Symbol::new("resolution"), delta::make(heap, i128::from(DAY))?);
    Ok(())
}
