//! How the process ends: the exit codes and what they mean.
//!
//! Every verb answers with an [`Exit`]; nothing else in the program ends the
//! process or knows these numbers.

use std::process::ExitCode;

/// How a verb ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// All went well: 0.
    Success,
    /// The program failed, or a check found errors: 1.
    Failure,
    /// The arguments are wrong, or a file that they name cannot be read: 2.
    Usage,
    /// There was nothing to do: `test` found no tests: 5.
    Nothing,
    /// Ctrl-C: 130.
    Interrupted,
    /// What the program itself asked for with `exit(n)`; as on Unix, the lowest eight bits count.
    Code(i32),
}

impl Exit {
    /// The number that the parent process sees.
    pub fn code(self) -> u8 {
        match self {
            Exit::Success => 0,
            Exit::Failure => 1,
            Exit::Usage => 2,
            Exit::Nothing => 5,
            Exit::Interrupted => 130,
            Exit::Code(code) => (code & 0xff) as u8,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}
