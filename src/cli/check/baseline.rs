//! `--baseline` and `--update-baseline`: the file of known findings.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::ToSpan as _;
use jiff::civil::Date;
use leakline::exposure::{Baseline, BaselineSummary, Fingerprint, Known, Suppression, Unseen};
use leakline::key::KeyId;
use leakline::printable::shown;

use super::baseline_file::NewBaseline;
use crate::cli::args::Check;
use crate::cli::clock;
use crate::cli::settings::Settings;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::progress::counted;

/// Days that a finding stays known without `--baseline-expires`.
const USUAL_DAYS: i64 = 90;
/// The reason of entries that were given none.
const NO_REASON: &str = "no reason given";
/// Expired entries that are named one by one.
const NAMED: usize = 10;

/// The flags `--baseline` and `--update-baseline`, validated.
pub(crate) struct BaselinePlan {
    path: PathBuf,
    update: Option<UpdatePlan>,
}

/// How the baseline is written anew.
struct UpdatePlan {
    reason: Option<String>,
    expires: Option<Date>,
    unseen: Unseen,
}

impl BaselinePlan {
    /// `None` if there is no baseline.
    pub(crate) fn new(args: &Check) -> Option<BaselinePlan> {
        let path = args.baseline.clone()?;
        let update = args.update_baseline.then(|| UpdatePlan {
            reason: args.baseline_reason.clone(),
            expires: args.baseline_expires,
            // Numbers of other sources were not looked for: they are not over.
            unseen: if args.sources.is_empty() {
                Unseen::Drop
            } else {
                Unseen::Keep
            },
        });
        Some(BaselinePlan { path, update })
    }
}

/// The baseline of a check, open.
pub(crate) enum BaselineUse {
    /// There is no baseline.
    None,
    /// Its findings do not fail.
    Read(Baseline, Date),
    /// All findings are made known.
    Update(Update),
}

/// A baseline that is to be written anew.
pub(crate) struct Update {
    path: PathBuf,
    file: NewBaseline,
    before: Baseline,
    new: Known,
    today: Date,
    unseen: Unseen,
    without_reason: bool,
}

impl BaselineUse {
    pub(crate) fn open(
        plan: Option<BaselinePlan>,
        key: KeyId,
        settings: &Settings,
    ) -> anyhow::Result<BaselineUse> {
        let Some(BaselinePlan { path, update }) = plan else {
            return Ok(BaselineUse::None);
        };
        let today = clock::today()?;
        let Some(update) = update else {
            let before = read(&path, key, MissingFile::Error)?;
            warn_of_expired(&path, &before, today, settings);
            return Ok(BaselineUse::Read(before, today));
        };
        let file = NewBaseline::begin(&path, settings)?;
        // Read under the lock: what another update adds must not be lost.
        let before = read(&path, key, MissingFile::Empty)?;
        let expires = match update.expires {
            Some(date) => date,
            None => today
                .checked_add(USUAL_DAYS.days())
                .context("the clock is out of range")?,
        };
        if expires < today {
            settings.write_line(&format!(
                "--baseline-expires: {expires} has passed, so what is added fails all the same"
            ));
        }
        let reason = update.reason.as_deref().unwrap_or(NO_REASON);
        Ok(BaselineUse::Update(Update {
            path,
            file,
            before,
            new: Known {
                reason: reason.into(),
                expires,
            },
            today,
            unseen: update.unseen,
            without_reason: update.reason.is_none(),
        }))
    }

    /// The findings that do not fail the check.
    pub(crate) fn suppression(&self) -> Suppression {
        match self {
            BaselineUse::None => Suppression::None,
            BaselineUse::Read(baseline, today) => Suppression::Known(baseline.clone(), *today),
            BaselineUse::Update(update) if update.new.expires < update.today => {
                Suppression::Known(update.before.clone(), update.today)
            }
            BaselineUse::Update(update) => {
                Suppression::All(update.before.clone(), update.new.reason.clone())
            }
        }
    }

    /// The counts that reports state; `None` if there is no baseline.
    pub(crate) fn summary(&self) -> Option<BaselineSummary> {
        match self {
            BaselineUse::None => None,
            BaselineUse::Read(baseline, today) => Some(baseline.summary(*today)),
            BaselineUse::Update(update) => Some(update.before.summary(update.today)),
        }
    }

    /// Whether [`BaselineUse::write`] needs the fingerprints of exposed contacts.
    pub(crate) fn collects(&self) -> bool {
        matches!(self, BaselineUse::Update(_))
    }

    /// Writes the file for `--update-baseline`. To be called when all contacts were checked.
    ///
    /// Returns the counts that reports state.
    pub(crate) fn write(
        self,
        found: &BTreeSet<Fingerprint>,
        settings: &Settings,
    ) -> anyhow::Result<Option<BaselineSummary>> {
        let unchanged = self.summary();
        let BaselineUse::Update(Update {
            path,
            file,
            before: mut baseline,
            new,
            today,
            unseen,
            without_reason,
        }) = self
        else {
            return Ok(unchanged);
        };
        let changes = baseline.update(found, &new, today, unseen);
        let name = shown(&path);
        file.store(baseline.to_json().as_bytes())
            .with_context(|| format!("{name}: cannot be written"))?;
        let until = match changes.added + changes.renewed {
            0 => String::new(),
            _ => format!("; added and renewed ones hold until {}", new.expires),
        };
        settings.write_line(&format!(
            "{name}: {}: {} added, {} kept, {} renewed, {} dropped{until}",
            counted(baseline.len() as u64, "known finding", "known findings"),
            changes.added,
            changes.kept,
            changes.renewed,
            changes.dropped
        ));
        if without_reason && changes.added > 0 {
            settings.write_line(&format!(
                "{name}: new entries say `{NO_REASON}`; give one with --baseline-reason, or write it into the file"
            ));
        }
        Ok(Some(baseline.summary(today)))
    }
}

/// The meaning of a baseline file that is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MissingFile {
    Error,
    /// The first update writes it.
    Empty,
}

fn read(path: &Path, key: KeyId, missing: MissingFile) -> anyhow::Result<Baseline> {
    let name = shown(&path);
    match std::fs::read(path) {
        Ok(bytes) => Baseline::read(&bytes, key).with_context(|| name.clone()),
        Err(error) if error.kind() == io::ErrorKind::NotFound && missing == MissingFile::Empty => {
            Ok(Baseline::new(key))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(failure(
            format!("{name}: there is no baseline"),
            "check the path; the first run with --update-baseline makes it",
        )),
        Err(error) => Err(error).with_context(|| format!("{name}: cannot be read")),
    }
}

fn warn_of_expired(path: &Path, baseline: &Baseline, today: Date, settings: &Settings) {
    let name = shown(&path);
    let expired: Vec<_> = baseline.expired(today).collect();
    // The lines are for people only, so a file that cannot be read again has none.
    let text = std::fs::read_to_string(path).unwrap_or_default();
    for (fingerprint, day) in expired.iter().take(NAMED) {
        let line = text
            .lines()
            .position(|line| line.contains(&fingerprint.to_string()));
        let line = line.map_or_else(String::new, |line| format!("line {}: ", line + 1));
        settings.write_line(&format!(
            "{name}: {line}{fingerprint} expired on {day}: the finding fails again"
        ));
    }
    if expired.len() > NAMED {
        settings.write_line(&format!(
            "{name}: {} more entries have expired",
            expired.len() - NAMED
        ));
    }
}
