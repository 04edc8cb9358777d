//! What can be typed: verbs, flags, and the help on them.
//!
//! The types here are the one definition that parsing, `--help`, did-you-mean and
//! completions are made from. What a verb does with its arguments is in its own file.

use super::test::TestArguments;
use super::upkeep::{DbArguments, TasksArguments};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// A runtime for Jac programs, with async walkers that are durable workflows.
#[derive(Debug, Parser)]
#[command(name = "ambler", version, propagate_version = true, max_term_width = 100, after_long_help = EXAMPLES)]
pub struct Arguments {
    /// How to write.
    #[command(flatten)]
    pub look: Look,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  ambler run hello.jac              run a program
  ambler run hello.jac --name Ann   all that follows the file belongs to the program
  ambler check src/*.jac            look for errors without running anything
  ambler test                       run the tests below the current directory
  ambler new hike                   make a small project with a test
  ambler graph hello.jac            draw the graph that a program builds
  ambler explain E0201              what an error code means";

/// Flags that every verb has.
#[derive(Args, Clone, Debug, Default)]
pub struct Look {
    /// When to use colours (`auto`: on a terminal, unless NO_COLOR is set)
    #[arg(long, global = true, display_order = 900, value_name = "auto|always|never")]
    #[arg(default_value = "auto", hide_default_value = true, hide_possible_values = true)]
    pub color: ColorChoice,
    /// Write errors only
    #[arg(short, long, global = true, display_order = 901, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more about what is done (twice: everything)
    #[arg(short, long, global = true, display_order = 902, action = ArgAction::Count)]
    pub verbose: u8,
}

impl Look {
    /// What can be told of these flags from arguments that do not parse: it decides the
    /// colours of the message about them.
    pub(super) fn guess(typed: &[OsString]) -> Look {
        let words: Vec<&str> = typed.iter().filter_map(|word| word.to_str()).collect();
        let following = words.windows(2).filter(|pair| pair[0] == "--color").map(|pair| pair[1]);
        let joined = words.iter().filter_map(|word| word.strip_prefix("--color="));
        let color = following.chain(joined).find_map(|value| ColorChoice::from_str(value, true).ok());
        Look { color: color.unwrap_or_default(), ..Look::default() }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// If the stream is a terminal and `NO_COLOR` is not set.
    #[default]
    Auto,
    /// Also in pipes and files.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Run a program
    Run(RunArguments),
    /// Run a program, then call one of its functions or spawn one of its walkers
    Enter(EnterArguments),
    /// Look for errors without running anything
    #[command(alias = "build")]
    Check(CheckArguments),
    /// Run the tests of programs
    Test(TestArguments),
    /// Draw the graph that a program builds
    Graph(GraphArguments),
    /// List, show, cancel and retry the async walkers of a store
    Tasks(TasksArguments),
    /// Check, copy, export and import a store
    Db(DbArguments),
    /// Say what an error code means
    Explain(ExplainArguments),
    /// Make a small project with a test
    New(NewArguments),
    /// Print the manual page of ambler or of a verb
    Man(ManArguments),
    /// Print the completions for a shell
    Completions(CompletionsArguments),
}

/// `ambler run`.
#[derive(Args, Debug)]
#[command(
    override_usage = "ambler run [OPTIONS] <FILE> [ARGS]...\n       ambler run [OPTIONS] -c <CODE> [ARGS]..."
)]
#[command(after_help = "Options come before FILE: all that follows it belongs to the program.")]
#[command(after_long_help = RUN_EXAMPLES)]
pub struct RunArguments {
    /// Threads that run async walkers (default: one per core)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub workers: Option<u32>,
    /// Run everything in one thread, in an order chosen by N, with a virtual clock
    #[arg(long, value_name = "N", conflicts_with = "workers")]
    pub seed: Option<u64>,
    /// Keep the graph under root, and all walkers, in FILE: the next run goes on from there
    #[arg(long, value_name = "FILE", alias = "session", conflicts_with = "seed")]
    pub store: Option<PathBuf>,
    /// At the end, say what was run and how long it took
    #[arg(long)]
    pub stats: bool,
    /// Show how many async walkers are pending, running and done
    #[arg(long)]
    pub progress: bool,
    /// Run it as a module of its own name: `with entry:__main__` blocks are left out
    #[arg(long)]
    pub no_main: bool,
    // What is so anyway, for those who are used to say it.
    #[arg(short = 'm', long, hide = true, conflicts_with = "no_main")]
    main: bool,
    #[arg(long, hide = true)]
    cache: bool,
    #[arg(long, hide = true)]
    no_cache: bool,
    /// Run CODE instead of a file
    #[arg(short = 'c', value_names = ["CODE", "ARGS"], num_args = 1.., allow_hyphen_values = true)]
    #[arg(conflicts_with = "program")]
    pub code: Vec<String>,
    /// The program (`-`: standard input) and its arguments
    #[arg(trailing_var_arg = true, value_names = ["FILE", "ARGS"], num_args = 1.., required_unless_present = "code")]
    pub program: Vec<OsString>,
}

const RUN_EXAMPLES: &str = "\
Options come before FILE: all that follows it belongs to the program.

Examples:
  ambler run hello.jac
  ambler run --workers 4 crawl.jac --depth 3     `--depth 3` goes to crawl.jac
  ambler run --seed 7 race.jac                   the same order of steps every time
  ambler run --store shop.db shop.jac            what it builds is there in the next run
  ambler run -c 'with entry { print(6 * 7); }'
  cat hello.jac | ambler run -

The exit code is 0 after a run without errors, 1 after an uncaught exception, a
failed walker or a syntax error, 2 if the arguments are wrong, 130 after Ctrl-C;
a program that calls exit(n) ends with n.";

/// `ambler enter`.
#[derive(Args, Debug)]
#[command(override_usage = "ambler enter [OPTIONS] -e <NAME> <FILE> [ARGS]...")]
#[command(after_long_help = ENTER_EXAMPLES)]
pub struct EnterArguments {
    /// The function or walker to call with ARGS, as strings
    #[arg(short, long, value_name = "NAME")]
    pub entrypoint: String,
    /// Spawn the walker on the node with this id, not on root
    #[arg(short, long, value_name = "ID")]
    pub node: Option<String>,
    /// Keep the graph under root, and all walkers, in FILE: the next run goes on from there
    #[arg(short, long, alias = "session", value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// Run it as a module of its own name: `with entry:__main__` blocks are left out
    #[arg(long)]
    pub no_main: bool,
    /// The program (`-`: standard input) and the arguments of what is called
    #[arg(trailing_var_arg = true, value_names = ["FILE", "ARGS"], num_args = 1.., required = true)]
    pub program: Vec<OsString>,
}

const ENTER_EXAMPLES: &str = "\
Examples:
  ambler enter -e greet hello.jac Ann        calls greet(\"Ann\") after the program has run
  ambler enter -e Tourist hello.jac          spawns Tourist() on root

Nothing is printed but what the program itself prints. The exit code is that of
`ambler run`.";

/// `ambler check`.
#[derive(Args, Debug)]
#[command(after_long_help = CHECK_EXAMPLES)]
pub struct CheckArguments {
    /// Files to look at (`-`: standard input)
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Look at the syntax only, not at names and structure
    #[arg(long)]
    pub syntax: bool,
    /// End with 0 in spite of errors
    #[arg(short = 'w', long, hide_short_help = true)]
    pub warnonly: bool,
    // The errors are always printed.
    #[arg(short = 'p', long, hide = true)]
    print_errs: bool,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  ambler check hello.jac
  ambler check --syntax src/*.jac

The exit code is 0 if there are no errors (warnings do not count), 1 if there are,
2 if a file cannot be read.";

/// `ambler explain`.
#[derive(Args, Debug)]
#[command(after_long_help = EXPLAIN_EXAMPLES)]
pub struct ExplainArguments {
    /// Codes, or names of exceptions; without any, all codes are listed
    #[arg(value_name = "CODE")]
    pub codes: Vec<String>,
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  ambler explain E0201
  ambler explain 102
  ambler explain KeyError
  ambler explain";

/// `ambler new`.
#[derive(Args, Debug)]
#[command(after_long_help = "Examples:\n  ambler new hike\n  ambler test hike")]
pub struct NewArguments {
    /// The directory to make; its last part is the project's name
    #[arg(value_name = "NAME")]
    pub name: PathBuf,
}

/// `ambler man`.
#[derive(Args, Debug)]
#[command(after_long_help = "Examples:\n  ambler man | man -l -\n  ambler man --dir ~/.local/share/man/man1")]
pub struct ManArguments {
    /// A verb (default: the page of ambler itself)
    #[arg(value_name = "VERB")]
    pub verb: Option<String>,
    /// Write all pages into DIR
    #[arg(long, value_name = "DIR", conflicts_with = "verb")]
    pub dir: Option<PathBuf>,
}

/// `ambler completions`.
#[derive(Args, Debug)]
#[command(after_long_help = COMPLETIONS_EXAMPLES)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  source <(ambler completions bash)                        in ~/.bashrc
  source <(ambler completions zsh)                         in ~/.zshrc, after compinit
  ambler completions fish > ~/.config/fish/completions/ambler.fish";
/// `ambler graph`.
#[derive(Args, Debug)]
#[command(after_long_help = GRAPH_EXAMPLES)]
pub struct GraphArguments {
    /// The program (`-`: standard input)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How to draw; without it what the name of the output file says, or text
    #[arg(short, long, value_name = "FORM")]
    pub format: Option<GraphForm>,
    /// Write to a file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Begin at this node, not at the root: an id, the first 8 digits of one, or a variable
    #[arg(long, value_name = "ID")]
    pub from: Option<String>,
    /// How many edges to go from there
    #[arg(long, value_name = "N")]
    pub depth: Option<usize>,
    /// Draw only nodes, or edges, of this type (may be given again)
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<String>,
    /// How many nodes to draw at most
    #[arg(long, value_name = "N", default_value = "5000")]
    pub limit: usize,
    /// Threads that run async walkers (default: one per core)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub workers: Option<u32>,
    /// Run everything in one thread, in an order chosen by N, with a virtual clock
    #[arg(long, value_name = "N", conflicts_with = "workers")]
    pub seed: Option<u64>,
    /// Keep the graph under root, and all walkers, in FILE: what earlier runs built is drawn, too
    #[arg(long, value_name = "FILE", alias = "session", conflicts_with = "seed")]
    pub store: Option<PathBuf>,
    /// The program's own arguments
    #[arg(last = true, value_name = "ARGS")]
    pub program: Vec<String>,
}

/// The forms of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GraphForm {
    /// A tree for the terminal
    Text,
    /// For Graphviz
    Dot,
    /// For Markdown
    Mermaid,
    /// An image
    Svg,
    /// A page to look around in: pan, zoom, search, fields
    Html,
}

impl GraphForm {
    /// The form that a file of this extension has.
    pub(super) fn of_extension(extension: &str) -> Option<GraphForm> {
        match extension {
            "txt" => Some(GraphForm::Text),
            "dot" | "gv" => Some(GraphForm::Dot),
            "mmd" | "mermaid" => Some(GraphForm::Mermaid),
            "svg" => Some(GraphForm::Svg),
            "html" | "htm" => Some(GraphForm::Html),
            _ => None,
        }
    }
}

const GRAPH_EXAMPLES: &str = "\
Examples:
  ambler graph cities.jac                          a tree in the terminal
  ambler graph cities.jac -o cities.html           a page to look around in
  ambler graph cities.jac --format dot | dot -Tpng > cities.png
  ambler graph cities.jac --from oslo --depth 2    what is near the node in `oslo`
  ambler graph cities.jac --type City --type Road
  ambler graph cities.jac -- --size 5              `--size 5` goes to cities.jac

What the program prints goes to standard error. The picture is drawn also of a
program that failed; the exit code is that of `ambler run`, or 2 if there is no
such node or type, or the file cannot be written.";
