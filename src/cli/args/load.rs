//! The flags of `load`.

#![allow(clippy::doc_markdown, reason = "doc comments here are help texts")]

use std::path::PathBuf;

use clap::{Args, ValueHint};
use leakline::index::{PartialDate, SourceName, Status};
use leakline::phone::Accept;

use super::InputArgs;
use super::values::{self, InputPath, Percent, Size};

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Load {
    /// Files or folders of dumps; `-` is stdin
    #[arg(required = true, value_name = "DUMP", value_hint = ValueHint::AnyPath, value_parser = values::input_path())]
    pub(crate) dumps: Vec<InputPath>,
    /// The source's name [default: the first dump's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<SourceName>,
    /// The source's title, for people
    #[arg(long, value_hint = ValueHint::Other)]
    pub(crate) title: Option<String>,
    /// When the breach happened or was published
    #[arg(long, value_name = "YYYY[-MM[-DD]]")]
    pub(crate) date: Option<PartialDate>,
    /// How far the breach is established [default: alleged]
    #[arg(long, value_parser = values::status())]
    pub(crate) status: Option<Status>,
    /// A note, kept with the source
    #[arg(long, value_name = "TEXT", value_hint = ValueHint::Other)]
    pub(crate) note: Option<String>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// What counts as a number
    #[arg(long, value_name = "GRADE", default_value = "valid", value_parser = values::accept())]
    pub(crate) accept: Accept,
    /// Store nothing if more of the rows than this are rejected, in percent
    #[arg(long, value_name = "PCT", default_value = "50")]
    pub(crate) max_rejects: Percent,
    /// Write file, line and reason of every rejected row here
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) rejects: Option<PathBuf>,
    /// A table `country,count` that the seller published
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, value_parser = values::input_path())]
    pub(crate) claimed: Option<InputPath>,
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
    /// Load a file that holds more unread numbers than read ones
    #[arg(long)]
    pub(crate) allow_unread: bool,
    /// Read and count, store nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
