//! `range` and `slice`: two immutable triples, and the index arithmetic that goes with them. Ranges
//! keep 64-bit bounds; larger ones are refused where they are made.
//!
//! A slice's parts are any values until `ops::slicing` reads them.

use std::rc::Rc;

use super::Value;

/// A `range`: `start`, `stop`, and a `step` that is not zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
}

impl Range {
    /// How many numbers it has.
    pub fn len(&self) -> usize {
        let (from, to, step) = (i128::from(self.start), i128::from(self.stop), i128::from(self.step));
        let count = if step > 0 { (to - from + step - 1) / step } else { (from - to - step - 1) / -step };
        count.max(0) as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number `index`, if there is one.
    pub fn get(&self, index: usize) -> Option<i64> {
        (index < self.len()).then(|| self.start + self.step * index as i64)
    }

    pub fn contains(&self, n: i64) -> bool {
        let inside =
            if self.step > 0 { self.start <= n && n < self.stop } else { self.stop < n && n <= self.start };
        inside && (i128::from(n) - i128::from(self.start)) % i128::from(self.step) == 0
    }
}

/// A `slice` object: any three values.
pub struct Slice {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

impl Slice {
    /// Takes the parts of a slice that nothing else refers to, and of such slices among them, without nesting.
    pub(super) fn take_apart(slice: Rc<Slice>, mut take: impl FnMut(Value)) {
        let mut pending = vec![slice];
        while let Some(slice) = pending.pop() {
            let Ok(mut slice) = Rc::try_unwrap(slice) else { continue };
            for part in [&mut slice.start, &mut slice.stop, &mut slice.step] {
                match std::mem::take(part) {
                    Value::Slice(inner) => pending.push(inner),
                    part => take(part),
                }
            }
        }
    }
}

impl Drop for Slice {
    fn drop(&mut self) {
        for part in [&mut self.start, &mut self.stop, &mut self.step] {
            if let Value::Slice(inner) = std::mem::take(part) {
                Slice::take_apart(inner, drop);
            }
        }
    }
}

/// A slice applied to a sequence of some length: `count` indexes from `start` on, `step` apart.
#[derive(Clone, Copy, Debug)]
pub struct Indices {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
    pub count: usize,
}

impl Indices {
    /// Python's rule for bounds that may be missing, negative or too large. `step` is not zero.
    pub fn new(start: Option<i64>, stop: Option<i64>, step: i64, length: usize) -> Indices {
        let length = length as i64;
        let (low, high) = if step < 0 { (-1, length - 1) } else { (0, length) };
        let bound = |given: Option<i64>, default: i64| match given {
            None => default,
            Some(i) if i < 0 => (i.saturating_add(length)).max(low),
            Some(i) => i.min(high),
        };
        let from = bound(start, if step < 0 { high } else { low });
        let to = bound(stop, if step < 0 { low } else { high });
        let count = Range { start: from, stop: to, step }.len();
        Indices { start: from, stop: to, step, count }
    }

    /// The indexes, in order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..self.count as i64).map(move |k| (self.start + k * self.step) as usize)
    }
}
