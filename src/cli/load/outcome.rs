//! The summary of a load for people, and the refusal of dumps that hold too few numbers.

use std::cmp::Reverse;

use leakline::intake::{RejectReason, explanation};
use leakline::load::{LoadReport, Loaded};
use leakline::printable::shown;

use super::plan::LoadPlan;
use crate::cli::terminal::failure::{detailed_failure, failure};
use crate::cli::terminal::message::{write_detail, write_line};
use crate::cli::terminal::progress::{counted, human};

/// Nothing is stored of dumps that hold too little.
pub(crate) fn refuse_rejects(plan: &LoadPlan, loaded: &Loaded) -> anyhow::Result<()> {
    refuse_mostly_unread(loaded)?;
    let tally = &loaded.tally;
    let (accepted, rejected) = (tally.accepted, tally.rejected_in_all());
    if tally.rows() == 0 {
        let first = loaded.files.first().map_or("", |file| &file.path);
        let dumps = match loaded.files.len() {
            0 => "the dumps are empty".to_owned(),
            1 => format!("{first}: the dump is empty"),
            files => format!(
                "{first}: the dump is empty, and so are the other {}",
                files - 1
            ),
        };
        return Err(failure(
            format!("{dumps}: there is no row to read; nothing was stored"),
            "check the path, and that the dump was fetched whole",
        ));
    }
    let tried = accepted + rejected;
    if accepted > 0 && !plan.max_rejects.is_passed_by(rejected, tried) {
        return Ok(());
    }
    let mut reasons: Vec<_> = tally.rejected.iter().collect();
    reasons.sort_by_key(|(reason, (count, _))| (Reverse(*count), reason.code()));
    let commonest = reasons.iter().take(5).map(|(reason, (count, place))| {
        let path = &loaded.files[place.file].path;
        format!(
            "{} {}, first at {path}: line {}: {}",
            human(*count),
            reason.code(),
            place.line,
            explanation(reason.code()),
        )
    });
    let commonest = commonest.collect();
    let is_text = reasons.first().is_some_and(|(reason, (_, place))| {
        reason.code() == "letters" && loaded.files[place.file].format == "text"
    });
    let to_store = if tally.rejected.contains_key(&RejectReason::Forgotten) {
        " that may be stored"
    } else {
        ""
    };
    let forgotten = tally.rejected.get(&RejectReason::Forgotten);
    let is_all_forgotten = forgotten.is_some_and(|(count, _)| *count == rejected);
    Err(if accepted == 0 && is_all_forgotten {
        detailed_failure(
            "all numbers are forgotten ones; nothing was stored".to_owned(),
            commonest,
            "nothing to do: `leakline forget` keeps them out of the index",
        )
    } else if accepted == 0 && is_text {
        detailed_failure(
            format!("no row holds a phone number{to_store}; nothing was stored"),
            commonest,
            "part the fields with --delimiter; of a table of fixed width cut the column out: \
             `cut -c 29-43 FILE | leakline load --source NAME -`",
        )
    } else if accepted == 0 {
        detailed_failure(
            format!("no row holds a phone number{to_store}; nothing was stored"),
            commonest,
            "say where the numbers are (--phone-column, --phone-field) and of which country (--country)",
        )
    } else {
        detailed_failure(
            format!(
                "{} of {} rows are rejected, more than --max-rejects {} allows; nothing was stored",
                human(rejected),
                human(tried),
                plan.max_rejects,
            ),
            commonest,
            "see every one with --rejects FILE; say where the numbers are (--phone-column, --phone-field) \
             and of which country (--country), or raise --max-rejects",
        )
    })
}

/// Refuses a file with more numbers in columns that are not read than in those that are.
pub(crate) fn refuse_mostly_unread(loaded: &Loaded) -> anyhow::Result<()> {
    let Some(file) = loaded
        .mostly_unread
        .and_then(|index| loaded.files.get(index))
    else {
        return Ok(());
    };
    Err(detailed_failure(
        format!(
            "{}: more phone numbers are in columns that are not read than in those that are; nothing was stored",
            file.path
        ),
        vec![format!(
            "{} unread in {} of {} rows, in {}",
            human(file.unread.numbers),
            human(file.unread.rows_seen),
            human(file.rows),
            file.unread.places.join(", ")
        )],
        "say where the numbers are (--phone-column, --phone-field, --json-path), or load what is read \
         with --allow-unread",
    ))
}

/// The summary for people, on stderr.
pub(crate) fn summarize(report: &LoadReport, plan: &LoadPlan) {
    if report.rows == 0 && report.complete && !plan.mode.is_dry() {
        let what = if plan.details.is_empty() {
            "the index is unchanged"
        } else {
            "the details of the source are stored"
        };
        write_line(&format!("{}: no new numbers; {what}", plan.source));
        return;
    }
    write_line(&format!(
        "{}: {}: {} accepted, {} rejected, {} blank",
        plan.source,
        counted(report.rows, "row", "rows"),
        human(report.accepted),
        human(report.rejected),
        human(report.blank),
    ));
    if let Some(reasons) = reasons(report) {
        write_detail(&reasons);
    }
    write_detail(&numbers(report));
    if let Some(countries) = largest_countries(report) {
        write_detail(&countries);
    }
    if plan.mode.is_dry() {
        write_detail("dry run: nothing was stored");
    } else {
        write_detail(&format!("stored in {}", shown(&plan.index)));
    }
    if !report.complete {
        write_line("not everything could be read: the source is incomplete");
    }
}

/// `rejected: 3 too_short, 1 letters`, the commonest reason first.
fn reasons(report: &LoadReport) -> Option<String> {
    let mut reasons: Vec<_> = report.rejected_by_reason.iter().collect();
    reasons.sort_by_key(|(code, count)| (Reverse(**count), **code));
    let reasons = (reasons.iter()).map(|(code, count)| format!("{} {code}", human(**count)));
    let reasons: Vec<String> = reasons.collect();
    (!reasons.is_empty()).then(|| format!("rejected: {}", reasons.join(", ")))
}

/// `5 distinct numbers, 1 duplicate, 2 migrated from old plans`.
fn numbers(report: &LoadReport) -> String {
    let mut numbers = vec![
        counted(report.distinct, "distinct number", "distinct numbers"),
        counted(report.duplicates, "duplicate", "duplicates"),
    ];
    if report.migrated > 0 {
        numbers.push(format!(
            "{} migrated from old plans",
            human(report.migrated)
        ));
    }
    if report.country_mismatch > 0 {
        let mismatch = human(report.country_mismatch);
        numbers.push(format!(
            "{mismatch} of another country than their file or column says"
        ));
    }
    numbers.join(", ")
}

/// `Egypt 44,823,547, Italy 35,677,323, and 3 more countries`.
fn largest_countries(report: &LoadReport) -> Option<String> {
    const NAMED: usize = 5;
    let countries = report.countries.iter().take(NAMED);
    let largest: Vec<String> = countries
        .map(|country| format!("{} {}", country.name, human(country.distinct)))
        .collect();
    let more = match report.countries.len() - largest.len() {
        0 => String::new(),
        1 => ", and 1 more country".to_owned(),
        more => format!(", and {more} more countries"),
    };
    (!largest.is_empty()).then(|| format!("{}{more}", largest.join(", ")))
}
