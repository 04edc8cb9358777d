//! Arithmetic and bit operators, unary and binary, also in place.
//!
//! Builtin values first, then special methods: the reflected one of a derived class before the
//! plain one of its base. Owns which pairs of types an operator takes, and the words when it takes
//! none; digits and big numbers are `value::number`'s.

use std::rc::Rc;

use super::compare::integer;
use super::types::type_name;
use crate::code::{BinaryOp, Symbol, UnaryOp};
use crate::value::number::{self, IntegerRef};
use crate::value::{Bytes, Heap, Outcome, Set, Str, Table, Tuple, Value, names};

/// `a op b`.
pub fn binary(heap: &Heap, op: BinaryOp, a: &Value, b: &Value) -> Outcome {
    if let (Value::Int(x), Value::Int(y)) = (a, b) {
        return int_int(heap, op, *x, *y);
    }
    if let (Value::Float(x), Value::Float(y)) = (a, b) {
        return float_float(heap, op, x.get(), y.get(), a, b);
    }
    if let (BinaryOp::Add, Value::Str(x), Value::Str(y)) = (op, a, b) {
        return Ok(Value::Str(Rc::new(Str::concat(x, y))));
    }
    if matches!(a, Value::Instance(_) | Value::Native(_))
        || matches!(b, Value::Instance(_) | Value::Native(_))
    {
        return binary_objects(heap, op, a, b);
    }
    builtin_binary(heap, op, a, b)
}

/// Two ints.
#[inline]
pub fn int_int(heap: &Heap, op: BinaryOp, x: i64, y: i64) -> Outcome {
    let known = match op {
        BinaryOp::Add => x.checked_add(y),
        BinaryOp::Sub => x.checked_sub(y),
        BinaryOp::Mul => x.checked_mul(y),
        BinaryOp::FloorDiv if y != 0 => {
            x.checked_div_euclid(y).map(|q| if y < 0 && x.rem_euclid(y) != 0 { q - 1 } else { q })
        }
        BinaryOp::Mod if y != 0 && y != -1 => {
            let r = x % y;
            Some(if r != 0 && (r < 0) != (y < 0) { r + y } else { r })
        }
        BinaryOp::BitAnd => Some(x & y),
        BinaryOp::BitOr => Some(x | y),
        BinaryOp::BitXor => Some(x ^ y),
        BinaryOp::Shr if y >= 0 => Some(x >> y.min(63)),
        BinaryOp::Shl if (0..62).contains(&y) && x.unsigned_abs() < 1 << (62 - y) => Some(x << y),
        BinaryOp::Div if y != 0 && x.unsigned_abs() < 1 << 53 && y.unsigned_abs() < 1 << 53 => {
            return Ok(Value::float(x as f64 / y as f64));
        }
        _ => None,
    };
    match known {
        Some(n) => Ok(Value::Int(n)),
        None => integers(heap, op, IntegerRef::Small(x), IntegerRef::Small(y)),
    }
}

/// Two ints of any size.
fn integers(heap: &Heap, op: BinaryOp, x: IntegerRef<'_>, y: IntegerRef<'_>) -> Outcome {
    let result = match op {
        BinaryOp::Add => Ok(x.add(y)),
        BinaryOp::Sub => Ok(x.sub(y)),
        BinaryOp::Mul => Ok(x.mul(y)),
        BinaryOp::FloorDiv => number::floor_div(x, y),
        BinaryOp::Mod => number::modulo(x, y),
        BinaryOp::BitAnd => Ok(number::bit_and(x, y)),
        BinaryOp::BitOr => Ok(number::bit_or(x, y)),
        BinaryOp::BitXor => Ok(number::bit_xor(x, y)),
        BinaryOp::Shl => number::shift_left(x, y),
        BinaryOp::Shr => number::shift_right(x, y),
        BinaryOp::Div => return number::true_div(x, y).map(Value::float).map_err(|fault| heap.fault(fault)),
        BinaryOp::Pow => {
            return power(heap, number::int_pow(x, y));
        }
        BinaryOp::MatMul => return Err(unsupported(heap, op, &Value::Int(0), &Value::Int(0))),
    };
    result.map(Value::from).map_err(|fault| heap.fault(fault))
}

/// The result of `**`. There are no complex numbers: what would be one is a ValueError.
pub fn power(heap: &Heap, result: Result<number::Power, number::Fault>) -> Outcome {
    match result {
        Ok(number::Power::Integer(n)) => Ok(n.into()),
        Ok(number::Power::Float(x)) => Ok(Value::float(x)),
        Ok(number::Power::Complex(..)) => {
            Err(heap.value_error("negative number cannot be raised to a fractional power"))
        }
        Err(fault) => Err(heap.fault(fault)),
    }
}

/// Two floats. `a` and `b` are the operands as values, for an error text.
#[inline]
pub fn float_float(heap: &Heap, op: BinaryOp, x: f64, y: f64, a: &Value, b: &Value) -> Outcome {
    Ok(Value::float(match op {
        BinaryOp::Add => x + y,
        BinaryOp::Sub => x - y,
        BinaryOp::Mul => x * y,
        BinaryOp::Div if y != 0.0 => x / y,
        BinaryOp::Div => return number::float_div(x, y).map(Value::float).map_err(|fault| heap.fault(fault)),
        BinaryOp::FloorDiv => {
            return number::float_floor_div(x, y).map(Value::float).map_err(|fault| heap.fault(fault));
        }
        BinaryOp::Mod => return number::float_mod(x, y).map(Value::float).map_err(|fault| heap.fault(fault)),
        BinaryOp::Pow => return power(heap, number::float_pow(x, y)),
        _ => return Err(unsupported(heap, op, a, b)),
    }))
}

/// A number as a float, for mixed arithmetic.
fn as_float(heap: &Heap, value: &Value) -> Outcome<Option<f64>> {
    match value {
        Value::Float(x) => Ok(Some(x.get())),
        Value::Int(_) | Value::Big(_) | Value::True | Value::False => {
            super::convert::to_f64(heap, value).map(Some)
        }
        _ => Ok(None),
    }
}

/// Operators between builtin values.
fn builtin_binary(heap: &Heap, op: BinaryOp, a: &Value, b: &Value) -> Outcome {
    if let (Some(x), Some(y)) = (integer(a), integer(b)) {
        if matches!(op, BinaryOp::BitAnd | BinaryOp::BitOr | BinaryOp::BitXor)
            && matches!(a, Value::True | Value::False)
            && matches!(b, Value::True | Value::False)
        {
            let (x, y) = (matches!(a, Value::True), matches!(b, Value::True));
            return Ok(Value::bool(match op {
                BinaryOp::BitAnd => x & y,
                BinaryOp::BitOr => x | y,
                _ => x ^ y,
            }));
        }
        if op == BinaryOp::MatMul {
            return Err(unsupported(heap, op, a, b));
        }
        return integers(heap, op, x, y);
    }
    if matches!(a, Value::Float(_)) || matches!(b, Value::Float(_)) {
        if let Some((x, y)) = as_float(heap, a)?.zip(as_float(heap, b)?) {
            return float_float(heap, op, x, y, a, b);
        }
        if !matches!(op, BinaryOp::Mod | BinaryOp::Mul) {
            return Err(unsupported(heap, op, a, b));
        }
    }
    match op {
        BinaryOp::Add => concatenate(heap, a, b),
        BinaryOp::Mul => repeat(heap, a, b),
        BinaryOp::Mod => match a {
            Value::Str(template) => super::percent::format(heap, template, b),
            Value::Bytes(_) => Err(heap.type_error("%-formatting of bytes is not supported")),
            _ => Err(unsupported(heap, op, a, b)),
        },
        BinaryOp::BitOr => {
            if let (Value::Dict(x), Value::Dict(y)) = (a, b) {
                let merged = x.copy(heap);
                for (key, value) in y.pairs() {
                    merged.insert(heap, key, value)?;
                }
                return Ok(Value::Dict(merged));
            }
            if is_type_like(a) && is_type_like(b) {
                return Ok(Value::tuple(heap, union_parts(a, b)));
            }
            set_operation(heap, op, a, b)
        }
        BinaryOp::BitAnd | BinaryOp::BitXor | BinaryOp::Sub => set_operation(heap, op, a, b),
        _ => Err(unsupported(heap, op, a, b)),
    }
}

/// `A | B` of classes is a union: a tuple of the alternatives, which `isinstance` accepts.
fn is_type_like(value: &Value) -> bool {
    match value {
        Value::Class(_) | Value::None => true,
        Value::Tuple(parts) => {
            !parts.is_empty() && parts.items().iter().all(|p| matches!(p, Value::Class(_) | Value::None))
        }
        _ => false,
    }
}

fn union_parts(a: &Value, b: &Value) -> Vec<Value> {
    let mut parts = Vec::new();
    for side in [a, b] {
        match side {
            Value::Tuple(inner) => parts.extend(inner.items().iter().cloned()),
            other => parts.push(other.clone()),
        }
    }
    parts
}

fn concatenate(heap: &Heap, a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::Str(x), Value::Str(y)) => Ok(Value::Str(Rc::new(Str::concat(x, y)))),
        (Value::List(x), Value::List(y)) => {
            let mut items = Vec::with_capacity(x.len() + y.len());
            items.extend_from_slice(x.items());
            items.extend_from_slice(y.items());
            Ok(Value::list(heap, items))
        }
        (Value::Tuple(x), Value::Tuple(y)) => {
            Ok(Value::Tuple(Tuple::new(heap, [x.items(), y.items()].concat())))
        }
        (Value::Bytes(x), Value::Bytes(y)) => {
            Ok(Value::Bytes(Rc::new(Bytes::new([x.as_slice(), y.as_slice()].concat()))))
        }
        (Value::Str(_), _) => {
            Err(heap.type_error(format!("can only concatenate str (not \"{}\") to str", type_name(b))))
        }
        (Value::List(_), _) => {
            Err(heap.type_error(format!("can only concatenate list (not \"{}\") to list", type_name(b))))
        }
        (Value::Tuple(_), _) => {
            Err(heap.type_error(format!("can only concatenate tuple (not \"{}\") to tuple", type_name(b))))
        }
        (Value::Bytes(_), _) => Err(heap.type_error(format!("can't concat {} to bytes", type_name(b)))),
        _ => Err(unsupported(heap, BinaryOp::Add, a, b)),
    }
}

/// `sequence * count`, either way round.
fn repeat(heap: &Heap, a: &Value, b: &Value) -> Outcome {
    let is_sequence =
        |v: &Value| matches!(v, Value::Str(_) | Value::List(_) | Value::Tuple(_) | Value::Bytes(_));
    let (sequence, count) = match (is_sequence(a), is_sequence(b)) {
        (true, _) => (a, b),
        (false, true) => (b, a),
        _ => return Err(unsupported(heap, BinaryOp::Mul, a, b)),
    };
    if integer(count).is_none() {
        return Err(
            heap.type_error(format!("can't multiply sequence by non-int of type '{}'", type_name(count)))
        );
    }
    match sequence {
        Value::Str(text) => {
            let times = super::convert::to_count(heap, count, text.as_str().len())?;
            Ok(Value::Str(Rc::new(Str::from_string(text.as_str().repeat(times)))))
        }
        Value::Bytes(bytes) => {
            let times = super::convert::to_count(heap, count, bytes.len())?;
            Ok(Value::Bytes(Rc::new(Bytes::new(bytes.as_slice().repeat(times)))))
        }
        Value::List(list) => {
            let times = super::convert::to_count(heap, count, 16 * list.len())?;
            Ok(Value::list(heap, repeat_items(list.items(), times)))
        }
        Value::Tuple(tuple) => {
            let times = super::convert::to_count(heap, count, 16 * tuple.len())?;
            Ok(Value::Tuple(Tuple::new(heap, repeat_items(tuple.items(), times))))
        }
        _ => Err(unsupported(heap, BinaryOp::Mul, a, b)),
    }
}

fn repeat_items(items: &[Value], times: usize) -> Vec<Value> {
    if let [single] = items {
        return vec![single.clone(); times];
    }
    let mut all = Vec::with_capacity(items.len() * times);
    for _ in 0..times {
        all.extend_from_slice(items);
    }
    all
}

fn set_operation(heap: &Heap, op: BinaryOp, a: &Value, b: &Value) -> Outcome {
    let Some((x, y)) = super::compare::as_set(heap, a)?.zip(super::compare::as_set(heap, b)?) else {
        return Err(unsupported(heap, op, a, b));
    };
    let frozen = x.frozen && matches!(a, Value::Set(_));
    let result = match op {
        BinaryOp::BitOr => {
            let result = x.copy(heap, frozen);
            for key in y.keys() {
                result.add(heap, key)?;
            }
            return Ok(Value::Set(result));
        }
        _ => Set::from_table(heap, Table::default(), frozen),
    };
    for key in x.keys() {
        let inside = y.contains(heap, &key)?;
        if inside == (op == BinaryOp::BitAnd) {
            result.add(heap, key)?;
        }
    }
    if op == BinaryOp::BitXor {
        for key in y.keys() {
            if !x.contains(heap, &key)? {
                result.add(heap, key)?;
            }
        }
    }
    Ok(Value::Set(result))
}

/// The special methods of an operator: plain, reflected, in place.
pub fn method_names(op: BinaryOp) -> (Symbol, Symbol, Symbol) {
    match op {
        BinaryOp::Add => (names::ADD, names::RADD, names::IADD),
        BinaryOp::Sub => (names::SUB, names::RSUB, names::ISUB),
        BinaryOp::Mul => (names::MUL, names::RMUL, names::IMUL),
        BinaryOp::Div => (names::TRUEDIV, names::RTRUEDIV, names::ITRUEDIV),
        BinaryOp::FloorDiv => (names::FLOORDIV, names::RFLOORDIV, names::IFLOORDIV),
        BinaryOp::Mod => (names::MOD, names::RMOD, names::IMOD),
        BinaryOp::Pow => (names::POW, names::RPOW, names::IPOW),
        BinaryOp::MatMul => (names::MATMUL, names::RMATMUL, names::IMATMUL),
        BinaryOp::BitAnd => (names::AND, names::RAND, names::IAND),
        BinaryOp::BitOr => (names::OR, names::ROR, names::IOR),
        BinaryOp::BitXor => (names::XOR, names::RXOR, names::IXOR),
        BinaryOp::Shl => (names::LSHIFT, names::RLSHIFT, names::ILSHIFT),
        BinaryOp::Shr => (names::RSHIFT, names::RRSHIFT, names::IRSHIFT),
    }
}

/// Operators where one side is an object of the program or of a native module.
fn binary_objects(heap: &Heap, op: BinaryOp, a: &Value, b: &Value) -> Outcome {
    let (name, reflected, _) = method_names(op);
    let b_first = match (a, b) {
        (Value::Instance(x), Value::Instance(y)) => {
            !x.class().same(y.class()) && y.class().is_subclass_of(x.class())
        }
        _ => false,
    };
    let tries: [(&Value, Symbol, &Value, bool); 2] = if b_first {
        [(b, reflected, a, true), (a, name, b, false)]
    } else {
        [(a, name, b, false), (b, reflected, a, true)]
    };
    for (receiver, method, other, is_reflected) in tries {
        let result = match receiver {
            Value::Native(native) => {
                native.read(|object| object.binary(heap, op, other, is_reflected)).transpose()?
            }
            Value::Instance(_) => {
                super::attribute::call_method(heap, receiver, method, &mut [other.clone()])?
            }
            _ => None,
        };
        match result {
            None | Some(Value::NotImplemented) => {}
            Some(result) => return Ok(result),
        }
    }
    let (x, y) = (super::convert::unwrapped(a), super::convert::unwrapped(b));
    if !(x.is(a) && y.is(b)) {
        return binary(heap, op, &x, &y);
    }
    Err(unsupported(heap, op, a, b))
}

/// How an operator is written.
pub fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::FloorDiv => "//",
        BinaryOp::Mod => "%",
        BinaryOp::Pow => "** or pow()",
        BinaryOp::MatMul => "@",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::Shl => "<<",
        BinaryOp::Shr => ">>",
    }
}

#[cold]
fn unsupported(heap: &Heap, op: BinaryOp, a: &Value, b: &Value) -> crate::value::Raised {
    heap.type_error(format!(
        "unsupported operand type(s) for {}: '{}' and '{}'",
        sign(op),
        type_name(a),
        type_name(b)
    ))
}

/// `a op= b`: the new value of `a`. Lists, dicts and sets change in place.
pub fn in_place(heap: &Heap, op: BinaryOp, a: &Value, b: &Value) -> Outcome {
    match (op, a) {
        (BinaryOp::Add, Value::List(list)) => {
            let items = match b {
                Value::Instance(_) | Value::Str(_) | Value::List(_) | Value::Tuple(_) => {
                    super::iterate::collect(heap, b)?
                }
                _ if super::iterate::is_iterable(heap, b) => super::iterate::collect(heap, b)?,
                _ => return Err(heap.type_error(format!("'{}' object is not iterable", type_name(b)))),
            };
            list.edit(list.len(), |own| own.extend(items));
            Ok(a.clone())
        }
        (BinaryOp::Mul, Value::List(list)) if integer(b).is_some() => {
            let times = super::convert::to_count(heap, b, 16 * list.len())?;
            let items = repeat_items(list.items(), times);
            list.edit(0, |own| *own = items);
            Ok(a.clone())
        }
        (BinaryOp::BitOr, Value::Dict(dict)) => {
            if let Value::Dict(other) = b {
                for (key, value) in other.pairs() {
                    dict.insert(heap, key, value)?;
                }
                return Ok(a.clone());
            }
            for pair in super::iterate::collect(heap, b)? {
                let pair = super::iterate::unpack(heap, &pair, 2)?;
                let [key, value] = <[Value; 2]>::try_from(pair).unwrap_or_default();
                dict.insert(heap, key, value)?;
            }
            Ok(a.clone())
        }
        (BinaryOp::BitOr | BinaryOp::BitAnd | BinaryOp::Sub | BinaryOp::BitXor, Value::Set(set))
            if !set.frozen =>
        {
            let Value::Set(result) = set_operation(heap, op, a, b)? else { return Ok(a.clone()) };
            set.clear_all();
            for key in result.keys() {
                set.add(heap, key)?;
            }
            Ok(a.clone())
        }
        (_, Value::Instance(_)) => {
            let (.., name) = method_names(op);
            match super::attribute::call_method(heap, a, name, &mut [b.clone()])? {
                None | Some(Value::NotImplemented) => {}
                Some(result) => return Ok(result),
            }
            if let Some(inner @ (Value::List(_) | Value::Dict(_) | Value::Set(_))) =
                super::convert::payload(a)
            {
                in_place(heap, op, &inner, b)?;
                return Ok(a.clone());
            }
            binary(heap, op, a, b).map_err(|raised| reword_in_place(heap, raised, op))
        }
        _ => binary(heap, op, a, b).map_err(|raised| reword_in_place(heap, raised, op)),
    }
}

/// `unsupported operand type(s) for +=`: the sign gets its `=`.
#[cold]
fn reword_in_place(heap: &Heap, raised: crate::value::Raised, op: BinaryOp) -> crate::value::Raised {
    let Some(error) = heap.peek_raised() else { return raised };
    if let [Value::Str(text)] = &error.error_args()[..] {
        let plain = sign(op);
        let with = if op == BinaryOp::Pow { "** or pow()" } else { plain };
        if let Some(rest) = text.as_str().strip_prefix(&format!("unsupported operand type(s) for {plain}:")) {
            let sign = if op == BinaryOp::Pow { "**=".to_owned() } else { format!("{with}=") };
            let message = Value::str(format!("unsupported operand type(s) for {sign}:{rest}"));
            error.set_slot(crate::value::errors::slots::ARGS, Value::tuple(heap, [message]));
        }
    }
    raised
}

/// `-a`, `+a`, `~a`; `not` is decided by truth.
pub fn unary(heap: &Heap, op: UnaryOp, a: &Value) -> Outcome {
    match (op, a) {
        (UnaryOp::Not, _) => Ok(Value::bool(!super::truth::truth(heap, a)?)),
        (UnaryOp::Minus, Value::Int(n)) => match n.checked_neg() {
            Some(n) => Ok(Value::Int(n)),
            None => Ok(IntegerRef::Small(*n).neg().into()),
        },
        (UnaryOp::Minus, Value::Float(x)) => Ok(Value::float(-x.get())),
        (UnaryOp::Plus, Value::Int(_) | Value::Big(_) | Value::Float(_)) => Ok(a.clone()),
        (UnaryOp::Invert, Value::Int(n)) => Ok(Value::Int(!n)),
        _ => match integer(a) {
            Some(n) => Ok(match op {
                UnaryOp::Minus => n.neg().into(),
                UnaryOp::Invert => number::invert(n).into(),
                _ => n.to_owned().into(),
            }),
            None => unary_object(heap, op, a),
        },
    }
}

fn unary_object(heap: &Heap, op: UnaryOp, a: &Value) -> Outcome {
    let (name, sign) = match op {
        UnaryOp::Minus => (names::NEG, "-"),
        UnaryOp::Plus => (names::POS, "+"),
        _ => (names::INVERT, "~"),
    };
    if let Value::Instance(_) | Value::Native(_) = a {
        if let Some(result) = super::attribute::call_method(heap, a, name, &mut [])? {
            return Ok(result);
        }
        if let Some(inner) = super::convert::payload(a) {
            return unary(heap, op, &inner);
        }
    }
    Err(heap.type_error(format!("bad operand type for unary {sign}: '{}'", type_name(a))))
}
