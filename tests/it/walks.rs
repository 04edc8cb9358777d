//! Random walks over random graphs, against a model of the traversal algorithm that is written as plainly
//! as possible (reference document, section 4.3): which ability runs on which node, in which order.

use std::collections::VecDeque;
use std::fmt::Write;

use super::program::{root, run};

const PROGRAMS: u64 = 120;
const NODES: usize = 8;
/// Classes of nodes; `B` derives from `A`.
const CLASSES: [&str; 3] = ["A", "B", "C"];

/// splitmix64
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Act {
    Nothing,
    VisitOut,
    VisitIn,
    VisitOutOfE,
    VisitFirst,
    Disengage,
}

/// An ability: its name, the class that triggers it (None: untyped), what it does.
#[derive(Clone)]
struct Ability {
    name: String,
    trigger: Option<usize>,
    entry: bool,
    act: Act,
}

struct Case {
    classes: Vec<usize>,
    /// From, to, and whether the edge is an `E`.
    edges: Vec<(usize, usize, bool)>,
    walker: Vec<Ability>,
    nodes: Vec<Vec<Ability>>,
}

fn matches(trigger: usize, class: usize) -> bool {
    trigger == class || (trigger == 0 && class == 1)
}

fn case(seed: u64) -> Case {
    let mut chance = Chance(seed);
    let acts = [Act::Nothing, Act::VisitOut, Act::VisitIn, Act::VisitOutOfE, Act::VisitFirst, Act::VisitOut];
    let ability = |chance: &mut Chance, name: String, trigger: Option<usize>| {
        let act = if chance.below(12) == 0 { Act::Disengage } else { acts[chance.below(acts.len())] };
        Ability { name, trigger, entry: chance.below(3) > 0, act }
    };
    let mut walker = Vec::new();
    for number in 0..2 + chance.below(4) {
        let trigger = if chance.below(4) == 0 { None } else { Some(chance.below(3)) };
        walker.push(ability(&mut chance, format!("w{number}"), trigger));
    }
    let mut nodes = Vec::new();
    for (class, name) in CLASSES.iter().enumerate() {
        let mut own = Vec::new();
        for number in 0..chance.below(3) {
            // 0 stands for the walker's class here.
            let trigger = if chance.below(2) == 0 { None } else { Some(0) };
            let mut made = ability(&mut chance, format!("{}{number}", name.to_lowercase()), trigger);
            made.act = Act::Nothing;
            own.push(made);
        }
        let _ = class;
        nodes.push(own);
    }
    let classes = (0..NODES).map(|_| chance.below(3)).collect();
    let edges = (0..NODES + chance.below(8))
        .map(|_| (chance.below(NODES), chance.below(NODES), chance.below(2) == 0))
        .filter(|(from, to, _)| from != to)
        .collect();
    Case { classes, edges, walker, nodes }
}

fn program(case: &Case) -> String {
    let moment = |ability: &Ability| if ability.entry { "entry" } else { "exit" };
    let mut text = String::from("edge E {}\nedge F {}\n");
    for (class, name) in CLASSES.iter().enumerate() {
        let base = if class == 1 { "(A)" } else { "" };
        let field = if class == 1 { "" } else { "    has n: int;\n" };
        let _ = writeln!(text, "node {name}{base} {{\n{field}");
        for ability in &case.nodes[class] {
            let trigger = if ability.trigger.is_some() { "with W " } else { "with " };
            let (name, moment) = (&ability.name, moment(ability));
            let _ = writeln!(text, "    can {name} {trigger}{moment} {{ print(\"{name}\", self.n); }}");
        }
        text.push_str("}\n");
    }
    text.push_str("walker W {\n    has left: int = 12;\n");
    for ability in &case.walker {
        let trigger = ability.trigger.map_or(String::new(), |class| format!("{} ", CLASSES[class]));
        let go = |what: &str| format!("if self.left > 0 {{ self.left -= 1; {what} }}");
        let act = match ability.act {
            Act::Nothing => String::new(),
            Act::VisitOut => go("visit [-->];"),
            Act::VisitIn => go("visit [<--];"),
            Act::VisitOutOfE => go("visit [->:E:->];"),
            Act::VisitFirst => go("visit :0: [-->];"),
            Act::Disengage => "if self.left < 6 { disengage; }".to_owned(),
        };
        let (name, moment) = (&ability.name, moment(ability));
        let _ =
            writeln!(text, "    can {name} with {trigger}{moment} {{ print(\"{name}\", here.n); {act} }}");
    }
    text.push_str("}\nwith entry {\n    n = [];\n");
    for (number, class) in case.classes.iter().enumerate() {
        let _ = writeln!(text, "    n.append({}(n={number}));", CLASSES[*class]);
    }
    for (from, to, is_e) in &case.edges {
        let _ = writeln!(text, "    n[{from}] +>:{}():+> n[{to}];", if *is_e { "E" } else { "F" });
    }
    text.push_str("    w = W();\n    w spawn n[0];\n    print(\"left\", w.left);\n}\n");
    text
}

/// The traversal as the document says it.
struct Model<'a> {
    case: &'a Case,
    left: usize,
    next: VecDeque<usize>,
    disengaged: bool,
    lines: Vec<String>,
}

impl Model<'_> {
    fn neighbours(&self, here: usize, out: bool, only_e: bool) -> Vec<usize> {
        let mut found = Vec::new();
        for &(from, to, is_e) in &self.case.edges {
            let (own, other) = if out { (from, to) } else { (to, from) };
            if own == here && (is_e || !only_e) && !found.contains(&other) {
                found.push(other);
            }
        }
        found
    }

    fn call(&mut self, ability: &Ability, here: usize) {
        self.lines.push(format!("{} {here}", ability.name));
        if ability.act == Act::Disengage {
            self.disengaged |= self.left < 6;
            return;
        }
        if ability.act == Act::Nothing || self.left == 0 {
            return;
        }
        self.left -= 1;
        let found = self.neighbours(here, ability.act != Act::VisitIn, ability.act == Act::VisitOutOfE);
        match ability.act {
            Act::VisitFirst => found.into_iter().rev().for_each(|node| self.next.push_front(node)),
            _ => self.next.extend(found),
        }
    }

    /// One list of abilities; false if the walk is over.
    fn scan(&mut self, abilities: &[Ability], here: usize, takes: impl Fn(&Ability) -> bool) -> bool {
        for ability in abilities {
            if takes(ability) {
                self.call(ability, here);
            }
            if self.disengaged {
                return false;
            }
        }
        true
    }

    fn walk(&mut self) {
        let case = self.case;
        let (walker, mut here) = (&case.walker, 0);
        if !self.scan(walker, here, |a| a.entry && a.trigger.is_none()) {
            return;
        }
        while let Some(node) = self.next.pop_front() {
            here = node;
            let class = case.classes[here];
            // A subclass without abilities of its own has those of its base in front.
            let mut own = if class == 1 { case.nodes[0].clone() } else { Vec::new() };
            own.extend(case.nodes[class].iter().cloned());
            let typed = |a: &Ability| a.trigger.is_some_and(|trigger| matches(trigger, class));
            let goes_on = self.scan(walker, here, |a| a.entry && typed(a))
                && self.scan(&own, here, |a| a.entry && a.trigger.is_none())
                && self.scan(&own, here, |a| a.entry && a.trigger.is_some())
                && self.scan(&own, here, |a| !a.entry && a.trigger.is_some())
                && self.scan(&own, here, |a| !a.entry && a.trigger.is_none())
                && self.scan(walker, here, |a| !a.entry && typed(a));
            if !goes_on {
                return;
            }
        }
        self.scan(walker, here, |a| !a.entry && a.trigger.is_none());
    }
}

#[test]
fn walks_are_those_of_the_model() {
    let folder = root().join("target/walks");
    std::fs::create_dir_all(&folder).expect("the build's folder can be written to");
    let mut longest = 0;
    for seed in 0..PROGRAMS {
        let case = case(seed);
        let file = folder.join(format!("walk{seed}.jac"));
        std::fs::write(&file, program(&case)).expect("the program can be written");
        let next = VecDeque::from([0]);
        let mut model = Model { case: &case, left: 12, next, disengaged: false, lines: Vec::new() };
        model.walk();
        model.lines.push(format!("left {}", model.left));
        let (out, err) = run(&file);
        let got: Vec<&str> = out.lines().collect();
        assert_eq!(got, model.lines, "{}\n{err}", file.display());
        longest = longest.max(got.len());
    }
    assert!(longest > 20, "the longest walk has {longest} calls");
}
