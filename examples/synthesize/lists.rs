//! What is written beside a dump: whom to check, and what is true.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::country::{Number, Section};
use crate::plan::Plan;

/// The truth about a dump, in the words of `load --json`.
#[derive(Serialize)]
struct Truth<'plan> {
    seed: u64,
    rows: u64,
    distinct: u64,
    duplicates: u64,
    countries: Vec<CountryTruth>,
    files: Vec<FileTruth<'plan>>,
}

#[derive(Serialize)]
struct CountryTruth {
    country: &'static str,
    name: &'static str,
    records: u64,
    distinct: u64,
    /// How many of its numbers are in the list of members, where one is asked for.
    members: u64,
    non_members: u64,
}

#[derive(Serialize)]
struct FileTruth<'plan> {
    path: &'plan str,
    rows: u64,
}

/// How many members of a section are listed.
fn members(plan: &Plan, section: &Section) -> u64 {
    plan.members_per_country.min(section.distinct())
}

/// Writes numbers that are in the dump, as many of each country as wanted or as it has, spread over
/// its rows.
pub(crate) fn write_members(plan: &Plan, path: &Path) -> Result<()> {
    let numbers = plan.sections.iter().flat_map(|section| {
        let count = members(plan, section);
        (0..count).map(move |n| section.distinct_number(n * section.distinct() / count))
    });
    write_numbers(numbers, path)
}

/// Writes valid numbers that are not in the dump.
pub(crate) fn write_non_members(plan: &Plan, path: &Path) -> Result<()> {
    let numbers = plan.sections.iter().flat_map(|section| {
        (0..section.non_members).map(move |n| section.distinct_number(section.distinct() + n))
    });
    write_numbers(numbers, path)
}

fn write_numbers(numbers: impl Iterator<Item = Number>, path: &Path) -> Result<()> {
    write_file(path, |out| {
        for number in numbers {
            writeln!(out, "+{}", number.digits)?;
        }
        Ok(())
    })
}

/// Writes what is true of the whole dump, of each country and of each file.
pub(crate) fn write_truth(plan: &Plan, path: &Path) -> Result<()> {
    let sum = |count: fn(&Section) -> u64| plan.sections.iter().map(count).sum();
    let truth = Truth {
        seed: plan.seed,
        rows: sum(|section| section.records),
        distinct: sum(Section::distinct),
        duplicates: sum(|section| section.duplicates),
        countries: plan
            .sections
            .iter()
            .map(|section| CountryTruth {
                country: section.country.code,
                name: section.country.name,
                records: section.records,
                distinct: section.distinct(),
                members: members(plan, section),
                non_members: section.non_members,
            })
            .collect(),
        files: plan
            .files
            .iter()
            .map(|file| FileTruth {
                path: &file.name,
                rows: file.rows,
            })
            .collect(),
    };
    write_file(path, |out| {
        serde_json::to_writer_pretty(&mut *out, &truth)?;
        Ok(writeln!(out)?)
    })
}

fn write_file(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
    let write_all = || -> Result<()> {
        let mut out = BufWriter::new(File::create(path)?);
        write(&mut out)?;
        Ok(out.flush()?)
    };
    write_all().with_context(|| path.display().to_string())
}
