//! `time`: a time of day, with or without a zone.
//!
//! Also owns what times and datetimes share: arguments of a clock reading, its attributes, and how
//! a zone is part of a frozen text. Days are in `day`, both together in `moment`.

use super::calendar::{DAY, MICROS};
use super::text::{self, Fields};
use super::zone::{self, Zoned};
use super::{DATETIME, delta, same_type};
use crate::builtins::argument;
use crate::code::{CompareOp, Symbol};
use crate::value::native::NativeObject;
use crate::value::ops::show;
use crate::value::ops::types::type_name;
use crate::value::{Args, Heap, Native, NativeFunction, Outcome, Value};

/// A `time`.
#[derive(Clone)]
pub struct Clock {
    pub micros: i64,
    pub zone: Option<Zoned>,
    pub fold: bool,
}

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)",
        "A time of day.",
        &[],
        run_new,
    ),
    NativeFunction::new(
        "fromisoformat",
        "(cls, time_string, /)",
        "The time of an ISO 8601 text.",
        &[],
        run_fromisoformat,
    ),
    NativeFunction::new(
        "isoformat",
        "(self, timespec='auto')",
        "The time as `HH:MM:SS.ffffff`.",
        &[],
        run_isoformat,
    ),
    NativeFunction::new("strftime", "(self, format)", "The time in a format.", &[], run_strftime),
    NativeFunction::new(
        "replace",
        "(self, hour=..., minute=..., second=..., microsecond=..., tzinfo=..., *, fold=...)",
        "The time with other parts.",
        &[],
        run_replace,
    ),
    NativeFunction::new("utcoffset", "(self, /)", "The offset from UTC, or None.", &[], |heap, args| {
        offset_value(heap, &own(heap, &args)?.zone)
    }),
    NativeFunction::new("tzname", "(self, /)", "The zone's name, or None.", &[], |heap, args| {
        Ok(name_value(&own(heap, &args)?.zone))
    }),
    NativeFunction::new("dst", "(self, /)", "None: fixed offsets know no summer time.", &[], |_, _| {
        Ok(Value::None)
    }),
];

pub fn of(value: &Value) -> Option<Clock> {
    match value {
        Value::Native(native) => native.with(Clock::clone),
        _ => None,
    }
}

pub fn make(heap: &Heap, clock: Clock) -> Value {
    Value::Native(Native::new(heap, clock))
}

fn own(heap: &Heap, args: &Args<'_>) -> Outcome<Clock> {
    of(args.get(0))
        .ok_or_else(|| heap.type_error(format!("a time is required, not '{}'", type_name(args.get(0)))))
}

/// `x.utcoffset()`
pub fn offset_value(heap: &Heap, zone: &Option<Zoned>) -> Outcome {
    match zone {
        Some(zone) => delta::make(heap, zone.offset.into()),
        None => Ok(Value::None),
    }
}

/// `x.tzname()`
pub fn name_value(zone: &Option<Zoned>) -> Value {
    zone.as_ref().map_or(Value::None, |zone| Value::str(&zone.name))
}

/// Microseconds since midnight of four arguments from slot `first` on, with defaults. Raises ValueError.
pub fn reading(heap: &Heap, args: &Args<'_>, first: usize, old: i64) -> Outcome<i64> {
    let seconds = old / MICROS;
    let part = |index: usize, old: i64, name: &str, end: i64| {
        let value = argument::int_or(heap, args.get(first + index), old)?;
        if (0..end).contains(&value) {
            Ok(value)
        } else {
            Err(heap.value_error(format!("{name} must be in 0..{}", end - 1)))
        }
    };
    let hour = part(0, seconds / 3600, "hour", 24)?;
    let minute = part(1, seconds / 60 % 60, "minute", 60)?;
    let second = part(2, seconds % 60, "second", 60)?;
    let micros = part(3, old % MICROS, "microsecond", 1_000_000)?;
    Ok((hour * 3600 + minute * 60 + second) * MICROS + micros)
}

/// An argument `fold`. Raises ValueError.
pub fn folded(heap: &Heap, value: &Value, old: bool) -> Outcome<bool> {
    match argument::int_or(heap, value, old.into())? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(heap.value_error("fold must be either 0 or 1")),
    }
}

/// The parts of a clock reading that `repr` shows, and the ends that times and datetimes share.
pub fn shown(
    heap: &Heap,
    mut parts: Vec<i64>,
    micros: i64,
    zone: &Option<Zoned>,
    fold: bool,
) -> Outcome<String> {
    let seconds = micros / MICROS;
    parts.extend([seconds / 3600, seconds / 60 % 60]);
    if micros % (60 * MICROS) != 0 {
        parts.push(seconds % 60);
    }
    if micros % MICROS != 0 {
        parts.push(micros % MICROS);
    }
    let mut parts: Vec<String> = parts.iter().map(i64::to_string).collect();
    if fold {
        parts.push("fold=1".to_owned());
    }
    if let Some(zone) = zone {
        parts.push(format!("tzinfo={}", show::repr(heap, &zone.value)?));
    }
    Ok(parts.join(", "))
}

/// Attributes of a clock reading.
pub fn attribute(micros: i64, zone: &Option<Zoned>, fold: bool, name: Symbol) -> Option<Value> {
    let seconds = micros / MICROS;
    Some(Value::Int(match name.name() {
        "hour" => seconds / 3600,
        "minute" => seconds / 60 % 60,
        "second" => seconds % 60,
        "microsecond" => micros % MICROS,
        "fold" => fold.into(),
        "tzinfo" => return Some(zone.as_ref().map_or(Value::None, |zone| zone.value.clone())),
        _ => return None,
    }))
}

/// A zone as a part of `Fields`.
pub fn zone_field(zone: &Option<Zoned>) -> Option<(i64, String)> {
    zone.as_ref().map(|zone| (zone.offset, zone.name.clone()))
}

impl Clock {
    fn fields(&self) -> Fields {
        Fields { year: 1900, month: 1, day: 1, micros: self.micros, zone: zone_field(&self.zone) }
    }
    fn iso(&self, timespec: &str) -> Option<String> {
        text::iso_time(self.micros, timespec, self.zone.as_ref().map(|zone| zone.offset))
    }
    fn utc(&self) -> i64 {
        self.micros - self.zone.as_ref().map_or(0, |zone| zone.offset)
    }
}

impl NativeObject for Clock {
    same_type!("time");

    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.zone.iter().for_each(|zone| visit(&zone.value));
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        self.zone.take().into_iter().for_each(|zone| take(zone.value));
    }
    fn repr(&self, heap: &Heap) -> Option<Outcome<String>> {
        Some(
            shown(heap, Vec::new(), self.micros, &self.zone, self.fold)
                .map(|parts| format!("datetime.time({parts})")),
        )
    }
    fn str(&self, _heap: &Heap) -> Option<Outcome<String>> {
        Some(Ok(self.iso("auto").unwrap_or_default()))
    }
    fn format(&self, _heap: &Heap, spec: &str) -> Option<Outcome<String>> {
        Some(Ok(if spec.is_empty() {
            self.iso("auto").unwrap_or_default()
        } else {
            text::strftime(&self.fields(), spec)
        }))
    }
    fn attribute(&self, _heap: &Heap, name: Symbol) -> Option<Outcome> {
        attribute(self.micros, &self.zone, self.fold, name).map(Ok)
    }
    fn compare(&self, heap: &Heap, op: CompareOp, other: &Value) -> Option<Outcome> {
        let other = of(other)?;
        if self.zone.is_some() != other.zone.is_some() {
            return Some(match op {
                CompareOp::Eq => Ok(Value::False),
                CompareOp::Ne => Ok(Value::True),
                _ => Err(heap.type_error("can't compare offset-naive and offset-aware times")),
            });
        }
        super::ordered(op, self.utc().cmp(&other.utc()))
    }
    fn hash(&self) -> Option<u64> {
        Some(super::mixed(self.utc() as u64, 4))
    }
    fn freeze(&self) -> Option<(&'static str, String)> {
        Some((
            "datetime.time",
            format!("{} {} {}", self.micros, u8::from(self.fold), frozen_zone(&self.zone)),
        ))
    }
}

/// A zone as part of a frozen text: nothing, or its offset and its own name.
pub fn frozen_zone(zone: &Option<Zoned>) -> String {
    let own = zone.as_ref().and_then(|zone| match &zone.value {
        Value::Native(native) => native.with(zone::Zone::clone),
        _ => None,
    });
    own.map(|zone| format!("{} {}", zone.offset, zone.name.unwrap_or_default())).unwrap_or_default()
}

/// The zone of a frozen text.
pub fn thawed_zone(heap: &Heap, text: &str) -> Option<Zoned> {
    let (offset, name) = text.split_once(' ')?;
    let offset = offset.parse().ok()?;
    let value = if name.is_empty() {
        zone::at(heap, offset)
    } else {
        zone::make(heap, offset, Some(name.to_owned()))
    };
    zone::zoned(heap, &value).ok().flatten()
}

pub fn thaw(heap: &Heap, text: &str) -> Option<Outcome> {
    let mut parts = text.splitn(3, ' ');
    let micros = parts.next()?.parse().ok()?;
    let fold = parts.next()? == "1";
    Some(Ok(make(heap, Clock { micros, fold, zone: thawed_zone(heap, parts.next()?) })))
}

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let micros = reading(heap, &args, 1, 0)?;
    Ok(make(
        heap,
        Clock { micros, zone: zone::zoned(heap, args.get(5))?, fold: folded(heap, args.get(6), false)? },
    ))
}

fn run_fromisoformat(heap: &Heap, args: Args<'_>) -> Outcome {
    let Some(given) = argument::text(args.get(1)) else {
        return Err(heap.type_error("fromisoformat: argument must be str"));
    };
    let given = given.as_str();
    match text::parse_iso_time(given.strip_prefix('T').unwrap_or(given)) {
        Some((micros, offset)) => {
            let zone = offset.map_or(Value::None, |offset| zone::at(heap, offset));
            Ok(make(heap, Clock { micros, zone: zone::zoned(heap, &zone)?, fold: false }))
        }
        None => {
            Err(heap
                .value_error(format!("Invalid isoformat string: {}", crate::value::text::repr_str(given))))
        }
    }
}

fn run_isoformat(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = own(heap, &args)?;
    let timespec = match args.get(1) {
        Value::Unbound => "auto".to_owned(),
        given => argument::text_of(heap, given, "isoformat() argument 1")?.as_str().to_owned(),
    };
    own.iso(&timespec).map(Value::from).ok_or_else(|| heap.value_error("Unknown timespec value"))
}

fn run_strftime(heap: &Heap, args: Args<'_>) -> Outcome {
    let format = argument::text_of(heap, args.get(1), "strftime() argument 1")?;
    Ok(Value::from(text::strftime(&own(heap, &args)?.fields(), format.as_str())))
}

fn run_replace(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = own(heap, &args)?;
    let micros = reading(heap, &args, 1, own.micros)?;
    let zone = if args.is_given(5) { zone::zoned(heap, args.get(5))? } else { own.zone };
    Ok(make(heap, Clock { micros, zone, fold: folded(heap, args.get(6), own.fold)? }))
}

/// `time.min` and its kin.
pub fn constants(heap: &Heap) -> Outcome<()> {
    let class = heap.native_class("time", DATETIME);
    class.set_attribute(Symbol::new("min"), make(heap, Clock { micros: 0, zone: None, fold: false }));
    class.set_attribute(Symbol::new("max"), make(heap, Clock { micros: DAY - 1, zone: None, fold: false }));
    class.set_attribute(Symbol::new("resolution"), delta::make(heap, 1)?);
    Ok(())
}
