//! ZIP archives as they stand, from the first local header on, so that a pipe will do.
//!
//! PKWARE's APPNOTE 6.3.10 names the fields. The list at the end is only counted: an archive that lists more or
//! fewer members than stood in it is damaged, and one without the list breaks off.

use std::io::{self, BufRead as _, Read};

use flate2::{Crc, bufread::DeflateDecoder};

use super::{Buffered, Fault, archive::Member};
use crate::dump::Refusal;

const KIND: &str = "zip";

const LOCAL: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const CENTRAL_END_64: u32 = 0x0606_4b50;
const CENTRAL_LOCATOR_64: u32 = 0x0706_4b50;
const CENTRAL_END: u32 = 0x0605_4b50;

const STORED: u16 = 0;
const DEFLATE: u16 = 8;
const ZSTD: u16 = 93;

/// General purpose bits.
const ENCRYPTED: u16 = 1;
const DESCRIPTOR_FOLLOWS: u16 = 1 << 3;

/// A ZIP archive, read in order.
pub(super) struct Zip {
    body: Body,
    current: Option<Current>,
    /// Members passed so far.
    members: u64,
    ended: bool,
}

/// Where the reader is.
enum Body {
    Between(Buffered),
    Stored(io::Take<Buffered>),
    Deflate(Box<DeflateDecoder<io::Take<Buffered>>>),
    Zstd(Box<zstd::stream::read::Decoder<'static, io::Take<Buffered>>>),
    /// After an error.
    Lost,
}

/// The member that is read.
struct Current {
    /// What the local header says, if it does.
    expected: Option<Lengths>,
    has_descriptor: bool,
    /// The most that can be taken for its packed bytes.
    limit: u64,
    crc: Crc,
    expanded: u64,
    ended: bool,
    /// Its bytes are passed over as they stand.
    unread: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Lengths {
    crc: u32,
    packed: u64,
    expanded: u64,
}

impl Zip {
    /// Whether these bytes begin an archive, be it an empty one; one in parts that is whole has a mark before it.
    pub(super) fn begins(head: &[u8]) -> bool {
        let head = head.strip_prefix(b"PK\x07\x08").unwrap_or(head);
        head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
    }

    pub(super) fn new(reader: Buffered) -> Zip {
        Zip {
            body: Body::Between(reader),
            current: None,
            members: 0,
            ended: false,
        }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Member>> {
        loop {
            self.end_member()?;
            if self.ended {
                return Ok(None);
            }
            let Body::Between(reader) = &mut self.body else {
                return Err(damaged());
            };
            if self.members == 0 && reader.peek(4) == b"PK\x07\x08" {
                reader.consume(4);
            }
            match signature(reader)? {
                LOCAL => {
                    self.members += 1;
                    if let Some(member) = self.begin_member()? {
                        return Ok(Some(member));
                    }
                }
                CENTRAL | CENTRAL_END | CENTRAL_END_64 => {
                    let listed = listed(reader)?;
                    self.ended = true;
                    if listed != self.members {
                        return Err(damaged());
                    }
                }
                _ => return Err(damaged()),
            }
        }
    }

    /// After the signature of a local header; `None` for a folder.
    fn begin_member(&mut self) -> io::Result<Option<Member>> {
        let Body::Between(mut reader) = std::mem::replace(&mut self.body, Body::Lost) else {
            return Err(damaged());
        };
        let mut fixed = [0; 30];
        fill(&mut reader, &mut fixed)?;
        let (flags, method) = (u16_at(&fixed, 6), u16_at(&fixed, 8));
        let mut name = vec![0; usize::from(u16_at(&fixed, 26))];
        fill(&mut reader, &mut name)?;
        let mut extra = vec![0; usize::from(u16_at(&fixed, 28))];
        fill(&mut reader, &mut extra)?;
        let lengths = Lengths {
            crc: u32_at(&fixed, 14),
            packed: u64::from(u32_at(&fixed, 18)),
            expanded: u64::from(u32_at(&fixed, 22)),
        };
        let lengths = with_extra(lengths, &extra);
        let has_descriptor = flags & DESCRIPTOR_FOLLOWS != 0;
        let is_folder = name.ends_with(b"/");
        // Where a descriptor follows, some writers leave the fields empty and some fill them in.
        let is_known = !has_descriptor || lengths.packed > 0 || (is_folder && method == STORED);
        let expected = is_known.then_some(lengths);
        let limit = expected.map_or(u64::MAX, |lengths| lengths.packed);
        let refusal = match method {
            _ if flags & ENCRYPTED != 0 => Some(Refusal::Encrypted),
            STORED if expected.is_some() => None,
            DEFLATE | ZSTD => None,
            _ => Some(Refusal::Compressed {
                kind: "a ZIP member of another method",
                tool: "7z x",
            }),
        };
        if refusal.is_some() && expected.is_none() {
            // Without its length nobody knows where it ends.
            return Err(Fault::Refused(refusal.unwrap_or(Refusal::Encrypted)).into());
        }
        let packed = reader.take(limit);
        self.body = match method {
            _ if refusal.is_some() => Body::Stored(packed),
            DEFLATE => Body::Deflate(Box::new(DeflateDecoder::new(packed))),
            ZSTD => {
                let decoder = zstd::stream::read::Decoder::with_buffer(packed)?;
                // Without its length, it ends with its first frame.
                Body::Zstd(Box::new(if expected.is_none() {
                    decoder.single_frame()
                } else {
                    decoder
                }))
            }
            _ => Body::Stored(packed),
        };
        self.current = Some(Current {
            expected,
            has_descriptor,
            limit,
            crc: Crc::new(),
            expanded: 0,
            ended: false,
            unread: refusal.is_some() || (is_folder && is_known),
        });
        Ok((!is_folder).then(|| Member::new(&unicode_name(name, &extra), refusal)))
    }

    /// Passes over what is left of the member, if there is one.
    fn end_member(&mut self) -> io::Result<()> {
        let Some(current) = &mut self.current else {
            return Ok(());
        };
        if !current.ended {
            // What is not read need not be unpacked, if its length is known.
            current.unread |= current.expected.is_some();
            if !current.unread {
                io::copy(self, &mut io::sink())?;
            }
        }
        self.leave_member()
    }

    /// The place after the member and its descriptor.
    fn leave_member(&mut self) -> io::Result<()> {
        let Some(current) = self.current.take() else {
            return Ok(());
        };
        let mut packed = match std::mem::replace(&mut self.body, Body::Lost) {
            Body::Stored(packed) => packed,
            Body::Deflate(decoder) => decoder.into_inner(),
            Body::Zstd(decoder) => decoder.finish(),
            Body::Between(_) | Body::Lost => return Err(damaged()),
        };
        let found = Lengths {
            crc: current.crc.sum(),
            packed: current.limit - packed.limit(),
            expanded: current.expanded,
        };
        let is_read = !current.unread;
        if current.expected.is_some() {
            io::copy(&mut packed, &mut io::sink())?;
            if packed.limit() > 0 {
                return Err(Fault::BrokenOff(KIND).into());
            }
        }
        let mut reader = packed.into_inner();
        if current.has_descriptor {
            let known = is_read.then_some(found).or(current.expected);
            skip_descriptor(&mut reader, known, is_read)?;
        }
        // What comes after a damaged member may be whole.
        self.body = Body::Between(reader);
        let is_as_said = current.expected.is_none_or(|expected| {
            expected.packed == found.packed
                && expected.expanded == found.expanded
                && (current.has_descriptor || expected.crc == found.crc)
        });
        if is_read && !is_as_said {
            return Err(damaged());
        }
        Ok(())
    }
}

/// The content of the member.
impl Read for Zip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(current) = &mut self.current else {
            return Ok(0);
        };
        if current.ended || current.unread || buffer.is_empty() {
            return Ok(0);
        }
        let read = match &mut self.body {
            Body::Stored(packed) => packed.read(buffer),
            Body::Deflate(decoder) => decoder.read(buffer),
            Body::Zstd(decoder) => decoder.read(buffer),
            Body::Between(_) | Body::Lost => return Err(damaged()),
        };
        let read = read.map_err(|error| Fault::of_decoder(error, KIND))?;
        current.crc.update(&buffer[..read]);
        current.expanded += read as u64;
        if read == 0 {
            current.ended = true;
            // The end of the archive within a member is an error of that member.
            if let (Body::Stored(packed), Some(_)) = (&self.body, current.expected)
                && packed.limit() > 0
            {
                return Err(Fault::BrokenOff(KIND).into());
            }
            self.leave_member()?;
        }
        Ok(read)
    }
}

/// The signature that stands next, which stays.
fn signature(reader: &mut Buffered) -> io::Result<u32> {
    let head = reader.peek(4);
    if head.len() < 4 {
        reader.take_exactly(&mut [0; 4])?;
        return Err(Fault::BrokenOff(KIND).into());
    }
    Ok(u32_at(head, 0))
}

/// A data descriptor has its signature or not, and lengths of four or eight bytes; what was read tells.
fn skip_descriptor(reader: &mut Buffered, known: Option<Lengths>, is_read: bool) -> io::Result<()> {
    let head = reader.peek(24);
    let signed = head.len() >= 4 && u32_at(head, 0) == DESCRIPTOR;
    let start = if signed { 4 } else { 0 };
    let fits = |wide: bool| {
        let width = if wide { 8 } else { 4 };
        let fields = head.get(start..start + 4 + 2 * width)?;
        let length = |at| {
            if wide {
                u64_at(fields, at)
            } else {
                u64::from(u32_at(fields, at))
            }
        };
        let Lengths {
            crc,
            packed,
            expanded,
        } = known?;
        let same = length(4) == packed && length(4 + width) == expanded;
        // The sum of what was not unpacked is not known.
        (same && (!is_read || u32_at(fields, 0) == crc)).then_some(start + 4 + 2 * width)
    };
    let length = fits(false).or_else(|| fits(true));
    let is_short = head.len() < 16;
    match length {
        Some(length) => {
            reader.consume(length);
            Ok(())
        }
        None if is_short => {
            // An error of the layer below says more.
            io::copy(reader, &mut io::sink())?;
            Err(Fault::BrokenOff(KIND).into())
        }
        None => Err(damaged()),
    }
}

/// Reads the list of members to the end of the archive, and says how many it names.
fn listed(reader: &mut Buffered) -> io::Result<u64> {
    let mut count = 0;
    loop {
        match signature(reader)? {
            CENTRAL => {
                let mut fixed = [0; 46];
                fill(reader, &mut fixed)?;
                let rest: u64 = [28, 30, 32]
                    .map(|at| u64::from(u16_at(&fixed, at)))
                    .iter()
                    .sum();
                skip(reader, rest)?;
                count += 1;
            }
            CENTRAL_END_64 => {
                let mut fixed = [0; 12];
                fill(reader, &mut fixed)?;
                skip(reader, u64_at(&fixed, 4))?;
            }
            CENTRAL_LOCATOR_64 => skip(reader, 20)?,
            CENTRAL_END => {
                skip(reader, 22)?;
                return Ok(count);
            }
            _ => return Err(damaged()),
        }
    }
}

/// The lengths with those of the ZIP64 extra field (0x0001) in the place of all ones.
fn with_extra(mut lengths: Lengths, extra: &[u8]) -> Lengths {
    let all_ones = u64::from(u32::MAX);
    if let Some(mut field) = extra_field(extra, 0x0001) {
        for length in [&mut lengths.expanded, &mut lengths.packed] {
            if *length == all_ones && field.len() >= 8 {
                *length = u64_at(field, 0);
                field = &field[8..];
            }
        }
    }
    lengths
}

/// The name of Info-ZIP's extra field 0x7075, which is UTF-8 whatever the other one is.
fn unicode_name(name: Vec<u8>, extra: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(&name);
    match extra_field(extra, 0x7075) {
        Some([1, field @ ..]) if field.len() > 4 && u32_at(field, 0) == crc.sum() => {
            field[4..].to_vec()
        }
        _ => name,
    }
}

fn extra_field(mut extra: &[u8], wanted: u16) -> Option<&[u8]> {
    while extra.len() >= 4 {
        let length = usize::from(u16_at(extra, 2));
        let field = extra.get(4..4 + length)?;
        if u16_at(extra, 0) == wanted {
            return Some(field);
        }
        extra = &extra[4 + length..];
    }
    None
}

fn fill(reader: &mut Buffered, bytes: &mut [u8]) -> io::Result<()> {
    let whole = reader.take_exactly(bytes)?;
    whole.then_some(()).ok_or(Fault::BrokenOff(KIND).into())
}

fn skip(reader: &mut Buffered, bytes: u64) -> io::Result<()> {
    let whole = reader.skip(bytes)?;
    whole.then_some(()).ok_or(Fault::BrokenOff(KIND).into())
}

fn damaged() -> io::Error {
    Fault::Damaged(KIND).into()
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(array(bytes, at))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array(bytes, at))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(array(bytes, at))
}

/// The bytes of a field, whose place was checked by whoever asks.
fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&bytes[at..at + N]);
    field
}
