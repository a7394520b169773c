//! `--key-command`: a program that prints the key, such as the client of a password store.
//!
//! No shell sees the command: its words are split as a shell splits them, and nothing in them is
//! expanded. No message repeats them, since somebody may have put a secret there.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use leakline::key::Key;

use crate::cli::terminal::failure::failure;

const FLAG: &str = "--key-command";

/// Runs the command and reads the key from its stdout. The key's memory is bounded and wiped.
pub(super) fn run(command: &str) -> anyhow::Result<Key> {
    let words = shlex::split(command).unwrap_or_default();
    let Some((program, arguments)) = words.split_first() else {
        return Err(failure(
            format!("{FLAG}: the command is empty, or a quote in it is not closed"),
            "give a program and its arguments, as in --key-command 'pass show leakline'",
        ));
    };
    let mut child = Command::new(program)
        .args(arguments)
        // Stdin may be a contact list.
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| {
            failure(
                format!("{FLAG}: the program cannot be run: {error}"),
                "check its name, and that it is in a folder of PATH",
            )
        })?;
    let mut stdout = child.stdout.take().context("its stdout is a pipe")?;
    let key = Key::read(&mut stdout, Path::new(FLAG));
    // A program that has more to say is not waited for.
    drop(stdout);
    let status = child
        .wait()
        .with_context(|| format!("{FLAG}: the program was lost"))?;
    match key {
        // One that printed too much is ended by its closed pipe: its output is the error.
        Err(_) if !status.success() && status.code().is_some() => Err(failure(
            format!("{FLAG}: the program failed: {status}"),
            "run it by itself to see why; it must print the key as 64 hex digits and end with 0",
        )),
        Ok(_) if !status.success() => Err(failure(
            format!("{FLAG}: the program failed: {status}"),
            "run it by itself to see why; it must print the key as 64 hex digits and end with 0",
        )),
        key => Ok(key?),
    }
}
