//! The program that made a report, and how the run ended: the fields `tool` and `outcome` of every
//! JSON object.

use serde::Serialize;

use crate::index::FORMAT_VERSION;
use crate::phone::{METADATA_DATE, METADATA_VERSION, MIGRATIONS_VERSION};

/// The program, its numbering plans and the format of its indexes.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Tool {
    /// Version of the package.
    pub version: &'static str,
    /// Commit that the program was built from; `None` if the build did not know it.
    pub commit: Option<&'static str>,
    /// Version of libphonenumber's metadata.
    pub plans: &'static str,
    /// Day of the release of that metadata, as `YYYY-MM-DD`.
    pub plans_date: &'static str,
    /// Version of the table of old plans.
    pub old_plans: u32,
    /// Version of the format of segments.
    pub index_format: u32,
}

impl Tool {
    /// This program.
    pub const THIS: Tool = Tool {
        version: env!("CARGO_PKG_VERSION"),
        commit: option_env!("LEAKLINE_COMMIT"),
        plans: METADATA_VERSION,
        plans_date: METADATA_DATE,
        old_plans: MIGRATIONS_VERSION,
        index_format: FORMAT_VERSION,
    };
}

/// How a run ended, and why.
#[derive(Clone, Debug, Serialize)]
pub struct RunOutcome {
    exit: u8,
    reason: Option<String>,
    #[serde(skip)]
    ending: Ending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Decided,
    Undecided,
    Interrupted,
}

impl RunOutcome {
    /// Everything asked was done. `reason` explains an exit code that is not 0.
    pub fn decided(exit: u8, reason: Option<String>) -> RunOutcome {
        RunOutcome {
            exit,
            reason,
            ending: Ending::Decided,
        }
    }

    /// Something could not be done or decided.
    pub fn undecided(exit: u8, reason: String) -> RunOutcome {
        RunOutcome {
            exit,
            reason: Some(reason),
            ending: Ending::Undecided,
        }
    }

    /// The user ended the run, or the reader of its results went away.
    pub fn interrupted(exit: u8, reason: String) -> RunOutcome {
        RunOutcome {
            exit,
            reason: Some(reason),
            ending: Ending::Interrupted,
        }
    }

    /// The exit code.
    pub fn exit(&self) -> u8 {
        self.exit
    }

    /// Whether everything asked was done.
    pub(crate) fn is_decided(&self) -> bool {
        self.ending == Ending::Decided
    }

    /// Whether the user ended the run.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.ending == Ending::Interrupted
    }

    /// Why not everything was done; `None` if it was.
    pub fn failure(&self) -> Option<&str> {
        self.reason.as_deref().filter(|_| !self.is_decided())
    }
}
