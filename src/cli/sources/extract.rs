//! `extract`: a smaller index of some countries and sources, under the same key.

use std::path::Path;

use anyhow::Context as _;
use leakline::index::{Index, Segment, SegmentWriter, StagedFile, Tombstones, WriteLock};
use leakline::key::Key;
use leakline::phone::Region;

use crate::cli::args::Extract;
use crate::cli::clock;
use crate::cli::key;
use crate::cli::settings::Settings;
use crate::cli::sources::locks;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::interrupt;
use crate::cli::terminal::interrupt::Held;
use crate::cli::terminal::progress::human;

pub(crate) fn run(args: &Extract, settings: &Settings) -> anyhow::Result<Exit> {
    if args.countries.is_empty() && args.sources.is_empty() {
        return Err(failure(
            "nothing says what to take",
            "name countries with --country, sources with --source, or both",
        ));
    }
    let from = settings.index()?;
    let all = Index::open(&from, None)?;
    let chosen = if args.sources.is_empty() {
        all
    } else {
        all.restrict(&args.sources)?
    };
    if let Some(region) = args
        .countries
        .iter()
        .find(|region| !chosen.covers(**region))
    {
        return Err(failure(
            format!("no source holds numbers of {} ({})", region.name(), region),
            "`leakline stats` shows the countries; without it `check` would say not-covered",
        ));
    }
    let parts: Vec<Part<'_>> = chosen
        .segments()
        .iter()
        .map(|segment| Part::of(segment, &args.countries))
        .filter(|part| !part.regions.is_empty())
        .collect();
    let name = args.out.display();
    refuse_full(&args.out)?;
    // Before there is anything that an interrupt would leave behind.
    let key = key::open(settings)?;
    for part in &parts {
        key::expect(part.segment, key.id())?;
        // What is sealed anew must not have been changed by others.
        part.segment.verify(Some(&key))?;
    }
    let forgotten = Tombstones::open(&from, &key)?;
    let forgotten =
        Tombstones::default()
            .with((forgotten.iter()).filter(|(region, _)| {
                args.countries.is_empty() || args.countries.contains(region)
            }));
    interrupt::refuse_to_go_on()?;
    let _held = Held::by_file();
    // The folder appears with all of its sources or not at all: one that lacks some would say not-found.
    let parent = match args.out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let partial = tempfile::Builder::new()
        .prefix(".extract-")
        .tempdir_in(parent)
        .with_context(|| format!("{name}: cannot be written"))?;
    let lock = locks::take(partial.path(), settings)?;
    for part in &parts {
        let distinct = part
            .write(&lock, &key, &forgotten)
            .with_context(|| name.to_string())?;
        settings.write_line(&format!(
            "{}: {} distinct numbers of {} countries",
            part.segment.meta().source,
            human(distinct),
            part.regions.len()
        ));
    }
    if forgotten.count() > 0 {
        let tombstones = forgotten.stage(&lock, clock::now()?.to_string(), &key);
        tombstones.and_then(StagedFile::publish)?;
    }
    drop(lock);
    std::fs::rename(partial.path(), &args.out)
        .with_context(|| format!("{name}: cannot be written"))?;
    // Moved away: there is nothing left to be removed.
    let _ = partial.keep();
    settings.write_line(&format!(
        "stored in {name}, under key {}; it answers not-covered for all other countries",
        key.id()
    ));
    Ok(Exit::Clean)
}

/// The new index must hold nothing: sources of two indexes in one would be a merge.
fn refuse_full(out: &Path) -> anyhow::Result<()> {
    let is_free = match std::fs::read_dir(out) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if is_free {
        return Ok(());
    }
    Err(failure(
        format!("{}: is there already", out.display()),
        "name a folder that is new or empty",
    ))
}

/// What is taken of one source.
struct Part<'a> {
    segment: &'a Segment,
    /// The countries named; all if there are none.
    wanted: &'a [Region],
    /// Those of them that it holds.
    regions: Vec<Region>,
}

impl<'a> Part<'a> {
    fn of(segment: &'a Segment, wanted: &'a [Region]) -> Part<'a> {
        let mut part = Part {
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
    fn write(&self, lock: &WriteLock, key: &Key, forgotten: &Tombstones) -> anyhow::Result<u64> {
        let mut meta = self.segment.meta().clone();
        if let Some(claimed) = &mut meta.claimed {
            claimed
                .retain(|code, _| Region::from_code(code).is_none_or(|region| self.takes(region)));
        }
        let mut writer = SegmentWriter::create(lock, &meta, key)?;
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
        writer.finish()?;
        Ok(distinct)
    }
}
