//! `load`: dumps into the index, as one source, whole or not at all.
//!
//! | file | owns |
//! |---|---|
//! | `outcome` | the summary for people, and the refusal of dumps that hold too little |
//! | `rejects` | the file of rejected rows |
//! | `claimed` | a seller's table of claims |

mod claimed;
pub(crate) mod outcome;
pub(crate) mod rejects;

use std::collections::BTreeMap;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use leakline::dump::{Buffering, DiscoveredFile, LineEnd};
use leakline::index::{
    CountryCount, FileRecord, Index, IndexChange, IndexState, Segment, Sorted, Sorter, SourceMerge,
    SourceMeta, SourceName, Spill, TagUnion, Tombstones, WriteError, WriteLock,
};
use leakline::intake::{MostlyUnread, ReadingPolicy};
use leakline::key::Key;
use leakline::load::{Budget, LoadOptions, LoadReport, Loaded, read_dumps};
use leakline::phone::Purpose;
use leakline::printable::mask_numbers;
use leakline::tag::Tagger;

use crate::cli::args::Load;
use crate::cli::args::values::InputPath;
use crate::cli::clock;
use crate::cli::inputs::{self, Watcher};
use crate::cli::key;
use crate::cli::load::outcome::{refuse_rejects, restates, summarize};
use crate::cli::load::rejects::RejectsFile;
use crate::cli::settings::Settings;
use crate::cli::sources::locks;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::{end_of_change, failure, outcome_of};
use crate::cli::terminal::interrupt;
use crate::cli::terminal::output::{self, Output};
use crate::cli::terminal::progress::Progress;

pub(crate) fn run(args: &Load, settings: &Settings) -> anyhow::Result<Exit> {
    inputs::refuse_numbers_for_files(args.dumps.iter().chain(&args.claimed))?;
    let source = match &args.source {
        Some(name) => name.clone(),
        None => inputs::source_name(&args.dumps[0])?,
    };
    let index = settings.index()?;
    let Inputs { found, claimed } = Inputs::named(args, &index, settings)?;
    let budget = divide_memory(args, 0, settings)?;
    // A dry run stores nothing, so no writer is in its way, and any key will do that need not tell
    // what is forgotten.
    let lock = if args.dry_run {
        None
    } else {
        Some(locks::take(&index, settings)?)
    };
    let (key, dry) = match &lock {
        Some(_) => (key::open_or_make(settings, &index)?, None),
        None => open_dry(settings, &index)?,
    };
    let replaced = args.replace.then_some(&source);
    let change = lock.as_ref().map(|lock| lock.change(&key, replaced));
    let change = change.transpose()?;
    let forgotten = match (&change, &dry) {
        (Some(change), _) => change.tombstones()?,
        (None, Some(dry)) => dry.tombstones()?,
        (None, None) => Tombstones::default(),
    };
    let budget = match forgotten.heap_bytes().saturating_sub(FEW_FORGOTTEN) {
        0 => budget,
        heap_bytes => divide_memory(args, heap_bytes, settings)?,
    };
    let before = match &change {
        Some(change) => earlier_load(change, args, &source)?,
        None => None,
    };

    let progress = Progress::new(settings, inputs::bytes_of_dumps(&found), "numbers");
    let held = match &dry {
        Some(dry) if args.append => files(dry.source(&source)),
        _ => files(before.as_ref()),
    };
    let options = options(args, budget.threads(), held, forgotten.clone());
    let new_sorter = || sorter(budget, lock.as_ref());
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
    let mut loaded = read_dumps(&found, &options, &tagger, new_sorter(), &mut watcher)?;
    rejects.map(RejectsFile::finish).transpose()?;
    inputs::warn_of_missing_countries(&loaded, settings);
    inputs::warn_of_unread_numbers(&loaded);

    let sorted = match loaded.sorted.take() {
        // Nothing is new, but what is said of the source may be.
        None if restates(args) => Some(new_sorter().finish(Vec::new())?),
        None => None,
        Some(sorted) => {
            if let Err(refused) = refuse_rejects(args, &loaded) {
                if args.json {
                    let state = state_before(change.as_ref(), dry.as_ref());
                    let report = refused_report(source, loaded, &sorted, state)?;
                    let mut output = Output::choose(None, settings.quiet())?;
                    output.write_change_json(&report, &outcome_of(&refused))?;
                }
                return Err(refused);
            }
            Some(sorted)
        }
    };
    let state = state_before(change.as_ref(), dry.as_ref());
    let Stored { counts, state } = match sorted {
        None => Stored::unchanged(Vec::new(), state),
        Some(sorted) => {
            progress.step("writing the segment");
            let meta = meta(args, source.clone(), claimed, &loaded, before.as_ref())?;
            let before = before.map(|before| SourceMerge::new(before, forgotten));
            let before = before.transpose()?;
            match change {
                Some(change) => store(change, &meta, &sorted, before.as_ref(), budget.threads())?,
                None => Stored::unchanged(count(&sorted)?, state),
            }
        }
    };
    drop(progress);

    let report = LoadReport::new(source.clone(), loaded, &counts, state);
    if !settings.quiet() {
        summarize(&report, &source, args, &index);
    }
    let (exit, reason) = ending(&report);
    let (exit, reason) = end_of_change(exit, reason);
    if args.json {
        let mut output = Output::choose(None, settings.quiet())?;
        output.write_change_json(&report, &exit.outcome(reason))?;
    }
    Ok(exit)
}

/// How a load ends that stored what it read, and why.
fn ending(report: &LoadReport) -> (Exit, Option<String>) {
    if report.complete {
        return (Exit::Clean, None);
    }
    let reason = "not everything could be read: the source is incomplete";
    (Exit::Undecided, Some(reason.to_owned()))
}

/// The report of a load of which nothing is stored.
fn refused_report(
    source: SourceName,
    mut loaded: Loaded,
    sorted: &Sorted,
    state: Option<IndexState>,
) -> anyhow::Result<LoadReport> {
    loaded.complete = false;
    let counts = count(sorted)?;
    Ok(LoadReport::new(source, loaded, &counts, state))
}

/// What a load reads.
struct Inputs {
    found: Vec<DiscoveredFile>,
    claimed: Option<BTreeMap<String, u64>>,
}

impl Inputs {
    /// What the command line names. Refuses to write over any of it, or over the index.
    fn named(args: &Load, index: &Path, settings: &Settings) -> anyhow::Result<Inputs> {
        let found = if args.keep_going {
            inputs::discover_what_is_there(&args.dumps)?
        } else {
            inputs::discover(&args.dumps)?
        };
        let read = found
            .iter()
            .map(|found| found.path.as_path())
            .chain(args.claimed.iter().map(InputPath::as_path));
        let held = output::files_of_index(index);
        let read = read.chain(held.iter().map(PathBuf::as_path));
        output::refuse_overwriting(args.rejects.as_deref(), read, settings)?;
        inputs::refuse_stdin_twice(args.dumps.iter().chain(&args.claimed), settings)?;
        let claimed = args.claimed.as_ref().map(claimed::read).transpose()?;
        Ok(Inputs { found, claimed })
    }
}

/// Bytes of forgotten numbers that fit into the share of the process: the shares are rounded up.
const FEW_FORGOTTEN: usize = 1 << 20;

/// How `--memory` is divided, beside so many bytes that are taken already.
fn divide_memory(args: &Load, taken: usize, settings: &Settings) -> anyhow::Result<Budget> {
    let wanted = settings.threads();
    let budget = Budget::new(args.memory.0.saturating_sub(taken), wanted).ok_or_else(|| {
        let least = (Budget::LEAST + taken).div_ceil(1 << 20);
        failure(
            format!("--memory is too little: a load takes {least}M at least"),
            &format!("give --memory {least}M or more; the default is 256M"),
        )
    })?;
    if budget.threads() < wanted {
        settings.write_if_verbose(&format!(
            "--memory is enough for {} of {wanted} threads",
            budget.threads()
        ));
    }
    Ok(budget)
}

/// Temporary files are where the user wants them, else beside the segment, where there must be room
/// anyway.
fn sorter(budget: Budget, lock: Option<&WriteLock>) -> Sorter {
    let wanted = std::env::var_os("TMPDIR").filter(|folder| !folder.is_empty());
    let beside = || lock.map_or_else(std::env::temp_dir, |lock| lock.folder().to_owned());
    let spill = Spill::Unnamed(wanted.map_or_else(beside, PathBuf::from));
    let sorter = Sorter::new(budget.sorter(), budget.threads().get(), spill);
    match lock {
        Some(lock) => sorter.storing_in(lock.folder()),
        None => sorter,
    }
}

/// How the dumps are read.
fn options(
    args: &Load,
    threads: NonZeroUsize,
    held: Vec<FileRecord>,
    forgotten: Tombstones,
) -> LoadOptions {
    LoadOptions {
        read: args.input.read_options(LineEnd::Newline, Buffering::Bulk),
        limits: args.input.limits(args.memory.0),
        policy: ReadingPolicy {
            purpose: Purpose::Load(args.accept),
            country: args.input.country,
            order: args.input.order(),
            mostly_unread: if args.allow_unread {
                MostlyUnread::Read
            } else {
                MostlyUnread::Refused
            },
        },
        fallback: None,
        threads,
        keep_going: args.keep_going,
        held,
        forgotten,
    }
}

/// What a dry run looks into: the index, if there is one. The key is only needed if the index
/// forgets numbers; else any will do.
fn open_dry(settings: &Settings, index: &Path) -> anyhow::Result<(Key, Option<Index>)> {
    let found = Index::open_if_any(index, None)?;
    if found.as_ref().is_some_and(Index::forgets) {
        let key = key::open(settings)?;
        let found = Index::open_if_any(index, Some(&key))?;
        return Ok((key, found));
    }
    Ok((Key::generate()?, found))
}

/// The state of the index before this load.
fn state_before(change: Option<&IndexChange<'_>>, dry: Option<&Index>) -> Option<IndexState> {
    change
        .and_then(IndexChange::state_before)
        .or(dry.map(Index::state))
}

/// The files that a source holds already.
fn files(segment: Option<&Segment>) -> Vec<FileRecord> {
    segment.map_or_else(Vec::new, |segment| segment.meta().provenance.files.clone())
}

/// The segment that is added to, or none. Refuses to touch a source that is there without being
/// told how. One that is to be replaced need not even be readable.
fn earlier_load(
    change: &IndexChange<'_>,
    args: &Load,
    source: &SourceName,
) -> anyhow::Result<Option<Segment>> {
    if args.append {
        return Ok(change.open(source)?);
    }
    if change.holds(source) && !args.replace {
        return Err(failure(
            format!(
                "source {} is in the index already",
                mask_numbers(source.as_str())
            ),
            "give --replace to load it anew, --append to add to it, or another name with --source",
        ));
    }
    Ok(None)
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
        provenance: loaded.provenance(before.map(|before| &before.provenance)),
        ..SourceMeta::new(source, clock::now()?.to_string())
    })
}

/// What a load came to.
struct Stored {
    /// Of this load alone.
    counts: Vec<CountryCount>,
    state: Option<IndexState>,
}

impl Stored {
    fn unchanged(counts: Vec<CountryCount>, state: Option<IndexState>) -> Stored {
        Stored { counts, state }
    }
}

/// Writes the segment and makes it a part of the index.
fn store(
    mut change: IndexChange<'_>,
    meta: &SourceMeta,
    sorted: &Sorted,
    before: Option<&SourceMerge>,
    threads: NonZeroUsize,
) -> anyhow::Result<Stored> {
    let _held = interrupt::Held::by_file();
    let tags = match before {
        Some(before) => TagUnion::of_both(sorted, before)?,
        None => TagUnion::of_load(sorted),
    };
    let mut writer = change.begin(meta)?;
    let counts = writer.sections(&tags, threads, interrupt::was_asked_for)?;
    change.put(writer)?;
    let state = Some(locks::commit(change)?);
    Ok(Stored { counts, state })
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
