//! For people: a line a contact that says what the answer means.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::table::{aligned, grouped};
use super::{Closing, List, Manner, Page, Report, advice, percent, printable};
use crate::exposure::{Exposure, Finding, Note};

/// Lines for people, in colour where that is wanted.
pub struct Text<'a> {
    /// What the run shares.
    pub manner: &'a Manner,
    /// Whether to colour.
    pub color: bool,
}

impl Report for Text<'_> {
    fn start(&self, _: &mut Vec<u8>) {}

    fn list(&self, _: &List<'_>, _: &mut Vec<u8>) {}

    fn page(&self, page: &Page<'_>, out: &mut Vec<u8>) {
        let mut line = String::new();
        for finding in page
            .findings
            .iter()
            .filter(|finding| self.manner.shows(finding))
        {
            line.clear();
            self.line(&page.list, finding, &mut line)
                .expect("writing to memory does not fail");
            out.extend_from_slice(line.as_bytes());
        }
    }

    fn end(&self, closing: &Closing<'_>, out: &mut Vec<u8>) {
        if self.manner.summary {
            out.extend_from_slice(summary(closing).as_bytes());
        }
    }
}

impl Text<'_> {
    fn line(&self, list: &List<'_>, finding: &Finding, line: &mut String) -> std::fmt::Result {
        let Some(exposure) = finding.exposure else {
            return Ok(());
        };
        let style = if self.color {
            style(exposure)
        } else {
            Style::new()
        };
        write!(line, "{style}{:<11}{style:#}", exposure.code())?;
        match finding.number {
            Some(number) => {
                let shown = self.manner.number(number).to_string();
                write!(line, "  {shown:<16}  {}", number.region().name())?;
            }
            None => write!(line, "  {:<16}", "-")?,
        }
        match exposure {
            Exposure::Exposed => {
                for (place, &source) in finding.sources.iter().enumerate() {
                    line.push_str(if place == 0 { ": " } else { ", " });
                    line.push_str(&self.manner.sources[source].in_words());
                }
            }
            Exposure::NotFound => line.push_str(": in no source searched"),
            Exposure::NotCovered => {
                line.push_str(
                    ": no source searched holds numbers of this country, so absence says nothing",
                );
            }
            Exposure::Invalid => {
                let reason = finding.reason.unwrap_or_default();
                write!(line, "  {reason}{}", advice(reason))?;
            }
        }
        match finding.note {
            Some(Note::Migrated) => line.push_str(" (rewritten from an old numbering plan)"),
            Some(Note::Ambiguous) => line.push_str(" (read with and without a calling code)"),
            Some(Note::Extension) => line.push_str(" (extension cut off)"),
            None => {}
        }
        if let Some(reason) = &finding.suppressed {
            write!(line, " (known: {})", printable(reason))?;
        }
        let cell = list
            .cell(finding)
            .map(|cell| format!(" {cell}"))
            .unwrap_or_default();
        writeln!(line, "  [{}:{}{cell}]", printable(list.input), finding.line)
    }
}

/// Counts by country.
fn summary(closing: &Closing<'_>) -> String {
    let mut rows = vec![
        ["country", "checked", "exposed", "share"]
            .map(String::from)
            .to_vec(),
    ];
    for (region, checked, exposed) in closing.totals.countries() {
        rows.push(vec![
            region.name().to_owned(),
            grouped(checked),
            grouped(exposed),
            format!("{:.2} %", percent(exposed, checked)),
        ]);
    }
    aligned(&rows)
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
