//! Programs on a durable store, run after run: what they built is there, walkers go on where they stopped,
//! and a program that has changed in between meets its old data in its new form.

use super::store::Folder;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a run of `program` on the folder's store prints, and says beside it.
fn run(folder: &Folder, program: &str) -> (String, String) {
    let out = command(folder, program).output().unwrap();
    (String::from_utf8_lossy(&out.stdout).into_owned(), String::from_utf8_lossy(&out.stderr).into_owned())
}

fn command(folder: &Folder, program: &str) -> Command {
    let file = folder.file().with_file_name("main.jac");
    std::fs::write(&file, program).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ambler"));
    command.args(["run", "--store"]).arg(folder.file()).arg(file);
    command
}

/// Starts a run and kills it when it has printed a line that begins so.
fn killed_after(folder: &Folder, program: &str, line: &str) -> String {
    use std::io::{BufRead, BufReader, Read};
    let mut child = command(folder, program).stdout(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    while output.read_line(&mut text).unwrap() > 0 {
        if text.lines().last().is_some_and(|last| last.starts_with(line)) {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    output.read_to_string(&mut text).unwrap();
    text
}

const GRAPH: &str = "
node City { has name: str, people: list = []; }
edge Road { has km: int; }
with entry {
    cities = [root-->(`?City)];
    if not cities {
        a = City(name='A');
        b = City(name='B');
        root ++> a;
        root ++> b;
        a +>:Road(km=7):+> b;
        cities = [root-->(`?City)];
    }
    cities[0].people.append(len(cities[0].people));
    print([c.name for c in cities], cities[0].people, [e.km for e in [edge cities[0]->:Road:->]]);
    print([root-->(`?City)] == cities, [cities[1]<--(`?City)] == [cities[0]]);
}
";

#[test]
fn the_graph_under_root_is_there_in_the_next_run() {
    let folder = Folder::new();
    assert_eq!(run(&folder, GRAPH), ("['A', 'B'] [0] [7]\nTrue True\n".into(), String::new()));
    assert_eq!(run(&folder, GRAPH), ("['A', 'B'] [0, 1] [7]\nTrue True\n".into(), String::new()));
    let ids = "
node City { has name: str, people: list = []; }
edge Road { has km: int; }
with entry { print(' '.join([jid(c) for c in [root-->]])); }
";
    let (first, second) = (run(&folder, ids).0, run(&folder, ids).0);
    assert_eq!(first, second);
    let id = first.split_whitespace().next().unwrap();
    let by_id = format!(
        "node City {{ has name: str, people: list = []; }} edge Road {{ has km: int; }}
        with entry {{ c = &'{id}'; print(c.name); del c; print(&'{id}' is None, [c.name for c in [root-->]]); }}"
    );
    assert_eq!(run(&folder, &by_id).0, "A\nTrue ['B']\n");
    assert_eq!(run(&folder, ids).0.split_whitespace().count(), 1);
}

const SLEEPER: &str = "
import time;
async walker Step {
    has seen: list = [];
    can begin with `root entry {
        self.seen.append('root');
        visit [-->];
    }
    can work with Place entry {
        self.seen.append(here.n);
        start = time.time();
        time.sleep(1.5);
        here.n += 1;
        print('worked', self.seen, here.n, time.time() - start < 3.0);
        visit [-->];
    }
}
node Place { has n: int; }
with entry {
    if not [root-->] {
        root ++> Place(n=1) ++> Place(n=10);
        print('spawned', Step() spawn root);
    }
}
";

#[test]
fn a_killed_walker_goes_on_at_the_visit_where_it_stopped() {
    let folder = Folder::new();
    let began = Instant::now();
    let first = killed_after(&folder, SLEEPER, "worked");
    let id = first.lines().next().unwrap().split(' ').nth(1).unwrap().to_owned();
    let (out, said) = run(&folder, SLEEPER);
    assert_eq!(said, "1 walker resumed\n");
    assert_eq!(first.lines().nth(1), Some("worked ['root', 1] 2 True"));
    assert_eq!(out, "worked ['root', 1, 10] 11 True\n");
    assert!(began.elapsed() > Duration::from_secs(3));
    let look = SLEEPER.split("with entry").next().unwrap().to_owned()
        + &format!(
            "with entry {{ w = &'{id}'; print(w.seen, w.__jac__.schedule.status, w.__jac__.schedule.steps); }}"
        );
    assert_eq!(run(&folder, &look).0, "['root', 1, 10] completed 3\n");
}

#[test]
fn fields_that_are_new_get_their_defaults_and_others_are_kept_aside() {
    let folder = Folder::new();
    run(
        &folder,
        "node City { has name: str; has mayor: str = 'M'; } with entry { root ++> City(name='A'); }",
    );
    let changed = "
node City { has name: str; has tags: list = []; has size: int = 5; }
with entry {
    c = [root-->][0];
    c.size += 1;
    c.tags.append('t');
    print(c.name, c.size, c.tags);
}
";
    let (out, said) = run(&folder, changed);
    assert_eq!(out, "A 6 ['t']\n");
    assert_eq!(
        said,
        "note: stored `City` has `mayor`, which the program does not declare: it is kept aside\n"
    );
    assert_eq!(run(&folder, changed).0, "A 7 ['t', 't']\n");
    let back = "node City { has mayor: str; has name: str; } with entry { print([root-->][0].mayor); }";
    assert_eq!(run(&folder, back).0, "M\n");
}

#[test]
fn an_archetype_that_is_gone_makes_its_nodes_unreadable_until_it_is_back() {
    let folder = Folder::new();
    let with = "node City { has name: str; } with entry { if not [root-->] { root ++> City(name='A'); } print([root-->]); }";
    assert_eq!(run(&folder, with).0, "[City(name='A')]\n");
    let (out, said) = run(&folder, "with entry { print('before'); print([root-->]); }");
    assert_eq!(out, "before\n");
    assert!(said.contains("the program declares no `__main__.City`"), "{said}");
    assert_eq!(run(&folder, with).0, "[City(name='A')]\n");
}

#[test]
fn a_resumed_walker_runs_the_code_of_today() {
    let folder = Folder::new();
    let old = "
import time;
async walker W {
    has n: int = 1;
    can go with `root entry { self.n += 1; visit [-->]; }
    can work with P entry { print('old', self.n); time.sleep(60.0); }
}
node P {}
with entry { root ++> P(); W() spawn root; }
";
    killed_after(&folder, old, "old 2");
    let new = "
import math;
glob factor: int = 10;
def times(a: int, by: int = factor) -> int { return a * by; }
async walker W {
    has n: int = 1;
    has extra: list = [7];
    can go with `root entry { print('again'); }
    can work with P entry { self.extra.append(times(self.n)); print('new', self.extra, math.floor(2.5)); }
}
node P {}
";
    assert_eq!(run(&folder, new), ("new [7, 20] 2\n".into(), "1 walker resumed\n".into()));
}

#[test]
fn walkers_of_a_class_that_is_gone_wait_for_it() {
    let folder = Folder::new();
    let with = "
import time;
async walker W { can go with `root entry { print('went'); time.sleep(60.0); } }
with entry { W() spawn root; }
";
    killed_after(&folder, with, "went");
    let (out, said) = run(&folder, "with entry { print('main'); }");
    assert_eq!((&*out, &*said), ("main\n", "1 walker waits: the program has no walker `__main__.W`\n"));
    let quick = "async walker W { can go with `root entry { print('now'); } }";
    assert_eq!(run(&folder, quick), ("now\n".into(), "1 walker resumed\n".into()));
    assert_eq!(run(&folder, quick), (String::new(), String::new()));
}
