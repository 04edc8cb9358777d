//! Dates and times as text: ISO 8601 both ways, `strftime` and `strptime`. Everything works on
//! [`Fields`], which any of the types can fill.
//!
//! Nothing here knows values or raises: what cannot be read is `None` or a `Mismatch`, and the
//! types have the words for it.

use super::calendar::{self, MICROS, MONTHS, WEEKDAYS};
use super::zone::offset_text;

/// A date, a time of day and a zone, taken apart.
#[derive(Clone, Default, Debug, PartialEq)]
pub struct Fields {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    /// Microseconds since midnight.
    pub micros: i64,
    /// Offset in microseconds, and name.
    pub zone: Option<(i64, String)>,
}

impl Fields {
    fn clock(&self) -> (i64, i64, i64, i64) {
        let seconds = self.micros / MICROS;
        (seconds / 3600, seconds / 60 % 60, seconds % 60, self.micros % MICROS)
    }

    fn number(&self) -> i64 {
        calendar::day_number(self.year, self.month, self.day)
    }
}

/// `2024-01-31`
pub fn iso_date(year: i64, month: i64, day: i64) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

/// `12:30:00.5`, down to what `timespec` says; `None` for an unknown one.
pub fn iso_time(micros: i64, timespec: &str, offset: Option<i64>) -> Option<String> {
    let (seconds, rest) = (micros / MICROS, micros % MICROS);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut text = match timespec {
        "hours" => format!("{hour:02}"),
        "minutes" => format!("{hour:02}:{minute:02}"),
        "milliseconds" => format!("{hour:02}:{minute:02}:{second:02}.{:03}", rest / 1000),
        "microseconds" => format!("{hour:02}:{minute:02}:{second:02}.{rest:06}"),
        "auto" if rest != 0 => format!("{hour:02}:{minute:02}:{second:02}.{rest:06}"),
        "auto" | "seconds" => format!("{hour:02}:{minute:02}:{second:02}"),
        _ => return None,
    };
    if let Some(offset) = offset {
        text += &offset_text(offset, ":");
    }
    Some(text)
}

/// `Wed Jan 31 12:30:00 2024`
pub fn ctime(fields: &Fields) -> String {
    let (hour, minute, second, _) = fields.clock();
    let weekday = WEEKDAYS[calendar::weekday(fields.number()) as usize];
    let month = MONTHS[(fields.month - 1) as usize];
    format!(
        "{} {} {:2} {hour:02}:{minute:02}:{second:02} {:04}",
        &weekday[..3],
        &month[..3],
        fields.day,
        fields.year
    )
}

/// `strftime`
pub fn strftime(fields: &Fields, format: &str) -> String {
    let (hour, minute, second, micros) = fields.clock();
    let number = fields.number();
    let weekday = calendar::weekday(number);
    let in_year = calendar::day_of_year(fields.year, fields.month, fields.day);
    let (iso_year, iso_week, _) = calendar::iso(fields.year, number);
    let weekday_name = WEEKDAYS[weekday as usize];
    let month_name = MONTHS[(fields.month - 1) as usize];
    let twelve = (hour + 11) % 12 + 1;
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let Some(kind) = chars.next() else {
            out.push('%');
            break;
        };
        let part = match kind {
            'a' => weekday_name[..3].to_owned(),
            'A' => weekday_name.to_owned(),
            'w' => ((weekday + 1) % 7).to_string(),
            'u' => (weekday + 1).to_string(),
            'd' => format!("{:02}", fields.day),
            'e' => format!("{:2}", fields.day),
            'b' | 'h' => month_name[..3].to_owned(),
            'B' => month_name.to_owned(),
            'm' => format!("{:02}", fields.month),
            'y' => format!("{:02}", fields.year % 100),
            'Y' => fields.year.to_string(),
            'C' => format!("{:02}", fields.year / 100),
            'G' => iso_year.to_string(),
            'g' => format!("{:02}", iso_year.rem_euclid(100)),
            'H' => format!("{hour:02}"),
            'k' => format!("{hour:2}"),
            'I' => format!("{twelve:02}"),
            'l' => format!("{twelve:2}"),
            'p' => if hour < 12 { "AM" } else { "PM" }.to_owned(),
            'P' => if hour < 12 { "am" } else { "pm" }.to_owned(),
            'M' => format!("{minute:02}"),
            'S' => format!("{second:02}"),
            'f' => format!("{micros:06}"),
            'j' => format!("{in_year:03}"),
            'U' => format!("{:02}", (in_year + 6 - (weekday + 1) % 7) / 7),
            'W' => format!("{:02}", (in_year + 6 - weekday) / 7),
            'V' => format!("{iso_week:02}"),
            'z' => fields.zone.as_ref().map(|(offset, _)| offset_text(*offset, "")).unwrap_or_default(),
            'Z' => fields.zone.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
            ':' => match chars.next() {
                Some('z') => {
                    fields.zone.as_ref().map(|(offset, _)| offset_text(*offset, ":")).unwrap_or_default()
                }
                Some(other) => format!("%:{other}"),
                None => "%:".to_owned(),
            },
            's' => {
                let offset = fields.zone.as_ref().map(|(offset, _)| offset / MICROS);
                let wall = (number - calendar::EPOCH) * 86_400 + fields.micros / MICROS;
                offset.map_or_else(|| calendar::local_to_utc(wall, false), |offset| wall - offset).to_string()
            }
            'c' => ctime(fields),
            'x' | 'D' => format!("{:02}/{:02}/{:02}", fields.month, fields.day, fields.year % 100),
            'X' | 'T' => format!("{hour:02}:{minute:02}:{second:02}"),
            'F' => format!("{}-{:02}-{:02}", fields.year, fields.month, fields.day),
            'R' => format!("{hour:02}:{minute:02}"),
            'r' => format!("{twelve:02}:{minute:02}:{second:02} {}", if hour < 12 { "AM" } else { "PM" }),
            'n' => "\n".to_owned(),
            't' => "\t".to_owned(),
            '%' => "%".to_owned(),
            other => format!("%{other}"),
        };
        out.push_str(&part);
    }
    out
}

/// Exactly so many digits.
fn fixed(text: &str, count: usize) -> Option<(i64, &str)> {
    let digits = text.get(..count).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    Some((digits.parse().ok()?, &text[count..]))
}

/// A date at the beginning of an ISO text: calendar or week date, with or without hyphens.
pub fn parse_iso_date(text: &str) -> Option<((i64, i64, i64), &str)> {
    let (year, rest) = fixed(text, 4)?;
    let hyphen = rest.starts_with('-');
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    if let Some(rest) = rest.strip_prefix('W') {
        let (week, mut rest) = fixed(rest, 2)?;
        let mut weekday = 1;
        let after = if hyphen { rest.strip_prefix('-') } else { Some(rest) };
        if let Some((found, after)) = after.and_then(|after| fixed(after, 1)) {
            (weekday, rest) = (found, after);
        }
        return Some((week_date(year, week, weekday)?, rest));
    }
    let (month, rest) = fixed(rest, 2)?;
    let rest = if hyphen { rest.strip_prefix('-')? } else { rest };
    let (day, rest) = fixed(rest, 2)?;
    Some(((year, month, day), rest))
}

/// The date of an ISO week and weekday.
pub fn week_date(year: i64, week: i64, weekday: i64) -> Option<(i64, i64, i64)> {
    if !(1..=9999).contains(&year) || !(1..=7).contains(&weekday) || !(1..=53).contains(&week) {
        return None;
    }
    let number = calendar::first_monday(year) + (week - 1) * 7 + weekday - 1;
    if week == 53 && number - weekday + 1 >= calendar::first_monday(year + 1)
        || !(1..=calendar::LAST_DAY).contains(&number)
    {
        return None;
    }
    Some(calendar::date_of(number))
}

/// A clock reading without a zone: microseconds.
fn parse_iso_clock(text: &str) -> Option<i64> {
    let (hour, mut rest) = fixed(text, 2)?;
    let mut parts = [hour, 0, 0];
    let colon = rest.starts_with(':');
    for part in &mut parts[1..] {
        if rest.is_empty() {
            break;
        }
        let next = if colon { rest.strip_prefix(':')? } else { rest };
        (*part, rest) = fixed(next, 2)?;
    }
    let mut micros = 0;
    if !rest.is_empty() {
        let digits = rest.strip_prefix(['.', ','])?;
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        micros = format!("{digits:0<6}").get(..6)?.parse().ok()?;
    }
    let [hour, minute, second] = parts;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some((hour * 3600 + minute * 60 + second) * MICROS + micros)
}

/// A time of an ISO text with its offset, if it has one.
pub fn parse_iso_time(text: &str) -> Option<(i64, Option<i64>)> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some((parse_iso_clock(clock)?, Some(0)));
    }
    match text.rfind(['+', '-']) {
        Some(at) => {
            let size = parse_iso_clock(&text[at + 1..])?;
            Some((
                parse_iso_clock(&text[..at])?,
                Some(if text[at..].starts_with('-') { -size } else { size }),
            ))
        }
        None => Some((parse_iso_clock(text)?, None)),
    }
}

/// Why `strptime` gave up.
pub enum Mismatch {
    Different,
    Remains(String),
    BadDirective(char),
    BadDay,
}

/// At most so many digits.
fn number(text: &str, most: usize, range: std::ops::RangeInclusive<i64>) -> Option<(i64, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    // A shorter run that fits is taken, as the regular expressions of CPython do.
    (1..=digits).rev().find_map(|count| {
        let value: i64 = text[..count].parse().ok()?;
        range.contains(&value).then_some((value, &text[count..]))
    })
}

/// Which of some names the text begins with, whatever the case.
fn named<'t>(text: &'t str, names: &[&str], length: Option<usize>) -> Option<(i64, &'t str)> {
    names.iter().enumerate().find_map(|(index, name)| {
        let name = length.map_or(*name, |length| &name[..length]);
        let head = text.get(..name.len())?;
        head.eq_ignore_ascii_case(name).then(|| (index as i64, &text[name.len()..]))
    })
}

/// `strptime`
pub fn strptime(text: &str, format: &str) -> Result<Fields, Mismatch> {
    let mut fields = Fields { year: 1900, month: 1, day: 1, micros: 0, zone: None };
    let (mut hour, mut minute, mut second, mut micros) = (0, 0, 0, 0);
    let (mut twelve, mut afternoon, mut in_year) = (None, None, None);
    let (mut offset, mut zone_name) = (None, None);
    let (mut iso_year, mut iso_week, mut weekday) = (None, None, None);
    let expanded = format
        .replace("%c", "%a %b %d %H:%M:%S %Y")
        .replace("%x", "%m/%d/%y")
        .replace("%X", "%H:%M:%S")
        .replace("%T", "%H:%M:%S");
    let mut chars = expanded.chars().peekable();
    let mut rest = text;
    let found = |taken: Option<(i64, &'_ str)>| {
        taken.map(|(value, rest)| (value, rest.len())).ok_or(Mismatch::Different)
    };
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            while chars.next_if(|c| c.is_whitespace()).is_some() {}
            let trimmed = rest.trim_start();
            if trimmed.len() == rest.len() {
                return Err(Mismatch::Different);
            }
            rest = trimmed;
            continue;
        }
        if c != '%' {
            let mut after = rest.chars();
            match after.next() {
                Some(other) if other.to_lowercase().eq(c.to_lowercase()) => rest = after.as_str(),
                _ => return Err(Mismatch::Different),
            }
            continue;
        }
        let kind = chars.next().unwrap_or('%');
        let (value, left) = match kind {
            'Y' => found(fixed(rest, 4))?,
            'y' => found(fixed(rest, 2))?,
            'm' => found(number(rest, 2, 1..=12))?,
            'd' => found(number(rest.strip_prefix(' ').unwrap_or(rest), 2, 1..=31))?,
            'H' => found(number(rest, 2, 0..=23))?,
            'I' => found(number(rest, 2, 1..=12))?,
            'M' => found(number(rest, 2, 0..=59))?,
            'S' => found(number(rest, 2, 0..=61))?,
            'j' => found(number(rest, 3, 1..=366))?,
            'w' => found(number(rest, 1, 0..=6))?,
            'u' => found(number(rest, 1, 1..=7))?,
            'U' | 'W' => found(number(rest, 2, 0..=53))?,
            'G' => found(fixed(rest, 4))?,
            'V' => found(number(rest, 2, 1..=53))?,
            'b' => found(named(rest, &MONTHS, Some(3)))?,
            'B' => found(named(rest, &MONTHS, None))?,
            'a' => found(named(rest, &WEEKDAYS, Some(3)))?,
            'A' => found(named(rest, &WEEKDAYS, None))?,
            'p' => found(named(rest, &["AM", "PM"], None))?,
            'f' => {
                let count = rest.bytes().take(6).take_while(u8::is_ascii_digit).count();
                if count == 0 {
                    return Err(Mismatch::Different);
                }
                (format!("{:0<6}", &rest[..count]).parse().unwrap_or(0), rest.len() - count)
            }
            'z' => {
                let (size, left) = parse_offset(rest).ok_or(Mismatch::Different)?;
                (size, left.len())
            }
            'Z' => {
                let (at, left) = found(named(rest, &["UTC", "GMT"], None))?;
                zone_name = Some(["UTC", "GMT"][at as usize]);
                (at, left)
            }
            '%' => found(rest.strip_prefix('%').map(|rest| (0, rest)))?,
            other => return Err(Mismatch::BadDirective(other)),
        };
        rest = &rest[rest.len() - left..];
        match kind {
            'Y' => fields.year = value,
            'y' => fields.year = if value < 69 { 2000 + value } else { 1900 + value },
            'm' => fields.month = value,
            'b' | 'B' => fields.month = value + 1,
            'd' => fields.day = value,
            'H' => hour = value,
            'I' => twelve = Some(value),
            'M' => minute = value,
            'S' => second = value,
            'f' => micros = value,
            'p' => afternoon = Some(value == 1),
            'j' => in_year = Some(value),
            'z' => offset = Some(value),
            'G' => iso_year = Some(value),
            'V' => iso_week = Some(value),
            'u' => weekday = Some(value),
            'w' => weekday = Some((value + 6) % 7 + 1),
            'a' | 'A' => weekday = Some(value + 1),
            _ => {}
        }
    }
    if !rest.is_empty() {
        return Err(Mismatch::Remains(rest.to_owned()));
    }
    if let Some(twelve) = twelve {
        hour = twelve % 12 + if afternoon == Some(true) { 12 } else { 0 };
    }
    if let (Some(year), Some(week), Some(weekday)) = (iso_year, iso_week, weekday) {
        (fields.year, fields.month, fields.day) = week_date(year, week, weekday).ok_or(Mismatch::BadDay)?;
    } else if let Some(in_year) = in_year {
        (fields.year, fields.month, fields.day) =
            calendar::date_of(calendar::day_number(fields.year, 1, 1) + in_year - 1);
    }
    if fields.year < 1 || fields.day > calendar::days_in_month(fields.year, fields.month) || second > 59 {
        return Err(Mismatch::BadDay);
    }
    fields.micros = (hour * 3600 + minute * 60 + second) * MICROS + micros;
    fields.zone = offset.map(|offset| (offset, zone_name.unwrap_or_default().to_owned()));
    Ok(fields)
}

/// `+0100`, `+01:00`, `Z`: microseconds.
fn parse_offset(text: &str) -> Option<(i64, &str)> {
    if let Some(rest) = text.strip_prefix('Z') {
        return Some((0, rest));
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let rest = text.strip_prefix(['+', '-'])?;
    let (hours, rest) = fixed(rest, 2)?;
    let (minutes, mut rest) = fixed(rest.strip_prefix(':').unwrap_or(rest), 2)?;
    let mut seconds = 0;
    if let Some((found, after)) = fixed(rest.strip_prefix(':').unwrap_or(rest), 2) {
        (seconds, rest) = (found, after);
    }
    Some((sign * (hours * 3600 + minutes * 60 + seconds) * MICROS, rest))
}
