//! Counts by country: `stats` and `overlap`. Neither looks a number up, so neither needs the key.

pub(crate) mod overlap;
pub(crate) mod stats;

use leakline::exposure::{CountOptions, ExposureCounts, count_by_country};
use leakline::index::Segment;
use leakline::phone::Region;

use crate::cli::settings::Settings;
use crate::cli::terminal::interrupt;
use crate::cli::terminal::progress::Progress;

/// The things that a command counts.
struct Counted<'a> {
    segments: &'a [&'a Segment],
    /// The other segments of the index.
    beside: &'a [&'a Segment],
    /// All if empty.
    countries: &'a [Region],
    min_cell: u64,
}

/// Counts by country, with a bar.
fn count(counted: &Counted<'_>, settings: &Settings) -> anyhow::Result<ExposureCounts> {
    let segments = counted.segments;
    let bytes = segments.iter().map(|segment| segment.length()).sum::<u64>();
    let progress = Progress::new(settings, Some(bytes), "numbers");
    progress.step("comparing sources");
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a length, for a bar"
    )]
    let go_on = |share: f64| {
        progress.read((bytes as f64 * share) as u64);
        !interrupt::was_asked_for()
    };
    let options = CountOptions {
        min_cell: counted.min_cell,
        beside: counted.beside,
        countries: counted.countries,
        threads: settings.threads(),
        go_on: &go_on,
    };
    let counts = count_by_country(segments, options)?;
    drop(progress);
    say_not_covered(counted, settings);
    Ok(counts)
}

/// Names each country that was asked for and that no source covers: it has no row.
fn say_not_covered(counted: &Counted<'_>, settings: &Settings) {
    let is_covered = |region: Region| {
        let mut segments = counted.segments.iter();
        segments.any(|segment| segment.country(region).is_some())
    };
    for region in counted
        .countries
        .iter()
        .filter(|region| !is_covered(**region))
    {
        settings.write_line(&format!(
            "no source counted holds numbers from {} ({region})",
            region.name_in_sentence()
        ));
    }
}
