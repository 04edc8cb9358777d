//! Spawning a walker and its traversal, by the algorithm of the language: a queue of places, and at each
//! place the walker's and the place's abilities in a fixed order. Which abilities run for a pair of
//! classes is worked out once and kept.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rustc_hash::FxBuildHasher;

use super::awaiting;
use super::call::call_placed;
use super::state::{self, state};
use crate::code::Moment;
use crate::graph;
use crate::value::class::AbilityInfo;
use crate::value::generator::GeneratorKind;
use crate::value::links::Walk;
use crate::value::{BuiltinType, Class, Heap, Instance, Outcome, Ref, Value, ops};

/// Who runs an ability.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Walker,
    Place,
}

/// The abilities of one visit, in order.
pub type Plan = Rc<[(Side, Value)]>;

/// Plans by the shapes of walker and place: all, and those that were used last.
#[derive(Default)]
pub struct Plans {
    all: RefCell<HashMap<Pair, Plan, FxBuildHasher>>,
    recent: RefCell<[Option<(Pair, Plan)>; RECENT]>,
}

/// The shapes of a walker's and a place's class.
type Pair = (u32, u32);

const RECENT: usize = 8;

/// `left spawn right`: the walker that has walked, or an async walker's id.
pub fn spawn(heap: &Heap, left: &Value, right: &Value) -> Outcome {
    let (walker, target) = match (graph::as_walker(left), graph::as_walker(right)) {
        (Some(walker), _) => (walker, right),
        (None, Some(walker)) => (walker, left),
        (None, None) => return Err(heap.type_error("Invalid walker object")),
    };
    let several: Vec<Ref<Instance>>;
    let places = match graph::as_node(target) {
        Some(node) => std::slice::from_ref(node),
        None => {
            several = places(heap, target)?;
            &several
        }
    };
    if walker.class().is_async {
        return state::host(heap).spawn_async(heap, walker, places);
    }
    run(heap, walker, places)?;
    Ok(Value::Instance(walker.clone()))
}

/// Where a walker starts: a node, an edge's target, or all of a list.
fn places(heap: &Heap, target: &Value) -> Outcome<Vec<Ref<Instance>>> {
    if let Some(node) = graph::as_node(target) {
        return Ok(vec![node.clone()]);
    }
    if let Some(edge) = graph::as_edge(target) {
        return match graph::end_of(edge, graph::TARGET) {
            Some(node) => Ok(vec![node]),
            None => Err(heap.type_error("Invalid target object")),
        };
    }
    match target {
        Value::List(list) if !list.is_empty() => {
            let mut all = Vec::new();
            for item in list.to_vec() {
                all.extend(places(heap, &item)?);
            }
            Ok(all)
        }
        _ => Err(heap.type_error("Invalid target object")),
    }
}

/// A whole walk.
fn run(heap: &Heap, walker: &Ref<Instance>, start: &[Ref<Instance>]) -> Outcome<()> {
    let Some(first) = start.first() else { return Ok(()) };
    let has_untyped = walker.class().abilities().iter().any(|ability| ability.trigger.is_none());
    if start.len() == 1 && !has_untyped && walker.walk().is_none() {
        return run_lightly(heap, walker, first);
    }
    let Some(walk) = graph::walk_of(walker) else { return Err(heap.type_error("Invalid walker object")) };
    if walk.depth.get() == 0 {
        walk.disengaged.set(false);
    }
    walk.depth.set(walk.depth.get() + 1);
    *walk.queue.borrow_mut() = start.iter().cloned().map(Value::Instance).collect();
    end(walker, walk, whole_journey(heap, walker, first))
}

/// Entries, all places, exits.
fn whole_journey(heap: &Heap, walker: &Ref<Instance>, first: &Ref<Instance>) -> Outcome<()> {
    if !entries(heap, walker, first)? {
        return Ok(());
    }
    match journey(heap, walker, next_place(walker))? {
        Some(last) => exits(heap, walker, last.as_ref().unwrap_or(first)),
        None => Ok(()),
    }
}

/// The walk of a fresh walker from one place. Nothing but an untyped entry sees the queue before the first
/// place is taken out of it: the journey is made only if an ability asks for it.
fn run_lightly(heap: &Heap, walker: &Ref<Instance>, first: &Ref<Instance>) -> Outcome<()> {
    if walker.header().has(graph::flag::ON_ITS_WAY) {
        // It is spawned again by the ability that it runs.
        graph::walk_of(walker);
        return run(heap, walker, std::slice::from_ref(first));
    }
    walker.header().set(graph::flag::ON_ITS_WAY, true);
    let result = journey(heap, walker, Some(first.clone())).map(drop);
    walker.header().set(graph::flag::ON_ITS_WAY, false);
    match walker.walk() {
        Some(walk) => end(walker, walk, result),
        None => result,
    }
}

fn end(walker: &Ref<Instance>, walk: &Walk, result: Outcome<()>) -> Outcome<()> {
    walk.depth.set(walk.depth.get() - 1);
    result?;
    graph::clear_walk(walker);
    Ok(())
}

/// Visits a place, and all that is queued meanwhile; gives the last one that was there, or `None` if the
/// walker has disengaged.
fn journey(
    heap: &Heap,
    walker: &Ref<Instance>,
    mut next: Option<Ref<Instance>>,
) -> Outcome<Option<Option<Ref<Instance>>>> {
    let mut last = None;
    while let Some(place) = next {
        heap.poll()?;
        if !heap.shares_graph() || state::host(heap).is_there(heap, &place)? {
            if !visit(heap, walker, &place)? {
                return Ok(None);
            }
            last = Some(place);
        }
        next = next_place(walker);
    }
    Ok(Some(last))
}

/// The next place of a walker's queue; an edge gives way to its target, which comes first then.
pub fn next_place(walker: &Ref<Instance>) -> Option<Ref<Instance>> {
    let walk = walker.walk()?;
    let next = walk.queue.borrow_mut().pop_front()?;
    match next {
        Value::Instance(place) => {
            if place.class().builtin == BuiltinType::EdgeArchetype
                && let Some(target) = graph::end_of(&place, graph::TARGET)
            {
                walk.queue.borrow_mut().push_front(Value::Instance(target));
            }
            Some(place)
        }
        _ => None,
    }
}

fn disengaged(walker: &Instance) -> bool {
    walker.walk().is_some_and(|walk| walk.disengaged.get())
}

/// The untyped entries: once, at the start. Whether the walk goes on.
pub fn entries(heap: &Heap, walker: &Ref<Instance>, here: &Ref<Instance>) -> Outcome<bool> {
    untyped(heap, walker, here, Moment::Entry)?;
    Ok(!disengaged(walker))
}

/// The untyped exits: once, at the end.
pub fn exits(heap: &Heap, walker: &Ref<Instance>, here: &Ref<Instance>) -> Outcome<()> {
    untyped(heap, walker, here, Moment::Exit)
}

fn untyped(heap: &Heap, walker: &Ref<Instance>, here: &Ref<Instance>, moment: Moment) -> Outcome<()> {
    let class = walker.class().clone();
    for ability in class.abilities() {
        if ability.moment == moment && ability.trigger.is_none() {
            call(heap, &ability.function, walker, here)?;
            if disengaged(walker) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// All abilities that arriving at one place triggers. Whether the walk goes on.
pub fn visit(heap: &Heap, walker: &Ref<Instance>, place: &Ref<Instance>) -> Outcome<bool> {
    let plan = plan(heap, walker.class(), place.class())?;
    for (side, function) in plan.iter() {
        match side {
            Side::Walker => call(heap, function, walker, place)?,
            Side::Place => call(heap, function, place, walker)?,
        }
        if disengaged(walker) {
            return Ok(false);
        }
    }
    // A walker that was left disengaged stops as soon as a list is looked at.
    Ok(!disengaged(walker))
}

#[inline]
fn call(heap: &Heap, function: &Value, receiver: &Ref<Instance>, other: &Ref<Instance>) -> Outcome<()> {
    let frame = heap.top_frame();
    heap.ensure_slots(frame, 4)?;
    frame.put(0, Value::Instance(receiver.clone()));
    frame.put(1, Value::Instance(other.clone()));
    let result = call_placed(frame, function, 2, &[])?;
    match &result {
        // An `async can`: it is run to its end.
        Value::Generator(body) if body.kind == GeneratorKind::Coroutine => {
            awaiting::drive(heap, &result).map(Value::discard)
        }
        _ => {
            result.discard();
            Ok(())
        }
    }
}

fn plan(heap: &Heap, walker: &Ref<Class>, place: &Ref<Class>) -> Outcome<Plan> {
    let key = (walker.shape(), place.shape());
    let plans = &state(heap).plans;
    let place_of_recent = key.0.wrapping_add(key.1) as usize % RECENT;
    match &plans.recent.borrow()[place_of_recent] {
        Some((known, plan)) if *known == key => return Ok(plan.clone()),
        _ => {}
    }
    let plan = known_plan(heap, plans, key, walker, place)?;
    plans.recent.borrow_mut()[place_of_recent] = Some((key, plan.clone()));
    Ok(plan)
}

#[inline(never)]
fn known_plan(
    heap: &Heap,
    plans: &Plans,
    key: (u32, u32),
    walker: &Ref<Class>,
    place: &Ref<Class>,
) -> Outcome<Plan> {
    if let Some(plan) = plans.all.borrow().get(&key) {
        return Ok(plan.clone());
    }
    let mut all: Vec<(Side, Value)> = Vec::new();
    let (own, theirs) = (walker.abilities(), place.abilities());
    add(heap, &mut all, Side::Walker, own, Moment::Entry, Some(place))?;
    add(heap, &mut all, Side::Place, theirs, Moment::Entry, None)?;
    add(heap, &mut all, Side::Place, theirs, Moment::Entry, Some(walker))?;
    add(heap, &mut all, Side::Place, theirs, Moment::Exit, Some(walker))?;
    add(heap, &mut all, Side::Place, theirs, Moment::Exit, None)?;
    add(heap, &mut all, Side::Walker, own, Moment::Exit, Some(place))?;
    let plan: Plan = all.into();
    plans.all.borrow_mut().insert(key, plan.clone());
    Ok(plan)
}

/// Adds the abilities of one moment: the untyped ones, or those whose trigger takes the class.
fn add(
    heap: &Heap,
    all: &mut Vec<(Side, Value)>,
    side: Side,
    abilities: &[Rc<AbilityInfo>],
    moment: Moment,
    other: Option<&Ref<Class>>,
) -> Outcome<()> {
    for ability in abilities.iter().filter(|a| a.moment == moment) {
        let matches = match (other, &ability.trigger) {
            (None, trigger) => trigger.is_none(),
            (Some(_), None) => false,
            (Some(class), Some(_)) => takes(heap, ability, side, class)?,
        };
        if matches {
            all.push((side, ability.function.clone()));
        }
    }
    Ok(())
}

/// Whether an ability's trigger takes a class. All alternatives must be of the other side's kind.
fn takes(heap: &Heap, ability: &AbilityInfo, side: Side, class: &Ref<Class>) -> Outcome<bool> {
    if ability.types.get().is_none() {
        let Some(trigger) = &ability.trigger else { return Ok(false) };
        let value = heap.call(&trigger.clone(), &mut [])?;
        let mut types = Vec::new();
        flatten(&value, &mut types);
        let _ = ability.types.set(types);
    }
    let types = ability.types.get().map(Vec::as_slice).unwrap_or_default();
    let fits = |value: &Value| match value {
        Value::Class(c) => match side {
            Side::Walker => matches!(c.builtin, BuiltinType::NodeArchetype | BuiltinType::EdgeArchetype),
            Side::Place => c.builtin == BuiltinType::WalkerArchetype,
        },
        _ => false,
    };
    if types.is_empty() || !types.iter().all(fits) {
        return Ok(false);
    }
    Ok(types.iter().any(|value| matches!(value, Value::Class(c) if c.same(class) || class.is_subclass_of(c))))
}

fn flatten(value: &Value, types: &mut Vec<Value>) {
    match value {
        Value::Tuple(parts) => parts.items().iter().for_each(|part| flatten(part, types)),
        other => types.push(other.clone()),
    }
}

/// What a reader of `w.reports` gets.
pub fn reports(heap: &Heap, walker: &Ref<Instance>) -> Option<Value> {
    let walk = graph::walk_of(walker)?;
    let reports = walk.reports.borrow().clone();
    Some(Value::list(heap, reports))
}

/// The name of a value's type, for messages about spawns.
pub fn name_of(value: &Value) -> String {
    ops::types::type_name(value)
}
