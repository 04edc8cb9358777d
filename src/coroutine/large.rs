//! Large stacks: for the main program, and for calls that go deep and never suspend.
//!
//! Each is mapped for one call and unmapped after it, since such calls are rare. The layout is
//! that of the pooled ones: guard, native stack, value area. Nothing on a large stack is
//! trimmed, so its limits are hard from the start.

use std::ptr::NonNull;

use corosensei::stack::StackPointer;

use super::limit::StackLimit;
use super::region::{GUARD, NoStack, install_guard, map};

/// Addresses for a call on a big stack.
const BIG: usize = 256 << 20;
/// The least and the most that somebody may ask for.
const SIZES: std::ops::RangeInclusive<usize> = (4 << 20)..=(1 << 36);
const PAGE: usize = 64 * 1024;

/// Runs `call` on a fresh stack of 256 MiB of addresses (touched pages alone cost). For parsers,
/// regex compilers and the like: it must not suspend. A panic of `call` goes on here.
pub fn on_big_stack<Ret>(call: impl FnOnce() -> Ret) -> Result<Ret, NoStack> {
    main_stack(BIG, |_| call())
}

/// Runs `main` on a fresh stack of `size` bytes (at least 4 MiB), an eighth of which is its value
/// area, and tells it its limits.
pub fn main_stack<Ret>(size: usize, main: impl FnOnce(StackLimit) -> Ret) -> Result<Ret, NoStack> {
    let stack = LargeStack::new(size).map_err(NoStack)?;
    let limit = stack.limits();
    Ok(corosensei::on_stack(stack, move || main(limit)))
}

struct LargeStack {
    low: NonNull<u8>,
    len: usize,
}

impl LargeStack {
    fn new(size: usize) -> std::io::Result<LargeStack> {
        let len = size.clamp(*SIZES.start(), *SIZES.end()).next_multiple_of(8 * PAGE);
        let low = map(len)?;
        install_guard(low);
        Ok(LargeStack { low, len })
    }

    /// The highest address of the native stack, the lowest of the value area.
    fn middle(&self) -> NonNull<u8> {
        // SAFETY: inside the mapping, whose last eighth is the value area.
        unsafe { self.low.add(self.len - self.len / 8) }
    }

    fn limits(&self) -> StackLimit {
        StackLimit::fixed(self.low.addr().get() + GUARD, self.middle(), self.len / 8)
    }
}

impl Drop for LargeStack {
    fn drop(&mut self) {
        // SAFETY: `map` mapped exactly this, and nothing runs on it any more. Failure leaks it.
        unsafe { libc::munmap(self.low.as_ptr().cast(), self.len) };
    }
}

// SAFETY: both addresses are page-aligned and enclose at least 3.5 MiB that only this owner uses,
// the lowest of it guard pages where the kernel knows them (see `stack`).
unsafe impl corosensei::stack::Stack for LargeStack {
    fn base(&self) -> StackPointer {
        self.middle().addr()
    }

    fn limit(&self) -> StackPointer {
        self.low.addr()
    }
}
