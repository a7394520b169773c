//! Where results go: stdout, a file, or nowhere.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use leakline::index;
use leakline::printable::{printable_json, shown};
use leakline::report::{RunOutcome, Tool};
use serde::Serialize;

use crate::cli::settings::Settings;
use crate::cli::terminal::exit::PipeClosed;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::interrupt::{self, ChangeOutcome};

/// The files of an index, none of which may be overwritten.
pub(crate) fn files_of_index(index: &Path) -> Vec<PathBuf> {
    index::files_of_index(index).unwrap_or_default()
}

/// Refuses files to write that are also to be read, or to be written twice: opening them would
/// empty them. The key, and the file that stdin is, count as read by every command.
pub(crate) fn refuse_overwriting<'a>(
    written: impl IntoIterator<Item = &'a Path>,
    read: impl IntoIterator<Item = &'a Path>,
    settings: &Settings,
) -> anyhow::Result<()> {
    let always = settings.files_of_key().into_iter();
    let always = always.chain([PathBuf::from("/dev/stdin")]);
    let mut taken: Vec<Identity> = always.filter_map(|path| identity(&path)).collect();
    taken.extend(read.into_iter().filter_map(identity));
    let mut new: Vec<&Path> = Vec::new();
    for path in written {
        if path.as_os_str() == "-" {
            return Err(failure(
                "- is no file that can be written to",
                "name a file, or leave -o out: then results go to stdout",
            ));
        }
        let identity = match identity(path) {
            Some(identity) => identity,
            // Not there yet, but it can still be named twice.
            None if !path.exists() && !new.contains(&path) => {
                new.push(path);
                continue;
            }
            None if path.exists() => continue,
            None => return Err(in_use(path)),
        };
        if taken.contains(&identity) {
            return Err(in_use(path));
        }
        taken.push(identity);
    }
    Ok(())
}

fn in_use(path: &Path) -> anyhow::Error {
    failure(
        format!("{}: would be overwritten while it is in use", shown(path)),
        "name another file for what is written",
    )
}

/// Device and inode: the same for each link to a file.
#[cfg(unix)]
type Identity = (u64, u64);
/// The real path.
#[cfg(not(unix))]
type Identity = PathBuf;

/// Which file a path names, if it is a regular one. Devices and pipes may be written to as often as
/// one likes.
fn identity(path: &Path) -> Option<Identity> {
    let found = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Some((found.dev(), found.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = found;
        path.canonicalize().ok()
    }
}

/// A sink of results. Bytes come in whole pages, so there is no buffer of its own.
pub(crate) struct Output {
    sink: Box<dyn Write>,
    name: String,
    is_stdout: bool,
    text: OutputText,
    /// Bytes that are not written before the end.
    held: Option<Vec<u8>>,
}

/// What becomes of text on its way out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OutputText {
    /// Its format has made it safe to show.
    Final,
    /// Controls in its strings are escaped.
    Json,
}

impl Output {
    /// Results on stdout.
    pub(crate) fn stdout() -> Output {
        Output {
            sink: Box::new(io::stdout().lock()),
            name: "stdout".to_owned(),
            is_stdout: true,
            text: OutputText::Final,
            held: None,
        }
    }

    /// Results in a new file, over an old one.
    pub(crate) fn file(path: &Path) -> anyhow::Result<Output> {
        let name = shown(&path);
        let file = File::create(path).with_context(|| format!("{name}: cannot be written"))?;
        Ok(Output {
            sink: Box::new(file),
            name,
            is_stdout: false,
            text: OutputText::Final,
            held: None,
        })
    }

    /// Results are dropped.
    pub(crate) fn nowhere() -> Output {
        Output {
            sink: Box::new(io::sink()),
            name: String::new(),
            is_stdout: false,
            text: OutputText::Final,
            held: None,
        }
    }

    /// `-o`, `-q`, or stdout.
    pub(crate) fn choose(path: Option<&Path>, settings: &Settings) -> anyhow::Result<Output> {
        match path {
            Some(path) => Output::file(path),
            None if settings.quiet() => Ok(Output::nowhere()),
            None => Ok(Output::stdout()),
        }
    }

    /// How messages name it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The output of a command that only reads the index: `-o`, `-q`, or stdout.
    ///
    /// # Errors
    /// A file of the index, or the key.
    pub(crate) fn beside_index(
        path: Option<&Path>,
        index: &Path,
        settings: &Settings,
    ) -> anyhow::Result<Output> {
        let read = files_of_index(index);
        refuse_overwriting(path, read.iter().map(PathBuf::as_path), settings)?;
        Output::choose(path, settings)
    }

    /// From now on all that is written is JSON.
    pub(crate) fn expect_json(&mut self) {
        self.text = OutputText::Json;
    }

    /// From now on keeps the bytes instead of writing them.
    pub(crate) fn hold(&mut self) {
        self.held = Some(Vec::new());
    }

    /// Returns the kept bytes. From now on bytes are written again.
    pub(crate) fn release(&mut self) -> Vec<u8> {
        self.held.take().unwrap_or_default()
    }

    /// Writes all of it and hands it on at once.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        match self.text {
            OutputText::Final => self.write_final(bytes),
            OutputText::Json => self.write_final(&printable_json(bytes)),
        }
    }

    fn write_final(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        if let Some(held) = &mut self.held {
            held.extend_from_slice(bytes);
            return Ok(());
        }
        match self.sink.write_all(bytes).and_then(|()| self.sink.flush()) {
            Err(error) if self.is_stdout && error.kind() == io::ErrorKind::BrokenPipe => {
                Err(PipeClosed.into())
            }
            Err(error) => Err(error).with_context(|| format!("{}: cannot be written", self.name)),
            Ok(()) => Ok(()),
        }
    }

    /// Writes `value`, the program and the outcome of the run as one JSON object, indented.
    pub(crate) fn write_json(
        &mut self,
        value: &impl Serialize,
        outcome: &RunOutcome,
    ) -> anyhow::Result<()> {
        self.write_envelope(value, outcome, None)
    }

    /// The same for a command that changes an index, with whether the change is stored.
    pub(crate) fn write_change_json(
        &mut self,
        value: &impl Serialize,
        outcome: &RunOutcome,
    ) -> anyhow::Result<()> {
        let stored = interrupt::outcome() == ChangeOutcome::Stored;
        self.write_envelope(value, outcome, Some(stored))
    }

    fn write_envelope(
        &mut self,
        value: &impl Serialize,
        outcome: &RunOutcome,
        stored: Option<bool>,
    ) -> anyhow::Result<()> {
        let object = Envelope {
            value,
            stored,
            tool: Tool::THIS,
            outcome,
        };
        let mut bytes = serde_json::to_vec_pretty(&object)?;
        bytes.push(b'\n');
        self.write_final(&printable_json(&bytes))
    }
}

/// Prints the JSON object of a command to stdout, unless the user wants nothing there.
pub(crate) fn print_json(
    value: &impl Serialize,
    outcome: &RunOutcome,
    settings: &Settings,
) -> anyhow::Result<()> {
    Output::choose(None, settings)?.write_json(value, outcome)
}

/// The same for a command that changes an index, with whether the change is stored.
pub(crate) fn print_change_json(
    value: &impl Serialize,
    outcome: &RunOutcome,
    settings: &Settings,
) -> anyhow::Result<()> {
    Output::choose(None, settings)?.write_change_json(value, outcome)
}

/// The fields that every JSON object has, beside its own.
#[derive(Serialize)]
struct Envelope<'a, T> {
    #[serde(flatten)]
    value: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    stored: Option<bool>,
    tool: Tool,
    outcome: &'a RunOutcome,
}

/// The file of the page of a GitHub job, if this runs in one.
pub(crate) fn step_summary() -> Option<PathBuf> {
    let path = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty());
    path.map(PathBuf::from)
}

/// Adds to the page of a GitHub job, if this runs in one.
pub(crate) fn append_to_step_summary(markdown: &[u8]) -> anyhow::Result<()> {
    let Some(path) = step_summary() else {
        return Ok(());
    };
    let file = OpenOptions::new().append(true).create(true).open(&path);
    file.and_then(|mut file| file.write_all(markdown))
        .with_context(|| format!("{}: the summary of the job cannot be written", shown(&path)))
}
