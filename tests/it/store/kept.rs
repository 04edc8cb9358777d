//! The store in a file against a naive model: what was committed is there in the next process, whatever
//! was touched and whatever was left cold in between; walkers and journals come back as they were.

use super::words::{commit, connection, deletion, disconnection, new, walker_change, write};
use ambler::record::{Id, Record};
use ambler::store::{
    Answer, Base, ChangeSet, Dispatch, EdgeQuery, EntryKind, Fields, Found, Journal, JournalChange,
    MAIN_LINE, Slot, SqliteStore, Status, Store, StoreError, WalkerRecord, Way, sqlite,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own, which goes with it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("ambler-store-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn file(&self) -> PathBuf {
        self.0.join("app.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, Box::new(|error| panic!("{error}"))).unwrap()
}

#[derive(Clone, Debug)]
enum Move {
    Create(i64),
    Write(usize, u16, i64),
    Connect(usize, usize),
    Disconnect(usize),
    Delete(usize),
    /// Looks at the edges of a node, so that it is not cold any more.
    Look(usize),
    Reopen,
}

fn any_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        3 => any::<i64>().prop_map(Move::Create),
        6 => (0usize..99, 0u16..2, any::<i64>()).prop_map(|(n, f, v)| Move::Write(n, f, v)),
        9 => (0usize..99, 0usize..99).prop_map(|(a, b)| Move::Connect(a, b)),
        4 => (0usize..99).prop_map(Move::Disconnect),
        1 => (0usize..99).prop_map(Move::Delete),
        2 => (0usize..99).prop_map(Move::Look),
        1 => Just(Move::Reopen),
    ]
}

/// Nodes with their fields, and edges in the order of their connection.
#[derive(Default)]
struct State {
    nodes: BTreeMap<Id, [i64; 2]>,
    edges: Vec<(Id, Id, Id)>,
}

struct Pair {
    folder: Folder,
    store: Option<SqliteStore>,
    state: State,
}

impl Pair {
    fn store(&self) -> &SqliteStore {
        self.store.as_ref().unwrap()
    }

    fn node(&self, number: usize) -> Option<Id> {
        let count = self.state.nodes.len();
        (count > 0).then(|| *self.state.nodes.keys().nth(number % count).unwrap())
    }

    fn slot(&self, id: Id) -> Slot {
        match self.store().find(id) {
            Some(Found::Archetype(slot)) => slot,
            other => panic!("{id}: {other:?}"),
        }
    }

    fn reopen(&mut self) {
        self.store.take();
        self.store = Some(open(&self.folder.file()));
    }

    fn play(&mut self, step: Move) {
        match step {
            Move::Create(value) => {
                let created = new(self.store(), "N", [value, 0]);
                self.state.nodes.insert(created.id, [value, 0]);
                commit(self.store(), ChangeSet { created: vec![created], ..ChangeSet::default() });
            }
            Move::Write(number, field, value) => {
                let Some(id) = self.node(number) else { return };
                commit(self.store(), write(self.slot(id), field, value));
                self.state.nodes.get_mut(&id).unwrap()[usize::from(field)] = value;
            }
            Move::Connect(from, to) => {
                let (Some(from), Some(to)) = (self.node(from), self.node(to)) else { return };
                let (slot, changes) = connection(self.store(), self.slot(from), self.slot(to), "E");
                commit(self.store(), changes);
                let id = self.store().read(slot, &self.store().snapshot()).unwrap().id();
                self.state.edges.push((id, from, to));
            }
            Move::Disconnect(number) => {
                let count = self.state.edges.len();
                if count > 0 {
                    let (id, ..) = self.state.edges.remove(number % count);
                    commit(self.store(), disconnection(self.slot(id)));
                    assert_eq!(self.store().find(id).and_then(|found| self.living(found)), None);
                }
            }
            Move::Delete(number) => {
                let Some(id) = self.node(number) else { return };
                commit(self.store(), deletion(self.slot(id)));
                self.state.nodes.remove(&id);
                self.state.edges.retain(|(_, from, to)| *from != id && *to != id);
            }
            Move::Look(number) => {
                if let Some(id) = self.node(number) {
                    self.compare_edges(id);
                }
            }
            Move::Reopen => self.reopen(),
        }
    }

    fn living(&self, found: Found) -> Option<Id> {
        let Found::Archetype(slot) = found else { return None };
        self.store().read(slot, &self.store().snapshot()).map(|version| version.id())
    }

    fn compare_edges(&self, id: Id) {
        let store = self.store();
        let (at, slot) = (store.snapshot(), self.slot(id));
        let mut found = Vec::new();
        assert!(store.edges(slot, &at, &EdgeQuery::all(Way::Any), &mut found));
        let id_of = |slot| store.read(slot, &at).unwrap().id();
        let found: Vec<(Id, Id, Way)> =
            found.iter().map(|seen| (id_of(seen.edge), id_of(seen.other), seen.way)).collect();
        let mut expected = Vec::new();
        for (edge, from, to) in &self.state.edges {
            if *from == id {
                expected.push((*edge, *to, Way::Out));
            }
            if *to == id {
                expected.push((*edge, *from, Way::In));
            }
        }
        assert_eq!(found, expected);
    }

    fn compare(&self) {
        let (store, at) = (self.store(), self.store().snapshot());
        for (id, fields) in &self.state.nodes {
            let version = store.read(self.slot(*id), &at).unwrap();
            let found: Vec<Option<&Record>> = version.fields().collect();
            assert_eq!(
                found,
                fields.each_ref().map(|value| Some(Record::Int(*value))).each_ref().map(Option::as_ref)
            );
            self.compare_edges(*id);
        }
        for (edge, from, to) in &self.state.edges {
            let version = store.read(self.slot(*edge), &at).unwrap();
            assert_eq!(version.ends(), Some((self.slot(*from), self.slot(*to))));
        }
        let mut all = Vec::new();
        assert_eq!(store.scan(&at, 0, usize::MAX, &mut all), None);
        assert_eq!(all.len(), self.state.nodes.len() + self.state.edges.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn the_store_in_a_file_agrees_with_a_naive_one(moves in prop::collection::vec(any_move(), 1..200)) {
        let folder = Folder::new();
        let store = Some(open(&folder.file()));
        let mut pair = Pair { folder, store, state: State::default() };
        moves.into_iter().for_each(|step| pair.play(step));
        pair.reopen();
        pair.compare();
        pair.reopen();
        pair.compare();
    }
}

fn walker(class: &str, globals: Record) -> WalkerRecord {
    let mut dispatch = Dispatch::new(class, Id::ROOT, 7);
    dispatch.globals = globals;
    let fields: Fields = [(Arc::from("n"), Record::Int(3))].into_iter().collect();
    WalkerRecord::spawned(Id::fresh(), dispatch, fields)
}

#[test]
fn walkers_and_their_journals_come_back() {
    let folder = Folder::new();
    let globals = Record::dict([(Record::str("__main__.limit"), Record::Int(9))]);
    let (pending, ended) = (walker("__main__.W", globals.clone()), {
        let mut ended = walker("__main__.W", globals);
        ended.status = Status::Completed;
        ended.finished_us = Some(5);
        ended
    });
    let ids = (pending.id, ended.id);
    let journal = Journal::default()
        .noted(EntryKind::Wait, Record::str("a"), Answer::Value(Record::Int(1)))
        .noted(EntryKind::Start, Record::str("b"), Answer::Value(Record::None));
    {
        let store = open(&folder.file());
        let slot = store.reserve_walker();
        let mut changes = walker_change(slot, Base::New, pending.clone());
        changes.journals.push(JournalChange {
            walker: slot,
            branch: MAIN_LINE,
            journal: Some(journal.clone()),
        });
        commit(&store, changes);
        let second = store.reserve_walker();
        commit(&store, walker_change(second, Base::New, ended.clone()));
    }
    for round in 0..3u64 {
        let store = open(&folder.file());
        let due = store.due_walkers(i64::MAX, 9);
        assert_eq!(due.len(), 1);
        let (_, record) = store.walker(due[0]).unwrap();
        assert_eq!(*record, pending);
        let kept = store.journal(due[0], MAIN_LINE);
        let entries = |journal: &Journal| journal.entries().map(|e| (**e).clone()).collect::<Vec<_>>();
        assert_eq!(entries(&kept)[..2], entries(&journal)[..]);
        assert_eq!(kept.len() as u64, 2 + round);
        // One more answer in each life of the process.
        let longer = kept.noted(EntryKind::Wait, Record::Int(round as i64), Answer::Value(Record::None));
        let note = JournalChange { walker: due[0], branch: MAIN_LINE, journal: Some(longer) };
        commit(&store, ChangeSet { journals: vec![note], ..ChangeSet::default() });
        let Some(Found::Walker(slot)) = store.find(ids.1) else { panic!("the ended walker is not found") };
        assert_eq!(*store.walker(slot).unwrap().1, ended);
    }
    let store = open(&folder.file());
    let slot = store.due_walkers(i64::MAX, 9)[0];
    commit(
        &store,
        ChangeSet {
            journals: vec![JournalChange {
                walker: slot,
                branch: MAIN_LINE,
                journal: Some(journal.cut_after(1)),
            }],
            ..ChangeSet::default()
        },
    );
    drop(store);
    let store = open(&folder.file());
    let Some(Found::Walker(slot)) = store.find(ids.0) else { panic!("the walker is not found") };
    let kept = store.journal(slot, MAIN_LINE);
    assert_eq!((kept.len(), kept.cut), (1, 1));
}

#[test]
fn one_process_at_a_time_writes() {
    let folder = Folder::new();
    let first = open(&folder.file());
    let refused = SqliteStore::open(&folder.file(), Box::new(|_| ()));
    assert!(
        matches!(refused, Err(StoreError::Refused { message, .. }) if message.contains("is running on this store"))
    );
    assert!(sqlite::is_locked(&folder.file()));
    drop(first);
    assert!(!sqlite::is_locked(&folder.file()));
    open(&folder.file());
}

#[test]
fn a_retry_begins_where_the_failed_step_began() {
    let folder = Folder::new();
    let start = walker("__main__.W", Record::None);
    let mut failed = start.clone();
    failed.before_failure = Some(Arc::new(start.step_start()));
    failed.fields = [(Arc::from("n"), Record::Int(4))].into_iter().collect();
    failed.reports.push(Record::str("half"));
    (failed.progress, failed.http_status, failed.attempts) = (Some(0.5), Some(500), 2);
    (failed.status, failed.executed_us, failed.finished_us) = (Status::Failed, Some(8), Some(9));
    (failed.error, failed.exception) = (Some(Arc::from("ValueError: no")), Record::str("no"));
    let id = failed.id;
    {
        let store = open(&folder.file());
        let slot = store.reserve_walker();
        commit(&store, walker_change(slot, Base::New, failed.clone()));
    }
    let store = open(&folder.file());
    let Some(Found::Walker(slot)) = store.find(id) else { panic!("the walker is not found") };
    let kept = store.walker(slot).unwrap().1;
    assert_eq!(*kept, failed);
    assert_eq!(kept.retried(70), Some(WalkerRecord { due_us: 70, ..start.clone() }));
    assert_eq!(start.retried(70), None);
}
