//! The `ambler` program: an allocator, and the command line.
//!
//! All else is in the library. `SIGPIPE` stays ignored, as Rust sets it: a
//! server must survive a peer that hangs up, and the command line notices by
//! itself when the reader of its output has gone away.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ambler::cli::main()
}
