//! The guard against slowing down: counts the instructions of five programs and fails if one needs more
//! than a fifth more than what is recorded in `instructions.txt`. Never looks at a clock.
//!
//!     cargo bench --bench instructions               compares
//!     cargo bench --bench instructions -- --record   writes the figures anew
//!
//! Counted by valgrind's cachegrind, which shows every program the same processor: a count hardly moves
//! between runs and machines. Record after a gain, and after a loss that is meant, in the commit that
//! brings it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

/// Programs with the size that graph programs read from `N`; plain programs have their own.
const PROGRAMS: &[(&str, &str)] = &[
    ("jac/fib", ""),
    ("jac/nqueens", ""),
    ("jac/method", ""),
    ("jac/wordfreq", ""),
    ("graph/tree", "50000"),
];

/// How many instructions more than recorded are too many, in percent.
const ALLOWED_LOSS: u64 = 20;

fn benches() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches")
}

/// How many instructions a program takes.
fn count(program: &str, size: &str) -> Result<u64, String> {
    let output = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .args([env!("CARGO_BIN_EXE_ambler"), "run"])
        .arg(benches().join(program).with_extension("jac"))
        .env("N", size)
        .output()
        .map_err(|error| format!("cannot run valgrind: {error}; `apt-get install valgrind` installs it"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{program} ended with {}:\n{said}", output.status));
    }
    let figure = said.lines().find_map(|line| line.split_once("I   refs:"));
    let digits = figure.map(|(_, figure)| figure.chars().filter(char::is_ascii_digit).collect::<String>());
    digits
        .and_then(|digits| digits.parse().ok())
        .ok_or(format!("{program}: no count in what valgrind said:\n{said}"))
}

fn recorded(text: &str, program: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(program)?.strip_prefix(' '))?;
    line.trim().parse().ok()
}

fn run() -> Result<bool, String> {
    let file = benches().join("instructions.txt");
    let known = fs::read_to_string(&file).unwrap_or_default();
    let records = env::args().any(|argument| argument == "--record");
    let mut written = String::new();
    let mut holds = true;
    for (program, size) in PROGRAMS {
        let now = count(program, size)?;
        let _ = writeln!(written, "{program} {now}");
        match recorded(&known, program) {
            _ if records => println!("{program:<14} {now:>14}"),
            None => {
                println!("{program:<14} {now:>14}  not recorded: run with `-- --record`");
                holds = false;
            }
            Some(before) => {
                let lost = now * 100 > before * (100 + ALLOWED_LOSS);
                let change = (now as f64 / before as f64 - 1.0) * 100.0;
                let verdict = if lost { "  too many" } else { "" };
                println!("{program:<14} {now:>14}  {change:+.1} % of {before}{verdict}");
                holds &= !lost;
            }
        }
    }
    if records {
        fs::write(&file, written).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(holds)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("some program needs over {ALLOWED_LOSS} % more instructions than recorded");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
