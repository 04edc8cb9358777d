//! `string`: the constants, and `capwords`.
//!
//! Templates and formatters are not provided; `str.format` and f-strings are.

use crate::builtins::ModuleEntry;
use crate::builtins::argument::need_text;
use crate::value::text::capitalize;
use crate::value::{Dict, Heap, NativeFunction, Outcome, Ref, Value};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "string",
    doc: "Sets of characters.",
    functions: FUNCTIONS,
    values,
    native_types: &[],
};

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
const BLANKS: &str = " \t\n\r\x0b\x0c";

static FUNCTIONS: &[NativeFunction] = &[NativeFunction::new(
    "capwords",
    "(s, sep=None)",
    "The words of a text, each with a capital letter.",
    &[("string.capwords('ab  cd')", "'Ab Cd'")],
    |heap, args| {
        let text = need_text(heap, args.get(0))?;
        let words: Vec<String> = match args.some(1) {
            Some(separator) => {
                let separator = need_text(heap, separator)?;
                let parts = text.as_str().split(separator.as_str()).map(capitalize);
                return Ok(parts.collect::<Vec<String>>().join(separator.as_str()).into());
            }
            None => text.as_str().split_whitespace().map(capitalize).collect(),
        };
        Ok(words.join(" ").into())
    },
)];

fn values(_heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    for (name, text) in [
        ("ascii_lowercase", LOWER.to_owned()),
        ("ascii_uppercase", UPPER.to_owned()),
        ("ascii_letters", format!("{LOWER}{UPPER}")),
        ("digits", DIGITS.to_owned()),
        ("hexdigits", format!("{DIGITS}abcdefABCDEF")),
        ("octdigits", "01234567".to_owned()),
        ("punctuation", PUNCTUATION.to_owned()),
        ("whitespace", BLANKS.to_owned()),
        ("printable", format!("{DIGITS}{LOWER}{UPPER}{PUNCTUATION}{BLANKS}")),
    ] {
        module.set_str(name, Value::from(text));
    }
    Ok(())
}
