//! The messages of the thread that reads a workbook, and why it stops.

use crate::dump::opening::Fault;

/// A message of the thread that reads a workbook.
pub(super) enum Step {
    /// A sheet with some rows begins.
    Sheet(String),
    /// Rows of that sheet.
    Rows(Vec<u8>),
    /// After the last sheet.
    End,
    /// The rest cannot be read.
    Failed(Fault),
}

/// Why no more rows of a workbook are written.
pub(super) enum SheetStop {
    Fault(Fault),
    NobodyReads,
}

impl From<Fault> for SheetStop {
    fn from(fault: Fault) -> SheetStop {
        SheetStop::Fault(fault)
    }
}
