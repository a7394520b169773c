//! A `check` whose command is defined alone, against all commands.

use std::ffi::OsString;

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};

use super::{Cli, check_alone};

fn flags(matches: &ArgMatches) -> String {
    format!("{:?}", Cli::from_arg_matches(matches).unwrap())
}

#[test]
fn a_check_is_read_alone_as_it_is_among_all_commands() {
    for (line, is_alone) in [
        ("leakline check +12125550100", true),
        ("leakline query -q +12125550100 --index check", true),
        (
            "leakline -v --index sources check -v --threads 3 -i a -i b --summary",
            true,
        ),
        ("leakline check --key-env A --key-file B -- -1", true),
        ("leakline --index check check", true),
        ("leakline --index check load check", false),
        ("leakline load --source check check", false),
        ("leakline sources remove check", false),
    ] {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let all = Cli::command().try_get_matches_from(&words).unwrap();
        let alone = check_alone(&words);
        assert_eq!(alone.is_some(), is_alone, "{line}");
        let alone = alone.as_ref().unwrap_or(&all);
        assert_eq!(flags(alone), flags(&all), "{line}");
        let source = |matches: &ArgMatches| matches.value_source("key_file");
        assert_eq!(source(alone), source(&all), "{line}");
    }
    for line in [
        "leakline check --help",
        "leakline help check",
        "leakline check -x",
        "leakline x check",
    ] {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        assert!(check_alone(&words).is_none(), "{line}");
    }
}
