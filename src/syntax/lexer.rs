//! Text to tokens: a stack of modes (code, f-string text, format spec) over logos.
//!
//! Owns what can be decided character by character: where strings, f-strings,
//! comments and numbers end, and whether `//` is a comment or a division. It gives
//! every token its place and whether it is the first on its line; comments are kept
//! aside for tools that print programs. It knows neither blocks nor statements, and
//! leaves every soft keyword a name; `literals.rs` decodes what strings mean.

use logos::{Lexer, Logos};

use super::codes;
use super::token::{FToken, Token};
use crate::diagnostics::Diagnostic;
use crate::source::{SourceFile, Span};

/// A token and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lexeme {
    pub token: Token,
    pub span: Span,
    /// Nothing but space and comments stands before it on its line.
    pub first_on_line: bool,
}

/// A text in tokens.
#[derive(Debug, Default)]
pub struct Lexed {
    pub tokens: Vec<Lexeme>,
    pub comments: Vec<Span>,
    pub errors: Vec<Diagnostic>,
    /// The text ends inside a string that may span lines, so more could follow.
    pub is_cut_off: bool,
}

/// Splits the text of `file` into tokens.
pub fn lex(file: &SourceFile) -> Lexed {
    let mut scanner = Scanner {
        file,
        at: 0,
        out: Lexed::default(),
        line_begins: true,
        modes: Vec::new(),
        spread: None,
        breaks: (0, None),
    };
    scanner.out.tokens.reserve(file.text.len() / 4);
    while scanner.at < file.text.len() {
        match scanner.modes.last() {
            Some(Mode::Text(quote)) => scanner.text(*quote, false),
            Some(Mode::Spec(quote)) => scanner.text(*quote, true),
            Some(Mode::Value(_)) | None => scanner.code(),
        }
    }
    scanner.finish();
    scanner.out
}

/// Where in an f-string the scanner is; plain code is the empty stack.
enum Mode {
    Text(FQuote),
    /// Inside `{ }`.
    Value(Value),
    /// After the `:` of a value.
    Spec(FQuote),
}

#[derive(Clone, Copy)]
struct FQuote {
    byte: u8,
    is_triple: bool,
    is_raw: bool,
    start: usize,
}

struct Value {
    quote: FQuote,
    /// Brackets open inside the value.
    open: Vec<Token>,
    /// Between `+>:` and `:+>`, or `->:` and `:->`.
    in_edge: bool,
}

struct Scanner<'f> {
    file: &'f SourceFile,
    at: usize,
    out: Lexed,
    line_begins: bool,
    modes: Vec<Mode>,
    /// The last f-string with one quote that spans lines: a forgotten quote looks like it.
    spread: Option<(usize, usize)>,
    /// How far line breaks have been looked for, and the last one before that.
    breaks: (usize, Option<usize>),
}

impl<'f> Scanner<'f> {
    fn rest(&self, from: usize) -> &'f str {
        self.file.text.get(from..).unwrap_or("")
    }

    fn push(&mut self, token: Token, start: usize, end: usize) {
        let span = self.file.span(start, end);
        self.out.tokens.push(Lexeme { token, span, first_on_line: self.line_begins });
        self.line_begins = false;
    }

    fn error(&mut self, error: Diagnostic) {
        if self.out.errors.len() < super::MAX_ERRORS {
            self.out.errors.push(error);
        }
    }

    /// Reads code until the mode changes or the text ends.
    fn code(&mut self) {
        let text: &'f str = &self.file.text;
        let mut lexer = Token::lexer(text);
        lexer.bump(self.at);
        let depth = self.modes.len();
        while let Some(found) = lexer.next() {
            let range = lexer.span();
            match found {
                Ok(token) => self.token(token, &mut lexer),
                Err(()) => self.stray(lexer.slice(), range.start, range.end),
            }
            self.at = lexer.span().end;
            if self.modes.len() != depth || matches!(self.modes.last(), Some(Mode::Spec(_))) {
                return;
            }
        }
        self.at = text.len();
    }

    fn token(&mut self, token: Token, lexer: &mut Lexer<'f, Token>) {
        let (start, end) = (lexer.span().start, lexer.span().end);
        match token {
            Token::Newline => self.line_begins = true,
            Token::Hash => self.comment(lexer, start),
            Token::FloorDiv | Token::FloorDivAssign if self.is_comment_here() => {
                self.line_comment(lexer, start);
            }
            Token::Quote => self.quote(lexer),
            Token::Int | Token::Float => self.number(lexer, token),
            // `a <.5` compares with a number.
            Token::DotBack if self.rest(end).starts_with(|c: char| c.is_ascii_digit()) => {
                self.push(Token::Lt, start, start + 1);
                let digits = self.rest(end).bytes().take_while(u8::is_ascii_alphanumeric).count();
                lexer.bump(digits);
                self.push(Token::Float, start + 1, lexer.span().end);
            }
            Token::Python => self.python(lexer, start),
            _ if matches!(self.modes.last(), Some(Mode::Value(_))) => self.token_in_value(token, lexer),
            _ => self.push(token, start, end),
        }
    }

    /// Whether `//` begins a comment: no operand can have just ended, or a string ended
    /// on an earlier line (it is a docstring then).
    fn is_comment_here(&self) -> bool {
        match self.out.tokens.last() {
            None => true,
            Some(last) if last.token == Token::RBrace => true,
            Some(last) if last.token == Token::Str => self.line_begins,
            Some(last) => !last.token.ends_operand(),
        }
    }

    fn comment(&mut self, lexer: &mut Lexer<'f, Token>, start: usize) {
        let rest = self.rest(start);
        match rest.strip_prefix("#*").and_then(|inner| inner.find("*#")) {
            Some(length) => {
                let end = start + length + 4;
                lexer.bump(end - lexer.span().end);
                self.out.comments.push(self.file.span(start, end));
                self.line_begins |= rest.get(..length + 4).is_some_and(|text| text.contains('\n'));
            }
            None => self.line_comment(lexer, start),
        }
    }

    fn line_comment(&mut self, lexer: &mut Lexer<'f, Token>, start: usize) {
        let end = start + self.rest(start).find('\n').unwrap_or(self.file.text.len() - start);
        lexer.bump(end - lexer.span().end);
        self.out.comments.push(self.file.span(start, end));
    }

    fn number(&mut self, lexer: &mut Lexer<'f, Token>, token: Token) {
        let (start, end) = (lexer.span().start, lexer.span().end);
        let rest = self.rest(end);
        let tail = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let word = rest.get(..tail).unwrap_or("");
        // `1if x else 2` is legal Python; anything else glued to a number is a slip.
        if tail == 0 || matches!(word, "if" | "else" | "and" | "or" | "in" | "is" | "not" | "for") {
            return self.push(token, start, end);
        }
        lexer.bump(tail);
        let span = self.file.span(start, end + tail);
        let error = Diagnostic::error(codes::NUMBER, span, "invalid number").label("not a number");
        self.error(if matches!(word, "j" | "J") {
            error.help("imaginary numbers are not supported: keep the two parts apart")
        } else if word.starts_with('_') {
            error.help("single underscores may stand between digits only")
        } else {
            error.help("a name cannot begin with a digit")
        });
        self.push(Token::Int, start, end);
    }

    fn python(&mut self, lexer: &mut Lexer<'f, Token>, start: usize) {
        let end = lexer.span().end;
        let length = self.rest(end).find("::py::").map_or(self.file.text.len() - end, |at| at + 6);
        lexer.bump(length);
        self.push(Token::Python, start, end + length);
    }

    fn stray(&mut self, text: &str, start: usize, end: usize) {
        // A byte order mark is no content.
        if start == 0 && text.starts_with('\u{feff}') {
            return;
        }
        let shown: String = text.chars().take(8).collect();
        let error = Diagnostic::error(
            codes::CHARACTER,
            self.file.span(start, end),
            format!("unexpected character `{}`", shown.escape_debug()),
        );
        self.error(match text {
            "\\" => error
                .label("no line continues with `\\`")
                .help("remove it: a statement ends at its `;`, not at the line's end"),
            "$" => error.label("not part of any name"),
            _ if text.chars().all(char::is_alphanumeric) => error.label("names are ASCII only"),
            _ => error.label("it means nothing outside strings"),
        });
    }

    // Strings.

    fn quote(&mut self, lexer: &mut Lexer<'f, Token>) {
        let (start, slice) = (lexer.span().start, lexer.slice());
        let prefix = slice.trim_end_matches(['"', '\'']);
        let has = |letter: char| prefix.contains([letter, letter.to_ascii_uppercase()]);
        let byte = slice.as_bytes().last().copied().unwrap_or(b'"');
        let is_triple = slice.len() - prefix.len() == 3;
        if has('f') {
            self.push(Token::FStart, start, lexer.span().end);
            self.modes.push(Mode::Text(FQuote { byte, is_triple, is_raw: has('r'), start }));
            return;
        }
        let body = lexer.span().end;
        let (length, is_closed) = string_length(self.rest(body), byte, is_triple);
        if !is_closed && !is_triple && prefix.is_empty() && self.ends_fstring_here(byte) {
            return self.end_unclosed_value(start, body);
        }
        lexer.bump(length);
        if !is_closed {
            self.unterminated(start, body + length, is_triple);
        }
        self.push(Token::Str, start, body + length);
    }

    /// Whether a quote inside `{ }` of an f-string must be meant to end that f-string,
    /// since it begins no string that ends on its line.
    fn ends_fstring_here(&self, byte: u8) -> bool {
        matches!(self.modes.last(), Some(Mode::Value(value)) if value.quote.byte == byte && !value.quote.is_triple)
    }

    fn end_unclosed_value(&mut self, start: usize, end: usize) {
        let error =
            Diagnostic::error(codes::FSTRING, self.file.span(start, end), "f-string ends inside a `{`")
                .label("`}` is missing before this")
                .help("write `{{` for the character itself");
        self.error(error);
        self.modes.pop();
        self.push(Token::FClose, start, start);
        self.modes.pop();
        self.push(Token::FEnd, start, end);
    }

    fn unterminated(&mut self, start: usize, end: usize, may_span_lines: bool) {
        let same_line = |a: usize, b: usize| !self.file.text.get(a..b).unwrap_or("").contains('\n');
        // A quote that was forgotten lines above shows up here.
        if let Some((from, to)) = self.spread
            && same_line(to, start)
        {
            let line_end = from + self.rest(from).find('\n').unwrap_or(0);
            let error = Diagnostic::error(
                codes::STRING,
                self.file.span(from, line_end),
                "f-string is not closed on its line",
            )
            .label("it begins here")
            .help("close it with the same quote, or use three quotes for several lines");
            return self.error(error);
        }
        self.out.is_cut_off |= may_span_lines && end == self.file.text.len();
        let first_line = start + self.rest(start).find('\n').unwrap_or(self.file.text.len() - start);
        let span = self.file.span(start, end.min(first_line).max(start + 1));
        let error = Diagnostic::error(codes::STRING, span, "string is not closed").label("it begins here");
        let opening = self.rest(start).trim_start_matches(|c: char| c.is_ascii_alphabetic());
        self.error(if opening.starts_with("\"\"\"") || opening.starts_with("'''") {
            error.help("close it with the same three quotes")
        } else {
            error.help("close it with the same quote, or use three quotes for several lines")
        });
    }

    // F-strings.

    /// A token inside `{ }` of an f-string.
    fn token_in_value(&mut self, token: Token, lexer: &mut Lexer<'f, Token>) {
        let (start, end) = (lexer.span().start, lexer.span().end);
        let rest = self.rest(end);
        let is_colon = lexer.slice().starts_with(':');
        let Some(Mode::Value(value)) = self.modes.last_mut() else { return };
        let quote = value.quote;
        let is_outside = value.open.is_empty();
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => value.open.push(token),
            Token::RParen | Token::RBracket if !is_outside => {
                value.open.pop();
            }
            Token::RBrace => match value.open.iter().rposition(|&open| open == Token::LBrace) {
                Some(position) => value.open.truncate(position),
                None => {
                    self.modes.pop();
                    return self.push(Token::FClose, start, end);
                }
            },
            Token::ConnectOpenOut | Token::ConnectOpenIn | Token::EdgeOpenOut | Token::EdgeOpenIn => {
                value.in_edge = true
            }
            Token::ConnectCloseOut | Token::ConnectCloseIn | Token::EdgeCloseOut | Token::EdgeCloseIn
                if value.in_edge =>
            {
                value.in_edge = false;
            }
            _ if is_colon && is_outside && !value.in_edge => {
                // Whatever operator begins with this colon, here it begins a format spec.
                self.push(Token::FColon, start, start + 1);
                self.modes.pop();
                self.modes.push(Mode::Spec(quote));
                *lexer = Token::lexer(&self.file.text);
                return lexer.bump(start + 1);
            }
            Token::Bang if is_outside => {
                let word = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
                lexer.bump(word);
                return self.push(Token::FConversion, start, end + word);
            }
            Token::Assign if is_outside => {
                let next = rest.trim_start();
                if next.starts_with(['}', ':']) || (next.starts_with('!') && !next.starts_with("!=")) {
                    return self.push(Token::FDebug, start, end);
                }
            }
            _ => {}
        }
        self.push(token, start, end);
    }

    /// Reads text of an f-string, or a format spec, up to a `{`, the `}` or the quote that ends it.
    fn text(&mut self, quote: FQuote, is_spec: bool) {
        let begin = self.at;
        let mut lexer = FToken::lexer(&self.file.text);
        lexer.bump(begin);
        while let Some(found) = lexer.next() {
            let (start, end) = (lexer.span().start, lexer.span().end);
            match found {
                Ok(FToken::Escape)
                    if !quote.is_raw && lexer.slice() == "\\N" && self.rest(end).starts_with('{') =>
                {
                    let length = self.rest(end).find('}').map_or(0, |at| at + 1);
                    lexer.bump(length);
                }
                Ok(FToken::DoubleOpen | FToken::DoubleClose) if !is_spec => {}
                Ok(FToken::Open | FToken::DoubleOpen) => {
                    self.flush(begin, start);
                    self.push(Token::FOpen, start, start + 1);
                    self.at = start + 1;
                    self.modes.push(Mode::Value(Value { quote, open: Vec::new(), in_edge: false }));
                    return;
                }
                Ok(FToken::Close | FToken::DoubleClose) if is_spec => {
                    self.flush(begin, start);
                    self.push(Token::FClose, start, start + 1);
                    self.at = start + 1;
                    self.modes.pop();
                    return;
                }
                Ok(FToken::Close) => {
                    let error = Diagnostic::error(
                        codes::FSTRING,
                        self.file.span(start, end),
                        "single `}` in an f-string",
                    )
                    .label("it closes nothing")
                    .help("write `}}` for the character itself");
                    self.error(error);
                    self.flush(begin, start);
                    self.at = end;
                    return;
                }
                Ok(FToken::TripleQuote | FToken::SingleQuote) => {
                    let is_same = lexer.slice().as_bytes().first() == Some(&quote.byte);
                    let is_end = is_same && (!quote.is_triple || end - start == 3);
                    if is_end {
                        let end = if quote.is_triple { end } else { start + 1 };
                        return self.end_fstring(begin, start, end, quote, is_spec);
                    }
                }
                _ => {}
            }
        }
        self.at = self.file.text.len();
        self.flush(begin, self.at);
    }

    fn flush(&mut self, begin: usize, end: usize) {
        if begin < end {
            self.push(Token::FText, begin, end);
        }
    }

    fn end_fstring(&mut self, begin: usize, start: usize, end: usize, quote: FQuote, in_spec: bool) {
        self.flush(begin, start);
        self.at = end;
        if in_spec {
            let error =
                Diagnostic::error(codes::FSTRING, self.file.span(start, end), "f-string ends inside a `{`")
                    .label("`}` is missing before this")
                    .help("write `{{` for the character itself");
            self.error(error);
            self.push(Token::FClose, start, start);
            // The spec, and below it the text.
            self.modes.pop();
        }
        self.modes.pop();
        self.push(Token::FEnd, start, end);
        if !quote.is_triple && self.last_break(start).is_some_and(|at| at >= quote.start) {
            self.spread = Some((quote.start, end));
        }
    }

    /// The last line break before `end`. What was looked at for an earlier end is not again, so that
    /// f-strings within each other take no time by their square.
    fn last_break(&mut self, end: usize) -> Option<usize> {
        let (seen, last) = self.breaks;
        if let Some(text) = self.file.text.get(seen..end) {
            self.breaks = (end, text.rfind('\n').map(|at| seen + at).or(last));
        }
        self.breaks.1
    }

    /// Closes what the end of the text leaves open.
    fn finish(&mut self) {
        let end = self.file.text.len();
        let mut outermost = None;
        while let Some(mode) = self.modes.pop() {
            let quote = match mode {
                Mode::Text(quote) => {
                    self.push(Token::FEnd, end, end);
                    quote
                }
                Mode::Spec(quote) | Mode::Value(Value { quote, .. }) => {
                    self.push(Token::FClose, end, end);
                    quote
                }
            };
            outermost = Some(quote);
        }
        if let Some(quote) = outermost {
            self.unterminated(quote.start, end, true);
        }
    }
}

/// The bytes from the opening quote to the end of the closing one, and whether there is one.
fn string_length(rest: &str, quote: u8, is_triple: bool) -> (usize, bool) {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' if !is_triple => return (at, false),
            _ if byte == quote => {
                let length = if is_triple { 3 } else { 1 };
                if bytes.get(at..at + length).is_some_and(|found| found.iter().all(|b| *b == quote)) {
                    return (at + length, true);
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    (rest.len(), false)
}
