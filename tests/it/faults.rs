//! What can happen to a store: a second program, a disk that is full or may not be written, a file that is
//! cut, bent, newer, or no store at all. Each is said, nothing is lost, and nothing is half read.

use super::cli::{Place, Ran};
use super::db::town;
use super::tasks::{add, walker};
use ambler::record::{Id, Record};
use ambler::store::{EdgeQuery, Found, SqliteStore, Status, Store, StoreError, Way};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

fn run(place: &Place) -> Ran {
    place.ambler(&["run", "--store", "town.db", "town.jac"])
}

/// Each verb that uses a store refuses it with these words, and leaves it as it is.
#[track_caller]
fn is_refused(place: &Place, code: i32, parts: &[&str]) {
    let file = place.directory.join("town.db");
    let before = std::fs::read(&file).expect("the file is there");
    run(place).ends(1, parts);
    place.ambler(&["tasks", "stats", "--store", "town.db"]).ends(code, parts);
    place.ambler(&["db", "check", "town.db"]).ends(code, parts);
    place.ambler(&["db", "backup", "town.db", "copy.db"]).ends(code, parts);
    place.ambler(&["db", "export", "town.db", "-o", "town.jsonl"]).ends(code, parts);
    assert!(!place.directory.join("copy.db").exists() && !place.directory.join("town.jsonl").exists());
    assert!(std::fs::read(&file).expect("the file is there") == before, "the file was changed");
}

#[test]
fn a_second_program_is_refused_and_can_still_look() {
    let place = Place::new(&[(
        "town.jac",
        "node N { has n: int; }\nwith entry {\n    root ++> N(1);\n    print(\"here\");\n    input();\n    print(len([root-->]));\n}\n",
    )]);
    let mut command = place.command(&["run", "--store", "town.db", "town.jac"]);
    let mut first = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("ambler starts");
    let mut out = BufReader::new(first.stdout.take().expect("its output goes into a pipe"));
    let mut line = String::new();
    out.read_line(&mut line).expect("a line");
    assert_eq!(line, "here\n");
    let process = format!("town.db: process {} is running on this store", first.id());
    run(&place).ends(1, &[&process, "help: one program at a time"]);
    let ran = place.ambler(&["db", "check", "town.db"]).ends(0, &[]);
    assert!(ran.stdout.starts_with("town.db: 2 nodes, 1 edge"), "{ran:#?}");
    place.ambler(&["db", "backup", "town.db", "copy.db"]).ends(0, &[]);
    drop(first.stdin.take());
    first.wait().expect("ambler ends");
    run(&place);
    place.ambler(&["db", "check", "copy.db"]).ends(0, &[]);
}

#[test]
fn what_is_no_store_is_left_alone() {
    let place = town();
    let file = place.directory.join("town.db");
    let edit = |sql: &str| Connection::open(&file).and_then(|file| file.execute_batch(sql)).expect("SQL");
    edit("PRAGMA user_version = 99");
    is_refused(&place, 2, &["town.db: the store is of version 99", "help: a newer ambler has written it"]);

    std::fs::write(&file, "no database, but a text that is long enough to be taken for one".repeat(9))
        .unwrap();
    is_refused(&place, 2, &["town.db: the file is not a store", "help: choose another file"]);

    std::fs::remove_file(&file).unwrap();
    edit("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    is_refused(&place, 2, &["town.db: the file is a SQLite database of another program"]);

    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    run(&place).ends(1, &["town.db: this is a folder"]);
    place.ambler(&["tasks", "stats", "--store", "town.db"]).ends(2, &["town.db: this is a folder"]);
    place.ambler(&["run", "--store", "no/town.db", "town.jac"]).ends(1, &["there is no folder `no`"]);
}

#[test]
fn an_empty_file_is_a_new_store_only_where_there_was_none() {
    let place = town();
    let file = place.directory.join("town.db");
    std::fs::write(place.directory.join("new.db"), "").unwrap();
    place.ambler(&["tasks", "stats", "--store", "new.db"]).ends(2, &["new.db: the file is empty"]);
    place.ambler(&["run", "--store", "new.db", "town.jac"]).ends(0, &[]);
    std::fs::write(&file, "").unwrap();
    run(&place).ends(1, &["the store is damaged: the file is empty, and there was a store in it"]);
    assert_eq!(std::fs::metadata(&file).unwrap().len(), 0);
}

#[test]
fn a_file_that_was_cut_is_noticed() {
    let place = town();
    let file = place.directory.join("town.db");
    let whole = std::fs::read(&file).unwrap();
    for length in [whole.len() - 1, whole.len() / 2, 4096, 1000] {
        std::fs::write(&file, &whole[..length]).unwrap();
        is_refused(&place, 1, &["town.db: the store is damaged", "help: "]);
    }
    std::fs::write(&file, &whole[..50]).unwrap();
    is_refused(&place, 2, &["town.db: the file is not a store"]);
    std::fs::write(&file, &whole).unwrap();
    run(&place).ends(0, &[]);
}

/// Runs as somebody for whom permissions count.
fn as_nobody(place: &Place, arguments: &[&str]) -> Option<Ran> {
    let command = place.command(arguments);
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    if !is_root {
        return Some(place.ambler(arguments));
    }
    let mut other = Command::new("setpriv");
    other.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(command.get_program());
    let output = other.args(arguments).current_dir(&place.directory).stdin(Stdio::null()).output().ok()?;
    // Where the program itself is out of reach there is nothing to be seen.
    let ran = Ran::new(output);
    (!ran.stderr.starts_with("setpriv:")).then_some(ran)
}

#[test]
#[cfg(unix)]
fn what_may_not_be_written_can_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let place = town();
    let all = place.ambler(&["db", "export", "town.db"]).stdout;
    let allow = |name: &str, mode: u32| {
        let path = place.directory.join(name);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("it can be set");
    };
    allow("town.db", 0o444);
    allow("town.db-lock", 0o666);
    allow("town.jac", 0o444);
    allow(".", 0o777);
    let Some(ran) = as_nobody(&place, &["run", "--store", "town.db", "town.jac"]) else { return };
    ran.ends(1, &["town.db: the file is read-only", "help: a run writes to its store"]);
    let readable = || {
        let ran = as_nobody(&place, &["db", "export", "town.db"]).expect("it has run before").ends(0, &[]);
        assert!(ran.stdout == all, "another export");
        let ran = as_nobody(&place, &["tasks", "stats", "--store", "town.db"]).expect("it has run before");
        assert!(ran.ends(0, &[]).stdout.contains("completed"));
    };
    readable();
    for left in ["town.db-wal", "town.db-shm"] {
        let _ = std::fs::remove_file(place.directory.join(left));
    }
    allow("town.db-lock", 0o444);
    allow(".", 0o555);
    let ran = as_nobody(&place, &["run", "--store", "town.db", "town.jac"]).expect("it has run before");
    ran.ends(1, &["`town.db-lock` cannot be opened: permission denied", "help: see whether you may"]);
    let ran = as_nobody(&place, &["db", "backup", "town.db", "copy.db"]).expect("it has run before");
    ran.ends(2, &["`copy.db` cannot be written", "help: see whether you may write to its folder"]);
    readable();
    allow("town.db", 0o000);
    let ran = as_nobody(&place, &["tasks", "stats", "--store", "town.db"]).expect("it has run before");
    ran.ends(2, &["town.db: the file cannot be opened"]);
    allow(".", 0o755);
}

/// Prints how many nodes are surely there, for ever.
const FILL: &str = r#"
node N { has text: str; }
with entry {
    n = len([root-->]);
    while n < 100000 {
        root ++> N(str(n) * 500);
        n += 1;
        print(n);
    }
}
"#;

/// What was printed before the disk was full is there afterwards.
fn nothing_is_lost(place: &Place, full: &Ran, parts: &[&str], store: &str) {
    assert_eq!(full.code, Some(1), "{full:#?}");
    for part in parts {
        assert!(full.stderr.contains(part), "{full:#?}");
    }
    let printed: usize = full.stdout.lines().last().expect("it printed").parse().expect("a number");
    let ran = place.ambler(&["db", "export", store]).ends(0, &[]);
    let kept = ran.stdout.lines().filter(|line| line.starts_with("{\"node\"")).count() - 1;
    assert!(kept >= printed && printed > 0, "{printed} were printed, {kept} are kept");
}

#[test]
#[cfg(unix)]
fn a_disk_that_is_full_ends_the_run_and_loses_nothing() {
    let place = Place::new(&[("fill.jac", FILL)]);
    let limited = "trap '' XFSZ; ulimit -f 2000; exec \"$0\" run --store fill.db fill.jac";
    let program = place.command(&[]).get_program().to_owned();
    let mut command = Command::new("sh");
    command.args(["-c", limited]).arg(&program).current_dir(&place.directory);
    let full = Ran::new(command.output().expect("a shell starts"));
    nothing_is_lost(&place, &full, &["fill.db: reading or writing failed", "help: "], "fill.db");
    place.ambler(&["db", "check", "fill.db"]).ends(0, &[]);

    // A real one, where it may be made.
    let disk = place.directory.join("disk");
    std::fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=2m", "none"]).arg(&disk).output();
    if !mounted.is_ok_and(|mounted| mounted.status.success()) {
        return;
    }
    let full = place.ambler(&["run", "--store", "disk/fill.db", "fill.jac"]);
    let copied = place.ambler(&["db", "backup", "disk/fill.db", "fill2.db"]);
    let failed = place.ambler(&["db", "backup", "disk/fill.db", "disk/copy.db"]);
    let left: Vec<String> = std::fs::read_dir(&disk)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let unmounted = Command::new("umount").arg(&disk).output();
    assert!(unmounted.is_ok_and(|unmounted| unmounted.status.success()));
    copied.ends(0, &[]);
    nothing_is_lost(&place, &full, &["disk/fill.db: the disk is full", "help: "], "fill2.db");
    failed.ends(1, &["the disk is full"]);
    assert!(left.iter().all(|name| name.starts_with("fill.db")), "{left:?}");
}

/// All that a program can see in a store: nodes, edges and walkers by their ids, and what the store
/// complained of.
fn seen(path: &Path) -> Result<BTreeMap<Id, String>, StoreError> {
    let failure = Arc::new(Mutex::new(None));
    let told = failure.clone();
    let store = SqliteStore::open(path, Box::new(move |error| *told.lock().unwrap() = Some(error.clone())))?;
    let mut all = BTreeMap::new();
    let at = store.snapshot();
    let (mut places, mut edges) = (Vec::new(), Vec::new());
    store.scan(&at, 0, usize::MAX, &mut places);
    for (slot, version) in &places {
        edges.clear();
        store.edges(*slot, &at, &EdgeQuery::all(Way::Any), &mut edges);
        let id_of = |slot| store.read(slot, &at).map(|version| version.id());
        let edges: Vec<_> =
            edges.iter().map(|seen| (id_of(seen.edge), id_of(seen.other), seen.way)).collect();
        let fields: Vec<Option<Record>> = version.fields().map(|field| field.cloned()).collect();
        let layout = store.classes().get(version.layout());
        let ends = version.ends().map(|(from, to)| (id_of(from), id_of(to)));
        all.insert(
            version.id(),
            format!("{} {:?} {fields:?} {ends:?} {edges:?}", layout.name, layout.fields),
        );
    }
    let ids: Vec<Vec<u8>> = Connection::open(path)
        .and_then(|file| {
            let mut statement = file.prepare("SELECT id FROM walkers")?;
            statement.query_map([], |row| row.get(0))?.collect()
        })
        .map_err(|error| StoreError::Damaged(error.to_string()))?;
    for id in ids {
        let id = Id(u128::from_be_bytes(id.try_into().unwrap_or_default()));
        if let Some(Found::Walker(slot)) = store.find(id) {
            all.insert(id, format!("{:?} {:?}", store.walker(slot), store.journal(slot, 0).len()));
        }
    }
    let closed = store.close();
    let failure = failure.lock().unwrap().take();
    match failure {
        Some(error) => Err(error),
        None => closed.map(|()| all),
    }
}

/// Bits that flip are noticed, or change nothing that can be seen. `AMBLER_FLIPS` says how many.
#[test]
fn a_bit_that_flips_never_changes_what_is_read() {
    let place = town();
    let file = place.directory.join("town.db");
    let whole = std::fs::read(&file).unwrap();
    let before = seen(&file).expect("the store is whole");
    assert!(before.len() > 15, "{before:#?}");
    let flips = std::env::var("AMBLER_FLIPS").ok().and_then(|flips| flips.parse().ok()).unwrap_or(200);
    let (mut noticed, mut harmless) = (0, 0);
    for flip in 0..flips {
        // Spread over the file, each time at another bit; empty pages are not worth a look.
        let at = (flip * 7919 + flip / whole.len()) % whole.len();
        let mut bent = whole.clone();
        bent[at] ^= 1 << (flip % 8);
        std::fs::write(&file, &bent).unwrap();
        for ending in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(place.directory.join(format!("town.db{ending}")));
        }
        match seen(&file) {
            Ok(after) if after == before => harmless += 1,
            Ok(after) => panic!("byte {at}, bit {}: {after:#?} instead of {before:#?}", flip % 8),
            Err(error) => {
                assert!(!error.to_string().is_empty());
                noticed += 1;
            }
        }
    }
    assert!(noticed > 0 && harmless > 0, "{noticed} were noticed, {harmless} changed nothing");
}

#[test]
fn damage_in_the_log_is_told_from_its_end() {
    let place = Place::new(&[]);
    let path = |name: &str| place.directory.join(name);
    {
        let store = SqliteStore::open(&path("app.db"), Box::new(|error| panic!("{error}"))).unwrap();
        (1..=6).for_each(|number| {
            add(&store, walker("__main__.W", &format!("{number:032x}"), Status::Pending, 0));
        });
    }
    // Six transactions, each on disk before the next, as a process leaves them that was killed.
    let file = Connection::open(path("app.db")).unwrap();
    for key in 1..=6 {
        file.execute("DELETE FROM walkers WHERE key = ?1", [key]).unwrap();
    }
    std::fs::copy(path("app.db"), path("copy.db")).unwrap();
    let log = std::fs::read(path("app.db-wal")).unwrap();
    let stats = |log: &[u8]| {
        std::fs::write(path("copy.db-wal"), log).unwrap();
        let _ = std::fs::remove_file(path("copy.db-shm"));
        place.ambler(&["tasks", "stats", "--json", "--store", "copy.db"])
    };
    assert!(stats(&log).ends(0, &[]).stdout.starts_with("{\"pending\":0,"));
    for at in [20, 40, 60, 1000, log.len() / 2] {
        let mut bent = log.clone();
        bent[at] ^= 4;
        let said = "copy.db: the store is damaged: a transaction in its log";
        stats(&bent).ends(1, &[said, "help: "]);
        assert!(matches!(seen(&path("copy.db")), Err(StoreError::Damaged(_))));
    }
    // A power failure cuts the last transaction off, which nobody had acknowledged.
    assert!(stats(&log[..log.len() - 10]).ends(0, &[]).stdout.starts_with("{\"pending\":1,"));
    assert_eq!(seen(&path("copy.db")).expect("it opens").len(), 1);
}

/// A store of each version that was released is opened by this one, and goes on.
#[test]
fn a_store_of_version_1_goes_on() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/store");
    let program = std::fs::read_to_string(format!("{folder}/version-1.jac")).unwrap();
    let place = Place::new(&[("app.jac", &program)]);
    std::fs::copy(format!("{folder}/version-1.db"), place.directory.join("app.db")).unwrap();
    let ran = place.ambler(&["db", "check", "app.db"]).ends(0, &[]);
    assert!(ran.stdout.starts_with("app.db: 3 nodes, 2 edges, 4 walkers\n"), "{ran:#?}");
    let stats = || place.ambler(&["tasks", "stats", "--json", "--store", "app.db"]).ends(0, &[]).stdout;
    assert_eq!(stats(), "{\"pending\":0,\"running\":1,\"completed\":1,\"failed\":1,\"cancelled\":1}\n");
    let ran = place.ambler(&["run", "--store", "app.db", "app.jac"]).ends(0, &["1 walker resumed"]);
    let expected =
        "Ann 156 Bøb 106\n['first'] [1, 2.5] [None, True] {'big': 1180591620717411303424, (1, 2): {3}}\n";
    assert_eq!(ran.stdout, expected);
    assert_eq!(stats(), "{\"pending\":0,\"running\":0,\"completed\":2,\"failed\":1,\"cancelled\":1}\n");
    place.ambler(&["db", "check", "app.db"]).ends(0, &[]);
}
