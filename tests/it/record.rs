//! Records, through their public face: sharing between versions, equality, depth, JSON,
//! ids and references. Structures are compared with plain vectors, JSON with itself read
//! back, ids with a value that was computed elsewhere.

use std::sync::Arc;

use ambler::record::{
    CodeRecord, DictRecord, EnumRecord, Frozen, Id, Kind, ListRecord, ObjectRecord, Origin, Queue, Record,
    Reference, SetRecord, from_json, to_json,
};
use num_bigint::BigInt;
use proptest::prelude::*;

fn round_trip(record: &Record) {
    let text = to_json(record).unwrap();
    assert_eq!(&from_json(&text).unwrap(), record, "{text}");
}

fn numbers(range: std::ops::Range<i64>) -> ListRecord {
    range.map(Record::Int).collect()
}

#[test]
fn a_record_is_three_words() {
    assert_eq!(size_of::<Record>(), 24);
    fn crosses_threads<T: Send + Sync>() {}
    crosses_threads::<Record>();
}

#[test]
fn sequences_agree_with_vectors() {
    for len in [0, 1, 31, 32, 33, 1023, 1024, 1025, 32768, 32769, 40000] {
        let list = numbers(0..len);
        assert_eq!(list.len() as i64, len);
        assert!(list.iter().cloned().eq((0..len).map(Record::Int)));
        for index in [0, 1, 31, 32, 1000, 1024, 32767, 32768, 39999] {
            let expected = (index < len).then_some(Record::Int(index));
            assert_eq!(list.get(index as usize).cloned(), expected);
        }
    }
}

proptest! {
    #[test]
    fn versions_do_not_disturb_each_other(
        start in 0usize..1200,
        changes in prop::collection::vec((0usize..1300, any::<i64>(), 0u8..3), 0..40),
    ) {
        let mut list = numbers(0..start as i64);
        let mut model: Vec<i64> = (0..start as i64).collect();
        let mut versions = vec![(list.clone(), model.clone())];
        for (at, value, what) in changes {
            match what {
                0 => {
                    let old = list.set(at, Record::Int(value));
                    prop_assert_eq!(old.is_some(), at < model.len());
                    if let Some(place) = model.get_mut(at) { *place = value; }
                }
                1 => {
                    list = list.with_tail(at, [Record::Int(value)]);
                    model.truncate(at);
                    model.push(value);
                }
                _ => {
                    prop_assert_eq!(list.pop(), model.pop().map(Record::Int));
                }
            }
            versions.push((list.clone(), model.clone()));
        }
        for (list, model) in versions {
            prop_assert_eq!(list.len(), model.len());
            prop_assert!(list.iter().cloned().eq(model.into_iter().map(Record::Int)));
        }
    }

    #[test]
    fn queues_agree_with_vectors(changes in prop::collection::vec((0u8..4, 0usize..6, 0u128..99), 0..300)) {
        let (mut queue, mut model) = (Queue::new(), Vec::new());
        for (what, at, id) in changes {
            match what {
                0 => prop_assert_eq!(queue.pop_front(), (!model.is_empty()).then(|| model.remove(0))),
                1 => { queue.insert(at, [Id(id), Id(id + 1)]); let at = at.min(model.len()); model.splice(at..at, [Id(id), Id(id + 1)]); }
                _ => { queue.push_back(Id(id)); model.push(Id(id)); }
            }
            prop_assert_eq!(queue.front(), model.first().copied());
            prop_assert!(queue.iter().eq(model.iter().copied()));
        }
    }

    #[test]
    fn json_brings_back_the_same_record(record in any_record()) {
        round_trip(&record);
    }
}

#[test]
fn a_long_queue_forgets_what_was_taken() {
    let ids = |range: std::ops::Range<u128>| range.map(Id);
    let mut queue: Queue = ids(0..1000).collect();
    for (id, next) in ids(0..5000).zip(ids(1000..6000)) {
        assert_eq!(queue.pop_front(), Some(id));
        queue.push_back(next);
        assert_eq!(queue.len(), 1000);
    }
    assert!(queue.iter().eq(ids(5000..6000)));
    queue.insert(2, ids(0..2));
    assert!(queue.iter().take(5).eq([5000, 5001, 0, 1, 5002].map(Id)));
}

fn any_record() -> impl Strategy<Value = Record> {
    let leaf = prop_oneof![
        Just(Record::None),
        any::<bool>().prop_map(Record::Bool),
        any::<i64>().prop_map(Record::Int),
        any::<u128>().prop_map(|n| Record::integer(BigInt::from(n) * BigInt::from(n) - 1)),
        any::<u64>().prop_map(|bits| Record::Float(f64::from_bits(bits))),
        any::<f64>().prop_map(Record::Float),
        any::<String>().prop_map(Record::str),
        any::<Vec<u8>>().prop_map(Record::bytes),
        (any::<u128>(), "[A-Z][a-z]*").prop_map(|(id, name)| Record::reference(Kind::Node, name, Id(id))),
        any::<u32>().prop_map(Record::Shared),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        let items = || prop::collection::vec(inner.clone(), 0..6);
        let pairs = || prop::collection::vec((inner.clone(), inner.clone()), 0..4);
        let named = || {
            prop::collection::vec(("[a-z]{1,3}", inner.clone()), 0..4).prop_map(|mut fields| {
                fields.sort_by(|a, b| a.0.cmp(&b.0));
                fields.dedup_by(|a, b| a.0 == b.0);
                fields
            })
        };
        prop_oneof![
            items().prop_map(Record::list),
            items().prop_map(Record::tuple),
            items().prop_map(Record::set),
            items().prop_map(Record::frozen_set),
            pairs().prop_map(Record::dict),
            named().prop_map(|pairs| Record::dict(
                pairs.into_iter().map(|(key, value)| (Record::str(key), value))
            )),
            named().prop_map(|fields| Record::object(
                "m.C",
                fields.into_iter().map(|(n, r)| (Arc::from(n), r)).collect()
            )),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| Record::slice(a, b, c)),
            inner.clone().prop_map(|data| Record::native("datetime.date", data)),
            (inner.clone(), items())
                .prop_map(|(root, shared)| Frozen::record(root, shared.into_iter().collect())),
        ]
    })
}

#[test]
fn equality_is_of_data() {
    assert_ne!(Record::Int(1), Record::Float(1.0));
    assert_ne!(Record::Int(1), Record::Bool(true));
    assert_ne!(Record::Float(0.0), Record::Float(-0.0));
    assert_eq!(Record::Float(f64::NAN), Record::Float(f64::NAN));
    assert_ne!(Record::list([]), Record::tuple([]));
    assert_ne!(
        Record::list([1.into(), Record::list([])]),
        Record::list([1.into(), Record::list([2.into()])])
    );
}

#[test]
fn json_is_readable() {
    let fields = vec![(Arc::from("x"), Record::Int(1))];
    let base = Record::tuple(["bad".into()]);
    let error = Record::Object(Arc::new(ObjectRecord { class: Arc::from("ValueError"), base, fields }));
    let enumeration = EnumRecord { class: Arc::from("app.Color"), member: Arc::from("RED") };
    let function = CodeRecord { name: Arc::from("app.f"), code: None, captured: vec![2.into()] };
    let record = Record::list([
        Record::None,
        Record::Float(1.0),
        Record::Float(f64::NEG_INFINITY),
        Record::integer(BigInt::from(-1) << 64),
        Record::bytes(*b"\x00\xff"),
        Record::dict([("a".into(), Record::tuple([1.into()]))]),
        Record::dict([(Record::Int(1), Record::set([2.into()]))]),
        Record::range(0.into(), 5.into(), 1.into()),
        Record::reference(Kind::Walker, "Grow", Id(0xab)),
        error,
        Record::Enum(Arc::new(enumeration)),
        Record::Function(Arc::new(function)),
        Record::Module(Arc::from("math")),
        Frozen::record(Record::Shared(0), [Record::list([Record::Shared(0)])].into_iter().collect()),
    ]);
    let expected = concat!(
        r#"[null,1.0,{"float":"-inf"},{"int":"-10000000000000000"},{"bytes":"00ff"},{"dict":{"a":{"tuple":[1]}}},"#,
        r#"{"dict":[[1,{"set":[2]}]]},{"range":[0,5,1]},{"walker":"w:Grow:000000000000000000000000000000ab"},"#,
        r#"{"object":{"class":"ValueError","base":{"tuple":["bad"]},"fields":{"x":1}}},{"enum":["app.Color","RED"]},"#,
        r#"{"function":["app.f",null,[2]]},{"module":"math"},{"frozen":[{"shared":0},[[{"shared":0}]]]}]"#,
    );
    assert_eq!(to_json(&record).unwrap(), expected);
    round_trip(&record);
}

#[test]
fn json_that_is_no_record_is_refused() {
    for text in [
        "",
        "{",
        "{}",
        r#"{"a":1,"b":2}"#,
        r#"{"nonsense":1}"#,
        r#"{"range":[1,2]}"#,
        r#"{"range":[[],1,2]}"#,
        r#"{"at":0}"#,
        r#"{"deep":[{"at":0}],"root":1}"#,
        r#"{"deep":[]}"#,
        r#"{"bytes":"abc"}"#,
        r#"{"bytes":"é"}"#,
        r#"{"node":"w:X:00"}"#,
        r#"{"node":"w:X:000000000000000000000000000000ab"}"#,
        r#"{"object":{"class":"C"}}"#,
        r#"{"int":"x"}"#,
        r#"{"float":"0.5"}"#,
        r#"{"shared":-1}"#,
        r#"{"native":["x"]}"#,
        r#"{"dict":[[1]]}"#,
    ] {
        from_json(text).expect_err(text);
    }
    let deep = "[".repeat(100_000);
    from_json(&deep).expect_err("too deep");
}

/// A linked list: each record holds the one before.
fn linked(len: usize, link: impl Fn(Record) -> Record) -> Record {
    (0..len).fold(Record::Int(7), |rest, _| link(rest))
}

#[test]
fn a_chain_of_a_million_records_needs_no_stack() {
    let links: [fn(Record) -> Record; 8] = [
        |rest| Record::list([Record::None, rest]),
        |rest| Record::tuple([rest]),
        |rest| Record::dict([("next".into(), rest)]),
        |rest| Record::set([rest]),
        |rest| Record::object("Node", vec![(Arc::from("next"), rest)]),
        |rest| Record::native("box", rest),
        |rest| {
            Record::Function(Arc::new(CodeRecord { name: Arc::from("f"), code: None, captured: vec![rest] }))
        },
        |rest| Record::Frozen(Arc::new(Frozen { root: 1.into(), shared: [rest].into_iter().collect() })),
    ];
    let small_stack = std::thread::Builder::new().stack_size(256 * 1024);
    let all = small_stack.spawn(move || {
        for (number, link) in links.into_iter().enumerate() {
            let len = if number == 4 { 1_000_000 } else { 100_000 };
            let (chain, other) = (linked(len, link), linked(len, link));
            let copy = chain.clone();
            assert!(chain == copy && chain == other);
            assert!(format!("{chain:?}").len() < 1000);
            drop((copy, other, chain));
        }
        let chain = linked(100_000, links[4]);
        let text = to_json(&chain).unwrap();
        assert_eq!(from_json(&text).unwrap(), chain);
    });
    all.unwrap().join().unwrap();
}

#[test]
fn a_tree_that_is_deep_in_several_places_round_trips() {
    let side =
        |n: usize| linked(n, |rest| Record::list([rest.clone(), Record::tuple([Record::Int(1)]), 2.into()]));
    round_trip(&Record::list([
        side(60),
        side(3),
        Record::dict([(side(30), side(71))]),
        side(25),
        side(24),
        side(23),
    ]));
}

#[test]
fn appending_to_a_long_list_costs_one_item() {
    let mut list = numbers(0..1_000_000);
    let versions: Vec<ListRecord> = (0..10_000)
        .map(|n| {
            list.push(Record::Int(n));
            list.clone()
        })
        .collect();
    assert_eq!(versions.iter().map(ListRecord::len).max(), Some(1_010_000));
}

#[test]
fn dicts_keep_positions_until_they_are_compacted() {
    let pair = |n: i64| (Record::Int(n), Record::Int(n * n));
    let base: DictRecord = (0..100).map(pair).collect();
    let mut dict = base.clone();
    assert!(
        dict.set_value(99, Record::None)
            && dict.remove(3)
            && !dict.remove(3)
            && !dict.set_value(3, Record::None)
    );
    dict.push(pair(200));
    assert_eq!((dict.len(), dict.positions(), dict.holes()), (100, 101, 1));
    assert_eq!(dict.get(99), Some(&(Record::Int(99), Record::None)));
    assert_eq!((dict.get(3), dict.get(100)), (None, Some(&pair(200))));
    let dense = dict.compact();
    assert_eq!((dense.positions(), dense.get(3)), (100, Some(&pair(4))));
    assert_eq!(Record::Dict(dense), Record::Dict(dict.clone()));
    dict.truncate(5);
    assert_eq!((dict.len(), dict.positions()), (4, 5));
    assert!(base.iter().cloned().eq((0..100).map(pair)));
    let set: SetRecord = [Record::Int(1)].into_iter().collect();
    assert!(set.same(&set.clone()));
}

#[test]
fn derived_ids_repeat_and_differ() {
    let walker = Id::fresh();
    let origin = Origin { walker, visit: 1, ordinal: 2, class: "X", cut: 0 };
    let id = Id::derived(&origin);
    assert_eq!(id, Id::derived(&origin));
    assert_eq!(id.0 >> 80, walker.0 >> 80);
    assert_eq!((id.0 >> 76 & 15, id.0 >> 62 & 3), (8, 2));
    for other in [
        Origin { visit: 2, ..origin },
        Origin { ordinal: 1, ..origin },
        Origin { class: "Y", ..origin },
        Origin { cut: 1, ..origin },
        Origin { walker: Id::fresh(), ..origin },
    ] {
        assert_ne!(id, Id::derived(&other));
    }
    let known = Origin { walker: Id(1 << 80), visit: 3, ordinal: 4, class: "City", cut: 5 };
    assert_eq!(Id::derived(&known).to_string(), "000000000001822ab22cb8c8c93d547a");
}

#[test]
fn fresh_ids_are_in_the_order_of_their_creation() {
    let ids: Vec<Id> = (0..1000).map(|_| Id::fresh()).collect();
    assert!(ids.is_sorted() && ids.windows(2).all(|pair| pair[0] != pair[1]));
    assert_eq!(Id::fresh_from(5, 1 << 127), Id::fresh_from(5, 1 << 127));
    assert!(Id::fresh_from(5, u128::MAX) < Id::fresh_from(6, 0));
}

#[test]
fn references_are_read_in_all_forms() {
    let text = "0123456789abcdef0123456789abcdef";
    let id = Id(0x0123456789abcdef0123456789abcdef);
    assert_eq!((id.to_string(), id.dashed()), (text.into(), "01234567-89ab-cdef-0123-456789abcdef".into()));
    let dashed = id.dashed();
    for form in [text, &text.to_uppercase(), &dashed, &format!("{{{dashed}}}"), &format!("urn:uuid:{dashed}")]
    {
        assert_eq!(Reference::parse(form), Ok((id, None)), "{form}");
    }
    for (form, kind, name) in
        [("n:City:", Kind::Node, "City"), ("e::", Kind::Edge, ""), ("w:m.W:", Kind::Walker, "m.W")]
    {
        for id_text in [text, &dashed] {
            let (found, reference) = Reference::parse(&format!("{form}{id_text}")).unwrap();
            let reference = reference.unwrap();
            assert_eq!((found, reference.kind, &*reference.name), (id, kind, name));
            assert_eq!(reference.to_string(), format!("{form}{text}"));
        }
    }
    for bad in [
        "",
        "x",
        "n:City:",
        "n:City:12",
        "x:City:0123456789abcdef0123456789abcdef",
        "n:",
        &text[1..],
        &format!("{text}0"),
    ] {
        let error = Reference::parse(bad).unwrap_err();
        assert_eq!(error.to_string(), format!("[{bad}] is not a valid reference!"));
    }
    let city = Reference { kind: Kind::Node, name: Arc::from("City"), id };
    assert!(
        city.fits(Kind::Node, "City") && !city.fits(Kind::Node, "Town") && !city.fits(Kind::Walker, "City")
    );
    assert!(Reference { name: Arc::from(""), ..city }.fits(Kind::Node, "Town"));
}
