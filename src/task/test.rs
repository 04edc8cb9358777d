//! Running the tests of a program: the module first, then its tests in the order of their definition, with the
//! globals and the graph of the module and of each other.
//!
//! Owns what a test is (a main program of its own: it has ended when its async walkers have) and how it can
//! end. Which tests are run, where their output goes and how anybody is told is the command line's business.

use std::sync::Arc;

use super::pool::Pool;
use super::run::{Ended, Request, ended_by, resolve, run_body, run_resolved};
use crate::code::{FunctionKind, Test};
use crate::diagnostics::{Diagnostic, UncaughtReport};
use crate::eval;
use crate::isolate::Screen;
use crate::source::{SourceFile, Span};
use crate::value::Heap;

/// How a test ended.
#[derive(Debug)]
pub enum TestEnd {
    Passed,
    /// By an exception.
    Raised(UncaughtReport),
    /// By `exit(n)`, which ends a test and not the run.
    Exited(i32),
    /// By itself, but these async walkers failed, and nobody has seen it.
    WalkersFailed(Vec<(String, UncaughtReport)>),
    /// Its async walkers wait for what cannot come.
    Stuck,
    /// It is no function that can be run to its end.
    Generator,
}

/// Whoever runs tests.
pub trait Examiner {
    /// The module has been run, with its walkers. False: no test is run.
    fn loaded(&mut self, ended: Ended) -> bool;
    /// A test is about to run; whether it is to run.
    fn wants(&mut self, index: usize, name: &str) -> bool;
    /// A test has ended, and all its output is out. False: no other test is run.
    fn ended(&mut self, index: usize, name: &str, end: TestEnd) -> bool;
}

/// The names and places of the tests of a program, in their order.
///
/// # Errors
/// The syntax errors of the program.
pub fn tests_of(file: &SourceFile) -> Result<Vec<(Arc<str>, Span)>, Vec<Diagnostic>> {
    let program = resolve(file, false, true)?;
    let main = program.modules.get(program.main as usize);
    Ok(main
        .map_or_else(Vec::new, |main| main.tests.iter().map(|test| (test.name.clone(), test.span)).collect()))
}

/// Runs the tests of a program.
pub fn run_tests(request: &Request, screen: Arc<dyn Screen>, examiner: &mut dyn Examiner) {
    let program = match resolve(&request.main, request.is_main, true) {
        Ok(program) => program,
        Err(diagnostics) => {
            examiner.loaded(Ended::Rejected(diagnostics));
            return;
        }
    };
    let ended = run_resolved(program, request, screen, |heap, program, pool| {
        let mut ended = run_body(heap, program);
        flush(heap);
        if let Ended::Finished { failed_walkers } = &mut ended
            && let Some(pool) = pool
        {
            *failed_walkers = match wait_for_walkers(pool) {
                TestEnd::WalkersFailed(failed) => failed,
                _ => Vec::new(),
            };
        }
        if examiner.loaded(ended)
            && let Some(main) = program.modules.get(program.main as usize)
        {
            examine(heap, pool, &main.tests, examiner);
        }
        Ended::Finished { failed_walkers: Vec::new() }
    });
    if let Ended::Exited { .. } = ended {
        // There was no memory for the stack.
        examiner.loaded(ended);
    }
}

fn examine(heap: &Heap, pool: Option<&Pool>, tests: &[Test], examiner: &mut dyn Examiner) {
    for (index, test) in tests.iter().enumerate() {
        if !examiner.wants(index, &test.name) {
            continue;
        }
        let end = run_test(heap, pool, test);
        flush(heap);
        if !examiner.ended(index, &test.name, end) {
            return;
        }
    }
}

fn run_test(heap: &Heap, pool: Option<&Pool>, test: &Test) -> TestEnd {
    if test.function.kind != FunctionKind::Plain {
        return TestEnd::Generator;
    }
    let result = eval::import::run_body(heap, test.function);
    let end = match result {
        Ok(()) => match pool {
            Some(pool) => wait_for_walkers(pool),
            None => TestEnd::Passed,
        },
        Err(raised) => {
            let error = heap.catch(raised, None);
            let end = match ended_by(heap, &error) {
                Ended::Raised(report) => TestEnd::Raised(report),
                Ended::Exited { code, .. } => TestEnd::Exited(code),
                Ended::Finished { .. } | Ended::Rejected(_) | Ended::NoStore(_) | Ended::Interrupted => {
                    TestEnd::Stuck
                }
            };
            if let Some(pool) = pool {
                pool.cancel_all();
                pool.unseen_failures();
            }
            end
        }
    };
    // Generators that are still suspended are closed: their `finally` blocks belong to the test.
    if let Err(raised) = heap.poll() {
        let _ = heap.catch(raised, None);
    }
    end
}

/// Waits until all walkers have ended, as a main program does at its end.
fn wait_for_walkers(pool: &Pool) -> TestEnd {
    if !pool.join() {
        pool.cancel_all();
        pool.unseen_failures();
        return TestEnd::Stuck;
    }
    let failures = pool.unseen_failures();
    if failures.is_empty() {
        return TestEnd::Passed;
    }
    TestEnd::WalkersFailed(failures.into_iter().map(|failure| (failure.class, failure.report)).collect())
}

fn flush(heap: &Heap) {
    if let Err(raised) = eval::host(heap).flush(heap) {
        let _ = heap.catch(raised, None);
    }
}
