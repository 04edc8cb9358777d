//! The lexer and the parser, with any text as a file and as what is typed at a prompt.
//!
//! Neither may panic or hang; every error lies in the text, and a tree without errors prints as
//! a program that means the same. What is wrong with such trees is for `ambler check`'s tests.

#![no_main]

use ambler::source;
use ambler::syntax::{self, Snippet};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let file = source::add("fuzz.jac", None, text);
    let parsed = syntax::parse(&file);
    for error in &parsed.diagnostics {
        assert!(file.base <= error.span.start && error.span.end <= file.end(), "{error:?}");
    }
    if parsed.diagnostics.is_empty() {
        let printed = syntax::print::module(&parsed.module);
        let again = source::add("printed.jac", None, printed.as_str());
        let parsed = syntax::parse(&again);
        assert!(parsed.diagnostics.is_empty(), "{:?}\n{printed}", parsed.diagnostics);
        assert_eq!(printed, syntax::print::module(&parsed.module));
    }
    if let Snippet::Complete(parsed) = syntax::parse_snippet(&file) {
        for error in &parsed.diagnostics {
            assert!(file.base <= error.span.start && error.span.end <= file.end(), "{error:?}");
        }
    }
});
