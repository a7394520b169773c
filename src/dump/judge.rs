//! The question that only the caller can answer: is the text of a cell a phone number?

/// What a cell is, as far as its text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellVerdict {
    /// Empty, or a word for nothing.
    Blank,
    /// A date, a decimal number, an address: a phone number in no country.
    NoNumber,
    /// Something else than a phone number, or one whose country is unknown.
    Other,
    /// A phone number of its home region.
    National,
    /// A phone number, whatever the home region.
    International,
}

/// Judges a cell; the second text is the country cell of its row, if any.
pub type Judge<'a> = dyn Fn(&[u8], Option<&[u8]>) -> CellVerdict + 'a;
