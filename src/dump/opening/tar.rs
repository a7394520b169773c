//! Tar archives: POSIX.1-2001 (pax), ustar, GNU and V7. Links, folders and devices are no files.

use std::io::{self, Read};

use tar::{EntryType, Header, PaxExtensions};

use super::{Buffered, Fault, member::Member};
use crate::dump::Refusal;

pub(super) const BLOCK: usize = 512;
/// The longest record of long names or extended headers that is read.
const MAX_EXTENSION_BYTES: u64 = 1 << 20;

/// A tar archive, read in order.
pub(super) struct Tar {
    reader: Buffered,
    /// Bytes of the member that are still to come, and the bytes that fill up its last block.
    left: u64,
    padding: u64,
    ended: bool,
}

/// Records before the header of a member that describe it.
#[derive(Default)]
struct Extensions {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
}

impl Tar {
    /// Whether these bytes are a header: its checksum says so.
    pub(super) fn begins(head: &[u8]) -> bool {
        head.len() == BLOCK && head[0] != 0 && is_header(Header::from_byte_slice(head))
    }

    pub(super) fn new(reader: Buffered) -> Tar {
        Tar {
            reader,
            left: 0,
            padding: 0,
            ended: false,
        }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Member>> {
        let mut extensions = Extensions::default();
        while !self.ended {
            self.skip(self.left + self.padding)?;
            (self.left, self.padding) = (0, 0);
            let mut block = [0; BLOCK];
            self.fill(&mut block)?;
            if block.iter().all(|byte| *byte == 0) {
                self.ended = true;
                break;
            }
            let header = Header::from_byte_slice(&block);
            if !is_header(header) {
                return Err(Fault::Damaged("tar").into());
            }
            let size = header.entry_size();
            let size = size.map_err(|_| Fault::Damaged("tar"))?;
            let kind = header.entry_type();
            let of_member = kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse();
            let size = extensions.size.filter(|_| of_member).unwrap_or(size);
            self.left = size;
            self.padding = size.wrapping_neg() % BLOCK as u64;
            match kind {
                EntryType::GNULongName => {
                    let name = self.extension()?;
                    let end = name.iter().position(|byte| *byte == 0);
                    extensions.name = Some(name[..end.unwrap_or(name.len())].to_vec());
                }
                EntryType::XHeader => extensions.read(&self.extension()?),
                EntryType::GNUSparse
                    if header.as_gnu().is_some_and(tar::GnuHeader::is_extended) =>
                {
                    self.skip_sparse_map()?;
                    return Ok(Some(extensions.member(header, kind)));
                }
                _ if of_member => return Ok(Some(extensions.member(header, kind))),
                EntryType::GNULongLink | EntryType::XGlobalHeader => {}
                _ => {
                    // Links have a size and no content.
                    if kind.is_hard_link() || kind.is_symlink() {
                        (self.left, self.padding) = (0, 0);
                    }
                    extensions = Extensions::default();
                }
            }
        }
        Ok(None)
    }

    /// The content of a record that describes the next member.
    fn extension(&mut self) -> io::Result<Vec<u8>> {
        if self.left > MAX_EXTENSION_BYTES {
            return Err(Fault::Damaged("tar").into());
        }
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Skips the further blocks of a sparse map; byte 504 of each says whether another follows.
    fn skip_sparse_map(&mut self) -> io::Result<()> {
        let mut block = [0; BLOCK];
        loop {
            self.fill(&mut block)?;
            if block[504] == 0 {
                return Ok(());
            }
        }
    }

    fn fill(&mut self, block: &mut [u8; BLOCK]) -> io::Result<()> {
        let whole = self.reader.take_exactly(block)?;
        whole.then_some(()).ok_or(Fault::BrokenOff("tar").into())
    }

    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let whole = self.reader.skip(bytes)?;
        whole.then_some(()).ok_or(Fault::BrokenOff("tar").into())
    }
}

/// The content of the member.
impl Read for Tar {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let want = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        if want == 0 {
            return Ok(0);
        }
        let read = self.reader.read(&mut buffer[..want])?;
        if read == 0 {
            return Err(Fault::BrokenOff("tar").into());
        }
        self.left -= read as u64;
        Ok(read)
    }
}

impl Extensions {
    /// A pax header. Records that cannot be read are ignored.
    fn read(&mut self, records: &[u8]) {
        for record in PaxExtensions::new(records).flatten() {
            match record.key_bytes() {
                b"path" => self.name = Some(record.value_bytes().to_vec()),
                b"size" => self.size = record.value().ok().and_then(|size| size.parse().ok()),
                key if key.starts_with(b"GNU.sparse.") => self.sparse = true,
                _ => {}
            }
        }
    }

    fn member(self, header: &Header, kind: EntryType) -> Member {
        let name = self
            .name
            .unwrap_or_else(|| header.path_bytes().into_owned());
        let is_sparse = self.sparse || kind.is_gnu_sparse();
        Member::new(
            &name,
            is_sparse.then_some(Refusal::Compressed {
                kind: "sparse in its tar archive",
                tool: "tar -xf",
            }),
        )
    }
}

fn is_header(header: &Header) -> bool {
    let bytes = header.as_bytes();
    // The checksum counts its own eight bytes as spaces.
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let expected = sum(&bytes[..148]) + 8 * u32::from(b' ') + sum(&bytes[156..]);
    header.cksum().is_ok_and(|found| found == expected)
}
