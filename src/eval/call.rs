//! Calls: arguments are evaluated straight into the callee's window, and any callable is called with
//! values that are already placed.
//!
//! Binding them to parameters is the callee's business: `function`, `native`, `construct`. Calls of
//! methods are in `method`.

use super::compile::{Compiler, Eval};
use super::operand::{Any, Operand, Pair, Wide};
use super::{archetype, collection, function, intrinsic, method, namespace, native, operand, variable};
use crate::code::{Arg, Expr, ExprKind, GlobalId, Symbol, Variable};
use crate::source::Span;
use crate::value::{Frame, Heap, Held, Outcome, Raised, Value, names, ops};
use crate::with_operand;

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
        ExprKind::Attribute { object, name, null_safe: false } => {
            method::compile(c, object, *name, args, span)
        }
        ExprKind::Load(Variable::Global(id)) => {
            let placed = Placed::compile(c, args, 0);
            let general = c.expr(callee);
            match placed.values.len() {
                0 if placed.names.is_empty() => global_exact::<0>(*id, placed, general, span),
                1 if placed.names.is_empty() => global_exact::<1>(*id, placed, general, span),
                2 if placed.names.is_empty() => global_exact::<2>(*id, placed, general, span),
                3 if placed.names.is_empty() => global_exact::<3>(*id, placed, general, span),
                4 if placed.names.is_empty() => global_exact::<4>(*id, placed, general, span),
                5 if placed.names.is_empty() => global_exact::<5>(*id, placed, general, span),
                _ => global(*id, placed, general, span),
            }
        }
        ExprKind::Load(Variable::Builtin(name)) => builtin(c, *name, args, callee.span, span),
        _ => {
            let rebinds = args.iter().any(|arg| operand::may_rebind(arg.value()));
            let callee = if rebinds { operand::computed(c, callee) } else { operand::choose(c, callee) };
            let placed = Placed::compile(c, args, 0);
            with_operand!(callee, callee => any(callee, placed, span))
        }
    }
}

/// A call of what an operand gives: mostly a function in a local variable.
fn any<A: Operand>(callee: A, placed: Placed, span: Span) -> Eval {
    Box::new(move |frame| {
        let callee = callee_of(frame, &callee)?;
        placed.evaluate(frame)?;
        placed.call(frame, &callee).map_err(|raised| frame.heap.at(raised, span))
    })
}

#[inline(always)]
fn callee_of<'f, A: Operand>(frame: Frame<'f>, callee: &A) -> Outcome<A::Out<'f>> {
    let value = callee.load(frame)?;
    if value.is_unbound() {
        callee.check(frame.heap, &value)?;
    }
    Ok(value)
}

/// A call of a builtin name; with one plain argument it may be answered by the code itself (`intrinsic`).
fn builtin(c: &mut Compiler, name: Symbol, args: &'static [Arg], at: Span, span: Span) -> Eval {
    let placed = Placed::compile(c, args, 0);
    if let (Some(quick), [_], []) = (intrinsic::of(name), &*placed.values, &*placed.names) {
        return Box::new(move |frame| {
            let Some(argument) = placed.values.first() else { return Ok(Value::None) };
            let value = Held::new(argument.value(frame)?);
            if let Some(known) = quick(frame.heap, &value) {
                return Ok(known);
            }
            let callee = variable::load_builtin(frame, name, at)?;
            frame.put(placed.base, value.release());
            placed.call(frame, &callee).map_err(|raised| frame.heap.at(raised, span))
        });
    }
    Box::new(move |frame| {
        let callee = Held::new(variable::load_builtin(frame, name, at)?);
        placed.evaluate(frame)?;
        placed.call(frame, &callee).map_err(|raised| frame.heap.at(raised, span))
    })
}

/// Arguments with their places: values from slot `base` on, positional ones first.
pub(super) struct Placed {
    pub base: u16,
    pub positional: usize,
    pub values: Box<[Argument]>,
    pub names: Box<[Symbol]>,
}

/// An argument: a local is copied and a small int placed without a call.
pub(super) enum Argument {
    Local { slot: u16, name: Symbol, span: Span },
    Int(i64),
    Pair(Pair),
    Computed(Eval),
}

impl Argument {
    pub fn compile(c: &mut Compiler, expr: &'static Expr) -> Argument {
        match operand::choose_wide(c, expr) {
            Wide::Pair(pair) => Argument::Pair(pair),
            Wide::Any(Any::Local(local)) => {
                Argument::Local { slot: local.slot, name: local.name, span: local.span }
            }
            Wide::Any(Any::Int(constant)) => Argument::Int(constant.0),
            Wide::Any(Any::Computed(computed)) => Argument::Computed(computed.0),
        }
    }

    #[inline(always)]
    pub fn value(&self, frame: Frame<'_>) -> Outcome {
        match self {
            Argument::Computed(value) => value(frame),
            Argument::Local { slot, name, span } => match frame.get(*slot) {
                Value::Unbound => Err(variable::unbound_local(frame.heap, *name, *span)),
                value => Ok(value.clone()),
            },
            Argument::Int(n) => Ok(Value::Int(*n)),
            Argument::Pair(pair) => pair.value(frame),
        }
    }
}

impl Placed {
    /// `skip` slots before the arguments are left free (for the receiver).
    pub fn compile(c: &mut Compiler, args: &'static [Arg], skip: u16) -> Placed {
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
    pub fn evaluate(&self, frame: Frame<'_>) -> Outcome<()> {
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
    pub fn call(&self, frame: Frame<'_>, callee: &Value) -> Outcome {
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
