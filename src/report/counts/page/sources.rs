//! The sections about sources: their shared numbers, and where their numbers came from.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::index::{FileRecord, Provenance};
use crate::printable::printable;
use crate::report::counts::exposures::{CountBy, Exposures, SourceRow};
use crate::report::counts::source_columns::unread;
use crate::report::page::{or_dash, scrolling};
use crate::report::table::grouped;

/// Sources of the matrix: of more, the page lists the pairs that stand out.
const MATRIX: usize = 36;
/// Columns of one table of the matrix: more would be cut off on paper.
const MATRIX_COLUMNS: usize = 10;
/// Files of one source, and of all, that are listed; the rest is counted.
const FILES: usize = 20;
const FILES_IN_ALL: usize = 600;

pub(super) fn overlap_section(exposures: &Exposures) -> Markup {
    let mut sources: Vec<&SourceRow> = exposures.sources.iter().collect();
    sources.sort_by_key(|source| std::cmp::Reverse(source.line.distinct));
    let names: Vec<&str> = (sources.iter().take(MATRIX))
        .map(|source| source.line.name.as_str())
        .collect();
    let shares: BTreeMap<(&str, &str), f64> = (exposures.pairs.iter())
        .flat_map(|pair| {
            let (a, b) = (pair.a.as_str(), pair.b.as_str());
            [((a, b), pair.a_in_b_pct), ((b, a), pair.b_in_a_pct)]
        })
        .collect();
    html! {
        @if names.len() > 1 {
            section aria-labelledby="overlap" {
                h2 #overlap { "What sources share" }
                p { "Each cell is the share of the row's numbers that the column's source holds." }
                @if sources.len() > MATRIX {
                    p { "The " (MATRIX) " largest of " (sources.len()) " sources; --format json has every pair." }
                }
                @for columns in names.chunks(MATRIX_COLUMNS) {
                    (matrix(&names, columns, &shares, exposures.min_cell))
                }
            }
        }
    }
}

fn matrix(
    rows: &[&str],
    columns: &[&str],
    shares: &BTreeMap<(&str, &str), f64>,
    min_cell: u64,
) -> Markup {
    let caption = match columns {
        [only] => format!("Overlap with {only}"),
        [first, .., last] if columns.len() < rows.len() => {
            format!("Overlap with {first} to {last}")
        }
        _ => "Overlap of sources".to_owned(),
    };
    // A count that is not shown may be hidden, or zero.
    let nothing = if min_cell > 1 { "–" } else { "0.00 %" };
    let table = html! {
        table .matrix {
            caption { (caption) }
            thead {
                tr {
                    th scope="col" { "source" }
                    @for column in columns { th scope="col" .source { "in " (column) } }
                }
            }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { (row) }
                        @for column in columns {
                            @if row == column {
                                td { "–" }
                            } @else if let Some(&share) = shares.get(&(*row, *column)) {
                                td class=(shade(share)) { (format!("{share:.2} %")) }
                            } @else {
                                td { (nothing) }
                            }
                        }
                    }
                }
            }
        }
    };
    scrolling(&caption, &table)
}

fn shade(share: f64) -> &'static str {
    match share {
        share if share >= 90.0 => "m4",
        share if share >= 50.0 => "m3",
        share if share >= 20.0 => "m2",
        share if share >= 1.0 => "m1",
        _ => "m0",
    }
}

pub(super) fn source_section(exposures: &Exposures) -> Markup {
    let files = (FILES_IN_ALL / exposures.sources.len().max(1)).clamp(1, FILES);
    html! {
        section aria-labelledby="sources" {
            h2 #sources { "Sources" }
            @for source in &exposures.sources { (source_card(source, files)) }
            @if let Some(others) = exposures.others_of(CountBy::Sources) {
                p { (others.in_words()) ", left out by --top" }
            }
        }
    }
}

fn source_card(source: &SourceRow, files: usize) -> Markup {
    let line = &source.line;
    let fact = |words: &str, value: String| html! { div { dt { (words) } dd { (value) } } };
    html! {
        article .source {
            h3 { (line.name) }
            @if let Some(title) = &line.title { p dir="auto" { (printable(title)) } }
            @if let Some(note) = &source.note { p dir="auto" { (printable(note)) } }
            dl .facts {
                (fact("date", or_dash(line.date.as_ref().map(ToString::to_string))))
                (fact("status", line.status.to_string()))
                (fact("loaded", source.loaded_at.clone()))
                (fact("distinct numbers", grouped(line.distinct)))
                (fact("records", grouped(source.records)))
                (fact("countries", source.countries.to_string()))
            }
            @if let Some(provenance) = &source.provenance { (provenance_of(provenance, files)) }
        }
    }
}

fn provenance_of(provenance: &Provenance, files: usize) -> Markup {
    let rejected: Vec<String> = (provenance.rejected_by_reason.iter())
        .map(|(reason, count)| format!("{} {reason}", grouped(*count)))
        .collect();
    html! {
        p {
            (grouped(provenance.rows)) " rows: " (grouped(provenance.accepted)) " accepted, "
            (grouped(provenance.rejected)) " rejected"
            @if !rejected.is_empty() { " (" (rejected.join(", ")) ")" }
            ", " (grouped(provenance.blank)) " blank. Rewritten from an old numbering plan: "
            (grouped(provenance.migrated)) ". Unread numbers, in places that are not read: " (grouped(unread(provenance))) "."
            @if !provenance.complete { strong { " Not all of the input was read." } }
        }
        @if !provenance.files.is_empty() {
            details {
                summary { (counted(provenance.files.len(), "file")) }
                ul .files {
                    @for file in provenance.files.iter().take(files) { (file_of(file)) }
                    @if provenance.files.len() > files {
                        li { "and " (provenance.files.len() - files) " more; --format json lists them" }
                    }
                }
            }
        }
    }
}

fn file_of(file: &FileRecord) -> Markup {
    html! {
        li {
            (printable(&file.path)) ": " (grouped(file.rows)) " rows"
            @if let Some(why) = &file.skipped { ", skipped: " (printable(why)) }
            @if !file.sha256.is_empty() { br; code { "SHA-256 " (file.sha256) } }
        }
    }
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
