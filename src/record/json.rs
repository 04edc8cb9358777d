//! Records as JSON text, readable in a database and by other programs.
//!
//! Owns the one self-describing form of records. `null`, booleans, integers, finite
//! floats, strings and lists are themselves; all else is an object with one key that
//! says what it is: `{"tuple": […]}`, `{"node": "n:City:0192…"}`, `{"dict": {…}}`.
//! It knows serde and nothing of stores; holes of dicts and sets are not written.
//!
//! A parser recurses by depth, so what lies deeper than `DEPTH` containers is moved to a
//! table at the front, deepest first: `{"deep": [r0, r1, …], "root": …}`, and
//! `{"at": i}` stands where entry `i` was.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use num_bigint::BigInt;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, SerializeTuple, Serializer};
use serde_json::Value;

use super::{CodeRecord, DictRecord, EnumRecord, Frozen, Id, ListRecord, ObjectRecord};
use super::{Queue, Record, Reference, SetRecord};

/// How many containers may lie inside each other in the text. At most three levels of
/// JSON each, so that every parser's own limit (128 in ours) is out of reach.
const DEPTH: u32 = 24;

/// Why a text is no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError(pub String);

/// The text of a record, without line breaks.
pub fn to_json(record: &Record) -> Result<String, JsonError> {
    serde_json::to_string(record).map_err(|error| JsonError(error.to_string()))
}

/// Reads what `to_json` wrote.
pub fn from_json(text: &str) -> Result<Record, JsonError> {
    serde_json::from_str(text).map_err(|error| JsonError(error.to_string()))
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JsonError {}

// ---- writing

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut deep = Vec::new();
        collect_deep(self, 0, &mut deep);
        if deep.is_empty() {
            return At { record: self, depth: 0, deep: &Deep::default() }.serialize(serializer);
        }
        let mut starts = Vec::new();
        while let Some(record) = deep.get(starts.len()).copied() {
            starts.push(deep.len());
            collect_deep(record, 0, &mut deep);
        }
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("deep", &Table { records: &deep, starts: &starts })?;
        let root = Deep { next: Cell::new(0), count: deep.len() };
        map.serialize_entry("root", &At { record: self, depth: 0, deep: &root })?;
        map.end()
    }
}

/// Lists the parts that lie too deep, in the order in which they will be met again.
fn collect_deep<'a>(record: &'a Record, depth: u32, deep: &mut Vec<&'a Record>) {
    if !record.is_deep() {
        return;
    }
    match depth == DEPTH {
        true => deep.push(record),
        false => record.each_child(&mut |child| collect_deep(child, depth + 1, deep)),
    }
}

/// The parts that were too deep, from the last (the deepest) to the first.
struct Table<'a> {
    records: &'a [&'a Record],
    /// Which number the first part that is too deep inside each of them has.
    starts: &'a [usize],
}

impl Serialize for Table<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let count = self.records.len();
        let mut seq = serializer.serialize_seq(Some(count))?;
        for (record, &start) in self.records.iter().zip(self.starts).rev() {
            let deep = Deep { next: Cell::new(start), count };
            seq.serialize_element(&At { record, depth: 0, deep: &deep })?;
        }
        seq.end()
    }
}

/// The number of the next part that is too deep.
#[derive(Default)]
struct Deep {
    next: Cell<usize>,
    count: usize,
}

/// A record at a depth.
struct At<'a> {
    record: &'a Record,
    depth: u32,
    deep: &'a Deep,
}

impl<'a> At<'a> {
    fn inside(&self, record: &'a Record) -> At<'a> {
        At { record, depth: self.depth + 1, deep: self.deep }
    }
}

impl Serialize for At<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.depth == DEPTH && self.record.is_deep() {
            let number = self.deep.next.replace(self.deep.next.get() + 1);
            return tagged(serializer, "at", &(self.deep.count - 1 - number));
        }
        match self.record {
            Record::None => serializer.serialize_unit(),
            Record::Bool(value) => serializer.serialize_bool(*value),
            Record::Int(value) => serializer.serialize_i64(*value),
            Record::BigInt(value) => tagged(serializer, "int", &value.to_str_radix(16)),
            Record::Float(value) if value.is_finite() => serializer.serialize_f64(*value),
            Record::Float(value) => tagged(serializer, "float", &special_float(*value)),
            Record::Str(text) => serializer.serialize_str(text),
            Record::Bytes(data) => tagged(serializer, "bytes", &hex(data)),
            Record::List(_) => Items(self).serialize(serializer),
            Record::Dict(pairs) => tagged(serializer, "dict", &Pairs(self, pairs)),
            Record::Tuple(_) | Record::Set(_) | Record::FrozenSet(_) => {
                tagged(serializer, self.record.kind(), &Items(self))
            }
            Record::Range(parts) => tagged(serializer, "range", &**parts),
            Record::Slice(object) => tagged(serializer, "slice", &self.inside(&object.base)),
            Record::Node(to) | Record::Edge(to) | Record::Walker(to) => {
                tagged(serializer, self.record.kind(), &to.to_string())
            }
            Record::Object(object) => tagged(serializer, "object", &Object(self, object)),
            Record::Enum(member) => tagged(serializer, "enum", &(&*member.class, &*member.member)),
            Record::Function(code) | Record::Class(code) => {
                tagged(serializer, self.record.kind(), &Code(self, code))
            }
            Record::Module(name) => tagged(serializer, "module", &**name),
            Record::Native(native) => {
                tagged(serializer, "native", &(&*native.kind, self.inside(&native.data)))
            }
            Record::Frozen(frozen) => {
                let shared = Shared(self, &frozen.shared);
                tagged(serializer, "frozen", &(self.inside(&frozen.root), shared))
            }
            Record::Shared(index) => tagged(serializer, "shared", index),
        }
    }
}

fn tagged<S: Serializer, T: Serialize + ?Sized>(
    serializer: S,
    tag: &str,
    content: &T,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(tag, content)?;
    map.end()
}

fn special_float(value: f64) -> String {
    match value {
        f64::INFINITY => "inf".to_owned(),
        f64::NEG_INFINITY => "-inf".to_owned(),
        _ if value.to_bits() == f64::NAN.to_bits() => "nan".to_owned(),
        _ => format!("{:016x}", value.to_bits()),
    }
}

fn hex(data: &[u8]) -> String {
    data.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Items<'a, 'b>(&'b At<'a>);

impl Serialize for Items<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        let mut result = Ok(());
        self.0.record.each_child(&mut |child| {
            if result.is_ok() {
                result = seq.serialize_element(&self.0.inside(child));
            }
        });
        result?;
        seq.end()
    }
}

struct Pairs<'a, 'b>(&'b At<'a>, &'a DictRecord);

impl Serialize for Pairs<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Pairs(at, pairs) = self;
        if pairs.iter().all(|(key, _)| matches!(key, Record::Str(_))) {
            let named = pairs.iter().filter_map(|(key, value)| match key {
                Record::Str(text) => Some((&**text, at.inside(value))),
                _ => None,
            });
            return serializer.collect_map(named);
        }
        serializer.collect_seq(pairs.iter().map(|(key, value)| (at.inside(key), at.inside(value))))
    }
}

struct Object<'a, 'b>(&'b At<'a>, &'a ObjectRecord);

impl Serialize for Object<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Object(at, object) = self;
        let fields = Fields(at, &object.fields);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("class", &*object.class)?;
        if object.base != Record::None {
            map.serialize_entry("base", &at.inside(&object.base))?;
        }
        map.serialize_entry("fields", &fields)?;
        map.end()
    }
}

struct Fields<'a, 'b>(&'b At<'a>, &'a [(Arc<str>, Record)]);

impl Serialize for Fields<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.1.iter().map(|(name, value)| (&**name, self.0.inside(value))))
    }
}

struct Code<'a, 'b>(&'b At<'a>, &'a CodeRecord);

impl Serialize for Code<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Code(at, code) = self;
        let mut tuple = serializer.serialize_tuple(3)?;
        tuple.serialize_element(&*code.name)?;
        tuple.serialize_element(&code.code)?;
        tuple.serialize_element(&Items(at))?;
        tuple.end()
    }
}

struct Shared<'a, 'b>(&'b At<'a>, &'a ListRecord);

impl Serialize for Shared<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.1.iter().map(|record| self.0.inside(record)))
    }
}

// ---- reading

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        read_root(value).map_err(|error| D::Error::custom(error.0))
    }
}

type Read<T> = Result<T, JsonError>;

fn read_root(value: Value) -> Read<Record> {
    let mut deep = Vec::new();
    let Value::Object(mut map) = value else { return read(value, &deep) };
    let Some(table) = map.remove("deep") else { return read(Value::Object(map), &deep) };
    for entry in items(table)? {
        let record = read(entry, &deep)?;
        deep.push(record);
    }
    read(map.remove("root").ok_or_else(|| wrong("deep"))?, &deep)
}

/// `deep` holds what the table at the front has given so far.
fn read(value: Value, deep: &[Record]) -> Read<Record> {
    Ok(match value {
        Value::Null => Record::None,
        Value::Bool(value) => Record::Bool(value),
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(value), ..) => Record::Int(value),
            (_, Some(value), _) => Record::integer(BigInt::from(value)),
            (.., Some(value)) => Record::Float(value),
            _ => return Err(wrong("number")),
        },
        Value::String(text) => Record::str(text),
        Value::Array(items) => Record::List(read_all(items, deep)?),
        Value::Object(map) => {
            let mut entries = map.into_iter();
            let (Some((tag, content)), None) = (entries.next(), entries.next()) else {
                return Err(wrong("object"));
            };
            read_tagged(&tag, content, deep)?
        }
    })
}

fn read_tagged(tag: &str, content: Value, deep: &[Record]) -> Read<Record> {
    let bad = || wrong(tag);
    Ok(match tag {
        "int" => Record::integer(BigInt::parse_bytes(text(&content)?.as_bytes(), 16).ok_or_else(bad)?),
        "float" => Record::Float(read_float(text(&content)?).ok_or_else(bad)?),
        "bytes" => Record::bytes(read_hex(text(&content)?).ok_or_else(bad)?),
        "tuple" => Record::Tuple(read_all(items(content)?, deep)?),
        "set" => Record::Set(read_set(content, deep)?),
        "frozenset" => Record::FrozenSet(read_set(content, deep)?),
        "dict" => Record::Dict(read_pairs(content, deep)?),
        "range" => {
            let parts = parts::<3>(content)?.map(|part| read(part, deep));
            let [start, stop, step] = parts;
            let range = [start?, stop?, step?];
            let integers = range.iter().all(|part| matches!(part, Record::Int(_) | Record::BigInt(_)));
            Record::Range(Arc::new(integers.then_some(range).ok_or_else(bad)?))
        }
        "slice" => {
            let object =
                ObjectRecord { class: Arc::from("slice"), base: read(content, deep)?, fields: Vec::new() };
            Record::Slice(Arc::new(object))
        }
        "node" | "edge" | "walker" => {
            let (_, reference) = Reference::parse(text(&content)?).map_err(|_| bad())?;
            let reference = reference.ok_or_else(bad)?;
            let record = Record::reference(reference.kind, reference.name, reference.id);
            (record.kind() == tag).then_some(record).ok_or_else(bad)?
        }
        "object" => Record::Object(Arc::new(read_object(content, deep)?)),
        "enum" => {
            let [class, member] = parts::<2>(content)?;
            Record::Enum(Arc::new(EnumRecord { class: text(&class)?.into(), member: text(&member)?.into() }))
        }
        "function" => Record::Function(Arc::new(read_code(content, deep)?)),
        "class" => Record::Class(Arc::new(read_code(content, deep)?)),
        "module" => Record::Module(text(&content)?.into()),
        "native" => {
            let [kind, data] = parts::<2>(content)?;
            Record::native(text(&kind)?, read(data, deep)?)
        }
        "frozen" => {
            let [root, shared] = parts::<2>(content)?;
            let (root, shared) = (read(root, deep)?, read_all(items(shared)?, deep)?);
            Record::Frozen(Arc::new(Frozen { root, shared }))
        }
        "shared" => {
            Record::Shared(content.as_u64().and_then(|index| u32::try_from(index).ok()).ok_or_else(bad)?)
        }
        "at" => {
            let index = content.as_u64().and_then(|index| usize::try_from(index).ok());
            index.and_then(|index| deep.get(index)).ok_or_else(bad)?.clone()
        }
        _ => return Err(JsonError(format!("`{tag}` is no kind of record"))),
    })
}

fn read_all(values: Vec<Value>, deep: &[Record]) -> Read<ListRecord> {
    values.into_iter().map(|value| read(value, deep)).collect()
}

fn read_set(content: Value, deep: &[Record]) -> Read<SetRecord> {
    items(content)?.into_iter().map(|value| read(value, deep)).collect()
}

fn read_pairs(content: Value, deep: &[Record]) -> Read<DictRecord> {
    match content {
        Value::Object(map) => {
            map.into_iter().map(|(key, value)| Ok((Record::str(key), read(value, deep)?))).collect()
        }
        content => items(content)?
            .into_iter()
            .map(|pair| {
                let [key, value] = parts::<2>(pair)?;
                Ok((read(key, deep)?, read(value, deep)?))
            })
            .collect(),
    }
}

fn read_object(content: Value, deep: &[Record]) -> Read<ObjectRecord> {
    let Value::Object(mut map) = content else { return Err(wrong("object")) };
    let class = Arc::from(text(map.get("class").unwrap_or(&Value::Null))?);
    let base = read(map.remove("base").unwrap_or(Value::Null), deep)?;
    let Some(Value::Object(fields)) = map.remove("fields") else { return Err(wrong("object")) };
    let fields = fields.into_iter().map(|(name, value)| Ok((Arc::from(name), read(value, deep)?)));
    Ok(ObjectRecord { class, base, fields: fields.collect::<Read<Vec<_>>>()? })
}

fn read_code(content: Value, deep: &[Record]) -> Read<CodeRecord> {
    let [name, code, captured] = parts::<3>(content)?;
    let captured = items(captured)?.into_iter().map(|value| read(value, deep)).collect::<Read<Vec<_>>>()?;
    Ok(CodeRecord { name: text(&name)?.into(), code: code.as_u64(), captured })
}

fn read_float(text: &str) -> Option<f64> {
    Some(match text {
        "inf" => f64::INFINITY,
        "-inf" => f64::NEG_INFINITY,
        "nan" => f64::NAN,
        bits => f64::from_bits(u64::from_str_radix(bits, 16).ok()?),
    })
}

fn read_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<u32>>>()?;
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    pairs.collect()
}

fn text(value: &Value) -> Read<&str> {
    value.as_str().ok_or_else(|| wrong("text"))
}

fn items(value: Value) -> Read<Vec<Value>> {
    match value {
        Value::Array(items) => Ok(items),
        _ => Err(wrong("array")),
    }
}

fn parts<const N: usize>(value: Value) -> Read<[Value; N]> {
    items(value)?.try_into().map_err(|_| wrong("array"))
}

fn wrong(what: &str) -> JsonError {
    JsonError(format!("malformed `{what}` in a record"))
}

// ---- the smaller forms that stand in rows of a store

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Id::parse(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is no id")))
    }
}

impl Serialize for Queue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Queue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Id>::deserialize(deserializer)?.into_iter().collect())
    }
}

impl Serialize for ListRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Record::List(self.clone()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ListRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Record::deserialize(deserializer)? {
            Record::List(items) => Ok(items),
            other => Err(D::Error::custom(format!("a list was expected, not `{}`", other.kind()))),
        }
    }
}
