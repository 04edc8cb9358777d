//! The scenarios of async walkers under thousands of seeds: each seed decides who runs when, where a step is
//! interrupted, and what chance says. Seeds that once failed are kept in `tests/scenarios/seeds.txt` and
//! run first.
//!
//! That the exploration is no toy is shown by switching rules off: then some seed must notice.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use ambler::isolate::{Screen, Without};
use ambler::source;
use ambler::task::{Request, run_program_without};

use super::contract::{expected, wrong};
use super::program::{programs, root};

/// Seeds for each scenario: 5,000 in all, and more.
const SEEDS: u64 = 125;
/// Seeds for random programs, each of which is another program.
const RANDOM_PROGRAMS: u64 = 1_000;

fn scenario(name: &str) -> PathBuf {
    root().join("tests/scenarios").join(name).with_extension("jac")
}

/// Scenario and seed, one per line.
fn kept_seeds() -> Vec<(PathBuf, u64)> {
    let text = std::fs::read_to_string(root().join("tests/scenarios/seeds.txt")).expect("the kept seeds");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| {
            let (name, seed) = line.split_once(' ').expect("a line is a scenario and a seed");
            (scenario(name), seed.trim().parse().expect("a seed is a number"))
        })
        .collect()
}

#[test]
fn scenarios_hold_for_every_seed() {
    let mut runs = kept_seeds();
    for file in programs("tests/scenarios") {
        let seeds = if file.ends_with("random_programs.jac") { RANDOM_PROGRAMS } else { SEEDS };
        runs.extend((1..=seeds).map(|seed| (file.clone(), seed)));
    }
    assert!(runs.len() >= 5_000, "{} runs", runs.len());
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(Vec::new());
    let work = || {
        while let Some((file, seed)) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Some(what) = wrong(file, &["--seed", &seed.to_string()]) {
                let name = file.file_stem().unwrap_or_default().to_string_lossy();
                let mut complaints = complaints.lock().unwrap_or_else(PoisonError::into_inner);
                complaints.push(format!("{name} {seed}: {what}"));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let complaints = complaints.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(complaints.is_empty(), "{} of {}:\n{}", complaints.len(), runs.len(), complaints.join("\n"));
}

/// What a program writes.
#[derive(Default)]
struct Paper {
    out: Mutex<String>,
    errors: Mutex<String>,
}

impl Screen for Paper {
    fn write(&self, text: &str) -> bool {
        self.out.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
        true
    }
    fn write_error(&self, text: &str) {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
    }
    fn flush(&self) -> bool {
        true
    }
}

/// Whether a scenario ends as it should, and how many steps were run again.
fn outcome(file: &Path, seed: u64, without: Without) -> (bool, u32) {
    let name = file.to_string_lossy().into_owned();
    let text = std::fs::read_to_string(file).expect("a scenario can be read");
    let request = Request {
        main: source::add(&name, Some(file.to_owned()), text),
        argv: vec![name],
        workers: None,
        seed: Some(seed),
        stats: true,
        progress: false,
        is_main: true,
        store: None,
    };
    let paper = Arc::new(Paper::default());
    run_program_without(&request, paper.clone(), without);
    let out = paper.out.lock().unwrap_or_else(PoisonError::into_inner);
    let holds = out.lines().map(str::trim).eq(expected(file));
    let errors = paper.errors.lock().unwrap_or_else(PoisonError::into_inner);
    let (_, reruns) = errors.split_once("run again after a lost race: ").expect("the statistics");
    let digits: String = reruns.chars().take_while(char::is_ascii_digit).collect();
    (holds, digits.parse().expect("a number of steps"))
}

/// How many of the first 20 seeds notice.
fn noticed(name: &str, without: Without) -> usize {
    (1..=20).filter(|seed| !outcome(&scenario(name), *seed, without).0).count()
}

#[test]
fn without_validation_updates_are_lost() {
    let without = Without { validation: true, ..Without::default() };
    for name in ["counters", "transfers", "get_or_create", "random_programs"] {
        assert_eq!(noticed(name, Without::default()), 0, "{name} under the whole contract");
        assert_ne!(noticed(name, without), 0, "nobody notices in {name}");
    }
}

#[test]
fn without_the_journal_waits_are_done_twice() {
    let without = Without { journal: true, ..Without::default() };
    for name in ["waits_once", "fan_out", "tickets", "flows"] {
        assert_eq!(noticed(name, Without::default()), 0, "{name} under the whole contract");
        assert_ne!(noticed(name, without), 0, "nobody notices in {name}");
    }
}

#[test]
fn without_turns_long_steps_starve() {
    let most = |without| {
        let reruns = (1..=40).map(|seed| outcome(&scenario("nobody_starves"), seed, without).1);
        reruns.max().unwrap_or_default()
    };
    let (with, without) = (most(Without::default()), most(Without { turns: true, ..Without::default() }));
    assert!(with < without, "{with} lost races with turns, {without} without");
}
