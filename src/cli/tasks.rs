//! `ambler tasks`: the walkers of a store, listed, shown, waited for and changed.
//!
//! It turns arguments into questions to the store and answers into tables, sentences and JSON. Which process
//! changes something is the store's business.

use super::exit::Exit;
use super::layout::{Cell, Paint, age, counted, grouped, painted, table};
use super::output::Output;
use super::upkeep::{ListArguments, OneArguments, StoreArguments, TasksVerb, WaitArguments};
use super::walker::{date, details, heads, paint, reference, row, summary, text_of};
use crate::diagnostics::Diagnostic;
use crate::record::Id;
use crate::source::Span;
use crate::store::StoreError;
use crate::store::sqlite::admin::{self, Answer, Filter, Listed, Prefix};
use crate::store::sqlite::{Request, is_locked, open_to_read};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

/// The exit code of `wait` when the time is over, as that of `timeout`.
const TIMED_OUT: i32 = 124;
/// How many walkers are listed for people, unless they say otherwise.
const PAGE: usize = 50;
/// How many walkers are named when a prefix means several.
const CANDIDATES: usize = 8;
/// How long a program may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a walker that is waited for is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// Why a verb ends without having done its work; it has been told already.
struct Told(Exit);

/// Runs a verb.
pub fn run(verb: &TasksVerb, output: &Output) -> Exit {
    let done = match verb {
        TasksVerb::List(arguments) => list(arguments, output),
        TasksVerb::Show(arguments) => show(arguments, output),
        TasksVerb::Wait(arguments) => wait(arguments, output),
        TasksVerb::Cancel(arguments) => change(arguments, output, Request::Cancel, "cancelled"),
        TasksVerb::Retry(arguments) => change(arguments, output, Request::Retry, "pending"),
        TasksVerb::Stats(place) => stats(place, output),
        TasksVerb::Prune(arguments) => prune(&arguments.place, arguments.older, output),
    };
    done.unwrap_or_else(|Told(exit)| exit)
}

/// Tells what is wrong with a store.
pub(super) fn tell(output: &Output, path: &Path, error: &StoreError) -> Exit {
    output.report(&[Diagnostic::error("", Span::NONE, error.of(path)).help(error.help())]);
    match error {
        StoreError::Refused { .. } => Exit::Usage,
        StoreError::Damaged(_) | StoreError::Failed(_) => Exit::Failure,
    }
}

fn refuse(output: &Output, message: String, help: String) -> Told {
    output.report(&[Diagnostic::error("", Span::NONE, message).help(help)]);
    Told(Exit::Usage)
}

impl StoreArguments {
    fn told<T>(&self, output: &Output, result: Result<T, StoreError>) -> Result<T, Told> {
        result.map_err(|error| Told(tell(output, &self.store, &error)))
    }

    fn open(&self, output: &Output) -> Result<rusqlite::Connection, Told> {
        self.told(output, open_to_read(&self.store))
    }
}

fn now_us() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

fn before(time: Duration) -> i64 {
    now_us().saturating_sub(i64::try_from(time.as_micros()).unwrap_or(i64::MAX))
}

// ---- list

fn list(arguments: &ListArguments, output: &Output) -> Result<Exit, Told> {
    let place = &arguments.place;
    let connection = place.open(output)?;
    let filter = Filter {
        statuses: arguments.status.iter().map(|status| (*status).into()).collect(),
        class: arguments.class.clone(),
        before_us: arguments.older.map(before),
        since_us: arguments.newer.map(before),
        limit: match arguments.limit {
            Some(0) => None,
            None if place.json => None,
            limit => limit.or(Some(PAGE)),
        },
    };
    let (mut rows, mut damaged, mut shown) = (vec![heads()], None, 0);
    let all = admin::list(&connection, &filter, &mut |walker| {
        shown += 1;
        if let Err(error) = &walker.record {
            damaged.get_or_insert_with(|| error.clone());
        }
        if place.json {
            return output.write(&format!("{}\n", summary(&walker)));
        }
        rows.push(row(&walker, now_us()));
        true
    });
    let all = place.told(output, all)?;
    if !place.json {
        if shown > 0 {
            output.write(&table(&rows, output.style()));
        }
        match (shown, all) {
            (0, _) => output.say("no walkers"),
            (shown, all) if shown < all => output.say(&format!(
                "{} of {} walkers are listed; `--limit 0` lists all",
                grouped(shown),
                grouped(all)
            )),
            _ => {}
        }
    }
    match damaged {
        Some(error) => Ok(tell(output, &place.store, &error)),
        None => Ok(Exit::Success),
    }
}

// ---- one walker

/// The walker that an id means.
fn find(
    arguments: &OneArguments,
    connection: &rusqlite::Connection,
    output: &Output,
) -> Result<Listed, Told> {
    let (typed, place) = (&arguments.id, &arguments.place);
    let Some(prefix) = Prefix::parse(typed) else {
        let help = "an id has 32 hex digits, the first few are enough: `0193a1c2` or `w:Order:0193a1c2`";
        return Err(refuse(output, format!("`{typed}` is no id of a walker"), help.to_owned()));
    };
    let mut found = place.told(output, admin::find(connection, &prefix, CANDIDATES + 1))?;
    match (found.len(), found.pop()) {
        (1, Some(walker)) => Ok(walker),
        (0, _) | (_, None) => Err(refuse(
            output,
            format!("{}: there is no walker `{typed}`", place.store.display()),
            format!("`ambler tasks list --store {}` shows which there are", place.store.display()),
        )),
        (count, Some(last)) => {
            found.extend((count <= CANDIDATES).then_some(last));
            let rows: Vec<Vec<Cell>> = found.iter().map(|walker| row(walker, now_us())).collect();
            let more = if count > CANDIDATES { " (the first of them)" } else { "" };
            let told = refuse(
                output,
                format!("`{typed}` can mean several walkers{more}"),
                "type more digits of the one that you mean".to_owned(),
            );
            output.write_error(&table(&rows, output.error_style()));
            Err(told)
        }
    }
}

fn show(arguments: &OneArguments, output: &Output) -> Result<Exit, Told> {
    let connection = arguments.place.open(output)?;
    let walker = find(arguments, &connection, output)?;
    shown(&walker, &arguments.place, output)
}

/// Shows all that is known of a walker.
fn shown(walker: &Listed, place: &StoreArguments, output: &Output) -> Result<Exit, Told> {
    let record = match &walker.record {
        Ok(record) => record,
        Err(error) => return Err(Told(tell(output, &place.store, error))),
    };
    if place.json {
        output.write(&format!("{}\n", details(walker, record)));
        return Ok(Exit::Success);
    }
    let now = now_us();
    let time = |moment: Option<i64>| {
        moment.map(|moment| format!("{} ({})", age(moment, now), date(Some(moment)).unwrap_or_default()))
    };
    let dispatch = &record.dispatch;
    let status = painted(output.style(), &walker.status, paint(&walker.status));
    output.write(&format!("{} is {status}\n", reference(walker.id, &walker.class)));
    let fields: Vec<(&str, Option<String>)> = vec![
        ("started on", Some(dispatch.node_id.to_string())),
        ("spawned by", dispatch.parent_id.map(|parent| parent.to_string())),
        ("due", time(Some(record.due_us))),
        ("started", time(record.executed_us)),
        ("ended", time(record.finished_us)),
        ("visits", Some(grouped(record.steps))),
        ("attempts", Some(format!("{} of {}", record.attempts + 1, dispatch.retries + 1))),
        ("progress", record.progress.map(|progress| format!("{:.0} %", progress * 100.0))),
        ("HTTP status", record.http_status.map(|status| status.to_string())),
        ("to visit", (!record.queue.is_empty()).then(|| counted(record.queue.len() as u64, "node"))),
    ];
    let known = fields.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?)));
    let own = record.fields.iter().map(|(name, value)| (format!("self.{name}"), text_of(value)));
    let reports = record.reports.iter().map(|report| ("report".to_owned(), text_of(report)));
    let rows = known.chain(own).chain(reports);
    let rows: Vec<Vec<Cell>> = rows
        .map(|(name, text)| vec![Cell::painted(format!("  {name}"), Paint::Dim), Cell::plain(text)])
        .collect();
    output.write(&table(&rows, output.style()));
    if let Some(error) = &record.error {
        output.write(&format!("{}\n", error.trim_end()));
    }
    Ok(Exit::Success)
}

fn wait(arguments: &WaitArguments, output: &Output) -> Result<Exit, Told> {
    let place = &arguments.one.place;
    let connection = place.open(output)?;
    let walker = find(&arguments.one, &connection, output)?;
    let until = arguments.timeout.map(|time| Instant::now() + time);
    let mut is_told = false;
    loop {
        let status = place.told(output, admin::status(&connection, walker.id))?;
        match status.as_deref() {
            Some("pending" | "running") => {}
            Some(_) => break,
            None => {
                let help = "it had ended, and somebody has pruned the store";
                let message = format!("{} is not there any more", reference(walker.id, &walker.class));
                return Err(refuse(output, message, help.to_owned()));
            }
        }
        if until.is_some_and(|until| Instant::now() >= until) {
            let status = status.unwrap_or_default();
            output.say(&format!("{} is still {status}", reference(walker.id, &walker.class)));
            return Ok(Exit::Code(TIMED_OUT));
        }
        if !is_told && !is_locked(&place.store) {
            is_told = true;
            let name = place.store.display();
            output.say(&format!("no program runs on {name}: the walker goes on when one does"));
        }
        std::thread::sleep(LOOK);
    }
    let whole = format!("w::{}", walker.id);
    let whole = Prefix::parse(&whole).map(|prefix| admin::find(&connection, &prefix, 1)).transpose();
    let Some(walker) = place.told(output, whole)?.unwrap_or_default().pop() else {
        return Ok(Exit::Failure);
    };
    if place.json {
        shown(&walker, place, output)?;
    } else {
        let status = painted(output.style(), &walker.status, paint(&walker.status));
        output.write(&format!("{} is {status}\n", reference(walker.id, &walker.class)));
        if let Some(error) = walker.record.as_ref().ok().and_then(|record| record.error.as_deref()) {
            output.write_error(&format!("{}\n", error.trim_end()));
        }
    }
    Ok(if walker.status == "completed" { Exit::Success } else { Exit::Failure })
}

// ---- changes

fn change(
    arguments: &OneArguments,
    output: &Output,
    request: impl FnOnce(Id) -> Request,
    becomes: &str,
) -> Result<Exit, Told> {
    let place = &arguments.place;
    let walker = find(arguments, &place.open(output)?, output)?;
    let name = reference(walker.id, &walker.class);
    let answer = admin::change(&place.store, request(walker.id), PATIENCE, now_us());
    match place.told(output, answer)? {
        Answer::Done | Answer::Forgotten(_) => {
            if place.json {
                output.write(&format!("{}\n", json!({ "id": name, "status": becomes })));
            } else {
                output.write(&format!("{name} is {}\n", painted(output.style(), becomes, paint(becomes))));
            }
            Ok(Exit::Success)
        }
        Answer::Refused(why) => {
            let now = format!("`ambler tasks show {}` says how it is doing", walker.id);
            output.report(&[Diagnostic::error("", Span::NONE, format!("{name}: {why}")).help(now)]);
            Ok(Exit::Failure)
        }
        Answer::Late => Ok(late(output, place)),
    }
}

fn late(output: &Output, place: &StoreArguments) -> Exit {
    let message = format!(
        "{}: the program that runs on the store has not answered in {} seconds",
        place.store.display(),
        PATIENCE.as_secs()
    );
    let help = "it will do it when it comes to it; a program that is stopped does it never";
    output.report(&[Diagnostic::error("", Span::NONE, message).help(help)]);
    Exit::Failure
}

fn prune(place: &StoreArguments, older: Duration, output: &Output) -> Result<Exit, Told> {
    drop(place.open(output)?);
    let answer = admin::change(&place.store, Request::Prune(before(older)), PATIENCE, now_us());
    match place.told(output, answer)? {
        Answer::Forgotten(count) => {
            let text = if place.json {
                json!({ "pruned": count }).to_string()
            } else {
                format!("{} forgotten", counted(count, "walker"))
            };
            output.write(&format!("{text}\n"));
        }
        Answer::Late => return Ok(late(output, place)),
        Answer::Done => {}
        Answer::Refused(why) => {
            let error = StoreError::Failed(why);
            return Ok(tell(output, &place.store, &error));
        }
    }
    Ok(Exit::Success)
}

fn stats(place: &StoreArguments, output: &Output) -> Result<Exit, Told> {
    let connection = place.open(output)?;
    let counts = place.told(output, admin::count(&connection))?;
    let named = [
        ("pending", counts.pending),
        ("running", counts.running),
        ("completed", counts.completed),
        ("failed", counts.failed),
        ("cancelled", counts.cancelled),
    ];
    if place.json {
        let object: serde_json::Map<String, Value> =
            named.iter().map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
        output.write(&format!("{}\n", Value::Object(object)));
    } else {
        let rows =
            named.iter().map(|(name, count)| vec![Cell::painted(*name, paint(name)), Cell::number(*count)]);
        output.write(&table(&rows.collect::<Vec<_>>(), output.style()));
    }
    Ok(Exit::Success)
}
