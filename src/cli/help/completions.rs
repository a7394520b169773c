//! `completions`: what a shell needs to complete command lines, from the definitions of the flags.

use clap::CommandFactory as _;

use crate::cli::args::{Cli, Completions};
use crate::cli::settings::Settings;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::output::Output;

pub(crate) fn run(args: &Completions, settings: &Settings) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "leakline", &mut script);
    Output::choose(None, settings)?.write(&script)?;
    Ok(Exit::Clean)
}
