//! The store in memory against a naive one that keeps every state for ever: the same
//! moves, the same outcome of each, and every held snapshot still sees its state while
//! old versions are pruned around it.

use std::collections::BTreeMap;

use ambler::store::*;
use proptest::prelude::*;

use super::words::*;

/// All states after each commit, kept for ever.
#[derive(Clone, Default)]
struct State {
    /// Per node: values, and when each was changed.
    nodes: BTreeMap<Slot, [(i64, u64); 2]>,
    /// Edge, from, to, class, in the order of connection.
    edges: Vec<(Slot, Slot, Slot, &'static str)>,
    /// When the edges of a node were changed, out and in.
    changed: BTreeMap<Slot, [u64; 2]>,
}

#[derive(Clone, Debug)]
enum Move {
    Look,
    LookAway(usize),
    LookAgain(usize),
    Create(i64),
    /// Node, field, value, and which snapshot's time it relies on.
    Write(usize, u16, i64, Option<usize>),
    Connect(usize, usize, bool, Option<usize>),
    Disconnect(usize),
    Delete(usize),
}

fn any_move() -> impl Strategy<Value = Move> {
    let reliance = || prop::option::of(0usize..4);
    prop_oneof![
        1 => Just(Move::Look),
        1 => (0usize..4).prop_map(Move::LookAway),
        1 => (0usize..4).prop_map(Move::LookAgain),
        2 => any::<i64>().prop_map(Move::Create),
        6 => (0usize..8, 0u16..2, any::<i64>(), reliance()).prop_map(|(n, f, v, r)| Move::Write(n, f, v, r)),
        8 => (0usize..8, 0usize..8, any::<bool>(), reliance()).prop_map(|(a, b, c, r)| Move::Connect(a, b, c, r)),
        5 => (0usize..500).prop_map(Move::Disconnect),
        1 => (0usize..8).prop_map(Move::Delete),
    ]
}

struct Pair {
    store: MemoryStore,
    state: State,
    looks: Vec<(Snapshot, State)>,
}

impl Pair {
    fn node(&self, number: usize) -> Option<Slot> {
        let count = self.state.nodes.len();
        (count > 0).then(|| *self.state.nodes.keys().nth(number % count).unwrap())
    }

    fn reliance(&self, look: Option<usize>) -> Option<Time> {
        let count = self.looks.len();
        look.filter(|_| count > 0).map(|look| self.looks[look % count].0.time())
    }

    fn touch(&mut self, from: Slot, to: Slot, now: u64) {
        self.state.changed.entry(from).or_default()[0] = now;
        self.state.changed.entry(to).or_default()[1] = now;
    }

    fn play(&mut self, step: Move) {
        let now = self.store.now().0 + 1;
        match step {
            Move::Look if self.looks.len() < 4 => {
                self.looks.push((self.store.snapshot(), self.state.clone()))
            }
            Move::Look => {}
            Move::LookAway(look) => {
                if look < self.looks.len() {
                    self.looks.swap_remove(look);
                }
            }
            Move::LookAgain(look) => {
                if let Some((snapshot, state)) = self.looks.get_mut(look) {
                    snapshot.refresh();
                    *state = self.state.clone();
                }
            }
            Move::Create(value) => {
                let slot = node(&self.store, [value, 0]);
                self.state.nodes.insert(slot, [(value, now), (0, now)]);
            }
            Move::Write(number, field, value, look) => {
                let Some(slot) = self.node(number) else { return };
                let mut changes = write(slot, field, value);
                let seen = self.reliance(look);
                changes.expected.extend(seen.map(|seen| Expected {
                    slot,
                    aspect: Aspect::Field(field),
                    seen,
                }));
                let known = self.state.nodes.get_mut(&slot).unwrap();
                match seen.filter(|seen| known[usize::from(field)].1 > seen.0) {
                    Some(_) => assert_eq!(lost_places(&self.store, changes), [slot]),
                    None => {
                        commit(&self.store, changes);
                        known[usize::from(field)] = (value, now);
                    }
                }
            }
            Move::Connect(from, to, rare, look) => self.connect(from, to, rare, look, now),
            Move::Disconnect(number) => {
                let count = self.state.edges.len();
                if count > 0 {
                    let (edge, from, to, _) = self.state.edges.remove(number % count);
                    commit(&self.store, disconnection(edge));
                    self.touch(from, to, now);
                }
            }
            Move::Delete(number) => {
                let Some(slot) = self.node(number) else { return };
                commit(&self.store, deletion(slot));
                self.state.nodes.remove(&slot);
                for (_, from, to, _) in
                    self.state.edges.clone().into_iter().filter(|edge| edge.1 == slot || edge.2 == slot)
                {
                    self.touch(from, to, now);
                }
                self.state.edges.retain(|edge| edge.1 != slot && edge.2 != slot);
            }
        }
    }

    fn connect(&mut self, from: usize, to: usize, rare: bool, look: Option<usize>, now: u64) {
        let (Some(from), Some(to)) = (self.node(from), self.node(to)) else { return };
        let name = if rare { "Rare" } else { "E" };
        let (edge, mut changes) = connection(&self.store, from, to, name);
        let seen = self.reliance(look);
        let aspect = Aspect::Edges(Way::Out);
        changes.expected.extend(seen.map(|seen| Expected { slot: from, aspect, seen }));
        let changed = self.state.changed.get(&from).map_or(0, |changed| changed[0]);
        let born = self.state.nodes[&from].iter().map(|field| field.1).min().unwrap_or(0);
        match seen.filter(|seen| changed > seen.0) {
            Some(_) => assert_eq!(lost_places(&self.store, changes), [from]),
            None => {
                commit(&self.store, changes);
                self.state.edges.push((edge, from, to, name));
                self.touch(from, to, now);
            }
        }
        assert!(born <= now);
    }

    fn compare(&self, at: &Snapshot, state: &State) {
        let (mut all, edge_count) = (Vec::new(), state.edges.len());
        assert_eq!(self.store.scan(at, 0, usize::MAX, &mut all), None);
        assert_eq!(all.len(), state.nodes.len() + edge_count);
        for (slot, fields) in &state.nodes {
            for (field, (expected, _)) in (0..).zip(fields) {
                assert_eq!(value(&self.store, *slot, field, at), Some(*expected));
            }
            let mut expected = Vec::new();
            for (edge, from, to, name) in &state.edges {
                let class = class(&self.store, name);
                if from == slot {
                    expected.push(EdgeSeen { edge: *edge, other: *to, class, way: Way::Out });
                }
                if to == slot {
                    expected.push(EdgeSeen { edge: *edge, other: *from, class, way: Way::In });
                }
            }
            assert_eq!(seen(&self.store, *slot, at, EdgeQuery::all(Way::Any)), expected);
            let rare = [class(&self.store, "Rare")];
            expected.retain(|seen| seen.class == rare[0] && seen.way == Way::In);
            assert_eq!(
                seen(&self.store, *slot, at, EdgeQuery { way: Way::In, classes: Some(&rare) }),
                expected
            );
        }
        for (edge, from, to, _) in &state.edges {
            assert_eq!(self.store.read(*edge, at).unwrap().ends(), Some((*from, *to)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn the_store_in_memory_agrees_with_a_naive_one(moves in prop::collection::vec(any_move(), 1..700)) {
        let mut pair = Pair { store: MemoryStore::new(), state: State::default(), looks: Vec::new() };
        let count = moves.len();
        for (number, step) in moves.into_iter().enumerate() {
            pair.play(step);
            if number % 16 == 0 || number + 1 == count {
                pair.compare(&pair.store.snapshot(), &pair.state);
                pair.looks.iter().for_each(|(at, state)| pair.compare(at, state));
            }
        }
    }
}
