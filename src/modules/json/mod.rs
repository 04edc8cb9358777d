//! `json`: values to text and back. `parse.rs` reads, `write.rs` writes; here are the functions
//! with their options, and the exception that a malformed document raises.
//!
//! Records of the runtime are JSON of another kind: see `record::json`.

mod parse;
mod write;

use crate::builtins::{ModuleEntry, argument, codec};
use crate::value::ops::attribute::call_method;
use crate::value::ops::convert::to_i64_clamped;
use crate::value::ops::truth::truth;
use crate::value::ops::types::type_name;
use crate::value::ops::{iterate, show};
use crate::value::{Args, Dict, ErrorKind, Heap, NativeFunction, Outcome, Raised, Ref, Symbol, Value};

pub static MODULE: ModuleEntry =
    ModuleEntry { name: "json", doc: "JSON documents.", functions: FUNCTIONS, values, native_types: &[] };

static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "dumps",
        "(obj, *, skipkeys=False, ensure_ascii=True, check_circular=True, allow_nan=True, indent=None, separators=None, default=None, sort_keys=False)",
        "A value as a JSON document.",
        &[("json.dumps({'a': [1, None]})", "'{\"a\": [1, null]}'")],
        run_dumps,
    ),
    NativeFunction::new(
        "dump",
        "(obj, fp, *, skipkeys=False, ensure_ascii=True, check_circular=True, allow_nan=True, indent=None, separators=None, default=None, sort_keys=False)",
        "Writes a value as a JSON document to a file.",
        &[],
        run_dump,
    ),
    NativeFunction::new(
        "loads",
        "(s, *, object_hook=None, parse_float=None, parse_int=None, parse_constant=None, object_pairs_hook=None)",
        "The value of a JSON document.",
        &[("json.loads('[1, true]')", "[1, True]")],
        run_loads,
    ),
    NativeFunction::new(
        "load",
        "(fp, *, object_hook=None, parse_float=None, parse_int=None, parse_constant=None, object_pairs_hook=None)",
        "The value of a JSON document in a file.",
        &[],
        run_load,
    ),
];

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    module.set_str("JSONDecodeError", Value::Class(heap.error_class(ErrorKind::JSONDecodeError).clone()));
    Ok(())
}

/// Raises JSONDecodeError about a place in a document; `at` is in octets.
#[cold]
pub fn malformed(heap: &Heap, message: &str, document: &str, at: usize) -> Raised {
    let mut at = at.min(document.len());
    while !document.is_char_boundary(at) {
        at -= 1;
    }
    let before = &document[..at];
    let position = before.chars().count();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let text = format!("{message}: line {line} column {column} (char {position})");
    let error = heap.new_error(ErrorKind::JSONDecodeError, vec![Value::from(text)]);
    let fields = error.dict_or_new(heap);
    fields.set_str("msg", Value::str(message));
    fields.set_str("doc", Value::str(document));
    fields.set_str("pos", Value::Int(position as i64));
    fields.set_str("lineno", Value::Int(line as i64));
    fields.set_str("colno", Value::Int(column as i64));
    heap.raise(error)
}

/// The options of `dumps`, which begin at slot `first`.
fn options(heap: &Heap, args: &Args<'_>, first: usize) -> Outcome<write::Options> {
    let flag = |index: usize, default: bool| match args.get(first + index) {
        Value::Unbound => Ok(default),
        value => truth(heap, value),
    };
    let indent = match args.some(first + 4) {
        None => None,
        Some(value) => match argument::text(value) {
            Some(text) => Some(text.as_str().to_owned()),
            None => Some(" ".repeat(to_i64_clamped(heap, value)?.clamp(0, 1 << 20) as usize)),
        },
    };
    let (item, key) = match args.some(first + 5) {
        None => ((if indent.is_some() { "," } else { ", " }).to_owned(), ": ".to_owned()),
        Some(pair) => {
            let parts = iterate::unpack(heap, pair, 2)?;
            let text = |index: usize| show::to_string(heap, parts.get(index).unwrap_or(Value::unbound()));
            (text(0)?, text(1)?)
        }
    };
    Ok(write::Options {
        skip_keys: flag(0, false)?,
        ascii: flag(1, true)?,
        check_circular: flag(2, true)?,
        allow_nan: flag(3, true)?,
        indent,
        item,
        key,
        default: args.some(first + 6).cloned(),
        sort_keys: flag(7, false)?,
    })
}

fn run_dumps(heap: &Heap, args: Args<'_>) -> Outcome {
    let options = options(heap, &args, 1)?;
    write::document(heap, args.get(0), &options).map(Value::from)
}

fn run_dump(heap: &Heap, args: Args<'_>) -> Outcome {
    let options = options(heap, &args, 2)?;
    let text = write::document(heap, args.get(0), &options)?;
    file_method(heap, args.get(1), "write", &mut [Value::from(text)])?;
    Ok(Value::None)
}

/// Calls a method of what should be a file.
fn file_method(heap: &Heap, file: &Value, name: &str, args: &mut [Value]) -> Outcome {
    let name = Symbol::new(name);
    match call_method(heap, file, name, args)? {
        Some(result) => Ok(result),
        None => {
            let method = crate::value::ops::attribute::get(heap, file, name)?;
            heap.call(&method, args)
        }
    }
}

fn run_loads(heap: &Heap, args: Args<'_>) -> Outcome {
    load_from(heap, args.get(0), &args)
}

fn run_load(heap: &Heap, args: Args<'_>) -> Outcome {
    let document = file_method(heap, args.get(0), "read", &mut [])?;
    load_from(heap, &document, &args)
}

fn load_from(heap: &Heap, document: &Value, args: &Args<'_>) -> Outcome {
    let hooks = parse::Hooks {
        object: args.some(1).cloned(),
        float: args.some(2).cloned(),
        int: args.some(3).cloned(),
        constant: args.some(4).cloned(),
        pairs: args.some(5).cloned(),
    };
    if let Some(text) = argument::text(document) {
        if text.as_str().starts_with('\u{feff}') {
            return Err(malformed(heap, "Unexpected UTF-8 BOM (decode using utf-8-sig)", text.as_str(), 0));
        }
        return parse::document(heap, text.as_str(), &hooks);
    }
    let Some(octets) = argument::bytes(document) else {
        return Err(heap.type_error(format!(
            "the JSON object must be str, bytes or bytearray, not {}",
            type_name(document)
        )));
    };
    let octets = octets.as_slice();
    let (encoding, skip) = match octets {
        [0xef, 0xbb, 0xbf, ..] => ("utf-8", 3),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ("utf-16", 0),
        [0, _, ..] => ("utf-16-be", 0),
        [_, 0, ..] => ("utf-16-le", 0),
        _ => ("utf-8", 0),
    };
    let text = codec::decode(heap, &octets[skip..], codec::Codec::named(heap, encoding)?, "strict")?;
    parse::document(heap, &text, &hooks)
}
