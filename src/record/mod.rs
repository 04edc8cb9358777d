//! Records: the plain data form in which anything leaves an isolate.
//!
//! Owns the shapes of data that a store keeps, that a server turns into JSON and that
//! travels to another process: immutable, `Send + Sync`, cheap to clone, serde. It
//! refuses to know values, heaps, classes as code, and stores: freezing a value to a
//! record, and thawing it, is the isolate's work.
//!
//! Lists, dicts and sets share structure between their versions, so that a list to which
//! one item was appended costs one item. No operation here but a deep `Debug` (which
//! elides) recurses by the depth of the data: a linked list of a million records can be
//! cloned, compared, written and dropped.

mod compare;
mod debris;
mod id;
mod json;
mod parts;
mod queue;
mod reference;
mod sequence;
mod show;
mod slots;

use std::sync::Arc;

use num_bigint::BigInt;

pub use id::{Id, Origin};
pub use json::{JsonError, from_json, to_json};
pub use parts::{CodeRecord, EnumRecord, Frozen, NativeRecord, ObjectRecord};
pub use queue::Queue;
pub use reference::{Kind, MalformedReference, Reference};
pub use sequence::{Part, Sequence};
pub use slots::{DictRecord, SetRecord, Slots};

/// A persistent list of records.
pub type ListRecord = Sequence<Record>;

/// One piece of plain data. Cloning costs at most one reference count.
///
/// Equality is identity of data, not Python's: `Int(1)`, `Float(1.0)` and `Bool(true)`
/// differ, a NaN equals itself, and dicts and sets are compared in their order.
#[derive(Clone, Default)]
pub enum Record {
    #[default]
    None,
    Bool(bool),
    Int(i64),
    /// An integer outside the range of `i64`.
    BigInt(Arc<BigInt>),
    Float(f64),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
    List(ListRecord),
    Tuple(ListRecord),
    Dict(DictRecord),
    Set(SetRecord),
    FrozenSet(SetRecord),
    /// Start, stop and step, each an integer.
    Range(Arc<[Record; 3]>),
    /// Start, stop and step, each anything.
    Slice(Arc<ObjectRecord>),
    /// A node, an edge or a walker is never copied: only its id and class name cross.
    Node(Arc<Reference>),
    Edge(Arc<Reference>),
    Walker(Arc<Reference>),
    /// An instance of an `obj` or a class; an exception too.
    Object(Arc<ObjectRecord>),
    Enum(Arc<EnumRecord>),
    /// A function by name, or as code plus what it captured.
    Function(Arc<CodeRecord>),
    /// A class by name, or a local one as code plus what it captured.
    Class(Arc<CodeRecord>),
    Module(Arc<str>),
    /// A native value that only its own module understands: a date, a compiled pattern.
    Native(Arc<NativeRecord>),
    /// A record with a table of the parts that it holds more than once, or in a circle.
    Frozen(Arc<Frozen>),
    /// The part with this number in the table of the record around this one.
    Shared(u32),
}

impl Record {
    pub fn str(text: impl Into<Arc<str>>) -> Self {
        Record::Str(text.into())
    }

    pub fn bytes(data: impl Into<Arc<[u8]>>) -> Self {
        Record::Bytes(data.into())
    }

    pub fn list(items: impl IntoIterator<Item = Record>) -> Self {
        Record::List(items.into_iter().collect())
    }

    pub fn tuple(items: impl IntoIterator<Item = Record>) -> Self {
        Record::Tuple(items.into_iter().collect())
    }

    pub fn dict(pairs: impl IntoIterator<Item = (Record, Record)>) -> Self {
        Record::Dict(pairs.into_iter().collect())
    }

    pub fn set(items: impl IntoIterator<Item = Record>) -> Self {
        Record::Set(items.into_iter().collect())
    }

    pub fn frozen_set(items: impl IntoIterator<Item = Record>) -> Self {
        Record::FrozenSet(items.into_iter().collect())
    }

    /// The integer in its shortest form: `Int` if it fits.
    pub fn integer(value: BigInt) -> Self {
        match i64::try_from(&value) {
            Ok(small) => Record::Int(small),
            Err(_) => Record::BigInt(Arc::new(value)),
        }
    }

    pub fn range(start: Record, stop: Record, step: Record) -> Self {
        Record::Range(Arc::new([start, stop, step]))
    }

    pub fn slice(start: Record, stop: Record, step: Record) -> Self {
        let base = Record::tuple([start, stop, step]);
        Record::Slice(Arc::new(ObjectRecord { class: Arc::from("slice"), base, fields: Vec::new() }))
    }

    /// A reference by id to a node, an edge or a walker.
    pub fn reference(kind: Kind, class: impl Into<Arc<str>>, id: Id) -> Self {
        let reference = Arc::new(Reference { kind, name: class.into(), id });
        match kind {
            Kind::Node => Record::Node(reference),
            Kind::Edge => Record::Edge(reference),
            Kind::Walker => Record::Walker(reference),
        }
    }

    pub fn object(class: impl Into<Arc<str>>, fields: Vec<(Arc<str>, Record)>) -> Self {
        Record::Object(Arc::new(ObjectRecord { class: class.into(), base: Record::None, fields }))
    }

    pub fn native(kind: impl Into<Arc<str>>, data: Record) -> Self {
        Record::Native(Arc::new(NativeRecord { kind: kind.into(), data }))
    }

    /// The name of this kind of record, as its JSON tag says it.
    pub fn kind(&self) -> &'static str {
        match self {
            Record::None => "none",
            Record::Bool(_) => "bool",
            Record::Int(_) | Record::BigInt(_) => "int",
            Record::Float(_) => "float",
            Record::Str(_) => "str",
            Record::Bytes(_) => "bytes",
            Record::List(_) => "list",
            Record::Tuple(_) => "tuple",
            Record::Dict(_) => "dict",
            Record::Set(_) => "set",
            Record::FrozenSet(_) => "frozenset",
            Record::Range(_) => "range",
            Record::Slice(_) => "slice",
            Record::Node(_) => "node",
            Record::Edge(_) => "edge",
            Record::Walker(_) => "walker",
            Record::Object(_) => "object",
            Record::Enum(_) => "enum",
            Record::Function(_) => "function",
            Record::Class(_) => "class",
            Record::Module(_) => "module",
            Record::Native(_) => "native",
            Record::Frozen(_) => "frozen",
            Record::Shared(_) => "shared",
        }
    }

    /// Whether further records can lie inside this one.
    fn is_deep(&self) -> bool {
        match self {
            Record::List(_) | Record::Tuple(_) | Record::Dict(_) | Record::Set(_) | Record::FrozenSet(_) => {
                true
            }
            Record::Slice(_) | Record::Object(_) | Record::Native(_) | Record::Frozen(_) => true,
            Record::Function(_) | Record::Class(_) => true,
            Record::None | Record::Bool(_) | Record::Int(_) | Record::BigInt(_) | Record::Float(_) => false,
            Record::Str(_) | Record::Bytes(_) | Record::Range(_) | Record::Enum(_) | Record::Module(_) => {
                false
            }
            Record::Node(_) | Record::Edge(_) | Record::Walker(_) | Record::Shared(_) => false,
        }
    }

    /// The records directly inside this one, in the order in which they are written.
    fn each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Record)) {
        match self {
            Record::List(items) | Record::Tuple(items) => items.iter().for_each(visit),
            Record::Dict(pairs) => pairs.iter().for_each(|(key, value)| {
                visit(key);
                visit(value);
            }),
            Record::Set(items) | Record::FrozenSet(items) => items.iter().for_each(visit),
            Record::Object(object) | Record::Slice(object) => {
                visit(&object.base);
                object.fields.iter().for_each(|(_, value)| visit(value));
            }
            Record::Function(code) | Record::Class(code) => code.captured.iter().for_each(visit),
            Record::Native(native) => visit(&native.data),
            Record::Frozen(frozen) => {
                visit(&frozen.root);
                frozen.shared.iter().for_each(visit);
            }
            _ => {}
        }
    }
}

impl From<i64> for Record {
    fn from(value: i64) -> Self {
        Record::Int(value)
    }
}

impl From<&str> for Record {
    fn from(text: &str) -> Self {
        Record::Str(Arc::from(text))
    }
}
