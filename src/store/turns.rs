//! Turns: steps that have lost line up for the places on which they lost.
//!
//! Owns who holds which places and who waits for which. A step gets all its places at
//! once, first come first served: when no other holds one of them, and nobody who asked
//! earlier wants one. It refuses to know why a step lost, and when it gives its turn back
//! (at its first wait or its end).
//!
//! Each place has a line in the order of asking, whose first may be the holder; a step
//! counts the lines in which it is not the first. So asking and leaving cost O(log n) per
//! place, however many wait.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{Slot, WalkerSlot};

/// Who holds and who waits for which places.
#[derive(Default)]
pub struct Turns {
    /// How many have asked so far: the number of the next ticket.
    asked: u64,
    holders: usize,
    tickets: FxHashMap<WalkerSlot, Ticket>,
    lines: FxHashMap<Slot, BTreeMap<u64, WalkerSlot>>,
}

struct Ticket {
    number: u64,
    places: Vec<Slot>,
    /// In how many lines somebody stands before this step.
    behind: usize,
    holds: bool,
}

impl Turns {
    /// True if the step holds the places now; else it stands in line for them, and asks
    /// again when `leave` names it. Asking again does not change what it stands in line for.
    pub fn take(&mut self, step: WalkerSlot, places: &[Slot]) -> bool {
        if !self.tickets.contains_key(&step) {
            if places.is_empty() {
                return true;
            }
            self.line_up(step, places);
        }
        let Some(ticket) = self.tickets.get_mut(&step) else { return false };
        if ticket.behind == 0 && !ticket.holds {
            ticket.holds = true;
            self.holders += 1;
        }
        ticket.holds
    }

    fn line_up(&mut self, step: WalkerSlot, places: &[Slot]) {
        let (number, mut wanted) = (self.asked, places.to_vec());
        self.asked += 1;
        wanted.sort_unstable();
        wanted.dedup();
        let mut behind = 0;
        for place in &wanted {
            let line = self.lines.entry(*place).or_default();
            behind += usize::from(!line.is_empty());
            line.insert(number, step);
        }
        self.tickets.insert(step, Ticket { number, places: wanted, behind, holds: false });
    }

    /// Gives back what a step holds, or its place in line; gives the steps that are now
    /// the first in all their lines, in no special order.
    pub fn leave(&mut self, step: WalkerSlot) -> Vec<WalkerSlot> {
        let mut ready = Vec::new();
        let Some(ticket) = self.tickets.remove(&step) else { return ready };
        self.holders -= usize::from(ticket.holds);
        for place in &ticket.places {
            let Some(line) = self.lines.get_mut(place) else { continue };
            let was_first = line.keys().next() == Some(&ticket.number);
            line.remove(&ticket.number);
            let Some(first) = line.values().next().copied() else {
                self.lines.remove(place);
                continue;
            };
            if let Some(next) = self.tickets.get_mut(&first).filter(|_| was_first) {
                next.behind -= 1;
                if next.behind == 0 {
                    ready.push(first);
                }
            }
        }
        ready
    }

    /// Whether anybody holds a turn.
    pub fn any_held(&self) -> bool {
        self.holders > 0
    }

    /// Whether somebody else holds the turn of a place.
    pub fn held_by_other(&self, step: WalkerSlot, place: Slot) -> bool {
        let first = self.lines.get(&place).and_then(|line| line.values().next());
        first.is_some_and(|holder| {
            *holder != step && self.tickets.get(holder).is_some_and(|ticket| ticket.holds)
        })
    }
}
