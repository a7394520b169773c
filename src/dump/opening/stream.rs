//! The bytes of one dump, unpacked.

use std::{fs::File, io, sync::Arc};

use super::DigestingReader;
use crate::dump::Format;

/// The bytes of one dump, unpacked.
pub struct Stream {
    pub(in crate::dump) reader: Box<dyn io::Read + Send>,
    /// The dump as found: the file, or the member of its archive.
    pub(in crate::dump) found: DigestingReader,
    pub(in crate::dump) total: Option<u64>,
    /// The file, if the stream is its bytes and they can be read again.
    pub(in crate::dump) file: Option<Arc<File>>,
    pub(super) compression: Option<String>,
    /// The sheet whose rows these are, as CSV.
    pub(in crate::dump) sheet: Option<Sheet>,
}

/// A sheet in a workbook of this format.
#[derive(Clone, Copy)]
pub(in crate::dump) enum Sheet {
    /// The only one, which goes by the name of the file.
    Only(Format),
    /// One of several, each with a name.
    OfSeveral(Format),
}

impl Stream {
    /// Whether it is one sheet of a workbook that names others.
    pub(crate) fn is_sheet_of_several(&self) -> bool {
        matches!(self.sheet, Some(Sheet::OfSeveral(_)))
    }

    /// How the dump is packed, the outermost layer first: `gzip`, `zip+gzip`.
    pub fn compression(&self) -> Option<&str> {
        self.compression.as_deref()
    }
}
