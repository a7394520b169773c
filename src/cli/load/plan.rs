//! The flags of a load, validated once. Everything below takes the plan or a part of it.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use leakline::dump::{Buffering, DiscoveredFile, Limits, LineEnd, ReadOptions};
use leakline::index::{PartialDate, Provenance, SourceMeta, SourceName, Status};
use leakline::intake::{MostlyUnread, ReadingPolicy};
use leakline::load::Budget;
use leakline::phone::Purpose;

use super::claimed;
use crate::cli::args::Load;
use crate::cli::args::values::{InputPath, Percent};
use crate::cli::clock;
use crate::cli::inputs;
use crate::cli::settings::Settings;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::output;

/// A load, ready to be run.
pub(crate) struct LoadPlan {
    pub(crate) source: SourceName,
    pub(crate) details: SourceDetails,
    pub(crate) index: PathBuf,
    pub(crate) mode: LoadMode,
    pub(crate) dumps: Vec<DiscoveredFile>,
    pub(crate) reading: DumpReading,
    pub(crate) max_rejects: Percent,
    pub(crate) rejects: Option<PathBuf>,
    /// Bytes that the load may take.
    pub(crate) memory: usize,
    /// Worker threads, if the memory is enough for them.
    pub(crate) threads: NonZeroUsize,
    /// Whether the report goes to stdout, as JSON.
    pub(crate) json: bool,
}

/// What becomes of a source that the index holds already, and of the tags that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoadMode {
    /// The source must be new.
    New,
    /// It is written anew.
    Replace,
    /// Its numbers stay, and those of the dumps come in.
    Append,
    /// Nothing is stored. The dumps are counted as if the source was new.
    DryRun,
    /// Nothing is stored. Files that the source holds are skipped.
    DryAppend,
}

/// How the dumps are read.
pub(crate) struct DumpReading {
    pub(crate) options: ReadOptions,
    pub(crate) limits: Limits,
    pub(crate) policy: ReadingPolicy,
    /// Whether a file that cannot be read is passed over.
    pub(crate) keep_going: bool,
}

/// The metadata of the source that the command line gives.
pub(crate) struct SourceDetails {
    title: Option<String>,
    date: Option<PartialDate>,
    status: Option<Status>,
    note: Option<String>,
    claimed: Option<BTreeMap<String, u64>>,
}

impl LoadPlan {
    /// # Errors
    /// Dumps that are not there, an output that would overwrite an input, a table of claims that
    /// cannot be read, too little memory.
    pub(crate) fn new(args: &Load, settings: &Settings) -> anyhow::Result<LoadPlan> {
        inputs::refuse_numbers_for_files(args.dumps.iter().chain(&args.claimed))?;
        let source = match &args.source {
            Some(name) => name.clone(),
            None => inputs::source_name(&args.dumps[0])?,
        };
        let index = settings.index()?;
        let dumps = if args.keep_going {
            inputs::discover_what_is_there(&args.dumps)?
        } else {
            inputs::discover(&args.dumps)?
        };
        refuse_overwriting(args, &dumps, &index, settings)?;
        inputs::refuse_stdin_twice(args.dumps.iter().chain(&args.claimed), settings)?;
        let plan = LoadPlan {
            source,
            details: SourceDetails::new(args)?,
            index,
            mode: LoadMode::new(args),
            dumps,
            reading: DumpReading::new(args),
            max_rejects: args.max_rejects,
            rejects: args.rejects.clone(),
            memory: args.memory.0,
            threads: settings.threads(),
            json: args.json,
        };
        // Too little memory is an error before a writer's lock is waited for.
        plan.budget(0, settings)?;
        Ok(plan)
    }

    /// How the memory is divided when `taken` bytes of it are in use.
    pub(crate) fn budget(&self, taken: usize, settings: &Settings) -> anyhow::Result<Budget> {
        let wanted = self.threads;
        let free = self.memory.saturating_sub(taken);
        let budget = Budget::new(free, wanted).ok_or_else(|| {
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
}

impl LoadMode {
    fn new(args: &Load) -> LoadMode {
        match (args.dry_run, args.append) {
            (true, true) => LoadMode::DryAppend,
            (true, false) => LoadMode::DryRun,
            (false, true) => LoadMode::Append,
            (false, false) if args.replace => LoadMode::Replace,
            (false, false) => LoadMode::New,
        }
    }

    /// Whether the index stays as it is.
    pub(crate) fn is_dry(self) -> bool {
        matches!(self, LoadMode::DryRun | LoadMode::DryAppend)
    }
}

impl DumpReading {
    fn new(args: &Load) -> DumpReading {
        let mostly_unread = if args.allow_unread {
            MostlyUnread::Read
        } else {
            MostlyUnread::Refused
        };
        DumpReading {
            options: args.input.read_options(LineEnd::Newline, Buffering::Bulk),
            limits: args.input.limits(args.memory.0),
            policy: ReadingPolicy {
                purpose: Purpose::Load(args.accept),
                country: args.input.country,
                order: args.input.order(),
                mostly_unread,
            },
            keep_going: args.keep_going,
        }
    }
}

impl SourceDetails {
    fn new(args: &Load) -> anyhow::Result<SourceDetails> {
        Ok(SourceDetails {
            title: args.title.clone(),
            date: args.date.clone(),
            status: args.status,
            note: args.note.clone(),
            claimed: args.claimed.as_ref().map(claimed::read).transpose()?,
        })
    }

    /// Whether the command line gives nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.title.is_none()
            && self.date.is_none()
            && self.status.is_none()
            && self.note.is_none()
            && self.claimed.is_none()
    }

    /// The metadata of the segment. `before` is that of the segment that is added to: a field that
    /// the command line does not give stays as it is there.
    pub(crate) fn meta(
        &self,
        source: SourceName,
        provenance: Provenance,
        before: Option<&SourceMeta>,
    ) -> anyhow::Result<SourceMeta> {
        Ok(SourceMeta {
            title: given_or_kept(
                self.title.as_ref(),
                before.and_then(|before| before.title.as_ref()),
            ),
            date: given_or_kept(
                self.date.as_ref(),
                before.and_then(|before| before.date.as_ref()),
            ),
            status: (self.status.or(before.map(|before| before.status))).unwrap_or_default(),
            note: given_or_kept(
                self.note.as_ref(),
                before.and_then(|before| before.note.as_ref()),
            ),
            claimed: given_or_kept(
                self.claimed.as_ref(),
                before.and_then(|before| before.claimed.as_ref()),
            ),
            provenance,
            ..SourceMeta::new(source, clock::now()?.to_string())
        })
    }
}

fn given_or_kept<T: Clone>(given: Option<&T>, kept: Option<&T>) -> Option<T> {
    given.or(kept).cloned()
}

/// Refuses to write the list of rejects over an input or over a file of the index.
fn refuse_overwriting(
    args: &Load,
    dumps: &[DiscoveredFile],
    index: &Path,
    settings: &Settings,
) -> anyhow::Result<()> {
    let of_index = output::files_of_index(index);
    let read = dumps
        .iter()
        .map(|dump| dump.path.as_path())
        .chain(args.claimed.iter().map(InputPath::as_path))
        .chain(of_index.iter().map(PathBuf::as_path));
    output::refuse_overwriting(args.rejects.as_deref(), read, settings)
}
