//! The contact lists that a command line names, and the messages while they are read.

use std::io::IsTerminal as _;
use std::path::Path;

use leakline::check::{CheckProgress, UnreadList};
use leakline::dump::{Format, HeaderRule, Limits, LineEnd, ReadOptions, Shape, Source};
use leakline::intake::{Expected, FileReader, Interrupted, ReadingProgress};
use leakline::printable::{mask_numbers, shown};
use leakline::report::{ListReading, columns_not_there};

use crate::cli::args::values::InputPath;
use crate::cli::args::{Check, CheckFormat};
use crate::cli::inputs::{self, are_not_read};
use crate::cli::settings::Settings;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::interrupt;
use crate::cli::terminal::message::write_line;
use crate::cli::terminal::progress::Progress;

/// The lists of a check: arguments, files, or stdin if there is nothing else.
pub(crate) fn named(
    args: &Check,
    options: &ReadOptions,
    limits: Limits,
    settings: &Settings,
) -> anyhow::Result<Vec<UnreadList>> {
    let mut paths = args.inputs.clone();
    let (numbers, dashes): (Vec<_>, Vec<_>) = args.numbers.iter().partition(|text| *text != "-");
    paths.extend(dashes.into_iter().map(|_| InputPath::Stdin));
    if numbers.is_empty() && paths.is_empty() {
        if std::io::stdin().is_terminal() || args.dumps.contains(&InputPath::Stdin) {
            return Err(failure(
                "there are no contacts to check",
                "give a list with -i FILE, or numbers on stdin; `leakline check --help` shows more",
            ));
        }
        paths.push(InputPath::Stdin);
    }
    inputs::refuse_stdin_twice(paths.iter().chain(&args.dumps), settings)?;
    let mut lists = Vec::new();
    if !numbers.is_empty() {
        lists.push(of_arguments(&numbers));
    }
    lists.extend(of_files(&paths, options, limits));
    Ok(lists)
}

/// Each argument is one contact, whatever is in it.
fn of_arguments(numbers: &[&String]) -> UnreadList {
    let bytes = (numbers.iter()).flat_map(|number| number.bytes().chain([0]));
    UnreadList {
        name: "argument".to_owned(),
        source: Source::Memory(bytes.collect()),
        options: ReadOptions {
            format: Some(Format::Text),
            header: HeaderRule::Absent,
            line_end: LineEnd::Nul,
            ..ReadOptions::default()
        },
        limits: Limits::default(),
    }
}

/// The lists in files.
pub(crate) fn of_files(
    paths: &[InputPath],
    options: &ReadOptions,
    limits: Limits,
) -> Vec<UnreadList> {
    let list = |path: &InputPath| UnreadList {
        name: shown(&path.as_path()),
        source: match path {
            InputPath::Stdin => Source::Stdin,
            InputPath::File(path) => Source::File(path.clone()),
        },
        options: options.clone(),
        limits,
    };
    paths.iter().map(list).collect()
}

/// Where progress is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProgressPlace {
    /// On stderr, if it is a terminal.
    Stderr,
    /// Nowhere: results appear on the same terminal, and a bar among them would garble both.
    None,
}

impl ProgressPlace {
    pub(super) fn new(args: &Check, settings: &Settings) -> ProgressPlace {
        // The summary in text is printed at the end, when the bar is gone.
        let is_summary = args.summary && args.format == CheckFormat::Text;
        let results_follow_bar = args.output.is_none() && !is_summary && !settings.quiet();
        if results_follow_bar && std::io::stdout().is_terminal() {
            ProgressPlace::None
        } else {
            ProgressPlace::Stderr
        }
    }
}

/// Shows progress, names skipped files, and ends reading when the user asks for it.
pub(crate) struct ListWatcher<'a> {
    settings: &'a Settings,
    progress: Progress,
    /// Columns that go into JSON.
    keep: &'a [String],
    readings: Vec<ListReading>,
}

impl<'a> ListWatcher<'a> {
    pub(crate) fn new(
        place: ProgressPlace,
        lists: &[UnreadList],
        settings: &'a Settings,
    ) -> ListWatcher<'a> {
        let progress = match place {
            ProgressPlace::None => Progress::none(),
            ProgressPlace::Stderr => {
                let bytes = inputs::total_bytes(lists.iter().map(|list| &list.source));
                Progress::new(settings, bytes, "numbers")
            }
        };
        ListWatcher {
            settings,
            progress,
            keep: &[],
            readings: Vec::new(),
        }
    }

    /// Says of each list which of these columns it lacks.
    pub(crate) fn keeping(self, keep: &'a [String]) -> ListWatcher<'a> {
        ListWatcher { keep, ..self }
    }

    /// How the lists were read.
    pub(crate) fn into_readings(self) -> Vec<ListReading> {
        self.readings
    }

    /// Says something with the progress bar out of the way.
    pub(crate) fn suspend(&self, write: impl FnOnce()) {
        self.progress.suspend(write);
    }
}

impl ReadingProgress for ListWatcher<'_> {
    fn opened(&mut self, path: &Path, shape: &Shape, reader: &FileReader) {
        let reading = ListReading::new(shown(&path), shape, reader.given_home());
        self.readings.push(reading);
        let outside = reader.unread_outside_rows().numbers();
        self.suspend(|| {
            if outside > 0 {
                // Numbers may be missed, so `-q` does not silence this.
                let unread = are_not_read(outside, "text outside of rows");
                write_line(&format!("{}: {unread}", shown(&path)));
            }
            for remark in shape.remarks() {
                self.settings
                    .write_line(&format!("{}: {remark}", shown(&path)));
            }
            for column in columns_not_there(self.keep, shape) {
                let missing = "there is no such column: it is null under `kept`";
                self.settings.write_line(&format!(
                    "{}: --keep-column {}: {missing}",
                    shown(&path),
                    mask_numbers(column)
                ));
            }
            for note in shape.notes() {
                let note = format!("{}: {note}", shown(&path));
                self.settings.write_if_very_verbose(&note);
            }
        });
    }

    fn skipped(&mut self, path: &Path, reason: &str, _: Expected) {
        let skipped = format!("{}: skipped: {reason}", shown(&path));
        self.suspend(|| self.settings.write_line(&skipped));
    }

    fn read(&mut self, bytes: u64) -> Result<(), Interrupted> {
        self.progress.read(bytes);
        interrupt::refuse_to_go_on()
    }
}

impl CheckProgress for ListWatcher<'_> {
    fn checked(&mut self, numbers: u64) {
        self.progress.counted(numbers);
    }
}
