//! What a load came to, for people: the summary, and the refusal of dumps that hold too little.

use std::cmp::Reverse;
use std::path::Path;

use leakline::index::SourceName;
use leakline::intake::{RejectReason, explanation};
use leakline::load::{LoadReport, Loaded};
use leakline::printable::shown;

use crate::cli::args::Load;
use crate::cli::terminal::failure::{detailed_failure, write_detail, write_line};
use crate::cli::terminal::progress::human;

/// Nothing is stored of dumps that hold too little.
pub(crate) fn refuse_rejects(args: &Load, loaded: &Loaded) -> anyhow::Result<()> {
    refuse_mostly_unread(loaded)?;
    let tally = &loaded.tally;
    let (accepted, rejected) = (tally.accepted, tally.rejected_in_all());
    let tried = accepted + rejected;
    if accepted > 0 && !args.max_rejects.is_passed_by(rejected, tried) {
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
    let to_store = if tally.rejected.contains_key(&RejectReason::Forgotten) {
        " that may be stored"
    } else {
        ""
    };
    let forgotten = tally.rejected.get(&RejectReason::Forgotten);
    let is_all_forgotten = forgotten.is_some_and(|(count, _)| *count == rejected);
    Err(if accepted == 0 && is_all_forgotten {
        detailed_failure(
            "all numbers are to be forgotten; nothing was stored".to_owned(),
            commonest,
            "nothing is to be done: `leakline forget` was told to keep them out",
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
                args.max_rejects,
            ),
            commonest,
            "see every one with --rejects FILE; say where the numbers are (--phone-column, --phone-field) \
             and of which country (--country), or raise --max-rejects",
        )
    })
}

/// A file that holds more numbers where nothing is read than where something is was not understood.
pub(crate) fn refuse_mostly_unread(loaded: &Loaded) -> anyhow::Result<()> {
    let Some(file) = loaded
        .mostly_unread
        .and_then(|index| loaded.files.get(index))
    else {
        return Ok(());
    };
    Err(detailed_failure(
        format!(
            "{}: holds more phone numbers where nothing is read than where something is; nothing was stored",
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

/// Whether anything is said of the source itself.
pub(crate) fn restates(args: &Load) -> bool {
    args.title.is_some()
        || args.date.is_some()
        || args.status.is_some()
        || args.note.is_some()
        || args.claimed.is_some()
}

/// For people, on stderr.
pub(crate) fn summarize(report: &LoadReport, source: &SourceName, args: &Load, index: &Path) {
    let rows = format!(
        "{source}: {} rows: {} accepted, {} rejected, {} blank",
        human(report.rows),
        human(report.accepted),
        human(report.rejected),
        human(report.blank),
    );
    write_line(&rows);
    let mut reasons: Vec<_> = report.rejected_by_reason.iter().collect();
    reasons.sort_by_key(|(code, count)| (Reverse(**count), **code));
    if !reasons.is_empty() {
        let reasons = reasons
            .iter()
            .map(|(code, count)| format!("{} {code}", human(**count)));
        write_detail(&format!(
            "rejected: {}",
            reasons.collect::<Vec<_>>().join(", ")
        ));
    }
    let numbers = format!(
        "{} distinct numbers, {} duplicates",
        human(report.distinct),
        human(report.duplicates)
    );
    let migrated = format!(", {} migrated from old plans", human(report.migrated));
    let mismatch = format!(
        ", {} of another country than their file or column says",
        human(report.country_mismatch)
    );
    let kept = [
        (true, numbers),
        (report.migrated > 0, migrated),
        (report.country_mismatch > 0, mismatch),
    ];
    write_detail(
        &kept
            .into_iter()
            .filter_map(|(kept, part)| kept.then_some(part))
            .collect::<String>(),
    );
    let top = report
        .countries
        .iter()
        .take(5)
        .map(|country| format!("{} {}", country.name, human(country.distinct)));
    let top: Vec<_> = top.collect();
    if !top.is_empty() {
        let more = match report.countries.len() - top.len() {
            0 => String::new(),
            more => format!(", and {more} more countries"),
        };
        write_detail(&format!("{}{more}", top.join(", ")));
    }
    if args.dry_run {
        write_detail("dry run: nothing was stored");
    } else if report.rows > 0 {
        write_detail(&format!("stored in {}", shown(&index)));
    } else if restates(args) {
        write_detail("nothing was new; what is said of it is stored");
    } else {
        write_detail("nothing was new; the index is as it was");
    }
    if !report.complete {
        write_line("not everything could be read: the source is incomplete");
    }
}
