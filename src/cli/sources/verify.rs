//! `verify`: reads every byte of every segment, and of the tombstones. One damaged segment does not hide another. Without
//! the key the seals cannot be checked: then all the rest is, and the index is not called good.

use std::path::Path;

use leakline::index::{Index, IndexError, Segment, Tombstones, segment_files};
use leakline::key::Key;
use leakline::printable::printable;
use serde::Serialize;

use crate::cli::advice::advice;
use crate::cli::args::Verify;
use crate::cli::key;
use crate::cli::settings::Settings;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::{failure, in_full, write_detail, write_line};
use crate::cli::terminal::output::Output;
use crate::cli::terminal::progress::human;

pub(crate) fn run(args: &Verify, settings: &Settings) -> anyhow::Result<Exit> {
    let index = settings.index()?;
    let key = key::open_if_any(settings)?;
    let files = segment_files(&index)?;
    if files.is_empty() {
        return Err(failure(
            format!("there is no index at {}", index.display()),
            "make one with `leakline load`, or name it with --index",
        ));
    }
    // If they cannot be read, their own row says so.
    let forgotten = key
        .as_ref()
        .and_then(|key| Tombstones::open(&index, key).ok())
        .unwrap_or_default();
    let verified = (files.iter()).map(|path| verify(path, key.as_ref(), &forgotten));
    let mut segments: Vec<Row> = verified.collect();
    if let Some(path) = Tombstones::file(&index)? {
        let tombstones = verify(&path, key.as_ref(), &Tombstones::default());
        // It is no source, whatever is in it.
        segments.push(Row {
            source: None,
            ..tombstones
        });
    }
    let sound = segments.iter().all(|row| row.ok);
    // Each may be sound, and all of them no index: two of one source, say.
    let whole = sound.then(|| Index::open(&index, None)).transpose();

    let mut output = Output::choose(None, settings.quiet())?;
    if args.json {
        output.write_json(&Outcome {
            schema_version: 1,
            ok: sound && whole.is_ok(),
            complete: key.is_some(),
            segments: &segments,
        })?;
    } else {
        let lines = segments.iter().map(|row| match &row.error {
            None => format!(
                "ok       {}: {} {} numbers",
                row.path,
                human(row.distinct),
                row.source.as_ref().map_or("forgotten", |_| "distinct"),
            ),
            Some(_) => format!("bad      {}", row.path),
        });
        let lines = lines.map(|line| printable(&line).into_owned() + "\n");
        output.write(lines.collect::<String>().as_bytes())?;
    }
    if !sound {
        tell(&segments);
        return Ok(Exit::Undecided);
    }
    whole?;
    if key.is_none() {
        return Err(failure(
            "there is no key, so whether the segments are of yours is not checked",
            "give the key that the index was made under with --key-file or --key-env",
        ));
    }
    Ok(Exit::Clean)
}

/// What is wrong with each segment, and what to do about it: the same for many, most likely.
fn tell(segments: &[Row]) {
    let mut all_advice = Vec::new();
    for row in segments {
        row.error.iter().for_each(|error| write_line(error));
        if let Some(advice) = &row.advice
            && !all_advice.contains(&advice)
        {
            all_advice.push(advice);
        }
    }
    for advice in all_advice {
        write_detail(advice);
    }
}

fn verify(path: &Path, key: Option<&Key>, forgotten: &Tombstones) -> Row {
    let verify = || -> Result<Segment, IndexError> {
        let segment = Segment::open(path)?;
        if let Some(key) = key {
            key::expect(&segment, key.id())?;
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
            advice: None,
        },
        Err(error) => {
            let error = error.into();
            Row {
                path,
                source: None,
                distinct: 0,
                ok: false,
                advice: advice(&error),
                error: Some(in_full(&error)),
            }
        }
    }
}

#[derive(Serialize)]
struct Outcome<'a> {
    schema_version: u32,
    ok: bool,
    /// Whether the seals are checked too.
    complete: bool,
    segments: &'a [Row],
}

#[derive(Serialize)]
struct Row {
    path: String,
    source: Option<String>,
    distinct: u64,
    ok: bool,
    error: Option<String>,
    #[serde(skip)]
    advice: Option<String>,
}
