//! Loading: rows of the file become nodes, edges and walkers in memory when somebody first asks for them.
//!
//! Owns the way from a row to a slot. A row may be older than what memory knows, since the file follows
//! memory: what has ended in memory is not brought back. For that a row is put in under the lock of
//! commits, and only if the file has not moved on since it was read and nothing has ended it. Edges that
//! were made in this process are in memory already: only those with older keys are read.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row, params};
use rustc_hash::FxHashMap;

use super::progress::Progress;
use super::rows::{self, NamedFields, WalkerRow};
use super::{Keys, StoreError};
use crate::record::{Id, Record};
use crate::store::memory::MemoryStore;
use crate::store::{Created, EdgeSeen, Found, Journal, Slot, WalkerRecord, WalkerSlot, Way};

/// A node or edge as its row has it.
struct Kept {
    key: i64,
    id: Id,
    class: String,
    fields: NamedFields,
}

/// An edge of a node, with the node at the other end.
struct KeptEdge {
    edge: Kept,
    way: Way,
    other: Kept,
}

/// Reads rows.
pub(super) struct Loader {
    pub memory: Arc<MemoryStore>,
    pub progress: Arc<Progress>,
    pub keys: Arc<Keys>,
    pub walker_keys: Arc<Keys>,
    /// The last edge of earlier processes.
    pub last_edge: i64,
    pub connections: Mutex<Vec<Connection>>,
    pub open: Box<dyn Fn() -> Result<Connection, StoreError> + Send + Sync>,
    /// Snapshots of globals, so that walkers go on sharing them.
    pub globals: Mutex<FxHashMap<i64, Record>>,
}

/// A walker that has not ended, with its key and journals.
pub(super) type KeptWalker = (i64, Arc<WalkerRecord>, Vec<(u64, Journal)>);

impl Loader {
    /// Works on a connection of its own.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let known = self.connections().pop();
        let connection = match known {
            Some(connection) => connection,
            None => (self.open)()?,
        };
        let result = work(&connection);
        self.connections().push(connection);
        result
    }

    fn connections(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an id names in the file, put into memory.
    pub(super) fn find(&self, id: Id) -> Result<Option<Found>, StoreError> {
        if let Some(slot) = self.find_node(id)? {
            return Ok(Some(Found::Archetype(slot)));
        }
        if let Some(slot) = self.find_edge(id)? {
            return Ok(Some(Found::Archetype(slot)));
        }
        Ok(self.find_walker(id)?.map(Found::Walker))
    }

    fn find_node(&self, id: Id) -> Result<Option<Slot>, StoreError> {
        loop {
            let epoch = self.progress.epoch();
            let sql = "SELECT key, id, class, fields, sum FROM nodes WHERE id = ?1";
            let Some(node) = self.read(|connection| {
                let mut statement = connection.prepare_cached(sql)?;
                let mut rows = statement.query([id.0.to_be_bytes()])?;
                rows.next()?.map(|row| kept_node(row, 0)).transpose()
            })?
            else {
                return Ok(None);
            };
            let _no_commit = self.memory.committer();
            if epoch == self.progress.epoch() {
                return Ok(self.put_node(&node));
            }
        }
    }

    fn find_edge(&self, id: Id) -> Result<Option<Slot>, StoreError> {
        loop {
            let epoch = self.progress.epoch();
            let sql = "SELECT e.key, e.id, e.class, e.fields, e.sum, e.source, e.target,
                s.key, s.id, s.class, s.fields, s.sum, t.key, t.id, t.class, t.fields, t.sum
                FROM edges e JOIN nodes s ON s.key = e.source JOIN nodes t ON t.key = e.target
                WHERE e.id = ?1";
            let Some((edge, source, target)) = self.read(|connection| {
                let mut statement = connection.prepare_cached(sql)?;
                let mut rows = statement.query([id.0.to_be_bytes()])?;
                let Some(row) = rows.next()? else { return Ok(None) };
                Ok(Some((
                    kept_edge(row, 0, row.get(5)?, row.get(6)?)?,
                    kept_node(row, 7)?,
                    kept_node(row, 12)?,
                )))
            })?
            else {
                return Ok(None);
            };
            let _no_commit = self.memory.committer();
            if epoch == self.progress.epoch() {
                let (Some(from), Some(to)) = (self.put_node(&source), self.put_node(&target)) else {
                    return Ok(None);
                };
                return Ok(self.put_edge(&edge, from, to));
            }
        }
    }

    /// Puts the edges in that a cold node has in the file, with the nodes at their other ends.
    pub(super) fn warm(&self, node: Slot) -> Result<(), StoreError> {
        let key = self.keys.get(node.index);
        loop {
            let epoch = self.progress.epoch();
            let edges = self.read(|connection| {
                let out = edges_of(connection, key, self.last_edge, Way::Out)?;
                let into = edges_of(connection, key, self.last_edge, Way::In)?;
                Ok(merged(out, into))
            })?;
            let committer = self.memory.committer();
            if epoch != self.progress.epoch() {
                continue;
            }
            let mut seen = Vec::with_capacity(edges.len());
            for KeptEdge { edge, way, other } in &edges {
                let Some(other) = self.put_node(other) else { continue };
                let (from, to) = if *way == Way::Out { (node, other) } else { (other, node) };
                let Some(slot) = self.put_edge(edge, from, to) else { continue };
                let class = self.memory.classes.class(&edge.class);
                seen.push(EdgeSeen { edge: slot, other, class, way: *way });
            }
            self.memory.warm(node, &seen, &committer);
            return Ok(());
        }
    }

    fn find_walker(&self, id: Id) -> Result<Option<WalkerSlot>, StoreError> {
        let sql = format!("SELECT {} FROM walkers WHERE id = ?1", rows::WALKER_COLUMNS);
        let found = self.read(|connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query([id.0.to_be_bytes()])?;
            rows.next()?.map(|row| self.kept_walker(connection, row)).transpose()
        })?;
        Ok(found.map(|walker| self.put_walker(walker)))
    }

    /// Puts all walkers in that have not ended; gives them with their keys.
    pub(super) fn load_unfinished(&self) -> Result<Vec<KeptWalker>, StoreError> {
        let sql = format!(
            "SELECT {} FROM walkers WHERE status IN ('pending', 'running') ORDER BY key",
            rows::WALKER_COLUMNS
        );
        self.read(|connection| {
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let walker = self.kept_walker(connection, row)?;
                found.push((walker.0, walker.1.clone(), walker.2.clone()));
                self.put_walker(walker);
            }
            Ok(found)
        })
    }

    /// Puts all nodes and edges in.
    pub(super) fn load_all(&self) -> Result<(), StoreError> {
        let ids = self.read(|connection| {
            let mut statement = connection.prepare("SELECT id FROM nodes UNION ALL SELECT id FROM edges")?;
            let ids = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
            ids.map(|id| rows::id_of(&id?)).collect::<Result<Vec<Id>, StoreError>>()
        })?;
        for id in ids {
            if self.memory.table.find(id).is_none() {
                self.find(id)?;
            }
        }
        Ok(())
    }

    // ---- from rows to slots; nodes and edges with the lock of commits held

    fn put_node(&self, kept: &Kept) -> Option<Slot> {
        self.put(kept, None)
    }

    fn put_edge(&self, kept: &Kept, from: Slot, to: Slot) -> Option<Slot> {
        self.put(kept, Some((from, to)))
    }

    fn put(&self, kept: &Kept, ends: Option<(Slot, Slot)>) -> Option<Slot> {
        if let Some(Found::Archetype(slot)) = self.memory.table.find(kept.id) {
            return Some(slot);
        }
        if self.progress.has_ended(kept.id) {
            return None;
        }
        let slot = self.memory.reserve_fresh();
        self.keys.set(slot.index, kept.key);
        let (names, fields) = &kept.fields;
        let layout = self.memory.classes.layout(&kept.class, names);
        Some(self.memory.put_kept(&Created { slot, id: kept.id, layout, fields: fields.clone() }, ends))
    }

    fn put_walker(&self, (key, record, journals): KeptWalker) -> WalkerSlot {
        let slot = self.memory.put_kept_walker(record, journals);
        self.walker_keys.set(slot.0, key);
        slot
    }

    fn kept_walker(&self, connection: &Connection, row: &Row<'_>) -> Result<KeptWalker, StoreError> {
        let row = WalkerRow::read(row)?;
        let globals = match row.globals {
            Some(globals) => self.globals_of(connection, globals)?,
            None => Record::None,
        };
        let record = row.record(globals)?;
        Ok((row.key, Arc::new(record), journals_of(connection, row.key)?))
    }

    fn globals_of(&self, connection: &Connection, key: i64) -> Result<Record, StoreError> {
        let mut known = self.globals.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(record) = known.get(&key) {
            return Ok(record.clone());
        }
        let record = globals_of(connection, key)?;
        known.insert(key, record.clone());
        Ok(record)
    }
}

/// A snapshot of globals.
pub(super) fn globals_of(connection: &Connection, key: i64) -> Result<Record, StoreError> {
    let mut statement = connection.prepare_cached("SELECT record, sum FROM globals WHERE key = ?1")?;
    let row: Option<(String, Option<i64>)> =
        statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((text, sum)) = row else {
        return Err(StoreError::Damaged(format!("the globals {key} of a walker are missing")));
    };
    rows::check_sum(sum, Id(key as u128), &[&text])?;
    Ok(serde_json::from_str(&text)?)
}

/// The journals of a walker's current step.
pub(super) fn journals_of(connection: &Connection, walker: i64) -> Result<Vec<(u64, Journal)>, StoreError> {
    let sql = "SELECT branch, position, entry, sum FROM journal WHERE walker = ?1 ORDER BY branch, position";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([walker])?;
    let mut journals: Vec<(u64, Journal)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (branch, position): (i64, i64) = (row.get(0)?, row.get(1)?);
        let text = row.get_ref(2)?.as_str().map_err(not_a_blob)?;
        let right = rows::entry_sum(walker, branch, position, text);
        if row.get::<_, Option<i64>>(3)?.is_some_and(|sum| sum != right) {
            return Err(StoreError::Damaged(
                "an entry of a journal is not as it was written (its check sum is wrong)".to_owned(),
            ));
        }
        let branch = branch as u64;
        if journals.last().is_none_or(|(known, _)| *known != branch) {
            journals.push((branch, Journal::default()));
        }
        if let Some((_, journal)) = journals.last_mut() {
            rows::read_entry(journal, position, text)?;
        }
    }
    Ok(journals)
}

/// The edges of a node in one direction, in the order of their keys.
fn edges_of(connection: &Connection, node: i64, last: i64, way: Way) -> Result<Vec<KeptEdge>, StoreError> {
    let sql = match way {
        Way::In => {
            "SELECT e.key, e.id, e.class, e.fields, e.sum, n.key, n.id, n.class, n.fields, n.sum
             FROM edges e JOIN nodes n ON n.key = e.source WHERE e.target = ?1 AND e.key <= ?2 ORDER BY e.key"
        }
        Way::Out | Way::Any => {
            "SELECT e.key, e.id, e.class, e.fields, e.sum, n.key, n.id, n.class, n.fields, n.sum
             FROM edges e JOIN nodes n ON n.key = e.target WHERE e.source = ?1 AND e.key <= ?2 ORDER BY e.key"
        }
    };
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![node, last])?;
    let mut edges = Vec::new();
    while let Some(row) = rows.next()? {
        let other = kept_node(row, 5)?;
        let (source, target) = if way == Way::In { (other.key, node) } else { (node, other.key) };
        edges.push(KeptEdge { edge: kept_edge(row, 0, source, target)?, way, other });
    }
    Ok(edges)
}

/// Both directions in the order of connection; a loop is seen out first.
fn merged(out: Vec<KeptEdge>, into: Vec<KeptEdge>) -> Vec<KeptEdge> {
    let mut all = out;
    all.extend(into);
    all.sort_by_key(|edge| edge.edge.key);
    all
}

/// A node from five columns: key, id, class, fields, sum.
fn kept_node(row: &Row<'_>, at: usize) -> Result<Kept, StoreError> {
    let id = rows::id_of(row.get_ref(at + 1)?.as_blob().map_err(not_a_blob)?)?;
    let class: String = row.get(at + 2)?;
    let text = row.get_ref(at + 3)?.as_str().map_err(not_a_blob)?;
    rows::check_sum(row.get(at + 4)?, id, &[&class, text])?;
    Ok(Kept { key: row.get(at)?, id, fields: rows::fields_of(text)?, class })
}

fn kept_edge(row: &Row<'_>, at: usize, source: i64, target: i64) -> Result<Kept, StoreError> {
    let id = rows::id_of(row.get_ref(at + 1)?.as_blob().map_err(not_a_blob)?)?;
    let class: String = row.get(at + 2)?;
    let text = row.get_ref(at + 3)?.as_str().map_err(not_a_blob)?;
    if let Some(found) = row.get::<_, Option<i64>>(at + 4)?
        && found != rows::edge_sum(id, &class, source, target, text)
    {
        return Err(rows::wrong_sum(id));
    }
    Ok(Kept { key: row.get(at)?, id, fields: rows::fields_of(text)?, class })
}

fn not_a_blob(error: rusqlite::types::FromSqlError) -> StoreError {
    StoreError::Damaged(format!("a column has another type ({error})"))
}
