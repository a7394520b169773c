//! `load`: dumps into the index, as one source, whole or not at all.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Write;
use std::num::NonZeroUsize;

use leakline::dump::{LineEnd, Pace};
use leakline::index::{
    self, CountryCount, Segment, SegmentWriter, Sorted, Sorter, SourceMeta, SourceName, Spill,
    WriteError, WriteLock, merge_union,
};
use leakline::intake::Manner;
use leakline::key::Key;
use leakline::load::{LoadOptions, LoadReport, Loaded, read_dumps};
use leakline::phone::{METADATA_VERSION, MIGRATIONS_VERSION, Purpose, Region};
use leakline::tag::Tagger;

use super::args::Load;
use super::exit::Exit;
use super::failure::{failure, told};
use super::inputs::{self, Watcher};
use super::load_outcome::{refuse_rejects, summarize};
use super::output::{self, Output};
use super::progress::Progress;
use super::rejects::RejectsFile;
use super::settings::Settings;
use super::{claimed, clock, interrupt, keys, locks};

pub(crate) fn run(args: &Load, settings: &Settings) -> anyhow::Result<Exit> {
    let source = match &args.source {
        Some(name) => name.clone(),
        None => inputs::source_name(&args.dumps[0])?,
    };
    let found = if args.keep_going {
        inputs::discover_what_is_there(&args.dumps)?
    } else {
        inputs::discover(&args.dumps)?
    };
    let read = found
        .iter()
        .map(|found| found.path.as_path())
        .chain(args.claimed.as_deref());
    output::refuse_overwriting(args.rejects.as_deref(), read)?;
    let claimed = args.claimed.as_deref().map(claimed::read).transpose()?;
    let index = settings.index()?;
    // A dry run stores nothing, so any key will do and no writer is in its way.
    let lock = if args.dry_run {
        None
    } else {
        Some(locks::take(&index, settings)?)
    };
    let key = if args.dry_run {
        Key::generate()?
    } else {
        keys::open_or_make(settings, &index)?
    };
    let before = match &lock {
        Some(lock) => earlier_load(lock, args, &source, &key)?,
        None => None,
    };

    let progress = Progress::new(settings, inputs::total_bytes(&found), "numbers");
    let options = options(args, settings, before.as_ref());
    let spill = match &lock {
        Some(lock) => Spill::Unnamed(lock.folder().to_owned()),
        None => Spill::Unnamed(std::env::temp_dir()),
    };
    let sorter = Sorter::new(args.memory.0, settings.threads().get(), spill);
    let mut rejects = args
        .rejects
        .as_deref()
        .map(RejectsFile::create)
        .transpose()?;
    let mut watcher = Watcher {
        settings,
        progress: &progress,
        rejects: rejects
            .as_mut()
            .map(|rejects| &mut rejects.file as &mut dyn Write),
    };
    let tagger = Tagger::new(&key);
    let mut loaded = read_dumps(&found, &options, &tagger, sorter, &mut watcher).map_err(told)?;
    rejects.map(RejectsFile::finish).transpose()?;
    inputs::warn_of_missing_countries(&loaded, settings);

    let sorted = loaded.sorted.take();
    let counts = match &sorted {
        None => Vec::new(),
        Some(sorted) => {
            if let Err(refused) = refuse_rejects(args, &loaded) {
                if args.json {
                    loaded.complete = false;
                    let counts = count(sorted).map_err(told)?;
                    let report = LoadReport::new(source, loaded, &counts);
                    Output::choose(None, settings.quiet())?.write_json(&report)?;
                }
                return Err(refused);
            }
            progress.step("writing the segment");
            let meta = meta(args, source.clone(), claimed, &loaded, before.as_ref())?;
            let written = match &lock {
                Some(lock) => store(
                    lock,
                    &meta,
                    &key,
                    sorted,
                    before.as_ref(),
                    settings.threads(),
                ),
                None => count(sorted),
            };
            written.map_err(told)?
        }
    };
    drop(progress);

    let report = LoadReport::new(source.clone(), loaded, &counts);
    if !settings.quiet() {
        summarize(&report, &source, args, &index);
    }
    if args.json {
        Output::choose(None, settings.quiet())?.write_json(&report)?;
    }
    Ok(if report.complete {
        Exit::Clean
    } else {
        Exit::Undecided
    })
}

/// How the dumps are read.
fn options(args: &Load, settings: &Settings, before: Option<&Segment>) -> LoadOptions {
    LoadOptions {
        read: args.input.read_options(LineEnd::Newline, Pace::Bulk),
        limits: args.input.limits(args.memory),
        manner: Manner {
            purpose: Purpose::Load(args.accept),
            country: args.input.country,
            international: args.input.international,
        },
        fallback: None,
        threads: settings.threads(),
        keep_going: args.keep_going,
        held: before
            .map(|segment| segment.meta().provenance.files.clone())
            .unwrap_or_default(),
    }
}

/// The segment that is added to, or none. Refuses to touch a source that is there without being told how.
fn earlier_load(
    lock: &WriteLock,
    args: &Load,
    source: &SourceName,
    key: &Key,
) -> anyhow::Result<Option<Segment>> {
    let existing = lock.existing(source);
    // All segments of an index are of one key; one that is to be replaced need not even be readable.
    for path in index::segment_files(lock.folder()).map_err(told)? {
        if !args.replace || existing.as_ref() != Some(&path) {
            let segment = Segment::open(&path).map_err(told)?;
            keys::expect(&segment, key.id()).map_err(told)?;
        }
    }
    match existing {
        Some(path) if args.append => Segment::open(&path).map(Some).map_err(told),
        Some(_) if !args.replace => Err(failure(
            format!("source {source} is in the index already"),
            "give --replace to load it anew, --append to add to it, or another name with --source",
        )),
        _ => Ok(None),
    }
}

fn meta(
    args: &Load,
    source: SourceName,
    claimed: Option<BTreeMap<String, u64>>,
    loaded: &Loaded,
    before: Option<&Segment>,
) -> anyhow::Result<SourceMeta> {
    // What an appending load does not say stays as it was.
    let before = before.map(Segment::meta);
    Ok(SourceMeta {
        source,
        title: args
            .title
            .clone()
            .or(before.and_then(|before| before.title.clone())),
        date: args
            .date
            .clone()
            .or(before.and_then(|before| before.date.clone())),
        status: args
            .status
            .or(before.map(|before| before.status))
            .unwrap_or_default(),
        note: args
            .note
            .clone()
            .or(before.and_then(|before| before.note.clone())),
        claimed: claimed.or(before.and_then(|before| before.claimed.clone())),
        loaded_at: clock::now()?.to_string(),
        leakline_version: env!("CARGO_PKG_VERSION").to_owned(),
        metadata_version: METADATA_VERSION.to_owned(),
        migrations_version: MIGRATIONS_VERSION,
        provenance: loaded.provenance(before.map(|before| &before.provenance)),
    })
}

/// Writes the segment and gives the counts of this load alone.
fn store(
    lock: &WriteLock,
    meta: &SourceMeta,
    key: &Key,
    sorted: &Sorted,
    before: Option<&Segment>,
    threads: NonZeroUsize,
) -> Result<Vec<CountryCount>, WriteError> {
    let _writing = interrupt::Writing::begin();
    let mut writer = SegmentWriter::create(lock, meta, key)?;
    let Some(before) = before else {
        let counts = writer.sections(sorted, threads, interrupt::was_asked_for)?;
        writer.finish()?;
        return Ok(counts);
    };
    let mut counts = Vec::new();
    for region in Region::all() {
        let records = sorted.records(region);
        let distinct = Cell::new(0);
        let tags = sorted
            .region(region)
            .inspect(|_| distinct.set(distinct.get() + 1))
            .map(|tag| {
                if interrupt::was_asked_for() {
                    Err(WriteError::GivenUp)
                } else {
                    Ok(tag?)
                }
            });
        match before.country(region) {
            Some(count) => {
                let all = merge_union::<_, _, WriteError>(before.tags(region), tags);
                writer.section(region, count.records + records, all)?;
            }
            None if records > 0 => {
                writer.section(region, records, tags)?;
            }
            None => {}
        }
        if records > 0 {
            counts.push(CountryCount {
                region,
                records,
                distinct: distinct.get(),
            });
        }
    }
    if interrupt::was_asked_for() {
        return Err(WriteError::GivenUp);
    }
    writer.finish()?;
    Ok(counts)
}

/// The counts that would be stored.
fn count(sorted: &Sorted) -> Result<Vec<CountryCount>, WriteError> {
    let count_region = |(region, records)| {
        let mut distinct = 0;
        for tag in sorted.region(region) {
            tag?;
            distinct += 1;
        }
        Ok(CountryCount {
            region,
            records,
            distinct,
        })
    };
    sorted.regions().map(count_region).collect()
}
