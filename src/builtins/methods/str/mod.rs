//! `str`: the table of its methods, and what the files beside it share.
//!
//! A file per idea: making, encoding and templates (`make`), looking for text (`search`), cutting and
//! joining (`split`), case, width and kinds of characters (`form`), tables (`translate`). Here arguments
//! are read and checked; the algorithms are in `value::text`, where ASCII takes short ways.

mod form;
mod make;
mod search;
mod split;
mod translate;

use std::rc::Rc;

use self::form::{
    run_capitalize, run_casefold, run_center, run_expandtabs, run_ljust, run_lower, run_rjust, run_swapcase,
    run_title, run_upper, run_zfill, test,
};
use self::make::{run_encode, run_format, run_format_map, run_new};
use self::search::{
    run_count, run_endswith, run_find, run_index, run_replace, run_rfind, run_rindex, run_startswith,
};
use self::split::{
    run_join, run_lstrip, run_partition, run_removeprefix, run_removesuffix, run_rpartition, run_rsplit,
    run_rstrip, run_split, run_splitlines, run_strip,
};
use self::translate::{run_maketrans, run_translate};
use crate::builtins::{operators, receiver};
use crate::value::text;
use crate::value::{Args, Heap, NativeFunction, Outcome, Str};

pub use self::make::{codec_of, errors_of};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, object='', encoding='utf-8', errors='strict')",
        "The text of a value, or the text that bytes encode.",
        &[("str(1.5)", "'1.5'"), ("str(b'ab', 'utf-8')", "'ab'"), ("str()", "''")],
        run_new,
    ),
    NativeFunction::new(
        "join",
        "(self, iterable, /)",
        "The texts of an iterable, with this one between them.",
        &[("', '.join(['a', 'b'])", "'a, b'")],
        run_join,
    ),
    NativeFunction::new(
        "split",
        "(self, sep=None, maxsplit=-1)",
        "The parts between separators; without one, the words.",
        &[
            ("'a,b'.split(',')", "['a', 'b']"),
            ("' a  b '.split()", "['a', 'b']"),
            ("'a,b,c'.split(',', 1)", "['a', 'b,c']"),
        ],
        run_split,
    ),
    NativeFunction::new(
        "rsplit",
        "(self, sep=None, maxsplit=-1)",
        "Like `split`, counted from the end.",
        &[("'a,b,c'.rsplit(',', 1)", "['a,b', 'c']")],
        run_rsplit,
    ),
    NativeFunction::new(
        "splitlines",
        "(self, keepends=False)",
        "The lines.",
        &[("'a\\nb'.splitlines()", "['a', 'b']")],
        run_splitlines,
    ),
    NativeFunction::new(
        "strip",
        "(self, chars=None, /)",
        "Without white space, or some characters, at both ends.",
        &[("' a '.strip()", "'a'"), ("'xxaxx'.strip('x')", "'a'")],
        run_strip,
    ),
    NativeFunction::new(
        "lstrip",
        "(self, chars=None, /)",
        "Without white space, or some characters, at the beginning.",
        &[("' a '.lstrip()", "'a '")],
        run_lstrip,
    ),
    NativeFunction::new(
        "rstrip",
        "(self, chars=None, /)",
        "Without white space, or some characters, at the end.",
        &[("' a '.rstrip()", "' a'")],
        run_rstrip,
    ),
    NativeFunction::new(
        "replace",
        "(self, old, new, count=-1, /)",
        "With a part replaced, everywhere or so often.",
        &[("'aa'.replace('a', 'b')", "'bb'"), ("'aa'.replace('a', 'b', 1)", "'ba'")],
        run_replace,
    ),
    NativeFunction::new(
        "find",
        "(self, sub, start=..., end=..., /)",
        "Where a part stands first, or -1.",
        &[("'abc'.find('c')", "2"), ("'abc'.find('x')", "-1")],
        run_find,
    ),
    NativeFunction::new(
        "rfind",
        "(self, sub, start=..., end=..., /)",
        "Where a part stands last, or -1.",
        &[("'aba'.rfind('a')", "2")],
        run_rfind,
    ),
    NativeFunction::new(
        "index",
        "(self, sub, start=..., end=..., /)",
        "Where a part stands first; ValueError if nowhere.",
        &[("'abc'.index('c')", "2")],
        run_index,
    ),
    NativeFunction::new(
        "rindex",
        "(self, sub, start=..., end=..., /)",
        "Where a part stands last; ValueError if nowhere.",
        &[("'aba'.rindex('a')", "2")],
        run_rindex,
    ),
    NativeFunction::new(
        "count",
        "(self, sub, start=..., end=..., /)",
        "How often a part stands there, without overlaps.",
        &[("'aaa'.count('a')", "3")],
        run_count,
    ),
    NativeFunction::new(
        "startswith",
        "(self, prefix, start=..., end=..., /)",
        "Whether it begins with a text, or with one of several.",
        &[("'abc'.startswith('a')", "True"), ("'abc'.startswith(('x', 'a'))", "True")],
        run_startswith,
    ),
    NativeFunction::new(
        "endswith",
        "(self, suffix, start=..., end=..., /)",
        "Whether it ends with a text, or with one of several.",
        &[("'abc'.endswith('c')", "True")],
        run_endswith,
    ),
    NativeFunction::new(
        "removeprefix",
        "(self, prefix, /)",
        "Without a beginning, if it has it.",
        &[("'abc'.removeprefix('a')", "'bc'")],
        run_removeprefix,
    ),
    NativeFunction::new(
        "removesuffix",
        "(self, suffix, /)",
        "Without an ending, if it has it.",
        &[("'abc'.removesuffix('c')", "'ab'")],
        run_removesuffix,
    ),
    NativeFunction::new(
        "partition",
        "(self, sep, /)",
        "What is before the first separator, the separator, and what is after it.",
        &[("'a-b'.partition('-')", "('a', '-', 'b')")],
        run_partition,
    ),
    NativeFunction::new(
        "rpartition",
        "(self, sep, /)",
        "What is before the last separator, the separator, and what is after it.",
        &[("'a-b-c'.rpartition('-')", "('a-b', '-', 'c')")],
        run_rpartition,
    ),
    NativeFunction::new("lower", "(self, /)", "In lower case.", &[("'AbC'.lower()", "'abc'")], run_lower),
    NativeFunction::new("upper", "(self, /)", "In upper case.", &[("'AbC'.upper()", "'ABC'")], run_upper),
    NativeFunction::new(
        "casefold",
        "(self, /)",
        "In the form in which texts are compared without case.",
        &[("'Straße'.casefold()", "'strasse'")],
        run_casefold,
    ),
    NativeFunction::new(
        "capitalize",
        "(self, /)",
        "With the first character in upper case and the others in lower case.",
        &[("'hello World'.capitalize()", "'Hello world'")],
        run_capitalize,
    ),
    NativeFunction::new(
        "title",
        "(self, /)",
        "With every word capitalized.",
        &[("'hello world'.title()", "'Hello World'")],
        run_title,
    ),
    NativeFunction::new(
        "swapcase",
        "(self, /)",
        "With upper and lower case exchanged.",
        &[("'aB'.swapcase()", "'Ab'")],
        run_swapcase,
    ),
    NativeFunction::new(
        "center",
        "(self, width, fillchar=' ', /)",
        "In the middle of a width.",
        &[("'a'.center(3)", "' a '")],
        run_center,
    ),
    NativeFunction::new(
        "ljust",
        "(self, width, fillchar=' ', /)",
        "At the left of a width.",
        &[("'a'.ljust(3, '-')", "'a--'")],
        run_ljust,
    ),
    NativeFunction::new(
        "rjust",
        "(self, width, fillchar=' ', /)",
        "At the right of a width.",
        &[("'a'.rjust(3, '-')", "'--a'")],
        run_rjust,
    ),
    NativeFunction::new(
        "zfill",
        "(self, width, /)",
        "With zeros in front, after a sign.",
        &[("'-5'.zfill(4)", "'-005'")],
        run_zfill,
    ),
    NativeFunction::new(
        "expandtabs",
        "(self, tabsize=8)",
        "With tabs replaced by spaces.",
        &[("'a\\tb'.expandtabs(4)", "'a   b'")],
        run_expandtabs,
    ),
    NativeFunction::new(
        "format",
        "(self, *args, **kwargs)",
        "With the fields in braces filled in.",
        &[("'{} {x}'.format(1, x=2)", "'1 2'")],
        run_format,
    ),
    NativeFunction::new(
        "format_map",
        "(self, mapping, /)",
        "With the fields in braces filled in from a mapping.",
        &[("'{x}'.format_map({'x': 2})", "'2'")],
        run_format_map,
    ),
    NativeFunction::new(
        "encode",
        "(self, encoding='utf-8', errors='strict')",
        "The octets that encode the text.",
        &[("'é'.encode()", "b'\\xc3\\xa9'")],
        run_encode,
    ),
    NativeFunction::new(
        "translate",
        "(self, table, /)",
        "With characters replaced or removed by a table.",
        &[("'abc'.translate({97: 'x', 98: None})", "'xc'")],
        run_translate,
    ),
    NativeFunction::new(
        "maketrans",
        "(x, y=..., z=..., /)",
        "A table for `translate`.",
        &[("str.maketrans('a', 'b')", "{97: 98}")],
        run_maketrans,
    ),
    NativeFunction::new(
        "isalpha",
        "(self, /)",
        "Whether there are characters and all are letters.",
        &[("'abc'.isalpha()", "True")],
        |heap, args| test(heap, args, "isalpha", text::is_alpha),
    ),
    NativeFunction::new(
        "isalnum",
        "(self, /)",
        "Whether there are characters and all are letters or digits.",
        &[("'a1'.isalnum()", "True")],
        |heap, args| test(heap, args, "isalnum", text::is_alnum),
    ),
    NativeFunction::new(
        "isdigit",
        "(self, /)",
        "Whether there are characters and all are digits.",
        &[("'12'.isdigit()", "True")],
        |heap, args| test(heap, args, "isdigit", text::is_digit),
    ),
    NativeFunction::new(
        "isdecimal",
        "(self, /)",
        "Whether there are characters and all are decimal digits.",
        &[("'12'.isdecimal()", "True")],
        |heap, args| test(heap, args, "isdecimal", text::is_decimal),
    ),
    NativeFunction::new(
        "isnumeric",
        "(self, /)",
        "Whether there are characters and all stand for numbers.",
        &[("'½'.isnumeric()", "True")],
        |heap, args| test(heap, args, "isnumeric", text::is_numeric),
    ),
    NativeFunction::new(
        "isspace",
        "(self, /)",
        "Whether there are characters and all are white space.",
        &[("' \\t'.isspace()", "True")],
        |heap, args| test(heap, args, "isspace", text::is_space),
    ),
    NativeFunction::new(
        "islower",
        "(self, /)",
        "Whether there are letters with case and all are in lower case.",
        &[("'ab'.islower()", "True")],
        |heap, args| test(heap, args, "islower", text::is_lower),
    ),
    NativeFunction::new(
        "isupper",
        "(self, /)",
        "Whether there are letters with case and all are in upper case.",
        &[("'AB'.isupper()", "True")],
        |heap, args| test(heap, args, "isupper", text::is_upper),
    ),
    NativeFunction::new(
        "istitle",
        "(self, /)",
        "Whether every word is capitalized.",
        &[("'Ab Cd'.istitle()", "True")],
        |heap, args| test(heap, args, "istitle", text::is_title),
    ),
    NativeFunction::new(
        "isidentifier",
        "(self, /)",
        "Whether it could be a name.",
        &[("'a_1'.isidentifier()", "True")],
        |heap, args| test(heap, args, "isidentifier", text::is_identifier),
    ),
    NativeFunction::new(
        "isprintable",
        "(self, /)",
        "Whether `repr` would escape nothing.",
        &[("'a b'.isprintable()", "True")],
        |heap, args| test(heap, args, "isprintable", text::is_printable),
    ),
    NativeFunction::new(
        "isascii",
        "(self, /)",
        "Whether all characters are ASCII.",
        &[("'abc'.isascii()", "True")],
        |heap, args| test(heap, args, "isascii", text::is_ascii),
    ),
    operators::len(&[("'ab'.__len__()", "2")]),
    operators::iter(&[("list('ab'.__iter__())", "['a', 'b']")]),
    operators::contains(&[("'ab'.__contains__('a')", "True")]),
    operators::getitem(&[("'ab'.__getitem__(1)", "'b'")]),
    operators::add(&[("'a'.__add__('b')", "'ab'")]),
    operators::mul(&[("'a'.__mul__(2)", "'aa'")]),
    operators::rmul(&[("'a'.__rmul__(2)", "'aa'")]),
    operators::modulo(&[("'%d'.__mod__(5)", "'5'")]),
    operators::lt(&[("'a'.__lt__('b')", "True")]),
    operators::le(&[("'a'.__le__('a')", "True")]),
    operators::gt(&[("'a'.__gt__('b')", "False")]),
    operators::ge(&[("'a'.__ge__(5)", "NotImplemented")]),
];

fn own(heap: &Heap, args: &mut Args<'_>, method: &str) -> Outcome<Rc<Str>> {
    receiver::text(heap, args, method)
}
