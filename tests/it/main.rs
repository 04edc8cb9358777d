//! The integration tests: one binary, a module per part. Programs go through a boundary of the
//! library or through the `ambler` binary, and are compared with recorded truth.

mod table;

mod cli;
mod contract;
mod coroutine;
mod cycles;
mod db;
mod diagnostics;
mod durable;
mod explain;
mod faults;
mod help;
mod graph;
mod hostile;
mod number;
mod oracle;
mod program;
mod record;
mod seeds;
mod spec;
mod store;
mod syntax;
mod tasks;
mod testing;
mod text;
mod tidy;
mod walks;
