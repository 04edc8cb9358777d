//! What can be typed to look after a store: `ambler tasks` and `ambler db`.
//!
//! As in `args`, the types here are the one definition of parsing and help. What the verbs do with their
//! arguments is in `tasks` and `db`.

use crate::store::Status;
use clap::{Args, Subcommand, ValueEnum};
use jiff::{Span, SpanRelativeTo};
use std::path::PathBuf;
use std::time::Duration;

/// `ambler tasks`.
#[derive(Args, Debug)]
#[command(after_long_help = TASKS_EXAMPLES, arg_required_else_help = true)]
pub struct TasksArguments {
    #[command(subcommand)]
    pub verb: TasksVerb,
}

const TASKS_EXAMPLES: &str = "\
ID is what `W() spawn node` gives, or the first digits of it, as long as they mean one walker.
While a program runs on the store, it is asked to do what `cancel`, `retry` and `prune` want.

Examples:
  ambler tasks list --store shop.db --status failed --newer 1d
  ambler tasks show 0193a1c2 --store shop.db
  ambler tasks wait w:Order:0193a1c2 --store shop.db --timeout 30
  ambler tasks stats --store shop.db --json
  ambler tasks prune --store shop.db --older 7d

The exit code is 0 if all went well, 1 if it did not (`wait`: if the walker failed or was
cancelled), 2 if the arguments are wrong or the store cannot be used, 124 if `wait` ran out of time.";

/// What to do with the walkers of a store.
#[derive(Debug, Subcommand)]
pub enum TasksVerb {
    /// List walkers, the newest first
    List(ListArguments),
    /// Show all that is known of a walker
    Show(OneArguments),
    /// Wait until a walker has ended
    Wait(WaitArguments),
    /// Cancel a walker that has not ended
    Cancel(OneArguments),
    /// Try a failed or cancelled walker again, from the visit where it stopped
    Retry(OneArguments),
    /// Count walkers by their status
    Stats(StoreArguments),
    /// Forget walkers that ended long ago
    Prune(PruneArguments),
}

/// Which store, and how to answer.
#[derive(Args, Debug)]
pub struct StoreArguments {
    /// The file in which `ambler run --store FILE` keeps its walkers
    #[arg(long, value_name = "FILE", visible_alias = "session")]
    pub store: PathBuf,
    /// Answer in JSON: an object per line
    #[arg(long)]
    pub json: bool,
}

/// `ambler tasks list`.
#[derive(Args, Debug)]
pub struct ListArguments {
    #[command(flatten)]
    pub place: StoreArguments,
    /// Only those that are pending, running, completed, failed or cancelled
    #[arg(long, value_name = "STATUS", value_delimiter = ',', hide_possible_values = true)]
    pub status: Vec<StatusChoice>,
    /// Only those of this class
    #[arg(long, value_name = "NAME")]
    pub class: Option<String>,
    /// Only those that ended (or, if they have not, were due) longer ago than this: 90s, 15min, 12h, 7d
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub older: Option<Duration>,
    /// Only those that ended (or, if they have not, were due) after that
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub newer: Option<Duration>,
    /// List N at most (0: all; default: 50, and with --json all)
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// A verb that is about one walker.
#[derive(Args, Debug)]
pub struct OneArguments {
    /// The id of the walker, or its first digits
    #[arg(value_name = "ID")]
    pub id: String,
    #[command(flatten)]
    pub place: StoreArguments,
}

/// `ambler tasks wait`.
#[derive(Args, Debug)]
pub struct WaitArguments {
    #[command(flatten)]
    pub one: OneArguments,
    /// Give up after so many seconds, with exit code 124
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<Duration>,
}

/// `ambler tasks prune`.
#[derive(Args, Debug)]
pub struct PruneArguments {
    #[command(flatten)]
    pub place: StoreArguments,
    /// Those that ended longer ago than this: 90s, 15min, 12h, 7d
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub older: Duration,
}

/// A status by its name.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum StatusChoice {
    Pending,
    Running,
    Completed,
    Failed,
    Cancelled,
}

impl From<StatusChoice> for Status {
    fn from(choice: StatusChoice) -> Status {
        match choice {
            StatusChoice::Pending => Status::Pending,
            StatusChoice::Running => Status::Running,
            StatusChoice::Completed => Status::Completed,
            StatusChoice::Failed => Status::Failed,
            StatusChoice::Cancelled => Status::Cancelled,
        }
    }
}

/// `ambler db`.
#[derive(Args, Debug)]
#[command(after_long_help = DB_EXAMPLES, arg_required_else_help = true)]
pub struct DbArguments {
    #[command(subcommand)]
    pub verb: DbVerb,
}

const DB_EXAMPLES: &str = "\
All but `import` may be used while a program runs on the store.

Examples:
  ambler db check shop.db
  ambler db backup shop.db backups/monday.db
  ambler db export shop.db -o shop.jsonl
  ambler db import new.db shop.jsonl

The exit code is 0 if all is well, 1 if something is damaged or could not be done, 2 if the
arguments are wrong or a file cannot be used.";

/// What to do with a store as a file.
#[derive(Debug, Subcommand)]
pub enum DbVerb {
    /// Look whether everything in it is as it was written
    Check {
        /// The store
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Copy it, also while a program runs on it
    Backup {
        /// The store
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The copy; there must be nothing of that name
        #[arg(value_name = "TO")]
        to: PathBuf,
    },
    /// Write all that is in it as JSON lines
    Export {
        /// The store
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Write to OUT, not to standard output
        #[arg(short, long, value_name = "OUT")]
        out: Option<PathBuf>,
    },
    /// Make a store of what `export` has written: all of it, or nothing
    Import {
        /// The new store; there must be nothing of that name
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The export (`-`: standard input)
        #[arg(value_name = "IN")]
        from: PathBuf,
    },
}

/// A length of time with its unit.
fn time(text: &str) -> Result<Duration, String> {
    let wrong = || "a time has a number and a unit, as in 90s, 15min, 12h, 7d".to_owned();
    let span: Span = text.parse().map_err(|_| wrong())?;
    let time = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    Duration::try_from(time).map_err(|_| wrong())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| "seconds are a number that is not negative".to_owned())
}
