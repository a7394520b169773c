//! `merge`: the sources of other indexes into this one, all of them by one commit.
//!
//! Every source that comes in is written anew with what the index has of it. If numbers are
//! forgotten that were not, the other sources of the index are written anew, too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use leakline::index::{
    CountryCount, Index, IndexChange, IndexError, IndexState, Segment, SourceMerge, SourceName,
    Tombstones,
};
use leakline::key::Key;
use leakline::printable::shown;
use serde::Serialize;

use crate::cli::args::Merge;
use crate::cli::clock;
use crate::cli::key;
use crate::cli::settings::Settings;
use crate::cli::sources::locks;
use crate::cli::sources::rewriting;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::{end_of_change, failure};
use crate::cli::terminal::interrupt;
use crate::cli::terminal::message::write_detail;
use crate::cli::terminal::output;
use crate::cli::terminal::progress::{Progress, counted, human};

pub(crate) fn run(args: &Merge, settings: &Settings) -> anyhow::Result<Exit> {
    let index = settings.index()?;
    let key = key::open(settings)?;
    allow_many_files();
    let incoming = Incoming::open(&args.paths, &key)?;
    let lock = locks::take(&index, settings)?;
    let (merged, state) = merge(incoming, lock.change(&key, None)?, settings)?;
    for source in &merged {
        settings.write_line(&source.line());
    }
    if !settings.quiet() {
        write_detail(&format!("stored in {}", shown(&index)));
    }
    let (exit, reason) = end_of_change(Exit::Clean, None);
    if args.json {
        let report = MergeReport {
            schema_version: 1,
            index: state,
            sources: &merged,
        };
        output::print_change_json(&report, &exit.outcome(reason), settings)?;
    }
    Ok(exit)
}

/// The contents of the other indexes.
struct Incoming {
    segments: BTreeMap<SourceName, Vec<Segment>>,
    forgotten: Tombstones,
}

impl Incoming {
    fn open(paths: &[PathBuf], key: &Key) -> anyhow::Result<Incoming> {
        let mut segments = BTreeMap::<SourceName, Vec<Segment>>::new();
        let mut forgotten = Tombstones::default();
        for path in paths {
            let index = Index::open(path, Some(key)).map_err(|error| match error {
                // The usual advice is about --index, which is another one.
                IndexError::Missing { .. } => failure(
                    error.to_string(),
                    "name the folder of another index, or a .segment file",
                ),
                error => error.into(),
            })?;
            forgotten = forgotten.union(index.tombstones()?.iter());
            for segment in index.into_segments() {
                let name = segment.meta().source.clone();
                segments.entry(name).or_default().push(segment);
            }
        }
        Ok(Incoming {
            segments,
            forgotten,
        })
    }
}

/// Brings the other indexes in by one commit. Returns the sources that came in.
fn merge(
    incoming: Incoming,
    mut change: IndexChange<'_>,
    settings: &Settings,
) -> anyhow::Result<(Vec<Merged>, IndexState)> {
    let Incoming {
        segments: mut incoming,
        forgotten,
    } = incoming;
    let before = change.tombstones()?;
    let forgotten = forgotten.union(before.iter());
    let progress = Progress::new(settings, None, "");
    let _writing = interrupt::Held::by_file();
    let mut rewritten: BTreeSet<SourceName> = incoming.keys().cloned().collect();
    if forgotten.count() > before.count() {
        change.put_tombstones(&forgotten, clock::now()?.to_string())?;
        rewritten.extend(change.sources().cloned());
    }
    let mut merged = Vec::new();
    for source in &rewritten {
        progress.step("merging");
        let own = change.open(source)?;
        let before = own.as_ref().map(|own| own.countries().to_vec());
        let theirs = incoming.remove(source);
        let from = theirs.as_deref().map(paths);
        let joined = rewriting::join(
            own.into_iter().chain(theirs.into_iter().flatten()),
            &forgotten,
        )?;
        if from.is_some() {
            progress.suspend(|| warn(source, &joined, settings));
        }
        let after = rewriting::write(&mut change, &joined, settings)?;
        if let Some(from) = from {
            let countries = rows(&before.unwrap_or_default(), &after);
            merged.push(Merged::new(source, from, &joined, countries));
        }
    }
    Ok((merged, locks::commit(change)?))
}

/// All segments of a source are open at the same time: as many as the system lets this process
/// have.
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
            "source {source}: {} of {} is {}; {} is kept",
            contradiction.what,
            shown(&contradiction.path),
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
        settings.write_if_verbose(&format!(
            "{}: {} distinct numbers of {} countries",
            shown(&segment.path()),
            human(segment.distinct()),
            segment.countries().len(),
        ));
    }
}

/// The countries of a source, as this index had them before and as it has them now.
fn rows(before: &[CountryCount], after: &[CountryCount]) -> Vec<MergedCountry> {
    let row = |country: &CountryCount| {
        let before = (before.iter()).find(|before| before.region == country.region);
        MergedCountry {
            country: country.region.code(),
            name: country.region.name(),
            records: country.records,
            distinct: country.distinct,
            // Some numbers that were there before may be forgotten now.
            new: (country.distinct).saturating_sub(before.map_or(0, |before| before.distinct)),
        }
    };
    after.iter().map(row).collect()
}

fn paths(segments: &[Segment]) -> Vec<String> {
    let paths = segments.iter().map(Segment::path);
    paths.map(|path| shown(&path)).collect()
}

#[derive(Serialize)]
struct MergeReport<'a> {
    schema_version: u32,
    index: IndexState,
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
    countries: Vec<MergedCountry>,
}

impl Merged {
    fn new(
        source: &SourceName,
        from: Vec<String>,
        joined: &SourceMerge,
        countries: Vec<MergedCountry>,
    ) -> Merged {
        Merged {
            source: source.clone(),
            from,
            complete: joined.meta().provenance.complete,
            records: countries.iter().map(|country| country.records).sum(),
            distinct: countries.iter().map(|country| country.distinct).sum(),
            new: countries.iter().map(|country| country.new).sum(),
            repeated_files: joined.repeated(),
            countries,
        }
    }

    /// The source for people.
    fn line(&self) -> String {
        format!(
            "{}: {} in {}, {} of them new; from {}",
            self.source,
            counted(self.distinct, "distinct number", "distinct numbers"),
            counted(self.records, "record", "records"),
            human(self.new),
            counted(self.from.len() as u64, "segment", "segments"),
        )
    }
}

#[derive(Serialize)]
struct MergedCountry {
    country: &'static str,
    name: &'static str,
    records: u64,
    distinct: u64,
    new: u64,
}
