//! Records of fixed length as bytes: little-endian, field after field, each at a derived offset.

pub(in crate::index) use xxhash_rust::xxh3::Xxh3;
use xxhash_rust::xxh3::xxh3_64;

/// The unkeyed checksum of the index: `XXH3`, 64 bits, no seed.
pub(in crate::index) fn checksum(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// A record of fixed length while it is written, field after field.
pub(super) struct RecordFields<const LENGTH: usize> {
    bytes: [u8; LENGTH],
    end: usize,
}

impl<const LENGTH: usize> RecordFields<LENGTH> {
    pub(super) fn new() -> Self {
        RecordFields {
            bytes: [0; LENGTH],
            end: 0,
        }
    }

    pub(super) fn put(&mut self, field: &[u8]) {
        self.bytes[self.end..][..field.len()].copy_from_slice(field);
        self.move_on(field.len());
    }

    /// Puts `text` and zeros up to `length` bytes.
    pub(super) fn put_padded(&mut self, text: &str, length: usize) {
        self.bytes[self.end..][..text.len()].copy_from_slice(text.as_bytes());
        self.move_on(length);
    }

    fn move_on(&mut self, length: usize) {
        let end = self.end.checked_add(length);
        self.end = end.expect("a record has a few hundred bytes");
    }

    pub(super) fn end(self) -> [u8; LENGTH] {
        debug_assert_eq!(self.end, LENGTH, "every byte is given");
        self.bytes
    }

    /// Ends the record with the checksum of all bytes before.
    pub(super) fn end_with_checksum(mut self) -> [u8; LENGTH] {
        let own = checksum(&self.bytes[..self.end]);
        self.put(&own.to_le_bytes());
        self.end()
    }
}

/// Whether the last 8 bytes are the checksum of all bytes before.
pub(super) fn ends_with_checksum(bytes: &[u8]) -> bool {
    bytes
        .split_last_chunk()
        .is_some_and(|(fields, own)| checksum(fields) == u64::from_le_bytes(*own))
}

/// The text before the padding, if everything after it is zeros and it is not empty.
pub(super) fn padded_text(bytes: &[u8]) -> Option<&str> {
    let length = bytes.iter().position(|&byte| byte == 0);
    let (text, padding) = bytes.split_at(length.unwrap_or(bytes.len()));
    let is_padded = !text.is_empty() && padding.iter().all(|&byte| byte == 0);
    is_padded.then(|| str::from_utf8(text).ok()).flatten()
}

pub(super) fn chunk_at<const LENGTH: usize>(bytes: &[u8], offset: usize) -> [u8; LENGTH] {
    *bytes[offset..]
        .first_chunk()
        .expect("the offsets of fields are within the record")
}

pub(super) fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(chunk_at(bytes, offset))
}

pub(super) fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    u64::from_le_bytes(chunk_at(bytes, offset))
}
