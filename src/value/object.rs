//! The heap objects that can be part of a cycle: a header, a counted pointer, and what becomes of an
//! object that nothing refers to any more.
//!
//! Every tracked object stands in its isolate's list (two links in the header), so that the collector
//! finds it and so that it can leave the list without knowing its isolate. Counts are not atomic: an
//! object never leaves its isolate. Dropping is iterative: contents whose count falls to zero join a
//! work list instead of the native stack.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;

use super::Value;
use super::heap::{Signals, signal};

/// What a tracked object is; decides how it is traced and freed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// The head of an isolate's list, not an object.
    Head,
    List,
    Tuple,
    Dict,
    Set,
    Cell,
    Function,
    Bound,
    Class,
    Instance,
    Module,
    Iter,
    Generator,
    Descriptor,
    Native,
}

/// Used by the collector only.
pub(super) const REACHABLE: u8 = 1;
/// Part of the collection that is running.
pub(super) const LOOKED_AT: u8 = 4;
/// An edge that stands in no list: its source is traced in its place (`links.rs`).
pub(super) const EMBEDDED: u8 = 8;
/// Already taken apart; its memory waits for the count to reach zero.
pub(super) const CLEARED: u8 = 2;

/// The first words of every tracked object.
#[repr(C)]
pub struct Header {
    pub(super) prev: Cell<*const Header>,
    pub(super) next: Cell<*const Header>,
    pub(super) count: Cell<u32>,
    pub(super) kind: Kind,
    pub(super) flags: Cell<u8>,
    /// Free for the object's own type (an instance keeps its number of slots here).
    pub(super) small: Cell<u16>,
}

impl Header {
    pub(super) fn new(kind: Kind) -> Header {
        Header {
            prev: Cell::new(std::ptr::null()),
            next: Cell::new(std::ptr::null()),
            count: Cell::new(1),
            kind,
            flags: Cell::new(0),
            small: Cell::new(0),
        }
    }

    /// Whether any of `flags` is set.
    #[inline(always)]
    pub fn has(&self, flags: u8) -> bool {
        self.flags.get() & flags != 0
    }

    pub fn set(&self, flag: u8, on: bool) {
        let now = self.flags.get();
        self.flags.set(if on { now | flag } else { now & !flag });
    }

    /// Counts one more pointer.
    #[inline(always)]
    pub(super) fn retain(&self) {
        self.count.set(self.count.get() + 1);
    }

    pub(super) fn unlink(&self) {
        let (prev, next) = (self.prev.get(), self.next.get());
        if prev.is_null() {
            return;
        }
        // SAFETY: a linked header's neighbours are alive: each leaves the list before it is freed,
        // and the head outlives the list (it is taken apart when its heap is dropped).
        unsafe {
            (*prev).next.set(next);
            (*next).prev.set(prev);
        }
        self.prev.set(std::ptr::null());
        self.next.set(std::ptr::null());
    }
}

/// How many new objects are worth a look at them.
pub(super) const YOUNG: usize = 50_000;

/// The list of an isolate's tracked objects, and how many have been made since the last collection.
pub struct Objects {
    head: Box<Header>,
    /// Stands in the list between the objects that have lived through a collection and the others.
    divider: Box<Header>,
    pub(super) allocated: Cell<usize>,
    pub(super) threshold: Cell<usize>,
    /// How many were alive after the last full collection, and how many have grown old since.
    pub(super) alive: Cell<usize>,
    pub(super) grown_old: Cell<usize>,
    signals: Arc<Signals>,
}

impl Objects {
    pub(super) fn new(signals: Arc<Signals>) -> Objects {
        let head = Box::new(Header::new(Kind::Head));
        let divider = Box::new(Header::new(Kind::Head));
        let (first, second): (*const Header, *const Header) = (&*head, &*divider);
        head.prev.set(second);
        head.next.set(second);
        divider.prev.set(first);
        divider.next.set(first);
        Objects {
            head,
            divider,
            allocated: Cell::new(0),
            threshold: Cell::new(YOUNG),
            alive: Cell::new(0),
            grown_old: Cell::new(0),
            signals,
        }
    }

    pub(super) fn divider(&self) -> &Header {
        &self.divider
    }

    /// All objects are old now.
    pub(super) fn all_old(&self) {
        self.divider.unlink();
        let head: *const Header = &*self.head;
        let last = self.head.prev.get();
        self.divider.prev.set(last);
        self.divider.next.set(head);
        // SAFETY: `last` is the head itself or a live linked object.
        unsafe { (*last).next.set(&raw const *self.divider) };
        self.head.prev.set(&raw const *self.divider);
    }

    pub(super) fn head(&self) -> &Header {
        &self.head
    }

    /// Puts a new object into the list.
    #[inline(always)]
    pub(super) fn link(&self, header: &Header) {
        let head: *const Header = &*self.head;
        let last = self.head.prev.get();
        header.prev.set(last);
        header.next.set(head);
        // SAFETY: `last` is the head itself or a live linked object.
        unsafe { (*last).next.set(header) };
        self.head.prev.set(header);
        let made = self.allocated.get() + 1;
        self.allocated.set(made);
        if made == self.threshold.get() {
            self.signals.raise(signal::COLLECT);
        }
    }

    /// Counts memory that belongs to an object as that many objects more.
    pub fn weigh(&self, objects: usize) {
        let made = self.allocated.get() + objects;
        self.allocated.set(made);
        if made >= self.threshold.get() {
            self.signals.raise(signal::COLLECT);
        }
    }

    /// Takes back what `weigh` has counted, or what is left of it since the last collection.
    pub fn lighten(&self, objects: usize) {
        self.allocated.set(self.allocated.get().saturating_sub(objects));
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // Whatever is left (cycles, objects that outlive the heap by a moment) is taken off the list,
        // so that no header points to the freed head.
        let head: *const Header = &*self.head;
        let mut at = self.head.next.get();
        while at != head {
            // SAFETY: every linked object is alive.
            let header = unsafe { &*at };
            at = header.next.get();
            header.prev.set(std::ptr::null());
            header.next.set(std::ptr::null());
        }
    }
}

/// A tracked object: header, then the data.
#[repr(C)]
pub struct Object<T> {
    pub(super) header: Header,
    pub(super) data: T,
}

/// What a type must tell to live behind a [`Ref`].
pub trait Tracked: Sized {
    const KIND: Kind;
    /// Calls `visit` for every value that the object holds.
    fn trace(&self, visit: &mut dyn FnMut(&Value));
    /// Hands every value that the object holds to `take` and forgets it; the object stays usable as an
    /// empty one. Runs before it is freed, and when a cycle is broken.
    fn clear(&self, take: &mut dyn FnMut(Value));
    /// Frees the memory. The contents have been cleared.
    ///
    /// # Safety
    /// `at` came out of this type's allocation, and nothing refers to it.
    unsafe fn free(at: NonNull<Object<Self>>) {
        drop(unsafe { Box::from_raw(at.as_ptr()) });
    }
}

/// A counted pointer to a tracked object of one isolate.
#[repr(transparent)]
pub struct Ref<T: Tracked>(pub(super) NonNull<Object<T>>, PhantomData<Object<T>>);

impl<T: Tracked> Ref<T> {
    /// Moves `data` to the heap and into the list of `objects`.
    #[inline]
    pub fn new(objects: &Objects, data: T) -> Ref<T> {
        let object = Box::new(Object { header: Header::new(T::KIND), data });
        let at = NonNull::from(Box::leak(object));
        // SAFETY: just allocated.
        objects.link(unsafe { &at.as_ref().header });
        Ref(at, PhantomData)
    }

    /// # Safety
    /// `at` is a live object whose count already includes the new pointer.
    #[inline(always)]
    pub(super) unsafe fn from_raw(at: NonNull<Object<T>>) -> Ref<T> {
        Ref(at, PhantomData)
    }

    #[inline(always)]
    pub fn header(&self) -> &Header {
        // SAFETY: a Ref keeps its object alive.
        unsafe { &self.0.as_ref().header }
    }

    /// The address: identity, and the number that `id` shows.
    #[inline(always)]
    pub fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }

    #[inline(always)]
    pub fn same(&self, other: &Ref<T>) -> bool {
        self.0 == other.0
    }

    /// How many pointers there are.
    #[inline(always)]
    pub fn count(&self) -> u32 {
        self.header().count.get()
    }
}

impl<T: Tracked> Deref for Ref<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a Ref keeps its object alive.
        unsafe { &self.0.as_ref().data }
    }
}

impl<T: Tracked> Clone for Ref<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        self.header().retain();
        Ref(self.0, PhantomData)
    }
}

impl<T: Tracked> Drop for Ref<T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: this pointer's count is given back once.
        unsafe { let_go(self.0.cast()) };
    }
}

/// Gives a pointer's count back.
///
/// # Safety
/// `at` is alive, and the pointer is not used any more.
#[inline(always)]
pub(super) unsafe fn let_go(at: NonNull<Header>) {
    // SAFETY: alive by the count that is given back.
    let count = unsafe { &at.as_ref().count };
    let left = count.get() - 1;
    count.set(left);
    if left == 0 {
        release(at);
    }
}

/// Takes an object apart whose count has reached zero, and everything that dies with it. The dying
/// objects form a chain through their `next` links, so no native stack and no memory is needed.
#[inline(never)]
pub(super) fn release(first: NonNull<Header>) {
    let mut chain: *const Header = std::ptr::null();
    let mut at = first;
    // SAFETY: on the chain stand only objects whose count is zero, each once; nothing else refers to them.
    unsafe {
        at.as_ref().unlink();
        loop {
            clear_object(at, &mut |value| chain_dead(value, &mut chain));
            free_object(at);
            match NonNull::new(chain.cast_mut()) {
                Some(next) => at = next,
                None => break,
            }
            chain = at.as_ref().next.get();
        }
    }
}

/// Drops a value; a tracked object that dies by it joins the chain instead.
#[inline]
fn chain_dead(value: Value, chain: &mut *const Header) {
    if value.is_immediate() {
        return std::mem::forget(value);
    }
    if let Some(at) = value.tracked_header() {
        // SAFETY: the value keeps it alive.
        let header = unsafe { at.as_ref() };
        if header.count.get() == 1 {
            header.count.set(0);
            header.unlink();
            header.next.set(*chain);
            *chain = at.as_ptr();
        } else {
            header.count.set(header.count.get() - 1);
        }
        std::mem::forget(value);
    } else if let Value::Slice(slice) = value {
        super::range::Slice::take_apart(slice, |part| chain_dead(part, chain));
    }
}

macro_rules! by_kind {
    ($at:expr, $object:ident => $body:expr) => {{
        use super::{
            bound, cell, class, descriptor, dict, function, generator, instance, iter, list, module, native,
            set, tuple,
        };
        let at = $at;
        match at.as_ref().kind {
            Kind::Head => {}
            Kind::List => {
                let $object: NonNull<Object<list::List>> = at.cast();
                $body
            }
            Kind::Tuple => {
                let $object: NonNull<Object<tuple::Tuple>> = at.cast();
                $body
            }
            Kind::Dict => {
                let $object: NonNull<Object<dict::Dict>> = at.cast();
                $body
            }
            Kind::Set => {
                let $object: NonNull<Object<set::Set>> = at.cast();
                $body
            }
            Kind::Cell => {
                let $object: NonNull<Object<cell::CellBox>> = at.cast();
                $body
            }
            Kind::Function => {
                let $object: NonNull<Object<function::Function>> = at.cast();
                $body
            }
            Kind::Bound => {
                let $object: NonNull<Object<bound::Bound>> = at.cast();
                $body
            }
            Kind::Class => {
                let $object: NonNull<Object<class::Class>> = at.cast();
                $body
            }
            Kind::Instance => {
                let $object: NonNull<Object<instance::Instance>> = at.cast();
                $body
            }
            Kind::Module => {
                let $object: NonNull<Object<module::Module>> = at.cast();
                $body
            }
            Kind::Iter => {
                let $object: NonNull<Object<iter::Iter>> = at.cast();
                $body
            }
            Kind::Generator => {
                let $object: NonNull<Object<generator::Generator>> = at.cast();
                $body
            }
            Kind::Descriptor => {
                let $object: NonNull<Object<descriptor::Descriptor>> = at.cast();
                $body
            }
            Kind::Native => {
                let $object: NonNull<Object<native::Native>> = at.cast();
                $body
            }
        }
    }};
}

/// # Safety
/// `at` is a live object.
pub(super) unsafe fn trace_object(at: NonNull<Header>, visit: &mut dyn FnMut(&Value)) {
    unsafe { by_kind!(at, object => object.as_ref().data.trace(visit)) }
}

/// # Safety
/// `at` is a live object, and no reference into its contents is in use.
pub(super) unsafe fn clear_object(at: NonNull<Header>, take: &mut dyn FnMut(Value)) {
    unsafe { by_kind!(at, object => object.as_ref().data.clear(take)) }
}

/// # Safety
/// `at` is a cleared object that nothing refers to.
unsafe fn free_object(at: NonNull<Header>) {
    unsafe { by_kind!(at, object => Tracked::free(object)) }
}
