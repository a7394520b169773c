//! For people: a line per contact that says what the answer means.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::explained::explained;
use super::summary::summary;
use super::tally::SharedTally;
use super::{Closing, ContactList, Page, Report, ReportOptions};
use crate::exposure::{Exposure, Finding, Note};
use crate::printable::printable;
use crate::report::table::TableStyle;

/// Lines for people.
pub struct PlainText<'a> {
    options: &'a ReportOptions,
    style: TextStyle,
    tally: SharedTally,
}

/// How lines for people look.
#[derive(Clone, Copy, Debug)]
pub struct TextStyle {
    /// Whether to use colours.
    pub color: bool,
    /// Where they go.
    pub target: TextTarget,
    /// How wide the tables of a summary may be.
    pub tables: TableStyle,
}

/// Where lines for people go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTarget {
    /// To somebody who also sees the errors on stderr.
    Stdout,
    /// To a file, which must say itself that a run failed, and what its words mean.
    File,
}

impl<'a> PlainText<'a> {
    /// Lines of a run with these settings.
    pub fn new(options: &'a ReportOptions, style: TextStyle) -> PlainText<'a> {
        PlainText {
            options,
            style,
            tally: SharedTally::new(options.sources.len()),
        }
    }
}

impl Report for PlainText<'_> {
    fn start(&self, _: &mut Vec<u8>) {}

    fn list(&self, list: &ContactList<'_>, _: &mut Vec<u8>) {
        if self.options.summary {
            self.tally.add_list(list);
        }
    }

    fn page(&self, page: &Page<'_>, out: &mut Vec<u8>) {
        if self.options.summary {
            self.tally.add_page(page);
            return;
        }
        let words = Words::new(self, &page.list);
        // Append to the same memory: a page is long, and a copy of it costs time.
        let mut lines = String::from_utf8(std::mem::take(out)).expect("lines are text");
        for finding in page
            .findings
            .iter()
            .filter(|finding| self.options.shows(finding))
        {
            self.line(&words, &page.list, finding, &mut lines)
                .expect("writing to memory does not fail");
        }
        *out = lines.into_bytes();
    }

    fn end(&self, closing: &Closing<'_>, out: &mut Vec<u8>) {
        let totals = closing.totals;
        let has_rows = totals.checked() + totals.invalid + totals.blank > 0;
        // Of a run that was cut short before its first answer, zeros would look like counts.
        if self.options.summary && has_rows {
            let tally = self.tally.take();
            let tables = summary(self.options, closing, &tally, self.style.tables);
            out.extend_from_slice(tables.as_bytes());
        }
        if self.style.target == TextTarget::Stdout {
            return;
        }
        let legend = self.options.legend(closing.totals);
        if !legend.is_empty() {
            let legend = legend.iter().map(|line| printable(line));
            let lines: Vec<_> = legend.map(|line| format!("\n{line}")).collect();
            out.extend_from_slice(lines.concat().as_bytes());
            out.push(b'\n');
        }
        if let Some(reason) = closing.outcome.failure() {
            let line = format!(
                "undecided (exit {}): {}\n",
                closing.outcome.exit(),
                printable(reason)
            );
            out.extend_from_slice(line.as_bytes());
        }
    }
}

impl PlainText<'_> {
    fn line(
        &self,
        words: &Words,
        list: &ContactList<'_>,
        finding: &Finding,
        line: &mut String,
    ) -> std::fmt::Result {
        let Some(exposure) = finding.exposure else {
            return Ok(());
        };
        line.push_str(&words.answers[exposure as usize]);
        match finding.number {
            Some(number) => {
                padded(self.options.number(number).as_str(), line);
                line.push_str("  ");
                line.push_str(number.region().name());
            }
            None => padded("-", line),
        }
        match exposure {
            Exposure::Exposed => {
                for (index, &source) in finding.sources.iter().enumerate() {
                    line.push_str(if index == 0 { ": " } else { ", " });
                    line.push_str(&words.sources[source]);
                }
            }
            Exposure::NotFound | Exposure::NotCovered => {}
            Exposure::Invalid => {
                // Its explanation is once under the summary: a row is to fit 80 columns.
                line.push_str("  ");
                line.push_str(finding.reason.unwrap_or_default());
            }
        }
        match finding.note {
            Some(Note::Migrated) => line.push_str(" (old plan)"),
            Some(Note::Ambiguous) => line.push_str(" (read both ways)"),
            Some(Note::Twin) => line.push_str(" (other number)"),
            Some(Note::Extension) => line.push_str(" (no extension)"),
            None => {}
        }
        if let Some(reason) = &finding.suppressed {
            write!(line, " (known: {})", printable(reason))?;
        }
        let [before, after] = &words.position;
        line.push_str(before);
        line.push_str(itoa::Buffer::new().format(finding.line));
        if let Some(cell) = list.cell(finding) {
            line.push_str(", ");
            line.push_str(&printable(cell));
        }
        line.push_str(after);
        if let Some(explanation) = &finding.explanation {
            explained(self.options, explanation, line);
        }
        Ok(())
    }
}

/// The styled parts that all lines of one list share.
struct Words {
    /// The answer, indexed by [`Exposure`].
    answers: [String; 4],
    sources: Vec<String>,
    /// The text around the line number of a contact.
    position: [String; 2],
}

impl Words {
    fn new(text: &PlainText<'_>, list: &ContactList<'_>) -> Words {
        let colored = |style| {
            if text.style.color {
                style
            } else {
                Style::new()
            }
        };
        let dimmed = colored(Style::new().dimmed());
        Words {
            answers: Exposure::ALL.map(|exposure| {
                let style = colored(style(exposure));
                format!("{style}{:<11}{style:#}  ", exposure.code())
            }),
            sources: (text.options.sources.iter())
                .map(|source| source.name.clone())
                .collect(),
            position: [
                format!("  {dimmed}[{}", position(text.options, list.input)),
                format!("]{dimmed:#}\n"),
            ],
        }
    }
}

/// The text before the line number of a contact: `line `, or the name of its list if there are
/// more.
fn position(options: &ReportOptions, input: &str) -> String {
    if options.only_list.as_deref() == Some(input) {
        "line ".to_owned()
    } else {
        format!("{}:", printable(input))
    }
}

/// `number` in a column of 16 characters, wide enough for nearly all.
fn padded(number: &str, line: &mut String) {
    line.push_str(number);
    line.extend(std::iter::repeat_n(
        ' ',
        16usize.saturating_sub(number.len()),
    ));
}

fn style(exposure: Exposure) -> Style {
    let color = match exposure {
        Exposure::Exposed => AnsiColor::Red,
        Exposure::NotFound => AnsiColor::Green,
        Exposure::NotCovered => AnsiColor::Yellow,
        Exposure::Invalid => AnsiColor::Magenta,
    };
    color.on_default().bold()
}
