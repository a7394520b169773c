//! Numbers of old numbering plans → the digits that they became.
//!
//! The rules are data: `old_plans.tsv` beside this file, which says where each comes from. They are
//! asked only for digits that are no valid number of today, so none can touch a valid number.

use std::fmt;
use std::sync::LazyLock;

/// What became of an old number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It has these digits today.
    Became(Digits),
    /// It was given up, or what became of it cannot be told from its digits.
    Unknown,
}

/// The digits of an international number, calling code first. Its `Debug` tells how many.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Digits {
    digits: [u8; Digits::MAX],
    length: usize,
}

/// What became of an old number, if these international digits are one: the first rule that fits
/// tells.
pub(super) fn change(digits: &[u8]) -> Option<Change> {
    let rules = &RULES[place(digits)?];
    rules
        .iter()
        .find(|rule| rule.fits(digits))
        .map(|rule| rule.change(digits))
}

/// Whether any rule is about numbers of this calling code.
pub(super) fn is_about(code: u16) -> bool {
    let digits = Digits::of(code.into());
    digits
        .and_then(|digits| place(digits.as_slice()))
        .is_some_and(|at| !RULES[at].is_empty())
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:*<1$}", "", self.length)
    }
}

impl Digits {
    /// More digits than any number of the table has, old or new.
    const MAX: usize = 16;

    /// A calling code and a national number.
    pub(super) fn joined(code: u16, national: &[u8]) -> Option<Digits> {
        let mut whole = Digits::of(code.into())?;
        let end = whole.length + national.len();
        whole
            .digits
            .get_mut(whole.length..end)?
            .copy_from_slice(national);
        whole.length = end;
        Some(whole)
    }

    /// A number in decimal digits.
    pub(super) fn of(number: u64) -> Option<Digits> {
        let count = number.checked_ilog10()? + 1;
        let digit = |place| u8::try_from(number / 10u64.pow(place) % 10).ok();
        Digits::collect((0..count).rev().filter_map(digit).map(|digit| digit + b'0'))
    }

    /// The digits as ASCII.
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.digits[..self.length]
    }

    /// Nothing if there are too many.
    fn collect(digits: impl Iterator<Item = u8>) -> Option<Digits> {
        let mut all = Digits {
            digits: [0; Digits::MAX],
            length: 0,
        };
        for digit in digits {
            *all.digits.get_mut(all.length)? = digit;
            all.length += 1;
        }
        Some(all)
    }
}

/// One line of the table.
pub(super) struct Rule {
    old: Vec<DigitSlots>,
    new: Option<Vec<DigitSlots>>,
}

/// One place of a number's pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DigitSlots {
    /// This digit.
    Fixed(u8),
    /// One of a set of digits (a bit each), carried over.
    Carried(u16),
}

impl Rule {
    /// The rule of a line; nothing for a comment or the header.
    pub(super) fn parse(line: &str) -> Option<Rule> {
        let mut fields = line.split('\t');
        let (_country, since) = (fields.next()?, fields.next()?);
        since
            .starts_with(|first: char| first.is_ascii_digit())
            .then_some(())?;
        let (old, new) = (fields.next()?, fields.next()?);
        let new = if new == "-" { None } else { Some(places(new)?) };
        Some(Rule {
            old: places(old)?,
            new,
        })
    }

    pub(super) fn fits(&self, digits: &[u8]) -> bool {
        let fits = |(place, &digit): (&DigitSlots, &u8)| match *place {
            DigitSlots::Fixed(fixed) => fixed == digit,
            DigitSlots::Carried(set) => set & (1 << (digit - b'0')) != 0,
        };
        self.old.len() == digits.len() && self.old.iter().zip(digits).all(fits)
    }

    /// The rule from new digits to old ones, if nothing is lost on the way.
    pub(super) fn reversed(&self) -> Option<Rule> {
        let new = self.new.clone()?;
        let carried = |slots: &[DigitSlots]| {
            let sets = slots
                .iter()
                .filter(|slot| matches!(slot, DigitSlots::Carried(_)));
            sets.copied().collect::<Vec<_>>()
        };
        (carried(&new) == carried(&self.old)).then(|| Rule {
            old: new,
            new: Some(self.old.clone()),
        })
    }

    /// The new digits of a number that fits.
    pub(super) fn change(&self, digits: &[u8]) -> Change {
        let Some(new) = &self.new else {
            return Change::Unknown;
        };
        let mut carried = self
            .old
            .iter()
            .zip(digits)
            .filter_map(|(place, &digit)| match place {
                DigitSlots::Fixed(_) => None,
                DigitSlots::Carried(_) => Some(digit),
            });
        let digits = new.iter().filter_map(|place| match *place {
            DigitSlots::Fixed(digit) => Some(digit),
            DigitSlots::Carried(_) => carried.next(),
        });
        Digits::collect(digits).map_or(Change::Unknown, Change::Became)
    }
}

/// The places of a pattern: digits, `#` for any digit, `[..]` for one of a set; spaces say nothing.
fn places(pattern: &str) -> Option<Vec<DigitSlots>> {
    let mut places = Vec::new();
    let mut rest = pattern.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b' ' => {}
            b'0'..=b'9' => places.push(DigitSlots::Fixed(byte)),
            b'#' => places.push(DigitSlots::Carried(0x3FF)),
            b'[' => {
                let class: Vec<u8> = rest.by_ref().take_while(|&byte| byte != b']').collect();
                places.push(DigitSlots::Carried(set(&class)?));
            }
            _ => return None,
        }
    }
    Some(places)
}

/// The digits of a class, such as `124-8`.
fn set(class: &[u8]) -> Option<u16> {
    let (first, rest) = class.split_first()?;
    let last = if let [b'-', last, ..] = rest {
        last
    } else {
        first
    };
    let rest = if last == first { rest } else { &rest[2..] };
    if !first.is_ascii_digit() || !last.is_ascii_digit() {
        return None;
    }
    let own = (*first..=*last).fold(0, |set, digit| set | 1 << (digit - b'0'));
    Some(own | if rest.is_empty() { 0 } else { set(rest)? })
}

/// Where the rules are for numbers that begin so: no calling code of the table has one digit.
fn place(digits: &[u8]) -> Option<usize> {
    let [first, second, ..] = *digits else {
        return None;
    };
    Some(usize::from(first - b'0') * 10 + usize::from(second - b'0'))
}

/// The table, by the first two digits of the old numbers, in its own order.
static RULES: LazyLock<[Vec<Rule>; 100]> = LazyLock::new(|| {
    let mut rules = [const { Vec::new() }; 100];
    for rule in TABLE.lines().filter_map(Rule::parse) {
        if let [DigitSlots::Fixed(first), DigitSlots::Fixed(second), ..] = rule.old[..]
            && let Some(at) = place(&[first, second])
        {
            rules[at].push(rule);
        }
    }
    rules
});

const TABLE: &str = include_str!("old_plans.tsv");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::phone::{
        Accept, CellOutcome, CellReader, DigitOrder, MIGRATIONS_VERSION, Number, Purpose, Reason,
        Region,
        plans::{self, Root},
    };

    /// The lines of the table, fields apart.
    fn lines() -> impl Iterator<Item = [&'static str; 5]> {
        let data = TABLE.lines().filter(|line| !line.starts_with('#')).skip(1);
        data.map(|line| line.split('\t').collect::<Vec<_>>().try_into().unwrap())
    }

    fn became(digits: &str) -> Option<String> {
        match change(digits.as_bytes())? {
            Change::Became(new) => Some(String::from_utf8(new.as_slice().to_vec()).unwrap()),
            Change::Unknown => Some("?".to_owned()),
        }
    }

    #[test]
    fn every_line_is_a_rule_with_country_date_and_source() {
        let mut count = 0;
        for [country, since, old, new, notice] in lines() {
            let region = Region::from_code(country).unwrap();
            let code = region.calling_code().unwrap().to_string();
            // Some were under the code of another country.
            let of_old = old.split(' ').next().unwrap();
            let of_others: &[&str] = match country {
                "XK" => &["377", "386"],
                "GF" | "GP" | "MQ" | "RE" | "YT" => &["33"],
                _ => &[],
            };
            assert!(of_old == code || of_others.contains(&of_old), "{old}");
            assert!(new == "-" || new.starts_with(&format!("{code} ")), "{new}");
            assert!(since.parse::<jiff::civil::Date>().is_ok(), "{since}");
            assert!(notice.len() > 10, "{old}");
            let line = [country, since, old, new, notice].join("	");
            let rule = Rule::parse(&line).unwrap();
            let carried = |places: &[DigitSlots]| {
                places
                    .iter()
                    .filter(|place| matches!(place, DigitSlots::Carried(_)))
                    .count()
            };
            if let Some(new) = &rule.new {
                assert_eq!(carried(&rule.old), carried(new), "{old}");
                assert!(new.len() <= Digits::MAX, "{old}");
            }
            count += 1;
        }
        assert_eq!(RULES.iter().map(Vec::len).sum::<usize>(), count);
        assert!(TABLE.starts_with(&format!("# Numbers of old numbering plans, and what today's plans made of them. Version {MIGRATIONS_VERSION}.")));
    }

    #[test]
    fn numbers_of_each_country_become_what_its_regulator_said() {
        for (old, new) in [
            ("5491115 20123456", "54911 20123456"),
            ("54935115 2012345", "549351 2012345"),
            ("229 97123456", "229 0197123456"),
            ("55 11 87654321", "55 11 987654321"),
            ("225 07123456", "225 0707123456"),
            ("225 05123456", "225 0505123456"),
            ("225 01123456", "225 0101123456"),
            ("225 41123456", "225 0141123456"),
            ("225 76123456", "225 0576123456"),
            ("225 59123456", "225 0759123456"),
            ("225 20212345", "225 2720212345"),
            ("225 20312345", "225 2720312345"),
            ("225 20812345", "225 2120812345"),
            ("225 36012345", "225 2536012345"),
            ("225 61123456", "?"),
            ("56 2 2345678", "56 2 22345678"),
            ("56 45 212345", "56 45 2212345"),
            ("237 77123456", "237 677123456"),
            ("237 22123456", "?"),
            ("57 1 2345678", "57 601 2345678"),
            ("593 99123456", "593 999123456"),
            ("20 10 1234567", "20 100 1234567"),
            ("20 17 1234567", "20 127 1234567"),
            ("20 14 1234567", "20 114 1234567"),
            ("241 07123456", "241 77123456"),
            ("241 5123456", "241 65123456"),
            ("230 7123456", "230 57123456"),
            ("52 1 5512345678", "52 5512345678"),
            ("52 044 5512345678", "52 5512345678"),
            ("966 1 1234567", "966 11 1234567"),
            ("966 7 1234567", "966 17 1234567"),
            ("84 168 1234567", "84 38 1234567"),
            ("84 122 1234567", "84 77 1234567"),
            ("84 127 1234567", "84 81 1234567"),
            ("84 199 1234567", "84 59 1234567"),
            ("33 692 123456", "262 692 123456"),
            ("63 2 2101234", "63 2 7 2101234"),
            ("63 2 2201234", "63 2 3 2201234"),
            ("63 2 7891234", "63 2 8 7891234"),
            ("670 7234567", "670 77234567"),
            ("689 212345", "689 87 212345"),
        ] {
            let expected = new.replace(' ', "");
            assert_eq!(became(&old.replace(' ', "")), Some(expected), "{old}");
        }
        assert_eq!(became("12025550143"), None);
        assert_eq!(became("5"), None);
        assert_eq!(
            Digits::joined(52, b"0445512345678").unwrap().as_slice(),
            b"520445512345678"
        );
        assert!(is_about(52) && !is_about(1) && !is_about(49));
    }

    /// Digits that fit a pattern, every free place drawn from its set.
    fn fitting(old: &str) -> BoxedStrategy<Vec<u8>> {
        let places = places(old).unwrap().into_iter().map(|place| match place {
            DigitSlots::Fixed(digit) => Just(digit).boxed(),
            DigitSlots::Carried(set) => {
                let digits: Vec<u8> = (b'0'..=b'9')
                    .filter(|digit| set & (1 << (digit - b'0')) != 0)
                    .collect();
                proptest::sample::select(digits).boxed()
            }
        });
        places.collect::<Vec<_>>().boxed()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn every_rule_makes_numbers_of_its_own_country(
            (at, draws) in (0..lines().count()).prop_flat_map(|at| {
                let [_, _, old, ..] = lines().nth(at).unwrap();
                (Just(at), proptest::collection::vec(fitting(old), 256))
            })
        ) {
            let [country, _, _, new, _] = lines().nth(at).unwrap();
            let made = |draw: &Vec<u8>| match change(draw)? {
                Change::Became(made) => plans::digits(made.as_slice(), Root::International),
                Change::Unknown => None,
            };
            let numbers: Vec<Number> = draws.iter().filter_map(made).collect();
            // Saint Martin's numbers are among Guadeloupe's.
            let code = Region::from_code(country).and_then(Region::calling_code);
            prop_assert!(numbers.iter().all(|number| number.region().calling_code() == code));
            prop_assert!(new == "-" || !numbers.is_empty(), "no draw of rule {} is a number of today", at);
        }

        #[test]
        fn no_two_rules_make_different_numbers(old in any_old()) {
            let rules = &RULES[place(&old).unwrap()];
            let made = rules.iter().filter(|rule| rule.fits(&old)).filter_map(|rule| match rule.change(&old) {
                Change::Became(made) => plans::digits(made.as_slice(), Root::International),
                Change::Unknown => None,
            });
            let numbers: std::collections::BTreeSet<Number> = made.collect();
            prop_assert!(numbers.len() <= 1);
        }

        #[test]
        fn what_is_valid_today_is_never_rewritten(old in any_old()) {
            let reader = CellReader { purpose: Purpose::Load(Accept::Valid), order: DigitOrder::HomeFirst };
            let mut outcomes = Vec::new();
            reader.cell(&[b"+", &old[..]].concat(), None, &mut |outcome| outcomes.push(outcome));
            let today = plans::digits(&old, Root::International);
            match (outcomes[0], today) {
                (CellOutcome::Number(read), Some(number)) => prop_assert!(read.number == number && !read.migrated),
                (CellOutcome::Number(read), None) => prop_assert!(read.migrated),
                (outcome, _) => prop_assert_eq!(outcome, CellOutcome::Rejected(Reason::OldPlan)),
            }
            prop_assert_eq!(outcomes.len(), 1);
        }
    }

    /// A number that some rule fits.
    fn any_old() -> impl Strategy<Value = Vec<u8>> {
        (0..lines().count()).prop_flat_map(|at| fitting(lines().nth(at).unwrap()[2]))
    }
}
