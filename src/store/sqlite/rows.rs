//! Rows: nodes, edges, walkers and journals as the texts of a store in a file, and back.
//!
//! Owns the form of the columns: fields as one JSON object by name, a walker as one JSON object without
//! its globals, a check sum over all that a row says. It refuses to know which rows are wanted.

use std::sync::Arc;

use rusqlite::Row;
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

/// The columns that `WalkerRow` reads, in this order.
pub(super) const WALKER_COLUMNS: &str = "key, id, class, status, due_us, finished_us, globals, record, sum";

/// The row of a walker, not yet trusted.
pub(super) struct WalkerRow {
    pub key: i64,
    pub id: Id,
    pub class: String,
    pub status: String,
    pub due_us: i64,
    pub finished_us: Option<i64>,
    /// The key of the snapshot that it was spawned with.
    pub globals: Option<i64>,
    pub text: String,
    pub sum: Option<i64>,
}

impl WalkerRow {
    pub(super) fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(WalkerRow {
            key: row.get(0)?,
            id: id_of(&row.get::<_, Vec<u8>>(1)?)?,
            class: row.get(2)?,
            status: row.get(3)?,
            due_us: row.get(4)?,
            finished_us: row.get(5)?,
            globals: row.get(6)?,
            text: row.get(7)?,
            sum: row.get(8)?,
        })
    }

    /// The walker that the row holds, once it is known to be as it was written.
    pub(super) fn record(&self, globals: Record) -> Result<WalkerRecord, StoreError> {
        if self.sum.is_some_and(|sum| sum != self.right_sum()) {
            return Err(wrong_sum(self.id));
        }
        let mut record: WalkerRecord = serde_json::from_str(&self.text).map_err(|error| {
            StoreError::Damaged(format!("the record of walker {} cannot be read ({error})", self.id))
        })?;
        let says =
            (record.id, &*record.dispatch.class, record.status.name(), record.due_us, record.finished_us);
        if says != (self.id, &*self.class, &*self.status, self.due_us, self.finished_us) {
            return Err(StoreError::Damaged(format!(
                "the record of walker {} says something else than the columns beside it",
                self.id
            )));
        }
        if let Some(dispatch) = Arc::get_mut(&mut record.dispatch) {
            dispatch.globals = globals;
        }
        Ok(record)
    }

    pub(super) fn right_sum(&self) -> i64 {
        let [due, finished, globals] = [Some(self.due_us), self.finished_us, self.globals].map(text_of);
        sum(self.id, &[&self.class, &self.status, &due, &finished, &globals, &self.text])
    }
}

fn text_of(number: Option<i64>) -> String {
    number.map_or(String::new(), |number| number.to_string())
}

/// The row of a walker, from its record as it will be.
pub(super) fn walker_row(
    key: i64,
    globals: Option<i64>,
    record: &WalkerRecord,
) -> Result<WalkerRow, StoreError> {
    let mut row = WalkerRow {
        key,
        id: record.id,
        class: record.dispatch.class.to_string(),
        status: record.status.name().to_owned(),
        due_us: record.due_us,
        finished_us: record.finished_us,
        globals,
        text: serde_json::to_string(record)?,
        sum: None,
    };
    row.sum = Some(row.right_sum());
    Ok(row)
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
    match usize::try_from(position) {
        Err(_) => journal.cut = serde_json::from_str(text)?,
        Ok(position) if position == journal.len() => {
            journal.add(Arc::new(serde_json::from_str::<JournalEntry>(text)?));
        }
        Ok(_) => return Err(StoreError::Damaged(format!("entry {} of a journal is missing", journal.len()))),
    }
    Ok(())
}

/// The check sum of a journal's row.
pub(super) fn entry_sum(walker: i64, branch: i64, position: i64, text: &str) -> i64 {
    let [walker, branch, position] = [walker, branch, position].map(|number| number.to_string());
    sum(Id::ROOT, &[&walker, &branch, &position, text])
}

/// The check sum of a row's texts.
pub(super) fn sum(id: Id, texts: &[&str]) -> i64 {
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
pub(super) fn edge_sum(id: Id, class: &str, source: i64, target: i64, fields: &str) -> i64 {
    sum(id, &[class, &source.to_string(), &target.to_string(), fields])
}
