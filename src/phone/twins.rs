//! Numbers that are another spelling of the same subscriber, although both are valid today.
//!
//! The pairs are data: `twins.tsv` beside this file, which says where each comes from. Nothing is
//! rewritten for them: a check asks for the twin of a number that it does not find.

use std::sync::LazyLock;

use super::{
    Number,
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
    /// The other valid spelling of the same subscriber, if there is one.
    pub fn twin(self) -> Option<Number> {
        // Most numbers are of a calling code without twins.
        if !matches!(self.calling_code(), 54 | 55 | 377 | 383 | 386 | 970 | 972) {
            return None;
        }
        let digits = Digits::of(self.digits_in_full())?;
        let pair = PAIRS.iter().find(|pair| pair.fits(digits.as_slice()))?;
        match pair.change(digits.as_slice()) {
            Change::Became(other) => plans::digits(other.as_slice(), Root::International),
            Change::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(digits: &str) -> Number {
        plans::digits(digits.as_bytes(), Root::International).expect("a valid number")
    }

    #[test]
    fn twins_are_twins_of_each_other() {
        for (one, other) in [
            ("5491123456789", "541123456789"),
            ("553176543210", "5531976543210"),
            ("970599123456", "972599123456"),
            ("38344123456", "37744123456"),
            ("38343123456", "38643123456"),
        ] {
            let (one, other) = (number(one), number(other));
            assert!(
                one.twin() == Some(other) && other.twin() == Some(one),
                "{one:?}"
            );
        }
    }

    #[test]
    fn other_numbers_have_none() {
        for digits in ["12125550100", "491713920010", "46701740605"] {
            assert!(number(digits).twin().is_none(), "{digits}");
        }
    }

    #[test]
    fn every_pair_is_of_a_calling_code_that_is_asked() {
        for line in TABLE
            .lines()
            .filter(|line| line.contains("\t1") || line.contains("\t2"))
        {
            for spelling in line.split('\t').skip(2).take(2) {
                let code = spelling.split(' ').next().expect("a calling code");
                assert!(["54", "55", "377", "383", "386", "970", "972"].contains(&code));
            }
        }
    }
}
