//! A date known to the year, the month or the day, as breaches are dated.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A date `YYYY`, `YYYY-MM` or `YYYY-MM-DD` that exists in the calendar.
///
/// Ordered as text: a year comes before its months, a month before its days.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate(String);

/// A text that is no such date.
#[derive(Debug, thiserror::Error)]
#[error("{text:?} is not a date: give YYYY, YYYY-MM or YYYY-MM-DD")]
pub struct BadDate {
    /// The text given.
    pub text: String,
}

impl PartialDate {
    /// The date as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PartialDate {
    type Error = BadDate;

    fn try_from(text: String) -> Result<PartialDate, BadDate> {
        if exists(&text) {
            Ok(PartialDate(text))
        } else {
            Err(BadDate { text })
        }
    }
}

impl FromStr for PartialDate {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<PartialDate, BadDate> {
        text.to_owned().try_into()
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> String {
        date.0
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn exists(text: &str) -> bool {
    let mut fields = text.split('-');
    let year = fields.next().and_then(|field| digits(field, 4));
    let month = fields.next().map_or(Some(1), |field| digits(field, 2));
    let day = fields.next().map_or(Some(1), |field| digits(field, 2));
    let (Some(year), Some(month), Some(day), None) = (year, month, day, fields.next()) else {
        return false;
    };
    match (i8::try_from(month), i8::try_from(day)) {
        (Ok(month), Ok(day)) => jiff::civil::Date::new(year, month, day).is_ok(),
        _ => false,
    }
}

fn digits(field: &str, length: usize) -> Option<i16> {
    let plain = field.len() == length && field.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| field.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_dates_of_the_calendar_in_three_lengths() {
        for good in ["2022", "2022-11", "2022-11-16", "2024-02-29"] {
            assert_eq!(good.parse::<PartialDate>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "22",
            "20222",
            "2022-",
            "2022-13",
            "2022-00",
            "2022-1",
            "2023-02-29",
            "2022-11-31",
            "2022-11-16-1",
            "2022/11",
            "+202",
            "2022-+1",
            " 2022",
        ] {
            assert!(bad.parse::<PartialDate>().is_err(), "{bad:?}");
        }
    }
}
