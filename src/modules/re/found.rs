//! Match objects, and the text that is searched.
//!
//! Octets are searched as the text of the characters of their numbers. Places are octets of that text
//! inside, and become characters where a program asks for them.

use std::rc::Rc;

use super::program::{Program, Spans};
use super::template::Piece;
use super::{pattern, read_template};
use crate::builtins::argument;
use crate::code::Symbol;
use crate::value::native::NativeObject;
use crate::value::ops::convert::to_i64;
use crate::value::ops::types::type_name;
use crate::value::{Args, Bytes, Dict, ErrorKind, Heap, Native, NativeFunction, Outcome, Str, Value};

/// What is searched.
pub struct Subject {
    pub value: Value,
    pub text: Rc<Str>,
    bytes: bool,
}

impl Subject {
    /// Raises TypeError: `expected string or bytes-like object, got 'int'`.
    pub fn new(heap: &Heap, value: &Value, program: &Program) -> Outcome<Subject> {
        if let Some(text) = argument::text(value) {
            if program.bytes {
                return Err(heap.type_error("cannot use a bytes pattern on a string-like object"));
            }
            return Ok(Subject { value: Value::Str(text.clone()), text, bytes: false });
        }
        let Some(bytes) = argument::bytes(value) else {
            let name = type_name(value);
            return Err(heap.type_error(format!("expected string or bytes-like object, got '{name}'")));
        };
        if !program.bytes {
            return Err(heap.type_error("cannot use a string pattern on a bytes-like object"));
        }
        let text = Rc::new(Str::from_string(characters(bytes.as_slice())));
        Ok(Subject { value: value.clone(), text, bytes: true })
    }

    /// A place as programs count it.
    pub fn index(&self, at: usize) -> i64 {
        if self.text.is_ascii() {
            return at as i64;
        }
        self.text.as_str().get(..at).map_or(0, |before| before.chars().count()) as i64
    }

    /// The octet of a place; one beyond the end is the end.
    pub fn place(&self, index: i64) -> usize {
        let index = index.max(0) as usize;
        if index >= self.text.len() { self.text.as_str().len() } else { self.text.byte_of(index) }
    }

    pub fn part(&self, start: usize, end: usize) -> Value {
        let text = self.text.as_str().get(start..end).unwrap_or_default();
        if self.bytes {
            return octets(text);
        }
        if text.len() == self.text.as_str().len() { Value::Str(self.text.clone()) } else { Value::str(text) }
    }

    /// What has been put together as text.
    pub fn made(&self, text: String) -> Value {
        if self.bytes { octets(&text) } else { text.into() }
    }
}

/// Octets as the characters of their numbers.
pub fn characters(octets: &[u8]) -> String {
    octets.iter().map(|&octet| char::from(octet)).collect()
}

fn octets(text: &str) -> Value {
    Value::Bytes(Rc::new(Bytes::new(text.chars().map(|c| c as u8).collect::<Vec<u8>>())))
}

/// A match.
pub struct Found {
    pub program: Rc<Program>,
    pub subject: Rc<Subject>,
    pub spans: Spans,
    pub pos: i64,
    pub endpos: i64,
}

impl Found {
    pub fn value(self, heap: &Heap) -> Value {
        Value::Native(Native::new(heap, Match(Rc::new(self))))
    }

    fn span(&self, group: usize) -> Option<(usize, usize)> {
        self.spans.get(group).copied().flatten()
    }

    /// What a group matched, or a default.
    fn part(&self, group: usize, default: &Value) -> Value {
        self.span(group).map_or_else(|| default.clone(), |(start, end)| self.subject.part(start, end))
    }

    pub fn fill(&self, template: &[Piece], into: &mut String) {
        for piece in template {
            match piece {
                Piece::Text(text) => into.push_str(text),
                Piece::Group(group) => {
                    if let Some((start, end)) = self.span(*group) {
                        into.push_str(self.subject.text.as_str().get(start..end).unwrap_or_default());
                    }
                }
            }
        }
    }

    /// A group by number or name. Raises IndexError: `no such group`.
    fn group(&self, heap: &Heap, which: &Value) -> Outcome<usize> {
        let found = match argument::text(which) {
            Some(name) => self.program.group_of(name.as_str()),
            None => match which {
                Value::Unbound => Some(0),
                Value::Int(_) | Value::True | Value::False | Value::Big(_) | Value::Instance(_) => {
                    usize::try_from(to_i64(heap, which)?).ok()
                }
                _ => None,
            },
        };
        found
            .filter(|group| *group <= self.program.groups())
            .ok_or_else(|| heap.error(ErrorKind::IndexError, "no such group"))
    }

    fn span_value(&self, heap: &Heap, group: usize) -> Value {
        let (start, end) = self.bounds(group);
        Value::tuple(heap, [Value::Int(start), Value::Int(end)])
    }

    fn bounds(&self, group: usize) -> (i64, i64) {
        self.span(group).map_or((-1, -1), |(start, end)| (self.subject.index(start), self.subject.index(end)))
    }
}

/// A match as a value.
struct Match(Rc<Found>);

impl NativeObject for Match {
    fn type_name(&self) -> &'static str {
        "Match"
    }
    fn module_name(&self) -> &'static str {
        "re"
    }
    fn repr(&self, heap: &Heap) -> Option<Outcome<String>> {
        let (start, end) = self.0.bounds(0);
        let text = crate::value::ops::show::repr(heap, &self.0.part(0, &Value::None));
        Some(text.map(|text| format!("<re.Match object; span=({start}, {end}), match={text}>")))
    }
    fn attribute(&self, heap: &Heap, name: Symbol) -> Option<Outcome> {
        let found = &self.0;
        let last = || found.program.last_group(&found.spans);
        Some(Ok(match name.name() {
            "pos" => Value::Int(found.pos),
            "endpos" => Value::Int(found.endpos),
            "string" => found.subject.value.clone(),
            "re" => pattern::value(heap, found.program.clone()),
            "lastindex" => last().map_or(Value::None, |group| Value::Int(group as i64)),
            "lastgroup" => last()
                .and_then(|group| found.program.names.iter().find(|(_, own)| *own == group))
                .map_or(Value::None, |(name, _)| Value::str(name)),
            "regs" => {
                let spans: Vec<Value> = (0..found.spans.len()).map(|g| found.span_value(heap, g)).collect();
                Value::tuple(heap, spans)
            }
            _ => return None,
        }))
    }
}

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "group",
        "(self, /, *groups)",
        "What the whole match, a group or several groups matched.",
        &[("re.match('(a)(b)', 'ab').group(2, 0)", "('b', 'ab')")],
        run_group,
    ),
    NativeFunction::new(
        "__getitem__",
        "(self, key, /)",
        "What a group matched.",
        &[("re.match('(a)', 'ab')[1]", "'a'")],
        |heap, args| {
            let found = found(heap, &args)?;
            let group = found.group(heap, args.get(1))?;
            Ok(found.part(group, &Value::None))
        },
    ),
    NativeFunction::new(
        "groups",
        "(self, default=None)",
        "What all groups matched; the default for those that took no part.",
        &[("re.match('(a)|(b)', 'a').groups()", "('a', None)")],
        run_groups,
    ),
    NativeFunction::new(
        "groupdict",
        "(self, default=None)",
        "What the named groups matched.",
        &[("re.match('(?P<x>a)', 'a').groupdict()", "{'x': 'a'}")],
        run_groupdict,
    ),
    NativeFunction::new(
        "start",
        "(self, group=0, /)",
        "Where a group begins; -1 if it took no part.",
        &[("re.search('b', 'ab').start()", "1")],
        |heap, args| bounds(heap, &args).map(|(start, _)| Value::Int(start)),
    ),
    NativeFunction::new(
        "end",
        "(self, group=0, /)",
        "Where a group ends; -1 if it took no part.",
        &[("re.search('b', 'ab').end()", "2")],
        |heap, args| bounds(heap, &args).map(|(_, end)| Value::Int(end)),
    ),
    NativeFunction::new(
        "span",
        "(self, group=0, /)",
        "Where a group begins and ends.",
        &[("re.search('b', 'ab').span()", "(1, 2)")],
        |heap, args| {
            let (start, end) = bounds(heap, &args)?;
            Ok(Value::tuple(heap, [Value::Int(start), Value::Int(end)]))
        },
    ),
    NativeFunction::new(
        "expand",
        "(self, template)",
        "A template, filled with what the groups matched.",
        &[("re.match('(a)', 'a').expand('<\\\\1>')", "'<a>'")],
        run_expand,
    ),
];

fn found(heap: &Heap, args: &Args<'_>) -> Outcome<Rc<Found>> {
    let found = match args.get(0) {
        Value::Native(native) => native.with(|m: &Match| m.0.clone()),
        _ => None,
    };
    found.ok_or_else(|| heap.type_error("a match object is required"))
}

fn bounds(heap: &Heap, args: &Args<'_>) -> Outcome<(i64, i64)> {
    let found = found(heap, args)?;
    let group = found.group(heap, args.get(1))?;
    Ok(found.bounds(group))
}

fn run_group(heap: &Heap, args: Args<'_>) -> Outcome {
    let found = found(heap, &args)?;
    match &*args.rest {
        [] => Ok(found.part(0, &Value::None)),
        [only] => Ok(found.part(found.group(heap, only)?, &Value::None)),
        several => {
            let mut parts = Vec::with_capacity(several.len());
            for which in several {
                parts.push(found.part(found.group(heap, which)?, &Value::None));
            }
            Ok(Value::tuple(heap, parts))
        }
    }
}

fn run_groups(heap: &Heap, args: Args<'_>) -> Outcome {
    let found = found(heap, &args)?;
    let default = args.some(1).unwrap_or(&Value::None);
    let parts: Vec<Value> = (1..found.spans.len()).map(|group| found.part(group, default)).collect();
    Ok(Value::tuple(heap, parts))
}

fn run_groupdict(heap: &Heap, args: Args<'_>) -> Outcome {
    let found = found(heap, &args)?;
    let default = args.some(1).unwrap_or(&Value::None);
    let dict = Dict::new(heap);
    for (name, group) in &found.program.names {
        dict.set_str(name, found.part(*group, default));
    }
    Ok(Value::Dict(dict))
}

fn run_expand(heap: &Heap, args: Args<'_>) -> Outcome {
    let found = found(heap, &args)?;
    let template = read_template(heap, args.get(1), &found.program)?;
    let mut text = String::new();
    found.fill(&template, &mut text);
    Ok(found.subject.made(text))
}
