//! Where a buffer may be cut so that no row is torn.
//!
//! Runs on the reading thread, so it looks at as few bytes as it can.

use std::sync::Arc;

use super::dialect::{Dialect, Record, last_line_end};
use crate::dump::{
    BytesEnd,
    json::{Elements, Span},
    shape::{Layout, Shape},
};

/// Finds the boundaries of rows in one dump.
pub(in crate::dump) enum Cutter {
    Lines(u8),
    Records(Dialect),
    Document(Elements),
}

/// How much of a buffer that begins with a row can be given out.
pub(in crate::dump) enum Cut {
    /// Length of the whole rows.
    Rows(usize),
    /// Not one whole row yet.
    More,
    /// A line that is too long to be a row.
    TooLong,
}

impl Cutter {
    pub(in crate::dump) fn new(shape: &Shape) -> Cutter {
        match &shape.layout {
            Layout::Lines | Layout::JsonLines(_) => Cutter::Lines(shape.terminator),
            Layout::Fields(dialect, _) => Cutter::Records(dialect.clone()),
            Layout::Document(keys) => Cutter::Document(Elements::below(Arc::clone(keys))),
        }
    }

    /// Whether the dump ended within the brackets of a JSON document.
    pub(in crate::dump) fn is_open(&self) -> bool {
        matches!(self, Cutter::Document(elements) if elements.is_open())
    }

    /// Cuts `bytes`; `end` says whether the dump ends with them.
    ///
    /// Appends the values of a JSON document to `spans`.
    pub(in crate::dump) fn cut(
        &mut self,
        bytes: &[u8],
        end: BytesEnd,
        spans: &mut Vec<Span>,
    ) -> Cut {
        let (boundary, rest) = match self {
            Cutter::Lines(terminator) => last_line_end(bytes, *terminator, end),
            Cutter::Records(dialect) => dialect.last_boundary(bytes, end),
            Cutter::Document(elements) => (elements.take(bytes, end, spans), Record::More),
        };
        match rest {
            _ if boundary > 0 => Cut::Rows(boundary),
            Record::TooLong => Cut::TooLong,
            _ => Cut::More,
        }
    }
}
