//! The counts of `stats` as one page for a browser.
//!
//! Each section is a function that gives markup. Every picture has a table with the same figures.

mod claims;
mod sources;

use maud::{Markup, html};

use super::country_row::CountryRow;
use super::exposures::{CountBy, Exposures, SourceRow};
use crate::phone::{METADATA_DATE, METADATA_VERSION, MIGRATIONS_VERSION, Region};
use crate::report::page::map::{self, MapCountry, MapLegend, row_id};
use crate::report::page::{bar_cell, document, figures, heads, or_dash, remarks, scrolling};
use crate::report::table::grouped;

const TITLE: &str = "Exposure of phone numbers";
/// Rows of the bars that are shown before the rest is folded.
const ROWS_UNFOLDED: usize = 20;
/// Sources with a column of their own in the table of countries: more would be cut off on paper.
const SOURCE_COLUMNS: usize = 4;
/// Remarks that are shown; the others are counted.
const REMARKS: usize = 30;
const MAP: MapLegend = MapLegend {
    counted: "numbers",
    rate: "numbers per 100 people",
    rate_steps: [0.1, 1.0, 5.0, 20.0],
};

impl Exposures {
    /// The page, with the sources and a row per country.
    pub fn country_page(&self) -> String {
        self.page(&html! {
            (self.map())
            (self.bars())
            (claims::section(self))
        })
    }

    /// The page, with the sources alone.
    pub fn source_page(&self) -> String {
        self.page(&html! {})
    }

    fn page(&self, of_countries: &Markup) -> String {
        let body = html! {
            (self.headline())
            (of_countries)
            (sources::overlap_section(self))
            (sources::source_section(self))
            (method(self))
        };
        document(TITLE, &body)
    }

    fn headline(&self) -> Markup {
        let shown = self.countries.iter().filter(|country| country.distinct > 0);
        let others = self
            .others_of(CountBy::Countries)
            .map_or(0, |others| others.rows);
        let other_sources = self
            .others_of(CountBy::Sources)
            .map_or(0, |others| others.rows);
        let dates = (self.sources.iter()).filter_map(|source| source.line.date.as_ref());
        let newest = dates.map(ToString::to_string).max();
        let mut sentences: Vec<String> = self.remarks.iter().take(REMARKS).cloned().collect();
        if let Some(more) = self
            .remarks
            .len()
            .checked_sub(REMARKS)
            .filter(|&more| more > 0)
        {
            sentences.push(format!("and {more} more, which --format json lists"));
        }
        html! {
            (figures(&[
                ("distinct numbers", grouped(self.distinct)),
                ("countries", (shown.count() + others).to_string()),
                ("sources", (self.sources.len() + other_sources).to_string()),
                ("newest source", newest.unwrap_or_else(|| "not dated".to_owned())),
            ]))
            p {
                "A number that several sources hold counts once. That a source holds a number says that \
                somebody published the number under this name, not that the service of that name was breached."
            }
            (remarks(&sentences))
        }
    }

    fn map(&self) -> Markup {
        let countries = self.countries.iter().filter_map(|country| {
            Some(MapCountry {
                region: Region::from_code(country.code)?,
                count: country.distinct,
                rate: country.per_100_people,
            })
        });
        map::section(&countries.collect::<Vec<_>>(), &MAP)
    }

    fn bars(&self) -> Markup {
        let (first, rest) = (self.countries).split_at(self.countries.len().min(ROWS_UNFOLDED));
        html! {
            section aria-labelledby="countries" {
                h2 #countries { "Countries of the numbers" }
                (self.bar_table("The countries with most numbers", first))
                @if !rest.is_empty() {
                    details {
                        summary { (rest.len()) " more countries" }
                        (self.bar_table("The other countries", rest))
                    }
                }
                @if let Some(others) = self.others_of(CountBy::Countries) {
                    p {
                        (others.in_words()) ", left out by --top: " (grouped(others.distinct))
                        " distinct numbers (" (format!("{:.2} %", others.share_pct)) ")"
                    }
                }
            }
        }
    }

    fn bar_table(&self, caption: &str, rows: &[CountryRow]) -> Markup {
        let most = self.countries.iter().map(|country| country.distinct).max();
        let columns = if (2..=SOURCE_COLUMNS).contains(&self.sources.len()) {
            self.sources.as_slice()
        } else {
            &[]
        };
        let table = html! {
            table .bars {
                caption { (caption) }
                thead {
                    tr {
                        (heads(&["country", "distinct numbers", "share"]))
                        (heads(&["per 100 people", "of the plan", "records"]))
                        @for source in columns { th scope="col" .source { "in " (source.line.name) } }
                    }
                }
                tbody { @for country in rows { (bar_row(country, most.unwrap_or(0), columns)) } }
            }
        };
        scrolling(caption, &table)
    }
}

fn bar_row(country: &CountryRow, most: u64, columns: &[SourceRow]) -> Markup {
    let percent = |share: Option<f64>| or_dash(share.map(|share| format!("{share:.2} %")));
    html! {
        tr id=[Region::from_code(country.code).map(row_id)] {
            th scope="row" { (country.name) " (" (country.code) ")" }
            (bar_cell(country.distinct, most))
            td { (percent(Some(country.share_pct))) }
            td { (or_dash(country.per_100_people.map(|rate| format!("{rate:.2}")))) }
            td { (percent(country.of_plan_pct)) }
            td { (grouped(country.records)) }
            @for source in columns {
                @let count = country.by_source.get(&source.line.name);
                td { (or_dash(count.map(|&count| grouped(count)))) }
            }
        }
    }
}

fn method(exposures: &Exposures) -> Markup {
    html! {
        section aria-labelledby="method" {
            h2 #method { "Method and limits" }
            ul {
                li { "Counts are exact: each number is counted once per country, over all sources." }
                li {
                    "The country is that of the number, by its calling code and numbering plan \
                    (libphonenumber's plans " (METADATA_VERSION) " of " (METADATA_DATE) ", table of old plans "
                    (MIGRATIONS_VERSION) "). It is not where the person lives."
                }
                li {
                    "Numbers are compared by keyed hashes of 64 bits. A number that no source holds is taken \
                    for one that is held with a probability of "
                    (format!("{:.1e}", exposures.false_positive_rate)) " per look-up."
                }
                li {
                    "A country without a row is not covered: the sources hold none of its numbers, so leakline \
                    cannot tell whether its people are affected."
                }
                li {
                    "People: GeoNames (CC BY 4.0). Of the plan: of the mobile numbers that the plan has room \
                    for, counted from its patterns. Map: Natural Earth, Equal Earth projection."
                }
                li {
                    "Overlap is containment: the share of one source's numbers that the other holds. The \
                    Jaccard index is what both hold, divided by what either holds. By chance: what two \
                    random samples of the plans would share."
                }
                @if exposures.min_cell > 1 {
                    li {
                        "Numbers are in no figure of this page, sums included, where fewer than " (exposures.min_cell)
                        " are of the same country and in the same sources."
                    }
                }
            }
        }
    }
}
