//! One cell of text and a home region → numbers, reasons, or blank. The only reader; load and check
//! share it.

use super::{
    CellOutcome, DigitOrder, Number, Purpose, ReadAs, Reading, Reason, Region, Repairs,
    any_carrier,
    clean::{Clean, with_clean, without_guard},
    extension::ExtensionLabel,
    judged::Judged,
    label, markup,
    plans::{
        self, Root,
        bare::{self, BareNumbers},
    },
    resolve::{self, Refused, Resolved},
    several::{self, Part, Parts},
    wrapper,
    written::{self, Dialled, Written},
};

/// Reads cells of one phone column.
#[derive(Clone, Copy, Debug)]
pub struct CellReader {
    /// What the numbers are for.
    pub purpose: Purpose,
    /// What digits without a plus are read as first.
    pub order: DigitOrder,
}

impl CellReader {
    /// Reads a cell of digits alone, after a plus or not, if it is a valid number: most cells of a
    /// dump. Nothing is said here of any other cell; [`CellReader::cell`] says all.
    #[inline]
    pub fn plain(&self, text: &[u8], home: Option<Region>) -> Option<Reading> {
        self.plain_with(text, home, |reading| reading)
    }

    /// What `take` makes of the reading that [`CellReader::plain`] returns.
    #[expect(
        clippy::inline_always,
        reason = "a reading that is returned through memory costs as much as the walk through the plans"
    )]
    #[inline(always)]
    pub fn plain_with<T>(
        &self,
        text: &[u8],
        home: Option<Region>,
        take: impl FnOnce(Reading) -> T,
    ) -> Option<T> {
        let (plus, digits) = match text {
            [b'+', digits @ ..] => (true, digits),
            _ => (false, text),
        };
        let digits = Dialled {
            digits,
            plus,
            optional_zero: None,
        };
        self.valid(digits, home, take)
    }

    /// The number that text is, if it is valid and nothing in it is optional. Nothing is said of
    /// any other: [`CellReader::resolve`] says all.
    #[expect(
        clippy::inline_always,
        reason = "the most frequent steps of `plain`, which is always inlined for the same reason"
    )]
    #[inline(always)]
    fn valid<T>(
        self,
        dialled: Dialled<'_>,
        home: Option<Region>,
        take: impl FnOnce(Reading) -> T,
    ) -> Option<T> {
        let Dialled {
            digits,
            plus,
            optional_zero,
        } = dialled;
        if digits.len() < usize::from(Written::FEWEST) || optional_zero.is_some() {
            return None;
        }
        let home = home.filter(|&region| region != Region::NON_GEOGRAPHIC);
        let root = match home {
            None => Root::International,
            Some(home) if plus => Root::PlusAt(home),
            Some(home) => return self.bare(digits, home, take),
        };
        // No calling code begins with 0; a way of dialling abroad behind a plus has two readings.
        if digits[0] == b'0' {
            return None;
        }
        let number = plans::digits(digits, root)?;
        Some(take(self.reading(number, ReadAs::International, None)))
    }

    /// [`CellReader::valid`] for digits without a plus, in a home region.
    #[expect(
        clippy::inline_always,
        reason = "the most frequent steps of `plain`, which is always inlined for the same reason"
    )]
    #[inline(always)]
    fn bare<T>(self, digits: &[u8], home: Region, take: impl FnOnce(Reading) -> T) -> Option<T> {
        let BareNumbers {
            at_home,
            international,
        } = bare::read(digits, home);
        let reading = match (at_home, international) {
            (Some(one), Some(other)) if one != other => {
                // Behind `00` there is more to ask.
                if digits.starts_with(b"00") {
                    return None;
                }
                let international_first = self.order == DigitOrder::InternationalFirst
                    || resolve::begins_with_own_code(digits, home);
                if international_first {
                    self.reading(other, ReadAs::International, Some(one))
                } else {
                    self.reading(one, ReadAs::Home, Some(other))
                }
            }
            (_, Some(number)) => self.reading(number, ReadAs::International, None),
            (Some(number), None) => self.reading(number, ReadAs::Home, None),
            (None, None) => return None,
        };
        Some(take(reading))
    }

    /// A valid number, with the other one that its digits are, or may have been taken for in a dump
    /// if it is to be looked up.
    #[expect(
        clippy::inline_always,
        reason = "a reading that is returned through memory costs as much as the walk through the plans"
    )]
    #[inline(always)]
    fn reading(self, number: Number, read_as: ReadAs, other: Option<Number>) -> Reading {
        let alternative = match other {
            None if self.purpose == Purpose::Check => number.misread_at_home(),
            other => other,
        };
        Reading {
            alternative,
            ..Reading::plain(number, read_as)
        }
    }

    /// Reads one cell. The sink is called once for each number in it (`a / b` is two), at least
    /// once.
    pub fn cell(&self, text: &[u8], home: Option<Region>, sink: &mut impl FnMut(CellOutcome)) {
        if let Some(written) = Written::plain(text) {
            return self.plain_cell(text, written, home, Repairs::NONE, sink);
        }
        with_clean(text, |clean| {
            let is_other = clean.text != text;
            match is_other.then(|| Written::plain(clean.text)).flatten() {
                Some(written) => self.plain_cell(clean.text, written, home, clean.repairs, sink),
                None => self.cleaned(clean, home, sink),
            }
        });
    }

    /// Reads a cell in plain writing; two numbers are too long for one.
    fn plain_cell(
        self,
        text: &[u8],
        written: Written,
        home: Option<Region>,
        repairs: Repairs,
        sink: &mut impl FnMut(CellOutcome),
    ) {
        let whole = self.judged(written.dialled(), home, repairs);
        if whole.outcome == CellOutcome::Rejected(Reason::TooLong) {
            return self.repeated(text, home, repairs, whole, sink);
        }
        sink(whole.taken());
    }

    /// Reads a cell of several numbers that are written alike; `whole` is what it is as one.
    fn repeated(
        self,
        text: &[u8],
        home: Option<Region>,
        repairs: Repairs,
        whole: Judged,
        sink: &mut impl FnMut(CellOutcome),
    ) {
        let one = |text: &[u8]| self.one(text, home, repairs);
        match several::repeated(text, |part| one(part).is_valid()) {
            Some(parts) => parts.into_iter().map(one).map(Judged::taken).for_each(sink),
            None => sink(whole.taken()),
        }
    }

    /// Reads a cleaned cell in any writing but the plain.
    fn cleaned(self, cell: Clean<'_>, home: Option<Region>, sink: &mut impl FnMut(CellOutcome)) {
        let without_markup = markup::without(cell.text);
        let (text, wrapper) = match &without_markup {
            Some(text) => (&text[..], Repairs::WRAPPER),
            None => (cell.text, Repairs::NONE),
        };
        let (text, guard) = without_guard(text.trim_ascii());
        let repairs = cell.repairs.with(wrapper).with(guard);
        if written::is_blank(text) {
            let only_nul = text.is_empty() && repairs.contains(Repairs::NUL);
            return sink(if only_nul {
                CellOutcome::Rejected(Reason::NoDigits)
            } else {
                CellOutcome::Blank
            });
        }
        let one = |text: &[u8]| self.one(text, home, repairs);
        let part = |text: &[u8]| match one(text) {
            _ if written::is_blank(text) => Part::Blank,
            outcome if outcome.is_valid() => Part::Number,
            _ if several::may_be_number(text) => Part::Digits,
            _ => Part::Other,
        };
        if let Some(parts) = Parts::of(text, several::ALWAYS, part) {
            return self.each(parts, home, repairs, sink);
        }
        let whole = one(text);
        if whole.is_valid() {
            return sink(whole.taken());
        }
        if let Some(parts) = Parts::of(text, several::BETWEEN_GROUPS_TOO, part) {
            return self.each(parts, home, repairs, sink);
        }
        match label::parts(text) {
            Some(parts) if parts.iter().all(|part| one(part).is_valid()) => {
                parts.into_iter().map(one).map(Judged::taken).for_each(sink);
            }
            _ if whole.may_be_several() => self.repeated(text, home, repairs, whole, sink),
            _ => sink(whole.taken()),
        }
    }

    /// Reads the parts of a cell that are not blank.
    fn each(
        self,
        parts: Parts<'_>,
        home: Option<Region>,
        mut repairs: Repairs,
        sink: &mut impl FnMut(CellOutcome),
    ) {
        if parts.clone().any(written::is_blank) {
            repairs = repairs.with(Repairs::EMPTY_PART);
        }
        for part in parts.filter(|part| !written::is_blank(part)) {
            sink(self.one(part, home, repairs).taken());
        }
    }

    /// Reads cleaned text as one number, with or without words beside it.
    fn one(self, text: &[u8], home: Option<Region>, repairs: Repairs) -> Judged {
        let read = self.any_carrier(text, home, repairs);
        let Err(Reason::Letters) = read else {
            return read.unwrap_or_else(Judged::rejected);
        };
        // Fewer digits are part of a text, of which letters say more than its digits do.
        let inside = label::without_labels(text).filter(|text| several::may_be_number(text));
        match inside.map(|text| self.any_carrier(text, home, repairs.with(Repairs::LABEL))) {
            None | Some(Err(Reason::StrayMarks)) => Judged::rejected(Reason::Letters),
            Some(inside) => inside.unwrap_or_else(Judged::rejected),
        }
    }

    /// Reads cleaned text that is one number, the sign for any carrier left out.
    fn any_carrier(
        self,
        text: &[u8],
        home: Option<Region>,
        repairs: Repairs,
    ) -> Result<Judged, Reason> {
        let read = self.unlabelled(text, home, repairs);
        if let Err(Reason::Redacted) = read
            && let Some(text) = any_carrier::without(text, home)
        {
            return self.unlabelled(&text, home, repairs);
        }
        read
    }

    /// Reads cleaned text that is one number and nothing else.
    fn unlabelled(
        self,
        text: &[u8],
        home: Option<Region>,
        mut repairs: Repairs,
    ) -> Result<Judged, Reason> {
        let written = match wrapper::open(text)? {
            None => Written::parse(text)?,
            Some(inside) => {
                repairs = repairs.with(Repairs::WRAPPER);
                let mut written = Written::parse(&inside.text())?;
                written.plus |= inside.international;
                written
            }
        };
        if written.float_tail {
            repairs = repairs.with(Repairs::FLOAT_TAIL);
        }
        if written.extension.is_some() {
            repairs = repairs.with(Repairs::EXTENSION);
        }
        let found = self.resolve(written.dialled(), home);
        if written.extension == Some(ExtensionLabel::Mask) && found.is_err() {
            return Err(Reason::Redacted);
        }
        Ok(Judged::new(found, repairs))
    }

    // Not inlined, so that `valid` is where most cells are read: in `plain`.
    #[inline(never)]
    fn judged(self, dialled: Dialled<'_>, home: Option<Region>, repairs: Repairs) -> Judged {
        match self.valid(dialled, home, |reading| reading) {
            Some(reading) => Judged::valid(Reading { repairs, ..reading }),
            None => Judged::new(self.resolve(dialled, home), repairs),
        }
    }

    fn resolve(self, dialled: Dialled<'_>, home: Option<Region>) -> Result<Resolved, Refused> {
        resolve::resolve(dialled, home, self.purpose, self.order)
    }
}

/// Calls `read` with a text in the alphabet that cells are read in: digits of every script and
/// typographic punctuation are ASCII, invisible marks are gone.
pub fn with_ascii<T>(text: &[u8], read: impl FnOnce(&[u8]) -> T) -> T {
    with_clean(text, |clean| read(clean.text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::phone::Accept;

    /// Digits that are numbers often enough: a calling code or a trunk prefix, and what may follow
    /// it.
    const DIGITS: &str =
        "[+]?(1212555|1|20|20101|49171|61491|46701|390|393|521|00|0|8)?[0-9]{2,11}";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn plain_cells_read_as_all_cells_do(
            text in DIGITS,
            home in prop::option::of(prop::sample::select(vec!["US", "EG", "DE", "AU", "SE", "IT", "MX", "RU", "001"])),
            international: bool,
            check: bool,
        ) {
            let home = home.and_then(Region::from_code);
            let reader = CellReader {
                purpose: if check { Purpose::Check } else { Purpose::Load(Accept::Valid) },
                order: if international { DigitOrder::InternationalFirst } else { DigitOrder::HomeFirst },
            };
            if let Some(reading) = reader.plain(text.as_bytes(), home) {
                let mut outcomes = Vec::new();
                reader.cell(text.as_bytes(), home, &mut |outcome| outcomes.push(outcome));
                prop_assert_eq!(outcomes, [CellOutcome::Number(reading)]);
            }
        }
    }

    /// Cells of every writing that is taken apart somewhere, and home regions. Two short numbers of
    /// one are a possible number of another.
    fn cells() -> impl Strategy<Value = (String, Option<&'static str>)> {
        let home = |codes| prop::option::of(prop::sample::select(codes));
        let any = r"(\PC{0,3}([+]?(1212555|4917|20101|390|521|00|0|8)?[0-9]{2,9}|[ (),;:/|&*x+.-]{1,3}|0xx11|ext|Tel|or|)){1,4}";
        let pair = "([a-z][.] ?)?[2-8][0-9]{5}( | ?/|[.] | - )[2-8][0-9]{5}";
        prop_oneof![
            (any, home(vec!["US", "EG", "DE", "AD", "BR", "SH", "IT"])),
            (pair, home(vec!["AD", "GI", "FO", "GL"])),
        ]
    }

    fn outcomes(purpose: Purpose, cell: &[u8], home: Option<Region>) -> Vec<CellOutcome> {
        let mut outcomes = Vec::new();
        let reader = CellReader {
            purpose,
            order: DigitOrder::HomeFirst,
        };
        reader.cell(cell, home, &mut |outcome| outcomes.push(outcome));
        outcomes
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        #[test]
        fn what_a_load_stores_a_check_seeks(
            (cell, home) in cells(),
            accept in prop::sample::select(vec![Accept::Valid, Accept::Possible]),
        ) {
            let home = home.and_then(Region::from_code);
            let stored = outcomes(Purpose::Load(accept), cell.as_bytes(), home);
            let sought = outcomes(Purpose::Check, cell.as_bytes(), home);
            prop_assert_eq!(stored.len(), sought.len());
            let number = |outcome: &CellOutcome| match outcome {
                CellOutcome::Number(reading) => Some(reading.number),
                _ => None,
            };
            for (stored, sought) in stored.iter().zip(&sought) {
                prop_assert!(number(stored).is_none() || number(stored) == number(sought));
            }
        }
    }

    #[test]
    fn a_check_takes_a_cell_apart_where_a_load_does() {
        for (home, cell, numbers) in [
            ("AD", &b"520236 502365"[..], &[376_520_236, 376_502_365][..]),
            (
                "AD",
                b"a.520236 /50236\xff\xeb5\0",
                &[376_520_236, 376_502_365],
            ),
        ] {
            let home = Region::from_code(home);
            for purpose in [Purpose::Load(Accept::Valid), Purpose::Check] {
                let read: Vec<u64> = outcomes(purpose, cell, home)
                    .iter()
                    .map(|outcome| match outcome {
                        CellOutcome::Number(reading) => reading.number.digits_in_full(),
                        _ => 0,
                    })
                    .collect();
                assert_eq!(read, numbers, "{purpose:?}");
            }
        }
    }
}
