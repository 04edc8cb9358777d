//! `typing`: names for annotations. Annotations are not checked while a program runs, so these are
//! inert: they can be subscripted, called, combined with `|` and shown, and that is all.
//! What has a meaning at run time (`cast`, `NamedTuple`'s kin) are plain functions.

use crate::builtins::ModuleEntry;
use crate::code::{BinaryOp, CompareOp};
use crate::value::native::NativeObject;
use crate::value::ops::{show, types};
use crate::value::{Args, Dict, Heap, Native, NativeFunction, Outcome, Ref, Symbol, Value};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "typing",
    doc: "Names for type annotations.",
    functions: FUNCTIONS,
    values,
    native_types: &[("_SpecialForm", METHODS), ("TypeVar", METHODS)],
};

static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "cast",
        "(typ, val)",
        "The value as it is; for readers of the program.",
        &[("typing.cast(str, 1)", "1")],
        |_, mut args| Ok(args.take(1)),
    ),
    NativeFunction::new(
        "TypeVar",
        "(name, *constraints, bound=None, covariant=False, contravariant=False)",
        "A placeholder for a type.",
        &[("typing.TypeVar('T')", "~T")],
        run_type_var,
    ),
    NativeFunction::new("NewType", "(name, tp)", "A name of its own for a type.", &[], run_new_type),
    NativeFunction::new("overload", "(func)", "The function as it is.", &[], first),
    NativeFunction::new("final", "(f)", "The function or class as it is.", &[], first),
    NativeFunction::new("override", "(method)", "The method as it is.", &[], first),
    NativeFunction::new("no_type_check", "(arg)", "The function or class as it is.", &[], first),
    NativeFunction::new("runtime_checkable", "(cls)", "The class as it is.", &[], first),
    NativeFunction::new(
        "get_type_hints",
        "(obj, globalns=None, localns=None, include_extras=False)",
        "Annotations are not kept: an empty dict.",
        &[],
        |heap, _| Ok(Value::Dict(Dict::new(heap))),
    ),
];

static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__getitem__",
        "(self, parameters, /)",
        "The name with parameters.",
        &[("typing.List[int]", "typing.List[int]")],
        run_getitem,
    ),
    NativeFunction::new(
        "__call__",
        "(self, /, *args, **kwargs)",
        "What the name is called with: the last argument.",
        &[],
        run_call,
    ),
];

/// The names that are subscripted or stand alone.
const NAMES: &[&str] = &[
    "Any",
    "Union",
    "Optional",
    "List",
    "Dict",
    "Set",
    "FrozenSet",
    "Tuple",
    "Type",
    "Callable",
    "Iterable",
    "Iterator",
    "Generator",
    "AsyncGenerator",
    "AsyncIterable",
    "AsyncIterator",
    "Awaitable",
    "Coroutine",
    "Sequence",
    "MutableSequence",
    "Mapping",
    "MutableMapping",
    "MutableSet",
    "AbstractSet",
    "Collection",
    "Container",
    "Hashable",
    "Sized",
    "Reversible",
    "Deque",
    "DefaultDict",
    "OrderedDict",
    "Counter",
    "ChainMap",
    "Literal",
    "LiteralString",
    "Final",
    "Annotated",
    "ClassVar",
    "NoReturn",
    "Never",
    "Self",
    "TypeAlias",
    "Concatenate",
    "Required",
    "NotRequired",
    "Unpack",
    "TypeGuard",
    "Text",
    "IO",
    "TextIO",
    "BinaryIO",
    "Pattern",
    "Match",
    "SupportsInt",
    "SupportsFloat",
    "SupportsAbs",
    "SupportsRound",
    "SupportsIndex",
    "AnyStr",
    "Generic",
    "Protocol",
];

/// An inert name.
struct Form {
    text: String,
    is_variable: bool,
}

impl NativeObject for Form {
    fn type_name(&self) -> &'static str {
        if self.is_variable { "TypeVar" } else { "_SpecialForm" }
    }
    fn module_name(&self) -> &'static str {
        "typing"
    }
    fn repr(&self, _heap: &Heap) -> Option<Outcome<String>> {
        Some(Ok(self.text.clone()))
    }
    fn attribute(&self, _heap: &Heap, name: Symbol) -> Option<Outcome> {
        match name.name() {
            "__name__" | "_name" => {
                let last = self.text.rsplit(['.', '~']).next().unwrap_or_default();
                Some(Ok(Value::str(last)))
            }
            _ => None,
        }
    }
    fn compare(&self, _heap: &Heap, op: CompareOp, other: &Value) -> Option<Outcome> {
        let Value::Native(other) = other else { return None };
        let same = other.with(|other: &Form| !self.is_variable && self.text == other.text)?;
        match op {
            CompareOp::Eq => Some(Ok(Value::bool(same))),
            CompareOp::Ne => Some(Ok(Value::bool(!same))),
            _ => None,
        }
    }
    fn binary(&self, heap: &Heap, op: BinaryOp, other: &Value, reflected: bool) -> Option<Outcome> {
        if op != BinaryOp::BitOr {
            return None;
        }
        let other = match shown(heap, other) {
            Ok(other) => other,
            Err(raised) => return Some(Err(raised)),
        };
        let (left, right) = if reflected { (&other, &self.text) } else { (&self.text, &other) };
        Some(Ok(form(
            heap,
            if right == "None" {
                format!("typing.Optional[{left}]")
            } else {
                format!("typing.Union[{left}, {right}]")
            },
            false,
        )))
    }
    fn hash(&self) -> Option<u64> {
        Some(
            self.text
                .bytes()
                .fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)),
        )
    }
}

fn form(heap: &Heap, text: String, is_variable: bool) -> Value {
    Value::Native(Native::new(heap, Form { text, is_variable }))
}

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    for name in NAMES {
        module.set_str(name, form(heap, format!("typing.{name}"), false));
    }
    module.set_str("TYPE_CHECKING", Value::False);
    Ok(())
}

/// A parameter as the text of an annotation: a class is its name.
fn shown(heap: &Heap, value: &Value) -> Outcome<String> {
    match value {
        Value::Class(class) => Ok(crate::value::ops::attribute::full_class_name(class)),
        Value::Ellipsis => Ok("...".to_owned()),
        Value::Str(text) => Ok(format!("ForwardRef('{}')", text.as_str())),
        other => show::repr(heap, other),
    }
}

fn first(_heap: &Heap, mut args: Args<'_>) -> Outcome {
    Ok(args.take(0))
}

fn own_text(heap: &Heap, value: &Value) -> Outcome<String> {
    let text = match value {
        Value::Native(native) => native.with(|form: &Form| form.text.clone()),
        _ => None,
    };
    text.ok_or_else(|| {
        heap.type_error(format!("a name of typing is required, not '{}'", types::type_name(value)))
    })
}

fn run_getitem(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = own_text(heap, args.get(0))?;
    let literal = own == "typing.Literal";
    let show = |value: &Value| if literal { show::repr(heap, value) } else { shown(heap, value) };
    let parameters = match args.get(1) {
        Value::Tuple(items) => {
            let parts: Outcome<Vec<String>> = items.items().iter().map(show).collect();
            parts?.join(", ")
        }
        other => show(other)?,
    };
    Ok(form(heap, format!("{own}[{parameters}]"), false))
}

fn run_call(_heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(args.rest.last_mut().map(std::mem::take).unwrap_or(Value::None))
}

fn run_type_var(heap: &Heap, args: Args<'_>) -> Outcome {
    let name = show::to_string(heap, args.get(0))?;
    Ok(form(heap, format!("~{name}"), true))
}

fn run_new_type(heap: &Heap, args: Args<'_>) -> Outcome {
    let name = show::to_string(heap, args.get(0))?;
    Ok(form(heap, name, false))
}
