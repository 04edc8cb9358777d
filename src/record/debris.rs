//! Dropping records in a loop: a chain of a million records must not need a million frames.
//!
//! Owns the one loop that takes a record apart. Whoever is the last holder of a part gets
//! its contents (`Arc::into_inner` gives them to exactly one), adds them to the list, and
//! drops an empty shell. It refuses to know who held the record.

use std::sync::Arc;

use super::Record;

/// Drops all of `rest` and what only they hold, without recursion by depth.
pub(super) fn sweep(mut rest: Vec<Record>) {
    while let Some(record) = rest.pop() {
        match record {
            Record::List(items) | Record::Tuple(items) => items.shed(&mut rest),
            Record::Dict(pairs) => pairs.shed(&mut rest),
            Record::Set(items) | Record::FrozenSet(items) => items.shed(&mut rest),
            Record::Object(object) | Record::Slice(object) => {
                if let Some(mut object) = Arc::into_inner(object) {
                    object.shed(&mut rest);
                }
            }
            Record::Function(code) | Record::Class(code) => {
                if let Some(mut code) = Arc::into_inner(code) {
                    code.shed(&mut rest);
                }
            }
            Record::Native(native) => {
                if let Some(mut native) = Arc::into_inner(native) {
                    native.shed(&mut rest);
                }
            }
            Record::Frozen(frozen) => {
                if let Some(mut frozen) = Arc::into_inner(frozen) {
                    frozen.shed(&mut rest);
                }
            }
            shallow => drop(shallow),
        }
    }
}
