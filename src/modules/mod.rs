//! The native modules: what `import` finds without a file. Each is one table; the registry that
//! isolates and the resolver use is made of all of them.
//!
//! No module depends on another one, except that `time` uses the calendar and texts of `datetime`;
//! isolates reach them through the registry, and only what they need of `datetime` by name.

mod asyncio;
mod collections;
mod copy;
pub mod datetime;
mod enumeration;
mod functools;
mod itertools;
mod jac_cloud;
mod jaclang;
mod json;
mod math;
mod operator;
mod os;
pub mod random;
mod re;
mod string;
mod sys;
mod time;
mod typing;
mod uuid;

use crate::builtins::Registry;
use crate::value::{Dict, Heap, Outcome, Ref, Symbol, Value};

/// Builtins and native modules.
pub static LIBRARY: Registry = Registry::new(&[
    &math::MODULE,
    &time::MODULE,
    &random::MODULE,
    &re::MODULE,
    &operator::MODULE,
    &string::MODULE,
    &functools::MODULE,
    &itertools::MODULE,
    &collections::MODULE,
    &copy::MODULE,
    &uuid::MODULE,
    &sys::MODULE,
    &os::MODULE,
    &os::PATH,
    &enumeration::MODULE,
    &typing::MODULE,
    &asyncio::MODULE,
    &json::MODULE,
    &datetime::MODULE,
    &jaclang::PACKAGE,
    &jaclang::RUNTIME,
    &jaclang::ARCHETYPE,
    &jaclang::CONSTRUCTS,
    &jaclang::MACHINE,
    &jaclang::INTERFACE,
    &jac_cloud::PACKAGE,
    &jac_cloud::PLUGIN,
    &jac_cloud::IMPLEMENTATION,
]);

/// A native object from the kind and text that its `freeze` gave; `None` for a kind that is not known.
pub fn thaw(heap: &Heap, kind: &str, text: &str) -> Option<Outcome> {
    datetime::thaw(heap, kind, text)
        .or_else(|| jac_cloud::thaw(heap, kind))
        .or_else(|| re::thaw(heap, kind, text))
        .or_else(|| uuid::thaw(heap, kind, text))
}

/// The arguments that `**kwargs` took, by name.
fn named_arguments(extra: Option<&Ref<Dict>>) -> Vec<(Symbol, Value)> {
    let pairs = extra.map_or_else(Vec::new, |extra| extra.pairs());
    let by_name = |(key, value)| match key {
        Value::Str(name) => Some((Symbol::new(name.as_str()), value)),
        _ => None,
    };
    pairs.into_iter().filter_map(by_name).collect()
}
