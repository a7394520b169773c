//! What users read about the commands: the texts of `--help`, manual pages, completions.

pub(crate) mod completions;
pub(crate) mod man;
pub(crate) mod texts;
pub(crate) mod version;
