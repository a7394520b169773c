//! What all formats of one run share: which answers are shown, how a number is shown, and the
//! sentence for each answer.

use super::super::SourceLine;
use crate::exposure::{Exposure, Finding, Totals};
use crate::index::IndexState;
use crate::intake::explanation;
use crate::phone::{Number, NumberText};

/// The settings that all formats of one run share. The default shows everything of a search in no
/// source.
#[derive(Default)]
pub struct ReportOptions {
    /// The sources searched. [`Finding::sources`] are indexes into them.
    pub sources: Vec<SourceLine>,
    /// The false-positive rate of one look-up over all sources searched.
    pub false_positive_rate: f64,
    /// The state of the index searched; `None` if dumps were read into memory.
    pub index: Option<IndexState>,
    /// The answers to show; empty for all.
    pub only: Vec<Exposure>,
    /// Whether findings that the baseline knows are shown.
    pub known: KnownFindings,
    /// Show counts by country and no rows.
    pub summary: bool,
    /// Show numbers in full.
    pub show_numbers: bool,
    /// Columns of the lists to carry into JSON.
    pub keep: Vec<String>,
    /// The only list of the run: lines of text need not repeat its name.
    pub only_list: Option<String>,
}

/// Whether reports show findings that the baseline knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KnownFindings {
    /// With the reason that the baseline gives.
    #[default]
    Shown,
    /// They are counted only.
    Hidden,
}

impl ReportOptions {
    /// Lines that explain the words of a text report: the sources, `not-covered`, and the reasons
    /// of invalid contacts that it shows.
    pub fn legend(&self, totals: &Totals) -> Vec<String> {
        const NAMED: usize = 5;
        let mut lines = Vec::new();
        if totals.exposed() > 0 {
            lines.extend((self.sources.iter().take(NAMED)).map(SourceLine::in_words));
            if let more @ 1.. = self.sources.len().saturating_sub(NAMED) {
                lines.push(format!("{more} more sources: see `leakline sources`"));
            }
        }
        if totals.not_covered() > 0 {
            let sentence =
                "not-covered: no source holds numbers from the country, so leakline cannot tell";
            lines.push(sentence.to_owned());
        }
        if self.shows_answer(Exposure::Invalid) {
            let reasons = totals.reasons();
            lines.extend(reasons.map(|reason| format!("{reason}: {}", explanation(reason))));
        }
        lines
    }

    /// Whether `finding` is shown. Blanks are no answer: they are counted only.
    pub(super) fn shows(&self, finding: &Finding) -> bool {
        let is_hidden = self.known == KnownFindings::Hidden && finding.suppressed.is_some();
        !is_hidden && (finding.exposure).is_some_and(|exposure| self.shows_answer(exposure))
    }

    /// Whether findings with the answer `exposure` are shown.
    pub(super) fn shows_answer(&self, exposure: Exposure) -> bool {
        !self.summary && (self.only.is_empty() || self.only.contains(&exposure))
    }

    /// Whether a CI format shows `finding`. It leaves `not-found` out unless the user asks for it.
    pub(super) fn shows_for_ci(&self, finding: &Finding) -> bool {
        self.shows(finding)
            && (finding.exposure != Some(Exposure::NotFound) || !self.only.is_empty())
    }

    /// The answer in a sentence without the number.
    pub(super) fn in_words(&self, finding: &Finding, exposure: Exposure) -> String {
        let country = finding
            .number
            .map(|number| number.region().name_in_sentence())
            .unwrap_or_default();
        match exposure {
            Exposure::Exposed => {
                let sources: Vec<String> = finding
                    .sources
                    .iter()
                    .map(|&source| self.sources[source].in_words())
                    .collect();
                format!("a number from {country} appears in {}", sources.join(", "))
            }
            Exposure::NotFound => format!("a number from {country} appears in no source searched"),
            Exposure::NotCovered => {
                format!("no source searched holds numbers from {country}, so leakline cannot tell")
            }
            Exposure::Invalid => {
                let reason = finding.reason.unwrap_or_default();
                format!("not a phone number: {reason}: {}", explanation(reason))
            }
        }
    }

    /// `number` as this run shows it.
    pub(super) fn number(&self, number: Number) -> NumberText {
        if self.show_numbers {
            number.in_full()
        } else {
            number.masked()
        }
    }

    /// The names of the sources that hold the number of `finding`.
    pub(super) fn source_names<'a>(
        &'a self,
        finding: &'a Finding,
    ) -> impl Iterator<Item = &'a str> {
        finding
            .sources
            .iter()
            .map(|&source| self.sources[source].name.as_str())
    }
}
