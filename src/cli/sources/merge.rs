//! `merge`: the sources of other indexes into this one, all of them by one commit.
//!
//! Every source that comes in is written anew with what the index has of it. If numbers are
//! forgotten that were not, the other sources of the index are written anew, too.

use std::collections::{BTreeMap, BTreeSet};

use leakline::index::{
    CountryCount, Index, IndexState, Segment, SourceMerge, SourceName, Tombstones,
};
use leakline::printable::shown;
use serde::Serialize;

use crate::cli::args::Merge;
use crate::cli::clock;
use crate::cli::key;
use crate::cli::settings::Settings;
use crate::cli::sources::locks;
use crate::cli::sources::rewriting;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::{end_of_change, write_detail};
use crate::cli::terminal::interrupt;
use crate::cli::terminal::output::Output;
use crate::cli::terminal::progress::{Progress, human};

pub(crate) fn run(args: &Merge, settings: &Settings) -> anyhow::Result<Exit> {
    let index = settings.index()?;
    let key = key::open(settings)?;
    allow_many_files();
    let mut incoming = BTreeMap::<SourceName, Vec<Segment>>::new();
    let mut forgotten = Tombstones::default();
    for path in &args.paths {
        let theirs = Index::open(path, Some(&key))?;
        forgotten = forgotten.union(theirs.tombstones()?.iter());
        for segment in theirs.into_segments() {
            let name = segment.meta().source.clone();
            incoming.entry(name).or_default().push(segment);
        }
    }
    let lock = locks::take(&index, settings)?;
    let mut change = lock.change(&key, None)?;
    let before = change.tombstones()?;
    forgotten = forgotten.union(before.iter());

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
    let state = locks::commit(change)?;
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
        write_detail(&format!("stored in {}", shown(&index)));
    }
    let (exit, reason) = end_of_change(Exit::Clean, None);
    if args.json {
        let report = MergeReport {
            schema_version: 1,
            index: state,
            sources: &merged,
        };
        let mut output = Output::choose(None, settings.quiet())?;
        output.write_change_json(&report, &exit.outcome(reason))?;
    }
    Ok(exit)
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
            "source {source}: {} of {} is {}; {} stands",
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
            // Of what was there before, some may be forgotten now.
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
}

#[derive(Serialize)]
struct MergedCountry {
    country: &'static str,
    name: &'static str,
    records: u64,
    distinct: u64,
    new: u64,
}
