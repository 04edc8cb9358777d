//! The results in JUnit's form, which build servers read.
//!
//! A failed assertion is a failure there, anything else that went wrong an error.

use std::fs::File as OutFile;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::children::Outcome;
use super::message::Problem;
use super::plan::File;

/// Writes the results.
///
/// # Errors
/// Whatever the file gives.
pub fn write(
    path: &Path,
    files: &[File],
    outcomes: &[Vec<Option<Outcome>>],
    unloaded: &[Option<Outcome>],
    took: Duration,
) -> io::Result<()> {
    let mut report = Report::new("ambler");
    report.set_time(took);
    for ((file, outcomes), unloaded) in files.iter().zip(outcomes).zip(unloaded) {
        let mut suite = TestSuite::new(file.name.as_str());
        suite.set_time(outcomes.iter().flatten().map(|outcome| outcome.time).sum());
        if let Some(outcome) = unloaded {
            suite.add_test_case(case(&file.name, "(loading)", Some(outcome)));
        }
        for (test, outcome) in file.tests.iter().zip(outcomes) {
            let name = test.id.strip_prefix(&format!("{}::", file.name)).unwrap_or(&test.id);
            suite.add_test_case(case(&file.name, name, outcome.as_ref()));
        }
        report.add_test_suite(suite);
    }
    let mut out = BufWriter::new(OutFile::create(path)?);
    report.serialize(&mut out).map_err(io::Error::other)?;
    out.flush()
}

fn case(file: &str, name: &str, outcome: Option<&Outcome>) -> TestCase {
    let status = match outcome {
        None => {
            let mut status = TestCaseStatus::skipped();
            status.set_message("not run");
            status
        }
        Some(Outcome { problem: None, .. }) => TestCaseStatus::success(),
        Some(Outcome { problem: Some(problem), .. }) => failure(problem),
    };
    let mut case = TestCase::new(name, status);
    case.set_classname(file);
    if let Some(outcome) = outcome {
        case.set_time(outcome.time);
        if !outcome.output.is_empty() {
            case.set_system_out(outcome.output.as_str());
        }
    }
    case
}

fn failure(problem: &Problem) -> TestCaseStatus {
    let kind = if problem.is_assertion() { NonSuccessKind::Failure } else { NonSuccessKind::Error };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(problem.summary.as_str());
    status.set_type(problem.kind.as_str());
    status.set_description(problem.plain.as_str());
    status
}
