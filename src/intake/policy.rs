//! How the numbers of a run are read, as its flags say.

use crate::phone::{DigitOrder, Purpose, Region};

/// How the numbers of all files of a run are read.
#[derive(Clone, Copy, Debug)]
pub struct ReadingPolicy {
    /// Stored or looked up.
    pub purpose: Purpose,
    /// The home region that the user gave: it is trusted above all others.
    pub country: Option<Region>,
    /// What digits without a plus are read as first.
    pub order: DigitOrder,
    /// A file with more numbers in columns that are not read than in those that are.
    pub mostly_unread: MostlyUnread,
}

/// The fate of a file that holds more unread numbers than read ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MostlyUnread {
    /// It is refused, unless the user chose its columns.
    Refused,
    /// It is read all the same.
    Read,
}
