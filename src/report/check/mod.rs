//! The formats of `check`.
//!
//! ```text
//! options.rs   ReportOptions: what all formats of one run share, and the sentence for each answer
//! page.rs      ContactList, Page, RawRows: what a format is given
//! text.rs      a line per contact, for people
//! summary.rs   the tables of `--summary`       tally.rs     answers by list and by source
//! explained.rs the lines of `--explain`
//! html.rs      a page for a browser            csv          the list's rows and three columns
//! json.rs      one object                      ndjson.rs    one object per contact
//! sarif/       code scanning                   junit.rs     test pages of CI services
//! github.rs    annotations of lines            markdown.rs  counts, and the summary of a job
//! encoding.rs  the list's encoding, for csv    kept.rs      columns of the list, for JSON
//! ```
//!
//! To add a format, implement [`Report`] in a file here, and name it in `CheckFormat`
//! (`src/cli/args/check.rs`) and in `report_of` (`src/cli/check/reports.rs`).

mod csv;
mod encoding;
mod explained;
mod github;
mod html;
mod json;
mod junit;
mod kept;
mod markdown;
mod ndjson;
mod options;
mod page;
mod sarif;
mod summary;
mod tally;
mod text;

pub use self::csv::Csv;
pub use github::Github;
pub use html::Html;
pub use json::Json;
pub use junit::Junit;
pub use kept::columns_not_there;
pub use markdown::Markdown;
pub use ndjson::Ndjson;
pub use options::{KnownFindings, ReportOptions};
pub use page::{ContactList, ListReading, Page, RawRows};
pub use sarif::Sarif;
pub use text::{PlainText, TextStyle, TextTarget};

use super::RunOutcome;
use crate::exposure::{BaselineSummary, Totals};
use crate::printable::printable;

/// One format of `check`. Worker threads format pages; the caller writes them in input order.
pub trait Report: Sync {
    /// Writes the part before the first page.
    fn start(&self, out: &mut Vec<u8>);
    /// Writes the part before the first page of `list`, such as its header row.
    fn list(&self, list: &ContactList<'_>, out: &mut Vec<u8>);
    /// Writes one page of findings.
    fn page(&self, page: &Page<'_>, out: &mut Vec<u8>);
    /// The bytes between two pages that are not empty.
    fn separator(&self) -> &'static [u8] {
        b""
    }
    /// Whether the totals come before the pages. Then the caller holds the pages in memory and
    /// gives them to [`Report::end`] as [`Closing::held`].
    fn holds_pages(&self) -> bool {
        false
    }
    /// The part of `page` that the format has room for after `entries_before` entries of earlier
    /// pages, and the number of entries in it. Formats without a limit do not count.
    fn within_limit<'p>(&self, page: &'p [u8], _entries_before: u64) -> (&'p [u8], u64) {
        (page, 0)
    }
    /// Number of contacts that the format shows and had no room for.
    fn left_out(&self, _totals: &Totals) -> u64 {
        0
    }
    /// Writes the part after the last page.
    fn end(&self, closing: &Closing<'_>, out: &mut Vec<u8>);
    /// Whether the format needs [`Page::raw`].
    fn passes_rows_through(&self) -> bool {
        false
    }
}

/// The facts that are known at the end of a check.
pub struct Closing<'a> {
    /// Counts over all findings.
    pub totals: &'a Totals,
    /// How the run ended.
    pub outcome: &'a RunOutcome,
    /// The pages of a report that holds them.
    pub held: &'a [u8],
    /// The baseline after the check, if there is one.
    pub baseline: Option<BaselineSummary>,
    /// How the lists were read, as far as they were.
    pub inputs: &'a [ListReading],
}

/// How every format for CI says that a run is undecided.
fn undecided_in_words(reason: &str) -> String {
    format!("the check is undecided: {}", printable(reason))
}
