//! `itertools`: iterators made of others. `lazy.rs` has those that ask for one item at a time,
//! `combine.rs` those that arrange the items of a pool.
//!
//! Each keeps its sources alive and shows them to the cycle collector. The items come through
//! `builtins::feed`.

mod combine;
mod lazy;

use crate::builtins::ModuleEntry;
use crate::builtins::feed::Feed;
use crate::value::{Dict, Heap, Outcome, Ref, Value};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "itertools",
    doc: "Iterators made of others.",
    functions: lazy::FUNCTIONS,
    values,
    native_types: &[("chain", lazy::CHAIN)],
};

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    module.set_str("chain", Value::Class(heap.native_class("chain", "itertools")));
    for function in combine::FUNCTIONS {
        module.set_str(function.name, Value::Builtin(function));
    }
    Ok(())
}

/// The items of several iterables.
fn feeds(heap: &Heap, iterables: &[Value]) -> Outcome<Vec<Feed>> {
    iterables.iter().map(|iterable| Feed::new(heap, iterable)).collect()
}
