//! The repairs of a cell on the way to its number. Codes are stable: users' scripts see them.

/// The repairs of a cell on the way to its number (a set).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repairs(u16);

/// Every repair and its code, in the order of reports.
const CODES: [(Repairs, &str); 10] = [
    (Repairs::EXTENSION, "extension"),
    (Repairs::NUL, "nul"),
    (Repairs::TEXT_GUARD, "text_guard"),
    (Repairs::FLOAT_TAIL, "float_tail"),
    (Repairs::WRAPPER, "wrapper"),
    (Repairs::OTHER_DIGITS, "other_digits"),
    (Repairs::INVISIBLE, "invisible"),
    (Repairs::BAD_BYTES, "bad_bytes"),
    (Repairs::LABEL, "label"),
    (Repairs::EMPTY_PART, "empty_part"),
];

impl Repairs {
    /// No repair.
    pub const NONE: Repairs = Repairs(0);
    /// An extension was cut off.
    pub const EXTENSION: Repairs = Repairs(1);
    /// NUL bytes were dropped, or ended the cell.
    pub const NUL: Repairs = Repairs(1 << 1);
    /// A spreadsheet's mark for text was taken off (`'…`, `="…"`, quotes).
    pub const TEXT_GUARD: Repairs = Repairs(1 << 2);
    /// The `.0` of a floating-point column was taken off.
    pub const FLOAT_TAIL: Repairs = Repairs(1 << 3);
    /// The number was taken out of a URI or a messenger's address.
    pub const WRAPPER: Repairs = Repairs(1 << 4);
    /// Digits of another script, or full-width ones, became ASCII.
    pub const OTHER_DIGITS: Repairs = Repairs(1 << 5);
    /// Invisible marks or typographic spaces were dropped.
    pub const INVISIBLE: Repairs = Repairs(1 << 6);
    /// Bytes that are no UTF-8 were dropped.
    pub const BAD_BYTES: Repairs = Repairs(1 << 7);

    /// A word beside the number was left out.
    pub const LABEL: Repairs = Repairs(1 << 8);
    /// Nothing, or a word for it, was left out among the parts of the cell (`…, , …`, `…, n/a`).
    pub const EMPTY_PART: Repairs = Repairs(1 << 9);

    /// The stable snake-case codes of the repairs in the set (`extension`, `nul`, ...).
    pub fn codes(self) -> impl Iterator<Item = &'static str> {
        CODES
            .into_iter()
            .filter(move |&(one, _)| self.contains(one))
            .map(|(_, code)| code)
    }

    /// Whether an extension was cut off.
    pub fn has_extension(self) -> bool {
        self.contains(Repairs::EXTENSION)
    }

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Repairs) -> Repairs {
        Repairs(self.0 | other.0)
    }

    /// Whether every repair of `other` is in the set.
    pub fn contains(self, other: Repairs) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether nothing was mended.
    pub fn is_empty(self) -> bool {
        self == Repairs::NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_repairs_in_the_set() {
        assert_eq!(Repairs::NONE.codes().count(), 0);
        let two = Repairs::NUL.with(Repairs::EXTENSION);
        assert_eq!(two.codes().collect::<Vec<_>>(), ["extension", "nul"]);
        assert!(two.has_extension() && !Repairs::NUL.has_extension());
    }

    #[test]
    fn every_repair_is_one_bit_of_its_own() {
        let all = CODES
            .iter()
            .fold(Repairs::NONE, |set, &(one, _)| set.with(one));
        assert_eq!(all.codes().count(), CODES.len());
        assert!(CODES.iter().all(|(one, _)| one.0.is_power_of_two()));
    }
}
