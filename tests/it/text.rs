//! Formats, literals and methods of strings against tables from CPython: `value::text`.

use ambler::value::number::Fault;
use ambler::value::text::*;

use crate::table::{self, Row, show_bool, show_float, show_int};

#[test]
fn text_agrees_with_cpython() {
    table::check(include_str!("../oracle/text.tsv"), |row| match row.operation.as_str() {
        "format_int" => format_int(row.int(1).as_ref(), &FormatSpec::parse(row.text(0), Subject::Int)?),
        "format_bool" => format_bool(row.flag(1), &FormatSpec::parse(row.text(0), Subject::Bool)?),
        "format_float" => format_float(row.float(1), &FormatSpec::parse(row.text(0), Subject::Float)?),
        "format_str" => format_str(row.text(1), &FormatSpec::parse(row.text(0), Subject::Str)?),
        "repr_float" => Ok(float_repr(row.float(0))),
        "repr_str" => Ok(repr_str(row.text(0))),
        "ascii" => Ok(ascii(row.text(0))),
        "repr_bytes" => Ok(repr_bytes(&row.bytes(0))),
        "int" => parse_int(row.text(0), row.small(1)).map(|n| show_int(&n)),
        "int_bytes" => parse_int_bytes(&row.bytes(0), row.small(1)).map(|n| show_int(&n)),
        "float" => parse_float(row.text(0)).map(show_float),
        "float_bytes" => parse_float_bytes(&row.bytes(0)).map(show_float),
        "percent" => percent(row.text(0), &arguments(row)),
        "template" => template(row.text(0), &arguments(row), &mut Numbering::default(), 0),
        "field_name" => field_name(row.text(0)),
        _ => method(row),
    });
}

/// An argument of a format.
enum Value {
    Int(ambler::value::number::Integer),
    Bool(bool),
    Float(f64),
    Str(String),
    None,
}

fn arguments(row: &Row) -> Vec<Value> {
    let value = |field: &String| {
        let (kind, text) = field.split_at(1);
        match kind {
            "i" => Value::Int(table::int(text)),
            "b" => Value::Bool(text == "True"),
            "f" => Value::Float(table::float(text)),
            "s" => Value::Str(text.to_owned()),
            _ => Value::None,
        }
    };
    row.from(1).iter().map(value).collect()
}

impl Value {
    fn str(&self) -> Result<String, Fault> {
        match self {
            Value::Int(n) => ambler::value::number::decimal(n.as_ref()),
            Value::Bool(b) => Ok(show_bool(*b)),
            Value::Float(x) => Ok(float_repr(*x)),
            Value::Str(text) => Ok(text.clone()),
            Value::None => Ok("None".to_owned()),
        }
    }

    fn converted(&self, conversion: Option<char>) -> Result<Value, Fault> {
        let repr = match self {
            Value::Str(text) => repr_str(text),
            other => other.str()?,
        };
        Ok(Value::Str(match conversion {
            Some('r') => repr,
            Some('a') => escape_non_ascii(repr),
            _ => self.str()?,
        }))
    }

    fn format(&self, spec: &str) -> Result<String, Fault> {
        match self {
            Value::Int(n) => format_int(n.as_ref(), &FormatSpec::parse(spec, Subject::Int)?),
            Value::Bool(b) => format_bool(*b, &FormatSpec::parse(spec, Subject::Bool)?),
            Value::Float(x) => format_float(*x, &FormatSpec::parse(spec, Subject::Float)?),
            Value::Str(text) => format_str(text, &FormatSpec::parse(spec, Subject::Str)?),
            Value::None => self.str(),
        }
    }

    fn star(&self, for_precision: bool) -> Result<i64, Fault> {
        match self {
            Value::Int(n) => n.as_ref().to_i64().ok_or_else(|| Percent::star_too_large(for_precision)),
            Value::Bool(b) => Ok(i64::from(*b)),
            _ => Err(Percent::star_wants_int()),
        }
    }

    fn argument(&self) -> Argument<'_> {
        match self {
            Value::Int(n) => Argument::Int(n.into()),
            Value::Bool(b) => Argument::Int(i64::from(*b).into()),
            Value::Float(x) => Argument::Float(*x),
            Value::Str(text) => Argument::Str(text),
            Value::None => Argument::Other("NoneType"),
        }
    }
}

/// `template % tuple`, as a caller drives it.
fn percent(template: &str, arguments: &[Value]) -> Result<String, Fault> {
    let mut rest = arguments.iter();
    let mut out = String::new();
    for piece in Percent::new(template).without_mapping() {
        let conversion = match piece? {
            Piece::Text(text) => {
                out.push_str(text);
                continue;
            }
            Piece::Conversion(conversion) if conversion.is_percent_sign() => {
                out.push('%');
                continue;
            }
            Piece::Conversion(conversion) => conversion,
        };
        let mut next = || rest.next().ok_or_else(Percent::too_few);
        let width = if conversion.width == Size::Argument { Some(next()?.star(false)?) } else { None };
        let precision = if conversion.precision == Size::Argument { Some(next()?.star(true)?) } else { None };
        let field = conversion.field((width, precision))?;
        let value = next()?;
        out.push_str(&if conversion.wants_text() {
            match value.converted(Some(conversion.kind))? {
                Value::Str(text) => field.text(&text)?,
                _ => unreachable!("a conversion makes a string"),
            }
        } else if conversion.is_known() {
            field.value(value.argument())?
        } else {
            return Err(conversion.unsupported());
        });
    }
    if rest.next().is_some() { Err(Percent::too_many()) } else { Ok(out) }
}

/// `text.format(*arguments)`, as a caller drives it.
fn template(text: &str, arguments: &[Value], numbering: &mut Numbering, depth: u32) -> Result<String, Fault> {
    let mut out = String::new();
    for segment in Template::new(text, depth)? {
        let segment = segment?;
        out.push_str(segment.literal);
        let Some(field) = segment.field else { continue };
        let mut name = field.parse_name()?;
        let index = match numbering.resolve(name.key)? {
            Some(index) => index,
            None => {
                let missing = repr_str(field.name);
                return Err(Fault::new(ambler::value::number::FaultKind::KeyError, missing));
            }
        };
        let value = arguments.get(index).ok_or_else(|| Numbering::out_of_range(index))?;
        if let Some(step) = name.next() {
            step?;
            panic!("the table has no attributes");
        }
        field.check_conversion()?;
        let spec = match field.spec_is_template {
            true => template(field.spec, arguments, numbering, depth + 1)?,
            false => field.spec.to_owned(),
        };
        out.push_str(&match field.conversion {
            None => value.format(&spec)?,
            conversion => value.converted(conversion)?.format(&spec)?,
        });
    }
    Ok(out)
}

/// What `_string.formatter_field_name_split` says.
fn field_name(text: &str) -> Result<String, Fault> {
    let name = FieldName::parse(text)?;
    let mut shown = vec![match name.key {
        Key::Next => "''".to_owned(),
        Key::Index(index) => index.to_string(),
        Key::Name(name) => repr_str(name),
    }];
    for step in name {
        shown.push(match step? {
            Accessor::Attribute(name) => format!("(True, {})", repr_str(name)),
            Accessor::Index(index) => format!("(False, {index})"),
            Accessor::Item(name) => format!("(False, {})", repr_str(name)),
        });
    }
    Ok(shown.join(" "))
}

fn list(pieces: &[&str]) -> String {
    format!("[{}]", pieces.iter().map(|piece| repr_str(piece)).collect::<Vec<_>>().join(", "))
}

fn method(row: &Row) -> Result<String, Fault> {
    let text = row.text(0);
    let side = match row.operation.as_str() {
        "lstrip" => Side::Left,
        "rstrip" => Side::Right,
        _ => Side::Both,
    };
    Ok(match row.operation.as_str() {
        "split" if row.text(1) == "None" => list(&split_whitespace(text, row.small(2))),
        "rsplit" if row.text(1) == "None" => list(&rsplit_whitespace(text, row.small(2))),
        "split" => list(&split(text, row.text(1), row.small(2))?),
        "rsplit" => list(&rsplit(text, row.text(1), row.small(2))?),
        "splitlines" => list(&split_lines(text, row.flag(1))),
        "strip" | "lstrip" | "rstrip" if row.text(1) == "None" => strip(text, side).to_owned(),
        "strip" | "lstrip" | "rstrip" => strip_chars(text, row.text(1), side).to_owned(),
        "partition" => parts(partition(text, row.text(1))?),
        "rpartition" => parts(rpartition(text, row.text(1))?),
        "removeprefix" => remove_prefix(text, row.text(1)).to_owned(),
        "removesuffix" => remove_suffix(text, row.text(1)).to_owned(),
        "replace" => replace(text, row.text(1), row.text(2), row.small(3))?,
        "find" => position(find(text, row.text(1), bounds(row))),
        "rfind" => position(rfind(text, row.text(1), bounds(row))),
        "count" => count(text, row.text(1), bounds(row)).to_string(),
        "zfill" => zero_fill(text, row.small(1))?,
        "center" => center(text, row.small(1), fill(row))?,
        "ljust" => left_justify(text, row.small(1), fill(row))?,
        "rjust" => right_justify(text, row.small(1), fill(row))?,
        "expandtabs" => expand_tabs(text, row.small(1))?,
        "title" => title(text),
        "capitalize" => capitalize(text),
        "swapcase" => swapcase(text),
        "casefold" => casefold(text),
        "lower" => lower(text),
        "upper" => upper(text),
        _ => show_bool(question(&row.operation)(text)),
    })
}

fn question(name: &str) -> fn(&str) -> bool {
    match name {
        "istitle" => is_title,
        "islower" => is_lower,
        "isupper" => is_upper,
        "isidentifier" => is_identifier,
        "isdigit" => is_digit,
        "isnumeric" => is_numeric,
        "isdecimal" => is_decimal,
        "isalpha" => is_alpha,
        "isalnum" => is_alnum,
        "isspace" => is_space,
        "isprintable" => is_printable,
        other => panic!("unknown operation {other}"),
    }
}

fn parts((before, separator, after): Partition<'_>) -> String {
    format!("({}, {}, {})", repr_str(before), repr_str(separator), repr_str(after))
}

fn position(found: Option<usize>) -> String {
    found.map_or("-1".to_owned(), |at| at.to_string())
}

fn bounds(row: &Row) -> Bounds {
    Bounds { start: row.small(2), end: row.small(3) }
}

fn fill(row: &Row) -> char {
    row.text(2).chars().next().expect("a fill character")
}

#[test]
fn every_character_agrees_with_cpython() {
    table::check(include_str!("../oracle/unicode.tsv"), |row| {
        let start = u32::from_str_radix(&row.operation, 16).expect("a code point");
        let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
        for c in (start..start + 4096).filter_map(char::from_u32) {
            describe(c, &mut hash);
        }
        Ok(format!("{:016x}", hash.0))
    });
}

/// The line that `unicode.py` hashes.
fn describe(c: char, hash: &mut Fnv) {
    const QUESTIONS: [fn(&str) -> bool; 11] = [
        is_alpha,
        is_decimal,
        is_digit,
        is_numeric,
        is_alnum,
        is_space,
        is_printable,
        is_lower,
        is_upper,
        is_title,
        is_identifier,
    ];
    const MAPPINGS: [fn(&str) -> String; 6] = [lower, upper, title, casefold, swapcase, capitalize];
    let text = c.encode_utf8(&mut [0; 4]).to_owned();
    for question in QUESTIONS {
        hash.add(if question(&text) { "1" } else { "0" });
    }
    hash.add(if is_identifier(&format!("a{c}")) { "1" } else { "0" });
    for mapping in MAPPINGS {
        hash.add(",");
        hash.add(&mapping(&text));
    }
    hash.add(";");
}

struct Fnv(u64);

impl Fnv {
    fn add(&mut self, text: &str) {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[test]
fn sizes_beyond_memory_are_errors() {
    let spec = FormatSpec::parse("9000000000000", Subject::Int).expect("a width");
    assert_eq!(format_int(1.into(), &spec), Err(Fault::memory()));
    assert_eq!(center("a", i64::MAX, ' '), Err(Fault::memory()));
    assert_eq!(zero_fill("a", i64::MAX), Err(Fault::memory()));
    assert_eq!(expand_tabs("\t\t", i64::MAX), Err(Fault::memory()));
    assert_eq!(percent("%9000000000000d", &[Value::Bool(true)]), Err(Fault::memory()));
    assert_eq!(percent("%.2000000000d", &[Value::Bool(true)]), Err(Fault::memory()));
}
