//! Bad input: mutated programs, nesting without end, random text, and values nested so deeply that
//! no native recursion may follow them.
//!
//! Whatever comes in, ambler does not crash, does not hang, does not call it a bug of its own, and
//! every report names a place. Mutants are the same on every machine; a program that is added
//! leaves those of the others as they are.

use std::fmt::Write;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ambler::source;
use ambler::syntax::{self, Snippet};

use super::program::programs;

/// How long a process may run.
const LIMIT_SECONDS: u32 = 60;
/// Mutants of each program.
const MUTANTS: u64 = 3;

/// The sequence of numbers `splitmix64`.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// Words, numbers, strings, comments, runs of space; any other character by itself.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = match first {
            '"' | '\'' => {
                let mut is_escaped = false;
                let end = rest.char_indices().skip(1).find(|&(_, c)| {
                    let ends = c == '\n' || (c == first && !is_escaped);
                    is_escaped = c == '\\' && !is_escaped;
                    ends
                });
                end.map_or(rest.len(), |(at, _)| at + 1)
            }
            '#' => rest.find('\n').unwrap_or(rest.len()),
            c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            c if c.is_whitespace() => rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after;
    }
    tokens
}

/// A program of which one token or a few are deleted, doubled, swapped or replaced by another of it.
fn mutant(text: &str, numbers: &mut Numbers) -> String {
    let mut tokens = tokens(text);
    let is_solid = |token: &&str| !token.starts_with('#') && !token.trim().is_empty();
    let solid: Vec<usize> = (0..tokens.len()).filter(|&at| is_solid(&tokens[at])).collect();
    let mut doubled = Vec::new();
    for _ in 0..[1, 1, 1, 2, 4][numbers.below(5)] {
        let (at, other) = (solid[numbers.below(solid.len())], solid[numbers.below(solid.len())]);
        match numbers.below(4) {
            0 => tokens[at] = "",
            1 => doubled.push(at),
            2 => tokens.swap(at, other),
            _ => tokens[at] = tokens[other],
        }
    }
    let mut mutant = String::new();
    for (at, token) in tokens.iter().enumerate() {
        mutant.push_str(token);
        if doubled.contains(&at) {
            mutant.push(' ');
            mutant.push_str(token);
        }
    }
    mutant
}

/// Loops that may have lost their end, and long sleeps: nobody knows how long such a program runs.
fn may_run_long(text: &str) -> bool {
    ["while", " by ", "sleep(6"].iter().any(|word| text.contains(word))
}

/// A directory that is removed at the end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let directory = std::env::temp_dir().join(format!("ambler-hostile-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory can be made");
        Place(directory)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).expect("a file can be written");
    }

    /// Runs ambler here. If it takes too long, an alarm kills it.
    fn ambler(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ambler"));
        command.args(arguments).current_dir(&self.0).env("NO_COLOR", "1").stdin(Stdio::null());
        // SAFETY: `alarm` may be called between fork and exec; the new program inherits the alarm.
        unsafe {
            command.pre_exec(|| {
                libc::alarm(LIMIT_SECONDS);
                Ok(())
            });
        }
        command.output().expect("ambler starts")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Whether a line begins a report.
fn is_report(line: &str) -> bool {
    line.starts_with("error") || line.starts_with("warning")
}

/// Whether a line of a report has a place: `[file.jac:3:14]`.
fn has_place(line: &str) -> bool {
    line.split('[').skip(1).filter_map(|part| part.split_once(']')).any(|(place, _)| {
        let mut parts = place.rsplit(':');
        let mut is_number = || parts.next().is_some_and(|part| part.parse::<u32>().is_ok());
        is_number() && is_number()
    })
}

/// What is wrong with how ambler has taken a program.
fn complaint(output: &Output) -> Option<String> {
    let errors = String::from_utf8_lossy(&output.stderr);
    if let Some(signal) = output.status.signal() {
        return Some(format!("killed by signal {signal}"));
    }
    if errors.contains("E0313") || errors.contains("a bug of ambler") || errors.contains("a bug in ambler") {
        return Some(errors.into_owned());
    }
    let code = output.status.code();
    if !matches!(code, Some(0 | 1)) {
        return Some(format!("exit code {code:?}\n{errors}"));
    }
    let lines: Vec<&str> = errors.lines().collect();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| is_report(line)) {
        let mut report = lines[at + 1..].iter().take_while(|line| !is_report(line));
        if !report.any(|line| has_place(line)) {
            return Some(format!("`{line}` has no place"));
        }
    }
    None
}

/// A program's own seed, from its name.
fn seed(path: &Path) -> u64 {
    let name = path.strip_prefix(super::program::root()).unwrap_or(path).to_string_lossy();
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[test]
fn mutated_programs_are_understood_or_refused() {
    let place = Place::new("mutants");
    let sources: Vec<PathBuf> =
        ["examples", "tests/spec", "tests/contract"].iter().flat_map(|folder| programs(folder)).collect();
    assert!(sources.len() as u64 * MUTANTS >= 200, "{} programs", sources.len());
    let (next, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let complaints = Mutex::new(String::new());
    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                while let Some(path) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let text = std::fs::read_to_string(path).expect("a program of the tests can be read");
                    let mut numbers = Numbers(seed(path));
                    for number in 0..MUTANTS {
                        let mutant = mutant(&text, &mut numbers);
                        let name = format!("m{}_{number}.jac", seed(path));
                        place.write(&name, &mutant);
                        let checked = place.ambler(&["check", "-q", &name]);
                        refused.fetch_add(usize::from(!checked.status.success()), Ordering::Relaxed);
                        let mut found = complaint(&checked).map(|what| ("check", what));
                        if found.is_none() && !may_run_long(&mutant) {
                            found = complaint(&place.ambler(&["run", &name])).map(|what| ("run", what));
                        }
                        if let Some((verb, what)) = found {
                            let mut complaints = complaints.lock().expect("nobody panics with it");
                            let _ = writeln!(complaints, "{verb} of {}: {what}\n{mutant}", path.display());
                        }
                    }
                }
            });
        }
    });
    let complaints = complaints.into_inner().expect("nobody panics with it");
    assert!(complaints.is_empty(), "{complaints}");
    assert!(refused.into_inner() > 100, "mutations that hardly ever hurt");
}

/// Programs nested a hundred thousand times.
fn nested() -> Vec<(&'static str, String)> {
    let many = 100_000;
    let around = |open: &str, close: &str| format!("x = {}1{};", open.repeat(many), close.repeat(many));
    let shapes = vec![
        ("parentheses", around("(", ")")),
        ("brackets", around("[", "]")),
        ("braces", around("{", "}")),
        ("minuses", around("-", "")),
        ("nots", around("not ", "")),
        ("strings", around("f\"{", "}\"")),
        ("mixed_strings", around("f'{f\"{", "}\"}'")),
        ("lambdas", around("lambda : ", "")),
        ("lambda_blocks", around("lambda { return ", "}")),
        ("conditions", around("1 if ", " else 2")),
        ("calls", around("f(", ")")),
        ("blocks", format!("{}{}", "if x { ".repeat(many), "}".repeat(many))),
        ("functions", format!("{}{}", "def f { ".repeat(many), "}".repeat(many))),
        ("mixed", around("([{1: ", "}])")),
        ("open", "([{".repeat(many)),
        ("closed", ")]}".repeat(many)),
    ];
    shapes.into_iter().map(|(name, code)| (name, format!("with entry {{ {code} }}\n"))).collect()
}

#[test]
fn nesting_without_end_is_an_error_with_a_place() {
    let place = Place::new("nested");
    for (name, program) in nested() {
        let file = format!("{name}.jac");
        place.write(&file, &program);
        for verb in ["check", "run"] {
            let output = place.ambler(&[verb, &file]);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert_eq!(complaint(&output), None, "{verb} of {name}");
            assert_eq!(output.status.code(), Some(1), "{verb} of {name}: {errors}");
            assert!(errors.contains(&format!("[{file}:1:")), "{verb} of {name}: {errors}");
        }
    }
}

/// How a value is made of one of its kind, and where that begins.
const NESTED_VALUES: &[(&str, &str)] = &[
    ("[]", "[g]"),
    ("()", "(g,)"),
    ("None", "{1: g}"),
    ("frozenset()", "frozenset([g])"),
    ("None", "Box(g)"),
    ("None", "slice(g)"),
    ("[]", "[slice(g)]"),
    ("None", "ValueError(g)"),
    ("None", "{1: g}.values()"),
    ("None", "delegating(g)"),
    ("None", "waiting(g)"),
    ("None", "lambda x: g"),
    ("iter([1])", "map(str, g)"),
    ("iter([1])", "zip(g)"),
    ("iter([1])", "enumerate(g)"),
    ("iter([1])", "iter(g.__next__, None)"),
    ("None", "(x for x in [g])"),
    ("None", "Box(g).__str__"),
];

/// What may be done with it: any of these may raise, most a RecursionError.
const USES: &[&str] = &[
    "str(g)",
    "repr(g)",
    "g == h",
    "g < h",
    "hash(g)",
    "next(g)",
    "list(g)",
    "h in g",
    "f\"{g}\"",
    "[g, h].sort()",
];

#[test]
fn values_nested_without_end_exhaust_no_stack() {
    let mut steps = String::new();
    for (start, step) in NESTED_VALUES {
        let _ = writeln!(steps, "    g = {start}; h = {start};");
        let _ = writeln!(
            steps,
            "    for i in range(30000) {{ g = nest(lambda g: {step}, g); h = nest(lambda g: {step}, h); }}"
        );
        for using in USES {
            let _ = writeln!(steps, "    try {{ {using}; }} except Exception as e {{ e = None; }}");
        }
    }
    let program = format!(
        "obj Box {{ has x: any; }}\n\
         def delegating(g: any) {{ if g is not None {{ yield from g; }} yield 1; }}\n\
         async def waiting(g: any) {{ return (await g) if g is not None else 1; }}\n\
         def nest(f: any, g: any) {{ return f(g); }}\n\
         def go {{\n{steps}}}\n\
         async walker Small {{ can go with Root entry {{ go(); print(\"walked\"); }} }}\n\
         with entry {{ go(); print(\"went\"); await (Small() spawn root); }}\n"
    );
    let place = Place::new("values");
    place.write("values.jac", &program);
    let output = place.ambler(&["run", "values.jac"]);
    assert_eq!(complaint(&output), None);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "went\nwalked\n", "{output:?}");
}

/// Parses a text as a file and as what was typed; every error lies in the text.
fn parse(text: &str) {
    let file = source::add("soup.jac", None, text);
    let mut errors = syntax::parse(&file).diagnostics;
    if let Snippet::Complete(parsed) = syntax::parse_snippet(&file) {
        errors.extend(parsed.diagnostics);
    }
    for error in errors {
        let span = error.span;
        assert!(
            file.base <= span.start && span.start <= span.end && span.end <= file.end(),
            "{error:?}\n{text}"
        );
        assert!(!error.message.is_empty(), "{text}");
    }
}

#[test]
fn random_bytes_are_parsed_or_refused() {
    let mut numbers = Numbers(1);
    for _ in 0..3_000 {
        let length = numbers.below(300);
        // Half of them in the range of ASCII, where more of them mean something.
        let mask = if numbers.below(2) == 0 { 0x7f } else { 0xff };
        let bytes: Vec<u8> = (0..length).map(|_| numbers.next() as u8 & mask).collect();
        parse(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn random_tokens_are_parsed_or_refused() {
    let mut numbers = Numbers(2);
    let texts: Vec<String> = ["examples", "tests/spec", "tests/syntax/ok"]
        .iter()
        .flat_map(|folder| programs(folder))
        .map(|path| std::fs::read_to_string(path).expect("a program of the tests can be read"))
        .collect();
    let mut words: Vec<&str> = texts.iter().flat_map(|text| tokens(text)).collect();
    words.sort_unstable();
    words.dedup();
    for _ in 0..3_000 {
        let mut soup = String::new();
        for _ in 0..numbers.below(80) {
            soup.push_str(words[numbers.below(words.len())]);
            if numbers.below(3) > 0 {
                soup.push(' ');
            }
        }
        parse(&soup);
    }
}
