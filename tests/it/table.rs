//! Reads the tables of expressions and results that CPython wrote (`tests/oracle`).
//!
//! A row is an operation, its arguments, and `=` with the result or `!` with the
//! exception, between tabs. A check compares every row and reports all that differ.

use ambler::value::number::{Fault, Integer};
use ambler::value::text::parse_int;

/// The arguments of a row, unescaped, with readers for their types.
pub struct Row {
    pub operation: String,
    fields: Vec<String>,
}

impl Row {
    pub fn text(&self, at: usize) -> &str {
        self.fields.get(at).unwrap_or_else(|| panic!("no argument {at} of {}", self.operation))
    }

    pub fn optional(&self, at: usize) -> Option<&str> {
        self.fields.get(at).map(String::as_str)
    }

    pub fn from(&self, first: usize) -> &[String] {
        self.fields.get(first..).unwrap_or_default()
    }

    pub fn int(&self, at: usize) -> Integer {
        int(self.text(at))
    }

    pub fn small(&self, at: usize) -> i64 {
        self.int(at).as_ref().to_i64().expect("an int of 64 bits")
    }

    pub fn float(&self, at: usize) -> f64 {
        float(self.text(at))
    }

    pub fn flag(&self, at: usize) -> bool {
        self.text(at) == "True"
    }

    pub fn bytes(&self, at: usize) -> Vec<u8> {
        let digits = self.text(at).as_bytes();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.chunks(2).map(byte).collect()
    }
}

/// An int as the tables write it.
pub fn int(text: &str) -> Integer {
    match text {
        "True" => Integer::Small(1),
        "False" => Integer::Small(0),
        _ => parse_int(text, 0).expect("an int"),
    }
}

/// A float as the tables write it: in hexadecimal.
pub fn float(text: &str) -> f64 {
    ambler::value::number::float_from_hex(text).expect("a float")
}

/// An int as the tables show a result.
pub fn show_int(n: &Integer) -> String {
    let limit = int("0x1d6329f1c35ca4bfabb9f5610000000000");
    if n.as_ref().abs().as_ref().compare(limit.as_ref()).is_gt() {
        let digits = ambler::value::number::radix(n.as_ref(), 16);
        return match digits.strip_prefix('-') {
            Some(digits) => format!("-0x{digits}"),
            None => format!("0x{digits}"),
        };
    }
    ambler::value::number::decimal_within(n.as_ref(), 0).expect("no limit")
}

/// A float as the tables show a result.
pub fn show_float(x: f64) -> String {
    ambler::value::number::float_to_hex(x)
}

pub fn show_bool(b: bool) -> String {
    if b { "True" } else { "False" }.to_owned()
}

pub fn show_bytes(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Compares every row of a table with what `evaluate` makes of it.
pub fn check(table: &str, evaluate: impl Fn(&Row) -> Result<String, Fault>) {
    let mut wrong = Vec::new();
    let mut rows = 0;
    for line in table.lines() {
        rows += 1;
        let mut fields: Vec<String> = line.split('\t').map(unescape).collect();
        let expected = fields.pop().expect("a result");
        let row = Row { operation: fields.remove(0), fields };
        let result = match evaluate(&row) {
            Ok(value) => format!("={value}"),
            Err(fault) => format!("!{fault}"),
        };
        if result != expected {
            wrong.push(format!("{line}\n    got {}", result.escape_debug()));
        }
    }
    assert!(rows > 100, "the table has only {rows} rows");
    assert!(wrong.is_empty(), "{} of {rows} rows differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Undoes the escapes of `escaping.py`.
fn unescape(field: &str) -> String {
    let mut pieces = field.split("\\u{");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (code, rest) = piece.split_once('}').expect("an escape ends");
        let code = u32::from_str_radix(code, 16).expect("an escape is hexadecimal");
        text.push(char::from_u32(code).expect("an escape is a character"));
        text.push_str(rest);
    }
    text
}
