//! Rows: nodes, edges, walkers and journals as the texts of a store in a file, and back.
//!
//! Owns the form of the columns: fields as one JSON object by name, a walker as one JSON object without
//! its globals, a check sum beside them. It refuses to know SQL.

use std::sync::Arc;

use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::Value;

use super::StoreError;
use crate::record::{Id, Record};
use crate::store::{FieldNames, Journal, JournalEntry, Version, WalkerRecord};

/// A field that is not set, as JSON.
const UNSET: &str = "unset";

/// Fields by name.
pub(super) type NamedFields = (Vec<Arc<str>>, Vec<Option<Record>>);

/// Fields in the order of their layout.
struct Fields<'a> {
    names: &'a FieldNames,
    version: &'a Version,
}

impl Serialize for Fields<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.names.iter().zip(self.version.fields()) {
            match value {
                Some(record) if crate::store::is_missing(record) => {}
                Some(record) => map.serialize_entry(&**name, record)?,
                None => map.serialize_entry(&**name, &Unset)?,
            }
        }
        map.end()
    }
}

struct Unset;

impl Serialize for Unset {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(UNSET, &true)?;
        map.end()
    }
}

/// The fields of a node or edge as text.
pub(super) fn fields_text(names: &FieldNames, version: &Version) -> Result<String, StoreError> {
    Ok(serde_json::to_string(&Fields { names, version })?)
}

/// Reads what `fields_text` wrote.
pub(super) fn fields_of(text: &str) -> Result<NamedFields, StoreError> {
    let map: serde_json::Map<String, Value> = serde_json::from_str(text)?;
    let mut names = Vec::with_capacity(map.len());
    let mut fields = Vec::with_capacity(map.len());
    for (name, value) in map {
        let is_unset = matches!(&value, Value::Object(map) if map.len() == 1 && map.contains_key(UNSET));
        fields.push(if is_unset { None } else { Some(serde_json::from_value(value)?) });
        names.push(Arc::from(name));
    }
    Ok((names, fields))
}

/// A walker as text, without the globals that it shares with others.
pub(super) fn walker_text(record: &WalkerRecord) -> Result<String, StoreError> {
    Ok(serde_json::to_string(record)?)
}

/// Reads what `walker_text` wrote.
pub(super) fn walker_of(text: &str, globals: Record) -> Result<WalkerRecord, StoreError> {
    let mut record: WalkerRecord = serde_json::from_str(text)?;
    if let Some(dispatch) = Arc::get_mut(&mut record.dispatch) {
        dispatch.globals = globals;
    }
    Ok(record)
}

pub(super) fn entry_text(entry: &JournalEntry) -> Result<String, StoreError> {
    Ok(serde_json::to_string(entry)?)
}

/// Position -1 of a journal: how often it was cut.
pub(super) fn cut_text(journal: &Journal) -> String {
    journal.cut.to_string()
}

/// Adds a row to a journal. Rows come in the order of their positions.
pub(super) fn read_entry(journal: &mut Journal, position: i64, text: &str) -> Result<(), StoreError> {
    if position < 0 {
        journal.cut = serde_json::from_str(text)?;
    } else {
        journal.add(Arc::new(serde_json::from_str::<JournalEntry>(text)?));
    }
    Ok(())
}

/// The check sum of a row's texts.
pub fn sum(id: Id, texts: &[&str]) -> i64 {
    let mut hash = crc32fast::Hasher::new();
    hash.update(&id.0.to_be_bytes());
    for text in texts {
        hash.update(text.as_bytes());
        hash.update(&[0]);
    }
    i64::from(hash.finalize())
}

/// Says whether a row is as it was written.
pub(super) fn check_sum(found: Option<i64>, id: Id, texts: &[&str]) -> Result<(), StoreError> {
    match found {
        Some(found) if found != sum(id, texts) => Err(wrong_sum(id)),
        _ => Ok(()),
    }
}

pub(super) fn wrong_sum(id: Id) -> StoreError {
    StoreError::Damaged(format!("the row of {id} is not as it was written (its check sum is wrong)"))
}

/// An id as it stands in a row.
pub(super) fn id_of(bytes: &[u8]) -> Result<Id, StoreError> {
    let bytes: [u8; 16] =
        bytes.try_into().map_err(|_| StoreError::Damaged("an id is not 16 bytes long".to_owned()))?;
    Ok(Id(u128::from_be_bytes(bytes)))
}

/// The check sum of an edge's row.
pub fn edge_sum(id: Id, class: &str, source: i64, target: i64, fields: &str) -> i64 {
    sum(id, &[class, &source.to_string(), &target.to_string(), fields])
}
