//! The codes of syntax errors, one per kind of slip.
//!
//! What each of them means at length is told by `ambler explain`; the texts belong to
//! `diagnostics`, which does not need to know where in `syntax` a code is raised.

/// A character that is in no token.
pub const CHARACTER: &str = "E0101";
/// A string or f-string without its closing quote.
pub const STRING: &str = "E0102";
/// A statement without its `;`.
pub const SEMICOLON: &str = "E0103";
/// A token that cannot stand where it stands.
pub const UNEXPECTED: &str = "E0104";
/// A malformed number.
pub const NUMBER: &str = "E0105";
/// A malformed escape sequence, or a character that bytes cannot hold.
pub const ESCAPE: &str = "E0106";
/// A bracket without its partner.
pub const BRACKET: &str = "E0107";
/// A line whose indentation fits no colon block.
pub const INDENTATION: &str = "E0108";
/// A program nested too deeply.
pub const NESTING: &str = "E0109";
/// A reserved word used as a name.
pub const RESERVED: &str = "E0110";
/// A construct of Jac that this implementation leaves out.
pub const UNSUPPORTED: &str = "E0111";
/// Arguments of a call in a wrong order.
pub const ARGUMENT: &str = "E0112";
/// Parameters in a wrong order, or two of one name.
pub const PARAMETER: &str = "E0113";
/// Something that cannot be assigned to or deleted.
pub const TARGET: &str = "E0114";
/// A word such as `async` or `static` where it has no meaning.
pub const MODIFIER: &str = "E0115";
/// Text and bytes joined in one literal.
pub const MIXED: &str = "E0116";
/// A docstring that documents nothing.
pub const DOCSTRING: &str = "E0117";
/// A pattern that cannot match as it is written.
pub const PATTERN: &str = "E0118";
/// A field without a type, or an ability without an event.
pub const DECLARATION: &str = "E0119";
/// A malformed f-string.
pub const FSTRING: &str = "E0120";
/// A part of a statement that is missing or doubled.
pub const STATEMENT: &str = "E0121";
