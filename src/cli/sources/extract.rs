//! `extract`: a smaller index of some countries and sources, under the same key.

use std::path::Path;

use leakline::index::{
    Index, IndexChange, IndexState, Segment, SourceName, Tombstones, files_of_index,
};
use leakline::phone::Region;
use leakline::printable::shown;
use serde::Serialize;

use crate::cli::args::Extract;
use crate::cli::clock;
use crate::cli::key;
use crate::cli::settings::Settings;
use crate::cli::sources::locks;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::{end_of_change, failure};
use crate::cli::terminal::interrupt::{self, Held};
use crate::cli::terminal::output;
use crate::cli::terminal::progress::counted;

pub(crate) fn run(args: &Extract, settings: &Settings) -> anyhow::Result<Exit> {
    if args.countries.is_empty() && args.sources.is_empty() {
        return Err(failure(
            "nothing says what to take",
            "name countries with --country, sources with --source, or both",
        ));
    }
    let key = key::open(settings)?;
    let all = Index::open(&settings.index()?, Some(&key))?;
    let forgotten = all.tombstones()?;
    let chosen = chosen(all, args)?;
    let parts: Vec<SourcePart<'_>> = chosen
        .segments()
        .iter()
        .map(|segment| SourcePart::of(segment, &args.countries))
        .filter(|part| !part.regions.is_empty())
        .collect();
    refuse_full(&args.out)?;
    let takes = |region: &Region| args.countries.is_empty() || args.countries.contains(region);
    let forgotten = forgotten.iter().filter(|(region, _)| takes(region));
    let forgotten = Tombstones::default().union(forgotten);
    interrupt::refuse_to_go_on()?;
    let _held = Held::by_file();
    let lock = locks::take(&args.out, settings)?;
    let mut change = lock.change(&key, None)?;
    if !change.is_new() {
        return Err(is_there(&args.out));
    }
    let mut extracted = Vec::new();
    for part in &parts {
        let distinct = part.write(&mut change, &forgotten)?;
        extracted.push(ExtractedSource::new(part, distinct));
        settings.write_line(&format!(
            "{}: {} of {}",
            part.segment.meta().source,
            counted(distinct, "distinct number", "distinct numbers"),
            counted(part.regions.len() as u64, "country", "countries"),
        ));
    }
    if forgotten.count() > 0 {
        change.put_tombstones(&forgotten, clock::now()?.to_string())?;
    }
    let state = locks::commit(change)?;
    settings.write_line(&format!(
        "stored in {}, under key {}; it answers not-covered for all other countries",
        shown(&args.out),
        key.id()
    ));
    let (exit, reason) = end_of_change(Exit::Clean, None);
    if args.json {
        let report = ExtractReport {
            schema_version: 1,
            index: state,
            sources: extracted,
        };
        output::print_change_json(&report, &exit.outcome(reason), settings)?;
    }
    Ok(exit)
}

/// The object of `--json`.
#[derive(Serialize)]
struct ExtractReport {
    schema_version: u32,
    index: IndexState,
    sources: Vec<ExtractedSource>,
}

#[derive(Serialize)]
struct ExtractedSource {
    source: SourceName,
    distinct: u64,
    countries: Vec<&'static str>,
}

impl ExtractedSource {
    fn new(part: &SourcePart<'_>, distinct: u64) -> ExtractedSource {
        ExtractedSource {
            source: part.segment.meta().source.clone(),
            distinct,
            countries: part.regions.iter().map(|region| region.code()).collect(),
        }
    }
}

/// The sources named, which must hold every country named.
fn chosen(all: Index, args: &Extract) -> anyhow::Result<Index> {
    let chosen = if args.sources.is_empty() {
        all
    } else {
        all.restrict(&args.sources)?
    };
    let missing = (args.countries.iter()).find(|region| !chosen.covers(**region));
    match missing {
        None => Ok(chosen),
        Some(region) => Err(failure(
            format!(
                "no source holds numbers from {} ({region})",
                region.name_in_sentence()
            ),
            "`leakline stats` shows the countries that there are; leave this one out",
        )),
    }
}

/// The new index must hold nothing, but for what an extract that was cut short left of it: sources
/// of two indexes in one would be a merge.
fn refuse_full(out: &Path) -> anyhow::Result<()> {
    let ours = files_of_index(out)?;
    let is_free = match std::fs::read_dir(out) {
        Ok(mut entries) => {
            entries.all(|entry| entry.is_ok_and(|entry| ours.contains(&entry.path())))
        }
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if is_free { Ok(()) } else { Err(is_there(out)) }
}

fn is_there(out: &Path) -> anyhow::Error {
    failure(
        format!("{}: is there already", shown(&out)),
        "name a folder that is new or empty",
    )
}

/// The part of one source that goes into the new index.
struct SourcePart<'a> {
    segment: &'a Segment,
    /// The countries named; all if there are none.
    wanted: &'a [Region],
    /// Those of them that it holds.
    regions: Vec<Region>,
}

impl<'a> SourcePart<'a> {
    fn of(segment: &'a Segment, wanted: &'a [Region]) -> SourcePart<'a> {
        let mut part = SourcePart {
            segment,
            wanted,
            regions: Vec::new(),
        };
        let held = segment.countries().iter().map(|country| country.region);
        part.regions = held.filter(|region| part.takes(*region)).collect();
        part
    }

    fn takes(&self, region: Region) -> bool {
        self.wanted.is_empty() || self.wanted.contains(&region)
    }

    /// Writes it as a segment of its own. Returns how many distinct numbers it holds.
    fn write(&self, change: &mut IndexChange<'_>, forgotten: &Tombstones) -> anyhow::Result<u64> {
        let mut meta = self.segment.full_meta()?;
        if let Some(claimed) = &mut meta.claimed {
            claimed
                .retain(|code, _| Region::from_code(code).is_none_or(|region| self.takes(region)));
        }
        let mut writer = change.begin(&meta)?;
        let mut distinct = 0;
        let countries = self.segment.countries().iter();
        for country in countries.filter(|country| self.takes(country.region)) {
            let region = country.region;
            let others = forgotten.count_others(self.segment, *country)?;
            let tags = self.segment.tags(region);
            let tags = tags
                .take_while(|_| !interrupt::was_asked_for())
                .filter(|tag| !matches!(tag, Ok(tag) if forgotten.holds(region, *tag)));
            let count = writer.section(region, others.records, tags)?;
            distinct += count.distinct;
            interrupt::refuse_to_go_on()?;
        }
        change.put(writer)?;
        Ok(distinct)
    }
}
