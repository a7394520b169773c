//! `verify`: reads every byte of every file of an index. One damaged file does not hide another.
//!
//! Without the key the seals cannot be checked: then all the rest is, and the index is not called
//! good.

use leakline::index::{CheckedFile, IndexState, SegmentRole, check_files};
use leakline::printable::{printable, shown};
use serde::Serialize;

use crate::cli::advice::advice;
use crate::cli::args::Verify;
use crate::cli::key;
use crate::cli::settings::Settings;
use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::failure::{failure, in_full};
use crate::cli::terminal::message::{write_detail, write_line};
use crate::cli::terminal::output::{self, Output};
use crate::cli::terminal::progress::human;

pub(crate) fn run(args: &Verify, settings: &Settings) -> anyhow::Result<Exit> {
    let index = settings.index()?;
    let key = key::open_if_any(settings)?;
    let (state, files) = check_files(&index, key.as_ref(), settings.threads())?;
    let segments: Vec<VerifiedFile> = files.into_iter().map(VerifiedFile::new).collect();
    let ok = segments.iter().all(|row| row.ok);

    let without_key = || {
        failure(
            "there is no key, so nobody checked whether the segments were written with your key",
            "give the key that the index was made under with --key-file or --key-env",
        )
    };
    if args.json {
        let bad = segments.iter().filter(|row| !row.ok).count();
        let (exit, reason) = match bad {
            0 if key.is_none() => (Exit::Undecided, Some(without_key().to_string())),
            0 => (Exit::Clean, None),
            bad => (
                Exit::Undecided,
                Some(format!("files of the index that are bad: {bad}")),
            ),
        };
        let verified = VerifyReport {
            schema_version: 1,
            index: state,
            ok,
            complete: key.is_some(),
            segments: &segments,
        };
        output::print_json(&verified, &exit.outcome(reason), settings)?;
    } else {
        let lines = segments.iter().map(VerifiedFile::line);
        let lines = lines.chain([format!("index {state}")]);
        let lines = lines.map(|line| printable(&line).into_owned() + "\n");
        Output::choose(None, settings)?.write(lines.collect::<String>().as_bytes())?;
    }
    if !ok {
        explain(&segments);
        return Ok(Exit::Undecided);
    }
    if key.is_none() {
        return Err(without_key());
    }
    Ok(Exit::Clean)
}

/// Prints the error of each file, then each piece of advice once: many files share it.
fn explain(segments: &[VerifiedFile]) {
    let mut remedies = Vec::new();
    for row in segments {
        row.error.iter().for_each(|error| write_line(error));
        if let Some(remedy) = &row.remedy
            && !remedies.contains(&remedy)
        {
            remedies.push(remedy);
        }
    }
    for remedy in remedies {
        write_detail(remedy);
    }
}

#[derive(Serialize)]
struct VerifyReport<'a> {
    schema_version: u32,
    index: IndexState,
    ok: bool,
    /// Whether the seals are checked too.
    complete: bool,
    segments: &'a [VerifiedFile],
}

#[derive(Serialize)]
struct VerifiedFile {
    path: String,
    /// `None` for tombstones, and for what could not be opened.
    source: Option<String>,
    distinct: u64,
    ok: bool,
    error: Option<String>,
    #[serde(skip)]
    remedy: Option<String>,
}

impl VerifiedFile {
    fn new(file: CheckedFile) -> VerifiedFile {
        let path = shown(&file.path);
        match file.outcome {
            Ok(segment) => VerifiedFile {
                path,
                source: (file.role == SegmentRole::Source)
                    .then(|| segment.meta().source.to_string()),
                distinct: segment.distinct(),
                ok: true,
                error: None,
                remedy: None,
            },
            Err(error) => {
                let error = error.into();
                VerifiedFile {
                    path,
                    source: None,
                    distinct: 0,
                    ok: false,
                    remedy: advice(&error),
                    error: Some(in_full(&error)),
                }
            }
        }
    }

    fn line(&self) -> String {
        if !self.ok {
            return format!("bad      {}", self.path);
        }
        format!(
            "ok       {}: {} {} numbers",
            self.path,
            human(self.distinct),
            self.source.as_ref().map_or("forgotten", |_| "distinct"),
        )
    }
}
