//! Running tests: a process for each file, or for each test with `--isolate`, several at once.
//!
//! Programs print, loop for ever, call `exit`, change directories, exhaust memory: a process of its own
//! keeps each from the others, and whatever happens to it, its tests have a result. What the results
//! mean to people is not known here.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::args::TestArguments;
use super::message::{Message, Problem};
use super::plan::File;
use crate::cli::output::reason;
use crate::diagnostics::Style;

/// A test, by the places of its file and of itself in the plan.
pub type At = (usize, usize);

/// How a test ended.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub time: Duration,
    pub problem: Option<Problem>,
    /// What it printed.
    pub output: String,
}

/// What happens.
#[derive(Debug)]
pub enum Event {
    Begun(At),
    Ended(At, Outcome),
    /// A file could not be loaded: none of its tests was run.
    NotLoaded(usize, Outcome),
    /// One that starts processes has none left to start.
    Over,
    /// Ctrl-C.
    Interrupted,
}

/// Tests that one process runs: the file, and places of tests in its list.
struct Job {
    file: usize,
    cases: Vec<usize>,
}

/// What all workers share.
struct Work {
    jobs: Vec<Job>,
    next: AtomicUsize,
    files: Vec<FileWork>,
    running: Vec<Mutex<Option<Child>>>,
    limit: Option<Duration>,
    options: Vec<String>,
}

/// What a process is told of a file.
struct FileWork {
    path: std::path::PathBuf,
    /// The numbers of the tests.
    indices: Vec<usize>,
}

/// The processes that run tests. When this is dropped all of them end.
pub struct Children {
    work: Arc<Work>,
    pub events: Receiver<Event>,
    /// How many `Event::Over` come until all is done.
    pub workers: usize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Children {
    /// Starts to run all tests of the plan. The events end when all is done.
    pub fn start(files: &[File], arguments: &TestArguments, style: Style) -> Children {
        let of_file = |(file, plan): (usize, &File)| -> Vec<Job> {
            let all = 0..plan.tests.len();
            if arguments.isolate {
                all.map(|case| Job { file, cases: vec![case] }).collect()
            } else {
                vec![Job { file, cases: all.collect() }]
            }
        };
        let jobs: Vec<Job> =
            files.iter().enumerate().flat_map(of_file).filter(|job| !job.cases.is_empty()).collect();
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let workers = arguments.workers.map_or(cores, |workers| workers as usize).min(jobs.len()).max(1);
        let work = Arc::new(Work {
            jobs,
            next: AtomicUsize::new(0),
            files: files
                .iter()
                .map(|file| FileWork {
                    path: file.path.clone(),
                    indices: file.tests.iter().map(|case| case.index).collect(),
                })
                .collect(),
            running: (0..workers).map(|_| Mutex::default()).collect(),
            limit: (arguments.timeout > 0).then(|| Duration::from_secs(u64::from(arguments.timeout))),
            options: options(arguments, style),
        });
        let (sender, events) = unbounded();
        let interrupted = sender.clone();
        // There is one handler per process, and this process runs no program of its own.
        let _ = ctrlc::set_handler(move || {
            let _ = interrupted.send(Event::Interrupted);
        });
        let serve = |place: usize| {
            let (work, sender) = (work.clone(), sender.clone());
            let name = format!("tests-{place}");
            thread::Builder::new().name(name).spawn(move || work.serve(place, &sender)).is_ok()
        };
        // Where the machine is out of threads fewer do the work; if it is nobody, the tests were not run.
        let workers = (0..workers).filter(|place| serve(*place)).count();
        Children { work, events, workers }
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        self.work.next.store(usize::MAX / 2, Ordering::SeqCst);
        for child in &self.work.running {
            if let Some(child) = &mut *lock(child) {
                let _ = child.kill();
            }
        }
    }
}

/// The flags for each process.
fn options(arguments: &TestArguments, style: Style) -> Vec<String> {
    let mut options = Vec::new();
    if let Some(seed) = arguments.seed {
        options.extend(["--seed".to_owned(), seed.to_string()]);
    }
    if style.color {
        options.push("--draw-color".to_owned());
    }
    if style.unicode {
        options.push("--draw-unicode".to_owned());
    }
    if let Some(width) = style.width {
        options.extend(["--draw-width".to_owned(), width.to_string()]);
    }
    options
}

impl Work {
    /// Runs jobs until none is left.
    fn serve(&self, place: usize, events: &Sender<Event>) {
        while let Some(job) = self.jobs.get(self.next.fetch_add(1, Ordering::SeqCst)) {
            Running { job, events, done: 0, is_loaded: false, begun: false, output: String::new() }
                .run(self, place);
        }
        let _ = events.send(Event::Over);
    }

    fn command(&self, job: &Job) -> std::io::Result<Command> {
        let file = &self.files[job.file];
        let only: Vec<String> = job.cases.iter().map(|case| file.indices[*case].to_string()).collect();
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("test-file").args(&self.options).args(["--only", &only.join(",")]);
        command.arg("--").arg(&file.path);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Ctrl-C is for this process, which ends the others: no test fails because of it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Ok(command)
    }
}

/// A process and what it has told so far.
struct Running<'a> {
    job: &'a Job,
    events: &'a Sender<Event>,
    /// Tests that have ended.
    done: usize,
    is_loaded: bool,
    /// The next one runs.
    begun: bool,
    /// What came past the runtime, for the test that runs.
    output: String,
}

impl Running<'_> {
    fn run(mut self, work: &Work, place: usize) {
        let mut child = match work.command(self.job).and_then(|mut command| command.spawn()) {
            Ok(child) => child,
            Err(error) => {
                return self.give_up(&format!("its process could not be started: {}", reason(&error)));
            }
        };
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        *lock(&work.running[place]) = Some(child);
        let errors = thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.map(|mut stderr| stderr.read_to_end(&mut text));
            String::from_utf8_lossy(&text).into_owned()
        });
        let why = self.listen(stdout, work.limit);
        if why.is_some()
            && let Some(child) = &mut *lock(&work.running[place])
        {
            let _ = child.kill();
        }
        self.output.push_str(&errors.join().unwrap_or_default());
        let status = lock(&work.running[place]).take().map(|mut child| child.wait());
        if !self.is_over() {
            let why = why.unwrap_or_else(|| match status {
                Some(Ok(status)) => end_of_process(status),
                Some(Err(error)) => format!("its process was lost: {}", reason(&error)),
                None => "its process was ended".to_owned(),
            });
            self.give_up(&why);
        }
    }

    fn is_over(&self) -> bool {
        self.is_loaded && self.done == self.job.cases.len()
    }

    /// Takes what the process tells until it has ended. Gives why it is to be ended, if it is.
    fn listen(&mut self, stdout: Option<ChildStdout>, limit: Option<Duration>) -> Option<String> {
        let lines = lines(stdout?);
        let mut since = Instant::now();
        loop {
            let left = limit.map_or(Duration::from_secs(3600), |limit| limit.saturating_sub(since.elapsed()));
            match lines.recv_timeout(left) {
                Ok(line) => {
                    let (before, message) = Message::of_line(&line);
                    self.output.push_str(before);
                    match message {
                        Some(Message::Done) => return None,
                        Some(message) => {
                            since = Instant::now();
                            if self.hear(message) {
                                return None;
                            }
                        }
                        None => {}
                    }
                }
                Err(RecvTimeoutError::Timeout) => match limit {
                    Some(limit) if since.elapsed() >= limit => {
                        return Some(format!("it took longer than {} s (`--timeout`)", limit.as_secs()));
                    }
                    _ => {}
                },
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// Passes a message on; whether nothing more is to come.
    fn hear(&mut self, message: Message) -> bool {
        match message {
            Message::Loaded { problem: Some(problem), output } => {
                self.is_loaded = true;
                self.done = self.job.cases.len();
                let outcome = Outcome { time: Duration::ZERO, problem: Some(problem), output };
                let _ = self.events.send(Event::NotLoaded(self.job.file, outcome));
                return true;
            }
            Message::Loaded { problem: None, .. } => {
                self.is_loaded = true;
                self.output.clear();
            }
            Message::Begun { .. } => {
                self.begun = true;
                if let Some(case) = self.job.cases.get(self.done) {
                    let _ = self.events.send(Event::Begun((self.job.file, *case)));
                }
            }
            Message::Ended { micros, problem, output, .. } => {
                let output = format!("{output}{}", std::mem::take(&mut self.output));
                self.end(Outcome { time: Duration::from_micros(micros), problem, output });
                self.begun = false;
            }
            Message::Done => {}
        }
        false
    }

    fn end(&mut self, outcome: Outcome) {
        if let Some(case) = self.job.cases.get(self.done) {
            let _ = self.events.send(Event::Ended((self.job.file, *case), outcome));
            self.done += 1;
        }
    }

    /// The process has ended before its tests had: the test that ran has failed, the others were not run.
    fn give_up(&mut self, why: &str) {
        let output = std::mem::take(&mut self.output);
        if !self.is_loaded {
            let problem = Some(Problem::brief("process", format!("the module could not be run: {why}")));
            let _ = self
                .events
                .send(Event::NotLoaded(self.job.file, Outcome { problem, output, ..Outcome::default() }));
            return;
        }
        if self.begun {
            let problem = Some(Problem::brief("process", why));
            self.end(Outcome { problem, output, ..Outcome::default() });
        }
        while self.done < self.job.cases.len() {
            let problem =
                Some(Problem::brief("process", format!("it was not run: in a test before it, {why}")));
            self.end(Outcome { problem, ..Outcome::default() });
        }
    }
}

/// The lines of a stream, as they come.
fn lines(stdout: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = unbounded();
    thread::spawn(move || {
        let mut reader = BufReader::new(stdout);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
            line.clear();
        }
    });
    receiver
}

/// How a process ended that should not have.
fn end_of_process(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("the process was ended by signal {signal}");
    }
    match status.code() {
        Some(code) => format!("the process ended with exit code {code}"),
        None => "the process ended".to_owned(),
    }
}
