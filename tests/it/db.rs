//! `ambler db` as a user meets it: damage is found and named, copies are whole, and what is exported and
//! imported is the same.

use super::cli::{Place, Ran};
use rusqlite::Connection;
use std::path::Path;

/// What two runs leave: nodes with fields of many kinds, edges with and without fields, walkers that ended
/// well and badly.
const TOWN: &str = r#"
import math;

obj Point { has x: int, y: float; }

node City {
    has name: str,
        seen: list = [],
        more: dict = {};
}
node House { }
edge Road { has km: int; }

glob tax: int = 7;

async walker Visit {
    has places: list = [];

    can see with City entry {
        self.places.append(here.name);
        here.seen.append(len(self.places) + tax);
        report here;
        if len(self.places) < 3 { visit [-->(`?City)]; }
    }
}

async walker Lost {
    can see with City entry { raise KeyError(here.name); }
}

with entry {
    if not [root-->(`?City)] {
        oslo = City("Oslo", [1, 2.5, None, True], {"a": (1, 2), 3: {4, 5}, "big": 2 ** 80, "p": Point(1, -0.0)});
        rome = City("Rømer \u2603\n", [math.inf, b"bytes", oslo], {"range": range(3)});
        root ++> oslo;
        oslo +>:Road(km=580):+> rome;
        rome +>:Road(km=3):+> oslo;
        for i in range(3) { rome ++> House(); }
    }
    for i in range(2) { await (Visit() spawn [root-->(`?City)][0]); }
    try { await (Lost() spawn [root-->(`?City)][0]); } except KeyError as e { print("lost", e); }
    print([city.seen for city in [root-->(`?City)]]);
}
"#;

/// A place with a store `town.db`.
pub fn town() -> Place {
    let place = Place::new(&[("town.jac", TOWN)]);
    for _ in 0..2 {
        place.ambler(&["run", "--store", "town.db", "town.jac"]).ends(0, &[]);
    }
    place
}

fn db(place: &Place, arguments: &[&str]) -> Ran {
    let mut all = vec!["db"];
    all.extend(arguments);
    place.ambler(&all)
}

/// Changes a copy of the store by hand.
fn damaged(place: &Place, sql: &str) -> Ran {
    let file = place.directory.join("hurt.db");
    let _ = std::fs::remove_file(&file);
    std::fs::copy(place.directory.join("town.db"), &file).expect("a file can be copied");
    Connection::open(&file).and_then(|hurt| hurt.execute_batch(sql)).expect("the rows can be changed");
    db(place, &["check", "hurt.db"])
}

fn exported(place: &Place, file: &str) -> String {
    db(place, &["export", file]).ends(0, &[]).stdout
}

fn is_empty_but_for(directory: &Path, names: &[&str]) {
    let mut found: Vec<String> = std::fs::read_dir(directory)
        .expect("a folder can be read")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        // Who only reads cannot take away what SQLite needs for reading.
        .filter(|name| !name.ends_with("town.db-wal") && !name.ends_with("town.db-shm"))
        .collect();
    found.sort();
    assert_eq!(found, names);
}

#[test]
fn a_check_names_what_is_damaged() {
    let place = town();
    let ran = db(&place, &["check", "town.db"]).ends(0, &[]);
    let first = "town.db: 6 nodes, 6 edges, 6 walkers";
    assert_eq!(ran.stdout, format!("{first}\n  all is as it was written\n"));
    for (sql, said) in [
        ("UPDATE nodes SET fields = '{}' WHERE class LIKE '%City'", "its check sum is wrong"),
        ("UPDATE nodes SET fields = '{]', sum = NULL WHERE class LIKE '%City'", "cannot be read"),
        ("UPDATE edges SET class = 'Lane' WHERE class LIKE '%Road'", "its check sum is wrong"),
        ("DELETE FROM nodes WHERE class LIKE '%House'", "leads to a node that is not there"),
        ("UPDATE walkers SET due_us = 5", "its check sum is wrong"),
        ("UPDATE walkers SET status = 'pending', sum = NULL", "says something else than the columns"),
        ("DELETE FROM globals", "the globals of walker"),
        ("UPDATE globals SET record = 'null'", "its check sum is wrong"),
        ("INSERT INTO journal VALUES (99, 0, 0, '1', NULL)", "walker row 99, which is not there"),
        ("UPDATE edges SET id = (SELECT min(id) FROM nodes) WHERE key = 1", "is the id of two rows"),
    ] {
        let ran = damaged(&place, sql).ends(1, &["damaged", "help: restore a backup"]);
        assert!(ran.stdout.contains(said), "{sql}: {ran:#?}");
    }
    let ran = damaged(&place, "UPDATE nodes SET sum = NULL WHERE class LIKE '%House'").ends(0, &[]);
    assert!(ran.stdout.contains("3 rows changed by hand"), "{ran:#?}");
    let ran = damaged(&place, "DELETE FROM edges WHERE class NOT LIKE '%Road'").ends(0, &[]);
    assert!(ran.stdout.contains("5 nodes not connected with the root"), "{ran:#?}");
    db(&place, &["check", "no.db"]).ends(2, &["no.db: there is no such file"]);
}

#[test]
fn a_copy_is_the_same_and_overwrites_nothing() {
    let place = town();
    db(&place, &["backup", "town.db", "copy.db"]).ends(0, &[]);
    assert_eq!(exported(&place, "copy.db"), exported(&place, "town.db"));
    db(&place, &["backup", "town.db", "copy.db"]).ends(2, &["`copy.db` is there already", "new name"]);
    db(&place, &["backup", "town.db", "no/copy.db"]).ends(2, &["there is no folder `no`"]);
    db(&place, &["backup", "no.db", "other.db"]).ends(2, &["there is no such file"]);
    is_empty_but_for(&place.directory, &["copy.db", "town.db", "town.db-lock", "town.jac"]);
    place.ambler(&["run", "--store", "copy.db", "town.jac"]).ends(0, &[]);
}

#[test]
fn what_is_exported_and_imported_is_the_same() {
    let place = town();
    db(&place, &["export", "town.db", "-o", "town.jsonl"]).ends(0, &["town.jsonl: 6 nodes"]);
    let text = std::fs::read_to_string(place.directory.join("town.jsonl")).expect("the export is there");
    assert_eq!(text, exported(&place, "town.db"));
    let ran = db(&place, &["import", "new.db", "town.jsonl"]).ends(0, &[]);
    assert_eq!(ran.stdout, "new.db: 6 nodes, 6 edges, 6 walkers\n");
    assert_eq!(exported(&place, "new.db"), text);
    db(&place, &["check", "new.db"]).ends(0, &[]);
    let both = ["town.db", "new.db"]
        .map(|file| place.ambler(&["run", "--store", file, "town.jac"]).ends(0, &[]).stdout);
    assert_eq!(both[0], both[1]);
    db(&place, &["import", "new.db", "town.jsonl"]).ends(2, &["`new.db` is there already"]);
    db(&place, &["import", "other.db", "no.jsonl"]).ends(2, &["cannot read `no.jsonl`"]);
}

#[test]
fn an_import_is_whole_or_nothing() {
    let place = town();
    let text = exported(&place, "town.db");
    let lines: Vec<&str> = text.lines().collect();
    let is_road = |line: &&str| line.starts_with("{\"edge\"") && line.contains("Road");
    let edge = lines.iter().position(is_road).expect("there are roads");
    let walker = lines.iter().position(|line| line.starts_with("{\"walker\"")).expect("there are walkers");
    let with = |at: usize, line: &str| {
        let mut lines = lines.clone();
        lines[at] = line;
        lines.join("\n")
    };
    let without_sum = lines[edge].split(",\"sum\"").next().expect("a line").to_owned() + "}";
    let number = |at: usize, what: &str| format!("line {} of the export cannot be used: {what}", at + 1);
    for (text, said) in [
        (with(edge, &lines[edge].replace("Road", "Lane")), number(edge, "it is not as it was written")),
        (with(edge, &lines[edge][..40]), number(edge, "it is not JSON")),
        (with(edge, lines[edge - 1]), number(edge, "")),
        (with(edge, "{\"edge\":\"1\"}"), number(edge, "it is no line of an export")),
        (with(edge, ""), number(edge, "it is not JSON")),
        (with(walker, lines[edge]), number(walker, "")),
        (with(0, lines[1]), number(0, "it is no header of an export")),
        (with(0, "{\"ambler\":\"store\",\"version\":99}"), number(0, "it is of version 99")),
        (lines[..walker].join("\n"), format!("the export breaks off after line {walker}")),
        (text.clone() + lines[edge], number(lines.len(), "nothing may follow")),
        (String::new(), "the export breaks off after line 0".to_owned()),
        (
            text.replacen(lines[walker], "", 1).replace("\n\n", "\n"),
            number(lines.len() - 2, "there are more or fewer"),
        ),
    ] {
        std::fs::write(place.directory.join("bad.jsonl"), text).expect("a file can be written");
        db(&place, &["import", "new.db", "bad.jsonl"]).ends(2, &[&said, "help: "]);
        is_empty_but_for(&place.directory, &["bad.jsonl", "town.db", "town.db-lock", "town.jac"]);
    }
    // Who changes a line takes its check sum away.
    std::fs::write(place.directory.join("bad.jsonl"), with(edge, &without_sum))
        .expect("a file can be written");
    db(&place, &["import", "new.db", "bad.jsonl"]).ends(0, &[]);
    assert_eq!(exported(&place, "new.db"), text);
}
