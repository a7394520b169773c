//! `verify`: reads every byte of every segment, and of the tombstones. One damaged segment does not hide another.

use std::path::Path;

use leakline::index::{Forgotten, Index, IndexError, Segment, segment_files};
use leakline::key::Key;
use serde::Serialize;

use super::args::Verify;
use super::exit::Exit;
use super::failure::{failure, in_full, printable, told};
use super::keys;
use super::output::Output;
use super::progress::human;
use super::settings::Settings;

pub(crate) fn run(args: &Verify, settings: &Settings) -> anyhow::Result<Exit> {
    let index = settings.index()?;
    let key = keys::open_if_any(settings)?;
    if key.is_none() {
        settings.say("there is no key: that the segments are of yours is not checked");
    }
    let files = segment_files(&index).map_err(told)?;
    if files.is_empty() {
        return Err(failure(
            format!("there is no index at {}", index.display()),
            "make one with `leakline load`, or name it with --index",
        ));
    }
    // If they cannot be read, their own row says so.
    let forgotten = key
        .as_ref()
        .and_then(|key| Forgotten::open(&index, key).ok())
        .unwrap_or_default();
    let verified = (files.iter()).map(|path| verify(path, key.as_ref(), &forgotten));
    let mut segments: Vec<Row> = verified.collect();
    if let Some(path) = Forgotten::file(&index).map_err(told)? {
        let tombstones = verify(&path, key.as_ref(), &Forgotten::default());
        // It is no source, whatever is in it.
        segments.push(Row {
            source: None,
            ..tombstones
        });
    }
    let damaged = segments.iter().filter(|row| !row.ok).count();

    let mut output = Output::choose(None, settings.quiet())?;
    if args.json {
        output.write_json(&Outcome {
            schema_version: 1,
            ok: damaged == 0,
            segments: &segments,
        })?;
    } else {
        let lines = segments.iter().map(|row| match &row.error {
            None => format!(
                "ok       {}: {} {} numbers\n",
                row.path,
                human(row.distinct),
                row.source.as_ref().map_or("forgotten", |_| "distinct"),
            ),
            // The error names the file.
            Some(error) => format!("damaged  {error}\n"),
        });
        output.write(printable(&lines.collect::<String>()).as_bytes())?;
    }
    if damaged == 0 {
        // Each may be sound, and all of them no index: two of one source, say.
        Index::open(&index, None).map_err(told)?;
    } else {
        return Err(failure(
            format!(
                "{damaged} of {} segments cannot be relied on",
                segments.len()
            ),
            "load the sources anew with --replace, bring back a copy of the segments, or end a `forget` that was cut short",
        ));
    }
    Ok(Exit::Clean)
}

fn verify(path: &Path, key: Option<&Key>, forgotten: &Forgotten) -> Row {
    let verify = || -> Result<Segment, IndexError> {
        let segment = Segment::open(path)?;
        if let Some(key) = key {
            keys::expect(&segment, key.id())?;
        }
        segment.verify(key)?;
        for country in segment.countries() {
            if forgotten.count_others(&segment, *country)? != *country {
                let path = path.to_owned();
                return Err(IndexError::NotForgotten { path });
            }
        }
        Ok(segment)
    };
    let verified = verify();
    let path = path.display().to_string();
    match verified {
        Ok(segment) => Row {
            path,
            source: Some(segment.meta().source.to_string()),
            distinct: segment
                .countries()
                .iter()
                .map(|country| country.distinct)
                .sum(),
            ok: true,
            error: None,
        },
        Err(error) => Row {
            path,
            source: None,
            distinct: 0,
            ok: false,
            error: Some(in_full(&error.into())),
        },
    }
}

#[derive(Serialize)]
struct Outcome<'a> {
    schema_version: u32,
    ok: bool,
    segments: &'a [Row],
}

#[derive(Serialize)]
struct Row {
    path: String,
    source: Option<String>,
    distinct: u64,
    ok: bool,
    error: Option<String>,
}
