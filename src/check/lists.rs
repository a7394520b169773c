//! Contact lists: opened one after the other, read in batches.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::Arc;

use super::CheckError;
use crate::dump::{
    ArchiveMember, Batch, DumpError, Format, Limits, MemberContent, ReadOptions, Refusal, Shape,
    Source,
};
use crate::intake::{
    self, BufferPool, Expected, FileReader, OpenDump, ReadingPolicy, ReadingProgress, Walk,
    WalkStep,
};
use crate::printable::shown;

/// A list that is still to be read.
pub struct UnreadList {
    /// Its name in reports.
    pub name: String,
    /// Its bytes.
    pub source: Source,
    /// Formats and columns.
    pub options: ReadOptions,
    /// How far it may be unpacked.
    pub limits: Limits,
}

/// Rows of a list on their way to a worker. The first batch of a list has none: it begins the list.
pub struct ListBatch {
    /// The list's name in reports.
    pub name: Arc<str>,
    /// Number of earlier lists with that name.
    pub repeat: usize,
    /// The format and columns of the list.
    pub shape: Arc<Shape>,
    /// How its numbers are read.
    pub reader: Arc<FileReader>,
    /// The rows.
    pub rows: Option<Batch>,
}

impl ListBatch {
    /// The memory that it takes, about.
    pub(super) fn heap_bytes(&self) -> usize {
        size_of::<ListBatch>() + self.rows.as_ref().map_or(0, Batch::heap_bytes)
    }

    /// Whether its rows are in a file that can be read again.
    pub(super) fn can_be_read_again(&self) -> bool {
        self.rows.as_ref().is_some_and(Batch::can_be_read_again)
    }

    /// Gives up the rows until they are answered, if they can be read again.
    pub(super) fn release_rows(&mut self, buffers: &BufferPool) {
        if let Some(buffer) = self.rows.as_mut().and_then(Batch::release_rows) {
            buffers.give(buffer);
        }
    }

    /// Reads the rows again that were given up.
    pub(super) fn reload_rows(&mut self, buffers: &BufferPool) -> Result<(), CheckError> {
        let Some(rows) = &mut self.rows else {
            return Ok(());
        };
        let mut buffer = buffers.take();
        let reloaded = rows.reload_rows(&mut buffer);
        buffers.give(buffer);
        reloaded.map_err(|error| failed(&self.name, error))
    }
}

/// Contact lists one after the other.
pub struct ListReader {
    unread: VecDeque<UnreadList>,
    walk: Walk,
    /// The options of the file that is open, which may be an archive of lists.
    options: ReadOptions,
    policy: ReadingPolicy,
    /// The list that is read.
    name: Arc<str>,
    /// For each name, the number of lists that were begun.
    begun: HashMap<Arc<str>, usize>,
}

impl ListReader {
    /// Reads the numbers of `lists` by `policy`.
    pub fn new(lists: Vec<UnreadList>, policy: ReadingPolicy) -> ListReader {
        ListReader {
            unread: lists.into(),
            walk: Walk::default(),
            options: ReadOptions::default(),
            policy,
            name: "".into(),
            begun: HashMap::new(),
        }
    }

    /// Bytes read so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.walk.bytes_read()
    }

    /// The next batch, or `None` at the end of the last list.
    ///
    /// # Errors
    /// A list that cannot be read, or in which nothing is a list; an interrupt.
    pub fn next_batch(
        &mut self,
        progress: &mut dyn ReadingProgress,
        buffers: &BufferPool,
    ) -> Result<Option<ListBatch>, CheckError> {
        loop {
            match self.walk.step(progress, buffers)? {
                WalkStep::Batch(rows) => return Ok(self.list_batch(Some(rows))),
                // A sheet with a header alone is beside others that have rows.
                WalkStep::DumpEnded(dump, Err(error))
                    if error.refusal() == Some(Refusal::NoRows) && is_sheet_of_several(&dump) =>
                {
                    progress.skipped(&dump.path, &error.to_string(), Expected::Yes);
                }
                // Of standard input the verdict says so.
                WalkStep::DumpEnded(dump, Ok(()))
                    if dump.file.bytes_read() == 0 && dump.path.as_os_str() != "-" =>
                {
                    progress.skipped(&dump.path, "it is empty", Expected::Yes);
                }
                WalkStep::DumpEnded(dump, ended) => {
                    ended.map_err(|error| CheckError::List {
                        path: dump.path.to_path_buf(),
                        error,
                    })?;
                }
                WalkStep::Member(member) => {
                    if self.begin(member, progress)? {
                        return Ok(self.list_batch(None));
                    }
                }
                WalkStep::FileEnded(_) => {}
                WalkStep::NextFile => match self.unread.pop_front() {
                    Some(list) => self.open(list)?,
                    None => return Ok(None),
                },
            }
        }
    }

    fn open(&mut self, list: UnreadList) -> Result<(), CheckError> {
        let UnreadList {
            name,
            source,
            options,
            limits,
        } = list;
        let path = Path::new(&name);
        (self.walk)
            .open(source, path, Vec::new(), limits, options.buffering)
            .map_err(|error| failed(&name, error))?;
        self.walk.forgo_digests();
        self.options = options;
        Ok(())
    }

    /// Begins with a list; `false` if the member is no list. A member that cannot be read may be a
    /// list, so it is an error.
    fn begin(
        &mut self,
        member: ArchiveMember,
        progress: &mut dyn ReadingProgress,
    ) -> Result<bool, CheckError> {
        let path = &member.path;
        // Other sheets of a workbook are notes and sums as a rule, and those may be without
        // numbers.
        let is_sheet = matches!(
            &member.content,
            MemberContent::Dump(stream) if stream.is_sheet_of_several()
        );
        let opened = match member.content {
            MemberContent::Archive { .. } => return Ok(false),
            MemberContent::Skipped(skip) => {
                progress.skipped(path, skip.as_str(), Expected::Yes);
                return Ok(false);
            }
            MemberContent::Failed(error) => Err(error),
            MemberContent::Dump(stream) => intake::open(stream, &self.options, self.policy, None),
        };
        let (file, reader) = match opened {
            Err(error) if is_sheet && error.refusal() == Some(Refusal::NoNumbers) => {
                progress.skipped(path, &error.to_string(), Expected::Yes);
                return Ok(false);
            }
            Err(error) => {
                let path = path.clone();
                return Err(CheckError::List { path, error });
            }
            Ok(opened) => opened,
        };
        progress.opened(path, file.shape(), &reader);
        self.name = shown(&path).into();
        *self.begun.entry(Arc::clone(&self.name)).or_default() += 1;
        self.walk.begin(OpenDump {
            path: path.as_path().into(),
            file,
            reader,
        });
        Ok(true)
    }

    fn list_batch(&self, rows: Option<Batch>) -> Option<ListBatch> {
        let dump = self.walk.dump()?;
        Some(ListBatch {
            name: Arc::clone(&self.name),
            repeat: self.begun.get(&self.name).map_or(0, |lists| lists - 1),
            shape: Arc::clone(dump.file.shape()),
            reader: Arc::clone(&dump.reader),
            rows,
        })
    }
}

fn is_sheet_of_several(dump: &OpenDump) -> bool {
    let is_sheet = matches!(dump.file.shape().format(), Format::Xlsx | Format::Ods);
    is_sheet && dump.path.to_string_lossy().contains('!')
}

fn failed(name: &str, error: DumpError) -> CheckError {
    let path = name.into();
    CheckError::List { path, error }
}
