//! Limits: how far down the native stack and how far up the value area running code may go.
//!
//! Code compares with a limit on every call; that is one comparison with a number it holds. The
//! limits start close and move outwards in doublings when they are crossed, so that a stack
//! remembers how much of it was used (the pool trims only what was) and the usual coroutine
//! is never asked about it. The last native limit leaves a red zone of 128 KiB above the guard,
//! for library calls that do not check: the deepest seen, compiling a regex, takes 85 KiB.

use std::fmt;
use std::ptr::NonNull;

use super::region::{GUARD, Header, Mapping};

/// Bytes above the guard that only code which does not check may use.
const RED_ZONE: usize = 128 * 1024;

/// A stack has no room left. The one who hears it raises a recursion error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StackExhausted;

impl fmt::Display for StackExhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the stack is exhausted")
    }
}

impl std::error::Error for StackExhausted {}

/// The limits of one stack. Whoever resumes a coroutine installs the coroutine's limit
/// (`Coroutine::limit`) where running code looks, and restores its own when the resume returns.
/// Parking needs nothing: the limit waits with the rest of the walker.
#[derive(Clone, Copy)]
pub struct StackLimit {
    native: usize,
    values_end: usize,
    base: usize,
    native_hard: usize,
    values: NonNull<u8>,
    values_len: usize,
    /// Where crossings are remembered; a stack of its own size has nothing to remember.
    header: Option<&'static Header>,
}

impl StackLimit {
    pub(super) fn of_mapping(mapping: Mapping) -> StackLimit {
        let header = mapping.header();
        let (values, values_len) = mapping.values();
        let base = mapping.base().addr().get();
        let native_hard = mapping.low().addr().get() + GUARD + RED_ZONE;
        StackLimit {
            native: (base - header.native()).max(native_hard),
            values_end: values.addr().get() + header.values().min(values_len),
            base,
            native_hard,
            values,
            values_len,
            header: Some(header),
        }
    }

    /// Limits that are hard from the start. `low` is the end of the guard, `values` the native
    /// stack's base.
    pub(super) fn fixed(low: usize, values: NonNull<u8>, values_len: usize) -> StackLimit {
        let base = values.addr().get();
        let native_hard = low + RED_ZONE;
        StackLimit {
            native: native_hard,
            values_end: base + values_len,
            base,
            native_hard,
            values,
            values_len,
            header: None,
        }
    }

    /// The address below which the stack pointer must not be without asking `extend`.
    #[inline]
    pub fn native(&self) -> usize {
        self.native
    }

    /// The address that values must not reach beyond without asking `extend_values`.
    #[inline]
    pub fn values_end(&self) -> usize {
        self.values_end
    }

    /// Start and length in bytes of the value area, 64-byte aligned. It belongs to whoever runs
    /// on the stack, from the creation of its coroutine to its end. Nothing here ever reads it.
    /// The memory is initialised, but not cleared: what an earlier coroutine left is still there.
    #[inline]
    pub fn value_area(&self) -> (*mut u8, usize) {
        (self.values.as_ptr(), self.values_len)
    }

    /// Whether the running code has passed the native limit.
    #[inline(always)]
    pub fn is_passed(&self) -> bool {
        current_stack_pointer() < self.native
    }

    /// Moves the native limit below the stack pointer, and marks the stack deep. Fails if that
    /// would enter the red zone. Only code that runs on this stack may ask.
    #[cold]
    #[inline(never)]
    pub fn extend(&mut self) -> Result<(), StackExhausted> {
        let pointer = current_stack_pointer();
        if pointer < self.native_hard || pointer > self.base {
            return Err(StackExhausted);
        }
        let depth = (self.base - pointer + 1).next_power_of_two().min(self.base - self.native_hard);
        self.native = self.native.min(self.base - depth);
        if let Some(header) = self.header {
            header.set_native(header.native().max(depth));
        }
        Ok(())
    }

    /// Moves the value limit to at least the address `needed_end`, and marks the stack deep.
    /// Fails if that is beyond the value area.
    #[cold]
    #[inline(never)]
    pub fn extend_values(&mut self, needed_end: usize) -> Result<(), StackExhausted> {
        let start = self.values.addr().get();
        let needed = needed_end.saturating_sub(start);
        if needed > self.values_len {
            return Err(StackExhausted);
        }
        let used = needed.next_power_of_two().min(self.values_len);
        self.values_end = self.values_end.max(start + used);
        if let Some(header) = self.header {
            header.set_values(header.values().max(used));
        }
        Ok(())
    }
}

impl fmt::Debug for StackLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StackLimit")
            .field("native_left", &self.native.abs_diff(self.native_hard))
            .field("values_len", &self.values_len)
            .finish_non_exhaustive()
    }
}

/// The stack pointer, about: the running function's frame is within a few hundred bytes of it.
#[inline(always)]
pub fn current_stack_pointer() -> usize {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    {
        let pointer: usize;
        // SAFETY: copies one register into another; touches no memory and no flags.
        unsafe {
            #[cfg(target_arch = "x86_64")]
            std::arch::asm!("mov {}, rsp", out(reg) pointer, options(pure, nomem, nostack, preserves_flags));
            #[cfg(target_arch = "aarch64")]
            std::arch::asm!("mov {}, sp", out(reg) pointer, options(pure, nomem, nostack, preserves_flags));
        }
        pointer
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        let local = 0u8;
        std::hint::black_box(&raw const local).addr()
    }
}
