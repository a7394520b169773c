//! The time of loading: the one clock that a segment holds, fixed by `SOURCE_DATE_EPOCH`.

use jiff::Timestamp;

use super::failure::failure;

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
