//! Iterators that arrange a pool of items: `product`, `permutations`, `combinations`. The pool is read
//! at once, the arrangements are made one by one.
//!
//! An arrangement is a list of places in the pool; the next one follows from the one before.

use crate::builtins::argument::int_or;
use crate::value::iter::NativeIter;
use crate::value::ops::convert::to_i64;
use crate::value::ops::iterate;
use crate::value::{Args, Heap, Iter, NativeFunction, Outcome, Value};

pub static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "product",
        "(*iterables, repeat=1)",
        "All tuples with an item of each iterable.",
        &[("list(itertools.product('ab', [1]))", "[('a', 1), ('b', 1)]")],
        run_product,
    ),
    NativeFunction::new(
        "permutations",
        "(iterable, r=None)",
        "All orders of so many items.",
        &[("len(list(itertools.permutations('abc')))", "6")],
        |heap, args| {
            let pool = iterate::collect(heap, args.get(0))?;
            let length = if args.some(1).is_some() { length(heap, args.get(1))? } else { pool.len() };
            arrangements(heap, "itertools.permutations", pool, length, Rule::Permutations)
        },
    ),
    NativeFunction::new(
        "combinations",
        "(iterable, r)",
        "All choices of so many items, in their order.",
        &[("list(itertools.combinations('abc', 2))", "[('a', 'b'), ('a', 'c'), ('b', 'c')]")],
        |heap, args| {
            let pool = iterate::collect(heap, args.get(0))?;
            let length = length(heap, args.get(1))?;
            arrangements(heap, "itertools.combinations", pool, length, Rule::Combinations)
        },
    ),
    NativeFunction::new(
        "combinations_with_replacement",
        "(iterable, r)",
        "All choices of so many items, which may come more than once.",
        &[("list(itertools.combinations_with_replacement('ab', 2))[1]", "('a', 'b')")],
        |heap, args| {
            let pool = iterate::collect(heap, args.get(0))?;
            let length = length(heap, args.get(1))?;
            arrangements(heap, "itertools.combinations_with_replacement", pool, length, Rule::Replacement)
        },
    ),
];

fn length(heap: &Heap, value: &Value) -> Outcome<usize> {
    usize::try_from(to_i64(heap, value)?).map_err(|_| heap.value_error("r must be non-negative"))
}

/// Which arrangement follows another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    Product,
    Permutations,
    Combinations,
    Replacement,
}

struct Arrangements {
    name: &'static str,
    pools: Vec<Vec<Value>>,
    /// Which pool each place takes from.
    from: Vec<usize>,
    places: Option<Vec<usize>>,
    rule: Rule,
}

fn arrangements(heap: &Heap, name: &'static str, pool: Vec<Value>, length: usize, rule: Rule) -> Outcome {
    let count = pool.len();
    let first = match rule {
        Rule::Replacement => (count > 0 || length == 0).then(|| vec![0; length]),
        _ => (length <= count).then(|| (0..length).collect()),
    };
    Ok(Iter::native(
        heap,
        Arrangements { name, pools: vec![pool], from: vec![0; length], places: first, rule },
    ))
}

fn run_product(heap: &Heap, args: Args<'_>) -> Outcome {
    let Ok(repeat) = usize::try_from(int_or(heap, args.get(0), 1)?) else {
        return Err(heap.value_error("repeat argument cannot be negative"));
    };
    let mut pools = Vec::new();
    for iterable in args.rest.iter() {
        pools.push(iterate::collect(heap, iterable)?);
    }
    let from: Vec<usize> = (0..pools.len() * repeat).map(|place| place % pools.len()).collect();
    let is_empty = from.iter().any(|pool| pools[*pool].is_empty());
    let places = (!is_empty).then(|| vec![0; from.len()]);
    Ok(Iter::native(
        heap,
        Arrangements { name: "itertools.product", pools, from, places, rule: Rule::Product },
    ))
}

impl NativeIter for Arrangements {
    fn name(&self) -> &'static str {
        self.name
    }
    fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>> {
        let Some(mut places) = self.places.take() else { return Ok(None) };
        let pool = |place: usize| self.from.get(place).and_then(|pool| self.pools.get(*pool));
        let items: Vec<Value> = places
            .iter()
            .enumerate()
            .filter_map(|(place, index)| pool(place).and_then(|pool| pool.get(*index).cloned()))
            .collect();
        let sizes: Vec<usize> = (0..places.len()).map(|place| pool(place).map_or(0, Vec::len)).collect();
        if advance(self.rule, &mut places, &sizes) {
            self.places = Some(places);
        }
        Ok(Some(Value::tuple(heap, items)))
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.pools.iter().flatten().for_each(visit);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        self.places = None;
        self.pools.drain(..).flatten().for_each(take);
    }
}

/// Turns places into the next ones; whether there are any. `sizes` are those of the pools.
fn advance(rule: Rule, places: &mut [usize], sizes: &[usize]) -> bool {
    let length = places.len();
    for at in (0..length).rev() {
        let size = sizes[at];
        match rule {
            Rule::Product => {
                places[at] += 1;
                if places[at] < size {
                    return true;
                }
                places[at] = 0;
            }
            Rule::Replacement => {
                let next = places[at] + 1;
                if next < size {
                    places[at..].fill(next);
                    return true;
                }
            }
            Rule::Combinations => {
                if places[at] < size - length + at {
                    let first = places[at] + 1;
                    places[at..].iter_mut().enumerate().for_each(|(step, place)| *place = first + step);
                    return true;
                }
            }
            Rule::Permutations => {
                // The next item that does not stand before; what follows is the smallest of the rest.
                let free = |before: &[usize], from: usize| (from..size).find(|i| !before.contains(i));
                if let Some(next) = free(&places[..at], places[at] + 1) {
                    places[at] = next;
                    for later in at + 1..length {
                        places[later] = free(&places[..later], 0).unwrap_or(0);
                    }
                    return true;
                }
            }
        }
    }
    false
}
