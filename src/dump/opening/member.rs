//! One member of an archive: its name, and whether its bytes can be read.

use crate::dump::Refusal;

/// A name longer than this is cut: names are kept for every member.
const MAX_NAME_BYTES: usize = 1000;

/// A member of an archive.
pub(super) struct Member {
    /// The name in the archive. Shown, and searched for a country; never a path of this system.
    pub(super) name: String,
    /// Why its bytes cannot be read, if so.
    pub(super) refusal: Option<Refusal>,
}

impl Member {
    pub(super) fn new(name: &[u8], refusal: Option<Refusal>) -> Member {
        let name = &name[..name.len().min(MAX_NAME_BYTES)];
        Member {
            name: String::from_utf8_lossy(name).replace('\\', "/"),
            refusal,
        }
    }
}
