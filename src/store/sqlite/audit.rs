//! The audit of a store: whether every row is there and as it was written, and fits the others.
//!
//! Owns what counts as wrong, and what is only worth knowing (a field that names what was deleted is legal,
//! and so is a node that nothing leads to). It reads one state of the file, also while a program runs on
//! it, and refuses to repair.

use rusqlite::{Connection, Row};
use rustc_hash::FxHashSet;
use serde_json::Value;

use super::rows::{self, WALKER_COLUMNS, WalkerRow};
use super::{StoreError, load, open};
use crate::record::{Id, Reference};

/// How much of what is wrong is told in words.
const TOLD: usize = 100;

/// What an audit has found.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    pub nodes: u64,
    pub edges: u64,
    pub walkers: u64,
    /// Rows without a check sum, which somebody has changed by hand.
    pub by_hand: u64,
    /// Nodes that no edges connect with the root.
    pub unreachable: u64,
    /// Fields that name a node or an edge that is not there.
    pub stale: u64,
    /// What is wrong, at most a hundred sentences of it.
    pub wrong: Vec<String>,
    pub wrong_count: u64,
}

/// Which nodes hang together, by their place in the order of keys.
struct Groups(Vec<u32>);

struct Auditor<'a> {
    connection: &'a Connection,
    audit: Audit,
    /// The ids of nodes and edges.
    known: FxHashSet<Id>,
    /// In order.
    node_keys: Vec<i64>,
    root: Option<usize>,
}

/// Looks at everything.
pub fn audit(connection: &Connection) -> Result<Audit, StoreError> {
    let transaction = connection.unchecked_transaction()?;
    let mut auditor = Auditor {
        connection: &transaction,
        audit: Audit::default(),
        known: FxHashSet::default(),
        node_keys: Vec::new(),
        root: None,
    };
    auditor.pages()?;
    auditor.ids()?;
    auditor.nodes()?;
    auditor.edges()?;
    auditor.walkers()?;
    auditor.journals()?;
    Ok(auditor.audit)
}

impl Auditor<'_> {
    fn is_wrong(&mut self, what: String) {
        self.audit.wrong_count += 1;
        if self.audit.wrong.len() < TOLD {
            self.audit.wrong.push(what);
        }
    }

    /// The file as SQLite sees it: pages, rows and indexes.
    fn pages(&mut self) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check")?;
        let said = statement.query_map([], |row| row.get::<_, String>(0))?;
        for line in said.collect::<Result<Vec<_>, _>>()? {
            if line != "ok" {
                self.is_wrong(open::in_one_line(&line));
            }
        }
        Ok(())
    }

    fn ids(&mut self) -> Result<(), StoreError> {
        let sql = "SELECT id FROM nodes UNION ALL SELECT id FROM edges UNION ALL SELECT id FROM walkers";
        let mut statement = self.connection.prepare(sql)?;
        let mut found = statement.query([])?;
        let mut twice = Vec::new();
        while let Some(row) = found.next()? {
            let id = row.get::<_, Vec<u8>>(0).map_err(StoreError::from).and_then(|id| rows::id_of(&id));
            if let Ok(id) = id
                && !self.known.insert(id)
            {
                twice.push(id);
            }
        }
        twice.into_iter().for_each(|id| self.is_wrong(format!("{id} is the id of two rows")));
        Ok(())
    }

    /// Goes through the rows of a table; what is wrong with one is told with its key.
    fn each(
        &mut self,
        table: &str,
        columns: &str,
        order: &str,
        look: &mut dyn FnMut(&mut Self, &Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let sql = format!("SELECT {columns} FROM {table} ORDER BY {order}");
        let mut statement = self.connection.prepare(&sql)?;
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            if let Err(error) = look(self, row) {
                let what = match error {
                    StoreError::Damaged(what) => what,
                    error => error.to_string(),
                };
                let key = row.get::<_, i64>(0).map_or(String::new(), |key| format!(", row {key}"));
                self.is_wrong(format!("{table}{key}: {what}"));
            }
        }
        Ok(())
    }

    fn nodes(&mut self) -> Result<(), StoreError> {
        self.each("nodes", "key, id, class, fields, sum", "key", &mut |own, row| {
            own.audit.nodes += 1;
            own.node_keys.push(row.get(0)?);
            let id = rows::id_of(&row.get::<_, Vec<u8>>(1)?)?;
            if id == Id::ROOT {
                own.root = Some(own.node_keys.len() - 1);
            }
            let (class, text): (String, String) = (row.get(2)?, row.get(3)?);
            let sum: Option<i64> = row.get(4)?;
            own.audit.by_hand += u64::from(sum.is_none());
            rows::check_sum(sum, id, &[&class, &text])?;
            own.fields("node", id, &text)
        })
    }

    fn edges(&mut self) -> Result<(), StoreError> {
        let mut groups = Groups((0..self.node_keys.len() as u32).collect());
        let columns = "key, id, class, source, target, fields, sum";
        self.each("edges", columns, "key", &mut |own, row| {
            own.audit.edges += 1;
            let id = rows::id_of(&row.get::<_, Vec<u8>>(1)?)?;
            let (source, target): (i64, i64) = (row.get(3)?, row.get(4)?);
            let place = |key: i64| own.node_keys.binary_search(&key).ok();
            match (place(source), place(target)) {
                (Some(from), Some(to)) => groups.join(from, to),
                (None, _) => own.is_wrong(format!("edge {id} comes from a node that is not there")),
                (_, None) => own.is_wrong(format!("edge {id} leads to a node that is not there")),
            }
            let (class, text): (String, String) = (row.get(2)?, row.get(5)?);
            let sum: Option<i64> = row.get(6)?;
            own.audit.by_hand += u64::from(sum.is_none());
            if sum.is_some_and(|sum| sum != rows::edge_sum(id, &class, source, target, &text)) {
                return Err(rows::wrong_sum(id));
            }
            own.fields("edge", id, &text)
        })?;
        if let Some(root) = self.root {
            let root = groups.of(root);
            let apart = (0..self.node_keys.len()).filter(|node| groups.of(*node) != root);
            self.audit.unreachable = apart.count() as u64;
        }
        Ok(())
    }

    fn fields(&mut self, kind: &str, id: Id, text: &str) -> Result<(), StoreError> {
        rows::fields_of(text).map_err(|error| {
            StoreError::Damaged(format!("the fields of {kind} {id} cannot be read ({error})"))
        })?;
        self.references(text);
        Ok(())
    }

    /// Counts what a text names and what is not there.
    fn references(&mut self, text: &str) {
        // Most fields name nothing.
        if text.contains("{\"node\":") || text.contains("{\"edge\":") {
            let value: Value = serde_json::from_str(text).unwrap_or_default();
            self.audit.stale += stale(&value, &self.known);
        }
    }

    fn walkers(&mut self) -> Result<(), StoreError> {
        let mut snapshots: FxHashSet<i64> = FxHashSet::default();
        self.each("globals", "key, record, sum", "key", &mut |own, row| {
            let (key, text, sum): (i64, String, Option<i64>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            snapshots.insert(key);
            own.audit.by_hand += u64::from(sum.is_none());
            if sum.is_some_and(|sum| sum != rows::sum(Id(key as u128), &[&text])) {
                return Err(StoreError::Damaged(
                    "it is not as it was written (its check sum is wrong)".into(),
                ));
            }
            load::globals_of(own.connection, key).map(drop)
        })?;
        self.each("walkers", WALKER_COLUMNS, "key", &mut |own, row| {
            own.audit.walkers += 1;
            let walker = WalkerRow::read(row)?;
            own.audit.by_hand += u64::from(walker.sum.is_none());
            if walker.globals.is_some_and(|globals| !snapshots.contains(&globals)) {
                own.is_wrong(format!("the globals of walker {} are missing", walker.id));
            }
            walker.record(crate::record::Record::None)?;
            own.references(&walker.text);
            Ok(())
        })
    }

    fn journals(&mut self) -> Result<(), StoreError> {
        let sql = "SELECT DISTINCT walker FROM journal WHERE walker NOT IN (SELECT key FROM walkers)";
        let mut statement = self.connection.prepare(sql)?;
        let lost = statement.query_map([], |row| row.get::<_, i64>(0))?;
        for walker in lost.collect::<Result<Vec<_>, _>>()? {
            self.is_wrong(format!("there is a journal of walker row {walker}, which is not there"));
        }
        let sql = "DISTINCT walker";
        self.each("journal", sql, "walker", &mut |own, row| {
            load::journals_of(own.connection, row.get(0)?).map(drop)
        })
    }
}

/// How many references in a record name what is not known.
fn stale(value: &Value, known: &FxHashSet<Id>) -> u64 {
    match value {
        Value::Array(items) => items.iter().map(|item| stale(item, known)).sum(),
        Value::Object(map) => map
            .iter()
            .map(|(key, inner)| match inner {
                Value::String(text) if map.len() == 1 && (key == "node" || key == "edge") => {
                    let id = Reference::parse(text).map(|(id, _)| id);
                    u64::from(id.is_ok_and(|id| id != Id::ROOT && !known.contains(&id)))
                }
                inner => stale(inner, known),
            })
            .sum(),
        _ => 0,
    }
}

impl Groups {
    fn of(&mut self, node: usize) -> u32 {
        let mut at = node as u32;
        while let Some(&up) = self.0.get(at as usize)
            && up != at
        {
            // Every second step is left out the next time.
            let further = self.0.get(up as usize).copied().unwrap_or(up);
            if let Some(place) = self.0.get_mut(at as usize) {
                *place = further;
            }
            at = further;
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        if let Some(place) = self.0.get_mut(a.max(b) as usize) {
            *place = a.min(b);
        }
    }
}
