//! Requests: what other processes ask of the one that runs on a store, and what nobody needs any more.
//!
//! Owns the rows in which they ask and are answered. It refuses to do what is asked: whoever runs on the
//! store knows how, except for forgetting rows.

use rusqlite::{Connection, params};

use super::{StoreError, rows};
use crate::record::Id;

/// The answer to a request that was made when the process that it was for had ended.
pub(super) const NOBODY: &str = "nobody was there";

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    Cancel(Id),
    Retry(Id),
    /// Forget what ended before a time, in µs since 1970.
    Prune(i64),
}

/// Requests without an answer, with their keys.
pub(super) fn open_ones(connection: &Connection) -> Result<Vec<(i64, Request)>, StoreError> {
    let sql = "SELECT key, verb, walker, before_us FROM requests WHERE answer IS NULL ORDER BY key";
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query([])?;
    let mut requests = Vec::new();
    while let Some(row) = found.next()? {
        let verb: String = row.get(1)?;
        let walker = || -> Result<Id, StoreError> { rows::id_of(&row.get::<_, Vec<u8>>(2)?) };
        let request = match &*verb {
            "cancel" => Request::Cancel(walker()?),
            "retry" => Request::Retry(walker()?),
            "prune" => Request::Prune(row.get(3)?),
            _ => continue,
        };
        requests.push((row.get(0)?, request));
    }
    Ok(requests)
}

/// Asks the process that runs on the store; gives the number under which the answer will stand.
pub(super) fn ask(connection: &Connection, request: Request, now_us: i64) -> Result<i64, StoreError> {
    let (verb, walker, before_us) = match request {
        Request::Cancel(id) => ("cancel", Some(id.0.to_be_bytes()), None),
        Request::Retry(id) => ("retry", Some(id.0.to_be_bytes()), None),
        Request::Prune(before_us) => ("prune", None, Some(before_us)),
    };
    let sql = "INSERT INTO requests (verb, walker, before_us, asked_us) VALUES (?1, ?2, ?3, ?4)";
    connection.execute(sql, params![verb, walker, before_us, now_us])?;
    Ok(connection.last_insert_rowid())
}

/// Takes a request back that nobody has answered; false if somebody has.
pub(super) fn withdraw(connection: &Connection, key: i64) -> Result<bool, StoreError> {
    let sql = "DELETE FROM requests WHERE key = ?1 AND answer IS NULL";
    Ok(connection.execute(sql, [key])? > 0)
}

/// The answer to a request, once there is one.
pub(super) fn answer(connection: &Connection, key: i64) -> Result<Option<String>, StoreError> {
    let sql = "SELECT answer FROM requests WHERE key = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([key], |row| row.get(0))?)
}

/// Forgets walkers that ended before a time, snapshots that no walker has, and answered requests; how
/// many walkers there were.
pub(super) fn prune(connection: &Connection, before_us: i64) -> Result<u64, StoreError> {
    let ended = "finished_us < ?1 AND status IN ('completed', 'failed', 'cancelled')";
    let sql = format!("DELETE FROM journal WHERE walker IN (SELECT key FROM walkers WHERE {ended})");
    connection.execute(&sql, [before_us])?;
    let count = connection.execute(&format!("DELETE FROM walkers WHERE {ended}"), [before_us])?;
    let unused =
        "DELETE FROM globals WHERE key NOT IN (SELECT globals FROM walkers WHERE globals IS NOT NULL)";
    connection.execute(unused, [])?;
    connection.execute("DELETE FROM requests WHERE answer IS NOT NULL AND asked_us < ?1", [before_us])?;
    Ok(count as u64)
}
