//! Stores as they travel: a copy of the file, and all that is in it as JSON lines.
//!
//! Owns the form of the lines: a header, then nodes, edges, snapshots of globals, walkers and journals in
//! the order of their keys, each with a check sum of its own text, and a last line that says how many there
//! are. What is made stands under its own name only when it is whole. It refuses to write over anything.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::audit::{Audit, audit};
use super::open::{self, VERSION, beside, lock, open_to_read};
use super::rows::{self, WALKER_COLUMNS, WalkerRow};
use super::{StoreError, load, writer};
use crate::record::{Id, Record};
use crate::store::WalkerRecord;

/// How much was written or read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    pub nodes: u64,
    pub edges: u64,
    pub globals: u64,
    pub walkers: u64,
    pub journal: u64,
}

/// A line of an export.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Line {
    Header { ambler: String, version: usize },
    Node { node: String, class: String, fields: Value },
    Edge { edge: String, class: String, source: String, target: String, fields: Value },
    Globals { globals: i64, record: Value },
    Walker { walker: String, globals: Option<i64>, record: Value },
    Journal { journal: String, branch: i64, position: i64, entry: Value },
    End { end: Amount },
}

// ---- a copy of the file

/// Copies a store, also while a program is running on it; the copy is looked at as a whole.
pub fn backup(path: &Path, to: &Path) -> Result<Audit, StoreError> {
    let source = open_to_read(path)?;
    let making = Making::begin(to)?;
    let place = making.place.to_string_lossy().into_owned();
    source.execute("VACUUM INTO ?1", [place]).map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::ReadOnly) => StoreError::refused(
            format!("`{}` cannot be written", to.display()),
            "see whether you may write to its folder",
        ),
        _ => error.into(),
    })?;
    let found = audit(&open_to_read(&making.place)?)?;
    if let Some(first) = found.wrong.first() {
        return Err(StoreError::Damaged(first.clone()));
    }
    making.finish(to)?;
    Ok(found)
}

/// A file that is being made beside the place where it will be; what is left of it goes with this.
struct Making {
    place: PathBuf,
}

impl Making {
    fn begin(to: &Path) -> Result<Self, StoreError> {
        open::check_place(to)?;
        for file in [to.to_owned(), beside(to, "-wal"), beside(to, "-journal")] {
            if file.symlink_metadata().is_ok() {
                return Err(StoreError::refused(
                    format!("`{}` is there already", file.display()),
                    "a store is never written over: choose a new name, or remove the old one first",
                ));
            }
        }
        let making = Making { place: beside(to, "-making") };
        making.clear();
        Ok(making)
    }

    /// Brings it onto the disk and gives it its name, unless something else has got that name.
    fn finish(self, to: &Path) -> Result<(), StoreError> {
        let failed = |error: std::io::Error| {
            StoreError::Failed(format!("`{}` cannot be written ({error})", to.display()))
        };
        std::fs::File::open(&self.place).and_then(|file| file.sync_all()).map_err(failed)?;
        match std::fs::hard_link(&self.place, to) {
            Ok(()) => {}
            // A file system without links has a name for one file only.
            Err(_) if !to.exists() => std::fs::rename(&self.place, to).map_err(failed)?,
            Err(error) => return Err(failed(error)),
        }
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        std::fs::File::open(folder.unwrap_or(Path::new(".")))
            .and_then(|folder| folder.sync_all())
            .map_err(failed)
    }

    fn clear(&self) {
        for ending in ["", "-wal", "-shm", "-journal", "-lock"] {
            let _ = std::fs::remove_file(beside(&self.place, ending));
        }
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        self.clear();
    }
}

// ---- to lines

/// Writes all of a store as lines.
pub fn export(path: &Path, out: &mut dyn Write) -> Result<Amount, StoreError> {
    let connection = open_to_read(path)?;
    let transaction = connection.unchecked_transaction()?;
    let mut lines = Lines { out, connection: &transaction };
    lines.put(&json!({ "ambler": "store", "version": VERSION }))?;
    let nodes = lines.each("SELECT key, id, class, fields, sum FROM nodes ORDER BY key", |_, row| {
        let (id, class) = (rows::id_of(&row.get::<_, Vec<u8>>(1)?)?, row.get::<_, String>(2)?);
        let fields: String = row.get(3)?;
        rows::check_sum(row.get(4)?, id, &[&class, &fields])?;
        Ok(json!({ "node": id.to_string(), "class": class, "fields": value_of(&fields)? }))
    })?;
    let sql = "SELECT e.key, e.id, e.class, e.fields, e.sum, e.source, e.target, s.id, t.id FROM edges e
        LEFT JOIN nodes s ON s.key = e.source LEFT JOIN nodes t ON t.key = e.target ORDER BY e.key";
    let edges = lines.each(sql, |_, row| {
        let (id, class) = (rows::id_of(&row.get::<_, Vec<u8>>(1)?)?, row.get::<_, String>(2)?);
        let fields: String = row.get(3)?;
        let right = rows::edge_sum(id, &class, row.get(5)?, row.get(6)?, &fields);
        if row.get::<_, Option<i64>>(4)?.is_some_and(|sum| sum != right) {
            return Err(rows::wrong_sum(id));
        }
        let (Some(source), Some(target)) = (row.get::<_, Option<Vec<u8>>>(7)?, row.get::<_, Option<Vec<u8>>>(8)?)
        else {
            return Err(StoreError::Damaged(format!("an end of edge {id} is not there")));
        };
        let (source, target) = (rows::id_of(&source)?.to_string(), rows::id_of(&target)?.to_string());
        let fields = value_of(&fields)?;
        Ok(json!({ "edge": id.to_string(), "class": class, "source": source, "target": target, "fields": fields }))
    })?;
    let mut numbers: Vec<i64> = Vec::new();
    let globals = lines.each("SELECT key, record FROM globals ORDER BY key", |lines, row| {
        let key: i64 = row.get(0)?;
        load::globals_of(lines.connection, key)?;
        numbers.push(key);
        Ok(json!({ "globals": numbers.len(), "record": value_of(&row.get::<_, String>(1)?)? }))
    })?;
    let sql = format!("SELECT {WALKER_COLUMNS} FROM walkers ORDER BY key");
    let walkers = lines.each(&sql, |_, row| {
        let walker = WalkerRow::read(row)?;
        walker.record(Record::None)?;
        let number = walker.globals.map(|key| numbers.binary_search(&key).map(|at| at + 1));
        let number = number
            .transpose()
            .map_err(|_| StoreError::Damaged(format!("the globals of walker {} are missing", walker.id)))?;
        Ok(json!({ "walker": walker.id.to_string(), "globals": number, "record": value_of(&walker.text)? }))
    })?;
    let sql = "SELECT j.walker, j.branch, j.position, j.entry, w.id FROM journal j
        LEFT JOIN walkers w ON w.key = j.walker ORDER BY j.walker, j.branch, j.position";
    let mut checked = None;
    let journal = lines.each(sql, |lines, row| {
        let walker: i64 = row.get(0)?;
        if checked.replace(walker) != Some(walker) {
            load::journals_of(lines.connection, walker)?;
        }
        let Some(id) = row.get::<_, Option<Vec<u8>>>(4)? else {
            return Err(StoreError::Damaged(format!("the walker of a journal, row {walker}, is not there")));
        };
        let (branch, position): (i64, i64) = (row.get(1)?, row.get(2)?);
        let entry = value_of(&row.get::<_, String>(3)?)?;
        Ok(json!({ "journal": rows::id_of(&id)?.to_string(), "branch": branch, "position": position, "entry": entry }))
    })?;
    let amount = Amount { nodes, edges, globals, walkers, journal };
    lines.put(&json!({ "end": amount }))?;
    Ok(amount)
}

/// Where an export goes.
struct Lines<'a> {
    out: &'a mut dyn Write,
    connection: &'a Connection,
}

impl Lines<'_> {
    fn put(&mut self, line: &Value) -> Result<(), StoreError> {
        let mut text = serde_json::to_string(line)?;
        let sum = crc32fast::hash(text.as_bytes());
        text.pop();
        writeln!(self.out, "{text}{SUM}{sum}}}")
            .map_err(|error| StoreError::Failed(format!("the export cannot be written ({error})")))
    }

    /// A line for each row; how many there were.
    fn each(
        &mut self,
        sql: &str,
        mut line: impl FnMut(&Self, &Row<'_>) -> Result<Value, StoreError>,
    ) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare(sql)?;
        let mut found = statement.query([])?;
        let mut count = 0;
        while let Some(row) = found.next()? {
            let line = line(self, row)?;
            self.put(&line)?;
            count += 1;
        }
        Ok(count)
    }
}

fn value_of(text: &str) -> Result<Value, StoreError> {
    Ok(serde_json::from_str(text)?)
}

// ---- from lines

/// What stands between a line and its check sum.
const SUM: &str = ",\"sum\":";

/// Makes a store of what `export` has written: all of it, or nothing.
pub fn import(path: &Path, from: &mut dyn BufRead) -> Result<Amount, StoreError> {
    let making = Making::begin(path)?;
    let amount = {
        let mut lock = lock(&making.place)?;
        let connection = open::open(&making.place, &mut lock)?;
        // It is brought onto the disk when it is whole.
        connection.pragma_update(None, "synchronous", "OFF")?;
        let transaction = connection.unchecked_transaction()?;
        let mut reader = Reader { transaction: &transaction, amount: Amount::default(), has_begun: false };
        reader.read(from)?;
        let amount = reader.amount;
        transaction.commit()?;
        amount
    };
    making.finish(path)?;
    Ok(amount)
}

struct Reader<'a> {
    transaction: &'a Transaction<'a>,
    amount: Amount,
    has_begun: bool,
}

impl Reader<'_> {
    fn read(&mut self, from: &mut dyn BufRead) -> Result<(), StoreError> {
        let (mut number, mut is_over, mut text) = (0u64, false, Vec::new());
        loop {
            number += 1;
            text.clear();
            let length = from.read_until(b'\n', &mut text).map_err(|error| {
                StoreError::Failed(format!("line {number} of the export cannot be read ({error})"))
            })?;
            if length == 0 {
                break;
            }
            if is_over {
                return Err(wrong(number, "nothing may follow the line that ends an export"));
            }
            is_over = self.line(text.trim_ascii_end()).map_err(|what| wrong(number, &what))?;
        }
        match is_over {
            true => Ok(()),
            false => Err(StoreError::refused(
                format!("the export breaks off after line {}: its last line is missing", number - 1),
                "export the store again, or copy the export again",
            )),
        }
    }

    /// Takes a line; whether it was the last one.
    fn line(&mut self, text: &[u8]) -> Result<bool, String> {
        let text = std::str::from_utf8(text).map_err(|_| "it is not UTF-8 text".to_owned())?;
        let mut value: Value =
            serde_json::from_str(text).map_err(|error| format!("it is not JSON ({error})"))?;
        // Who changes a line by hand takes its check sum away.
        if let Some(sum) = value.as_object_mut().and_then(|map| map.remove("sum")) {
            let end = text.rfind(SUM).and_then(|at| text.get(..at));
            let right = end.map(|text| crc32fast::hash(format!("{text}}}").as_bytes()));
            if sum.as_u64() != right.map(u64::from) {
                return Err("it is not as it was written (its check sum is wrong)".to_owned());
            }
        }
        let line: Line =
            serde_json::from_value(value).map_err(|_| "it is no line of an export".to_owned())?;
        match (self.has_begun, line) {
            (false, Line::Header { ambler, version }) if ambler == "store" && version <= VERSION => {
                self.has_begun = true;
            }
            (false, Line::Header { version, .. }) if version > VERSION => {
                return Err(format!("it is of version {version}, and this ambler knows up to {VERSION}"));
            }
            (false, _) => return Err("it is no header of an export".to_owned()),
            (true, Line::Header { .. }) => return Err("a second header".to_owned()),
            (true, Line::End { end }) if end == self.amount => return Ok(true),
            (true, Line::End { .. }) => return Err("there are more or fewer lines than it says".to_owned()),
            (true, line) => self.put(line)?,
        }
        Ok(false)
    }

    fn put(&mut self, line: Line) -> Result<(), String> {
        let result = match line {
            Line::Node { node, class, fields } => self.node(id(&node)?, &class, &fields),
            Line::Edge { edge, class, source, target, fields } => {
                let ends = (self.key("nodes", id(&source)?)?, self.key("nodes", id(&target)?)?);
                self.edge(id(&edge)?, &class, ends, &fields)
            }
            Line::Globals { globals, record } if globals == self.amount.globals as i64 + 1 => {
                self.globals(globals, &record)
            }
            Line::Globals { .. } => return Err("its number is not the next one".to_owned()),
            Line::Walker { walker, globals, record } => {
                if globals.is_some_and(|globals| globals < 1 || globals > self.amount.globals as i64) {
                    return Err("its globals are not in a line before it".to_owned());
                }
                self.walker(id(&walker)?, globals, record)
            }
            Line::Journal { journal, branch, position, entry } => {
                let walker = self.key("walkers", id(&journal)?)?;
                self.journal(walker, branch, position, &entry)
            }
            Line::Header { .. } | Line::End { .. } => Ok(()),
        };
        result.map_err(|error| match error {
            StoreError::Damaged(what) => what,
            error => error.to_string(),
        })
    }

    fn key(&self, table: &str, id: Id) -> Result<i64, String> {
        let key = self
            .transaction
            .prepare_cached(&format!("SELECT key FROM {table} WHERE id = ?1"))
            .and_then(|mut known| known.query_row([id.0.to_be_bytes()], |row| row.get(0)).optional());
        match key {
            Ok(Some(key)) => Ok(key),
            Ok(None) => Err(format!("{id} is not in a line before it")),
            Err(error) => Err(error.to_string()),
        }
    }

    fn node(&mut self, id: Id, class: &str, fields: &Value) -> Result<(), StoreError> {
        let text = fields.to_string();
        rows::fields_of(&text)?;
        let sum = rows::sum(id, &[class, &text]);
        self.amount.nodes += 1;
        let sql = "INSERT INTO nodes (key, id, class, fields, sum) VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut insert = self.transaction.prepare_cached(sql)?;
        twice(id, insert.execute(params![self.amount.nodes as i64, id.0.to_be_bytes(), class, text, sum]))
    }

    fn edge(&mut self, id: Id, class: &str, ends: (i64, i64), fields: &Value) -> Result<(), StoreError> {
        let text = fields.to_string();
        rows::fields_of(&text)?;
        let (source, target) = ends;
        let sum = rows::edge_sum(id, class, source, target, &text);
        self.amount.edges += 1;
        let key = self.amount.edges as i64;
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO edges (key, id, class, source, target, fields, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        twice(id, insert.execute(params![key, id.0.to_be_bytes(), class, source, target, text, sum]))
    }

    fn globals(&mut self, key: i64, record: &Value) -> Result<(), StoreError> {
        let text = record.to_string();
        serde_json::from_str::<Record>(&text)?;
        let sum = rows::sum(Id(key as u128), &[&text]);
        self.amount.globals += 1;
        let sql = "INSERT INTO globals (key, record, sum) VALUES (?1, ?2, ?3)";
        self.transaction.prepare_cached(sql)?.execute(params![key, text, sum])?;
        Ok(())
    }

    fn walker(&mut self, id: Id, globals: Option<i64>, record: Value) -> Result<(), StoreError> {
        let record: WalkerRecord = serde_json::from_value(record)?;
        if record.id != id {
            return Err(StoreError::Damaged("its record has another id".to_owned()));
        }
        if self.key("walkers", id).is_ok() {
            return twice(id, Ok(0));
        }
        self.amount.walkers += 1;
        writer::write_walker(self.transaction, self.amount.walkers as i64, globals, &record)
    }

    fn journal(&mut self, walker: i64, branch: i64, position: i64, entry: &Value) -> Result<(), StoreError> {
        let text = entry.to_string();
        let mut journal = crate::store::Journal::default();
        rows::read_entry(&mut journal, position.min(0), &text)?;
        let sum = rows::entry_sum(walker, branch, position, &text);
        self.amount.journal += 1;
        let sql = "INSERT INTO journal (walker, branch, position, entry, sum) VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut insert = self.transaction.prepare_cached(sql)?;
        insert.execute(params![walker, branch, position, text, sum])?;
        Ok(())
    }
}

fn id(text: &str) -> Result<Id, String> {
    Id::parse(text).ok_or_else(|| format!("`{text}` is no id"))
}

/// One row was inserted, or the id has one.
fn twice(id: Id, inserted: rusqlite::Result<usize>) -> Result<(), StoreError> {
    match inserted {
        Ok(1) => Ok(()),
        Ok(_) => Err(StoreError::Damaged(format!("{id} is in a line before it, too"))),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
            Err(StoreError::Damaged(format!("{id} is in a line before it, too")))
        }
        Err(error) => Err(error.into()),
    }
}

fn wrong(number: u64, what: &str) -> StoreError {
    StoreError::refused(
        format!("line {number} of the export cannot be used: {what}"),
        "nothing was imported; export the store again, or mend the line and take its `sum` away",
    )
}
