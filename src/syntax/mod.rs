//! Text to tree: lexer, layout, grammar, and the errors of texts that are no programs.
//!
//! [`parse`] is the way in for files and [`parse_snippet`] for prompts; both give a tree
//! for any text whatever, together with everything that is wrong with it. A tree that
//! comes with an error is for tools only and is never run. Every pass recurses at most
//! [`MAX_DEPTH`] levels, so that no text can exhaust the stack. What names mean is not
//! known here.

pub mod ast;
pub mod codes;
pub mod lexer;
pub mod literals;
pub mod print;
pub mod token;

mod actions;
mod complaint;
mod layout;
mod recover;
mod validate;

use layout::Source;

use crate::diagnostics::Diagnostic;
use crate::source::SourceFile;

lalrpop_util::lalrpop_mod!(
    #[allow(clippy::all, clippy::pedantic, missing_docs, unused)]
    parser,
    "/jac.rs"
);

/// How many brackets and blocks may be open at once.
pub const MAX_NESTING: usize = 200;

/// How many levels of expressions, statements and items a tree has at most. Brackets add
/// one level each, and so does every link of a chain such as `a + b + c` or `a.b.c`.
pub const MAX_DEPTH: u16 = 300;

/// After this many errors of one file, no more are looked for.
const MAX_ERRORS: usize = 20;

/// A parsed text.
#[derive(Debug, Default)]
pub struct Parsed {
    pub module: ast::Module,
    /// In the order of their places.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether the tree stands for a program that may run.
    pub fn is_valid(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// What was typed at a prompt.
#[derive(Debug)]
pub enum Snippet {
    /// More has to follow: a bracket, a string or a colon block is open.
    Incomplete,
    /// Statements are in nameless entries, between the items as they came.
    Complete(Parsed),
}

/// Parses a file.
pub fn parse(file: &SourceFile) -> Parsed {
    let lexed = lexer::lex(file);
    let laid_out = layout::lay_out(file, &lexed, Source::File);
    finish(file, Source::File, lexed, laid_out)
}

/// Parses the input of a prompt: statements and items in any order, the last `;` may be
/// missing. Inside a colon block an empty line ends the input.
pub fn parse_snippet(file: &SourceFile) -> Snippet {
    let lexed = lexer::lex(file);
    let laid_out = layout::lay_out(file, &lexed, Source::Prompt);
    if lexed.is_cut_off || laid_out.is_cut_off {
        return Snippet::Incomplete;
    }
    Snippet::Complete(finish(file, Source::Prompt, lexed, laid_out))
}

fn finish(file: &SourceFile, source: Source, lexed: lexer::Lexed, mut laid_out: layout::Layout) -> Parsed {
    let mut diagnostics = lexed.errors;
    diagnostics.append(&mut laid_out.errors);
    let module = if laid_out.is_too_deep {
        ast::Module::default()
    } else {
        recover::parse(file, source, laid_out, &mut diagnostics)
    };
    diagnostics.extend(validate::check(&module));
    diagnostics.sort_by_key(|error| error.span.start);
    diagnostics.dedup_by_key(|error| error.span);
    diagnostics.truncate(MAX_ERRORS);
    Parsed { module, diagnostics }
}
