//! The evaluator: resolved code, values and the graph to effects.
//!
//! A function's tree is turned into closures on its first call (`compile.rs`, one file per family of
//! nodes), which work on a window of the value stack. Everything outside the isolate is reached through
//! `host.rs`.

mod access;
pub mod anchor;
pub mod archetype;
mod assign;
mod augment;
mod awaiting;
mod binary;
mod cache;
pub mod call;
mod caller;
mod collection;
mod compare;
pub mod compile;
mod connection;
mod comprehension;
mod construct;
pub mod definition;
mod difference;
mod enumeration;
mod exception;
pub mod explain;
pub mod flow;
mod frame;
mod function;
mod generator;
pub mod graph_expr;
pub mod host;
pub mod import;
mod intrinsic;
mod linearize;
mod literal;
mod loops;
mod matching;
mod method;
mod namespace;
mod native;
pub mod operand;
pub mod permission;
pub mod spawn;
mod state;
mod statement;
mod variable;
mod waiting;

pub use self::caller::EVALUATOR;
pub use self::construct::new_instance;
pub use self::generator::raise_value;
pub use self::host::Host;
pub use self::state::{Program, State, host, state};

use crate::value::{Heap, Outcome, Value};

/// Waits for an awaitable from ordinary code, as `asyncio.run` does.
pub fn run_awaitable(heap: &Heap, awaitable: &Value) -> Outcome {
    awaiting::drive(heap, awaitable)
}
