//! `ambler tasks` as a user meets it: on a store that nobody uses, beside a program that runs on it, and
//! what the next run makes of it.

use super::cli::{Place, Ran};
use ambler::record::{Id, Record};
use ambler::store::{
    Base, ChangeSet, Dispatch, Fields, Outcome, SqliteStore, Status, Store, WalkerChange, WalkerRecord,
};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::Arc;

const DAY: i64 = 86_400_000_000;

fn now_us() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(now.expect("it is after 1970").as_micros()).expect("it is before the year 294000")
}

pub fn walker(class: &str, id: &str, status: Status, days: i64) -> WalkerRecord {
    let due_us = now_us() - days * DAY;
    let fields: Fields = [(Arc::from("n"), Record::Int(3))].into_iter().collect();
    let id = Id::parse(id).expect("an id of the tests is one");
    let spawned = WalkerRecord::spawned(id, Dispatch::new(class, Id::ROOT, due_us), fields);
    let ended = status.has_ended().then_some(due_us);
    WalkerRecord { status, finished_us: ended, executed_us: ended, ..spawned }
}

pub fn add(store: &SqliteStore, record: WalkerRecord) {
    let change = WalkerChange { slot: store.reserve_walker(), base: Base::New, record: Arc::new(record) };
    let outcome = store.commit(ChangeSet { walkers: vec![change], ..ChangeSet::default() });
    assert!(matches!(outcome, Outcome::Committed(_)));
}

const RUNNING: &str = "0193a1c2000070008000000000000001";
const COMPLETED: &str = "0193a1c2000070008000000000000002";
const FAILED: &str = "0193a1c3000070008000000000000003";
const CANCELLED: &str = "0193a1c4000070008000000000000004";
const PENDING: &str = "0193a1c5000070008000000000000005";

/// A place with a store `app.db` that holds a walker of each status.
fn five() -> Place {
    let place = Place::new(&[]);
    let store = SqliteStore::open(&place.directory.join("app.db"), Box::new(|error| panic!("{error}")));
    let store = store.expect("a store can be made");
    let failed = WalkerRecord {
        error: Some(Arc::from("ValueError: no luck\n  at shop.jac:3")),
        ..walker("__main__.Order", FAILED, Status::Failed, 3)
    };
    for record in [
        walker("__main__.Order", RUNNING, Status::Running, 0),
        walker("__main__.Order", COMPLETED, Status::Completed, 9),
        failed,
        walker("shop.Basket", CANCELLED, Status::Cancelled, 2),
        walker("__main__.Order", PENDING, Status::Pending, 0),
    ] {
        let change = WalkerChange { slot: store.reserve_walker(), base: Base::New, record: Arc::new(record) };
        let outcome = store.commit(ChangeSet { walkers: vec![change], ..ChangeSet::default() });
        assert!(matches!(outcome, Outcome::Committed(_)));
    }
    store.close().expect("the store can be closed");
    place
}

fn tasks(place: &Place, arguments: &[&str]) -> Ran {
    let mut all = vec!["tasks"];
    all.extend(arguments);
    all.extend(["--store", "app.db"]);
    place.ambler(&all)
}

fn stats(place: &Place) -> Vec<u64> {
    let ran = tasks(place, &["stats", "--json"]).ends(0, &[]);
    let counts: Value = serde_json::from_str(&ran.stdout).expect("an object");
    let names = ["pending", "running", "completed", "failed", "cancelled"];
    assert_eq!(counts.as_object().expect("an object").len(), names.len());
    names.map(|name| counts[name].as_u64().expect("a count")).into()
}

/// The ids in the first column, as the last digit of each.
fn listed(ran: &Ran) -> String {
    ran.stdout.lines().skip(1).filter_map(|line| line.get(31..32)).collect()
}

#[test]
fn a_list_is_a_table_or_lines_of_json() {
    let place = five();
    let ran = tasks(&place, &["list"]).ends(0, &[]);
    assert_eq!(listed(&ran), "54321");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines[0], "ID                                CLASS        STATUS     WHEN        NOTE");
    assert_eq!(
        lines[3],
        "0193a1c3000070008000000000000003  Order        failed     3 days ago  ValueError: no luck"
    );
    assert_eq!(lines[2], "0193a1c4000070008000000000000004  shop.Basket  cancelled  2 days ago");
    let colored = place.ambler(&["tasks", "list", "--store", "app.db", "--color", "always"]);
    assert!(colored.stdout.contains("\u{1b}[1m\u{1b}[31mfailed\u{1b}[0m"), "{:?}", colored.stdout);

    let ran = tasks(&place, &["list", "--json", "--limit", "2"]).ends(0, &[]);
    let walkers: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(walkers.len(), 2);
    assert_eq!(walkers[0]["id"], format!("w:Order:{PENDING}"));
    assert_eq!(walkers[1]["status"], "cancelled");
    tasks(&place, &["list", "--limit", "2"]).ends(0, &["2 of 5 walkers are listed; `--limit 0` lists all"]);
}

#[test]
fn a_list_is_filtered() {
    let place = five();
    for (filter, expected) in [
        (vec!["--status", "failed,cancelled"], "43"),
        (vec!["--status", "pending", "--status", "running"], "51"),
        (vec!["--class", "Order"], "5321"),
        (vec!["--class", "shop.Basket"], "4"),
        (vec!["--older", "60h"], "32"),
        (vec!["--newer", "4d", "--older", "1d"], "43"),
        (vec!["--class", "Nobody"], ""),
    ] {
        let mut arguments = vec!["list"];
        arguments.extend(&filter);
        let ran = tasks(&place, &arguments).ends(0, &[]);
        assert_eq!(listed(&ran), expected, "{filter:?}");
    }
    tasks(&place, &["list", "--status", "broken"]).ends(2, &["'broken'"]);
    tasks(&place, &["list", "--older", "7"]).ends(2, &["a time has a number and a unit, as in 90s"]);
    assert_eq!(stats(&place), [1, 1, 1, 1, 1]);
    let table = tasks(&place, &["stats"]).ends(0, &[]).stdout;
    assert!(table.starts_with("pending    1\nrunning    1\n"), "{table}");
}

#[test]
fn an_id_is_known_by_its_first_digits() {
    let place = five();
    for typed in
        [FAILED, "0193a1c3", "0193A1C3-0000", "w:Order:0193a1c3", "w::0193a1c3", "w:__main__.Order:0193a1c3"]
    {
        let ran = tasks(&place, &["show", typed]).ends(0, &[]);
        assert!(ran.stdout.starts_with(&format!("w:Order:{FAILED} is failed\n")), "{typed}: {ran:#?}");
        assert!(ran.stdout.contains("ValueError: no luck\n  at shop.jac:3\n"), "{ran:#?}");
    }
    let shown: Value = serde_json::from_str(&tasks(&place, &["show", "0193a1c3", "--json"]).stdout).unwrap();
    assert_eq!(shown["fields"]["n"], 3);
    tasks(&place, &["show", "0193a1c2"])
        .ends(2, &["`0193a1c2` can mean several walkers", RUNNING, COMPLETED, "type more digits"]);
    tasks(&place, &["show", "0193ffff"])
        .ends(2, &["app.db: there is no walker `0193ffff`", "ambler tasks list --store app.db"]);
    tasks(&place, &["show", "w:Basket:0193a1c3"]).ends(2, &["there is no walker"]);
    tasks(&place, &["show", "order"]).ends(2, &["`order` is no id of a walker", "32 hex digits"]);
    tasks(&place, &["shwo", "1"]).ends(2, &["'show'"]);
    tasks(&place, &["check", "1"]).ends(2, &["unrecognized subcommand 'check'"]);
    place.ambler(&["tasks", "list", "--store", "no.db"]).ends(2, &["no.db: there is no such file"]);
}

#[test]
fn waiting_says_by_its_exit_code_how_it_ended() {
    let place = five();
    tasks(&place, &["wait", COMPLETED]).ends(0, &[]);
    tasks(&place, &["wait", FAILED]).ends(1, &["ValueError: no luck"]);
    tasks(&place, &["wait", CANCELLED]).ends(1, &[]);
    tasks(&place, &["wait", PENDING, "--timeout", "0.1"])
        .ends(124, &["no program runs on app.db", &format!("w:Order:{PENDING} is still pending")]);
    tasks(&place, &["wait", PENDING, "--timeout", "soon"]).ends(2, &["seconds are a number"]);
}

#[test]
fn a_store_that_nobody_uses_is_changed_at_once() {
    let place = five();
    let ran = tasks(&place, &["cancel", PENDING]).ends(0, &[]);
    assert_eq!(ran.stdout, format!("w:Order:{PENDING} is cancelled\n"));
    tasks(&place, &["cancel", PENDING]).ends(1, &["it has ended already", "ambler tasks show"]);
    tasks(&place, &["retry", RUNNING]).ends(1, &["it has not failed"]);
    tasks(&place, &["retry", COMPLETED]).ends(1, &["it has not failed"]);
    assert_eq!(stats(&place), [0, 1, 1, 1, 2]);
    let ran = tasks(&place, &["retry", FAILED, "--json"]).ends(0, &[]);
    let said: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(said["status"], "pending");
    assert_eq!(stats(&place), [1, 1, 1, 0, 2]);
    let shown: Value = serde_json::from_str(&tasks(&place, &["show", FAILED, "--json"]).stdout).unwrap();
    assert_eq!((&shown["error"], &shown["finished"]), (&Value::Null, &Value::Null));
    assert_eq!(tasks(&place, &["prune", "--older", "7d"]).ends(0, &[]).stdout, "1 walker forgotten\n");
    assert_eq!(tasks(&place, &["prune", "--older", "0s", "--json"]).stdout, "{\"pruned\":2}\n");
    assert_eq!(stats(&place), [1, 1, 0, 0, 0]);
    place.ambler(&["db", "check", "app.db"]).ends(0, &[]);
}

/// The walkers of `SHOP` fail once a file `shut` is there, and sleep as long as a file `wait` is there.
const SHOP: &str = r#"
import os;
import time;

node Till { has sum: int = 0; }

async walker Sell {
    has amount: int, tries: int = 0;

    can sell with Till entry {
        self.tries += 1;
        here.sum += self.amount;
        report self.tries;
        while os.path.exists("wait") { time.sleep(0.05); }
        if os.path.exists("shut") { raise ValueError("the shop is shut"); }
    }
}

with entry {
    tills = [root-->(`?Till)];
    if not tills { root ++> Till(); tills = [root-->(`?Till)]; }
    if os.path.exists("spawn") {
        for amount in [1, 10] { print(Sell(amount=amount) spawn tills[0]); }
    }
    while os.path.exists("open") { time.sleep(0.05); }
    print("sum", tills[0].sum);
}
"#;

fn ids(child: &mut Child, count: usize) -> Vec<String> {
    let out = child.stdout.as_mut().expect("its output goes into a pipe");
    BufReader::with_capacity(1, out).lines().take(count).map(|line| line.expect("a line")).collect()
}

impl Place {
    fn has(&self, names: &[&str]) {
        for name in ["wait", "shut", "spawn", "open"] {
            let path = self.directory.join(name);
            match names.contains(&name) {
                true => std::fs::write(path, "").expect("a file can be written"),
                false => drop(std::fs::remove_file(path)),
            }
        }
    }

    fn start(&self) -> Child {
        let mut command = self.command(&["run", "--store", "app.db", "shop.jac"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("ambler starts")
    }
}

fn end(child: Child) -> Ran {
    Ran::new(child.wait_with_output().expect("ambler ends"))
}

#[test]
fn a_program_that_runs_does_what_is_asked() {
    let place = Place::new(&[("shop.jac", SHOP)]);
    place.has(&["spawn", "wait", "open"]);
    let mut child = place.start();
    let ids = ids(&mut child, 2);
    assert_eq!(stats(&place).iter().sum::<u64>(), 2);
    tasks(&place, &["wait", &ids[0], "--timeout", "0"]).ends(124, &["is still"]);
    tasks(&place, &["cancel", &ids[0]]).ends(0, &[]);
    tasks(&place, &["wait", &ids[0], "--timeout", "60"]).ends(1, &[]);
    tasks(&place, &["cancel", &ids[0]]).ends(1, &["it has ended already"]);
    place.has(&["open", "shut"]);
    tasks(&place, &["wait", &ids[1], "--timeout", "60"]).ends(1, &["ValueError: the shop is shut"]);
    assert_eq!(stats(&place), [0, 0, 0, 1, 1]);
    place.has(&["open"]);
    for id in &ids {
        tasks(&place, &["retry", id]).ends(0, &[]);
        tasks(&place, &["wait", id, "--timeout", "60"]).ends(0, &[]);
        let shown: Value = serde_json::from_str(&tasks(&place, &["show", id, "--json"]).stdout).unwrap();
        assert_eq!((&shown["fields"]["tries"], &shown["reports"]), (&Value::from(1), &Value::from(vec![1])));
    }
    tasks(&place, &["retry", &ids[1]]).ends(1, &["it has not failed"]);
    place.ambler(&["db", "check", "app.db"]).ends(0, &[]);
    assert_eq!(tasks(&place, &["prune", "--older", "0s"]).ends(0, &[]).stdout, "2 walkers forgotten\n");
    place.has(&[]);
    let ran = end(child);
    assert_eq!(ran.stdout.lines().last(), Some("sum 11"), "{ran:#?}");
    assert_eq!(stats(&place), [0, 0, 0, 0, 0]);
}

#[test]
fn the_next_run_does_what_was_asked_between() {
    let place = Place::new(&[("shop.jac", SHOP)]);
    place.has(&["spawn", "shut"]);
    let ran = end(place.start()).ends(1, &["ValueError: the shop is shut"]);
    let ids: Vec<&str> = ran.stdout.lines().take(2).collect();
    assert_eq!(stats(&place), [0, 0, 0, 2, 0]);
    tasks(&place, &["retry", ids[1]]).ends(0, &[]);
    place.has(&[]);
    end(place.start()).ends(0, &["1 walker resumed"]);
    assert_eq!(stats(&place), [0, 0, 1, 1, 0]);
    let shown: Value = serde_json::from_str(&tasks(&place, &["show", ids[1], "--json"]).stdout).unwrap();
    assert_eq!((&shown["fields"]["tries"], &shown["attempts"]), (&Value::from(1), &Value::from(0)));
    let ran = end(place.start()).ends(0, &[]);
    assert_eq!(ran.stdout, "sum 10\n");
}
