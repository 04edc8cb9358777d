//! Python's operators and coercions on values: one file per family. The evaluator has fast paths in
//! line for two ints or two floats; everything else, and every error text, is here.
//!
//! Anything here may run Jac code, through special methods, unless it says otherwise. Spans are the
//! evaluator's: an exception that leaves here has no place yet.

pub mod arithmetic;
pub mod attribute;
pub mod compare;
pub mod convert;
pub mod fields;
pub mod hash;
pub mod item;
pub mod iterate;
pub mod percent;
pub mod show;
pub mod slicing;
pub mod truth;
pub mod types;
