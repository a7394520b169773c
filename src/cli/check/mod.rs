//! `check`: contact lists against the index, or against dumps read into memory.
//!
//! | file | owns |
//! |---|---|
//! | `lists` | contact lists, opened one after the other |
//! | `answering` | the lists answered, batch by batch |
//! | `reports` | the reports and where they go |
//! | `baseline` | the file of known findings |
//! | `in_memory` | dumps read for one check |

mod answering;
mod baseline;
mod in_memory;
pub(crate) mod lists;
mod reports;

use std::io::IsTerminal as _;
use std::path::PathBuf;

use jiff::Timestamp;
use leakline::exposure::{Checker, Fingerprinter, Totals};
use leakline::index::{Index, Searcher, Segment, SourceMeta};
use leakline::intake;
use leakline::key::Key;
use leakline::phone::{METADATA_VERSION, MIGRATIONS_VERSION, Purpose};
use leakline::report::{ReportOptions, SourceLine};
use leakline::tag::Tagger;

use crate::cli::args::values::Age;
use crate::cli::args::{Check, CheckFormat};
use crate::cli::check::answering::{Answering, CheckOutputs, Shares};
use crate::cli::check::baseline::BaselineUse;
use crate::cli::clock;
use crate::cli::inputs;
use crate::cli::key;
use crate::cli::settings::Settings;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::{failure, write_detail, write_line};
use crate::cli::terminal::interrupt::Held;
use crate::cli::terminal::output;
use crate::cli::terminal::output::Output;
use crate::cli::terminal::progress::{Progress, human};

pub(crate) fn run(args: &Check, settings: &Settings) -> anyhow::Result<Exit> {
    refuse_numbers_for_files(args)?;
    refuse_overwriting(args, settings)?;
    if !args.numbers.is_empty() && std::io::stderr().is_terminal() {
        settings.write_line(
            "numbers on the command line stay in the shell's history; `-i -` reads them from stdin",
        );
    }
    // Half a report would say less than none.
    let _held = Held::by_reports();
    let mut outputs = reports::open_outputs(args, settings)?;
    let mut begun = Started::No;
    let outcome = check(args, settings, &mut outputs, &mut begun);
    if outcome.is_err() && begun == Started::No {
        // What went wrong is told already; a report of an earlier run must not be taken for one of this.
        let _ = reports::report_nothing(args, settings, &mut outputs);
    }
    outcome
}

/// A number where a file belongs would stand in the message that there is no such file.
fn refuse_numbers_for_files(args: &Check) -> anyhow::Result<()> {
    let is_number = |path: &&PathBuf| {
        let text = path.to_string_lossy();
        text.chars().filter(|c| c.is_numeric()).count() >= 7
            && (text.chars()).all(|c| c.is_numeric() || "+ ()-.".contains(c))
            && !path.exists()
    };
    if args
        .inputs
        .iter()
        .chain(&args.dumps)
        .any(|path| is_number(&path))
    {
        return Err(failure(
            "a number stands where a file is expected, and there is no such file",
            "numbers go to stdin (`-i -`), or stand alone as arguments",
        ));
    }
    Ok(())
}

/// Nothing that is read may be written over: opening it would empty it.
fn refuse_overwriting(args: &Check, settings: &Settings) -> anyhow::Result<()> {
    let written = args
        .output
        .iter()
        .chain(args.reports.iter().map(|to| &to.path));
    if written.clone().next().is_none() {
        return Ok(());
    }
    let mut read = args.inputs.clone();
    read.extend(args.baseline.clone());
    if args.dumps.is_empty() {
        read.extend(output::files_of_index(&settings.index()?));
    } else {
        read.extend(
            inputs::discover(&args.dumps)?
                .into_iter()
                .map(|found| found.path),
        );
    }
    output::refuse_overwriting(
        written.map(PathBuf::as_path),
        read.iter().map(PathBuf::as_path),
    )
}

/// Whether anything was written to the outputs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Started {
    No,
    Yes,
}

fn check(
    args: &Check,
    settings: &Settings,
    outputs: &mut [Output],
    begun: &mut Started,
) -> anyhow::Result<Exit> {
    baseline::refuse_throw_away_key(args)?;
    let lists = lists::named(args, std::io::stdin().is_terminal())?;
    let key;
    let segments: Vec<Segment>;
    let index: Index;
    let searched: Vec<&Segment> = if args.dumps.is_empty() {
        index = open_index(args, settings)?;
        key = key::open(settings)?;
        for segment in index.segments() {
            key::expect(segment, key.id())?;
        }
        index.segments().iter().collect()
    } else {
        key = Key::generate()?;
        segments = in_memory::load(args, settings, &key)?;
        segments.iter().collect()
    };
    let baseline = BaselineUse::settle(args, key.id(), settings)?;
    let mut checker = Checker::new(Searcher::new(searched), Tagger::new(&key));
    // Under a throw-away key they would be others each time.
    let wanted = args.baseline.is_some()
        || reports::formats(args, settings).any(CheckFormat::shows_fingerprints);
    if args.dumps.is_empty() && wanted {
        checker = checker.with_fingerprints(Fingerprinter::new(&key), baseline.suppression());
    }
    let manner = ReportOptions {
        sources: checker
            .searcher()
            .segments()
            .iter()
            .map(|segment| SourceLine::new(segment))
            .collect(),
        false_positive_rate: checker.searcher().false_positive_rate(),
        only: args.only.clone(),
        summary: args.summary,
        show_numbers: args.show_numbers,
    };

    let reports = reports::of(args, settings, &manner);
    *begun = Started::Yes;
    reports::start(&reports, outputs)?;
    let mut totals = Totals::default();
    // A bar among the results would garble both.
    let results_are_watched =
        args.output.is_none() && !settings.quiet() && std::io::stdout().is_terminal();
    let progress = if results_are_watched {
        Progress::none()
    } else {
        Progress::new(settings, lists::total_bytes(&lists), "numbers")
    };
    let answering = Answering {
        checker: &checker,
        reports: &reports,
        policy: intake::ReadingPolicy {
            purpose: Purpose::Check,
            country: args.input.country,
            international: args.input.international,
        },
        settings,
        progress: &progress,
        wanted: CheckOutputs {
            fingerprints: baseline.collects(),
            explanations: args.explain,
        },
        buffering: args.buffering(),
        shares: Shares::new(args, settings.threads()),
    };
    let answered = answering.run(lists, outputs, &mut totals);
    drop(progress);
    // What can still be written is written, and says that it is not all.
    let complete = answered.is_ok();
    let closed = reports::end(args, settings, &reports, outputs, &totals, complete);
    let found = answered.and_then(|found| closed.map(|()| found));
    let reader_left = (found.as_ref()).is_err_and(anyhow::Error::is::<output::PipeClosed>);
    if !settings.quiet() && !reader_left && (found.is_ok() || totals.checked() > 0) {
        let so_far = if found.is_ok() { "" } else { "so far, " };
        write_line(&format!("{so_far}{}", summary(&totals)));
        if args.format == CheckFormat::Text && totals.exposed() > 0 {
            write_detail(&how_sure(manner.false_positive_rate));
        }
    }
    let found = found?;
    let verdict = verdict(args, &totals)?;
    baseline.write(&found, settings)?;
    Ok(verdict)
}

/// The sources to search.
fn open_index(args: &Check, settings: &Settings) -> anyhow::Result<Index> {
    let index = Index::open(&settings.index()?, None)?;
    let index = if args.sources.is_empty() {
        index
    } else {
        index.restrict(&args.sources)?
    };
    if let Some(age) = args.max_index_age {
        refuse_stale(age, index.segments())?;
    }
    for segment in index.segments() {
        warn_of_gaps(segment.meta(), settings);
    }
    Ok(index)
}

fn refuse_stale(age: Age, segments: &[Segment]) -> anyhow::Result<()> {
    let loaded = segments
        .iter()
        .filter_map(|segment| segment.meta().loaded_at.parse::<Timestamp>().ok());
    let newest = loaded.max().map_or(i64::MIN, Timestamp::as_second);
    let oldest_allowed = clock::at_least_now()?.as_second() - i64::from(age.days) * 86_400;
    if newest >= oldest_allowed {
        return Ok(());
    }
    Err(failure(
        format!(
            "the newest source searched was loaded more than {} days ago",
            age.days
        ),
        "load the newest dumps, or raise --max-index-age",
    ))
}

/// An index made under other plans, or of half a dump, still answers, but numbers may be missed.
fn warn_of_gaps(meta: &SourceMeta, settings: &Settings) {
    if !meta.provenance.complete {
        settings.write_line(&format!(
            "source {} is incomplete: a dump could not be read to its end, so absence from it says little",
            meta.source,
        ));
    }
    if meta.metadata_version != METADATA_VERSION || meta.migrations_version != MIGRATIONS_VERSION {
        settings.write_line(&format!(
            "source {} was loaded under numbering plans {} (old plans {}), and this is {METADATA_VERSION} \
             ({MIGRATIONS_VERSION}); load it anew to find numbers that were renumbered in between",
            meta.source, meta.metadata_version, meta.migrations_version,
        ));
    }
}

/// For people, on stderr.
fn summary(totals: &Totals) -> String {
    let known = match totals.suppressed {
        0 => String::new(),
        suppressed => format!(" ({} of them known)", human(suppressed)),
    };
    format!(
        "{} checked: {} exposed{known}, {} not found, {} not covered; {} invalid, {} blank",
        human(totals.checked()),
        human(totals.exposed()),
        human(totals.not_found()),
        human(totals.not_covered()),
        human(totals.invalid),
        human(totals.blank),
    )
}

/// What an answer of `exposed` is worth.
fn how_sure(false_positive_rate: f64) -> String {
    format!(
        "a number that stands in no source is called exposed with a chance of {false_positive_rate:.1e}"
    )
}

fn verdict(args: &Check, totals: &Totals) -> anyhow::Result<Exit> {
    let (checked, exposed, invalid) = (totals.checked(), totals.exposed(), totals.invalid);
    if totals.decided_nothing() {
        return Err(if checked > 0 {
            failure(
                "nothing was decided: no source searched holds numbers of these countries",
                "load a dump of these countries; `leakline stats` shows what is covered",
            )
        } else if invalid > 0 {
            failure(
                "nothing was decided: no contact is a phone number",
                "see the reasons with --only invalid; --country gives national numbers a home, --phone-column names their column",
            )
        } else {
            failure(
                "nothing was decided: the list is empty",
                "check what was handed in",
            )
        });
    }
    if args.max_invalid.is_passed_by(invalid, checked + invalid) {
        return Err(failure(
            format!(
                "{} of {} contacts are invalid, more than --max-invalid allows",
                human(invalid),
                human(checked + invalid)
            ),
            "see them with --only invalid",
        ));
    }
    Ok(
        if args.fail_on.fails(exposed - totals.suppressed, checked) {
            Exit::Exposed
        } else {
            Exit::Clean
        },
    )
}
