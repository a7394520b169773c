//! Errors as users see them: what is wrong, then what to do about it. Never the content of a row.

use std::fmt;
use std::io;

use anyhow::Error;
use leakline::dump::DumpError;
use leakline::exposure::BaselineError;
use leakline::index::{IndexError, LockError, SegmentError, SortError, WriteError};
use leakline::key::KeyError;
use leakline::load::LoadError;

use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::interrupt;
use crate::cli::terminal::output::PipeClosed;

/// An error with a line on what to do.
#[derive(Debug)]
pub(crate) struct Advised {
    error: Error,
    remedy: String,
}

impl fmt::Display for Advised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.error)
    }
}

impl std::error::Error for Advised {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

/// Errors of the library that know what to do about them.
pub(crate) trait Remedied {
    fn remedy(&self) -> Option<String>;
}

macro_rules! remedied {
    ($($error:ty),+) => {
        $(impl Remedied for $error {
            fn remedy(&self) -> Option<String> {
                <$error>::remedy(self).into()
            }
        })+
    };
}

remedied!(
    BaselineError,
    DumpError,
    IndexError,
    KeyError,
    LoadError,
    LockError,
    SegmentError,
    SortError,
    WriteError
);

/// The error of the library, with its remedy.
pub(crate) fn with_advice<E: Remedied + Into<Error>>(error: E) -> Error {
    match error.remedy() {
        Some(remedy) => Advised {
            error: error.into(),
            remedy,
        }
        .into(),
        None => error.into(),
    }
}

/// An error of one sentence with its remedy.
pub(crate) fn failure(message: impl Into<String>, remedy: &str) -> Error {
    Advised {
        error: Error::msg(message.into()),
        remedy: remedy.to_owned(),
    }
    .into()
}

/// Prints an error and says how the run ended.
pub(crate) fn report(error: &Error) -> Exit {
    if error.is::<PipeClosed>() {
        return Exit::PipeClosed;
    }
    if interrupt::was_asked_for() {
        write_line("interrupted: the index is as it was");
        return Exit::Interrupted;
    }
    write_line(&in_full(error));
    let advised = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Advised>());
    let by_system = || error.chain().find_map(|cause| cause.downcast_ref());
    if let Some(remedy) = advised.map_or_else(
        || by_system().and_then(system_remedy),
        |advised| Some(advised.remedy.as_str()),
    ) {
        write_detail(remedy);
    }
    Exit::Undecided
}

/// What to do about an error of the system that nobody has more to say about.
fn system_remedy(error: &io::Error) -> Option<&'static str> {
    Some(match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            "check the path: a folder in it is not there"
        }
        io::ErrorKind::IsADirectory => "name a file, not a folder",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "name a place that you may write to"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room, or write to another disk"
        }
        _ => return None,
    })
}

/// The error and its causes on one line.
pub(crate) fn in_full(error: &Error) -> String {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    causes.join(": ")
}

/// Prints clap's message for a wrong command line, or the help or version that was asked for.
pub(crate) fn usage(error: &clap::Error) -> Exit {
    if error.use_stderr() {
        // What was typed may be a number in the wrong place.
        let message = mask_numbers(&error.render().ansi().to_string());
        eprint(&message.replacen("error:", "leakline:", 1));
        return Exit::Undecided;
    }
    match error.print() {
        Err(closed) if closed.kind() == io::ErrorKind::BrokenPipe => Exit::PipeClosed,
        Err(error) => report(&Error::new(error).context("stdout: cannot be written")),
        Ok(()) => Exit::Clean,
    }
}

/// A warning or a remark on stderr.
pub(crate) fn write_line(message: &str) {
    eprint(&format!("leakline: {}\n", printable(message)));
}

/// A line that belongs to the one before.
pub(crate) fn write_detail(message: &str) {
    eprint(&format!("  {}\n", printable(message)));
}

fn eprint(text: &str) {
    use io::Write as _;
    // Nothing is left to tell anybody if stderr is gone.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Control characters of names and paths must not reach a terminal.
pub(crate) fn printable(text: &str) -> String {
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| {
            if hidden(c) && c != '\n' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

/// What may be a number, with stars for its digits: seven digits in a row, or nine with marks between them (a date
/// has eight).
fn mask_numbers(text: &str) -> String {
    let is_mark = |c: char| " ()-./\u{a0}\u{2011}".contains(c);
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(char::is_numeric) {
        masked.push_str(&rest[..start]);
        let run = &rest[start..];
        let end = (run.find(|c: char| !c.is_numeric() && !is_mark(c))).unwrap_or(run.len());
        let end = run[..end].trim_end_matches(is_mark).len();
        let (run, after) = run.split_at(end);
        let digits = run.chars().filter(|c| c.is_numeric()).count();
        if digits >= 9 || digits >= 7 && run.chars().all(char::is_numeric) {
            masked.extend(run.chars().map(|c| if c.is_numeric() { '*' } else { c }));
        } else {
            masked.push_str(run);
        }
        rest = after;
    }
    masked + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_runs_of_digits_are_masked_and_short_ones_kept() {
        assert_eq!(mask_numbers("a 12125550100 of 64"), "a *********** of 64");
        assert_eq!(mask_numbers("1234567"), "*******");
        assert_eq!(
            mask_numbers("'+1 (212) 555-0100': 7"),
            "'+* (***) ***-****': 7"
        );
        assert_eq!(
            mask_numbers("2022-13-45, 0 to 100."),
            "2022-13-45, 0 to 100."
        );
        assert_eq!(mask_numbers("٠٤٩١٥٧٠٠٠٦"), "**********");
    }

    #[test]
    fn control_characters_are_shown_as_replaced() {
        assert_eq!(printable("a\u{1b}]0;x\u{7}"), "a\u{fffd}]0;x\u{fffd}");
    }
}
