//! The texts below the options in help and manual pages: examples, and the exit codes
//! everywhere.

macro_rules! exit_codes {
    () => {
        "\
Exit codes:
  0    done, and nothing is exposed
  1    done, and at least one contact is exposed (check)
  2    could not be done or decided; the message on stderr says what to do
  130  interrupted
  141  the reader of stdout went away"
    };
}

macro_rules! examples {
    ($(intro: $intro:literal;)? $($line:literal),+ $(,)?) => {
        concat!($($intro,)? "Examples:\n", $("  ", $line, "\n",)+ "\n", exit_codes!())
    };
}

pub(crate) const EXIT_CODES: &str = exit_codes!();

pub(crate) const LEAKLINE: &str = examples![
    "leakline load --source forum-2021 --date 2021 dumps/   load a dump into the index",
    "leakline check -i contacts.csv                         check a list against it",
    "leakline stats --top 10                                count exposure by country",
];

pub(crate) const KEYGEN: &str = examples![
    "leakline keygen                    the default key, that commands use by themselves",
    "leakline keygen team.key           another one, to be given with --key-file team.key",
];

pub(crate) const LOAD: &str = examples![
    "leakline load --source forum-2021 --date 2021 --status verified forum.csv",
    "leakline load --dry-run --rejects rejects.tsv Egypt.txt     see what would be read",
    "zcat dump.gz | leakline load --source dump --country EG -   from a pipe",
];

pub(crate) const CHECK: &str = examples![
    intro: "\
Answers:
  exposed      the number is in at least one source
  not-found    a source covers the number's country, and none holds the number
  not-covered  no source holds any number of this country: leakline cannot tell
  invalid      not a phone number; the reason is given

A source is a file that somebody named after a breach. Its status says how far the breach is
established: alleged (somebody says so), verified, disputed, or fabricated. An exposed number was in
that file; that does not show that a service was breached.

";

    "leakline check -i -                      numbers typed or piped in, none in the shell's history",
    "leakline check -i contacts.csv --country EG --explain",
    "leakline check --format csv -i contacts.csv > annotated.csv",
    "tail -f calls.log | leakline check --line-buffered --only exposed",
    "leakline check --dump dumps/ -i contacts.csv      against a dump, with no index",
    "leakline check -q -i contacts.csv --max-invalid 5 --report sarif=leakline.sarif",
    "leakline check -i contacts.csv --baseline known.json --update-baseline --baseline-reason 'told them'",
];

pub(crate) const STATS: &str = examples![
    "leakline stats --top 10",
    "leakline stats --by source --format csv -o sources.csv",
    "leakline stats --format html -o exposure.html",
];

pub(crate) const OVERLAP: &str = examples![
    "leakline overlap facebook-2021 whatsapp-2022      is the new leak the old one, sold again?",
    "leakline overlap facebook-2021 whatsapp-2022 --format json | jq .jaccard",
];

pub(crate) const SOURCES: &str = examples![
    "leakline sources --json",
    "leakline sources remove forum-2021",
];

pub(crate) const MERGE: &str = examples![
    "leakline merge part-1 part-2 part-3       one index of what three machines loaded",
    "leakline merge ../colleague/forum-2021.segment",
];

pub(crate) const FORGET: &str = examples![
    "leakline forget -i -                      numbers typed or piped in, none in the shell's history",
    "leakline forget -i erasure-requests.csv --country EG",
];

pub(crate) const VERIFY: &str = examples!["leakline verify --index /mnt/backup/leakline"];

pub(crate) const EXTRACT: &str = examples![
    "leakline extract --country EG --country IT ci-index       for a runner that checks these countries",
    "leakline extract --source forum-2021 ci-index",
];

pub(crate) const COMPLETIONS: &str = examples![
    "leakline completions bash > ~/.local/share/bash-completion/completions/leakline",
    "leakline completions zsh > ~/.zfunc/_leakline",
    "leakline completions fish > ~/.config/fish/completions/leakline.fish",
    "leakline completions powershell >> $PROFILE",
];

pub(crate) const MAN: &str = examples![
    "leakline man check | man -l -",
    "leakline man --folder ~/.local/share/man/man1",
];
