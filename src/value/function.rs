//! Function values: code, defaults and captured cells.
//!
//! Code lives for ever and is shared by all isolates; it is compiled on its first call, by a
//! function that the evaluator hands in. Binding arguments and running are `eval::function`'s;
//! native functions are declared in `call.rs`.

use std::cell::{OnceCell, UnsafeCell};
use std::rc::Rc;
use std::sync::OnceLock;

use smallvec::SmallVec;

use super::object::{Kind, Tracked};
use super::{CellBox, Class, Dict, Frame, Heap, Outcome, Ref, Str, Value};
use crate::code;

/// What a function's tree was turned into. Captures immediates only, so all isolates share it.
pub type Run = Box<dyn for<'h> Fn(Frame<'h>) -> Outcome + Send + Sync>;

/// Generated code and the size of its window.
pub struct Compiled {
    pub run: Run,
    /// Slots of the window: locals and temporaries.
    pub window: u16,
}

/// A function of the program, made ready on its first call. Lives for ever.
pub struct Code {
    pub info: &'static code::Function,
    compiled: OnceLock<Compiled>,
    compile: fn(&'static code::Function) -> Compiled,
    /// Parameters, if all of them are plain positional ones; else `u16::MAX`.
    pub plain_params: u16,
    pub locals: u16,
    pub plain_kind: bool,
    /// Whether some parameter's slot must become a cell.
    pub cell_slots: Box<[u16]>,
    /// The slot in which the running function's value stands, for its captures.
    pub captures_slot: Option<u16>,
}

impl Code {
    /// Code for `info`, which `compile` will turn into closures when it is first called.
    pub fn new(
        info: &'static code::Function,
        compile: fn(&'static code::Function) -> Compiled,
    ) -> &'static Code {
        use code::ParamKind::{Normal, PositionalOnly};
        let plain = info.params.iter().all(|p| matches!(p.kind, Normal | PositionalOnly));
        let locals = info.locals.len() as u16;
        let cell_slots = (0..locals).filter(|&i| info.locals[i as usize].cell).collect();
        Box::leak(Box::new(Code {
            info,
            compiled: OnceLock::new(),
            compile,
            plain_params: if plain { info.params.len() as u16 } else { u16::MAX },
            locals: locals + u16::from(!info.captures.is_empty()),
            plain_kind: info.kind == code::FunctionKind::Plain,
            cell_slots,
            captures_slot: (!info.captures.is_empty()).then_some(locals),
        }))
    }

    #[inline(always)]
    pub fn compiled(&'static self) -> &'static Compiled {
        self.compiled.get_or_init(|| (self.compile)(self.info))
    }
}

/// The variables that a function shares with those around it; mostly one or two.
pub type Cells = SmallVec<[Ref<CellBox>; 2]>;

/// A function value.
pub struct Function {
    pub code: &'static Code,
    /// Set only while the function is made, emptied when it is taken apart.
    captures: UnsafeCell<Cells>,
    rest: OnceCell<Box<Rest>>,
}

/// What few functions have, or those only that are not made again and again.
#[derive(Default)]
struct Rest {
    /// Of the last positional parameters.
    defaults: UnsafeCell<Box<[Value]>>,
    keyword_defaults: UnsafeCell<Vec<(code::Symbol, Value)>>,
    /// Attributes that the program has set, and overridden names.
    attributes: OnceCell<Ref<Dict>>,
    /// The class around a method, for tracebacks and `super`.
    owner: UnsafeCell<Option<Ref<Class>>>,
}

impl Tracked for Function {
    const KIND: Kind = Kind::Function;
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        for cell in self.captures() {
            super::collect::visit_ref(cell, Value::Cell, visit);
        }
        let Some(rest) = self.rest.get() else { return };
        self.defaults().iter().for_each(&mut *visit);
        self.keyword_defaults().iter().for_each(|(_, value)| visit(value));
        if let Some(dict) = rest.attributes.get() {
            super::collect::visit_ref(dict, Value::Dict, visit);
        }
        if let Some(class) = self.owner() {
            super::collect::visit_ref(class, Value::Class, visit);
        }
    }
    fn clear(&self, take: &mut dyn FnMut(Value)) {
        // SAFETY: clearing is the only access (see `Tracked::clear`).
        unsafe { &mut *self.captures.get() }.drain(..).for_each(|cell| take(Value::Cell(cell)));
        let Some(rest) = self.rest.get() else { return };
        // SAFETY: as above.
        unsafe {
            std::mem::take(&mut *rest.defaults.get()).into_iter().for_each(&mut *take);
            std::mem::take(&mut *rest.keyword_defaults.get()).into_iter().for_each(|(_, value)| take(value));
            if let Some(class) = (*rest.owner.get()).take() {
                take(Value::Class(class));
            }
        }
        if let Some(dict) = rest.attributes.get() {
            for (key, value) in dict.pairs() {
                take(key);
                take(value);
            }
            dict.clear_all();
        }
    }
}

impl Function {
    #[inline]
    pub fn new(
        heap: &Heap,
        code: &'static Code,
        captures: Cells,
        defaults: Vec<Value>,
        keyword_defaults: Vec<(code::Symbol, Value)>,
    ) -> Ref<Function> {
        let rest = OnceCell::new();
        if !defaults.is_empty() || !keyword_defaults.is_empty() {
            let _ = rest.set(Box::new(Rest {
                defaults: UnsafeCell::new(defaults.into()),
                keyword_defaults: UnsafeCell::new(keyword_defaults),
                ..Rest::default()
            }));
        }
        Ref::new(&heap.objects, Function { code, captures: UnsafeCell::new(captures), rest })
    }

    #[inline(always)]
    pub fn captures(&self) -> &[Ref<CellBox>] {
        // SAFETY: changed by `clear` only.
        unsafe { &*self.captures.get() }
    }

    #[inline]
    pub fn defaults(&self) -> &[Value] {
        // SAFETY: changed by `clear` only.
        self.rest.get().map_or(&[], |rest| unsafe { &*rest.defaults.get() })
    }

    pub fn keyword_default(&self, name: code::Symbol) -> Option<Value> {
        self.keyword_defaults().iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone())
    }

    /// All keyword-only defaults.
    pub fn keyword_defaults(&self) -> &[(code::Symbol, Value)] {
        // SAFETY: changed by `clear` only.
        self.rest.get().map_or(&[], |rest| unsafe { &*rest.keyword_defaults.get() })
    }

    pub fn owner(&self) -> Option<&Ref<Class>> {
        // SAFETY: set once when the class is made, before anybody asks.
        self.rest.get().and_then(|rest| unsafe { (*rest.owner.get()).as_ref() })
    }

    pub fn set_owner(&self, class: &Ref<Class>) {
        let owner = self.rest.get_or_init(Box::default).owner.get();
        // SAFETY: single-threaded, no borrow of the owner is kept anywhere.
        unsafe {
            if (*owner).is_none() {
                *owner = Some(class.clone());
            }
        }
    }

    pub fn name(&self) -> Rc<Str> {
        match self.attribute("__name__") {
            Some(Value::Str(name)) => name,
            _ => Rc::new(Str::new(&self.code.info.name)),
        }
    }

    pub fn qualname(&self) -> Rc<Str> {
        match self.attribute("__qualname__") {
            Some(Value::Str(name)) => name,
            _ => Rc::new(Str::new(&self.code.info.qualname)),
        }
    }

    /// The dict of the function's own attributes; made when it is first written to.
    pub fn attributes(&self, heap: &Heap) -> &Ref<Dict> {
        self.rest.get_or_init(Box::default).attributes.get_or_init(|| Dict::new(heap))
    }

    pub fn attribute(&self, name: &str) -> Option<Value> {
        self.rest.get()?.attributes.get()?.get_str(name)
    }
}
