//! Why a cell is no number. Codes are stable: users' scripts see them.

use std::fmt;

/// Why a text is not a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// There is no digit in it.
    NoDigits,
    /// Digits are masked (`xxxx`, `****`): the hidden digits cannot be guessed.
    Redacted,
    /// Letters where digits should be.
    Letters,
    /// Spreadsheet notation that lost digits (`2.01E+11`).
    Scientific,
    /// Fewer digits than any number of its country.
    TooShort,
    /// More digits than any number of its country.
    TooLong,
    /// A national number and nothing that says of which country.
    NoCountry,
    /// Starts with a calling code that is not assigned.
    UnknownCallingCode,
    /// A possible length, but in no assigned range.
    NotValid,
    /// An old numbering plan's number that cannot be rewritten to today's.
    OldPlan,
    /// Signs between the digits that no number has: the wrong delimiter or column, mostly.
    StrayMarks,
    /// An address of something else than a person's number (`@g.us` groups, `@lid`): another column
    /// has the number.
    OtherId,
}

impl Reason {
    /// Every reason, in the order of their declaration.
    pub const ALL: [Reason; 12] = [
        Reason::NoDigits,
        Reason::Redacted,
        Reason::Letters,
        Reason::Scientific,
        Reason::TooShort,
        Reason::TooLong,
        Reason::NoCountry,
        Reason::UnknownCallingCode,
        Reason::NotValid,
        Reason::OldPlan,
        Reason::StrayMarks,
        Reason::OtherId,
    ];

    /// The stable snake-case code.
    pub fn code(self) -> &'static str {
        match self {
            Reason::NoDigits => "no_digits",
            Reason::Redacted => "redacted",
            Reason::Letters => "letters",
            Reason::Scientific => "scientific",
            Reason::TooShort => "too_short",
            Reason::TooLong => "too_long",
            Reason::NoCountry => "no_country",
            Reason::UnknownCallingCode => "unknown_calling_code",
            Reason::NotValid => "not_valid",
            Reason::OldPlan => "old_plan",
            Reason::StrayMarks => "stray_marks",
            Reason::OtherId => "other_id",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
