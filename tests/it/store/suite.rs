//! What every store must do: the suite over the trait. Each test names one promise of the
//! contract and runs on a fresh store of every kind; what only one implementation does
//! is elsewhere.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use ambler::record::{Id, Queue, Record, to_json};
use ambler::store::*;

use super::words::*;

#[test]
fn a_snapshot_sees_what_was_committed_before_it() {
    on_every_store(|store| {
        let before = store.snapshot();
        let n = node(store, [1, 2]);
        let mut between = store.snapshot();
        commit(store, write(n, 0, 10));
        let after = store.snapshot();
        assert_eq!(value(store, n, 0, &before), None);
        assert_eq!(value(store, n, 0, &between), Some(1));
        assert_eq!((value(store, n, 0, &after), value(store, n, 1, &after)), (Some(10), Some(2)));
        between.refresh();
        assert_eq!(value(store, n, 0, &between), Some(10));
        assert_eq!(between.time(), store.now());
        let version = store.read(n, &after).unwrap();
        assert_eq!((version.time(), version.ends()), (store.now(), None));
        assert_eq!(store.find(version.id()), Some(Found::Archetype(n)));
        let shape = store.classes().get(version.layout());
        assert_eq!((&*shape.name, shape.fields.len(), shape.class), ("N", 2, class(store, "N")));
        assert_eq!(&**store.classes().name(shape.class), "N");
    });
}

#[test]
fn a_field_that_was_read_and_written_must_be_as_first_read() {
    on_every_store(|store| {
        let n = node(store, [0, 0]);
        let first = store.now();
        let increment = || expecting(write(n, 0, 1), n, Aspect::Field(0), first);
        commit(store, increment());
        assert_eq!(lost_places(store, increment()), [n]);
        let at = store.snapshot();
        assert_eq!(value(store, n, 0, &at), Some(1));
        commit(store, expecting(write(n, 1, 1), n, Aspect::Field(1), first));
        commit(store, write(n, 0, 5));
        commit(store, expecting(write(n, 0, 6), n, Aspect::Field(0), store.now()));
        assert_eq!(lost_places(store, expecting(write(n, 1, 2), n, Aspect::Field(1), first)), [n]);
    });
}

#[test]
fn a_lost_commit_leaves_nothing() {
    on_every_store(|store| {
        let n = node(store, [0, 0]);
        let first = store.now();
        commit(store, write(n, 0, 1));
        let created = new(store, "N", [7, 7]);
        let (slot, id) = (created.slot, created.id);
        let (edge, mut changes) = connection(store, n, slot, "E");
        changes.created.push(created);
        let walker = store.reserve_walker();
        let record = WalkerRecord::spawned(Id::fresh(), Dispatch::new("W", Id::ROOT, 0), Fields::default());
        let walker_id = record.id;
        changes.walkers.push(WalkerChange { slot: walker, base: Base::New, record: Arc::new(record) });
        changes.written = write(n, 0, 9).written;
        let time = store.now();
        assert_eq!(lost_places(store, expecting(changes, n, Aspect::Field(0), first)), [n]);
        let at = store.snapshot();
        assert_eq!(store.now(), time);
        assert_eq!((store.find(id), store.find(walker_id)), (None, None));
        assert_eq!(value(store, n, 0, &at), Some(1));
        assert!(
            store.read(slot, &at).is_none()
                && store.read(edge, &at).is_none()
                && store.walker(walker).is_none()
        );
        assert!(others(store, n, &at, Way::Any).is_empty());
        store.release_walker(walker);
        assert_eq!(store.reserve_walker(), walker);
        store.release(slot);
        assert!(store.read(slot, &at).is_none());
        let again = store.reserve();
        assert_ne!(again, slot);
        store.release(n);
        assert_eq!(value(store, n, 0, &at), Some(1), "what is stored cannot be released");
    });
}

#[test]
fn edges_are_in_the_order_of_commit_and_step() {
    on_every_store(|store| {
        let [n, x, y, z] = [0, 1, 2, 3].map(|value| node(store, [value, 0]));
        let before = store.snapshot();
        let (first, mut changes) = connection(store, n, x, "E");
        changes.links.extend(connection(store, z, n, "F").1.links);
        changes.links.extend(connection(store, n, y, "F").1.links);
        commit(store, changes);
        let at = store.snapshot();
        connect(store, n, n, "E");
        assert!(others(store, n, &before, Way::Any).is_empty());
        assert_eq!(others(store, n, &at, Way::Any), [x, z, y]);
        assert_eq!(others(store, n, &at, Way::Out), [x, y]);
        assert_eq!(others(store, n, &at, Way::In), [z]);
        assert_eq!(others(store, y, &at, Way::In), [n]);
        let (e, f) = (class(store, "E"), class(store, "F"));
        let of = |classes: &[ClassId], way| {
            let found = seen(store, n, &at, EdgeQuery { way, classes: Some(classes) });
            found.into_iter().map(|edge| edge.other).collect::<Vec<_>>()
        };
        assert_eq!(
            (of(&[e], Way::Any), of(&[f], Way::Any), of(&[f], Way::Out)),
            (vec![x], vec![z, y], vec![y])
        );
        assert_eq!((of(&[e, f], Way::Out), of(&[], Way::Any)), (vec![x, y], vec![]));
        let edge = store.read(first, &at).unwrap();
        assert_eq!(edge.ends(), Some((n, x)));
        let loops = seen(store, n, &store.snapshot(), EdgeQuery { way: Way::Any, classes: Some(&[e]) });
        let ways: Vec<_> = loops.iter().filter(|edge| edge.other == n).map(|edge| edge.way).collect();
        assert_eq!(ways, [Way::Out, Way::In]);
    });
}

#[test]
fn blind_additions_conflict_with_nothing_but_a_read_list_does() {
    on_every_store(|store| {
        let [n, x, y] = [0, 1, 2].map(|value| node(store, [value, 0]));
        let first = store.now();
        connect(store, n, x, "E");
        let reading = |way| expecting(connection(store, n, y, "E").1, n, Aspect::Edges(way), first);
        assert_eq!(lost_places(store, reading(Way::Out)), [n]);
        assert_eq!(lost_places(store, reading(Way::Any)), [n]);
        commit(store, reading(Way::In));
        connect(store, n, y, "E");
        assert_eq!(others(store, n, &store.snapshot(), Way::Out), [x, y, y]);
        let edge = seen(store, n, &store.snapshot(), EdgeQuery::all(Way::Out))[0].edge;
        let seen_at = store.now();
        let (remove, twice) = (disconnection(edge), disconnection(edge));
        commit(store, expecting(remove, n, Aspect::Edges(Way::Out), seen_at));
        assert_eq!(lost_places(store, expecting(twice, n, Aspect::Edges(Way::Out), seen_at)), [n]);
        assert_eq!(others(store, n, &store.snapshot(), Way::Out), [y, y]);
        assert!(others(store, x, &store.snapshot(), Way::Any).is_empty());
        let write_edge = write(edge, 0, 1);
        assert_eq!(lost_places(store, write_edge), [edge]);
    });
}

#[test]
fn a_deletion_takes_the_edges_and_conflicts_with_writes_and_new_edges() {
    on_every_store(|store| {
        let [n, x, y] = [0, 1, 2].map(|value| node(store, [value, 0]));
        let (to, from, own) =
            (connect(store, n, x, "E"), connect(store, y, n, "E"), connect(store, n, n, "E"));
        let before = store.snapshot();
        let late = expecting(deletion(n), n, Aspect::Field(0), store.now());
        commit(store, write(n, 0, 1));
        assert_eq!(lost_places(store, late), [n]);
        commit(store, deletion(n));
        let after = store.snapshot();
        for gone in [n, to, from, own] {
            assert!(store.read(gone, &after).is_none() && store.read(gone, &before).is_some());
        }
        assert_eq!(others(store, n, &before, Way::Any), [x, y, n, n]);
        assert_eq!(
            (others(store, x, &before, Way::Any), others(store, x, &after, Way::Any)),
            (vec![n], vec![])
        );
        assert_eq!(
            (others(store, y, &before, Way::Out), others(store, y, &after, Way::Out)),
            (vec![n], vec![])
        );
        let mut found = Vec::new();
        assert!(!store.edges(n, &after, &EdgeQuery::all(Way::Any), &mut found) && found.is_empty());
        assert_eq!(lost_places(store, write(n, 1, 5)), [n]);
        assert_eq!(lost_places(store, connection(store, x, n, "E").1), [n]);
        assert_eq!(lost_places(store, connection(store, n, x, "E").1), [n]);
        assert_eq!(lost_places(store, deletion(n)), [n]);
        assert_eq!(lost_places(store, disconnection(to)), [n]);
    });
}

#[test]
fn what_a_step_makes_and_unmakes_leaves_nothing() {
    on_every_store(|store| {
        let n = node(store, [0, 0]);
        let created = new(store, "N", [1, 1]);
        let gone = created.slot;
        let (edge, mut changes) = connection(store, n, gone, "E");
        changes.created.push(created);
        changes.deleted.push(gone);
        let (other, more) = connection(store, n, n, "E");
        changes.links.extend(more.links);
        changes.links.extend(disconnection(other).links);
        commit(store, changes);
        let at = store.snapshot();
        assert!([gone, edge, other].iter().all(|slot| store.read(*slot, &at).is_none()));
        assert!(others(store, n, &at, Way::Any).is_empty());
    });
}

#[test]
fn a_node_can_get_fields_and_lose_them() {
    on_every_store(|store| {
        let n = node(store, [1, 2]);
        let wide = store.classes().layout("N", &["a".into(), "b".into(), "c".into()]);
        let first = store.now();
        let mut changes = write(n, 2, 3);
        changes.written.push(Write { slot: n, field: 0, value: None });
        changes.reshaped.push((n, wide));
        commit(store, changes);
        let version = store.read(n, &store.snapshot()).unwrap();
        assert_eq!(version.layout(), wide);
        assert!(version.fields().eq([None, Some(&2.into()), Some(&3.into())]));
        commit(store, expecting(write(n, 1, 4), n, Aspect::Field(1), first));
        assert_eq!(lost_places(store, expecting(write(n, 2, 4), n, Aspect::Field(2), first)), [n]);
        assert_eq!(store.classes().get(wide).class, store.classes().get(layout(store, "N")).class);
        assert_eq!(store.classes().layout("N", &["a".into(), "b".into(), "c".into()]), wide);
    });
}

#[test]
fn two_writers_of_different_fields_both_win() {
    on_every_store(|store| {
        let n = node(store, [0, 0]);
        let first = store.now();
        let mut both = write(n, 0, 1);
        both.written.extend([write(n, 0, 2), write(n, 1, 3)].into_iter().flat_map(|changes| changes.written));
        commit(store, both);
        let at = store.snapshot();
        assert_eq!((value(store, n, 0, &at), value(store, n, 1, &at)), (Some(2), Some(3)));
        commit(store, write(n, 1, 4));
        assert_eq!(lost_places(store, expecting(write(n, 0, 9), n, Aspect::Field(0), first)), [n]);
    });
}

#[test]
fn an_id_names_one_thing() {
    on_every_store(|store| {
        let first = new(store, "N", [0, 0]);
        let (id, slot) = (first.id, first.slot);
        commit(store, ChangeSet { created: vec![first], ..ChangeSet::default() });
        let fresh = new(store, "N", [1, 1]);
        let (fresh_id, mut again) = (fresh.id, new(store, "N", [2, 2]));
        again.id = id;
        let changes = ChangeSet { created: vec![fresh, again], ..ChangeSet::default() };
        assert_eq!(store.commit(changes), Outcome::Taken(id));
        assert_eq!((store.find(fresh_id), store.find(id)), (None, Some(Found::Archetype(slot))));
    });
}

#[test]
fn a_deleted_slot_is_used_again_and_the_old_one_reads_as_gone() {
    on_every_store(|store| {
        let keeper = node(store, [0, 0]);
        let mut indices = BTreeSet::new();
        for round in 0..2_000 {
            let n = node(store, [round, 0]);
            let id = store.read(n, &store.snapshot()).unwrap().id();
            let edge = connect(store, keeper, n, "E");
            commit(store, deletion(n));
            indices.extend([n.index, edge.index]);
            assert!(store.read(n, &store.snapshot()).is_none());
            assert!(store.find(id).is_none_or(|found| found == Found::Archetype(n)));
        }
        assert!(indices.len() < 1_000, "{} cells for one node at a time", indices.len());
        assert!(others(store, keeper, &store.snapshot(), Way::Any).is_empty());
    });
}

#[test]
fn long_edge_lists_behave_like_short_ones() {
    on_every_store(|store| {
        let hub = node(store, [0, 0]);
        let spokes: Vec<Slot> = (0..5).map(|value| node(store, [value, 0])).collect();
        let (mut live, mut expected) = (Vec::new(), Vec::new());
        let mut snapshots = VecDeque::new();
        for round in 0..2_000_usize {
            let spoke = spokes[round % 5];
            let name = if round % 50 == 0 { "Rare" } else { "E" };
            let edge = match round % 3 {
                0 => connect(store, spoke, hub, name),
                _ => connect(store, hub, spoke, name),
            };
            live.push(edge);
            let way = if round % 3 == 0 { Way::In } else { Way::Out };
            expected.push(EdgeSeen { edge, other: spoke, class: class(store, name), way });
            if round % 7 == 0 || round % 600 > 300 {
                let gone = live.remove(round * 31 % live.len());
                commit(store, disconnection(gone));
                expected.retain(|seen| seen.edge != gone);
            }
            if round % 40 == 0 {
                snapshots.push_back((store.snapshot(), expected.clone()));
                snapshots.iter().for_each(|(at, expected)| check_edges(store, hub, at, expected));
                if snapshots.len() > 3 {
                    snapshots.pop_front();
                }
            }
        }
        commit(store, deletion(hub));
        let at = store.snapshot();
        assert!(live.iter().all(|edge| store.read(*edge, &at).is_none()));
        assert!(spokes.iter().all(|spoke| others(store, *spoke, &at, Way::Any).is_empty()));
    });
}

#[test]
fn a_held_snapshot_sees_the_edges_that_were_removed_since() {
    on_every_store(|store| {
        let [hub, other] = [0, 1].map(|value| node(store, [value, 0]));
        let edges: Vec<Slot> = (0..300).map(|_| connect(store, hub, other, "E")).collect();
        let held = store.snapshot();
        for edge in &edges {
            commit(store, disconnection(*edge));
        }
        for value in 0..300 {
            let edge = connect(store, hub, other, "E");
            commit(store, disconnection(edge));
            commit(store, write(other, 0, value));
        }
        let seen_now: Vec<Slot> = others(store, hub, &store.snapshot(), Way::Any);
        let seen_then = seen(store, hub, &held, EdgeQuery::all(Way::Out));
        assert!(seen_now.is_empty() && seen_then.iter().map(|seen| seen.edge).eq(edges));
    });
}

fn check_edges(store: &dyn Store, hub: Slot, at: &Snapshot, expected: &[EdgeSeen]) {
    let rare = [class(store, "Rare")];
    for way in [Way::Any, Way::Out, Way::In] {
        let wanted = |seen: &&EdgeSeen| way == Way::Any || way == seen.way;
        let all: Vec<_> = expected.iter().filter(wanted).copied().collect();
        assert_eq!(seen(store, hub, at, EdgeQuery::all(way)), all);
        let few: Vec<_> = all.into_iter().filter(|seen| seen.class == rare[0]).collect();
        assert_eq!(seen(store, hub, at, EdgeQuery { way, classes: Some(&rare) }), few);
    }
}

#[test]
fn a_scan_gives_what_the_snapshot_sees_in_portions() {
    on_every_store(|store| {
        let nodes: Vec<Slot> = (0..10).map(|value| node(store, [value, 0])).collect();
        let at = store.snapshot();
        commit(store, deletion(nodes[3]));
        node(store, [99, 0]);
        let (mut found, mut next) = (Vec::new(), Some(0));
        while let Some(start) = next {
            let so_far = found.len();
            next = store.scan(&at, start, 4, &mut found);
            assert!(found.len() - so_far <= 4);
        }
        let slots: Vec<Slot> = found.iter().map(|(slot, _): &(Slot, Arc<Version>)| *slot).collect();
        assert_eq!(slots, nodes);
    });
}

#[test]
fn walkers_are_changed_from_the_record_that_was_read() {
    on_every_store(|store| {
        let slot = spawn(store, "Grow");
        let (time, record) = store.walker(slot).unwrap();
        assert_eq!(store.find(record.id), Some(Found::Walker(slot)));
        assert_eq!((record.status, record.queue.clone()), (Status::Pending, Queue::from_iter([Id::ROOT])));
        let running = WalkerRecord { status: Status::Running, ..(*record).clone() };
        let cancelled = WalkerRecord { cancel: true, ..(*record).clone() };
        commit(store, walker_change(slot, Base::At(time), running.clone()));
        let late = walker_change(slot, Base::At(time), cancelled.clone());
        assert_eq!(store.commit(late), Outcome::Lost(Lost { places: vec![], walkers: vec![slot] }));
        let twice = walker_change(slot, Base::New, cancelled.clone());
        assert_eq!(store.commit(twice), Outcome::Lost(Lost { places: vec![], walkers: vec![slot] }));
        commit(store, walker_change(slot, Base::Any, cancelled.clone()));
        assert_eq!(*store.walker(slot).unwrap().1, cancelled);
        let mut all = Vec::new();
        store.each_walker(&mut |slot, record| all.push((slot, record.cancel)));
        assert_eq!(all, [(slot, true)]);
        assert!(store.walker(WalkerSlot(99)).is_none());
    });
}

#[test]
fn an_ended_walker_gets_a_new_life_under_its_id() {
    let fields = Fields::from_iter([(Arc::from("n"), Record::Int(1)), (Arc::from("xs"), Record::list([]))]);
    let walker = WalkerRecord::spawned(Id::fresh(), Dispatch::new("W", Id(5), 7), fields.clone());
    assert_eq!(walker.respawned(Dispatch::new("W", Id(6), 8), fields.clone()), None);
    let visit = 3;
    let ended = WalkerRecord { status: Status::Completed, visit, steps: 3, ..walker };
    let again = ended.respawned(Dispatch::new("W", Id(6), 8), fields.clone()).unwrap();
    assert_eq!(
        (again.id, again.status, again.visit, again.born, again.steps),
        (ended.id, Status::Pending, 4, 4, 0)
    );
    assert_eq!((again.due_us, again.queue.front()), (8, Some(Id(6))));
    assert_eq!(again.reference().to_string(), format!("w:W:{}", ended.id));
    let changed = fields.with([(0, Record::Int(2)), (9, Record::None)]);
    assert_eq!((changed.named("n"), changed.get(1), changed.len()), (Some(&2.into()), fields.get(1), 2));
    assert_eq!(fields.named("n"), Some(&1.into()));
    let text = serde_json::to_string(&again).unwrap();
    assert_eq!(serde_json::from_str::<WalkerRecord>(&text).unwrap(), again, "{text}");
    assert!(text.contains(r#""status":"pending""#) && to_json(&again.custom).unwrap() == r#"{"dict":{}}"#);
}

#[test]
fn statuses_move_only_as_documented() {
    use Status::{Cancelled, Completed, Failed, Pending, Running};
    let all = [Pending, Running, Completed, Failed, Cancelled];
    let legal = |from: Status| all.into_iter().filter(|to| from.may_become(*to)).collect::<Vec<_>>();
    assert_eq!(legal(Pending), [Pending, Running, Failed, Cancelled]);
    assert_eq!(legal(Running), all);
    for ended in [Completed, Failed, Cancelled] {
        assert_eq!((legal(ended), ended.has_ended()), (vec![Pending], true));
    }
}

#[test]
fn journals_grow_and_are_cut() {
    on_every_store(|store| {
        let walker = spawn(store, "W");
        assert!(store.journal(walker, MAIN_LINE).is_empty());
        let wait = |text: &str| (EntryKind::Wait, Record::str(text), Answer::Value(Record::None));
        let start = |text: &str| (EntryKind::Start, Record::str(text), Answer::Value(Record::None));
        let mut journal = Journal::default();
        for (kind, asked, answer) in [wait("a"), start("b"), wait("c"), start("d"), wait("e")] {
            journal = journal.noted(kind, asked, answer);
        }
        let note = |branch, journal| ChangeSet {
            journals: vec![JournalChange { walker, branch, journal }],
            ..ChangeSet::default()
        };
        commit(store, note(MAIN_LINE, Some(journal)));
        commit(
            store,
            note(7, Some(Journal::default().noted(EntryKind::Wait, Record::None, Answer::Raised(1.into())))),
        );
        let journal = store.journal(walker, MAIN_LINE);
        assert_eq!((journal.len(), journal.cut), (5, 0));
        assert_eq!(journal.entry(2).unwrap().asked, "c".into());
        let shorter = journal.cut_after(4);
        assert_eq!((shorter.len(), shorter.cut, shorter.has_start_from(3)), (4, 0, true));
        let cut = journal.cut_after(2);
        assert_eq!((cut.len(), cut.cut), (2, 1));
        assert_eq!((cut.has_start_from(1), cut.has_start_from(2)), (true, false));
        assert_eq!((cut.cut_at(0), cut.cut_at(1), cut.cut_at(2)), (0, 0, 1));
        let more = cut.noted(EntryKind::Start, Record::None, Answer::Value(Record::None));
        assert_eq!((more.cut_at(2), more.cut_at(3)), (1, 1));
        let cut_again = more.cut_after(1);
        assert_eq!((cut_again.cut, cut_again.cut_at(0), cut_again.len()), (2, 2, 1));
        let renewed = cut_again.renewed();
        assert_eq!((renewed.cut, renewed.len(), renewed.cut_at(0)), (3, 0, 3));
        assert_eq!(store.journal(walker, 7).len(), 1);
        commit(store, note(MAIN_LINE, None));
        assert!(store.journal(walker, MAIN_LINE).is_empty() && store.journal(walker, 7).is_empty());
    });
}

#[test]
fn a_step_that_starts_children_early_stores_what_they_need() {
    on_every_store(|store| {
        let here = node(store, [0, 0]);
        let parent = spawn(store, "Parent");
        let view = store.snapshot();
        let [x, y] = [1, 2].map(|value| new(store, "X", [value, 0]));
        let (x_slot, y_slot) = (x.slot, y.slot);
        let child = store.reserve_walker();
        let record = WalkerRecord::spawned(Id::fresh(), Dispatch::new("Child", x.id, 0), Fields::default());
        let journal = Journal::default().noted(EntryKind::Start, Record::None, Answer::Value(Record::None));
        let (_, inner) = connection(store, x_slot, y_slot, "E");
        commit(
            store,
            ChangeSet {
                step: Some(parent),
                created: vec![x, y],
                links: inner.links,
                walkers: vec![WalkerChange { slot: child, base: Base::New, record: Arc::new(record) }],
                journals: vec![JournalChange { walker: parent, branch: MAIN_LINE, journal: Some(journal) }],
                ..ChangeSet::default()
            },
        );
        assert!(store.read(x_slot, &view).is_none());
        let mut view = store.snapshot();
        let first_read = view.time();
        commit(store, expecting(write(x_slot, 0, 6), x_slot, Aspect::Field(0), first_read));
        view.refresh();
        assert_eq!(
            (value(store, x_slot, 0, &view), others(store, x_slot, &view, Way::Out)),
            (Some(6), vec![y_slot])
        );
        let mut end = connection(store, here, x_slot, "E").1;
        end.written = write(x_slot, 0, 16).written;
        end = expecting(end, x_slot, Aspect::Field(0), first_read);
        assert_eq!(lost_places(store, end), [x_slot]);
    });
}

#[test]
fn who_holds_a_turn_wins() {
    on_every_store(|store| {
        let [n, m] = [0, 1].map(|value| node(store, [value, 0]));
        let [a, b] = ["A", "B"].map(|class| spawn(store, class));
        let by = |step, changes| ChangeSet { step, ..changes };
        let increment = |node| expecting(write(node, 0, 1), node, Aspect::Field(0), store.now());
        assert!(store.take_turns(a, &[n]));
        assert_eq!(lost_places(store, by(Some(b), increment(n))), [n]);
        assert_eq!(lost_places(store, by(Some(b), deletion(n))), [n]);
        commit(store, by(Some(b), write(n, 0, 5)));
        commit(store, by(Some(b), increment(m)));
        commit(store, by(None, increment(n)));
        commit(store, by(Some(a), increment(n)));
        assert!(!store.take_turns(b, &[n, m]));
        commit(store, by(Some(a), increment(m)));
        assert_eq!(store.leave_turns(a), [b]);
        commit(store, by(Some(a), increment(n)));
        assert!(store.take_turns(b, &[n, m]));
        assert_eq!(lost_places(store, by(Some(a), increment(m))), [m]);
        assert!(store.leave_turns(b).is_empty());
    });
}

#[test]
fn due_walkers_are_leased_by_urgency() {
    on_every_store(|store| {
        let due = |priority, due_us| {
            let slot = store.reserve_walker();
            let dispatch = Dispatch { priority, ..Dispatch::new("W", Id::ROOT, due_us) };
            commit(
                store,
                walker_change(
                    slot,
                    Base::New,
                    WalkerRecord::spawned(Id::fresh(), dispatch, Fields::default()),
                ),
            );
            slot
        };
        let [late, urgent, early, future, ended] =
            [due(4, 20), due(0, 30), due(4, 10), due(0, 99), due(0, 0)];
        let record = WalkerRecord { status: Status::Cancelled, ..(*store.walker(ended).unwrap().1).clone() };
        commit(store, walker_change(ended, Base::Any, record));
        assert_eq!(store.due_walkers(50, 9), [urgent, early, late]);
        assert_eq!(store.due_walkers(50, 1), [urgent]);
        assert!(
            store.lease(early, 1, 50, 60) && store.lease(early, 1, 55, 70) && !store.lease(early, 2, 60, 80)
        );
        assert_eq!(store.due_walkers(60, 9), [urgent, late]);
        store.end_lease(early, 2);
        assert_eq!(store.due_walkers(60, 9), [urgent, late]);
        assert_eq!(store.due_walkers(70, 9), [urgent, early, late], "the lease has expired");
        assert!(store.lease(early, 2, 70, 80));
        store.end_lease(early, 2);
        assert_eq!(store.due_walkers(100, 9), [urgent, future, early, late]);
    });
}

#[test]
fn listeners_hear_of_commits_in_their_order() {
    struct Heard(Mutex<Vec<(Time, String)>>);
    impl Listener for Heard {
        fn committed(&self, time: Time, changes: &Arc<ChangeSet>) {
            let lines = changes.output.iter().map(|line| &*line.text);
            self.0.lock().unwrap().push((time, lines.collect()));
        }
    }
    on_every_store(|store| {
        let heard = Arc::new(Heard(Mutex::default()));
        node(store, [0, 0]);
        store.listen(heard.clone());
        let line = |text: &str| ChangeSet {
            output: vec![OutputLine { stream: Stream::Stdout, text: text.into() }],
            ..ChangeSet::default()
        };
        assert!(ChangeSet::default().is_empty() && !line("x").is_empty());
        std::thread::scope(|scope| {
            for thread in 0..2 {
                scope.spawn(move || {
                    for n in 0..500 {
                        commit(store, line(&format!("{thread}.{n}")));
                    }
                });
            }
        });
        let heard = heard.0.lock().unwrap();
        assert_eq!(heard.iter().map(|(time, _)| time.0).collect::<Vec<_>>(), (2..1002).collect::<Vec<_>>());
        for thread in ["0.", "1."] {
            let own = heard.iter().filter_map(|(_, text)| text.strip_prefix(thread));
            assert!(own.map(|n| n.parse::<u32>().unwrap()).eq(0..500));
        }
    });
}
