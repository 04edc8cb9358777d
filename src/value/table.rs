//! The hash table behind dicts and sets: entries in insertion order beside an index, as in CPython.
//!
//! Ints hash to themselves and the probe sequence is perturbed by the hash's high bits, which keeps runs
//! of ints next to each other. Up to eight entries there is no index: the hashes are compared in turn.
//! Keys whose equality runs Jac code are compared outside of any borrow, and the search starts again if
//! the table changed meanwhile.

use super::{Heap, Outcome, Value, ops};

/// Without an index up to this many entries.
const SMALL: usize = 8;
const EMPTY: u32 = u32::MAX;

/// One entry; a removed one has an unbound key.
pub struct Entry<V> {
    pub hash: u64,
    pub key: Value,
    pub value: V,
}

/// Entries and index.
pub struct Table<V> {
    entries: Vec<Entry<V>>,
    /// Positions in `entries`, or `EMPTY`; a power of two long, or empty while the table is small.
    index: Box<[u32]>,
    live: usize,
    /// Counts structural changes, so that a search can tell that it was overtaken.
    changes: u32,
}

impl<V> Default for Table<V> {
    fn default() -> Self {
        Table { entries: Vec::new(), index: Box::default(), live: 0, changes: 0 }
    }
}

/// Where a key is, or is not.
enum Found {
    At(usize),
    Absent,
    /// Equality of this entry's key needs Jac code.
    Ask(usize),
}

impl<V> Table<V> {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.live
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Positions, removed entries included: the bound for iteration by position.
    #[inline(always)]
    pub fn positions(&self) -> usize {
        self.entries.len()
    }

    /// The entry at a position, unless it was removed.
    #[inline(always)]
    pub fn at(&self, position: usize) -> Option<&Entry<V>> {
        self.entries.get(position).filter(|e| !e.key.is_unbound())
    }

    #[inline(always)]
    pub fn at_mut(&mut self, position: usize) -> Option<&mut V> {
        self.entries.get_mut(position).map(|e| &mut e.value)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry<V>> {
        self.entries.iter().filter(|e| !e.key.is_unbound())
    }

    /// Whether two keys are equal, if that can be told without running Jac code.
    #[inline(always)]
    fn same_key(a: &Value, b: &Value) -> Option<bool> {
        match (a, b) {
            (Value::Int(a), Value::Int(b)) => Some(a == b),
            (Value::Str(a), Value::Str(b)) => Some(std::rc::Rc::ptr_eq(a, b) || a.same_text(b)),
            _ => ops::compare::quick_equal(a, b),
        }
    }

    #[inline]
    fn probe(&self, key: &Value, hash: u64, skip: &[usize]) -> Found {
        if self.index.is_empty() {
            for (position, entry) in self.entries.iter().enumerate() {
                if entry.hash == hash && !entry.key.is_unbound() && !skip.contains(&position) {
                    match Self::same_key(&entry.key, key) {
                        Some(true) => return Found::At(position),
                        Some(false) => {}
                        None => return Found::Ask(position),
                    }
                }
            }
            return Found::Absent;
        }
        let mask = self.index.len() as u64 - 1;
        let (mut at, mut perturb) = (hash & mask, hash);
        loop {
            let position = self.index[at as usize];
            if position == EMPTY {
                return Found::Absent;
            }
            let entry = &self.entries[position as usize];
            if entry.hash == hash && !entry.key.is_unbound() && !skip.contains(&(position as usize)) {
                match Self::same_key(&entry.key, key) {
                    Some(true) => return Found::At(position as usize),
                    Some(false) => {}
                    None => return Found::Ask(position as usize),
                }
            }
            perturb >>= 5;
            at = at.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1) & mask;
        }
    }

    /// The position of a string key.
    pub fn find_str(&self, key: &str, hash: u64) -> Option<usize> {
        let matches = |e: &Entry<V>| e.hash == hash && matches!(&e.key, Value::Str(s) if s.as_str() == key);
        if self.index.is_empty() {
            return self.entries.iter().position(matches);
        }
        let mask = self.index.len() as u64 - 1;
        let (mut at, mut perturb) = (hash & mask, hash);
        loop {
            let position = self.index[at as usize];
            if position == EMPTY {
                return None;
            }
            if matches(&self.entries[position as usize]) {
                return Some(position as usize);
            }
            perturb >>= 5;
            at = at.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1) & mask;
        }
    }

    /// Adds an entry whose key is known to be absent; gives its position.
    pub fn add(&mut self, key: Value, hash: u64, value: V) -> usize {
        self.changes = self.changes.wrapping_add(1);
        if self.entries.len() == self.entries.capacity() && self.live * 2 < self.entries.len() {
            self.compact();
        }
        let position = self.entries.len();
        self.entries.push(Entry { hash, key, value });
        self.live += 1;
        if self.entries.len() > SMALL {
            if self.entries.len() * 3 > self.index.len() * 2 {
                self.rebuild();
            } else {
                self.place(position);
            }
        }
        position
    }

    fn place(&mut self, position: usize) {
        let mask = self.index.len() as u64 - 1;
        let hash = self.entries[position].hash;
        let (mut at, mut perturb) = (hash & mask, hash);
        while self.index[at as usize] != EMPTY {
            perturb >>= 5;
            at = at.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1) & mask;
        }
        self.index[at as usize] = position as u32;
    }

    #[inline(never)]
    fn rebuild(&mut self) {
        if self.live * 4 < self.entries.len() * 3 {
            self.entries.retain(|e| !e.key.is_unbound());
        }
        self.reindex();
    }

    fn reindex(&mut self) {
        if self.entries.len() <= SMALL {
            self.index = Box::default();
            return;
        }
        let size = (self.entries.len() * 3).next_power_of_two();
        self.index = vec![EMPTY; size].into_boxed_slice();
        for position in 0..self.entries.len() {
            self.place(position);
        }
    }

    /// Drops the removed entries. Positions change.
    fn compact(&mut self) {
        self.entries.retain(|e| !e.key.is_unbound());
        self.reindex();
    }

    /// Removes the entry at a position.
    pub fn remove_at(&mut self, position: usize) -> Option<(Value, V)>
    where
        V: Default,
    {
        let entry = self.entries.get_mut(position).filter(|e| !e.key.is_unbound())?;
        let key = std::mem::take(&mut entry.key);
        let value = std::mem::take(&mut entry.value);
        self.live -= 1;
        self.changes = self.changes.wrapping_add(1);
        if self.live == 0 {
            self.entries.clear();
            self.index = Box::default();
        } else if position + 1 == self.entries.len() && self.index.is_empty() {
            self.entries.pop();
        }
        Some((key, value))
    }

    /// The last entry's position.
    pub fn last(&self) -> Option<usize> {
        self.entries.iter().rposition(|e| !e.key.is_unbound())
    }

    pub fn take_all(&mut self) -> Vec<Entry<V>> {
        self.changes = self.changes.wrapping_add(1);
        self.live = 0;
        self.index = Box::default();
        std::mem::take(&mut self.entries)
    }

    /// Counts structural changes: positions hold as long as it stays.
    #[inline(always)]
    pub fn changes(&self) -> u32 {
        self.changes
    }

    pub fn reserve(&mut self, more: usize) {
        self.entries.reserve(more);
    }
}

impl<V: Clone> Table<V> {
    /// A copy without gaps.
    pub fn copy(&self) -> Table<V> {
        let entries =
            self.iter().map(|e| Entry { hash: e.hash, key: e.key.clone(), value: e.value.clone() }).collect();
        let mut table = Table { entries, index: Box::default(), live: self.live, changes: 0 };
        table.reindex();
        table
    }
}

/// Finds `key` in the table that `table` gives; runs Jac code only outside of a borrow. The closure is
/// called anew for each look, so nothing is held while a user's `__eq__` runs.
#[inline]
pub fn find<'t, V: 't>(
    heap: &Heap,
    table: impl Fn() -> &'t Table<V>,
    key: &Value,
    hash: u64,
) -> Outcome<Option<usize>> {
    match table().probe(key, hash, &[]) {
        Found::At(position) => Ok(Some(position)),
        Found::Absent => Ok(None),
        Found::Ask(_) => find_asking(heap, table, key, hash),
    }
}

#[cold]
fn find_asking<'t, V: 't>(
    heap: &Heap,
    table: impl Fn() -> &'t Table<V>,
    key: &Value,
    hash: u64,
) -> Outcome<Option<usize>> {
    let mut different: Vec<usize> = Vec::new();
    let mut changes = table().changes;
    loop {
        match table().probe(key, hash, &different) {
            Found::At(position) => return Ok(Some(position)),
            Found::Absent => return Ok(None),
            Found::Ask(position) => {
                let Some(other) = table().at(position).map(|e| e.key.clone()) else { continue };
                let equal = other.is(key) || ops::compare::equal(heap, &other, key)?;
                if table().changes != changes {
                    changes = table().changes;
                    different.clear();
                } else if equal {
                    return Ok(Some(position));
                } else {
                    different.push(position);
                }
            }
        }
    }
}
