//! `str`: construction and methods.
//!
//! The algorithms are in `value::text`, where ASCII takes short ways; here arguments are read and checked.

use std::rc::Rc;

use crate::builtins::argument::{self, bounds, int_or, need_text, text_of, truth_or};
use crate::builtins::codec::{self, Codec};
use crate::builtins::{operators, receiver};
use crate::value::ops::convert::{payload, to_i64};
use crate::value::ops::percent::{FormatArguments, format_template};
use crate::value::ops::types::type_name;
use crate::value::ops::{item, iterate, show};
use crate::value::text::{self, Bounds, Side};
use crate::value::{
    Args, BuiltinType, Bytes, Dict, ErrorKind, Heap, NativeFunction, Outcome, Ref, Str, Value,
};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, object='', encoding='utf-8', errors='strict')",
        "The text of a value, or the text that bytes encode.",
        &[("str(1.5)", "'1.5'"), ("str(b'ab', 'utf-8')", "'ab'"), ("str()", "''")],
        run_new,
    ),
    NativeFunction::new(
        "join",
        "(self, iterable, /)",
        "The texts of an iterable, with this one between them.",
        &[("', '.join(['a', 'b'])", "'a, b'")],
        run_join,
    ),
    NativeFunction::new(
        "split",
        "(self, sep=None, maxsplit=-1)",
        "The parts between separators; without one, the words.",
        &[
            ("'a,b'.split(',')", "['a', 'b']"),
            ("' a  b '.split()", "['a', 'b']"),
            ("'a,b,c'.split(',', 1)", "['a', 'b,c']"),
        ],
        run_split,
    ),
    NativeFunction::new(
        "rsplit",
        "(self, sep=None, maxsplit=-1)",
        "Like `split`, counted from the end.",
        &[("'a,b,c'.rsplit(',', 1)", "['a,b', 'c']")],
        run_rsplit,
    ),
    NativeFunction::new(
        "splitlines",
        "(self, keepends=False)",
        "The lines.",
        &[("'a\\nb'.splitlines()", "['a', 'b']")],
        run_splitlines,
    ),
    NativeFunction::new(
        "strip",
        "(self, chars=None, /)",
        "Without white space, or some characters, at both ends.",
        &[("' a '.strip()", "'a'"), ("'xxaxx'.strip('x')", "'a'")],
        run_strip,
    ),
    NativeFunction::new(
        "lstrip",
        "(self, chars=None, /)",
        "Without white space, or some characters, at the beginning.",
        &[("' a '.lstrip()", "'a '")],
        run_lstrip,
    ),
    NativeFunction::new(
        "rstrip",
        "(self, chars=None, /)",
        "Without white space, or some characters, at the end.",
        &[("' a '.rstrip()", "' a'")],
        run_rstrip,
    ),
    NativeFunction::new(
        "replace",
        "(self, old, new, count=-1, /)",
        "With a part replaced, everywhere or so often.",
        &[("'aa'.replace('a', 'b')", "'bb'"), ("'aa'.replace('a', 'b', 1)", "'ba'")],
        run_replace,
    ),
    NativeFunction::new(
        "find",
        "(self, sub, start=..., end=..., /)",
        "Where a part stands first, or -1.",
        &[("'abc'.find('c')", "2"), ("'abc'.find('x')", "-1")],
        run_find,
    ),
    NativeFunction::new(
        "rfind",
        "(self, sub, start=..., end=..., /)",
        "Where a part stands last, or -1.",
        &[("'aba'.rfind('a')", "2")],
        run_rfind,
    ),
    NativeFunction::new(
        "index",
        "(self, sub, start=..., end=..., /)",
        "Where a part stands first; ValueError if nowhere.",
        &[("'abc'.index('c')", "2")],
        run_index,
    ),
    NativeFunction::new(
        "rindex",
        "(self, sub, start=..., end=..., /)",
        "Where a part stands last; ValueError if nowhere.",
        &[("'aba'.rindex('a')", "2")],
        run_rindex,
    ),
    NativeFunction::new(
        "count",
        "(self, sub, start=..., end=..., /)",
        "How often a part stands there, without overlaps.",
        &[("'aaa'.count('a')", "3")],
        run_count,
    ),
    NativeFunction::new(
        "startswith",
        "(self, prefix, start=..., end=..., /)",
        "Whether it begins with a text, or with one of several.",
        &[("'abc'.startswith('a')", "True"), ("'abc'.startswith(('x', 'a'))", "True")],
        run_startswith,
    ),
    NativeFunction::new(
        "endswith",
        "(self, suffix, start=..., end=..., /)",
        "Whether it ends with a text, or with one of several.",
        &[("'abc'.endswith('c')", "True")],
        run_endswith,
    ),
    NativeFunction::new(
        "removeprefix",
        "(self, prefix, /)",
        "Without a beginning, if it has it.",
        &[("'abc'.removeprefix('a')", "'bc'")],
        run_removeprefix,
    ),
    NativeFunction::new(
        "removesuffix",
        "(self, suffix, /)",
        "Without an ending, if it has it.",
        &[("'abc'.removesuffix('c')", "'ab'")],
        run_removesuffix,
    ),
    NativeFunction::new(
        "partition",
        "(self, sep, /)",
        "What is before the first separator, the separator, and what is after it.",
        &[("'a-b'.partition('-')", "('a', '-', 'b')")],
        run_partition,
    ),
    NativeFunction::new(
        "rpartition",
        "(self, sep, /)",
        "What is before the last separator, the separator, and what is after it.",
        &[("'a-b-c'.rpartition('-')", "('a-b', '-', 'c')")],
        run_rpartition,
    ),
    NativeFunction::new("lower", "(self, /)", "In lower case.", &[("'AbC'.lower()", "'abc'")], run_lower),
    NativeFunction::new("upper", "(self, /)", "In upper case.", &[("'AbC'.upper()", "'ABC'")], run_upper),
    NativeFunction::new(
        "casefold",
        "(self, /)",
        "In the form in which texts are compared without case.",
        &[("'Straße'.casefold()", "'strasse'")],
        run_casefold,
    ),
    NativeFunction::new(
        "capitalize",
        "(self, /)",
        "With the first character in upper case and the others in lower case.",
        &[("'hello World'.capitalize()", "'Hello world'")],
        run_capitalize,
    ),
    NativeFunction::new(
        "title",
        "(self, /)",
        "With every word capitalized.",
        &[("'hello world'.title()", "'Hello World'")],
        run_title,
    ),
    NativeFunction::new(
        "swapcase",
        "(self, /)",
        "With upper and lower case exchanged.",
        &[("'aB'.swapcase()", "'Ab'")],
        run_swapcase,
    ),
    NativeFunction::new(
        "center",
        "(self, width, fillchar=' ', /)",
        "In the middle of a width.",
        &[("'a'.center(3)", "' a '")],
        run_center,
    ),
    NativeFunction::new(
        "ljust",
        "(self, width, fillchar=' ', /)",
        "At the left of a width.",
        &[("'a'.ljust(3, '-')", "'a--'")],
        run_ljust,
    ),
    NativeFunction::new(
        "rjust",
        "(self, width, fillchar=' ', /)",
        "At the right of a width.",
        &[("'a'.rjust(3, '-')", "'--a'")],
        run_rjust,
    ),
    NativeFunction::new(
        "zfill",
        "(self, width, /)",
        "With zeros in front, after a sign.",
        &[("'-5'.zfill(4)", "'-005'")],
        run_zfill,
    ),
    NativeFunction::new(
        "expandtabs",
        "(self, tabsize=8)",
        "With tabs replaced by spaces.",
        &[("'a\\tb'.expandtabs(4)", "'a   b'")],
        run_expandtabs,
    ),
    NativeFunction::new(
        "format",
        "(self, *args, **kwargs)",
        "With the fields in braces filled in.",
        &[("'{} {x}'.format(1, x=2)", "'1 2'")],
        run_format,
    ),
    NativeFunction::new(
        "format_map",
        "(self, mapping, /)",
        "With the fields in braces filled in from a mapping.",
        &[("'{x}'.format_map({'x': 2})", "'2'")],
        run_format_map,
    ),
    NativeFunction::new(
        "encode",
        "(self, encoding='utf-8', errors='strict')",
        "The octets that encode the text.",
        &[("'é'.encode()", "b'\\xc3\\xa9'")],
        run_encode,
    ),
    NativeFunction::new(
        "translate",
        "(self, table, /)",
        "With characters replaced or removed by a table.",
        &[("'abc'.translate({97: 'x', 98: None})", "'xc'")],
        run_translate,
    ),
    NativeFunction::new(
        "maketrans",
        "(x, y=..., z=..., /)",
        "A table for `translate`.",
        &[("str.maketrans('a', 'b')", "{97: 98}")],
        run_maketrans,
    ),
    NativeFunction::new(
        "isalpha",
        "(self, /)",
        "Whether there are characters and all are letters.",
        &[("'abc'.isalpha()", "True")],
        |heap, args| test(heap, args, "isalpha", text::is_alpha),
    ),
    NativeFunction::new(
        "isalnum",
        "(self, /)",
        "Whether there are characters and all are letters or digits.",
        &[("'a1'.isalnum()", "True")],
        |heap, args| test(heap, args, "isalnum", text::is_alnum),
    ),
    NativeFunction::new(
        "isdigit",
        "(self, /)",
        "Whether there are characters and all are digits.",
        &[("'12'.isdigit()", "True")],
        |heap, args| test(heap, args, "isdigit", text::is_digit),
    ),
    NativeFunction::new(
        "isdecimal",
        "(self, /)",
        "Whether there are characters and all are decimal digits.",
        &[("'12'.isdecimal()", "True")],
        |heap, args| test(heap, args, "isdecimal", text::is_decimal),
    ),
    NativeFunction::new(
        "isnumeric",
        "(self, /)",
        "Whether there are characters and all stand for numbers.",
        &[("'½'.isnumeric()", "True")],
        |heap, args| test(heap, args, "isnumeric", text::is_numeric),
    ),
    NativeFunction::new(
        "isspace",
        "(self, /)",
        "Whether there are characters and all are white space.",
        &[("' \\t'.isspace()", "True")],
        |heap, args| test(heap, args, "isspace", text::is_space),
    ),
    NativeFunction::new(
        "islower",
        "(self, /)",
        "Whether there are letters with case and all are in lower case.",
        &[("'ab'.islower()", "True")],
        |heap, args| test(heap, args, "islower", text::is_lower),
    ),
    NativeFunction::new(
        "isupper",
        "(self, /)",
        "Whether there are letters with case and all are in upper case.",
        &[("'AB'.isupper()", "True")],
        |heap, args| test(heap, args, "isupper", text::is_upper),
    ),
    NativeFunction::new(
        "istitle",
        "(self, /)",
        "Whether every word is capitalized.",
        &[("'Ab Cd'.istitle()", "True")],
        |heap, args| test(heap, args, "istitle", text::is_title),
    ),
    NativeFunction::new(
        "isidentifier",
        "(self, /)",
        "Whether it could be a name.",
        &[("'a_1'.isidentifier()", "True")],
        |heap, args| test(heap, args, "isidentifier", text::is_identifier),
    ),
    NativeFunction::new(
        "isprintable",
        "(self, /)",
        "Whether `repr` would escape nothing.",
        &[("'a b'.isprintable()", "True")],
        |heap, args| test(heap, args, "isprintable", text::is_printable),
    ),
    NativeFunction::new(
        "isascii",
        "(self, /)",
        "Whether all characters are ASCII.",
        &[("'abc'.isascii()", "True")],
        |heap, args| test(heap, args, "isascii", text::is_ascii),
    ),
    operators::len(&[("'ab'.__len__()", "2")]),
    operators::iter(&[("list('ab'.__iter__())", "['a', 'b']")]),
    operators::contains(&[("'ab'.__contains__('a')", "True")]),
    operators::getitem(&[("'ab'.__getitem__(1)", "'b'")]),
    operators::add(&[("'a'.__add__('b')", "'ab'")]),
    operators::mul(&[("'a'.__mul__(2)", "'aa'")]),
    operators::rmul(&[("'a'.__rmul__(2)", "'aa'")]),
    operators::modulo(&[("'%d'.__mod__(5)", "'5'")]),
    operators::lt(&[("'a'.__lt__('b')", "True")]),
    operators::le(&[("'a'.__le__('a')", "True")]),
    operators::gt(&[("'a'.__gt__('b')", "False")]),
    operators::ge(&[("'a'.__ge__(5)", "NotImplemented")]),
];

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let made = if args.is_given(2) || args.is_given(3) {
        decoded(heap, args.get(1), args.get(2), args.get(3))?
    } else {
        match args.get(1) {
            Value::Unbound => Value::str(""),
            value => show::str_value(heap, value)?,
        }
    };
    match args.get(0) {
        Value::Class(class) => Ok(super::instance_of(heap, class, BuiltinType::Str, made)),
        _ => Ok(made),
    }
}

fn decoded(heap: &Heap, value: &Value, encoding: &Value, errors: &Value) -> Outcome {
    let codec = codec_of(heap, encoding, "str")?;
    let errors = errors_of(heap, errors, "str")?;
    if argument::text(value).is_some() {
        return Err(heap.type_error("decoding str is not supported"));
    }
    if value.is_unbound() {
        return Ok(Value::str(""));
    }
    match argument::bytes(value) {
        Some(octets) => Ok(codec::decode(heap, octets.as_slice(), codec, &errors)?.into()),
        None => {
            Err(heap
                .type_error(format!("decoding to str: need a bytes-like object, {} found", type_name(value))))
        }
    }
}

/// The argument `encoding`.
pub fn codec_of(heap: &Heap, value: &Value, of: &str) -> Outcome<Codec> {
    match value {
        Value::Unbound => Ok(Codec::Utf8),
        value => Codec::named(heap, text_of(heap, value, &format!("{of}() argument 'encoding'"))?.as_str()),
    }
}

/// The argument `errors`.
pub fn errors_of(heap: &Heap, value: &Value, of: &str) -> Outcome<String> {
    match value {
        Value::Unbound => Ok("strict".to_owned()),
        value => Ok(text_of(heap, value, &format!("{of}() argument 'errors'"))?.as_str().to_owned()),
    }
}

fn own(heap: &Heap, args: &mut Args<'_>, method: &str) -> Outcome<Rc<Str>> {
    receiver::text(heap, args, method)
}

fn test(heap: &Heap, mut args: Args<'_>, method: &str, test: fn(&str) -> bool) -> Outcome {
    Ok(Value::bool(test(own(heap, &mut args, method)?.as_str())))
}

fn strings<'a>(heap: &Heap, parts: impl IntoIterator<Item = &'a str>) -> Outcome {
    Ok(Value::list(heap, parts.into_iter().map(Value::str).collect()))
}

fn run_join(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let between = own(heap, &mut args, "join")?;
    let iterable = args.take(1);
    let collected: Vec<Value>;
    let items: &[Value] = match &iterable {
        // Joining strings runs no code of the program, so the items can be read in place.
        Value::List(list) if list.items().iter().all(|item| matches!(item, Value::Str(_))) => list.items(),
        Value::Tuple(tuple) => tuple.items(),
        other => {
            if !iterate::is_iterable(heap, other) {
                return Err(heap.type_error("can only join an iterable"));
            }
            collected = iterate::collect(heap, other)?;
            &collected
        }
    };
    if let [only @ Value::Str(_)] = items {
        return Ok(only.clone());
    }
    let mut length = between.as_str().len() * items.len().saturating_sub(1);
    for item in items {
        if let Value::Str(text) = item {
            length += text.as_str().len();
        }
    }
    let mut out = String::with_capacity(length);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(between.as_str());
        }
        match item {
            Value::Str(text) => out.push_str(text.as_str()),
            other => match argument::text(other) {
                Some(text) => out.push_str(text.as_str()),
                None => {
                    return Err(heap.type_error(format!(
                        "sequence item {index}: expected str instance, {} found",
                        type_name(other)
                    )));
                }
            },
        }
    }
    Ok(out.into())
}

/// `sep` of a split: None for words.
fn separator(heap: &Heap, value: &Value) -> Outcome<Option<Rc<Str>>> {
    match value {
        Value::Unbound | Value::None => Ok(None),
        value => match argument::text(value) {
            Some(text) => Ok(Some(text)),
            None => Err(heap.type_error(format!("must be str or None, not {}", type_name(value)))),
        },
    }
}

fn run_split(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "split")?;
    let limit = int_or(heap, args.get(2), -1)?;
    match separator(heap, args.get(1))? {
        None => strings(heap, text::split_whitespace(whole.as_str(), limit)),
        Some(by) => {
            strings(heap, text::split(whole.as_str(), by.as_str(), limit).map_err(|fault| heap.fault(fault))?)
        }
    }
}

fn run_rsplit(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "rsplit")?;
    let limit = int_or(heap, args.get(2), -1)?;
    match separator(heap, args.get(1))? {
        None => strings(heap, text::rsplit_whitespace(whole.as_str(), limit)),
        Some(by) => strings(
            heap,
            text::rsplit(whole.as_str(), by.as_str(), limit).map_err(|fault| heap.fault(fault))?,
        ),
    }
}

fn run_splitlines(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "splitlines")?;
    strings(heap, text::split_lines(whole.as_str(), truth_or(heap, args.get(1), false)?))
}

fn stripped(heap: &Heap, mut args: Args<'_>, method: &str, side: Side) -> Outcome {
    let whole = own(heap, &mut args, method)?;
    let kept = match args.get(1) {
        Value::Unbound | Value::None => text::strip(whole.as_str(), side),
        chars => match argument::text(chars) {
            Some(chars) => text::strip_chars(whole.as_str(), chars.as_str(), side),
            None => {
                return Err(heap.type_error(format!("{method} arg must be None or str")));
            }
        },
    };
    Ok(part_of(&whole, kept))
}

/// A part of a text as a value; the text itself if nothing is missing.
fn part_of(whole: &Rc<Str>, part: &str) -> Value {
    if part.len() == whole.as_str().len() { Value::Str(whole.clone()) } else { Value::str(part) }
}

fn run_strip(heap: &Heap, args: Args<'_>) -> Outcome {
    stripped(heap, args, "strip", Side::Both)
}

fn run_lstrip(heap: &Heap, args: Args<'_>) -> Outcome {
    stripped(heap, args, "lstrip", Side::Left)
}

fn run_rstrip(heap: &Heap, args: Args<'_>) -> Outcome {
    stripped(heap, args, "rstrip", Side::Right)
}

fn run_replace(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "replace")?;
    let old = text_of(heap, args.get(1), "replace() argument 1")?;
    let new = text_of(heap, args.get(2), "replace() argument 2")?;
    let limit = int_or(heap, args.get(3), -1)?;
    Ok(text::replace(whole.as_str(), old.as_str(), new.as_str(), limit)
        .map_err(|fault| heap.fault(fault))?
        .into())
}

fn sought(
    heap: &Heap,
    mut args: Args<'_>,
    method: &str,
    find: fn(&str, &str, Bounds) -> Option<usize>,
) -> Outcome<Option<usize>> {
    let whole = own(heap, &mut args, method)?;
    let part = need_text(heap, args.get(1))?;
    Ok(find(whole.as_str(), part.as_str(), bounds(heap, args.get(2), args.get(3))?))
}

fn position(found: Option<usize>) -> Value {
    Value::Int(found.map_or(-1, |at| at as i64))
}

fn run_find(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(position(sought(heap, args, "find", text::find)?))
}

fn run_rfind(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(position(sought(heap, args, "rfind", text::rfind)?))
}

fn run_index(heap: &Heap, args: Args<'_>) -> Outcome {
    sought(heap, args, "index", text::find)?
        .map(|at| Value::Int(at as i64))
        .ok_or_else(|| heap.value_error("substring not found"))
}

fn run_rindex(heap: &Heap, args: Args<'_>) -> Outcome {
    sought(heap, args, "rindex", text::rfind)?
        .map(|at| Value::Int(at as i64))
        .ok_or_else(|| heap.value_error("substring not found"))
}

fn run_count(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "count")?;
    let part = need_text(heap, args.get(1))?;
    Ok(Value::Int(text::count(whole.as_str(), part.as_str(), bounds(heap, args.get(2), args.get(3))?) as i64))
}

fn affixed(heap: &Heap, mut args: Args<'_>, method: &str, test: fn(&str, &str) -> bool) -> Outcome {
    let whole = own(heap, &mut args, method)?;
    let selected = bounds(heap, args.get(2), args.get(3))?.select(whole.as_str()).map(|(part, _)| part);
    let matches = |affix: &str| selected.is_some_and(|part| test(part, affix));
    if let Some(affix) = argument::text(args.get(1)) {
        return Ok(Value::bool(matches(affix.as_str())));
    }
    let Value::Tuple(several) = args.get(1) else {
        return Err(heap.type_error(format!(
            "{method} first arg must be str or a tuple of str, not {}",
            type_name(args.get(1))
        )));
    };
    for affix in several.items() {
        match argument::text(affix) {
            Some(affix) if matches(affix.as_str()) => return Ok(Value::True),
            Some(_) => {}
            None => {
                return Err(heap.type_error(format!(
                    "tuple for {method} must only contain str, not {}",
                    type_name(affix)
                )));
            }
        }
    }
    Ok(Value::False)
}

fn run_startswith(heap: &Heap, args: Args<'_>) -> Outcome {
    affixed(heap, args, "startswith", |text, prefix| text.starts_with(prefix))
}

fn run_endswith(heap: &Heap, args: Args<'_>) -> Outcome {
    affixed(heap, args, "endswith", |text, suffix| text.ends_with(suffix))
}

fn run_removeprefix(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "removeprefix")?;
    let prefix = text_of(heap, args.get(1), "removeprefix() argument")?;
    Ok(part_of(&whole, text::remove_prefix(whole.as_str(), prefix.as_str())))
}

fn run_removesuffix(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "removesuffix")?;
    let suffix = text_of(heap, args.get(1), "removesuffix() argument")?;
    Ok(part_of(&whole, text::remove_suffix(whole.as_str(), suffix.as_str())))
}

fn run_partition(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let (whole, by) = (own(heap, &mut args, "partition")?, need_text(heap, args.get(1))?);
    let (before, by, after) =
        text::partition(whole.as_str(), by.as_str()).map_err(|fault| heap.fault(fault))?;
    Ok(Value::tuple(heap, [before, by, after].map(Value::str)))
}

fn run_rpartition(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let (whole, by) = (own(heap, &mut args, "rpartition")?, need_text(heap, args.get(1))?);
    let (before, by, after) =
        text::rpartition(whole.as_str(), by.as_str()).map_err(|fault| heap.fault(fault))?;
    Ok(Value::tuple(heap, [before, by, after].map(Value::str)))
}

fn changed(heap: &Heap, mut args: Args<'_>, method: &str, change: fn(&str) -> String) -> Outcome {
    Ok(change(own(heap, &mut args, method)?.as_str()).into())
}

fn run_lower(heap: &Heap, args: Args<'_>) -> Outcome {
    changed(heap, args, "lower", text::lower)
}

fn run_upper(heap: &Heap, args: Args<'_>) -> Outcome {
    changed(heap, args, "upper", text::upper)
}

fn run_casefold(heap: &Heap, args: Args<'_>) -> Outcome {
    changed(heap, args, "casefold", text::casefold)
}

fn run_capitalize(heap: &Heap, args: Args<'_>) -> Outcome {
    changed(heap, args, "capitalize", text::capitalize)
}

fn run_title(heap: &Heap, args: Args<'_>) -> Outcome {
    changed(heap, args, "title", text::title)
}

fn run_swapcase(heap: &Heap, args: Args<'_>) -> Outcome {
    changed(heap, args, "swapcase", text::swapcase)
}

fn padded(
    heap: &Heap,
    mut args: Args<'_>,
    method: &str,
    pad: fn(&str, i64, char) -> Result<String, crate::value::number::Fault>,
) -> Outcome {
    let whole = own(heap, &mut args, method)?;
    let width = to_i64(heap, args.get(1))?;
    let fill = match args.get(2) {
        Value::Unbound => ' ',
        value => {
            let text = argument::text(value).ok_or_else(|| {
                heap.type_error(format!(
                    "The fill character must be a unicode character, not {}",
                    type_name(value)
                ))
            })?;
            match (text.len(), text.char_at(0)) {
                (1, Some(c)) => c,
                _ => return Err(heap.type_error("The fill character must be exactly one character long")),
            }
        }
    };
    Ok(pad(whole.as_str(), width, fill).map_err(|fault| heap.fault(fault))?.into())
}

fn run_center(heap: &Heap, args: Args<'_>) -> Outcome {
    padded(heap, args, "center", text::center)
}

fn run_ljust(heap: &Heap, args: Args<'_>) -> Outcome {
    padded(heap, args, "ljust", text::left_justify)
}

fn run_rjust(heap: &Heap, args: Args<'_>) -> Outcome {
    padded(heap, args, "rjust", text::right_justify)
}

fn run_zfill(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "zfill")?;
    Ok(text::zero_fill(whole.as_str(), to_i64(heap, args.get(1))?).map_err(|fault| heap.fault(fault))?.into())
}

fn run_expandtabs(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "expandtabs")?;
    Ok(text::expand_tabs(whole.as_str(), int_or(heap, args.get(1), 8)?)
        .map_err(|fault| heap.fault(fault))?
        .into())
}

fn run_format(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let template = own(heap, &mut args, "format")?;
    let arguments = FormatArguments { positional: args.rest, named: args.extra.take(), mapping: None };
    Ok(format_template(heap, template.as_str(), &arguments)?.into())
}

fn run_format_map(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let template = own(heap, &mut args, "format_map")?;
    let arguments = FormatArguments { positional: &[], named: None, mapping: Some(args.get(1)) };
    Ok(format_template(heap, template.as_str(), &arguments)?.into())
}

fn run_encode(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "encode")?;
    let (codec, errors) = (codec_of(heap, args.get(1), "encode")?, errors_of(heap, args.get(2), "encode")?);
    Ok(Value::Bytes(Rc::new(Bytes::new(codec::encode(heap, &whole, codec, &errors)?))))
}

fn run_translate(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "translate")?;
    let mut out = String::with_capacity(whole.as_str().len());
    for c in whole.as_str().chars() {
        let code = Value::Int(i64::from(u32::from(c)));
        let found = match item::get_item(heap, args.get(1), &code) {
            Ok(found) => found,
            Err(raised) => {
                heap.catch_any(raised, &[ErrorKind::LookupError])?;
                out.push(c);
                continue;
            }
        };
        match payload(&found).unwrap_or(found) {
            Value::None => {}
            Value::Str(text) => out.push_str(text.as_str()),
            Value::Int(n) => match u32::try_from(n).ok().and_then(char::from_u32) {
                Some(c) => out.push(c),
                None => return Err(heap.value_error("character mapping must be in range(0x110000)")),
            },
            _ => return Err(heap.type_error("character mapping must return integer, None or str")),
        }
    }
    Ok(out.into())
}

fn code_of(c: char) -> Value {
    Value::Int(i64::from(u32::from(c)))
}

fn run_maketrans(heap: &Heap, args: Args<'_>) -> Outcome {
    let table = Dict::new(heap);
    if !args.is_given(1) {
        let given = payload(args.get(0)).unwrap_or_else(|| args.get(0).clone());
        let Value::Dict(given) = given else {
            return Err(heap.type_error("if you give only one argument to maketrans it must be a dict"));
        };
        return translation_of(heap, &given, table);
    }
    let from = text_of(heap, args.get(0), "first maketrans argument").map_err(|raised| {
        argument::reworded(
            heap,
            raised,
            ErrorKind::TypeError,
            "first maketrans argument must be a string if there is a second argument",
        )
    })?;
    let to = text_of(heap, args.get(1), "maketrans() argument 2")?;
    if from.len() != to.len() {
        return Err(heap.value_error("the first two maketrans arguments must have equal length"));
    }
    for (a, b) in from.as_str().chars().zip(to.as_str().chars()) {
        drop(table.insert(heap, code_of(a), code_of(b))?);
    }
    if args.is_given(2) {
        for c in text_of(heap, args.get(2), "maketrans() argument 3")?.as_str().chars() {
            drop(table.insert(heap, code_of(c), Value::None)?);
        }
    }
    Ok(Value::Dict(table))
}

/// The table with characters turned into their numbers.
fn translation_of(heap: &Heap, given: &Ref<Dict>, table: Ref<Dict>) -> Outcome {
    for (key, value) in given.pairs() {
        let key = match (argument::text(&key), &key) {
            (Some(text), _) => match (text.len(), text.char_at(0)) {
                (1, Some(c)) => code_of(c),
                _ => return Err(heap.value_error("string keys in translate table must be of length 1")),
            },
            (None, Value::Int(_) | Value::True | Value::False) => key,
            _ => return Err(heap.type_error("keys in translate table must be strings or integers")),
        };
        drop(table.insert(heap, key, value)?);
    }
    Ok(Value::Dict(table))
}
