//! Iterators that ask their sources for one item at a time: `count` to `zip_longest`.
//!
//! One type serves them all: a source and a rule for what is given on. The groups of `groupby` and the
//! copies of `tee` share what they have read.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::feeds;
use crate::builtins::argument::int_or;
use crate::builtins::feed::Feed;
use crate::code::BinaryOp;
use crate::value::iter::NativeIter;
use crate::value::ops::convert::to_i64;
use crate::value::ops::{arithmetic, compare, iterate, truth};
use crate::value::{Args, Heap, Iter, NativeFunction, Outcome, Value};

pub static CHAIN: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, /, *iterables)",
        "The items of several iterables, one after the other.",
        &[("list(itertools.chain('ab', [1]))", "['a', 'b', 1]")],
        |heap, args| {
            let parts = Value::list(heap, args.rest.iter_mut().map(std::mem::take).collect());
            Ok(lazy(heap, "itertools.chain", vec![Feed::new(heap, &parts)?], Rule::Chain(Feed::Done)))
        },
    ),
    NativeFunction::new(
        "from_iterable",
        "(cls, iterable, /)",
        "The items of the iterables that an iterable gives.",
        &[("list(itertools.chain.from_iterable(['ab', 'c']))", "['a', 'b', 'c']")],
        |heap, args| {
            let feed = Feed::new(heap, args.get(1))?;
            Ok(lazy(heap, "itertools.chain", vec![feed], Rule::Chain(Feed::Done)))
        },
    ),
];

pub static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "count",
        "(start=0, step=1)",
        "Numbers from a start on, without end.",
        &[("list(zip('ab', itertools.count(1)))", "[('a', 1), ('b', 2)]")],
        |heap, mut args| {
            let start = if args.is_given(0) { args.take(0) } else { Value::Int(0) };
            let step = if args.is_given(1) { args.take(1) } else { Value::Int(1) };
            let is_number =
                |v: &Value| !matches!(v, Value::Str(_) | Value::None | Value::List(_) | Value::Dict(_));
            if !is_number(&start) || !is_number(&step) {
                return Err(heap.type_error("a number is required"));
            }
            Ok(lazy(heap, "itertools.count", Vec::new(), Rule::Count { next: start, step }))
        },
    ),
    NativeFunction::new(
        "cycle",
        "(iterable, /)",
        "The items again and again.",
        &[("list(zip('abc', itertools.cycle([1, 2])))[2]", "('c', 1)")],
        |heap, args| {
            let rule = Rule::Cycle { kept: Vec::new(), at: 0 };
            Ok(lazy(heap, "itertools.cycle", feeds(heap, std::slice::from_ref(args.get(0)))?, rule))
        },
    ),
    NativeFunction::new(
        "repeat",
        "(object, times=...)",
        "The same object again and again.",
        &[("list(itertools.repeat('a', 2))", "['a', 'a']")],
        |heap, mut args| {
            let left = if args.is_given(1) { Some(to_i64(heap, args.get(1))?.max(0)) } else { None };
            Ok(lazy(heap, "itertools.repeat", Vec::new(), Rule::Repeat { item: args.take(0), left }))
        },
    ),
    NativeFunction::new(
        "islice",
        "(iterable, *bounds)",
        "A part of the items, as a slice has it.",
        &[("list(itertools.islice('abcdef', 1, None, 2))", "['b', 'd', 'f']")],
        run_islice,
    ),
    NativeFunction::new(
        "takewhile",
        "(predicate, iterable, /)",
        "The items up to the first that fails a test.",
        &[("list(itertools.takewhile(lambda x: x < 2, [1, 2, 1]))", "[1]")],
        |heap, mut args| tested(heap, "itertools.takewhile", &mut args, Test::Take),
    ),
    NativeFunction::new(
        "dropwhile",
        "(predicate, iterable, /)",
        "The items from the first on that fails a test.",
        &[("list(itertools.dropwhile(lambda x: x < 2, [1, 2, 1]))", "[2, 1]")],
        |heap, mut args| tested(heap, "itertools.dropwhile", &mut args, Test::Drop),
    ),
    NativeFunction::new(
        "filterfalse",
        "(function, iterable, /)",
        "The items that fail a test.",
        &[("list(itertools.filterfalse(None, [0, 1, '']))", "[0, '']")],
        |heap, mut args| tested(heap, "itertools.filterfalse", &mut args, Test::Fail),
    ),
    NativeFunction::new(
        "starmap",
        "(function, iterable, /)",
        "What a function gives for each tuple of arguments.",
        &[("list(itertools.starmap(pow, [(2, 3)]))", "[8]")],
        |heap, mut args| tested(heap, "itertools.starmap", &mut args, Test::Call),
    ),
    NativeFunction::new(
        "accumulate",
        "(iterable, func=None, *, initial=None)",
        "The sums so far, or what another function makes of them.",
        &[("list(itertools.accumulate([1, 2, 3]))", "[1, 3, 6]")],
        |heap, mut args| {
            let feeds = feeds(heap, std::slice::from_ref(args.get(0)))?;
            let (function, initial) = (args.take(1), args.take(2));
            let pending = !matches!(initial, Value::None | Value::Unbound);
            let total = if pending { initial } else { Value::Unbound };
            Ok(lazy(heap, "itertools.accumulate", feeds, Rule::Accumulate { function, total, pending }))
        },
    ),
    NativeFunction::new(
        "compress",
        "(data, selectors)",
        "The items whose selector is true.",
        &[("list(itertools.compress('abc', [1, 0, 1]))", "['a', 'c']")],
        |heap, args| Ok(lazy(heap, "itertools.compress", feeds(heap, &args.slots[..2])?, Rule::Compress)),
    ),
    NativeFunction::new(
        "pairwise",
        "(iterable, /)",
        "Each item with the one after it.",
        &[("list(itertools.pairwise('abc'))", "[('a', 'b'), ('b', 'c')]")],
        |heap, args| {
            let feeds = feeds(heap, std::slice::from_ref(args.get(0)))?;
            Ok(lazy(heap, "itertools.pairwise", feeds, Rule::Pairwise(Value::Unbound)))
        },
    ),
    NativeFunction::new(
        "batched",
        "(iterable, n)",
        "The items in tuples of this length; the last may be shorter.",
        &[("list(itertools.batched('abc', 2))", "[('a', 'b'), ('c',)]")],
        |heap, args| {
            let feeds = feeds(heap, std::slice::from_ref(args.get(0)))?;
            match to_i64(heap, args.get(1))? {
                length @ 1.. => Ok(lazy(heap, "itertools.batched", feeds, Rule::Batched(length as usize))),
                _ => Err(heap.value_error("n must be at least one")),
            }
        },
    ),
    NativeFunction::new(
        "zip_longest",
        "(*iterables, fillvalue=None)",
        "Tuples of the items at the same place; a filler for those that have ended.",
        &[("list(itertools.zip_longest('ab', 'c'))", "[('a', 'c'), ('b', None)]")],
        |heap, mut args| {
            let filler = if args.is_given(0) { args.take(0) } else { Value::None };
            Ok(lazy(heap, "itertools.zip_longest", feeds(heap, args.rest)?, Rule::ZipLongest(filler)))
        },
    ),
    NativeFunction::new(
        "groupby",
        "(iterable, key=None)",
        "Runs of items with the same key: pairs of a key and an iterator.",
        &[("[(k, len(list(g))) for k, g in itertools.groupby('aab')]", "[('a', 2), ('b', 1)]")],
        |heap, mut args| {
            let feed = Feed::new(heap, args.get(0))?;
            let function = args.take(1);
            let group = Group { feed, function, next: None, key: Value::Unbound, number: 0 };
            Ok(Iter::native(heap, GroupBy(Rc::new(RefCell::new(group)))))
        },
    ),
    NativeFunction::new(
        "tee",
        "(iterable, n=2, /)",
        "Several iterators over the same items.",
        &[("[list(t) for t in itertools.tee('ab')]", "[['a', 'b'], ['a', 'b']]")],
        |heap, args| {
            let Ok(count) = usize::try_from(int_or(heap, args.get(1), 2)?) else {
                return Err(heap.value_error("n must be >= 0"));
            };
            let feed = Feed::new(heap, args.get(0))?;
            let shared = Rc::new(RefCell::new(Shared { feed, ahead: vec![Some(VecDeque::new()); count] }));
            let copies: Vec<Value> =
                (0..count).map(|own| Iter::native(heap, Tee { shared: shared.clone(), own })).collect();
            Ok(Value::tuple(heap, copies))
        },
    ),
];

/// What is done with an item and a function.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Test {
    Take,
    Drop,
    Fail,
    Call,
}

enum Rule {
    Chain(Feed),
    Count { next: Value, step: Value },
    Cycle { kept: Vec<Value>, at: usize },
    Repeat { item: Value, left: Option<i64> },
    Slice { skip: usize, left: Option<usize>, step: usize },
    Tested { function: Value, test: Test, over: bool },
    Accumulate { function: Value, total: Value, pending: bool },
    Compress,
    Pairwise(Value),
    Batched(usize),
    ZipLongest(Value),
}

struct Lazy {
    name: &'static str,
    feeds: Vec<Feed>,
    rule: Rule,
}

fn lazy(heap: &Heap, name: &'static str, feeds: Vec<Feed>, rule: Rule) -> Value {
    Iter::native(heap, Lazy { name, feeds, rule })
}

fn tested(heap: &Heap, name: &'static str, args: &mut Args<'_>, test: Test) -> Outcome {
    let feeds = feeds(heap, std::slice::from_ref(args.get(1)))?;
    Ok(lazy(heap, name, feeds, Rule::Tested { function: args.take(0), test, over: false }))
}

fn run_islice(heap: &Heap, args: Args<'_>) -> Outcome {
    const BOUNDS: &str = "must be None or an integer: 0 <= x <= sys.maxsize.";
    let (start, stop, step) = match &*args.rest {
        [stop] => (&Value::None, stop, &Value::None),
        [start, stop] => (start, stop, &Value::None),
        [start, stop, step] => (start, stop, step),
        given => {
            let count = given.len() + 1;
            return Err(heap.type_error(format!("islice expected at least 2 arguments, got {count}")));
        }
    };
    let bound = |value: &Value, what: &str| match value {
        Value::None => Ok(None),
        Value::Int(n) if *n >= 0 => Ok(Some(*n as usize)),
        _ => Err(heap.value_error(format!("{what} for islice() {BOUNDS}"))),
    };
    let start = bound(start, "Indices")?.unwrap_or(0);
    let stop = bound(stop, if args.rest.len() == 1 { "Stop argument" } else { "Indices" })?;
    let step = match step {
        Value::None => 1,
        Value::Int(n) if *n >= 1 => *n as usize,
        _ => return Err(heap.value_error("Step for islice() must be a positive integer or None.")),
    };
    let left = stop.map(|stop| stop.saturating_sub(start));
    let feeds = feeds(heap, std::slice::from_ref(args.get(0)))?;
    Ok(lazy(heap, "itertools.islice", feeds, Rule::Slice { skip: start, left, step }))
}

impl NativeIter for Lazy {
    fn name(&self) -> &'static str {
        self.name
    }

    fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>> {
        let Lazy { feeds, rule, .. } = self;
        let mut first = |heap: &Heap| match feeds.first_mut() {
            Some(feed) => feed.next(heap),
            None => Ok(None),
        };
        match rule {
            Rule::Chain(part) => loop {
                if let Some(item) = part.next(heap)? {
                    return Ok(Some(item));
                }
                let Some(next) = first(heap)? else { return Ok(None) };
                *part = Feed::new(heap, &next)?;
            },
            Rule::Count { next, step } => {
                let following = arithmetic::binary(heap, BinaryOp::Add, next, step)?;
                Ok(Some(std::mem::replace(next, following)))
            }
            Rule::Cycle { kept, at } => {
                if let Some(item) = first(heap)? {
                    kept.push(item.clone());
                    return Ok(Some(item));
                }
                let found = kept.get(*at).cloned();
                *at = (*at + 1) % kept.len().max(1);
                Ok(found)
            }
            Rule::Repeat { item, left } => match left {
                Some(0) => Ok(None),
                left => {
                    *left = left.map(|left| left - 1);
                    Ok(Some(item.clone()))
                }
            },
            Rule::Slice { skip, left, step } => {
                if *left == Some(0) {
                    return Ok(None);
                }
                for _ in 0..std::mem::take(skip) {
                    if first(heap)?.is_none() {
                        return Ok(None);
                    }
                }
                *left = left.map(|left| left.saturating_sub(*step));
                *skip = *step - 1;
                first(heap)
            }
            Rule::Tested { function, test, over } => {
                if *over && *test == Test::Take {
                    return Ok(None);
                }
                let found = apply(heap, &mut first, function, *test, *over)?;
                *over = match test {
                    Test::Take => found.is_none(),
                    _ => true,
                };
                Ok(found)
            }
            Rule::Accumulate { function, total, pending } => {
                if std::mem::take(pending) {
                    return Ok(Some(total.clone()));
                }
                let Some(item) = first(heap)? else { return Ok(None) };
                *total = match (&*total, &*function) {
                    (Value::Unbound, _) => item,
                    (sum, Value::Unbound | Value::None) => {
                        arithmetic::binary(heap, BinaryOp::Add, sum, &item)?
                    }
                    (sum, function) => heap.call(function, &mut [sum.clone(), item])?,
                };
                Ok(Some(total.clone()))
            }
            Rule::Pairwise(before) => {
                if before.is_unbound() {
                    match first(heap)? {
                        Some(item) => *before = item,
                        None => return Ok(None),
                    }
                }
                let Some(item) = first(heap)? else { return Ok(None) };
                let before = std::mem::replace(before, item.clone());
                Ok(Some(Value::tuple(heap, [before, item])))
            }
            Rule::Batched(length) => {
                let mut batch = Vec::new();
                while batch.len() < *length
                    && let Some(item) = first(heap)?
                {
                    batch.push(item);
                }
                Ok((!batch.is_empty()).then(|| Value::tuple(heap, batch)))
            }
            Rule::Compress => loop {
                let [items, selectors] = &mut feeds[..] else { return Ok(None) };
                let Some(item) = items.next(heap)? else { return Ok(None) };
                let Some(selector) = selectors.next(heap)? else { return Ok(None) };
                if truth::truth(heap, &selector)? {
                    return Ok(Some(item));
                }
            },
            Rule::ZipLongest(filler) => {
                let (mut row, mut any) = (Vec::with_capacity(feeds.len()), false);
                for feed in feeds.iter_mut() {
                    let item = feed.next(heap)?;
                    any |= item.is_some();
                    row.push(item.unwrap_or_else(|| filler.clone()));
                }
                Ok(any.then(|| Value::tuple(heap, row)))
            }
        }
    }

    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.feeds.iter().for_each(|feed| feed.trace(visit));
        match &self.rule {
            Rule::Chain(feed) => feed.trace(visit),
            Rule::Count { next: a, step: b } | Rule::Accumulate { function: a, total: b, .. } => {
                visit(a);
                visit(b);
            }
            Rule::Cycle { kept, .. } => kept.iter().for_each(visit),
            Rule::Repeat { item: a, .. }
            | Rule::Tested { function: a, .. }
            | Rule::Pairwise(a)
            | Rule::ZipLongest(a) => visit(a),
            Rule::Slice { .. } | Rule::Compress | Rule::Batched(_) => {}
        }
    }

    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        self.feeds.iter_mut().for_each(|feed| feed.clear(take));
        match std::mem::replace(&mut self.rule, Rule::Compress) {
            Rule::Chain(mut feed) => feed.clear(take),
            Rule::Count { next: a, step: b } | Rule::Accumulate { function: a, total: b, .. } => {
                take(a);
                take(b);
            }
            Rule::Cycle { kept, .. } => kept.into_iter().for_each(take),
            Rule::Repeat { item: a, .. }
            | Rule::Tested { function: a, .. }
            | Rule::Pairwise(a)
            | Rule::ZipLongest(a) => take(a),
            Rule::Slice { .. } | Rule::Compress | Rule::Batched(_) => {}
        }
        self.feeds.clear();
    }
}

/// The next item by a test. `begun`: the items that are dropped are over.
fn apply(
    heap: &Heap,
    next: &mut dyn FnMut(&Heap) -> Outcome<Option<Value>>,
    function: &Value,
    test: Test,
    begun: bool,
) -> Outcome<Option<Value>> {
    while let Some(item) = next(heap)? {
        if test == Test::Call {
            let mut args = iterate::collect(heap, &item)?;
            return heap.call(function, &mut args).map(Some);
        }
        if test == Test::Drop && begun {
            return Ok(Some(item));
        }
        let passed = match function {
            Value::None => truth::truth(heap, &item)?,
            function => {
                let answer = heap.call(function, &mut [item.clone()])?;
                truth::truth(heap, &answer)?
            }
        };
        match (test, passed) {
            (Test::Take, true) | (Test::Drop | Test::Fail, false) => return Ok(Some(item)),
            (Test::Take, false) => return Ok(None),
            _ => {}
        }
    }
    Ok(None)
}

/// What a `groupby` and its groups share.
struct Group {
    feed: Feed,
    function: Value,
    /// An item that has been read and its key.
    next: Option<(Value, Value)>,
    /// The key of the present group, and which one it is.
    key: Value,
    number: usize,
}

impl Group {
    fn read(&mut self, heap: &Heap) -> Outcome<()> {
        if self.next.is_none()
            && let Some(item) = self.feed.next(heap)?
        {
            let key = match &self.function {
                Value::Unbound | Value::None => item.clone(),
                function => heap.call(function, &mut [item.clone()])?,
            };
            self.next = Some((item, key));
        }
        Ok(())
    }

    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.feed.trace(visit);
        visit(&self.function);
        visit(&self.key);
        if let Some((item, key)) = &self.next {
            visit(item);
            visit(key);
        }
    }
}

/// Shared state that is in use already: an iterator asks for itself.
fn busy(heap: &Heap) -> crate::value::Raised {
    heap.value_error("iterator already executing")
}

struct GroupBy(Rc<RefCell<Group>>);

impl NativeIter for GroupBy {
    fn name(&self) -> &'static str {
        "itertools.groupby"
    }
    fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>> {
        let mut group = self.0.try_borrow_mut().map_err(|_| busy(heap))?;
        loop {
            group.read(heap)?;
            let Some((_, key)) = &group.next else { return Ok(None) };
            if group.key.is_unbound() || !compare::same_or_equal(heap, &group.key, key)? {
                break;
            }
            group.next = None;
        }
        let key = group.next.as_ref().map_or(Value::None, |(_, key)| key.clone());
        group.key = key.clone();
        group.number += 1;
        let members = Members { group: self.0.clone(), number: group.number };
        Ok(Some(Value::tuple(heap, [key, Iter::native(heap, members)])))
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        // Groups that are alive hold the same values: they are left to their counts then.
        if Rc::strong_count(&self.0) == 1
            && let Ok(group) = self.0.try_borrow()
        {
            group.trace(visit);
        }
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        if let Ok(mut group) = self.0.try_borrow_mut() {
            group.feed.clear(take);
            take(std::mem::take(&mut group.function));
        }
    }
}

struct Members {
    group: Rc<RefCell<Group>>,
    number: usize,
}

impl NativeIter for Members {
    fn name(&self) -> &'static str {
        "itertools._grouper"
    }
    fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>> {
        let mut group = self.group.try_borrow_mut().map_err(|_| busy(heap))?;
        if group.number != self.number {
            return Ok(None);
        }
        group.read(heap)?;
        let Some((_, key)) = &group.next else { return Ok(None) };
        if !compare::same_or_equal(heap, &group.key, key)? {
            return Ok(None);
        }
        Ok(group.next.take().map(|(item, _)| item))
    }
}

/// What the copies of `tee` share: the items that some of them have not given yet; `None` for a copy
/// that is gone.
struct Shared {
    feed: Feed,
    ahead: Vec<Option<VecDeque<Value>>>,
}

struct Tee {
    shared: Rc<RefCell<Shared>>,
    own: usize,
}

impl NativeIter for Tee {
    fn name(&self) -> &'static str {
        "itertools._tee"
    }
    fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>> {
        let mut shared = self.shared.try_borrow_mut().map_err(|_| busy(heap))?;
        if let Some(Some(ahead)) = shared.ahead.get_mut(self.own)
            && let Some(item) = ahead.pop_front()
        {
            return Ok(Some(item));
        }
        let Some(item) = shared.feed.next(heap)? else { return Ok(None) };
        for (index, ahead) in shared.ahead.iter_mut().enumerate() {
            if let Some(ahead) = ahead
                && index != self.own
            {
                ahead.push_back(item.clone());
            }
        }
        Ok(Some(item))
    }
}

impl Drop for Tee {
    fn drop(&mut self) {
        if let Ok(mut shared) = self.shared.try_borrow_mut()
            && let Some(ahead) = shared.ahead.get_mut(self.own)
        {
            *ahead = None;
        }
    }
}
