//! The command line: flags to settings, one file a subcommand, one place for errors and exit codes.
//!
//! | room | owns |
//! |---|---|
//! | [`args`] | the flags, as types |
//! | [`settings`] | the global options, validated |
//! | [`folders`] | the default paths of index and key |
//! | [`check`], [`load`], [`sources`], [`counts`], [`key`], [`help`] | the subcommands |
//! | [`inputs`], [`clock`] | what several of them share |
//! | [`advice`] | what to do about each error |
//! | [`terminal`] | results, messages, progress, signals, exit codes |

mod advice;
mod args;
mod check;
mod clock;
mod counts;
mod folders;
mod help;
mod inputs;
mod key;
mod load;
mod settings;
mod sources;
mod terminal;

use std::process::ExitCode;

use args::{Cli, Command};
use counts::{overlap, stats};
use help::{completions, man, version};
use key::keygen;
use settings::Settings;
use sources::{extract, forget, list, merge, verify};
use terminal::{cores, failure, interrupt, signals};

/// Runs the command line and says how it ended.
pub(crate) fn run() -> ExitCode {
    cores::forbid();
    if let Some(exit) = completions::answer_shell() {
        return exit.into();
    }
    settings::choose_color(clap::ColorChoice::Auto);
    let Cli { global, command } = match Cli::of_process() {
        Ok(cli) => cli,
        Err(error) => return failure::usage(error).into(),
    };
    let settings = match Settings::new(global) {
        Ok(settings) => settings,
        Err(error) => return failure::report(&error).into(),
    };
    // A look-up is over before anybody can ask it to end, and a signal that ends it leaves nothing
    // half done. To start a thread would take a tenth of its time.
    let is_brief = matches!(&command, Command::Check(args) if args.is_brief());
    let watched = signals::survive_long_files().and_then(|()| {
        if is_brief && !settings.may_wait_for_key() {
            Ok(())
        } else {
            interrupt::install()
        }
    });
    if let Err(error) = watched {
        let error = anyhow::Error::new(error).context("cannot start a thread for signals");
        return failure::report(&error).into();
    }
    let outcome = match command {
        Command::Keygen(args) => keygen::run(&args, &settings),
        Command::Load(args) => load::run(&args, &settings),
        Command::Check(args) => check::run(&args, &settings),
        Command::Stats(args) => stats::run(&args, &settings),
        Command::Overlap(args) => overlap::run(&args, &settings),
        Command::Sources(args) => list::run(&args, &settings),
        Command::Merge(args) => merge::run(&args, &settings),
        Command::Forget(args) => forget::run(&args, &settings),
        Command::Verify(args) => verify::run(&args, &settings),
        Command::Extract(args) => extract::run(&args, &settings),
        Command::Completions(args) => completions::run(&args, &settings),
        Command::Man(args) => man::run(&args, &settings),
        Command::Version(args) => version::run(&args, &settings),
    };
    outcome
        .unwrap_or_else(|error| failure::report(&error))
        .into()
}
