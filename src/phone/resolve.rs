//! Digits and a home region → a number or the reason that there is none: the steps after cleaning, in order.
//!
//! 1. Valid as dialled from home; 2. valid as international without a plus, `00` being a plus everywhere
//!    (the two change places in a column settled as international); 3. an old plan's number, rewritten;
//!    4. possible, if that is wanted; 5. the reason that helps the user most.

use super::{
    Accept, ColumnReading, Grade, Number, Purpose, Reason, Region, calling_code,
    library::{self, Length},
    old_plans::{self, Change, Digits},
    plans::{self, Root},
};

/// A number found, before its repairs are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) number: Number,
    pub(super) alternative: Option<Number>,
    pub(super) grade: Grade,
    pub(super) migrated: bool,
}

impl Found {
    fn valid(number: Number) -> Found {
        Found {
            number,
            alternative: None,
            grade: Grade::Valid,
            migrated: false,
        }
    }
}

/// Digits as somebody dials them, and what was seen around them.
#[derive(Clone, Copy)]
pub(super) struct Dialled<'a> {
    /// ASCII digits.
    pub(super) digits: &'a [u8],
    /// A plus stands before them, or something else says that they are international.
    pub(super) plus: bool,
    /// Nothing stands between them but spaces.
    pub(super) bare: bool,
}

/// The number that somebody in `home` dials, in a column of this reading.
#[inline]
pub(super) fn resolve(
    dialled: Dialled<'_>,
    home: Option<Region>,
    purpose: Purpose,
    column: ColumnReading,
) -> Result<Found, Reason> {
    let home = home.filter(|&region| region != Region::NON_GEOGRAPHIC);
    let ways = Ways::of(dialled, home, column);
    match ways.valid(purpose) {
        Some(found) => Ok(found),
        None => ways.not_valid(purpose),
    }
}

/// One way to read digits: as an international number or as a region dials them.
#[derive(Clone, Copy)]
struct Way<'a> {
    digits: &'a [u8],
    root: Root,
}

/// The ways in which digits may be read, the preferred one first.
struct Ways<'a> {
    digits: &'a [u8],
    /// The digits as an international number, without a leading `00`.
    abroad: &'a [u8],
    order: [Option<Way<'a>>; 2],
    /// Digits that may be read both ways with equal right.
    either: bool,
    /// It is known, or said, whose digits they are.
    placed: bool,
}

impl<'a> Ways<'a> {
    #[inline]
    fn of(dialled: Dialled<'a>, home: Option<Region>, column: ColumnReading) -> Ways<'a> {
        let Dialled { digits, plus, bare } = dialled;
        let after_00 = match digits {
            [b'0', b'0', rest @ ..] if rest.first().is_some_and(|&first| first != b'0') => {
                Some(rest)
            }
            _ => None,
        };
        let abroad = after_00.unwrap_or(digits);
        let as_international = Some(Way {
            digits: abroad,
            root: Root::International,
        });
        let at_home = home.map(|region| Way {
            digits,
            root: Root::Home(region),
        });
        let international = column == ColumnReading::International;
        let unmarked = after_00.is_some() || bare || international;
        let order = if plus {
            let root = home.map_or(Root::International, Root::PlusAt);
            [Some(Way { digits, root }), after_00.and(as_international)]
        } else if !unmarked {
            [at_home, None]
        } else if at_home.is_some() && !international {
            [at_home, as_international]
        } else {
            [as_international, at_home]
        };
        Ways {
            digits,
            abroad,
            order,
            either: unmarked && !plus,
            placed: plus || after_00.is_some() || home.is_some() || international,
        }
    }

    #[inline]
    fn valid(&self, purpose: Purpose) -> Option<Found> {
        let mut ways = self
            .order
            .iter()
            .flatten()
            .filter_map(|way| plans::digits(way.digits, way.root));
        let number = ways.next()?;
        let alternative = match purpose {
            Purpose::Check if self.either => ways.next().filter(|&other| other != number),
            _ => None,
        };
        Some(Found {
            alternative,
            ..Found::valid(number)
        })
    }

    /// The steps after the valid ones.
    #[cold]
    fn not_valid(&self, purpose: Purpose) -> Result<Found, Reason> {
        let old = self.old();
        if let Some(Old::Became(number)) = old {
            return Ok(Found {
                migrated: true,
                ..Found::valid(number)
            });
        }
        // Digits of which nobody said whose they are, and which are a number of some region, lack that
        // region: a guess would answer for someone else.
        let lacks_region = !self.placed && self.is_valid_somewhere();
        if !lacks_region
            && purpose != Purpose::Load(Accept::Valid)
            && let Some(number) = self.possible()
        {
            return Ok(Found {
                grade: Grade::Possible,
                ..Found::valid(number)
            });
        }
        Err(match old {
            Some(_) => Reason::OldPlan,
            None if lacks_region => Reason::NoCountry,
            None => self.reason(),
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

    /// Ten digits that are a number of North America without its 1 are not taken for another country's old
    /// number: nobody said whose they are, and a guess would answer for someone else.
    fn lacks_only_its_one(&self) -> bool {
        let Ok(ten) = <[u8; 10]>::try_from(self.digits) else {
            return false;
        };
        let mut whole = [b'1'; 11];
        whole[1..].copy_from_slice(&ten);
        plans::digits(&whole, Root::International).is_some()
    }

    /// The number of a possible length that the digits are.
    fn possible(&self) -> Option<Number> {
        self.order.iter().flatten().find_map(|way| {
            let parsed = library::parse(way.digits, way.root)?;
            (parsed.length == Length::Possible).then_some(parsed.number)
        })
    }

    /// What is wrong with the digits, whoever dials them.
    fn reason(&self) -> Reason {
        match self.order[0] {
            Some(Way {
                digits,
                root: Root::Home(region),
            }) if digits.len() == self.abroad.len() => calling_code::reason_at_home(digits, region),
            _ => calling_code::reason(self.abroad),
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

impl Way<'_> {
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
        // Carrier codes and the like are for the library to take off, where any rule may want the rest.
        let parsed = || {
            let parsed =
                library::parse(self.digits, self.root).filter(|_| old_plans::is_about(code))?;
            Old::of(Digits::of(parsed.number.digits_in_full())?.as_slice())
        };
        at_home.or_else(|| whole(behind_trunk)).or_else(parsed)
    }
}
