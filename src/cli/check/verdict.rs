//! How a check ends: the policy over its totals.

use leakline::exposure::Totals;
use leakline::report::RunOutcome;

use crate::cli::args::values::{FailOn, Percent};
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::{failure, outcome_of};
use crate::cli::terminal::progress::human;

/// When a check fails.
pub(crate) struct FailPolicy {
    pub(crate) fail_on: FailOn,
    pub(crate) max_invalid: Percent,
    pub(crate) max_not_covered: Percent,
    pub(crate) undecided: Undecided,
}

/// The verdict of a check that decided about no contact.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undecided {
    Refused,
    /// `--allow-undecided`: a list that may be empty.
    Allowed,
}

impl FailPolicy {
    /// `only_list` names the list, if there is one only.
    ///
    /// # Errors
    /// Nothing was decided, or too many contacts are invalid.
    pub(crate) fn verdict(&self, totals: &Totals, only_list: Option<&str>) -> anyhow::Result<Exit> {
        let (checked, invalid) = (totals.checked(), totals.invalid);
        let not_covered = totals.not_covered();
        if totals.decided_nothing() && self.undecided == Undecided::Refused {
            return Err(nothing_decided(totals, only_list));
        }
        if self.max_invalid.is_passed_by(invalid, checked + invalid) {
            return Err(failure(
                format!(
                    "{} of {} contacts are invalid, more than --max-invalid {} allows",
                    human(invalid),
                    human(checked + invalid),
                    self.max_invalid,
                ),
                "see them with --only invalid",
            ));
        }
        if self.max_not_covered.is_passed_by(not_covered, checked) {
            return Err(failure(
                format!(
                    "{} of {} contacts are not covered, more than --max-not-covered {} allows",
                    human(not_covered),
                    human(checked),
                    self.max_not_covered,
                ),
                "load a dump of their countries; see them with --only not-covered",
            ));
        }
        let failing = totals.exposed() - totals.suppressed;
        Ok(if self.fail_on.fails(failing, checked) {
            Exit::Exposed
        } else {
            Exit::Clean
        })
    }
}

/// The outcome that the reports state.
pub(crate) fn outcome(verdict: &anyhow::Result<Exit>, totals: &Totals) -> RunOutcome {
    match verdict {
        Err(error) => outcome_of(error),
        Ok(Exit::Exposed) => {
            let failing = totals.exposed() - totals.suppressed;
            Exit::Exposed.outcome(Some(format!("exposed contacts: {}", human(failing))))
        }
        Ok(exit) if totals.decided_nothing() => {
            let reason = "nothing was decided, and --allow-undecided lets that pass";
            exit.outcome(Some(reason.to_owned()))
        }
        Ok(exit) => exit.outcome(None),
    }
}

/// `only_list` names the list, if there is one only.
fn nothing_decided(totals: &Totals, only_list: Option<&str>) -> anyhow::Error {
    if totals.checked() > 0 {
        return failure(
            "nothing was decided: no source searched holds numbers from these countries",
            "load a dump of these countries; `leakline stats` shows what is covered",
        );
    }
    let (what, advice) = match (totals.commonest_reason(), totals.blank) {
        (Some((reason, count, line)), _) => (
            no_number(totals.invalid, reason, count, only_list.map(|_| line)),
            advice_on_reason(reason, totals.invalid),
        ),
        (None, 0) => (
            "the list is empty".to_owned(),
            "check the file, or the command that writes it",
        ),
        (None, blank) => (
            format!("there is no number, only blank rows: {}", human(blank)),
            "check the file, or name the column of the numbers with --phone-column",
        ),
    };
    // Arguments and stdin have no name that would help.
    let file = only_list.filter(|list| !matches!(*list, "argument" | "-"));
    let file = file.map_or_else(String::new, |file| format!("{file}: "));
    failure(format!("{file}nothing was decided: {what}"), advice)
}

/// What is said of contacts none of which is a number: how many they are, and their commonest
/// reason with its first line.
fn no_number(invalid: u64, reason: &str, count: u64, line: Option<u64>) -> String {
    let line = line.map_or_else(String::new, |line| format!(", first in line {line}"));
    let count = human(count);
    match invalid {
        1 => format!("the only contact is no phone number: {reason}"),
        _ => format!(
            "none of {} contacts is a phone number; most often {reason}: {count}{line}",
            human(invalid)
        ),
    }
}

fn advice_on_reason(reason: &str, invalid: u64) -> &'static str {
    match (reason, invalid) {
        ("no_country", _) => "say from which country the numbers are, as in --country DE",
        (_, 1) => "check its digits; --explain says how it was read",
        _ => {
            "see the reason of each with --only invalid; --phone-column names the column of the numbers"
        }
    }
}

/// The totals for people, on stderr.
pub(crate) fn summary(totals: &Totals) -> String {
    let known = match totals.suppressed {
        0 => String::new(),
        suppressed => format!(" ({} of them known)", human(suppressed)),
    };
    format!(
        "{} checked: {} exposed{known}, {} not found, {} not covered; {} invalid, {} blank",
        human(totals.checked()),
        human(totals.exposed()),
        human(totals.not_found()),
        human(totals.not_covered()),
        human(totals.invalid),
        human(totals.blank),
    )
}
