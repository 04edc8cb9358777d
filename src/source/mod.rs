//! Where program text lives: files, spans into them, and loaders that fetch text.
//!
//! Every text that is ever compiled (a file, a REPL snippet, `-c CODE`) is
//! registered here once and gets a range of one process-wide address space, so
//! that a [`Span`] of eight bytes names any place in any file.
//! This module knows nothing of tokens, of Jac, or of how a place is shown.

mod file;
mod loader;
mod span;

pub use file::{Place, SourceFile, add, file_of, place_of};
pub use loader::{FileLoader, Loader, MAX_TEXT_BYTES, normalize};
pub use span::Span;
