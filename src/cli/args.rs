//! The command line as typed flags. What they mean together is settled in each command's file.

#![allow(clippy::doc_markdown, reason = "doc comments here are help texts")]

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use leakline::dump::{
    ColumnRef, Delimiter, Format, HeaderRule, Limits, LineEnd, Pace, ReadOptions, TextEncoding,
};
use leakline::exposure::Exposure;
use leakline::index::{PartialDate, SourceName, Status};
use leakline::phone::{Accept, Region};

use super::help;
use super::values::{self, Age, FailOn, Percent, ReportTo, Size};

/// Checks phone numbers against scraped datasets, and counts exposure by country.
#[derive(Debug, Parser)]
#[command(name = "leakline", version, max_term_width = 100, after_help = help::EXIT_CODES, after_long_help = help::LEAKLINE)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The index: a folder of segments, or one segment file [default: $XDG_DATA_HOME/leakline]
    #[arg(long, global = true, value_name = "PATH", env = "LEAKLINE_INDEX", value_parser = values::path())]
    pub(crate) index: Option<PathBuf>,
    /// The file that holds the key [default: $XDG_CONFIG_HOME/leakline/key]
    #[arg(
        long,
        global = true,
        value_name = "PATH",
        env = "LEAKLINE_KEY_FILE",
        value_parser = values::path()
    )]
    pub(crate) key_file: Option<PathBuf>,
    /// The environment variable that holds the key as 64 hex digits; goes before a key file
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) key_env: Option<String>,
    /// No results on stdout, no progress, no summary; errors remain
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Say more of what is done (repeat for more)
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: clap::ColorChoice,
    /// No progress bar
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
    /// Worker threads [default: one a core]
    #[arg(long, global = true, value_name = "N", value_parser = values::from_one)]
    pub(crate) threads: Option<NonZeroUsize>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a key file and print the key's public id
    #[command(after_help = help::EXIT_CODES, after_long_help = help::KEYGEN)]
    Keygen(Keygen),
    /// Read breach dumps into the index, as one source
    #[command(after_help = help::EXIT_CODES, after_long_help = help::LOAD)]
    Load(Box<Load>),
    /// Say of each contact whether it is in the index, and in which source
    #[command(alias = "query", after_help = help::EXIT_CODES, after_long_help = help::CHECK)]
    Check(Box<Check>),
    /// Count exposure by country
    #[command(after_help = help::EXIT_CODES, after_long_help = help::STATS)]
    Stats(Stats),
    /// Count how many numbers of one source are in others
    #[command(after_help = help::EXIT_CODES, after_long_help = help::OVERLAP)]
    Overlap(Overlap),
    /// List the sources of the index, or remove one
    #[command(after_help = help::EXIT_CODES, after_long_help = help::SOURCES)]
    Sources(Sources),
    /// Bring the sources of other indexes, made under the same key, into this one
    ///
    /// A source that is in several becomes one: each of its numbers counts once, and the records add up; those of a file that
    /// was loaded on two sides count once if all files of one side are on the other. What this index says of a source
    /// stands, else what the first of the others says. Merging again changes nothing.
    #[command(after_help = help::EXIT_CODES, after_long_help = help::MERGE)]
    Merge(Merge),
    /// Remove numbers from all sources, and keep later loads from bringing them back
    ///
    /// Reads numbers as `check` does, from lists or from stdin. Their tags go out of every source, and into a list of tombstones
    /// beside them, which `load` and `merge` leave out. Digits that can be read as two numbers are both forgotten. What is said
    /// and left behind is the same whether the numbers were there or not. Run again, it ends what was cut short.
    #[command(after_help = help::EXIT_CODES, after_long_help = help::FORGET)]
    Forget(Forget),
    /// Read every byte of the index and check it
    #[command(after_help = help::EXIT_CODES, after_long_help = help::VERIFY)]
    Verify(Verify),
    /// Write a smaller index of some countries and sources, under the same key
    #[command(after_help = help::EXIT_CODES, after_long_help = help::EXTRACT)]
    Extract(Extract),
    /// Print the completions of a shell
    #[command(after_help = help::EXIT_CODES, after_long_help = help::COMPLETIONS)]
    Completions(Completions),
    /// Print a manual page, or write all of them into a folder
    #[command(after_help = help::EXIT_CODES, after_long_help = help::MAN)]
    Man(Man),
}

#[derive(Debug, Args)]
pub(crate) struct Keygen {
    /// Where to write it [default: the default key file]
    pub(crate) path: Option<PathBuf>,
}

/// How dumps and lists are read: the same for `load`, `check` and `forget`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
#[allow(
    clippy::struct_field_names,
    reason = "fields are named as the flags are"
)]
pub(crate) struct Input {
    /// Home country of numbers without a country code (code or name)
    #[arg(long, value_name = "CC", value_parser = values::region)]
    pub(crate) country: Option<Region>,
    /// The column that names each row's country
    #[arg(long, value_name = "NAME", conflicts_with = "country_field")]
    country_column: Option<String>,
    /// The field that names each row's country, from 1
    #[arg(long, value_name = "N", value_parser = values::from_one)]
    country_field: Option<NonZeroUsize>,
    /// A column that holds phone numbers (repeatable)
    #[arg(long, value_name = "NAME")]
    phone_column: Vec<String>,
    /// A field that holds phone numbers, from 1 (repeatable)
    #[arg(long, value_name = "N", value_parser = values::from_one)]
    phone_field: Vec<NonZeroUsize>,
    /// Where a JSON object holds phone numbers, as in `_source.phone` (repeatable)
    #[arg(long, value_name = "PATH")]
    json_path: Vec<String>,
    /// The input's format; text takes the whole line as the number
    #[arg(long, value_name = "FORMAT", default_value = "auto", value_parser = values::input_format)]
    input_format: InputFormat,
    /// The text encoding, as in utf-16le, windows-1252 or shift_jis [default: by its bytes]
    #[arg(long, value_name = "NAME")]
    encoding: Option<TextEncoding>,
    /// The field separator of CSV (one character, \t, or a run such as ----)
    #[arg(long, value_name = "C", allow_hyphen_values = true)]
    delimiter: Option<Delimiter>,
    /// The first row of CSV is a row like any other
    #[arg(long)]
    no_header: bool,
    /// Digits without a plus are international numbers
    #[arg(long)]
    pub(crate) international: bool,
    /// The most that one compressed file or archive may unpack to
    #[arg(long, value_name = "SIZE", default_value = "256G")]
    max_expansion: Size,
    /// The most bytes that may come out for each byte of it, from 64 MiB on
    #[arg(long, value_name = "N", default_value = "1000")]
    max_ratio: u64,
    /// The most files that one archive may hold
    #[arg(long, value_name = "N", default_value = "20000")]
    max_entries: u64,
    /// The most layers of compression and archives around a dump (a ZIP of gzip files has two)
    #[arg(long, value_name = "N", default_value = "4")]
    max_layers: u32,
}

/// `auto`, or a format by name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InputFormat(pub(crate) Option<Format>);

impl Input {
    /// How far what is packed may be unpacked, and in how much memory.
    pub(crate) fn limits(&self, memory: usize) -> Limits {
        Limits {
            expanded_bytes: self.max_expansion.0 as u64,
            ratio: self.max_ratio,
            entries: self.max_entries,
            layers: self.max_layers,
            memory: memory as u64,
        }
    }

    /// The part of it that the dump reader needs.
    pub(crate) fn read_options(&self, line_end: LineEnd, pace: Pace) -> ReadOptions {
        let names = self.phone_column.iter().cloned().map(ColumnRef::Name);
        let fields = self.phone_field.iter().copied().map(ColumnRef::Field);
        ReadOptions {
            format: self.input_format.0,
            encoding: self.encoding,
            delimiter: self.delimiter.clone(),
            header: if self.no_header {
                HeaderRule::Absent
            } else {
                HeaderRule::Detect
            },
            phone: names.chain(fields).collect(),
            country: (self.country_column.clone().map(ColumnRef::Name))
                .or(self.country_field.map(ColumnRef::Field)),
            json_paths: self.json_path.clone(),
            line_end,
            pace,
        }
    }
}

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Load {
    /// Files or folders of dumps; `-` is stdin
    #[arg(required = true, value_name = "DUMP")]
    pub(crate) dumps: Vec<PathBuf>,
    /// The source's name [default: the first dump's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<SourceName>,
    /// The source's title, for people
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// When the breach happened or was published
    #[arg(long, value_name = "YYYY[-MM[-DD]]")]
    pub(crate) date: Option<PartialDate>,
    /// How far the breach is established: alleged, verified, disputed, fabricated [default: alleged]
    #[arg(long, value_parser = values::status)]
    pub(crate) status: Option<Status>,
    /// A note, kept with the source
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    #[command(flatten)]
    pub(crate) input: Input,
    /// What counts as a number
    #[arg(long, value_name = "GRADE", default_value = "valid", value_parser = values::accept)]
    pub(crate) accept: Accept,
    /// Store nothing if more of the rows than this are rejected
    #[arg(long, value_name = "PCT", default_value = "50")]
    pub(crate) max_rejects: Percent,
    /// Write file, line and reason of every rejected row here
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    /// A table `country,count` that the seller published
    #[arg(long, value_name = "FILE")]
    pub(crate) claimed: Option<PathBuf>,
    /// How much memory to use at most
    #[arg(long, value_name = "SIZE", default_value = "256M")]
    pub(crate) memory: Size,
    /// Replace the source if it is there
    #[arg(long, conflicts_with = "append")]
    pub(crate) replace: bool,
    /// Add to the source if it is there
    #[arg(long)]
    pub(crate) append: bool,
    /// Store what could be read when a file cannot be (the exit code is still 2)
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// Read and count, store nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Check {
    /// Phone numbers; better from a file or stdin, since a shell keeps a history
    #[arg(value_name = "NUMBER", allow_hyphen_values = false)]
    pub(crate) numbers: Vec<String>,
    /// A contact list (repeatable); `-` is stdin
    #[arg(long = "input", short, value_name = "FILE")]
    pub(crate) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) input: Input,
    /// Contacts end with NUL instead of a newline, as from `find -print0`
    #[arg(long, short = '0', help_heading = "Input")]
    null: bool,
    /// Answer each line as soon as it is read, as behind `tail -f`
    #[arg(long, help_heading = "Output")]
    pub(crate) line_buffered: bool,
    /// Check against this dump, in memory, with no index and no key (repeatable)
    #[arg(long = "dump", value_name = "DUMP")]
    pub(crate) dumps: Vec<PathBuf>,
    /// How much memory to use at most; the more, the faster long lists are looked up in a large index [default: 64M, with
    /// `--dump` 256M]
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory: Option<Size>,
    /// Check against this source only (repeatable)
    #[arg(long = "source", value_name = "NAME", conflicts_with = "dumps")]
    pub(crate) sources: Vec<SourceName>,
    /// How the results are written
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        help_heading = "Output"
    )]
    pub(crate) format: CheckFormat,
    /// Write the results here instead of stdout
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// Write another report beside the results (repeatable)
    #[arg(long = "report", value_name = "FORMAT=PATH", help_heading = "Output")]
    pub(crate) reports: Vec<ReportTo>,
    /// Show only contacts with this answer (repeatable)
    #[arg(long, value_name = "ANSWER", value_parser = values::exposure, help_heading = "Output")]
    pub(crate) only: Vec<Exposure>,
    /// Tell how each contact was read (text, json, ndjson)
    #[arg(long, help_heading = "Output")]
    pub(crate) explain: bool,
    /// Show counts by country and no rows
    #[arg(long, help_heading = "Output")]
    pub(crate) summary: bool,
    /// Show numbers in full
    #[arg(long, help_heading = "Output")]
    pub(crate) show_numbers: bool,
    /// Guard the columns of `csv` against spreadsheet formulas
    #[arg(long, help_heading = "Output")]
    pub(crate) csv_safe: bool,
    /// When exposed contacts fail the check: any, none, a count, or a share of the checked
    #[arg(
        long,
        value_name = "any|none|N|PCT%",
        default_value = "any",
        help_heading = "Policy"
    )]
    pub(crate) fail_on: FailOn,
    /// More invalid contacts than this share are an error
    #[arg(
        long,
        value_name = "PCT",
        default_value = "100",
        help_heading = "Policy"
    )]
    pub(crate) max_invalid: Percent,
    /// Findings that this file knows do not fail the check
    #[arg(long, value_name = "FILE", help_heading = "Policy")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the findings of this check into the baseline; known ones keep their reason
    #[arg(long, requires = "baseline", help_heading = "Policy")]
    pub(crate) update_baseline: bool,
    /// Why the new findings are accepted
    #[arg(
        long,
        value_name = "TEXT",
        requires = "update_baseline",
        value_parser = clap::builder::NonEmptyStringValueParser::new(),
        help_heading = "Policy"
    )]
    pub(crate) baseline_reason: Option<String>,
    /// The last day on which the new findings are accepted [default: 90 days on]
    #[arg(
        long,
        value_name = "DATE",
        requires = "update_baseline",
        help_heading = "Policy"
    )]
    pub(crate) baseline_expires: Option<Date>,
    /// The newest source searched may be this old, as in 90d
    #[arg(
        long,
        value_name = "AGE",
        conflicts_with = "dumps",
        help_heading = "Policy"
    )]
    pub(crate) max_index_age: Option<Age>,
}

impl Check {
    /// Bytes that contacts may take until they are looked up together, with what goes on around them.
    pub(crate) fn memory_of_lists(&self) -> usize {
        match self.memory {
            Some(memory) if self.dumps.is_empty() => memory.0,
            _ => 64 << 20,
        }
    }

    /// Bytes that dumps may take, and that unpacking may.
    pub(crate) fn memory_of_dumps(&self) -> usize {
        self.memory.map_or(256 << 20, |memory| memory.0)
    }

    /// How long contacts are waited for.
    pub(crate) fn pace(&self) -> Pace {
        if self.line_buffered {
            Pace::Live
        } else {
            Pace::Bulk
        }
    }

    /// What ends a contact.
    pub(crate) fn line_end(&self) -> LineEnd {
        if self.null {
            LineEnd::Nul
        } else {
            LineEnd::Newline
        }
    }
}

/// The formats of `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    Text,
    Json,
    Ndjson,
    Csv,
    Sarif,
    Junit,
    Github,
}

impl CheckFormat {
    pub(crate) fn shows_fingerprints(self) -> bool {
        matches!(
            self,
            CheckFormat::Json | CheckFormat::Ndjson | CheckFormat::Sarif
        )
    }
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
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Only the N largest rows
    #[arg(long, value_name = "N")]
    pub(crate) top: Option<usize>,
    /// Leave out rows of fewer distinct numbers than this
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
    /// Write them here instead of stdout
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OverlapFormat {
    Text,
    Json,
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
        name: SourceName,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Merge {
    /// Index folders, or single segment files
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Print what was merged as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Forget {
    /// A list of numbers (repeatable); `-` is stdin [default: stdin]
    #[arg(long = "input", short, value_name = "FILE")]
    pub(crate) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) input: Input,
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
    /// Take numbers of this country, by code or name (repeatable) [default: all, of the sources named]
    #[arg(long = "country", value_name = "CC", value_parser = values::number_region)]
    pub(crate) countries: Vec<Region>,
    /// Take this source (repeatable) [default: all, of the countries named]
    #[arg(long = "source", value_name = "NAME")]
    pub(crate) sources: Vec<SourceName>,
    /// The folder of the new index
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The command whose page is printed [default: that of leakline itself]
    #[arg(value_name = "COMMAND", conflicts_with = "folder")]
    pub(crate) page: Option<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
}
