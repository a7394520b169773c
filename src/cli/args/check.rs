//! The flags of `check`.

#![allow(clippy::doc_markdown, reason = "doc comments here are help texts")]

use std::path::PathBuf;

use clap::{Args, ValueHint};
use jiff::civil::Date;
use leakline::index::{IndexId, SourceName};

use super::values::{self, Age, FailOn, InputPath, OnlyAnswer, Percent, ReportTo, Size};
use super::{CheckFormat, InputArgs, candidates};

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Check {
    /// Phone numbers; better from a file or stdin, since a shell keeps a history
    #[arg(value_name = "NUMBER", allow_hyphen_values = false, value_hint = ValueHint::Other)]
    pub(crate) numbers: Vec<String>,
    /// A contact list (repeatable); `-` is stdin
    #[arg(long = "input", short, value_name = "FILE", value_hint = ValueHint::FilePath, value_parser = values::input_path())]
    pub(crate) inputs: Vec<InputPath>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Contacts end with NUL instead of a newline, as from `find -print0`
    #[arg(long, short = '0', help_heading = "Input")]
    pub(crate) null: bool,
    /// Answer each line as soon as it is read, as behind `tail -f`
    #[arg(long, help_heading = "Output")]
    pub(crate) line_buffered: bool,
    /// Check against this dump, in memory, with no index and no key (repeatable)
    #[arg(long = "dump", value_name = "DUMP", value_hint = ValueHint::AnyPath, value_parser = values::input_path())]
    pub(crate) dumps: Vec<InputPath>,
    /// How much memory to use at most; the more, the faster long lists are looked up in a large
    /// index [default: 64M and 16M more for each thread after the second; with `--dump` 256M]
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
    #[arg(
        long,
        short,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        help_heading = "Output"
    )]
    pub(crate) output: Option<PathBuf>,
    /// Write another report beside the results (repeatable)
    #[arg(long = "report", value_name = "FORMAT=PATH", help_heading = "Output", add = candidates::report())]
    pub(crate) reports: Vec<ReportTo>,
    /// Show only contacts with this answer (repeatable); new: exposed, and not in the baseline
    #[arg(long, value_name = "ANSWER", value_parser = values::only_answer(), help_heading = "Output")]
    pub(crate) only: Vec<OnlyAnswer>,
    /// Tell how each contact was read (text, json, ndjson); in csv, why a row is invalid, in a column
    /// `reason` before the others
    #[arg(long, help_heading = "Output")]
    pub(crate) explain: bool,
    /// Show counts by country and no rows
    #[arg(long, help_heading = "Output")]
    pub(crate) summary: bool,
    /// Show numbers in full
    #[arg(long, help_heading = "Output")]
    pub(crate) show_numbers: bool,
    /// Carry this column of the list into json and ndjson, under `kept` (repeatable)
    #[arg(long = "keep-column", value_name = "NAME", value_hint = ValueHint::Other, help_heading = "Output")]
    pub(crate) keep_columns: Vec<String>,
    /// Guard the columns of `csv` against spreadsheet formulas
    #[arg(long, help_heading = "Output")]
    pub(crate) csv_safe: bool,
    /// When exposed contacts fail the check: any, none, a count, or a share of the checked
    #[arg(
        long,
        value_name = "any|none|N|PCT%",
        default_value = "any",
        add = candidates::common(&["any", "none", "10", "5%"]),
        help_heading = "Policy"
    )]
    pub(crate) fail_on: FailOn,
    /// An error if more of the contacts than this are invalid, in percent
    #[arg(
        long,
        value_name = "PCT",
        default_value = "100",
        help_heading = "Policy"
    )]
    pub(crate) max_invalid: Percent,
    /// An error if more of the checked contacts than this are not covered, in percent
    #[arg(
        long,
        value_name = "PCT",
        default_value = "100",
        help_heading = "Policy"
    )]
    pub(crate) max_not_covered: Percent,
    /// No error if nothing can be decided about the list, as for one that may be empty
    #[arg(long, help_heading = "Policy")]
    pub(crate) allow_undecided: bool,
    /// Findings that this file knows do not fail the check
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        help_heading = "Policy"
    )]
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
        value_parser = values::date,
        help_heading = "Policy"
    )]
    pub(crate) baseline_expires: Option<Date>,
    /// An error if no source searched was loaded within this time, as in 90d
    #[arg(
        long,
        value_name = "AGE",
        conflicts_with = "dumps",
        help_heading = "Policy"
    )]
    pub(crate) max_index_age: Option<Age>,
    /// An error if no source searched has a breach date (`load --date`) within this time, as in 365d
    #[arg(
        long,
        value_name = "AGE",
        conflicts_with = "dumps",
        help_heading = "Policy"
    )]
    pub(crate) max_source_age: Option<Age>,
    /// The id of the index that is expected, 16 hex digits: any other state is an error
    #[arg(
        long,
        value_name = "ID",
        conflicts_with = "dumps",
        help_heading = "Policy"
    )]
    pub(crate) expect_index: Option<IndexId>,
}

impl Check {
    /// Whether it is over at once, and leaves nothing half done: a few numbers are looked up in an
    /// index, and no file is read or written. What it prints fits into any pipe.
    pub(crate) fn is_brief(&self) -> bool {
        const FEW: usize = 32;
        let are_numbers = self.numbers.iter().all(|number| number != "-");
        let reads = !self.inputs.is_empty() || !self.dumps.is_empty();
        let writes = self.output.is_some()
            || !self.reports.is_empty()
            || self.baseline.is_some()
            || self.format == CheckFormat::Github;
        (1..=FEW).contains(&self.numbers.len()) && are_numbers && !reads && !writes
    }
}
