//! `JUnit` XML for the test pages of CI services: a test case per contact, which fails if the
//! contact is exposed.
//!
//! A contact that is undecided, or known to a baseline, is skipped and says why. The totals are at
//! the head of the file, so the cases are held in memory until the end.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::json::Counts;
use super::{Closing, ContactList, Page, Report, ReportOptions, undecided_in_words};
use crate::exposure::{Exposure, Finding};
use crate::printable::printable;

/// One test suite for the whole check.
pub struct Junit<'a>(pub &'a ReportOptions);

const SUITE: &str = "leakline check";

impl Report for Junit<'_> {
    fn start(&self, _: &mut Vec<u8>) {}

    fn list(&self, _: &ContactList<'_>, _: &mut Vec<u8>) {}

    fn page(&self, page: &Page<'_>, out: &mut Vec<u8>) {
        let mut xml = Writer::new(out);
        let class = class_name(&page.list);
        let mut names = CaseNames::default();
        for finding in page.findings {
            let name = names.next(&page.list, finding);
            if self.0.shows(finding) {
                self.case(&class, &name, finding, &mut xml)
                    .expect("writing to memory does not fail");
            }
        }
    }

    fn holds_pages(&self) -> bool {
        true
    }

    fn end(&self, closing: &Closing<'_>, out: &mut Vec<u8>) {
        self.suite(closing, &mut Writer::new(&mut *out))
            .expect("writing to memory does not fail");
        out.push(b'\n');
    }
}

impl Junit<'_> {
    fn case(
        &self,
        class: &str,
        name: &str,
        finding: &Finding,
        xml: &mut Writer<&mut Vec<u8>>,
    ) -> std::io::Result<()> {
        let Some(exposure) = finding.exposure else {
            return Ok(());
        };
        let case = xml
            .create_element("testcase")
            .with_attributes([("name", name), ("classname", class)]);
        let (element, message) = match (exposure, &finding.suppressed) {
            (Exposure::NotFound, _) => {
                case.write_empty()?.get_mut().push(b'\n');
                return Ok(());
            }
            (Exposure::Exposed, None) => ("failure", self.0.in_words(finding, exposure)),
            (Exposure::Exposed, Some(reason)) => {
                ("skipped", format!("known: {}", printable(reason)))
            }
            _ => ("skipped", self.0.in_words(finding, exposure)),
        };
        let case = case.write_inner_content(|xml| {
            let reason = xml
                .create_element(element)
                .with_attribute(("message", message.as_str()));
            // A failure has a type, a skipped case has none (Jenkins' schema of `JUnit` files).
            let reason = if element == "failure" {
                reason.with_attribute(("type", exposure.code()))
            } else {
                reason
            };
            // Some readers show the attribute, GitLab the text alone.
            let text = BytesText::new(&message);
            reason.write_text_content(text).map(|_| ())
        })?;
        case.get_mut().push(b'\n');
        Ok(())
    }

    fn suite(&self, closing: &Closing<'_>, xml: &mut Writer<&mut Vec<u8>>) -> std::io::Result<()> {
        let totals = closing.totals;
        let shown = |exposure| {
            if self.0.shows_answer(exposure) {
                totals.of(exposure)
            } else {
                0
            }
        };
        let failure = closing.outcome.failure();
        let errors = u64::from(failure.is_some());
        let tests = Exposure::ALL.into_iter().map(shown).sum::<u64>() + errors;
        let exposed = shown(Exposure::Exposed);
        let suppressed = exposed.min(totals.suppressed);
        let skipped = suppressed + shown(Exposure::NotCovered) + shown(Exposure::Invalid);
        let [tests, failures, skipped, errors] =
            [tests, exposed - suppressed, skipped, errors].map(|count| count.to_string());
        let sums = [
            ("name", SUITE),
            ("tests", &tests),
            ("failures", &failures),
            ("errors", &errors),
        ];
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        xml.get_mut().push(b'\n');
        let suites = xml.create_element("testsuites").with_attributes(sums);
        suites.write_inner_content(|xml| {
            xml.get_mut().push(b'\n');
            let suite = xml
                .create_element("testsuite")
                .with_attributes(sums)
                .with_attribute(("skipped", skipped.as_str()));
            suite.write_inner_content(|xml| {
                xml.get_mut().push(b'\n');
                properties(&Counts::of(totals), xml)?;
                xml.get_mut().extend_from_slice(closing.held);
                failure.map_or(Ok(()), |reason| undecided(reason, xml))
            })?;
            xml.get_mut().push(b'\n');
            Ok(())
        })?;
        Ok(())
    }
}

/// The list's path, with a number if the same list was given before: CI services know a case by the
/// names of its class and its own.
fn class_name(list: &ContactList<'_>) -> String {
    let path = printable(list.input);
    match list.repeat {
        0 => path.into_owned(),
        repeat => format!("{path} #{}", repeat + 1),
    }
}

/// The names of the cases of one page. All findings of a row are in one page.
#[derive(Default)]
struct CaseNames {
    line: u64,
    /// The names that the row has so far, each with the number of its cases.
    of_row: Vec<(String, usize)>,
}

impl CaseNames {
    /// `line 2`, or `line 2 phone` in a list of several phone columns, or `line 2 phone #2` for the
    /// second number of a cell.
    fn next(&mut self, list: &ContactList<'_>, finding: &Finding) -> String {
        if self.line != finding.line {
            self.line = finding.line;
            self.of_row.clear();
        }
        let mut name = format!("line {}", finding.line);
        if let Some(cell) = list.cell(finding) {
            name.push(' ');
            name.push_str(&printable(cell));
        }
        if let Some((_, cases)) = self.of_row.iter_mut().find(|(known, _)| *known == name) {
            *cases += 1;
            format!("{name} #{cases}")
        } else {
            self.of_row.push((name.clone(), 1));
            name
        }
    }
}

/// The totals of the whole check, whatever is shown.
fn properties(counts: &Counts, xml: &mut Writer<&mut Vec<u8>>) -> std::io::Result<()> {
    let element = xml.create_element("properties");
    element.write_inner_content(|xml| {
        for (name, count) in counts.named() {
            xml.create_element("property")
                .with_attributes([("name", name), ("value", count.to_string().as_str())])
                .write_empty()?;
        }
        Ok(())
    })?;
    xml.get_mut().push(b'\n');
    Ok(())
}

/// Adds an error, so that an undecided check is never green.
fn undecided(reason: &str, xml: &mut Writer<&mut Vec<u8>>) -> std::io::Result<()> {
    let reason = undecided_in_words(reason);
    let case = xml
        .create_element("testcase")
        .with_attributes([("name", "the check is decided"), ("classname", SUITE)]);
    case.write_inner_content(|xml| {
        xml.create_element("error")
            .with_attributes([("message", reason.as_str()), ("type", "undecided")])
            .write_text_content(BytesText::new(&reason))
            .map(|_| ())
    })?;
    xml.get_mut().push(b'\n');
    Ok(())
}
