//! `time`: clocks and sleeping, through the isolate's host, and times as tuples and text.
//!
//! Nothing here reads a clock of the system or blocks a thread: how an isolate sleeps is decided by
//! its host. The calendar, the local zone and `strftime` are those of `datetime`.

use std::cell::RefCell;
use std::time::Duration;

use super::datetime::calendar::{self, MICROS};
use super::datetime::text::{self, Fields};

use crate::builtins::argument::text_of;
use crate::builtins::{ModuleEntry, named_tuple};
use crate::eval::host;
use crate::value::ops::convert::{payload, to_f64, to_i64};
use crate::value::ops::iterate;
use crate::value::{Args, Class, Dict, Heap, NativeFunction, Outcome, Ref, Value};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "time",
    doc: "Clocks and sleeping.",
    functions: FUNCTIONS,
    values,
    native_types: &[],
};

static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new("time", "()", "Seconds since 1970.", &[("time.time() > 0", "True")], |heap, _| {
        host(heap).now(heap).map(Value::float)
    }),
    NativeFunction::new(
        "time_ns",
        "()",
        "Nanoseconds since 1970.",
        &[("time.time_ns() > 0", "True")],
        |heap, _| host(heap).now(heap).map(|t| Value::Int((t * 1e9) as i64)),
    ),
    NativeFunction::new(
        "monotonic",
        "()",
        "Seconds since some moment; never goes back.",
        &[("time.monotonic() >= 0", "True")],
        clock,
    ),
    NativeFunction::new(
        "perf_counter",
        "()",
        "Seconds since some moment, precisely.",
        &[("time.perf_counter() >= 0", "True")],
        clock,
    ),
    NativeFunction::new(
        "process_time",
        "()",
        "Seconds that the program has run.",
        &[("time.process_time() >= 0", "True")],
        clock,
    ),
    NativeFunction::new(
        "monotonic_ns",
        "()",
        "Nanoseconds since some moment; never goes back.",
        &[("time.monotonic_ns() >= 0", "True")],
        clock_ns,
    ),
    NativeFunction::new(
        "perf_counter_ns",
        "()",
        "Nanoseconds since some moment, precisely.",
        &[("time.perf_counter_ns() >= 0", "True")],
        clock_ns,
    ),
    NativeFunction::new("sleep", "(seconds, /)", "Waits.", &[("time.sleep(0)", "None")], sleep),
    NativeFunction::new(
        "gmtime",
        "(seconds=None, /)",
        "A time in UTC, taken apart.",
        &[("time.gmtime(0).tm_year", "1970"), ("time.gmtime(86400)[2]", "2")],
        |heap, args| taken_apart(heap, &args, false),
    ),
    NativeFunction::new(
        "localtime",
        "(seconds=None, /)",
        "A time in the local zone, taken apart.",
        &[("len(time.localtime())", "9")],
        |heap, args| taken_apart(heap, &args, true),
    ),
    NativeFunction::new(
        "mktime",
        "(t, /)",
        "Seconds since 1970 of a local time.",
        &[("time.mktime(time.localtime(1000))", "1000.0")],
        run_mktime,
    ),
    NativeFunction::new(
        "strftime",
        "(format, t=None, /)",
        "A time as text.",
        &[("time.strftime('%Y-%m-%d', time.gmtime(0))", "'1970-01-01'")],
        run_strftime,
    ),
    NativeFunction::new(
        "asctime",
        "(t=None, /)",
        "A time as a line of text.",
        &[("time.asctime(time.gmtime(0))", "'Thu Jan  1 00:00:00 1970'")],
        |heap, args| fields(heap, args.get(0)).map(|fields| text::ctime(&fields).into()),
    ),
    NativeFunction::new(
        "ctime",
        "(seconds=None, /)",
        "A time in seconds as a line of text.",
        &[("len(time.ctime(0))", "24")],
        |heap, args| {
            let seconds = seconds(heap, args.get(0))?;
            Ok(text::ctime(&at(seconds, calendar::local_offset(seconds))).into())
        },
    ),
];

/// The class `struct_time` of an isolate.
#[derive(Default)]
struct StructTime(RefCell<Option<Ref<Class>>>);

static NEW: NativeFunction = NativeFunction::new(
    "__new__",
    "(cls, sequence, /)",
    "A time that is taken apart, of nine numbers.",
    &[],
    run_new,
);

const FIELDS: [&str; 9] =
    ["tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst"];

fn struct_time(heap: &Heap) -> Ref<Class> {
    let kept = heap.attached::<StructTime>();
    let mut place = kept.0.borrow_mut();
    place
        .get_or_insert_with(|| {
            let fields = FIELDS.map(str::to_owned);
            let spec = named_tuple::Spec {
                name: "struct_time",
                module: "time",
                fields: &fields,
                defaults: &[],
                new: &NEW,
            };
            named_tuple::class(heap, &spec)
        })
        .clone()
}

/// Offsets of the local zone, in winter and in summer, with their names.
fn zone() -> ((i64, String), (i64, String)) {
    // What zone the machine is in is no question to the run: it is not asked again when a step is.
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = since.map_or(0, |since| since.as_secs() as i64);
    let (year, ..) = calendar::date_of(now.div_euclid(86_400) + calendar::day_number(1970, 1, 1));
    let start = |month| (calendar::day_number(year, month, 1) - calendar::day_number(1970, 1, 1)) * 86_400;
    let (january, july) = (calendar::local_offset(start(1)), calendar::local_offset(start(7)));
    if january.0 <= july.0 { (january, july) } else { (july, january) }
}

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    let (winter, summer) = zone();
    module.set_str("timezone", Value::Int(-winter.0));
    module.set_str("altzone", Value::Int(-summer.0));
    module.set_str("daylight", Value::Int(i64::from(winter.0 != summer.0)));
    let names = [Value::from(winter.1), Value::from(summer.1)];
    module.set_str("tzname", Value::tuple(heap, names));
    module.set_str("struct_time", Value::Class(struct_time(heap)));
    Ok(())
}

fn seconds(heap: &Heap, given: &Value) -> Outcome<i64> {
    let seconds = match given {
        Value::Unbound | Value::None => host(heap).now(heap)?,
        given => to_f64(heap, given)?,
    };
    if seconds.abs() > 6e10 || seconds.is_nan() {
        return Err(heap.overflow_error("timestamp out of range for platform time_t"));
    }
    Ok(seconds.floor() as i64)
}

/// A time in a zone.
fn at(seconds: i64, (offset, name): (i64, String)) -> Fields {
    let wall = seconds + offset;
    let (year, month, day) = calendar::date_of(wall.div_euclid(86_400) + calendar::day_number(1970, 1, 1));
    let micros = wall.rem_euclid(86_400) * MICROS;
    Fields { year, month, day, micros, zone: Some((offset * MICROS, name)) }
}

fn taken_apart(heap: &Heap, args: &Args<'_>, local: bool) -> Outcome {
    let seconds = seconds(heap, args.get(0))?;
    let zone = if local { calendar::local_offset(seconds) } else { (0, "UTC".to_owned()) };
    let is_summer = local && zone.0 != self::zone().0.0;
    let fields = at(seconds, zone);
    let day = calendar::day_number(fields.year, fields.month, fields.day);
    let second = fields.micros / MICROS;
    let numbers = [
        fields.year,
        fields.month,
        fields.day,
        second / 3600,
        second / 60 % 60,
        second % 60,
        calendar::weekday(day),
        day - calendar::day_number(fields.year, 1, 1) + 1,
        i64::from(is_summer),
    ];
    Ok(named_tuple::make(heap, &struct_time(heap), numbers.map(Value::Int).to_vec()))
}

/// The numbers of a time that is taken apart. Raises TypeError for anything else.
fn numbers(heap: &Heap, given: &Value) -> Outcome<[i64; 9]> {
    let items = match payload(given).as_ref().unwrap_or(given) {
        Value::Tuple(tuple) => tuple.items().to_vec(),
        _ => return Err(heap.type_error("Tuple or struct_time argument required")),
    };
    let mut numbers = [0; 9];
    if items.len() != numbers.len() {
        return Err(heap.type_error("time tuple must have exactly 9 elements"));
    }
    for (number, item) in numbers.iter_mut().zip(&items) {
        *number = to_i64(heap, item)?;
    }
    Ok(numbers)
}

/// What a time argument says; the present local time without one.
fn fields(heap: &Heap, given: &Value) -> Outcome<Fields> {
    if matches!(given, Value::Unbound | Value::None) {
        let now = seconds(heap, given)?;
        return Ok(at(now, calendar::local_offset(now)));
    }
    let [year, month, day, hour, minute, second, ..] = numbers(heap, given)?;
    for (number, range, what) in [
        (month, 0..=12, "month"),
        (day, 0..=31, "day of month"),
        (hour, 0..=23, "hour"),
        (minute, 0..=59, "minute"),
        (second, 0..=61, "seconds"),
    ] {
        if !range.contains(&number) {
            return Err(heap.value_error(format!("{what} out of range")));
        }
    }
    let micros = (hour * 3600 + minute * 60 + second.min(59)) * MICROS;
    let wall =
        (calendar::day_number(year, month.max(1), day.max(1)) - calendar::day_number(1970, 1, 1)) * 86_400;
    let (offset, name) = calendar::local_offset(calendar::local_to_utc(wall + micros / MICROS, false));
    Ok(Fields { year, month: month.max(1), day: day.max(1), micros, zone: Some((offset * MICROS, name)) })
}

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let items = iterate::collect(heap, args.get(1))?;
    if items.len() != FIELDS.len() {
        return Err(heap
            .type_error(format!("time.struct_time() takes a 9-sequence ({}-sequence given)", items.len())));
    }
    Ok(named_tuple::make(heap, &struct_time(heap), items))
}

fn run_mktime(heap: &Heap, args: Args<'_>) -> Outcome {
    let [year, month, day, hour, minute, second, _, _, is_summer] = numbers(heap, args.get(0))?;
    // Numbers beyond their range carry over, as in C.
    let (year, month) = (year + (month - 1).div_euclid(12), (month - 1).rem_euclid(12) + 1);
    if !(-100_000..=100_000).contains(&year) || [day, hour, minute, second].iter().any(|n| n.abs() > 1 << 40)
    {
        return Err(heap.overflow_error("mktime argument out of range"));
    }
    let days = calendar::day_number(year, month, 1) + day - 1 - calendar::day_number(1970, 1, 1);
    let wall = days * 86_400 + hour * 3600 + minute * 60 + second;
    Ok(Value::float(calendar::local_to_utc(wall, is_summer == 0) as f64))
}

fn run_strftime(heap: &Heap, args: Args<'_>) -> Outcome {
    let format = text_of(heap, args.get(0), "strftime() argument 1")?;
    let fields = fields(heap, args.get(1))?;
    Ok(text::strftime(&fields, format.as_str()).into())
}

fn clock_ns(heap: &Heap, _args: Args<'_>) -> Outcome {
    host(heap).monotonic(heap).map(|t| Value::Int(i64::try_from(t.as_nanos()).unwrap_or(i64::MAX)))
}

fn clock(heap: &Heap, _args: Args<'_>) -> Outcome {
    host(heap).monotonic(heap).map(|t| Value::float(t.as_secs_f64()))
}

fn sleep(heap: &Heap, args: Args<'_>) -> Outcome {
    let seconds = to_f64(heap, args.get(0))?;
    if seconds < 0.0 {
        return Err(heap.value_error("sleep length must be non-negative"));
    }
    let Ok(time) = Duration::try_from_secs_f64(seconds) else {
        return Err(heap.overflow_error("timestamp too large to convert to C PyTime_t"));
    };
    host(heap).sleep(heap, time).map(|()| Value::None)
}
