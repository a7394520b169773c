//! `check`: contact lists against the index, or against dumps read into memory.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use jiff::Timestamp;
use leakline::exposure::{Checker, Totals};
use leakline::index::{Index, Segment, SourceMeta};
use leakline::intake;
use leakline::key::Key;
use leakline::phone::{METADATA_VERSION, MIGRATIONS_VERSION, Purpose};
use leakline::report::{Closing, Csv, Json, Manner, Ndjson, Report, SourceLine, Text};
use leakline::tag::Tagger;

use super::args::{Check, CheckFormat};
use super::exit::Exit;
use super::failure::{failure, say, told};
use super::lists::{self, Answering, Unread};
use super::output::{self, Output};
use super::progress::{Progress, human};
use super::settings::Settings;
use super::values::Age;
use super::{clock, in_memory, keys};

/// The purpose that the key of fingerprints is derived for.
const FINGERPRINTS: &str = "leakline finding fingerprints 1";

pub(crate) fn run(args: &Check, settings: &Settings) -> anyhow::Result<Exit> {
    let lists = lists::named(args, std::io::stdin().is_terminal())?;
    if !args.numbers.is_empty() && std::io::stderr().is_terminal() {
        settings.say(
            "numbers on the command line stay in the shell's history; `-i -` reads them from stdin",
        );
    }
    let key;
    let segments: Vec<Segment>;
    let index: Index;
    let (searched, fingerprints): (Vec<&Segment>, _) = if args.dumps.is_empty() {
        index = open_index(args, settings)?;
        key = keys::open(settings)?;
        for segment in index.segments() {
            keys::expect(segment, key.id()).map_err(told)?;
        }
        (
            index.segments().iter().collect(),
            Some(Tagger::derived(&key, FINGERPRINTS)),
        )
    } else {
        key = Key::generate().map_err(told)?;
        segments = in_memory::load(args, settings, &key)?;
        (segments.iter().collect(), None)
    };
    let written = args
        .output
        .iter()
        .chain(args.reports.iter().map(|to| &to.path));
    let dumps = args.dumps.iter().map(PathBuf::as_path);
    let read = lists.iter().filter_map(Unread::path).chain(dumps);
    let read = read.chain(searched.iter().map(|segment| segment.path()));
    output::refuse_overwriting(written.map(PathBuf::as_path), read)?;
    let checker = Checker::new(searched, Tagger::new(&key));
    let manner = Manner {
        sources: checker
            .segments()
            .iter()
            .map(|segment| SourceLine::new(segment))
            .collect(),
        false_positive_rate: checker.false_positive_rate(),
        fingerprints,
        only: args.only.clone(),
        summary: args.summary,
        show_numbers: args.show_numbers,
    };

    let (mut reports, mut outputs) = (Vec::new(), Vec::new());
    // What nobody will see need not be formatted.
    if args.output.is_some() || !settings.quiet() {
        reports.push(report_of(args.format, args, &manner, colored(args)));
        outputs.push(Output::choose(args.output.as_deref(), false)?);
    }
    for to in &args.reports {
        reports.push(report_of(to.format, args, &manner, false));
        outputs.push(Output::file(&to.path)?);
    }
    let mut page = Vec::new();
    for (report, output) in reports.iter().zip(&mut outputs) {
        page.clear();
        report.start(&mut page);
        output.write(&page)?;
    }
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
        manner: intake::Manner {
            purpose: Purpose::Check,
            country: args.input.country,
            international: args.input.international,
        },
        settings,
        progress: &progress,
    };
    let answered = answering.run(lists, &mut outputs, &mut totals);
    drop(progress);
    // What can still be written is written, and says that it is not all.
    let closing = Closing {
        totals: &totals,
        complete: answered.is_ok(),
    };
    let mut closed = Ok(());
    for (report, output) in reports.iter().zip(&mut outputs) {
        page.clear();
        report.end(&closing, &mut page);
        closed = closed.and(output.write(&page));
    }
    answered.and(closed)?;
    if !settings.quiet() {
        say(&summary(&totals));
    }
    verdict(args, &totals)
}

/// The sources to search.
fn open_index(args: &Check, settings: &Settings) -> anyhow::Result<Index> {
    let index = Index::open(&settings.index()?, None).map_err(told)?;
    let index = if args.sources.is_empty() {
        index
    } else {
        index.restrict(&args.sources).map_err(told)?
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
    let oldest_allowed = clock::now()?.as_second() - i64::from(age.days) * 86_400;
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
        settings.say(&format!(
            "source {} is incomplete: a dump could not be read to its end, so absence from it says little",
            meta.source,
        ));
    }
    if meta.metadata_version != METADATA_VERSION || meta.migrations_version != MIGRATIONS_VERSION {
        settings.say(&format!(
            "source {} was loaded under numbering plans {} (old plans {}), and this is {METADATA_VERSION} \
             ({MIGRATIONS_VERSION}); load it anew to find numbers that were renumbered in between",
            meta.source, meta.metadata_version, meta.migrations_version,
        ));
    }
}

fn report_of<'a>(
    format: CheckFormat,
    args: &Check,
    manner: &'a Manner,
    color: bool,
) -> Box<dyn Report + 'a> {
    match format {
        CheckFormat::Text => Box::new(Text { manner, color }),
        CheckFormat::Json => Box::new(Json(manner)),
        CheckFormat::Ndjson => Box::new(Ndjson(manner)),
        CheckFormat::Csv => Box::new(Csv {
            manner,
            guard_formulas: args.csv_safe,
        }),
    }
}

/// Colour is for a terminal, or for whoever insists.
fn colored(args: &Check) -> bool {
    args.output.is_none()
        && anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// For people, on stderr.
fn summary(totals: &Totals) -> String {
    format!(
        "{} checked: {} exposed, {} not found, {} not covered; {} invalid, {} blank",
        human(totals.checked()),
        human(totals.exposed()),
        human(totals.not_found()),
        human(totals.not_covered()),
        human(totals.invalid),
        human(totals.blank),
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
    Ok(if args.fail_on.fails(exposed, checked) {
        Exit::Exposed
    } else {
        Exit::Clean
    })
}
