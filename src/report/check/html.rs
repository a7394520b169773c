//! For a browser: how many contacts are exposed, by country, by source and by list, with the masked
//! rows under a fold. An analyst can hand the page to people who run no commands.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};

use super::tally::{AnswerTally, ListTally, SharedTally};
use super::{Closing, ContactList, Page, Report, ReportOptions};
use crate::exposure::{Exposure, Finding, Totals};
use crate::intake::explanation;
use crate::phone::{METADATA_DATE, METADATA_VERSION};
use crate::printable::printable;
use crate::report::page::map::{self, MapCountry, MapLegend, row_id};
use crate::report::page::{bar_cell, document, figures, heads, name_heads, or_dash, scrolling};
use crate::report::table::grouped;
use crate::report::{SourceLine, percent};

/// Rows under the fold: more make a page that a browser is slow with.
const ROWS: u64 = 2_000;
const MAP: MapLegend = MapLegend {
    counted: "exposed contacts",
    rate: "exposed per 100 checked",
    rate_steps: [1.0, 5.0, 20.0, 50.0],
};

/// One page.
pub struct Html<'a> {
    options: &'a ReportOptions,
    tally: SharedTally,
}

impl<'a> Html<'a> {
    /// A page of a run with these settings.
    pub fn new(options: &'a ReportOptions) -> Html<'a> {
        Html {
            options,
            tally: SharedTally::new(options.sources.len()),
        }
    }

    /// Number of contacts that are shown and have no row.
    fn rows_left_out(&self, totals: &Totals) -> u64 {
        let not_found = !self.options.only.is_empty();
        let answers = Exposure::ALL.into_iter().filter(|&exposure| {
            self.options.shows_answer(exposure) && (exposure != Exposure::NotFound || not_found)
        });
        let shown: u64 = answers.map(|exposure| totals.of(exposure)).sum();
        shown.saturating_sub(ROWS)
    }

    fn shows(&self, finding: &Finding) -> bool {
        self.options.shows_for_ci(finding)
    }

    /// One row of the table under the fold, on a line of its own.
    fn row(&self, list: &ContactList<'_>, finding: &Finding, exposure: Exposure) -> Markup {
        let sources: Vec<&str> = self.options.source_names(finding).collect();
        let details = match finding.reason {
            Some(reason) => explanation(reason).to_owned(),
            None => sources.join(", "),
        };
        html! {
            tr {
                th scope="row" {
                    (finding.line)
                    @if let Some(cell) = list.cell(finding) { " " (printable(cell)) }
                }
                td { (or_dash(finding.number.map(|number| self.options.number(number).to_string()))) }
                td .name { (finding.number.map_or("–", |number| number.region().name())) }
                td .name { (exposure.code()) @if finding.suppressed.is_some() { ", known" } }
                td .name { (details) }
            }
        }
    }
}

impl Report for Html<'_> {
    fn start(&self, _: &mut Vec<u8>) {}

    fn list(&self, list: &ContactList<'_>, out: &mut Vec<u8>) {
        self.tally.add_list(list);
        let head = html! { tr { th scope="rowgroup" colspan="5" { (printable(list.input)) } } };
        out.extend_from_slice(head.into_string().as_bytes());
        out.push(b'\n');
    }

    fn page(&self, page: &Page<'_>, out: &mut Vec<u8>) {
        self.tally.add_page(page);
        for finding in page.findings.iter().filter(|finding| self.shows(finding)) {
            if let Some(exposure) = finding.exposure {
                let row = self.row(&page.list, finding, exposure).into_string();
                // A line is a row: see `within_limit`.
                out.extend_from_slice(row.replace('\n', " ").as_bytes());
                out.push(b'\n');
            }
        }
    }

    fn holds_pages(&self) -> bool {
        true
    }

    fn within_limit<'p>(&self, page: &'p [u8], entries_before: u64) -> (&'p [u8], u64) {
        let room = ROWS.saturating_sub(entries_before);
        let (mut end, mut rows) = (0, 0);
        for line in page.split_inclusive(|&byte| byte == b'\n') {
            if rows == room {
                break;
            }
            end += line.len();
            rows += 1;
        }
        (&page[..end], rows)
    }

    fn end(&self, closing: &Closing<'_>, out: &mut Vec<u8>) {
        let tally = self.tally.take();
        let body = html! {
            @if let Some(reason) = closing.outcome.failure() {
                p .failed {
                    strong { "This check is undecided (exit " (closing.outcome.exit()) "): " }
                    (printable(reason))
                }
            }
            (headline(closing.totals))
            (world_map(closing.totals))
            (countries(closing.totals))
            (self.sources(&tally))
            (lists(tally.lists()))
            (self.rows(closing))
            (self.method())
        };
        let page = document("Contacts checked for exposure", &body);
        out.extend_from_slice(page.as_bytes());
    }
}

impl Html<'_> {
    fn sources(&self, tally: &AnswerTally) -> Markup {
        let most = tally.sources().iter().max().copied().unwrap_or(0);
        let row = |source: &SourceLine, exposed: u64| {
            html! {
                tr {
                    th scope="row" { (source.name) }
                    (bar_cell(exposed, most))
                    td .name dir="auto" { (or_dash(source.title.as_deref().map(|title| printable(title).into_owned()))) }
                    td { (or_dash(source.date.as_ref().map(ToString::to_string))) }
                    td { (source.status) }
                    td { (grouped(source.distinct)) }
                }
            }
        };
        let table = html! {
            table {
                caption { "Sources that were searched" }
                thead {
                    tr {
                        (heads(&["source", "exposed contacts"]))
                        th scope="col" .name { "title" }
                        (heads(&["date", "status", "distinct numbers"]))
                    }
                }
                tbody {
                    @for (source, exposed) in self.options.sources.iter().zip(tally.sources()) {
                        (row(source, *exposed))
                    }
                }
            }
        };
        html! {
            section aria-labelledby="sources" {
                h2 #sources { "By source" }
                p { "A contact that several sources hold is in the row of each." }
                (scrolling("Sources that were searched", &table))
            }
        }
    }

    fn rows(&self, closing: &Closing<'_>) -> Markup {
        let rows = String::from_utf8_lossy(closing.held);
        let more = self.rows_left_out(closing.totals);
        let table = html! {
            table {
                caption { "Contacts" }
                thead {
                    tr {
                        (heads(&["line", "number"]))
                        (name_heads(&["country", "answer", "sources, or why"]))
                    }
                }
                // Every row was escaped when it was made.
                tbody { (PreEscaped(rows.as_ref())) }
            }
        };
        html! {
            @if !rows.is_empty() && !self.options.summary {
                section aria-labelledby="contacts" {
                    h2 #contacts { "Contacts" }
                    details {
                        summary { "The rows, with masked numbers" }
                        (scrolling("Contacts", &table))
                        @if more > 0 { p { "and " (grouped(more)) " more, which --format csv lists" } }
                    }
                }
            }
        }
    }

    fn method(&self) -> Markup {
        html! {
            section aria-labelledby="method" {
                h2 #method { "Method and limits" }
                ul {
                    li {
                        "Exposed: the number appears in at least one source. That a source holds a number says that \
                        somebody published the number under this name, not that the service of that name was breached."
                    }
                    li { "Not found: a source covers the country of the number, and none holds the number." }
                    li {
                        "Not covered: no source holds any number of this country, so leakline cannot tell whether \
                        the contact is affected."
                    }
                    li { "Invalid: the text is no phone number." }
                    li {
                        "The country is that of the number, by its calling code and numbering plan \
                        (libphonenumber's plans " (METADATA_VERSION) " of " (METADATA_DATE) ")."
                    }
                    li {
                        "Probability that a number which no source holds is called exposed: "
                        (format!("{:.1e}", self.options.false_positive_rate)) " per look-up."
                    }
                    li { "Map: Natural Earth, Equal Earth projection." }
                }
            }
        }
    }
}

fn headline(totals: &Totals) -> Markup {
    let mut shown = vec![
        ("checked", grouped(totals.checked())),
        ("exposed", grouped(totals.exposed())),
        ("not found", grouped(totals.not_found())),
        ("not covered", grouped(totals.not_covered())),
        ("invalid", grouped(totals.invalid)),
    ];
    if totals.suppressed > 0 {
        shown.push(("of the exposed, known", grouped(totals.suppressed)));
    }
    let mut sentence = String::new();
    if totals.checked() > 0 {
        write!(
            sentence,
            "{:.2} % of the numbers checked appear in at least one source.",
            percent(totals.exposed(), totals.checked())
        )
        .expect("writing to memory does not fail");
    } else {
        sentence.push_str("No number was checked.");
    }
    html! { (figures(&shown)) p { (sentence) } }
}

fn world_map(totals: &Totals) -> Markup {
    let countries = totals.countries().into_iter();
    let exposed = countries.map(|(region, checked, exposed)| MapCountry {
        region,
        count: exposed,
        rate: Some(percent(exposed, checked)),
    });
    map::section(&exposed.collect::<Vec<_>>(), &MAP)
}

fn countries(totals: &Totals) -> Markup {
    let rows = totals.countries();
    let most = rows.iter().map(|&(.., exposed)| exposed).max().unwrap_or(0);
    let table = html! {
        table {
            caption { "Countries of the contacts" }
            thead {
                tr {
                    (heads(&["country", "exposed", "checked", "share", "not covered"]))
                }
            }
            tbody {
                @for (region, checked, exposed) in rows {
                    tr id=(row_id(region)) {
                        th scope="row" { (region.name()) " (" (region.code()) ")" }
                        (bar_cell(exposed, most))
                        td { (grouped(checked)) }
                        td { (format!("{:.2} %", percent(exposed, checked))) }
                        td { (grouped(totals.in_country(region, Exposure::NotCovered))) }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="countries" {
            h2 #countries { "By country" }
            (scrolling("Countries of the contacts", &table))
        }
    }
}

fn lists<'a>(lists: impl Iterator<Item = (&'a str, &'a ListTally)>) -> Markup {
    let table = html! {
        table {
            caption { "Lists that were checked" }
            thead {
                tr {
                    th scope="col" { "list" }
                    @for exposure in Exposure::ALL { th scope="col" { (exposure.code()) } }
                    th scope="col" { "blank" }
                }
            }
            tbody {
                @for (name, list) in lists {
                    tr {
                        th scope="row" { (printable(name)) }
                        @for exposure in Exposure::ALL { td { (grouped(list.of(exposure))) } }
                        td { (grouped(list.blank)) }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="lists" {
            h2 #lists { "By list" }
            (scrolling("Lists that were checked", &table))
        }
    }
}
