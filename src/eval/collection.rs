//! List, tuple, set and dict displays.
//!
//! Elements are evaluated from left to right; `*` and `**` take iterables and mappings apart where
//! they stand. Comprehensions are in `comprehension`; `**` in calls asks here for the pairs.

use super::compile::{Compiler, Eval};
use crate::code::{DictItem, Expr, ExprKind};
use crate::source::Span;
use crate::value::{Dict, Frame, Outcome, Set, Value, ops};

/// An element of a display.
enum Item {
    One(Eval),
    /// `*iterable`
    Many(Eval, Span),
}

fn items(c: &mut Compiler, exprs: &'static [Expr]) -> Box<[Item]> {
    exprs
        .iter()
        .map(|expr| match &expr.kind {
            ExprKind::Star(inner) => Item::Many(c.expr(inner), inner.span),
            _ => Item::One(c.expr(expr)),
        })
        .collect()
}

fn gather(items: &[Item], frame: Frame<'_>) -> Outcome<Vec<Value>> {
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Item::One(value) => all.push(value(frame)?),
            Item::Many(value, span) => {
                let value = value(frame)?;
                if !ops::iterate::is_iterable(frame.heap, &value) {
                    let message =
                        format!("Value after * must be an iterable, not {}", ops::types::type_name(&value));
                    return Err(frame.heap.at(frame.heap.type_error(message), *span));
                }
                all.extend(
                    ops::iterate::collect(frame.heap, &value)
                        .map_err(|raised| frame.heap.at(raised, *span))?,
                );
            }
        }
    }
    Ok(all)
}

/// `[a, *b]`.
pub fn list(c: &mut Compiler, exprs: &'static [Expr]) -> Eval {
    let items = items(c, exprs);
    Box::new(move |frame| Ok(Value::list(frame.heap, gather(&items, frame)?)))
}

/// `(a, *b)`.
pub fn tuple(c: &mut Compiler, exprs: &'static [Expr]) -> Eval {
    let items = items(c, exprs);
    if let [Item::One(_), Item::One(_)] = &items[..] {
        return Box::new(move |frame| {
            let [Item::One(a), Item::One(b)] = &items[..] else { return Ok(Value::None) };
            let (a, b) = (a(frame)?, b(frame)?);
            Ok(Value::tuple(frame.heap, [a, b]))
        });
    }
    Box::new(move |frame| Ok(Value::tuple(frame.heap, gather(&items, frame)?)))
}

/// `{a, *b}`.
pub fn set(c: &mut Compiler, exprs: &'static [Expr]) -> Eval {
    let items = items(c, exprs);
    let span = exprs.first().map_or(Span::NONE, |first| first.span);
    Box::new(move |frame| {
        let all = gather(&items, frame)?;
        Ok(Value::Set(Set::from_items(frame.heap, all, false).map_err(|raised| frame.heap.at(raised, span))?))
    })
}

/// `{a: b, **c}`.
pub fn dict(c: &mut Compiler, exprs: &'static [DictItem]) -> Eval {
    enum Part {
        Pair(Eval, Eval, Span),
        Spread(Eval, Span),
    }
    let parts: Box<[Part]> = exprs
        .iter()
        .map(|item| match item {
            DictItem::Pair(key, value) => Part::Pair(c.expr(key), c.expr(value), key.span),
            DictItem::Spread(mapping) => Part::Spread(c.expr(mapping), mapping.span),
        })
        .collect();
    Box::new(move |frame| {
        let dict = Dict::new(frame.heap);
        for part in &parts {
            match part {
                Part::Pair(key, value, span) => {
                    let (key, value) = (key(frame)?, value(frame)?);
                    dict.insert(frame.heap, key, value).map_err(|raised| frame.heap.at(raised, *span))?;
                }
                Part::Spread(mapping, span) => {
                    let mapping = mapping(frame)?;
                    for (key, value) in
                        mapping_pairs(frame, &mapping).map_err(|raised| frame.heap.at(raised, *span))?
                    {
                        dict.insert(frame.heap, key, value).map_err(|raised| frame.heap.at(raised, *span))?;
                    }
                }
            }
        }
        Ok(Value::Dict(dict))
    })
}

/// The entries of a mapping: a dict, or anything with `keys` and `__getitem__`.
pub fn mapping_pairs(frame: Frame<'_>, mapping: &Value) -> Outcome<Vec<(Value, Value)>> {
    let heap = frame.heap;
    if let Value::Dict(dict) = ops::convert::unwrapped(mapping) {
        return Ok(dict.pairs());
    }
    let keys = ops::attribute::get_optional(heap, mapping, crate::code::Symbol::new("keys"))?;
    let Some(keys) = keys else {
        return Err(heap.type_error(format!("'{}' object is not a mapping", ops::types::type_name(mapping))));
    };
    let keys = heap.call(&keys, &mut [])?;
    let mut pairs = Vec::new();
    for key in ops::iterate::collect(heap, &keys)? {
        let value = ops::item::get_item(heap, mapping, &key)?;
        pairs.push((key, value));
    }
    Ok(pairs)
}
