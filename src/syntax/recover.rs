//! Going on after an error: the statement that does not parse is cut out, and the rest
//! is parsed again.
//!
//! `layout.rs` has recorded where statements, members and items begin. The innermost one
//! around the error is replaced by one token that the grammar takes for any of them, so
//! that one slip costs one statement and every further error is a real one. If that does
//! not help, the statement around it goes. Each round removes at least one token, and
//! there are at most as many rounds as errors that are shown.

use std::cell::Cell;

use lalrpop_util::ParseError;

use super::actions::Build;
use super::complaint::{self, STRAY_STATEMENT};
use super::layout::{Layout, Source};
use super::parser::SourceParser;
use super::token::Token;
use super::{MAX_ERRORS, ast};
use crate::diagnostics::Diagnostic;
use crate::source::{SourceFile, Span};

/// Parses what was laid out; what is wrong is added to `diagnostics`.
pub fn parse(
    file: &SourceFile,
    source: Source,
    laid_out: Layout,
    diagnostics: &mut Vec<Diagnostic>,
) -> ast::Module {
    let mut text = Text { tokens: laid_out.tokens, starts: laid_out.starts, forced: laid_out.forced };
    let earlier: Vec<Span> = diagnostics.iter().map(|error| error.span).collect();
    let start =
        (file.base, if source == Source::File { Token::FileStart } else { Token::PromptStart }, file.base);
    for _ in 0..MAX_ERRORS {
        let build = Build::new(file);
        let taken = Cell::new(0usize);
        let tokens = text.tokens.iter().map(|token| {
            taken.set(taken.get() + 1);
            *token
        });
        let error = match SourceParser::new().parse(&build, std::iter::once(start).chain(tokens)) {
            Ok(module) => {
                diagnostics.extend(build.into_errors());
                return module;
            }
            Err(error) => error,
        };
        let (index, expected) = match error {
            ParseError::UnrecognizedToken { expected, .. } => (taken.get().saturating_sub(1), expected),
            ParseError::UnrecognizedEof { expected, .. } => (text.tokens.len(), expected),
            // The lexer's tokens are never invalid, and the grammar raises nothing itself.
            ParseError::InvalidToken { .. } | ParseError::ExtraToken { .. } | ParseError::User { .. } => {
                (text.tokens.len(), Vec::new())
            }
        };
        let cut = text.statement_around(index);
        let span = text.span(cut.0, cut.1);
        let is_consequence = text.is_after_cut(index)
            || earlier.iter().any(|other| span.start <= other.start && other.start <= span.end)
            || laid_out.doubtful.iter().any(|doubt| span.start < doubt.end && doubt.start < span.end);
        // Something has to be said, or the tree would pass for a good one.
        if !is_consequence || diagnostics.is_empty() {
            let error = complaint::complain(file, &text.tokens, index, &expected);
            if error.message != STRAY_STATEMENT
                || diagnostics.iter().all(|other| other.message != STRAY_STATEMENT)
            {
                diagnostics.push(error);
            }
        }
        if !text.replace(cut.0, cut.1) {
            break;
        }
    }
    ast::Module { span: file.whole(), ..ast::Module::default() }
}

/// The tokens that are left.
struct Text {
    tokens: Vec<(u32, Token, u32)>,
    /// As [`Layout`] has them.
    starts: Vec<usize>,
    forced: Vec<usize>,
}

impl Text {
    fn token(&self, index: usize) -> Option<Token> {
        self.tokens.get(index).map(|token| token.1)
    }

    fn span(&self, from: usize, to: usize) -> Span {
        let start = self.tokens.get(from).map_or(0, |token| token.0);
        let end = to.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(start, |token| token.2);
        Span::new(start, end)
    }

    /// Whether the error is only that something of a statement is left that is gone.
    fn is_after_cut(&self, index: usize) -> bool {
        let before = index.checked_sub(1).and_then(|before| self.token(before));
        self.token(index) == Some(Token::Broken)
            || (before == Some(Token::Broken) && !self.starts.contains(&index))
    }

    /// Whether the statement before the one that begins at `index` lacks its end.
    fn is_unfinished_before(&self, index: usize) -> bool {
        self.forced.contains(&index)
    }

    /// The tokens of the innermost statement, member or item that holds the one at
    /// `index`; of everything, if none does.
    fn statement_around(&self, index: usize) -> (usize, usize) {
        let levels = self.levels();
        for &start in self.starts.iter().rev().filter(|start| **start <= index) {
            // A `case` cannot go without its `match`; and where the end of a statement is
            // missing, that one is the culprit.
            if self.token(start) == Some(Token::Case) || (start == index && self.is_unfinished_before(index))
            {
                continue;
            }
            let end = self.end_of(start, &levels);
            let at_its_end =
                end == index && (!self.starts.contains(&index) || self.is_unfinished_before(index));
            let is_gone = end <= start + 1 && self.token(start) == Some(Token::Broken);
            if !is_gone && (end > index || at_its_end) {
                return (start, end);
            }
        }
        (0, self.tokens.len())
    }

    /// How many blocks are open before each token.
    fn levels(&self) -> Vec<u32> {
        let mut level = 0u32;
        let mut levels = Vec::with_capacity(self.tokens.len());
        for (_, token, _) in &self.tokens {
            levels.push(level);
            match token {
                Token::BlockOpen | Token::EnumOpen => level += 1,
                Token::BlockClose => level = level.saturating_sub(1),
                _ => {}
            }
        }
        levels
    }

    /// Where the statement that begins at `start` ends: at the next one of its block, or
    /// at the end of the block.
    fn end_of(&self, start: usize, levels: &[u32]) -> usize {
        let Some(&level) = levels.get(start) else { return self.tokens.len() };
        let next = self.starts.partition_point(|other| *other <= start);
        let next = self
            .starts
            .iter()
            .skip(next)
            .copied()
            .find(|other| levels.get(*other).is_some_and(|l| *l <= level));
        let limit = next.unwrap_or(self.tokens.len());
        (start..limit)
            .find(|&index| self.token(index) == Some(Token::BlockClose) && levels.get(index) == Some(&level))
            .unwrap_or(limit)
    }

    /// Puts one token in the place of those from `from` to `to`. False if that changes
    /// nothing, so that another round would not help.
    fn replace(&mut self, from: usize, to: usize) -> bool {
        if to <= from || (to == from + 1 && self.token(from) == Some(Token::Broken)) {
            return false;
        }
        let span = self.span(from, to);
        self.tokens.splice(from..to, [(span.start, Token::Broken, span.end)]);
        let removed = to - from - 1;
        self.starts.retain(|start| *start <= from || *start >= to);
        self.forced.retain(|start| *start <= from || *start > to);
        for start in self.starts.iter_mut().chain(&mut self.forced) {
            if *start >= to {
                *start -= removed;
            }
        }
        true
    }
}
