//! The vocabulary: every token, and what the grammar's error messages call it.
//!
//! Three groups: what the lexer reads in code, what it reads inside f-strings, and
//! what only `layout.rs` makes (soft keywords, blocks). A token carries no text: its
//! place does. What a token means where it stands is not known here.

use logos::Logos;

/// A token of code. Variants without a pattern come from `lexer.rs` or `layout.rs`.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[logos(skip r"[ \t\r\x0c]+")]
pub enum Token {
    // Trivia and openings: the lexer deals with them, nothing later sees them.
    #[token("\n")]
    Newline,
    #[token("#", priority = 20)]
    Hash,
    /// Prefix and opening quote of a string or f-string.
    #[regex(r#"(?i:[rbuf]|rb|br|rf|fr)?("""|'''|"|')"#)]
    Quote,

    // Names and literals.
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*")]
    Name,
    /// `<>name`
    #[regex(r"<>[A-Za-z_][A-Za-z0-9_]*")]
    EscapedName,
    #[regex(r"[0-9][0-9_]*")]
    #[regex(r"0[xX][0-9a-fA-F_]*")]
    #[regex(r"0[bB][0-9_]*")]
    #[regex(r"0[oO][0-9_]*")]
    Int,
    #[regex(r"([0-9][0-9_]*\.([0-9][0-9_]*)?|\.[0-9][0-9_]*)([eE][+-]?[0-9][0-9_]*)?")]
    #[regex(r"[0-9][0-9_]*[eE][+-]?[0-9][0-9_]*")]
    Float,
    Str,
    /// A string that documents the item after it (or the module).
    DocStr,

    // Python's reserved words.
    #[token("None")]
    None,
    #[token("True")]
    True,
    #[token("False")]
    False,
    #[token("and")]
    #[token("&&")]
    And,
    #[token("or")]
    #[token("||")]
    Or,
    #[token("not")]
    Not,
    #[token("in")]
    In,
    #[token("is")]
    Is,
    /// `is not`, two words.
    IsNot,
    #[token("if")]
    If,
    #[token("elif")]
    Elif,
    #[token("else")]
    Else,
    #[token("for")]
    For,
    #[token("while")]
    While,
    #[token("try")]
    Try,
    #[token("except")]
    Except,
    #[token("finally")]
    Finally,
    #[token("raise")]
    Raise,
    #[token("return")]
    Return,
    #[token("yield")]
    Yield,
    #[token("break")]
    Break,
    #[token("continue")]
    Continue,
    #[token("del")]
    Del,
    #[token("assert")]
    Assert,
    #[token("with")]
    With,
    #[token("as")]
    As,
    #[token("import")]
    Import,
    #[token("from")]
    From,
    #[token("lambda")]
    Lambda,
    #[token("async")]
    Async,
    #[token("await")]
    Await,
    #[token("class")]
    Class,
    #[token("def")]
    Def,
    #[token("pass")]
    Pass,
    #[token("global")]
    #[token(":g:")]
    #[token(":global:")]
    Global,
    #[token("nonlocal")]
    #[token(":nl:")]
    #[token(":nonlocal:")]
    Nonlocal,

    // Soft keywords, where they are keywords.
    Obj,
    Node,
    Edge,
    Walker,
    Enum,
    Impl,
    Can,
    Has,
    Glob,
    Include,
    Test,
    Static,
    Override,
    Abs,
    Entry,
    Exit,
    Match,
    Case,
    Visit,
    Ignore,
    Disengage,
    Skip,
    Report,
    Check,
    Spawn,
    Flow,
    Wait,
    By,
    To,
    /// `:pub`, `:priv`, `:protect`
    Public,
    Private,
    Protected,

    // Brackets.
    #[token("(")]
    LParen,
    #[token(")")]
    RParen,
    #[token("[")]
    LBracket,
    #[token("]")]
    RBracket,
    /// Of a dict, a set, or the names of an import.
    #[token("{")]
    LBrace,
    #[token("}")]
    RBrace,
    /// Of a block, or where a colon block begins.
    BlockOpen,
    BlockClose,
    /// Of the members of an enum.
    EnumOpen,

    // Punctuation.
    #[token(",")]
    Comma,
    #[token(";")]
    Semi,
    #[token(":")]
    Colon,
    /// The colon between parameters and body of a lambda.
    LambdaColon,
    #[token(".")]
    #[token(".>")]
    Dot,
    #[token("<.")]
    DotBack,
    #[token("...")]
    Ellipsis,
    #[token("?")]
    Question,
    #[token("`")]
    Backtick,
    #[token("@")]
    At,
    /// The `@` of a decorator.
    Decorator,
    #[token("->")]
    Arrow,
    #[token("!")]
    Bang,
    /// `::py:: … ::py::`, whole.
    #[token("::py::")]
    Python,

    // Assignment.
    #[token("=")]
    Assign,
    #[token(":=")]
    Walrus,
    #[token("+=")]
    AddAssign,
    #[token("-=")]
    SubAssign,
    #[token("*=")]
    MulAssign,
    #[token("/=")]
    DivAssign,
    #[token("//=")]
    FloorDivAssign,
    #[token("%=")]
    ModAssign,
    #[token("**=")]
    PowAssign,
    #[token("@=")]
    MatMulAssign,
    #[token("&=")]
    AndAssign,
    #[token("|=")]
    OrAssign,
    #[token("^=")]
    XorAssign,
    #[token("<<=")]
    ShlAssign,
    #[token(">>=")]
    ShrAssign,

    // Operators.
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("//")]
    FloorDiv,
    #[token("%")]
    Percent,
    #[token("**")]
    DoubleStar,
    #[token("&")]
    Amp,
    #[token("|")]
    Pipe,
    #[token("^")]
    Caret,
    #[token("~")]
    Tilde,
    #[token("<<")]
    Shl,
    #[token(">>")]
    Shr,
    #[token("==")]
    Eq,
    #[token("!=")]
    Ne,
    #[token("<")]
    Lt,
    #[token(">")]
    Gt,
    #[token("<=")]
    Le,
    #[token(">=")]
    Ge,
    #[token("|>")]
    PipeFwd,
    #[token("<|")]
    PipeBack,
    #[token(":>")]
    AtomFwd,
    #[token("<:")]
    AtomBack,

    // Graph arrows.
    #[token("-->")]
    ArrowOut,
    #[token("<--")]
    ArrowIn,
    #[token("<-->")]
    ArrowAny,
    #[token("->:")]
    EdgeOpenOut,
    #[token("<-:")]
    EdgeOpenIn,
    #[token(":->")]
    EdgeCloseOut,
    #[token(":<-")]
    EdgeCloseIn,
    #[token("++>")]
    ConnectOut,
    #[token("<++")]
    ConnectIn,
    #[token("<++>")]
    ConnectAny,
    #[token("+>:")]
    ConnectOpenOut,
    #[token("<+:")]
    ConnectOpenIn,
    #[token(":+>")]
    ConnectCloseOut,
    #[token(":<+")]
    ConnectCloseIn,

    // F-strings.
    FStart,
    FText,
    /// `{` and `}` around a value.
    FOpen,
    FClose,
    /// `!r`
    FConversion,
    /// Before a format spec.
    FColon,
    /// The `=` of `{x=}`.
    FDebug,
    FEnd,

    /// A statement, member or item that could not be parsed, already reported.
    Broken,
    /// Stands first: what follows is a file, or the input of a prompt.
    FileStart,
    PromptStart,
}

/// A token of the text of an f-string, or of a format spec.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FToken {
    #[regex(r#"[^{}"'\\\n]+"#)]
    Text,
    #[token("\n")]
    Newline,
    #[regex(r"\\[^{}]")]
    Escape,
    #[token("\\")]
    Backslash,
    #[token("{{")]
    DoubleOpen,
    #[token("}}")]
    DoubleClose,
    #[token("{")]
    Open,
    #[token("}")]
    Close,
    #[token("\"\"\"")]
    #[token("'''")]
    TripleQuote,
    #[token("\"")]
    #[token("'")]
    SingleQuote,
}

impl Token {
    /// Whether an operand can have just ended with this token.
    pub fn ends_operand(self) -> bool {
        use Token::*;
        matches!(
            self,
            Name | EscapedName
                | Int
                | Float
                | Str
                | None
                | True
                | False
                | Ellipsis
                | RParen
                | RBracket
                | RBrace
                | FEnd
        )
    }

    /// Whether an operand can begin with this token. Signs are left out: after a word
    /// that may be a name they are more likely infix.
    pub fn begins_operand(self) -> bool {
        use Token::*;
        matches!(
            self,
            Name | EscapedName
                | Int
                | Float
                | Str
                | None
                | True
                | False
                | Ellipsis
                | LParen
                | LBracket
                | LBrace
                | FStart
                | Quote
                | Backtick
                | Amp
                | Await
                | Tilde
                | Not
                | Lambda
        )
    }

    /// Whether it is one of Python's reserved words, which are never names.
    pub fn is_reserved_word(self) -> bool {
        use Token::*;
        matches!(
            self,
            None | True
                | False
                | Not
                | In
                | Is
                | If
                | Elif
                | Else
                | For
                | While
                | Try
                | Except
                | Finally
                | Raise
                | Return
                | Yield
                | Break
                | Continue
                | Del
                | Assert
                | With
                | As
                | Import
                | From
                | Lambda
                | Async
                | Await
                | Class
                | Def
                | Pass
        )
    }

    /// Whether it opens a bracket, as the lexer gives it.
    pub fn opens(self) -> bool {
        matches!(self, Token::LParen | Token::LBracket | Token::LBrace | Token::FOpen)
    }

    /// Whether it closes a bracket, as the lexer gives it.
    pub fn closes(self) -> bool {
        matches!(self, Token::RParen | Token::RBracket | Token::RBrace | Token::FClose)
    }

    /// `=` and its kin.
    pub fn is_assignment(self) -> bool {
        use Token::*;
        matches!(
            self,
            Assign
                | AddAssign
                | SubAssign
                | MulAssign
                | DivAssign
                | FloorDivAssign
                | ModAssign
                | PowAssign
                | MatMulAssign
                | AndAssign
                | OrAssign
                | XorAssign
                | ShlAssign
                | ShrAssign
        )
    }

    /// Whether a block statement goes on with this token after its block.
    pub fn continues_statement(self) -> bool {
        matches!(self, Token::Elif | Token::Else | Token::Except | Token::Finally)
    }
}
