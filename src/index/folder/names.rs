//! How the files of an index folder are named.
//!
//! A new file never takes the name of an older one: the generation of the commit that it belongs to
//! is a part of it. Names that do not follow the rule are not ours, and are left alone.

use std::ffi::OsStr;

use crate::index::{SegmentRole, SourceName, file::listing::ListedFile};

/// The list of the files that an index consists of.
pub(super) const MANIFEST: &str = "manifest";
/// The next manifest while it is written. While there is no manifest yet, it says that a first
/// writer was at work.
pub(super) const NEW_MANIFEST: &str = "manifest.partial";
/// Locked where folders cannot be.
pub(super) const LOCK_FILE: &str = ".lock";
/// The extension of the segments of sources.
pub(super) const SEGMENT: &str = "segment";
/// What the numbers that are to be forgotten are called.
pub(super) const FORGOTTEN: &str = "forgotten";
/// The extension of their segment.
const TOMBSTONES: &str = "tombstones";

/// `NAME.GENERATION.segment`, or `forgotten.GENERATION.tombstones`.
pub(super) fn file_name(role: SegmentRole, name: &SourceName, generation: u64) -> String {
    let extension = match role {
        SegmentRole::Source => SEGMENT,
        SegmentRole::Tombstones => TOMBSTONES,
    };
    format!("{name}.{generation}.{extension}")
}

pub(super) fn of_listed(file: &ListedFile) -> String {
    file_name(file.role, &file.name, file.generation)
}

/// Whether a writer of this version names files so. Hidden names never are: `._NAME.1.segment` is
/// what a Mac leaves beside a copied file.
pub(super) fn is_ours(name: &OsStr) -> bool {
    generation_of(name).is_some()
}

/// The generation in a name that a writer of this version gives.
pub(super) fn generation_of(name: &OsStr) -> Option<u64> {
    let name = name.to_str()?;
    let (rest, extension) = name.rsplit_once('.')?;
    let (source, generation) = rest.rsplit_once('.')?;
    let role = match extension {
        SEGMENT => SegmentRole::Source,
        TOMBSTONES if source == FORGOTTEN => SegmentRole::Tombstones,
        _ => return None,
    };
    let (source, generation) = (source.parse().ok()?, generation.parse().ok()?);
    // Written in one way only: no sign, no leading zero.
    (file_name(role, &source, generation) == name).then_some(generation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_a_writer_gives_are_ours() {
        for ours in [
            "a.1.segment",
            "a.b.12.segment",
            "a.3.4.segment",
            "forgotten.7.tombstones",
        ] {
            assert!(is_ours(OsStr::new(ours)), "{ours}");
        }
        assert_eq!(generation_of(OsStr::new("a.3.4.segment")), Some(4));
        for foreign in [
            "a.segment",
            "a.01.segment",
            "a.+1.segment",
            "a.1.segments",
            "._a.1.segment",
            "a.1.tombstones",
            "forgotten.tombstones",
            "notes.1.txt",
            ".1.segment",
            "a b.1.segment",
            "manifest",
            "segment",
        ] {
            assert!(!is_ours(OsStr::new(foreign)), "{foreign}");
        }
    }
}
