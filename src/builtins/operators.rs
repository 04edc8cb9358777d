//! The operators as methods: `(1).__add__(2)`, `[].__len__()`, `object.__eq__(a, b)`.
//!
//! What they do is in `value::ops`; here is only what differs when a program calls them by name: an
//! operand of a foreign type gives `NotImplemented`. Each constructor makes the declaration for one
//! type's table, so a type lists what it has.

use crate::code::{BinaryOp, CompareOp, UnaryOp};
use crate::value::ops::arithmetic;
use crate::value::ops::convert::unwrapped;
use crate::value::ops::{compare, item, iterate, truth};
use crate::value::{Args, Heap, NativeFunction, Outcome, Value};

type Example = &'static [(&'static str, &'static str)];

/// Whether an operator between builtin values of these types exists; if not, the method gives
/// `NotImplemented`.
fn fits(op: BinaryOp, a: &Value, b: &Value) -> bool {
    let is_int = |v: &Value| compare::integer(v).is_some();
    let is_number = |v: &Value| is_int(v) || matches!(v, Value::Float(_));
    match a {
        Value::Float(_) => is_number(b),
        Value::Set(_) => matches!(b, Value::Set(_)),
        Value::Iter(_) => matches!(b, Value::Set(_) | Value::Iter(_) | Value::List(_) | Value::Tuple(_)),
        Value::Dict(_) => matches!(b, Value::Dict(_)),
        Value::Class(_) | Value::None => true,
        Value::Str(_) | Value::List(_) | Value::Tuple(_) | Value::Bytes(_) => {
            matches!(op, BinaryOp::Add | BinaryOp::Mul | BinaryOp::Mod)
        }
        a if is_int(a) => is_int(b) && op != BinaryOp::MatMul,
        _ => false,
    }
}

fn apply(heap: &Heap, op: BinaryOp, mut args: Args<'_>, reflected: bool) -> Outcome {
    let (a, b) = (unwrapped(&args.take(0)), unwrapped(&args.take(1)));
    if !fits(op, &a, &b) {
        return Ok(Value::NotImplemented);
    }
    if reflected { arithmetic::binary(heap, op, &b, &a) } else { arithmetic::binary(heap, op, &a, &b) }
}

fn apply_in_place(heap: &Heap, op: BinaryOp, mut args: Args<'_>) -> Outcome {
    let (whole, other) = (args.take(0), unwrapped(&args.take(1)));
    let own = unwrapped(&whole);
    let is_list = matches!(own, Value::List(_));
    if !is_list && !fits(op, &own, &other) && !matches!(own, Value::Dict(_)) {
        return Ok(Value::NotImplemented);
    }
    arithmetic::in_place(heap, op, &own, &other)?;
    Ok(whole)
}

fn order(heap: &Heap, op: CompareOp, mut args: Args<'_>) -> Outcome {
    let (a, b) = (unwrapped(&args.take(0)), unwrapped(&args.take(1)));
    let is_number = |v: &Value| compare::integer(v).is_some() || matches!(v, Value::Float(_));
    let same = std::mem::discriminant(&a) == std::mem::discriminant(&b);
    if !(same || is_number(&a) && is_number(&b)) {
        return Ok(Value::NotImplemented);
    }
    compare::compare(heap, op, &a, &b)
}

macro_rules! binaries {
    ($($name:ident $method:literal $op:ident $reflected:literal;)*) => {$(
        #[doc = concat!("The method `", $method, "`.")]
        pub const fn $name(examples: Example) -> NativeFunction {
            fn run(heap: &Heap, args: Args<'_>) -> Outcome {
                apply(heap, BinaryOp::$op, args, $reflected)
            }
            NativeFunction::new($method, "(self, value, /)", "The operator as a method; `NotImplemented` for a foreign type.", examples, run)
        }
    )*};
}

binaries! {
    add "__add__" Add false;
    radd "__radd__" Add true;
    sub "__sub__" Sub false;
    rsub "__rsub__" Sub true;
    mul "__mul__" Mul false;
    rmul "__rmul__" Mul true;
    truediv "__truediv__" Div false;
    rtruediv "__rtruediv__" Div true;
    floordiv "__floordiv__" FloorDiv false;
    rfloordiv "__rfloordiv__" FloorDiv true;
    modulo "__mod__" Mod false;
    rmodulo "__rmod__" Mod true;
    and "__and__" BitAnd false;
    rand "__rand__" BitAnd true;
    or "__or__" BitOr false;
    ror "__ror__" BitOr true;
    xor "__xor__" BitXor false;
    rxor "__rxor__" BitXor true;
    lshift "__lshift__" Shl false;
    rlshift "__rlshift__" Shl true;
    rshift "__rshift__" Shr false;
    rrshift "__rrshift__" Shr true;
}

macro_rules! in_places {
    ($($name:ident $method:literal $op:ident;)*) => {$(
        #[doc = concat!("The method `", $method, "`.")]
        pub const fn $name(examples: Example) -> NativeFunction {
            fn run(heap: &Heap, args: Args<'_>) -> Outcome {
                apply_in_place(heap, BinaryOp::$op, args)
            }
            NativeFunction::new($method, "(self, value, /)", "The operator in place: changes the object and gives it back.", examples, run)
        }
    )*};
}

in_places! {
    iadd "__iadd__" Add;
    imul "__imul__" Mul;
    ior "__ior__" BitOr;
    iand "__iand__" BitAnd;
    isub "__isub__" Sub;
    ixor "__ixor__" BitXor;
}

macro_rules! orders {
    ($($name:ident $method:literal $op:ident;)*) => {$(
        #[doc = concat!("The method `", $method, "`.")]
        pub const fn $name(examples: Example) -> NativeFunction {
            fn run(heap: &Heap, args: Args<'_>) -> Outcome {
                order(heap, CompareOp::$op, args)
            }
            NativeFunction::new($method, "(self, value, /)", "The comparison as a method; `NotImplemented` for a foreign type.", examples, run)
        }
    )*};
}

orders! {
    lt "__lt__" Lt;
    le "__le__" Le;
    gt "__gt__" Gt;
    ge "__ge__" Ge;
}

macro_rules! unaries {
    ($($name:ident $method:literal $doc:literal $run:expr;)*) => {$(
        #[doc = concat!("The method `", $method, "`.")]
        pub const fn $name(examples: Example) -> NativeFunction {
            fn run(heap: &Heap, mut args: Args<'_>) -> Outcome {
                let own = unwrapped(&args.take(0));
                let run: fn(&Heap, &Value) -> Outcome = $run;
                run(heap, &own)
            }
            NativeFunction::new($method, "(self, /)", $doc, examples, run)
        }
    )*};
}

unaries! {
    neg "__neg__" "`-self`." |heap, own| arithmetic::unary(heap, UnaryOp::Minus, own);
    pos "__pos__" "`+self`." |heap, own| arithmetic::unary(heap, UnaryOp::Plus, own);
    invert "__invert__" "`~self`." |heap, own| arithmetic::unary(heap, UnaryOp::Invert, own);
    abs "__abs__" "`abs(self)`." super::functions::number::absolute;
    bool "__bool__" "`bool(self)`." |heap, own| Ok(Value::bool(truth::truth(heap, own)?));
    len "__len__" "`len(self)`." |heap, own| Ok(Value::Int(item::len(heap, own)? as i64));
    iter "__iter__" "`iter(self)`." iterate::iter;
    index "__index__" "The integer itself." crate::value::ops::convert::to_index;
    int "__int__" "`int(self)`." super::methods::int::from_number;
    float "__float__" "`float(self)`." |heap, own| Ok(Value::float(crate::value::ops::convert::to_f64(heap, own)?));
    trunc "__trunc__" "The integer towards zero." super::methods::int::from_number;
}

/// The method `__contains__`.
pub const fn contains(examples: Example) -> NativeFunction {
    fn run(heap: &Heap, mut args: Args<'_>) -> Outcome {
        let own = unwrapped(&args.take(0));
        Ok(Value::bool(compare::contains(heap, &own, args.get(1))?))
    }
    NativeFunction::new("__contains__", "(self, key, /)", "`key in self`.", examples, run)
}

/// The method `__getitem__`.
pub const fn getitem(examples: Example) -> NativeFunction {
    fn run(heap: &Heap, mut args: Args<'_>) -> Outcome {
        let own = unwrapped(&args.take(0));
        item::get_item(heap, &own, args.get(1))
    }
    NativeFunction::new("__getitem__", "(self, key, /)", "`self[key]`.", examples, run)
}

/// The method `__setitem__`.
pub const fn setitem(examples: Example) -> NativeFunction {
    fn run(heap: &Heap, mut args: Args<'_>) -> Outcome {
        let (own, key, value) = (unwrapped(&args.take(0)), args.take(1), args.take(2));
        item::set_item(heap, &own, &key, value)?;
        Ok(Value::None)
    }
    NativeFunction::new("__setitem__", "(self, key, value, /)", "`self[key] = value`.", examples, run)
}

/// The method `__delitem__`.
pub const fn delitem(examples: Example) -> NativeFunction {
    fn run(heap: &Heap, mut args: Args<'_>) -> Outcome {
        let (own, key) = (unwrapped(&args.take(0)), args.take(1));
        item::delete_item(heap, &own, &key)?;
        Ok(Value::None)
    }
    NativeFunction::new("__delitem__", "(self, key, /)", "`del self[key]`.", examples, run)
}

/// The method `__reversed__`.
pub const fn reversed(examples: Example) -> NativeFunction {
    fn run(heap: &Heap, mut args: Args<'_>) -> Outcome {
        let own = unwrapped(&args.take(0));
        super::native::iterators::reversed(heap, &own)
    }
    NativeFunction::new("__reversed__", "(self, /)", "`reversed(self)`.", examples, run)
}

/// The method `__divmod__`.
pub const fn divmod(examples: Example) -> NativeFunction {
    fn run(heap: &Heap, mut args: Args<'_>) -> Outcome {
        let (a, b) = (unwrapped(&args.take(0)), unwrapped(&args.take(1)));
        if !fits(BinaryOp::Mod, &a, &b) {
            return Ok(Value::NotImplemented);
        }
        super::functions::number::divided(heap, &a, &b)
    }
    NativeFunction::new("__divmod__", "(self, value, /)", "`divmod(self, value)`.", examples, run)
}

/// The method `__pow__`.
pub const fn pow(examples: Example) -> NativeFunction {
    fn run(heap: &Heap, mut args: Args<'_>) -> Outcome {
        let (a, b, modulus) = (unwrapped(&args.take(0)), unwrapped(&args.take(1)), args.take(2));
        if !fits(BinaryOp::Pow, &a, &b) {
            return Ok(Value::NotImplemented);
        }
        super::functions::number::raised(heap, &a, &b, &modulus)
    }
    NativeFunction::new("__pow__", "(self, value, mod=None, /)", "`pow(self, value, mod)`.", examples, run)
}

/// The method `__rpow__`.
pub const fn rpow(examples: Example) -> NativeFunction {
    fn run(heap: &Heap, args: Args<'_>) -> Outcome {
        apply(heap, BinaryOp::Pow, args, true)
    }
    NativeFunction::new("__rpow__", "(self, value, mod=None, /)", "`value ** self`.", examples, run)
}

/// The method `__round__`.
pub const fn round(examples: Example) -> NativeFunction {
    fn run(heap: &Heap, mut args: Args<'_>) -> Outcome {
        let own = unwrapped(&args.take(0));
        super::functions::number::rounded(heap, &own, args.get(1))
    }
    NativeFunction::new("__round__", "(self, ndigits=None, /)", "`round(self, ndigits)`.", examples, run)
}
