//! The global options, validated: paths of index and key, verbosity, number of threads.

use std::io::IsTerminal as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::cli::args::Global;
use crate::cli::folders;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::message::write_line;

/// The global options of a run.
pub(crate) struct Settings {
    global: Global,
}

impl Settings {
    /// # Errors
    /// A flag with an empty path: most likely a variable of a script that was never set.
    pub(crate) fn new(mut global: Global) -> anyhow::Result<Settings> {
        choose_color(global.color);
        global.index = place(global.index, "--index", "LEAKLINE_INDEX")?;
        global.key_file = place(global.key_file, "--key-file", "LEAKLINE_KEY_FILE")?;
        Ok(Settings { global })
    }

    /// The index: as given, else in the user's data folder.
    pub(crate) fn index(&self) -> anyhow::Result<PathBuf> {
        match &self.global.index {
            Some(path) => Ok(path.clone()),
            None => folders::default_index().ok_or_else(no_home),
        }
    }

    /// The key file that was asked for.
    pub(crate) fn given_key_file(&self) -> Option<&PathBuf> {
        self.global.key_file.as_ref()
    }

    /// The key file: as given, else in the user's configuration folder.
    pub(crate) fn key_file(&self) -> anyhow::Result<PathBuf> {
        match &self.global.key_file {
            Some(path) => Ok(path.clone()),
            None => folders::default_key().ok_or_else(no_home),
        }
    }

    /// The files that may hold the key: none of them may be written over.
    pub(crate) fn files_of_key(&self) -> Vec<PathBuf> {
        let number = self.key_fd();
        let descriptor = number.map(|number| PathBuf::from(format!("/dev/fd/{number}")));
        self.key_file().into_iter().chain(descriptor).collect()
    }

    /// The name of the environment variable that holds the key.
    pub(crate) fn key_env(&self) -> Option<&str> {
        self.global.key_env.as_deref()
    }

    /// The file descriptor that the key is read from.
    pub(crate) fn key_fd(&self) -> Option<u16> {
        self.global.key_fd
    }

    /// The command that prints the key.
    pub(crate) fn key_command(&self) -> Option<&str> {
        self.global.key_command.as_deref()
    }

    /// Whether somebody may have to give the key first, as at a prompt: it comes from a program or a
    /// pipe.
    pub(crate) fn may_wait_for_key(&self) -> bool {
        let is_file = |path: &PathBuf| path.is_file() || !path.exists();
        self.key_command().is_some()
            || self.key_fd().is_some()
            || (self.key_env().is_none() && !self.key_file().is_ok_and(|path| is_file(&path)))
    }

    /// Worker threads.
    pub(crate) fn threads(&self) -> NonZeroUsize {
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        self.global.threads.unwrap_or_else(cores)
    }

    /// No results on stdout, and nothing on stderr but errors.
    pub(crate) fn quiet(&self) -> bool {
        self.global.quiet
    }

    /// Whether to draw a progress bar.
    pub(crate) fn draws_progress(&self) -> bool {
        !self.global.quiet
            && !self.global.no_progress
            && !terminal_is_dumb()
            && std::io::stderr().is_terminal()
    }

    /// A summary, remark or warning on stderr, unless nothing is wanted there.
    pub(crate) fn write_line(&self, message: &str) {
        if !self.global.quiet {
            write_line(message);
        }
    }

    /// A remark that `-v` asks for.
    pub(crate) fn write_if_verbose(&self, message: &str) {
        if self.is_verbose() {
            self.write_line(message);
        }
    }

    /// A remark that only `-vv` asks for.
    pub(crate) fn write_if_very_verbose(&self, message: &str) {
        if self.global.verbose > 1 {
            self.write_line(message);
        }
    }

    /// Whether `-v` is given.
    pub(crate) fn is_verbose(&self) -> bool {
        self.global.verbose > 0
    }
}

/// The path of a flag or of its variable, which counts as unset if it is empty.
fn place(path: Option<PathBuf>, flag: &str, variable: &str) -> anyhow::Result<Option<PathBuf>> {
    match path {
        Some(path) if path.as_os_str().is_empty() => {
            if std::env::var_os(variable).is_some_and(|value| value.is_empty()) {
                return Ok(None);
            }
            Err(failure(
                format!("{flag} is given no path"),
                &format!("name one, or leave {flag} out for the default"),
            ))
        }
        path => Ok(path),
    }
}

/// Chooses for all streams whether colour is written.
///
/// `auto` is left to anstream, but for a dumb terminal: under `CI` anstream paints there.
pub(crate) fn choose_color(choice: clap::ColorChoice) {
    let is_forced = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty());
    let choice = match choice {
        clap::ColorChoice::Auto if terminal_is_dumb() && !is_forced => anstream::ColorChoice::Never,
        clap::ColorChoice::Auto => anstream::ColorChoice::Auto,
        clap::ColorChoice::Always => anstream::ColorChoice::Always,
        clap::ColorChoice::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

fn terminal_is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

fn no_home() -> anyhow::Error {
    failure(
        "the home folder is not known",
        "give --index and --key-file, or set HOME",
    )
}
