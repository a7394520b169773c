//! `completions`: what a shell needs to complete command lines, from the definitions of the flags.

use clap::CommandFactory as _;

use super::args::{Cli, Completions};
use super::exit::Exit;
use super::output::Output;
use super::settings::Settings;

pub(crate) fn run(args: &Completions, settings: &Settings) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "leakline", &mut script);
    Output::choose(None, settings.quiet())?.write(&script)?;
    Ok(Exit::Clean)
}
