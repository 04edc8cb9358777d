//! Looking ahead: the few questions that the next token alone cannot answer.
//!
//! Where do a lambda's parameters end? Is the body of an `impl` that of an enum? Does
//! `[node …]` hold an arrow? Each is answered by running over lexemes without changing
//! anything, and stops at the first thing that decides.

use super::{Mark, Pass};
use crate::syntax::token::Token;

/// What ended a run over lexemes.
enum Stop {
    /// A comma, colon, `=` or arrow outside brackets.
    At(Token, usize),
    /// A `{` right after an operand: a body.
    Block(usize),
    /// A closing bracket, `;`, a further lambda, or the end.
    Nothing,
}

impl Pass<'_> {
    fn token_at(&self, index: usize) -> Option<Token> {
        self.input.get(index).map(|lexeme| lexeme.token)
    }

    /// The position after the bracket that closes the one at `index`.
    fn after_bracket(&self, index: usize) -> Option<usize> {
        let mut depth = 0usize;
        for (position, lexeme) in self.input.iter().enumerate().skip(index) {
            if lexeme.token.opens() {
                depth += 1;
            } else if lexeme.token.closes() {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(position + 1);
                }
            }
        }
        None
    }

    /// Runs from `index` to what can end a type or a default of a parameter.
    fn run(&self, mut index: usize) -> Stop {
        let mut after_operand = false;
        loop {
            let Some(token) = self.token_at(index) else { return Stop::Nothing };
            match token {
                Token::Comma | Token::Colon | Token::Assign | Token::Arrow => return Stop::At(token, index),
                Token::LBrace if after_operand => return Stop::Block(index),
                Token::Semi | Token::Lambda => return Stop::Nothing,
                _ if token.opens() => match self.after_bracket(index) {
                    Some(after) => {
                        index = after;
                        after_operand = true;
                        continue;
                    }
                    None => return Stop::Nothing,
                },
                _ if token.closes() => return Stop::Nothing,
                _ => {}
            }
            after_operand = token.ends_operand();
            index += 1;
        }
    }

    /// After `lambda`: finds the colon or the brace where its body begins. Parameters
    /// with types are tried first, `lambda x: int: x`; if no body follows then, the
    /// first colon begins it, `lambda x: x`.
    pub(super) fn scan_lambda(&mut self) {
        let start = self.at + 1;
        let body = match self.token_at(start) {
            Some(Token::LParen) => self.after_bracket(start).and_then(|after| self.lambda_result(after)),
            _ => self.lambda_params(start, true).or_else(|| self.lambda_params(start, false)),
        };
        let Some(body) = body else { return };
        self.top().lambda_end = body;
        let mark = if self.token_at(body) == Some(Token::LBrace) { Mark::Brace } else { Mark::Colon };
        self.lambdas.push((body, mark));
    }

    /// Whether the body of a lambda begins with the lexeme at `index`. Lambdas nest, so the
    /// mark that comes next is always the last one that was made.
    pub(super) fn is_marked(&mut self, index: usize, mark: Mark) -> bool {
        while self.lambdas.last().is_some_and(|(marked, _)| *marked < index) {
            self.lambdas.pop();
        }
        self.lambdas.last() == Some(&(index, mark))
    }

    /// After the parameters: `-> type`, then the body.
    fn lambda_result(&self, index: usize) -> Option<usize> {
        match self.token_at(index)? {
            Token::Colon | Token::LBrace => Some(index),
            Token::Arrow => match self.run(index + 1) {
                Stop::At(Token::Colon, body) | Stop::Block(body) => Some(body),
                _ => None,
            },
            _ => None,
        }
    }

    fn lambda_params(&self, mut index: usize, is_typed: bool) -> Option<usize> {
        loop {
            if matches!(self.token_at(index)?, Token::Star | Token::DoubleStar | Token::Slash) {
                index += 1;
            }
            if matches!(self.token_at(index)?, Token::Name | Token::EscapedName) {
                index += 1;
            }
            if is_typed
                && self.token_at(index)? == Token::Colon
                && self.token_at(index.checked_sub(1)?)? != Token::Lambda
            {
                match self.run(index + 1) {
                    Stop::At(_, stop) => index = stop,
                    Stop::Block(body) => return Some(body),
                    Stop::Nothing => return None,
                }
            }
            if self.token_at(index)? == Token::Assign {
                match self.run(index + 1) {
                    Stop::At(Token::Assign, _) | Stop::Nothing => return None,
                    Stop::At(_, stop) => index = stop,
                    Stop::Block(body) => return Some(body),
                }
            }
            match self.token_at(index)? {
                Token::Comma => index += 1,
                _ => return self.lambda_result(index),
            }
        }
    }

    /// At the `{` of an `impl`: whether names with commas follow, and no statement.
    pub(super) fn is_enum_body(&self) -> bool {
        let first = self.peek(1);
        let second = self.peek(2);
        if first != Some(Token::Name)
            || !matches!(second, Some(Token::Comma | Token::Assign | Token::Colon | Token::RBrace))
        {
            return false;
        }
        let mut depth = 0usize;
        for lexeme in self.input.iter().skip(self.at) {
            match lexeme.token {
                Token::Semi if depth == 1 => return false,
                token if token.opens() => depth += 1,
                token if token.closes() => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return true;
                    }
                }
                _ => {}
            }
        }
        true
    }

    /// At a word right after `[`: whether the brackets hold an arrow, as in `[edge -->]`.
    pub(super) fn is_edge_reference(&self) -> bool {
        let mut depth = 0usize;
        for lexeme in self.input.iter().skip(self.at + 1) {
            match lexeme.token {
                Token::ArrowOut
                | Token::ArrowIn
                | Token::ArrowAny
                | Token::EdgeOpenOut
                | Token::EdgeOpenIn
                    if depth == 0 =>
                {
                    return true;
                }
                Token::Semi => return false,
                token if token.opens() => depth += 1,
                token if token.closes() => match depth.checked_sub(1) {
                    Some(outer) => depth = outer,
                    None => return false,
                },
                _ => {}
            }
        }
        false
    }
}
