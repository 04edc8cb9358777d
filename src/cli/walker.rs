//! A walker of a store, as people and programs see it: a row of a table, a few words, an object of JSON.
//!
//! It knows what of a record is worth showing, and nothing of how records are found or changed.

use super::layout::{Cell, Paint, age, counted, cut};
use crate::record::{Id, Record};
use crate::store::WalkerRecord;
use crate::store::sqlite::admin::Listed;
use serde_json::{Value, json};

pub(super) fn heads() -> Vec<Cell> {
    ["ID", "CLASS", "STATUS", "WHEN", "NOTE"].map(|head| Cell::painted(head, Paint::Dim)).into()
}

pub(super) fn row(walker: &Listed, now_us: i64) -> Vec<Cell> {
    let when = age(walker.finished_us.unwrap_or(walker.due_us), now_us);
    let note = walker.record.as_ref().map_or_else(|error| error.to_string(), note);
    let status = Cell::painted(&*walker.status, paint(&walker.status));
    vec![
        Cell::plain(walker.id.to_string()),
        Cell::plain(short(&walker.class)),
        status,
        Cell::plain(when),
        Cell::plain(note),
    ]
}

pub(super) fn paint(status: &str) -> Paint {
    match status {
        "completed" => Paint::Good,
        "failed" => Paint::Bad,
        "running" => Paint::Busy,
        "cancelled" => Paint::Dim,
        _ => Paint::Plain,
    }
}

/// What of a walker is worth a few words.
fn note(record: &WalkerRecord) -> String {
    if let Some(error) = &record.error {
        return error.lines().next().unwrap_or_default().to_owned();
    }
    let mut parts = Vec::new();
    if let Some(progress) = record.progress {
        parts.push(format!("{:.0} %", progress * 100.0));
    }
    if record.cancel {
        parts.push("to be cancelled".to_owned());
    }
    if record.attempts > 0 {
        parts.push(format!("attempt {} of {}", record.attempts + 1, record.dispatch.retries + 1));
    }
    if record.steps > 0 {
        parts.push(counted(record.steps, "visit"));
    }
    parts.join(", ")
}

/// The class without `__main__.`.
fn short(class: &str) -> &str {
    class.strip_prefix("__main__.").unwrap_or(class)
}

pub(super) fn reference(id: Id, class: &str) -> String {
    format!("w:{}:{id}", class.rsplit('.').next().unwrap_or(class))
}

/// A walker in a list, as JSON.
pub(super) fn summary(walker: &Listed) -> Value {
    let record = walker.record.as_ref().ok();
    json!({
        "id": reference(walker.id, &walker.class),
        "class": short(&walker.class),
        "status": walker.status,
        "due": date(Some(walker.due_us)),
        "started": date(record.and_then(|record| record.executed_us)),
        "finished": date(walker.finished_us),
        "attempts": record.map(|record| record.attempts),
        "steps": record.map(|record| record.steps),
        "progress": record.and_then(|record| record.progress),
        "error": record.and_then(|record| record.error.as_deref()),
        "damaged": walker.record.as_ref().err().map(ToString::to_string),
    })
}

/// A moment as RFC 3339 has it.
pub(super) fn date(moment_us: Option<i64>) -> Option<String> {
    let moment = jiff::Timestamp::from_microsecond(moment_us?).ok()?;
    Some(moment.to_string())
}

pub(super) fn text_of(record: &Record) -> String {
    cut(&crate::record::to_json(record).unwrap_or_default(), 2000, crate::diagnostics::Style::PLAIN)
}

pub(super) fn details(walker: &Listed, record: &WalkerRecord) -> Value {
    let mut all = summary(walker);
    let dispatch = &record.dispatch;
    let fields: serde_json::Map<String, Value> = record
        .fields
        .iter()
        .map(|(name, value)| (name.to_string(), serde_json::to_value(value).unwrap_or_default()))
        .collect();
    let more = json!({
        "node": dispatch.node_id.to_string(),
        "root": dispatch.root_id.to_string(),
        "parent": dispatch.parent_id.map(|parent| parent.to_string()),
        "scheduled": date(Some(dispatch.execute_us)),
        "retries": dispatch.retries,
        "priority": dispatch.priority,
        "cancel": record.cancel,
        "http_status": record.http_status,
        "queue": record.queue.iter().map(|id| id.to_string()).collect::<Vec<_>>(),
        "fields": fields,
        "reports": record.reports,
        "custom": record.custom,
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
        all.extend(more);
    }
    all
}
