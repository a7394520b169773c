//! Compiles the numbering plans of libphonenumber's metadata into the table that the package holds,
//! and proves that table against the library. `docs/plans.md` has the steps of an update.
//!
//! `update VERSION DATE` makes the table anew from the pinned library, and `update FILE.xml DATE`
//! from Google's XML; `write` from the pinned library, of the version and date that the table has
//! already. Each writes the counts of the plans too. `check` compares the package's table with the
//! library's, byte for byte.
//!
//! `prove [STRINGS [SEED]]` compares the package's table with the library: on every transition from
//! every root, on the metadata's example numbers as every region dials them, and on random walks
//! and mutations (10 million). `sample [STRINGS [SEED]]` writes what the table says of the strings
//! on which the library is known to be wrong, and of random ones (200,000), for `reference.py` to
//! compare. `sizes` counts the mobile numbers of each plan, and `own_code` those that are read
//! another way with their calling code in front.

mod bare;
mod graph;
mod home;
mod idd;
mod label;
mod library;
mod metadata;
mod of_library;
mod of_xml;
mod order;
mod own_code;
mod pattern;
mod plan;
mod prove;
mod read;
mod rewrite;
mod rules;
mod sets;
mod strings;
mod strip;
mod table;

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use leakline::phone::{METADATA_DATE, METADATA_VERSION, Region, plans};

use crate::graph::Graph;
use crate::library::Answer;
use crate::metadata::Metadata;
use crate::plan::Plans;
use crate::strings::{Chance, Ways};
use crate::table::Automaton;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "compile_plans: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> io::Result<bool> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let mut out = io::stdout().lock();
    match arguments[..] {
        ["write"] => {
            write(&of_library())?;
            Ok(true)
        }
        ["update", file, date] if Path::new(file).is_file() => {
            let xml = std::fs::read_to_string(file)?;
            let name = Path::new(file).file_name().unwrap_or_default();
            let name = name.to_string_lossy();
            write(&Metadata::of_xml(&xml, &name, date)?)?;
            Ok(true)
        }
        ["update", version, date] => {
            write(&Metadata::of_library(version, date))?;
            Ok(true)
        }
        ["check"] => {
            let same = Automaton::of_library().table() == plans::BYTES;
            let says = if same {
                "the table is what the metadata gives"
            } else {
                "the table is of other plans: run `write`"
            };
            writeln!(out, "{says}")?;
            Ok(same)
        }
        ["sizes"] => {
            write_sizes(&of_library(), &mut out)?;
            Ok(true)
        }
        ["own_code"] => {
            own_code::write(&Automaton::of_library(), &mut out)?;
            Ok(true)
        }
        ["prove"] => prove(10_000_000, 1, &mut out),
        ["prove", count] => prove(number(count)?, 1, &mut out),
        ["prove", count, seed] => prove(number(count)?, number(seed)?, &mut out),
        ["sample"] => sample(200_000, 2, &mut out),
        ["sample", count] => sample(number(count)?, 2, &mut out),
        ["sample", count, seed] => sample(number(count)?, number(seed)?, &mut out),
        _ => Err(io::Error::other(
            "update VERSION DATE, update FILE.xml DATE, write, check, sizes, own_code, \
             prove [STRINGS [SEED]], or sample [STRINGS [SEED]]",
        )),
    }
}

/// The metadata of the pinned library, which is that of the package's table.
fn of_library() -> Metadata {
    Metadata::of_library(METADATA_VERSION, METADATA_DATE)
}

/// Writes all files that are made of the metadata.
fn write(metadata: &Metadata) -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let automaton = Automaton::compile(metadata);
    std::fs::write(root.join("src/phone/plans.bin"), automaton.table())?;
    let mut figures = Vec::new();
    own_code::write(&automaton, &mut figures)?;
    std::fs::write(root.join("src/phone/plans/own_code.tsv"), figures)?;
    let mut sizes = Vec::new();
    write_sizes(metadata, &mut sizes)?;
    std::fs::write(root.join("src/report/country/plan_sizes.tsv"), sizes)
}

/// Number of mobile numbers that each region's plan has room for, as
/// `src/report/country/plan_sizes.tsv`.
fn write_sizes(metadata: &Metadata, out: &mut impl Write) -> io::Result<()> {
    let mut graph = Graph::new();
    let plans = Plans::of(metadata, &mut graph);
    writeln!(
        out,
        "# Mobile numbers that the plan of each region has room for, counted from its patterns: region, numbers.\n\
         # Where a plan does not tell mobile from fixed numbers, all of those are counted.\n\
         # Source: libphonenumber's metadata {}. Made by `compile_plans sizes`.",
        metadata.version
    )?;
    let mut sizes: Vec<(&str, u64)> = plans
        .by_code()
        .filter(|plan| plan.region != Region::NON_GEOGRAPHIC)
        .map(|plan| {
            let size = sets::count(plan.mobile, &graph, &mut HashMap::new());
            (plan.region.code(), size)
        })
        .collect();
    sizes.sort_unstable();
    for (code, size) in sizes {
        writeln!(out, "{code}\t{size}")?;
    }
    Ok(())
}

fn number(text: &str) -> io::Result<u64> {
    text.parse().map_err(io::Error::other)
}

fn prove(count: u64, seed: u64, out: &mut impl Write) -> io::Result<bool> {
    let automaton = Automaton::of_library();
    let threads = thread::available_parallelism()?.get();
    let covered = prove::cover(&automaton, threads).tell("transition cover", out)?;
    let dialled = prove::examples().tell("example numbers", out)?;
    let walked = prove::random(&automaton, count, seed, threads).tell("random walks", out)?;
    Ok(covered && dialled && walked)
}

fn sample(count: u64, seed: u64, out: &mut impl Write) -> io::Result<bool> {
    let automaton = Automaton::of_library();
    let ways = Ways::new(&automaton);
    let mut chance = Chance::new(seed);
    let covered = prove::cover(&automaton, thread::available_parallelism()?.get());
    let known = covered
        .zeros_lost
        .into_iter()
        .map(|(text, home, _)| (home, text));
    let random = (0..count).map(|_| strings::random(&automaton, &ways, &mut chance));
    for (home, text) in known.chain(random) {
        let home_code = home.map_or("", Region::code);
        let (e164, region) = match prove::of_table(&text, home) {
            Some(Answer::Valid(e164, region)) => (format!("+{e164}"), region.code()),
            _ => (String::new(), ""),
        };
        writeln!(out, "{text}\t{home_code}\t{e164}\t{region}")?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sizes_of_plans_are_those_of_the_metadata() {
        let mut sizes = Vec::new();
        write_sizes(&of_library(), &mut sizes).expect("writing to memory does not fail");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/country/plan_sizes.tsv");
        let kept = std::fs::read(path).expect("the file is in the package");
        assert!(sizes == kept, "run the example's `sizes`");
    }

    #[test]
    fn the_figures_of_own_calling_codes_are_those_of_the_metadata() {
        let mut figures = Vec::new();
        own_code::write(&Automaton::of_library(), &mut figures)
            .expect("writing to memory does not fail");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/phone/plans/own_code.tsv");
        let kept = std::fs::read(path).expect("the file is in the package");
        assert!(figures == kept, "run the example's `write`");
    }

    #[test]
    fn the_table_is_what_the_metadata_gives() {
        assert!(
            Automaton::of_library().table() == plans::BYTES,
            "run the example's `write`"
        );
    }

    #[test]
    fn the_table_agrees_with_the_library_on_random_strings() {
        let automaton = Automaton::of_library();
        let compared = prove::random(&automaton, 2_000, 7, 1);
        assert_eq!(compared.strings, 2_000);
        assert!(compared.agrees(), "run the example's `prove`");
        assert!(compared.valid > 500, "most strings are near a valid number");
    }
}
