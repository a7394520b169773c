//! Findings → bytes, one file a format. Formats see numbers only through one function of the manner, masked unless
//! the user asked otherwise.

mod csv;
mod encoding;
mod exposures;
mod github;
mod html;
mod json;
mod junit;
mod ndjson;
mod overlaps;
mod page;
mod sarif;
mod source_columns;
mod table;
mod text;

pub use self::csv::Csv;
pub use exposures::{Exposures, Shown};
pub use github::{Github, step_summary};
pub use json::Json;
pub use junit::Junit;
pub use ndjson::Ndjson;
pub use overlaps::{NameTaken, Overlaps};
pub use page::{List, Page, RawRows};
pub use sarif::Sarif;
pub use text::Text;

use serde::Serialize;

use crate::exposure::{Exposure, Finding, Totals};
use crate::index::{PartialDate, Segment, SourceMeta, Status};
use crate::phone::{Number, NumberText};
use crate::printable::printable;

/// One format of `check`. Pages are formatted by worker threads, and written in order.
pub trait Report: Sync {
    /// What stands before the first page.
    fn start(&self, out: &mut Vec<u8>);
    /// What stands before the first page of one list, such as its header row.
    fn list(&self, list: &List<'_>, out: &mut Vec<u8>);
    /// One page of findings.
    fn page(&self, page: &Page<'_>, out: &mut Vec<u8>);
    /// What stands between two pages that are not empty.
    fn separator(&self) -> &'static [u8] {
        b""
    }
    /// Whether the pages cannot be written before the sums are known: then they are held in memory, and
    /// [`Report::end`] finds them in [`Closing::held`].
    fn holds_pages(&self) -> bool {
        false
    }
    /// What stands after the last page.
    fn end(&self, closing: &Closing<'_>, out: &mut Vec<u8>);
    /// Whether [`Page::raw`] is needed.
    fn passes_rows_through(&self) -> bool {
        false
    }
}

/// What is known at the end.
pub struct Closing<'a> {
    /// Sums over all findings.
    pub totals: &'a Totals,
    /// Whether all lists were read to their ends.
    pub complete: bool,
    /// The pages so far of a report that holds them.
    pub held: &'a [u8],
}

/// What all formats of one run share.
pub struct ReportOptions {
    /// The sources searched, in the order that [`Finding::sources`] counts them.
    pub sources: Vec<SourceLine>,
    /// The chance that a number in no source is called exposed.
    pub false_positive_rate: f64,
    /// Only these answers are shown; all of them if there are none.
    pub only: Vec<Exposure>,
    /// Counts by country and no rows.
    pub summary: bool,
    /// Numbers in full.
    pub show_numbers: bool,
}

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
    /// Of a segment.
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
}

impl SourceLine {
    /// `whatsapp-2022 (WhatsApp list, 2022-11, alleged)`, as far as it is known.
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

impl ReportOptions {
    /// Whether a finding is shown. Blanks are no answer, and are counted only.
    fn shows(&self, finding: &Finding) -> bool {
        finding
            .exposure
            .is_some_and(|exposure| self.shows_answer(exposure))
    }

    /// Whether findings with this answer are shown.
    fn shows_answer(&self, exposure: Exposure) -> bool {
        !self.summary && (self.only.is_empty() || self.only.contains(&exposure))
    }

    /// Whether a finding is shown where only what needs a look has its place: what was not found is not,
    /// unless it is asked for.
    fn shows_for_ci(&self, finding: &Finding) -> bool {
        self.shows(finding)
            && (finding.exposure != Some(Exposure::NotFound) || !self.only.is_empty())
    }

    /// What an answer means, in a sentence without the number.
    fn in_words(&self, finding: &Finding, exposure: Exposure) -> String {
        let country = finding.number.map_or("", |number| number.region().name());
        match exposure {
            Exposure::Exposed => {
                let sources: Vec<String> = finding
                    .sources
                    .iter()
                    .map(|&source| self.sources[source].in_words())
                    .collect();
                format!("a number of {country} stands in {}", sources.join(", "))
            }
            Exposure::NotFound => format!("a number of {country} stands in no source searched"),
            Exposure::NotCovered => {
                format!("no source searched holds numbers of {country}, so absence says nothing")
            }
            Exposure::Invalid => {
                let reason = finding.reason.unwrap_or_default();
                format!("not a phone number: {reason}{}", advice(reason))
            }
        }
    }

    /// A number as this run shows it.
    fn number(&self, number: Number) -> NumberText {
        if self.show_numbers {
            number.in_full()
        } else {
            number.masked()
        }
    }

    /// The names of a finding's sources.
    fn source_names<'a>(&'a self, finding: &'a Finding) -> impl Iterator<Item = &'a str> {
        finding
            .sources
            .iter()
            .map(|&source| self.sources[source].name.as_str())
    }
}

/// What a user can do about a contact that is no number.
fn advice(reason: &str) -> &'static str {
    match reason {
        "no_country" => ": a national number; give --country",
        "redacted" => ": digits are masked",
        "scientific" => ": a spreadsheet cut digits off; export the column as text",
        "not_valid" => ": in no range that is in use",
        "too_short" => ": digits are missing",
        "too_long" => ": too many digits; perhaps two numbers",
        "unknown_calling_code" => ": no country has this calling code",
        "unread_column" => {
            ": a number in a column that is not read; name it with --phone-column or --json-path"
        }
        "old_plan" => ": of a numbering plan that is no longer in use",
        _ => "",
    }
}

/// A share in percent, with two decimals.
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        (part as f64 * 10_000.0 / whole as f64).round() / 100.0
    }
}
