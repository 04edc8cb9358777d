//! `ambler test`: what is found, what is run, what people and machines are told, and how it ends.
//!
//! The programs in `tests/testing` fail in each way there is; `report.txt` beside them is what is said.
//! `UPDATE_GOLDEN=1` writes it anew, to be read in the diff.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A directory with files, and a cache of its own; removed at the end.
struct Place(PathBuf);

/// Exit code, standard output and standard error.
struct Ran(Option<i32>, String, String);

impl Place {
    fn new(files: &[(&str, &str)]) -> Place {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let place =
            Place(std::env::temp_dir().join(format!("ambler-testing-{}-{number}", std::process::id())));
        fs::create_dir_all(&place.0).expect("a directory can be made");
        for (name, text) in files {
            place.write(name, text);
        }
        place
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("it is in the place")).expect("a directory can be made");
        fs::write(path, text).expect("a file can be written");
    }

    fn command(&self, words: &[&str], directory: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ambler"));
        command.args(words).current_dir(directory).env("XDG_CACHE_HOME", self.0.join(".cache"));
        command.env_remove("NO_COLOR").env_remove("JACPATH").stdin(Stdio::null());
        command
    }

    fn run(&self, words: &[&str]) -> Ran {
        run(self.command(words, &self.0))
    }

    /// The names of tests that `--list` gives.
    fn list(&self, words: &[&str]) -> Vec<String> {
        let Ran(code, out, err) = self.run(&[&["test", "--list"], words].concat());
        assert_eq!(code, Some(0), "{err}");
        out.lines().map(str::to_owned).collect()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(mut command: Command) -> Ran {
    let output = command.output().expect("ambler starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Ran(output.status.code(), text(output.stdout), text(output.stderr))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The text without the times in it, which are never the same.
fn timeless(text: &str) -> String {
    let line = |line: &str| match line.rfind(" (") {
        Some(at) if line.ends_with("s)") => format!("{} (TIME)\n", &line[..at]),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[track_caller]
fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
}

const PASSING: &str = "test one { check 1 + 1 == 2; }\ntest two { assert True; }\n";
const MIXED: &str = "glob n: int = 0;\ntest good { :g: n; n += 1; check n == 1; }\n\
    test bad { check n == 2; }\ntest worse { check n == 3; }\ntest after { check n == 1; }\n";

#[test]
fn a_failing_run_reads_well() {
    let place = Place::new(&[]);
    let mut said = String::new();
    for file in ["broken.jac", "shop.jac", "unloaded.jac", "walkers.jac"] {
        let Ran(code, out, err) =
            run(place.command(&["test", "--seed", "1", file], &root().join("tests/testing")));
        assert_eq!((code, err.as_str()), (Some(1), ""), "{out}");
        said.push_str(&format!("$ ambler test --seed 1 {file}\n{}\n", timeless(&out)));
    }
    let golden = root().join("tests/testing/report.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &said).expect("the golden file can be written");
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    assert!(said == expected, "{}", similar::TextDiff::from_lines(&expected, &said).unified_diff());
}

#[test]
fn the_examples_pass_their_tests() {
    let place = Place::new(&[]);
    let Ran(code, out, err) = run(place.command(&["test", "examples"], &root()));
    assert_eq!(code, Some(0), "{out}{err}");
    let last = out.lines().last().unwrap_or_default();
    let passed: u32 = last.split(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0);
    assert!(passed >= 200, "{last}");
    assert!(out.lines().filter(|line| line.starts_with("ok ")).count() >= 20, "{out}");
}

#[test]
fn exit_codes_say_how_it_ended() {
    let place =
        Place::new(&[("good.jac", PASSING), ("none.jac", "with entry { print(1); }"), ("bad.jac", MIXED)]);
    let code = |words: &[&str]| place.run(words).0;
    assert_eq!(code(&["test", "good.jac"]), Some(0));
    assert_eq!(code(&["test", "bad.jac"]), Some(1));
    assert_eq!(code(&["test", "nowhere.jac"]), Some(2));
    assert_eq!(code(&["test", "none.jac"]), Some(5));
    assert_eq!(code(&["test", "-k", "nothing"]), Some(5));
    contains(&place.run(&["test", "none.jac"]).2, &["no tests found", "tests are written as"]);
    contains(&place.run(&["test", "-t", "nothing"]).2, &["no test is chosen", "`ambler test --list`"]);
    assert_eq!(code(&["test", "-k", "(good"]), Some(2));
    assert_eq!(code(&["test", "good.jac::three"]), Some(2));
}

#[test]
fn tests_are_found_in_files_and_beside_them() {
    let place = Place::new(&[
        ("a.jac", "def f -> int { return 1; }\ntest own { check f() == 1; }"),
        ("a.test.jac", "test beside { check f() == 1; }"),
        ("deep/b.jac", "test \"with blanks\" { check True; }\ntest { check True; }"),
        ("alone.test.jac", "test alone { check True; }"),
        ("tested/c.jac", "def g -> int { return 2; }"),
        ("tested/c.test/more.test.jac", "test in_a_folder { check g() == 2; }"),
        (".hidden/d.jac", "test hidden { check True; }"),
        ("wrong.jac", "with entry { print( }"),
    ]);
    let all = [
        "a.jac::test_own",
        "a.jac::test_beside",
        "alone.test.jac::test_alone",
        "deep/b.jac::with blanks",
        "deep/b.jac::test__jac_gen_1",
        "tested/c.jac::test_in_a_folder",
    ];
    assert_eq!(place.list(&[]), all);
    assert_eq!(place.list(&["a.test.jac"]), ["a.jac::test_beside"]);
    assert_eq!(
        place.list(&["deep", "a.jac::own"]),
        ["deep/b.jac::with blanks", "deep/b.jac::test__jac_gen_1", "a.jac::test_own"]
    );
    assert_eq!(place.list(&["-f", "b*.jac"]), all[3..5]);
    assert_eq!(place.list(&["-t", "own"]), all[..1]);
    assert_eq!(place.run(&["test"]).0, Some(0));
}

#[test]
fn keywords_choose() {
    let place = Place::new(&[("one.jac", PASSING), ("other.jac", PASSING)]);
    let list = |expression: &str| place.list(&["-k", expression]);
    assert_eq!(list("other"), ["other.jac::test_one", "other.jac::test_two"]);
    assert_eq!(list("other and TWO"), ["other.jac::test_two"]);
    assert_eq!(list("not other and not two"), ["one.jac::test_one"]);
    assert_eq!(list("(one.jac or other) and not (one.jac and two) and not not two"), ["other.jac::test_two"]);
    for wrong in ["and", "a b", "a and", "not", "(a", "a)", ""] {
        let Ran(code, _, err) = place.run(&["test", "-k", wrong]);
        assert_eq!(code, Some(2), "{wrong}");
        contains(&err, &["`-k` cannot be understood"]);
    }
}

#[test]
fn a_misspelt_name_is_recognised() {
    let place = Place::new(&[("good.jac", PASSING)]);
    contains(
        &place.run(&["test", "good.jac::on"]).2,
        &["no test `on` in `good.jac`", "did you mean `good.jac::test_one`?"],
    );
    contains(&place.run(&["test", "goood.jac"]).2, &["cannot read `goood.jac`", "did you mean `good.jac`?"]);
}

#[test]
fn tests_of_a_file_share_what_they_change_unless_they_are_isolated() {
    let place = Place::new(&[(
        "shared.jac",
        "node N {}\nglob seen: list = [];\nwith entry { root ++> N(); }\n\
         test first { seen.append(1); root ++> N(); check len([root -->]) == 2; }\n\
         test second { seen.append(2); check seen == [1, 2]; check len([root -->]) == 2; }\n",
    )]);
    assert_eq!(place.run(&["test"]).0, Some(0));
    let Ran(code, out, _) = place.run(&["test", "--isolate"]);
    assert_eq!(code, Some(1));
    contains(&out, &["1 failed, 1 passed", "left: [2]", "right: [1, 2]"]);
}

#[test]
fn the_main_program_is_not_run() {
    let text = "with entry:__main__ { exit(4); }\nwith entry { print(__name__); }\n\
        test name { check __name__ == \"named\"; }\n";
    assert_eq!(Place::new(&[("named.jac", text)]).run(&["test"]).0, Some(0));
}

#[test]
fn it_stops_when_enough_has_failed() {
    let place = Place::new(&[("bad.jac", MIXED)]);
    for (words, last) in [
        (&["test", "-x"][..], "1 failed, 1 passed, 2 not run in 1 file"),
        (&["test", "--maxfail", "2"], "2 failed, 1 passed, 1 not run in 1 file"),
        (&["test", "-m", "9"], "2 failed, 2 passed in 1 file"),
    ] {
        let Ran(code, out, _) = place.run(words);
        assert_eq!(code, Some(1));
        contains(&out, &[last]);
    }
}

#[test]
fn what_failed_can_be_repeated() {
    let place = Place::new(&[("bad.jac", MIXED), ("good.jac", PASSING)]);
    contains(&place.run(&["test", "--last-failed"]).2, &["no test failed when tests were last run here"]);
    assert_eq!(place.list(&["--last-failed"]), ["bad.jac::test_bad", "bad.jac::test_worse"]);
    // By themselves they fail again; one that passes is forgotten, the other one stays.
    assert_eq!(place.run(&["test", "--last-failed"]).0, Some(1));
    place.write("bad.jac", &MIXED.replace("n == 2", "n < 2"));
    assert_eq!(place.run(&["test", "bad.jac::bad"]).0, Some(0));
    assert_eq!(place.list(&["--last-failed"]), ["bad.jac::test_worse"]);
}

#[test]
fn a_file_that_breaks_is_repeated_as_a_whole() {
    let place = Place::new(&[("bad.jac", "with entry { missing(); }\ntest one { check True; }")]);
    let Ran(code, out, _) = place.run(&["test"]);
    assert_eq!(code, Some(1));
    contains(
        &out,
        &[
            "could not be loaded: bad.jac",
            "name 'missing' is not defined",
            "1 file could not be loaded, 1 not run",
        ],
    );
    assert_eq!(place.list(&["--last-failed"]), ["bad.jac::test_one"]);
}

#[test]
fn a_test_that_never_ends_is_stopped() {
    let text = "test quick { check True; }\ntest endless { print(\"on and on\"); while True {} }\ntest late { check True; }\n";
    let place = Place::new(&[("slow.jac", text), ("good.jac", PASSING)]);
    let Ran(code, out, _) = place.run(&["test", "--timeout", "1"]);
    assert_eq!(code, Some(1));
    contains(
        &out,
        &[
            "ok   good.jac  2 passed",
            "failed: slow.jac::test_endless",
            "it took longer than 1 s (`--timeout`)",
            "it was not run: in a test before it, it took longer",
            "2 failed, 3 passed in 2 files",
        ],
    );
}

#[test]
fn files_share_nothing() {
    let counting = "import shared;\ntest counts { shared.seen.append(1); check shared.seen == [1]; check len([root -->]) == 1; }\n";
    let shared = "node N {}\nglob seen: list = [];\nwith entry { root ++> N(); }\n";
    let names = ["a.jac", "b.jac", "c.jac", "d.jac"].map(|name| (name, counting));
    let place = Place::new(&[&names[..], &[("shared.jac", shared)]].concat());
    let Ran(code, out, _) = place.run(&["test"]);
    assert_eq!(code, Some(0), "{out}");
}

#[test]
fn output_is_kept_and_shown_where_it_helps() {
    let text = "import sys;\nwith entry { print(\"loading\"); }\n\
        test quiet { print(\"all is well\"); check True; }\n\n\
        test loud { print(\"in trouble\"); print(\"and how\", file=sys.stderr); check False; }\n";
    let place = Place::new(&[("a.jac", text)]);
    let out = place.run(&["test"]).1;
    contains(&out, &["it printed:\n    in trouble\n    and how\n"]);
    assert!(!out.contains("all is well") && !out.contains("loading"), "{out}");
    contains(
        &place.run(&["test", "--show-output"]).1,
        &["passed: a.jac::test_quiet\n  it printed:\n    all is well\n"],
    );
    let out = place.run(&["test", "-q", "-t", "quiet"]).1;
    assert_eq!(timeless(&out), "\n1 passed in 1 file (TIME)\n");
    contains(&place.run(&["test", "-v"]).1, &["pass a.jac::test_quiet", "FAIL a.jac::test_loud"]);
    contains(&place.run(&["test", "--durations", "1"]).1, &["\nslowest tests:\n"]);
    contains(&place.run(&["test", "--color", "always"]).1, &["\u{1b}["]);
}

#[test]
fn input_ends_at_once() {
    let text = "test asks { ended = False; try { input(); } except EOFError { ended = True; } check ended; }";
    assert_eq!(Place::new(&[("a.jac", text)]).run(&["test"]).0, Some(0));
}

#[test]
fn a_seed_makes_time_pass_by_itself() {
    let text = "import time;\ntest long { before = time.monotonic(); time.sleep(100000); check time.monotonic() - before >= 100000; }";
    assert_eq!(Place::new(&[("a.jac", text)]).run(&["test", "--seed", "3"]).0, Some(0));
}

#[test]
fn machines_are_told_in_the_form_of_junit() {
    let place = Place::new(&[
        ("bad.jac", &format!("{MIXED}test raises {{ print(\"<&>\"); [][0]; }}\n")),
        ("good.jac", PASSING),
    ]);
    assert_eq!(place.run(&["test", "--junit", "out.xml"]).0, Some(1));
    let xml = fs::read_to_string(place.0.join("out.xml")).expect("the report was written");
    contains(
        &xml,
        &[
            "<testsuites name=\"ambler\" tests=\"7\" skipped=\"0\" failures=\"2\" errors=\"1\"",
            "<testsuite name=\"bad.jac\" tests=\"5\" skipped=\"0\" errors=\"1\" failures=\"2\"",
            "<testcase name=\"test_good\" classname=\"bad.jac\"",
            "<failure message=\"1 == 2 failed\" type=\"AssertionError\">",
            "<error message=\"IndexError: list index out of range\" type=\"IndexError\">",
            "<system-out>&lt;&amp;&gt;",
        ],
    );
    let Ran(code, _, err) = place.run(&["test", "good.jac", "--junit", "nowhere/out.xml"]);
    assert_eq!(code, Some(2));
    contains(&err, &["cannot write `nowhere/out.xml`: no such file or directory"]);
}

#[test]
fn a_change_starts_the_next_round() {
    let place = Place::new(&[("a.jac", "test one { check 1 == 2; }")]);
    let mut command = place.command(&["test", "--watch"], &place.0);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("ambler starts");
    let mut lines = BufReader::new(child.stdout.take().expect("it is a pipe")).lines();
    let mut summary = || lines.by_ref().map_while(Result::ok).find(|line| line.contains(" in 1 file"));
    contains(&summary().unwrap_or_default(), &["1 failed"]);
    place.write("a.jac", "test one { check 1 == 1; }");
    contains(&summary().unwrap_or_default(), &["1 passed"]);
    child.kill().expect("it runs until it is stopped");
    child.wait().expect("it has ended");
}
