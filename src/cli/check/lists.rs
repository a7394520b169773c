//! Contact lists: named on the command line, opened one after the other, read in batches.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use leakline::dump::{
    ArchiveMember, Batch, DumpFile, Format, HeaderRule, Limits, LineEnd, MemberContent, Opening,
    ReadOptions, Refusal, Shape, Source,
};
use leakline::intake::{self, FileReader, ReadingPolicy};

use crate::cli::args::Check;
use crate::cli::settings::Settings;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::interrupt;
use crate::cli::terminal::progress::Progress;

/// A list that is still to be read.
pub(crate) struct Unread {
    /// As reports name it.
    name: String,
    source: Source,
    options: ReadOptions,
    limits: Limits,
}

/// The lists that the command line names: arguments, files, or stdin if there is nothing else.
pub(crate) fn named(args: &Check, stdin_is_terminal: bool) -> anyhow::Result<Vec<Unread>> {
    let mut paths = args.inputs.clone();
    let (numbers, dashes): (Vec<_>, Vec<_>) = args.numbers.iter().partition(|text| *text != "-");
    paths.extend(dashes.into_iter().map(PathBuf::from));
    if numbers.is_empty() && paths.is_empty() {
        if stdin_is_terminal || args.dumps.iter().any(|path| is_stdin(path)) {
            return Err(failure(
                "there are no contacts to check",
                "give a list with -i FILE, or numbers on stdin; `leakline check --help` shows more",
            ));
        }
        paths.push("-".into());
    }
    if paths.iter().any(|path| is_stdin(path)) && args.dumps.iter().any(|path| is_stdin(path)) {
        return Err(failure("stdin (-) is named twice", "name it once"));
    }

    let mut lists = Vec::new();
    if !numbers.is_empty() {
        // Each argument is one contact, whatever is in it.
        let options = ReadOptions {
            format: Some(Format::Text),
            header: HeaderRule::Absent,
            line_end: LineEnd::Nul,
            ..ReadOptions::default()
        };
        let bytes = numbers
            .iter()
            .flat_map(|number| number.bytes().chain([0]))
            .collect();
        lists.push(Unread {
            name: "argument".to_owned(),
            source: Source::Memory(bytes),
            options,
            limits: Limits::default(),
        });
    }
    let options = args.input.read_options(args.line_end(), args.buffering());
    let limits = args.input.limits(args.memory_of_dumps());
    lists.extend(of_files(paths, &options, limits)?);
    Ok(lists)
}

/// The lists in files; `-` is stdin, and at most one of them.
pub(crate) fn of_files(
    paths: Vec<PathBuf>,
    options: &ReadOptions,
    limits: Limits,
) -> anyhow::Result<Vec<Unread>> {
    if paths.iter().filter(|path| is_stdin(path)).count() > 1 {
        return Err(failure("stdin (-) is named twice", "name it once"));
    }
    let unread = |path: PathBuf| Unread {
        name: path.display().to_string(),
        source: if is_stdin(&path) {
            Source::Stdin
        } else {
            Source::File(path)
        },
        options: options.clone(),
        limits,
    };
    Ok(paths.into_iter().map(unread).collect())
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// How many bytes the lists have, unless one comes through a pipe.
pub(crate) fn total_bytes(lists: &[Unread]) -> Option<u64> {
    lists.iter().try_fold(0, |total, list| match &list.source {
        Source::File(path) => Some(
            total
                + path
                    .metadata()
                    .ok()
                    .filter(std::fs::Metadata::is_file)?
                    .len(),
        ),
        Source::Stdin => None,
        Source::Memory(bytes) => Some(total + bytes.len() as u64),
    })
}

/// A batch of a list on its way to a worker. The first of a list has no rows: it only opens the list.
pub(crate) struct Job {
    pub(crate) name: Arc<str>,
    pub(crate) shape: Arc<Shape>,
    pub(crate) reader: Arc<FileReader>,
    pub(crate) batch: Option<Batch>,
}

/// The lists one after the other.
pub(crate) struct Lists<'a> {
    unread: VecDeque<Unread>,
    /// The file that is read, which may be an archive of lists.
    opened: Option<(Opening, ReadOptions)>,
    current: Option<Current>,
    bytes_of_ended: u64,
    policy: ReadingPolicy,
    settings: &'a Settings,
    progress: &'a Progress,
}

struct Current {
    name: Arc<str>,
    file: DumpFile,
    reader: Arc<FileReader>,
}

impl Current {
    fn job(&self, batch: Option<Batch>) -> Job {
        Job {
            name: Arc::clone(&self.name),
            shape: Arc::clone(self.file.shape()),
            reader: Arc::clone(&self.reader),
            batch,
        }
    }
}

impl<'a> Lists<'a> {
    /// To be read in this manner.
    pub(crate) fn new(
        lists: Vec<Unread>,
        policy: ReadingPolicy,
        settings: &'a Settings,
        progress: &'a Progress,
    ) -> Lists<'a> {
        Lists {
            unread: lists.into(),
            opened: None,
            current: None,
            bytes_of_ended: 0,
            policy,
            settings,
            progress,
        }
    }

    /// The next batch, in one of the buffers if there is one.
    pub(crate) fn next_job(
        &mut self,
        buffers: &RefCell<Vec<Vec<u8>>>,
    ) -> anyhow::Result<Option<Job>> {
        loop {
            if interrupt::was_asked_for() {
                anyhow::bail!("interrupted");
            }
            let bytes = self
                .opened
                .as_ref()
                .map_or(0, |(file, _)| file.bytes_read());
            self.progress.read(self.bytes_of_ended + bytes);
            if let Some(Current { name, file, .. }) = &mut self.current {
                let buffer = buffers.borrow_mut().pop().unwrap_or_default();
                let batch = file.next_batch(buffer).with_context(|| name.to_string())?;
                if batch.is_some() {
                    return Ok(self.current.as_ref().map(|current| current.job(batch)));
                }
                self.current = None;
            } else if let Some((file, _)) = &mut self.opened {
                if let Some(piece) = file.next_member() {
                    if let Some(job) = self.begin(piece)? {
                        return Ok(Some(job));
                    }
                } else {
                    self.bytes_of_ended += bytes;
                    self.opened = None;
                }
            } else if let Some(list) = self.unread.pop_front() {
                let opening = Opening::new(
                    list.source,
                    Path::new(&list.name),
                    Vec::new(),
                    list.limits,
                    list.options.buffering,
                );
                let opening = opening.with_context(|| list.name.clone())?;
                self.opened = Some((opening, list.options));
            } else {
                return Ok(None);
            }
        }
    }

    fn skip(&self, name: &str, reason: &str) {
        let skipped = format!("{name}: skipped: {reason}");
        self.progress.suspend(|| self.settings.write_line(&skipped));
    }

    /// Begins with a list. What cannot be read may be a list too, so it is an error.
    fn begin(&mut self, piece: ArchiveMember) -> anyhow::Result<Option<Job>> {
        let Some((_, options)) = &self.opened else {
            return Ok(None);
        };
        let name = piece.path.display().to_string();
        // Other sheets of a workbook are notes and sums as a rule, and those may be without numbers.
        let is_sheet =
            matches!(&piece.content, MemberContent::Dump(stream) if stream.is_sheet_of_several());
        let opened = match piece.content {
            MemberContent::Archive { .. } => return Ok(None),
            MemberContent::Skipped(skip) => {
                self.skip(&name, skip.as_str());
                return Ok(None);
            }
            MemberContent::Failed(error) => Err(error),
            MemberContent::Dump(stream) => intake::open(stream, options, self.policy, None),
        };
        let (file, reader) = match opened {
            Err(error) if is_sheet && error.refusal() == Some(Refusal::NoNumbers) => {
                self.skip(&name, &error.to_string());
                return Ok(None);
            }
            opened => opened.with_context(|| name.clone())?,
        };
        let current = self.current.insert(Current {
            name: name.into(),
            file,
            reader,
        });
        Ok(Some(current.job(None)))
    }
}
