//! Examples, exit codes, variables and files, for help texts and manual pages alike.

use std::fmt::Write as _;

/// The exit codes and their meanings.
pub(crate) const EXIT_CODES: [(&str, &str); 5] = [
    ("0", "done, and nothing is exposed"),
    ("1", "done, and at least one contact is exposed (check)"),
    (
        "2",
        "could not be done or decided; the message on stderr says what to do",
    ),
    ("130", "interrupted"),
    ("141", "the reader of stdout went away"),
];

/// The variables that the program reads.
pub(crate) const VARIABLES: [(&str, &str); 8] = [
    ("LEAKLINE_INDEX", "the index, if --index is not given"),
    (
        "LEAKLINE_KEY_FILE",
        "the file of the key, if no option names a key",
    ),
    (
        "XDG_DATA_HOME",
        "where the default index is; ~/.local/share if it is not set",
    ),
    (
        "XDG_CONFIG_HOME",
        "where the default key is; ~/.config if it is not set",
    ),
    (
        "NO_COLOR, CLICOLOR_FORCE, TERM",
        "whether output is coloured, if --color does not say",
    ),
    (
        "TMPDIR",
        "where load, and check of a long list, write a temporary file",
    ),
    (
        "SOURCE_DATE_EPOCH",
        "the time of loading that a source is given, in seconds, so that two loads give the same bytes",
    ),
    (
        "GITHUB_STEP_SUMMARY",
        "the file to which check --format github adds its counts",
    ),
];

/// The files that the program uses by itself.
pub(crate) const FILES: [(&str, &str); 2] = [
    ("$XDG_DATA_HOME/leakline", "the default index, a folder"),
    (
        "$XDG_CONFIG_HOME/leakline/key",
        "the default key; without it the index is worthless",
    ),
];

/// A command line, and its purpose.
pub(crate) struct Example {
    pub(crate) command: &'static str,
    pub(crate) purpose: &'static str,
}

/// The texts below the options of a command.
pub(crate) struct CommandTexts {
    /// Words that the command answers with, and their meanings.
    pub(crate) answers: &'static [(&'static str, &'static str)],
    /// A paragraph on what the answers do not say.
    pub(crate) remark: &'static str,
    pub(crate) examples: &'static [Example],
}

const fn example(command: &'static str, purpose: &'static str) -> Example {
    Example { command, purpose }
}

const fn of_examples(examples: &'static [Example]) -> CommandTexts {
    CommandTexts {
        answers: &[],
        remark: "",
        examples,
    }
}

impl CommandTexts {
    /// The end of `--help`.
    pub(crate) fn long_help(&self) -> String {
        let mut text = String::new();
        if !self.answers.is_empty() {
            write_pairs("Answers:", self.answers, &mut text);
            writeln!(text, "\n{}\n", self.remark).expect("writing to memory does not fail");
        }
        let examples: Vec<(&str, &str)> = (self.examples.iter())
            .map(|example| (example.command, example.purpose))
            .collect();
        write_pairs("Examples:", &examples, &mut text);
        text.push('\n');
        text + &exit_codes()
    }
}

/// The end of `-h`.
pub(crate) fn exit_codes() -> String {
    let mut text = String::new();
    write_pairs("Exit codes:", &EXIT_CODES, &mut text);
    text.trim_end().to_owned()
}

/// Two columns under a heading.
fn write_pairs(heading: &str, pairs: &[(&str, &str)], text: &mut String) {
    let explained = pairs.iter().filter(|(_, meaning)| !meaning.is_empty());
    let width = explained.map(|(name, _)| name.len()).max().unwrap_or(0);
    text.push_str(heading);
    for (name, meaning) in pairs {
        let line = format!("\n  {name:width$}  {meaning}");
        text.push_str(line.trim_end());
    }
    text.push('\n');
}

/// The texts of the command whose page or help is called `name`.
pub(crate) fn of(name: &str) -> &'static CommandTexts {
    match name.split('-').nth(1).unwrap_or_default() {
        "keygen" => &KEYGEN,
        "load" => &LOAD,
        "check" => &CHECK,
        "stats" => &STATS,
        "overlap" => &OVERLAP,
        "sources" => &SOURCES,
        "merge" => &MERGE,
        "forget" => &FORGET,
        "verify" => &VERIFY,
        "extract" => &EXTRACT,
        "completions" => &COMPLETIONS,
        "man" => &MAN,
        "version" => &VERSION,
        _ => &LEAKLINE,
    }
}

pub(crate) const LEAKLINE: CommandTexts = of_examples(&[
    example(
        "leakline load --source forum-2021 --date 2021 dumps/",
        "load a dump into the index",
    ),
    example(
        "leakline check -i contacts.csv",
        "check a list against the index",
    ),
    example("leakline stats --top 10", "count exposure by country"),
]);

pub(crate) const KEYGEN: CommandTexts = of_examples(&[
    example(
        "leakline keygen",
        "the default key, that commands use by themselves",
    ),
    example(
        "leakline keygen team.key",
        "another one, to be given with --key-file team.key",
    ),
]);

pub(crate) const LOAD: CommandTexts = of_examples(&[
    example(
        "leakline load --source forum-2021 --date 2021 --status verified forum.csv",
        "",
    ),
    example(
        "leakline load --dry-run --rejects rejects.tsv Egypt.txt",
        "see what would be read",
    ),
    example(
        "zcat dump.gz | leakline load --source dump --country EG -",
        "from a pipe",
    ),
]);

pub(crate) const CHECK: CommandTexts = CommandTexts {
    answers: &[
        ("exposed", "the number is in at least one source"),
        (
            "not-found",
            "a source covers the number's country, and none holds the number",
        ),
        (
            "not-covered",
            "no source holds any number of this country: leakline cannot tell",
        ),
        ("invalid", "not a phone number; the reason is given"),
    ],
    remark: "\
A source is a file that somebody named after a breach. Its status says how far the breach is
established: alleged (somebody says so), verified, disputed, or fabricated. An exposed number was in
that file; that does not show that a service was breached.",
    examples: &[
        example(
            "leakline check -i -",
            "numbers from stdin: none in the shell's history",
        ),
        example("leakline check -i contacts.csv --country EG --explain", ""),
        example(
            "leakline check --format csv -i contacts.csv > annotated.csv",
            "",
        ),
        example(
            "tail -f calls.log | leakline check --line-buffered --only exposed",
            "",
        ),
        example(
            "leakline check --dump dumps/ -i contacts.csv",
            "against a dump, with no index",
        ),
        example(
            "leakline check -i contacts.csv --max-invalid 5 --report sarif=leakline.sarif",
            "",
        ),
        example(
            "leakline check -i list.csv --baseline known.json --update-baseline --baseline-reason 'told them'",
            "",
        ),
    ],
};

pub(crate) const STATS: CommandTexts = of_examples(&[
    example("leakline stats --top 10", ""),
    example("leakline stats --by source --format csv -o sources.csv", ""),
    example("leakline stats --format html -o exposure.html", ""),
]);

pub(crate) const OVERLAP: CommandTexts = of_examples(&[
    example(
        "leakline overlap facebook-2021 whatsapp-2022",
        "is the new leak the old one, sold again?",
    ),
    example(
        "leakline overlap facebook-2021 whatsapp-2022 --format json | jq .jaccard",
        "",
    ),
]);

pub(crate) const SOURCES: CommandTexts = of_examples(&[
    example("leakline sources --json", ""),
    example("leakline sources remove forum-2021", ""),
]);

pub(crate) const MERGE: CommandTexts = of_examples(&[
    example(
        "leakline merge part-1 part-2 part-3",
        "one index of what three machines loaded",
    ),
    example("leakline merge ../colleague/forum-2021.segment", ""),
]);

pub(crate) const FORGET: CommandTexts = of_examples(&[
    example(
        "leakline forget -i -",
        "numbers from stdin: none in the shell's history",
    ),
    example("leakline forget -i erasure-requests.csv --country EG", ""),
]);

pub(crate) const VERIFY: CommandTexts =
    of_examples(&[example("leakline verify --index /mnt/backup/leakline", "")]);

pub(crate) const EXTRACT: CommandTexts = of_examples(&[
    example(
        "leakline extract --country EG --country IT ci-index",
        "for a runner that checks these countries",
    ),
    example("leakline extract --source forum-2021 ci-index", ""),
]);

pub(crate) const COMPLETIONS: CommandTexts = of_examples(&[
    example(
        "leakline completions bash > ~/.local/share/bash-completion/completions/leakline",
        "",
    ),
    example(
        "echo 'source <(leakline completions zsh)' >> ~/.zshrc",
        "below the line with compinit",
    ),
    example(
        "leakline completions fish > ~/.config/fish/completions/leakline.fish",
        "",
    ),
    example("leakline completions powershell >> $PROFILE", ""),
]);

pub(crate) const MAN: CommandTexts = of_examples(&[
    example("leakline man check | man -l -", ""),
    example("leakline man --folder ~/.local/share/man/man1", ""),
]);

pub(crate) const VERSION: CommandTexts = of_examples(&[example("leakline version --json", "")]);
