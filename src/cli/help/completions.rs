//! `completions`: what a shell runs to complete command lines.
//!
//! The script of a shell asks the program itself at each TAB, with [`VARIABLE`] set to the shell's
//! name, so that the sources of the index at hand are proposed too. [`answer_shell`] answers.

use std::path::PathBuf;

use clap::{Command, CommandFactory as _};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::{CompleteEnv, Shells};
use leakline::index::Index;
use leakline::printable::printable;

use super::man;
use crate::cli::args::{Cli, Completions};
use crate::cli::folders;
use crate::cli::settings::Settings;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::output::Output;

/// Set by the scripts of the shells, and by nothing else.
const VARIABLE: &str = "LEAKLINE_COMPLETE";

/// A file of `$fpath` is the body of the function that completes. Without these lines, the first
/// TAB would define the function and propose nothing.
const ZSH_AUTOLOAD: &[u8] = b"\
if [[ $funcstack[1] == _leakline ]]; then
    _clap_dynamic_completer_leakline \"$@\"
fi
";

pub(crate) fn run(args: &Completions, settings: &Settings) -> anyhow::Result<Exit> {
    let shells = Shells::builtins();
    let shell = args.shell.to_string();
    let shell = shells
        .completer(&shell)
        .ok_or_else(|| failure("no script is known for this shell", "use bash, zsh or fish"))?;
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, "leakline", "leakline", "leakline", &mut script)?;
    if args.shell == clap_complete::Shell::Zsh {
        script.extend_from_slice(ZSH_AUTOLOAD);
    }
    Output::choose(None, settings)?.write(&script)?;
    Ok(Exit::Clean)
}

/// Answers the script of a shell, if it is one that runs the program.
pub(crate) fn answer_shell() -> Option<Exit> {
    std::env::var_os(VARIABLE)?;
    let folder = std::env::current_dir().ok();
    let completion = CompleteEnv::with_factory(|| with_candidates(Cli::command())).var(VARIABLE);
    match completion.try_complete(std::env::args_os(), folder.as_deref()) {
        Ok(false) => None,
        Ok(true) => Some(Exit::Clean),
        // The user sees a prompt, where a message would be in the way.
        Err(_) => Some(Exit::Undecided),
    }
}

/// The command with proposals for sources and for manual pages.
fn with_candidates(command: Command) -> Command {
    // They look at the whole command line and at all commands, so the flags cannot bring them.
    let command = command.mut_args(|arg| match arg.get_id().as_str() {
        "source" | "sources" => arg.add(sources()),
        "page" => arg.add(pages()),
        _ => arg,
    });
    command.mut_subcommands(with_candidates)
}

/// The sources of the index that the command line at hand names.
fn sources() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let index = index_at_hand().and_then(|path| Index::open(&path, None).ok());
        let segments = index.map(Index::into_segments).unwrap_or_default();
        let candidate = |meta: &leakline::index::SourceSummary| {
            let title = meta
                .title
                .as_deref()
                .map(|title| printable(title).into_owned());
            CompletionCandidate::new(meta.source.as_str()).help(title.map(Into::into))
        };
        segments
            .iter()
            .map(|segment| candidate(segment.meta()))
            .collect()
    })
}

fn index_at_hand() -> Option<PathBuf> {
    // `leakline -- leakline check --source`: the words of the user follow the first `--`.
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    let matches = Cli::command()
        .ignore_errors(true)
        .try_get_matches_from(words);
    let named = matches.ok().and_then(|matches| {
        let (_, subcommand) = matches.subcommand()?;
        subcommand.get_one::<PathBuf>("index").cloned()
    });
    named.or_else(folders::default_index)
}

/// The pages that `man` prints.
fn pages() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let names = man::page_names().into_iter();
        names.map(CompletionCandidate::new).collect()
    })
}
