//! `man`: manual pages, from the definitions of the flags.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::builder::PossibleValue;
use clap::{Arg, Command, CommandFactory as _};
use clap_mangen::roff::{Inline, Roff, bold, roman};
use leakline::phone::METADATA_DATE;
use leakline::printable::shown;

use super::texts::{self, CommandTexts, EXIT_CODES, FILES, VARIABLES};
use crate::cli::args::{Cli, Man};
use crate::cli::settings::Settings;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::output::{self, Output};

const SOURCE: &str = concat!("leakline ", env!("CARGO_PKG_VERSION"));
const MANUAL: &str = "Leakline Manual";

/// Commands are copied from a page: no hyphens within words, no wider spaces.
const UNBROKEN_WORDS: &[u8] = b".nh\n.ad l\n";

pub(crate) fn run(args: &Man, settings: &Settings) -> anyhow::Result<Exit> {
    let mut command = without_help(Cli::command());
    command.build();
    if let Some(folder) = &args.folder {
        return write_pages(&command, folder, settings);
    }
    let found = match &args.page {
        None => &command,
        Some(name) => find(&command, name).ok_or_else(|| {
            failure(
                "there is no such command",
                "`leakline --help` lists the commands; one below another is named as in sources-list",
            )
        })?,
    };
    Output::choose(None, settings)?.write(page(found)?.as_bytes())?;
    Ok(Exit::Clean)
}

/// The names of all pages but the first, as `leakline man NAME` takes them.
pub(crate) fn page_names() -> Vec<String> {
    let mut command = without_help(Cli::command());
    command.build();
    let names = with_subcommands(&command);
    let names = names.iter().map(|command| title(command).to_owned());
    let names = names.filter_map(|name| Some(name.strip_prefix("leakline-")?.to_owned()));
    names.collect()
}

/// All pages, each in a file of its own.
fn write_pages(command: &Command, folder: &Path, settings: &Settings) -> anyhow::Result<Exit> {
    let commands = with_subcommands(command);
    let paths: Vec<PathBuf> = commands
        .iter()
        .map(|command| folder.join(file_name(command)))
        .collect();
    let index = output::files_of_index(&settings.index()?);
    let read = index.iter().map(PathBuf::as_path);
    output::refuse_overwriting(paths.iter().map(PathBuf::as_path), read, settings)?;
    let mut pages = commands.into_iter().zip(&paths);
    std::fs::create_dir_all(folder)
        .and_then(|()| pages.try_for_each(|(command, path)| std::fs::write(path, page(command)?)))
        .with_context(|| format!("{}: the manual cannot be written there", shown(&folder)))?;
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

/// A command and all that are below it.
fn with_subcommands(command: &Command) -> Vec<&Command> {
    let below = command.get_subcommands().flat_map(with_subcommands);
    std::iter::once(command).chain(below).collect()
}

/// `leakline-sources-list`.
fn title(command: &Command) -> &str {
    command.get_display_name().unwrap_or("leakline")
}

fn file_name(command: &Command) -> String {
    format!("{}.1", title(command))
}

fn page(command: &Command) -> io::Result<String> {
    let texts = texts::of(title(command));
    // The texts below the options in help have sections of their own here, and `--version`
    // belongs to the first page.
    let command = command.clone().after_help("").after_long_help("");
    let mut command = command.mut_args(with_values_in_a_line);
    let has_subcommands = command.has_subcommands();
    let name = title(&command).to_owned();
    let synopsis = synopsis(&mut command);
    let man = clap_mangen::Man::new(command)
        .title(name.to_uppercase())
        .date(option_env!("LEAKLINE_DATE").unwrap_or(METADATA_DATE))
        .source(SOURCE)
        .manual(MANUAL);
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    page.extend_from_slice(UNBROKEN_WORDS);
    man.render_name_section(&mut page)?;
    synopsis.to_writer(&mut page)?;
    man.render_description_section(&mut page)?;
    answers(texts).to_writer(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_subcommands {
        man.render_subcommands_section(&mut page)?;
    }
    pairs("EXIT STATUS", &EXIT_CODES).to_writer(&mut page)?;
    pairs("ENVIRONMENT", &VARIABLES).to_writer(&mut page)?;
    pairs("FILES", &FILES).to_writer(&mut page)?;
    examples(texts).to_writer(&mut page)?;
    see_also(&name).to_writer(&mut page)?;
    Ok(tidy(&String::from_utf8_lossy(&page)))
}

/// A closed set of values as one line below the help, instead of a list of one value a line.
fn with_values_in_a_line(arg: Arg) -> Arg {
    let values = arg.get_possible_values();
    if values.is_empty() || values.iter().any(|value| value.get_help().is_some()) {
        return arg;
    }
    let shown = values.iter().filter(|value| !value.is_hide_set());
    let names: Vec<&str> = shown.map(PossibleValue::get_name).collect();
    let help = arg.get_long_help().or_else(|| arg.get_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    let help = format!("{help} [possible values: {}]", names.join(", "));
    arg.hide_possible_values(true).long_help(help)
}

/// The usage as help shows it: a line with every flag, which is what `clap_mangen` writes, is no
/// help where there are fifty.
fn synopsis(command: &mut Command) -> Roff {
    let usage = command.render_usage().to_string();
    let name = command.get_bin_name().unwrap_or("leakline");
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    for (index, line) in usage.trim_start_matches("Usage: ").lines().enumerate() {
        if index > 0 {
            roff.control("br", []);
        }
        let line = line.trim_start();
        let rest = line.strip_prefix(name).unwrap_or(line);
        roff.text([bold(name), roman(rest)]);
    }
    roff
}

/// The same page in the style that `mandoc -Tlint` asks for.
fn tidy(page: &str) -> String {
    let mut lines = page.lines();
    // Each part of the page defines the apostrophe anew: the first two lines do.
    let preamble: Vec<&str> = lines.by_ref().take(2).collect();
    let lines: Vec<&str> = lines.filter(|line| !preamble.contains(line)).collect();
    let page = [&preamble[..], &lines].concat().join("\n") + "\n";
    let page = page.replace("\n.br\n\n.br\n", "\n.sp\n");
    let lines = page.lines().map(|line| wrapped(line.trim_end()));
    lines.map(|line| line + "\n").collect()
}

/// A line of text cut after spaces. A backslash at the end of a line continues it.
fn wrapped(line: &str) -> String {
    const WIDTH: usize = 78;
    if line.starts_with('.') || line.len() <= WIDTH {
        return line.to_owned();
    }
    let mut text = String::new();
    let mut width = 0;
    for word in line.split_inclusive(' ') {
        if width > 0 && width + word.len() > WIDTH {
            text.push_str("\\\n");
            width = 0;
        }
        text.push_str(word);
        width += word.len();
    }
    text
}

fn answers(texts: &CommandTexts) -> Roff {
    if texts.answers.is_empty() {
        return Roff::new();
    }
    let mut roff = pairs("ANSWERS", texts.answers);
    roff.control("PP", []);
    roff.text([roman(texts.remark.replace('\n', " "))]);
    roff
}

/// A section of names and their meanings.
fn pairs(heading: &str, pairs: &[(&str, &str)]) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [heading]);
    for (name, meaning) in pairs {
        roff.control("TP", []);
        roff.text([roman(*name)]);
        roff.text([roman(*meaning)]);
    }
    roff
}

fn examples(texts: &CommandTexts) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]);
    for (index, example) in texts.examples.iter().enumerate() {
        if example.purpose.is_empty() {
            // A heading begins a paragraph by itself.
            if index > 0 {
                roff.control("PP", []);
            }
            roff.text([bold(example.command)]);
        } else {
            roff.control("TP", []);
            roff.text([bold(example.command)]);
            roff.text([roman(example.purpose)]);
        }
    }
    roff
}

/// The other pages.
fn see_also(name: &str) -> Roff {
    let mut names: Vec<String> = page_names();
    names.retain(|other| format!("leakline-{other}") != name);
    let mut pages: Vec<String> = names
        .iter()
        .map(|other| format!("leakline-{other}"))
        .collect();
    if name != "leakline" {
        pages.insert(0, "leakline".to_owned());
    }
    let mut words: Vec<Inline> = Vec::new();
    for (index, page) in pages.iter().enumerate() {
        if index > 0 {
            words.push(roman(", "));
        }
        words.push(bold(page.as_str()));
        words.push(roman("(1)"));
    }
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    roff.text(words);
    roff
}
