//! Numbers that are another spelling of the same subscriber, although both are valid today.
//!
//! The pairs are data: `twins.tsv` beside this file, which says where each comes from. Nothing is
//! rewritten for them: a check asks for the twin of a number that it does not find.

use std::sync::LazyLock;

use super::{
    Number, Region,
    old_plans::{Change, Digits, Rule},
    plans::{self, Root},
};

const TABLE: &str = include_str!("twins.tsv");

/// The pairs, each in both directions.
static PAIRS: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let pairs = TABLE.lines().filter_map(Rule::parse);
    pairs
        .flat_map(|pair| [pair.reversed(), Some(pair)])
        .flatten()
        .collect()
});

impl Number {
    /// Calls `visit` with each other valid spelling of the same subscriber.
    #[inline]
    pub fn for_each_twin(self, visit: &mut impl FnMut(Number)) {
        if HAS_TWINS[self.region().index()] {
            self.twins().for_each(visit);
        }
    }

    fn twins(self) -> impl Iterator<Item = Number> {
        let digits = Digits::of(self.digits_in_full());
        digits.into_iter().flat_map(|digits| {
            let pairs = PAIRS
                .iter()
                .filter(move |pair| pair.fits(digits.as_slice()));
            pairs.filter_map(move |pair| match pair.change(digits.as_slice()) {
                Change::Became(other) => plans::digits(other.as_slice(), Root::International),
                Change::Unknown => None,
            })
        })
    }
}

/// The calling codes of the table.
const CODES: [u16; 8] = [54, 55, 241, 377, 383, 386, 970, 972];

/// By region, whether it is of one of these codes: most numbers are of a region without twins.
static HAS_TWINS: [bool; Region::COUNT] = {
    let mut has = [false; Region::COUNT];
    let mut index = 0;
    while index < Region::COUNT {
        has[index] = Region::has_code_among(index, &CODES);
        index += 1;
    }
    has
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(digits: &str) -> Number {
        plans::digits(digits.as_bytes(), Root::International).expect("a valid number")
    }

    fn twins(digits: &str) -> Vec<Number> {
        let mut twins = Vec::new();
        number(digits).for_each_twin(&mut |twin| twins.push(twin));
        twins
    }

    #[test]
    fn twins_are_twins_of_each_other() {
        for (one, other) in [
            ("5491123456789", "541123456789"),
            ("553176543210", "5531976543210"),
            ("970599123456", "972599123456"),
            ("38344123456", "37744123456"),
            ("38343123456", "38643123456"),
            ("24107123456", "24177123456"),
            ("2417123456", "24177123456"),
            ("2417123456", "24107123456"),
        ] {
            assert!(twins(one).contains(&number(other)), "{one}");
            assert!(twins(other).contains(&number(one)), "{other}");
        }
    }

    #[test]
    fn other_numbers_have_none() {
        for digits in ["12125550100", "491713920010", "46701740605"] {
            assert_eq!(twins(digits), [], "{digits}");
        }
    }

    #[test]
    fn every_pair_is_of_a_calling_code_that_is_asked() {
        let mut codes = std::collections::BTreeSet::new();
        let pairs = TABLE.lines().filter(|line| Rule::parse(line).is_some());
        for line in pairs {
            for spelling in line.split('\t').skip(2).take(2) {
                let code = spelling.split(' ').next().expect("a calling code");
                codes.insert(code.parse::<u16>().expect("digits"));
            }
        }
        assert!(codes.into_iter().eq(CODES));
    }

    proptest! {
        #[test]
        fn a_twin_of_a_twin_is_the_number_itself(
            code in proptest::sample::select(CODES.to_vec()),
            rest in "[1-9][0-9]{6,10}",
        ) {
            let digits = format!("{code}{rest}");
            if let Some(number) = plans::digits(digits.as_bytes(), Root::International) {
                for twin in number.twins() {
                    prop_assert!(twin != number && twin.twins().any(|other| other == number));
                    // Every spelling of one subscriber knows all others.
                    for other in number.twins().filter(|&other| other != twin) {
                        prop_assert!(twin.twins().any(|of_twin| of_twin == other));
                    }
                }
            }
        }
    }
}
