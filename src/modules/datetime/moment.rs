//! `datetime`: a day and a time of day, with or without a zone. One without a zone is local time
//! wherever that matters (`timestamp`, `astimezone`).
//!
//! The present comes from the isolate's host, the local offset from `calendar`. Arguments of the
//! clock reading are read in `clock`.

use super::calendar::{self, DAY, EPOCH, LAST_DAY, MICROS};
use super::clock::{self, Clock, attribute, folded, reading};
use super::day::{self, Day};
use super::text::{self, Fields, Mismatch};
use super::zone::{self, Zoned};
use super::{DATETIME, delta, same_type};
use crate::builtins::argument;
use crate::code::{BinaryOp, CompareOp, Symbol};
use crate::eval::host;
use crate::value::native::NativeObject;
use crate::value::ops::convert::{to_f64, to_i64};
use crate::value::ops::types::type_name;
use crate::value::{Args, Heap, Native, NativeFunction, Outcome, Value};

/// A `datetime`.
#[derive(Clone)]
pub struct Moment {
    /// The day's number.
    pub number: i64,
    /// Microseconds since midnight.
    pub micros: i64,
    pub zone: Option<Zoned>,
    pub fold: bool,
}

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)",
        "A date and a time.",
        &[],
        run_new,
    ),
    NativeFunction::new("now", "(cls, tz=None)", "The current time, local or in a zone.", &[], run_now),
    NativeFunction::new("today", "(cls, /)", "The current local time.", &[], |heap, _| {
        now(heap, &Value::None)
    }),
    NativeFunction::new("utcnow", "(cls, /)", "The current time in UTC, without a zone.", &[], run_utcnow),
    NativeFunction::new(
        "fromtimestamp",
        "(cls, timestamp, tz=None)",
        "A time in seconds since 1970, local or in a zone.",
        &[],
        run_fromtimestamp,
    ),
    NativeFunction::new(
        "utcfromtimestamp",
        "(cls, timestamp, /)",
        "A time in seconds since 1970 in UTC, without a zone.",
        &[],
        run_utcfromtimestamp,
    ),
    NativeFunction::new(
        "fromordinal",
        "(cls, ordinal, /)",
        "Midnight of the day with a number.",
        &[],
        run_fromordinal,
    ),
    NativeFunction::new(
        "fromisoformat",
        "(cls, date_string, /)",
        "The datetime of an ISO 8601 text.",
        &[],
        run_fromisoformat,
    ),
    NativeFunction::new(
        "fromisocalendar",
        "(cls, year, week, day)",
        "Midnight of an ISO week and weekday.",
        &[],
        run_fromisocalendar,
    ),
    NativeFunction::new(
        "strptime",
        "(cls, date_string, format, /)",
        "The datetime of a text in a format.",
        &[],
        run_strptime,
    ),
    NativeFunction::new(
        "combine",
        "(cls, date, time, tzinfo=...)",
        "A date and a time, put together.",
        &[],
        run_combine,
    ),
    NativeFunction::new("date", "(self, /)", "The date.", &[], |heap, args| {
        Ok(day::make(heap, own(heap, &args)?.number))
    }),
    NativeFunction::new("time", "(self, /)", "The time of day, without the zone.", &[], |heap, args| {
        run_time(heap, &args, false)
    }),
    NativeFunction::new("timetz", "(self, /)", "The time of day, with the zone.", &[], |heap, args| {
        run_time(heap, &args, true)
    }),
    NativeFunction::new("timestamp", "(self, /)", "Seconds since 1970.", &[], |heap, args| {
        Ok(Value::float(own(heap, &args)?.timestamp()))
    }),
    NativeFunction::new(
        "replace",
        "(self, year=..., month=..., day=..., hour=..., minute=..., second=..., microsecond=..., tzinfo=..., *, fold=...)",
        "The datetime with other parts.",
        &[],
        run_replace,
    ),
    NativeFunction::new(
        "astimezone",
        "(self, tz=None)",
        "The same moment in another zone.",
        &[],
        run_astimezone,
    ),
    NativeFunction::new(
        "isoformat",
        "(self, sep='T', timespec='auto')",
        "The datetime as ISO 8601 writes it.",
        &[],
        run_isoformat,
    ),
    NativeFunction::new("strftime", "(self, format)", "The datetime in a format.", &[], run_strftime),
    NativeFunction::new(
        "ctime",
        "(self, /)",
        "The datetime as the C library writes it.",
        &[],
        |heap, args| Ok(Value::from(text::ctime(&own(heap, &args)?.fields()))),
    ),
    NativeFunction::new("weekday", "(self, /)", "The day of the week; Monday is 0.", &[], |heap, args| {
        Ok(Value::Int(calendar::weekday(own(heap, &args)?.number)))
    }),
    NativeFunction::new("isoweekday", "(self, /)", "The day of the week; Monday is 1.", &[], |heap, args| {
        Ok(Value::Int(calendar::weekday(own(heap, &args)?.number) + 1))
    }),
    NativeFunction::new("isocalendar", "(self, /)", "ISO year, week and weekday.", &[], |heap, args| {
        Ok(day::iso_calendar(heap, own(heap, &args)?.number))
    }),
    NativeFunction::new("toordinal", "(self, /)", "The day number; 1 is 0001-01-01.", &[], |heap, args| {
        Ok(Value::Int(own(heap, &args)?.number))
    }),
    NativeFunction::new("utcoffset", "(self, /)", "The offset from UTC, or None.", &[], |heap, args| {
        clock::offset_value(heap, &own(heap, &args)?.zone)
    }),
    NativeFunction::new("tzname", "(self, /)", "The zone's name, or None.", &[], |heap, args| {
        Ok(clock::name_value(&own(heap, &args)?.zone))
    }),
    NativeFunction::new("dst", "(self, /)", "None: fixed offsets know no summer time.", &[], |_, _| {
        Ok(Value::None)
    }),
];

pub fn of(value: &Value) -> Option<Moment> {
    match value {
        Value::Native(native) => native.with(Moment::clone),
        _ => None,
    }
}

fn make(heap: &Heap, moment: Moment) -> Value {
    Value::Native(Native::new(heap, moment))
}

fn own(heap: &Heap, args: &Args<'_>) -> Outcome<Moment> {
    of(args.get(0))
        .ok_or_else(|| heap.type_error(format!("a datetime is required, not '{}'", type_name(args.get(0)))))
}

/// Microseconds since the beginning of day 0 as a datetime. Raises OverflowError.
fn from_micros(heap: &Heap, micros: i128, zone: Option<Zoned>) -> Outcome<Moment> {
    let day = i128::from(DAY);
    let number = day::checked(heap, micros.div_euclid(day))?;
    Ok(Moment { number, micros: micros.rem_euclid(day) as i64, zone, fold: false })
}

/// Seconds since 1970 as microseconds since the beginning of day 0; halves go to the even neighbour.
fn epoch_micros(heap: &Heap, seconds: f64) -> Outcome<i128> {
    if seconds.is_nan() {
        return Err(heap.value_error("Invalid value NaN (not a number)"));
    }
    if seconds.abs() >= 1e15 {
        return Err(heap.overflow_error("timestamp out of range for platform time_t"));
    }
    let whole = seconds.floor();
    let micros = ((seconds - whole) * 1e6).round_ties_even();
    let total =
        i128::from(whole as i64) * i128::from(MICROS) + micros as i128 + i128::from(EPOCH) * i128::from(DAY);
    let year = 1 + total.div_euclid(i128::from(DAY)) / 366;
    if total < i128::from(DAY) || total >= i128::from(LAST_DAY + 1) * i128::from(DAY) {
        return Err(heap.value_error(format!("year {year} is out of range")));
    }
    Ok(total)
}

/// A time in seconds since 1970 in local time.
pub fn local(heap: &Heap, seconds: f64, zone: Option<Zoned>) -> Outcome<Moment> {
    let total = epoch_micros(heap, seconds)?;
    let (offset, _) = calendar::local_offset(seconds.floor() as i64);
    let mut moment = from_micros(heap, total + i128::from(offset * MICROS), zone)?;
    // The second time that the clock shows this.
    let (before, _) = calendar::local_offset(seconds.floor() as i64 - 86_400);
    if before > offset {
        let gap = before - offset;
        moment.fold = calendar::local_offset(seconds.floor() as i64 - gap).0 == before;
    }
    Ok(moment)
}

/// A time in seconds since 1970 in a zone.
pub fn from_timestamp(heap: &Heap, seconds: f64, zone: &Value) -> Outcome {
    match zone::zoned(heap, zone)? {
        None => local(heap, seconds, None).map(|moment| make(heap, moment)),
        Some(zone) => {
            let total = epoch_micros(heap, seconds)? + i128::from(zone.offset);
            from_micros(heap, total, Some(zone)).map(|moment| make(heap, moment))
        }
    }
}

fn now(heap: &Heap, zone: &Value) -> Outcome {
    let seconds = host(heap).now(heap)?;
    from_timestamp(heap, seconds, zone)
}

impl Moment {
    pub fn fields(&self) -> Fields {
        let (year, month, day) = calendar::date_of(self.number);
        Fields { year, month, day, micros: self.micros, zone: clock::zone_field(&self.zone) }
    }

    fn wall(&self) -> i128 {
        i128::from(self.number) * i128::from(DAY) + i128::from(self.micros)
    }

    /// The moment in UTC; as it is without a zone.
    fn utc(&self) -> i128 {
        self.wall() - self.zone.as_ref().map_or(0, |zone| i128::from(zone.offset))
    }

    /// Microseconds since 1970; without a zone it is local time.
    fn since_epoch(&self) -> i128 {
        let micros = self.utc() - i128::from(EPOCH) * i128::from(DAY);
        if self.zone.is_some() {
            return micros;
        }
        let million = i128::from(MICROS);
        let seconds = calendar::local_to_utc(micros.div_euclid(million) as i64, self.fold);
        i128::from(seconds) * million + micros.rem_euclid(million)
    }

    pub fn timestamp(&self) -> f64 {
        delta::Delta(self.since_epoch()).seconds()
    }

    fn iso(&self, separator: char, timespec: &str) -> Option<String> {
        let (year, month, day) = calendar::date_of(self.number);
        let time = text::iso_time(self.micros, timespec, self.zone.as_ref().map(|zone| zone.offset))?;
        Some(format!("{}{separator}{time}", text::iso_date(year, month, day)))
    }
}

impl NativeObject for Moment {
    same_type!("datetime");

    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.zone.iter().for_each(|zone| visit(&zone.value));
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        self.zone.take().into_iter().for_each(|zone| take(zone.value));
    }
    fn repr(&self, heap: &Heap) -> Option<Outcome<String>> {
        let (year, month, day) = calendar::date_of(self.number);
        let parts = clock::shown(heap, vec![year, month, day], self.micros, &self.zone, self.fold);
        Some(parts.map(|parts| format!("datetime.datetime({parts})")))
    }
    fn str(&self, _heap: &Heap) -> Option<Outcome<String>> {
        Some(Ok(self.iso(' ', "auto").unwrap_or_default()))
    }
    fn format(&self, _heap: &Heap, spec: &str) -> Option<Outcome<String>> {
        Some(Ok(if spec.is_empty() {
            self.iso(' ', "auto").unwrap_or_default()
        } else {
            text::strftime(&self.fields(), spec)
        }))
    }
    fn attribute(&self, heap: &Heap, name: Symbol) -> Option<Outcome> {
        match name.name() {
            "year" | "month" | "day" => Day(self.number).attribute(heap, name),
            _ => attribute(self.micros, &self.zone, self.fold, name).map(Ok),
        }
    }
    fn compare(&self, heap: &Heap, op: CompareOp, other: &Value) -> Option<Outcome> {
        let is_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        if day::of(other).is_some() && !is_equality {
            return Some(Err(heap.type_error("can't compare datetime.datetime to datetime.date")));
        }
        let other = of(other)?;
        if self.zone.is_some() != other.zone.is_some() {
            return Some(if is_equality {
                Ok(Value::bool(op == CompareOp::Ne))
            } else {
                Err(heap.type_error("can't compare offset-naive and offset-aware datetimes"))
            });
        }
        super::ordered(op, self.utc().cmp(&other.utc()))
    }
    fn binary(&self, heap: &Heap, op: BinaryOp, other: &Value, reflected: bool) -> Option<Outcome> {
        if let Some(delta) = delta::of(other) {
            let micros = match (op, reflected) {
                (BinaryOp::Add, _) => self.wall() + delta.0,
                (BinaryOp::Sub, false) => self.wall() - delta.0,
                _ => return None,
            };
            return Some(from_micros(heap, micros, self.zone.clone()).map(|moment| make(heap, moment)));
        }
        let (BinaryOp::Sub, Some(other), false) = (op, of(other), reflected) else { return None };
        if self.zone.is_some() != other.zone.is_some() {
            return Some(Err(heap.type_error("can't subtract offset-naive and offset-aware datetimes")));
        }
        Some(delta::make(heap, self.utc() - other.utc()))
    }
    fn hash(&self) -> Option<u64> {
        Some(super::mixed(self.utc() as u64, 5))
    }
    fn freeze(&self) -> Option<(&'static str, String)> {
        let zone = clock::frozen_zone(&self.zone);
        Some(("datetime.datetime", format!("{} {} {} {zone}", self.number, self.micros, u8::from(self.fold))))
    }
}

pub fn thaw(heap: &Heap, text: &str) -> Option<Outcome> {
    let mut parts = text.splitn(4, ' ');
    let number = parts.next()?.parse().ok()?;
    let micros = parts.next()?.parse().ok()?;
    let fold = parts.next()? == "1";
    Some(Ok(make(heap, Moment { number, micros, fold, zone: clock::thawed_zone(heap, parts.next()?) })))
}

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let (year, month, day) =
        (to_i64(heap, args.get(1))?, to_i64(heap, args.get(2))?, to_i64(heap, args.get(3))?);
    let number = day::valid(heap, year, month, day)?;
    let micros = reading(heap, &args, 4, 0)?;
    let fold = folded(heap, args.get(9), false)?;
    Ok(make(heap, Moment { number, micros, zone: zone::zoned(heap, args.get(8))?, fold }))
}

fn run_now(heap: &Heap, args: Args<'_>) -> Outcome {
    now(heap, args.get(1))
}

fn run_utcnow(heap: &Heap, _args: Args<'_>) -> Outcome {
    let total = epoch_micros(heap, host(heap).now(heap)?)?;
    from_micros(heap, total, None).map(|moment| make(heap, moment))
}

fn run_fromtimestamp(heap: &Heap, args: Args<'_>) -> Outcome {
    from_timestamp(heap, to_f64(heap, args.get(1))?, args.get(2))
}

fn run_utcfromtimestamp(heap: &Heap, args: Args<'_>) -> Outcome {
    let total = epoch_micros(heap, to_f64(heap, args.get(1))?)?;
    from_micros(heap, total, None).map(|moment| make(heap, moment))
}

fn midnight(heap: &Heap, number: i64) -> Value {
    make(heap, Moment { number, micros: 0, zone: None, fold: false })
}

fn run_fromordinal(heap: &Heap, args: Args<'_>) -> Outcome {
    let number = to_i64(heap, args.get(1))?;
    if number < 1 {
        return Err(heap.value_error("ordinal must be >= 1"));
    }
    if number > LAST_DAY {
        return Err(heap.value_error(format!("year {} is out of range", calendar::date_of(number).0)));
    }
    Ok(midnight(heap, number))
}

fn run_fromisocalendar(heap: &Heap, args: Args<'_>) -> Outcome {
    let (year, week, day) =
        (to_i64(heap, args.get(1))?, to_i64(heap, args.get(2))?, to_i64(heap, args.get(3))?);
    match text::week_date(year, week, day) {
        Some((year, month, day)) => Ok(midnight(heap, day::valid(heap, year, month, day)?)),
        None => Err(heap.value_error(format!("Invalid week: {week}"))),
    }
}

fn run_fromisoformat(heap: &Heap, args: Args<'_>) -> Outcome {
    let Some(given) = argument::text(args.get(1)) else {
        return Err(heap.type_error("fromisoformat: argument must be str"));
    };
    let invalid = || {
        heap.value_error(format!(
            "Invalid isoformat string: {}",
            crate::value::text::repr_str(given.as_str())
        ))
    };
    let ((year, month, day), rest) = text::parse_iso_date(given.as_str()).ok_or_else(invalid)?;
    let number = day::valid(heap, year, month, day)?;
    let mut after = rest.chars();
    if after.next().is_none() {
        return Ok(midnight(heap, number));
    }
    let (micros, offset) = text::parse_iso_time(after.as_str()).ok_or_else(invalid)?;
    let zone = offset.map_or(Value::None, |offset| zone::at(heap, offset));
    Ok(make(heap, Moment { number, micros, zone: zone::zoned(heap, &zone)?, fold: false }))
}

fn run_strptime(heap: &Heap, args: Args<'_>) -> Outcome {
    let given = argument::text_of(heap, args.get(1), "strptime() argument 1")?;
    let format = argument::text_of(heap, args.get(2), "strptime() argument 2")?;
    let (given, format) = (given.as_str(), format.as_str());
    let quoted = crate::value::text::repr_str;
    let fields = text::strptime(given, format).map_err(|mismatch| {
        heap.value_error(match mismatch {
            Mismatch::Different => {
                format!("time data {} does not match format {}", quoted(given), quoted(format))
            }
            Mismatch::Remains(rest) => format!("unconverted data remains: {rest}"),
            Mismatch::BadDirective(c) => {
                format!("{} is a bad directive in format {}", quoted(&c.to_string()), quoted(format))
            }
            Mismatch::BadDay => "day is out of range for month".to_owned(),
        })
    })?;
    let number = day::valid(heap, fields.year, fields.month, fields.day)?;
    let zone = match fields.zone {
        None => Value::None,
        Some((offset, name)) if name.is_empty() => zone::at(heap, offset),
        Some((offset, name)) => zone::make(heap, offset, Some(name)),
    };
    Ok(make(heap, Moment { number, micros: fields.micros, zone: zone::zoned(heap, &zone)?, fold: false }))
}

fn run_combine(heap: &Heap, args: Args<'_>) -> Outcome {
    let number = day::of(args.get(1)).or_else(|| of(args.get(1)).map(|moment| moment.number));
    let Some(number) = number else {
        return Err(heap.type_error(format!(
            "combine() argument 1 must be datetime.date, not {}",
            type_name(args.get(1))
        )));
    };
    let Some(clock) = clock::of(args.get(2)) else {
        return Err(heap.type_error(format!(
            "combine() argument 2 must be datetime.time, not {}",
            type_name(args.get(2))
        )));
    };
    let zone = if args.is_given(3) { zone::zoned(heap, args.get(3))? } else { clock.zone };
    Ok(make(heap, Moment { number, micros: clock.micros, zone, fold: clock.fold }))
}

fn run_time(heap: &Heap, args: &Args<'_>, with_zone: bool) -> Outcome {
    let own = own(heap, args)?;
    Ok(clock::make(heap, Clock { micros: own.micros, zone: own.zone.filter(|_| with_zone), fold: own.fold }))
}

fn run_replace(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = own(heap, &args)?;
    let (year, month, day) = calendar::date_of(own.number);
    let part = |index: usize, old: i64| argument::int_or(heap, args.get(index), old);
    let number = day::valid(heap, part(1, year)?, part(2, month)?, part(3, day)?)?;
    let micros = reading(heap, &args, 4, own.micros)?;
    let zone = if args.is_given(8) { zone::zoned(heap, args.get(8))? } else { own.zone };
    Ok(make(heap, Moment { number, micros, zone, fold: folded(heap, args.get(9), own.fold)? }))
}

fn run_astimezone(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = own(heap, &args)?;
    let since = own.since_epoch();
    let zone = match args.some(1) {
        Some(zone) => zone.clone(),
        None => {
            let (offset, name) = calendar::local_offset(since.div_euclid(i128::from(MICROS)) as i64);
            zone::make(heap, offset * MICROS, Some(name))
        }
    };
    let zone = zone::zoned(heap, &zone)?;
    let offset = zone.as_ref().map_or(0, |zone| zone.offset);
    let total = since + i128::from(EPOCH) * i128::from(DAY) + i128::from(offset);
    from_micros(heap, total, zone).map(|moment| make(heap, moment))
}

/// `zone.fromutc(moment)`
pub fn run_fromutc(heap: &Heap, args: Args<'_>) -> Outcome {
    let Some(moment) = of(args.get(1)) else {
        return Err(heap.type_error("fromutc() argument must be a datetime instance"));
    };
    match moment.zone {
        Some(ref zone) if zone.value.is(args.get(0)) => {
            let micros = moment.wall() + i128::from(zone.offset);
            from_micros(heap, micros, moment.zone).map(|moment| make(heap, moment))
        }
        _ => Err(heap.value_error("fromutc: dt.tzinfo is not self")),
    }
}

fn run_isoformat(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = own(heap, &args)?;
    let separator = match args.get(1) {
        Value::Unbound => 'T',
        given => {
            let text = argument::text_of(heap, given, "isoformat() argument 1")?;
            let mut chars = text.as_str().chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => c,
                _ => {
                    return Err(
                        heap.type_error("isoformat() argument 1 must be a unicode character, not str")
                    );
                }
            }
        }
    };
    let timespec = match args.get(2) {
        Value::Unbound => "auto".to_owned(),
        given => argument::text_of(heap, given, "isoformat() argument 2")?.as_str().to_owned(),
    };
    own.iso(separator, &timespec).map(Value::from).ok_or_else(|| heap.value_error("Unknown timespec value"))
}

fn run_strftime(heap: &Heap, args: Args<'_>) -> Outcome {
    let format = argument::text_of(heap, args.get(1), "strftime() argument 1")?;
    Ok(Value::from(text::strftime(&own(heap, &args)?.fields(), format.as_str())))
}

/// `datetime.min` and its kin.
pub fn constants(heap: &Heap) -> Outcome<()> {
    let class = heap.native_class(DATETIME, DATETIME);
    class.set_attribute(Symbol::new("min"), midnight(heap, 1));
    class.set_attribute(
        Symbol::new("max"),
        make(heap, Moment { number: LAST_DAY, micros: DAY - 1, zone: None, fold: false }),
    );
    class.set_attribute(Symbol::new("resolution"), delta::make(heap, 1)?);
    Ok(())
}
