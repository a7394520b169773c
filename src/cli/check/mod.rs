//! `check`: contact lists against the index, or against dumps read into memory.
//!
//! | file | owns |
//! |---|---|
//! | `plan` | the flags, validated |
//! | `arguments` | numbers given as arguments, and mistakes with them |
//! | `lists` | the contact lists that are named |
//! | `searched`, `in_memory` | the sources that are searched |
//! | `reports` | the reports and where they go |
//! | `baseline`, `baseline_file` | the file of known findings |
//! | `verdict` | how it ends |
//!
//! Reading and answering is [`leakline::check`].

mod arguments;
mod baseline;
mod baseline_file;
mod in_memory;
pub(crate) mod lists;
pub(crate) mod plan;
mod reports;
mod searched;
mod verdict;

use std::io::IsTerminal as _;

use leakline::check::{CheckOutputs, ContactCheck};
use leakline::dump::Format;
use leakline::exposure::{Checker, Fingerprinter, Totals};
use leakline::index::Searcher;
use leakline::report::{ListReading, ReportOptions};
use leakline::tag::Tagger;

use crate::cli::args::{Check, CheckFormat};
use crate::cli::inputs;
use crate::cli::settings::Settings;
use crate::cli::terminal::exit::{Exit, PipeClosed};
use crate::cli::terminal::failure::outcome_of;
use crate::cli::terminal::interrupt::Held;
use crate::cli::terminal::message::{write_detail, write_line};
use baseline::BaselineUse;
use lists::ListWatcher;
use plan::CheckPlan;
use reports::{Destination, Outputs, Reports};
use searched::Searched;

pub(crate) fn run(args: &Check, settings: &Settings) -> anyhow::Result<Exit> {
    let destinations = Destination::all(args, settings)?;
    if !args.numbers.is_empty() && std::io::stderr().is_terminal() {
        settings.write_line(
            "numbers on the command line stay in the shell's history; `-i -` reads them from stdin",
        );
    }
    // Half a report would say less than none.
    let _held = Held::by_reports();
    let outputs = Outputs::open(&destinations)?;
    let prepared = inputs::refuse_numbers_for_files(args.inputs.iter().chain(&args.dumps))
        .and_then(|()| CheckPlan::new(args, &destinations, settings))
        .and_then(|plan| Prepared::new(plan, settings));
    match prepared {
        Ok(prepared) => prepared.run(outputs, args.format, settings),
        Err(error) => {
            // A report of an earlier run must not pass for one of this. Its own failure is the
            // lesser one.
            let _ = outputs.report_nothing(&outcome_of(&error));
            Err(error)
        }
    }
}

/// A check whose sources and baseline are open.
struct Prepared {
    plan: CheckPlan,
    searched: Searched,
    baseline: BaselineUse,
}

impl Prepared {
    fn new(mut plan: CheckPlan, settings: &Settings) -> anyhow::Result<Prepared> {
        let searched = Searched::open(&plan.target, settings)?;
        let baseline = BaselineUse::open(plan.baseline.take(), searched.key.id(), settings)?;
        Ok(Prepared {
            plan,
            searched,
            baseline,
        })
    }

    fn run(
        self,
        outputs: Outputs,
        format: CheckFormat,
        settings: &Settings,
    ) -> anyhow::Result<Exit> {
        let Prepared {
            mut plan,
            searched,
            baseline,
        } = self;
        let lists = std::mem::take(&mut plan.lists);
        let checker = checker(&plan, &searched, &baseline);
        let options = plan.report_options(checker.searcher(), searched.state());
        let mut reports = Reports::begin(outputs, &options)?;
        let mut totals = Totals::default();
        let (formats, mut sinks) = reports.split();
        let check = ContactCheck {
            checker: &checker,
            reports: &formats,
            policy: plan.reading,
            outputs: CheckOutputs {
                fingerprints: baseline.collects(),
                explanations: plan.explain,
            },
            buffering: plan.buffering,
            memory: plan.memory,
            spill: searched.spill(),
        };
        let mut watcher =
            ListWatcher::new(plan.progress, &lists, settings).keeping(&plan.shown.keep);
        let answered = check.run(lists, &mut watcher, &mut totals, |index, bytes| {
            sinks[index].write(bytes)
        });
        let inputs = watcher.into_readings();
        let completion = Completion::of(&answered);
        // The reports state how the run ends, so that has to be known before they end.
        let mut known = baseline.summary();
        let verdict = answered.and_then(|found| {
            let verdict = (plan.policy).verdict(&totals, plan.shown.only_list.as_deref())?;
            known = baseline.write(&found, settings)?;
            Ok(verdict)
        });
        let outcome = verdict::outcome(&verdict, &totals);
        let ended = match reports.end(&totals, &outcome, known, &inputs) {
            Err(error) if completion == Completion::Whole => Err(error),
            _ => verdict,
        };
        reports.tell_left_out(&totals);
        let reader_left = ended.as_ref().is_err_and(anyhow::Error::is::<PipeClosed>);
        if !reader_left && completion.leaves_counts(&totals) {
            let legend = (format == CheckFormat::Text).then_some(&options);
            summarize(&totals, completion, legend, settings);
            say_how_read(&inputs, settings);
        }
        if ended.is_ok() && totals.decided_nothing() {
            settings.write_line("nothing was decided, and --allow-undecided lets that pass");
        }
        ended
    }
}

/// Says which columns of each list were read. Plain lines have none.
fn say_how_read(inputs: &[ListReading], settings: &Settings) {
    /// The most lists that are named without `-v`.
    const NAMED: usize = 5;
    let (verbose, quiet) = (settings.is_verbose(), settings.quiet());
    let named = inputs
        .iter()
        .filter(|input| !quiet && (verbose || input.format != Format::Text.as_str()))
        .take(if verbose { usize::MAX } else { NAMED });
    for input in named {
        write_detail(&input.in_words());
    }
}

/// Whether all lists were answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Completion {
    Whole,
    BrokeOff,
}

impl Completion {
    fn of<T>(answered: &anyhow::Result<T>) -> Completion {
        if answered.is_ok() {
            Completion::Whole
        } else {
            Completion::BrokeOff
        }
    }

    /// Whether the counts say more than the error: not of an empty list, nor of one that could
    /// not be opened.
    fn leaves_counts(self, totals: &Totals) -> bool {
        match self {
            Completion::Whole => totals.checked() + totals.invalid + totals.blank > 0,
            Completion::BrokeOff => totals.checked() > 0,
        }
    }
}

fn checker<'a>(plan: &CheckPlan, searched: &'a Searched, baseline: &'a BaselineUse) -> Checker<'a> {
    let searcher = Searcher::new(searched.segments());
    let checker = Checker::new(searcher, Tagger::new(&searched.key));
    if !plan.fingerprints {
        return checker;
    }
    let fingerprinter = Fingerprinter::new(&searched.key);
    checker.with_fingerprints(fingerprinter, baseline.suppression())
}

/// The counts for people, on stderr. `legend` explains the words of results in text.
fn summarize(
    totals: &Totals,
    completion: Completion,
    legend: Option<&ReportOptions>,
    settings: &Settings,
) {
    if settings.quiet() {
        return;
    }
    let so_far = match completion {
        Completion::Whole => "",
        Completion::BrokeOff => "so far, ",
    };
    write_line(&format!("{so_far}{}", verdict::summary(totals)));
    let Some(options) = legend else { return };
    if totals.exposed() > 0 {
        let rate = options.false_positive_rate;
        write_detail(&format!("false-positive rate: {rate:.1e} per look-up"));
    }
    for line in options.legend(totals) {
        write_detail(&line);
    }
}
