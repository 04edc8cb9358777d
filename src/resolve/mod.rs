//! From syntax trees to the resolved program: scopes, captures, archetypes, impls, imports, findings.
//!
//! The only pass that looks a name up. It has four steps: [`load`] reads the main module and all that
//! it imports, [`collect`] notes what each scope binds and mentions, [`analysis`] decides what every name
//! means, and [`lower`] with its siblings makes the code. A program with a syntax error in any of its
//! modules is refused; everything else that is wrong is a finding for `check`, and raises, if at all,
//! when it is reached. It knows no values: which builtins and modules exist it is told.

mod analysis;
mod annex;
mod archetype;
mod check;
mod collect;
mod comprehension;
mod constant;
mod expr;
mod function;
mod globals;
mod graph;
mod impls;
mod imports;
mod known;
mod load;
mod lower;
mod module;
mod parameters;
mod pattern;
mod program;
mod scope;
mod stmt;
mod target;

pub use self::annex::base_of;
pub use self::load::Options;
pub use self::program::{Program, Session, check, program};
