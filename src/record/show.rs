//! How a record looks in a debugger or a failed test: close to Python's `repr`.
//!
//! Owns `Debug`, for people who work on the runtime. What a Jac program prints comes
//! from its values, never from here. Parts deeper than eight levels are elided.

use std::fmt;

use super::{ListRecord, Record};

const DEPTH: usize = 8;

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        At(self, 0).fmt(f)
    }
}

impl fmt::Debug for ListRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

struct At<'a>(&'a Record, usize);

impl fmt::Debug for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let At(record, depth) = *self;
        if depth > DEPTH {
            return f.write_str("…");
        }
        let at = |record| At(record, depth + 1);
        match record {
            Record::None => f.write_str("None"),
            Record::Bool(value) => f.write_str(if *value { "True" } else { "False" }),
            Record::Int(value) => write!(f, "{value}"),
            Record::BigInt(value) => write!(f, "{value}"),
            Record::Float(value) => write!(f, "{value:?}"),
            Record::Str(text) => write!(f, "{text:?}"),
            Record::Bytes(data) => write!(f, "b\"{}\"", data.escape_ascii()),
            Record::List(items) => f.debug_list().entries(items.iter().map(at)).finish(),
            Record::Dict(pairs) => f.debug_map().entries(pairs.iter().map(|(k, v)| (at(k), at(v)))).finish(),
            Record::Set(items) => f.debug_set().entries(items.iter().map(at)).finish(),
            Record::Object(object) | Record::Slice(object) => {
                let mut shown = f.debug_struct(&object.class);
                if object.base != Record::None {
                    shown.field("base", &at(&object.base));
                }
                for (name, value) in &object.fields {
                    shown.field(name, &at(value));
                }
                shown.finish()
            }
            Record::Node(to) | Record::Edge(to) | Record::Walker(to) => write!(f, "{to}"),
            Record::Enum(member) => write!(f, "{}.{}", member.class, member.member),
            Record::Function(code) | Record::Class(code) => {
                write!(f, "<{} {}>", record.kind(), code.name)
            }
            Record::Module(name) => write!(f, "<module {name}>"),
            Record::Native(native) => f.debug_tuple(&native.kind).field(&at(&native.data)).finish(),
            Record::Frozen(frozen) => {
                write!(f, "{:?} where ", at(&frozen.root))?;
                f.debug_list().entries(frozen.shared.iter().map(at)).finish()
            }
            Record::Shared(index) => write!(f, "#{index}"),
            Record::Tuple(_) | Record::FrozenSet(_) | Record::Range(_) => {
                let mut shown = f.debug_tuple(record.kind());
                let mut field = |part| {
                    shown.field(&at(part));
                };
                match record {
                    Record::Range(parts) => parts.iter().for_each(field),
                    _ => record.each_child(&mut field),
                }
                shown.finish()
            }
        }
    }
}
