//! What `load` and `check --dump` share: dumps found, named and watched.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use leakline::dump::{self, DiscoveredFile, Origin, Shape, Source};
use leakline::index::SourceName;
use leakline::intake::{Expected, FileReader, Interrupted, ReadingProgress, RejectReason};
use leakline::load::{LoadProgress, Loaded};
use leakline::phone::{ColumnReading, Reason};

use crate::cli::args::values::InputPath;
use crate::cli::load::rejects;
use crate::cli::settings::Settings;
use crate::cli::terminal::failure::{failure, write_detail, write_line};
use crate::cli::terminal::interrupt;
use crate::cli::terminal::progress::Progress;

/// The files of the dumps named.
pub(crate) fn discover(dumps: &[InputPath]) -> anyhow::Result<Vec<DiscoveredFile>> {
    let paths: Vec<PathBuf> = dumps.iter().map(|dump| dump.as_path().to_owned()).collect();
    let found = dump::discover(&paths)?;
    if found.is_empty() {
        return Err(failure(
            "there are no files in the folders named",
            "name a file, or a folder that holds some",
        ));
    }
    Ok(found)
}

/// The same for a load that goes on after what cannot be read: what is not there fails in its order.
pub(crate) fn discover_what_is_there(dumps: &[InputPath]) -> anyhow::Result<Vec<DiscoveredFile>> {
    let is_there = |dump: &InputPath| dump.file().is_none_or(|path| path.metadata().is_ok());
    let (there, missing): (Vec<_>, Vec<_>) = dumps.iter().cloned().partition(is_there);
    let mut found = if there.is_empty() {
        Vec::new()
    } else {
        discover(&there)?
    };
    found.extend(missing.iter().map(|dump| DiscoveredFile {
        path: dump.as_path().to_owned(),
        origin: Origin::Named,
        skip: None,
    }));
    Ok(found)
}

/// Stdin can be read once, by the key or by one of the inputs.
pub(crate) fn refuse_stdin_twice<'a>(
    inputs: impl IntoIterator<Item = &'a InputPath>,
    settings: &Settings,
) -> anyhow::Result<()> {
    let of_key = usize::from(settings.key_fd() == Some(0));
    let inputs = inputs.into_iter();
    if of_key + inputs.filter(|input| **input == InputPath::Stdin).count() > 1 {
        return Err(failure("stdin (-) is named twice", "name it once"));
    }
    Ok(())
}

/// How many bytes will be read, unless some come through a pipe.
pub(crate) fn total_bytes<'a>(sources: impl IntoIterator<Item = &'a Source>) -> Option<u64> {
    let bytes = |source: &Source| match source {
        Source::File(path) => {
            let metadata = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some(metadata.len())
        }
        Source::Stdin => None,
        Source::Memory(bytes) => Some(bytes.len() as u64),
    };
    sources.into_iter().map(bytes).sum()
}

/// How many bytes the dumps have, unless some come through a pipe.
pub(crate) fn bytes_of_dumps(found: &[DiscoveredFile]) -> Option<u64> {
    let read = found.iter().filter(|found| found.skip.is_none());
    let sources: Vec<Source> = read.map(DiscoveredFile::source).collect();
    total_bytes(&sources)
}

/// The name that a dump gives to its source: a file's without its extensions, a folder's as it is, other
/// characters as `-`.
pub(crate) fn source_name(dump: &InputPath) -> anyhow::Result<SourceName> {
    let advice = "give the source a name with --source";
    let InputPath::File(dump) = dump else {
        return Err(failure("a dump from stdin has no name", advice));
    };
    // `.` and `..` have a name only once they are resolved.
    let resolved = dump.canonicalize().unwrap_or_else(|_| dump.to_owned());
    let path = if dump.file_name().is_some() {
        dump
    } else {
        &resolved
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = if path.is_dir() {
        &name
    } else {
        without_extensions(&name)
    };
    let allowed = |c: char| {
        if c.is_ascii_alphanumeric() || "._-".contains(c) {
            c
        } else {
            '-'
        }
    };
    let name: String = stem
        .chars()
        .map(allowed)
        .take(SourceName::MAX_LENGTH)
        .collect();
    let name = name.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    name.parse().map_err(|_| {
        failure(
            format!("{}: its name makes no source name", dump.display()),
            advice,
        )
    })
}

/// `leak.csv.gz` is `leak`, and `v1.2-leak.txt` is `v1.2-leak`: the last extension goes, and those before it
/// as long as they say what kind of file it is.
fn without_extensions(name: &str) -> &str {
    const KINDS: [&str; 16] = [
        "txt", "csv", "tsv", "psv", "tab", "json", "jsonl", "ndjson", "sql", "log", "tar", "gz",
        "zst", "xz", "bz2", "zip",
    ];
    let mut stem = match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => return name.trim_start_matches('.'),
    };
    while let Some((rest, kind)) = stem.rsplit_once('.') {
        if rest.is_empty() || !KINDS.contains(&kind.to_ascii_lowercase().as_str()) {
            break;
        }
        stem = rest;
    }
    stem
}

/// Shows progress, says what is skipped, writes the rejects file, and breaks off on Ctrl-C.
pub(crate) struct Watcher<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) progress: &'a Progress,
    pub(crate) rejects: Option<&'a mut dyn Write>,
}

impl ReadingProgress for Watcher<'_> {
    fn opened(&mut self, path: &Path, shape: &Shape, reader: &FileReader) {
        let reading = match reader.reading(0) {
            ColumnReading::Home => "",
            ColumnReading::International => "; digits are international",
        };
        let what = format!(
            "{}: {}; numbers in {}{reading}",
            path.display(),
            shape.format(),
            shape.phone_columns().join(", ")
        );
        self.progress.suspend(|| {
            if reader.is_mixed() {
                self.settings.write_line(&format!(
                    "{}: digits without a plus are national in part and international in part; they are read as \
                     national where both fit (--international turns that round)",
                    path.display(),
                ));
            }
            for remark in shape.remarks() {
                self.settings
                    .write_line(&format!("{}: {remark}", path.display()));
            }
            self.settings.write_if_verbose(&what);
            if let Some(home) = reader.home_of_name() {
                self.settings.write_if_verbose(&format!(
                    "{}: numbers without a country code are read as numbers from {} ({home})",
                    path.display(),
                    home.name(),
                ));
            }
            for note in shape.notes() {
                self.settings
                    .write_if_verbose(&format!("{}: {note}", path.display()));
            }
        });
    }

    fn skipped(&mut self, path: &Path, reason: &str, expected: Expected) {
        let what = format!("{}: skipped: {reason}", path.display());
        self.progress.suspend(|| match expected {
            Expected::Yes => self.settings.write_line(&what),
            // Numbers may be missed: that is no remark to be quiet about.
            Expected::No => write_line(&what),
        });
    }

    fn read(&mut self, bytes: u64) -> Result<(), Interrupted> {
        self.progress.read(bytes);
        interrupt::refuse_to_go_on()
    }
}

impl LoadProgress for Watcher<'_> {
    fn broke_off(&mut self, path: &Path, reason: &str) {
        let what = format!(
            "{}: {reason}; what came before that is kept",
            path.display()
        );
        // Numbers are missed: that is no remark to be quiet about.
        self.progress.suspend(|| write_line(&what));
    }

    fn accepted(&mut self, numbers: u64) {
        self.progress.counted(numbers);
    }

    fn wants_rejects(&self) -> bool {
        self.rejects.is_some()
    }

    fn rejected(&mut self, path: &Path, line: u64, reason: RejectReason) -> io::Result<()> {
        match &mut self.rejects {
            Some(rejects) => writeln!(
                rejects,
                "{}\t{line}\t{}",
                rejects::cell(path),
                reason.code()
            ),
            None => Ok(()),
        }
    }
}

/// Said once where rows lack a country: because their country cell names none that is known, or because
/// nothing names one.
pub(crate) fn warn_of_missing_countries(loaded: &Loaded, settings: &Settings) {
    let no_country = RejectReason::Text(Reason::NoCountry);
    if let Some((rows, place)) = loaded.tally.rejected.get(&no_country) {
        settings.write_line(&format!(
            "{}: line {}: a national number, and neither a column nor the file's name says of which country \
             ({rows} rows in all); give --country",
            loaded.files[place.file].path,
            place.line,
        ));
    }
    if let Some((rows, place)) = loaded.tally.unknown_country {
        settings.write_line(&format!(
            "{}: line {}: the country cell names no known country ({rows} rows in all); such rows have no home country",
            loaded.files[place.file].path,
            place.line,
        ));
    }
}

/// Said once where rows without a number hold one in a place that is not read. Such numbers are missed: that is no
/// remark to be quiet about.
pub(crate) fn warn_of_unread_columns(loaded: &Loaded) {
    let rows = loaded.tally.rejected.get(&RejectReason::UnreadColumn);
    let (Some((rows, _)), Some((place, column))) = (rows, &loaded.tally.unread) else {
        return;
    };
    let file = &loaded.files[place.file];
    write_line(&format!(
        "{}: line {}: a number in {column}, which is not read, and none in {} ({rows} rows in all)",
        file.path,
        place.line,
        file.phone_columns.join(", "),
    ));
    if column.contains('*') {
        // Not its name, but what may be told of it.
        return;
    }
    let columns = file.phone_columns.iter().chain([column]);
    let flags: Vec<String> = columns.map(|column| flag(&file.format, column)).collect();
    write_detail(&format!("to read it, give {}", flags.join(" ")));
}

/// How a column of a file of this format is named on the command line.
fn flag(format: &str, column: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || "._-".contains(c);
    match column.strip_prefix("field ") {
        Some(field) => format!("--phone-field {field}"),
        None if !column.chars().all(is_word) => format!("--phone-column '{column}'"),
        None if matches!(format, "json" | "ndjson") => format!("--json-path {column}"),
        None => format!("--phone-column {column}"),
    }
}
