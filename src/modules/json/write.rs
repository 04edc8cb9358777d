//! Writes JSON: strings, numbers, lists, tuples and dicts, and what the program's `default` makes
//! of other values. Values of classes that derive from these types are written as what they hold.
//!
//! The document is complete before anything is written to a file: that is `mod.rs`'s.

use std::fmt::Write as _;

use crate::builtins::sorting;
use crate::value::number::decimal;
use crate::value::ops::compare::integer;
use crate::value::ops::convert::payload;
use crate::value::ops::types::type_name;
use crate::value::text::float_repr;
use crate::value::{Heap, Outcome, Value};

/// What `dumps` was asked for.
pub struct Options {
    pub skip_keys: bool,
    pub ascii: bool,
    pub check_circular: bool,
    pub allow_nan: bool,
    pub indent: Option<String>,
    pub item: String,
    pub key: String,
    pub default: Option<Value>,
    pub sort_keys: bool,
}

struct Writer<'a> {
    heap: &'a Heap,
    options: &'a Options,
    out: String,
    level: usize,
    /// Identities of the containers that are being written.
    open: Vec<i64>,
}

/// A value as a document.
pub fn document(heap: &Heap, value: &Value, options: &Options) -> Outcome<String> {
    let mut writer = Writer { heap, options, out: String::new(), level: 0, open: Vec::new() };
    writer.value(value)?;
    Ok(writer.out)
}

/// Appends a string literal.
fn quoted(text: &str, ascii: bool, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            c if c >= ' ' && !ascii => out.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string does not fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

impl Writer<'_> {
    fn float(&self, x: f64) -> Outcome<String> {
        if x.is_finite() {
            return Ok(float_repr(x));
        }
        if !self.options.allow_nan {
            return Err(self.heap.value_error(format!(
                "Out of range float values are not JSON compliant: {}",
                float_repr(x)
            )));
        }
        Ok(if x.is_nan() {
            "NaN"
        } else if x > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned())
    }

    fn value(&mut self, value: &Value) -> Outcome<()> {
        match value {
            Value::None => self.out.push_str("null"),
            Value::True => self.out.push_str("true"),
            Value::False => self.out.push_str("false"),
            Value::Int(n) => {
                let _ = write!(self.out, "{n}");
            }
            Value::Str(text) => quoted(text.as_str(), self.options.ascii, &mut self.out),
            Value::Float(x) => {
                let shown = self.float(x.get())?;
                self.out.push_str(&shown);
            }
            Value::Big(_) => {
                if let Some(n) = integer(value) {
                    let shown = decimal(n).map_err(|fault| self.heap.fault(fault))?;
                    self.out.push_str(&shown);
                }
            }
            Value::List(_) | Value::Tuple(_) | Value::Dict(_) => {
                let id = value.identity();
                if self.options.check_circular && self.open.contains(&id) {
                    return Err(self.heap.value_error("Circular reference detected"));
                }
                let _level = self.heap.nested("a JSON document")?;
                self.open.push(id);
                let result = if let Value::Dict(_) = value { self.object(value) } else { self.array(value) };
                self.open.pop();
                return result;
            }
            other => return self.other(other),
        }
        Ok(())
    }

    fn other(&mut self, value: &Value) -> Outcome<()> {
        let known = |v: &Value| {
            matches!(
                v,
                Value::Str(_)
                    | Value::Int(_)
                    | Value::Big(_)
                    | Value::Float(_)
                    | Value::List(_)
                    | Value::Tuple(_)
                    | Value::Dict(_)
            )
        };
        if let Some(inner) = payload(value).filter(known) {
            return self.value(&inner);
        }
        let Some(default) = &self.options.default else {
            return Err(self
                .heap
                .type_error(format!("Object of type {} is not JSON serializable", type_name(value))));
        };
        let id = value.identity();
        if self.options.check_circular && self.open.contains(&id) {
            return Err(self.heap.value_error("Circular reference detected"));
        }
        let _level = self.heap.nested("a JSON document")?;
        self.open.push(id);
        let replacement = self.heap.call(default, &mut [value.clone()])?;
        let result = self.value(&replacement);
        self.open.pop();
        result
    }

    fn line(&mut self) {
        if let Some(indent) = &self.options.indent {
            self.out.push('\n');
            for _ in 0..self.level {
                self.out.push_str(indent);
            }
        }
    }

    fn array(&mut self, value: &Value) -> Outcome<()> {
        let item = |index: usize| match value {
            Value::List(list) => list.get(index),
            Value::Tuple(tuple) => tuple.items().get(index).cloned(),
            _ => None,
        };
        self.out.push('[');
        self.level += 1;
        let mut index = 0;
        while let Some(value) = item(index) {
            if index > 0 {
                self.out.push_str(&self.options.item);
            }
            self.line();
            self.value(&value)?;
            index += 1;
        }
        self.level -= 1;
        if index > 0 {
            self.line();
        }
        self.out.push(']');
        Ok(())
    }

    fn object(&mut self, value: &Value) -> Outcome<()> {
        let Value::Dict(dict) = value else { return Ok(()) };
        let mut pairs = dict.pairs();
        if self.options.sort_keys {
            let keys = pairs.into_iter().map(|(key, _)| key).collect();
            pairs = Vec::new();
            for key in sorting::sorted(self.heap, keys, &Value::None, false)? {
                let value = dict.get(self.heap, &key)?.unwrap_or(Value::None);
                pairs.push((key, value));
            }
        }
        self.out.push('{');
        self.level += 1;
        let mut first = true;
        for (key, value) in pairs {
            let Some(key) = self.key(&key)? else { continue };
            if !std::mem::take(&mut first) {
                self.out.push_str(&self.options.item);
            }
            self.line();
            quoted(&key, self.options.ascii, &mut self.out);
            self.out.push_str(&self.options.key);
            self.value(&value)?;
        }
        self.level -= 1;
        if !first {
            self.line();
        }
        self.out.push('}');
        Ok(())
    }

    /// A key as text; `None` if it is to be left out.
    fn key(&self, key: &Value) -> Outcome<Option<String>> {
        let inner = payload(key);
        Ok(Some(match inner.as_ref().unwrap_or(key) {
            Value::Str(text) => text.as_str().to_owned(),
            Value::None => "null".to_owned(),
            Value::True => "true".to_owned(),
            Value::False => "false".to_owned(),
            Value::Float(x) => self.float(x.get())?,
            number @ (Value::Int(_) | Value::Big(_)) => match integer(number) {
                Some(n) => decimal(n).map_err(|fault| self.heap.fault(fault))?,
                None => return Ok(None),
            },
            _ if self.options.skip_keys => return Ok(None),
            other => {
                return Err(self.heap.type_error(format!(
                    "keys must be str, int, float, bool or None, not {}",
                    type_name(other)
                )));
            }
        }))
    }
}
