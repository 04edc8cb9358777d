//! Coroutines keep their promises: whoever is parked, at whatever depth and on whatever thread,
//! continues where it was; every misuse is an answer; what is dropped half-way is cleaned up;
//! and a coroutine that waits costs two pages.
//!
//! `tests/sanitize.sh` runs these tests under AddressSanitizer.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::hint::black_box;
use std::panic::{self, AssertUnwindSafe};
use std::process::Command;
use std::rc::Rc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use ambler::coroutine::{
    Confined, Coroutine, Movable, ParkSlot, Refusal, Resumed, StackLimit, Suspender, current_stack_pointer,
    main_stack, on_big_stack,
};

/// What an isolate is to this module: a slot, and state that is not `Send`.
struct Isolate {
    slot: ParkSlot<u64, u64>,
    received: Cell<u64>,
}

impl Isolate {
    fn new() -> Rc<Isolate> {
        // SAFETY: one slot per walker, and walkers here never resume one another.
        Rc::new(Isolate { slot: unsafe { ParkSlot::new() }, received: Cell::new(0) })
    }

    fn park(&self, message: u64) {
        let input = self.slot.park(message).expect("the walker has entered its slot");
        self.received.set(self.received.get() + input);
    }
}

type Generator = Coroutine<(), u64, ()>;

/// Yields 0 to `count` - 1 through `depth` more generators; each parks the walker at every step.
fn counting(isolate: &Rc<Isolate>, depth: u32, count: u64) -> Generator {
    let isolate = Rc::clone(isolate);
    Coroutine::create(move |suspender, ()| {
        if depth == 0 {
            for number in 0..count {
                isolate.park(number);
                suspender.suspend(number);
            }
            return;
        }
        let inner = counting(&isolate, depth - 1, count);
        while let Resumed::Yielded(number) = inner.resume(()) {
            isolate.park(number);
            suspender.suspend(number);
        }
    })
    .expect("a stack")
}

/// A walker that sums `counting`; returns the sum and what its parks received.
fn summing(depth: u32, count: u64) -> Movable<u64, u64, (u64, u64)> {
    let body = move |suspender: Suspender<'_, u64, u64>, _: u64| {
        let isolate = Isolate::new();
        let sum = isolate.slot.enter(suspender, || {
            let generator = counting(&isolate, depth, count);
            let mut sum = 0;
            while let Resumed::Yielded(number) = generator.resume(()) {
                sum += number;
            }
            sum
        });
        (sum, isolate.received.get())
    };
    // SAFETY: the isolate is created by the body and all its references live on its stacks.
    Movable::create(unsafe { Confined::promise() }, body).expect("a stack")
}

/// Runs every walker to its end on `threads` threads that take turns, resuming with 1.
fn run_all(threads: usize, walkers: Vec<Movable<u64, u64, (u64, u64)>>) -> (u64, u64) {
    let left = AtomicUsize::new(walkers.len());
    let queue = Mutex::new(VecDeque::from(walkers));
    let (sum, received) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while left.load(Ordering::Acquire) > 0 {
                    let Some(walker) = queue.lock().expect("no panics").pop_front() else {
                        thread::yield_now();
                        continue;
                    };
                    match walker.resume(1) {
                        Resumed::Yielded(_) => queue.lock().expect("no panics").push_back(walker),
                        Resumed::Returned((total, inputs)) => {
                            sum.fetch_add(total, Ordering::Relaxed);
                            received.fetch_add(inputs, Ordering::Relaxed);
                            left.fetch_sub(1, Ordering::Release);
                        }
                        other => panic!("{other:?}"),
                    }
                }
            });
        }
    });
    (sum.into_inner(), received.into_inner())
}

#[test]
fn parks_inside_nested_generators_on_many_threads_lose_nothing() {
    for (threads, depth) in [(2, 0), (2, 3), (4, 1), (8, 3)] {
        let walkers = (0..64).map(|_| summing(depth, 100)).collect();
        let (sum, received) = run_all(threads, walkers);
        assert_eq!(sum, 64 * (0..100).sum::<u64>(), "{threads} threads, depth {depth}");
        assert_eq!(received, 64 * 100 * u64::from(depth + 1), "{threads} threads, depth {depth}");
    }
}

#[test]
fn messages_go_in_and_out_in_order() {
    let coroutine = Coroutine::<i64, i64, String>::create(|suspender, first| {
        let second = suspender.suspend(first * 10);
        let third = suspender.suspend(second * 10);
        format!("{first} {second} {third}")
    })
    .expect("a stack");
    assert!(!coroutine.is_started() && !coroutine.is_done());
    assert!(matches!(coroutine.resume(1), Resumed::Yielded(10)));
    assert!(coroutine.is_started() && coroutine.is_suspended());
    assert!(matches!(coroutine.resume(2), Resumed::Yielded(20)));
    assert!(matches!(coroutine.resume(3), Resumed::Returned(text) if text == "1 2 3"));
    assert!(coroutine.is_done() && coroutine.limit().is_none());
    assert!(matches!(coroutine.resume(4), Resumed::Refused(Refusal::Done)));
}

#[test]
fn resuming_oneself_is_refused() {
    let own = Rc::new(RefCell::new(None::<Rc<Coroutine<(), bool, ()>>>));
    let seen = Rc::clone(&own);
    let coroutine = Rc::new(
        Coroutine::create(move |suspender: Suspender<'_, (), bool>, ()| {
            let own = seen.borrow().clone().expect("set before the first resume");
            suspender
                .suspend(own.is_running() && matches!(own.resume(()), Resumed::Refused(Refusal::Running)));
        })
        .expect("a stack"),
    );
    *own.borrow_mut() = Some(Rc::clone(&coroutine));
    assert!(matches!(coroutine.resume(()), Resumed::Yielded(true)));
    assert!(matches!(coroutine.resume(()), Resumed::Returned(())));
    own.borrow_mut().take();
    assert_eq!(Rc::strong_count(&coroutine), 1);
}

#[test]
fn a_generator_whose_walker_is_parked_inside_it_is_refused() {
    let isolate = Isolate::new();
    let generator = Rc::new(counting(&isolate, 0, 3));
    let (slot, inside) = (Rc::clone(&isolate), Rc::clone(&generator));
    let walker = Coroutine::<u64, u64, ()>::create(move |suspender, _| {
        slot.slot.enter(suspender, || while let Resumed::Yielded(_) = inside.resume(()) {});
    })
    .expect("a stack");
    assert!(matches!(walker.resume(0), Resumed::Yielded(0)));
    assert!(matches!(generator.resume(()), Resumed::Refused(Refusal::Running)));
    assert!(!isolate.slot.is_entered());
    assert_eq!(isolate.slot.park(7), Err(7));
    assert!(matches!(walker.resume(0), Resumed::Yielded(1)));
    assert!(matches!(walker.resume(0), Resumed::Yielded(2)));
    assert!(matches!(walker.resume(0), Resumed::Returned(())));
    assert!(generator.is_done());
}

#[test]
fn the_innermost_coroutine_that_entered_is_parked() {
    let isolate = Isolate::new();
    let (outer, inner) = (Rc::clone(&isolate), Rc::clone(&isolate));
    let task = Coroutine::<u64, u64, ()>::create(move |suspender, _| {
        inner.slot.enter(suspender, || inner.park(1));
    })
    .expect("a stack");
    let walker = Coroutine::<u64, u64, ()>::create(move |suspender, _| {
        outer.slot.enter(suspender, || {
            assert!(matches!(task.resume(0), Resumed::Yielded(1)));
            outer.park(2);
            assert!(matches!(task.resume(0), Resumed::Returned(())));
            outer.park(3);
        });
    })
    .expect("a stack");
    assert!(matches!(walker.resume(0), Resumed::Yielded(2)));
    assert!(matches!(walker.resume(0), Resumed::Yielded(3)));
    assert!(matches!(walker.resume(0), Resumed::Returned(())));
    assert!(!isolate.slot.is_entered());
}

#[test]
fn cancelling_is_a_message() {
    #[derive(PartialEq)]
    enum Order {
        Continue,
        Cancel,
    }
    fn depth_first(
        suspender: &Suspender<'_, Order, u32>,
        depth: u32,
        undone: &mut u32,
    ) -> Result<(), &'static str> {
        if suspender.suspend(depth) == Order::Cancel {
            return Err("cancelled");
        }
        let result = depth_first(suspender, depth + 1, undone);
        *undone += 1;
        result
    }
    let coroutine = Coroutine::create(|suspender: Suspender<'_, Order, u32>, _| {
        let mut undone = 0;
        let result = depth_first(&suspender, 0, &mut undone);
        (result, undone)
    })
    .expect("a stack");
    for depth in 0..50 {
        assert!(matches!(coroutine.resume(Order::Continue), Resumed::Yielded(seen) if seen == depth));
    }
    assert!(matches!(coroutine.resume(Order::Cancel), Resumed::Returned((Err("cancelled"), 49))));
}

#[test]
fn a_panic_comes_out_as_a_value() {
    let coroutine = Coroutine::<(), (), ()>::create(|suspender, ()| {
        suspender.suspend(());
        panic::resume_unwind(Box::new("a bug"));
    })
    .expect("a stack");
    assert!(matches!(coroutine.resume(()), Resumed::Yielded(())));
    let Resumed::Panicked(payload) = coroutine.resume(()) else {
        panic!("no panic came out");
    };
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"a bug"));
    assert!(matches!(coroutine.resume(()), Resumed::Refused(Refusal::Done)));
    assert!(!thread::panicking());
}

#[test]
fn a_panic_after_a_change_of_thread_is_caught_there() {
    let body = |suspender: Suspender<'_, (), ()>, ()| -> () {
        suspender.suspend(());
        panic::resume_unwind(Box::new(1));
    };
    // SAFETY: nothing is kept across the suspension.
    let walker = Movable::create(unsafe { Confined::promise() }, body).expect("a stack");
    assert!(matches!(walker.resume(()), Resumed::Yielded(())));
    let other =
        thread::spawn(move || (matches!(walker.resume(()), Resumed::Panicked(_)), thread::panicking()));
    assert_eq!(other.join().expect("no panic escapes"), (true, false));
    assert!(!thread::panicking());
}

/// Counts its drops.
struct Tally(Rc<Cell<u32>>);

impl Drop for Tally {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[test]
fn what_is_dropped_before_the_start_or_half_way_is_cleaned_up() {
    let drops = Rc::new(Cell::new(0));
    let make = || {
        let captured = Tally(Rc::clone(&drops));
        let local = Rc::clone(&drops);
        Coroutine::<(), (), ()>::create(move |suspender, ()| {
            let _captured = captured;
            let _local = Tally(local);
            suspender.suspend(());
            unreachable!("never resumed");
        })
        .expect("a stack")
    };
    drop(make());
    assert_eq!(drops.get(), 1);
    let half_way = make();
    assert!(matches!(half_way.resume(()), Resumed::Yielded(())));
    drop(half_way);
    assert_eq!(drops.get(), 3);
    assert_eq!(Rc::strong_count(&drops), 1);
}

#[test]
fn dropping_a_walker_unwinds_the_generators_it_is_parked_in() {
    let drops = Rc::new(Cell::new(0));
    let isolate = Isolate::new();
    let (seen, slot) = (Rc::clone(&drops), Rc::clone(&isolate));
    let walker = Coroutine::<u64, u64, ()>::create(move |suspender, _| {
        slot.slot.enter(suspender, || {
            let _outer = Tally(Rc::clone(&seen));
            let inner_slot = Rc::clone(&slot);
            let generator = Generator::create(move |_, ()| {
                let _inner = Tally(seen);
                inner_slot.park(1);
                unreachable!("never resumed");
            })
            .expect("a stack");
            generator.resume(());
            unreachable!("the unwinding passes through");
        });
    })
    .expect("a stack");
    assert!(matches!(walker.resume(0), Resumed::Yielded(1)));
    drop(walker);
    assert_eq!(drops.get(), 2);
    assert!(!isolate.slot.is_entered());
    assert_eq!((Rc::strong_count(&isolate), Rc::strong_count(&drops)), (1, 1));
}

#[test]
fn a_body_that_swallows_every_unwinding_is_given_up() {
    let coroutine = Coroutine::<(), (), ()>::create(|suspender, ()| {
        loop {
            let _ = panic::catch_unwind(AssertUnwindSafe(|| suspender.suspend(())));
        }
    })
    .expect("a stack");
    assert!(matches!(coroutine.resume(()), Resumed::Yielded(())));
    drop(coroutine);
}

#[test]
fn dropping_while_a_panic_unwinds_forgets() {
    let drops = Rc::new(Cell::new(0));
    let seen = Rc::clone(&drops);
    let result = panic::catch_unwind(AssertUnwindSafe(move || {
        let coroutine = Coroutine::<(), (), ()>::create(move |suspender, ()| {
            let _local = Tally(seen);
            suspender.suspend(());
        })
        .expect("a stack");
        coroutine.resume(());
        panic::resume_unwind(Box::new(()));
    }));
    assert!(result.is_err());
    assert_eq!(drops.get(), 0);
}

/// Recurses as an evaluator does, until the limit says no; returns the depth in bytes.
fn descend(limit: &mut StackLimit, base: usize) -> usize {
    let frame = black_box([1u8; 256]);
    if limit.is_passed() && limit.extend().is_err() {
        return base - current_stack_pointer();
    }
    descend(limit, base) + usize::from(frame[0]) - 1
}

#[test]
fn recursion_ends_at_the_limit_and_the_limit_is_remembered() {
    let coroutine = Coroutine::<(), usize, usize>::create(|suspender, ()| {
        let mut limit = suspender.limit();
        let depth = descend(&mut limit, current_stack_pointer());
        suspender.suspend(depth);
        let mut limit = suspender.limit();
        let remembered = limit.native();
        let depth = descend(&mut limit, current_stack_pointer());
        assert_eq!(limit.native(), remembered);
        depth
    })
    .expect("a stack");
    let before = coroutine.limit().expect("alive").native();
    let Resumed::Yielded(depth) = coroutine.resume(()) else {
        panic!("a yield");
    };
    assert!(depth > 3 << 20, "{depth}");
    assert!(coroutine.limit().expect("alive").native() < before - (3 << 20));
    assert!(matches!(coroutine.resume(()), Resumed::Returned(again) if again.abs_diff(depth) < 4096));
}

#[test]
fn the_value_area_is_filled_before_the_first_resume_and_bounded() {
    let coroutine = Coroutine::<(), u64, ()>::create(|suspender, ()| {
        let mut limit = suspender.limit();
        let (start, len) = limit.value_area();
        // SAFETY: the area belongs to this coroutine, which wrote to its start.
        suspender.suspend(unsafe { start.cast::<u64>().read() });
        let first = start.addr();
        assert!(limit.values_end() > first && limit.values_end() < first + len);
        assert!(limit.extend_values(first + 100_000).is_ok());
        assert!(limit.values_end() >= first + 100_000);
        assert!(limit.extend_values(first + len).is_ok());
        assert!(limit.extend_values(first + len + 1).is_err());
        // SAFETY: the last byte of the area.
        unsafe { start.add(len - 1).write(1) };
    })
    .expect("a stack");
    let (start, len) = coroutine.limit().expect("alive").value_area();
    assert!(start.cast::<u64>().is_aligned() && len > 500 << 10);
    // SAFETY: nobody else uses the area of a coroutine that has not started.
    unsafe { start.cast::<u64>().write(42) };
    assert!(matches!(coroutine.resume(()), Resumed::Yielded(42)));
    assert!(matches!(coroutine.resume(()), Resumed::Returned(())));
}

#[test]
fn large_stacks_go_deep_return_values_and_pass_panics_on() {
    fn deep(levels: usize) -> usize {
        let frame = black_box([1u8; 1024]);
        if levels == 0 { 0 } else { deep(levels - 1) + usize::from(frame[levels % 1024]) }
    }
    assert_eq!(on_big_stack(|| deep(40_000)).expect("a stack"), 40_000);
    let size = 64 << 20;
    let (depth, values) = main_stack(size, |mut limit| {
        let (values, len) = limit.value_area();
        // SAFETY: the area belongs to the running function.
        unsafe { values.add(len - 1).write(1) };
        (descend(&mut limit, current_stack_pointer()), len)
    })
    .expect("a stack");
    assert!(depth > size / 8 * 7 - (512 << 10) && values == size / 8, "{depth} {values}");
    let passed = panic::catch_unwind(|| on_big_stack::<()>(|| panic::resume_unwind(Box::new("on"))));
    assert!(passed.is_err());
}

#[test]
fn a_generator_runs_on_a_main_stack_and_inside_a_coroutine() {
    let sum = main_stack(0, |_| {
        let outer = Coroutine::<(), (), u64>::create(|_, ()| {
            let generator = Generator::create(|suspender, ()| (0..5).for_each(|n| suspender.suspend(n)))
                .expect("a stack");
            let mut sum = 0;
            while let Resumed::Yielded(number) = generator.resume(()) {
                sum += number;
            }
            sum
        })
        .expect("a stack");
        match outer.resume(()) {
            Resumed::Returned(sum) => sum,
            other => panic!("{other:?}"),
        }
    });
    assert_eq!(sum.expect("a stack"), 10);
}

const PROBE: &str = "AMBLER_TEST_COROUTINE_MEMORY";

/// Resident memory and page tables of this process, in KiB.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("a process has a status");
    ["VmRSS:", "VmPTE:"]
        .iter()
        .filter_map(|key| status.lines().find_map(|line| line.strip_prefix(key)))
        .filter_map(|rest| rest.trim().trim_end_matches(" kB").parse::<usize>().ok())
        .sum()
}

/// Measures in a process of its own, since tests run side by side.
#[test]
#[cfg(target_os = "linux")]
fn memory_of_waiting_and_deep_coroutines_is_bounded() {
    if std::env::var_os(PROBE).is_some() {
        waiting_coroutines_cost_two_pages();
        deep_coroutines_give_memory_back();
        return;
    }
    let name = "memory_of_waiting_and_deep_coroutines_is_bounded";
    let program = std::env::current_exe().expect("the test knows its program");
    let output =
        Command::new(program).args([name, "--test-threads=1"]).env(PROBE, "1").output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

fn waiting_coroutines_cost_two_pages() {
    const COUNT: usize = 2000;
    let before = memory();
    let waiting: Vec<_> = (0..COUNT)
        .map(|number| {
            let coroutine = Coroutine::<(), (), usize>::create(move |suspender, ()| {
                let (values, _) = suspender.limit().value_area();
                // SAFETY: the area belongs to this coroutine.
                unsafe { values.write_bytes(1, 512) };
                let frame = black_box([number; 100]);
                suspender.suspend(());
                frame[99]
            })
            .expect("a stack");
            coroutine.resume(());
            coroutine
        })
        .collect();
    let each = (memory() - before) * 1024 / COUNT;
    // A page of frames and values, a page of page tables, and the coroutine itself. Code that is
    // not optimised has larger frames: another page.
    assert!(each < 13 * 1024, "{each} bytes for each");
    for (number, coroutine) in waiting.iter().enumerate() {
        assert!(matches!(coroutine.resume(()), Resumed::Returned(seen) if seen == number));
    }
}

fn deep_coroutines_give_memory_back() {
    let before = memory();
    let deep: Vec<_> = (0..100)
        .map(|_| {
            let coroutine = Coroutine::<(), usize, ()>::create(|suspender, ()| {
                let mut limit = suspender.limit();
                suspender.suspend(descend(&mut limit, current_stack_pointer()));
            })
            .expect("a stack");
            coroutine.resume(());
            coroutine
        })
        .collect();
    let during = memory() - before;
    assert!(during > 300 << 10, "{during} KiB for 100 deep stacks");
    for coroutine in deep {
        assert!(matches!(coroutine.resume(()), Resumed::Returned(())));
    }
    let after = memory().saturating_sub(before);
    assert!(after < 80 << 10, "{after} KiB kept");
}

/// A coroutine that is dropped half way leaves nothing behind for the next one that gets its stack.
#[test]
fn a_coroutine_that_was_unwound_leaves_an_empty_value_area() {
    for _ in 0..3 {
        let coroutine = Coroutine::<(), [u64; 2], ()>::create(|suspender, ()| {
            let mut limit = suspender.limit();
            let (start, _) = limit.value_area();
            assert!(limit.extend_values(start.addr() + 100_000).is_ok());
            // SAFETY: the area belongs to this coroutine; both words lie in the part that it may use.
            let seen = unsafe { [start.cast::<u64>().read(), start.add(90_000).cast::<u64>().read()] };
            // SAFETY: as above.
            unsafe {
                start.cast::<u64>().write(7);
                start.add(90_000).cast::<u64>().write(7);
            }
            suspender.suspend(seen);
        })
        .expect("a stack");
        assert!(matches!(coroutine.resume(()), Resumed::Yielded([0, 0])));
        drop(coroutine);
    }
}
