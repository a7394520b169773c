//! Contact lists → answers and pages of reports: the part of `check` between flags and outputs.
//!
//! A list may be longer than memory, and an index too. Looked up one by one, each number would cost
//! two reads of a disk; sorted together, a million of them read each block of the index once. So a
//! [`ContactCheck`] works in rounds of five steps:
//!
//! 1. **Gather.** Batches of rows are read from the lists until their numbers fill the memory that
//!    the run may take. Worker threads read the numbers, tag them, and keep the tags by bucket.
//! 2. **Release.** A batch whose rows can be read again gives them up, so that the memory holds
//!    tags; one from a pipe keeps them. If memory is full and the index is large, the tags go to a
//!    temporary file, and more are gathered.
//! 3. **Look up.** The [`Searcher`](crate::index::Searcher) looks up all batches, bucket by bucket,
//!    in the order of the index.
//! 4. **Read again.** Rows that were released are read again, in order.
//! 5. **Answer.** Worker threads read the numbers of the rows a second time, which gives the same
//!    numbers, join them with the matches, and format a page for each report. The calling thread
//!    writes the pages in the order of the contacts.
//!
//! | file | owns |
//! |---|---|
//! | `contact_check` | what a check works with |
//! | `rounds` | the five steps again and again, and the pages in order |
//! | `lists` | contact lists, opened one after the other, read in batches (also for `forget`) |
//! | `memory` | how the memory is divided among threads and gathered batches |
//! | `gathering` | steps 1 and 2 |
//! | `answering` | step 5 |
//!
//! It writes nothing else: pages are handed to the caller. How an answer comes about is in
//! [`crate::exposure`], how it looks in [`crate::report`].

mod answering;
mod contact_check;
mod error;
mod gathering;
mod lists;
mod memory;
mod rounds;
#[cfg(test)]
mod tests;

pub use contact_check::{CheckOutputs, CheckProgress, ContactCheck};
pub use error::CheckError;
pub use lists::{ListBatch, ListReader, UnreadList};
pub use memory::MemoryShares;
