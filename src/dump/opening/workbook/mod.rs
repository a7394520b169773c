//! XLSX and ODS: a workbook is an archive, and each of its sheets is a list of rows as CSV.
//!
//! These files are ZIP archives whose directory is at the end, and a cell may refer to a text in
//! another member. So the file is held in memory, within [`Limits::memory`]. Its sheets are not: a
//! thread writes their rows, a few pieces ahead of the reader.
//!
//! `xlsx` and `ods` read cells, `rows` writes them as CSV, `step` carries them to
//! the reader, and `xml_part` bounds the memory.

mod ods;
mod rows;
mod step;
mod xlsx;
mod xml_part;

use std::{
    io::{self, Cursor, Read},
    thread,
};

use ::zip::{ZipArchive, result::ZipError};
use crossbeam_channel::{Receiver, Sender, bounded};

use super::{Buffered, Fault, member::Member};
use crate::dump::{DumpError, Excess, Format, Limits, Refusal};
pub use rows::UNCALCULATED;
use step::{SheetStop, Step};
use xml_part::fault_of;

/// Number of pieces of rows that may wait to be read.
const WAITING: usize = 2;

/// A workbook, whose sheets are read in order and once.
pub(super) struct Workbook {
    pub(super) format: Format,
    /// Number of sheets, empty ones included.
    pub(super) sheets: usize,
    steps: Receiver<Step>,
    rows: Cursor<Vec<u8>>,
    /// The name of the sheet after `rows`.
    next: Option<String>,
    state: State,
}

/// Whether more steps come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Ended,
    Failed,
}

/// A file that begins as spreadsheets do.
pub(super) enum Started {
    Workbook(Workbook),
    /// A plain archive after all.
    Archive(Buffered),
}

/// Reads the sheets of a workbook, from the first on.
type ReadSheets = Box<dyn FnOnce(&Sender<Step>) -> Result<(), SheetStop> + Send>;

/// Whether `head` begins as spreadsheets do: by the name of the first member.
pub(super) fn begins(head: &[u8]) -> bool {
    let starts: [&[u8]; 5] = [
        b"[Content_Types].xml",
        b"_rels/",
        b"docProps/",
        b"xl/",
        b"mimetype",
    ];
    let name = head.get(30..).filter(|_| head.starts_with(b"PK\x03\x04"));
    name.is_some_and(|name| starts.iter().any(|start| name.starts_with(start)))
}

impl Workbook {
    pub(super) fn open(reader: Buffered, limits: Limits) -> Result<Started, DumpError> {
        let bytes = gather(reader, limits)?;
        let mut archive = ZipArchive::new(Cursor::new(bytes.as_slice())).map_err(fault_of)?;
        let Some(format) = format_of(&mut archive)? else {
            return Ok(Started::Archive(Buffered::new(Cursor::new(bytes))));
        };
        xml_part::check_all(&mut archive, bytes.len(), limits)?;
        let (sheets, read): (usize, ReadSheets) = if format == Format::Ods {
            let book = ods::Ods::open(bytes)?;
            (book.sheets(), Box::new(move |steps| book.read(steps)))
        } else {
            let book = xlsx::Xlsx::open(bytes)?;
            (book.sheets(), Box::new(move |steps| book.read(steps)))
        };
        let (send, steps) = bounded(WAITING);
        let thread = thread::Builder::new().name(format.as_str().to_owned());
        thread
            .spawn(move || run(read, &send))
            .map_err(DumpError::Read)?;
        Ok(Started::Workbook(Workbook {
            format,
            sheets,
            steps,
            rows: Cursor::default(),
            next: None,
            state: State::Open,
        }))
    }

    /// The next sheet that has rows. The rest of the sheet before it is passed over.
    pub(super) fn next(&mut self) -> io::Result<Option<Member>> {
        while self.next.is_none() && self.state == State::Open {
            self.step()?;
        }
        Ok((self.next.take()).map(|name| Member::new(name.as_bytes(), None)))
    }

    fn step(&mut self) -> io::Result<()> {
        match self.steps.recv() {
            Ok(Step::Sheet(name)) => self.next = Some(name),
            Ok(Step::Rows(rows)) => self.rows = Cursor::new(rows),
            Ok(Step::End) => self.state = State::Ended,
            Ok(Step::Failed(fault)) => {
                self.state = State::Failed;
                return Err(fault.into());
            }
            // The thread ended without a last step, so it panicked.
            Err(_) => {
                self.state = State::Failed;
                return Err(Fault::Damaged(self.format.as_str()).into());
            }
        }
        Ok(())
    }
}

/// The rows of the sheet.
impl Read for Workbook {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.rows.read(buffer)?;
            if read > 0 || buffer.is_empty() || self.next.is_some() || self.state != State::Open {
                return Ok(read);
            }
            self.step()?;
        }
    }
}

fn run(read: ReadSheets, steps: &Sender<Step>) {
    let last = match read(steps) {
        Ok(()) => Step::End,
        Err(SheetStop::Fault(fault)) => Step::Failed(fault),
        Err(SheetStop::NobodyReads) => return,
    };
    // The reader may be gone.
    let _ = steps.send(last);
}

fn gather(reader: Buffered, limits: Limits) -> Result<Vec<u8>, DumpError> {
    let most = limits.memory / 2;
    let mut bytes = Vec::new();
    reader
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(DumpError::of_reading)?;
    if bytes.len() as u64 > most {
        return Err(DumpError::Excess(Excess::Memory(limits.memory)));
    }
    Ok(bytes)
}

/// The format of the workbook, by its members; `None` for a plain archive.
fn format_of(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Option<Format>, DumpError> {
    const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";
    const OPEN_DOCUMENT: &str = "application/vnd.oasis.opendocument.";
    let refused = |what| Err(DumpError::Refused(Refusal::Unsupported(what)));
    let has = |start: &str| {
        let mut names = archive.file_names().flatten();
        names.any(|name| name.starts_with(start))
    };
    if has("[Content_Types].xml") {
        return match () {
            () if has("xl/workbook.bin") => refused("XLSB"),
            () if has("xl/") => Ok(Some(Format::Xlsx)),
            () if has("word/") || has("ppt/") => refused("an Office document without sheets"),
            () => Ok(None),
        };
    }
    let mut kind = String::new();
    match archive.by_name("mimetype") {
        Ok(member) => {
            let read = member.take(200).read_to_string(&mut kind);
            read.map_err(|error| Fault::of_decoder(error, "spreadsheet"))
                .map_err(DumpError::of_reading)?;
        }
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(fault_of(error).into()),
    }
    match kind.trim() {
        // A template has the name with a word after it.
        kind if kind.starts_with(ODS) => Ok(Some(Format::Ods)),
        kind if kind.starts_with(OPEN_DOCUMENT) => refused("an OpenDocument file without sheets"),
        _ => Ok(None),
    }
}
