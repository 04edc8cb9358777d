//! `ambler graph`: what of a graph is drawn, and that each form is what its readers expect.
//!
//! The pictures of one small program are compared in full, in `tests/graph/`; `UPDATE_GOLDEN=1` writes
//! them anew. What is chosen and what is refused is asked for by small programs.

use std::path::PathBuf;
use std::process::Output;

use crate::program::{ambler, root};

const CITIES: &str = "tests/graph/cities.jac";

fn graph(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = ambler(&[&["graph"], arguments].concat());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    (status.code(), text(stdout), text(stderr))
}

fn cities(arguments: &[&str]) -> (Option<i32>, String, String) {
    let file = root().join(CITIES).to_string_lossy().into_owned();
    graph(&[&[file.as_str()], arguments].concat())
}

/// Draws a program that is written to a file of its own.
fn drawn(name: &str, program: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let file = scratch(&format!("{name}.jac"));
    std::fs::write(&file, program).expect("a file can be written");
    let answer = graph(&[&[file.to_string_lossy().as_ref()], arguments].concat());
    let _ = std::fs::remove_file(file);
    answer
}

fn scratch(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("ambler-graph-{}-{name}", std::process::id()))
}

/// Ids are new in each run.
fn without_ids(text: &str) -> String {
    let mut out = String::new();
    for part in text.split_inclusive(|c: char| !c.is_ascii_hexdigit()) {
        let word = part.trim_end_matches(|c: char| !c.is_ascii_hexdigit());
        match word.len() == 32 {
            true => out.push_str(&part.replace(word, "ID")),
            false => out.push_str(part),
        }
    }
    out
}

fn compare(extension: &str, drawn: &str) {
    let path = root().join(CITIES).with_extension(extension);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, drawn).expect("the golden file can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(drawn, expected, "{}", path.display());
}

#[test]
fn each_form_of_a_small_graph() {
    for (form, extension) in [("text", "txt"), ("dot", "dot"), ("mermaid", "mmd")] {
        let (code, picture, printed) = cities(&["--format", form]);
        assert_eq!(code, Some(0), "{printed}");
        assert_eq!(printed, "built it\n", "the program's own output is kept apart");
        compare(extension, &without_ids(&picture));
    }
}

#[test]
fn the_page_needs_no_other_file_and_no_network() {
    let (code, page, _) = cities(&["--format", "html"]);
    assert_eq!(code, Some(0));
    for outside in ["src=\"", "href=\"", "@import", "fetch("] {
        let own = page.split("<script>").next().unwrap_or_default();
        assert!(!own.contains(outside), "`{outside}` in the page");
    }
    assert!(!page.contains("%%data%%") && !page.contains("%%cytoscape%%") && !page.contains("%%title%%"));
    let data = page.split("const data = ").nth(1).expect("the page has its data");
    let data = data.split(";\n").next().expect("the data end");
    assert!(!data.contains('<'), "nothing in the data can end the script");
    let data: serde_json::Value = serde_json::from_str(data).expect("the data are JSON");
    assert_eq!(data["nodes"].as_array().map(Vec::len), Some(5));
    assert_eq!(data["edges"].as_array().map(Vec::len), Some(6));
    assert_eq!(data["nodes"][1]["fields"][0][1], "'Oslo'");
    assert_eq!(data["nodes"][4]["label"], "Pier <1> & \"2\"");
}

#[test]
fn what_is_chosen() {
    let (_, near, _) = cities(&["--from", "rome", "--depth", "1"]);
    assert_eq!(
        near,
        "City(name='Rome', people=0)\n`-[Road(km=1200)]-> City(name='Lima', people=0)\n   |-[Road(km=9)]-> City(name='Oslo', people=700000)\n   |  `-[Road(km=580)]-> City(name='Rome', people=0)  (cycle)\n   `--> City(name='Lima', people=0)  (cycle)\n"
    );
    let (_, harbours, _) = cities(&["--type", "Harbour"]);
    assert_eq!(harbours, "Harbour(name='Pier <1> & \"2\"')\n");
    let (_, roads, _) = cities(&["--type", "Road"]);
    assert_eq!(roads.matches("Road(").count(), 3);
    assert!(roads.contains("\nHarbour("), "a node that no such edge leads to stands by itself:\n{roads}");
}

#[test]
fn a_limit_is_told() {
    let (code, picture, told) = cities(&["--limit", "2"]);
    assert_eq!((code, picture.lines().count()), (Some(0), 2));
    assert!(told.contains("the graph is larger than 2 nodes: the rest is left out"), "{told}");
}

#[test]
fn a_file_takes_the_form_of_its_name() {
    let file = scratch("cities.svg");
    let (code, printed, told) = cities(&["-o", &file.to_string_lossy()]);
    assert_eq!((code, printed.as_str()), (Some(0), ""));
    assert!(told.contains("drew 5 nodes and 6 edges to"), "{told}");
    let image = std::fs::read_to_string(&file).expect("it was written");
    assert!(image.contains("<title>City\nname = 'Oslo'\npeople = 700000</title>"), "{image}");
    assert!(image.contains(">Pier &lt;1&gt; &amp; &quot;2&quot;</text>"), "{image}");
    assert_eq!(image.matches("<path class=\"edge\"").count(), 6);
    assert!(image.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\""));
    let _ = std::fs::remove_file(file);
    let (code, _, told) = cities(&["-o", "/nowhere/at/all.svg"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("cannot write `/nowhere/at/all.svg`: no such file or directory"), "{told}");
}

#[test]
fn what_is_not_there_is_named() {
    let (code, _, told) = cities(&["--type", "Cty"]);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("no node or edge of type `Cty`") && told.contains("did you mean `City`?"),
        "{told}"
    );
    let (code, _, told) = cities(&["--from", "roma"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("no node is called `roma`") && told.contains("did you mean `rome`?"), "{told}");
    let (_, _, told) = cities(&["--from", "City"]);
    assert!(told.contains("`City` is no node but `type`"), "{told}");
    let (_, _, told) = cities(&["--from", "0123456789"]);
    assert!(told.contains("no node has an id that begins with `0123456789`"), "{told}");
    let (_, tree, _) = cities(&["--from", "00000000"]);
    assert!(tree.starts_with("Root()\n"), "the beginning of an id is enough:\n{tree}");
}

#[test]
fn what_async_walkers_built_is_drawn() {
    let program = "
        node Item { has n: int; }
        async walker Build {
            has n: int;
            can go with `root entry { here ++> Item(self.n); visit [-->(`?Item)]; }
            can add with Item entry { here.n += 10; }
        }
        with entry { ids = [Build(i) spawn root for i in range(3)]; for id in ids { await id; } }
    ";
    let (code, tree, told) = drawn("async", program, &["--seed", "3"]);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(tree.lines().count(), 4, "{tree}");
    assert_eq!(tree.matches("Item(n=").count(), 3, "{tree}");
    let sum: i64 =
        tree.split("Item(n=").skip(1).filter_map(|rest| rest.split(')').next()?.parse::<i64>().ok()).sum();
    assert_eq!(sum, 3 + 60, "each walker has met the items before it: {tree}");
}

#[test]
fn a_program_that_fails_is_drawn_as_far_as_it_came() {
    let program = "node A {} with entry { root ++> A(); print(1 // 0); }";
    let (code, tree, told) = drawn("failing", program, &[]);
    assert_eq!(code, Some(1));
    assert_eq!(tree, "Root()\n`--> A()\n");
    assert!(told.contains("ZeroDivisionError"), "{told}");
    let (code, tree, told) = drawn("wrong", "with entry { print(1; }", &[]);
    assert_eq!((code, tree.as_str()), (Some(1), ""));
    assert!(told.contains("error["), "{told}");
}

#[test]
fn a_value_that_cannot_be_shown_is_shown_as_its_exception() {
    let program = "
        obj Odd { def __repr__ -> str { raise ValueError(\"no\"); } }
        node A { has odd: Odd; }
        with entry { root ++> A(Odd()); }
    ";
    let (code, tree, _) = drawn("odd", program, &[]);
    assert_eq!((code, tree.as_str()), (Some(0), "Root()\n`--> A(odd=<ValueError: no>)\n"));
}

#[test]
fn a_long_chain_goes_on_below() {
    let program = "
        node A { has n: int; }
        with entry { at = root; for i in range(60) { at ++> (next := A(i)); at = next; } }
    ";
    let (_, tree, _) = drawn("chain", program, &[]);
    assert_eq!(tree.lines().filter(|line| line.contains("(continued at [")).count(), 2, "{tree}");
    assert!(tree.contains("\n[2] A(n=47)\n"), "{tree}");
    assert!(tree.lines().all(|line| line.len() < 120));
}

#[test]
fn thousands_of_nodes_are_placed() {
    let program = "
        node A { has n: int; }
        with entry {
            all = [root];
            for i in range(5000) { all[i // 3] ++> (made := A(i)); all.append(made); }
        }
    ";
    let (code, image, told) = drawn("many", program, &["--format", "svg", "--limit", "6000"]);
    assert_eq!((code, told.as_str()), (Some(0), ""));
    assert_eq!(image.matches("<circle r=").count(), 5001);
    assert!(!image.contains("NaN") && !image.contains("inf"));
}
