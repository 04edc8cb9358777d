//! Instances: of archetypes, classes, enums and exceptions. Fields stand in slots behind the
//! object, at offsets that the class knows; whatever else a program sets goes into a dict beside
//! it.
//!
//! Slots are raw here: descriptors and `__getattr__` are the business of `ops::attribute`, what the
//! graph keeps in a hidden slot that of `links.rs` and `graph`.

use std::alloc::Layout;
use std::cell::{RefCell, UnsafeCell};
use std::ptr::NonNull;

use super::links::{self, Links, Walk};
use super::object::{Header, Kind, Object, Tracked};
use super::{Class, Dict, Heap, Ref, Value};

/// What few instances have.
#[derive(Default)]
pub struct Extra {
    /// Attributes without a slot.
    pub dict: Option<Ref<Dict>>,
    /// The value of an instance of a class that derives from a builtin type (`class D(dict)`).
    pub payload: Value,
    /// 128-bit id, once somebody has asked for it; 0 before.
    pub id: u128,
    /// `__jac__`, once somebody has asked for it.
    pub anchor: Value,
    /// An edge that was made by `<++>`.
    pub undirected: bool,
}

/// An instance. `slot_count` values of its class follow it in memory.
#[repr(C, align(16))]
pub struct Instance {
    class: UnsafeCell<Ref<Class>>,
    extra: RefCell<Option<Box<Extra>>>,
    tail: UnsafeCell<[Value; 0]>,
}

fn layout(slots: usize) -> Layout {
    let base = Layout::new::<Object<Instance>>();
    // 65,535 slots of 16 bytes at most: cannot overflow.
    Layout::from_size_align(base.size() + slots * size_of::<Value>(), base.align()).expect("a small size")
}

impl Tracked for Instance {
    const KIND: Kind = Kind::Instance;

    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        super::collect::visit_ref(self.class(), Value::Class, visit);
        for value in self.slots() {
            match value {
                Value::Links(links) => links::trace(links, visit),
                Value::Walk(walk) => walk.trace(visit),
                value if value.is_immediate() => {}
                value => visit(value),
            }
        }
        if let Some(extra) = &*self.extra.borrow() {
            if let Some(dict) = &extra.dict {
                super::collect::visit_ref(dict, Value::Dict, visit);
            }
            visit(&extra.payload);
            visit(&extra.anchor);
        }
    }

    fn clear(&self, take: &mut dyn FnMut(Value)) {
        for slot in 0..self.slot_count() {
            match self.set_raw(slot, Value::Unbound) {
                Value::Links(links) => links::clear(*links, take),
                Value::Walk(mut walk) => walk.clear(take),
                value if value.is_immediate() => std::mem::forget(value),
                value => take(value),
            }
        }
        if let Some(mut extra) = self.extra.borrow_mut().take() {
            if let Some(dict) = extra.dict.take() {
                take(Value::Dict(dict));
            }
            take(std::mem::take(&mut extra.payload));
            take(std::mem::take(&mut extra.anchor));
        }
    }

    // SAFETY: the caller hands over a cleared object of `Instance::new` that nothing refers to any more.
    unsafe fn free(at: NonNull<Object<Instance>>) {
        // SAFETY: made by `Instance::new` with the same layout; cleared slots are immediate.
        unsafe {
            let slots = at.as_ref().header.small.get() as usize;
            std::ptr::drop_in_place(at.as_ptr());
            std::alloc::dealloc(at.as_ptr().cast(), layout(slots));
        }
    }
}

impl Instance {
    /// An instance with all slots unbound.
    #[inline]
    pub fn new(heap: &Heap, class: Ref<Class>) -> Ref<Instance> {
        let slots = class.slot_count as usize;
        let layout = layout(slots);
        // SAFETY: the layout is not empty; everything is written before it is read.
        unsafe {
            let raw: *mut Object<Instance> = std::alloc::alloc(layout).cast();
            let Some(at) = NonNull::new(raw) else { std::alloc::handle_alloc_error(layout) };
            let data = Instance {
                class: UnsafeCell::new(class),
                extra: RefCell::new(None),
                tail: UnsafeCell::new([]),
            };
            at.write(Object { header: Header::new(Kind::Instance), data });
            let first: *mut Value = (*at.as_ptr()).data.tail.get().cast();
            for slot in 0..slots {
                first.add(slot).write(Value::Unbound);
            }
            at.as_ref().header.small.set(slots as u16);
            heap.objects.link(&at.as_ref().header);
            Ref::from_raw(at)
        }
    }

    #[inline(always)]
    pub fn class(&self) -> &Ref<Class> {
        // SAFETY: replaced by `set_class` only, which nobody calls while a borrow is in use.
        unsafe { &*self.class.get() }
    }

    #[inline(always)]
    fn slot_count(&self) -> usize {
        // SAFETY: an Instance only ever exists inside an Object<Instance>, right behind its header.
        let header = unsafe {
            &*std::ptr::from_ref(self)
                .cast::<u8>()
                .sub(std::mem::offset_of!(Object<Instance>, data))
                .cast::<Header>()
        };
        header.small.get() as usize
    }

    #[inline(always)]
    fn first(&self) -> *mut Value {
        self.tail.get().cast()
    }

    /// All slots. The borrow must end before Jac code can run.
    #[inline(always)]
    pub fn slots(&self) -> &[Value] {
        // SAFETY: `slot_count` initialised values follow the object.
        unsafe { std::slice::from_raw_parts(self.first(), self.slot_count()) }
    }

    /// Slot `index` of the class's layout. The borrow must end before Jac code can run.
    #[inline(always)]
    pub fn slot(&self, index: u16) -> &Value {
        debug_assert!((index as usize) < self.slot_count());
        // SAFETY: slots are numbered by the class, whose count the instance was made with.
        unsafe { &*self.first().add(index as usize) }
    }

    /// Sets a slot; gives back what was there.
    #[inline(always)]
    pub fn set_slot(&self, index: u16, value: Value) -> Value {
        debug_assert!((index as usize) < self.slot_count());
        self.set_raw(index as usize, value)
    }

    #[inline(always)]
    fn set_raw(&self, index: usize, value: Value) -> Value {
        // SAFETY: as for `slot`; the exclusive borrow ends with the statement.
        unsafe { std::mem::replace(&mut *self.first().add(index), value) }
    }

    /// Works on a slot in place. `change` must not run Jac code.
    #[inline(always)]
    pub fn edit_slot<T>(&self, index: u16, change: impl FnOnce(&mut Value) -> T) -> T {
        debug_assert!((index as usize) < self.slot_count());
        // SAFETY: as for `slot`.
        change(unsafe { &mut *self.first().add(index as usize) })
    }

    /// A node's edges.
    #[inline(always)]
    pub fn links(&self) -> Option<&Links> {
        match self.slots().first() {
            Some(Value::Links(links)) => Some(links),
            _ => None,
        }
    }

    /// A walker's journey, if something has asked for it.
    #[inline(always)]
    pub fn walk(&self) -> Option<&Walk> {
        match self.slots().first() {
            Some(Value::Walk(walk)) => Some(walk),
            _ => None,
        }
    }

    /// Makes a walker's journey.
    pub fn start_walk(&self, walk: Walk) -> Option<&Walk> {
        self.set_raw(0, Value::Walk(Box::new(walk))).discard();
        self.walk()
    }

    /// Makes the instance one of another class with the same layout. False if the layouts differ.
    pub fn set_class(&self, class: Ref<Class>) -> bool {
        if class.slot_count as usize != self.slot_count() || class.builtin != self.class().builtin {
            return false;
        }
        // SAFETY: single-threaded, no borrow of the class is in use.
        drop(unsafe { std::mem::replace(&mut *self.class.get(), class) });
        true
    }

    /// Whether the instance has nothing but its slots.
    #[inline(always)]
    pub fn is_plain(&self) -> bool {
        // SAFETY: nobody keeps a borrow of `extra` over a call that could change it.
        unsafe { (*self.extra.as_ptr()).is_none() }
    }

    /// Reads the rarely used part.
    pub fn with_extra<T>(&self, read: impl FnOnce(&Extra) -> T) -> Option<T> {
        self.extra.borrow().as_deref().map(read)
    }

    /// Works on the rarely used part; makes it if there is none.
    pub fn edit_extra<T>(&self, change: impl FnOnce(&mut Extra) -> T) -> T {
        change(self.extra.borrow_mut().get_or_insert_default())
    }

    /// The dict of attributes without a slot, if there is one.
    #[inline]
    pub fn dict(&self) -> Option<Ref<Dict>> {
        // SAFETY: nobody keeps a borrow of `extra` over a call that could change it.
        match unsafe { &*self.extra.as_ptr() } {
            Some(extra) => extra.dict.clone(),
            None => None,
        }
    }

    /// The dict of attributes without a slot.
    pub fn dict_or_new(&self, heap: &Heap) -> Ref<Dict> {
        self.edit_extra(|extra| extra.dict.get_or_insert_with(|| Dict::new(heap)).clone())
    }

    /// The builtin value inside an instance of a class that derives from a builtin type.
    pub fn payload(&self) -> Option<Value> {
        self.with_extra(|extra| extra.payload.clone()).filter(|value| !value.is_unbound())
    }
}
