//! The members of a workbook are read through before they are parsed, to bound the memory that they
//! will take.

use std::io::{self, Read, Seek};

use ::zip::{ZipArchive, result::ZipError};
use quick_xml::{Reader, events::Event};

use crate::dump::{DumpError, Excess, Limits, MAX_ROW_BYTES, Refusal, opening::Fault};

/// Bytes of memory for a byte of shared texts, at most: an empty text has 18 bytes, and takes 48.
const HELD_PER_BYTE: u64 = 3;

/// A member without a tag or text longer than a row may be: a parser holds one of them at a time.
pub(super) struct XmlPart<R> {
    reader: R,
    /// Length of the tag or text so far.
    length: usize,
    inside: Inside,
    /// The last four bytes, the latest one lowest.
    before: u32,
}

/// Where in the XML the next byte is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// A tag, or text.
    Tag,
    /// `<!` and nothing yet.
    Mark,
    Comment,
    Characters,
}

impl<R> XmlPart<R> {
    pub(super) fn new(reader: R) -> XmlPart<R> {
        XmlPart {
            reader,
            length: 0,
            inside: Inside::Tag,
            before: 0,
        }
    }

    fn pass(&mut self, byte: u8) -> Result<(), Fault> {
        self.length += 1;
        self.before = self.before << 8 | u32::from(byte);
        let ends_with = |end: &[u8; 3]| {
            self.before & 0xff_ffff == u32::from_be_bytes([0, end[0], end[1], end[2]])
        };
        match self.inside {
            Inside::Tag if byte == b'<' => self.length = 0,
            Inside::Tag if self.before & 0xffff == u32::from(u16::from_be_bytes(*b"<!")) => {
                self.inside = Inside::Mark;
            }
            Inside::Mark if byte == b'-' => self.inside = Inside::Comment,
            Inside::Mark if byte == b'[' => self.inside = Inside::Characters,
            // A document type may define entities that expand without bound; no spreadsheet has
            // one.
            Inside::Mark => return Err(Fault::Damaged("spreadsheet")),
            Inside::Comment if ends_with(b"-->") => self.inside = Inside::Tag,
            Inside::Characters if ends_with(b"]]>") => self.inside = Inside::Tag,
            _ => {}
        }
        if self.length > MAX_ROW_BYTES {
            return Err(Fault::Damaged("spreadsheet"));
        }
        Ok(())
    }
}

impl<R: Read> Read for XmlPart<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        for byte in &buffer[..read] {
            self.pass(*byte)?;
        }
        Ok(read)
    }
}

/// Reads through all members of a file of `bytes` bytes.
pub(super) fn check_all<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    bytes: usize,
    limits: Limits,
) -> Result<(), DumpError> {
    if archive.len() as u64 > limits.entries {
        return Err(DumpError::Excess(Excess::Entries(limits.entries)));
    }
    let (mut expanded, mut held) = (0, bytes as u64);
    for place in 0..archive.len() {
        let member = archive.by_index(place).map_err(fault_of)?;
        let name = member.name().map_err(fault_of)?.to_ascii_lowercase();
        if !matches!(name.rsplit('.').next(), Some("xml" | "rels")) {
            continue;
        }
        let mut part = XmlPart::new(member.take(limits.expanded_bytes - expanded + 1));
        let mut taken = 0;
        if name.ends_with("sharedstrings.xml") {
            held = held.saturating_add(announced_texts(&mut part, &mut taken)?);
        }
        taken += io::copy(&mut part, &mut io::sink()).map_err(of_reading)?;
        expanded += taken;
        if !is_sheet(&name) {
            held = held.saturating_add(taken.saturating_mul(HELD_PER_BYTE));
        }
        if expanded > limits.expanded_bytes {
            return Err(DumpError::Excess(Excess::Bytes(limits.expanded_bytes)));
        }
        if held > limits.memory {
            return Err(DumpError::Excess(Excess::Memory(limits.memory)));
        }
    }
    Ok(())
}

/// Whether a member is read row by row.
fn is_sheet(name: &str) -> bool {
    let in_sheets = name
        .rsplit_once('/')
        .is_some_and(|(folder, name)| folder.ends_with("worksheets") && name.starts_with("sheet"));
    in_sheets || name == "content.xml"
}

/// Memory that the parser reserves for the announced number of shared texts. `taken` grows by the
/// bytes read here.
fn announced_texts(part: &mut impl Read, taken: &mut u64) -> Result<u64, DumpError> {
    let mut start = Vec::new();
    let read = part
        .take(4096)
        .read_to_end(&mut start)
        .map_err(of_reading)?;
    *taken += read as u64;
    let mut reader = Reader::from_reader(start.as_slice());
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == "sst" => {
                let count = tag.try_get_attribute("uniqueCount").ok().flatten();
                let count: u64 = count
                    .and_then(|count| count.value.parse().ok())
                    .unwrap_or(0);
                return Ok(count.saturating_mul(size_of::<String>() as u64));
            }
            // `sst` is the root of the member.
            Ok(Event::Start(_) | Event::Empty(_) | Event::Eof) | Err(_) => {
                return Err(Fault::Damaged("xlsx").into());
            }
            Ok(_) => {}
        }
    }
}

fn of_reading(error: io::Error) -> DumpError {
    DumpError::of_reading(Fault::of_decoder(error, "spreadsheet"))
}

/// The fault of the archive itself.
#[allow(clippy::needless_pass_by_value, reason = "errors are mapped by value")]
pub(super) fn fault_of(error: ZipError) -> Fault {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            Fault::Refused(Refusal::Encrypted)
        }
        _ => Fault::Damaged("spreadsheet"),
    }
}
