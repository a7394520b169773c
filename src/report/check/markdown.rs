//! Counts by answer and by country as Markdown, for tickets and the summaries of jobs.

use super::{Closing, ContactList, Page, Report, step_summary};

/// The summary of a job, as a report of its own. It shows no rows.
pub struct Markdown;

impl Report for Markdown {
    fn start(&self, _: &mut Vec<u8>) {}

    fn list(&self, _: &ContactList<'_>, _: &mut Vec<u8>) {}

    fn page(&self, _: &Page<'_>, _: &mut Vec<u8>) {}

    fn end(&self, closing: &Closing<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(step_summary(closing.totals, closing.outcome).as_bytes());
    }
}
