//! Help in all its forms, new projects, and the names that other command lines have for our verbs.
//!
//! All of it is made from one definition; what is tested here is that it reaches people, and that what it
//! says can be done can be done.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// An empty directory, removed at the end.
struct Place(PathBuf);

impl Place {
    fn new() -> Place {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("ambler-help-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory can be made");
        Place(path)
    }

    /// Exit code, standard output and standard error.
    fn ambler(&self, words: &[&str]) -> (Option<i32>, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ambler"));
        command.args(words).current_dir(&self.0).env("XDG_CACHE_HOME", &self.0).stdin(Stdio::null());
        let output = command.output().expect("ambler starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    /// Standard output of a command that must succeed.
    #[track_caller]
    fn says(&self, words: &[&str]) -> String {
        let (code, out, err) = self.ambler(words);
        assert_eq!(code, Some(0), "{words:?}: {err}");
        out
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The verbs that help names.
fn verbs(place: &Place) -> Vec<String> {
    let help = place.says(&["help"]);
    let listed =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let verbs: Vec<String> =
        listed.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    assert!(verbs.len() >= 8, "{verbs:?}");
    verbs
}

#[test]
fn every_verb_has_a_short_and_a_long_help_with_examples() {
    let place = Place::new();
    for verb in verbs(&place).iter().filter(|verb| *verb != "help") {
        let (short, long) = (place.says(&[verb, "-h"]), place.says(&[verb, "--help"]));
        assert!(short.lines().count() < long.lines().count(), "{verb}");
        assert!(long.contains("\nExamples:\n  "), "{verb}: {long}");
        assert_eq!(place.says(&["help", verb]), long);
    }
    assert!(place.says(&["--help"]).contains("\nExamples:\n  ambler run"));
}

#[test]
fn what_is_not_for_people_is_not_shown() {
    let place = Place::new();
    let shown = [place.says(&["help"]), place.says(&["man"]), place.says(&["completions", "zsh"])].concat();
    assert!(!shown.contains("test-file"));
    let (code, _, err) = place.ambler(&["test-fil"]);
    assert!(code == Some(2) && !err.contains("test-file"), "{err}");
}

#[test]
fn there_is_a_manual_page_for_every_verb() {
    let place = Place::new();
    place.says(&["man", "--dir", "pages"]);
    let read =
        |name: &str| fs::read_to_string(place.0.join("pages").join(name)).expect("the page was written");
    assert_eq!(read("ambler.1"), place.says(&["man"]));
    for verb in verbs(&place).iter().filter(|verb| *verb != "help") {
        let page = read(&format!("ambler-{verb}.1"));
        assert!(page.contains(".SH NAME") && page.contains("Examples:"), "{verb}: {page}");
        assert_eq!(page, place.says(&["man", verb]));
    }
    let (code, _, err) = place.ambler(&["man", "tets"]);
    assert!(code == Some(2) && err.contains("did you mean `test`?"), "{err}");
}

#[test]
fn shells_complete_verbs_and_flags() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = place.says(&["completions", shell]);
        for word in ["last-failed", "explain", "no-main"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    // Where there is such a shell it reads what is meant for it.
    for shell in ["bash", "zsh", "fish"] {
        fs::write(place.0.join("script"), place.says(&["completions", shell]))
            .expect("a file can be written");
        let read = Command::new(shell).args(["-n", "script"]).current_dir(&place.0).output();
        assert!(read.map_or(true, |output| output.status.success()), "{shell}");
    }
}

#[test]
fn a_new_project_runs_and_passes_its_tests() {
    let place = Place::new();
    place.says(&["new", "deep/my-hike"]);
    assert_eq!(place.says(&["run", "deep/my-hike/my_hike.jac"]), "Hello, Ada!\nHello, Grace!\n");
    assert!(place.says(&["test", "deep"]).contains("2 passed in 1 file"));
    let (code, _, err) = place.ambler(&["check", "deep/my-hike/my_hike.jac"]);
    assert!(code == Some(0) && err.contains("no errors"), "{err}");
    let (code, _, err) = place.ambler(&["new", "deep/my-hike"]);
    assert!(code == Some(2) && err.contains("exists already"), "{err}");
    for name in ["3x", "a b", "..", "import!"] {
        let (code, _, err) = place.ambler(&["new", name]);
        assert!(code == Some(2) && err.contains("cannot be the name of a project"), "{name}: {err}");
    }
}

const ENTERED: &str = r#"
node Stop { has name: str; }
walker Trip {
    has who: str = "nobody";
    can begin with `root entry { print(self.who, "at root"); visit [-->]; }
    can see with Stop entry { print(self.who, "at", here.name); }
}
async walker Later {
    can begin with `root entry { print("later"); }
}
def greet(name: str, more: str = "") -> str { print("hello", name, more); return name; }
with entry { root ++> (stop := Stop("Oslo")); print("ready"); }
with entry:__main__ { if "--id" in [] { print(jid(stop)); } }
"#;

#[test]
fn enter_calls_what_it_names() {
    let place = Place::new();
    fs::write(place.0.join("p.jac"), ENTERED).expect("a file can be written");
    assert_eq!(place.says(&["enter", "-e", "greet", "p.jac", "Ann", "-v"]), "ready\nhello Ann -v\n");
    assert_eq!(place.says(&["enter", "-e", "Trip", "p.jac", "Bob"]), "ready\nBob at root\nBob at Oslo\n");
    assert_eq!(place.says(&["enter", "-e", "Later", "p.jac"]), "ready\nlater\n");
    for (words, part) in [
        (&["enter", "-e", "gret", "p.jac"][..], "has no attribute 'gret'"),
        (&["enter", "-e", "greet", "p.jac"], "missing 1 required positional argument"),
        (&["enter", "-e", "Trip", "-n", "n:Stop:nowhere", "p.jac"], "is not a valid reference"),
        (
            &["enter", "-e", "Trip", "-n", "n:Stop:00000000-0000-4000-8000-000000000001", "p.jac"],
            "no node has the id",
        ),
    ] {
        let (code, _, err) = place.ambler(words);
        assert!(code == Some(1) && err.contains(part), "{words:?}: {err}");
    }
}

#[test]
fn other_names_for_verbs_and_flags_are_understood() {
    let place = Place::new();
    fs::write(place.0.join("p.jac"), "with entry { print(1); }\ntest one { check True; }")
        .expect("a file can be written");
    fs::write(place.0.join("bad.jac"), "with entry { print((1); }").expect("a file can be written");
    assert_eq!(place.says(&["run", "--main", "--no-cache", "p.jac"]), "1\n");
    assert_eq!(place.says(&["run", "-m", "--cache", "p.jac"]), "1\n");
    place.says(&["build", "p.jac"]);
    place.says(&["check", "-p", "-w", "bad.jac"]);
    for words in [
        &["-t", "one"][..],
        &["--test_name", "test_one"],
        &["--xit"],
        &["-d", "."],
        &["-f", "p*"],
        &["-m", "1"],
    ] {
        let out = place.says(&[&["test"], words].concat());
        assert!(out.contains("1 passed"), "{words:?}: {out}");
    }
}

#[test]
fn a_part_of_a_module_is_checked_with_the_rest_of_it() {
    let place = Place::new();
    let write = |name: &str, text: &str| fs::write(place.0.join(name), text).expect("a file can be written");
    write("m.jac", "def f -> int;\n");
    write("m.impl.jac", "impl f -> int { return 1; }\n");
    write("m.test.jac", "test one { check f() == 1; check g() == 2; }\n");
    let (code, _, err) = place.ambler(&["check", "m.impl.jac", "m.test.jac"]);
    assert!(code == Some(1) && err.contains("m.test.jac:1:34") && err.contains(": 1 error"), "{err}");
}
