//! Python's text algorithms on `&str`: formats, literals, methods of `str`.
//!
//! Everything counts characters, not bytes, and follows CPython 3.12 with its
//! Unicode 15.0. Whatever CPython raises comes back as a `Fault` with its text.
//! Nothing here knows the language's `Value`; what needs one (the argument of a
//! field, an attribute, an item) is handed back to the caller as data.

mod affix;
mod case;
mod class;
mod float;
mod format;
mod layout;
mod numeral;
mod pad;
mod percent;
mod repertoire;
mod repr;
mod search;
mod spec;
mod split;
mod template;

pub use affix::{Side, remove_prefix, remove_suffix, strip, strip_chars};
pub use case::{capitalize, casefold, lower, swapcase, title, upper};
pub use class::{
    is_alnum, is_alpha, is_ascii, is_decimal, is_digit, is_identifier, is_lower, is_numeric, is_printable,
    is_space, is_title, is_upper,
};
pub use float::float_repr;
pub use format::{format_bool, format_float, format_int, format_str};
pub use numeral::{parse_float, parse_float_bytes, parse_int, parse_int_bytes, parse_int_within};
pub use pad::{center, expand_tabs, left_justify, right_justify, zero_fill};
pub use percent::{Argument, Conversion, Field, Percent, Piece, Size};
pub use repertoire::{
    decimal_value, is_identifier_part, is_identifier_start, is_printable as is_printable_char,
    is_space as is_space_char,
};
pub use repr::{ascii, escape_non_ascii, repr_bytes, repr_str};
pub use search::{Bounds, count, find, replace, rfind};
pub use spec::{Align, FormatSpec, Grouping, Sign, Subject};
pub use split::{
    Partition, partition, rpartition, rsplit, rsplit_whitespace, split, split_lines, split_whitespace,
};
pub use template::{Accessor, Field as TemplateField, FieldName, Key, Numbering, Segment, Template};
