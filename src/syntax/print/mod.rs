//! A tree as Jac again: one spelling for each shape, every operator in parentheses.
//!
//! It shows what a program was understood to mean, for people and for tests, and parses
//! to the same tree. It is no formatter: comments, layout and the author's spellings are
//! gone. This file prints names, literals and bodies; `expr.rs`, `stmt.rs` and
//! `item.rs` the rest.

mod expr;
mod item;
mod stmt;

use super::ast::*;

/// The whole module, a statement or member per line.
pub fn module(module: &Module) -> String {
    let mut out = Printer::default();
    if let Some(doc) = &module.doc {
        out.line(|out| out.string(&doc.text));
    }
    module.items.iter().for_each(|item| out.item(item));
    out.text
}

/// One expression.
pub fn expr(expr: &Expr) -> String {
    let mut out = Printer::default();
    out.expr(expr);
    out.text
}

#[derive(Default)]
struct Printer {
    text: String,
    indent: usize,
}

/// Words that need `<>` where they are names.
const WORDS: &[&str] = &[
    "abs",
    "by",
    "can",
    "case",
    "check",
    "disengage",
    "edge",
    "entry",
    "enum",
    "exit",
    "flow",
    "glob",
    "has",
    "ignore",
    "impl",
    "include",
    "init",
    "let",
    "match",
    "node",
    "obj",
    "override",
    "postinit",
    "report",
    "root",
    "skip",
    "spawn",
    "static",
    "super",
    "test",
    "to",
    "visit",
    "wait",
    "walker",
];

impl Printer {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn line(&mut self, f: impl FnOnce(&mut Printer)) {
        for _ in 0..self.indent {
            self.put("    ");
        }
        f(self);
        self.put("\n");
    }

    /// Puts `between` between what `f` puts for each element.
    fn joined<T>(&mut self, items: &[T], between: &str, mut f: impl FnMut(&mut Printer, &T)) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.put(between);
            }
            f(self, item);
        }
    }

    fn name(&mut self, name: &Name) {
        if WORDS.contains(&name.as_str()) {
            self.put("<>");
        }
        self.put(&name.text);
    }

    fn names(&mut self, names: &[Name], between: &str) {
        self.joined(names, between, |out, name| out.name(name));
    }

    fn string(&mut self, text: &str) {
        self.put("\"");
        self.escaped(text, false);
        self.put("\"");
    }

    fn escaped(&mut self, text: &str, doubled: bool) {
        for c in text.chars() {
            match c {
                '"' => self.put("\\\""),
                '\\' => self.put("\\\\"),
                '\n' => self.put("\\n"),
                '{' if doubled => self.put("{{"),
                '}' if doubled => self.put("}}"),
                c if c.is_control() => self.put(&format!("\\U{:08x}", u32::from(c))),
                c => self.text.push(c),
            }
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.put("b\"");
        for byte in bytes {
            match byte {
                b' '..=b'~' if !matches!(byte, b'"' | b'\\') => self.text.push(char::from(*byte)),
                _ => self.put(&format!("\\x{byte:02x}")),
            }
        }
        self.put("\"");
    }

    /// `{`, the lines of a body, `}`.
    fn braces(&mut self, f: impl FnOnce(&mut Printer)) {
        self.put("{\n");
        self.indent += 1;
        f(self);
        self.indent -= 1;
        for _ in 0..self.indent {
            self.put("    ");
        }
        self.put("}");
    }

    fn block(&mut self, block: &Block) {
        self.braces(|out| block.stmts.iter().for_each(|stmt| out.stmt(stmt)));
    }

    /// ` : type`, if there is one.
    fn typed(&mut self, type_: Option<&Expr>) {
        self.optional(": ", type_);
    }

    fn optional(&mut self, before: &str, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.put(before);
            self.expr(expr);
        }
    }
}
