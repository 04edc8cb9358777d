//! Calls of methods: `object.name(args)`, found through an inline cache without making a bound method.
//!
//! The receiver stands in front of the arguments in the callee's window. What cannot be cached is read as
//! an attribute and called as `call` does; `list.append` has a short way of its own.

use super::cache::{Cache, Place, plain_method};
use super::call::{Argument, Placed, call_placed};
use super::compile::{Compiler, Eval};
use super::operand::{self, Operand};
use super::{function, native};
use crate::code::{Arg, Expr, Symbol};
use crate::source::Span;
use crate::value::{Class, Frame, Heap, Module, Outcome, Ref, Value, ops};
use crate::with_operand;

/// A place in the code where a method is called.
struct Site {
    placed: Placed,
    /// Where the receiver goes.
    slot: u16,
    name: Symbol,
    cache: Cache,
    span: Span,
}

/// Compiles a call of a method.
pub fn compile(
    c: &mut Compiler,
    object: &'static Expr,
    name: Symbol,
    args: &'static [Arg],
    span: Span,
) -> Eval {
    let slot = c.base();
    if let ("append", [Arg::Positional(item)]) = (name.name(), args) {
        let object = operand::choose_left(c, object, item);
        let site = Site { placed: Placed::compile(c, args, 1), slot, name, cache: Cache::default(), span };
        return with_operand!(object, object => append(object, site));
    }
    let object = Argument::compile(c, object);
    let site = Site { placed: Placed::compile(c, args, 1), slot, name, cache: Cache::default(), span };
    Box::new(move |frame| {
        let receiver = object.value(frame)?;
        site.call(frame, receiver).map_err(|raised| frame.heap.at(raised, site.span))
    })
}

/// `list.append(x)`.
fn append<A: Operand>(object: A, site: Site) -> Eval {
    Box::new(move |frame| {
        let receiver = object.load(frame)?;
        if let (Value::List(list), [value]) = (&*receiver, &*site.placed.values)
            && !list.watch.is_set()
        {
            let value = value.value(frame)?;
            // A watch may have been set meanwhile: it is told, as always.
            list.push(value);
            return Ok(Value::None);
        }
        object.check(frame.heap, &receiver)?;
        site.call(frame, receiver.clone()).map_err(|raised| frame.heap.at(raised, site.span))
    })
}

impl Site {
    #[inline(always)]
    fn call(&self, frame: Frame<'_>, receiver: Value) -> Outcome {
        if let Value::Instance(instance) = &receiver {
            let class = instance.class();
            if let Some(position) = self.cache.table(class.shape())
                && instance.is_plain()
                && let Some(Value::Function(function)) = class.at(position as usize)
                && function.code.plain_params == self.placed.values.len() as u16 + 1
                && function.code.plain_kind
                && self.placed.names.is_empty()
            {
                let code = function.code;
                let held = code.captures_slot.is_some().then(|| function.clone());
                self.place(frame, receiver)?;
                let callee = frame.callee(self.slot);
                if let Some(function) = held {
                    function::place_captures(callee, &function)?;
                }
                return function::run(callee, code);
            }
        }
        self.call_slow(frame, receiver)
    }

    /// Puts receiver and arguments into the callee's window.
    #[inline(always)]
    fn place(&self, frame: Frame<'_>, receiver: Value) -> Outcome<()> {
        frame.put(self.slot, receiver);
        self.placed.evaluate(frame).inspect_err(|_| frame.clear(self.slot, 1))
    }

    #[inline(never)]
    fn call_slow(&self, frame: Frame<'_>, receiver: Value) -> Outcome {
        let (heap, placed) = (frame.heap, &self.placed);
        match find_method(heap, &receiver, self.name, &self.cache)? {
            Found::Unbound(method) => {
                let receiver = match (&method, &receiver) {
                    (Value::Builtin(function), Value::Instance(instance))
                        if !function.works_on_instance() =>
                    {
                        instance.payload().unwrap_or(receiver)
                    }
                    _ => receiver,
                };
                self.place(frame, receiver)?;
                let callee = frame.callee(self.slot);
                match &method {
                    Value::Builtin(function) => {
                        native::call(callee, function, placed.positional + 1, &placed.names)
                    }
                    other => call_placed(callee, other, placed.positional + 1, &placed.names),
                }
            }
            Found::Value(callee) => {
                drop(receiver);
                placed.evaluate(frame)?;
                placed.call(frame, &callee)
            }
        }
    }
}

enum Found {
    /// A plain method, to be called with the receiver in front.
    Unbound(Value),
    /// What reading the attribute gave.
    Value(Value),
}

/// Looks a method up; fills the cache.
fn find_method(heap: &Heap, receiver: &Value, name: Symbol, cache: &Cache) -> Outcome<Found> {
    let class: Ref<Class> = match receiver {
        Value::Instance(instance) => {
            let hidden = instance.dict().is_some_and(|dict| dict.get_str(name.name()).is_some());
            if hidden {
                return ops::attribute::get(heap, receiver, name).map(Found::Value);
            }
            instance.class().clone()
        }
        Value::Module(module) => {
            return module_function(heap, receiver, module, name, cache).map(Found::Value);
        }
        Value::Class(_) | Value::Descriptor(_) | Value::Native(_) => {
            return ops::attribute::get(heap, receiver, name).map(Found::Value);
        }
        _ => ops::types::class_of(heap, receiver),
    };
    let position = match cache.table(class.shape()) {
        Some(position) => Some(position),
        None => {
            let position = plain_method(&class, name);
            if let Some(position) = position {
                cache.set(class.shape(), Place::Table(position));
            }
            position
        }
    };
    match position.and_then(|p| class.at(p as usize)) {
        Some(method) => Ok(Found::Unbound(method.clone())),
        None => ops::attribute::get(heap, receiver, name).map(Found::Value),
    }
}

/// An attribute of a module. Where a native module's dict has it is remembered.
fn module_function(
    heap: &Heap,
    receiver: &Value,
    module: &Ref<Module>,
    name: Symbol,
    cache: &Cache,
) -> Outcome {
    if let Some(position) = cache.table(MODULE) {
        if let Some(found) = module.entry(position as usize, name) {
            return Ok(found);
        }
    } else if let Some(position) = module.position(name).and_then(|position| u16::try_from(position).ok()) {
        cache.set(MODULE, Place::Table(position));
    }
    ops::attribute::get(heap, receiver, name)
}

/// In a cache: the place is one in a module's dict. No class has this shape.
const MODULE: u32 = 0;
