//! The section about sellers' tables: claimed and observed numbers, with a verdict in words.

use maud::{Markup, html};

use crate::report::counts::claims::ClaimSummary;
use crate::report::counts::country_row::CountryRow;
use crate::report::counts::exposures::Exposures;
use crate::report::counts::verdict::ClaimVerdict;
use crate::report::page::{heads, or_dash, scrolling};
use crate::report::table::grouped;

/// Sources whose tables are shown row by row: the page of more would be too long to be read.
const TABLES: usize = 5;

pub(super) fn section(exposures: &Exposures) -> Markup {
    let claims: Vec<(&str, &ClaimSummary)> = (exposures.sources.iter())
        .filter_map(|source| Some((source.line.name.as_str(), source.claims.as_ref()?)))
        .collect();
    html! {
        @if !claims.is_empty() {
            section aria-labelledby="claims" {
                h2 #claims { "Claimed and observed" }
                p {
                    "What each seller's table says, and the distinct numbers that were found. \
                    As claimed: within 2 %."
                }
                @if claims.len() > 1 { (summaries(&claims)) }
                @for (name, summary) in claims.iter().take(TABLES) {
                    (table_of(name, summary, &exposures.countries))
                }
                @if claims.len() > TABLES {
                    p { "Of " (claims.len() - TABLES) " more tables, --format csv has every row." }
                }
            }
        }
    }
}

fn summaries(claims: &[(&str, &ClaimSummary)]) -> Markup {
    let verdicts = [
        ClaimVerdict::AsClaimed,
        ClaimVerdict::Short,
        ClaimVerdict::More,
        ClaimVerdict::Absent,
        ClaimVerdict::NotClaimed,
    ];
    let table = html! {
        table {
            caption { "Countries by verdict" }
            thead {
                tr {
                    (heads(&["source", "claimed", "observed"]))
                    @for verdict in verdicts { th scope="col" { (verdict.as_str()) } }
                }
            }
            tbody {
                @for (name, summary) in claims {
                    tr {
                        th scope="row" { (name) }
                        td { (grouped(summary.claimed)) }
                        td { (grouped(summary.observed)) }
                        @for verdict in verdicts {
                            td { (summary.verdicts.get(&verdict).copied().unwrap_or(0)) }
                        }
                    }
                }
            }
        }
    };
    scrolling("Countries by verdict", &table)
}

fn table_of(name: &str, summary: &ClaimSummary, countries: &[CountryRow]) -> Markup {
    let rows = countries.iter().filter_map(|country| {
        let verdict = country.verdict.get(name)?;
        Some(row(name, country, *verdict))
    });
    let table = html! {
        table {
            caption { (name) }
            thead {
                tr {
                    (heads(&["country", "claimed", "observed", "difference", "observed of claimed"]))
                    th scope="col" .name { "verdict" }
                }
            }
            tbody { @for row in rows { (row) } }
            tfoot {
                tr {
                    th scope="row" { "all countries" }
                    td { (grouped(summary.claimed)) }
                    td { (grouped(summary.observed)) }
                    td { (difference(i128::from(summary.observed) - i128::from(summary.claimed))) }
                    td { (of_claimed(summary.observed, summary.claimed)) }
                    td .name {}
                }
            }
        }
    };
    scrolling(&format!("Claims for {name}"), &table)
}

fn row(name: &str, country: &CountryRow, verdict: ClaimVerdict) -> Markup {
    let claimed = country.claimed.get(name).copied();
    let observed = country.by_source.get(name).copied().unwrap_or(0);
    let off = country.difference.get(name).copied();
    html! {
        tr .odd[verdict != ClaimVerdict::AsClaimed] {
            th scope="row" { (country.name) " (" (country.code) ")" }
            td { (or_dash(claimed.map(grouped))) }
            td { (grouped(observed)) }
            td { (or_dash(off.map(|off| difference(off.into())))) }
            td { (claimed.map_or_else(|| or_dash(None), |claimed| of_claimed(observed, claimed))) }
            td .name {
                (verdict.as_str())
                @if let Some(why) = country.impossible.get(name) { "; " (why) }
            }
        }
    }
}

fn of_claimed(observed: u64, claimed: u64) -> String {
    let share = (claimed > 0).then(|| crate::report::percent(observed, claimed));
    or_dash(share.map(|share| format!("{share:.2} %")))
}

fn difference(off: i128) -> String {
    let sign = match off.signum() {
        -1 => "−",
        1 => "+",
        _ => "",
    };
    let digits = u64::try_from(off.unsigned_abs()).unwrap_or(u64::MAX);
    format!("{sign}{}", grouped(digits))
}
