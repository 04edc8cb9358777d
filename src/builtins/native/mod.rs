//! Builtin types that are native objects or iterators: `bytearray`, open files, the standard
//! streams, `zip` and its kin. A type's class is made from the table that is registered here under
//! its name.
//!
//! Types with a variant of `Value` of their own are in `methods`; types of a module are in the
//! module.

pub mod bytearray;
pub mod file;
pub mod iterators;
pub mod standard;

use crate::value::NativeFunction;

/// Methods by type name.
pub static TYPES: &[(&str, &[NativeFunction])] = &[
    ("bytearray", bytearray::METHODS),
    ("StandardStream", standard::METHODS),
    ("TextIOWrapper", file::METHODS),
    ("BufferedReader", file::METHODS),
    ("BufferedWriter", file::METHODS),
    ("BufferedRandom", file::METHODS),
    ("enumerate", iterators::ENUMERATE),
    ("filter", iterators::FILTER),
    ("map", iterators::MAP),
    ("reversed", iterators::REVERSED),
    ("zip", iterators::ZIP),
    ("_tuplegetter", super::named_tuple::GETTER),
];

/// Types of this folder that are builtin names, and their module.
pub const CONSTRUCTIBLE: &[(&str, &str)] = &[
    ("bytearray", "builtins"),
    ("enumerate", "builtins"),
    ("filter", "builtins"),
    ("map", "builtins"),
    ("reversed", "builtins"),
    ("zip", "builtins"),
    // A marker that every Jac module has without importing it.
    ("ClassVar", "typing"),
];
