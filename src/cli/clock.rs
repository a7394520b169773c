//! The one clock, fixed by `SOURCE_DATE_EPOCH`: the time of loading that a segment holds, and today.

use jiff::{Timestamp, civil::Date, tz::Offset};

use super::failure::failure;

/// Today's date in UTC.
pub(crate) fn today() -> anyhow::Result<Date> {
    Ok(Offset::UTC.to_datetime(now()?).date())
}

/// Now, to the second, or the moment that `SOURCE_DATE_EPOCH` gives in seconds since 1970.
pub(crate) fn now() -> anyhow::Result<Timestamp> {
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Err(_) => return Ok(Timestamp::from_second(Timestamp::now().as_second())?),
        Ok(text) => text.trim().parse::<i64>().ok(),
    };
    seconds
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .ok_or_else(|| {
            failure(
                "SOURCE_DATE_EPOCH is no time",
                "set it to seconds since 1970-01-01, or unset it",
            )
        })
}
