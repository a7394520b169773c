//! Counts by answer and by country as Markdown, for tickets and for the summary of a GitHub job.

use std::fmt::Write as _;

use super::{Closing, ContactList, Page, Report, undecided_in_words};
use crate::exposure::BaselineSummary;
use crate::report::percent;
use crate::report::table::grouped;

/// Counts without rows.
pub struct Markdown;

impl Report for Markdown {
    fn start(&self, _: &mut Vec<u8>) {}

    fn list(&self, _: &ContactList<'_>, _: &mut Vec<u8>) {}

    fn page(&self, _: &Page<'_>, _: &mut Vec<u8>) {}

    fn end(&self, closing: &Closing<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(summary(closing).as_bytes());
    }
}

/// The whole report.
fn summary(closing: &Closing<'_>) -> String {
    let totals = closing.totals;
    let counts = format!(
        "{} of {} numbers exposed",
        grouped(totals.exposed()),
        grouped(totals.checked())
    );
    let mut page = match closing.outcome.failure() {
        None => format!("### leakline: {counts}\n\n"),
        Some(reason) => format!(
            "### leakline: {}\n\nUntil then: {counts}.\n\n",
            in_markdown(&undecided_in_words(reason))
        ),
    };
    write_tables(closing, &mut page)
        .and_then(|()| match &closing.baseline {
            Some(baseline) => write_baseline(baseline, &mut page),
            None => Ok(()),
        })
        .expect("writing to memory does not fail");
    page + "\n"
}

fn write_tables(closing: &Closing<'_>, page: &mut String) -> std::fmt::Result {
    let totals = closing.totals;
    page.push_str("| answer | contacts |\n|---|---:|\n");
    for (answer, count) in [
        ("exposed", totals.exposed()),
        ("of these known, in the baseline", totals.suppressed),
        ("not found", totals.not_found()),
        ("not covered: leakline cannot tell", totals.not_covered()),
        ("invalid", totals.invalid),
        ("blank", totals.blank),
    ] {
        writeln!(page, "| {answer} | {} |", grouped(count))?;
    }
    page.push_str("\n| country | checked | exposed | share |\n|---|---:|---:|---:|\n");
    for (region, checked, exposed) in totals.countries() {
        writeln!(
            page,
            "| {} | {} | {} | {:.2} % |",
            region.name(),
            grouped(checked),
            grouped(exposed),
            percent(exposed, checked)
        )?;
    }
    Ok(())
}

fn write_baseline(baseline: &BaselineSummary, page: &mut String) -> std::fmt::Result {
    let BaselineSummary {
        entries,
        expired,
        next_expiry,
    } = baseline;
    write!(page, "\nThe baseline holds {entries} known findings.")?;
    if let Some(day) = next_expiry {
        write!(page, " The next one expires after {day}.")?;
    }
    if *expired > 0 {
        write!(page, " Expired, and failing again if exposed: {expired}.")?;
    }
    page.push('\n');
    Ok(())
}

/// `text` as words of Markdown: nothing in it is markup.
fn in_markdown(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() && !matches!(c, '.' | ',' | ':' | ';' | '-' | '/') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
