//! The flags of a check, validated once. Everything below takes the plan.

use std::num::NonZeroUsize;

use leakline::check::{MemoryShares, UnreadList};
use leakline::dump::{Buffering, Limits, LineEnd};
use leakline::exposure::Exposure;
use leakline::index::{IndexId, IndexState, Searcher, SourceName};
use leakline::intake::{MostlyUnread, ReadingPolicy};
use leakline::phone::{DigitOrder, Purpose, Region};
use leakline::report::{KnownFindings, ReportOptions, SourceLine};

use super::arguments;
use super::baseline::BaselinePlan;
use super::lists::{self, ProgressPlace};
use super::reports::Destination;
use super::verdict::{FailPolicy, Undecided};
use crate::cli::args::Check;
use crate::cli::args::values::{Age, InputPath, OnlyAnswer};
use crate::cli::settings::Settings;
use crate::cli::terminal::failure::failure;

/// Without `--memory`: for two threads, and for each one more.
const MEMORY_OF_LISTS: usize = 64 << 20;
const MEMORY_OF_THREAD: usize = 16 << 20;
/// Without `--memory`, for dumps that are read, and for unpacking.
const MEMORY_OF_DUMPS: usize = 256 << 20;

/// A check, ready to be run.
pub(crate) struct CheckPlan {
    pub(crate) lists: Vec<UnreadList>,
    pub(crate) target: SearchTarget,
    pub(crate) reading: ReadingPolicy,
    pub(crate) buffering: Buffering,
    pub(crate) memory: MemoryShares,
    /// Whether exposed contacts get their fingerprints.
    pub(crate) fingerprints: bool,
    /// Whether reports say how each contact was read.
    pub(crate) explain: bool,
    pub(crate) shown: ShownRows,
    pub(crate) baseline: Option<BaselinePlan>,
    pub(crate) policy: FailPolicy,
    pub(crate) progress: ProgressPlace,
}

/// The sources that contacts are checked against.
pub(crate) enum SearchTarget {
    /// The index, or some of its sources.
    Index {
        sources: Vec<SourceName>,
        expected: Option<IndexId>,
        ages: MaxAges,
    },
    /// Dumps that are read into memory.
    Dumps(DumpPlan),
}

/// How old the newest source searched may be.
#[derive(Clone, Copy)]
pub(crate) struct MaxAges {
    /// Since it was loaded.
    pub(crate) loaded: Option<Age>,
    /// Since the breach, as far as its date is known.
    pub(crate) breach: Option<Age>,
}

/// Dumps that are read for one check.
pub(crate) struct DumpPlan {
    pub(crate) dumps: Vec<InputPath>,
    pub(crate) order: DigitOrder,
    /// The home region of dumps that give none. `--country` says how contacts are read; a dump is
    /// read as found.
    pub(crate) fallback: Option<Region>,
    pub(crate) limits: Limits,
    pub(crate) memory: usize,
    pub(crate) threads: NonZeroUsize,
}

/// The rows and columns that reports show.
pub(crate) struct ShownRows {
    pub(crate) only: Vec<Exposure>,
    /// Whether findings that the baseline knows are among them.
    pub(crate) known: KnownFindings,
    pub(crate) summary: bool,
    pub(crate) numbers: bool,
    /// Columns of the lists that go into JSON.
    pub(crate) keep: Vec<String>,
    /// The name of the list, if there is one only.
    pub(crate) only_list: Option<String>,
}

impl CheckPlan {
    /// # Errors
    /// Flags that contradict each other, no contacts, stdin named twice.
    pub(crate) fn new(
        args: &Check,
        destinations: &[Destination],
        settings: &Settings,
    ) -> anyhow::Result<CheckPlan> {
        refuse_throw_away_key(args)?;
        let has_report = !destinations.is_empty();
        if args.explain && has_report && !destinations.iter().any(Destination::explains) {
            return Err(failure(
                "--explain is for the formats text, json, ndjson and csv; no report has one of them",
                "give --format text, json, ndjson or csv, or leave --explain out",
            ));
        }
        arguments::refuse_mistakes(args)?;
        let memory_of_dumps = args.memory.map_or(MEMORY_OF_DUMPS, |memory| memory.0);
        let limits = args.input.limits(memory_of_dumps);
        let buffering = if args.line_buffered {
            Buffering::Live
        } else {
            Buffering::Bulk
        };
        let line_end = if args.null {
            LineEnd::Nul
        } else {
            LineEnd::Newline
        };
        let options = args.input.read_options(line_end, buffering);
        let lists = lists::named(args, &options, limits, settings)?;
        let baseline = BaselinePlan::new(args);
        // Under a throw-away key fingerprints would be others each time.
        let fingerprints = args.dumps.is_empty()
            && (baseline.is_some() || destinations.iter().any(Destination::shows_fingerprints));
        Ok(CheckPlan {
            shown: ShownRows::new(args, &lists),
            lists,
            target: SearchTarget::new(args, limits, memory_of_dumps, settings),
            reading: ReadingPolicy {
                purpose: Purpose::Check,
                country: args.input.country,
                order: args.input.order(),
                mostly_unread: MostlyUnread::Read,
            },
            buffering,
            memory: memory_shares(args, settings),
            fingerprints,
            explain: args.explain,
            baseline,
            policy: fail_policy(args),
            progress: ProgressPlace::new(args, settings),
        })
    }

    /// The settings of the reports. `searcher` holds the sources that are searched.
    pub(crate) fn report_options(
        &self,
        searcher: &Searcher<'_>,
        index: Option<IndexState>,
    ) -> ReportOptions {
        let segments = searcher.segments().iter();
        ReportOptions {
            sources: segments.map(|segment| SourceLine::new(segment)).collect(),
            false_positive_rate: searcher.false_positive_rate(),
            index,
            only: self.shown.only.clone(),
            known: self.shown.known,
            summary: self.shown.summary,
            show_numbers: self.shown.numbers,
            keep: self.shown.keep.clone(),
            only_list: self.shown.only_list.clone(),
        }
    }
}

impl SearchTarget {
    fn new(args: &Check, limits: Limits, memory: usize, settings: &Settings) -> SearchTarget {
        if args.dumps.is_empty() {
            return SearchTarget::Index {
                sources: args.sources.clone(),
                expected: args.expect_index,
                ages: MaxAges {
                    loaded: args.max_index_age,
                    breach: args.max_source_age,
                },
            };
        }
        SearchTarget::Dumps(DumpPlan {
            dumps: args.dumps.clone(),
            order: args.input.order(),
            fallback: args.input.country,
            limits,
            memory,
            threads: settings.threads(),
        })
    }
}

impl ShownRows {
    fn new(args: &Check, lists: &[UnreadList]) -> ShownRows {
        ShownRows {
            only: args.only.iter().map(|only| only.exposure()).collect(),
            known: if args.only.contains(&OnlyAnswer::New) {
                KnownFindings::Hidden
            } else {
                KnownFindings::Shown
            },
            summary: args.summary,
            numbers: args.show_numbers,
            keep: args.keep_columns.clone(),
            only_list: match lists {
                [list] => Some(list.name.clone()),
                _ => None,
            },
        }
    }
}

fn fail_policy(args: &Check) -> FailPolicy {
    FailPolicy {
        fail_on: args.fail_on,
        max_invalid: args.max_invalid,
        max_not_covered: args.max_not_covered,
        undecided: if args.allow_undecided {
            Undecided::Allowed
        } else {
            Undecided::Refused
        },
    }
}

/// The memory for contacts that are looked up together, and for the threads that read them.
fn memory_shares(args: &Check, settings: &Settings) -> MemoryShares {
    // To count the cores takes longer than to look a few numbers up.
    let threads = if args.is_brief() {
        NonZeroUsize::MIN
    } else {
        settings.threads()
    };
    let memory = match args.memory {
        Some(memory) if args.dumps.is_empty() => memory.0,
        _ => MEMORY_OF_LISTS + threads.get().saturating_sub(2) * MEMORY_OF_THREAD,
    };
    let reports = if args.summary {
        0
    } else {
        1 + args.reports.len()
    };
    MemoryShares::new(memory, threads, reports)
}

/// Fingerprints under a key that is thrown away would never match again.
fn refuse_throw_away_key(args: &Check) -> anyhow::Result<()> {
    if args.baseline.is_some() && !args.dumps.is_empty() {
        return Err(failure(
            "--baseline cannot go with --dump, whose key is thrown away: its fingerprints are others each time",
            "load the dump into an index with `leakline load`, and check against that",
        ));
    }
    Ok(())
}
