//! `functools`: `reduce`, `partial`, caches of results, `wraps`.
//!
//! A cache is an ordered dict of arguments to results; nothing is borrowed while the function that it
//! stands for runs.

use crate::builtins::argument::truth_or;
use crate::builtins::{ModuleEntry, named_tuple};
use crate::code::Symbol;
use crate::value::native::NativeObject;
use crate::value::ops::convert::to_i64;
use crate::value::ops::types::class_of;
use crate::value::ops::{attribute, iterate, show};
use crate::value::{Args, Bound, Dict, Heap, Native, NativeFunction, Outcome, Ref, Value, names};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "functools",
    doc: "Functions that work on functions.",
    functions: FUNCTIONS,
    values,
    native_types: &[
        ("partial", PARTIAL),
        ("_lru_cache_wrapper", CACHED),
        ("_cache_maker", MAKER),
        ("_wrapping", WRAPPING),
    ],
};

static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "reduce",
        "(function, iterable, initial=..., /)",
        "Combines all items, from the first on.",
        &[("functools.reduce(lambda a, b: a + b, [1, 2, 3])", "6"), ("functools.reduce(max, [], 0)", "0")],
        run_reduce,
    ),
    NativeFunction::new(
        "cache",
        "(user_function, /)",
        "Keeps all results of a function.",
        &[("functools.cache(len)('ab')", "2")],
        |heap, mut args| Ok(cached(heap, args.take(0), None, false)),
    ),
    NativeFunction::new(
        "lru_cache",
        "(maxsize=128, typed=False)",
        "Keeps the results of a function that were used last.",
        &[("functools.lru_cache(2)(len)('ab')", "2")],
        run_lru_cache,
    ),
    NativeFunction::new(
        "update_wrapper",
        "(wrapper, wrapped)",
        "Gives a function the name and the help of another.",
        &[],
        |heap, args| update(heap, args.get(0), args.get(1)),
    ),
    NativeFunction::new(
        "wraps",
        "(wrapped)",
        "A decorator that calls `update_wrapper`.",
        &[],
        |heap, mut args| Ok(Value::Native(Native::new(heap, Wrapping(args.take(0))))),
    ),
];

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    module.set_str("partial", Value::Class(heap.native_class("partial", "functools")));
    Ok(())
}

fn run_reduce(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let function = args.take(0);
    let mut result = args.take(2);
    iterate::for_each(heap, args.get(1), |item| {
        result = match std::mem::take(&mut result) {
            Value::Unbound => item,
            so_far => heap.call(&function, &mut [so_far, item])?,
        };
        Ok(true)
    })?;
    match result {
        Value::Unbound => Err(heap.type_error("reduce() of empty iterable with no initial value")),
        result => Ok(result),
    }
}

/// The parts of `NativeObject` that all types here share.
macro_rules! same_type {
    ($name:literal) => {
        fn type_name(&self) -> &'static str {
            $name
        }
        fn module_name(&self) -> &'static str {
            "functools"
        }
    };
}

/// `partial`
#[derive(Clone)]
struct Partial {
    function: Value,
    args: Vec<Value>,
    named: Vec<(Symbol, Value)>,
}

impl NativeObject for Partial {
    same_type!("partial");
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.function);
        self.args.iter().chain(self.named.iter().map(|(_, value)| value)).for_each(visit);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        take(std::mem::take(&mut self.function));
        self.args.drain(..).for_each(&mut *take);
        self.named.drain(..).for_each(|(_, value)| take(value));
    }
    fn repr(&self, heap: &Heap) -> Option<Outcome<String>> {
        Some(self.shown(heap))
    }
    fn attribute(&self, heap: &Heap, name: Symbol) -> Option<Outcome> {
        Some(Ok(match name.name() {
            "func" => self.function.clone(),
            "args" => Value::tuple(heap, self.args.clone()),
            "keywords" => {
                let dict = Dict::new(heap);
                self.named.iter().for_each(|(name, value)| dict.set_str(name.name(), value.clone()));
                Value::Dict(dict)
            }
            _ => return None,
        }))
    }
}

impl Partial {
    fn shown(&self, heap: &Heap) -> Outcome<String> {
        let mut parts = vec![show::repr(heap, &self.function)?];
        for value in &self.args {
            parts.push(show::repr(heap, value)?);
        }
        for (name, value) in &self.named {
            parts.push(format!("{name}={}", show::repr(heap, value)?));
        }
        Ok(format!("functools.partial({})", parts.join(", ")))
    }

    /// Adds arguments, which override those that are there.
    fn extended(mut self, args: &mut [Value], named: Vec<(Symbol, Value)>) -> Partial {
        self.args.extend(args.iter_mut().map(std::mem::take));
        for (name, value) in named {
            match self.named.iter_mut().find(|(own, _)| *own == name) {
                Some((_, old)) => *old = value,
                None => self.named.push((name, value)),
            }
        }
        self
    }
}

static PARTIAL: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, func, /, *args, **keywords)",
        "A function with some arguments given already.",
        &[("functools.partial(int, base=2)('101')", "5")],
        |heap, mut args| {
            let function = args.take(1);
            let named = super::named_arguments(args.extra.as_ref());
            let inner = match &function {
                Value::Native(native) => native.with(|partial: &Partial| partial.clone()),
                _ => None,
            };
            let is_callable = !matches!(
                &function,
                Value::Int(_)
                    | Value::Str(_)
                    | Value::None
                    | Value::Float(_)
                    | Value::List(_)
                    | Value::Dict(_)
            );
            if !is_callable {
                return Err(heap.type_error("the first argument must be callable"));
            }
            let base = inner.unwrap_or(Partial { function, args: Vec::new(), named: Vec::new() });
            Ok(Value::Native(Native::new(heap, base.extended(args.rest, named))))
        },
    ),
    NativeFunction::new(
        "__call__",
        "(self, /, *args, **keywords)",
        "Calls the function.",
        &[],
        |heap, args| {
            let partial = match args.get(0) {
                Value::Native(native) => native.with(|partial: &Partial| partial.clone()),
                _ => None,
            };
            let Some(partial) = partial else { return Ok(Value::None) };
            let mut all = partial.extended(args.rest, super::named_arguments(args.extra.as_ref()));
            heap.call_with(&all.function, &mut all.args, &mut all.named)
        },
    ),
];

/// A function whose results are kept.
struct Cached {
    function: Value,
    /// Arguments to results, what was used last at the end.
    results: Ref<Dict>,
    most: Option<usize>,
    typed: bool,
    hits: i64,
    misses: i64,
}

impl NativeObject for Cached {
    same_type!("_lru_cache_wrapper");
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.function);
        crate::value::collect::visit_ref(&self.results, Value::Dict, visit);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        take(std::mem::take(&mut self.function));
        take(Value::Dict(self.results.clone()));
    }
    fn repr(&self, heap: &Heap) -> Option<Outcome<String>> {
        let shown = show::repr(heap, &self.function).map(|text| match text.strip_prefix("<function ") {
            Some(rest) => format!("<functools._lru_cache_wrapper object of {rest}"),
            None => format!("<functools._lru_cache_wrapper object of {text}>"),
        });
        Some(shown)
    }
    fn attribute(&self, heap: &Heap, name: Symbol) -> Option<Outcome> {
        match name.name() {
            "__wrapped__" => Some(Ok(self.function.clone())),
            "__name__" | "__qualname__" | "__doc__" | "__module__" => {
                Some(attribute::get(heap, &self.function, name))
            }
            _ => None,
        }
    }
}

fn cached(heap: &Heap, function: Value, most: Option<usize>, typed: bool) -> Value {
    let results = Dict::new(heap);
    Value::Native(Native::new(heap, Cached { function, results, most, typed, hits: 0, misses: 0 }))
}

static CACHED: &[NativeFunction] = &[
    NativeFunction::new(
        "__call__",
        "(self, /, *args, **kwargs)",
        "The result, kept or new.",
        &[],
        run_cached,
    ),
    NativeFunction::new("__get__", "(self, object, type=None, /)", "As a method.", &[], |heap, mut args| {
        match args.take(1) {
            Value::None => Ok(args.take(0)),
            object => Ok(Value::Bound(Bound::new(heap, object, args.take(0)))),
        }
    }),
    NativeFunction::new("cache_info", "(self, /)", "How the cache was used.", &[], run_info),
    NativeFunction::new("cache_clear", "(self, /)", "Forgets all results.", &[], |_, args| {
        if let Value::Native(native) = args.get(0) {
            native
                .edit(|cached: &mut Cached| {
                    (cached.hits, cached.misses) = (0, 0);
                    cached.results.clone()
                })
                .inspect(|results| results.clear_all());
        }
        Ok(Value::None)
    }),
];

fn run_cached(heap: &Heap, args: Args<'_>) -> Outcome {
    let Value::Native(native) = args.get(0) else { return Ok(Value::None) };
    let held = native
        .with(|cached: &Cached| (cached.function.clone(), cached.results.clone(), cached.most, cached.typed));
    let Some((function, results, most, typed)) = held else { return Ok(Value::None) };
    let mut named = super::named_arguments(args.extra.as_ref());
    let mut key: Vec<Value> = args.rest.to_vec();
    if !named.is_empty() {
        key.push(Value::Ellipsis);
        for (name, value) in &named {
            key.extend([Value::str(name.name()), value.clone()]);
        }
    }
    if typed {
        let types: Vec<Value> = key.iter().map(|value| Value::Class(class_of(heap, value))).collect();
        key.extend(types);
    }
    let key = Value::tuple(heap, key);
    if let Some(result) = results.get(heap, &key)? {
        native.edit(|cached: &mut Cached| cached.hits += 1);
        if most.is_some()
            && let Some((key, value)) = results.remove(heap, &key)?
        {
            results.insert(heap, key, value)?;
        }
        return Ok(result);
    }
    native.edit(|cached: &mut Cached| cached.misses += 1);
    let result = heap.call_with(&function, args.rest, &mut named)?;
    if most != Some(0) {
        results.insert(heap, key, result.clone())?;
        while most.is_some_and(|most| results.len() > most)
            && let Some((first, ..)) = results.next_entry(0)
        {
            results.remove_at(first);
        }
    }
    Ok(result)
}

fn run_info(heap: &Heap, args: Args<'_>) -> Outcome {
    let Value::Native(native) = args.get(0) else { return Ok(Value::None) };
    let held = native.with(|c: &Cached| (c.hits, c.misses, c.most, c.results.len()));
    let Some((hits, misses, most, size)) = held else { return Ok(Value::None) };
    let fields = ["hits", "misses", "maxsize", "currsize"].map(str::to_owned);
    let spec = named_tuple::Spec {
        name: "CacheInfo",
        module: "functools",
        fields: &fields,
        defaults: &[],
        new: &named_tuple::NEW,
    };
    let most = most.map_or(Value::None, |most| Value::Int(most as i64));
    let values = vec![Value::Int(hits), Value::Int(misses), most, Value::Int(size as i64)];
    Ok(named_tuple::make(heap, &named_tuple::class(heap, &spec), values))
}

/// `lru_cache(maxsize)`: makes caches.
struct Maker {
    most: Option<usize>,
    typed: bool,
}

impl NativeObject for Maker {
    same_type!("_cache_maker");
}

static MAKER: &[NativeFunction] = &[NativeFunction::new(
    "__call__",
    "(self, function, /)",
    "The function with a cache.",
    &[],
    |heap, mut args| {
        let held = match args.get(0) {
            Value::Native(native) => native.with(|maker: &Maker| (maker.most, maker.typed)),
            _ => None,
        };
        let (most, typed) = held.unwrap_or((None, false));
        Ok(cached(heap, args.take(1), most, typed))
    },
)];

fn run_lru_cache(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let typed = truth_or(heap, args.get(1), false)?;
    let most = match args.get(0) {
        Value::Unbound => Some(128),
        Value::None => None,
        Value::Int(_) | Value::True | Value::False => Some(to_i64(heap, args.get(0))?.max(0) as usize),
        Value::Function(_) | Value::Builtin(_) | Value::Bound(_) | Value::Class(_) | Value::Native(_) => {
            return Ok(cached(heap, args.take(0), Some(128), typed));
        }
        _ => return Err(heap.type_error("Expected first argument to be an integer, a callable, or None")),
    };
    Ok(Value::Native(Native::new(heap, Maker { most, typed })))
}

/// `wraps(function)`
struct Wrapping(Value);

impl NativeObject for Wrapping {
    same_type!("_wrapping");
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.0);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        take(std::mem::take(&mut self.0));
    }
}

static WRAPPING: &[NativeFunction] =
    &[NativeFunction::new("__call__", "(self, wrapper, /)", "The function, renamed.", &[], |heap, args| {
        let wrapped = match args.get(0) {
            Value::Native(native) => native.with(|wrapping: &Wrapping| wrapping.0.clone()),
            _ => None,
        };
        update(heap, args.get(1), &wrapped.unwrap_or(Value::None))
    })];

fn update(heap: &Heap, wrapper: &Value, wrapped: &Value) -> Outcome {
    for name in [names::MODULE, names::NAME, names::QUALNAME, names::DOC] {
        if let Some(value) = attribute::get_optional(heap, wrapped, name)? {
            attribute::set(heap, wrapper, name, value)?;
        }
    }
    if let Value::Function(function) = wrapped {
        for (key, value) in function.attributes(heap).pairs() {
            if let Value::Str(key) = key {
                attribute::set(heap, wrapper, Symbol::new(key.as_str()), value)?;
            }
        }
    }
    attribute::set(heap, wrapper, Symbol::new("__wrapped__"), wrapped.clone())?;
    Ok(wrapper.clone())
}
