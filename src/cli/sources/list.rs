//! `sources`: lists the sources of the index, or removes one.
//!
//! The list needs no key, though one that is given must be the index's.

use std::fmt::Write as _;

use leakline::index::{IndexState, Segment, SourceName, SourceSummary, Trust};
use leakline::printable::{mask_numbers, printable, shown};
use serde::Serialize;

use crate::cli::args::{Sources, SourcesAction};
use crate::cli::settings::Settings;
use crate::cli::sources::{locks, reading};
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::{end_of_change, failure};
use crate::cli::terminal::output::{self, Output};
use crate::cli::terminal::progress::counted;

pub(crate) fn run(args: &Sources, settings: &Settings) -> anyhow::Result<Exit> {
    match &args.action {
        None if args.json => list_json(settings),
        Some(SourcesAction::List { json }) if *json || args.json => list_json(settings),
        None | Some(SourcesAction::List { .. }) => list(settings),
        Some(SourcesAction::Remove { name }) => remove(name, settings),
    }
}

fn list_json(settings: &Settings) -> anyhow::Result<Exit> {
    let index = reading::open(&settings.index()?, settings)?;
    let list = List {
        schema_version: 1,
        index: index.state(),
        authenticated: index.trust() == Trust::Authenticated,
        sources: index.segments().iter().map(ListedSource::new).collect(),
    };
    output::print_json(&list, &Exit::Clean.outcome(None), settings)?;
    Ok(Exit::Clean)
}

fn list(settings: &Settings) -> anyhow::Result<Exit> {
    let index = reading::open(&settings.index()?, settings)?;
    let mut table = String::new();
    for segment in index.segments() {
        let ListedSource {
            name,
            title,
            date,
            status,
            complete,
            records,
            distinct,
            countries,
            loaded_at,
            key_id,
            ..
        } = ListedSource::new(segment);
        let title = title.map(|title| format!("  {}", printable(&title)));
        let title = title.unwrap_or_default();
        let status = if complete {
            status
        } else {
            format!("{status}, incomplete")
        };
        let date = date.map(|date| format!("{date}, ")).unwrap_or_default();
        writeln!(
            table,
            "{name}{title}\n  {date}{status}; {} in {}, {}\n  loaded {loaded_at} under key {key_id}",
            counted(distinct, "distinct number", "distinct numbers"),
            counted(records, "record", "records"),
            counted(countries as u64, "country", "countries"),
        )
        .expect("writing to memory does not fail");
    }
    writeln!(table, "index {}", index.state()).expect("writing to memory does not fail");
    Output::choose(None, settings)?.write(table.as_bytes())?;
    Ok(Exit::Clean)
}

fn remove(name: &SourceName, settings: &Settings) -> anyhow::Result<Exit> {
    let index = settings.index()?;
    let key = reading::key_for(&index, settings)?;
    let lock = locks::take(&index, settings)?;
    let mut change = lock.change(&key, Some(name))?;
    if !change.remove(name) {
        return Err(failure(
            format!(
                "there is no source {} in {}",
                mask_numbers(name.as_str()),
                shown(&index)
            ),
            "`leakline sources` lists those that are there",
        ));
    }
    locks::commit(change)?;
    settings.write_line(&format!("removed source {}", mask_numbers(name.as_str())));
    Ok(end_of_change(Exit::Clean, None).0)
}

#[derive(Serialize)]
struct List {
    schema_version: u32,
    index: IndexState,
    /// Whether the key was there to check who made it.
    authenticated: bool,
    sources: Vec<ListedSource>,
}

/// A source as it is listed.
#[derive(Serialize)]
struct ListedSource {
    name: String,
    title: Option<String>,
    date: Option<String>,
    status: String,
    note: Option<String>,
    records: u64,
    distinct: u64,
    countries: usize,
    bytes: u64,
    complete: bool,
    loaded_at: String,
    key_id: String,
    metadata_version: String,
}

impl ListedSource {
    fn new(segment: &Segment) -> ListedSource {
        let meta: &SourceSummary = segment.meta();
        ListedSource {
            name: meta.source.to_string(),
            title: meta.title.clone(),
            date: meta.date.as_ref().map(ToString::to_string),
            status: meta.status.to_string(),
            note: meta.note.clone(),
            records: segment.records(),
            distinct: segment.distinct(),
            countries: segment.countries().len(),
            bytes: segment.length(),
            complete: meta.provenance.complete,
            loaded_at: meta.loaded_at.clone(),
            key_id: segment.key_id().to_string(),
            metadata_version: meta.metadata_version.clone(),
        }
    }
}
