//! `overlap`: how much of one source is in others. Needs no key, though one that is given must be
//! the index's: it compares tags, and looks nothing up.

use leakline::index::{Segment, SourceName};
use leakline::printable::mask_numbers;
use leakline::report::{OverlapView, Overlaps};

use super::Counted;
use crate::cli::args::{Overlap, OverlapFormat, StatsBy};
use crate::cli::settings::Settings;
use crate::cli::sources::reading;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::output::Output;
use crate::cli::terminal::table_style::table_style;

pub(crate) fn run(args: &Overlap, settings: &Settings) -> anyhow::Result<Exit> {
    let names = &args.sources;
    if let Some(twice) = (1..names.len()).find(|&place| names[..place].contains(&names[place])) {
        return Err(failure(
            format!(
                "source {} is named twice",
                mask_numbers(names[twice].as_str())
            ),
            "name sources that differ; `leakline sources` lists them",
        ));
    }
    let path = settings.index()?;
    let index = reading::open(&path, settings)?.restrict(names)?;
    let named = |name: &SourceName| {
        index
            .segments()
            .iter()
            .find(|segment| segment.meta().source == *name)
    };
    let segments: Vec<&Segment> = names.iter().filter_map(named).collect();
    let counted = Counted {
        segments: &segments,
        beside: &[],
        countries: &args.countries,
        min_cell: 0,
    };
    let counts = super::count(&counted, settings)?;
    let overlaps = Overlaps::new(index.state(), &segments, &counts);
    let view = match args.by {
        None => OverlapView::Both,
        Some(StatsBy::Source) => OverlapView::Sources,
        Some(StatsBy::Country) => OverlapView::Countries,
    };
    let mut output = Output::beside_index(args.output.as_deref(), &path, settings)?;
    match args.format {
        OverlapFormat::Text => output.write(overlaps.text(view, table_style()).as_bytes())?,
        OverlapFormat::Markdown => output.write(overlaps.markdown(view).as_bytes())?,
        OverlapFormat::Csv => output.write(&overlaps.csv(view))?,
        OverlapFormat::Json => output.write_json(&overlaps, &Exit::Clean.outcome(None))?,
    }
    Ok(Exit::Clean)
}
