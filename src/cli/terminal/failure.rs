//! Errors on stderr: a line with the error, then a line with advice. Never the content of a row.

use std::io;

use anyhow::Error;
use clap::error::{ContextKind, ContextValue};
use leakline::printable::{mask_numbers, printable};
use leakline::report::RunOutcome;

use crate::cli::advice::{Advised, advice};
use crate::cli::terminal::exit::{Exit, PipeClosed};
use crate::cli::terminal::interrupt::{self, ChangeOutcome};
use crate::cli::terminal::message::{print, write_detail, write_line};

/// The most values that a message lists.
const MOST_VALUES: usize = 20;

/// An error of one sentence with its advice.
pub(crate) fn failure(message: impl Into<String>, advice: &str) -> Error {
    Advised::new(message.into(), advice.to_owned()).into()
}

/// An error with lines of detail between its message and its advice.
pub(crate) fn detailed_failure(message: String, details: Vec<String>, advice: &str) -> Error {
    Advised::new(message, advice.to_owned())
        .with_details(details)
        .into()
}

/// Prints an error and says how the run ended.
pub(crate) fn report(error: &Error) -> Exit {
    let exit = exit_of(error);
    let outcome = interrupt::outcome();
    match exit {
        Exit::PipeClosed => return exit,
        Exit::Interrupted => {
            interrupt::say_interrupted();
            return exit;
        }
        _ => {}
    }
    write_line(&in_full(error));
    let details = error.chain().find_map(|cause| cause.downcast_ref());
    details
        .map_or(&[][..], Advised::details)
        .iter()
        .for_each(|line| write_detail(line));
    if outcome == ChangeOutcome::Stored {
        write_detail("the change of the index is stored all the same");
    }
    if let Some(advice) = advice(error) {
        write_detail(&advice);
    }
    exit
}

/// How a change of an index ends after its commit: as `exit` says, unless the user has asked for
/// the end meanwhile. Then that is said, and that the change is stored.
pub(crate) fn end_of_change(exit: Exit, reason: Option<String>) -> (Exit, Option<String>) {
    if !interrupt::was_asked_for() {
        return (exit, reason);
    }
    interrupt::say_interrupted();
    (
        Exit::Interrupted,
        Some(interrupt::in_words(interrupt::outcome()).to_owned()),
    )
}

/// The exit code of a run that ends with `error`.
fn exit_of(error: &Error) -> Exit {
    if error.is::<PipeClosed>() {
        Exit::PipeClosed
    } else if interrupt::was_asked_for() && interrupt::outcome() != ChangeOutcome::Unknown {
        Exit::Interrupted
    } else {
        Exit::Undecided
    }
}

/// The outcome that reports state if the run ends with `error`.
pub(crate) fn outcome_of(error: &Error) -> RunOutcome {
    let exit = exit_of(error);
    let reason = match exit {
        Exit::Interrupted => "interrupted".to_owned(),
        _ => in_full(error),
    };
    exit.outcome(Some(reason))
}

/// The error and its causes on one line.
pub(crate) fn in_full(error: &Error) -> String {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    causes.join(": ")
}

/// Prints clap's message for a wrong command line, or the help or version that was asked for.
pub(crate) fn usage(mut error: clap::Error) -> Exit {
    mask_typed(&mut error);
    if error.use_stderr() {
        let message = mask_numbers(&error.render().ansi().to_string());
        // Parsers of values quote the typed text in messages of their own.
        let message = message.replace("##[", "#\u{fffd}[");
        print(&message.replacen("error:", "leakline:", 1));
        return Exit::Undecided;
    }
    match error.print() {
        Err(closed) if closed.kind() == io::ErrorKind::BrokenPipe => Exit::PipeClosed,
        Err(error) => report(&Error::new(error).context("stdout: cannot be written")),
        Ok(()) => Exit::Clean,
    }
}

/// Masks the typed text: it may be a number in the wrong place, or hold control characters.
fn mask_typed(error: &mut clap::Error) {
    let shown = |text: &String| mask_numbers(&printable(text));
    let typed: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| {
            let value = match value {
                ContextValue::String(text) => ContextValue::String(shown(text)),
                // Some 250 countries hide the line that says what is wrong.
                ContextValue::Strings(texts) if texts.len() > MOST_VALUES => {
                    ContextValue::Strings(Vec::new())
                }
                ContextValue::Strings(texts) => {
                    ContextValue::Strings(texts.iter().map(shown).collect())
                }
                _ => return None,
            };
            Some((kind, value))
        })
        .collect();
    for (kind, value) in typed {
        error.insert(kind, value);
    }
}
