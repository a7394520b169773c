//! `stats`: exposure by country, or by source. Needs no key, though one that is given must be the
//! index's: it counts, and looks nothing up.

use std::path::PathBuf;

use leakline::exposure::count_by_country;
use leakline::index::Segment;
use leakline::report::{CountBy, Exposures};

use crate::cli::args::{Stats, StatsBy, StatsFormat};
use crate::cli::settings::Settings;
use crate::cli::sources::reading;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::output::{self, Output};

pub(crate) fn run(args: &Stats, settings: &Settings) -> anyhow::Result<Exit> {
    let path = settings.index()?;
    let index = reading::open(&path, settings)?;
    let segments: Vec<&Segment> = index.segments().iter().collect();
    let counts = count_by_country(&segments)?;
    let mut exposures = Exposures::new(index.state(), &segments, &counts);
    let shown = match args.by {
        StatsBy::Country => CountBy::Countries,
        StatsBy::Source => CountBy::Sources,
    };
    let left_out = exposures.keep(shown, args.min_cell, args.top);
    let read = output::files_of_index(&path);
    output::refuse_overwriting(
        args.output.as_deref(),
        read.iter().map(PathBuf::as_path),
        settings,
    )?;
    let mut output = Output::choose(args.output.as_deref(), settings.quiet())?;
    let written = match (args.format, args.by) {
        (StatsFormat::Json, _) => output.write_json(&exposures, &Exit::Clean.outcome(None)),
        (StatsFormat::Csv, StatsBy::Country) => output.write(&exposures.countries_as_csv()),
        (StatsFormat::Csv, StatsBy::Source) => output.write(&exposures.sources_as_csv()),
        (StatsFormat::Html, StatsBy::Country) => output.write(exposures.country_page().as_bytes()),
        (StatsFormat::Html, StatsBy::Source) => output.write(exposures.source_page().as_bytes()),
        (StatsFormat::Table, StatsBy::Country) => {
            output.write(exposures.country_table().as_bytes())
        }
        (StatsFormat::Table, StatsBy::Source) => output.write(exposures.source_table().as_bytes()),
    };
    written?;
    if left_out > 0 {
        settings.write_line(&format!("{left_out} rows are left out by --min-cell"));
    }
    Ok(Exit::Clean)
}
