//! Compiled patterns as values, and what can be done with them: searching, splitting, replacing.
//!
//! No pattern is borrowed while a replacement function of the program runs. A pattern crosses to
//! another isolate as its flags and text.

use std::rc::Rc;

use super::found::{Found, Subject};
use super::program::{How, Program, Scan, Spans};
use super::template::Piece;
use super::{read_template, syntax};
use crate::builtins::argument::{self, int_or};
use crate::code::{CompareOp, Symbol};
use crate::value::iter::NativeIter;
use crate::value::native::NativeObject;

use crate::value::ops::types::type_name;
use crate::value::text::{repr_bytes, repr_str};
use crate::value::{Args, Dict, Heap, Iter, Native, NativeFunction, Outcome, Value};

/// A pattern as a value.
pub struct Pattern(pub Rc<Program>);

/// The kind under which a pattern is frozen.
pub const FROZEN: &str = "re.Pattern";

pub fn value(heap: &Heap, program: Rc<Program>) -> Value {
    Value::Native(Native::new(heap, Pattern(program)))
}

/// The pattern's text as a program gave it.
pub fn source(program: &Program) -> Value {
    if !program.bytes {
        return Value::str(&program.pattern);
    }
    let octets: Vec<u8> = program.pattern.chars().map(|c| c as u8).collect();
    Value::Bytes(Rc::new(crate::value::Bytes::new(octets)))
}

/// The names of flags, as `repr` shows them.
fn flag_names(program: &Program) -> Vec<String> {
    let mut flags = program.flags;
    if !program.bytes {
        flags &= !syntax::UNICODE;
    }
    let mut names = Vec::new();
    for (flag, name) in [
        (syntax::IGNORECASE, "IGNORECASE"),
        (syntax::LOCALE, "LOCALE"),
        (syntax::MULTILINE, "MULTILINE"),
        (syntax::DOTALL, "DOTALL"),
        (syntax::UNICODE, "UNICODE"),
        (syntax::VERBOSE, "VERBOSE"),
        (syntax::DEBUG, "DEBUG"),
        (syntax::ASCII, "ASCII"),
    ] {
        if flags & flag != 0 {
            names.push(format!("re.{name}"));
            flags &= !flag;
        }
    }
    if flags != 0 {
        names.push(format!("{flags:#x}"));
    }
    names
}

impl NativeObject for Pattern {
    fn type_name(&self) -> &'static str {
        "Pattern"
    }
    fn module_name(&self) -> &'static str {
        "re"
    }
    fn repr(&self, _heap: &Heap) -> Option<Outcome<String>> {
        let shown = if self.0.bytes {
            repr_bytes(&self.0.pattern.chars().map(|c| c as u8).collect::<Vec<u8>>())
        } else {
            repr_str(&self.0.pattern)
        };
        let shown: String = shown.chars().take(200).collect();
        let names = flag_names(&self.0);
        let flags = if names.is_empty() { String::new() } else { format!(", {}", names.join("|")) };
        Some(Ok(format!("re.compile({shown}{flags})")))
    }
    fn attribute(&self, heap: &Heap, name: Symbol) -> Option<Outcome> {
        Some(Ok(match name.name() {
            "pattern" => source(&self.0),
            "flags" => Value::Int(i64::from(self.0.flags)),
            "groups" => Value::Int(self.0.groups() as i64),
            "groupindex" => {
                let dict = Dict::new(heap);
                for (name, group) in &self.0.names {
                    dict.set_str(name, Value::Int(*group as i64));
                }
                Value::Dict(dict)
            }
            _ => return None,
        }))
    }
    fn compare(&self, _heap: &Heap, op: CompareOp, other: &Value) -> Option<Outcome> {
        let Value::Native(other) = other else { return None };
        let same = other.with(|other: &Pattern| {
            (&other.0.pattern, other.0.flags, other.0.bytes) == (&self.0.pattern, self.0.flags, self.0.bytes)
        })?;
        match op {
            CompareOp::Eq => Some(Ok(Value::bool(same))),
            CompareOp::Ne => Some(Ok(Value::bool(!same))),
            _ => None,
        }
    }
    fn hash(&self) -> Option<u64> {
        Some(crate::value::Str::new(&self.0.pattern).hash() ^ u64::from(self.0.flags))
    }
    fn freeze(&self) -> Option<(&'static str, String)> {
        let kind = if self.0.bytes { 'b' } else { 's' };
        Some((FROZEN, format!("{} {kind} {}", self.0.flags, self.0.pattern)))
    }
}

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "search",
        "(self, string, pos=0, endpos=9223372036854775807)",
        "The first match anywhere, or None.",
        &[("re.compile('b').search('ab').span()", "(1, 2)")],
        |heap, args| find(heap, &args, How::Search),
    ),
    NativeFunction::new(
        "match",
        "(self, string, pos=0, endpos=9223372036854775807)",
        "A match at the beginning, or None.",
        &[("re.compile('b').match('ab')", "None")],
        |heap, args| find(heap, &args, How::Match),
    ),
    NativeFunction::new(
        "fullmatch",
        "(self, string, pos=0, endpos=9223372036854775807)",
        "A match of the whole text, or None.",
        &[("re.compile('a').fullmatch('ab')", "None")],
        |heap, args| find(heap, &args, How::Whole),
    ),
    NativeFunction::new(
        "findall",
        "(self, string, pos=0, endpos=9223372036854775807)",
        "What all matches, or their groups, matched.",
        &[("re.compile('.').findall('ab')", "['a', 'b']")],
        |heap, args| {
            let (program, subject) = (program(heap, &args)?, &args);
            let window = Window::new(heap, &program, subject.get(1), args.get(2), args.get(3))?;
            findall(heap, &program, &window)
        },
    ),
    NativeFunction::new(
        "finditer",
        "(self, string, pos=0, endpos=9223372036854775807)",
        "An iterator over all matches.",
        &[("len(list(re.compile('.').finditer('ab')))", "2")],
        |heap, args| {
            let program = program(heap, &args)?;
            let window = Window::new(heap, &program, args.get(1), args.get(2), args.get(3))?;
            Ok(finditer(heap, program, window))
        },
    ),
    NativeFunction::new(
        "sub",
        "(self, repl, string, count=0)",
        "The text with every match replaced.",
        &[("re.compile('b').sub('x', 'abc')", "'axc'")],
        |heap, args| {
            let program = program(heap, &args)?;
            let count = int_or(heap, args.get(3), 0)?;
            replace(heap, &program, args.get(1), args.get(2), count).map(|(text, _)| text)
        },
    ),
    NativeFunction::new(
        "subn",
        "(self, repl, string, count=0)",
        "The text with every match replaced, and their number.",
        &[("re.compile('b').subn('x', 'abc')", "('axc', 1)")],
        |heap, args| {
            let program = program(heap, &args)?;
            let count = int_or(heap, args.get(3), 0)?;
            let (text, number) = replace(heap, &program, args.get(1), args.get(2), count)?;
            Ok(Value::tuple(heap, [text, Value::Int(number)]))
        },
    ),
    NativeFunction::new(
        "split",
        "(self, string, maxsplit=0)",
        "The parts between the matches.",
        &[("re.compile(',').split('a,b')", "['a', 'b']")],
        |heap, args| {
            let program = program(heap, &args)?;
            split(heap, &program, args.get(1), int_or(heap, args.get(2), 0)?)
        },
    ),
];

fn program(heap: &Heap, args: &Args<'_>) -> Outcome<Rc<Program>> {
    let found = match args.get(0) {
        Value::Native(native) => native.with(|pattern: &Pattern| pattern.0.clone()),
        _ => None,
    };
    found.ok_or_else(|| heap.type_error("a pattern is required"))
}

/// A text and the part of it that is searched.
pub struct Window {
    subject: Rc<Subject>,
    from: usize,
    to: usize,
}

impl Window {
    pub fn new(heap: &Heap, program: &Program, text: &Value, pos: &Value, endpos: &Value) -> Outcome<Window> {
        let subject = Subject::new(heap, text, program)?;
        let to = subject.place(int_or(heap, endpos, i64::MAX)?);
        let from = subject.place(int_or(heap, pos, 0)?);
        Ok(Window { subject: Rc::new(subject), from, to })
    }

    fn text(&self) -> &str {
        self.subject.text.as_str().get(..self.to).unwrap_or_default()
    }

    fn found(&self, program: &Rc<Program>, spans: Spans) -> Found {
        Found {
            program: program.clone(),
            subject: self.subject.clone(),
            spans,
            pos: self.subject.index(self.from),
            endpos: self.subject.index(self.to),
        }
    }
}

/// A search that was given up.
#[cold]
fn given_up(heap: &Heap, message: String) -> crate::value::Raised {
    heap.runtime_error(format!("the regular expression was given up: {message}"))
}

fn find(heap: &Heap, args: &Args<'_>, how: How) -> Outcome {
    let program = program(heap, args)?;
    let window = Window::new(heap, &program, args.get(1), args.get(2), args.get(3))?;
    first(heap, &program, &window, how)
}

pub fn first(heap: &Heap, program: &Rc<Program>, window: &Window, how: How) -> Outcome {
    if window.from > window.to {
        return Ok(Value::None);
    }
    let spans = program.find(window.text(), window.from, how).map_err(|message| given_up(heap, message))?;
    Ok(spans.map_or(Value::None, |spans| window.found(program, spans).value(heap)))
}

fn next(heap: &Heap, scan: &mut Scan, program: &Program, window: &Window) -> Outcome<Option<Spans>> {
    if window.from > window.to {
        return Ok(None);
    }
    scan.next(program, window.text()).map_err(|message| given_up(heap, message))
}

pub fn findall(heap: &Heap, program: &Rc<Program>, window: &Window) -> Outcome {
    let mut scan = Scan::new(window.from);
    let mut all = Vec::new();
    let part = |span: &Option<(usize, usize)>| {
        let (start, end) = span.unwrap_or((0, 0));
        window.subject.part(start, end)
    };
    while let Some(spans) = next(heap, &mut scan, program, window)? {
        all.push(match &spans[..] {
            [only] | [_, only] => part(only),
            [_, groups @ ..] => Value::tuple(heap, groups.iter().map(part).collect::<Vec<Value>>()),
            [] => Value::None,
        });
    }
    Ok(Value::list(heap, all))
}

/// `finditer`
struct Matches {
    program: Rc<Program>,
    window: Window,
    scan: Scan,
    ended: bool,
}

impl NativeIter for Matches {
    fn name(&self) -> &'static str {
        "callable_iterator"
    }
    fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>> {
        if self.ended {
            return Ok(None);
        }
        let spans = next(heap, &mut self.scan, &self.program, &self.window)?;
        self.ended = spans.is_none();
        Ok(spans.map(|spans| self.window.found(&self.program, spans).value(heap)))
    }
}

pub fn finditer(heap: &Heap, program: Rc<Program>, window: Window) -> Value {
    let scan = Scan::new(window.from);
    Iter::native(heap, Matches { program, window, scan, ended: false })
}

pub fn split(heap: &Heap, program: &Rc<Program>, text: &Value, most: i64) -> Outcome {
    let window = Window::new(heap, program, text, &Value::Unbound, &Value::Unbound)?;
    let mut scan = Scan::new(0);
    let (mut parts, mut last, mut number) = (Vec::new(), 0, 0);
    while most == 0 || number < most {
        let Some(spans) = next(heap, &mut scan, program, &window)? else { break };
        let Some(Some((start, end))) = spans.first().copied() else { break };
        parts.push(window.subject.part(last, start));
        for span in spans.iter().skip(1) {
            parts.push(span.map_or(Value::None, |(start, end)| window.subject.part(start, end)));
        }
        last = end;
        number += 1;
    }
    parts.push(window.subject.part(last, window.to));
    Ok(Value::list(heap, parts))
}

/// What stands in for a match.
enum Replacement {
    Template(Vec<Piece>),
    Function(Value),
}

/// `sub` and `subn`: the text, and how many matches were replaced.
pub fn replace(
    heap: &Heap,
    program: &Rc<Program>,
    with: &Value,
    text: &Value,
    most: i64,
) -> Outcome<(Value, i64)> {
    let window = Window::new(heap, program, text, &Value::Unbound, &Value::Unbound)?;
    let is_callable = argument::text(with).is_none() && argument::bytes(with).is_none();
    let with = if is_callable {
        Replacement::Function(with.clone())
    } else {
        Replacement::Template(read_template(heap, with, program)?)
    };
    let mut scan = Scan::new(0);
    let (mut made, mut last, mut number) = (String::new(), 0, 0);
    while most == 0 || number < most {
        let Some(spans) = next(heap, &mut scan, program, &window)? else { break };
        let Some(Some((start, end))) = spans.first().copied() else { break };
        made.push_str(window.text().get(last..start).unwrap_or_default());
        let found = window.found(program, spans);
        match &with {
            Replacement::Template(template) => found.fill(template, &mut made),
            Replacement::Function(function) => {
                let answer = heap.call(function, &mut [found.value(heap)])?;
                add_answer(heap, program, &answer, &mut made)?;
            }
        }
        last = end;
        number += 1;
    }
    if number == 0 {
        return Ok((window.subject.part(0, window.to), 0));
    }
    made.push_str(window.text().get(last..).unwrap_or_default());
    Ok((window.subject.made(made), number))
}

/// What a replacement function gave. None is nothing, as in CPython.
fn add_answer(heap: &Heap, program: &Program, answer: &Value, into: &mut String) -> Outcome<()> {
    if answer.is_none() {
        return Ok(());
    }
    let found = if program.bytes {
        argument::bytes(answer).map(|bytes| super::found::characters(bytes.as_slice()))
    } else {
        argument::text(answer).map(|text| text.as_str().to_owned())
    };
    let Some(text) = found else {
        let expected = if program.bytes { "a bytes-like object" } else { "str instance" };
        let (shown, name) = (expected, type_name(answer));
        return Err(heap.type_error(format!("sequence item 1: expected {shown}, {name} found")));
    };
    into.push_str(&text);
    Ok(())
}
