//! The sources that a check searches: those of the index, or of dumps read into memory.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use leakline::index::{Index, IndexId, IndexState, PartialDate, Segment, SourceSummary, Spill};
use leakline::key::Key;
use leakline::phone::{
    METADATA_VERSION, MIGRATIONS_VERSION, PLANS_IN_WORDS, new_ranges_may_be_unknown,
    plans_age_in_months,
};

use super::in_memory;
use super::plan::{MaxAges, SearchTarget};
use crate::cli::args::values::Age;
use crate::cli::clock;
use crate::cli::folders;
use crate::cli::settings::Settings;
use crate::cli::sources::reading;
use crate::cli::terminal::failure::failure;

/// Open segments, and the key that they were made under.
pub(crate) struct Searched {
    pub(crate) key: Key,
    segments: Segments,
}

enum Segments {
    /// Of the index at a path.
    OfIndex(Index, PathBuf),
    InMemory(Vec<Segment>),
}

impl Searched {
    pub(crate) fn open(target: &SearchTarget, settings: &Settings) -> anyhow::Result<Searched> {
        warn_of_old_plans(clock::true_today(), settings);
        match target {
            SearchTarget::Index {
                sources,
                expected,
                ages,
            } => {
                let path = settings.index()?;
                let key = reading::key_for(&path, settings)?;
                let index = Index::open(&path, Some(&key))?;
                let index = if sources.is_empty() {
                    index
                } else {
                    index.restrict(sources)?
                };
                refuse_other(*expected, index.state())?;
                settings.write_if_verbose(&format!("index {}", index.state()));
                refuse_stale(*ages, index.segments())?;
                for segment in index.segments() {
                    warn_of_gaps(segment.meta(), settings);
                }
                let segments = Segments::OfIndex(index, path);
                Ok(Searched { key, segments })
            }
            SearchTarget::Dumps(plan) => {
                let key = Key::generate()?;
                let segments = Segments::InMemory(in_memory::load(plan, settings, &key)?);
                Ok(Searched { key, segments })
            }
        }
    }

    /// The state of the index; `None` for dumps.
    pub(crate) fn state(&self) -> Option<IndexState> {
        match &self.segments {
            Segments::OfIndex(index, _) => Some(index.state()),
            Segments::InMemory(_) => None,
        }
    }

    /// Where tags of contacts may be written. Of a check against dumps, nothing is.
    pub(crate) fn spill(&self) -> Spill {
        match &self.segments {
            Segments::OfIndex(_, path) => {
                let folder = if path.is_dir() {
                    Some(&**path)
                } else {
                    path.parent()
                };
                Spill::Unnamed(folders::temporary(folder))
            }
            Segments::InMemory(_) => Spill::Never,
        }
    }

    pub(crate) fn segments(&self) -> Vec<&Segment> {
        match &self.segments {
            Segments::OfIndex(index, _) => index.segments().iter().collect(),
            Segments::InMemory(segments) => segments.iter().collect(),
        }
    }
}

/// Refuses an index in another state than the one that is expected.
fn refuse_other(expected: Option<IndexId>, found: IndexState) -> anyhow::Result<()> {
    match expected {
        Some(expected) if expected != found.id => Err(failure(
            format!("the index is {found}, and {expected} is expected"),
            "restore the index that you expect; after a change of your own, expect its new id, \
             which `leakline sources` shows",
        )),
        _ => Ok(()),
    }
}

/// Refuses an index whose newest source is too old, by its loading or by its breach.
fn refuse_stale(ages: MaxAges, segments: &[Segment]) -> anyhow::Result<()> {
    if let Some(age) = ages.loaded {
        let loaded = segments
            .iter()
            .filter_map(|segment| segment.meta().loaded_at.parse::<Timestamp>().ok());
        let newest = loaded.max().map_or(i64::MIN, Timestamp::as_second);
        if newest < oldest_allowed(age)?.as_second() {
            return Err(failure(
                format!(
                    "no source searched was loaded within the last {} days",
                    age.days
                ),
                "load the newest dumps, or raise --max-index-age",
            ));
        }
    }
    if let Some(age) = ages.breach {
        let oldest = Offset::UTC
            .to_datetime(oldest_allowed(age)?)
            .date()
            .to_string();
        // A year or a month lasts until its last day, so only the known part of a date is compared.
        let is_new = |segment: &Segment| {
            let date = segment.meta().date.as_ref().map(PartialDate::as_str);
            date.is_some_and(|date| Some(date) >= oldest.get(..date.len()))
        };
        if !segments.iter().any(is_new) {
            return Err(failure(
                format!(
                    "no source searched has a breach date within the last {} days",
                    age.days
                ),
                "load a newer breach with its date (`load --date`), or raise --max-source-age",
            ));
        }
    }
    Ok(())
}

fn oldest_allowed(age: Age) -> anyhow::Result<Timestamp> {
    let second = clock::at_least_now()?.as_second() - i64::from(age.days) * 86_400;
    Ok(Timestamp::from_second(second)?)
}

/// Plans that are too old may take a number for invalid that is in use by now.
fn warn_of_old_plans(today: Date, settings: &Settings) {
    if new_ranges_may_be_unknown(today) {
        settings.write_line(&format!(
            "this program reads numbers by {}, which are {} months old: it takes numbers of newer \
             ranges for invalid; install a newer release",
            *PLANS_IN_WORDS,
            plans_age_in_months(today),
        ));
    }
}

/// An index made under other plans, or of half a dump, still answers, but numbers may be missed.
fn warn_of_gaps(meta: &SourceSummary, settings: &Settings) {
    if !meta.provenance.complete {
        settings.write_line(&format!(
            "source {} is incomplete: a dump could not be read to its end, so numbers may be missing from it",
            meta.source,
        ));
    }
    if meta.is_of_other_plans() {
        settings.write_line(&format!(
            "source {} was loaded under numbering plans {} (old plans {}), and this is {METADATA_VERSION} \
             ({MIGRATIONS_VERSION}); load it anew to find numbers that were renumbered in between",
            meta.source, meta.metadata_version, meta.migrations_version,
        ));
    }
}
