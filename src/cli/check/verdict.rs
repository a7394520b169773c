//! How a check ends: the policy over its totals.

use leakline::exposure::Totals;

use crate::cli::args::values::{FailOn, Percent};
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::progress::human;

/// When a check fails.
pub(crate) struct FailPolicy {
    pub(crate) fail_on: FailOn,
    pub(crate) max_invalid: Percent,
}

impl FailPolicy {
    /// # Errors
    /// Nothing was decided, or too many contacts are invalid.
    pub(crate) fn verdict(&self, totals: &Totals) -> anyhow::Result<Exit> {
        let (checked, invalid) = (totals.checked(), totals.invalid);
        if totals.decided_nothing() {
            return Err(nothing_decided(checked, invalid));
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
        let failing = totals.exposed() - totals.suppressed;
        Ok(if self.fail_on.fails(failing, checked) {
            Exit::Exposed
        } else {
            Exit::Clean
        })
    }
}

fn nothing_decided(checked: u64, invalid: u64) -> anyhow::Error {
    if checked > 0 {
        failure(
            "nothing was decided: no source searched holds numbers of these countries",
            "load a dump of these countries; `leakline stats` shows what is covered",
        )
    } else if invalid > 0 {
        failure(
            "nothing was decided: no contact is a phone number",
            "see the reasons with --only invalid; --country says how to read numbers without a \
             country code, --phone-column names their column",
        )
    } else {
        failure(
            "nothing was decided: the list is empty",
            "check what was handed in",
        )
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
