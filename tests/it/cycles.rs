//! A million reference cycles of each kind, made and forgotten, in constant memory.
//!
//! A program makes its cycles, says so and waits for a line: then its peak of memory is read, and
//! it may end. The peak may not depend on the number of cycles. Where the system does not tell a
//! process's peak, only the end is checked.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

/// How many cycles are made.
const CYCLES: u64 = 1_000_000;
/// What the peak may be, and how much of it may come with ten times the cycles, in KiB.
const PEAK: u64 = 150 * 1024;
const GROWTH: u64 = 24 * 1024;

/// The peak of a process's memory in KiB.
fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// Runs a program that makes `cycles` cycles; gives its peak.
fn run(declarations: &str, cycle: &str, cycles: u64) -> Option<u64> {
    let program = format!(
        "{declarations}\ndef make(cycles: int) {{ for i in range(cycles) {{ {cycle} }} }}\n\
         with entry {{ make({cycles}); print(\"made\"); input(); print(\"ended\"); }}\n"
    );
    let mut child = Command::new(env!("CARGO_BIN_EXE_ambler"))
        .args(["run", "-c", &program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary under test can be started");
    let (line, more) = (child.stdin.take(), child.stdout.take());
    let mut output = BufReader::new(more.expect("it is a pipe"));
    let mut said = String::new();
    output.read_line(&mut said).expect("the program writes text");
    let peak = peak(child.id());
    // An end of input instead of a line would be an EOFError.
    std::io::Write::write_all(&mut line.expect("it is a pipe"), b"\n").ok();
    output.read_to_string(&mut said).expect("the program writes text");
    let errors = child.wait_with_output().expect("the program ends").stderr;
    assert_eq!(said, "made\nended\n", "{program}\n{}", String::from_utf8_lossy(&errors));
    peak
}

#[track_caller]
fn check(declarations: &str, cycle: &str) {
    let few = run(declarations, cycle, CYCLES / 10);
    let many = run(declarations, cycle, CYCLES);
    if let (Some(few), Some(many)) = (few, many) {
        assert!(many < PEAK, "{many} KiB for `{cycle}`");
        assert!(many < few + GROWTH, "{few} KiB have become {many} KiB for `{cycle}`");
    }
}

#[test]
fn objects_that_refer_to_themselves() {
    check(
        "obj Thing { has me: any = None, more: list = []; }",
        "t = Thing(); t.me = t; t.more.append(t); t = None;",
    );
}

#[test]
fn containers_that_hold_each_other() {
    check("", "a = [i]; b = {\"a\": a}; a.append((b, a)); b[i] = {\"b\": [b]};");
}

#[test]
fn closures_that_capture_themselves() {
    check(
        "def around(n: int) { def itself(k: int) -> int { return n if k == 0 else itself(k - 1); } return itself; }",
        "around(i)(1);",
    );
}

#[test]
fn methods_of_objects_that_hold_them() {
    check(
        "obj Thing { has call: any = None; def go { } }",
        "t = Thing(); t.call = t.go; u = Thing(); u.call = lambda : u;",
    );
}

#[test]
fn exceptions_that_hold_themselves() {
    check("", "try { raise ValueError(i); } except ValueError as e { held = [e]; e.args = (held,); }");
}

#[test]
fn iterators_in_what_they_iterate_over() {
    check(
        "",
        "held = [1, 2]; it = iter(held); held.append(it); next(it); m = map(str, held); held.append(m); next(m);",
    );
}

#[test]
fn connected_nodes_out_of_reach() {
    check(
        "node City { has n: int; }\nedge Road { has miles: int = 1; }",
        "a = City(i); b = City(i); a ++> b; b +>: Road(i) :+> a;",
    );
}

#[test]
fn walkers_that_their_nodes_remember() {
    check(
        "node City { has seen: any = None; can look with Tour entry { self.seen = visitor; } }\n\
         walker Tour { has path: list = []; can go with City entry { self.path.append(here); visit [-->]; } }",
        "a = City(); b = City(); a ++> b; Tour() spawn a;",
    );
}

#[test]
fn generators_that_have_not_begun() {
    check("def counting(held: list) { yield 1; }", "held = []; held.append(counting(held));");
}

#[test]
fn generators_that_wait_half_way() {
    check(
        "def counting(held: list) { yield 1; yield 2; }",
        "held = []; it = counting(held); held.append(it); next(it); it = None;",
    );
}

#[test]
fn generators_that_capture_themselves() {
    check(
        "def around(n: int) { def counting { me = it; yield n; yield me; } it = counting(); next(it); }",
        "around(i);",
    );
}

#[test]
fn cycles_in_async_walkers() {
    check(
        "obj Thing { has me: any = None; }\n\
         def counting(held: list) { yield 1; yield 2; }\n\
         async walker Maker {\n    has cycles: int;\n    can go with Root entry {\n\
         for i in range(self.cycles) { t = Thing(); t.me = t; h = []; g = counting(h); h.append(g); next(g); }\n\
         }\n}",
        "if i == 0 { await (Maker(cycles) spawn root); }",
    );
}

/// A generator in a cycle is closed as any other: with all that it holds still in place.
#[test]
fn a_generator_in_a_cycle_is_closed_whole() {
    let program = "obj Tree {\n    has name: str, walk: any = None;\n    def steps {\n        \
                   try { yield 1; yield 2; } finally { print(\"closed\", self.name, self.walk is not None); }\n    }\n}\n\
                   with entry {\n    for i in range(3) { t = Tree(str(i)); t.walk = t.steps(); next(t.walk); }\n    \
                   t = None;\n    for i in range(200000) { held = []; held.append(held); }\n    print(\"end\");\n}\n";
    let output = super::program::ambler(&["run", "-c", program]);
    let said = String::from_utf8_lossy(&output.stdout);
    let mut lines: Vec<&str> = said.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["closed 0 True", "closed 1 True", "closed 2 True", "end"], "{output:?}");
    assert!(said.ends_with("end\n"), "{said}");
}
