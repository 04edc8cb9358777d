//! Running a program: from its text to how it ended.
//!
//! Owns what is made for a run (the store, the pool, the main program's isolate), the order in which it
//! ends, and what an uncaught exception means for the process. How any of it is shown is the command
//! line's business.

use std::path::PathBuf;
use std::sync::Arc;

use super::interrupt::Interrupts;
use super::keeping::Keeping;
use super::pool::Pool;
use super::progress::Bar;
use crate::coroutine::{StackLimit, main_stack};
use crate::diagnostics::{Diagnostic, UncaughtReport};
use crate::eval::{self, Program};
use crate::isolate::{self, Catalog, Lines, MainProgram, Screen, Shared, Without, World, uncaught};
use crate::modules::LIBRARY;
use crate::resolve;
use crate::source::{FileLoader, SourceFile};
use crate::store::{MemoryStore, Store, StoreError};
use crate::value::{ErrorKind, Heap, Instance, Ref, Value, ops};

/// Address space of the main program's stack: enough for a thousand calls of any shape.
const MAIN_STACK: usize = 256 << 20;

/// What is to be run, and how.
#[derive(Debug)]
pub struct Request {
    /// The text of the main module.
    pub main: Arc<SourceFile>,
    /// `sys.argv`: the file as it was typed (`-`, `-c`), then the program's own arguments.
    pub argv: Vec<String>,
    /// Threads for async walkers; `None` for one per core.
    pub workers: Option<usize>,
    /// Deterministic run: one thread, order chosen by the seed, virtual clock.
    pub seed: Option<u64>,
    /// The file in which the graph under root and the walkers are kept.
    pub store: Option<PathBuf>,
    /// Say at the end what was run.
    pub stats: bool,
    /// Show how many walkers are pending, running and done.
    pub progress: bool,
    /// Whether the main module's name is `__main__`.
    pub is_main: bool,
}

/// How a program ended.
#[derive(Debug)]
pub enum Ended {
    /// By itself. Walkers that failed, and whose error nobody has seen, are told about: the
    /// name of each, and its exception.
    Finished { failed_walkers: Vec<(String, UncaughtReport)> },
    /// By `exit(n)`; a text given to `exit` is written to standard error.
    Exited { code: i32, message: Option<String> },
    /// An exception left the main module.
    Raised(UncaughtReport),
    /// It has syntax errors and was not started.
    Rejected(Vec<Diagnostic>),
    /// Ctrl-C.
    Interrupted,
    /// The store cannot be used, and the program was not started.
    NoStore(StoreError),
}

/// Options of the resolver for a program started by name.
pub fn options(main: &SourceFile, is_main: bool) -> resolve::Options {
    let stem = main.path.as_ref().and_then(|p| p.file_stem()).map(|s| s.to_string_lossy().into_owned());
    let name = if is_main { "__main__".to_owned() } else { stem.unwrap_or_else(|| "main".to_owned()) };
    let path =
        std::env::var_os("JACPATH").map(|paths| std::env::split_paths(&paths).collect::<Vec<PathBuf>>());
    resolve::Options { main_name: name.into(), path: path.unwrap_or_default() }
}

/// What is done with the heap of a program that has ended, and whose walkers have.
pub type AtEnd<'a> = &'a dyn Fn(&Heap, &Program);

/// Runs a program to its end.
pub fn run_program(request: &Request, screen: Arc<dyn Screen>) -> Ended {
    run_and_look(request, screen, &|_, _| ())
}

/// Runs a program to its end, and looks at what it leaves, unless it was interrupted.
pub fn run_and_look(request: &Request, screen: Arc<dyn Screen>, look: AtEnd<'_>) -> Ended {
    run_whole(request, screen, look, Without::default())
}

/// Runs a program with some rules of steps switched off, for the tests of these rules.
pub fn run_program_without(request: &Request, screen: Arc<dyn Screen>, without: Without) -> Ended {
    run_whole(request, screen, &|_, _| (), without)
}

fn run_whole(request: &Request, screen: Arc<dyn Screen>, look: AtEnd<'_>, without: Without) -> Ended {
    let body = |heap: &Heap, program: &Program, _: Option<&Pool>| run_body(heap, program);
    match resolve(&request.main, request.is_main, false) {
        Ok(program) => start(program, Parts { request, screen, body, look, without }),
        Err(diagnostics) => Ended::Rejected(diagnostics),
    }
}

/// The program whose main module is `main`. `explains`: its assertions note what they compared.
///
/// # Errors
/// Its syntax errors.
pub(super) fn resolve(main: &SourceFile, is_main: bool, explains: bool) -> Result<Program, Vec<Diagnostic>> {
    let options = options(main, is_main);
    let resolved = resolve::program(main, &FileLoader, &LIBRARY, &options)?;
    Ok(Program {
        modules: resolved.modules,
        main: resolved.main,
        shares_graph: resolved.declares_async_walker,
        explains,
    })
}

/// What a run is made of besides the program.
struct Parts<'a, B> {
    request: &'a Request,
    screen: Arc<dyn Screen>,
    body: B,
    look: AtEnd<'a>,
    without: Without,
}

/// Runs the main isolate.
pub(super) trait Body: FnOnce(&Heap, &Program, Option<&Pool>) -> Ended {}

impl<B: FnOnce(&Heap, &Program, Option<&Pool>) -> Ended> Body for B {}

/// Makes what a run needs, lets `body` run the main isolate, and ends the run.
pub(super) fn run_resolved(
    program: Program,
    request: &Request,
    screen: Arc<dyn Screen>,
    body: impl Body,
) -> Ended {
    start(program, Parts { request, screen, body, look: &|_, _| (), without: Without::default() })
}

fn start<B: Body>(mut program: Program, parts: Parts<'_, B>) -> Ended {
    program.shares_graph |= parts.request.store.is_some();
    let interrupts = Interrupts::listen(parts.screen.clone());
    let ended = main_stack(MAIN_STACK, |limit| run_main(program, parts, &interrupts, limit));
    ended.unwrap_or_else(|_| Ended::Exited {
        code: 1,
        message: Some("ambler: no memory for the program's stack".to_owned()),
    })
}

fn run_main<B: Body>(
    program: Program,
    parts: Parts<'_, B>,
    interrupts: &Arc<Interrupts>,
    limit: StackLimit,
) -> Ended {
    // A seed decides time and chance of every program, and `--stats` counts in each.
    if program.shares_graph || parts.request.seed.is_some() || parts.request.stats {
        return run_with_pool(program, parts, interrupts, limit);
    }
    let Parts { request, screen, body, look, .. } = parts;
    let world = World::new(screen, interrupts.clone(), request.argv.clone());
    let heap = isolate::new(program.clone(), Box::new(world));
    interrupts.watch(&heap.signals);
    heap.start_on(limit);
    let ended = body(&heap, &program, None);
    look_at(&heap, &program, &ended, look);
    // The process ends: taking millions of objects apart would only take time.
    std::mem::forget(heap);
    ended
}

/// A program with a pool beside it: its async walkers, if it has any, run beside main and after it.
fn run_with_pool<B: Body>(
    program: Program,
    parts: Parts<'_, B>,
    interrupts: &Arc<Interrupts>,
    limit: StackLimit,
) -> Ended {
    let Parts { request, screen, body, look, without } = parts;
    let (mut keeping, screen) = match request.store.as_deref().map(|path| Keeping::open(path, &screen)) {
        Some(Ok((keeping, gate))) => (Some(keeping), gate),
        Some(Err(error)) => return Ended::NoStore(error),
        None => (None, screen),
    };
    let store: Arc<dyn Store> = match &keeping {
        Some(keeping) => keeping.store(),
        None => Arc::new(MemoryStore::new()),
    };
    let workers =
        request.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let pool = Pool::new(program.clone(), workers.max(1), request.seed, request.stats);
    store.listen(Arc::new(Lines { screen: screen.clone() }));
    let mut shared = Shared::new(store, Catalog::new(program.clone()), request.argv.clone());
    (shared.without, shared.debugs) = (without, screen.debugs());
    let shared = Arc::new(shared);
    shared.set_tasks(pool.clone());
    shared.set_screen(screen.clone());
    pool.open(&shared);
    interrupts.watch_pool(&pool);
    if let Some(keeping) = &mut keeping {
        keeping.resume(&pool, &shared, &*screen);
        keeping.listen(&pool);
    }
    let bar = if request.progress { Bar::show(pool.counts.clone()) } else { None };
    let world = World::new(screen.clone(), interrupts.clone(), request.argv.clone());
    let heap =
        isolate::new(program.clone(), Box::new(MainProgram::new(world, shared.clone(), keeping.is_some())));
    heap.start_on(limit);
    heap.set_shares_graph(program.shares_graph);
    heap.set_commits(program.shares_graph);
    interrupts.watch(&heap.signals);
    let mut ended = body(&heap, &program, Some(&pool));
    if let Err(raised) = eval::host(&heap).flush(&heap) {
        let _ = heap.catch(raised, None);
    }
    match &mut ended {
        Ended::Finished { failed_walkers } => {
            if pool.join() {
                let failures = pool.unseen_failures();
                failed_walkers.extend(failures.into_iter().map(|failure| (failure.class, failure.report)));
            } else {
                pool.cancel_all();
                ended = Ended::Interrupted;
            }
        }
        _ => pool.cancel_all(),
    }
    look_at(&heap, &program, &ended, look);
    pool.close();
    drop(bar);
    if let Some(mut keeping) = keeping {
        screen.flush();
        keeping.close();
    }
    if request.stats {
        screen.flush();
        screen.write_error(&pool.counts.report());
    }
    ended
}

fn look_at(heap: &Heap, program: &Program, ended: &Ended, look: AtEnd<'_>) {
    if !matches!(ended, Ended::Interrupted | Ended::NoStore(_)) {
        // What others have committed since main's last statement is seen, too.
        if let Err(raised) = eval::host(heap).statement_ended(heap) {
            let _ = heap.catch(raised, None);
        }
        look(heap, program);
    }
}

/// Runs the main module of an isolate.
pub(super) fn run_body(heap: &Heap, program: &Program) -> Ended {
    let Some(main) = program.modules.get(program.main as usize) else {
        return Ended::Finished { failed_walkers: Vec::new() };
    };
    // What the program has started with `flow` ends with it.
    let run = || eval::import::run_module(heap, main).and_then(|_| eval::flow::join(heap));
    let ended = match eval::host(heap).begin(heap).and_then(|()| run()) {
        Ok(_) => Ended::Finished { failed_walkers: Vec::new() },
        Err(raised) => {
            let error = heap.catch(raised, None);
            eval::flow::cancel_all(heap);
            ended_by(heap, &error)
        }
    };
    // Generators that are still suspended are closed: their `finally` blocks belong to the run.
    if let Err(raised) = heap.poll() {
        let _ = heap.catch(raised, None);
    }
    ended
}

/// How an exception that leaves the main module ends the program.
pub(super) fn ended_by(heap: &Heap, error: &Ref<Instance>) -> Ended {
    if heap.is_error(error, ErrorKind::KeyboardInterrupt) {
        return Ended::Interrupted;
    }
    if !heap.is_error(error, ErrorKind::SystemExit) {
        return Ended::Raised(uncaught(heap, error));
    }
    match &error.error_args()[..] {
        [] | [Value::None] => Ended::Exited { code: 0, message: None },
        [Value::Int(code)] => Ended::Exited { code: (*code & 0xff) as i32, message: None },
        [Value::True] => Ended::Exited { code: 1, message: None },
        [Value::False] => Ended::Exited { code: 0, message: None },
        [other, ..] => {
            let text = ops::show::to_string(heap, other).unwrap_or_default();
            Ended::Exited { code: 1, message: Some(text) }
        }
    }
}
