//! Functions: making them, binding arguments by Python's rules, running them.
//!
//! A plain function's locals are cleared when it ends, also by an exception. Generators and
//! coroutines are started in `generator`; how arguments come to stand in the window is in `call`.

use super::compile::{Compiler, Eval};
use super::{generator, variable};
use crate::code::{MakeFunction, ParamKind, Source, Symbol, Variable};
use crate::source::Span;
use crate::value::descriptor::DescriptorKind;
use crate::value::function::{Cells, Code};
use crate::value::{CellBox, Descriptor, Dict, Frame, Function, Heap, Outcome, Raised, Ref, Value};

/// `def`, `lambda`: evaluates defaults and takes the captured cells.
pub fn make(c: &mut Compiler, make: &'static MakeFunction) -> Eval {
    let code = c.code(make.function);
    let defaults: Box<[Eval]> = make.defaults.iter().map(|e| c.expr(e)).collect();
    let keyword_defaults: Box<[(Symbol, Eval)]> =
        make.keyword_defaults.iter().map(|(name, e)| (*name, c.expr(e))).collect();
    let captures: &'static [Source] = &make.captures;
    let captures_slot = c.captures_slot;
    if defaults.is_empty() && keyword_defaults.is_empty() {
        return Box::new(move |frame| {
            let cells = take_cells(frame, captures, captures_slot);
            Ok(Value::Function(Function::new(frame.heap, code, cells, Vec::new(), Vec::new())))
        });
    }
    Box::new(move |frame| {
        let mut values = Vec::with_capacity(defaults.len());
        for value in &defaults {
            values.push(value(frame)?);
        }
        let mut named = Vec::with_capacity(keyword_defaults.len());
        for (name, value) in &keyword_defaults {
            named.push((*name, value(frame)?));
        }
        let cells = take_cells(frame, captures, captures_slot);
        Ok(Value::Function(Function::new(frame.heap, code, cells, values, named)))
    })
}

/// The cells that a function captures, from the frame in which it is made.
pub fn take_cells(frame: Frame<'_>, captures: &[Source], captures_slot: u16) -> Cells {
    captures
        .iter()
        .map(|source| match source {
            Source::Cell(slot) => match frame.get(*slot) {
                Value::Cell(cell) => cell.clone(),
                _ => {
                    let cell = CellBox::new(frame.heap, frame.take(*slot));
                    frame.set(*slot, Value::Cell(cell.clone()));
                    cell
                }
            },
            Source::Captured(index) => match frame.get(captures_slot) {
                Value::Function(function) => match function.captures().get(*index as usize) {
                    Some(cell) => cell.clone(),
                    None => CellBox::new(frame.heap, Value::Unbound),
                },
                _ => CellBox::new(frame.heap, Value::Unbound),
            },
        })
        .collect()
}

/// Runs a plain function whose parameters stand in its window, and empties the window.
#[inline(always)]
pub fn run(frame: Frame<'_>, code: &'static Code) -> Outcome {
    let compiled = code.compiled();
    let saved = match frame.heap.enter(frame, compiled.window) {
        Ok(saved) => saved,
        Err(raised) => {
            frame.clear(0, code.locals);
            return Err(raised);
        }
    };
    let result = (compiled.run)(frame);
    frame.clear(0, code.locals);
    frame.heap.exit(saved);
    match result {
        Ok(value) => Ok(value),
        Err(raised) => Err(frame.heap.leave(raised, code.info)),
    }
}

/// Puts the function's own value where its code finds what it captured: above its locals, where nothing
/// is in use yet.
#[inline(always)]
pub fn place_captures(frame: Frame<'_>, function: &Ref<Function>) -> Outcome<()> {
    let Some(slot) = function.code.captures_slot else { return Ok(()) };
    if frame.heap.ensure_slots(frame, slot as usize + 1).is_err() {
        frame.clear(0, function.code.info.params.len() as u16);
        return Err(Raised);
    }
    frame.put(slot, Value::Function(function.clone()));
    Ok(())
}

/// Calls a function with placed arguments.
#[inline]
pub fn call(frame: Frame<'_>, function: &Ref<Function>, count: usize, keywords: &[Symbol]) -> Outcome {
    let code = function.code;
    if !(keywords.is_empty() && count == code.plain_params as usize) {
        bind(frame, function, count, keywords)?;
    }
    place_captures(frame, function)?;
    if code.plain_kind { run(frame, code) } else { generator::create(frame, function) }
}

/// Turns placed arguments into bound parameters: parameter `i` in slot `i`.
fn bind(frame: Frame<'_>, function: &Ref<Function>, count: usize, keywords: &[Symbol]) -> Outcome<()> {
    let code = function.code;
    let defaults = function.defaults();
    let plain = code.plain_params as usize;
    if keywords.is_empty() && plain != u16::MAX as usize && count < plain && count + defaults.len() >= plain {
        for slot in count..plain {
            if let Some(value) = defaults.get(defaults.len() + slot - plain) {
                frame.put(slot as u16, value.clone());
            }
        }
        return Ok(());
    }
    bind_general(frame, function, count, keywords)
}

#[inline(never)]
fn bind_general(
    frame: Frame<'_>,
    function: &Ref<Function>,
    count: usize,
    keywords: &[Symbol],
) -> Outcome<()> {
    let heap = frame.heap;
    let info = function.code.info;
    let params = &info.params;
    let given: Vec<Value> = (0..count as u16).map(|slot| frame.take(slot)).collect();
    let named: Vec<Value> = (0..keywords.len()).map(|i| frame.take((count + i) as u16)).collect();
    let mut bound: Vec<Value> = Vec::with_capacity(params.len());
    bound.resize_with(params.len(), Value::default);
    let is_positional = |kind: ParamKind| matches!(kind, ParamKind::PositionalOnly | ParamKind::Normal);
    let positional = params.iter().filter(|p| is_positional(p.kind)).count();
    let star = params.iter().position(|p| p.kind == ParamKind::Star);
    let double_star = params.iter().position(|p| p.kind == ParamKind::DoubleStar);

    let mut extra: Vec<Value> = Vec::new();
    for (index, value) in given.into_iter().enumerate() {
        if index < positional { bound[index] = value } else { extra.push(value) }
    }
    let surplus = extra.len();
    if let Some(at) = star {
        bound[at] = Value::tuple(heap, extra);
    }
    let mut more: Option<Ref<Dict>> = double_star.map(|_| Dict::new(heap));
    let mut positional_by_name: Vec<&str> = Vec::new();
    for (name, value) in keywords.iter().zip(named) {
        let found = params
            .iter()
            .position(|p| p.name == *name && matches!(p.kind, ParamKind::Normal | ParamKind::KeywordOnly));
        match (found, &mut more) {
            (Some(at), _) => {
                if !bound[at].is_unbound() {
                    return Err(heap.type_error(format!(
                        "{}() got multiple values for argument '{name}'",
                        function.qualname().as_str()
                    )));
                }
                bound[at] = value;
            }
            (None, Some(dict)) => dict.set_str(name.name(), value),
            (None, None) => {
                if params.iter().any(|p| p.name == *name && p.kind == ParamKind::PositionalOnly) {
                    positional_by_name.push(name.name());
                    continue;
                }
                return Err(heap.type_error(format!(
                    "{}() got an unexpected keyword argument '{name}'",
                    function.qualname().as_str()
                )));
            }
        }
    }
    if !positional_by_name.is_empty() {
        return Err(heap.type_error(format!(
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            function.qualname().as_str(),
            positional_by_name.join(", ")
        )));
    }
    if let (Some(at), Some(dict)) = (double_star, more) {
        bound[at] = Value::Dict(dict);
    }
    if surplus > 0 && star.is_none() {
        return Err(too_many(heap, function, positional, count, &bound));
    }
    fill_defaults(heap, function, positional, &mut bound)?;
    heap.ensure_slots(frame, bound.len())?;
    for (slot, value) in bound.into_iter().enumerate() {
        frame.put(slot as u16, value);
    }
    Ok(())
}

fn fill_defaults(
    heap: &Heap,
    function: &Ref<Function>,
    positional: usize,
    bound: &mut [Value],
) -> Outcome<()> {
    let params = &function.code.info.params;
    let defaults = function.defaults();
    let mut missing: Vec<&str> = Vec::new();
    for index in 0..positional {
        if bound[index].is_unbound() {
            match (defaults.len() + index).checked_sub(positional).and_then(|at| defaults.get(at)) {
                Some(value) => bound[index] = value.clone(),
                None => missing.push(params[index].name.name()),
            }
        }
    }
    if !missing.is_empty() {
        return Err(missing_arguments(heap, function.qualname().as_str(), "positional", &missing));
    }
    for (index, param) in params.iter().enumerate() {
        if param.kind == ParamKind::KeywordOnly && bound[index].is_unbound() {
            match function.keyword_default(param.name) {
                Some(value) => bound[index] = value,
                None => missing.push(param.name.name()),
            }
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing_arguments(heap, function.qualname().as_str(), "keyword-only", &missing))
    }
}

/// `f() missing 2 required positional arguments: 'a' and 'b'`.
pub fn missing_arguments(heap: &Heap, name: &str, kind: &str, missing: &[&str]) -> Raised {
    let quoted: Vec<String> = missing.iter().map(|name| format!("'{name}'")).collect();
    let list = match &quoted[..] {
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
        [] => String::new(),
    };
    let s = if missing.len() == 1 { "" } else { "s" };
    heap.type_error(format!("{name}() missing {} required {kind} argument{s}: {list}", missing.len()))
}

#[cold]
fn too_many(
    heap: &Heap,
    function: &Ref<Function>,
    positional: usize,
    count: usize,
    bound: &[Value],
) -> Raised {
    let defaults = function.defaults().len();
    let takes = if defaults > 0 {
        format!("from {} to {positional}", positional - defaults.min(positional))
    } else {
        positional.to_string()
    };
    let s = if positional == 1 && defaults == 0 { "" } else { "s" };
    let keyword_only = function
        .code
        .info
        .params
        .iter()
        .zip(bound)
        .filter(|(p, value)| p.kind == ParamKind::KeywordOnly && !value.is_unbound())
        .count();
    let given = if keyword_only > 0 {
        let s = if count == 1 { "" } else { "s" };
        let k = if keyword_only == 1 { "" } else { "s" };
        format!("{count} positional argument{s} (and {keyword_only} keyword-only argument{k}) were given")
    } else {
        format!("{count} {} given", if count == 1 { "was" } else { "were" })
    };
    heap.type_error(format!(
        "{}() takes {takes} positional argument{s} but {given}",
        function.qualname().as_str()
    ))
}

/// `super`.
pub fn super_object(c: &mut Compiler, class: Variable, receiver: Variable, span: Span) -> Eval {
    let class = variable::load(c, class, span);
    let receiver = variable::load(c, receiver, span);
    Box::new(move |frame| {
        let class = class(frame).map_err(|raised| no_super(frame.heap, raised, span))?;
        let receiver = receiver(frame).map_err(|raised| no_super(frame.heap, raised, span))?;
        Ok(Value::Descriptor(Descriptor::new(frame.heap, DescriptorKind::Super, vec![class, receiver])))
    })
}

#[cold]
fn no_super(heap: &Heap, raised: Raised, span: Span) -> Raised {
    match heap.catch_any(raised, &[crate::value::ErrorKind::NameError]) {
        Ok(_) => heap.at(heap.runtime_error("super(): no arguments"), span),
        Err(raised) => raised,
    }
}
