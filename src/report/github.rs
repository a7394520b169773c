//! GitHub Actions: workflow commands that annotate the lines of a list, and a table for the page of the job.
//!
//! GitHub shows ten errors and ten warnings of a step and drops the others, so the tenth tells how many there are
//! more. Logs of public repositories are public: no number stands here, not even a masked one. Source: GitHub Docs,
//! Workflow commands for GitHub Actions.

use std::fmt::Write as _;

use super::table::grouped;
use super::{Closing, List, Page, Report, ReportOptions, percent};
use crate::exposure::{Exposure, Finding, Totals};

/// Annotations.
pub struct Github<'a>(pub &'a ReportOptions);

/// How many annotations of one level a step can have.
const LIMIT: usize = 10;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
}

impl Report for Github<'_> {
    fn start(&self, _: &mut Vec<u8>) {}

    fn list(&self, _: &List<'_>, _: &mut Vec<u8>) {}

    /// The first annotations of this page: those of earlier pages are not known here.
    fn page(&self, page: &Page<'_>, out: &mut Vec<u8>) {
        let mut room = [LIMIT; 2];
        let shown = page
            .findings
            .iter()
            .filter(|finding| self.0.shows_for_ci(finding));
        for finding in shown {
            let Some((exposure, level)) = finding.exposure.and_then(|exposure| {
                let level = Level::of(exposure, finding)?;
                Some((exposure, level))
            }) else {
                continue;
            };
            if let Some(left) = room[level as usize].checked_sub(1) {
                room[level as usize] = left;
                let line = self.annotation(level, &page.list, finding, exposure);
                out.extend_from_slice(line.as_bytes());
            }
        }
    }

    fn holds_pages(&self) -> bool {
        true
    }

    fn end(&self, closing: &Closing<'_>, out: &mut Vec<u8>) {
        let totals = closing.totals;
        let shown = |exposure| {
            if self.0.shows_answer(exposure) {
                totals.of(exposure)
            } else {
                0
            }
        };
        let failing = shown(Exposure::Exposed).saturating_sub(totals.suppressed);
        let undecided = shown(Exposure::NotCovered) + shown(Exposure::Invalid);
        if !closing.complete {
            out.extend_from_slice(
                b"::error title=incomplete::the check broke off: not all contacts were read\n",
            );
        }
        // What the broken run says takes one of the places.
        let room = LIMIT - usize::from(!closing.complete);
        for (level, count, room) in [
            (Level::Error, failing, room),
            (Level::Warning, undecided, LIMIT),
        ] {
            level.limited(closing.held, count, room, out);
        }
    }
}

impl Github<'_> {
    fn annotation(
        &self,
        level: Level,
        list: &List<'_>,
        finding: &Finding,
        exposure: Exposure,
    ) -> String {
        let mut line = format!("::{} ", level.command());
        if let Some(path) = list.path() {
            let path = escaped_property(path);
            write!(line, "file={path},").expect("writing to memory does not fail");
            if list.has_lines() {
                write!(line, "line={},", finding.line).expect("writing to memory does not fail");
            }
        }
        let place = if list.has_lines() {
            String::new()
        } else {
            format!(" ({}:{})", list.input, finding.line)
        };
        let cell = list
            .cell(finding)
            .map(|cell| format!(" (column {cell})"))
            .unwrap_or_default();
        let message = format!("{}{cell}{place}", self.0.in_words(finding, exposure));
        let title = exposure.code();
        line + &format!("title={title}::{}\n", escaped(&message))
    }
}

impl Level {
    /// How loud an answer is. What is known or was not found needs no annotation.
    fn of(exposure: Exposure, finding: &Finding) -> Option<Level> {
        match exposure {
            Exposure::Exposed if finding.suppressed.is_none() => Some(Level::Error),
            Exposure::Exposed | Exposure::NotFound => None,
            Exposure::NotCovered | Exposure::Invalid => Some(Level::Warning),
        }
    }

    fn command(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
        }
    }

    /// The first annotations of this level among those held, and how many there are more of `count` in all.
    fn limited(self, held: &[u8], count: u64, room: usize, out: &mut Vec<u8>) {
        let prefix = format!("::{} ", self.command());
        let lines = held
            .split_inclusive(|&byte| byte == b'\n')
            .filter(|line| line.starts_with(prefix.as_bytes()));
        let all_fit = usize::try_from(count).is_ok_and(|count| count <= room);
        let shown = if all_fit { room } else { room - 1 };
        lines
            .take(shown)
            .for_each(|line| out.extend_from_slice(line));
        if !all_fit {
            let more = grouped(count - shown as u64);
            let what = match self {
                Level::Error => "contacts are exposed",
                Level::Warning => "contacts were not decided",
            };
            let line = format!(
                "{prefix}title=leakline::{more} more {what}; the summary of the job counts them\n"
            );
            out.extend_from_slice(line.as_bytes());
        }
    }
}

/// Counts by answer and by country, as Markdown for the page of the job.
pub fn step_summary(totals: &Totals, complete: bool) -> String {
    let mut page = format!(
        "### leakline: {} of {} numbers exposed\n\n",
        grouped(totals.exposed()),
        grouped(totals.checked())
    );
    if !complete {
        page.push_str("**The check broke off: not all contacts were read.**\n\n");
    }
    page.push_str("| answer | contacts |\n|---|---:|\n");
    for (answer, count) in [
        ("exposed", totals.exposed()),
        ("of these known, in the baseline", totals.suppressed),
        ("not found", totals.not_found()),
        ("not covered: absence says nothing", totals.not_covered()),
        ("invalid", totals.invalid),
        ("blank", totals.blank),
    ] {
        writeln!(page, "| {answer} | {} |", grouped(count))
            .expect("writing to memory does not fail");
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
        )
        .expect("writing to memory does not fail");
    }
    page + "\n"
}

/// Text of a workflow command.
fn escaped(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a workflow command, where more stands for something else.
fn escaped_property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_cannot_be_broken_out_of() {
        assert_eq!(escaped("100 %\r\n::error::x"), "100 %25%0D%0A::error::x");
        assert_eq!(escaped_property("C:\\a,b\n"), "C%3A\\a%2Cb%0A");
    }

    #[test]
    fn the_tenth_of_many_says_how_many_are_more() {
        let held = b"::error title=exposed::a\n".repeat(30);
        let limited = |count, room| {
            let mut out = Vec::new();
            Level::Error.limited(&held[..], count, room, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(limited(1234, LIMIT).lines().count(), LIMIT);
        assert!(limited(1234, LIMIT).contains("1,225 more contacts"));
        assert_eq!(limited(1234, LIMIT - 1).lines().count(), LIMIT - 1);
        let mut out = Vec::new();
        Level::Error.limited(&held[..10 * 25], 10, LIMIT, &mut out);
        assert!(!String::from_utf8(out).unwrap().contains("more"));
        assert_eq!(limited(0, LIMIT).matches("more").count(), 0);
    }
}
