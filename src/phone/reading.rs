//! One cell of text and a home region → numbers, reasons, or blank. The only reader; load and check share it.

use super::{
    Number, Reason, Region, Repairs,
    clean::{Clean, clean},
    extension::Label,
    plans::{self, Root},
    resolve::{self, Dialled, Found},
    several::{self, Parts},
    wrapper,
    written::{self, Written},
};

/// What counts as a number while loading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// In an assigned range of today's plan.
    Valid,
    /// Of a possible length, assigned or not.
    Possible,
}

/// How digits without a plus are read first in one phone column of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnReading {
    /// As the home region dials them, then as international.
    Home,
    /// As international without their plus, then as the home region dials them.
    International,
}

/// How a column turned out to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// How it is read.
    pub reading: ColumnReading,
    /// From 10 to 90 % of the digits-only cells are written as international numbers: read as dialled at home,
    /// some of them may come out as other people's numbers.
    pub mixed: bool,
}

/// What the numbers are read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be stored: one reading a number, of the given grade.
    Load(Accept),
    /// To be looked up: possible numbers too, and both readings of ambiguous digits.
    Check,
}

/// How sure a reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// In an assigned range of today's plan.
    Valid,
    /// Of a possible length, in no assigned range.
    Possible,
}

/// A cell read as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The number, as the column's reading has it.
    pub number: Number,
    /// Only for [`Purpose::Check`]: the other valid reading of digits without a plus.
    pub alternative: Option<Number>,
    /// Whether it is in an assigned range.
    pub grade: Grade,
    /// Rewritten from an old numbering plan.
    pub migrated: bool,
    /// What was mended in the text.
    pub repairs: Repairs,
}

/// What one number of a cell came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellOutcome {
    /// Empty, or a word for nothing (`null`, `N/A`, `none`, `-`, `0`).
    Blank,
    /// A number.
    Number(Reading),
    /// No number, and why.
    Rejected(Reason),
}

/// Reads cells of one phone column.
#[derive(Clone, Copy, Debug)]
pub struct CellReader {
    /// What the numbers are for.
    pub purpose: Purpose,
    /// How this column's bare digits are read.
    pub column: ColumnReading,
}

impl Reading {
    /// A valid number of which there is nothing more to say.
    pub fn plain(number: Number) -> Reading {
        Reading {
            number,
            alternative: None,
            grade: Grade::Valid,
            migrated: false,
            repairs: Repairs::NONE,
        }
    }
}

impl CellReader {
    /// The number of a cell of digits alone, after a plus or not, that is valid in the way that is tried first, where
    /// no other way counts beside it: most cells of a dump. Of any other cell nothing is said here, and
    /// [`CellReader::cell`] says all.
    #[inline]
    pub fn plain(&self, text: &[u8], home: Option<Region>) -> Option<Number> {
        let home = home.filter(|&region| region != Region::NON_GEOGRAPHIC);
        let (digits, root) = match (text, home) {
            ([b'+', digits @ ..], Some(home)) => (digits, Root::PlusAt(home)),
            (_, Some(_)) if self.purpose == Purpose::Check => return None,
            (digits, Some(home)) if self.column == ColumnReading::Home => {
                (digits, Root::Home(home))
            }
            ([b'+', digits @ ..] | digits, _) => (digits, Root::International),
        };
        if digits.len() < usize::from(Written::FEWEST) {
            return None;
        }
        plans::digits(digits, root)
    }

    /// Reads one cell. The sink is called once for each number in it (`a / b` is two), at least once.
    pub fn cell(&self, text: &[u8], home: Option<Region>, sink: &mut impl FnMut(CellOutcome)) {
        let (plus, digits) = match text {
            [b'+', digits @ ..] => (true, digits),
            _ => (false, text),
        };
        let few = usize::from(Written::FEWEST);
        if (few..=Written::MAX).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) {
            let digits = Dialled {
                digits,
                plus,
                bare: !plus,
            };
            return sink(outcome(self.resolve(digits, home), Repairs::NONE));
        }
        if let Some(written) = Written::plain(text) {
            return sink(outcome(
                self.resolve(written.dialled(), home),
                Repairs::NONE,
            ));
        }
        with_clean(text, |clean| match Written::plain(clean.text) {
            Some(written) => sink(outcome(
                self.resolve(written.dialled(), home),
                clean.repairs,
            )),
            None => self.cleaned(clean, home, sink),
        });
    }

    /// Reads a cleaned cell in any writing but the plain.
    fn cleaned(self, cell: Clean<'_>, home: Option<Region>, sink: &mut impl FnMut(CellOutcome)) {
        let (text, guard) = without_guard(cell.text.trim_ascii());
        let repairs = cell.repairs.with(guard);
        if written::is_blank(text) {
            let only_nul = text.is_empty() && repairs.contains(Repairs::NUL);
            return sink(if only_nul {
                CellOutcome::Rejected(Reason::NoDigits)
            } else {
                CellOutcome::Blank
            });
        }
        let one = |text: &[u8]| {
            self.one(text, home, repairs)
                .unwrap_or_else(CellOutcome::Rejected)
        };
        let is_number = |text: &[u8]| {
            matches!(
                one(text),
                CellOutcome::Number(Reading {
                    grade: Grade::Valid,
                    ..
                })
            )
        };
        if let Some(parts) = Parts::of(text, several::ALWAYS, is_number) {
            return parts.map(one).for_each(sink);
        }
        let whole = one(text);
        if !matches!(
            whole,
            CellOutcome::Number(Reading {
                grade: Grade::Valid,
                ..
            })
        ) && let Some(parts) = Parts::of(text, several::SLASH, is_number)
        {
            return parts.map(one).for_each(sink);
        }
        sink(whole);
    }

    /// Reads cleaned text as one number.
    fn one(
        self,
        text: &[u8],
        home: Option<Region>,
        mut repairs: Repairs,
    ) -> Result<CellOutcome, Reason> {
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
        if written.extension == Some(Label::Mask) && found.is_err() {
            return Err(Reason::Redacted);
        }
        Ok(outcome(found, repairs))
    }

    fn resolve(self, dialled: Dialled<'_>, home: Option<Region>) -> Result<Found, Reason> {
        resolve::resolve(dialled, home, self.purpose, self.column)
    }
}

impl ColumnReading {
    /// Settles how a column is read from a sample of its cells, each with its row's home region.
    ///
    /// International if at least 90 % of the digits-only cells start with their home region's calling
    /// code and are valid as international numbers; home otherwise, and for an empty sample.
    pub fn settle<'a>(sample: impl Iterator<Item = (&'a [u8], Option<Region>)>) -> Settled {
        let (mut cells, mut international) = (0u64, 0u64);
        for (text, home) in sample {
            let Some(code) = home.and_then(Region::calling_code) else {
                continue;
            };
            let vote = with_clean(text, |cell| is_international(cell.text, code));
            cells += u64::from(vote.is_some());
            international += u64::from(vote == Some(true));
        }
        let share_is = |percent: u64| cells > 0 && international * 100 >= cells * percent;
        Settled {
            reading: if share_is(90) {
                ColumnReading::International
            } else {
                ColumnReading::Home
            },
            mixed: share_is(10) && !share_is(90),
        }
    }
}

/// For a cell of digits alone, whether they are an international number of this calling code.
fn is_international(text: &[u8], code: u16) -> Option<bool> {
    if written::is_blank(text) {
        return None;
    }
    let written = Written::parse(text).ok()?;
    let Dialled { digits, bare, .. } = written.dialled();
    let of_code = |number: Number| number.calling_code() == code;
    bare.then(|| plans::digits(digits, Root::International).is_some_and(of_code))
}

fn outcome(found: Result<Found, Reason>, repairs: Repairs) -> CellOutcome {
    match found {
        Ok(Found {
            number,
            alternative,
            grade,
            migrated,
        }) => CellOutcome::Number(Reading {
            number,
            alternative,
            grade,
            migrated,
            repairs,
        }),
        Err(reason) => CellOutcome::Rejected(reason),
    }
}

/// Calls `read` with a text in the alphabet that cells are read in: digits of every script and
/// typographic punctuation are ASCII, invisible marks are gone.
pub fn with_ascii<T>(text: &[u8], read: impl FnOnce(&[u8]) -> T) -> T {
    with_clean(text, |clean| read(clean.text))
}

/// Cleans a cell, on the stack unless it is longer than any cell should be.
fn with_clean<T>(text: &[u8], read: impl FnOnce(Clean<'_>) -> T) -> T {
    if text.len() <= USUAL_CELL {
        read(clean(text, &mut [0; USUAL_CELL]))
    } else {
        read(clean(text, &mut vec![0; text.len()]))
    }
}

/// Bytes of a cell that are cleaned without allocating.
const USUAL_CELL: usize = 256;

/// Takes off what makes a spreadsheet keep digits as text: `'…`, `="…"`, or quotes left behind.
fn without_guard(text: &[u8]) -> (&[u8], Repairs) {
    let quoted = text.strip_prefix(b"=").unwrap_or(text);
    let inside = match quoted {
        [b'"', inside @ .., b'"'] => inside,
        _ => match text {
            [b'\'', inside @ ..] => inside.strip_suffix(b"'").unwrap_or(inside),
            _ => return (text, Repairs::NONE),
        },
    };
    (inside.trim_ascii(), Repairs::TEXT_GUARD)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Digits that are numbers often enough: a calling code or a trunk prefix, and what may follow it.
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
                column: if international { ColumnReading::International } else { ColumnReading::Home },
            };
            if let Some(number) = reader.plain(text.as_bytes(), home) {
                let mut outcomes = Vec::new();
                reader.cell(text.as_bytes(), home, &mut |outcome| outcomes.push(outcome));
                prop_assert_eq!(outcomes, [CellOutcome::Number(Reading::plain(number))]);
            }
        }
    }
}
