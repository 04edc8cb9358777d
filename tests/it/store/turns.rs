//! Turns against those of the model of the contract: the same moves, the same answers;
//! and the one thing that the model does not care for, that ten thousand in line are
//! served quickly.

use std::collections::{BTreeMap, BTreeSet};

use ambler::store::{Slot, Turns, WalkerSlot};
use proptest::prelude::*;

/// `class Turns` of the model, word for word.
#[derive(Default)]
struct NaiveTurns {
    held: BTreeMap<u32, BTreeSet<Slot>>,
    queue: Vec<(u32, BTreeSet<Slot>)>,
}

impl NaiveTurns {
    fn free(&self, who: u32, places: &BTreeSet<Slot>) -> bool {
        let held = self.held.iter().filter(|(step, _)| **step != who);
        let mut taken: BTreeSet<Slot> = held.flat_map(|(_, places)| places.clone()).collect();
        for (waiting, wanted) in &self.queue {
            if *waiting == who {
                break;
            }
            taken.extend(wanted);
        }
        places.is_disjoint(&taken)
    }

    fn take(&mut self, who: u32, places: BTreeSet<Slot>) -> bool {
        if self.free(who, &places) {
            self.leave(who);
            if !places.is_empty() {
                self.held.insert(who, places);
            }
            return true;
        }
        if self.queue.iter().all(|(waiting, _)| *waiting != who) {
            self.queue.push((who, places));
        }
        false
    }

    fn leave(&mut self, who: u32) {
        self.held.remove(&who);
        self.queue.retain(|(waiting, _)| *waiting != who);
    }
}

proptest! {
    #[test]
    fn turns_are_those_of_the_model(moves in prop::collection::vec((0u32..8, 0u8..3, 0u32..31), 0..200)) {
        let slot = |index| Slot { index, generation: 0 };
        let (mut turns, mut model) = (Turns::default(), NaiveTurns::default());
        for (who, what, bits) in moves {
            let wants = model.queue.iter().find(|(waiting, _)| *waiting == who).map(|(_, wanted)| wanted.clone());
            let places: BTreeSet<Slot> = (0..5).filter(|place| bits >> place & 1 == 1).map(slot).collect();
            if what == 0 || model.held.contains_key(&who) {
                let free = |model: &NaiveTurns| {
                    let waiting = model.queue.iter().filter(|(step, wanted)| model.free(*step, wanted));
                    waiting.map(|(step, _)| *step).collect::<BTreeSet<u32>>()
                };
                let before = free(&model);
                model.leave(who);
                let ready: BTreeSet<u32> = turns.leave(WalkerSlot(who)).into_iter().map(|step| step.0).collect();
                prop_assert_eq!(ready, &free(&model) - &before);
            } else {
                let places = wants.unwrap_or(places);
                let list: Vec<Slot> = places.iter().copied().collect();
                prop_assert_eq!(turns.take(WalkerSlot(who), &list), model.take(who, places));
            }
            for place in (0..5).map(slot) {
                for step in 0..8 {
                    let taken = model.held.iter().any(|(holder, places)| *holder != step && places.contains(&place));
                    prop_assert_eq!(turns.held_by_other(WalkerSlot(step), place), taken);
                }
            }
            prop_assert_eq!(turns.any_held(), !model.held.is_empty());
        }
    }
}

#[test]
fn ten_thousand_losers_on_one_node_take_turns_quickly() {
    let (mut turns, place) = (Turns::default(), [Slot { index: 1, generation: 0 }]);
    assert!(turns.take(WalkerSlot(0), &place));
    assert!((1..10_000).all(|step| !turns.take(WalkerSlot(step), &place)));
    assert!((5_000..6_000).all(|step| turns.leave(WalkerSlot(step)).is_empty()));
    for step in (0..5_000).chain(6_000..10_000) {
        assert!(turns.take(WalkerSlot(step), &place));
        assert!(turns.leave(WalkerSlot(step)).len() <= 1);
    }
    assert!(!turns.any_held());
}
