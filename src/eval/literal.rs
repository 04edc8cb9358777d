//! Literals and f-strings.
//!
//! Immediates are part of the code; other constants have a process-wide number, under which each
//! isolate makes its value once. Formats are understood in `value::ops::show`; folding is in
//! `binary`.

use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::compile::{Compiler, Eval};
use crate::code::{Constant, FPart};
use crate::source::Span;
use crate::value::{Bytes, Heap, Outcome, Str, Value, ops, text};

/// Numbers the constants that live on the heap of each isolate.
static NEXT_CONSTANT: AtomicU32 = AtomicU32::new(0);

/// A constant on the heap of each isolate, read in place.
pub struct Literal {
    index: u32,
    constant: &'static Constant,
}

impl Literal {
    pub fn new(constant: &'static Constant) -> Literal {
        Literal { index: NEXT_CONSTANT.fetch_add(1, Ordering::Relaxed), constant }
    }

    pub fn constant(&self) -> &'static Constant {
        self.constant
    }

    /// The value; the borrow must end before code of the program can run.
    #[inline(always)]
    pub fn get<'h>(&self, heap: &'h Heap) -> &'h Value {
        heap.constant(self.index, |heap| make(heap, self.constant))
    }
}

/// Makes a constant's value.
pub fn make(heap: &Heap, constant: &Constant) -> Value {
    match constant {
        Constant::None => Value::None,
        Constant::True => Value::True,
        Constant::False => Value::False,
        Constant::Ellipsis => Value::Ellipsis,
        Constant::Int(n) => Value::Int(*n),
        Constant::BigInt(n) => Value::big(n.clone()),
        Constant::Float(x) => Value::float(*x),
        Constant::Str(text) => {
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => heap.char_value(c),
                _ => Value::str(&**text),
            }
        }
        Constant::Bytes(bytes) => Value::Bytes(Rc::new(Bytes::new(&**bytes))),
        Constant::Tuple(items) => {
            Value::tuple(heap, items.iter().map(|item| make(heap, item)).collect::<Vec<_>>())
        }
    }
}

/// A literal's value: immediates are part of the code, others are made once per isolate.
pub fn constant(constant: &'static Constant) -> Eval {
    match constant {
        Constant::None => Box::new(|_| Ok(Value::None)),
        Constant::True => Box::new(|_| Ok(Value::True)),
        Constant::False => Box::new(|_| Ok(Value::False)),
        Constant::Ellipsis => Box::new(|_| Ok(Value::Ellipsis)),
        Constant::Int(n) => {
            let n = *n;
            Box::new(move |_| Ok(Value::Int(n)))
        }
        Constant::Float(x) => {
            let x = *x;
            Box::new(move |_| Ok(Value::float(x)))
        }
        _ => {
            let literal = Literal::new(constant);
            Box::new(move |frame| Ok(literal.get(frame.heap).clone()))
        }
    }
}

/// A piece of an f-string, ready to run.
enum Piece {
    Text(&'static str),
    Value { value: Eval, conversion: Option<char>, spec: Option<Box<[Piece]>> },
}

fn pieces(c: &mut Compiler, parts: &'static [FPart]) -> Box<[Piece]> {
    parts
        .iter()
        .map(|part| match part {
            FPart::Text(text) => Piece::Text(text),
            FPart::Value { expr, conversion, spec } => Piece::Value {
                value: c.expr(expr),
                conversion: *conversion,
                spec: spec.as_ref().map(|parts| pieces(c, parts)),
            },
        })
        .collect()
}

fn write(pieces: &[Piece], frame: crate::value::Frame<'_>, out: &mut String) -> Outcome<()> {
    let heap = frame.heap;
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Value { value, conversion: None, spec: None } => match value(frame)? {
                Value::Str(text) => out.push_str(text.as_str()),
                Value::Int(n) => out.push_str(itoa::Buffer::new().format(n)),
                other => out.push_str(&ops::show::format(heap, &other, "")?),
            },
            Piece::Value { value, conversion, spec } => {
                let value = value(frame)?;
                let value = match conversion {
                    None => value,
                    Some('r') => Value::str(ops::show::repr(heap, &value)?),
                    Some('a') => Value::str(text::escape_non_ascii(ops::show::repr(heap, &value)?)),
                    Some(_) => ops::show::str_value(heap, &value)?,
                };
                let mut shape = String::new();
                if let Some(spec) = spec {
                    write(spec, frame, &mut shape)?;
                }
                out.push_str(&ops::show::format(heap, &value, &shape)?);
            }
        }
    }
    Ok(())
}

/// An f-string.
pub fn fstring(c: &mut Compiler, parts: &'static [FPart], span: Span) -> Eval {
    let pieces = pieces(c, parts);
    Box::new(move |frame| {
        let mut out = String::new();
        match write(&pieces, frame, &mut out) {
            Ok(()) => Ok(Value::Str(Rc::new(Str::from_string(out)))),
            Err(raised) => Err(frame.heap.at(raised, span)),
        }
    })
}
