//! The exit codes. The only file that knows their numbers.

use std::process::ExitCode;

/// How a run ended. Ordered: of two verdicts the greater one stands.
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
    /// Ends the process from a place that cannot return, such as the interrupt handler.
    pub(crate) fn end_process(self) -> ! {
        std::process::exit(i32::from(self as u8))
    }
}
