//! Values: what a Jac program computes with, a file per type.
//!
//! A [`Value`] is a plain enum of two words whose payloads are all one integer-like word, so that rustc
//! passes and returns it in two registers. One payload of another shape (an `f64`, a `bool`, a
//! three-word string) would send every value through memory and cost a factor of 2.5 to 2.8: a test
//! asserts the size, and floats travel as [`Bits`].
//!
//! Values belong to one isolate. Numbers, strings and bytes are counted with `Rc`; everything that can
//! be part of a cycle is a tracked object (`object.rs`). Nothing here knows the syntax tree.

pub mod awaitable;
pub mod bound;
pub mod bytes;
pub mod call;
pub mod cell;
pub mod class;
pub mod collect;
pub mod descriptor;
pub mod dict;
pub mod errors;
pub mod frame;
pub mod function;
pub mod generator;
pub mod heap;
pub mod instance;
pub mod iter;
pub mod links;
pub mod list;
pub mod module;
pub mod native;
pub mod number;
pub mod object;
pub mod ops;
pub mod range;
pub mod set;
pub mod str;
pub mod table;
pub mod text;
pub mod tuple;
pub mod watch;

use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::rc::Rc;

use num_bigint::BigInt;

pub use self::bound::Bound;
pub use self::bytes::Bytes;
pub use self::call::{Args, Caller, Library, NativeFunction, Signature};
pub use self::cell::CellBox;
pub use self::class::{BuiltinType, Class, ClassKind};
pub use self::descriptor::Descriptor;
pub use self::dict::Dict;
pub use self::errors::ErrorKind;
pub use self::frame::Frame;
pub use self::function::Function;
pub use self::generator::Generator;
pub use self::heap::Heap;
pub use self::instance::Instance;
pub use self::iter::Iter;
use self::links::{Links, Walk};
pub use self::list::List;
pub use self::module::Module;
pub use self::native::Native;
use self::object::Header;
pub use self::object::Ref;
pub use self::range::{Range, Slice};
pub use self::set::Set;
pub use self::str::Str;
pub use self::table::Table;
pub use self::tuple::Tuple;
pub use crate::code::Symbol;
pub use crate::code::symbol::names;

/// "An exception is on its way": it waits in the heap (`Heap::raised`), so that results stay in registers.
#[derive(Debug)]
pub struct Raised;

/// What an operation gives: a value, or an exception waits in the heap.
pub type Outcome<T = Value> = Result<T, Raised>;

/// The bits of an `f64`: a float that is passed in an integer register.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Bits(u64);

impl Bits {
    #[inline(always)]
    pub fn new(number: f64) -> Bits {
        Bits(number.to_bits())
    }
    #[inline(always)]
    pub fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// A value of one isolate. `Unbound` marks an empty slot and never reaches a program.
#[derive(Default)]
pub enum Value {
    #[default]
    Unbound,
    None,
    False,
    True,
    Ellipsis,
    NotImplemented,
    Int(i64),
    Float(Bits),
    /// A function of the runtime: immediate, since it is static.
    Builtin(&'static NativeFunction),
    Str(Rc<Str>),
    Big(Rc<BigInt>),
    Bytes(Rc<Bytes>),
    Range(Rc<Range>),
    Slice(Rc<Slice>),
    List(Ref<List>),
    Tuple(Ref<Tuple>),
    Dict(Ref<Dict>),
    Set(Ref<Set>),
    Cell(Ref<CellBox>),
    Function(Ref<Function>),
    Bound(Ref<Bound>),
    Class(Ref<Class>),
    Instance(Ref<Instance>),
    Module(Ref<Module>),
    Iter(Ref<Iter>),
    Generator(Ref<Generator>),
    Descriptor(Ref<Descriptor>),
    Native(Ref<Native>),
    /// A node's edges; only ever in a node's first slot.
    Links(Box<Links>),
    /// A walker's journey; only ever in a walker's first slot.
    Walk(Box<Walk>),
}

impl Clone for Value {
    #[inline(always)]
    fn clone(&self) -> Value {
        if !self.is_immediate() {
            let Some(header) = self.tracked_header() else { return self.clone_other() };
            // SAFETY: the value keeps it alive.
            unsafe { header.as_ref() }.retain();
        }
        // SAFETY: an immediate is its bits, and a tracked object has just been counted once more.
        unsafe { std::ptr::read(self) }
    }
}

/// A value that is dropped with the test for immediates in line: for results that live for a moment.
pub struct Held(ManuallyDrop<Value>);

impl Held {
    #[inline(always)]
    pub fn new(value: Value) -> Held {
        Held(ManuallyDrop::new(value))
    }

    /// The value itself.
    #[inline(always)]
    pub fn release(self) -> Value {
        let mut held = ManuallyDrop::new(self);
        // SAFETY: taken once, since the holder is forgotten.
        unsafe { ManuallyDrop::take(&mut held.0) }
    }
}

impl std::ops::Deref for Held {
    type Target = Value;
    #[inline(always)]
    fn deref(&self) -> &Value {
        &self.0
    }
}

impl Drop for Held {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: taken here and nowhere else.
        unsafe { ManuallyDrop::take(&mut self.0) }.discard();
    }
}

/// Takes the value in registers: what only ever hands it to a function need not keep it in memory.
#[inline(never)]
fn drop_counted(value: Value) {
    match value.tracked_header() {
        Some(header) => {
            std::mem::forget(value);
            // SAFETY: the count that the value held is given back once.
            unsafe { object::let_go(header) };
        }
        None => drop(value),
    }
}

/// A value that points to nothing, for all threads.
struct Shared(Value);
// SAFETY: only ever `Unbound`, which has no count to race on.
unsafe impl Sync for Shared {}

impl Value {
    /// A place that holds nothing.
    #[inline(always)]
    pub fn unbound() -> &'static Value {
        static UNBOUND: Shared = Shared(Value::Unbound);
        &UNBOUND.0
    }

    #[inline(never)]
    fn clone_other(&self) -> Value {
        match self {
            Value::Unbound => Value::Unbound,
            Value::None => Value::None,
            Value::False => Value::False,
            Value::True => Value::True,
            Value::Ellipsis => Value::Ellipsis,
            Value::NotImplemented => Value::NotImplemented,
            Value::Int(n) => Value::Int(*n),
            Value::Float(x) => Value::Float(*x),
            Value::Builtin(f) => Value::Builtin(f),
            Value::Str(x) => Value::Str(x.clone()),
            Value::Big(x) => Value::Big(x.clone()),
            Value::Bytes(x) => Value::Bytes(x.clone()),
            Value::Range(x) => Value::Range(x.clone()),
            Value::Slice(x) => Value::Slice(x.clone()),
            Value::List(x) => Value::List(x.clone()),
            Value::Tuple(x) => Value::Tuple(x.clone()),
            Value::Dict(x) => Value::Dict(x.clone()),
            Value::Set(x) => Value::Set(x.clone()),
            Value::Cell(x) => Value::Cell(x.clone()),
            Value::Function(x) => Value::Function(x.clone()),
            Value::Bound(x) => Value::Bound(x.clone()),
            Value::Class(x) => Value::Class(x.clone()),
            Value::Instance(x) => Value::Instance(x.clone()),
            Value::Module(x) => Value::Module(x.clone()),
            Value::Iter(x) => Value::Iter(x.clone()),
            Value::Generator(x) => Value::Generator(x.clone()),
            Value::Descriptor(x) => Value::Descriptor(x.clone()),
            Value::Native(x) => Value::Native(x.clone()),
            // Stays with its owner: nothing copies it.
            Value::Links(_) | Value::Walk(_) => Value::Unbound,
        }
    }

    /// Whether dropping the value does nothing.
    #[inline(always)]
    pub fn is_immediate(&self) -> bool {
        matches!(
            self,
            Value::Unbound
                | Value::None
                | Value::False
                | Value::True
                | Value::Ellipsis
                | Value::NotImplemented
                | Value::Int(_)
                | Value::Float(_)
                | Value::Builtin(_)
        )
    }

    /// Drops the value, with the test for immediates in line.
    #[inline(always)]
    pub fn discard(self) {
        if self.is_immediate() {
            std::mem::forget(self);
        } else {
            drop_counted(self);
        }
    }

    #[inline(always)]
    pub fn bool(b: bool) -> Value {
        if b { Value::True } else { Value::False }
    }

    #[inline(always)]
    pub fn float(x: f64) -> Value {
        Value::Float(Bits::new(x))
    }

    /// A string value.
    pub fn str(text: impl AsRef<str>) -> Value {
        Value::Str(Rc::new(Str::new(text.as_ref())))
    }

    /// An integer: immediate if it fits 64 bits.
    pub fn big(n: BigInt) -> Value {
        match i64::try_from(&n) {
            Ok(small) => Value::Int(small),
            Err(_) => Value::Big(Rc::new(n)),
        }
    }

    #[inline(always)]
    pub fn is_unbound(&self) -> bool {
        matches!(self, Value::Unbound)
    }

    #[inline(always)]
    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    /// The header of a tracked object.
    #[inline(always)]
    pub(crate) fn tracked_header(&self) -> Option<NonNull<Header>> {
        match self {
            Value::List(x) => Some(x.0.cast()),
            Value::Tuple(x) => Some(x.0.cast()),
            Value::Dict(x) => Some(x.0.cast()),
            Value::Set(x) => Some(x.0.cast()),
            Value::Cell(x) => Some(x.0.cast()),
            Value::Function(x) => Some(x.0.cast()),
            Value::Bound(x) => Some(x.0.cast()),
            Value::Class(x) => Some(x.0.cast()),
            Value::Instance(x) => Some(x.0.cast()),
            Value::Module(x) => Some(x.0.cast()),
            Value::Iter(x) => Some(x.0.cast()),
            Value::Generator(x) => Some(x.0.cast()),
            Value::Descriptor(x) => Some(x.0.cast()),
            Value::Native(x) => Some(x.0.cast()),
            _ => None,
        }
    }

    /// Python's `is`.
    pub fn is(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Builtin(a), Value::Builtin(b)) => std::ptr::eq(*a, *b),
            (Value::Str(a), Value::Str(b)) => Rc::ptr_eq(a, b) || (a.len() <= 20 && a.as_str() == b.as_str()),
            (Value::Big(a), Value::Big(b)) => Rc::ptr_eq(a, b),
            (Value::Bytes(a), Value::Bytes(b)) => Rc::ptr_eq(a, b),
            (Value::Range(a), Value::Range(b)) => Rc::ptr_eq(a, b),
            (Value::Slice(a), Value::Slice(b)) => Rc::ptr_eq(a, b),
            (Value::Tuple(a), Value::Tuple(b)) => a.same(b) || (a.is_empty() && b.is_empty()),
            _ => match (self.tracked_header(), other.tracked_header()) {
                (Some(a), Some(b)) => a == b,
                (None, None) => std::mem::discriminant(self) == std::mem::discriminant(other),
                _ => false,
            },
        }
    }

    /// The number that `id` shows: an address, or for an immediate something derived from it.
    pub fn identity(&self) -> i64 {
        if let Some(at) = self.tracked_header() {
            return at.as_ptr() as i64;
        }
        match self {
            Value::Int(n) => n.wrapping_mul(32).wrapping_add(0x7f00_0000_0000),
            Value::Float(x) => (x.get().to_bits() >> 3) as i64 | 1,
            Value::Builtin(f) => std::ptr::from_ref(*f) as i64,
            Value::Str(x) => Rc::as_ptr(x) as i64,
            Value::Big(x) => Rc::as_ptr(x) as i64,
            Value::Bytes(x) => Rc::as_ptr(x) as i64,
            Value::Range(x) => Rc::as_ptr(x) as i64,
            Value::Slice(x) => Rc::as_ptr(x) as i64,
            Value::True => 0x5510_0020,
            Value::False => 0x5510_0040,
            Value::Ellipsis => 0x5510_0060,
            Value::NotImplemented => 0x5510_0080,
            _ => 0x5510_0000,
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Int(n) => write!(f, "Int({n})"),
            Value::Float(x) => write!(f, "Float({})", x.get()),
            Value::Str(s) => write!(f, "Str({:?})", s.as_str()),
            Value::Builtin(b) => write!(f, "Builtin({})", b.name),
            Value::Unbound => f.write_str("Unbound"),
            Value::None => f.write_str("None"),
            Value::True => f.write_str("True"),
            Value::False => f.write_str("False"),
            _ => f.write_str("<value>"),
        }
    }
}

impl From<i64> for Value {
    #[inline(always)]
    fn from(n: i64) -> Value {
        Value::Int(n)
    }
}

impl From<bool> for Value {
    #[inline(always)]
    fn from(b: bool) -> Value {
        Value::bool(b)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::str(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Str(Rc::new(Str::from_string(text)))
    }
}

impl From<f64> for Value {
    #[inline(always)]
    fn from(x: f64) -> Value {
        Value::float(x)
    }
}
