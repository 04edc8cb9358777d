//! Exceptions: the builtin classes and their family tree, and raising.
//!
//! An exception is an instance whose first slots are fixed: arguments, cause, context, the flag that
//! suppresses the context, traceback. While it is on its way it waits in the heap; each function that it
//! leaves adds an entry to the heap's trace, and whoever catches it takes the trace over.

use super::{BuiltinType, Class, Heap, Instance, Native, Outcome, Raised, Ref, Value, class};
use crate::code::{self};
use crate::source::Span;

/// Slots of every exception.
pub mod slots {
    pub const ARGS: u16 = 0;
    pub const CAUSE: u16 = 1;
    pub const CONTEXT: u16 = 2;
    pub const SUPPRESS_CONTEXT: u16 = 3;
    pub const TRACEBACK: u16 = 4;
}

macro_rules! error_kinds {
    ($($name:ident < $base:ident;)*) => {
        /// The builtin exception classes.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum ErrorKind { BaseException, $($name),* }

        impl ErrorKind {
            pub const ALL: &'static [ErrorKind] = &[ErrorKind::BaseException, $(ErrorKind::$name),*];

            pub fn name(self) -> &'static str {
                match self {
                    ErrorKind::BaseException => "BaseException",
                    $(ErrorKind::$name => stringify!($name)),*
                }
            }

            pub fn base(self) -> Option<ErrorKind> {
                match self {
                    ErrorKind::BaseException => None,
                    $(ErrorKind::$name => Some(ErrorKind::$base)),*
                }
            }
        }
    };
}

error_kinds! {
    Exception < BaseException;
    SystemExit < BaseException;
    KeyboardInterrupt < BaseException;
    GeneratorExit < BaseException;
    CancelledError < BaseException;
    BaseExceptionGroup < BaseException;
    ExceptionGroup < BaseExceptionGroup;
    StopIteration < Exception;
    StopAsyncIteration < Exception;
    ArithmeticError < Exception;
    FloatingPointError < ArithmeticError;
    OverflowError < ArithmeticError;
    ZeroDivisionError < ArithmeticError;
    AssertionError < Exception;
    AttributeError < Exception;
    BufferError < Exception;
    EOFError < Exception;
    ImportError < Exception;
    ModuleNotFoundError < ImportError;
    LookupError < Exception;
    IndexError < LookupError;
    KeyError < LookupError;
    MemoryError < Exception;
    NameError < Exception;
    UnboundLocalError < NameError;
    OSError < Exception;
    BlockingIOError < OSError;
    ChildProcessError < OSError;
    ConnectionError < OSError;
    BrokenPipeError < ConnectionError;
    ConnectionAbortedError < ConnectionError;
    ConnectionRefusedError < ConnectionError;
    ConnectionResetError < ConnectionError;
    FileExistsError < OSError;
    FileNotFoundError < OSError;
    InterruptedError < OSError;
    IsADirectoryError < OSError;
    NotADirectoryError < OSError;
    PermissionError < OSError;
    ProcessLookupError < OSError;
    TimeoutError < OSError;
    ReferenceError < Exception;
    RuntimeError < Exception;
    NotImplementedError < RuntimeError;
    RecursionError < RuntimeError;
    SyntaxError < Exception;
    IndentationError < SyntaxError;
    TabError < IndentationError;
    SystemError < Exception;
    TypeError < Exception;
    ValueError < Exception;
    UnicodeError < ValueError;
    UnicodeDecodeError < UnicodeError;
    UnicodeEncodeError < UnicodeError;
    UnicodeTranslateError < UnicodeError;
    Warning < Exception;
    DeprecationWarning < Warning;
    RuntimeWarning < Warning;
    UserWarning < Warning;
    SyntaxWarning < Warning;
    FutureWarning < Warning;
    ResourceWarning < Warning;
    JSONDecodeError < ValueError;
}

/// How many builtin exception classes there are.
pub const ERROR_KINDS: usize = ErrorKind::ALL.len();

/// One function that an exception has left.
#[derive(Clone, Copy)]
pub struct TraceEntry {
    pub function: &'static code::Function,
    pub span: Span,
}

/// An exception's traceback: the innermost function first.
pub struct Traceback {
    pub entries: Vec<TraceEntry>,
}

impl super::native::NativeObject for Traceback {
    fn type_name(&self) -> &'static str {
        "traceback"
    }
}

impl Heap {
    /// The class of a builtin exception.
    pub fn error_class(&self, kind: ErrorKind) -> &Ref<Class> {
        self.error_classes[kind as usize].get_or_init(|| {
            let base = match kind.base() {
                Some(base) => self.error_class(base),
                None => self.type_class(BuiltinType::Object),
            };
            let mut own = class::AttributeMap::default();
            if kind == ErrorKind::BaseException {
                own.extend(class::methods(self.library.methods(BuiltinType::Exception)));
            }
            let module = match kind {
                ErrorKind::CancelledError => "asyncio.exceptions",
                ErrorKind::JSONDecodeError => "json.decoder",
                _ => "builtins",
            };
            let parts = class::ClassParts {
                builtin: BuiltinType::Exception,
                hidden: class::hidden_slots(BuiltinType::Exception),
                own,
                ..class::ClassParts::under(base.clone(), kind.name(), module)
            };
            Class::new(self, parts, Some(1000 + kind as u32))
        })
    }

    /// An exception object of a builtin class.
    pub fn new_error(&self, kind: ErrorKind, args: Vec<Value>) -> Ref<Instance> {
        let class = self.error_class(kind).clone();
        let error = Instance::new(self, class);
        error.set_slot(slots::ARGS, Value::tuple(self, args));
        error
    }

    /// Raises a builtin exception with a message.
    #[cold]
    pub fn error(&self, kind: ErrorKind, message: impl AsRef<str>) -> Raised {
        let message = Value::str(message);
        self.raise(self.new_error(kind, vec![message]))
    }

    /// Raises a builtin exception with any arguments.
    #[cold]
    pub fn error_with(&self, kind: ErrorKind, args: Vec<Value>) -> Raised {
        self.raise(self.new_error(kind, args))
    }

    #[cold]
    pub fn type_error(&self, message: impl AsRef<str>) -> Raised {
        self.error(ErrorKind::TypeError, message)
    }
    #[cold]
    pub fn value_error(&self, message: impl AsRef<str>) -> Raised {
        self.error(ErrorKind::ValueError, message)
    }
    #[cold]
    pub fn runtime_error(&self, message: impl AsRef<str>) -> Raised {
        self.error(ErrorKind::RuntimeError, message)
    }
    #[cold]
    pub fn attribute_error(&self, message: impl AsRef<str>) -> Raised {
        self.error(ErrorKind::AttributeError, message)
    }
    #[cold]
    pub fn index_error(&self, message: impl AsRef<str>) -> Raised {
        self.error(ErrorKind::IndexError, message)
    }
    #[cold]
    pub fn overflow_error(&self, message: impl AsRef<str>) -> Raised {
        self.error(ErrorKind::OverflowError, message)
    }
    #[cold]
    pub fn zero_division(&self, message: impl AsRef<str>) -> Raised {
        self.error(ErrorKind::ZeroDivisionError, message)
    }
    #[cold]
    pub fn key_error(&self, key: Value) -> Raised {
        self.error_with(ErrorKind::KeyError, vec![key])
    }

    /// Sends an exception on its way. It continues the trace that it already has.
    pub fn raise(&self, error: Ref<Instance>) -> Raised {
        if let Value::Instance(handled) = self.handled()
            && !handled.same(&error)
            && matches!(error.slot(slots::CONTEXT), Value::Unbound | Value::None)
        {
            error.set_slot(slots::CONTEXT, Value::Instance(handled));
        }
        let mut trace = self.trace.borrow_mut();
        trace.clear();
        if let Value::Native(traceback) = error.slot(slots::TRACEBACK) {
            traceback.with(|t: &Traceback| trace.extend_from_slice(&t.entries));
        }
        self.raised_span.set(Span::NONE);
        self.set_raised(Some(error));
        Raised
    }

    /// Lets a caught exception go on from the function that caught it: the trace loses the entry that
    /// catching added, which leaving the function will add again.
    pub fn resume_raise(&self, error: Ref<Instance>) -> Raised {
        let last = match error.slot(slots::TRACEBACK) {
            Value::Native(traceback) => traceback.edit(|t: &mut Traceback| t.entries.pop()).flatten(),
            _ => None,
        };
        let raised = self.raise(error);
        if let Some(entry) = last {
            self.raised_span.set(entry.span);
        }
        raised
    }

    /// Notes where the exception was raised in the running function, unless that is known already.
    #[cold]
    #[inline(never)]
    pub fn at(&self, raised: Raised, span: Span) -> Raised {
        if self.raised_span.get() == Span::NONE {
            self.raised_span.set(span);
        }
        raised
    }

    /// The exception leaves `function`.
    #[cold]
    #[inline(never)]
    pub fn leave(&self, raised: Raised, function: &'static code::Function) -> Raised {
        let span = self.raised_span.replace(Span::NONE);
        let mut trace = self.trace.borrow_mut();
        // A runaway recursion keeps its two ends only.
        if trace.len() < 2000 {
            trace.push(TraceEntry { function, span: if span == Span::NONE { function.span } else { span } });
        }
        raised
    }

    /// Catches the exception that is on its way; its traceback is complete with the running function.
    pub fn catch(&self, _raised: Raised, function: Option<&'static code::Function>) -> Ref<Instance> {
        let Some(error) = self.take_raised() else {
            return self.new_error(ErrorKind::SystemError, vec![Value::str("no exception is on its way")]);
        };
        let mut entries = std::mem::take(&mut *self.trace.borrow_mut());
        let span = self.raised_span.replace(Span::NONE);
        if let Some(function) = function {
            entries.push(TraceEntry { function, span });
        }
        if entries.is_empty() {
            error.set_slot(slots::TRACEBACK, Value::None).discard();
        } else {
            error
                .set_slot(slots::TRACEBACK, Value::Native(Native::new(self, Traceback { entries })))
                .discard();
        }
        error
    }

    /// Runs something while an exception is on its way, which then goes on as it was; unless what ran raised.
    pub fn keeping_raised<T>(&self, raised: Raised, run: impl FnOnce() -> Outcome<()>) -> Outcome<T> {
        let error = self.take_raised();
        let trace = std::mem::take(&mut *self.trace.borrow_mut());
        let span = self.raised_span.replace(Span::NONE);
        run()?;
        *self.trace.borrow_mut() = trace;
        self.raised_span.set(span);
        self.set_raised(error);
        Err(raised)
    }

    /// Swallows the exception if it is of one of these kinds, else lets it go on.
    pub fn catch_any(&self, raised: Raised, kinds: &[ErrorKind]) -> Outcome<Ref<Instance>> {
        match self.peek_raised() {
            Some(error) if kinds.iter().any(|&kind| self.is_error(&error, kind)) => {
                self.trace.borrow_mut().clear();
                self.raised_span.set(Span::NONE);
                Ok(self.take_raised().unwrap_or(error))
            }
            _ => Err(raised),
        }
    }

    /// Whether an exception is of a builtin kind or derives from it.
    pub fn is_error(&self, error: &Instance, kind: ErrorKind) -> bool {
        error.class().is_subclass_of(self.error_class(kind))
    }
}

impl Instance {
    /// The arguments of an exception.
    pub fn error_args(&self) -> Vec<Value> {
        match self.slot(slots::ARGS) {
            Value::Tuple(args) => args.items().to_vec(),
            _ => Vec::new(),
        }
    }
}
