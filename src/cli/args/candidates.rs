//! What a shell proposes for the value of a flag. Proposals that need the whole command line, such
//! as the sources of the index at hand, are in `cli::help::completions`.

use std::ffi::OsStr;

use clap::ValueEnum as _;
use clap_complete::engine::{
    ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter as _,
};

use super::CheckFormat;

/// `FORMAT=PATH` of `--report`.
pub(super) fn report() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let text = current.to_string_lossy();
        if let Some((format, path)) = text.split_once('=') {
            let paths = PathCompleter::file().complete(OsStr::new(path));
            let prefix = format!("{format}=");
            let with_prefix = |path: CompletionCandidate| path.add_prefix(prefix.as_str());
            return paths.into_iter().map(with_prefix).collect();
        }
        let formats = CheckFormat::value_variants().iter();
        let names = formats.filter_map(CheckFormat::to_possible_value);
        names
            .map(|format| format!("{}=", format.get_name()))
            .filter(|format| format.starts_with(&*text))
            .map(CompletionCandidate::new)
            .collect()
    })
}

/// Values that are given most, of a flag that takes others too.
pub(super) fn common(values: &'static [&'static str]) -> ArgValueCandidates {
    ArgValueCandidates::new(|| values.iter().map(CompletionCandidate::new).collect())
}
