//! Findings and counts → bytes, one file per format.
//!
//! ```text
//! check/    the formats of `check`: one type each behind the trait `Report`, fed pages of findings
//! counts/   the formats of `stats` and `overlap`: one type each with a method per format
//! country/  people, plan sizes and outlines of countries
//! page/     what the pages for a browser share, with the world map
//! tool.rs   the program and the outcome of its run, in every JSON object
//! table.rs  aligned columns and grouped digits for people
//! ```
//!
//! A report never opens a file and never looks a number up. It shows numbers through one function
//! of [`ReportOptions`], which masks them unless the user asked for `--show-numbers`. The binary
//! decides where the bytes go (`src/cli/check/reports.rs`).

mod check;
mod country;
mod counts;
mod page;
mod table;
mod tool;

pub use check::{
    Closing, ContactList, Csv, Github, Html, Json, Junit, KnownFindings, ListReading, Markdown,
    Ndjson, Page, PlainText, RawRows, Report, ReportOptions, Sarif, TextStyle, TextTarget,
    columns_not_there,
};
pub use counts::{CountBy, Exposures, OverlapView, Overlaps};
pub use table::{BarStyle, TableStyle};
pub use tool::{RunOutcome, Tool};

use serde::Serialize;

use crate::index::{PartialDate, Segment, SourceMeta, Status};
use crate::printable::printable;

/// A source as reports name it.
#[derive(Clone, Debug, Serialize)]
pub struct SourceLine {
    /// Its name.
    pub name: String,
    /// Its title, for people.
    pub title: Option<String>,
    /// When the breach happened or was published.
    pub date: Option<PartialDate>,
    /// How far the breach is established.
    pub status: Status,
    /// Distinct numbers in it.
    pub distinct: u64,
}

impl SourceLine {
    /// The line of `segment`.
    pub fn new(segment: &Segment) -> SourceLine {
        let SourceMeta {
            source,
            title,
            date,
            status,
            ..
        } = segment.meta();
        SourceLine {
            name: source.as_str().to_owned(),
            title: title.clone(),
            date: date.clone(),
            status: *status,
            distinct: segment
                .countries()
                .iter()
                .map(|country| country.distinct)
                .sum(),
        }
    }

    /// `whatsapp-2022 (WhatsApp list, 2022-11, alleged)`, without the parts that are not known.
    fn in_words(&self) -> String {
        let title = self
            .title
            .as_deref()
            .map(|title| printable(title).into_owned());
        let date = self.date.as_ref().map(ToString::to_string);
        let known: Vec<String> = (title.into_iter().chain(date))
            .chain([self.status.to_string()])
            .collect();
        format!("{} ({})", self.name, known.join(", "))
    }
}

/// `part` of `whole` in percent, with two decimals.
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        (part as f64 * 10_000.0 / whole as f64).round() / 100.0
    }
}
