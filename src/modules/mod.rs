//! The native modules: what `import` finds without a file. Each is one table; the registry that
//! isolates and the resolver use is made of all of them.
//!
//! No module depends on another one, except that `time` uses the calendar and texts of `datetime`;
//! isolates reach them through the registry, and only what they need of `datetime` by name.

mod asyncio;
pub mod datetime;
mod enumeration;
mod jac_cloud;
mod json;
mod math;
mod os;
pub mod random;
mod re;
mod sys;
mod time;
mod typing;

use crate::builtins::Registry;
use crate::value::{Heap, Outcome};

/// Builtins and native modules.
pub static LIBRARY: Registry = Registry::new(&[
    &math::MODULE,
    &time::MODULE,
    &random::MODULE,
    &re::MODULE,
    &sys::MODULE,
    &os::MODULE,
    &os::PATH,
    &enumeration::MODULE,
    &typing::MODULE,
    &asyncio::MODULE,
    &json::MODULE,
    &datetime::MODULE,
    &jac_cloud::PACKAGE,
    &jac_cloud::PLUGIN,
    &jac_cloud::IMPLEMENTATION,
]);

/// A native object from the kind and text that its `freeze` gave; `None` for a kind that is not known.
pub fn thaw(heap: &Heap, kind: &str, text: &str) -> Option<Outcome> {
    datetime::thaw(heap, kind, text)
        .or_else(|| jac_cloud::thaw(heap, kind))
        .or_else(|| re::thaw(heap, kind, text))
}
