//! What `load` and `check --dump` share: dumps found, named and watched.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use leakline::dump::{self, DiscoveredFile, Origin, Shape, Source};
use leakline::index::{SourceName, UnreadRecord};
use leakline::intake::{Expected, FileReader, Interrupted, ReadingProgress, RejectReason};
use leakline::load::{HELD, LoadProgress, Loaded};
use leakline::phone::Reason;
use leakline::printable::{mask_numbers, shown};
use leakline::report::ListReading;

use crate::cli::args::values::InputPath;
use crate::cli::load::rejects;
use crate::cli::settings::Settings;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::interrupt;
use crate::cli::terminal::message::{write_detail, write_line};
use crate::cli::terminal::progress::{Progress, counted, human};

/// The most files with unread numbers that are named one by one.
const MOST_FILES: usize = 20;
/// The most columns or keys of unread numbers that are named.
const MOST_PLACES: usize = 3;

/// The files of the dumps named.
pub(crate) fn discover(dumps: &[InputPath]) -> anyhow::Result<Vec<DiscoveredFile>> {
    let paths: Vec<PathBuf> = dumps.iter().map(|dump| dump.as_path().to_owned()).collect();
    let found = dump::discover(&paths)?;
    if found.is_empty() {
        return Err(failure(
            "the folders hold no file",
            "name a file, or a folder that holds some",
        ));
    }
    Ok(found)
}

/// The same for `--keep-going`: a missing file fails when it is its turn, not before.
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

/// Refuses a number in the place of a file, unless there is a file of that name.
pub(crate) fn refuse_numbers_for_files<'a>(
    inputs: impl IntoIterator<Item = &'a InputPath>,
) -> anyhow::Result<()> {
    let is_number = |path: &PathBuf| {
        let text = path.to_string_lossy();
        text.chars().filter(|c| c.is_numeric()).count() >= 7
            && (text.chars()).all(|c| c.is_numeric() || "+ ()-.".contains(c))
            && !path.exists()
    };
    let mut inputs = inputs.into_iter();
    if inputs.any(|input| input.file().is_some_and(is_number)) {
        return Err(failure(
            "a number is given where a file is expected, and there is no such file",
            "name a file, or - for stdin; `leakline check` takes numbers as arguments, without a flag",
        ));
    }
    Ok(())
}

/// Stdin can be read once, by the key or by one of the inputs.
pub(crate) fn refuse_stdin_twice<'a>(
    inputs: impl IntoIterator<Item = &'a InputPath>,
    settings: &Settings,
) -> anyhow::Result<()> {
    let of_key = usize::from(settings.key_fd() == Some(0));
    let inputs = inputs.into_iter();
    if of_key + inputs.filter(|input| **input == InputPath::Stdin).count() > 1 {
        return Err(failure(
            "stdin (-) is named twice",
            "name it once: it can be read once only",
        ));
    }
    Ok(())
}

/// The number of bytes of `sources`; `None` if one is a pipe.
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

/// The number of bytes of the dumps; `None` if one is a pipe.
pub(crate) fn bytes_of_dumps(found: &[DiscoveredFile]) -> Option<u64> {
    let read = found.iter().filter(|found| found.skip.is_none());
    let sources: Vec<Source> = read.map(DiscoveredFile::source).collect();
    total_bytes(&sources)
}

/// The name that a dump gives to its source: a file's without its extensions, a folder's as it is,
/// other characters as `-`.
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
    if mask_numbers(name) != name {
        return Err(failure(
            format!(
                "{}: its name holds a number, and makes no source name",
                shown(dump)
            ),
            advice,
        ));
    }
    name.parse().map_err(|_| {
        failure(
            format!("{}: its name makes no source name", shown(&dump)),
            advice,
        )
    })
}

/// `leak.csv.gz` is `leak`, and `v1.2-leak.txt` is `v1.2-leak`: the last extension goes, and those
/// before it as long as they say what kind of file it is.
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

/// Shows progress, names skipped files, writes the rejects file, and ends reading on Ctrl-C.
pub(crate) struct Watcher<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) progress: &'a Progress,
    pub(crate) rejects: Option<&'a mut dyn Write>,
    pub(crate) held: HeldFiles,
}

/// The files so far that are loaded already: the first, and their number.
#[derive(Default)]
pub(crate) struct HeldFiles {
    first: PathBuf,
    count: usize,
}

impl Watcher<'_> {
    /// Says in one line which files are loaded already. With `-v` each was named.
    pub(crate) fn end(&self) {
        if self.settings.is_verbose() {
            return;
        }
        let first = shown(&self.held.first);
        match self.held.count {
            0 => {}
            1 => (self.settings).write_line(&format!("{first}: skipped: {HELD}")),
            count => (self.settings).write_line(&format!(
                "{first} and {}: skipped: loaded already; -v names all",
                counted(count as u64 - 1, "other", "others")
            )),
        }
    }
}

impl ReadingProgress for Watcher<'_> {
    fn opened(&mut self, path: &Path, shape: &Shape, reader: &FileReader) {
        let what = ListReading::new(shown(&path), shape, reader.given_home()).in_words();
        self.progress.suspend(|| {
            for remark in shape.remarks() {
                self.settings
                    .write_line(&format!("{}: {remark}", shown(&path)));
            }
            self.settings.write_if_verbose(&what);
            if let Some(home) = reader.home_of_name() {
                self.settings.write_if_verbose(&format!(
                    "{}: numbers without a country code are read as numbers from {} ({home})",
                    shown(&path),
                    home.name_in_sentence(),
                ));
            }
            for note in shape.notes() {
                self.settings
                    .write_if_very_verbose(&format!("{}: {note}", shown(&path)));
            }
        });
    }

    fn skipped(&mut self, path: &Path, reason: &str, expected: Expected) {
        if reason == HELD {
            if self.held.count == 0 {
                self.held.first = path.to_owned();
            }
            self.held.count += 1;
            if !self.settings.is_verbose() {
                return;
            }
        }
        let what = format!("{}: skipped: {reason}", shown(&path));
        self.progress.suspend(|| match expected {
            Expected::Yes => self.settings.write_line(&what),
            // Numbers may be missed, so `-q` does not silence this.
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
        let what = format!("{}: {reason}; what came before that is kept", shown(&path));
        // Numbers are missed, so `-q` does not silence this.
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

/// Says once that rows lack a country: their country cell names no known one, or nothing names one.
pub(crate) fn warn_of_missing_countries(loaded: &Loaded, settings: &Settings) {
    let no_country = RejectReason::Text(Reason::NoCountry);
    if let Some((rows, place)) = loaded.tally.rejected.get(&no_country) {
        settings.write_line(&format!(
            "{}: line {}: a number without a country code, and neither a column nor the file's name says \
             its country ({rows} rows in all); give --country, or name each file after its country, as \
             in DE.csv",
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

/// Names each file that holds numbers in columns that are not read. Those numbers are missed, so
/// `-q` does not silence this.
pub(crate) fn warn_of_unread_numbers(loaded: &Loaded) {
    let files = loaded.files.iter().filter(|file| file.unread.numbers > 0);
    for file in files.clone().take(MOST_FILES) {
        let UnreadRecord {
            numbers,
            rows_seen,
            places,
        } = &file.unread;
        let places = &places[..places.len().min(MOST_PLACES)];
        let seen = if *rows_seen < file.rows {
            format!(
                " (in {} of {} rows looked at)",
                human(*rows_seen),
                human(file.rows)
            )
        } else {
            String::new()
        };
        let columns = places.join(", ");
        write_line(&format!(
            "{}: {}{seen}",
            file.path,
            are_not_read(*numbers, &columns)
        ));
        let columns = file.phone_columns.iter().chain(places);
        let flags: Option<Vec<String>> = columns.map(|column| flag(&file.format, column)).collect();
        if let Some(flags) = flags {
            write_detail(&format!("to read them, give {}", flags.join(" ")));
        }
    }
    let more = files.count().saturating_sub(MOST_FILES);
    if more > 0 {
        write_line(&format!("{more} more files hold numbers that are not read"));
    }
}

/// `3 numbers in field 2 are not read`.
pub(crate) fn are_not_read(numbers: u64, column: &str) -> String {
    match numbers {
        1 => format!("1 number in {column} is not read"),
        numbers => format!("{} numbers in {column} are not read", human(numbers)),
    }
}

/// The flag that names `column` of a file of `format`; `None` if the column has no name.
fn flag(format: &str, column: &str) -> Option<String> {
    let is_word = |c: char| c.is_alphanumeric() || "._-".contains(c);
    let has_no_name = column.starts_with("key ")
        || column == "other keys"
        || column.starts_with("text ")
        || column.contains('*');
    match column.strip_prefix("field ") {
        _ if has_no_name => None,
        Some(field) => Some(format!("--phone-field {field}")),
        None if !column.chars().all(is_word) => Some(format!("--phone-column '{column}'")),
        None if matches!(format, "json" | "ndjson") => Some(format!("--json-path {column}")),
        None => Some(format!("--phone-column {column}")),
    }
}
