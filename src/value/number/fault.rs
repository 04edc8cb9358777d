//! The one error of the pure layers: which exception, and its text.
//!
//! A fault names a built-in exception class without knowing how exceptions are
//! represented; whoever calls turns it into one. Texts are CPython 3.12's.

use std::fmt;

/// The built-in exception class that a fault stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum FaultKind {
    TypeError,
    ValueError,
    OverflowError,
    ZeroDivisionError,
    IndexError,
    KeyError,
    MemoryError,
}

impl FaultKind {
    /// The class name as a program writes it.
    pub const fn name(self) -> &'static str {
        match self {
            FaultKind::TypeError => "TypeError",
            FaultKind::ValueError => "ValueError",
            FaultKind::OverflowError => "OverflowError",
            FaultKind::ZeroDivisionError => "ZeroDivisionError",
            FaultKind::IndexError => "IndexError",
            FaultKind::KeyError => "KeyError",
            FaultKind::MemoryError => "MemoryError",
        }
    }
}

/// What went wrong: an exception class and the text of `str(exception)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    pub kind: FaultKind,
    pub message: String,
}

impl Fault {
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Fault {
        Fault { kind, message: message.into() }
    }

    pub fn type_error(message: impl Into<String>) -> Fault {
        Fault::new(FaultKind::TypeError, message)
    }

    pub fn value(message: impl Into<String>) -> Fault {
        Fault::new(FaultKind::ValueError, message)
    }

    pub fn overflow(message: impl Into<String>) -> Fault {
        Fault::new(FaultKind::OverflowError, message)
    }

    pub fn zero_division(message: impl Into<String>) -> Fault {
        Fault::new(FaultKind::ZeroDivisionError, message)
    }

    /// A result too large to allocate; CPython's `MemoryError` has no text.
    pub fn memory() -> Fault {
        Fault::new(FaultKind::MemoryError, "")
    }

    /// The C library's ERANGE, as `OverflowError` prints it.
    pub(crate) fn out_of_range() -> Fault {
        Fault::overflow("(34, 'Numerical result out of range')")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.message)
    }
}

impl std::error::Error for Fault {}
