//! `namedtuple`: makes classes of tuples with named fields.
//!
//! Here the names are read and checked; the classes are `builtins::named_tuple`'s.

use crate::builtins::argument::{self, truth_or};
use crate::builtins::named_tuple;
use crate::value::ops::{iterate, show};
use crate::value::text::repr_str;
use crate::value::{Args, Heap, NativeFunction, Outcome, Value};

pub static FUNCTIONS: &[NativeFunction] = &[NativeFunction::new(
    "namedtuple",
    "(typename, field_names, *, rename=False, defaults=None, module=None)",
    "A class of tuples whose items have names.",
    &[("collections.namedtuple('P', 'x y')(1, y=2)", "P(x=1, y=2)")],
    run_namedtuple,
)];

const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
}

fn run_namedtuple(heap: &Heap, args: Args<'_>) -> Outcome {
    let name = show::to_string(heap, args.get(0))?;
    let mut fields: Vec<String> = match argument::text(args.get(1)) {
        Some(text) => text.as_str().replace(',', " ").split_whitespace().map(str::to_owned).collect(),
        None => {
            let mut fields = Vec::new();
            for field in iterate::collect(heap, args.get(1))? {
                fields.push(show::to_string(heap, &field)?);
            }
            fields
        }
    };
    if truth_or(heap, args.get(2), false)? {
        for index in 0..fields.len() {
            let field = &fields[index];
            let is_bad = !is_identifier(field)
                || KEYWORDS.contains(&field.as_str())
                || field.starts_with('_')
                || fields[..index].contains(field);
            if is_bad {
                fields[index] = format!("_{index}");
            }
        }
    } else {
        check(heap, &name, &fields)?;
    }
    let defaults = match args.some(3) {
        Some(defaults) => iterate::collect(heap, defaults)?,
        None => Vec::new(),
    };
    if defaults.len() > fields.len() {
        return Err(heap.type_error("Got more default values than field names"));
    }
    let module = match args.some(4) {
        Some(module) => show::to_string(heap, module)?,
        None => "__main__".to_owned(),
    };
    let spec = named_tuple::Spec {
        name: &name,
        module: &module,
        fields: &fields,
        defaults: &defaults,
        new: &named_tuple::NEW,
    };
    Ok(Value::Class(named_tuple::class(heap, &spec)))
}

fn check(heap: &Heap, name: &str, fields: &[String]) -> Outcome<()> {
    for word in std::iter::once(name).chain(fields.iter().map(String::as_str)) {
        if !is_identifier(word) {
            let shown = repr_str(word);
            return Err(
                heap.value_error(format!("Type names and field names must be valid identifiers: {shown}"))
            );
        }
        if KEYWORDS.contains(&word) {
            let shown = repr_str(word);
            return Err(heap.value_error(format!("Type names and field names cannot be a keyword: {shown}")));
        }
    }
    for (index, field) in fields.iter().enumerate() {
        let shown = repr_str(field);
        if field.starts_with('_') {
            return Err(heap.value_error(format!("Field names cannot start with an underscore: {shown}")));
        }
        if fields[..index].contains(field) {
            return Err(heap.value_error(format!("Encountered duplicate field name: {shown}")));
        }
    }
    Ok(())
}
