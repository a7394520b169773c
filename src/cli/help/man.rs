//! `man`: manual pages, from the definitions of the flags.

use anyhow::Context as _;
use clap::{Command, CommandFactory as _};

use leakline::printable::shown;

use crate::cli::args::{Cli, Man};
use crate::cli::settings::Settings;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::output::Output;

pub(crate) fn run(args: &Man, settings: &Settings) -> anyhow::Result<Exit> {
    let mut command = without_help(Cli::command());
    command.build();
    if let Some(folder) = &args.folder {
        let name = shown(&folder);
        std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(command, folder))
            .with_context(|| format!("{name}: the manual cannot be written there"))?;
        return Ok(Exit::Clean);
    }
    let page = match &args.page {
        None => command,
        Some(name) => {
            let found = find(&command, name).ok_or_else(|| {
                failure(
                    "there is no such command",
                    "`leakline --help` lists the commands; one below another is named as in sources-list",
                )
            })?;
            // The page is called as its file is.
            let title = found.get_display_name().unwrap_or("leakline").to_owned();
            found.clone().display_name(title)
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    Output::choose(None, settings)?.write(&text)?;
    Ok(Exit::Clean)
}

/// `help` and its likeness of every command are in the way of the pages that say something.
fn without_help(command: Command) -> Command {
    command
        .disable_help_subcommand(true)
        .mut_subcommands(without_help)
}

/// `check`, or `sources-list` for a command below another.
fn find<'a>(command: &'a Command, name: &str) -> Option<&'a Command> {
    let below = || {
        let (outer, inner) = name.split_once('-')?;
        find(command.find_subcommand(outer)?, inner)
    };
    command.find_subcommand(name).or_else(below)
}
