//! `repr`, `str` and `format` of values.
//!
//! Owns that a container inside itself shows as dots, and what instances and exceptions show that
//! have no method for it. Escapes, float digits and format specifications are in `value::text`,
//! templates in `percent`.

use super::types::type_name;
use crate::value::errors::slots;
use crate::value::iter::{Source, View};
use crate::value::number::IntegerRef;
use crate::value::{
    BuiltinType, Class, ClassKind, ErrorKind, Heap, Instance, Iter, Outcome, Ref, Str, Value, names,
};
use crate::value::{number, text};
use std::cell::RefCell;
use std::rc::Rc;

/// What a RecursionError says was being done.
const REPR: &str = "getting the repr of an object";

/// Objects whose `repr` is under way: a container inside itself shows as dots.
#[derive(Default)]
struct Showing(RefCell<Vec<usize>>);

/// `repr(value)` as a string.
pub fn repr(heap: &Heap, value: &Value) -> Outcome<String> {
    let mut out = String::new();
    write_repr(heap, value, &mut out)?;
    Ok(out)
}

/// `str(value)` as a string.
pub fn to_string(heap: &Heap, value: &Value) -> Outcome<String> {
    match value {
        Value::Str(text) => Ok(text.as_str().to_owned()),
        Value::Int(n) => Ok(n.to_string()),
        Value::Instance(instance) => str_of_instance(heap, instance, value),
        Value::Native(native) => match native.read(|object| object.str(heap)) {
            Some(result) => result,
            None => repr(heap, value),
        },
        _ => repr(heap, value),
    }
}

/// `str(value)` as a value.
pub fn str_value(heap: &Heap, value: &Value) -> Outcome {
    match value {
        Value::Str(_) => Ok(value.clone()),
        Value::Int(n) => {
            let mut buffer = itoa::Buffer::new();
            Ok(Value::Str(Rc::new(Str::ascii(buffer.format(*n)))))
        }
        _ => Ok(Value::Str(Rc::new(Str::from_string(to_string(heap, value)?)))),
    }
}

fn string_result(heap: &Heap, result: Value, method: &str) -> Outcome<String> {
    match super::convert::unwrapped(&result) {
        Value::Str(text) => Ok(text.as_str().to_owned()),
        _ => Err(heap.type_error(format!("{method} returned non-string (type {})", type_name(&result)))),
    }
}

fn str_of_instance(heap: &Heap, instance: &Ref<Instance>, value: &Value) -> Outcome<String> {
    let class = instance.class();
    if let Some(method) = class.lookup(names::STR)
        && !matches!(method, Value::Builtin(_))
        && let Some(result) = super::attribute::call_method(heap, value, names::STR, &mut [])?
    {
        return string_result(heap, result, "__str__");
    }
    if class.builtin == BuiltinType::Exception {
        return str_of_exception(heap, instance);
    }
    if class.kind == ClassKind::Enum {
        // Members of `IntEnum` show as the numbers that they are, those of `enum E(int)` by name.
        if let Some(number) = instance.payload()
            && class.mro().iter().any(|base| matches!(base.name.as_str(), "IntEnum" | "IntFlag"))
        {
            return to_string(heap, &number);
        }
        return Ok(match member_name(instance) {
            Some(name) => format!("{}.{name}", class.name.as_str()),
            None => class.name.as_str().to_owned(),
        });
    }
    if let Some(inner @ Value::Str(_)) = instance.payload()
        && class.lookup(names::REPR).is_none_or(|m| matches!(m, Value::Builtin(f) if !f.works_on_instance()))
    {
        return to_string(heap, &inner);
    }
    repr(heap, value)
}

/// What `str` of a failed encoding or decoding shows.
fn unicode_error(args: &[Value]) -> Option<String> {
    let [Value::Str(codec), object, Value::Int(start), Value::Int(end), Value::Str(reason)] = args else {
        return None;
    };
    let (codec, reason, one) = (codec.as_str(), reason.as_str(), end - start == 1);
    let at = usize::try_from(*start).ok()?;
    Some(match object {
        Value::Bytes(bytes) if one => {
            format!(
                "'{codec}' codec can't decode byte 0x{:02x} in position {start}: {reason}",
                bytes.as_slice().get(at)?
            )
        }
        Value::Bytes(_) => {
            format!("'{codec}' codec can't decode bytes in position {start}-{}: {reason}", end - 1)
        }
        Value::Str(text) if one => {
            let code = u32::from(text.char_at(at)?);
            let shown = match code {
                0..=0xff => format!("\\x{code:02x}"),
                0x100..=0xffff => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            };
            format!("'{codec}' codec can't encode character '{shown}' in position {start}: {reason}")
        }
        Value::Str(_) => {
            format!("'{codec}' codec can't encode characters in position {start}-{}: {reason}", end - 1)
        }
        _ => return None,
    })
}

/// What `str` of an exception shows: its arguments.
pub fn str_of_exception(heap: &Heap, error: &Ref<Instance>) -> Outcome<String> {
    let _guard = heap.nested("getting the str of an object")?;
    let args = error.error_args();
    if heap.is_error(error, ErrorKind::BaseExceptionGroup)
        && let [message, Value::Tuple(inner)] = &args[..]
    {
        let s = if inner.len() == 1 { "" } else { "s" };
        return Ok(format!("{} ({} sub-exception{s})", to_string(heap, message)?, inner.len()));
    }
    if heap.is_error(error, ErrorKind::UnicodeError)
        && let Some(text) = unicode_error(&args)
    {
        return Ok(text);
    }
    match &args[..] {
        [] => Ok(String::new()),
        [key] if heap.is_error(error, ErrorKind::KeyError) => repr(heap, key),
        [only] => to_string(heap, only),
        [number, text] if heap.is_error(error, ErrorKind::OSError) => {
            Ok(format!("[Errno {}] {}", to_string(heap, number)?, to_string(heap, text)?))
        }
        [number, text, file] if heap.is_error(error, ErrorKind::OSError) => Ok(format!(
            "[Errno {}] {}: {}",
            to_string(heap, number)?,
            to_string(heap, text)?,
            repr(heap, file)?
        )),
        _ => repr(heap, error.slot(slots::ARGS)),
    }
}

fn member_name(instance: &Instance) -> Option<String> {
    let slot = instance.class().slot(names::NAME_PRIVATE)?;
    match instance.slot(slot) {
        Value::Str(name) => Some(name.as_str().to_owned()),
        _ => None,
    }
}

/// Appends `repr(value)`.
pub fn write_repr(heap: &Heap, value: &Value, out: &mut String) -> Outcome<()> {
    match value {
        Value::Unbound | Value::None | Value::Links(_) | Value::Walk(_) => out.push_str("None"),
        Value::True => out.push_str("True"),
        Value::False => out.push_str("False"),
        Value::Ellipsis => out.push_str("Ellipsis"),
        Value::NotImplemented => out.push_str("NotImplemented"),
        Value::Int(n) => out.push_str(itoa::Buffer::new().format(*n)),
        Value::Big(n) => {
            out.push_str(&number::decimal(IntegerRef::Big(n)).map_err(|fault| heap.fault(fault))?)
        }
        Value::Float(x) => out.push_str(&text::float_repr(x.get())),
        Value::Str(s) => out.push_str(&text::repr_str(s.as_str())),
        Value::Bytes(b) => out.push_str(&text::repr_bytes(b.as_slice())),
        Value::Range(r) => {
            out.push_str(&if r.step == 1 {
                format!("range({}, {})", r.start, r.stop)
            } else {
                format!("range({}, {}, {})", r.start, r.stop, r.step)
            });
        }
        Value::Slice(s) => {
            let _guard = heap.nested(REPR)?;
            out.push_str("slice(");
            write_repr(heap, &s.start, out)?;
            out.push_str(", ");
            write_repr(heap, &s.stop, out)?;
            out.push_str(", ");
            write_repr(heap, &s.step, out)?;
            out.push(')');
        }
        Value::List(list) => {
            return guarded(heap, value, "[...]", out, |out| {
                write_items(heap, ("[", "]"), list.len(), |i| list.get(i), out)
            });
        }
        Value::Tuple(tuple) => {
            return guarded(heap, value, "(...)", out, |out| {
                let close = if tuple.len() == 1 { ",)" } else { ")" };
                write_items(heap, ("(", close), tuple.len(), |i| tuple.items().get(i).cloned(), out)
            });
        }
        Value::Dict(dict) => {
            return guarded(heap, value, "{...}", out, |out| {
                out.push('{');
                let mut at = 0;
                while let Some((position, key, value)) = dict.next_entry(at) {
                    if at > 0 {
                        out.push_str(", ");
                    }
                    at = position + 1;
                    write_repr(heap, &key, out)?;
                    out.push_str(": ");
                    write_repr(heap, &value, out)?;
                }
                out.push('}');
                Ok(())
            });
        }
        Value::Set(set) => {
            let name = if set.frozen { "frozenset" } else { "set" };
            if set.is_empty() {
                out.push_str(&format!("{name}()"));
                return Ok(());
            }
            return guarded(heap, value, &format!("{name}(...)"), out, |out| {
                let keys = set.keys();
                let (open, close) = if set.frozen { ("frozenset({", "})") } else { ("{", "}") };
                write_items(heap, (open, close), keys.len(), |i| keys.get(i).cloned(), out)
            });
        }
        Value::Iter(iter) => return write_iter(heap, iter, value, out),
        Value::Class(class) => out.push_str(&class_repr(class)),
        Value::Module(module) => out.push_str(&format!("<module '{}'>", module.name.as_str())),
        Value::Function(function) => {
            out.push_str(&format!(
                "<function {} at {:#x}>",
                function.qualname().as_str(),
                function.address()
            ));
        }
        Value::Builtin(function) => {
            out.push_str(&if function.is_method() {
                format!("<method '{}'>", function.name)
            } else {
                format!("<built-in function {}>", function.name)
            });
        }
        Value::Bound(bound) => match bound.function() {
            Value::Builtin(function) => out.push_str(&format!(
                "<built-in method {} of {} object at {:#x}>",
                function.name,
                type_name(bound.receiver()),
                bound.receiver().identity()
            )),
            function => {
                let name = match function {
                    Value::Function(f) => f.qualname().as_str().to_owned(),
                    other => type_name(other),
                };
                let _guard = heap.nested(REPR)?;
                out.push_str(&format!("<bound method {name} of "));
                write_repr(heap, bound.receiver(), out)?;
                out.push('>');
            }
        },
        Value::Generator(generator) => {
            let word = generator.kind.word();
            out.push_str(&format!(
                "<{word} object {} at {:#x}>",
                generator.name.as_str(),
                generator.address()
            ));
        }
        Value::Cell(cell) => out.push_str(&format!("<cell at {:#x}>", cell.address())),
        Value::Descriptor(d) => out.push_str(&format!("<{} object at {:#x}>", type_name(value), d.address())),
        Value::Native(native) => match native.read(|object| object.repr(heap)) {
            Some(text) => out.push_str(&text?),
            None => out.push_str(&format!("<{} object at {:#x}>", type_name(value), native.address())),
        },
        Value::Instance(instance) => return repr_of_instance(heap, instance, value, out),
    }
    Ok(())
}

/// `<class '__main__.N'>`, `<enum 'C'>`.
pub fn class_repr(class: &Class) -> String {
    match class.kind {
        ClassKind::Enum => format!("<enum '{}'>", class.name.as_str()),
        _ => format!("<class '{}'>", super::attribute::full_class_name(class)),
    }
}

fn guarded(
    heap: &Heap,
    value: &Value,
    dots: &str,
    out: &mut String,
    write: impl FnOnce(&mut String) -> Outcome<()>,
) -> Outcome<()> {
    let showing = heap.attached::<Showing>();
    let address = value.identity() as usize;
    if showing.0.borrow().contains(&address) {
        out.push_str(dots);
        return Ok(());
    }
    let _guard = heap.nested(REPR)?;
    showing.0.borrow_mut().push(address);
    let result = write(out);
    showing.0.borrow_mut().pop();
    result
}

fn write_items(
    heap: &Heap,
    (open, close): (&str, &str),
    count: usize,
    at: impl Fn(usize) -> Option<Value>,
    out: &mut String,
) -> Outcome<()> {
    out.push_str(open);
    for index in 0..count {
        let Some(item) = at(index) else { break };
        if index > 0 {
            out.push_str(", ");
        }
        write_repr(heap, &item, out)?;
    }
    out.push_str(close);
    Ok(())
}

fn write_iter(heap: &Heap, iter: &Ref<Iter>, value: &Value, out: &mut String) -> Outcome<()> {
    let Some((dict, view)) = iter.view() else {
        out.push_str(&format!("<{} object at {:#x}>", iter.type_name(), iter.address()));
        return Ok(());
    };
    guarded(heap, value, "...", out, |out| {
        out.push_str(iter.type_name());
        let items = match view {
            View::Keys => dict.pairs().into_iter().map(|(key, _)| key).collect(),
            View::Values => dict.pairs().into_iter().map(|(_, value)| value).collect(),
            View::Items => super::iterate::collect(heap, value)?,
        };
        write_items(heap, ("([", "])"), items.len(), |i| items.get(i).cloned(), out)
    })
}

/// Whether an iterator is a plain range iterator (its repr has no address in CPython either).
pub fn is_range_iterator(iter: &Iter) -> bool {
    iter.peek(|source| matches!(source, Source::Range { .. })).unwrap_or(false)
}

fn repr_of_instance(heap: &Heap, instance: &Ref<Instance>, value: &Value, out: &mut String) -> Outcome<()> {
    let class = instance.class().clone();
    if let Some(method) = class.lookup(names::REPR)
        && !matches!(method, Value::Builtin(f) if !f.works_on_instance())
        && let Some(result) = super::attribute::call_method(heap, value, names::REPR, &mut [])?
    {
        out.push_str(&string_result(heap, result, "__repr__")?);
        return Ok(());
    }
    if class.builtin == BuiltinType::Exception && class.kind != ClassKind::Obj {
        return write_exception(heap, instance, out);
    }
    match class.kind {
        ClassKind::Enum => {
            let inner =
                class.slot(names::VALUE_PRIVATE).map(|slot| instance.slot(slot).clone()).unwrap_or_default();
            out.push_str(&format!(
                "<{}.{}: ",
                class.name.as_str(),
                member_name(instance).unwrap_or_default()
            ));
            write_repr(heap, &inner, out)?;
            out.push('>');
            Ok(())
        }
        ClassKind::Obj | ClassKind::Node | ClassKind::Edge | ClassKind::Walker => {
            guarded(heap, value, "...", out, |out| write_fields(heap, instance, &class, out))
        }
        ClassKind::Class | ClassKind::Builtin => {
            if let Some(inner) = instance.payload() {
                return write_repr(heap, &inner, out);
            }
            if class.builtin == BuiltinType::Exception {
                return write_exception(heap, instance, out);
            }
            let name = super::attribute::full_class_name(&class);
            let name = if class.module.as_str() == "builtins" { format!("builtins.{name}") } else { name };
            out.push_str(&format!(
                "<{} object at {:#x}>",
                name.trim_start_matches("builtins."),
                instance.address()
            ));
            Ok(())
        }
    }
}

/// Appends `repr` of an exception.
pub fn write_exception(heap: &Heap, error: &Ref<Instance>, out: &mut String) -> Outcome<()> {
    let _guard = heap.nested(REPR)?;
    out.push_str(error.class().name.as_str());
    let args = error.error_args();
    let close = ")";
    write_items(heap, ("(", close), args.len(), |i| args.get(i).cloned(), out)
}

/// `QualName(field=value, …)`.
fn write_fields(heap: &Heap, instance: &Ref<Instance>, class: &Class, out: &mut String) -> Outcome<()> {
    out.push_str(class.qualname.as_str());
    out.push('(');
    let mut first = true;
    for field in class.fields() {
        let Some(slot) = class.slot(field.name) else { continue };
        if !first {
            out.push_str(", ");
        }
        first = false;
        let value = match super::attribute::current(heap, instance, slot)? {
            Value::Unbound => super::attribute::get(heap, &Value::Instance(instance.clone()), field.name)?,
            value => value,
        };
        out.push_str(field.name.name());
        out.push('=');
        write_repr(heap, &value, out)?;
    }
    out.push(')');
    Ok(())
}

/// `format(value, spec)`.
pub fn format(heap: &Heap, value: &Value, spec: &str) -> Outcome<String> {
    if let Value::Instance(instance) = value {
        if let Some(method) = instance.class().lookup(names::FORMAT)
            && !matches!(method, Value::Builtin(_))
            && let Some(result) =
                super::attribute::call_method(heap, value, names::FORMAT, &mut [Value::str(spec)])?
        {
            return string_result(heap, result, "__format__");
        }
        if instance.class().kind == ClassKind::Enum {
            return format(heap, &Value::str(to_string(heap, value)?), spec);
        }
        if let Some(inner) = instance.payload() {
            return format(heap, &inner, spec);
        }
    }
    if spec.is_empty() {
        return to_string(heap, value);
    }
    if let Value::Native(native) = value
        && let Some(result) = native.read(|object| object.format(heap, spec))
    {
        return result;
    }
    let result = match value {
        Value::Int(_) | Value::Big(_) | Value::True | Value::False => {
            let Some(n) = super::compare::integer(value) else { return Ok(String::new()) };
            let subject = if matches!(value, Value::True | Value::False) {
                text::Subject::Bool
            } else {
                text::Subject::Int
            };
            text::FormatSpec::parse(spec, subject).and_then(|spec| text::format_int(n, &spec))
        }
        Value::Float(x) => text::FormatSpec::parse(spec, text::Subject::Float)
            .and_then(|spec| text::format_float(x.get(), &spec)),
        Value::Str(s) => text::FormatSpec::parse(spec, text::Subject::Str)
            .and_then(|spec| text::format_str(s.as_str(), &spec)),
        _ => {
            return Err(heap
                .type_error(format!("unsupported format string passed to {}.__format__", type_name(value))));
        }
    };
    result.map_err(|fault| heap.fault(fault))
}
