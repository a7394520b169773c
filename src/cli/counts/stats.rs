//! `stats`: exposure by country, or by source. Needs no key, though one that is given must be the
//! index's: it counts, and looks nothing up.

use leakline::index::Segment;
use leakline::phone::Region;
use leakline::report::{CountBy, Exposures};

use super::Counted;
use crate::cli::args::{Stats, StatsBy, StatsFormat};
use crate::cli::settings::Settings;
use crate::cli::sources::reading;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::output::Output;
use crate::cli::terminal::table_style::table_style;

pub(crate) fn run(args: &Stats, settings: &Settings) -> anyhow::Result<Exit> {
    let path = settings.index()?;
    let index = reading::open(&path, settings)?;
    let (segments, beside) = index.partition(&args.sources)?;
    let counted = Counted {
        segments: &segments,
        beside: &beside,
        countries: &args.countries,
        min_cell: args.min_cell,
    };
    let counts = super::count(&counted, settings)?;
    let mut exposures = Exposures::new(index.state(), &segments, &counts, args.min_cell)?;
    if !args.countries.is_empty() {
        exposures.keep_countries(&args.countries);
    }
    let shown = match args.by {
        StatsBy::Country => CountBy::Countries,
        StatsBy::Source => CountBy::Sources,
    };
    let hidden = rows_in_all(shown, &segments, &args.countries) - exposures.rows(shown);
    if let Some(top) = args.top {
        exposures.keep_top(shown, top);
    }
    let mut output = Output::beside_index(args.output.as_deref(), &path, settings)?;
    write(args, &exposures, &mut output)?;
    match hidden {
        0 => {}
        1 => settings.write_line("1 row is left out by --min-cell"),
        _ => settings.write_line(&format!("{hidden} rows are left out by --min-cell")),
    }
    Ok(Exit::Clean)
}

/// Rows that there are if no count is hidden: sources, or countries with a number or a claim.
fn rows_in_all(shown: CountBy, segments: &[&Segment], countries: &[Region]) -> usize {
    if shown == CountBy::Sources {
        return segments.len();
    }
    let is_shown = |region: &Region| countries.is_empty() || countries.contains(region);
    let has_row = |region: &Region| {
        segments.iter().any(|segment| {
            let claimed = segment.meta().claimed.as_ref();
            segment.country(*region).is_some()
                || claimed.is_some_and(|claimed| claimed.contains_key(region.code()))
        })
    };
    (Region::all().filter(is_shown).filter(has_row)).count()
}

fn write(args: &Stats, exposures: &Exposures, output: &mut Output) -> anyhow::Result<()> {
    match (args.format, args.by) {
        (StatsFormat::Json, _) => output.write_json(exposures, &Exit::Clean.outcome(None)),
        (StatsFormat::Csv, StatsBy::Country) => output.write(&exposures.countries_as_csv()),
        (StatsFormat::Csv, StatsBy::Source) => output.write(&exposures.sources_as_csv()),
        (StatsFormat::Markdown, StatsBy::Country) => {
            output.write(exposures.countries_as_markdown().as_bytes())
        }
        (StatsFormat::Markdown, StatsBy::Source) => {
            output.write(exposures.sources_as_markdown().as_bytes())
        }
        (StatsFormat::Html, StatsBy::Country) => output.write(exposures.country_page().as_bytes()),
        (StatsFormat::Html, StatsBy::Source) => output.write(exposures.source_page().as_bytes()),
        (StatsFormat::Table, StatsBy::Country) => {
            output.write(exposures.country_table(table_style()).as_bytes())
        }
        (StatsFormat::Table, StatsBy::Source) => {
            output.write(exposures.source_table(table_style()).as_bytes())
        }
    }
}
