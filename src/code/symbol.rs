//! Symbols: attribute and keyword names as process-wide numbers, so that a name is compared and hashed
//! as an integer. Names are never forgotten; a program makes few of them. A fixed set of names that the
//! runtime itself asks for has constants.

use std::collections::HashMap;
use std::sync::{OnceLock, RwLock};

/// An interned name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(u32);

struct Table {
    ids: HashMap<&'static str, u32, foldhash::fast::FixedState>,
}

/// Names by number, read without a lock; grows under the table's.
static NAMES: boxcar::Vec<&'static str> = boxcar::Vec::new();

fn table() -> &'static RwLock<Table> {
    static TABLE: OnceLock<RwLock<Table>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table { ids: HashMap::with_capacity_and_hasher(1024, Default::default()) };
        for name in WELL_KNOWN {
            table.insert(name);
        }
        RwLock::new(table)
    })
}

impl Table {
    fn insert(&mut self, name: &'static str) -> u32 {
        let id = NAMES.push(name) as u32;
        self.ids.insert(name, id);
        id
    }
}

impl Symbol {
    /// The symbol of a name; makes it if it is new.
    pub fn new(name: &str) -> Symbol {
        if let Some(found) = Symbol::find(name) {
            return found;
        }
        let mut table = table().write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(&id) = table.ids.get(name) {
            return Symbol(id);
        }
        Symbol(table.insert(Box::leak(name.to_owned().into_boxed_str())))
    }

    /// The symbol of a name that somebody has made before.
    pub fn find(name: &str) -> Option<Symbol> {
        let table = table().read().unwrap_or_else(std::sync::PoisonError::into_inner);
        table.ids.get(name).copied().map(Symbol)
    }

    pub fn name(self) -> &'static str {
        NAMES.get(self.0 as usize).copied().unwrap_or("?")
    }

    #[inline(always)]
    pub fn id(self) -> u32 {
        self.0
    }
}

impl std::fmt::Debug for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Symbol({})", self.name())
    }
}

impl std::fmt::Display for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! well_known {
    ($($constant:ident = $name:literal,)*) => {
        const WELL_KNOWN: &[&str] = &[$($name),*];
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u32)]
        enum Number { $($constant),* }
        /// Names that the runtime asks for.
        pub mod names {
            use super::{Number, Symbol};
            $(pub const $constant: Symbol = Symbol(Number::$constant as u32);)*
        }
    };
}

well_known! {
    INIT = "__init__", POST_INIT = "__post_init__", NEW = "__new__", CALL = "__call__", DEL = "__del__",
    REPR = "__repr__", STR = "__str__", FORMAT = "__format__", BYTES = "__bytes__", HASH = "__hash__", BOOL = "__bool__",
    LEN = "__len__", LENGTH_HINT = "__length_hint__", ITER = "__iter__", NEXT = "__next__", REVERSED = "__reversed__",
    CONTAINS = "__contains__", GETITEM = "__getitem__", SETITEM = "__setitem__", DELITEM = "__delitem__",
    MISSING = "__missing__", GETATTR = "__getattr__", GETATTRIBUTE = "__getattribute__", SETATTR = "__setattr__",
    DELATTR = "__delattr__", DIR = "__dir__", GET = "__get__", SET = "__set__", DELETE = "__delete__",
    SET_NAME = "__set_name__", INIT_SUBCLASS = "__init_subclass__", CLASS_GETITEM = "__class_getitem__",
    ENTER = "__enter__", EXIT = "__exit__", AENTER = "__aenter__", AEXIT = "__aexit__", AITER = "__aiter__",
    ANEXT = "__anext__", AWAIT = "__await__", EQ = "__eq__", NE = "__ne__", LT = "__lt__", LE = "__le__", GT = "__gt__",
    GE = "__ge__", ADD = "__add__", RADD = "__radd__", IADD = "__iadd__", SUB = "__sub__", RSUB = "__rsub__",
    ISUB = "__isub__", MUL = "__mul__", RMUL = "__rmul__", IMUL = "__imul__", TRUEDIV = "__truediv__",
    RTRUEDIV = "__rtruediv__", ITRUEDIV = "__itruediv__", FLOORDIV = "__floordiv__", RFLOORDIV = "__rfloordiv__",
    IFLOORDIV = "__ifloordiv__", MOD = "__mod__", RMOD = "__rmod__", IMOD = "__imod__", DIVMOD = "__divmod__",
    RDIVMOD = "__rdivmod__", POW = "__pow__", RPOW = "__rpow__", IPOW = "__ipow__", MATMUL = "__matmul__",
    RMATMUL = "__rmatmul__", IMATMUL = "__imatmul__", AND = "__and__", RAND = "__rand__", IAND = "__iand__",
    OR = "__or__", ROR = "__ror__", IOR = "__ior__", XOR = "__xor__", RXOR = "__rxor__", IXOR = "__ixor__",
    LSHIFT = "__lshift__", RLSHIFT = "__rlshift__", ILSHIFT = "__ilshift__", RSHIFT = "__rshift__",
    RRSHIFT = "__rrshift__", IRSHIFT = "__irshift__", NEG = "__neg__", POS = "__pos__", INVERT = "__invert__",
    ABS = "__abs__", ROUND = "__round__", TRUNC = "__trunc__", FLOOR = "__floor__", CEIL = "__ceil__", INT = "__int__",
    FLOAT = "__float__", INDEX = "__index__", COMPLEX = "__complex__", NAME = "__name__", QUALNAME = "__qualname__",
    MODULE = "__module__", DOC = "__doc__", DICT = "__dict__", CLASS = "__class__", BASES = "__bases__", BASE = "__base__",
    MRO = "__mro__", SUBCLASSES = "__subclasses__", FILE = "__file__", PATH = "__path__", ALL = "__all__",
    DEFAULTS = "__defaults__", KWDEFAULTS = "__kwdefaults__", CODE = "__code__", CLOSURE = "__closure__",
    WRAPPED = "__wrapped__", ANNOTATIONS = "__annotations__", FUNC = "__func__", SELF_DUNDER = "__self__",
    MATCH_ARGS = "__match_args__", SLOTS = "__slots__", JAC = "__jac__", SPECS = "__specs__", CAUSE = "__cause__",
    CONTEXT = "__context__", SUPPRESS_CONTEXT = "__suppress_context__", TRACEBACK = "__traceback__", NOTES = "__notes__",
    ARGS = "args", VALUE = "value", NAME_PLAIN = "name", SELF = "self", HERE = "here", VISITOR = "visitor", ROOT = "root",
    KEY = "key", REVERSE = "reverse", DEFAULT = "default", SEP = "sep", END = "end", STDOUT = "stdout", REPORTS = "reports",
    VALUE_PRIVATE = "_value_", NAME_PRIVATE = "_name_", MEMBERS = "__members__", MISSING_PRIVATE = "_missing_",
    WITH_TRACEBACK = "with_traceback", ERRNO = "errno", STRERROR = "strerror", FILENAME = "filename", CODE_PLAIN = "code",
    OBJ = "obj", MAIN = "__main__", FSET = "fset", FGET = "fget", FDEL = "fdel", SETTER = "setter", GETTER = "getter",
    DELETER = "deleter", SCHEDULE = "schedule", IGNORES = "ignores", EXCEPTIONS = "exceptions", MSG = "msg",
}
