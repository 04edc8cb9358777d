//! The builtins: functions, types and their methods, as Python has them.
//!
//! A native function is declared once, with its signature, help and examples; `registry.rs` finds it by
//! name. Operators and coercions are the business of `value::ops`, pure text and number algorithms that
//! of `value::text` and `value::number`: here arguments are read, checked and handed on.

pub mod argument;
pub mod codec;
pub mod errno;
pub mod feed;
pub mod functions;
pub mod linearization;
pub mod methods;
pub mod named_tuple;
pub mod native;
pub mod operators;
pub mod receiver;
pub mod registry;
pub mod sorting;

pub use self::registry::{ModuleEntry, Registry, no_values};
