//! What people ask of the walkers in a store: which there are, how one is doing, and what is to be changed.
//!
//! Owns the questions, and who answers a wish for a change: the process that runs on the store, if there is
//! one, and otherwise this one, which takes the lock for it. It refuses to know how anything is shown.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension, ToSql, params};

use super::open::{self, is_locked, lock};
use super::requests::{self, Request};
use super::rows::{WALKER_COLUMNS, WalkerRow};
use super::{StoreError, load, rows, writer};
use crate::record::{Id, Record};
use crate::store::{Journal, MAIN_LINE, Status, WalkerRecord};

/// How often an answer is looked for.
const LOOK: Duration = Duration::from_millis(20);

/// What the process that runs on a store answers to a wish that it has granted.
const CANCELLED: &str = "cancelled";
const PENDING: &str = "pending";

/// Which walkers are meant.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Any, if there is none.
    pub statuses: Vec<Status>,
    /// The class, with or without its module.
    pub class: Option<String>,
    /// Ended (or, if it has not, was due) before this time; µs since 1970.
    pub before_us: Option<i64>,
    /// The same, at this time or later.
    pub since_us: Option<i64>,
    pub limit: Option<usize>,
}

/// A walker in a list.
#[derive(Debug)]
pub struct Listed {
    pub id: Id,
    pub class: String,
    pub status: String,
    pub due_us: i64,
    pub finished_us: Option<i64>,
    pub record: Result<WalkerRecord, StoreError>,
}

/// How many walkers there are of each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub pending: u64,
    pub running: u64,
    pub completed: u64,
    pub failed: u64,
    pub cancelled: u64,
}

/// What somebody typed for a walker: its id or the first digits of it, perhaps after `w:Class:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    class: Option<String>,
    low: Id,
    high: Id,
}

/// What became of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Done,
    /// So many walkers were forgotten.
    Forgotten(u64),
    /// It cannot be granted; why.
    Refused(String),
    /// The process that runs on the store has not answered yet.
    Late,
}

impl Prefix {
    /// Hex digits, with dashes where one likes. None for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (class, digits) = match text.strip_prefix("w:").and_then(|rest| rest.rsplit_once(':')) {
            Some((class, digits)) => (Some(class.to_owned()).filter(|class| !class.is_empty()), digits),
            None => (None, text),
        };
        let digits: String = digits.chars().filter(|character| *character != '-').collect();
        let is_hex = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let filled = |with: &str| {
            let rest = 32usize.checked_sub(digits.len())?;
            Id::parse(&format!("{digits}{}", with.repeat(rest)))
        };
        is_hex.then(|| Some(Prefix { class, low: filled("0")?, high: filled("f")? }))?
    }
}

/// The condition of a filter, and what goes into it.
fn condition(filter: &Filter) -> (String, Vec<Box<dyn ToSql>>) {
    let (mut parts, mut values): (Vec<String>, Vec<Box<dyn ToSql>>) = (Vec::new(), Vec::new());
    if !filter.statuses.is_empty() {
        let names: Vec<String> =
            filter.statuses.iter().map(|status| format!("'{}'", status.name())).collect();
        parts.push(format!("status IN ({})", names.join(", ")));
    }
    if let Some(class) = &filter.class {
        values.push(Box::new(class.clone()));
        let at = values.len();
        parts.push(format!("(class = ?{at} OR substr(class, -length(?{at}) - 1) = '.' || ?{at})"));
    }
    for (time, sign) in [(filter.before_us, "<"), (filter.since_us, ">=")] {
        if let Some(time) = time {
            values.push(Box::new(time));
            parts.push(format!("coalesce(finished_us, due_us) {sign} ?{}", values.len()));
        }
    }
    (if parts.is_empty() { "1".to_owned() } else { parts.join(" AND ") }, values)
}

/// Hands over the walkers that are meant, the newest first, as long as `each` says so; gives how many are
/// meant in all.
pub fn list(
    connection: &Connection,
    filter: &Filter,
    each: &mut dyn FnMut(Listed) -> bool,
) -> Result<u64, StoreError> {
    let transaction = connection.unchecked_transaction()?;
    let (condition, values) = condition(filter);
    let values: Vec<&dyn ToSql> = values.iter().map(|value| &**value).collect();
    let limit = filter.limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(-1);
    let sql =
        format!("SELECT {WALKER_COLUMNS} FROM walkers WHERE {condition} ORDER BY key DESC LIMIT {limit}");
    let mut statement = transaction.prepare(&sql)?;
    let mut rows = statement.query(&*values)?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += 1;
        if !each(listed(&WalkerRow::read(row)?)) {
            return Ok(count);
        }
    }
    if filter.limit.is_none_or(|limit| count < limit as u64) {
        return Ok(count);
    }
    let sql = format!("SELECT count(*) FROM walkers WHERE {condition}");
    Ok(transaction.query_row(&sql, &*values, |row| row.get::<_, i64>(0))?.unsigned_abs())
}

fn listed(row: &WalkerRow) -> Listed {
    Listed {
        id: row.id,
        class: row.class.clone(),
        status: row.status.clone(),
        due_us: row.due_us,
        finished_us: row.finished_us,
        record: row.record(Record::None),
    }
}

/// The walkers that a prefix can mean, at most `limit`.
pub fn find(connection: &Connection, prefix: &Prefix, limit: usize) -> Result<Vec<Listed>, StoreError> {
    let sql = format!(
        "SELECT {WALKER_COLUMNS} FROM walkers WHERE id BETWEEN ?1 AND ?2
         AND (?3 IS NULL OR class = ?3 OR substr(class, -length(?3) - 1) = '.' || ?3)
         ORDER BY id LIMIT ?4"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let (low, high) = (prefix.low.0.to_be_bytes(), prefix.high.0.to_be_bytes());
    let mut rows = statement.query(params![low, high, prefix.class, limit as i64])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(listed(&WalkerRow::read(row)?));
    }
    Ok(found)
}

/// The status of a walker as it is on disk; None if there is no such walker.
pub fn status(connection: &Connection, id: Id) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT status FROM walkers WHERE id = ?1")?;
    Ok(statement.query_row([id.0.to_be_bytes()], |row| row.get(0)).optional()?)
}

/// How many walkers there are.
pub fn count(connection: &Connection) -> Result<Counts, StoreError> {
    let mut statement = connection.prepare("SELECT status, count(*) FROM walkers GROUP BY status")?;
    let mut rows = statement.query([])?;
    let mut counts = Counts::default();
    while let Some(row) = rows.next()? {
        let (status, count): (String, i64) = (row.get(0)?, row.get(1)?);
        let place = match &*status {
            "pending" => &mut counts.pending,
            "running" => &mut counts.running,
            "completed" => &mut counts.completed,
            "failed" => &mut counts.failed,
            "cancelled" => &mut counts.cancelled,
            other => return Err(StoreError::Damaged(format!("a walker has the status `{other}`"))),
        };
        *place = count.unsigned_abs();
    }
    Ok(counts)
}

/// Has something changed: by the process that runs on the store, which has `patience` to answer, or by this
/// one.
pub fn change(path: &Path, request: Request, patience: Duration, now_us: i64) -> Result<Answer, StoreError> {
    let until = Instant::now() + patience;
    loop {
        if !is_locked(path) {
            match lock(path) {
                Ok(mut lock) => return change_alone(&open::open(path, &mut lock)?, request, now_us),
                // A program was started in between.
                Err(_) if is_locked(path) => {}
                Err(error) => return Err(error),
            }
        }
        if let Some(answer) = ask(path, request, until, now_us)? {
            return Ok(answer);
        }
    }
}

/// Asks, and waits for the answer. None if the process that was asked has gone.
fn ask(path: &Path, request: Request, until: Instant, now_us: i64) -> Result<Option<Answer>, StoreError> {
    let connection = open::open_to_ask(path)?;
    let key = requests::ask(&connection, request, now_us)?;
    loop {
        if let Some(text) = requests::answer(&connection, key)? {
            return Ok(Some(match request {
                _ if text == requests::NOBODY => return Ok(None),
                Request::Cancel(_) if text == CANCELLED => Answer::Done,
                Request::Retry(_) if text == PENDING => Answer::Done,
                Request::Prune(_) => text.parse().map_or(Answer::Refused(text), Answer::Forgotten),
                Request::Cancel(_) | Request::Retry(_) => Answer::Refused(text),
            }));
        }
        if !is_locked(path) && requests::withdraw(&connection, key)? {
            return Ok(None);
        }
        if Instant::now() >= until {
            return Ok(Some(Answer::Late));
        }
        std::thread::sleep(LOOK);
    }
}

/// Changes the rows themselves. The lock is held.
fn change_alone(connection: &Connection, request: Request, now_us: i64) -> Result<Answer, StoreError> {
    let transaction = connection.unchecked_transaction()?;
    let answer = match request {
        Request::Prune(before_us) => Answer::Forgotten(requests::prune(&transaction, before_us)?),
        Request::Cancel(id) => change_walker(&transaction, id, "it has ended already", |record| {
            let may = !record.status.has_ended();
            may.then(|| WalkerRecord {
                status: Status::Cancelled,
                finished_us: Some(now_us),
                cancel: false,
                ..record.clone()
            })
        })?,
        Request::Retry(id) => {
            change_walker(&transaction, id, "it has not failed", |record| record.retried(now_us))?
        }
    };
    transaction.commit()?;
    Ok(answer)
}

fn change_walker(
    connection: &Connection,
    id: Id,
    otherwise: &str,
    next: impl FnOnce(&WalkerRecord) -> Option<WalkerRecord>,
) -> Result<Answer, StoreError> {
    let row = {
        let sql = format!("SELECT {WALKER_COLUMNS} FROM walkers WHERE id = ?1");
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([id.0.to_be_bytes()])?;
        let Some(row) = rows.next()? else {
            return Ok(Answer::Refused("there is no such walker".to_owned()));
        };
        WalkerRow::read(row)?
    };
    let old = row.record(Record::None)?;
    let Some(next) = next(&old) else { return Ok(Answer::Refused(otherwise.to_owned())) };
    writer::write_walker(connection, row.key, row.globals, &next)?;
    if !old.status.has_ended() {
        let journals = load::journals_of(connection, row.key)?;
        let main = journals.into_iter().find(|(branch, _)| *branch == MAIN_LINE);
        let left = main.and_then(|(_, journal)| journal.after_the_end());
        connection.execute("DELETE FROM journal WHERE walker = ?1", [row.key])?;
        if let Some(journal) = left {
            keep_cuts(connection, row.key, &journal)?;
        }
    }
    Ok(Answer::Done)
}

/// Another attempt derives other ids than the one that was stopped.
fn keep_cuts(connection: &Connection, walker: i64, journal: &Journal) -> Result<(), StoreError> {
    let text = rows::cut_text(journal);
    let sql = "INSERT INTO journal (walker, branch, position, entry, sum) VALUES (?1, ?2, -1, ?3, ?4)";
    let sum = rows::entry_sum(walker, MAIN_LINE as i64, -1, &text);
    connection.execute(sql, params![walker, MAIN_LINE as i64, text, sum])?;
    Ok(())
}
