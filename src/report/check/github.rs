//! GitHub Actions: workflow commands that annotate the lines of a list. The summary of the job is
//! in `markdown.rs`.
//!
//! GitHub shows ten errors and ten warnings of a step and drops the others, so the tenth says how
//! many more there are. Logs of public repositories are public: no number is written here, not even
//! a masked one. Source: GitHub Docs, Workflow commands for GitHub Actions.

use std::fmt::Write as _;

use super::{Closing, ContactList, Page, Report, ReportOptions, undecided_in_words};
use crate::exposure::{Exposure, Finding};
use crate::printable::is_control;
use crate::report::table::grouped;

/// Annotations.
pub struct Github<'a>(pub &'a ReportOptions);

/// The annotations of one level that GitHub shows per step.
const LIMIT: usize = 10;

#[derive(Clone, Copy, PartialEq, Eq)]
enum AnnotationLevel {
    Error,
    Warning,
}

impl Report for Github<'_> {
    fn start(&self, _: &mut Vec<u8>) {}

    fn list(&self, _: &ContactList<'_>, _: &mut Vec<u8>) {}

    /// The first annotations of this page. `end` cuts those of all pages down to the limit.
    fn page(&self, page: &Page<'_>, out: &mut Vec<u8>) {
        let mut room = [LIMIT; 2];
        let shown = page
            .findings
            .iter()
            .filter(|finding| self.0.shows_for_ci(finding));
        for finding in shown {
            let Some((exposure, level)) = finding.exposure.and_then(|exposure| {
                let level = AnnotationLevel::of(exposure, finding)?;
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
        let failure = closing.outcome.failure();
        if let Some(reason) = failure {
            let line = format!(
                "::error title=undecided::{}\n",
                escaped(&undecided_in_words(reason))
            );
            out.extend_from_slice(line.as_bytes());
        }
        // The error about the run takes one of the ten.
        let room = LIMIT - usize::from(failure.is_some());
        for (level, count, room) in [
            (AnnotationLevel::Error, failing, room),
            (AnnotationLevel::Warning, undecided, LIMIT),
        ] {
            level.limited(closing.held, count, room, out);
        }
    }
}

impl Github<'_> {
    fn annotation(
        &self,
        level: AnnotationLevel,
        list: &ContactList<'_>,
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
        let position = if list.has_lines() {
            String::new()
        } else {
            format!(" ({}:{})", list.input, finding.line)
        };
        let cell = list
            .cell(finding)
            .map(|cell| format!(" (column {cell})"))
            .unwrap_or_default();
        let message = format!("{}{cell}{position}", self.0.in_words(finding, exposure));
        let title = exposure.code();
        line + &format!("title={title}::{}\n", escaped(&message))
    }
}

impl AnnotationLevel {
    /// The level of an answer. Known and not-found contacts get no annotation.
    fn of(exposure: Exposure, finding: &Finding) -> Option<AnnotationLevel> {
        match exposure {
            Exposure::Exposed if finding.suppressed.is_none() => Some(AnnotationLevel::Error),
            Exposure::Exposed | Exposure::NotFound => None,
            Exposure::NotCovered | Exposure::Invalid => Some(AnnotationLevel::Warning),
        }
    }

    fn command(self) -> &'static str {
        match self {
            AnnotationLevel::Error => "error",
            AnnotationLevel::Warning => "warning",
        }
    }

    /// Writes the first annotations of this level from `held`, then how many more of `count` there
    /// are.
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
                AnnotationLevel::Error => "contacts are exposed",
                AnnotationLevel::Warning => "contacts were not decided",
            };
            let line = format!(
                "{prefix}title=leakline::{more} more {what}; the summary of the job counts them\n"
            );
            out.extend_from_slice(line.as_bytes());
        }
    }
}

/// `text` escaped as the message of a workflow command.
fn escaped(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
        .replace(is_control, "\u{fffd}")
}

/// `text` escaped as a property of a workflow command, where `:` and `,` are syntax too.
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
            AnnotationLevel::Error.limited(&held[..], count, room, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(limited(1234, LIMIT).lines().count(), LIMIT);
        assert!(limited(1234, LIMIT).contains("1,225 more contacts"));
        assert_eq!(limited(1234, LIMIT - 1).lines().count(), LIMIT - 1);
        let mut out = Vec::new();
        AnnotationLevel::Error.limited(&held[..10 * 25], 10, LIMIT, &mut out);
        assert!(!String::from_utf8(out).unwrap().contains("more"));
        assert_eq!(limited(0, LIMIT).matches("more").count(), 0);
    }
}
