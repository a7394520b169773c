//! The outcome of a cell: a number, nothing, or a reason.

use super::{Home, UnreadNumber};
use crate::dump::{Damage, Row};
use crate::phone::{Number, Reading, Reason};

/// Why a cell is not a number: its text, or the row around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RejectReason {
    /// The text of the cell.
    Text(Reason),
    /// The row as a whole.
    Row(Damage),
    /// A number that `forget` removed.
    Forgotten,
    /// A number in a place that is not read, in a row without another number.
    UnreadColumn,
}

impl RejectReason {
    /// Every reason there is.
    pub fn all() -> impl Iterator<Item = RejectReason> {
        (Reason::ALL.into_iter().map(RejectReason::Text))
            .chain(Damage::ALL.into_iter().map(RejectReason::Row))
            .chain([RejectReason::Forgotten, RejectReason::UnreadColumn])
    }

    /// The stable snake-case code.
    pub fn code(self) -> &'static str {
        match self {
            RejectReason::Text(reason) => reason.code(),
            RejectReason::Row(damage) => damage.code(),
            RejectReason::Forgotten => "forgotten",
            RejectReason::UnreadColumn => "unread_column",
        }
    }
}

/// The content of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryOutcome {
    /// Nothing.
    Blank,
    /// A number.
    Number(Reading),
    /// No number, and why.
    Rejected(RejectReason),
}

impl EntryOutcome {
    /// Calls `visit` with all that a check looks up for it, in the order in which its answer is made
    /// up.
    #[inline]
    pub fn for_each_spelling(
        self,
        spellings: Spellings,
        visit: &mut impl FnMut(SpellingKind, Number),
    ) {
        let EntryOutcome::Number(Reading {
            number,
            alternative,
            ..
        }) = self
        else {
            return;
        };
        visit(SpellingKind::Read, number);
        if let Some(number) = alternative {
            visit(SpellingKind::Read, number);
        }
        for number in std::iter::once(number).chain(alternative) {
            number.for_each_twin(&mut |twin| visit(SpellingKind::Twin, twin));
        }
        if spellings == Spellings::OfOlderIndexesToo {
            for number in std::iter::once(number).chain(alternative) {
                (number.in_older_indexes()).for_each(|older| visit(SpellingKind::Older, older));
            }
        }
    }
}

/// How a number that a check looks up belongs to a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpellingKind {
    /// The contact's digits read so, or so.
    Read,
    /// The other valid spelling of the same subscriber.
    Twin,
    /// Where an index that was made under older plans or rules may have it.
    Older,
}

/// Which spellings of a number a check looks up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spellings {
    /// Those of today, twins included.
    OfToday,
    /// Those under which an index of older plans may have it, too.
    OfOlderIndexesToo,
}

/// The numbers of one row, as they are found.
pub struct RowEntry<'a> {
    /// The row, or the element of an array, from 1.
    pub line: u64,
    /// Which phone column, counted from 0 in [`crate::dump::Shape::phone_columns`].
    pub column: usize,
    /// The home region that the cell was read under.
    pub home: Home,
    /// The content of the cell.
    pub entry: EntryOutcome,
    /// The number, if its column is not read.
    pub unread: Option<&'a UnreadNumber>,
    /// The bytes of the row.
    pub raw: &'a [u8],
    /// Whether this is the first entry of its row.
    pub first: bool,
}

impl<'a> RowEntry<'a> {
    #[inline]
    pub(super) fn first(
        row: &Row<'a>,
        column: usize,
        home: Home,
        entry: EntryOutcome,
    ) -> RowEntry<'a> {
        RowEntry {
            line: row.line,
            column,
            home,
            entry,
            unread: None,
            raw: row.raw,
            first: true,
        }
    }
}
