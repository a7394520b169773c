//! The command line: flags to settings, one file a subcommand, one place for errors and exit codes.

mod answering;
mod args;
mod baseline;
mod check;
mod claimed;
mod clock;
mod completions;
mod cores;
mod exit;
mod extract;
mod failure;
mod forget;
mod help;
mod in_memory;
mod inputs;
mod interrupt;
mod keygen;
mod keys;
mod lists;
mod load;
mod load_outcome;
mod locks;
mod man;
mod merge;
mod output;
mod overlap;
mod progress;
mod rejects;
mod reports;
mod rewriting;
mod settings;
mod sources;
mod stats;
mod values;
mod verify;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command};
use settings::Settings;

/// Runs the command line and says how it ended.
pub(crate) fn run() -> ExitCode {
    cores::forbid();
    settings::choose_color(clap::ColorChoice::Auto);
    let Cli { global, command } = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return failure::usage(&error).into(),
    };
    let settings = match Settings::new(global) {
        Ok(settings) => settings,
        Err(error) => return failure::report(&error).into(),
    };
    interrupt::install();
    let outcome = match command {
        Command::Keygen(args) => keygen::run(&args, &settings),
        Command::Load(args) => load::run(&args, &settings),
        Command::Check(args) => check::run(&args, &settings),
        Command::Stats(args) => stats::run(&args, &settings),
        Command::Overlap(args) => overlap::run(&args, &settings),
        Command::Sources(args) => sources::run(&args, &settings),
        Command::Merge(args) => merge::run(&args, &settings),
        Command::Forget(args) => forget::run(&args, &settings),
        Command::Verify(args) => verify::run(&args, &settings),
        Command::Extract(args) => extract::run(&args, &settings),
        Command::Completions(args) => completions::run(&args, &settings),
        Command::Man(args) => man::run(&args, &settings),
    };
    outcome
        .unwrap_or_else(|error| failure::report(&error))
        .into()
}
