//! `load`: dumps into the index, as one source, whole or not at all.
//!
//! | file | owns |
//! |---|---|
//! | `outcome` | the summary for people, and the refusal of dumps that hold too little |
//! | `rejects` | the file of rejected rows |
//! | `claimed` | a seller's table of claims |

mod claimed;
mod outcome;
pub(crate) mod rejects;

use std::collections::BTreeMap;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use leakline::dump::{Buffering, DiscoveredFile, LineEnd};
use leakline::index::{
    self, CountryCount, FileRecord, Index, IndexError, Segment, SegmentWriter, Sorted, Sorter,
    SourceMerge, SourceMeta, SourceName, Spill, Tombstones, WriteError, WriteLock,
};
use leakline::intake::ReadingPolicy;
use leakline::key::Key;
use leakline::load::{Budget, LoadOptions, LoadReport, Loaded, read_dumps};
use leakline::phone::{METADATA_VERSION, MIGRATIONS_VERSION, Purpose};
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
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::interrupt;
use crate::cli::terminal::output::{self, Output};
use crate::cli::terminal::progress::Progress;

pub(crate) fn run(args: &Load, settings: &Settings) -> anyhow::Result<Exit> {
    let source = match &args.source {
        Some(name) => name.clone(),
        None => inputs::source_name(&args.dumps[0])?,
    };
    let index = settings.index()?;
    let Inputs { found, claimed } = Inputs::named(args, &index)?;
    let budget = divide_memory(args, 0, settings)?;
    // A dry run stores nothing, so no writer is in its way, and any key will do that need not tell what is forgotten.
    let lock = if args.dry_run {
        None
    } else {
        Some(locks::take(&index, settings)?)
    };
    let key = if args.dry_run && matches!(Tombstones::file(&index), Ok(None)) {
        Key::generate()?
    } else {
        key::open_or_make(settings, &index)?
    };
    let forgotten = Tombstones::open(&index, &key)?;
    let budget = match forgotten.heap_bytes() {
        0 => budget,
        heap_bytes => divide_memory(args, heap_bytes, settings)?,
    };
    let before = match &lock {
        Some(lock) => earlier_load(lock, args, &source, &key)?,
        None => None,
    };

    let progress = Progress::new(settings, inputs::bytes_of_dumps(&found), "numbers");
    let held = held(args, before.as_ref(), &index, &source)?;
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
    inputs::warn_of_unread_columns(&loaded);

    let sorted = match loaded.sorted.take() {
        // Nothing is new, but what is said of the source may be.
        None if restates(args) => Some(new_sorter().finish(Vec::new())?),
        None => None,
        Some(sorted) => {
            if let Err(refused) = refuse_rejects(args, &loaded) {
                if args.json {
                    report_refused(source, loaded, &sorted, settings)?;
                }
                return Err(refused);
            }
            Some(sorted)
        }
    };
    let counts = match sorted {
        None => Vec::new(),
        Some(sorted) => {
            progress.step("writing the segment");
            let meta = meta(args, source.clone(), claimed, &loaded, before.as_ref())?;
            let sorted = match before {
                Some(before) => {
                    let before = SourceMerge::new(before, forgotten)?;
                    sorted.with(before)?
                }
                None => sorted,
            };
            let written = match &lock {
                Some(lock) => store(lock, &meta, &key, &sorted, budget.threads()),
                None => count(&sorted),
            };
            written?
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

/// The report of a load of which nothing is stored.
fn report_refused(
    source: SourceName,
    mut loaded: Loaded,
    sorted: &Sorted,
    settings: &Settings,
) -> anyhow::Result<()> {
    loaded.complete = false;
    let counts = count(sorted)?;
    let report = LoadReport::new(source, loaded, &counts);
    Output::choose(None, settings.quiet())?.write_json(&report)
}

/// What a load reads.
struct Inputs {
    found: Vec<DiscoveredFile>,
    claimed: Option<BTreeMap<String, u64>>,
}

impl Inputs {
    /// What the command line names. Refuses to write over any of it, or over the index.
    fn named(args: &Load, index: &Path) -> anyhow::Result<Inputs> {
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
        output::refuse_overwriting(args.rejects.as_deref(), read)?;
        inputs::refuse_stdin_twice(args.dumps.iter().chain(&args.claimed))?;
        let claimed = args.claimed.as_ref().map(claimed::read).transpose()?;
        Ok(Inputs { found, claimed })
    }
}

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

/// Temporary files are where the user wants them, else beside the segment, where there must be room anyway.
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
            international: args.input.international,
        },
        fallback: None,
        threads,
        keep_going: args.keep_going,
        held,
        forgotten,
    }
}

/// The files that the source holds already, which a dry run takes no lock to see.
fn held(
    args: &Load,
    before: Option<&Segment>,
    index: &Path,
    source: &SourceName,
) -> anyhow::Result<Vec<FileRecord>> {
    let files = |segment: &Segment| segment.meta().provenance.files.clone();
    if !args.dry_run || !args.append {
        return Ok(before.map(files).unwrap_or_default());
    }
    match Index::open(index, None) {
        Ok(index) => Ok(index.source(source).map(files).unwrap_or_default()),
        Err(IndexError::Missing { .. } | IndexError::Empty { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
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
    for path in index::segment_files(lock.folder())? {
        if !args.replace || existing.as_ref() != Some(&path) {
            let segment = Segment::open(&path)?;
            key::expect(&segment, key.id())?;
        }
    }
    match existing {
        Some(path) if args.append => Segment::open(&path).map(Some).map_err(anyhow::Error::from),
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
    threads: NonZeroUsize,
) -> Result<Vec<CountryCount>, WriteError> {
    let _held = interrupt::Held::by_file();
    let mut writer = SegmentWriter::create(lock, meta, key)?;
    let counts = writer.sections(sorted, threads, interrupt::was_asked_for)?;
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
