//! Classes: archetypes, enums, exceptions and the builtin types, with their resolution order, their
//! attribute table and the layout of their instances.
//!
//! Every class has a flat table of all attributes that it or a base defines, so that a lookup is one
//! probe and an inline cache can keep (shape, position). The shape is a process-wide number: the same
//! for the same declaration over the same bases in every isolate, and a fresh one whenever a class is
//! changed at run time. Positions in tables of equal shape are equal.

use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::object::{Kind, Tracked};
use super::{Heap, NativeFunction, Ref, Str, Value};
use crate::code::symbol::names;
use crate::code::{self, Moment, Symbol};

/// Names to values, in order of definition.
pub type AttributeMap = IndexMap<Symbol, Value, FxBuildHasher>;

/// What kind of statement made a class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClassKind {
    /// A type of the runtime.
    Builtin,
    Obj,
    Class,
    Node,
    Edge,
    Walker,
    Enum,
}

/// What the instances of a class are made of: the builtin type that the class is or derives from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum BuiltinType {
    Object,
    Type,
    NoneType,
    NotImplementedType,
    Ellipsis,
    Bool,
    Int,
    Float,
    Str,
    Bytes,
    ByteArray,
    List,
    Tuple,
    Dict,
    Set,
    FrozenSet,
    Range,
    Slice,
    Function,
    BuiltinFunction,
    Method,
    Module,
    Property,
    StaticMethod,
    ClassMethod,
    Super,
    Generator,
    Coroutine,
    AsyncGenerator,
    /// All of the runtime's own iterators share it.
    Iterator,
    DictKeys,
    DictValues,
    DictItems,
    Cell,
    /// Exceptions: the fixed slots of `errors.rs`.
    Exception,
    EnumMeta,
    /// Archetype roots of the object-spatial model.
    Archetype,
    NodeArchetype,
    EdgeArchetype,
    WalkerArchetype,
    /// Objects of native modules.
    Native,
}

/// How many builtin types there are.
pub const BUILTIN_TYPES: usize = BuiltinType::Native as usize + 1;

/// Special methods that a class (or a base other than `object`) defines: one bit each, so that the
/// common case is decided without a lookup.
pub mod special {
    pub const GETATTR: u32 = 1;
    pub const SETATTR: u32 = 2;
    pub const GETATTRIBUTE: u32 = 4;
    pub const EQ: u32 = 8;
    pub const HASH: u32 = 16;
    pub const BOOL: u32 = 32;
    pub const LEN: u32 = 64;
    pub const DELATTR: u32 = 128;
    /// Some attribute is a property or has `__set__`: assignments must look at the class first.
    pub const DATA_DESCRIPTOR: u32 = 256;
    pub const REPR: u32 = 512;
    pub const STR: u32 = 1024;
    pub const NEW: u32 = 2048;
    /// The class itself defines `__init__`.
    pub const OWN_INIT: u32 = 4096;
    pub const POST_INIT: u32 = 8192;
}

/// An instance field of an archetype, in the constructor's order.
pub struct FieldInfo {
    pub name: Symbol,
    pub default: FieldDefault,
}

/// Where a field's value comes from when the constructor is not given it.
#[derive(Clone)]
pub enum FieldDefault {
    Required,
    Value(Value),
    /// A function without parameters, called anew each time.
    Thunk(Value),
    PostInit,
}

/// An ability as registered for traversal.
pub struct AbilityInfo {
    pub name: Symbol,
    pub moment: Moment,
    pub function: Value,
    /// `None`: untyped. Else a function that gives the trigger.
    pub trigger: Option<Value>,
    /// The trigger's alternatives, once asked for; `None` inside for a trigger that can never match.
    pub types: OnceCell<Vec<Value>>,
}

/// A class.
pub struct Class {
    pub name: Rc<Str>,
    pub qualname: Rc<Str>,
    pub module: Rc<Str>,
    pub kind: ClassKind,
    pub builtin: BuiltinType,
    pub is_async: bool,
    pub declaration: Option<&'static code::Archetype>,
    bases: UnsafeCell<Vec<Ref<Class>>>,
    /// The resolution order after the class itself.
    mro: UnsafeCell<Vec<Ref<Class>>>,
    own: UnsafeCell<AttributeMap>,
    table: UnsafeCell<AttributeMap>,
    shape: Cell<u32>,
    specials: Cell<u32>,
    /// Slots before the first field (the graph's own, or an exception's).
    pub hidden: u16,
    /// Constructor fields, all bases' first.
    fields: UnsafeCell<Vec<FieldInfo>>,
    /// Which slot an attribute lives in: hidden ones with names, fields, then attributes that methods set.
    slots: IndexMap<Symbol, u16, FxBuildHasher>,
    pub slot_count: u16,
    abilities: UnsafeCell<Vec<Rc<AbilityInfo>>>,
    /// Addresses of direct subclasses; each removes itself when it dies.
    subclasses: RefCell<Vec<usize>>,
    /// Members of an enum, in order.
    members: UnsafeCell<Vec<Value>>,
    /// Whatever a floor above wants to keep with the class (a plan of its abilities).
    pub attachment: OnceCell<Rc<dyn std::any::Any>>,
}

/// What a class is made from.
pub struct ClassParts {
    pub name: Rc<Str>,
    pub qualname: Rc<Str>,
    pub module: Rc<Str>,
    pub kind: ClassKind,
    pub builtin: BuiltinType,
    pub is_async: bool,
    pub declaration: Option<&'static code::Archetype>,
    pub bases: Vec<Ref<Class>>,
    pub mro: Vec<Ref<Class>>,
    pub own: AttributeMap,
    pub hidden: Vec<Symbol>,
    pub fields: Vec<FieldInfo>,
    pub extra_slots: Vec<Symbol>,
    pub abilities: Vec<Rc<AbilityInfo>>,
}

/// A table of native methods, as attributes of a class.
pub fn methods(table: &'static [NativeFunction]) -> impl Iterator<Item = (Symbol, Value)> {
    table.iter().map(|method| (Symbol::new(method.name), Value::Builtin(method)))
}

/// Names of the slots that the runtime keeps in front of the fields.
pub fn hidden_slots(layout: BuiltinType) -> Vec<Symbol> {
    match layout {
        BuiltinType::NodeArchetype => vec![Symbol::new("<links>")],
        BuiltinType::WalkerArchetype => vec![Symbol::new("<walk>")],
        BuiltinType::EdgeArchetype => vec![Symbol::new("<source>"), Symbol::new("<target>")],
        BuiltinType::Exception => {
            vec![names::ARGS, names::CAUSE, names::CONTEXT, names::SUPPRESS_CONTEXT, names::TRACEBACK]
        }
        _ => Vec::new(),
    }
}

impl ClassParts {
    /// A class of the runtime below `base`, with nothing of its own yet.
    pub fn under(base: Ref<Class>, name: &str, module: &str) -> ClassParts {
        let name = Rc::new(Str::new(name));
        ClassParts {
            qualname: name.clone(),
            name,
            module: Rc::new(Str::new(module)),
            kind: ClassKind::Builtin,
            builtin: base.builtin,
            hidden: hidden_slots(base.builtin),
            is_async: false,
            declaration: None,
            mro: std::iter::once(base.clone()).chain(base.mro().iter().cloned()).collect(),
            bases: vec![base],
            own: AttributeMap::default(),
            fields: Vec::new(),
            extra_slots: Vec::new(),
            abilities: Vec::new(),
        }
    }
}

impl Tracked for Class {
    const KIND: Kind = Kind::Class;
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        for class in self.bases().iter().chain(self.mro()) {
            super::collect::visit_ref(class, Value::Class, visit);
        }
        self.own().values().for_each(&mut *visit);
        self.table().values().for_each(&mut *visit);
        for field in self.fields() {
            if let FieldDefault::Value(value) | FieldDefault::Thunk(value) = &field.default {
                visit(value);
            }
        }
        self.members().iter().for_each(&mut *visit);
        for ability in self.abilities() {
            if Rc::strong_count(ability) == 1 {
                visit(&ability.function);
                ability.trigger.iter().for_each(&mut *visit);
                ability.types.get().into_iter().flatten().for_each(&mut *visit);
            }
        }
    }
    fn clear(&self, take: &mut dyn FnMut(Value)) {
        let me = std::ptr::from_ref(self) as usize;
        for base in self.bases() {
            base.subclasses.borrow_mut().retain(|&address| address != me);
        }
        // SAFETY: clearing is the only access (see `Tracked::clear`).
        unsafe {
            for class in
                std::mem::take(&mut *self.bases.get()).into_iter().chain(std::mem::take(&mut *self.mro.get()))
            {
                take(Value::Class(class));
            }
            std::mem::take(&mut *self.own.get()).into_values().for_each(&mut *take);
            std::mem::take(&mut *self.table.get()).into_values().for_each(&mut *take);
            std::mem::take(&mut *self.members.get()).into_iter().for_each(&mut *take);
            for field in std::mem::take(&mut *self.fields.get()) {
                if let FieldDefault::Value(value) | FieldDefault::Thunk(value) = field.default {
                    take(value);
                }
            }
            for ability in std::mem::take(&mut *self.abilities.get()) {
                if let Ok(ability) = Rc::try_unwrap(ability) {
                    take(ability.function);
                    ability.trigger.into_iter().for_each(&mut *take);
                    ability.types.into_inner().into_iter().flatten().for_each(&mut *take);
                }
            }
        }
    }
}

static NEXT_SHAPE: AtomicU32 = AtomicU32::new(1);

fn fresh_shape() -> u32 {
    NEXT_SHAPE.fetch_add(1, Ordering::Relaxed)
}

/// The shape of a declaration over bases of these shapes.
fn declared_shape(declaration: u32, bases: &[u32]) -> u32 {
    /// (declaration, shapes of the bases) to shape.
    type Shapes = HashMap<(u32, Vec<u32>), u32>;
    static KNOWN: Mutex<Option<Shapes>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    *known.get_or_insert_default().entry((declaration, bases.to_vec())).or_insert_with(fresh_shape)
}

/// Declarations of the program have numbers below this one; builtin types count from here.
const BUILTIN_DECLARATIONS: u32 = 0x8000_0000;

impl Class {
    /// Makes a class and its table. `builtin_number` identifies a type of the runtime.
    pub fn new(heap: &Heap, parts: ClassParts, builtin_number: Option<u32>) -> Ref<Class> {
        let mut slots: IndexMap<Symbol, u16, FxBuildHasher> = IndexMap::default();
        let hidden = parts.hidden.len() as u16;
        let fields = parts.fields.iter().map(|f| f.name);
        for (position, name) in parts.hidden.iter().copied().chain(fields).enumerate() {
            slots.insert(name, position as u16);
        }
        let mut count = hidden + parts.fields.len() as u16;
        for name in parts.extra_slots {
            if !slots.contains_key(&name) {
                slots.insert(name, count);
                count += 1;
            }
        }
        let base_shapes: Vec<u32> = parts.bases.iter().map(|b| b.shape.get()).collect();
        let number = parts.declaration.map(|d| d.id).or(builtin_number.map(|n| BUILTIN_DECLARATIONS + n));
        let shape = number.map_or_else(fresh_shape, |n| declared_shape(n, &base_shapes));
        let class = Ref::new(
            &heap.objects,
            Class {
                name: parts.name,
                qualname: parts.qualname,
                module: parts.module,
                kind: parts.kind,
                builtin: parts.builtin,
                is_async: parts.is_async,
                declaration: parts.declaration,
                bases: UnsafeCell::new(parts.bases),
                mro: UnsafeCell::new(parts.mro),
                own: UnsafeCell::new(parts.own),
                table: UnsafeCell::default(),
                shape: Cell::new(shape),
                specials: Cell::new(0),
                hidden,
                fields: UnsafeCell::new(parts.fields),
                slots,
                slot_count: count,
                abilities: UnsafeCell::new(parts.abilities),
                subclasses: RefCell::default(),
                members: UnsafeCell::default(),
                attachment: OnceCell::new(),
            },
        );
        class.fill_table();
        let address = std::ptr::from_ref(&*class) as usize;
        for base in class.bases() {
            base.subclasses.borrow_mut().push(address);
        }
        class
    }

    pub fn bases(&self) -> &[Ref<Class>] {
        // SAFETY: changed by `clear` only.
        unsafe { &*self.bases.get() }
    }

    /// The resolution order after the class itself.
    pub fn mro(&self) -> &[Ref<Class>] {
        // SAFETY: changed by `clear` only.
        unsafe { &*self.mro.get() }
    }

    /// The class's own attributes, bases not included.
    pub fn own(&self) -> &AttributeMap {
        // SAFETY: changed by `set_attribute`, `remove_attribute` and `clear`, none of which runs Jac code.
        unsafe { &*self.own.get() }
    }

    /// All attributes, by name.
    #[inline(always)]
    pub fn table(&self) -> &AttributeMap {
        // SAFETY: as for `own`.
        unsafe { &*self.table.get() }
    }

    pub fn fields(&self) -> &[FieldInfo] {
        // SAFETY: changed by `clear` only.
        unsafe { &*self.fields.get() }
    }

    pub fn abilities(&self) -> &[Rc<AbilityInfo>] {
        // SAFETY: changed by `clear` only.
        unsafe { &*self.abilities.get() }
    }

    pub fn members(&self) -> &[Value] {
        // SAFETY: filled while the class statement runs, else changed by `clear` only.
        unsafe { &*self.members.get() }
    }

    pub fn set_members(&self, members: Vec<Value>) {
        // SAFETY: single-threaded; no borrow is kept over a class statement.
        drop(unsafe { std::mem::replace(&mut *self.members.get(), members) });
    }

    #[inline(always)]
    pub fn shape(&self) -> u32 {
        self.shape.get()
    }

    #[inline(always)]
    pub fn has_special(&self, bits: u32) -> bool {
        self.specials.get() & bits != 0
    }

    /// The attribute that instances and the class see, found by resolution order.
    #[inline]
    pub fn lookup(&self, name: Symbol) -> Option<&Value> {
        self.table().get(&name)
    }

    /// Position in the table, for an inline cache.
    pub fn position(&self, name: Symbol) -> Option<usize> {
        self.table().get_index_of(&name)
    }

    #[inline(always)]
    pub fn at(&self, position: usize) -> Option<&Value> {
        self.table().get_index(position).map(|(_, value)| value)
    }

    /// The slot in which instances keep the attribute, if it has one.
    #[inline]
    pub fn slot(&self, name: Symbol) -> Option<u16> {
        self.slots.get(&name).copied()
    }

    /// Names of all slots, with their numbers.
    pub fn slots(&self) -> impl Iterator<Item = (Symbol, u16)> + '_ {
        self.slots.iter().map(|(name, slot)| (*name, *slot))
    }

    pub fn is_subclass_of(&self, other: &Class) -> bool {
        std::ptr::eq(self, other) || self.mro().iter().any(|c| std::ptr::eq(&**c, other))
    }

    /// Sets an attribute of the class. Every cache of it and of its subclasses becomes void.
    pub fn set_attribute(&self, name: Symbol, value: Value) {
        // SAFETY: single-threaded; dropping the old value runs no Jac code.
        drop(unsafe { (*self.own.get()).insert(name, value) });
        self.changed();
    }

    /// Sets an attribute while the class statement still runs: no cache knows the class yet.
    pub fn define(&self, name: Symbol, value: Value) {
        // SAFETY: as for `set_attribute`.
        drop(unsafe { (*self.own.get()).insert(name, value) });
        self.fill_table();
    }

    /// Removes an attribute of the class; whether it was there.
    pub fn remove_attribute(&self, name: Symbol) -> bool {
        // SAFETY: as for `set_attribute`.
        let old = unsafe { (*self.own.get()).shift_remove(&name) };
        let found = old.is_some();
        drop(old);
        self.changed();
        found
    }

    fn changed(&self) {
        self.fill_table();
        self.shape.set(fresh_shape());
        let below: Vec<usize> = self.subclasses.borrow().clone();
        for address in below {
            // SAFETY: a subclass takes its address off the list when it is cleared, before it is freed.
            unsafe { (*(address as *const Class)).changed() };
        }
    }

    /// Addresses of direct subclasses turned into references.
    pub fn direct_subclasses(&self) -> Vec<&Class> {
        // SAFETY: as for `changed`.
        self.subclasses.borrow().iter().map(|&address| unsafe { &*(address as *const Class) }).collect()
    }

    /// The direct subclasses, oldest first.
    pub fn subclasses(&self) -> Vec<Ref<Class>> {
        let offset = std::mem::offset_of!(super::object::Object<Class>, data);
        let known = self.subclasses.borrow();
        let of_address = |&address: &usize| {
            // SAFETY: as for `changed`; a class only ever exists inside an `Object<Class>`. The forgotten
            // first reference stands for the count that the class is alive by, the clone adds its own.
            let at = std::ptr::NonNull::new((address - offset) as *mut super::object::Object<Class>)?;
            Some(std::mem::ManuallyDrop::new(unsafe { Ref::from_raw(at) }))
        };
        known.iter().filter_map(of_address).map(|class| Ref::clone(&class)).collect()
    }

    fn fill_table(&self) {
        let mut table = AttributeMap::default();
        for class in self.mro().iter().rev() {
            for (name, value) in class.own() {
                table.insert(*name, value.clone());
            }
        }
        for (name, value) in self.own() {
            table.insert(*name, value.clone());
        }
        let own_init = if self.own().contains_key(&names::INIT) { special::OWN_INIT } else { 0 };
        self.specials.set(specials_of(&table) | own_init);
        // SAFETY: single-threaded; dropping the old table runs no Jac code.
        drop(std::mem::replace(unsafe { &mut *self.table.get() }, table));
    }
}

fn specials_of(table: &AttributeMap) -> u32 {
    use code::symbol::names;
    let mut bits = 0;
    for (name, bit) in [
        (names::GETATTR, special::GETATTR),
        (names::SETATTR, special::SETATTR),
        (names::GETATTRIBUTE, special::GETATTRIBUTE),
        (names::DELATTR, special::DELATTR),
        (names::EQ, special::EQ),
        (names::HASH, special::HASH),
        (names::BOOL, special::BOOL),
        (names::LEN, special::LEN),
        (names::REPR, special::REPR),
        (names::STR, special::STR),
        (names::NEW, special::NEW),
        (names::POST_INIT, special::POST_INIT),
    ] {
        // Builtin functions in these places are what the runtime does anyway, but for those of a module's
        // class that derives from a builtin type.
        let does_anyway = |value: &Value| matches!(value, Value::Builtin(f) if !f.works_on_instance());
        if table.get(&name).is_some_and(|value| !does_anyway(value)) {
            bits |= bit;
        }
    }
    let data = |value: &Value| match value {
        Value::Descriptor(d) => d.is_data(),
        Value::Instance(i) => i.class().lookup(names::SET).is_some(),
        _ => false,
    };
    if table.values().any(data) {
        bits |= special::DATA_DESCRIPTOR;
    }
    bits
}
