//! The exit codes. The only file that knows their numbers.

use std::process::ExitCode;

use leakline::report::RunOutcome;

/// The reader of stdout went away. This ends the run without a message.
#[derive(Debug, thiserror::Error)]
#[error("stdout is closed")]
pub(crate) struct PipeClosed;

/// How a run ended. Ordered: of two verdicts the greater one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Exit {
    /// All that was asked was done and nothing is exposed.
    Clean = 0,
    /// All that was asked was done and at least one contact is exposed.
    Exposed = 1,
    /// Something could not be done or decided.
    Undecided = 2,
    /// Ctrl-C.
    Interrupted = 130,
    /// The reader of stdout went away.
    PipeClosed = 141,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

impl Exit {
    /// The outcome that a report states. `reason` says why it is not [`Exit::Clean`].
    pub(crate) fn outcome(self, reason: Option<String>) -> RunOutcome {
        match self {
            Exit::Clean | Exit::Exposed => RunOutcome::decided(self as u8, reason),
            Exit::Undecided => RunOutcome::undecided(self as u8, reason.unwrap_or_default()),
            Exit::Interrupted | Exit::PipeClosed => {
                RunOutcome::interrupted(self as u8, reason.unwrap_or_default())
            }
        }
    }

    /// Ends the process from code that cannot return, such as the interrupt handler.
    pub(crate) fn end_process(self) -> ! {
        std::process::exit(i32::from(self as u8))
    }
}
