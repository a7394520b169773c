//! Which key a command works with, and `keygen`, which makes one.

mod command;
pub(crate) mod keygen;

use std::path::Path;

use leakline::index;
use leakline::key::{Key, KeyError};
use leakline::printable::{mask_numbers, shown};
use zeroize::Zeroizing;

use crate::cli::settings::Settings;
use crate::cli::terminal::failure::failure;

/// The key that was given, or the default one.
pub(crate) fn open(settings: &Settings) -> anyhow::Result<Key> {
    if let Some(key) = from_environment(settings)? {
        return Ok(key);
    }
    if let Some(command) = settings.key_command() {
        return command::run(command);
    }
    if let Some(number) = settings.key_fd() {
        return of_descriptor(number);
    }
    let path = settings.key_file()?;
    if path.to_str().is_some_and(is_key) {
        return Err(failure(
            "--key-file wants the path of a file, not the key itself",
            "put the key into a file that only you may read; this key is now in the shell's history",
        ));
    }
    if settings.given_key_file().is_none() && !path.exists() {
        return Err(failure(
            format!("there is no key: {} does not exist", shown(&path)),
            "give the key that the index was made under with --key-file, --key-env, --key-fd or --key-command",
        ));
    }
    Key::open(&path).map_err(anyhow::Error::from)
}

fn of_descriptor(number: u16) -> anyhow::Result<Key> {
    match Key::open(Path::new(&format!("/dev/fd/{number}"))) {
        Err(KeyError::Missing { .. }) => Err(failure(
            format!("--key-fd: file descriptor {number} is not open"),
            &format!("open it on the key file, as in `--key-fd {number} {number}<KEYFILE`"),
        )),
        key => Ok(key?),
    }
}

/// The key for a load: the first load into an index that holds nothing makes the default key.
pub(crate) fn open_or_make(settings: &Settings, index: &Path) -> anyhow::Result<Key> {
    let default = settings.key_file()?;
    let holds_nothing = index::holds_nothing(index)?;
    if holds_nothing && settings.given_key_file().is_some() && !default.exists() {
        return Err(failure(
            format!("{}: no key file there", shown(&default)),
            &format!("make it with `leakline keygen {}` first", shown(&default)),
        ));
    }
    if is_given(settings) || default.exists() || !holds_nothing {
        return open(settings);
    }
    let key = match Key::create(&default) {
        // Another first load was faster: its key is whole.
        Err(KeyError::Exists { .. }) => return open(settings),
        created => created?,
    };
    settings.write_line(&format!(
        "made a new key, id {}, in {}",
        key.id(),
        shown(&default)
    ));
    settings
        .write_line("keep a copy of it apart from the index: without it the index is worthless");
    Ok(key)
}

/// The key that was given or the default one, or none if nothing was given and there is no default.
pub(crate) fn open_if_any(settings: &Settings) -> anyhow::Result<Option<Key>> {
    if !is_given(settings) && !settings.key_file().is_ok_and(|path| path.exists()) {
        return Ok(None);
    }
    open(settings).map(Some)
}

/// The key that was given to a command that needs none: the index must be of it all the same.
pub(crate) fn open_if_given(settings: &Settings) -> anyhow::Result<Option<Key>> {
    if !is_given(settings) {
        return Ok(None);
    }
    open(settings).map(Some)
}

fn is_given(settings: &Settings) -> bool {
    settings.key_env().is_some()
        || settings.key_fd().is_some()
        || settings.key_command().is_some()
        || settings.given_key_file().is_some()
}

fn from_environment(settings: &Settings) -> anyhow::Result<Option<Key>> {
    let Some(name) = settings.key_env() else {
        return Ok(None);
    };
    if is_key(name) {
        return Err(failure(
            "--key-env wants the name of a variable, not the key itself",
            "put the key into an environment variable and give its name; this key is now in the shell's history",
        ));
    }
    // As in `NAME=KEY`: a value that is no name may be the key, so it is not repeated.
    if name.is_empty() || name.contains(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        return Err(failure(
            "--key-env wants the name of a variable: letters, digits and _",
            "set the variable to the key as 64 hex digits before, and give its name alone",
        ));
    }
    let text = std::env::var(name).map(Zeroizing::new).map_err(|_| {
        failure(
            format!(
                "the environment variable {} is not set, or is not text",
                mask_numbers(name)
            ),
            "set it to the key as 64 hex digits, or give --key-file",
        )
    })?;
    if text.trim().is_empty() {
        return Err(failure(
            format!("the environment variable {} is empty", mask_numbers(name)),
            "set it to the key as 64 hex digits; CI services give no secrets to a pull request from a fork",
        ));
    }
    let key = Key::from_hex(&text).map_err(anyhow::Error::from);
    key.map(Some)
        .map_err(|error| error.context(format!("environment variable {}", mask_numbers(name))))
}

fn is_key(text: &str) -> bool {
    text.len() == 2 * Key::LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
