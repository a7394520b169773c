//! ZIP archives, read in order from the first local header on, so that a pipe will do.
//!
//! PKWARE's APPNOTE 6.3.10 names the fields. The list at the end is only counted: an archive is
//! damaged if it lists more or fewer members than it has, and broken off if it has no list.

mod records;

use std::io::{self, BufRead as _, Read};

use flate2::{Crc, bufread::DeflateDecoder};

use super::{
    Buffered, Fault,
    compression::{Compression, window_log},
    member::Member,
};
use crate::dump::{Excess, Refusal};
use records::{
    CENTRAL, CENTRAL_END, CENTRAL_END_64, Checksum, KIND, LOCAL, Lengths, damaged, fill, listed,
    signature, skip_descriptor, u16_at, u32_at, unicode_name, with_extra,
};

const STORED: u16 = 0;
const DEFLATE: u16 = 8;
const ZSTD: u16 = 93;

/// General purpose bits.
const ENCRYPTED: u16 = 1;
const DESCRIPTOR_FOLLOWS: u16 = 1 << 3;

/// A ZIP archive, read in order.
pub(super) struct Zip {
    body: Body,
    current: Option<MemberState>,
    /// Bytes of memory for a window of zstd.
    memory: u64,
    /// Number of members so far.
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

impl Body {
    fn of(
        packed: io::Take<Buffered>,
        method: u16,
        expected: Option<Lengths>,
        memory: u64,
    ) -> io::Result<Body> {
        Ok(match method {
            DEFLATE => Body::Deflate(Box::new(DeflateDecoder::new(packed))),
            ZSTD => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(packed)?;
                decoder.window_log_max(window_log(memory / 2))?;
                // A member of unknown length ends with its first frame.
                Body::Zstd(Box::new(if expected.is_none() {
                    decoder.single_frame()
                } else {
                    decoder
                }))
            }
            _ => Body::Stored(packed),
        })
    }
}

/// The member that is read.
struct MemberState {
    /// The lengths in the local header, if it has them.
    expected: Option<Lengths>,
    has_descriptor: bool,
    /// Upper bound of its packed bytes.
    limit: u64,
    crc: Crc,
    expanded: u64,
    ended: bool,
    /// Its bytes are passed over without unpacking.
    unread: bool,
}

impl Zip {
    /// Whether `head` begins an archive, which may be empty. An archive written for several disks
    /// has a mark before it.
    pub(super) fn begins(head: &[u8]) -> bool {
        let head = head.strip_prefix(b"PK\x07\x08").unwrap_or(head);
        head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
    }

    pub(super) fn new(reader: Buffered, memory: u64) -> Zip {
        Zip {
            memory,
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

    /// Reads a local header after its signature; `None` for a folder.
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
            // Its end is unknown without its length, so nothing behind it can be read.
            return Err(Fault::Refused(refusal.unwrap_or(Refusal::Encrypted)).into());
        }
        self.body = match refusal {
            Some(_) => Body::Stored(reader.take(limit)),
            None => Body::of(reader.take(limit), method, expected, self.memory)?,
        };
        self.current = Some(MemberState {
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

    /// Passes over the rest of the member, if there is one.
    fn end_member(&mut self) -> io::Result<()> {
        let Some(current) = &mut self.current else {
            return Ok(());
        };
        if !current.ended {
            // An unread member need not be unpacked, if its length is known.
            current.unread |= current.expected.is_some();
            if !current.unread {
                io::copy(self, &mut io::sink())?;
            }
        }
        self.leave_member()
    }

    /// Goes behind the member and its descriptor, and compares its lengths and checksum.
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
            let checksum = if is_read {
                Checksum::Known
            } else {
                Checksum::Unknown
            };
            skip_descriptor(&mut reader, known, checksum)?;
        }
        // The members after a damaged one may be whole.
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
        let memory = self.memory;
        let read = read.map_err(|error| {
            if Compression::Zstd.lacks_memory(&error) {
                return Fault::Excess(Excess::Memory(memory)).into();
            }
            Fault::of_decoder(error, KIND)
        })?;
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
