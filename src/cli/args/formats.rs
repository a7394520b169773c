//! The formats that inputs and the reports of `check` have, as flags name them.

use clap::ValueEnum;
use leakline::dump::Format;

/// `auto`, or a format by name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InputFormat(pub(crate) Option<Format>);

/// The formats of `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    Text,
    Json,
    Ndjson,
    Csv,
    Sarif,
    Junit,
    Github,
    Markdown,
    Html,
}

impl CheckFormat {
    /// JSON shows fingerprints, and has escapes for what must not reach a terminal.
    pub(crate) fn is_json(self) -> bool {
        matches!(
            self,
            CheckFormat::Json | CheckFormat::Ndjson | CheckFormat::Sarif
        )
    }
}
