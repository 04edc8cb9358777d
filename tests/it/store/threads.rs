//! Stores under threads, and what they keep in memory: nothing is lost, nobody starves,
//! readers see whole commits, and a snapshot that is held keeps only what it sees.
//! Threads wait for each other through channels, never by sleeping.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Weak, mpsc};

use ambler::record::Record;
use ambler::store::*;

use super::words::*;

/// What a worker of the tests does when its step has lost: takes turns, and waits for them.
struct Worker<'a> {
    store: &'a dyn Store,
    walker: WalkerSlot,
    wake: &'a [mpsc::Sender<()>],
    woken: mpsc::Receiver<()>,
}

impl Worker<'_> {
    /// Runs a step until it commits; how many times it ran.
    fn run(&self, view: &mut Snapshot, mut step: impl FnMut(&Snapshot) -> ChangeSet) -> usize {
        let mut places = BTreeSet::new();
        for attempt in 1.. {
            let wanted: Vec<Slot> = places.iter().copied().collect();
            while !self.store.take_turns(self.walker, &wanted) {
                self.woken.recv().unwrap();
            }
            view.refresh();
            let outcome = self.store.commit(ChangeSet { step: Some(self.walker), ..step(view) });
            view.rest();
            for ready in self.store.leave_turns(self.walker) {
                self.wake[ready.0 as usize].send(()).unwrap();
            }
            match outcome {
                Outcome::Committed(_) => return attempt,
                Outcome::Lost(lost) => places.extend(lost.places),
                Outcome::Taken(id) => panic!("{id}"),
            }
        }
        0
    }
}

fn with_workers(store: &dyn Store, count: usize, work: impl Fn(usize, Worker<'_>) + Sync) {
    let (wake, woken): (Vec<_>, Vec<_>) = (0..count).map(|_| mpsc::channel()).unzip();
    let walkers: Vec<WalkerSlot> = (0..count).map(|_| spawn(store, "W")).collect();
    std::thread::scope(|scope| {
        for (number, (walker, woken)) in walkers.into_iter().zip(woken).enumerate() {
            let (wake, work) = (&wake, &work);
            scope.spawn(move || work(number, Worker { store, walker, wake, woken }));
        }
    });
}

#[test]
fn no_increment_is_lost_and_nobody_runs_three_times() {
    for threads in [2, 8] {
        on_every_store(|store| {
            let n = node(store, [0, 0]);
            with_workers(store, threads, |_, worker| {
                let mut view = store.snapshot();
                for _ in 0..2_000 {
                    let attempts = worker.run(&mut view, |at| {
                        let value = value(store, n, 0, at).unwrap();
                        expecting(write(n, 0, value + 1), n, Aspect::Field(0), at.time())
                    });
                    assert!(attempts <= 2, "{attempts} attempts");
                }
            });
            assert_eq!(value(store, n, 0, &store.snapshot()), Some(2_000 * threads as i64));
        });
    }
}

#[test]
fn writers_of_different_fields_never_disturb_each_other() {
    on_every_store(|store| {
        let n = node(store, [0, 0]);
        with_workers(store, 2, |number, worker| {
            let (mut view, field) = (store.snapshot(), number as u16);
            for _ in 0..10_000 {
                let attempts = worker.run(&mut view, |at| {
                    let value = value(store, n, field, at).unwrap();
                    expecting(write(n, field, value + 1), n, Aspect::Field(field), at.time())
                });
                assert_eq!(attempts, 1);
            }
        });
        let at = store.snapshot();
        assert_eq!([0, 1].map(|field| value(store, n, field, &at)), [Some(10_000); 2]);
    });
}

#[test]
fn readers_always_see_whole_commits() {
    on_every_store(|store| {
        let accounts: Vec<Slot> = (0..8).map(|_| node(store, [100, 0])).collect();
        let bank = node(store, [0, 0]);
        for account in &accounts {
            connect(store, bank, *account, "E");
        }
        let (done, checks) = (AtomicBool::new(false), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !done.load(SeqCst) {
                        let at = store.snapshot();
                        let held = others(store, bank, &at, Way::Out);
                        let sum: i64 =
                            held.iter().map(|account| value(store, *account, 0, &at).unwrap()).sum();
                        assert_eq!((sum, held.len()), (800, 8));
                        checks.fetch_add(1, SeqCst);
                    }
                });
            }
            with_workers(store, 3, |number, worker| {
                let mut view = store.snapshot();
                for round in 0..3_000 {
                    worker.run(&mut view, |at| move_money(store, bank, at, number + round));
                }
            });
            done.store(true, SeqCst);
        });
        assert!(checks.load(SeqCst) > 0);
    });
}

/// Moves 1 from the first account to the last; now and then an account is replaced.
fn move_money(store: &dyn Store, bank: Slot, at: &Snapshot, round: usize) -> ChangeSet {
    let held = others(store, bank, at, Way::Out);
    let (from, to) = (held[0], held[7 - round % 3]);
    let seen = at.time();
    let expected = [from, to].map(|slot| Expected { slot, aspect: Aspect::Field(0), seen });
    if !round.is_multiple_of(5) {
        let balance = |slot| value(store, slot, 0, at).unwrap();
        let written = [write(from, 0, balance(from) - 1), write(to, 0, balance(to) + 1)];
        let written = written.into_iter().flat_map(|changes| changes.written).collect();
        return ChangeSet { expected: expected.to_vec(), written, ..ChangeSet::default() };
    }
    let heir = new(store, "N", [value(store, from, 0, at).unwrap(), 0]);
    let (_, mut changes) = connection(store, bank, heir.slot, "E");
    changes.created.push(heir);
    changes.deleted.push(from);
    changes.expected = vec![expected[0], Expected { slot: bank, aspect: Aspect::Edges(Way::Out), seen }];
    changes
}

#[test]
fn a_walkers_end_and_what_it_did_are_seen_together() {
    on_every_store(|store| {
        let n = node(store, [0, 0]);
        let walker = spawn(store, "W");
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut view = store.snapshot();
                while !done.load(SeqCst) {
                    view.refresh();
                    let before = value(store, n, 0, &view).unwrap();
                    let visit = store.walker(walker).unwrap().1.visit as i64;
                    view.refresh();
                    let after = value(store, n, 0, &view).unwrap();
                    assert!(before <= visit && visit <= after, "{before} <= {visit} <= {after}");
                }
            });
            for visit in 1..5_000 {
                let record = WalkerRecord { visit, ..(*store.walker(walker).unwrap().1).clone() };
                let mut changes = walker_change(walker, Base::Any, record);
                changes.written = write(n, 0, visit as i64).written;
                commit(store, changes);
            }
            done.store(true, SeqCst);
        });
    });
}

#[test]
fn a_held_snapshot_keeps_one_version_of_a_busy_node() {
    let store = MemoryStore::new();
    let [n, quiet] = [0, 1].map(|value| node(&store, [value, 0]));
    let held = store.snapshot();
    let mut texts: Vec<Weak<str>> = Vec::new();
    let mut write_text = |slot: Slot, number: usize| {
        let text: Arc<str> = number.to_string().into();
        texts.push(Arc::downgrade(&text));
        let written = vec![Write { slot, field: 0, value: Some(Record::Str(text)) }];
        commit(&store, ChangeSet { written, ..ChangeSet::default() });
    };
    write_text(quiet, 0);
    for number in 0..200_000 {
        write_text(n, number);
    }
    let alive = texts.iter().filter(|text| text.strong_count() > 0).count();
    assert!(alive < 200, "{alive} versions are kept");
    assert_eq!((value(&store, n, 0, &held), value(&store, quiet, 0, &held)), (Some(0), Some(1)));
    drop(held);
    let newest = Arc::downgrade(&store.read(n, &store.snapshot()).unwrap());
    for value in 0..200 {
        node(&store, [value, 0]);
    }
    for value in 0..200 {
        commit(&store, write(quiet, 0, value));
    }
    assert!(newest.upgrade().is_some_and(|version| version.time() < store.now()));
}
