//! `keygen`: a new key file, and its public id on stdout.

use leakline::key::Key;
use leakline::printable::shown;

use crate::cli::args::Keygen;
use crate::cli::settings::Settings;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::output::Output;

pub(crate) fn run(args: &Keygen, settings: &Settings) -> anyhow::Result<Exit> {
    if let Some(path) = &args.id {
        return print_id(&Key::open(path)?, settings);
    }
    let path = match &args.path {
        Some(path) => path.clone(),
        None => settings.key_file()?,
    };
    let key = Key::create(&path)?;
    settings.write_if_verbose(&format!("key written to {}", shown(&path)));
    print_id(&key, settings)
}

fn print_id(key: &Key, settings: &Settings) -> anyhow::Result<Exit> {
    Output::choose(None, settings)?.write(format!("{}\n", key.id()).as_bytes())?;
    Ok(Exit::Clean)
}
