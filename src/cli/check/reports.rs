//! The reports of a check and where they go: begun before the first contact, ended whatever happens.

use leakline::exposure::Totals;
use leakline::report::{
    Closing, Csv, Github, Json, Junit, Ndjson, PlainText, Report, ReportOptions, Sarif,
    step_summary,
};

use crate::cli::args::{Check, CheckFormat};
use crate::cli::settings::Settings;
use crate::cli::terminal::output::{self, Output};

/// What nobody will see need not be formatted.
fn shows_results(args: &Check, settings: &Settings) -> bool {
    args.output.is_some() || !settings.quiet()
}

/// The formats of all outputs.
pub(crate) fn formats(args: &Check, settings: &Settings) -> impl Iterator<Item = CheckFormat> {
    let results = shows_results(args, settings).then_some(args.format);
    results
        .into_iter()
        .chain(args.reports.iter().map(|to| to.format))
}

/// The outputs: the results, if anybody sees them, then the other reports.
pub(crate) fn open_outputs(args: &Check, settings: &Settings) -> anyhow::Result<Vec<Output>> {
    let mut outputs = Vec::new();
    if shows_results(args, settings) {
        outputs.push(Output::choose(args.output.as_deref(), false)?);
    }
    for to in &args.reports {
        outputs.push(Output::file(&to.path)?);
    }
    Ok(outputs)
}

/// The reports, one for each output.
pub(crate) fn of<'a>(
    args: &Check,
    settings: &Settings,
    options: &'a ReportOptions,
) -> Vec<Box<dyn Report + 'a>> {
    let mut reports = Vec::new();
    if shows_results(args, settings) {
        reports.push(report_of(args.format, args, options, colored(args)));
    }
    let others = args.reports.iter();
    reports.extend(others.map(|to| report_of(to.format, args, options, false)));
    reports
}

fn report_of<'a>(
    format: CheckFormat,
    args: &Check,
    options: &'a ReportOptions,
    color: bool,
) -> Box<dyn Report + 'a> {
    match format {
        CheckFormat::Text => Box::new(PlainText { options, color }),
        CheckFormat::Json => Box::new(Json(options)),
        CheckFormat::Ndjson => Box::new(Ndjson(options)),
        CheckFormat::Csv => Box::new(Csv {
            options,
            guard_formulas: args.csv_safe,
        }),
        CheckFormat::Sarif => Box::new(Sarif(options)),
        CheckFormat::Junit => Box::new(Junit(options)),
        CheckFormat::Github => Box::new(Github(options)),
    }
}

/// Colour is for a terminal, or for whoever insists.
fn colored(args: &Check) -> bool {
    args.output.is_none()
        && anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// Writes what stands before the first page.
pub(crate) fn start(
    reports: &[Box<dyn Report + '_>],
    outputs: &mut [Output],
) -> anyhow::Result<()> {
    for (report, output) in reports.iter().zip(outputs) {
        let mut page = Vec::new();
        report.start(&mut page);
        output.write(&page)?;
        if report.holds_pages() {
            output.hold();
        }
    }
    Ok(())
}

/// Ends all reports, whatever becomes of one of them.
pub(crate) fn end(
    args: &Check,
    settings: &Settings,
    reports: &[Box<dyn Report + '_>],
    outputs: &mut [Output],
    totals: &Totals,
    complete: bool,
) -> anyhow::Result<()> {
    let mut ended = Ok(());
    for (report, output) in reports.iter().zip(outputs) {
        let held = output.release();
        let mut page = Vec::new();
        let closing = Closing {
            totals,
            complete,
            held: &held,
        };
        report.end(&closing, &mut page);
        ended = ended.and(output.write(&page));
    }
    if formats(args, settings).any(|format| format == CheckFormat::Github) {
        let markdown = step_summary(totals, complete);
        ended = ended.and(output::append_to_step_summary(&markdown));
    }
    ended
}

/// Reports of a check that failed before it began.
pub(crate) fn report_nothing(
    args: &Check,
    settings: &Settings,
    outputs: &mut [Output],
) -> anyhow::Result<()> {
    let options = ReportOptions {
        sources: Vec::new(),
        false_positive_rate: 0.0,
        only: Vec::new(),
        summary: args.summary,
        show_numbers: false,
    };
    let reports = of(args, settings, &options);
    start(&reports, outputs)?;
    end(args, settings, &reports, outputs, &Totals::default(), false)
}
