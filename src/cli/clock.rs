//! The one clock. `SOURCE_DATE_EPOCH` fixes the time of loading that a segment holds. What has
//! expired or is stale goes by the true time: build systems set the variable to times long past,
//! and nothing may stay valid by that.

use jiff::{Timestamp, civil::Date, tz::Offset};

use crate::cli::terminal::failure::failure;

/// The true time, or [`now`] where that is later.
pub(crate) fn at_least_now() -> anyhow::Result<Timestamp> {
    Ok(now()?.max(Timestamp::now()))
}

/// The true date in UTC, whatever `SOURCE_DATE_EPOCH` says.
pub(crate) fn true_today() -> Date {
    Offset::UTC.to_datetime(Timestamp::now()).date()
}

/// The date in UTC of [`at_least_now`].
pub(crate) fn today() -> anyhow::Result<Date> {
    Ok(Offset::UTC.to_datetime(at_least_now()?).date())
}

/// Now, to the second, or the moment that `SOURCE_DATE_EPOCH` gives in seconds since 1970 unless it
/// is empty.
pub(crate) fn now() -> anyhow::Result<Timestamp> {
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => text.trim().parse::<i64>().ok(),
        _ => return Ok(Timestamp::from_second(Timestamp::now().as_second())?),
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
