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
    /// # Errors
    /// Nothing was decided, or too many contacts are invalid.
    pub(crate) fn verdict(&self, totals: &Totals) -> anyhow::Result<Exit> {
        let (checked, invalid) = (totals.checked(), totals.invalid);
        let not_covered = totals.not_covered();
        if totals.decided_nothing() && self.undecided == Undecided::Refused {
            return Err(nothing_decided(totals));
        }
        if self.max_invalid.is_passed_by(invalid, checked + invalid) {
            return Err(failure(
                format!(
                    "{} of {} contacts are invalid, more than --max-invalid allows",
                    human(invalid),
                    human(checked + invalid)
                ),
                "see them with --only invalid",
            ));
        }
        if self.max_not_covered.is_passed_by(not_covered, checked) {
            return Err(failure(
                format!(
                    "{} of {} contacts are not covered, more than --max-not-covered allows",
                    human(not_covered),
                    human(checked)
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

fn nothing_decided(totals: &Totals) -> anyhow::Error {
    if totals.checked() > 0 {
        return failure(
            "nothing was decided: no source searched holds numbers of these countries",
            "load a dump of these countries; `leakline stats` shows what is covered",
        );
    }
    match (totals.commonest_reason(), totals.blank) {
        (Some((reason, count, line)), _) => failure(
            format!(
                "nothing was decided: no contact is a phone number; rows without a number: {}, \
                 {} of them {reason}, first in line {line}",
                human(totals.invalid),
                human(count),
            ),
            "see the reasons with --only invalid; --country says how to read numbers without a \
             country code, --phone-column names their column",
        ),
        (None, 0) => failure(
            "nothing was decided: the list is empty",
            "check what was handed in",
        ),
        (None, blank) => failure(
            format!(
                "nothing was decided: the list holds no number, only blank rows: {}",
                human(blank)
            ),
            "check what was handed in; --phone-column names the column of numbers",
        ),
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
