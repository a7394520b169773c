//! `keygen`: a new key file, and its public id on stdout.

use leakline::key::Key;

use super::args::Keygen;
use super::exit::Exit;
use super::failure::with_advice;
use super::output::Output;
use super::settings::Settings;

pub(crate) fn run(args: &Keygen, settings: &Settings) -> anyhow::Result<Exit> {
    let path = match &args.path {
        Some(path) => path.clone(),
        None => settings.key_file()?,
    };
    let key = Key::create(&path).map_err(with_advice)?;
    settings.write_if_verbose(&format!("key written to {}", path.display()));
    Output::choose(None, settings.quiet())?.write(format!("{}\n", key.id()).as_bytes())?;
    Ok(Exit::Clean)
}
