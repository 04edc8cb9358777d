//! The command line as a user meets it: exit code, standard output, standard error.
//!
//! The program is started as a process, with its streams in pipes. What needs
//! a program to be run lives with the tests of running.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Starts `ambler` in an empty directory of its own, which is removed at the end.
pub struct Place {
    pub directory: PathBuf,
}

impl Place {
    pub fn new(files: &[(&str, &str)]) -> Place {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("ambler-cli-{}-{number}", std::process::id()));
        fs::create_dir_all(&directory).expect("a directory can be made");
        for (name, text) in files {
            fs::write(directory.join(name), text).expect("a file can be written");
        }
        Place { directory }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ambler"));
        command.args(arguments).current_dir(&self.directory);
        command.env_remove("NO_COLOR").env_remove("AMBLER_BACKTRACE").stdin(Stdio::null());
        command
    }

    pub fn ambler(&self, arguments: &[&str]) -> Ran {
        Ran::new(self.command(arguments).output().expect("ambler starts"))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    pub fn new(output: Output) -> Ran {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Asserts the exit code, and that standard error contains each of `parts`.
    #[track_caller]
    pub fn ends(self, code: i32, parts: &[&str]) -> Ran {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for part in parts {
            assert!(self.stderr.contains(part), "no {part:?} in {self:#?}");
        }
        self
    }
}

const GOOD: &str = "with entry {\n    print(\"hello\");\n}\n";
const BAD: &str = "with entry {\n    print((1);\n}\n";

#[test]
fn no_arguments_are_a_usage_error_that_shows_help() {
    let ran = Place::new(&[]).ambler(&[]).ends(2, &["Usage: ambler", "explain"]);
    assert_eq!(ran.stdout, "");
}

#[test]
fn help_is_short_or_long() {
    let place = Place::new(&[]);
    let (short, long) = (place.ambler(&["-h"]).ends(0, &[]), place.ambler(&["--help"]).ends(0, &[]));
    assert!(short.stdout.len() < long.stdout.len());
    assert!(long.stdout.contains("Examples:\n"), "{}", long.stdout);
    for verb in ["run", "check", "explain"] {
        assert!(short.stdout.contains(verb), "{}", short.stdout);
        let help = place.ambler(&[verb, "--help"]).ends(0, &[]);
        assert!(help.stdout.contains("Examples:\n"), "{}", help.stdout);
        assert_eq!(place.ambler(&["help", verb]).ends(0, &[]).stdout, help.stdout);
    }
    assert!(place.ambler(&["--version"]).ends(0, &[]).stdout.starts_with("ambler "));
}

#[test]
fn mistyped_verbs_and_flags_get_a_tip() {
    let place = Place::new(&[]);
    place.ambler(&["rnu", "x.jac"]).ends(2, &["unrecognized subcommand 'rnu'", "'run'"]);
    place.ambler(&["chekc", "x.jac"]).ends(2, &["'check'"]);
    place.ambler(&["hello.jac"]).ends(2, &["to run a program: ambler run hello.jac"]);
    place.ambler(&["run", "--wrokers", "2", "x.jac"]).ends(2, &["'--wrokers'", "'--workers'"]);
    place.ambler(&["check", "--sytnax", "x.jac"]).ends(2, &["'--syntax'"]);
    place.ambler(&["run"]).ends(2, &["<FILE>"]);
    place.ambler(&["run", "--workers", "0", "x.jac"]).ends(2, &["1..=1024"]);
    place.ambler(&["run", "--workers", "many", "x.jac"]).ends(2, &["'many'"]);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let place = Place::new(&[("hello.jac", GOOD)]);
    for verb in ["check", "run"] {
        place.ambler(&[verb, "helo.jac"]).ends(2, &["cannot read `helo.jac`", "did you mean `hello.jac`?"]);
        place.ambler(&[verb, "hello"]).ends(2, &["did you mean `hello.jac`?"]);
        place.ambler(&[verb, "nothing/like/this.jac"]).ends(2, &["cannot read `nothing/like/this.jac`"]);
        place.ambler(&[verb, "."]).ends(2, &["cannot read `.`: it is a directory"]);
    }
    fs::write(place.directory.join("bytes.jac"), b"x = \xff;").expect("a file can be written");
    place.ambler(&["check", "bytes.jac"]).ends(2, &["not UTF-8 text (byte 4)"]);
}

#[test]
fn check_accepts_good_programs() {
    let place = Place::new(&[
        ("good.jac", GOOD),
        ("empty.jac", ""),
        ("marked.jac", "\u{feff}with entry { print(1); }\r\n"),
    ]);
    let ran = place
        .ambler(&["check", "good.jac", "empty.jac", "marked.jac"])
        .ends(0, &["checked 3 files: no errors"]);
    assert_eq!(ran.stdout, "");
    assert_eq!(place.ambler(&["check", "-q", "good.jac"]).ends(0, &[]).stderr, "");
}

#[test]
fn check_reports_errors_of_all_files() {
    let place = Place::new(&[("bad.jac", BAD), ("good.jac", GOOD), ("worse.jac", "with entry {")]);
    let ran = place.ambler(&["check", "bad.jac", "good.jac", "worse.jac"]);
    let ran = ran.ends(
        1,
        &["error[E01", "[bad.jac:2:", "[worse.jac:1:", "run `ambler explain E01", "checked 3 files: "],
    );
    assert_eq!(ran.stdout, "");
    assert!(!ran.stderr.contains('\u{1b}') && ran.stderr.is_ascii(), "{}", ran.stderr);
    place.ambler(&["check", "--syntax", "bad.jac"]).ends(1, &["[bad.jac:2:"]);
    place.ambler(&["check", "missing.jac", "bad.jac"]).ends(2, &["`missing.jac`", "[bad.jac:2:"]);
}

#[test]
fn check_reads_standard_input() {
    let place = Place::new(&[]);
    let mut child = place
        .command(&["check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ambler starts");
    child.stdin.take().expect("it is a pipe").write_all(BAD.as_bytes()).expect("ambler reads");
    Ran::new(child.wait_with_output().expect("ambler ends")).ends(1, &["[<stdin>:2:"]);
}

#[test]
fn a_program_with_wrong_syntax_is_not_run() {
    let place = Place::new(&[("bad.jac", &format!("with entry {{ print(\"started\"); }}\n{BAD}"))]);
    let ran = place.ambler(&["run", "bad.jac"]).ends(1, &["error[E01", "[bad.jac:3:"]);
    assert_eq!(ran.stdout, "");
    place.ambler(&["run", "-c", "with entry { print((1); }"]).ends(1, &["[<command>:1:"]);
}

#[test]
fn a_seed_decides_time_and_chance_of_any_program() {
    let text = "import random;\nimport time;\nwith entry { time.sleep(3600); print(random.random(), time.time()); }\n";
    let place = Place::new(&[("draw.jac", text)]);
    let run = |seed: &str| place.ambler(&["run", "--seed", seed, "draw.jac"]).stdout;
    assert!(run("1").contains("0."), "{}", run("1"));
    assert_eq!(run("1"), run("1"));
    assert_ne!(run("1"), run("2"));
}

#[test]
fn statistics_are_told_of_any_program() {
    let place = Place::new(&[("hello.jac", "with entry { print(1); }\n")]);
    let ran = place.ambler(&["run", "--stats", "hello.jac"]);
    assert_eq!(ran.stdout, "1\n");
    assert!(ran.stderr.contains("walkers: 0 spawned"), "{}", ran.stderr);
}

#[test]
fn colour_is_a_choice() {
    let place = Place::new(&[("bad.jac", BAD)]);
    let is_colourful = |arguments: &[&str]| place.ambler(arguments).stderr.contains('\u{1b}');
    assert!(!is_colourful(&["check", "bad.jac"]));
    assert!(is_colourful(&["check", "--color", "always", "bad.jac"]));
    assert!(is_colourful(&["--color=always", "check", "bad.jac"]));
    assert!(!is_colourful(&["check", "--color", "never", "bad.jac"]));
    assert!(is_colourful(&["--color", "always", "chekc"]));
    assert!(!is_colourful(&["chekc"]));
    place.ambler(&["check", "--color", "sometimes", "bad.jac"]).ends(2, &["'sometimes'"]);
    let explained = place.ambler(&["explain", "--color", "always", "E0102"]).ends(0, &[]);
    assert!(explained.stdout.contains('\u{1b}'));
}

#[test]
fn explain_knows_every_code() {
    let place = Place::new(&[]);
    let list = place.ambler(&["explain"]).ends(0, &[]).stdout;
    let codes: Vec<&str> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(codes.len() > 30, "{list}");
    let mut arguments = vec!["explain"];
    arguments.extend(&codes);
    let all = place.ambler(&arguments).ends(0, &[]).stdout;
    for code in codes {
        assert!(all.contains(&format!("{code}: ")), "{code}");
    }
    let one = place.ambler(&["explain", "e0103"]).ends(0, &[]).stdout;
    assert!(
        one.starts_with("E0103: missing `;`\n\n") && one.contains("\nWrong:\n\n    with entry {\n"),
        "{one}"
    );
    assert!(place.ambler(&["explain", "KeyError"]).ends(0, &[]).stdout.starts_with("E0305: "));
    place.ambler(&["explain", "E0999"]).ends(2, &["no error code `E0999`"]);
    place.ambler(&["explain", "KeyErorr"]).ends(2, &["did you mean `KeyError`?"]);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::new(&[]);
    let mut arguments = vec!["explain"];
    let codes: Vec<String> = (101..121).map(|number| format!("E0{number}")).collect();
    // More than a pipe holds, so that the write meets the closed end.
    for _ in 0..20 {
        arguments.extend(codes.iter().map(String::as_str));
    }
    let mut child = place
        .command(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ambler starts");
    drop(child.stdout.take());
    let ran = Ran::new(child.wait_with_output().expect("ambler ends")).ends(0, &[]);
    assert_eq!(ran.stderr, "");
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_is_lost_is_an_error() {
    let place = Place::new(&[]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let output =
        place.command(&["explain"]).stdout(full).stderr(Stdio::piped()).output().expect("ambler starts");
    Ran::new(output).ends(1, &["cannot write to standard output: no space left on device"]);
}
