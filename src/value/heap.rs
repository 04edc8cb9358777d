//! The per-isolate state that values and the evaluator see: tracked objects, the value stack, the
//! exception on its way, module variables, constants, classes, and the poll flag.
//!
//! A [`Heap`] never moves between threads while it runs and is passed by reference everywhere: nothing
//! here is reached through thread-local or global variables.

use std::any::Any;
use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::collections::HashMap;
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::call::{Caller, Library};
use super::class::{self, AttributeMap, BUILTIN_TYPES, ClassParts};
use super::errors::{ERROR_KINDS, ErrorKind, TraceEntry};
use super::generator::Orphans;
use super::object::Objects;
use super::{BuiltinType, Class, ClassKind, Frame, Instance, Outcome, Raised, Ref, Str, Symbol, Value};
use crate::code::GlobalId;
use crate::coroutine::{StackLimit, current_stack_pointer};
use crate::source::Span;

/// Why an isolate is asked to come to a safe point: bits of [`Signals::flag`].
pub mod signal {
    /// Enough has been allocated for a collection.
    pub const COLLECT: u32 = 1;
    /// A generator was dropped half-way.
    pub const ORPHANS: u32 = 2;
    /// The walker is to be cancelled.
    pub const CANCEL: u32 = 4;
    /// Others wait for the thread.
    pub const YIELD: u32 = 8;
    /// Somebody wants to read the walker's fields.
    pub const LOOK: u32 = 16;
    /// Ctrl-C.
    pub const INTERRUPT: u32 = 32;
    /// Always on in a deterministic run: every safe point may be an interruption.
    pub const SEEDED: u32 = 64;
}

/// The part of an isolate that other threads may touch.
#[derive(Default)]
pub struct Signals {
    pub flag: AtomicU32,
}

impl Signals {
    pub fn raise(&self, bits: u32) {
        self.flag.fetch_or(bits, Ordering::Relaxed);
    }
    pub fn clear(&self, bits: u32) {
        self.flag.fetch_and(!bits, Ordering::Relaxed);
    }
    pub fn has(&self, bits: u32) -> bool {
        self.flag.load(Ordering::Relaxed) & bits != 0
    }
}

/// Slots at the end of the value stack that limits keep free, for natives with many parameters.
const SLACK: usize = 64;

/// A heap's address that may travel into a coroutine of the same isolate.
#[derive(Clone, Copy)]
pub struct HeapHandle(*const Heap);

impl HeapHandle {
    /// The heap. Whoever holds a handle is owned by the isolate, and goes before its heap does.
    #[inline(always)]
    pub fn get<'h>(self) -> &'h Heap {
        // SAFETY: a coroutine that holds the handle is a value of this heap, dropped with or before it.
        unsafe { &*self.0 }
    }
}

/// One isolate.
pub struct Heap {
    pub objects: Objects,
    pub signals: Arc<Signals>,
    pub library: &'static dyn Library,
    pub caller: &'static dyn Caller,
    pub orphans: Rc<Orphans>,

    /// The end of the running function's window: where a native function's calls begin.
    top: Cell<*mut Value>,
    /// The native stack and value stack that the isolate runs on.
    limit: Cell<Option<StackLimit>>,
    native_limit: Cell<usize>,
    values_end: Cell<*mut Value>,
    depth: Cell<u32>,
    depth_limit: Cell<u32>,
    shares_graph: Cell<bool>,
    commits: Cell<bool>,
    globals_written: Cell<bool>,

    raised: UnsafeCell<Option<Ref<Instance>>>,
    pub(super) raised_span: Cell<Span>,
    pub(super) trace: RefCell<Vec<TraceEntry>>,
    handled: UnsafeCell<Value>,

    globals: UnsafeCell<Vec<Value>>,
    constants: UnsafeCell<Vec<Value>>,
    types: [OnceCell<Ref<Class>>; BUILTIN_TYPES],
    pub(super) error_classes: [OnceCell<Ref<Class>>; ERROR_KINDS],
    native_classes: RefCell<HashMap<&'static str, Ref<Class>>>,
    /// Builtins by the number of their name.
    builtins: UnsafeCell<Vec<Value>>,
    chars: OnceCell<Box<[Value]>>,
    /// What the floors above keep with the isolate, one of each type.
    attached: RefCell<Vec<Rc<dyn Any>>>,
    upper: OnceCell<Rc<dyn Any>>,
}

impl Drop for Heap {
    fn drop(&mut self) {
        // Values go before the list that tracks them; cycles are broken by a last collection.
        self.builtins.get_mut().clear();
        self.globals.get_mut().clear();
        self.constants.get_mut().clear();
        drop(self.take_raised());
        drop(std::mem::take(self.handled.get_mut()));
        self.attached.get_mut().clear();
        self.upper.take();
        super::collect::collect_last(self);
        while let Some(body) = self.orphans.pop() {
            drop(body);
        }
    }
}

impl Heap {
    pub fn new(library: &'static dyn Library, caller: &'static dyn Caller) -> Heap {
        let signals = Arc::new(Signals::default());
        Heap {
            objects: Objects::new(signals.clone()),
            orphans: Orphans::new(signals.clone()),
            signals,
            library,
            caller,
            top: Cell::new(std::ptr::null_mut()),
            limit: Cell::new(None),
            native_limit: Cell::new(0),
            values_end: Cell::new(std::ptr::null_mut()),
            depth: Cell::new(0),
            depth_limit: Cell::new(1000),
            shares_graph: Cell::new(false),
            commits: Cell::new(false),
            globals_written: Cell::new(false),
            raised: UnsafeCell::new(None),
            raised_span: Cell::new(Span::NONE),
            trace: RefCell::default(),
            handled: UnsafeCell::new(Value::None),
            globals: UnsafeCell::default(),
            constants: UnsafeCell::default(),
            types: [const { OnceCell::new() }; BUILTIN_TYPES],
            error_classes: [const { OnceCell::new() }; ERROR_KINDS],
            native_classes: RefCell::default(),
            builtins: UnsafeCell::default(),
            chars: OnceCell::new(),
            attached: RefCell::default(),
            upper: OnceCell::new(),
        }
    }

    /// For the body of a coroutine, which must be `'static`.
    pub fn handle(&self) -> HeapHandle {
        HeapHandle(self)
    }

    // ---- the value stack

    /// Continues on the stacks that `limit` describes; gives the limit before.
    ///
    /// # Safety
    /// The caller runs on that native stack, or is about to switch to it, and its value area holds
    /// immediates only above what is in use.
    pub unsafe fn set_limit(&self, limit: Option<StackLimit>) -> Option<StackLimit> {
        let (native, end) = match &limit {
            Some(limit) => (limit.native(), limit.values_end().saturating_sub(SLACK * size_of::<Value>())),
            None => (0, 0),
        };
        self.native_limit.set(native);
        self.values_end.set(end as *mut Value);
        self.limit.replace(limit)
    }

    /// Starts the isolate on a stack whose value area is fresh.
    pub fn start_on(&self, limit: StackLimit) {
        let (base, _) = limit.value_area();
        // SAFETY: called on that stack, whose value area is zeroed memory: unbound slots.
        unsafe {
            self.set_limit(Some(limit));
            self.set_top(base.cast());
        }
    }

    /// The top of the value stack.
    pub fn top(&self) -> *mut Value {
        self.top.get()
    }

    /// Moves the top.
    ///
    /// # Safety
    /// `top` lies in the value area of the current limit, and everything above it is immediate.
    pub unsafe fn set_top(&self, top: *mut Value) {
        self.top.set(top);
    }

    /// A frame at the top of the stack: for calls from native code.
    #[inline(always)]
    pub fn top_frame(&self) -> Frame<'_> {
        // SAFETY: the top is inside the area; `enter` checks before anything is written beyond.
        unsafe { Frame::new(NonNull::new_unchecked(self.top.get()), self) }
    }

    /// Runs `run` with the top above the first `count` slots of `frame`, so that calls made meanwhile
    /// leave them alone.
    #[inline(always)]
    pub fn above<T>(&self, frame: Frame<'_>, count: usize, run: impl FnOnce() -> T) -> T {
        // SAFETY: comparison and a later bounds check only.
        let needed = unsafe { frame.pointer().add(count) };
        let top = self.top.get();
        if needed <= top {
            return run();
        }
        self.top.set(needed);
        let result = run();
        self.top.set(top);
        result
    }

    /// Room for `count` slots from `frame` on. Raises RecursionError if there is none.
    #[inline]
    pub fn ensure_slots(&self, frame: Frame<'_>, count: usize) -> Outcome<()> {
        // SAFETY: compared before it is used; areas are far from the end of the address space.
        let end = unsafe { frame.pointer().add(count) };
        if end > self.values_end.get() { self.grow(end) } else { Ok(()) }
    }

    /// Begins a function whose window has `window` slots: checks the value stack, the native stack and the
    /// depth. Gives what `exit` needs.
    #[inline(always)]
    pub fn enter(&self, frame: Frame<'_>, window: u16) -> Outcome<*mut Value> {
        // SAFETY: as for `ensure_slots`.
        let top = unsafe { frame.pointer().add(window as usize) };
        let depth = self.depth.get();
        if top > self.values_end.get()
            || depth >= self.depth_limit.get()
            || current_stack_pointer() < self.native_limit.get()
        {
            self.grow(top)?;
        }
        self.depth.set(depth + 1);
        Ok(self.top.replace(top))
    }

    /// Extends the limits of the stacks, if that is what is short.
    #[cold]
    #[inline(never)]
    fn grow(&self, needed: *mut Value) -> Outcome<()> {
        if self.depth.get() >= self.depth_limit.get() {
            return Err(self.recursion_error());
        }
        let Some(mut limit) = self.limit.get() else { return Err(self.recursion_error()) };
        if limit.is_passed() && limit.extend().is_err() {
            return Err(self.recursion_error());
        }
        let needed = needed as usize + SLACK * size_of::<Value>();
        if needed > limit.values_end() && limit.extend_values(needed).is_err() {
            return Err(self.recursion_error());
        }
        // SAFETY: the same stacks, with limits moved.
        unsafe { self.set_limit(Some(limit)) };
        Ok(())
    }

    /// Ends the function.
    #[inline(always)]
    pub fn exit(&self, saved: *mut Value) {
        self.top.set(saved);
        self.depth.set(self.depth.get() - 1);
    }

    #[cold]
    #[inline(never)]
    pub(super) fn recursion_error(&self) -> Raised {
        self.error(ErrorKind::RecursionError, "maximum recursion depth exceeded")
    }

    /// Whether the native stack is nearly used up.
    pub fn native_stack_low(&self) -> bool {
        current_stack_pointer() < self.native_limit.get()
            && self.grow(self.top.get()).is_err_and(|raised| {
                let _ = self.catch_any(raised, &[ErrorKind::RecursionError]);
                true
            })
    }

    pub fn depth(&self) -> u32 {
        self.depth.get()
    }
    pub fn set_depth(&self, depth: u32) {
        self.depth.set(depth);
    }
    pub fn depth_limit(&self) -> u32 {
        self.depth_limit.get()
    }
    pub fn set_depth_limit(&self, limit: u32) {
        self.depth_limit.set(limit);
    }

    /// Looks whether somebody wants the isolate's attention.
    #[inline(always)]
    pub fn poll(&self) -> Outcome<()> {
        if self.signals.flag.load(Ordering::Relaxed) == 0 { Ok(()) } else { self.caller.safe_point(self) }
    }

    /// Whether nodes and edges live in a store that other isolates share.
    #[inline(always)]
    pub fn shares_graph(&self) -> bool {
        self.shares_graph.get()
    }
    pub fn set_shares_graph(&self, shares: bool) {
        self.shares_graph.set(shares);
    }

    /// Whether each statement is a commit to that store (the main program).
    #[inline(always)]
    pub fn commits(&self) -> bool {
        self.commits.get()
    }
    pub fn set_commits(&self, commits: bool) {
        self.commits.set(commits);
    }

    /// Whether a module variable was assigned, or a class attribute, since the mark was last taken.
    pub fn take_globals_written(&self) -> bool {
        self.globals_written.replace(false)
    }
    pub fn mark_globals_written(&self) {
        self.globals_written.set(true);
    }

    // ---- calls

    /// Calls any callable with positional arguments, which are taken out of the slice.
    pub fn call(&self, callee: &Value, args: &mut [Value]) -> Outcome {
        self.caller.call(self, callee, args, &mut [])
    }

    /// Calls with keyword arguments, too.
    pub fn call_with(&self, callee: &Value, args: &mut [Value], keywords: &mut [(Symbol, Value)]) -> Outcome {
        self.caller.call(self, callee, args, keywords)
    }

    // ---- exceptions

    pub(super) fn set_raised(&self, error: Option<Ref<Instance>>) {
        // SAFETY: no borrow of the cell is ever kept.
        drop(unsafe { std::mem::replace(&mut *self.raised.get(), error) });
    }

    pub(super) fn take_raised(&self) -> Option<Ref<Instance>> {
        // SAFETY: as above.
        unsafe { (*self.raised.get()).take() }
    }

    /// Forgets an exception that nobody will catch any more.
    pub fn take_raised_quietly(&self) -> Option<Ref<Instance>> {
        self.trace.borrow_mut().clear();
        self.raised_span.set(Span::NONE);
        self.take_raised()
    }

    /// The exception on its way.
    pub fn peek_raised(&self) -> Option<Ref<Instance>> {
        // SAFETY: as above.
        unsafe { (*self.raised.get()).clone() }
    }

    /// The exception that the innermost running `except` or `finally` deals with, or None.
    pub fn handled(&self) -> Value {
        // SAFETY: as above.
        unsafe { (*self.handled.get()).clone() }
    }

    /// Sets it; gives the one before.
    pub fn set_handled(&self, error: Value) -> Value {
        // SAFETY: as above.
        unsafe { std::mem::replace(&mut *self.handled.get(), error) }
    }

    // ---- variables and constants

    /// A module variable in place; the borrow must end before Jac code can run.
    #[inline(always)]
    pub fn global_in_place(&self, id: GlobalId) -> &Value {
        // SAFETY: by the rule above no exclusive borrow overlaps.
        let all: &Vec<Value> = unsafe { &*self.globals.get() };
        all.get(id.0 as usize).unwrap_or(Value::unbound())
    }

    #[inline]
    pub fn global(&self, id: GlobalId) -> Value {
        self.global_in_place(id).clone()
    }

    #[inline]
    pub fn set_global(&self, id: GlobalId, value: Value) {
        self.edit_global(id, |slot| std::mem::replace(slot, value)).discard();
    }

    /// Works on a module variable in place. `change` must not run Jac code.
    #[inline(always)]
    pub fn edit_global<T>(&self, id: GlobalId, change: impl FnOnce(&mut Value) -> T) -> T {
        // SAFETY: the exclusive borrow ends with the call; `change` runs no Jac code.
        let all = unsafe { &mut *self.globals.get() };
        self.globals_written.set(true);
        if id.0 as usize >= all.len() {
            all.resize_with(id.0 as usize + 64, Value::default);
        }
        change(&mut all[id.0 as usize])
    }

    /// How many module variables have a place in this isolate.
    pub fn globals_len(&self) -> usize {
        // SAFETY: as above.
        unsafe { (*self.globals.get()).len() }
    }

    /// A constant on the heap, made on first use. The borrow must end before Jac code can run.
    #[inline(always)]
    pub fn constant(&self, index: u32, make: impl FnOnce(&Heap) -> Value) -> &Value {
        // SAFETY: shared borrow; the vector grows in `fill_constant` only, when no borrow is in use.
        let all: &Vec<Value> = unsafe { &*self.constants.get() };
        match all.get(index as usize) {
            Some(value) if !value.is_unbound() => value,
            _ => self.fill_constant(index, make(self)),
        }
    }

    #[cold]
    fn fill_constant(&self, index: u32, value: Value) -> &Value {
        // SAFETY: single-threaded; borrows of constants end before code can run.
        let all = unsafe { &mut *self.constants.get() };
        if index as usize >= all.len() {
            all.resize_with(index as usize + 32, Value::default);
        }
        all[index as usize] = value;
        &all[index as usize]
    }

    /// A builtin by name, made on first use.
    #[inline]
    pub fn builtin(&self, name: Symbol) -> Option<Value> {
        self.builtin_in_place(name).cloned()
    }

    /// A builtin in place; the borrow must end before Jac code can run or another builtin is asked for.
    #[inline(always)]
    pub fn builtin_in_place(&self, name: Symbol) -> Option<&Value> {
        // SAFETY: shared borrow; the vector grows in `fill_builtin` only, when no borrow is in use.
        let known: &Vec<Value> = unsafe { &*self.builtins.get() };
        match known.get(name.id() as usize) {
            None | Some(Value::Unbound) => self.fill_builtin(name),
            Some(value) => Some(value),
        }
    }

    #[cold]
    fn fill_builtin(&self, name: Symbol) -> Option<&Value> {
        let value = self.library.builtin(self, name)?;
        // SAFETY: single-threaded; borrows of builtins end before others are asked for.
        let known = unsafe { &mut *self.builtins.get() };
        let at = name.id() as usize;
        if known.len() <= at {
            known.resize_with(at + 1, Value::default);
        }
        known[at] = value;
        Some(&known[at])
    }

    /// A one-character string; shared for Latin-1.
    #[inline]
    pub fn char_value(&self, c: char) -> Value {
        let code = c as usize;
        if code < 256 {
            let all =
                self.chars.get_or_init(|| (0..=255u8).map(|b| Value::str((b as char).to_string())).collect());
            return all[code].clone();
        }
        Value::str(c.encode_utf8(&mut [0; 4]))
    }

    // ---- classes

    /// The class of a builtin type.
    #[inline]
    pub fn type_class(&self, of: BuiltinType) -> &Ref<Class> {
        self.types[of as usize].get_or_init(|| self.make_type(of))
    }

    fn make_type(&self, of: BuiltinType) -> Ref<Class> {
        let (name, module, base) = super::ops::types::description(of);
        let own = class::methods(self.library.methods(of)).collect();
        let (bases, mro) = match base {
            Some(base) => {
                let base = self.type_class(base).clone();
                let mro = std::iter::once(base.clone()).chain(base.mro().iter().cloned()).collect();
                (vec![base], mro)
            }
            None => (Vec::new(), Vec::new()),
        };
        self.new_builtin_class(name, module, of, bases, mro, own, of as u32)
    }

    /// The class of a native object's type.
    pub fn native_class(&self, type_name: &'static str, module: &'static str) -> Ref<Class> {
        if let Some(class) = self.native_classes.borrow().get(type_name) {
            return class.clone();
        }
        let own = class::methods(self.library.native_methods(type_name)).collect();
        let object = self.type_class(BuiltinType::Object).clone();
        let number = 5000 + Symbol::new(type_name).id();
        let class = self.new_builtin_class(
            type_name,
            module,
            BuiltinType::Native,
            vec![object.clone()],
            vec![object],
            own,
            number,
        );
        self.native_classes.borrow_mut().insert(type_name, class.clone());
        class
    }

    #[allow(clippy::too_many_arguments)]
    fn new_builtin_class(
        &self,
        name: &str,
        module: &str,
        builtin: BuiltinType,
        bases: Vec<Ref<Class>>,
        mro: Vec<Ref<Class>>,
        own: AttributeMap,
        number: u32,
    ) -> Ref<Class> {
        let kind = match builtin {
            BuiltinType::NodeArchetype => ClassKind::Node,
            BuiltinType::EdgeArchetype => ClassKind::Edge,
            BuiltinType::WalkerArchetype => ClassKind::Walker,
            _ => ClassKind::Builtin,
        };
        let name = Rc::new(Str::new(name));
        let parts = ClassParts {
            qualname: name.clone(),
            name,
            module: Rc::new(Str::new(module)),
            kind,
            builtin,
            is_async: false,
            declaration: None,
            bases,
            mro,
            own,
            hidden: Vec::new(),
            fields: Vec::new(),
            extra_slots: Vec::new(),
            abilities: Vec::new(),
        };
        Class::new(self, parts, Some(number))
    }

    // ---- what the floors above keep here

    /// Attaches the evaluator's own state; once.
    pub fn set_upper(&self, state: Rc<dyn Any>) {
        let _ = self.upper.set(state);
    }

    /// The evaluator's own state.
    #[inline]
    pub fn upper<T: 'static>(&self) -> Option<&T> {
        self.upper.get()?.downcast_ref()
    }

    /// State of type `T` that some module keeps with the isolate; made on first use.
    pub fn attached<T: Default + 'static>(&self) -> Rc<T> {
        let known = self.attached.borrow().iter().find(|one| one.is::<T>()).cloned();
        if let Some(Ok(found)) = known.map(Rc::downcast) {
            return found;
        }
        let made: Rc<T> = Rc::default();
        self.attached.borrow_mut().push(made.clone());
        made
    }
}
