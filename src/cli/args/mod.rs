//! The command line as typed flags. Each command's file validates how they go together.

#![allow(clippy::doc_markdown, reason = "doc comments here are help texts")]

mod candidates;
mod check;
mod formats;
mod input;
mod load;
#[cfg(test)]
mod tests;
pub(crate) mod values;

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{
    ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum,
    ValueHint,
};
use leakline::index::SourceName;
use leakline::phone::Region;

pub(crate) use check::Check;
pub(crate) use formats::{CheckFormat, InputFormat};
pub(crate) use input::InputArgs;
pub(crate) use load::Load;

use crate::cli::help::texts;

/// Checks phone numbers against scraped datasets, and counts exposure by country.
#[derive(Debug, Parser)]
#[command(name = "leakline", version, max_term_width = 100, after_help = texts::exit_codes(), after_long_help = texts::LEAKLINE.long_help())]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// The flags of this process.
    pub(crate) fn of_process() -> Result<Cli, clap::Error> {
        let words: Vec<OsString> = std::env::args_os().collect();
        let matches = match check_alone(&words) {
            Some(matches) => matches,
            None => Cli::command().try_get_matches_from(words)?,
        };
        let mut cli = Cli::from_arg_matches(&matches)?;
        let mut flags = cli.global.other_key_flags();
        match matches.value_source("key_file") {
            Some(ValueSource::CommandLine) => flags.push("--key-file"),
            // A flag takes precedence over a variable.
            Some(_) if !flags.is_empty() => cli.global.key_file = None,
            _ => {}
        }
        if let [one, other, ..] = flags[..] {
            let message =
                format!("{one} cannot be used with {other}: give the key in one way only");
            return Err(Cli::command().error(ErrorKind::ArgumentConflict, message));
        }
        Ok(cli)
    }
}

/// The flags of a `check` that has no mistake, and asks for no help.
///
/// To define all commands takes longer than to look a number up. So only `check` is defined here,
/// and whatever is not understood so is for the whole command line to read or to explain.
fn check_alone(words: &[OsString]) -> Option<ArgMatches> {
    let is_check = |word: &OsString| word == "check" || word == "query";
    words.iter().skip(1).find(|word| is_check(word))?;
    let check = Check::augment_args(clap::Command::new("check").alias("query"));
    let command = Global::augment_args(clap::Command::new("leakline").subcommand_required(true));
    command.subcommand(check).try_get_matches_from(words).ok()
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The index: a folder of segments, or one segment file [default: $XDG_DATA_HOME/leakline]
    #[arg(long, global = true, value_name = "PATH", env = "LEAKLINE_INDEX", value_hint = ValueHint::AnyPath, value_parser = values::path())]
    pub(crate) index: Option<PathBuf>,
    /// The file that holds the key [default: $XDG_CONFIG_HOME/leakline/key]
    #[arg(
        long,
        global = true,
        value_name = "PATH",
        env = "LEAKLINE_KEY_FILE",
        value_hint = ValueHint::FilePath,
        value_parser = values::path()
    )]
    pub(crate) key_file: Option<PathBuf>,
    /// The environment variable that holds the key as 64 hex digits
    #[arg(long, global = true, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) key_env: Option<String>,
    /// The open file descriptor that the key is read from, as in `--key-fd 3 3<key`
    #[arg(long, global = true, value_name = "N")]
    pub(crate) key_fd: Option<u16>,
    /// The command that prints the key, as in `pass show leakline`; run without a shell
    #[arg(long, global = true, value_name = "CMD", value_hint = ValueHint::CommandString)]
    pub(crate) key_command: Option<String>,
    /// No results on stdout, no progress, no summary; errors remain
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Say how each file is read; twice: also how its columns were found
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: clap::ColorChoice,
    /// No progress bar
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
    /// Worker threads [default: one a core]
    #[arg(long, global = true, value_name = "N", value_parser = values::threads)]
    pub(crate) threads: Option<NonZeroUsize>,
}

impl Global {
    /// The flags that give the key, but for `--key-file`.
    fn other_key_flags(&self) -> Vec<&'static str> {
        let env = self.key_env.as_ref().map(|_| "--key-env");
        let fd = self.key_fd.map(|_| "--key-fd");
        let command = self.key_command.as_ref().map(|_| "--key-command");
        env.into_iter().chain(fd).chain(command).collect()
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a key file and print the key's public id
    #[command(after_help = texts::exit_codes(), after_long_help = texts::KEYGEN.long_help())]
    Keygen(Keygen),
    /// Read breach dumps into the index, as one source
    #[command(after_help = texts::exit_codes(), after_long_help = texts::LOAD.long_help())]
    Load(Box<Load>),
    /// Say of each contact whether it is in the index, and in which source
    #[command(visible_alias = "query", after_help = texts::exit_codes(), after_long_help = texts::CHECK.long_help())]
    Check(Box<Check>),
    /// Count exposure by country
    #[command(after_help = texts::exit_codes(), after_long_help = texts::STATS.long_help())]
    Stats(Stats),
    /// Count how many numbers of one source are in others
    #[command(after_help = texts::exit_codes(), after_long_help = texts::OVERLAP.long_help())]
    Overlap(Overlap),
    /// List the sources of the index, or remove one
    #[command(after_help = texts::exit_codes(), after_long_help = texts::SOURCES.long_help())]
    Sources(Sources),
    /// Bring the sources of other indexes, made under the same key, into this one
    ///
    /// A source that is in several becomes one: each of its numbers counts once, and the records
    /// add up; those of a file that was loaded on two sides count once if all files of one side are
    /// on the other. Title, date, status and note of a source are those of this index; if it lacks
    /// them, those of the first that has them. Merging again changes nothing.
    #[command(after_help = texts::exit_codes(), after_long_help = texts::MERGE.long_help())]
    Merge(Merge),
    /// Remove numbers from all sources, and keep later loads from bringing them back
    ///
    /// Reads numbers as `check` does, from lists or from stdin. Their tags go out of every source,
    /// and into a list of tombstones beside them, which `load` and `merge` leave out. Digits that
    /// can be read as two numbers are both forgotten. What is said and left behind is the same
    /// whether the numbers were there or not. Run again, it ends what was cut short.
    #[command(after_help = texts::exit_codes(), after_long_help = texts::FORGET.long_help())]
    Forget(Forget),
    /// Read every byte of the index and check it
    #[command(after_help = texts::exit_codes(), after_long_help = texts::VERIFY.long_help())]
    Verify(Verify),
    /// Write a smaller index of some countries and sources, under the same key
    #[command(after_help = texts::exit_codes(), after_long_help = texts::EXTRACT.long_help())]
    Extract(Extract),
    /// Print the completions of a shell
    #[command(after_help = texts::exit_codes(), after_long_help = texts::COMPLETIONS.long_help())]
    Completions(Completions),
    /// Print a manual page, or write all of them into a folder
    #[command(after_help = texts::exit_codes(), after_long_help = texts::MAN.long_help())]
    Man(Man),
    /// Tell which program, numbering plans and index format this is
    #[command(after_help = texts::exit_codes(), after_long_help = texts::VERSION.long_help())]
    Version(Version),
}

#[derive(Debug, Args)]
pub(crate) struct Keygen {
    /// Where to write it [default: the default key file]
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) path: Option<PathBuf>,
    /// Print the public id of the key in this file, and write nothing
    #[arg(long, value_name = "PATH", conflicts_with = "path", value_hint = ValueHint::FilePath)]
    pub(crate) id: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Stats {
    /// One row a country, or one a source
    #[arg(long, value_name = "WHAT", default_value = "country")]
    pub(crate) by: StatsBy,
    /// How the counts are written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: StatsFormat,
    /// Write them here instead of stdout
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Only this source (repeatable) [default: all]
    #[arg(long = "source", value_name = "NAME")]
    pub(crate) sources: Vec<SourceName>,
    /// Only numbers of this country, by code or name (repeatable) [default: all]
    #[arg(long = "country", value_name = "CC", value_parser = values::number_region(), hide_possible_values = true)]
    pub(crate) countries: Vec<Region>,
    /// Only the N largest rows; the others are summed up
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) top: Option<usize>,
    /// Leave numbers out of every count and sum where fewer than N are of the same country and in
    /// the same sources
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) min_cell: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsBy {
    Country,
    Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsFormat {
    Table,
    Json,
    Csv,
    Markdown,
    Html,
}

#[derive(Debug, Args)]
pub(crate) struct Overlap {
    /// The sources, two or more
    #[arg(required = true, num_args = 2.., value_name = "SOURCE")]
    pub(crate) sources: Vec<SourceName>,
    /// How the counts are written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: OverlapFormat,
    /// Only the matrix of sources, or only one row a country [default: both; in CSV, country]
    #[arg(long, value_name = "WHAT")]
    pub(crate) by: Option<StatsBy>,
    /// Only numbers of this country, by code or name (repeatable) [default: all]
    #[arg(long = "country", value_name = "CC", value_parser = values::number_region(), hide_possible_values = true)]
    pub(crate) countries: Vec<Region>,
    /// Write them here instead of stdout
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OverlapFormat {
    Text,
    Json,
    Csv,
    Markdown,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Sources {
    #[command(subcommand)]
    pub(crate) action: Option<SourcesAction>,
    /// Print the list as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SourcesAction {
    /// List the sources
    List {
        /// Print the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove a source from the index
    Remove {
        /// The source's name
        #[arg(id = "source", value_name = "NAME")]
        name: SourceName,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Merge {
    /// Index folders, or single segment files
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
    /// Print the sources and counts of the merge as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Forget {
    /// A list of numbers (repeatable); `-` is stdin [default: stdin]
    #[arg(long = "input", short, value_name = "FILE", value_hint = ValueHint::FilePath, value_parser = values::input_path())]
    pub(crate) inputs: Vec<values::InputPath>,
    /// Not read: numbers on the command line stay in the shell's history.
    #[arg(value_name = "NUMBER", hide = true)]
    pub(crate) numbers: Vec<String>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Print how many numbers were forgotten as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Print the outcome as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Extract {
    /// Take numbers of this country, by code or name (repeatable) [default: all, of the sources
    /// named]
    #[arg(long = "country", value_name = "CC", value_parser = values::number_region(), hide_possible_values = true)]
    pub(crate) countries: Vec<Region>,
    /// Take this source (repeatable) [default: all, of the countries named]
    #[arg(long = "source", value_name = "NAME")]
    pub(crate) sources: Vec<SourceName>,
    /// The folder of the new index
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) out: PathBuf,
    /// Print the extracted sources and their counts as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Version {
    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The command whose page is printed [default: that of leakline itself]
    #[arg(value_name = "COMMAND", conflicts_with = "folder")]
    pub(crate) page: Option<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) folder: Option<PathBuf>,
}
