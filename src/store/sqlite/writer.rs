//! The writer: one thread that follows the commits in memory and brings them onto the disk in groups.
//!
//! Owns the order in which that happens: a group is folded (`fold`), so that of each row only its last
//! state is written, and it is one transaction; only then is anybody told that it is durable. The first
//! failure ends it: nothing later is written or acknowledged.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use rusqlite::{Connection, Transaction, params};
use rustc_hash::FxHashMap;

use super::fold::{Fold, NodeRow};
use super::progress::Progress;
use super::{Keys, StoreError, rows};
use crate::record::{Id, Record};
use crate::store::memory::MemoryStore;
use crate::store::{ChangeSet, Journal, Slot, Time, Version, WalkerRecord};

/// How many commits are written at once at most, and how many may wait.
pub(super) const GROUP: usize = 4096;

/// After this long without commits the log is folded into the database.
const IDLE: Duration = Duration::from_secs(1);

/// How many snapshots of globals are known by their address.
const SNAPSHOTS: usize = 64;

/// What the writer is asked to do, in this order.
pub(super) enum Message {
    Commit(Commit),
    /// A request of another process was answered.
    Answer {
        key: i64,
        text: String,
    },
    /// Forget walkers that ended before a time; how many there were.
    Prune {
        before_us: i64,
        count: Sender<u64>,
    },
    Stop,
}

/// A commit, with the versions that it made.
pub(super) struct Commit {
    pub time: Time,
    pub changes: Arc<ChangeSet>,
    pub versions: Vec<(Slot, Arc<Version>)>,
    /// The ids of nodes and edges that it ended.
    pub gone: Vec<Id>,
}

/// Everything that the thread has.
pub(super) struct Writer {
    pub connection: Connection,
    pub memory: Arc<MemoryStore>,
    pub progress: Arc<Progress>,
    /// Of nodes and edges, and of walkers.
    pub keys: Arc<Keys>,
    pub walker_keys: Arc<Keys>,
    pub next: NextKeys,
    /// The journals as they are on disk, by walker and branch.
    pub journals: FxHashMap<i64, FxHashMap<u64, Journal>>,
    /// Snapshots of globals that are on disk.
    pub globals: Vec<(Record, i64)>,
}

/// The keys that the next rows will have.
#[derive(Clone, Copy)]
pub(super) struct NextKeys {
    pub node: i64,
    pub edge: i64,
    pub walker: i64,
    pub globals: i64,
}

impl Writer {
    /// The thread's work, until it is told to stop or everybody has gone.
    pub(super) fn run(mut self, messages: &Receiver<Message>) {
        let mut is_folded_in = false;
        loop {
            let first = match messages.recv_timeout(IDLE) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout) => {
                    if !is_folded_in && self.progress.failure().is_none() {
                        // It is tried again after the next commits: somebody reads just now.
                        let _ = self.fold_log_in();
                        is_folded_in = true;
                    }
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            };
            let mut group = vec![first];
            group.extend(messages.try_iter().take(GROUP - 1));
            is_folded_in = false;
            let stops = group.iter().any(|message| matches!(message, Message::Stop));
            // After a failure what comes is dropped, so that nobody waits for a place in the line.
            if self.progress.failure().is_none()
                && let Err(error) = self.write(group)
            {
                self.progress.fail(error);
            }
            if stops {
                break;
            }
        }
        if self.progress.failure().is_none() {
            let _ = self.fold_log_in();
        }
    }

    fn fold_log_in(&self) -> Result<(), StoreError> {
        Ok(self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
    }

    /// One transaction for all that a group asks for; then it is said.
    fn write(&mut self, group: Vec<Message>) -> Result<(), StoreError> {
        let mut fold = Fold::default();
        let (mut answers, mut prunes, mut gone) = (Vec::new(), Vec::new(), Vec::new());
        let mut newest = None;
        for message in group {
            match message {
                Message::Commit(mut commit) => {
                    newest = Some(commit.time);
                    gone.append(&mut commit.gone);
                    fold.add(&commit, &self.keys, &self.walker_keys, &mut self.next);
                }
                Message::Answer { key, text } => answers.push((key, text)),
                Message::Prune { before_us, count } => prunes.push((before_us, count)),
                Message::Stop => {}
            }
        }
        if !fold.is_empty() || !answers.is_empty() || !prunes.is_empty() {
            self.write_folded(&fold, &answers, &prunes)?;
        }
        if let Some(time) = newest {
            self.progress.is_durable(time, &gone);
        }
        Ok(())
    }

    fn write_folded(
        &mut self,
        fold: &Fold,
        answers: &[(i64, String)],
        prunes: &[(i64, Sender<u64>)],
    ) -> Result<(), StoreError> {
        let Writer { connection, memory, journals, globals, next, .. } = self;
        let transaction = connection.unchecked_transaction()?;
        write_nodes(&transaction, memory, fold)?;
        write_edges(&transaction, memory, fold)?;
        delete(&transaction, fold)?;
        for (key, record) in &fold.walkers {
            let snapshot = snapshot_of(&transaction, globals, next, &record.dispatch.globals)?;
            write_walker(&transaction, *key, snapshot, record)?;
        }
        for key in &fold.cleared {
            if journals.remove(key).is_some() {
                transaction.prepare_cached("DELETE FROM journal WHERE walker = ?1")?.execute([key])?;
            }
        }
        for ((key, branch), journal) in &fold.journals {
            write_journal(&transaction, journals, *key, *branch, journal.as_ref())?;
        }
        for (key, text) in answers {
            let mut statement =
                transaction.prepare_cached("UPDATE requests SET answer = ?2 WHERE key = ?1")?;
            statement.execute(params![key, text])?;
        }
        let mut counts = Vec::new();
        for (before_us, _) in prunes {
            counts.push(super::requests::prune(&transaction, *before_us)?);
            globals.clear();
        }
        transaction.commit()?;
        for ((_, to), count) in prunes.iter().zip(counts) {
            let _ = to.send(count);
        }
        Ok(())
    }
}

fn write_nodes(transaction: &Transaction<'_>, memory: &MemoryStore, fold: &Fold) -> Result<(), StoreError> {
    let mut insert = transaction
        .prepare_cached("INSERT INTO nodes (key, id, class, fields, sum) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let mut update =
        transaction.prepare_cached("UPDATE nodes SET class = ?2, fields = ?3, sum = ?4 WHERE key = ?1")?;
    for (key, NodeRow { version, is_new }) in &fold.nodes {
        let layout = memory.classes.get(version.layout());
        let fields = rows::fields_text(&layout.fields, version)?;
        let id = version.id();
        let sum = rows::sum(id, &[&layout.name, &fields]);
        if *is_new {
            insert.execute(params![key, id.0.to_be_bytes(), &*layout.name, fields, sum])?;
        } else {
            update.execute(params![key, &*layout.name, fields, sum])?;
        }
    }
    Ok(())
}

fn write_edges(transaction: &Transaction<'_>, memory: &MemoryStore, fold: &Fold) -> Result<(), StoreError> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO edges (key, id, class, source, target, fields, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let mut update =
        transaction.prepare_cached("UPDATE edges SET class = ?2, fields = ?3, sum = ?4 WHERE key = ?1")?;
    for (key, edge) in &fold.edges {
        let (version, source, target) = (&edge.version, edge.source, edge.target);
        let layout = memory.classes.get(version.layout());
        let fields = rows::fields_text(&layout.fields, version)?;
        let id = version.id();
        let sum = rows::edge_sum(id, &layout.name, source, target, &fields);
        if edge.is_new && (fold.all_gone.contains(&source) || fold.all_gone.contains(&target)) {
            continue;
        }
        if edge.is_new {
            let id = id.0.to_be_bytes();
            insert.execute(params![key, id, &*layout.name, source, target, fields, sum])?;
        } else {
            update.execute(params![key, &*layout.name, fields, sum])?;
        }
    }
    Ok(())
}

/// What has gone, with the edges of nodes that have gone.
fn delete(transaction: &Transaction<'_>, fold: &Fold) -> Result<(), StoreError> {
    for key in &fold.gone_edges {
        transaction.prepare_cached("DELETE FROM edges WHERE key = ?1")?.execute([key])?;
    }
    for key in &fold.gone_nodes {
        transaction.prepare_cached("DELETE FROM edges WHERE source = ?1")?.execute([key])?;
        transaction.prepare_cached("DELETE FROM edges WHERE target = ?1")?.execute([key])?;
        transaction.prepare_cached("DELETE FROM nodes WHERE key = ?1")?.execute([key])?;
    }
    Ok(())
}

/// The key of a snapshot of globals, which is written when it is met for the first time.
fn snapshot_of(
    transaction: &Transaction<'_>,
    known: &mut Vec<(Record, i64)>,
    next: &mut NextKeys,
    globals: &Record,
) -> Result<Option<i64>, StoreError> {
    if matches!(globals, Record::None) {
        return Ok(None);
    }
    let is_same = |other: &Record| match (other, globals) {
        (Record::Frozen(a), Record::Frozen(b)) => Arc::ptr_eq(a, b),
        (Record::Dict(a), Record::Dict(b)) => a.same(b),
        _ => false,
    };
    if let Some((_, key)) = known.iter().rev().find(|(other, _)| is_same(other)) {
        return Ok(Some(*key));
    }
    let key = next.globals;
    let text = serde_json::to_string(globals)?;
    let sum = rows::sum(Id(key as u128), &[&text]);
    let mut statement =
        transaction.prepare_cached("INSERT INTO globals (key, record, sum) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![key, text, sum])?;
    next.globals += 1;
    if known.len() >= SNAPSHOTS {
        known.remove(0);
    }
    known.push((globals.clone(), key));
    Ok(Some(key))
}

/// Writes a walker's row, new or old.
pub(super) fn write_walker(
    transaction: &Connection,
    key: i64,
    globals: Option<i64>,
    record: &WalkerRecord,
) -> Result<(), StoreError> {
    let row = rows::walker_row(key, globals, record)?;
    let mut statement = transaction.prepare_cached(
        "INSERT INTO walkers (key, id, class, status, due_us, finished_us, globals, record, sum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (key) DO UPDATE SET class = ?3, status = ?4, due_us = ?5, finished_us = ?6,
         globals = ?7, record = ?8, sum = ?9",
    )?;
    statement.execute(params![
        key,
        row.id.0.to_be_bytes(),
        row.class,
        row.status,
        row.due_us,
        row.finished_us,
        globals,
        row.text,
        row.sum
    ])?;
    Ok(())
}

/// Writes what of a journal is not on disk yet.
fn write_journal(
    transaction: &Transaction<'_>,
    known: &mut FxHashMap<i64, FxHashMap<u64, Journal>>,
    key: i64,
    branch: u64,
    journal: Option<&Journal>,
) -> Result<(), StoreError> {
    let old = known.entry(key).or_default().remove(&branch).unwrap_or_default();
    let kept = journal.map_or(0, |journal| same_beginning(&old, journal));
    if old.len() > kept || (journal.is_none() && (!old.is_empty() || old.cut != 0)) {
        let from = if journal.is_none() { -1 } else { kept as i64 };
        let mut statement = transaction
            .prepare_cached("DELETE FROM journal WHERE walker = ?1 AND branch = ?2 AND position >= ?3")?;
        statement.execute(params![key, branch as i64, from])?;
    }
    let Some(journal) = journal else { return Ok(()) };
    let mut put = transaction.prepare_cached(
        "INSERT OR REPLACE INTO journal (walker, branch, position, entry, sum) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let mut put = |position: i64, text: &str| {
        let sum = rows::entry_sum(key, branch as i64, position, text);
        put.execute(params![key, branch as i64, position, text, sum])
    };
    if journal.cut != old.cut {
        put(-1, &rows::cut_text(journal))?;
    }
    for position in kept..journal.len() {
        if let Some(entry) = journal.entry(position) {
            put(position as i64, &rows::entry_text(entry)?)?;
        }
    }
    known.entry(key).or_default().insert(branch, journal.clone());
    Ok(())
}

/// How many entries two states of a journal have in common. A journal is cut and grows at its end only, so
/// where they have the same entry they have the same entries before it.
fn same_beginning(old: &Journal, new: &Journal) -> usize {
    let is_same = |position: usize| match (old.entry(position), new.entry(position)) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        _ => false,
    };
    let (mut low, mut high) = (0, old.len().min(new.len()));
    while low < high {
        let middle = (low + high) / 2;
        if is_same(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
