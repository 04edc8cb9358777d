//! Runs on a durable store: what goes on from earlier runs, what other processes ask for, and the end.
//!
//! Owns the order in which a store is opened, walkers resume, requests are served and all is brought onto
//! the disk. How a store does that is its own business.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread::JoinHandle;
use std::time::Duration;

use super::pool::Pool;
use crate::isolate::{Gate, Screen, Shared, Tasks};
use crate::store::sqlite::Request;
use crate::store::{Base, ChangeSet, Found, Outcome, SqliteStore, Status, Store, StoreError, WalkerChange};

/// How often other processes are listened to.
const LISTEN: Duration = Duration::from_millis(50);

/// A store in a file, as long as a program runs on it.
pub(super) struct Keeping {
    store: Arc<SqliteStore>,
    is_over: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl Keeping {
    /// Opens the store. What is written to the screen given back waits for the disk.
    pub(super) fn open(
        path: &Path,
        screen: &Arc<dyn Screen>,
    ) -> Result<(Keeping, Arc<dyn Screen>), StoreError> {
        let (told, name) = (screen.clone(), path.to_owned());
        // Nothing that comes later is durable, so nothing of it may be seen: the process ends here.
        let fails = move |error: &StoreError| {
            told.flush();
            told.write_error(&format!("error: {}\n  help: {}\n", error.of(&name), error.help()));
            std::process::exit(1);
        };
        let store = Arc::new(SqliteStore::open(path, Box::new(fails))?);
        let gate = Arc::new(Gate::new(screen.clone(), store.clone()));
        store.listen(gate.clone());
        let keeping = Keeping { store, is_over: Arc::default(), listener: None };
        Ok((keeping, gate))
    }

    pub(super) fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    /// The walkers of earlier runs that have not ended go on.
    pub(super) fn resume(&self, pool: &Pool, shared: &Shared, screen: &dyn Screen) {
        let waiting = self.store.due_walkers(i64::MAX, usize::MAX);
        let (mut ready, mut retrying, mut unknown) = (Vec::new(), 0, Vec::new());
        for slot in waiting {
            let Some((_, record)) = self.store.walker(slot) else { continue };
            if !shared.catalog.declares(&record.dispatch.class) {
                unknown.push(record.dispatch.class.clone());
                continue;
            }
            retrying += usize::from(record.status == Status::Pending && record.attempts > 0);
            ready.push(slot);
        }
        unknown.sort();
        for same in unknown.chunk_by(|a, b| a == b) {
            let (count, class) = (same.len(), same.first().map_or("", |class| &**class));
            screen.write_error(&format!(
                "{}: the program has no walker `{class}`\n",
                counted(count, "walker waits", "walkers wait")
            ));
        }
        if !ready.is_empty() {
            let resumed = counted(ready.len(), "walker resumed", "walkers resumed");
            let retried = if retrying > 0 { format!(", {retrying} will retry") } else { String::new() };
            screen.write_error(&format!("{resumed}{retried}\n"));
        }
        pool.start(&ready);
    }

    /// Does what other processes ask for, until the end.
    pub(super) fn listen(&mut self, pool: &Arc<Pool>) {
        let (store, pool, is_over) = (self.store.clone(), pool.clone(), self.is_over.clone());
        let thread = std::thread::Builder::new().name("requests".to_owned()).spawn(move || {
            while !is_over.load(SeqCst) {
                // What cannot be read now may be read the next time.
                for (key, request) in store.requests().unwrap_or_default() {
                    store.answer(key, serve(&store, &pool, request));
                }
                std::thread::park_timeout(LISTEN);
            }
        });
        self.listener = thread.ok();
    }

    /// Brings everything onto the disk.
    pub(super) fn close(&mut self) {
        self.is_over.store(true, SeqCst);
        if let Some(listener) = self.listener.take() {
            listener.thread().unpark();
            let _ = listener.join();
        }
        // A failure has ended the process.
        let _ = self.store.close();
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// Does what was asked for; gives the answer.
fn serve(store: &SqliteStore, pool: &Pool, request: Request) -> String {
    let find = |id| match store.find(id) {
        Some(Found::Walker(slot)) => Some(slot),
        _ => None,
    };
    match request {
        Request::Cancel(id) => match find(id) {
            None => "there is no such walker".to_owned(),
            Some(slot) if pool.cancel(slot) => "cancelled".to_owned(),
            Some(_) => "it has ended already".to_owned(),
        },
        Request::Retry(id) => {
            let Some(slot) = find(id) else { return "there is no such walker".to_owned() };
            let Some((time, record)) = store.walker(slot) else {
                return "there is no such walker".to_owned();
            };
            let Some(record) = record.retried(pool.now_us()) else {
                return "it has not failed".to_owned();
            };
            let change = WalkerChange { slot, base: Base::At(time), record: Arc::new(record) };
            match store.commit(ChangeSet { walkers: vec![change], ..ChangeSet::default() }) {
                Outcome::Committed(_) => {
                    pool.start(&[slot]);
                    "pending".to_owned()
                }
                _ => "it has just changed: ask again".to_owned(),
            }
        }
        Request::Prune(before_us) => store.prune(before_us).unwrap_or(0).to_string(),
    }
}
