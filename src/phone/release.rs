//! The date of the numbering plans, and how long they may be trusted to know the numbers in use.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::{METADATA_DATE, METADATA_VERSION};

/// The plans in words: `the plans of 2026-10, metadata 9.0.42`.
pub static PLANS_IN_WORDS: LazyLock<String> = LazyLock::new(|| {
    let (month, _day) = METADATA_DATE.split_at(7);
    format!("the plans of {month}, metadata {METADATA_VERSION}")
});

/// After this number of months the plans may lack ranges that many people have by then: plans
/// 21 months old do not know 45 % of today's mobile ranges of Algeria, and 37 % of Germany's.
const MONTHS_OF_TRUST: i32 = 18;

/// How many whole months the plans are old on a day; 0 before their release.
pub fn plans_age_in_months(today: Date) -> i32 {
    let released: Date = METADATA_DATE.parse().expect("the table holds a date");
    let months = 12 * i32::from(today.year() - released.year())
        + i32::from(today.month() - released.month())
        - i32::from(today.day() < released.day());
    months.max(0)
}

/// Whether the plans are so old on a day that they may not know ranges in use.
pub fn new_ranges_may_be_unknown(today: Date) -> bool {
    plans_age_in_months(today) >= MONTHS_OF_TRUST
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    #[test]
    fn plans_are_trusted_for_eighteen_months() {
        let released: Date = METADATA_DATE.parse().unwrap();
        let one_day = 1.days();
        for (age, days, months, is_old) in [
            (0.months(), 0.days(), 0, false),
            (1.months(), one_day, 1, false),
            (18.months(), -one_day, 17, false),
            (18.months(), 0.days(), 18, true),
            (3.years(), one_day, 36, true),
            (-2.years(), 0.days(), 0, false),
        ] {
            let today = released
                .checked_add(age)
                .unwrap()
                .checked_add(days)
                .unwrap();
            assert_eq!(plans_age_in_months(today), months, "{age}");
            assert_eq!(new_ranges_may_be_unknown(today), is_old, "{age}");
        }
    }

    #[test]
    fn words_name_month_and_version() {
        assert!(PLANS_IN_WORDS.contains(&METADATA_DATE[..7]));
        assert!(PLANS_IN_WORDS.ends_with(METADATA_VERSION));
    }
}
