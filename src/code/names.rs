//! What the resolver must know of the floors above it: which builtins and native modules exist.
//! They hand themselves in, so that name resolution knows no value.
//!
//! The one list behind it is `builtins::registry`'s.

/// The names that a program can use without defining them.
pub trait Names: Sync {
    /// Whether a builtin function, type, exception or constant has this name.
    fn is_builtin(&self, name: &str) -> bool;
    /// All builtins, for suggestions.
    fn builtins(&self) -> Vec<&'static str>;
    /// Whether a module of this dotted name is part of the runtime.
    fn is_native_module(&self, dotted: &str) -> bool;
    /// All native modules, for suggestions.
    fn native_modules(&self) -> Vec<&'static str>;
}
