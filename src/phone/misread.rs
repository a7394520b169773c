//! Numbers under which another number is stored, since its digits were read otherwise than they were
//! meant.
//!
//! Digits without a plus may be valid in two ways, and a dump is stored under one. A contact that
//! is written so that only one way fits still asks for the other number. The same goes for indexes
//! that were made by older rules, or when the number's calling code was of other regions.

use super::{
    Number, Region,
    old_plans::Digits,
    plans::{self, Root, rules::Rules},
    resolve,
};

/// Powers of ten up to the largest of 64 bits.
const POWERS_OF_TEN: [u64; 20] = {
    let mut powers = [1; 20];
    let mut power = 1;
    while power < powers.len() {
        powers[power] = powers[power - 1] * 10;
        power += 1;
    }
    powers
};

/// Every contact asks for it, and multiplying takes as long as walking through the plans.
#[inline]
fn power_of_ten(power: u32) -> u64 {
    POWERS_OF_TEN[power as usize]
}

impl Number {
    /// The number that a dump of this number's own region is read as, where it writes the number
    /// without a plus: with the calling code, or without the trunk digit. `None` if it is this one,
    /// as nearly always.
    #[inline]
    pub(super) fn misread_at_home(self) -> Option<Number> {
        let region = self.region();
        if !plans::bare::may_be_misread(region) {
            return None;
        }
        self.misread(region)
    }

    fn misread(self, region: Region) -> Option<Number> {
        if !plans::reads_home_before_own_code(region) && !self.begins_with_its_code_twice() {
            return None;
        }
        let digits = Digits::of(self.digits_in_full())?;
        let digits = digits.as_slice();
        if plans::reads_home_before_own_code(region) {
            return plans::digits(digits, Root::Home(region)).filter(|&number| number != self);
        }
        let national = &digits[region.calling_code()?.ilog10() as usize + 1..];
        if plans::digits(national, Root::Home(region)) != Some(self)
            || !resolve::begins_with_own_code(national, region)
        {
            return None;
        }
        plans::digits(national, Root::International)
    }

    /// Whether the calling code is followed by the same digits.
    #[inline]
    fn begins_with_its_code_twice(self) -> bool {
        let digits = self.digits_in_full();
        let Some(code) = self.region().calling_code().map(u64::from) else {
            return false;
        };
        let length = code.ilog10() + 1;
        let count = digits.checked_ilog10().map_or(0, |log| log + 1);
        let behind = count.saturating_sub(2 * length);
        digits / power_of_ten(behind) == code * power_of_ten(length) + code
    }

    /// What stands for this number in an index that was made under older plans or rules: the same
    /// digits as a number of another region of the calling code, and the national number that they
    /// were taken for where a column was read at home.
    pub fn in_older_indexes(self) -> impl Iterator<Item = Number> {
        let digits = self.digits_in_full();
        let regions = Rules::all_of_code(self.calling_code()).filter_map(Rules::region);
        let others = regions.filter(move |&region| region != self.region());
        let at_home = Digits::of(digits)
            .and_then(|digits| plans::digits(digits.as_slice(), Root::Home(self.region())));
        others
            .map(move |region| Number::new(digits, region))
            .chain(at_home.filter(move |&number| number != self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(digits: &str) -> Number {
        plans::digits(digits.as_bytes(), Root::International).expect("a valid number")
    }

    #[test]
    fn a_number_that_is_read_otherwise_without_its_plus_is_known() {
        // Germany reads the calling code first, Italy its own numbers.
        let german = number("494917139200010");
        assert_eq!(german.misread_at_home(), Some(number("4917139200010")));
        assert_eq!(number("4917139200010").misread_at_home(), None);
        assert_eq!(number("393912345678").misread_at_home(), None);
        for digits in ["12125550100", "491713920010", "46701740605", "77012345678"] {
            assert_eq!(number(digits).misread_at_home(), None, "{digits}");
        }
    }

    #[test]
    fn an_older_index_may_have_another_region_or_the_number_at_home() {
        let in_older = |digits: &str| -> Vec<(u64, &str)> {
            let numbers = number(digits).in_older_indexes();
            let named = numbers.map(|number| (number.digits_in_full(), number.region().code()));
            named.collect()
        };
        assert_eq!(in_older("77012345678"), [(77_012_345_678, "RU")]);
        assert_eq!(in_older("262639012345"), [(262_639_012_345, "RE")]);
        assert!(in_older("4917139200010").contains(&(494_917_139_200_010, "DE")));
        assert_eq!(in_older("46701740605"), []);
        assert_eq!(in_older("12125550100").len(), 24);
    }
}
