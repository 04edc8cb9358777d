//! `re`: Python's regular expressions over `fancy-regex`. `syntax` and `class` translate, `program`
//! searches, `template` reads replacements, `pattern` and `found` are the objects.
//!
//! What a pattern means is Python's: which characters `\w` has, how empty matches follow each other, what
//! is refused and with which words. Differences: groups inside repetitions keep what the engine keeps,
//! LOCALE means ASCII, flags are plain ints, and a search that goes back 20 million times is given up.

mod class;
mod found;
mod pattern;
mod program;
mod syntax;
mod template;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use self::pattern::{Pattern, Window};
use self::program::{How, Program};
use self::syntax::Fault;
use self::template::{Piece, Refused};
use crate::builtins::ModuleEntry;
use crate::builtins::argument::{self, int_or};
use crate::value::class::ClassParts;
use crate::value::errors::slots;
use crate::value::{
    Args, Class, Dict, ErrorKind, Heap, Instance, NativeFunction, Outcome, Raised, Ref, Symbol, Value, ops,
};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "re",
    doc: "Regular expressions.",
    functions: FUNCTIONS,
    values,
    native_types: &[("Pattern", pattern::METHODS), ("Match", found::METHODS)],
};

static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "compile",
        "(pattern, flags=0)",
        "A pattern that is ready for use.",
        &[("re.compile('a+', re.I)", "re.compile('a+', re.IGNORECASE)")],
        |heap, args| {
            let program = program(heap, args.get(0), args.get(1))?;
            Ok(pattern::value(heap, program))
        },
    ),
    NativeFunction::new(
        "search",
        "(pattern, string, flags=0)",
        "The first match anywhere, or None.",
        &[("re.search('b+', 'abb').group()", "'bb'")],
        |heap, args| find(heap, &args, How::Search),
    ),
    NativeFunction::new(
        "match",
        "(pattern, string, flags=0)",
        "A match at the beginning, or None.",
        &[("re.match('b', 'ab')", "None")],
        |heap, args| find(heap, &args, How::Match),
    ),
    NativeFunction::new(
        "fullmatch",
        "(pattern, string, flags=0)",
        "A match of the whole text, or None.",
        &[("re.fullmatch('a|ab', 'ab').group()", "'ab'")],
        |heap, args| find(heap, &args, How::Whole),
    ),
    NativeFunction::new(
        "findall",
        "(pattern, string, flags=0)",
        "What all matches, or their groups, matched.",
        &[("re.findall('[a-c]', 'axb')", "['a', 'b']")],
        |heap, args| {
            let (program, window) = prepared(heap, &args)?;
            pattern::findall(heap, &program, &window)
        },
    ),
    NativeFunction::new(
        "finditer",
        "(pattern, string, flags=0)",
        "An iterator over all matches.",
        &[("[m.start() for m in re.finditer('a', 'aba')]", "[0, 2]")],
        |heap, args| {
            let (program, window) = prepared(heap, &args)?;
            Ok(pattern::finditer(heap, program, window))
        },
    ),
    NativeFunction::new(
        "sub",
        "(pattern, repl, string, count=0, flags=0)",
        "The text with every match replaced.",
        &[("re.sub('(b)', '<\\\\1>', 'abc')", "'a<b>c'")],
        |heap, args| replace(heap, &args).map(|(text, _)| text),
    ),
    NativeFunction::new(
        "subn",
        "(pattern, repl, string, count=0, flags=0)",
        "The text with every match replaced, and their number.",
        &[("re.subn('x*', '-', 'ab')", "('-a-b-', 3)")],
        |heap, args| {
            let (text, number) = replace(heap, &args)?;
            Ok(Value::tuple(heap, [text, Value::Int(number)]))
        },
    ),
    NativeFunction::new(
        "split",
        "(pattern, string, maxsplit=0, flags=0)",
        "The parts between the matches.",
        &[("re.split('(,) *', 'a, b')", "['a', ',', 'b']")],
        |heap, args| {
            let program = program(heap, args.get(0), args.get(3))?;
            pattern::split(heap, &program, args.get(1), int_or(heap, args.get(2), 0)?)
        },
    ),
    NativeFunction::new(
        "escape",
        "(pattern)",
        "A pattern that matches just this text.",
        &[("re.escape('a.b')", "'a\\\\.b'")],
        run_escape,
    ),
    NativeFunction::new("purge", "()", "Forgets patterns that were compiled.", &[], |heap, _| {
        heap.attached::<Compiled>().0.borrow_mut().clear();
        Ok(Value::None)
    }),
];

/// Patterns that the isolate has compiled lately.
#[derive(Default)]
struct Compiled(RefCell<HashMap<(String, u32, bool), Rc<Program>>>);

/// How many of them are kept.
const KEPT: usize = 512;

/// The class of the module's exception.
#[derive(Default)]
struct ErrorClass(RefCell<Option<Ref<Class>>>);

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    for (names, flag) in [
        (["IGNORECASE", "I"], syntax::IGNORECASE),
        (["LOCALE", "L"], syntax::LOCALE),
        (["MULTILINE", "M"], syntax::MULTILINE),
        (["DOTALL", "S"], syntax::DOTALL),
        (["UNICODE", "U"], syntax::UNICODE),
        (["VERBOSE", "X"], syntax::VERBOSE),
        (["ASCII", "A"], syntax::ASCII),
    ] {
        for name in names {
            module.set_str(name, Value::Int(i64::from(flag)));
        }
    }
    module.set_str("DEBUG", Value::Int(i64::from(syntax::DEBUG)));
    module.set_str("NOFLAG", Value::Int(0));
    module.set_str("Pattern", Value::Class(heap.native_class("Pattern", "re")));
    module.set_str("Match", Value::Class(heap.native_class("Match", "re")));
    module.set_str("error", Value::Class(error_class(heap)));
    module.set_str("PatternError", Value::Class(error_class(heap)));
    Ok(())
}

/// `re.error`
fn error_class(heap: &Heap) -> Ref<Class> {
    let kept = heap.attached::<ErrorClass>();
    if let Some(class) = &*kept.0.borrow() {
        return class.clone();
    }
    let base = heap.error_class(ErrorKind::Exception).clone();
    let parts = ClassParts::under(base, "error", "re");
    let class = Class::new(heap, parts, None);
    *kept.0.borrow_mut() = Some(class.clone());
    class
}

/// Raises `re.error` about a pattern or template.
#[cold]
fn refused(heap: &Heap, text: &str, shown: Value, fault: Fault) -> Raised {
    if fault.message == syntax::TOO_LARGE {
        return heap.overflow_error(fault.message);
    }
    let mut message = fault.message.clone();
    let mut place = [Value::None, Value::None, Value::None];
    if fault.at != usize::MAX {
        let before: String = text.chars().take(fault.at).collect();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        message += &format!(" at position {}", fault.at);
        if text.contains('\n') {
            message += &format!(" (line {line}, column {column})");
        }
        place = [fault.at, line, column].map(|n| Value::Int(n as i64));
    }
    let error = Instance::new(heap, error_class(heap));
    error.set_slot(slots::ARGS, Value::tuple(heap, [Value::from(message)]));
    let value = Value::Instance(error.clone());
    let [pos, line, column] = place;
    for (name, part) in [
        ("msg", Value::from(fault.message)),
        ("pattern", shown),
        ("pos", pos),
        ("lineno", line),
        ("colno", column),
    ] {
        if let Err(raised) = ops::attribute::set(heap, &value, Symbol::new(name), part) {
            return raised;
        }
    }
    heap.raise(error)
}

/// The program of a pattern, given as text or compiled already.
fn program(heap: &Heap, given: &Value, flags: &Value) -> Outcome<Rc<Program>> {
    let flags = u32::try_from(int_or(heap, flags, 0)?).unwrap_or(0);
    if let Value::Native(native) = given
        && let Some(program) = native.with(|pattern: &Pattern| pattern.0.clone())
    {
        if flags != 0 {
            return Err(heap.value_error("cannot process flags argument with a compiled pattern"));
        }
        return Ok(program);
    }
    let (text, bytes) = match (argument::text(given), argument::bytes(given)) {
        (Some(text), _) => (text.as_str().to_owned(), false),
        (None, Some(bytes)) => (found::characters(bytes.as_slice()), true),
        (None, None) => {
            return Err(heap.type_error("first argument must be string or compiled pattern"));
        }
    };
    compiled(heap, text, flags, bytes)
}

fn compiled(heap: &Heap, text: String, flags: u32, bytes: bool) -> Outcome<Rc<Program>> {
    let kept = heap.attached::<Compiled>();
    let key = (text, flags, bytes);
    if let Some(known) = kept.0.borrow().get(&key) {
        return Ok(known.clone());
    }
    if bytes && flags & syntax::UNICODE != 0 {
        return Err(heap.value_error("cannot use UNICODE flag with a bytes pattern"));
    }
    if !bytes && flags & syntax::LOCALE != 0 {
        return Err(heap.value_error("cannot use LOCALE flag with a str pattern"));
    }
    if flags & syntax::ASCII != 0 && flags & syntax::UNICODE != 0 {
        return Err(heap.value_error("ASCII and UNICODE flags are incompatible"));
    }
    let program = match Program::new(&key.0, flags, bytes) {
        Ok(program) => Rc::new(program),
        Err(fault) => return Err(refused(heap, &key.0, Value::str(&key.0), fault)),
    };
    let mut all = kept.0.borrow_mut();
    if all.len() >= KEPT {
        all.clear();
    }
    all.insert(key, program.clone());
    Ok(program)
}

fn prepared(heap: &Heap, args: &Args<'_>) -> Outcome<(Rc<Program>, Window)> {
    let program = program(heap, args.get(0), args.get(2))?;
    let window = Window::new(heap, &program, args.get(1), &Value::Unbound, &Value::Unbound)?;
    Ok((program, window))
}

fn find(heap: &Heap, args: &Args<'_>, how: How) -> Outcome {
    let (program, window) = prepared(heap, args)?;
    pattern::first(heap, &program, &window, how)
}

fn replace(heap: &Heap, args: &Args<'_>) -> Outcome<(Value, i64)> {
    let program = program(heap, args.get(0), args.get(4))?;
    let count = int_or(heap, args.get(3), 0)?;
    pattern::replace(heap, &program, args.get(1), args.get(2), count)
}

/// Reads the template of a replacement.
fn read_template(heap: &Heap, given: &Value, program: &Program) -> Outcome<Vec<Piece>> {
    let text = match (argument::text(given), argument::bytes(given)) {
        (Some(text), _) if !program.bytes => text.as_str().to_owned(),
        (None, Some(bytes)) if program.bytes => found::characters(bytes.as_slice()),
        (text, _) => {
            let (expected, name) = match text {
                Some(_) => ("a bytes-like object", "str"),
                None => ("str instance", "bytes"),
            };
            return Err(heap.type_error(format!("sequence item 1: expected {expected}, {name} found")));
        }
    };
    match template::parse(&text, program) {
        Ok(pieces) => Ok(pieces),
        Err(Refused::Fault(fault)) => Err(refused(heap, &text, given.clone(), fault)),
        Err(Refused::Name(name)) => {
            let shown = crate::value::text::repr_str(&name);
            Err(heap.index_error(format!("unknown group name {shown}")))
        }
    }
}

fn run_escape(heap: &Heap, args: Args<'_>) -> Outcome {
    let quoted = |text: &str| {
        let special = "()[]{}?*+-|^$\\.&~# \t\n\r\x0b\x0c";
        let mut made = String::with_capacity(text.len() + 8);
        for c in text.chars() {
            if special.contains(c) {
                made.push('\\');
            }
            made.push(c);
        }
        made
    };
    match (argument::text(args.get(0)), argument::bytes(args.get(0))) {
        (Some(text), _) => Ok(quoted(text.as_str()).into()),
        (None, Some(bytes)) => {
            let octets: Vec<u8> =
                quoted(&found::characters(bytes.as_slice())).chars().map(|c| c as u8).collect();
            Ok(Value::Bytes(Rc::new(crate::value::Bytes::new(octets))))
        }
        _ => argument::need_text(heap, args.get(0)).map(Value::Str),
    }
}

/// The pattern that was frozen with this kind and text.
pub fn thaw(heap: &Heap, kind: &str, text: &str) -> Option<Outcome> {
    if kind != pattern::FROZEN {
        return None;
    }
    let (flags, rest) = text.split_once(' ')?;
    let (kind, source) = rest.split_once(' ')?;
    let (flags, bytes) = (flags.parse().ok()?, kind == "b");
    Some(compiled(heap, source.to_owned(), flags, bytes).map(|program| pattern::value(heap, program)))
}
