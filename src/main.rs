//! The `ambler` program: an allocator, and the command line.
//!
//! All else is in the library. `SIGPIPE` stays ignored, as Rust sets it: a
//! server must survive a peer that hangs up, and the command line notices by
//! itself when the reader of its output has gone away.

use std::alloc::{GlobalAlloc, Layout};
use std::process::ExitCode;

use libmimalloc_sys::{mi_malloc, mi_realloc, mi_zalloc};
use mimalloc::MiMalloc;

/// Mimalloc, asked for an alignment only where its blocks do not have it anyway. Whenever a page's list of
/// free blocks has run out, its aligned functions take a larger block from another page, for sizes like the
/// 48 bytes of a string and the 80 of an edge: that cost a tenth of the memory of a graph, and time.
struct Allocator;

impl Allocator {
    /// Blocks begin at multiples of 16 bytes, those of up to 8 bytes at multiples of 8.
    #[inline(always)]
    fn is_aligned_anyway(layout: Layout) -> bool {
        layout.align() <= 8 || (layout.align() == 16 && layout.size() >= 16)
    }
}

// SAFETY: mimalloc keeps the rules of `GlobalAlloc`; whatever function a block came from, `mi_free` and
// `mi_realloc` take it, and the alignment is what the layout asks for (`is_aligned_anyway`).
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if Allocator::is_aligned_anyway(layout) {
            // SAFETY: any size is allowed.
            return unsafe { mi_malloc(layout.size()) }.cast();
        }
        // SAFETY: the caller's promise.
        unsafe { MiMalloc.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if Allocator::is_aligned_anyway(layout) {
            // SAFETY: any size is allowed.
            return unsafe { mi_zalloc(layout.size()) }.cast();
        }
        // SAFETY: the caller's promise.
        unsafe { MiMalloc.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { MiMalloc.dealloc(block, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if layout.align() <= 8 || (layout.align() == 16 && size >= 16) {
            // SAFETY: the block came from mimalloc.
            return unsafe { mi_realloc(block.cast(), size) }.cast();
        }
        // SAFETY: the caller's promise.
        unsafe { MiMalloc.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

fn main() -> ExitCode {
    ambler::cli::main()
}
