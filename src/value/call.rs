//! Native functions: their declaration, how arguments reach them, and the two traits through which the
//! values below reach what is above: calling any callable, and what builtin types and names there are.
//!
//! A native function declares its signature in Python's notation. The signature binds the arguments:
//! the function gets one slot per named parameter (unbound if it was not given), the rest of the
//! positional arguments where it has `*args`, and a dict where it has `**kwargs`.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use super::{BuiltinType, Dict, Heap, Outcome, Ref, Symbol, Value};

/// A function of the runtime, declared once, as a static.
pub struct NativeFunction {
    pub name: &'static str,
    /// Python's notation without the name: `(iterable, /, *, key=None, reverse=False)`. A method's first
    /// parameter is `self`.
    pub signature: &'static str,
    pub doc: &'static str,
    /// Expressions and their `repr`, shown in the help and run by a test.
    pub examples: &'static [(&'static str, &'static str)],
    pub run: fn(&Heap, Args<'_>) -> Outcome,
    /// What a call by position needs to know of the signature.
    pub counts: Counts,
}

/// How many arguments a native function takes; worked out when the runtime is compiled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Named parameters.
    pub params: u8,
    /// How many of them can be given by position.
    pub positional: u8,
    /// How many of those must be given.
    pub required: u8,
    pub has_rest: bool,
    pub has_extra: bool,
}

impl Counts {
    /// Reads a signature in Python's notation.
    const fn of(text: &str) -> Counts {
        let bytes = text.as_bytes();
        let mut counts = Counts { params: 0, positional: 0, required: 0, has_rest: false, has_extra: false };
        let (mut at, mut depth, mut quote) = (1, 0, 0u8);
        let (mut keyword_only, mut begun, mut defaulted, mut stars, mut plain) =
            (false, false, false, 0, false);
        while at < bytes.len() {
            let c = bytes[at];
            let ends = quote == 0 && depth == 0 && (c == b',' || (c == b')' && at + 1 == bytes.len()));
            if ends {
                if begun {
                    if stars == 2 {
                        counts.has_extra = true;
                    } else if stars == 1 {
                        keyword_only = true;
                        counts.has_rest = counts.has_rest || plain;
                    } else if plain {
                        counts.params += 1;
                        if !keyword_only {
                            counts.positional += 1;
                            if !defaulted {
                                counts.required += 1;
                            }
                        }
                    }
                }
                begun = false;
                defaulted = false;
                stars = 0;
                plain = false;
            } else if quote != 0 {
                if c == quote {
                    quote = 0;
                }
            } else if c == b'\'' || c == b'"' {
                quote = c;
            } else if c == b'(' || c == b'[' || c == b'{' {
                depth += 1;
            } else if c == b')' || c == b']' || c == b'}' {
                depth -= 1;
            } else if c == b'=' {
                defaulted = true;
            } else if c == b'*' && !defaulted {
                stars += 1;
                begun = true;
            } else if c != b' ' && c != b'/' && !defaulted {
                begun = true;
                plain = true;
            }
            at += 1;
        }
        counts
    }
}

impl NativeFunction {
    /// For a static.
    pub const fn new(
        name: &'static str,
        signature: &'static str,
        doc: &'static str,
        examples: &'static [(&'static str, &'static str)],
        run: fn(&Heap, Args<'_>) -> Outcome,
    ) -> NativeFunction {
        NativeFunction { name, signature, doc, examples, run, counts: Counts::of(signature) }
    }

    /// The signature, taken apart: for calls with names, and for help.
    pub fn signature(&self) -> &'static Signature {
        static KNOWN: RwLock<BTreeMap<&'static str, &'static Signature>> = RwLock::new(BTreeMap::new());
        let text = self.signature;
        if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(text) {
            return known;
        }
        let made: &'static Signature = Box::leak(Box::new(Signature::parse(text)));
        KNOWN.write().unwrap_or_else(PoisonError::into_inner).insert(text, made);
        made
    }

    pub fn is_method(&self) -> bool {
        self.signature.starts_with("(self") || self.works_on_instance()
    }

    /// Whether a method of a class that derives from a builtin type gets the instance (its first parameter
    /// is called `instance`), not the builtin value inside.
    pub fn works_on_instance(&self) -> bool {
        self.signature.starts_with("(instance")
    }

    /// Whether it gets the class on which it was looked up; `__new__` is called with it instead.
    pub fn is_class_method(&self) -> bool {
        self.signature.starts_with("(cls") && self.name != "__new__"
    }
}

/// The arguments of a native function, bound.
pub struct Args<'a> {
    /// One per named parameter; unbound where nothing was given.
    pub slots: &'a mut [Value],
    /// The positional arguments that `*args` takes.
    pub rest: &'a mut [Value],
    /// What `**kwargs` takes, if there is any.
    pub extra: Option<Ref<Dict>>,
}

impl Args<'_> {
    /// Takes argument `index`; unbound if it was not given.
    #[inline(always)]
    pub fn take(&mut self, index: usize) -> Value {
        self.slots.get_mut(index).map(std::mem::take).unwrap_or_default()
    }

    /// Argument `index`; unbound if it was not given.
    #[inline(always)]
    pub fn get(&self, index: usize) -> &Value {
        self.slots.get(index).unwrap_or(Value::unbound())
    }

    /// Argument `index`, if it was given and is not None.
    #[inline]
    pub fn some(&self, index: usize) -> Option<&Value> {
        match self.get(index) {
            Value::Unbound | Value::None => None,
            value => Some(value),
        }
    }

    pub fn is_given(&self, index: usize) -> bool {
        !self.get(index).is_unbound()
    }
}

/// A signature, taken apart.
#[derive(Debug)]
pub struct Signature {
    /// Named parameters, in the order of the slots.
    pub params: Vec<SignatureParam>,
    /// How many of them can be given by position.
    pub positional: usize,
    /// How many of those must be given.
    pub required: usize,
    pub has_rest: bool,
    pub has_extra: bool,
    /// Some parameter can be given by name.
    pub has_keywords: bool,
}

#[derive(Debug)]
pub struct SignatureParam {
    pub name: Symbol,
    pub positional_only: bool,
    pub required: bool,
    /// The default as written.
    pub default: Option<&'static str>,
}

impl Signature {
    /// Reads Python's notation. Our own statics are checked by a test; a malformed one binds nothing.
    fn parse(text: &'static str) -> Signature {
        let inner = text.trim().trim_start_matches('(').trim_end_matches(')');
        let mut signature = Signature {
            params: Vec::new(),
            positional: 0,
            required: 0,
            has_rest: false,
            has_extra: false,
            has_keywords: false,
        };
        let mut keyword_only = false;
        for part in split_params(inner) {
            let part = part.trim();
            match part {
                "" => {}
                "/" => signature.params.iter_mut().for_each(|p| p.positional_only = true),
                "*" => keyword_only = true,
                _ if part.starts_with("**") => signature.has_extra = true,
                _ if part.starts_with('*') => {
                    signature.has_rest = true;
                    keyword_only = true;
                }
                _ => {
                    let (name, default) = match part.split_once('=') {
                        Some((name, default)) => (name.trim(), Some(default.trim())),
                        None => (part, None),
                    };
                    let required = default.is_none();
                    signature.params.push(SignatureParam {
                        name: Symbol::new(name),
                        positional_only: false,
                        required,
                        default,
                    });
                    if !keyword_only {
                        signature.positional += 1;
                        signature.required += usize::from(required);
                    }
                }
            }
        }
        signature.has_keywords = signature.has_extra || signature.params.iter().any(|p| !p.positional_only);
        signature
    }
}

/// Splits at commas outside of quotes and brackets.
fn split_params(text: &'static str) -> Vec<&'static str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), _) if q == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Calls any callable; implemented by the evaluator.
pub trait Caller: Sync {
    /// Calls `callee`. The arguments are taken out of the slices.
    fn call(
        &self,
        heap: &Heap,
        callee: &Value,
        args: &mut [Value],
        keywords: &mut [(Symbol, Value)],
    ) -> super::Outcome;
    /// Somebody has set the poll flag: collect, close orphans, yield, cancel.
    fn safe_point(&self, heap: &Heap) -> super::Outcome<()>;
    /// Attributes that floors above give to objects and classes (`__jac__`, `reports`).
    fn special_attribute(&self, heap: &Heap, object: &Value, name: Symbol) -> super::Outcome<Option<Value>>;
    /// The generated `__init__` of an archetype, for `super.init(...)`.
    fn inherited_constructor(&self, heap: &Heap, class: &Ref<super::Class>, name: Symbol) -> Option<Value>;
    /// Whether a native object takes an assignment to an attribute.
    fn set_native_attribute(
        &self,
        heap: &Heap,
        native: &Ref<super::Native>,
        name: Symbol,
        value: &Value,
    ) -> super::Outcome<bool>;
    /// A node's edges are about to be read.
    fn before_links_read(&self, heap: &Heap, node: &Ref<super::Instance>) -> super::Outcome<()>;
    /// A node is about to get or lose an edge.
    fn before_link(&self, heap: &Heap, node: &Ref<super::Instance>) -> super::Outcome<()>;
    /// An edge was put between two nodes.
    fn joined(&self, heap: &Heap, edge: &Ref<super::Instance>) -> super::Outcome<()>;
    /// A node or edge was deleted.
    fn gone(&self, heap: &Heap, instance: &Ref<super::Instance>) -> super::Outcome<()>;
    /// A field of an instance that other isolates may change is about to be read; a value to be used
    /// instead of what stands in the slot.
    fn before_read(
        &self,
        heap: &Heap,
        instance: &Ref<super::Instance>,
        slot: u16,
    ) -> super::Outcome<Option<Value>>;
    /// A module variable that is not bound in this isolate yet.
    fn missing_global(&self, heap: &Heap, id: crate::code::GlobalId) -> super::Outcome<Option<Value>>;
    /// An attribute of an instance is about to be written outside of the evaluator's fast path
    /// (`u16::MAX`: one without a slot).
    fn before_write(&self, heap: &Heap, instance: &Ref<super::Instance>, slot: u16) -> super::Outcome<()>;
}

/// What there is to use without defining it; implemented by the library.
pub trait Library: Sync {
    /// Methods of a builtin type.
    fn methods(&self, of: BuiltinType) -> &'static [NativeFunction];
    /// Methods of the objects of a native module, by the type's name.
    fn native_methods(&self, type_name: &str) -> &'static [NativeFunction];
    /// A builtin name's value (`print`, `int`, `ValueError`, `NotImplemented`).
    fn builtin(&self, heap: &Heap, name: Symbol) -> Option<Value>;
    /// A native module of this dotted name, made in the isolate.
    fn module(&self, heap: &Heap, dotted: &str) -> Option<Outcome>;
}
