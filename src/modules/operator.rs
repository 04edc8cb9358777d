//! `operator`: the operators as functions, and readers of items and attributes.
//!
//! What an operator does is the business of `value::ops`. A reader is an object that is called with what
//! it reads from.

use crate::builtins::{ModuleEntry, argument};
use crate::code::{BinaryOp, CompareOp, Symbol, UnaryOp};
use crate::value::native::NativeObject;
use crate::value::ops::{arithmetic, attribute, compare, convert, item, iterate, show, truth};
use crate::value::{Args, Dict, Heap, Native, NativeFunction, Outcome, Ref, Value};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "operator",
    doc: "The operators as functions.",
    functions: FUNCTIONS,
    values,
    native_types: &[("itemgetter", ITEMGETTER), ("attrgetter", ATTRGETTER), ("methodcaller", METHODCALLER)],
};

macro_rules! binary {
    ($name:literal, $op:ident, $doc:literal, $example:literal, $result:literal) => {
        NativeFunction::new($name, "(a, b, /)", $doc, &[($example, $result)], |heap, args| {
            arithmetic::binary(heap, BinaryOp::$op, args.get(0), args.get(1))
        })
    };
}

macro_rules! in_place {
    ($name:literal, $op:ident, $example:literal, $result:literal) => {
        NativeFunction::new(
            $name,
            "(a, b, /)",
            "As augmented assignment.",
            &[($example, $result)],
            |heap, args| arithmetic::in_place(heap, BinaryOp::$op, args.get(0), args.get(1)),
        )
    };
}

macro_rules! comparison {
    ($name:literal, $op:ident, $doc:literal, $example:literal, $result:literal) => {
        NativeFunction::new($name, "(a, b, /)", $doc, &[($example, $result)], |heap, args| {
            compare::compare(heap, CompareOp::$op, args.get(0), args.get(1))
        })
    };
}

macro_rules! unary {
    ($name:literal, $op:ident, $doc:literal, $example:literal, $result:literal) => {
        NativeFunction::new($name, "(a, /)", $doc, &[($example, $result)], |heap, args| {
            arithmetic::unary(heap, UnaryOp::$op, args.get(0))
        })
    };
}

static FUNCTIONS: &[NativeFunction] = &[
    binary!("add", Add, "a + b", "operator.add(1, 2)", "3"),
    binary!("sub", Sub, "a - b", "operator.sub(1, 2)", "-1"),
    binary!("mul", Mul, "a * b", "operator.mul(2, 3)", "6"),
    binary!("truediv", Div, "a / b", "operator.truediv(1, 2)", "0.5"),
    binary!("floordiv", FloorDiv, "a // b", "operator.floordiv(7, 2)", "3"),
    binary!("mod", Mod, "a % b", "operator.mod(7, 2)", "1"),
    binary!("pow", Pow, "a ** b", "operator.pow(2, 3)", "8"),
    binary!("matmul", MatMul, "a @ b", "callable(operator.matmul)", "True"),
    binary!("and_", BitAnd, "a & b", "operator.and_(6, 3)", "2"),
    binary!("or_", BitOr, "a | b", "operator.or_(6, 3)", "7"),
    binary!("xor", BitXor, "a ^ b", "operator.xor(6, 3)", "5"),
    binary!("lshift", Shl, "a << b", "operator.lshift(1, 3)", "8"),
    binary!("rshift", Shr, "a >> b", "operator.rshift(8, 3)", "1"),
    binary!("concat", Add, "a + b, of sequences", "operator.concat('a', 'b')", "'ab'"),
    in_place!("iadd", Add, "operator.iadd([1], [2])", "[1, 2]"),
    in_place!("isub", Sub, "operator.isub(3, 2)", "1"),
    in_place!("imul", Mul, "operator.imul(3, 2)", "6"),
    in_place!("iand", BitAnd, "operator.iand(3, 2)", "2"),
    in_place!("ior", BitOr, "operator.ior(1, 2)", "3"),
    in_place!("ixor", BitXor, "operator.ixor(3, 2)", "1"),
    comparison!("eq", Eq, "a == b", "operator.eq(1, 1.0)", "True"),
    comparison!("ne", Ne, "a != b", "operator.ne(1, 2)", "True"),
    comparison!("lt", Lt, "a < b", "operator.lt(1, 2)", "True"),
    comparison!("le", Le, "a <= b", "operator.le(2, 1)", "False"),
    comparison!("gt", Gt, "a > b", "operator.gt(1, 2)", "False"),
    comparison!("ge", Ge, "a >= b", "operator.ge(2, 1)", "True"),
    comparison!("is_", Is, "a is b", "operator.is_(None, None)", "True"),
    comparison!("is_not", IsNot, "a is not b", "operator.is_not(None, None)", "False"),
    unary!("neg", Minus, "-a", "operator.neg(1)", "-1"),
    unary!("pos", Plus, "+a", "operator.pos(1)", "1"),
    unary!("invert", Invert, "~a", "operator.invert(0)", "-1"),
    unary!("inv", Invert, "~a", "operator.inv(0)", "-1"),
    NativeFunction::new("not_", "(a, /)", "not a", &[("operator.not_(0)", "True")], |heap, args| {
        Ok(Value::bool(!truth::truth(heap, args.get(0))?))
    }),
    NativeFunction::new(
        "truth",
        "(a, /)",
        "Whether it counts as true.",
        &[("operator.truth([])", "False")],
        |heap, args| Ok(Value::bool(truth::truth(heap, args.get(0))?)),
    ),
    NativeFunction::new("index", "(a, /)", "a as an int.", &[("operator.index(True)", "1")], |heap, args| {
        convert::to_index(heap, args.get(0))
    }),
    NativeFunction::new(
        "abs",
        "(a, /)",
        "The absolute value.",
        &[("operator.abs(-1)", "1")],
        |heap, mut args| match heap.builtin(Symbol::new("abs")) {
            Some(abs) => heap.call(&abs, &mut [args.take(0)]),
            None => Ok(Value::None),
        },
    ),
    NativeFunction::new(
        "contains",
        "(a, b, /)",
        "b in a",
        &[("operator.contains([1], 1)", "True")],
        |heap, args| Ok(Value::bool(compare::contains(heap, args.get(0), args.get(1))?)),
    ),
    NativeFunction::new(
        "getitem",
        "(a, b, /)",
        "a[b]",
        &[("operator.getitem([1, 2], 1)", "2")],
        |heap, args| item::get_item(heap, args.get(0), args.get(1)),
    ),
    NativeFunction::new("setitem", "(a, b, c, /)", "a[b] = c", &[], |heap, mut args| {
        let value = args.take(2);
        item::set_item(heap, args.get(0), args.get(1), value).map(|()| Value::None)
    }),
    NativeFunction::new("delitem", "(a, b, /)", "del a[b]", &[], |heap, args| {
        item::delete_item(heap, args.get(0), args.get(1)).map(|()| Value::None)
    }),
    NativeFunction::new(
        "countOf",
        "(a, b, /)",
        "How often b is in a.",
        &[("operator.countOf([1, 1, 2], 1)", "2")],
        |heap, args| {
            let mut count = 0;
            iterate::for_each(heap, args.get(0), |found| {
                count += i64::from(compare::same_or_equal(heap, &found, args.get(1))?);
                Ok(true)
            })?;
            Ok(Value::Int(count))
        },
    ),
];

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    for name in ["itemgetter", "attrgetter", "methodcaller"] {
        module.set_str(name, Value::Class(heap.native_class(name, "operator")));
    }
    Ok(())
}

/// What a reader reads: keys, dotted names, or a method's name with its arguments.
struct Reader {
    name: &'static str,
    parts: Vec<Value>,
    named: Vec<(Symbol, Value)>,
}

impl NativeObject for Reader {
    fn type_name(&self) -> &'static str {
        self.name
    }
    fn module_name(&self) -> &'static str {
        "operator"
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.parts.iter().chain(self.named.iter().map(|(_, value)| value)).for_each(visit);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        self.parts.drain(..).for_each(&mut *take);
        self.named.drain(..).for_each(|(_, value)| take(value));
    }
    fn repr(&self, heap: &Heap) -> Option<Outcome<String>> {
        let mut shown = Vec::new();
        for part in &self.parts {
            match show::repr(heap, part) {
                Ok(text) => shown.push(text),
                Err(raised) => return Some(Err(raised)),
            }
        }
        for (name, value) in &self.named {
            match show::repr(heap, value) {
                Ok(text) => shown.push(format!("{name}={text}")),
                Err(raised) => return Some(Err(raised)),
            }
        }
        Some(Ok(format!("operator.{}({})", self.name, shown.join(", "))))
    }
}

static ITEMGETTER: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, item, /, *items)",
        "Reads one item, or several as a tuple.",
        &[("operator.itemgetter(1)('ab')", "'b'"), ("operator.itemgetter(0, 1)('ab')", "('a', 'b')")],
        |heap, args| Ok(made(heap, "itemgetter", args)),
    ),
    NativeFunction::new("__call__", "(self, object, /)", "The items of an object.", &[], |heap, args| {
        read(heap, &args, item::get_item)
    }),
];

static ATTRGETTER: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, attr, /, *attrs)",
        "Reads one attribute, or several as a tuple; names may be dotted.",
        &[("operator.attrgetter('real')(2)", "2")],
        |heap, args| {
            for name in std::iter::once(args.get(1)).chain(args.rest.iter()) {
                if argument::text(name).is_none() {
                    return Err(heap.type_error("attribute name must be a string"));
                }
            }
            Ok(made(heap, "attrgetter", args))
        },
    ),
    NativeFunction::new(
        "__call__",
        "(self, object, /)",
        "The attributes of an object.",
        &[],
        |heap, args| {
            read(heap, &args, |heap, object, name| {
                let name = argument::need_text(heap, name)?;
                name.as_str()
                    .split('.')
                    .try_fold(object.clone(), |found, part| attribute::get(heap, &found, Symbol::new(part)))
            })
        },
    ),
];

static METHODCALLER: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, name, /, *args, **kwargs)",
        "Calls a method with these arguments.",
        &[("operator.methodcaller('upper')('a')", "'A'")],
        |heap, args| {
            if argument::text(args.get(1)).is_none() {
                return Err(heap.type_error("method name must be a string"));
            }
            Ok(made(heap, "methodcaller", args))
        },
    ),
    NativeFunction::new("__call__", "(self, object, /)", "What the method gives.", &[], |heap, args| {
        let Some((mut parts, mut named)) = parts(&args) else { return Ok(Value::None) };
        let name = argument::need_text(heap, &parts.remove(0))?;
        let method = attribute::get(heap, args.get(1), Symbol::new(name.as_str()))?;
        heap.call_with(&method, &mut parts, &mut named)
    }),
];

fn made(heap: &Heap, name: &'static str, mut args: Args<'_>) -> Value {
    let mut parts = vec![args.take(1)];
    parts.extend(args.rest.iter_mut().map(std::mem::take));
    let named = super::named_arguments(args.extra.as_ref());
    Value::Native(Native::new(heap, Reader { name, parts, named }))
}

/// What a reader holds.
type Parts = (Vec<Value>, Vec<(Symbol, Value)>);

fn parts(args: &Args<'_>) -> Option<Parts> {
    match args.get(0) {
        Value::Native(native) => native.with(|reader: &Reader| (reader.parts.clone(), reader.named.clone())),
        _ => None,
    }
}

fn read(heap: &Heap, args: &Args<'_>, one: impl Fn(&Heap, &Value, &Value) -> Outcome) -> Outcome {
    let Some((keys, _)) = parts(args) else { return Ok(Value::None) };
    if let [key] = &keys[..] {
        return one(heap, args.get(1), key);
    }
    let mut found = Vec::with_capacity(keys.len());
    for key in &keys {
        found.push(one(heap, args.get(1), key)?);
    }
    Ok(Value::tuple(heap, found))
}
