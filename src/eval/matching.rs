//! `match`: all of Python's patterns.
//!
//! Names are bound as a pattern is tried, so those of a case that fails in the end stay bound, as
//! in Python. No case falls through, and no match is no error. Patterns are resolved in
//! `resolve::pattern`.

use super::compile::{Compiler, Eval, Exec, Flow, Store, Test};
use super::variable;
use crate::code::{Case, Expr, Pattern, PatternKind, Symbol};
use crate::source::Span;
use crate::value::{BuiltinType, Class, Dict, Frame, Heap, Outcome, Ref, Value, names, ops};

/// Tries a value; binds names as it goes.
type Matcher = Box<dyn for<'h> Fn(Frame<'h>, &Value) -> Outcome<bool> + Send + Sync>;

struct Arm {
    matcher: Matcher,
    guard: Option<Test>,
    body: Exec,
}

/// `match subject { case … }`
pub fn compile(c: &mut Compiler, subject: &'static Expr, cases: &'static [Case]) -> Exec {
    let subject = c.expr(subject);
    let arms: Box<[Arm]> = cases
        .iter()
        .map(|case| Arm {
            matcher: pattern(c, &case.pattern),
            guard: case.guard.as_ref().map(|g| c.test(g)),
            body: c.block(&case.body),
        })
        .collect();
    Box::new(move |frame| {
        let value = subject(frame)?;
        for arm in &arms {
            if (arm.matcher)(frame, &value)?
                && match &arm.guard {
                    Some(guard) => guard(frame)?,
                    None => true,
                }
            {
                return (arm.body)(frame);
            }
        }
        Ok(Flow::Next)
    })
}

fn pattern(c: &mut Compiler, pattern_: &'static Pattern) -> Matcher {
    let span = pattern_.span;
    match &pattern_.kind {
        PatternKind::Wildcard | PatternKind::Star(None) => Box::new(|_, _| Ok(true)),
        PatternKind::Capture(to) | PatternKind::Star(Some(to)) => {
            let store = variable::store(c, *to);
            Box::new(move |frame, value| {
                store(frame, value.clone())?;
                Ok(true)
            })
        }
        PatternKind::Value(expr) => {
            let wanted = c.expr(expr);
            Box::new(move |frame, value| {
                let wanted = wanted(frame)?;
                ops::compare::equal(frame.heap, value, &wanted).map_err(|raised| frame.heap.at(raised, span))
            })
        }
        PatternKind::Singleton(expr) => {
            let wanted = c.expr(expr);
            Box::new(move |frame, value| Ok(value.is(&wanted(frame)?)))
        }
        PatternKind::Sequence { elements, star } => sequence(c, elements, *star, span),
        PatternKind::Mapping { items, rest } => {
            let rest = rest.map(|v| variable::store(c, v));
            mapping(c, items, rest, span)
        }
        PatternKind::Class { class, positional, keyword } => {
            class_pattern(c, class, positional, keyword, span)
        }
        PatternKind::Or(all) => {
            let all: Box<[Matcher]> = all.iter().map(|p| pattern(c, p)).collect();
            Box::new(move |frame, value| {
                for one in &all {
                    if one(frame, value)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            })
        }
        PatternKind::As { pattern: inner, variable: to } => {
            let inner = pattern(c, inner);
            let store = variable::store(c, *to);
            Box::new(move |frame, value| {
                let matched = inner(frame, value)?;
                if matched {
                    store(frame, value.clone())?;
                }
                Ok(matched)
            })
        }
    }
}

/// Items of what counts as a sequence for patterns: no strings, no bytes, no iterators.
fn sequence_items(heap: &Heap, value: &Value) -> Outcome<Option<Vec<Value>>> {
    match ops::convert::unwrapped(value) {
        list @ (Value::List(_) | Value::Tuple(_) | Value::Range(_)) => {
            ops::iterate::collect(heap, &list).map(Some)
        }
        _ => Ok(None),
    }
}

fn sequence(c: &mut Compiler, elements: &'static [Pattern], star: Option<usize>, span: Span) -> Matcher {
    let matchers: Box<[Matcher]> = elements.iter().map(|p| pattern(c, p)).collect();
    Box::new(move |frame, value| {
        let heap = frame.heap;
        let Some(mut items) = sequence_items(heap, value).map_err(|raised| heap.at(raised, span))? else {
            return Ok(false);
        };
        match star {
            None if items.len() != matchers.len() => return Ok(false),
            Some(_) if items.len() + 1 < matchers.len() => return Ok(false),
            None => {}
            Some(at) => {
                let after = matchers.len() - at - 1;
                let tail = items.split_off(items.len() - after);
                let middle = items.split_off(at);
                items.push(Value::list(heap, middle));
                items.extend(tail);
            }
        }
        for (matcher, item) in matchers.iter().zip(&items) {
            if !matcher(frame, item)? {
                return Ok(false);
            }
        }
        Ok(true)
    })
}

fn mapping(c: &mut Compiler, items: &'static [(Expr, Pattern)], rest: Option<Store>, span: Span) -> Matcher {
    let items: Box<[(Eval, Matcher)]> = items.iter().map(|(key, p)| (c.expr(key), pattern(c, p))).collect();
    Box::new(move |frame, value| {
        let heap = frame.heap;
        let Value::Dict(dict) = ops::convert::unwrapped(value) else { return Ok(false) };
        let mut seen = Vec::with_capacity(items.len());
        for (key, matcher) in &items {
            let key = key(frame)?;
            let Some(found) = dict.get(heap, &key).map_err(|raised| heap.at(raised, span))? else {
                return Ok(false);
            };
            if !matcher(frame, &found)? {
                return Ok(false);
            }
            seen.push(key);
        }
        if let Some(rest) = &rest {
            let left: Ref<Dict> = dict.copy(heap);
            for key in &seen {
                left.remove(heap, key)?;
            }
            rest(frame, Value::Dict(left))?;
        }
        Ok(true)
    })
}

fn class_pattern(
    c: &mut Compiler,
    class: &'static Expr,
    positional: &'static [Pattern],
    keyword: &'static [(Symbol, Pattern)],
    span: Span,
) -> Matcher {
    let class = c.expr(class);
    let positional: Box<[Matcher]> = positional.iter().map(|p| pattern(c, p)).collect();
    let keyword: Box<[(Symbol, Matcher)]> = keyword.iter().map(|(name, p)| (*name, pattern(c, p))).collect();
    Box::new(move |frame, value| {
        let heap = frame.heap;
        let at = |raised| heap.at(raised, span);
        let Value::Class(class) = class(frame)? else {
            return Err(at(heap.type_error("called match pattern must be a class")));
        };
        if !ops::types::is_instance(heap, value, &class) {
            return Ok(false);
        }
        if !positional.is_empty() {
            if matches_itself(&class) && positional.len() == 1 {
                if !positional[0](frame, value)? {
                    return Ok(false);
                }
            } else {
                let names = match_args(heap, &class).map_err(at)?;
                if positional.len() > names.len() {
                    let s = if names.len() == 1 { "" } else { "s" };
                    let message = format!(
                        "{}() accepts {} positional sub-pattern{s} ({} given)",
                        class.name.as_str(),
                        names.len(),
                        positional.len()
                    );
                    return Err(at(heap.type_error(message)));
                }
                for (matcher, name) in positional.iter().zip(names) {
                    match ops::attribute::get_optional(heap, value, name).map_err(at)? {
                        Some(part) if matcher(frame, &part)? => {}
                        _ => return Ok(false),
                    }
                }
            }
        }
        for (name, matcher) in &keyword {
            match ops::attribute::get_optional(heap, value, *name).map_err(at)? {
                Some(part) if matcher(frame, &part)? => {}
                _ => return Ok(false),
            }
        }
        Ok(true)
    })
}

/// Builtin types whose one positional pattern means the value itself.
fn matches_itself(class: &Class) -> bool {
    use BuiltinType as T;
    let own = |t: T| {
        matches!(
            t,
            T::Bool
                | T::Int
                | T::Float
                | T::Str
                | T::Bytes
                | T::List
                | T::Tuple
                | T::Dict
                | T::Set
                | T::FrozenSet
        )
    };
    own(class.builtin) && class.lookup(names::MATCH_ARGS).is_none() && class.fields().is_empty()
}

fn match_args(heap: &Heap, class: &Ref<Class>) -> Outcome<Vec<Symbol>> {
    let Some(own) = class.lookup(names::MATCH_ARGS) else {
        return Ok(class.fields().iter().map(|f| f.name).collect());
    };
    let mut all = Vec::new();
    for name in ops::iterate::collect(heap, &own.clone())? {
        if let Value::Str(name) = &name {
            all.push(Symbol::new(name.as_str()));
        }
    }
    Ok(all)
}
