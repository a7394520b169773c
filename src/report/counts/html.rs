//! The counts of `stats` as one page for a browser. It runs no script, fetches nothing, and reads
//! without its colours.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::exposures::{CountryRow, Exposures};
use super::source_columns::{COLUMNS, TITLE};
use crate::report::percent;
use crate::report::table::grouped;

/// In `rem`, the width of the font.
const WIDEST_BAR: f64 = 12.0;

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--line:#767676;--bar:#a3341f}
@media(prefers-color-scheme:dark){:root{--ink:#eee;--paper:#161616;--line:#8c8c8c;--bar:#e8806a}}
body{font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;max-width:72rem;padding:0 1rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;margin:1rem 0 2rem}
caption{text-align:start;font-weight:bold;padding-bottom:.5rem}
th,td{padding:.25rem .75rem;border-bottom:1px solid var(--line);text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
th:first-child{text-align:start}
.name{text-align:start;white-space:normal}
thead th{white-space:normal;vertical-align:bottom}
.bar{padding-inline:0}
.bar span{display:block;height:.9rem;background:var(--bar);forced-color-adjust:none;print-color-adjust:exact}";

impl Exposures {
    /// The page, with the sources and a row per country.
    pub fn country_page(&self) -> String {
        self.page(&html! { (self.source_rows()) (self.country_rows()) })
    }

    /// The page, with the sources only.
    pub fn source_page(&self) -> String {
        self.page(&self.source_rows())
    }

    fn page(&self, tables: &Markup) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { "Exposure of phone numbers" }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    main {
                        h1 { "Exposure of phone numbers" }
                        p {
                            (grouped(self.distinct)) " distinct numbers over all sources: a number in two sources counts \
                            once. A number in a source was published under that name. That does not \
                            show that the service of that name was breached."
                        }
                        (tables)
                    }
                }
            }
        };
        page.into_string() + "\n"
    }

    fn source_rows(&self) -> Markup {
        html! {
            div .wide role="region" aria-label="Sources" tabindex="0" {
                table {
                    caption { "Sources" }
                    thead {
                        tr {
                            @for column in &COLUMNS {
                                th scope="col" { (column.name) }
                            }
                        }
                    }
                    tbody {
                        @for source in &self.sources {
                            tr {
                                th scope="row" { (source.line.name) }
                                @for column in &COLUMNS[1..] {
                                    td .name[column.name == TITLE] { ((column.cell)(source).for_people()) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn country_rows(&self) -> Markup {
        let most = self
            .countries
            .iter()
            .map(|country| country.distinct)
            .max()
            .unwrap_or(0);
        let several = self.sources.len() > 1;
        let claimants = self.claimants();
        html! {
            div .wide role="region" aria-label="Countries" tabindex="0" {
                table {
                    caption { "Countries of the numbers" }
                    thead {
                        tr {
                            th scope="col" { "country" }
                            th scope="col" { "distinct" }
                            td .bar {}
                            th scope="col" { "share" }
                            th scope="col" { "records" }
                            @if several {
                                @for source in &self.sources {
                                    th scope="col" { "in " (source.line.name) }
                                }
                            }
                            @for name in &claimants {
                                th scope="col" { "claimed for " (name) }
                                th scope="col" { "there, of that" }
                            }
                        }
                    }
                    tbody {
                        @for country in &self.countries {
                            tr {
                                th scope="row" { (country.name) " (" (country.code) ")" }
                                td { (grouped(country.distinct)) }
                                td .bar {
                                    span aria-hidden="true" style=(bar(country.distinct, most)) {}
                                }
                                td { (format!("{:.2} %", country.share_pct)) }
                                td { (grouped(country.records)) }
                                @if several {
                                    @for source in &self.sources {
                                        td { (counted(country.by_source.get(&source.line.name))) }
                                    }
                                }
                                @for name in &claimants {
                                    td { (counted(country.claimed.get(*name))) }
                                    td { (there_of_claimed(country, name)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The style of the bar for `count`, where `most` has the widest bar.
fn bar(count: u64, most: u64) -> String {
    format!("width:{:.2}rem", percent(count, most) / 100.0 * WIDEST_BAR)
}

fn counted(count: Option<&u64>) -> String {
    count.map_or_else(String::new, |&count| grouped(count))
}

/// The observed numbers of `source` in `country`, in percent of the claimed ones.
fn there_of_claimed(country: &CountryRow, source: &str) -> String {
    match country.claimed.get(source) {
        Some(&claimed) if claimed > 0 => {
            let there = country.by_source.get(source).copied().unwrap_or(0);
            format!("{:.2} %", percent(there, claimed))
        }
        _ => String::new(),
    }
}
