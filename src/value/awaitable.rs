//! Awaitable objects that library functions make: a sleep, a group, a time limit. They only say
//! what is to be waited for; the evaluator does the waiting.
//!
//! What it waits for is kept as values, which the collector sees. Coroutines of the program are
//! `generator.rs`'s.

use super::Value;
use super::native::NativeObject;

/// What is to be waited for.
#[derive(Clone)]
pub enum Wait {
    /// `asyncio.sleep(seconds, result)`
    Sleep { seconds: f64, result: Value },
    /// `asyncio.gather(…)`: a list of the results.
    Gather { all: Vec<Value>, return_exceptions: bool },
    /// `asyncio.wait_for(inner, seconds)`
    For { inner: Value, seconds: Option<f64> },
}

/// An awaitable object.
pub struct Awaitable {
    pub wait: Wait,
}

impl NativeObject for Awaitable {
    fn type_name(&self) -> &'static str {
        match self.wait {
            Wait::Gather { .. } => "_GatheringFuture",
            _ => "coroutine",
        }
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        match &self.wait {
            Wait::Sleep { result, .. } => visit(result),
            Wait::Gather { all, .. } => all.iter().for_each(visit),
            Wait::For { inner, .. } => visit(inner),
        }
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        match &mut self.wait {
            Wait::Sleep { result, .. } => take(std::mem::take(result)),
            Wait::Gather { all, .. } => std::mem::take(all).into_iter().for_each(take),
            Wait::For { inner, .. } => take(std::mem::take(inner)),
        }
    }
}
