//! `random`: CPython's Mersenne Twister, one generator per isolate: a seed gives the same numbers.
//!
//! Without a seed it begins with entropy from the host. The generator's arithmetic is in
//! `value::number`; here is how ranges, choices and shuffles are drawn from it.

use std::cell::{Cell, RefCell};

use crate::builtins::{ModuleEntry, no_values};
use crate::eval::host;
use crate::value::number::{IntegerRef, Mersenne, State, hash_float};
use crate::value::ops::compare::integer;
use crate::value::ops::convert::{to_f64, to_i64, to_index};
use crate::value::{Args, Heap, NativeFunction, Outcome, Value, ops};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "random",
    doc: "Random numbers.",
    functions: FUNCTIONS,
    values: no_values,
    native_types: &[],
};

static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "seed",
        "(a=None, version=2)",
        "Starts the numbers over, from a seed.",
        &[("random.seed(1)", "None")],
        seed,
    ),
    NativeFunction::new(
        "random",
        "()",
        "A float from 0 up to, not including, 1.",
        &[("0 <= random.random() < 1", "True")],
        |heap, _| with(heap, |m| Value::float(m.random())),
    ),
    NativeFunction::new(
        "randint",
        "(a, b)",
        "An integer from a to b, both included.",
        &[("random.randint(1, 1)", "1")],
        randint,
    ),
    NativeFunction::new(
        "randrange",
        "(start, stop=None, step=1)",
        "An integer out of a range.",
        &[("random.randrange(1)", "0")],
        randrange,
    ),
    NativeFunction::new(
        "uniform",
        "(a, b)",
        "A float between a and b.",
        &[("1 <= random.uniform(1, 2) <= 2", "True")],
        uniform,
    ),
    NativeFunction::new(
        "gauss",
        "(mu=0.0, sigma=1.0)",
        "A normally distributed float.",
        &[("isinstance(random.gauss(0, 1), float)", "True")],
        gauss,
    ),
    NativeFunction::new(
        "choice",
        "(seq)",
        "One of a sequence's items.",
        &[("random.choice([1])", "1")],
        choice,
    ),
    NativeFunction::new(
        "shuffle",
        "(x)",
        "Brings a list into random order.",
        &[("random.shuffle([1])", "None")],
        shuffle,
    ),
    NativeFunction::new(
        "sample",
        "(population, k)",
        "So many different items of a sequence.",
        &[("random.sample([1], 1)", "[1]")],
        sample,
    ),
    NativeFunction::new(
        "getrandbits",
        "(k, /)",
        "An integer of so many random bits.",
        &[("random.getrandbits(0)", "0")],
        getrandbits,
    ),
];

/// The isolate's generator, and whether it was used since somebody last asked.
#[derive(Default)]
struct Default_(RefCell<Option<Mersenne>>, Cell<bool>);

/// Whether random numbers were drawn, or a seed set, since this was last asked.
pub fn take_used(heap: &Heap) -> bool {
    heap.attached::<Default_>().1.replace(false)
}

/// The state of the isolate's generator; `None` if nobody has used it.
pub fn state(heap: &Heap) -> Option<State> {
    heap.attached::<Default_>().0.borrow().as_ref().map(Mersenne::state)
}

/// Puts the isolate's generator into a state; `None`: as if nobody had used it.
pub fn set_state(heap: &Heap, state: Option<&State>) {
    let own = heap.attached::<Default_>();
    *own.0.borrow_mut() = state.and_then(|state| Mersenne::from_state(state).ok());
    own.1.set(false);
}

/// Works on the isolate's generator; no code of the program runs meanwhile.
fn with<T>(heap: &Heap, work: impl FnOnce(&mut Mersenne) -> T) -> Outcome<T> {
    let state = heap.attached::<Default_>();
    state.1.set(true);
    if state.0.borrow().is_none() {
        let entropy = host(heap).entropy(heap)?;
        *state.0.borrow_mut() = Some(Mersenne::from_int(IntegerRef::Small(entropy as i64)));
    }
    let mut place = state.0.borrow_mut();
    Ok(work(place.get_or_insert_with(|| Mersenne::from_int(IntegerRef::Small(0)))))
}

fn seed(heap: &Heap, args: Args<'_>) -> Outcome {
    let made = match args.get(0) {
        Value::Unbound | Value::None => {
            Mersenne::from_int(IntegerRef::Small(host(heap).entropy(heap)? as i64))
        }
        Value::Str(text) => Mersenne::from_text(text.as_str()),
        Value::Bytes(bytes) => Mersenne::from_bytes(bytes.as_slice()),
        Value::Float(x) => Mersenne::from_hash(hash_float(x.get()).unwrap_or(0)),
        other => match integer(other) {
            Some(n) => Mersenne::from_int(n),
            None => {
                return Err(heap.type_error(
                    "The only supported seed types are: None,\nint, float, str, bytes, and bytearray.",
                ));
            }
        },
    };
    let own = heap.attached::<Default_>();
    own.1.set(true);
    *own.0.borrow_mut() = Some(made);
    Ok(Value::None)
}

fn randint(heap: &Heap, args: Args<'_>) -> Outcome {
    let (low, high) = (to_index(heap, args.get(0))?, to_index(heap, args.get(1))?);
    let (Some(low), Some(high)) = (integer(&low), integer(&high)) else { return Ok(Value::None) };
    with(heap, |m| m.between(low, high))?.map(Value::from).map_err(|f| heap.fault(f))
}

fn randrange(heap: &Heap, args: Args<'_>) -> Outcome {
    let start = to_index(heap, args.get(0))?;
    let Some(first) = integer(&start) else { return Ok(Value::None) };
    let Some(stop) = args.some(1) else {
        return with(heap, |m| m.range_below(first))?.map(Value::from).map_err(|f| heap.fault(f));
    };
    let stop = to_index(heap, stop)?;
    let step = if args.is_given(2) { to_index(heap, args.get(2))? } else { Value::Int(1) };
    let (Some(stop), Some(step)) = (integer(&stop), integer(&step)) else { return Ok(Value::None) };
    with(heap, |m| m.range(first, stop, step))?.map(Value::from).map_err(|f| heap.fault(f))
}

fn uniform(heap: &Heap, args: Args<'_>) -> Outcome {
    let (low, high) = (to_f64(heap, args.get(0))?, to_f64(heap, args.get(1))?);
    with(heap, |m| Value::float(m.uniform(low, high)))
}

fn gauss(heap: &Heap, args: Args<'_>) -> Outcome {
    let mu = if args.is_given(0) { to_f64(heap, args.get(0))? } else { 0.0 };
    let sigma = if args.is_given(1) { to_f64(heap, args.get(1))? } else { 1.0 };
    with(heap, |m| Value::float(m.gauss(mu, sigma)))
}

fn choice(heap: &Heap, args: Args<'_>) -> Outcome {
    let length = ops::item::len(heap, args.get(0))?;
    let index = with(heap, |m| m.choice(length))?.map_err(|f| heap.fault(f))?;
    ops::item::get_item(heap, args.get(0), &Value::Int(index as i64))
}

fn shuffle(heap: &Heap, args: Args<'_>) -> Outcome {
    let Value::List(list) = args.get(0) else { return Err(heap.type_error("only a list can be shuffled")) };
    let mut items = list.take();
    let result = with(heap, |m| m.shuffle(&mut items));
    drop(list.edit(0, |own| std::mem::replace(own, items)));
    result.map(|()| Value::None)
}

fn sample(heap: &Heap, args: Args<'_>) -> Outcome {
    if matches!(args.get(0), Value::Set(_) | Value::Dict(_)) {
        return Err(heap.type_error("Population must be a sequence.  For dicts or sets, use sorted(d)."));
    }
    let items = ops::iterate::collect(heap, args.get(0))?;
    let count = to_i64(heap, args.get(1))?;
    let chosen = with(heap, |m| m.sample(items.len(), count))?.map_err(|f| heap.fault(f))?;
    Ok(Value::list(heap, chosen.into_iter().filter_map(|i| items.get(i).cloned()).collect()))
}

fn getrandbits(heap: &Heap, args: Args<'_>) -> Outcome {
    let bits = to_i64(heap, args.get(0))?;
    if bits < 0 {
        return Err(heap.value_error("number of bits must be non-negative"));
    }
    with(heap, |m| m.bits(bits))?.map(Value::from).map_err(|f| heap.fault(f))
}
