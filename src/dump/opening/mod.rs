//! Files as found → the streams of bytes in them: compression and archives undone in one pass,
//! without seeking. Bytes decide what a file is, never its name.
//!
//! - `opened_file` is an [`Opening`]: it gives the members of one file, each to be read before the
//!   next;
//! - `found_bytes` opens a source, and `digesting_reader` counts and hashes its bytes;
//! - `layers` unpacks a dump layer by layer: `compression` (gzip, zstd, xz, bzip2), `archive`
//!   (`zip`, `tar`, each with its `member`s) and `workbook` (sheets as CSV);
//! - `stream` is the result: a [`Stream`] of the bytes of one dump;
//! - `limited_reader` keeps the unpacked bytes within [`super::Limits`];
//! - `fault` lists the faults of packed bytes; `waiting` waits for pipes, and `look_ahead`
//!   reads small dumps to their end first.
//!
//! Nothing is written anywhere: the name of a member is a name and no path. The next step is
//! [`super::DumpFile::open`].

mod archive;
mod buffered;
mod compression;
mod digesting_reader;
mod fault;
mod found_bytes;
mod layers;
mod limited_reader;
mod look_ahead;
mod member;
mod opened_file;
mod stream;
mod tar;
#[cfg(unix)]
mod waiting;
mod workbook;
mod zip;

use buffered::Buffered;
pub use digesting_reader::Digest;
pub(super) use digesting_reader::DigestingReader;
use fault::Fault;
use limited_reader::{LimitedReader, UnpackBudget};
pub use opened_file::{ArchiveMember, MemberContent, Opening};
pub(super) use stream::Sheet;
pub use stream::Stream;
#[cfg(unix)]
pub use waiting::stop_waiting;
pub use workbook::UNCALCULATED;
