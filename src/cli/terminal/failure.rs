//! Errors as users see them: what is wrong, then what to do about it. Never the content of a row.

use std::io;

use anyhow::Error;
use leakline::printable::printable;
use leakline::report::RunOutcome;

use crate::cli::advice::{Advised, advice};
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::interrupt::{self, Outcome};
use crate::cli::terminal::output::PipeClosed;

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
            write_line(match outcome {
                Outcome::Stored => "interrupted: the change of the index is stored",
                _ => "interrupted: the index is as it was",
            });
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
    if outcome == Outcome::Stored {
        write_detail("the change of the index is stored all the same");
    }
    if let Some(advice) = advice(error) {
        write_detail(&advice);
    }
    exit
}

/// How a run ends that ends with `error`.
fn exit_of(error: &Error) -> Exit {
    if error.is::<PipeClosed>() {
        Exit::PipeClosed
    } else if interrupt::was_asked_for() && interrupt::outcome() != Outcome::Unknown {
        Exit::Interrupted
    } else {
        Exit::Undecided
    }
}

/// The outcome that reports of a run state that ends with `error`.
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
}
