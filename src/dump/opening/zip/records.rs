//! The records of a ZIP archive: signatures, descriptors, extra fields and the list at the end.

use std::io::{self, BufRead as _};

use flate2::Crc;

use crate::dump::opening::{Buffered, Fault};

pub(super) const KIND: &str = "zip";

pub(super) const LOCAL: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
pub(super) const CENTRAL: u32 = 0x0201_4b50;
pub(super) const CENTRAL_END_64: u32 = 0x0606_4b50;
const CENTRAL_LOCATOR_64: u32 = 0x0706_4b50;
pub(super) const CENTRAL_END: u32 = 0x0605_4b50;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Lengths {
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) expanded: u64,
}

/// The next signature; its bytes stay unread.
pub(super) fn signature(reader: &mut Buffered) -> io::Result<u32> {
    let head = reader.peek(4);
    if head.len() < 4 {
        reader.take_exactly(&mut [0; 4])?;
        return Err(Fault::BrokenOff(KIND).into());
    }
    Ok(u32_at(head, 0))
}

/// Whether the checksum of a member is known: only if it was unpacked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Checksum {
    Known,
    Unknown,
}

/// A data descriptor may have a signature, and has lengths of four or eight bytes: the form that
/// fits the `known` lengths is the right one.
pub(super) fn skip_descriptor(
    reader: &mut Buffered,
    known: Option<Lengths>,
    checksum: Checksum,
) -> io::Result<()> {
    let head = reader.peek(24);
    let signed = head.len() >= 4 && u32_at(head, 0) == DESCRIPTOR;
    let start = if signed { 4 } else { 0 };
    let fits = |width: usize| {
        let fields = head.get(start..start + 4 + 2 * width)?;
        let length = |at| {
            if width == 8 {
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
        (same && (checksum == Checksum::Unknown || u32_at(fields, 0) == crc))
            .then_some(start + 4 + 2 * width)
    };
    let length = fits(4).or_else(|| fits(8));
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

/// Reads the list of members to the end of the archive, and gives their number.
pub(super) fn listed(reader: &mut Buffered) -> io::Result<u64> {
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

/// The lengths, where those that are all ones come from the ZIP64 extra field (0x0001).
pub(super) fn with_extra(mut lengths: Lengths, extra: &[u8]) -> Lengths {
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

/// The name in Info-ZIP's extra field 0x7075, which is always UTF-8; else `name`.
pub(super) fn unicode_name(name: Vec<u8>, extra: &[u8]) -> Vec<u8> {
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

pub(super) fn fill(reader: &mut Buffered, bytes: &mut [u8]) -> io::Result<()> {
    let whole = reader.take_exactly(bytes)?;
    whole.then_some(()).ok_or(Fault::BrokenOff(KIND).into())
}

fn skip(reader: &mut Buffered, bytes: u64) -> io::Result<()> {
    let whole = reader.skip(bytes)?;
    whole.then_some(()).ok_or(Fault::BrokenOff(KIND).into())
}

pub(super) fn damaged() -> io::Error {
    Fault::Damaged(KIND).into()
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(array(bytes, at))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array(bytes, at))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(array(bytes, at))
}

/// The bytes of a field; the caller has checked that they are there.
fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&bytes[at..at + N]);
    field
}
