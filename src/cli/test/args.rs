//! What can be typed after `ambler test`, and after `ambler test-file`, which it starts for each file.
//!
//! Parsing, help, manual and completions are made from these definitions.

use std::path::PathBuf;

use clap::{Args, Parser};

/// `ambler test`.
#[derive(Args, Clone, Debug)]
#[command(after_long_help = TEST_EXAMPLES)]
pub struct TestArguments {
    /// Files, directories, or single tests as FILE::NAME (default: the current directory)
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// Only tests whose path or name contains WORD; with `and`, `or`, `not` and parentheses
    #[arg(short = 'k', long = "keyword", value_name = "EXPR")]
    pub keyword: Option<String>,
    /// Stop at the first test that fails
    #[arg(short = 'x', long, alias = "xit", conflicts_with = "maxfail")]
    pub exitfirst: bool,
    /// Stop when N tests have failed
    #[arg(short = 'm', long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub maxfail: Option<u32>,
    /// Only the tests that failed when they were last run
    #[arg(long)]
    pub last_failed: bool,
    /// Name the tests instead of running them
    #[arg(long)]
    pub list: bool,
    /// Run each test in a module of its own
    #[arg(long)]
    pub isolate: bool,
    /// Files that are run at once (default: one per core)
    #[arg(short = 'n', long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub workers: Option<u32>,
    /// Run each file in one thread, in an order chosen by N, with a virtual clock
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Stop a test that takes longer than this (0: never)
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub timeout: u32,
    /// Name the N slowest tests
    #[arg(long, value_name = "N")]
    pub durations: Option<usize>,
    /// Show what passed tests have printed, too
    #[arg(long)]
    pub show_output: bool,
    /// Write the results to FILE, in JUnit's form
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Run the tests again whenever a file changes, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
    /// Only the test of this name
    #[arg(short = 't', long, alias = "test_name", value_name = "NAME", hide_short_help = true)]
    pub test_name: Option<String>,
    /// Look for files in DIR, like a PATH
    #[arg(short = 'd', long, value_name = "DIR", hide_short_help = true)]
    pub directory: Option<String>,
    /// Only files whose name matches PATTERN, as in `*_fast.jac`
    #[arg(short = 'f', long, value_name = "PATTERN", hide_short_help = true)]
    pub filter: Option<String>,
}

const TEST_EXAMPLES: &str = "\
Examples:
  ambler test                              all tests below the current directory
  ambler test bank.jac                     the tests of a file, and of its bank.test.jac
  ambler test bank.jac::test_transfer      one test
  ambler test -k 'bank and not slow'       tests whose path or name contains these words
  ambler test -x --last-failed             what failed last time, up to the first failure
  ambler test --junit report.xml           for a build server

The tests of a file run in the order of their definition and share its globals and
its graph; files run beside each other, each in a process of its own.

The exit code is 0 if all tests passed, 1 if one failed or a file could not be
loaded, 2 if the arguments are wrong, 5 if there are no tests, 130 after Ctrl-C.";

/// `ambler test-file`: what `test` starts for each file. It is no verb for people, and help does not know it.
#[derive(Clone, Debug, Parser)]
#[command(name = "ambler test-file")]
pub struct TestFileArguments {
    /// The file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The numbers of the tests to run, from 0
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<usize>,
    #[arg(long, value_name = "N")]
    pub workers: Option<u32>,
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How reports are to look
    #[command(flatten)]
    pub drawing: Drawing,
}

/// How a terminal that somebody else writes to shows things.
#[derive(Args, Clone, Copy, Debug)]
pub struct Drawing {
    #[arg(id = "draw_color", long = "draw-color")]
    pub color: bool,
    #[arg(id = "draw_unicode", long = "draw-unicode")]
    pub unicode: bool,
    /// Columns; 0 for as many as it takes
    #[arg(id = "draw_width", long = "draw-width", default_value_t = 0)]
    pub width: u16,
}
