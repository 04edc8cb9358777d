//! The calendar: days counted from 0001-01-01 (day 1), as `toordinal` counts them, to year, month
//! and day and back; weeks; names. Times of day are microseconds since midnight. Nothing here knows
//! values.
//!
//! The system's own time zone is asked here as well, and nowhere else.

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub const MICROS: i64 = 1_000_000;
pub const DAY: i64 = 86_400 * MICROS;
/// The day number of 9999-12-31.
pub const LAST_DAY: i64 = 3_652_059;
/// The day number of 1970-01-01.
pub const EPOCH: i64 = 719_163;

pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The day number of a date.
pub fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let y = year - 1;
    y * 365 + y / 4 - y / 100 + y / 400 + day_of_year(year, month, day)
}

/// Which day of its year a date is, from 1.
pub fn day_of_year(year: i64, month: i64, day: i64) -> i64 {
    (1..month).map(|m| days_in_month(year, m)).sum::<i64>() + day
}

/// Year, month and day of a day number from 1 to `LAST_DAY`.
pub fn date_of(number: i64) -> (i64, i64, i64) {
    // Civil-from-days with years that begin in March.
    let shifted = number - 1 + 306;
    let era = shifted.div_euclid(146_097);
    let in_era = shifted.rem_euclid(146_097);
    let year_of_era = (in_era - in_era / 1460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// 0 for Monday.
pub fn weekday(number: i64) -> i64 {
    (number + 6).rem_euclid(7)
}

/// The Monday with which a year's week 1 begins.
pub fn first_monday(year: i64) -> i64 {
    let first = day_number(year, 1, 1);
    let weekday = weekday(first);
    if weekday > 3 { first - weekday + 7 } else { first - weekday }
}

/// ISO year, week and weekday of a date.
pub fn iso(year: i64, number: i64) -> (i64, i64, i64) {
    let mut iso_year = year;
    if number < first_monday(year) {
        iso_year -= 1;
    } else if number >= first_monday(year + 1) {
        iso_year += 1;
    }
    let days = number - first_monday(iso_year);
    (iso_year, days / 7 + 1, days % 7 + 1)
}

/// Seconds that local time is ahead of UTC, and the zone's name, at a time in seconds since 1970.
pub fn local_offset(seconds: i64) -> (i64, String) {
    let zone = TimeZone::system();
    if zone.is_unknown() {
        return (0, "UTC".to_owned());
    }
    // The years that a time can have here end a day after jiff's: the last rule goes on.
    let within = seconds.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    let time = Timestamp::from_second(within).expect("it is between the ends");
    let info = zone.to_offset_info(time);
    (i64::from(info.offset().seconds()), info.abbreviation().to_owned())
}

/// Seconds since 1970 of a local wall-clock time given as if it were UTC.
pub fn local_to_utc(wall: i64, fold: bool) -> i64 {
    let (before, after) = (local_offset(wall - 86_400).0, local_offset(wall + 86_400).0);
    let fits = |offset: i64| local_offset(wall - offset).0 == offset;
    let (first, second) = if fold { (after, before) } else { (before, after) };
    if fits(first) || !fits(second) { wall - first } else { wall - second }
}
