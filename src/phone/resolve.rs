//! Digits and a home region → a number or the reason that there is none: the steps after cleaning,
//! in order.
//!
//! 1. Valid today. Digits without a plus are judged one cell at a time: with the home's own calling
//!    code in front they are international, else as dialled from home, else international under any
//!    other calling code; `00` is a plus in every region. [`DigitOrder`] puts every calling code
//!    before home.
//! 2. An old plan's number, rewritten. 3. Possible, if that is wanted. 4. The reason that helps the
//!    user most.
//!
//! Punctuation decides nothing: no plus means no plus, whatever is between the digits.

use super::{
    Accept, DigitOrder, Grade, Number, Purpose, ReadAs, Reason, Region, calling_code,
    old_plans::{self, Change, Digits},
    parse::{Length, parse},
    plans::{
        self, Root,
        bare::{self, BareNumbers, without_00},
    },
    written::{Dialled, Written},
};

/// A number found, before its repairs are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Resolved {
    pub(super) number: Number,
    pub(super) read_as: ReadAs,
    pub(super) alternative: Option<Number>,
    pub(super) grade: Grade,
    pub(super) migrated: bool,
}

/// Digits that are no valid number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) reason: Reason,
    /// The number of a possible length that they are, if the purpose takes one.
    pub(super) possible: Option<Resolved>,
}

impl Resolved {
    fn valid(number: Number, read_as: ReadAs) -> Resolved {
        Resolved {
            number,
            read_as,
            alternative: None,
            grade: Grade::Valid,
            migrated: false,
        }
    }
}

/// The number that somebody in `home` dials.
#[inline]
pub(super) fn resolve(
    dialled: Dialled<'_>,
    home: Option<Region>,
    purpose: Purpose,
    order: DigitOrder,
) -> Result<Resolved, Refused> {
    let home = home.filter(|&region| region != Region::NON_GEOGRAPHIC);
    if let Some(index) = dialled.optional_zero
        && calling_code::is_one(without_00(&dialled.digits[..index]))
    {
        return with_optional_zero(dialled, index, home, purpose, order);
    }
    let ways = Ways::of(dialled, home, order);
    match ways.valid() {
        // What a dump wrote without a plus may be stored under another number.
        Some(found) if purpose == Purpose::Check && found.alternative.is_none() => Ok(Resolved {
            alternative: found.number.misread_at_home(),
            ..found
        }),
        Some(found) => Ok(found),
        None => ways.not_valid(purpose),
    }
}

/// Reads digits without the zero of a `(0)` first. A plan with a trunk 0 gives the same number
/// either way.
#[cold]
fn with_optional_zero(
    dialled: Dialled<'_>,
    index: usize,
    home: Option<Region>,
    purpose: Purpose,
    order: DigitOrder,
) -> Result<Resolved, Refused> {
    let mut without = [0; Written::MAX];
    let (before, after) = (&dialled.digits[..index], &dialled.digits[index + 1..]);
    without[..index].copy_from_slice(before);
    without[index..index + after.len()].copy_from_slice(after);
    let without = Dialled {
        digits: &without[..index + after.len()],
        ..dialled
    };
    let with_zero = Ways::of(dialled, home, order);
    match (Ways::of(without, home, order).valid(), with_zero.valid()) {
        (Some(found), Some(other)) if found.number != other.number => Ok(Resolved {
            alternative: Some(other.number),
            ..found
        }),
        (Some(found), _) | (None, Some(found)) => Ok(found),
        (None, None) => with_zero.not_valid(purpose),
    }
}

/// The digits as one number, if there are no more of them than any number has.
fn value(digits: &[u8]) -> u64 {
    let digit = |byte: &u8| u64::from(byte - b'0');
    (digits.iter()).fold(0, |value, byte| {
        value.wrapping_mul(10).wrapping_add(digit(byte))
    })
}

/// Whether digits begin with the calling code of `home`, so that they are read as international
/// first.
#[inline]
pub(super) fn begins_with_own_code(digits: &[u8], home: Region) -> bool {
    bare::behind_own_code(digits, home).is_some() && !plans::reads_home_before_own_code(home)
}

/// Digits and the plus, home or neither that they follow: one way to read them.
#[derive(Clone, Copy)]
struct RootedDigits<'a> {
    digits: &'a [u8],
    root: Root,
}

/// The ways in which digits may be read, the preferred one first.
struct Ways<'a> {
    digits: &'a [u8],
    /// The digits as an international number, without a leading `00`.
    abroad: &'a [u8],
    order: [Option<RootedDigits<'a>>; 2],
    /// Where the digits are dialled, if no plus is in front.
    home: Option<Region>,
    /// `00` is in front, and no plus.
    after_00: bool,
    /// It is known, or said, whose digits they are.
    placed: bool,
}

impl<'a> Ways<'a> {
    #[inline]
    fn of(dialled: Dialled<'a>, home: Option<Region>, order: DigitOrder) -> Ways<'a> {
        let Dialled { digits, plus, .. } = dialled;
        let abroad = without_00(digits);
        let after_00 = (abroad.len() < digits.len()).then_some(abroad);
        let as_international = Some(RootedDigits {
            digits: abroad,
            root: Root::International,
        });
        let at_home = home.map(|region| RootedDigits {
            digits,
            root: Root::Home(region),
        });
        let international_first = after_00.is_some()
            || order == DigitOrder::InternationalFirst
            || home.is_none_or(|home| begins_with_own_code(digits, home));
        let order_of_ways = if plus {
            let root = home.map_or(Root::International, Root::PlusAt);
            [
                Some(RootedDigits { digits, root }),
                after_00.and(as_international),
            ]
        } else if international_first {
            [as_international, at_home]
        } else {
            [at_home, as_international]
        };
        Ways {
            digits,
            abroad,
            order: order_of_ways,
            home: home.filter(|_| !plus),
            after_00: after_00.is_some() && !plus,
            placed: plus
                || after_00.is_some()
                || home.is_some()
                || order == DigitOrder::InternationalFirst,
        }
    }

    #[inline]
    fn valid(&self) -> Option<Resolved> {
        let mut found = self.found().into_iter().flatten();
        let first = found.next()?;
        let other = found.next();
        // The same number both ways: its calling code is in front.
        if other.is_some_and(|other| other.number == first.number) {
            return Some(Resolved::valid(first.number, ReadAs::International));
        }
        // Behind `00` a trunk digit that would have to come off tells of a carrier of the home
        // instead.
        let (found, other) = match other {
            Some(other) if self.after_00 && first.number.digits_in_full() != value(self.abroad) => {
                (other, first)
            }
            Some(other) => (first, other),
            None => return Some(first),
        };
        Some(Resolved {
            alternative: Some(other.number),
            ..found
        })
    }

    /// What the digits are, by the order of the ways.
    #[inline]
    fn found(&self) -> [Option<Resolved>; 2] {
        let Some(home) = self.home else {
            return self.order.map(|way| way.and_then(RootedDigits::valid));
        };
        let BareNumbers {
            at_home,
            international,
        } = bare::read(self.digits, home);
        let at_home = at_home.map(|number| Resolved::valid(number, ReadAs::Home));
        let international =
            international.map(|number| Resolved::valid(number, ReadAs::International));
        match self.first_way() {
            ReadAs::Home => [at_home, international],
            ReadAs::International => [international, at_home],
        }
    }

    /// The steps after the valid ones.
    #[cold]
    fn not_valid(&self, purpose: Purpose) -> Result<Resolved, Refused> {
        let old = self.old();
        if let Some(Old::Became(number)) = old {
            return Ok(Resolved {
                migrated: true,
                ..Resolved::valid(number, self.first_way())
            });
        }
        if purpose == Purpose::Recognise {
            return Err(Refused {
                reason: Reason::NotValid,
                possible: None,
            });
        }
        // Digits of which nobody said whose they are, and which are a number of some region, lack
        // that region: a guess would answer for someone else.
        let lacks_region = !self.placed && self.is_valid_somewhere();
        let takes_possible = !lacks_region && purpose != Purpose::Load(Accept::Valid);
        Err(Refused {
            reason: match old {
                Some(_) => Reason::OldPlan,
                None if lacks_region => Reason::NoCountry,
                None => self.reason(),
            },
            possible: takes_possible.then(|| self.possible()).flatten(),
        })
    }

    /// What became of these digits, if they are an old plan's number.
    fn old(&self) -> Option<Old> {
        if !self.placed && self.lacks_only_its_one() {
            return None;
        }
        let mut known = None;
        for way in self.order.iter().flatten() {
            match way.old() {
                Some(Old::Became(number)) => return Some(Old::Became(number)),
                old => known = known.or(old),
            }
        }
        known
    }

    /// Ten digits that are a number of North America without its 1 are not taken for another
    /// country's old number: nobody said whose they are, and a guess would answer for someone else.
    fn lacks_only_its_one(&self) -> bool {
        let Ok(ten) = <[u8; 10]>::try_from(self.digits) else {
            return false;
        };
        let mut whole = [b'1'; 11];
        whole[1..].copy_from_slice(&ten);
        plans::digits(&whole, Root::International).is_some()
    }

    /// The number of a possible length that the digits are.
    fn possible(&self) -> Option<Resolved> {
        self.order.iter().flatten().find_map(|way| {
            let parsed = parse(way.digits, way.root)?;
            (parsed.length == Length::Possible).then(|| Resolved {
                grade: Grade::Possible,
                ..Resolved::valid(parsed.number, self.first_way())
            })
        })
    }

    /// The fault of the digits, whatever their home.
    fn reason(&self) -> Reason {
        match self.home.filter(|_| !self.after_00) {
            Some(region) => calling_code::reason_at_home(self.digits, region),
            None => calling_code::reason(self.abroad),
        }
    }

    fn first_way(&self) -> ReadAs {
        match self.order[0] {
            Some(RootedDigits {
                root: Root::Home(_),
                ..
            }) => ReadAs::Home,
            _ => ReadAs::International,
        }
    }

    fn is_valid_somewhere(&self) -> bool {
        let mut regions = Region::all().filter(|&region| region != Region::NON_GEOGRAPHIC);
        regions.any(|region| plans::digits(self.digits, Root::Home(region)).is_some())
    }
}

/// What became of an old plan's number.
#[derive(Clone, Copy)]
enum Old {
    Became(Number),
    Unknown,
}

impl Old {
    /// A rewritten number counts only if it is one of today's.
    fn of(digits: &[u8]) -> Option<Old> {
        let became = match old_plans::change(digits)? {
            Change::Became(new) => plans::digits(new.as_slice(), Root::International),
            Change::Unknown => None,
        };
        Some(became.map_or(Old::Unknown, Old::Became))
    }
}

impl RootedDigits<'_> {
    #[inline]
    fn valid(self) -> Option<Resolved> {
        let read_as = match self.root {
            Root::Home(_) => ReadAs::Home,
            Root::International | Root::PlusAt(_) => ReadAs::International,
        };
        Some(Resolved::valid(
            plans::digits(self.digits, self.root)?,
            read_as,
        ))
    }

    /// What became of the digits read this way, if they are an old plan's number.
    fn old(self) -> Option<Old> {
        let Root::Home(region) = self.root else {
            return Old::of(self.digits);
        };
        let code = region.calling_code()?;
        let whole =
            |national| Digits::joined(code, national).and_then(|digits| Old::of(digits.as_slice()));
        let at_home = whole(self.digits);
        let [b'0', behind_trunk @ ..] = self.digits else {
            return at_home;
        };
        // Carrier codes and the like are for the parser to take off, where any rule may want the
        // rest.
        let parsed = || {
            let parsed = parse(self.digits, self.root).filter(|_| old_plans::is_about(code))?;
            Old::of(Digits::of(parsed.number.digits_in_full())?.as_slice())
        };
        at_home.or_else(|| whole(behind_trunk)).or_else(parsed)
    }
}
