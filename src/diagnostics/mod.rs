//! What the author of a program is told, and how it looks.
//!
//! Every pass builds [`Diagnostic`] values; rendering, the registry of codes
//! behind `ambler explain`, and tracebacks of uncaught exceptions live here.
//! The report library (miette) is named in this module only. It knows source
//! files and spans, not tokens, values or exceptions of a running program.

pub mod codes;
mod comparison;
mod diagnostic;
mod excerpt;
mod render;
mod style;
mod suggest;
mod traceback;

pub use comparison::{Comparison, Difference};
pub use diagnostic::{Diagnostic, Severity};
pub use render::{to_text, write_all};
pub use style::Style;
pub use suggest::suggest;
pub use traceback::{
    CauseKind, FrameReport, UncaughtReport, failed_walker_text, traceback_text, uncaught_text,
    write_failed_walker, write_uncaught,
};
