//! The reports of a check and where they go: begun before the first contact, ended whatever
//! happens.

use std::path::PathBuf;

use leakline::exposure::{BaselineSummary, Totals};
use leakline::report::{
    Closing, Csv, Github, Html, Json, Junit, ListReading, Markdown, Ndjson, PlainText, Report,
    ReportOptions, RunOutcome, Sarif, TextStyle, TextTarget,
};

use crate::cli::args::{Check, CheckFormat};
use crate::cli::inputs;
use crate::cli::settings::Settings;
use crate::cli::terminal::message::write_line;
use crate::cli::terminal::output::{self, Output};
use crate::cli::terminal::progress::human;
use crate::cli::terminal::table_style::table_style;

/// A report that is to be written.
pub(crate) struct Destination {
    style: ReportStyle,
    /// stdout if there is none.
    path: Option<PathBuf>,
}

/// How a report is written.
#[derive(Clone, Copy)]
struct ReportStyle {
    format: CheckFormat,
    color: bool,
    target: TextTarget,
    guard_formulas: bool,
    reasons: bool,
}

impl Destination {
    /// The results, if anybody sees them, then the other reports.
    ///
    /// # Errors
    /// A file that is also read, or written twice: opening it would empty it.
    pub(crate) fn all(args: &Check, settings: &Settings) -> anyhow::Result<Vec<Destination>> {
        let style = |format, target| ReportStyle {
            format,
            color: target == TextTarget::Stdout && is_colored(),
            target,
            guard_formulas: args.csv_safe,
            reasons: args.explain,
        };
        let mut destinations = Vec::new();
        if args.output.is_some() || !settings.quiet() {
            let target = match args.output {
                None => TextTarget::Stdout,
                Some(_) => TextTarget::File,
            };
            destinations.push(Destination {
                style: style(args.format, target),
                path: args.output.clone(),
            });
        }
        destinations.extend(args.reports.iter().map(|to| Destination {
            style: style(to.format, TextTarget::File),
            path: Some(to.path.clone()),
        }));
        refuse_overwriting(&destinations, args, settings)?;
        Ok(destinations)
    }

    /// Whether the format says how each contact was read.
    pub(crate) fn explains(&self) -> bool {
        let format = self.style.format;
        matches!(
            format,
            CheckFormat::Text | CheckFormat::Json | CheckFormat::Ndjson | CheckFormat::Csv
        )
    }

    pub(crate) fn shows_fingerprints(&self) -> bool {
        self.style.format.is_json()
    }
}

/// Colour is for a terminal, or forced by `CLICOLOR_FORCE`.
fn is_colored() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

fn refuse_overwriting(
    destinations: &[Destination],
    args: &Check,
    settings: &Settings,
) -> anyhow::Result<()> {
    let written = destinations.iter().filter_map(|to| to.path.as_deref());
    let (updated, baseline) = if args.update_baseline {
        (args.baseline.as_deref(), None)
    } else {
        (None, args.baseline.clone())
    };
    let has_summary = destinations
        .iter()
        .any(|to| to.style.format == CheckFormat::Github);
    let summary = output::step_summary().filter(|_| has_summary);
    let written = written.chain(updated).chain(summary.as_deref());
    if written.clone().next().is_none() {
        return Ok(());
    }
    let inputs = args.inputs.iter().filter_map(|input| input.file().cloned());
    let mut read: Vec<PathBuf> = inputs.chain(baseline).collect();
    if args.dumps.is_empty() {
        read.extend(output::files_of_index(&settings.index()?));
    } else {
        // A dump that is missing fails the check later, when there are reports to say so.
        let found = args.dumps.iter().filter_map(|dump| {
            let dump = std::slice::from_ref(dump);
            inputs::discover(dump).ok()
        });
        read.extend(found.flatten().map(|found| found.path));
    }
    output::refuse_overwriting(written, read.iter().map(PathBuf::as_path), settings)
}

/// The open outputs of the reports, before there are any reports.
pub(crate) struct Outputs(Vec<(ReportStyle, Output)>);

impl Outputs {
    pub(crate) fn open(destinations: &[Destination]) -> anyhow::Result<Outputs> {
        let open = |to: &Destination| {
            let output = to
                .path
                .as_deref()
                .map_or_else(|| Ok(Output::stdout()), Output::file);
            output.map(|mut output| {
                if to.style.format.is_json() {
                    output.expect_json();
                }
                (to.style, output)
            })
        };
        let outputs: anyhow::Result<Vec<_>> = destinations.iter().map(open).collect();
        outputs.map(Outputs)
    }

    /// The reports of a check that failed before it began: one of an earlier run must not be taken
    /// for one of this.
    pub(crate) fn report_nothing(self, outcome: &RunOutcome) -> anyhow::Result<()> {
        let options = ReportOptions::default();
        let mut reports = Reports::begin(self, &options)?;
        reports.end(&Totals::default(), outcome, None, &[])
    }
}

/// A report and its output.
struct OpenReport<'a> {
    format: CheckFormat,
    report: Box<dyn Report + 'a>,
    output: Output,
}

/// The reports of a check, each with its output.
pub(crate) struct Reports<'a>(Vec<OpenReport<'a>>);

impl<'a> Reports<'a> {
    /// Writes the beginning of each report.
    pub(crate) fn begin(
        outputs: Outputs,
        options: &'a ReportOptions,
    ) -> anyhow::Result<Reports<'a>> {
        let mut reports = Vec::new();
        for (style, mut output) in outputs.0 {
            let report = report(style, options);
            let mut page = Vec::new();
            report.start(&mut page);
            output.write(&page)?;
            if report.holds_pages() {
                output.hold();
            }
            reports.push(OpenReport {
                format: style.format,
                report,
                output,
            });
        }
        Ok(Reports(reports))
    }

    /// The formats, which make pages, and the outputs, which write them.
    pub(crate) fn split(&mut self) -> (Vec<&dyn Report>, Vec<&mut Output>) {
        let opened = self.0.iter_mut();
        opened
            .map(|open| (&*open.report as &dyn Report, &mut open.output))
            .unzip()
    }

    /// Ends all reports, whatever becomes of one of them.
    pub(crate) fn end(
        &mut self,
        totals: &Totals,
        outcome: &RunOutcome,
        baseline: Option<BaselineSummary>,
        inputs: &[ListReading],
    ) -> anyhow::Result<()> {
        let mut ended = Ok(());
        for OpenReport { report, output, .. } in &mut self.0 {
            let held = output.release();
            let mut page = Vec::new();
            let closing = Closing {
                totals,
                outcome,
                held: &held,
                baseline,
                inputs,
            };
            report.end(&closing, &mut page);
            ended = ended.and(output.write(&page));
        }
        if self.0.iter().any(|open| open.format == CheckFormat::Github) {
            let mut summary = Vec::new();
            let closing = Closing {
                totals,
                outcome,
                held: &[],
                baseline,
                inputs,
            };
            Markdown.end(&closing, &mut summary);
            ended = ended.and(output::append_to_step_summary(&summary));
        }
        ended
    }

    /// Says which reports had no room for all that they show.
    pub(crate) fn tell_left_out(&self, totals: &Totals) {
        for OpenReport { report, output, .. } in &self.0 {
            let left_out = report.left_out(totals);
            if left_out > 0 {
                // `--quiet` does not hide it: whoever reads the report must not take it for the
                // whole.
                write_line(&format!(
                    "{}: {} more contacts are exposed than the report has room for; json and csv hold all",
                    output.name(),
                    human(left_out)
                ));
            }
        }
    }
}

fn report(style: ReportStyle, options: &ReportOptions) -> Box<dyn Report + '_> {
    match style.format {
        CheckFormat::Text => {
            let style = TextStyle {
                color: style.color,
                target: style.target,
                tables: table_style(),
            };
            Box::new(PlainText::new(options, style))
        }
        CheckFormat::Json => Box::new(Json(options)),
        CheckFormat::Ndjson => Box::new(Ndjson(options)),
        CheckFormat::Csv => Box::new(Csv {
            options,
            guard_formulas: style.guard_formulas,
            reasons: style.reasons,
        }),
        CheckFormat::Sarif => Box::new(Sarif(options)),
        CheckFormat::Junit => Box::new(Junit(options)),
        CheckFormat::Github => Box::new(Github(options)),
        CheckFormat::Markdown => Box::new(Markdown),
        CheckFormat::Html => Box::new(Html::new(options)),
    }
}
