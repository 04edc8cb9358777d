//! Text from values, encoded bytes and templates, and text to bytes.
//!
//! Owns the arguments `encoding` and `errors`, which `bytes` reads the same way. Encodings are in
//! `builtins::codec`, what a value shows in `value::ops::show`, the fields of a template in
//! `value::ops::percent`.

use std::rc::Rc;

use super::own;
use crate::builtins::argument::{self, text_of};
use crate::builtins::codec::{self, Codec};
use crate::builtins::methods;
use crate::value::ops::percent::{FormatArguments, format_template};
use crate::value::ops::show;
use crate::value::ops::types::type_name;
use crate::value::{Args, BuiltinType, Bytes, Heap, Outcome, Value};

pub(super) fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let made = if args.is_given(2) || args.is_given(3) {
        decoded(heap, args.get(1), args.get(2), args.get(3))?
    } else {
        match args.get(1) {
            Value::Unbound => Value::str(""),
            value => show::str_value(heap, value)?,
        }
    };
    match args.get(0) {
        Value::Class(class) => Ok(methods::instance_of(heap, class, BuiltinType::Str, made)),
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

pub(super) fn run_encode(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "encode")?;
    let (codec, errors) = (codec_of(heap, args.get(1), "encode")?, errors_of(heap, args.get(2), "encode")?);
    Ok(Value::Bytes(Rc::new(Bytes::new(codec::encode(heap, &whole, codec, &errors)?))))
}

pub(super) fn run_format(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let template = own(heap, &mut args, "format")?;
    let arguments = FormatArguments { positional: args.rest, named: args.extra.take(), mapping: None };
    Ok(format_template(heap, template.as_str(), &arguments)?.into())
}

pub(super) fn run_format_map(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let template = own(heap, &mut args, "format_map")?;
    let arguments = FormatArguments { positional: &[], named: None, mapping: Some(args.get(1)) };
    Ok(format_template(heap, template.as_str(), &arguments)?.into())
}
