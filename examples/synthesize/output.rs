//! Rows to files: threads make chunks of rows, one writer puts them down in order.

use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use anyhow::{Context as _, Result};

use crate::plan::Plan;

/// Rows that one thread makes at a time.
const CHUNK: u64 = 1 << 16;
/// Finished chunks of one thread that may wait for the writer.
const WAITING: usize = 2;

/// Some rows of a file, by its place in the plan.
#[derive(Clone)]
struct Chunk {
    file: usize,
    rows: Range<u64>,
}

/// Writes all files into a folder, or one after the other to standard output for `-`.
pub(crate) fn write(plan: &Plan, out: &Path, threads: usize) -> Result<()> {
    let to_stdout = out.as_os_str() == "-";
    if !to_stdout {
        fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    }
    thread::scope(|scope| {
        let made: Vec<Receiver<Vec<u8>>> = (0..threads)
            .map(|worker| {
                let (sender, receiver) = sync_channel(WAITING);
                scope.spawn(move || {
                    for chunk in chunks(plan).skip(worker).step_by(threads) {
                        // The writer hangs up when it cannot write.
                        if sender.send(make(plan, &chunk)).is_err() {
                            break;
                        }
                    }
                });
                receiver
            })
            .collect();
        let mut chunks = chunks(plan).zip(made.iter().cycle()).peekable();
        for (place, file) in plan.files.iter().enumerate() {
            let path = if to_stdout {
                Path::new("standard output")
            } else {
                &out.join(&file.name)
            };
            let mut sink: Box<dyn Write> = if to_stdout {
                Box::new(io::stdout())
            } else {
                Box::new(File::create(path).with_context(|| path.display().to_string())?)
            };
            let mut write_all = |bytes: &[u8]| {
                sink.write_all(bytes)
                    .with_context(|| path.display().to_string())
            };
            write_all(plan.format.head())?;
            while let Some((_, made)) = chunks.next_if(|(chunk, _)| chunk.file == place) {
                write_all(&made.recv().context("a thread ended early")?)?;
            }
            write_all(plan.format.tail())?;
            sink.flush().with_context(|| path.display().to_string())?;
        }
        Ok(())
    })
}

fn chunks(plan: &Plan) -> impl Iterator<Item = Chunk> {
    plan.files.iter().enumerate().flat_map(|(place, file)| {
        (0..file.rows.div_ceil(CHUNK)).map(move |n| Chunk {
            file: place,
            rows: n * CHUNK..((n + 1) * CHUNK).min(file.rows),
        })
    })
}

fn make(plan: &Plan, chunk: &Chunk) -> Vec<u8> {
    let file = &plan.files[chunk.file];
    let mut out = Vec::with_capacity(1 << 20);
    let mut place = chunk.rows.start;
    file.for_each(chunk.rows.clone(), |section, row| {
        plan.format
            .write_row(plan.sections[section].number(row), place, &mut out);
        place += 1;
    });
    out
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use clap::Parser as _;

    use super::*;
    use crate::Arguments;

    /// All files that these arguments make, by name.
    fn files(arguments: &[&str], threads: usize) -> HashMap<String, Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().to_str().unwrap();
        let arguments = Arguments::parse_from(["synthesize", "--out", out].iter().chain(arguments));
        write(&Plan::new(&arguments).unwrap(), folder.path(), threads).unwrap();
        let entries = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path());
        entries
            .map(|path| {
                (
                    path.file_name().unwrap().to_str().unwrap().to_owned(),
                    fs::read(&path).unwrap(),
                )
            })
            .collect()
    }

    fn sorted_lines(text: &[u8]) -> Vec<&[u8]> {
        let mut lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        lines.sort_unstable();
        lines
    }

    #[test]
    fn the_same_arguments_give_the_same_bytes_for_any_number_of_threads() {
        let arguments = [
            "--rows",
            "200000",
            "--duplicates",
            "0.1",
            "--split",
            "one",
            "--order",
            "shuffled",
        ];
        let one = files(&arguments, 1);
        assert_eq!(one, files(&arguments, 3));
        assert_ne!(one, files(&[&arguments[..], &["--seed", "2"]].concat(), 1));
    }

    #[test]
    fn files_of_countries_hold_the_rows_of_the_one_file() {
        let rows = ["--rows", "70000", "--duplicates", "0.2"];
        let countries = files(&rows, 2);
        assert_eq!(countries.len(), 88);
        let together: Vec<u8> = countries.values().flatten().copied().collect();
        for order in ["by-country", "shuffled"] {
            let one = files(
                &[&rows[..], &["--split", "one", "--order", order]].concat(),
                2,
            );
            assert_eq!(sorted_lines(&one["all.txt"]), sorted_lines(&together));
        }
        let mut distinct = sorted_lines(&together);
        assert_eq!(distinct.len(), 70_000);
        distinct.dedup();
        let arguments = Arguments::parse_from(["synthesize", "--out", "-"].iter().chain(&rows));
        let plan = Plan::new(&arguments).unwrap();
        assert_eq!(
            distinct.len() as u64,
            plan.sections
                .iter()
                .map(crate::country::Section::distinct)
                .sum::<u64>()
        );
    }
}
