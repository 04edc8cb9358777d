//! What a parse error says: the token that was found, and in a few words what is missing.
//!
//! The parser gives a list of dozens of tokens that could have come. It is only asked
//! whether it has a `;`, a name, an operand or a bracket in it. Habits from other
//! languages (`i++`, `pass`, `from a import b`, `if x = 1`) are recognised by name.

use super::codes;
use super::token::Token;
use crate::diagnostics::Diagnostic;
use crate::source::{SourceFile, Span};

/// The message about a statement that stands between declarations. A text that was not
/// meant to be Jac would have it on every line, so it is given once.
pub const STRAY_STATEMENT: &str = "statement outside of a block";

/// The diagnostic for an error at the token with this index (or at the end).
pub fn complain(
    file: &SourceFile,
    tokens: &[(u32, Token, u32)],
    index: usize,
    expected: &[String],
) -> Diagnostic {
    let scene = Scene { file, tokens, index, expected };
    scene.habit().or_else(|| scene.missing()).unwrap_or_else(|| scene.unexpected())
}

struct Scene<'a> {
    file: &'a SourceFile,
    tokens: &'a [(u32, Token, u32)],
    index: usize,
    expected: &'a [String],
}

impl Scene<'_> {
    /// The token `back` places before the one found.
    fn before(&self, back: usize) -> Option<Token> {
        self.index.checked_sub(back).and_then(|index| self.tokens.get(index)).map(|token| token.1)
    }

    fn found(&self) -> Option<Token> {
        self.tokens.get(self.index).map(|token| token.1)
    }

    fn found_span(&self) -> Span {
        match self.tokens.get(self.index) {
            Some((start, _, end)) => Span::new(*start, *end),
            None => self.end_of_previous(),
        }
    }

    fn end_of_previous(&self) -> Span {
        let end = self
            .index
            .checked_sub(1)
            .and_then(|index| self.tokens.get(index))
            .map_or(self.file.base, |token| token.2);
        Span::at(end)
    }

    fn expects(&self, token: &str) -> bool {
        self.expected.iter().any(|name| name.trim_matches('"') == token)
    }

    fn expects_operand(&self) -> bool {
        self.expects("integer") && self.expects("None")
    }

    fn expects_name(&self) -> bool {
        self.expects("name") && !self.expects("integer")
    }

    /// Whether a line ends between the previous token and the one found.
    fn on_new_line(&self) -> bool {
        let between = Span::new(self.end_of_previous().start, self.found_span().start);
        self.file.slice(between).contains('\n')
    }

    /// The found token for people.
    fn shown(&self) -> String {
        let text = self.file.slice(self.found_span());
        match self.found() {
            None => "end of the file".to_owned(),
            Some(Token::BlockClose) if text.is_empty() => "end of the block".to_owned(),
            Some(Token::Str | Token::DocStr | Token::FStart) => "string".to_owned(),
            Some(_) if text.is_empty() => "end of the statement".to_owned(),
            Some(Token::Int | Token::Float) if text.len() > 24 => "number".to_owned(),
            Some(_) if text.len() > 24 => "name".to_owned(),
            Some(_) => format!("`{text}`"),
        }
    }

    fn error(&self, code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, span, message)
    }

    /// Things that people write out of habit.
    fn habit(&self) -> Option<Diagnostic> {
        let span = self.found_span();
        let found = self.found();
        let previous = self.before(1);
        let at_statement = matches!(
            previous,
            None | Some(Token::Semi | Token::BlockOpen | Token::BlockClose | Token::Broken)
        );
        let error = match (previous, found) {
            (Some(Token::Async | Token::Static | Token::Override), Some(_)) => {
                let word = self.file.slice(self.previous_span()?);
                self.error(codes::MODIFIER, span, format!("`{word}` cannot stand before this"))
                    .label("not a declaration that it changes")
                    .help(format!("remove `{word}`"))
            }
            (_, Some(Token::Pass)) => self
                .error(codes::UNEXPECTED, span, "`pass` is not a statement of Jac")
                .label("a reserved word of Python")
                .help("leave the braces empty: `{ }`"),
            (_, Some(Token::Bang)) => self
                .error(codes::UNEXPECTED, span, "unexpected `!`")
                .label("not an operator")
                .help("write `not`"),
            (Some(Token::FOpen), Some(Token::FClose)) => self
                .error(codes::FSTRING, span, "empty `{}` in an f-string")
                .label("an expression is missing before this")
                .help("write an expression, or `{{}}` for the characters"),
            (Some(Token::Question), Some(_)) => self
                .error(codes::UNEXPECTED, span, format!("unexpected {}", self.shown()))
                .label("`?` only goes before `.`, `[` and a filter")
                .help("a choice is written `this if test else that`"),
            (_, Some(Token::From)) if at_statement => self
                .error(codes::UNEXPECTED, span, "unexpected `from`")
                .label("no statement begins so")
                .help("write `import from module { name }`"),
            (Some(word), Some(token)) if word.is_reserved_word() && token.is_assignment() => {
                let word_span = Span::new(self.end_of_previous().start.saturating_sub(1), span.start);
                return Some(self.reserved(self.previous_span().unwrap_or(word_span)));
            }
            (_, Some(token)) if token.is_reserved_word() && self.expects_name() => {
                return Some(self.reserved(span));
            }
            (Some(Token::Name), Some(Token::LParen | Token::BlockOpen | Token::Arrow | Token::Semi))
                if self.is_ability() =>
            {
                self.error(codes::DECLARATION, span, "ability without an event")
                    .label("`with … entry` or `with … exit` is missing before this")
                    .help("a method that is called by its name begins with `def`")
            }
            (Some(_), Some(_))
                if self.expects("entry") && self.expects("exit") && !self.expects_operand() =>
            {
                self.error(codes::DECLARATION, span, "ability without an event")
                    .label("`entry` or `exit` is missing before this")
            }
            (Some(Token::Plus | Token::Minus), _)
                if self.before(2) == previous && !self.on_new_line() && self.expects_operand() =>
            {
                self.error(codes::UNEXPECTED, span, "an operand is missing")
                    .label(format!("{} stands here", self.shown()))
                    .help("to count, write `i += 1` or `i -= 1`")
            }
            (Some(_), Some(Token::Assign)) if !self.expects("=") => self
                .error(codes::UNEXPECTED, span, "unexpected `=`")
                .label("nothing is assigned here")
                .help("to compare, write `==`"),
            (_, Some(Token::Colon)) if self.expects("{ ") => self
                .error(codes::UNEXPECTED, span, "unexpected `:`")
                .label("no colon block can begin here")
                .help("put the body of a declaration in braces"),
            _ => return None,
        };
        Some(error)
    }

    fn previous_span(&self) -> Option<Span> {
        let (start, _, end) = self.index.checked_sub(1).and_then(|index| self.tokens.get(index))?;
        Some(Span::new(*start, *end))
    }

    fn reserved(&self, span: Span) -> Diagnostic {
        let word = self.file.slice(span);
        self.error(codes::RESERVED, span, format!("`{word}` cannot be a name"))
            .label("a reserved word")
            .help("choose another name")
    }

    /// Whether the name before is that of a `can`.
    fn is_ability(&self) -> bool {
        match self.before(2) {
            Some(Token::Can) => true,
            Some(Token::Public | Token::Private | Token::Protected) => self.before(3) == Some(Token::Can),
            _ => false,
        }
    }

    /// A part whose absence is plain.
    fn missing(&self) -> Option<Diagnostic> {
        if let Some(error) = self.stray_statement() {
            return Some(error);
        }
        let place = self.end_of_previous();
        let found = self.found();
        let ends_something = self.on_new_line() || matches!(found, None | Some(Token::BlockClose));
        let ends_here = ends_something || found == Some(Token::Semi);
        if self.expects("{ ") && (self.expects(";") || ends_here) && !self.expects("else") {
            let error = self.error(codes::UNEXPECTED, place, "a body is missing");
            return Some(if self.expects(";") {
                error
                    .label("`{` or `;` belongs here")
                    .help("write the body in braces, or `;` for a mere declaration")
            } else {
                error.label("`{` belongs here").help("write the body in braces")
            });
        }
        if let Some(error) = self.missing_word() {
            return Some(error);
        }
        if self.expects(";") && ends_something && !self.expects_operand() {
            let error = self.error(codes::SEMICOLON, place, "missing `;`").label("the statement ends here");
            return Some(error.help("add `;`"));
        }
        if self.expects(";") && self.found_begins_operand() && !self.expects_operand() {
            let error = self
                .error(codes::UNEXPECTED, self.found_span(), format!("unexpected {}", self.shown()))
                .label("an operator or `;` is missing before this");
            return Some(error);
        }
        None
    }

    /// The next word of a `for`.
    fn missing_word(&self) -> Option<Diagnostic> {
        let word = if self.expects("in") && !self.expects("==") {
            "in"
        } else if self.expects("to") {
            "to"
        } else if self.expects("by") && !self.expects(";") && !self.expects(")") {
            "by"
        } else {
            return None;
        };
        let error =
            self.error(codes::STATEMENT, self.found_span(), format!("`{word}` is missing in a `for`"));
        Some(error.label(format!("`{word}` belongs before this")).help(match word {
            "in" => "write `for name in values`",
            _ => "write `for i = 0 to i < n by i += 1`",
        }))
    }

    /// A statement where only declarations may stand.
    fn stray_statement(&self) -> Option<Diagnostic> {
        if self.expects(";") || !self.expects("walker") || self.found() == Some(Token::BlockClose) {
            return None;
        }
        let error = self.error(codes::UNEXPECTED, self.found_span(), STRAY_STATEMENT);
        if self.expects("glob") {
            return Some(error.label("no declaration begins so").help("put it in `with entry { }`"));
        }
        if self.expects("has") {
            return Some(
                error.label("no member begins so").help("fields begin with `has`, methods with `def`"),
            );
        }
        None
    }

    fn found_begins_operand(&self) -> bool {
        self.found().is_some_and(Token::begins_operand)
    }

    fn unexpected(&self) -> Diagnostic {
        let shown = self.shown();
        let error = self.error(codes::UNEXPECTED, self.found_span(), format!("unexpected {shown}"));
        if self.expects_operand() {
            return error.label("an expression should stand here");
        }
        if self.expects_name() {
            return error.label("a name should stand here");
        }
        let closing = [")", "]", "}", "}f"].into_iter().find(|token| self.expects(token));
        match closing {
            None if self.expects("{") => {
                error.label("`{` is missing before this").help("names to import stand in braces: `{ name }`")
            }
            Some(token) if self.found_begins_operand() => error
                .label(format!("an operator, `,` or `{}` is missing before this", token.trim_matches('f'))),
            Some(token) => error
                .label(format!("not inside these brackets: `{}` should close them", token.trim_matches('f'))),
            None if self.found_begins_operand() => error.label("an operator is missing before this"),
            None if self.found().is_some_and(Token::continues_statement) => {
                error.label("no statement before it goes on with this")
            }
            None => error.label("nothing that can stand here"),
        }
    }
}
