//! Bounds on what an untrusted dump may take: the length of a row, and what a file unpacks to.

/// A row of more bytes than this is damaged: it is counted, and read no further.
pub const MAX_ROW_BYTES: usize = 1 << 20;

/// Bounds on what one file may unpack to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that come out of it, summed over all layers.
    pub expanded_bytes: u64,
    /// Bytes that come out for each byte of the file, beyond [`Limits::FREE_BYTES`].
    pub ratio: u64,
    /// Members of its archives.
    pub entries: u64,
    /// Layers of compression and archives around a dump: a ZIP of gzip files has two.
    pub layers: u32,
    /// Bytes of memory for unpacking: windows of decoders, a spreadsheet, the list of members.
    pub memory: u64,
}

/// The limit that a file passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Excess {
    /// [`Limits::expanded_bytes`].
    Bytes(u64),
    /// [`Limits::ratio`].
    Ratio(u64),
    /// [`Limits::entries`].
    Entries(u64),
    /// [`Limits::memory`].
    Memory(u64),
}

impl Limits {
    /// Number of bytes below which the ratio does not count: short lists of equal rows compress to
    /// almost nothing.
    pub const FREE_BYTES: u64 = 64 << 20;
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            expanded_bytes: 256 << 30,
            ratio: 1000,
            entries: 20_000,
            layers: 4,
            memory: 256 << 20,
        }
    }
}

impl Excess {
    pub(super) fn message(self) -> String {
        match self {
            Excess::Bytes(bytes) => format!("unpacks to more than {bytes} bytes"),
            Excess::Ratio(ratio) => format!("unpacks to more than {ratio} times its size"),
            Excess::Entries(entries) => format!("holds more than {entries} files"),
            Excess::Memory(bytes) => {
                format!("cannot be unpacked in {} MiB of memory", bytes >> 20)
            }
        }
    }
}
