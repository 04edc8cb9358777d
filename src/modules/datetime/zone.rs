//! `timezone`: a fixed offset from UTC, with or without a name; and the zone of a time or datetime,
//! which keeps the object itself beside what arithmetic needs of it.
//!
//! Offsets are microseconds, less than a day either way. Zones with rules of their own are refused;
//! local time is asked of `calendar`.

use super::{DATETIME, calendar::DAY, delta, delta::Delta, same_type};
use crate::builtins::argument;
use crate::code::{CompareOp, Symbol};
use crate::value::native::NativeObject;
use crate::value::ops::show;
use crate::value::ops::types::type_name;
use crate::value::{Args, Heap, Native, NativeFunction, Outcome, Value};

/// A `timezone`. The offset is in microseconds.
#[derive(Clone, Debug)]
pub struct Zone {
    pub offset: i64,
    pub name: Option<String>,
}

/// What `tzinfo` holds: the object, and its offset and name.
#[derive(Clone)]
pub struct Zoned {
    pub value: Value,
    pub offset: i64,
    pub name: String,
}

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, offset, name=None)",
        "A zone with a fixed offset from UTC.",
        &[],
        run_new,
    ),
    NativeFunction::new("utcoffset", "(self, dt, /)", "The offset from UTC.", &[], |heap, args| {
        delta::make(heap, own(heap, &args)?.offset.into())
    }),
    NativeFunction::new("tzname", "(self, dt, /)", "The zone's name.", &[], |heap, args| {
        Ok(Value::from(own(heap, &args)?.text()))
    }),
    NativeFunction::new("dst", "(self, dt, /)", "None: a fixed offset knows no summer time.", &[], |_, _| {
        Ok(Value::None)
    }),
    NativeFunction::new(
        "fromutc",
        "(self, dt, /)",
        "The time in this zone of a datetime that is meant as UTC.",
        &[],
        super::moment::run_fromutc,
    ),
];

/// `+01:00`, with seconds and microseconds where there are any.
pub fn offset_text(offset: i64, colon: &str) -> String {
    let size = offset.abs();
    let (seconds, micros) = (size / 1_000_000, size % 1_000_000);
    let mut text =
        format!("{}{:02}{colon}{:02}", if offset < 0 { '-' } else { '+' }, seconds / 3600, seconds / 60 % 60);
    if seconds % 60 != 0 || micros != 0 {
        text += &format!("{colon}{:02}", seconds % 60);
    }
    if micros != 0 {
        text += &format!(".{micros:06}");
    }
    text
}

impl Zone {
    pub fn text(&self) -> String {
        match &self.name {
            Some(name) => name.clone(),
            None if self.offset == 0 => "UTC".to_owned(),
            None => format!("UTC{}", offset_text(self.offset, ":")),
        }
    }
}

impl NativeObject for Zone {
    same_type!("timezone");

    fn repr(&self, _heap: &Heap) -> Option<Outcome<String>> {
        let offset = Delta(self.offset.into()).repr();
        Some(Ok(match &self.name {
            None if self.offset == 0 => "datetime.timezone.utc".to_owned(),
            None => format!("datetime.timezone({offset})"),
            Some(name) => format!("datetime.timezone({offset}, {})", crate::value::text::repr_str(name)),
        }))
    }
    fn str(&self, _heap: &Heap) -> Option<Outcome<String>> {
        Some(Ok(self.text()))
    }
    fn compare(&self, _heap: &Heap, op: CompareOp, other: &Value) -> Option<Outcome> {
        let Value::Native(other) = other else { return None };
        let same = other.with(|zone: &Zone| zone.offset == self.offset)?;
        match op {
            CompareOp::Eq => Some(Ok(Value::bool(same))),
            CompareOp::Ne => Some(Ok(Value::bool(!same))),
            _ => None,
        }
    }
    fn hash(&self) -> Option<u64> {
        Some(super::mixed(self.offset as u64, 2))
    }
    fn freeze(&self) -> Option<(&'static str, String)> {
        Some(("datetime.timezone", format!("{} {}", self.offset, self.name.as_deref().unwrap_or_default())))
    }
}

fn own(heap: &Heap, args: &Args<'_>) -> Outcome<Zone> {
    let zone = match args.get(0) {
        Value::Native(native) => native.with(Zone::clone),
        _ => None,
    };
    zone.ok_or_else(|| heap.type_error(format!("a timezone is required, not '{}'", type_name(args.get(0)))))
}

/// `timezone.utc`.
pub fn utc(heap: &Heap) -> Value {
    match heap.native_class("timezone", DATETIME).lookup(Symbol::new("utc")) {
        Some(zone) => zone.clone(),
        None => make(heap, 0, None),
    }
}

/// A zone as a value; the offset without a name and of nothing is `timezone.utc`.
pub fn make(heap: &Heap, offset: i64, name: Option<String>) -> Value {
    Value::Native(Native::new(heap, Zone { offset, name }))
}

/// A zone with an offset; the one for UTC is shared.
pub fn at(heap: &Heap, offset: i64) -> Value {
    if offset == 0 { utc(heap) } else { make(heap, offset, None) }
}

/// What an argument `tzinfo` says. Raises TypeError.
pub fn zoned(heap: &Heap, value: &Value) -> Outcome<Option<Zoned>> {
    match value {
        Value::Unbound | Value::None => return Ok(None),
        Value::Native(native) => {
            if let Some((offset, name)) = native.with(|zone: &Zone| (zone.offset, zone.text())) {
                return Ok(Some(Zoned { value: value.clone(), offset, name }));
            }
        }
        _ => {}
    }
    Err(heap.type_error(format!(
        "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
        type_name(value)
    )))
}

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let Some(offset) = delta::of(args.get(1)) else {
        return Err(heap.type_error(format!(
            "timezone() argument 1 must be datetime.timedelta, not {}",
            type_name(args.get(1))
        )));
    };
    if offset.0.abs() >= i128::from(DAY) {
        let shown = show::repr(heap, args.get(1))?;
        return Err(heap.value_error(format!(
            "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {shown}"
        )));
    }
    let name = match args.some(2) {
        Some(name) => Some(argument::text_of(heap, name, "timezone() argument 2")?.as_str().to_owned()),
        None => None,
    };
    let offset = offset.0 as i64;
    Ok(if offset == 0 && name.is_none() { utc(heap) } else { make(heap, offset, name) })
}

/// `timezone.utc` and its kin.
pub fn constants(heap: &Heap) -> Outcome<()> {
    let class = heap.native_class("timezone", DATETIME);
    let limit = (DAY / 60_000_000 - 1) * 60_000_000;
    for (name, offset) in [("utc", 0), ("min", -limit), ("max", limit)] {
        class.set_attribute(Symbol::new(name), make(heap, offset, None));
    }
    Ok(())
}
