//! `bytes`: the table of its methods, and what the files beside it share.
//!
//! A file per idea: making and notation (`make`), looking for octets (`search`), cutting and joining
//! (`split`), case, width and kinds of octets (`form`), tables (`translate`). What only reads works on a
//! `bytearray`, too; what changes one is in `native::bytearray`, encodings are in `builtins::codec`.

mod form;
mod make;
mod search;
mod split;
mod translate;

use std::rc::Rc;

use self::form::{
    capitalized, cased, changed, padded, run_expandtabs, run_isascii, run_zfill, swapped, test, titled,
};
use self::make::{run_fromhex, run_new};
use self::search::{run_replace, run_rfind, run_rindex};
use self::split::{
    is_space, run_join, run_partition, run_removeprefix, run_removesuffix, run_rpartition, run_rsplit,
    run_split, run_splitlines, stripped,
};
use self::translate::{run_maketrans, run_translate};
use crate::builtins::argument::need_bytes;
use crate::builtins::operators;
use crate::value::{Args, Bytes, Heap, NativeFunction, Outcome, Value};

pub use self::make::{from_arguments, from_iterable, run_decode, run_hex};
pub use self::search::{run_count, run_endswith, run_find, run_index, run_startswith};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, source=b'', encoding=..., errors=...)",
        "Bytes from a size, an iterable of ints, bytes or a text.",
        &[
            ("bytes([65, 66])", "b'AB'"),
            ("bytes('é', 'utf-8')", "b'\\xc3\\xa9'"),
            ("bytes(2)", "b'\\x00\\x00'"),
        ],
        run_new,
    ),
    NativeFunction::new(
        "fromhex",
        "(cls, string, /)",
        "The bytes that hexadecimal notation stands for.",
        &[("bytes.fromhex('01 ff')", "b'\\x01\\xff'")],
        run_fromhex,
    ),
    NativeFunction::new(
        "hex",
        "(self, sep=..., bytes_per_sep=1)",
        "The octets in hexadecimal notation.",
        &[("b'ab'.hex()", "'6162'"), ("b'ab'.hex(':')", "'61:62'")],
        run_hex,
    ),
    NativeFunction::new(
        "decode",
        "(self, encoding='utf-8', errors='strict')",
        "The text that the octets encode.",
        &[("b'ab'.decode()", "'ab'")],
        run_decode,
    ),
    NativeFunction::new(
        "find",
        "(self, sub, start=..., end=..., /)",
        "Where some octets stand first, or -1.",
        &[("b'abc'.find(b'c')", "2")],
        run_find,
    ),
    NativeFunction::new(
        "rfind",
        "(self, sub, start=..., end=..., /)",
        "Where some octets stand last, or -1.",
        &[("b'aba'.rfind(b'a')", "2")],
        run_rfind,
    ),
    NativeFunction::new(
        "index",
        "(self, sub, start=..., end=..., /)",
        "Where some octets stand first; ValueError if nowhere.",
        &[("b'abc'.index(b'c')", "2")],
        run_index,
    ),
    NativeFunction::new(
        "rindex",
        "(self, sub, start=..., end=..., /)",
        "Where some octets stand last; ValueError if nowhere.",
        &[("b'aba'.rindex(b'a')", "2")],
        run_rindex,
    ),
    NativeFunction::new(
        "count",
        "(self, sub, start=..., end=..., /)",
        "How often some octets stand there, without overlaps.",
        &[("b'aa'.count(b'a')", "2")],
        run_count,
    ),
    NativeFunction::new(
        "startswith",
        "(self, prefix, start=..., end=..., /)",
        "Whether it begins with some octets, or with one of several.",
        &[("b'abc'.startswith(b'a')", "True")],
        run_startswith,
    ),
    NativeFunction::new(
        "endswith",
        "(self, suffix, start=..., end=..., /)",
        "Whether it ends with some octets, or with one of several.",
        &[("b'abc'.endswith(b'c')", "True")],
        run_endswith,
    ),
    NativeFunction::new(
        "removeprefix",
        "(self, prefix, /)",
        "Without a beginning, if it has it.",
        &[("b'abc'.removeprefix(b'a')", "b'bc'")],
        run_removeprefix,
    ),
    NativeFunction::new(
        "removesuffix",
        "(self, suffix, /)",
        "Without an ending, if it has it.",
        &[("b'abc'.removesuffix(b'c')", "b'ab'")],
        run_removesuffix,
    ),
    NativeFunction::new(
        "replace",
        "(self, old, new, count=-1, /)",
        "With some octets replaced, everywhere or so often.",
        &[("b'aa'.replace(b'a', b'b')", "b'bb'")],
        run_replace,
    ),
    NativeFunction::new(
        "split",
        "(self, sep=None, maxsplit=-1)",
        "The parts between separators; without one, the words.",
        &[("b'a,b'.split(b',')", "[b'a', b'b']")],
        run_split,
    ),
    NativeFunction::new(
        "rsplit",
        "(self, sep=None, maxsplit=-1)",
        "Like `split`, counted from the end.",
        &[("b'a,b,c'.rsplit(b',', 1)", "[b'a,b', b'c']")],
        run_rsplit,
    ),
    NativeFunction::new(
        "splitlines",
        "(self, keepends=False)",
        "The lines.",
        &[("b'a\\nb'.splitlines()", "[b'a', b'b']")],
        run_splitlines,
    ),
    NativeFunction::new(
        "join",
        "(self, iterable_of_bytes, /)",
        "The bytes of an iterable, with this one between them.",
        &[("b','.join([b'a', b'b'])", "b'a,b'")],
        run_join,
    ),
    NativeFunction::new(
        "partition",
        "(self, sep, /)",
        "What is before the first separator, the separator, and what is after it.",
        &[("b'a-b'.partition(b'-')", "(b'a', b'-', b'b')")],
        run_partition,
    ),
    NativeFunction::new(
        "rpartition",
        "(self, sep, /)",
        "What is before the last separator, the separator, and what is after it.",
        &[("b'a-b'.rpartition(b'-')", "(b'a', b'-', b'b')")],
        run_rpartition,
    ),
    NativeFunction::new(
        "strip",
        "(self, bytes=None, /)",
        "Without white space, or some octets, at both ends.",
        &[("b' a '.strip()", "b'a'")],
        |heap, args| stripped(heap, args, true, true),
    ),
    NativeFunction::new(
        "lstrip",
        "(self, bytes=None, /)",
        "Without white space, or some octets, at the beginning.",
        &[("b' a '.lstrip()", "b'a '")],
        |heap, args| stripped(heap, args, true, false),
    ),
    NativeFunction::new(
        "rstrip",
        "(self, bytes=None, /)",
        "Without white space, or some octets, at the end.",
        &[("b' a '.rstrip()", "b' a'")],
        |heap, args| stripped(heap, args, false, true),
    ),
    NativeFunction::new(
        "lower",
        "(self, /)",
        "With ASCII letters in lower case.",
        &[("b'AB'.lower()", "b'ab'")],
        |heap, args| changed(heap, args, |octets| octets.to_ascii_lowercase()),
    ),
    NativeFunction::new(
        "upper",
        "(self, /)",
        "With ASCII letters in upper case.",
        &[("b'ab'.upper()", "b'AB'")],
        |heap, args| changed(heap, args, |octets| octets.to_ascii_uppercase()),
    ),
    NativeFunction::new(
        "swapcase",
        "(self, /)",
        "With upper and lower case exchanged.",
        &[("b'aB'.swapcase()", "b'Ab'")],
        |heap, args| changed(heap, args, swapped),
    ),
    NativeFunction::new(
        "title",
        "(self, /)",
        "With every word capitalized.",
        &[("b'a bc'.title()", "b'A Bc'")],
        |heap, args| changed(heap, args, titled),
    ),
    NativeFunction::new(
        "capitalize",
        "(self, /)",
        "With the first letter in upper case and the others in lower case.",
        &[("b'aB'.capitalize()", "b'Ab'")],
        |heap, args| changed(heap, args, capitalized),
    ),
    NativeFunction::new(
        "center",
        "(self, width, fillchar=b' ', /)",
        "In the middle of a width.",
        &[("b'a'.center(3)", "b' a '")],
        |heap, args| padded(heap, args, "center", |missing, width| missing / 2 + (missing & width & 1)),
    ),
    NativeFunction::new(
        "ljust",
        "(self, width, fillchar=b' ', /)",
        "At the left of a width.",
        &[("b'a'.ljust(3, b'-')", "b'a--'")],
        |heap, args| padded(heap, args, "ljust", |_, _| 0),
    ),
    NativeFunction::new(
        "rjust",
        "(self, width, fillchar=b' ', /)",
        "At the right of a width.",
        &[("b'a'.rjust(3, b'-')", "b'--a'")],
        |heap, args| padded(heap, args, "rjust", |missing, _| missing),
    ),
    NativeFunction::new(
        "zfill",
        "(self, width, /)",
        "With zeros in front, after a sign.",
        &[("b'-5'.zfill(4)", "b'-005'")],
        run_zfill,
    ),
    NativeFunction::new(
        "expandtabs",
        "(self, tabsize=8)",
        "With tabs replaced by spaces.",
        &[("b'a\\tb'.expandtabs(4)", "b'a   b'")],
        run_expandtabs,
    ),
    NativeFunction::new(
        "translate",
        "(self, table, /, delete=b'')",
        "With octets replaced by a table of 256, and some removed.",
        &[("b'abc'.translate(None, b'b')", "b'ac'")],
        run_translate,
    ),
    NativeFunction::new(
        "maketrans",
        "(frm, to, /)",
        "A table for `translate`.",
        &[("b'ab'.translate(bytes.maketrans(b'a', b'x'))", "b'xb'")],
        run_maketrans,
    ),
    NativeFunction::new(
        "isalpha",
        "(self, /)",
        "Whether there are octets and all are ASCII letters.",
        &[("b'ab'.isalpha()", "True")],
        |heap, args| test(heap, args, |b| b.is_ascii_alphabetic()),
    ),
    NativeFunction::new(
        "isalnum",
        "(self, /)",
        "Whether there are octets and all are ASCII letters or digits.",
        &[("b'a1'.isalnum()", "True")],
        |heap, args| test(heap, args, |b| b.is_ascii_alphanumeric()),
    ),
    NativeFunction::new(
        "isdigit",
        "(self, /)",
        "Whether there are octets and all are ASCII digits.",
        &[("b'12'.isdigit()", "True")],
        |heap, args| test(heap, args, |b| b.is_ascii_digit()),
    ),
    NativeFunction::new(
        "isspace",
        "(self, /)",
        "Whether there are octets and all are white space.",
        &[("b' '.isspace()", "True")],
        |heap, args| test(heap, args, is_space),
    ),
    NativeFunction::new(
        "islower",
        "(self, /)",
        "Whether there are letters and all are in lower case.",
        &[("b'ab'.islower()", "True")],
        |heap, args| cased(heap, args, |b| b.is_ascii_uppercase()),
    ),
    NativeFunction::new(
        "isupper",
        "(self, /)",
        "Whether there are letters and all are in upper case.",
        &[("b'AB'.isupper()", "True")],
        |heap, args| cased(heap, args, |b| b.is_ascii_lowercase()),
    ),
    NativeFunction::new(
        "isascii",
        "(self, /)",
        "Whether all octets are below 128.",
        &[("b'ab'.isascii()", "True")],
        run_isascii,
    ),
    operators::len(&[("b'ab'.__len__()", "2")]),
    operators::iter(&[("list(b'ab'.__iter__())", "[97, 98]")]),
    operators::contains(&[("b'ab'.__contains__(97)", "True")]),
    operators::getitem(&[("b'ab'.__getitem__(0)", "97")]),
    operators::add(&[("b'a'.__add__(b'b')", "b'ab'")]),
    operators::mul(&[("b'a'.__mul__(2)", "b'aa'")]),
    operators::rmul(&[("b'a'.__rmul__(2)", "b'aa'")]),
    operators::lt(&[("b'a'.__lt__(b'b')", "True")]),
    operators::le(&[("b'a'.__le__(b'a')", "True")]),
    operators::gt(&[("b'a'.__gt__(b'b')", "False")]),
    operators::ge(&[("b'a'.__ge__('a')", "NotImplemented")]),
];

fn bytes(data: impl Into<Box<[u8]>>) -> Value {
    Value::Bytes(Rc::new(Bytes::new(data)))
}

fn own(heap: &Heap, args: &Args<'_>) -> Outcome<Rc<Bytes>> {
    need_bytes(heap, args.get(0))
}
