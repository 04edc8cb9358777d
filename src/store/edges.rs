//! The edges of a node: both directions in one list, in the order of their connection.
//!
//! Owns how a list grows, is read as of a time, and forgets. An entry says when it was
//! born and when it died, so that the newest list serves every reader. A short list is a
//! vector that each commit copies; a long one is a log that grows in place, with positions
//! by class and direction. It refuses to know versions and slots' generations (where the
//! entry of an edge lies in a log is kept for it by `Places`), and is changed only under
//! the lock of the store.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::{ClassId, Slot, Time};

/// The longest list that is copied.
const FEW: usize = 64;

/// How many dead entries a list may have before it is worth looking for ones to forget.
const DEAD: usize = 64;

const ALIVE: u64 = u64::MAX;

/// A direction, seen from the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    Out,
    In,
    Any,
}

/// Which edges are asked for.
#[derive(Clone, Copy, Debug)]
pub struct EdgeQuery<'a> {
    pub way: Way,
    /// Only these classes, each once; None for all.
    pub classes: Option<&'a [ClassId]>,
}

/// One edge of a node. An edge from a node to itself is seen twice, out and in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeSeen {
    pub edge: Slot,
    /// The node at the other end.
    pub other: Slot,
    pub class: ClassId,
    /// `Out` or `In`.
    pub way: Way,
}

/// All edges of one node.
pub(super) enum EdgeList {
    Few(Few),
    /// In a box, since most lists are short.
    Many(Box<Many>),
}

pub(super) struct Few {
    entries: Vec<Entry>,
    changed: [u64; 2],
}

#[derive(Clone)]
struct Entry {
    seen: EdgeSeen,
    born: u64,
    died: u64,
}

pub(super) struct Many {
    log: boxcar::Vec<Logged>,
    changed: [AtomicU64; 2],
    dead: AtomicUsize,
    /// With how many dead entries to look for ones to forget.
    forget_at: usize,
    kinds: RwLock<FxHashMap<(ClassId, Way), Positions>>,
}

/// What a change of a list needs besides the list.
pub(super) struct Change<'a> {
    pub(super) time: Time,
    /// Nobody reads before this time, now or later.
    pub(super) horizon: Time,
    pub(super) places: &'a dyn Places,
}

/// Keeps where in the log of its node each edge is: one place for the node where it
/// begins, one for the node where it ends.
pub(super) trait Places {
    fn place(&self, edge: Slot, way: Way) -> u32;
    fn set_place(&self, edge: Slot, way: Way, place: u32);
}

/// Where in the log the edges of one class and direction are.
type Positions = Arc<boxcar::Vec<u32>>;

struct Logged {
    seen: EdgeSeen,
    born: u64,
    died: AtomicU64,
}

impl Way {
    pub fn opposite(self) -> Self {
        match self {
            Way::Out => Way::In,
            Way::In => Way::Out,
            Way::Any => Way::Any,
        }
    }

    /// Whether an edge that is seen in the direction `seen` is asked for.
    fn covers(self, seen: Way) -> bool {
        self == Way::Any || self == seen
    }
}

impl EdgeQuery<'_> {
    /// All edges in a direction.
    pub fn all(way: Way) -> Self {
        EdgeQuery { way, classes: None }
    }

    fn wants(&self, class: ClassId, way: Way) -> bool {
        self.way.covers(way) && self.classes.is_none_or(|classes| classes.contains(&class))
    }
}

impl EdgeList {
    /// The time of the last change in a direction.
    pub(super) fn changed(&self, way: Way) -> Time {
        let [out, into] = match self {
            EdgeList::Few(few) => few.changed,
            EdgeList::Many(many) => [many.changed[0].load(Relaxed), many.changed[1].load(Relaxed)],
        };
        Time(match way {
            Way::Out => out,
            Way::In => into,
            Way::Any => out.max(into),
        })
    }

    pub(super) fn read(&self, at: Time, query: &EdgeQuery<'_>, found: &mut Vec<EdgeSeen>) {
        match self {
            EdgeList::Few(few) => {
                let visible = few.entries.iter().filter(|entry| entry.born <= at.0 && entry.died > at.0);
                found
                    .extend(visible.map(|entry| entry.seen).filter(|seen| query.wants(seen.class, seen.way)));
            }
            EdgeList::Many(many) => many.read(at, query, found),
        }
    }

    /// Adds an edge: in place (None), or as a new list.
    pub(super) fn add(list: Option<&EdgeList>, seen: EdgeSeen, change: &Change<'_>) -> Option<EdgeList> {
        let few = match list {
            Some(EdgeList::Many(many)) => {
                many.push(seen, change.time.0, ALIVE, change.places);
                many.touch(seen.way, change.time);
                return None;
            }
            Some(EdgeList::Few(few)) => Some(few),
            None => None,
        };
        let mut next = Few::kept(few, change.horizon);
        next.entries.push(Entry { seen, born: change.time.0, died: ALIVE });
        next.touch(seen.way, change.time);
        Some(next.into_list(change.places))
    }

    /// Ends an edge: in place (None), or as a new list.
    pub(super) fn end(&self, edge: Slot, way: Way, change: &Change<'_>) -> Option<EdgeList> {
        match self {
            EdgeList::Few(few) => {
                let mut next = Few::kept(Some(few), change.horizon);
                let mut live = next.entries.iter_mut().filter(|entry| entry.died == ALIVE);
                if let Some(entry) = live.find(|entry| entry.seen.edge == edge && entry.seen.way == way) {
                    entry.died = change.time.0;
                }
                next.touch(way, change.time);
                Some(next.into_list(change.places))
            }
            EdgeList::Many(many) => {
                many.touch(way, change.time);
                many.end(edge, way, change);
                many.forgotten(change)
            }
        }
    }

    /// A list with further entries in front: edges from before all commits, and when they ended.
    pub(super) fn behind(
        list: Option<&EdgeList>,
        kept: Vec<(EdgeSeen, Option<Time>)>,
        places: &dyn Places,
    ) -> EdgeList {
        let mut entries = Vec::with_capacity(kept.len());
        let died = |died: Option<Time>| died.map_or(ALIVE, |time| time.0);
        entries.extend(kept.into_iter().map(|(seen, ended)| Entry { seen, born: 0, died: died(ended) }));
        let changed = match list {
            Some(EdgeList::Few(few)) => {
                entries.extend(few.entries.iter().cloned());
                few.changed
            }
            Some(EdgeList::Many(many)) => {
                entries.extend(many.log.iter().map(|(_, logged)| Entry {
                    seen: logged.seen,
                    born: logged.born,
                    died: logged.died.load(Relaxed),
                }));
                [many.changed[0].load(Relaxed), many.changed[1].load(Relaxed)]
            }
            None => [0, 0],
        };
        Few { entries, changed }.into_list(places)
    }

    /// All edges, also those that have ended.
    pub(super) fn all(&self) -> Vec<EdgeSeen> {
        match self {
            EdgeList::Few(few) => few.entries.iter().map(|entry| entry.seen).collect(),
            EdgeList::Many(many) => many.log.iter().map(|(_, logged)| logged.seen).collect(),
        }
    }

    /// All edges that are alive in the newest state.
    pub(super) fn living(&self) -> Vec<EdgeSeen> {
        let mut found = Vec::new();
        match self {
            EdgeList::Few(few) => {
                found.extend(few.entries.iter().filter(|entry| entry.died == ALIVE).map(|entry| entry.seen));
            }
            EdgeList::Many(many) => {
                let logged = many.log.iter().map(|(_, logged)| logged);
                found.extend(
                    logged.filter(|logged| logged.died.load(Relaxed) == ALIVE).map(|logged| logged.seen),
                );
            }
        }
        found
    }
}

impl Few {
    /// A copy without what no reader can see.
    fn kept(few: Option<&Few>, horizon: Time) -> Few {
        let Some(few) = few else { return Few { entries: Vec::new(), changed: [0, 0] } };
        let mut entries = Vec::with_capacity(few.entries.len() + 1);
        entries.extend(few.entries.iter().filter(|entry| entry.died > horizon.0).cloned());
        Few { entries, changed: few.changed }
    }

    fn touch(&mut self, way: Way, time: Time) {
        let [out, into] = &mut self.changed;
        match way {
            Way::Out => *out = time.0,
            Way::In => *into = time.0,
            Way::Any => (*out, *into) = (time.0, time.0),
        }
    }

    fn into_list(self, places: &dyn Places) -> EdgeList {
        let live = self.entries.iter().filter(|entry| entry.died == ALIVE).count();
        if live <= FEW && self.entries.len() <= FEW + 2 * DEAD {
            return EdgeList::Few(self);
        }
        let many = Many::new(self.changed, self.entries.len() - live);
        for entry in &self.entries {
            many.push(entry.seen, entry.born, entry.died, places);
        }
        EdgeList::Many(Box::new(many))
    }
}

impl Many {
    fn new(changed: [u64; 2], dead: usize) -> Self {
        Many {
            log: boxcar::Vec::new(),
            changed: changed.map(AtomicU64::new),
            dead: AtomicUsize::new(dead),
            forget_at: dead + DEAD,
            kinds: RwLock::default(),
        }
    }

    /// Appends an entry, whose commit nobody can see yet.
    fn push(&self, seen: EdgeSeen, born: u64, died: u64, places: &dyn Places) {
        let place = self.log.push(Logged { seen, born, died: AtomicU64::new(died) });
        let kind = (seen.class, seen.way);
        let known = self.kinds.read().unwrap_or_else(PoisonError::into_inner).get(&kind).cloned();
        let positions = known.unwrap_or_else(|| {
            let mut kinds = self.kinds.write().unwrap_or_else(PoisonError::into_inner);
            kinds.entry(kind).or_default().clone()
        });
        let place = u32::try_from(place).expect("a list of 4 billion edges does not fit into memory");
        positions.push(place);
        if died == ALIVE {
            places.set_place(seen.edge, seen.way, place);
        }
    }

    fn touch(&self, way: Way, time: Time) {
        let [out, into] = &self.changed;
        for (changed, own) in [(out, Way::Out), (into, Way::In)] {
            if way.covers(own) {
                changed.store(time.0, Relaxed);
            }
        }
    }

    fn end(&self, edge: Slot, way: Way, change: &Change<'_>) {
        let place = change.places.place(edge, way);
        let logged = self.log.get(place as usize);
        if let Some(logged) = logged.filter(|logged| logged.seen.edge == edge && logged.seen.way == way) {
            logged.died.store(change.time.0, Relaxed);
            self.dead.fetch_add(1, Relaxed);
        }
    }

    /// A list without what no reader can see, when that is likely to be worth it: after as
    /// many removals as half of the list, so that each removal pays for two entries.
    fn forgotten(&self, change: &Change<'_>) -> Option<EdgeList> {
        let dead = self.dead.load(Relaxed);
        if dead < self.forget_at.max(self.log.count() / 2) {
            return None;
        }
        let mut entries = Vec::new();
        for (_, logged) in &self.log {
            let died = logged.died.load(Relaxed);
            if died > change.horizon.0 {
                entries.push(Entry { seen: logged.seen, born: logged.born, died });
            }
        }
        let [out, into] = &self.changed;
        let next = Few { entries, changed: [out.load(Relaxed), into.load(Relaxed)] };
        Some(match next.into_list(change.places) {
            EdgeList::Many(mut many) => {
                many.forget_at = many.dead.load(Relaxed) + many.log.count() / 2;
                EdgeList::Many(many)
            }
            few => few,
        })
    }

    fn read(&self, at: Time, query: &EdgeQuery<'_>, found: &mut Vec<EdgeSeen>) {
        if query.classes.is_none() && query.way == Way::Any {
            return self.read_all(at, query, found);
        }
        let kinds = self.kinds.read().unwrap_or_else(PoisonError::into_inner);
        let wanted = kinds.iter().filter(|((class, way), _)| query.wants(*class, *way));
        let wanted: Vec<_> = wanted.map(|(_, positions)| positions.clone()).collect();
        let all_kinds = kinds.len();
        drop(kinds);
        let count: usize = wanted.iter().map(|positions| positions.count()).sum();
        match wanted.as_slice() {
            [] => {}
            _ if wanted.len() == all_kinds => self.read_all(at, query, found),
            [only] => found.extend(only.iter().map_while(|(_, place)| self.seen(*place, at)).flatten()),
            _ if count > self.log.count() / 4 => self.read_all(at, query, found),
            several => {
                let mut places: Vec<u32> = Vec::with_capacity(count);
                places.extend(several.iter().flat_map(|positions| positions.iter().map(|(_, place)| *place)));
                places.sort_unstable();
                found.extend(places.into_iter().map_while(|place| self.seen(place, at)).flatten());
            }
        }
    }

    fn read_all(&self, at: Time, query: &EdgeQuery<'_>, found: &mut Vec<EdgeSeen>) {
        for (_, logged) in &self.log {
            if logged.born > at.0 {
                return;
            }
            if logged.died.load(Relaxed) > at.0 && query.wants(logged.seen.class, logged.seen.way) {
                found.push(logged.seen);
            }
        }
    }

    /// None when this entry, and so all later ones, were born after `at`; then whether it
    /// is visible.
    fn seen(&self, place: u32, at: Time) -> Option<Option<EdgeSeen>> {
        let logged = self.log.get(place as usize).filter(|logged| logged.born <= at.0)?;
        Some((logged.died.load(Relaxed) > at.0).then_some(logged.seen))
    }
}
