//! Regions: where the memory of stacks comes from, and how one stack's share of it is laid out.
//!
//! A region is one `mmap` of 64 mappings of 4 MiB of addresses each, of which only touched pages
//! cost anything. A mapping holds, from below: 16 guard pages, the native stack (it grows down),
//! a header of 64 bytes, the value area (it grows up). The header sits inside a page, so that the
//! first frames, the header and the first values share that page: it is all that a coroutine
//! which waits early has touched. Mappings start in the middle of a 2 MiB block, so that this
//! page and the guard of the next mapping share one page of page tables.
//!
//! Regions are never unmapped: a `Mapping`'s memory is valid for ever, whoever owns it. Knows
//! neither coroutines nor who is allowed to use a mapping when.

use std::fmt;
use std::io;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Addresses per mapping.
const MAPPING: usize = 4 * MIB;
/// Mappings per region.
const MAPPINGS: usize = 64;
/// What page tables are allocated for, one page per block.
const BLOCK: usize = 2 * MIB;
/// Where mappings start within a block: the hot page is half a MiB into its block, the next
/// mapping's guard one MiB.
const BLOCK_OFFSET: usize = MIB;

/// Bytes of guard below a native stack.
pub(super) const GUARD: usize = 64 * KIB;
/// Offset of the hot page, which holds the first frames, the header and the first values.
const HOT_PAGE: usize = MAPPING - 512 * KIB;
/// Offset of the header: the native stack's base.
const HEADER: usize = HOT_PAGE + 3 * KIB - size_of::<Header>();
/// Offset of the value area.
const VALUES: usize = HEADER + size_of::<Header>();

/// Bytes below the base that any coroutine may use without being remembered for it.
pub(super) const SHALLOW_NATIVE: usize = 32 * KIB;
/// Bytes of the value area that any coroutine may use without being remembered for it.
pub(super) const SHALLOW_VALUES: usize = 16 * KIB;

/// `MADV_GUARD_INSTALL` of Linux 6.13, which the libc crate does not name yet.
#[cfg(target_os = "linux")]
const MADV_GUARD_INSTALL: libc::c_int = 102;

/// No address space or memory is left for another stack.
#[derive(Debug)]
pub struct NoStack(pub(super) io::Error);

impl fmt::Display for NoStack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no memory for another stack: {}", self.0)
    }
}

impl std::error::Error for NoStack {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// How much of a stack its users were let into, in bytes; what is resident beyond the shallow
/// part is at most this. All zero, as fresh memory is, means "no deeper than the shallow part".
///
/// Written by the code that runs on the stack, read when the stack changes hands.
#[repr(C, align(64))]
pub(super) struct Header {
    native: AtomicUsize,
    values: AtomicUsize,
}

impl Header {
    /// Bytes below the base that may be used without asking.
    pub(super) fn native(&self) -> usize {
        self.native.load(Relaxed).max(SHALLOW_NATIVE)
    }

    /// Bytes of the value area that may be used without asking.
    pub(super) fn values(&self) -> usize {
        self.values.load(Relaxed).max(SHALLOW_VALUES)
    }

    pub(super) fn set_native(&self, bytes: usize) {
        self.native.store(bytes, Relaxed);
    }

    pub(super) fn set_values(&self, bytes: usize) {
        self.values.store(bytes, Relaxed);
    }
}

/// The memory of one stack. A name for it, not its owner: `pool` decides who may use it.
#[derive(Clone, Copy)]
pub(super) struct Mapping {
    low: NonNull<u8>,
}

// SAFETY: a mapping is an address range that stays mapped for ever and has no ties to a thread.
unsafe impl Send for Mapping {}

impl Mapping {
    /// A mapping that nobody has touched since it was created or discarded.
    pub(super) fn untouched() -> Result<Mapping, NoStack> {
        let mut supply = SUPPLY.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mapping) = supply.spare.pop() {
            return Ok(mapping);
        }
        if supply.left == 0 {
            supply.next = map_region().map_err(NoStack)?;
            supply.left = MAPPINGS;
        }
        let low = supply.next;
        // SAFETY: `next` is the first of `left` (at least one) mappings of a region, so the
        // result is at most one past the last of them.
        supply.next = unsafe { low.add(MAPPING) };
        supply.left -= 1;
        drop(supply);
        install_guard(low);
        register_with_valgrind(low);
        Ok(Mapping { low })
    }

    /// Gives all memory back to the system and keeps the mapping for `untouched`. The caller must
    /// own the mapping and forget it.
    pub(super) fn discard(self) {
        self.release(GUARD, MAPPING);
        SUPPLY.lock().unwrap_or_else(PoisonError::into_inner).spare.push(self);
    }

    /// Gives back the memory beyond the shallow part. The caller must own the mapping.
    pub(super) fn trim(self) {
        self.release(GUARD, HOT_PAGE - SHALLOW_NATIVE);
        self.release(HOT_PAGE + SHALLOW_VALUES, MAPPING);
        let header = self.header();
        header.set_native(0);
        header.set_values(0);
    }

    /// Empties the value area. The caller must own the mapping.
    pub(super) fn wipe_values(self) {
        let bytes = self.header().values();
        // SAFETY: the area begins at VALUES and was used up to `bytes` at most, all inside the mapping,
        // whose owner calls and keeps nothing in it.
        unsafe { self.low.add(VALUES).write_bytes(0, bytes) };
    }

    /// Bytes beyond the shallow part that may be resident.
    pub(super) fn deep_bytes(self) -> usize {
        let header = self.header();
        header.native() - SHALLOW_NATIVE + header.values() - SHALLOW_VALUES
    }

    pub(super) fn header(self) -> &'static Header {
        // SAFETY: HEADER is inside the mapping and a multiple of 64, which a mapping's start is
        // too; the memory is never unmapped, only this type refers to these 64 bytes, any bits
        // are valid atomics, and the system clears them only in `discard`.
        unsafe { self.low.add(HEADER).cast().as_ref() }
    }

    /// Start and length of the value area.
    pub(super) fn values(self) -> (NonNull<u8>, usize) {
        // SAFETY: VALUES is inside the mapping.
        (unsafe { self.low.add(VALUES) }, MAPPING - VALUES)
    }

    /// The lowest address, guard pages included.
    pub(super) fn low(self) -> NonNull<u8> {
        self.low
    }

    /// A mapping from what `low` said.
    pub(super) fn from_low(low: NonNull<u8>) -> Mapping {
        Mapping { low }
    }

    /// The highest address of the native stack.
    pub(super) fn base(self) -> NonNull<u8> {
        // SAFETY: HEADER is inside the mapping.
        unsafe { self.low.add(HEADER) }
    }

    /// Hands the pages from `start` to `end`, offsets above the guard, back to the system; they
    /// read as zero afterwards. Costs by the pages that were touched.
    fn release(self, start: usize, end: usize) {
        // SAFETY: the range is inside this mapping, whose owner calls and keeps nothing in it.
        // Failure (a page size that does not divide the offsets) costs memory only.
        unsafe { libc::madvise(self.low.add(start).as_ptr().cast(), end - start, libc::MADV_DONTNEED) };
    }
}

/// Mappings that nobody uses and that hold no memory.
struct Supply {
    spare: Vec<Mapping>,
    next: NonNull<u8>,
    left: usize,
}

// SAFETY: `next` is an address in memory that stays mapped for ever, with no ties to a thread.
unsafe impl Send for Supply {}

static SUPPLY: Mutex<Supply> = Mutex::new(Supply { spare: Vec::new(), next: NonNull::dangling(), left: 0 });

/// Maps one region and returns the start of its first mapping.
fn map_region() -> io::Result<NonNull<u8>> {
    let used = MAPPING * MAPPINGS;
    let start = map(used + GUARD + BLOCK)?;
    let to_block = start.as_ptr().align_offset(BLOCK);
    let shift = if to_block >= BLOCK_OFFSET { to_block - BLOCK_OFFSET } else { to_block + BLOCK_OFFSET };
    // SAFETY: `shift` is below BLOCK, so the mappings and the guard above them fit.
    let first = unsafe { start.add(shift) };
    // SAFETY: as above; the address is that of the guard above the last mapping's value area.
    install_guard(unsafe { first.add(used) });
    Ok(first)
}

/// Reserves `bytes` of zeroed memory of which only touched pages cost.
pub(super) fn map(bytes: usize) -> io::Result<NonNull<u8>> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: an anonymous mapping at an address that the system chooses disturbs nobody.
    let start =
        unsafe { libc::mmap(ptr::null_mut(), bytes, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0) };
    if start == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    // Huge pages would make one waiting coroutine cost one to two MiB.
    #[cfg(target_os = "linux")]
    // SAFETY: advice on the pages just mapped; failure (no such pages in this kernel) is fine.
    unsafe {
        libc::madvise(start, bytes, libc::MADV_NOHUGEPAGE);
    }
    NonNull::new(start.cast()).ok_or_else(io::Error::last_os_error)
}

/// Makes the `GUARD` bytes at `start`, which must be unused memory from `map`, fault. An older
/// kernel refuses; then the limits that running code checks are the only protection.
pub(super) fn install_guard(start: NonNull<u8>) {
    #[cfg(target_os = "linux")]
    // SAFETY: the pages are mapped and nobody uses them (the caller's word); nothing else changes.
    unsafe {
        libc::madvise(start.as_ptr().cast(), GUARD, MADV_GUARD_INSTALL);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = start;
}

/// Tells valgrind, where it watches, that this is a stack; elsewhere a handful of no-ops.
fn register_with_valgrind(low: NonNull<u8>) {
    use corosensei::stack::valgrind::ValgrindStackRegistration;
    // A mapping is never unmapped, so the registration is never taken back.
    std::mem::forget(ValgrindStackRegistration::new(low.as_ptr(), HEADER));
}
