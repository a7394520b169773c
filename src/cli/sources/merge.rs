//! `merge`: the sources of other indexes into this one, whole or not at all.
//!
//! Every source that comes in is written beside the index's own, sources of one name as one, and all of them
//! get their names when the last is on disk. A merge that is cut short between two names is ended by another like it: what
//! is in the index already adds nothing.

use leakline::index::{CountryCount, SourceMerge, SourceName, StagedFile, Tombstones};
use serde::Serialize;

use crate::cli::args::Merge;
use crate::cli::clock;
use crate::cli::key;
use crate::cli::settings::Settings;
use crate::cli::sources::locks;
use crate::cli::sources::rewriting::{self, Sources};
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::write_detail;
use crate::cli::terminal::interrupt;
use crate::cli::terminal::output::Output;
use crate::cli::terminal::progress::{Progress, human};

pub(crate) fn run(args: &Merge, settings: &Settings) -> anyhow::Result<Exit> {
    let index = settings.index()?;
    let key = key::open(settings)?;
    allow_many_files();
    let mut incoming = Sources::new();
    let mut forgotten = Tombstones::default();
    for path in &args.paths {
        rewriting::add_sources(path, &key, &mut incoming)?;
        let theirs = Tombstones::open(path, &key)?;
        forgotten = forgotten.with(theirs.iter());
    }
    let lock = locks::take(&index, settings)?;
    let own = rewriting::own_sources(&lock, &key)?;
    let before = Tombstones::open(&index, &key)?;
    forgotten = forgotten.with(before.iter());

    let progress = Progress::new(settings, None, "");
    let _writing = interrupt::Held::by_file();
    let mut merged = Vec::new();
    let mut staged = Vec::new();
    if forgotten.count() > before.count() {
        let tombstones = forgotten.stage(&lock, clock::now()?.to_string(), &key);
        staged.push(tombstones?);
        for (_, paths) in own.iter().filter(|(own, _)| !incoming.contains_key(*own)) {
            let joined = rewriting::join(paths, &[], &key, &forgotten)?;
            let (file, _) = rewriting::stage(&lock, joined, &key, settings)?;
            staged.push(file);
        }
    }
    for (source, paths) in &incoming {
        progress.step("merging");
        let own = own.get(source).map(Vec::as_slice).unwrap_or_default();
        let joined = rewriting::join(own, paths, &key, &forgotten)?;
        progress.suspend(|| warn(source, &joined, settings));
        let before = match own {
            [] => Vec::new(),
            _ => joined.segments()[0].countries().to_vec(),
        };
        let complete = joined.meta().provenance.complete;
        let repeated_files = joined.repeated();
        let (file, after) = rewriting::stage(&lock, joined, &key, settings)?;
        staged.push(file);
        let countries = rows(&before, &after);
        merged.push(Merged {
            source: source.clone(),
            from: paths
                .iter()
                .map(|path| path.display().to_string())
                .collect(),
            complete,
            records: countries.iter().map(|country| country.records).sum(),
            distinct: countries.iter().map(|country| country.distinct).sum(),
            new: countries.iter().map(|country| country.new).sum(),
            repeated_files,
            countries,
        });
    }
    staged.into_iter().try_for_each(StagedFile::publish)?;
    drop(progress);

    for source in &merged {
        settings.write_line(&format!(
            "{}: {} distinct numbers in {} records, {} of them new; from {}",
            source.source,
            human(source.distinct),
            human(source.records),
            human(source.new),
            match source.from.len() {
                1 => "one segment".to_owned(),
                several => format!("{several} segments"),
            },
        ));
    }
    if !settings.quiet() {
        write_detail(&format!("stored in {}", index.display()));
    }
    if args.json {
        Output::choose(None, settings.quiet())?.write_json(&Outcome {
            schema_version: 1,
            sources: &merged,
        })?;
    }
    Ok(Exit::Clean)
}

/// All segments of a source are open at the same time: as many as the system lets this process have.
fn allow_many_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut files = getrlimit(Resource::Nofile);
        files.current = files.maximum;
        // Few enough segments need no more than there are.
        let _ = setrlimit(Resource::Nofile, files);
    }
}

fn warn(source: &SourceName, joined: &SourceMerge, settings: &Settings) {
    for contradiction in joined.contradictions() {
        settings.write_line(&format!(
            "source {source}: {} of {} is {}; {} stands",
            contradiction.what,
            contradiction.path.display(),
            contradiction.found,
            contradiction.kept,
        ));
    }
    if joined.repeated() > 0 {
        settings.write_line(&format!(
            "source {source}: {} files were loaded on more than one side: their rows count as often among the records; each \
             number counts once",
            human(joined.repeated() as u64),
        ));
    }
    if !joined.meta().provenance.complete {
        settings.write_line(&format!(
            "source {source} is incomplete: not everything could be read when it was loaded"
        ));
    }
    for segment in joined.segments() {
        let distinct = segment.countries().iter().map(|country| country.distinct);
        settings.write_if_verbose(&format!(
            "{}: {} distinct numbers of {} countries",
            segment.path().display(),
            human(distinct.sum()),
            segment.countries().len(),
        ));
    }
}

/// The countries of a source, as this index had them before and as it has them now.
fn rows(before: &[CountryCount], after: &[CountryCount]) -> Vec<Row> {
    let row = |country: &CountryCount| {
        let before = (before.iter()).find(|before| before.region == country.region);
        Row {
            country: country.region.code(),
            name: country.region.name(),
            records: country.records,
            distinct: country.distinct,
            // Of what was there before, some may be forgotten now.
            new: (country.distinct).saturating_sub(before.map_or(0, |before| before.distinct)),
        }
    };
    after.iter().map(row).collect()
}

#[derive(Serialize)]
struct Outcome<'a> {
    schema_version: u32,
    sources: &'a [Merged],
}

/// A source that came in.
#[derive(Serialize)]
struct Merged {
    source: SourceName,
    /// The segments, without the index's own.
    from: Vec<String>,
    complete: bool,
    records: u64,
    distinct: u64,
    /// Numbers that the index did not hold in this source before.
    new: u64,
    repeated_files: usize,
    countries: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    country: &'static str,
    name: &'static str,
    records: u64,
    distinct: u64,
    new: u64,
}
