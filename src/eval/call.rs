//! Calls: arguments are evaluated straight into the callee's window, methods are found through an
//! inline cache without making a bound method, and any callable is called with values that are
//! already placed.
//!
//! Binding them to parameters is the callee's business: `function`, `native`, `construct`.

use super::cache::{Cache, Place, plain_method};
use super::compile::{Compiler, Eval};
use super::{archetype, collection, function, namespace, native, operand, variable};
use crate::code::{Arg, Expr, ExprKind, GlobalId, Symbol, Variable};
use crate::source::Span;
use crate::value::{Class, Frame, Heap, Module, Outcome, Raised, Ref, Value, names, ops};

/// Compiles a call.
pub fn compile(c: &mut Compiler, callee: &'static Expr, args: &'static [Arg], span: Span) -> Eval {
    let plain = args.iter().all(|a| matches!(a, Arg::Positional(_) | Arg::Keyword(..)));
    if !plain {
        return dynamic(c, callee, args, span);
    }
    if args.is_empty()
        && let Some(variables) = namespace::compile(c, callee)
    {
        return variables;
    }
    match &callee.kind {
        ExprKind::Attribute { object, name, null_safe: false } => method(c, object, *name, args, span),
        ExprKind::Load(Variable::Global(id)) => {
            let placed = Placed::compile(c, args, 0);
            let general = c.expr(callee);
            match placed.values.len() {
                0 if placed.names.is_empty() => global_exact::<0>(*id, placed, general, span),
                1 if placed.names.is_empty() => global_exact::<1>(*id, placed, general, span),
                2 if placed.names.is_empty() => global_exact::<2>(*id, placed, general, span),
                3 if placed.names.is_empty() => global_exact::<3>(*id, placed, general, span),
                _ => global(*id, placed, general, span),
            }
        }
        ExprKind::Load(Variable::Builtin(name)) => {
            let placed = Placed::compile(c, args, 0);
            let name = *name;
            let callee = c.expr(callee);
            if name.name() == "len" && placed.values.len() == 1 && placed.names.is_empty() {
                return length(placed, callee, span);
            }
            Box::new(move |frame| {
                let callee = callee(frame)?;
                placed.evaluate(frame)?;
                placed.call(frame, &callee).map_err(|raised| frame.heap.at(raised, span))
            })
        }
        _ => {
            let placed = Placed::compile(c, args, 0);
            let callee = Argument::compile(c, callee);
            Box::new(move |frame| {
                let callee = callee.value(frame)?;
                placed.evaluate(frame)?;
                placed.call(frame, &callee).map_err(|raised| frame.heap.at(raised, span))
            })
        }
    }
}

/// Arguments with their places: values from slot `base` on, positional ones first.
struct Placed {
    base: u16,
    positional: usize,
    values: Box<[Argument]>,
    names: Box<[Symbol]>,
}

/// An argument: a local is copied and a small int placed without a call.
enum Argument {
    Local { slot: u16, name: Symbol, span: Span },
    Int(i64),
    Computed(Eval),
}

impl Argument {
    fn compile(c: &mut Compiler, expr: &'static Expr) -> Argument {
        match operand::choose(c, expr) {
            operand::Any::Local(local) => {
                Argument::Local { slot: local.slot, name: local.name, span: local.span }
            }
            operand::Any::Int(constant) => Argument::Int(constant.0),
            operand::Any::Computed(computed) => Argument::Computed(computed.0),
        }
    }

    #[inline(always)]
    fn value(&self, frame: Frame<'_>) -> Outcome {
        match self {
            Argument::Computed(value) => value(frame),
            Argument::Local { slot, name, span } => match frame.get(*slot) {
                Value::Unbound => Err(variable::unbound_local(frame.heap, *name, *span)),
                value => Ok(value.clone()),
            },
            Argument::Int(n) => Ok(Value::Int(*n)),
        }
    }
}

impl Placed {
    /// `skip` slots before the arguments are left free (for the receiver).
    fn compile(c: &mut Compiler, args: &'static [Arg], skip: u16) -> Placed {
        let base = c.base() + skip;
        c.reserve(skip + args.len() as u16 + 1);
        let mut values: Vec<Argument> = Vec::with_capacity(args.len());
        let mut names = Vec::new();
        let mut positional = 0;
        for (index, arg) in args.iter().enumerate() {
            // While an argument is evaluated, those before it occupy their slots.
            let used = skip + index as u16;
            match arg {
                Arg::Positional(expr) => {
                    values.push(c.with_slots(used, |c, _| Argument::compile(c, expr)));
                    positional += 1;
                }
                Arg::Keyword(name, expr) => {
                    values.push(c.with_slots(used, |c, _| Argument::compile(c, expr)));
                    names.push(*name);
                }
                Arg::Star(_) | Arg::DoubleStar(_) => {}
            }
        }
        Placed { base, positional, values: values.into(), names: names.into() }
    }

    /// Evaluates the arguments into their slots; on an error those already placed are dropped.
    #[inline(always)]
    fn evaluate(&self, frame: Frame<'_>) -> Outcome<()> {
        for (index, value) in self.values.iter().enumerate() {
            match value.value(frame) {
                Ok(value) => frame.put(self.base + index as u16, value),
                Err(raised) => {
                    frame.clear(self.base, index as u16);
                    return Err(raised);
                }
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn call(&self, frame: Frame<'_>, callee: &Value) -> Outcome {
        if let Value::Function(function) = callee
            && function.code.plain_params as usize == self.values.len()
            && function.code.plain_kind
            && self.names.is_empty()
        {
            let window = frame.callee(self.base);
            function::place_captures(window, function)?;
            return function::run(window, function.code);
        }
        call_placed(frame.callee(self.base), callee, self.positional, &self.names)
    }
}

/// A call of a module variable: nearly always a plain function.
fn global(id: GlobalId, placed: Placed, general: Eval, span: Span) -> Eval {
    let count = placed.values.len() as u16;
    let plain = placed.names.is_empty();
    Box::new(move |frame| {
        if plain
            && let Value::Function(function) = frame.heap.global_in_place(id)
            && function.code.plain_params == count
            && function.code.plain_kind
            && function.code.captures_slot.is_none()
        {
            let code = function.code;
            placed.evaluate(frame)?;
            return function::run(frame.callee(placed.base), code)
                .map_err(|raised| frame.heap.at(raised, span));
        }
        let callee = general(frame)?;
        placed.evaluate(frame)?;
        placed.call(frame, &callee).map_err(|raised| frame.heap.at(raised, span))
    })
}

/// The same for a number of arguments that is known to the compiler.
fn global_exact<const N: usize>(id: GlobalId, placed: Placed, general: Eval, span: Span) -> Eval {
    let base = placed.base;
    let Ok(values) = <Box<[Argument; N]>>::try_from(placed.values) else {
        return super::compile::unsupported("SystemError", "a call lost its arguments", span);
    };
    Box::new(move |frame| {
        let direct = match frame.heap.global_in_place(id) {
            Value::Function(function)
                if function.code.plain_params == N as u16
                    && function.code.plain_kind
                    && function.code.captures_slot.is_none() =>
            {
                Ok(function.code)
            }
            _ => Err(general(frame)?),
        };
        for (index, value) in values.iter().enumerate() {
            match value.value(frame) {
                Ok(value) => frame.put(base + index as u16, value),
                Err(raised) => {
                    frame.clear(base, index as u16);
                    return Err(raised);
                }
            }
        }
        let result = match direct {
            Ok(code) => function::run(frame.callee(base), code),
            Err(callee) => call_placed(frame.callee(base), &callee, N, &[]),
        };
        result.map_err(|raised| frame.heap.at(raised, span))
    })
}

/// `len(x)` of a builtin container.
fn length(placed: Placed, general: Eval, span: Span) -> Eval {
    Box::new(move |frame| {
        let Some(value) = placed.values.first() else { return general(frame) };
        let value = value.value(frame)?;
        match &value {
            Value::List(list) => return Ok(Value::Int(list.len() as i64)),
            Value::Str(text) => return Ok(Value::Int(text.len() as i64)),
            Value::Dict(dict) => return Ok(Value::Int(dict.len() as i64)),
            _ => {}
        }
        let callee = general(frame)?;
        frame.put(placed.base, value);
        placed.call(frame, &callee).map_err(|raised| frame.heap.at(raised, span))
    })
}

/// `object.name(args)`.
fn method(c: &mut Compiler, object: &'static Expr, name: Symbol, args: &'static [Arg], span: Span) -> Eval {
    let receiver_slot = c.base();
    let object_span = object.span;
    let object = c.expr(object);
    let placed = Placed::compile(c, args, 1);
    let cache = Cache::default();
    if name.name() == "append" && placed.names.is_empty() && placed.values.len() == 1 {
        return append(object, placed, receiver_slot, name, cache, span);
    }
    let _ = object_span;
    Box::new(move |frame| {
        let receiver = object(frame)?;
        call_method(frame, receiver, &placed, receiver_slot, name, &cache)
            .map_err(|raised| frame.heap.at(raised, span))
    })
}

/// `list.append(x)`.
fn append(object: Eval, placed: Placed, slot: u16, name: Symbol, cache: Cache, span: Span) -> Eval {
    Box::new(move |frame| {
        let receiver = object(frame)?;
        if let (Value::List(list), Some(value)) = (&receiver, placed.values.first())
            && !(frame.heap.commits() && list.watch.is_set())
        {
            let value = value.value(frame)?;
            list.push(value);
            return Ok(Value::None);
        }
        call_method(frame, receiver, &placed, slot, name, &cache)
            .map_err(|raised| frame.heap.at(raised, span))
    })
}

#[inline(always)]
fn call_method(
    frame: Frame<'_>,
    receiver: Value,
    placed: &Placed,
    slot: u16,
    name: Symbol,
    cache: &Cache,
) -> Outcome {
    if let Value::Instance(instance) = &receiver {
        let class = instance.class();
        if let Some(position) = cache.table(class.shape())
            && instance.is_plain()
            && let Some(Value::Function(function)) = class.at(position as usize)
            && function.code.plain_params == placed.values.len() as u16 + 1
            && function.code.plain_kind
            && placed.names.is_empty()
        {
            let code = function.code;
            let held = code.captures_slot.is_some().then(|| function.clone());
            frame.put(slot, receiver);
            if let Err(raised) = placed.evaluate(frame) {
                frame.clear(slot, 1);
                return Err(raised);
            }
            let callee = frame.callee(slot);
            if let Some(function) = held {
                function::place_captures(callee, &function)?;
            }
            return function::run(callee, code);
        }
    }
    call_method_slow(frame, receiver, placed, slot, name, cache)
}

#[inline(never)]
fn call_method_slow(
    frame: Frame<'_>,
    receiver: Value,
    placed: &Placed,
    slot: u16,
    name: Symbol,
    cache: &Cache,
) -> Outcome {
    let heap = frame.heap;
    match find_method(heap, &receiver, name, cache)? {
        Found::Unbound(method) => {
            let receiver = match (&method, &receiver) {
                (Value::Builtin(function), Value::Instance(instance)) if !function.works_on_instance() => {
                    instance.payload().unwrap_or(receiver)
                }
                _ => receiver,
            };
            frame.put(slot, receiver);
            if let Err(raised) = placed.evaluate(frame) {
                frame.clear(slot, 1);
                return Err(raised);
            }
            call_placed(frame.callee(slot), &method, placed.positional + 1, &placed.names)
        }
        Found::Value(callee) => {
            drop(receiver);
            placed.evaluate(frame)?;
            placed.call(frame, &callee)
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

/// A call with `*` or `**` arguments.
fn dynamic(c: &mut Compiler, callee: &'static Expr, args: &'static [Arg], span: Span) -> Eval {
    enum Part {
        One(Eval),
        Many(Eval),
        Named(Symbol, Eval),
        Mapping(Eval),
    }
    let base = c.base();
    c.reserve(2);
    let callee = c.expr(callee);
    let parts: Box<[Part]> = args
        .iter()
        .map(|arg| match arg {
            Arg::Positional(e) => Part::One(c.expr(e)),
            Arg::Star(e) => Part::Many(c.expr(e)),
            Arg::Keyword(name, e) => Part::Named(*name, c.expr(e)),
            Arg::DoubleStar(e) => Part::Mapping(c.expr(e)),
        })
        .collect();
    Box::new(move |frame| {
        let heap = frame.heap;
        let callee = callee(frame)?;
        let (mut values, mut named): (Vec<Value>, Vec<(Symbol, Value)>) = (Vec::new(), Vec::new());
        let mut gather = || -> Outcome<()> {
            for part in &parts {
                match part {
                    Part::One(value) => values.push(value(frame)?),
                    Part::Many(value) => {
                        let value = value(frame)?;
                        if !ops::iterate::is_iterable(heap, &value) {
                            return Err(heap.type_error(format!(
                                "{} argument after * must be an iterable, not {}",
                                describe(&callee),
                                ops::types::type_name(&value)
                            )));
                        }
                        values.extend(ops::iterate::collect(heap, &value)?);
                    }
                    Part::Named(name, value) => add_named(heap, &callee, &mut named, *name, value(frame)?)?,
                    Part::Mapping(value) => {
                        let mapping = value(frame)?;
                        let pairs = collection::mapping_pairs(frame, &mapping)
                            .map_err(|raised| reword_mapping(heap, raised, &callee, &mapping))?;
                        for (key, value) in pairs {
                            let Value::Str(key) = &key else {
                                return Err(heap.type_error("keywords must be strings"));
                            };
                            add_named(heap, &callee, &mut named, Symbol::new(key.as_str()), value)?;
                        }
                    }
                }
            }
            Ok(())
        };
        gather().map_err(|raised| heap.at(raised, span))?;
        call_values(frame.callee(base), &callee, &mut values, &mut named)
            .map_err(|raised| heap.at(raised, span))
    })
}

fn reword_mapping(heap: &Heap, raised: Raised, callee: &Value, mapping: &Value) -> Raised {
    match heap.catch_any(raised, &[crate::value::ErrorKind::TypeError]) {
        Ok(_) => heap.type_error(format!(
            "{} argument after ** must be a mapping, not {}",
            describe(callee),
            ops::types::type_name(mapping)
        )),
        Err(raised) => raised,
    }
}

fn add_named(
    heap: &Heap,
    callee: &Value,
    named: &mut Vec<(Symbol, Value)>,
    name: Symbol,
    value: Value,
) -> Outcome<()> {
    if named.iter().any(|(n, _)| *n == name) {
        return Err(heap
            .type_error(format!("{} got multiple values for keyword argument '{name}'", describe(callee))));
    }
    named.push((name, value));
    Ok(())
}

/// How messages about arguments name a callable: `__main__.f()`.
pub fn describe(callee: &Value) -> String {
    match callee {
        Value::Function(f) => format!("{}.{}()", f.code.info.module, f.qualname().as_str()),
        Value::Builtin(f) => format!("{}()", f.name),
        Value::Bound(b) => describe(b.function()),
        Value::Class(class) => format!("{}()", class.name.as_str()),
        other => format!("{} object", ops::types::type_name(other)),
    }
}

/// Calls with values that stand in vectors: they are moved into the window at `frame`.
pub fn call_values(
    frame: Frame<'_>,
    callee: &Value,
    values: &mut [Value],
    named: &mut [(Symbol, Value)],
) -> Outcome {
    let heap = frame.heap;
    heap.ensure_slots(frame, values.len() + named.len())?;
    let count = values.len();
    for (index, value) in values.iter_mut().enumerate() {
        frame.put(index as u16, std::mem::take(value));
    }
    if named.is_empty() {
        return call_placed(frame, callee, count, &[]);
    }
    let names: Vec<Symbol> = named.iter().map(|(name, _)| *name).collect();
    for (index, (_, value)) in named.iter_mut().enumerate() {
        frame.put((count + index) as u16, std::mem::take(value));
    }
    call_placed(frame, callee, count, &names)
}

/// Calls any callable. The arguments stand in slots 0 and on: `count` positional ones, then those that
/// `keywords` names. They are consumed.
pub fn call_placed(frame: Frame<'_>, callee: &Value, count: usize, keywords: &[Symbol]) -> Outcome {
    match callee {
        Value::Function(f) => function::call(frame, f, count, keywords),
        Value::Builtin(f) => native::call(frame, f, count, keywords),
        Value::Bound(bound) => {
            insert_first(frame, count + keywords.len(), bound.receiver().clone());
            call_placed(frame, bound.function(), count + 1, keywords)
        }
        Value::Class(class) => archetype::construct(frame, class, count, keywords),
        Value::Instance(_) | Value::Native(_) => {
            let class = ops::types::class_of(frame.heap, callee);
            match class.lookup(names::CALL).cloned() {
                Some(method @ (Value::Function(_) | Value::Builtin(_))) => {
                    insert_first(frame, count + keywords.len(), callee.clone());
                    call_placed(frame, &method, count + 1, keywords)
                }
                Some(other) => {
                    let bound = ops::attribute::bind(frame.heap, &other, Some(callee), &class)?;
                    call_placed(frame, &bound, count, keywords)
                }
                None => Err(not_callable(frame, callee, count + keywords.len())),
            }
        }
        Value::Descriptor(descriptor)
            if descriptor.kind == crate::value::descriptor::DescriptorKind::StaticMethod =>
        {
            call_placed(frame, &descriptor.part(0), count, keywords)
        }
        _ => Err(not_callable(frame, callee, count + keywords.len())),
    }
}

#[cold]
fn not_callable(frame: Frame<'_>, callee: &Value, placed: usize) -> Raised {
    frame.clear(0, placed as u16);
    frame.heap.type_error(format!("'{}' object is not callable", ops::types::type_name(callee)))
}

/// Moves the placed values up by one slot and puts a value in front.
pub fn insert_first(frame: Frame<'_>, placed: usize, first: Value) {
    let mut carry = first;
    for slot in 0..=placed as u16 {
        carry = frame.replace(slot, carry);
    }
    carry.discard();
}
