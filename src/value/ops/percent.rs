//! `template % arguments` and `template.format(…)`: what the pure scanners of `text` leave open,
//! since it needs values: taking arguments, attributes and items, and making text of them.
//!
//! How one value is formatted by a specification is decided in `show`.

use std::rc::Rc;

use super::types::type_name;
use crate::code::Symbol;
use crate::value::text::{self, Accessor, Argument, Conversion, Numbering, Percent, Piece, Size, Template};
use crate::value::{Dict, Heap, Outcome, Ref, Str, Value};

/// The right side of `%`: a tuple's items in turn, a mapping's by key, or one value.
struct Source<'v> {
    whole: &'v Value,
    items: Vec<Value>,
    next: usize,
    is_tuple: bool,
}

impl Source<'_> {
    fn take(&mut self, heap: &Heap) -> Outcome {
        let item = self.items.get(self.next).cloned();
        self.next += 1;
        item.ok_or_else(|| heap.fault(Percent::too_few()))
    }

    fn star(&mut self, heap: &Heap, size: Size, for_precision: bool) -> Outcome<Option<i64>> {
        if !matches!(size, Size::Argument) {
            return Ok(None);
        }
        match self.take(heap)? {
            Value::Int(n) => Ok(Some(n)),
            Value::True => Ok(Some(1)),
            Value::False => Ok(Some(0)),
            Value::Big(_) => Err(heap.fault(Percent::star_too_large(for_precision))),
            _ => Err(heap.fault(Percent::star_wants_int())),
        }
    }
}

/// `template % arguments`.
pub fn format(heap: &Heap, template: &Rc<Str>, arguments: &Value) -> Outcome {
    let (items, is_tuple) = match arguments {
        Value::Tuple(tuple) => (tuple.items().to_vec(), true),
        other => (vec![other.clone()], false),
    };
    let mut source = Source { whole: arguments, items, next: 0, is_tuple };
    let mut out = String::new();
    let mut by_key = false;
    for piece in Percent::new(template.as_str()) {
        match piece.map_err(|fault| heap.fault(fault))? {
            Piece::Text(text) => out.push_str(text),
            Piece::Conversion(conversion) => {
                if conversion.is_percent_sign() {
                    out.push('%');
                    continue;
                }
                by_key |= conversion.key.is_some();
                out.push_str(&convert(heap, &conversion, &mut source)?);
            }
        }
    }
    let is_mapping = !is_tuple
        && !matches!(arguments, Value::Str(_))
        && super::types::class_of(heap, arguments).lookup(crate::value::names::GETITEM).is_some()
        || matches!(arguments, Value::Dict(_) | Value::List(_) | Value::Bytes(_));
    if source.next < source.items.len() && !by_key && !is_mapping {
        return Err(heap.fault(Percent::too_many()));
    }
    Ok(Value::Str(Rc::new(Str::from_string(out))))
}

fn convert(heap: &Heap, conversion: &Conversion<'_>, source: &mut Source<'_>) -> Outcome<String> {
    let keyed = match conversion.key {
        Some(key) => {
            if source.is_tuple || matches!(source.whole, Value::Str(_)) {
                return Err(heap.fault(Percent::no_mapping()));
            }
            match source.whole {
                Value::Dict(_) | Value::Instance(_) | Value::Native(_) => {
                    Some(super::item::get_item(heap, source.whole, &Value::str(key))?)
                }
                _ => return Err(heap.fault(Percent::no_mapping())),
            }
        }
        None => None,
    };
    let stars = (source.star(heap, conversion.width, false)?, source.star(heap, conversion.precision, true)?);
    let field = conversion.field(stars).map_err(|fault| heap.fault(fault))?;
    let value = match keyed {
        Some(value) => value,
        None => source.take(heap)?,
    };
    if !conversion.is_known() {
        return Err(heap.fault(conversion.unsupported()));
    }
    if conversion.wants_text() {
        let shown = match conversion.kind {
            'r' => super::show::repr(heap, &value)?,
            'a' => text::escape_non_ascii(super::show::repr(heap, &value)?),
            _ => super::show::to_string(heap, &value)?,
        };
        return field.text(&shown).map_err(|fault| heap.fault(fault));
    }
    let inner = super::convert::unwrapped(&value);
    let name = type_name(&value);
    let argument = match &inner {
        Value::Float(x) => Argument::Float(x.get()),
        Value::Str(s) => Argument::Str(s.as_str()),
        other => match super::compare::integer(other) {
            Some(n) => Argument::Int(n),
            None => Argument::Other(&name),
        },
    };
    field.value(argument).map_err(|fault| heap.fault(fault))
}

/// The arguments of `str.format`.
pub struct FormatArguments<'a> {
    pub positional: &'a [Value],
    pub named: Option<Ref<Dict>>,
    /// `format_map`: names only.
    pub mapping: Option<&'a Value>,
}

/// `template.format(…)`.
pub fn format_template(heap: &Heap, template: &str, arguments: &FormatArguments<'_>) -> Outcome<String> {
    fill(heap, template, arguments, &mut Numbering::default(), 0)
}

fn fill(
    heap: &Heap,
    template: &str,
    arguments: &FormatArguments<'_>,
    numbering: &mut Numbering,
    depth: u32,
) -> Outcome<String> {
    let mut out = String::new();
    for segment in Template::new(template, depth).map_err(|fault| heap.fault(fault))? {
        let segment = segment.map_err(|fault| heap.fault(fault))?;
        out.push_str(segment.literal);
        let Some(field) = segment.field else { continue };
        let mut value = field_value(heap, &field, arguments, numbering)?;
        field.check_conversion().map_err(|fault| heap.fault(fault))?;
        value = match field.conversion {
            Some('r') => Value::str(super::show::repr(heap, &value)?),
            Some('s') => Value::str(super::show::to_string(heap, &value)?),
            Some('a') => Value::str(text::escape_non_ascii(super::show::repr(heap, &value)?)),
            _ => value,
        };
        let spec = match field.spec_is_template {
            true => fill(heap, field.spec, arguments, numbering, depth + 1)?,
            false => field.spec.to_owned(),
        };
        out.push_str(&super::show::format(heap, &value, &spec)?);
    }
    Ok(out)
}

fn field_value(
    heap: &Heap,
    field: &text::TemplateField<'_>,
    arguments: &FormatArguments<'_>,
    numbering: &mut Numbering,
) -> Outcome {
    let name = field.parse_name().map_err(|fault| heap.fault(fault))?;
    let mut value = match numbering.resolve(name.key).map_err(|fault| heap.fault(fault))? {
        Some(_) if arguments.mapping.is_some() => return Err(heap.fault(Numbering::no_positions())),
        Some(index) => match arguments.positional.get(index) {
            Some(value) => value.clone(),
            None => return Err(heap.fault(Numbering::out_of_range(index))),
        },
        None => {
            let text::Key::Name(key) = name.key else { return Ok(Value::None) };
            let found = match (arguments.mapping, &arguments.named) {
                (Some(mapping), _) => Some(super::item::get_item(heap, mapping, &Value::str(key))?),
                (None, Some(named)) => named.get_str(key),
                (None, None) => None,
            };
            found.ok_or_else(|| heap.key_error(Value::str(key)))?
        }
    };
    for accessor in name {
        value = match accessor.map_err(|fault| heap.fault(fault))? {
            Accessor::Attribute(attribute) => super::attribute::get(heap, &value, Symbol::new(attribute))?,
            Accessor::Index(index) => super::item::get_item(heap, &value, &Value::Int(index as i64))?,
            Accessor::Item(key) => super::item::get_item(heap, &value, &Value::str(key))?,
        };
    }
    Ok(value)
}
