//! The purpose of a reading, and the order in which readings are tried.

/// What counts as a number while loading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// In an assigned range of today's plan.
    Valid,
    /// Of a possible length, assigned or not.
    Possible,
}

/// Which calling codes come before the home region, for digits without a plus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigitOrder {
    /// The home's own, then the home's numbers, then every other calling code.
    HomeFirst,
    /// Every calling code, then the home's numbers.
    InternationalFirst,
}

/// What the numbers are read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be stored: one reading a number, of the given grade.
    Load(Accept),
    /// To be looked up: possible numbers too.
    Check,
    /// To tell valid numbers from other text. Why a text is none is told no better than
    /// `not_valid`: that takes a look at the plans of all regions.
    Recognise,
}
