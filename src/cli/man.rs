//! `man`: manual pages, from the definitions of the flags.

use anyhow::Context as _;
use clap::CommandFactory as _;

use super::args::{Cli, Man};
use super::exit::Exit;
use super::failure::failure;
use super::output::Output;

pub(crate) fn run(args: &Man) -> anyhow::Result<Exit> {
    let mut command = Cli::command();
    command.build();
    if let Some(folder) = &args.folder {
        let name = folder.display();
        std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(command, folder))
            .with_context(|| format!("{name}: the manual cannot be written there"))?;
        return Ok(Exit::Clean);
    }
    let page = match &args.page {
        None => command,
        Some(name) => {
            let found = command.find_subcommand(name).ok_or_else(|| {
                failure(
                    "there is no such command",
                    "`leakline --help` lists the commands",
                )
            })?;
            // The page is called as its file is.
            let title = format!("leakline-{}", found.get_name());
            found.clone().display_name(title)
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    Output::stdout().write(&text)?;
    Ok(Exit::Clean)
}
