//! A stack that somebody owns: memory from the pool, returned to it when the owner goes.
//!
//! This is what corosensei runs coroutines on. Refuses to know what runs on it.

use corosensei::stack::StackPointer;

use super::pool;
use super::region::{Mapping, NoStack};

/// Exclusive ownership of one mapping.
pub(super) struct Stack {
    mapping: Mapping,
}

impl Stack {
    /// A stack from the pool, or a new one.
    pub(super) fn take() -> Result<Stack, NoStack> {
        pool::take().map(|mapping| Stack { mapping })
    }

    /// The memory, which outlives this owner.
    pub(super) fn mapping(&self) -> Mapping {
        self.mapping
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        pool::give(self.mapping);
    }
}

// SAFETY: base and limit are 16-byte aligned (the header is 64-byte aligned, the mapping's start
// page-aligned) and enclose more than 3 MiB that only this owner uses. The lowest 16 pages are
// guard pages where the kernel knows them; where it does not, the code that runs here checks the
// stack pointer against its limit, 128 KiB above, on every call.
unsafe impl corosensei::stack::Stack for Stack {
    fn base(&self) -> StackPointer {
        self.mapping.base().addr()
    }

    fn limit(&self) -> StackPointer {
        self.mapping.low().addr()
    }
}
