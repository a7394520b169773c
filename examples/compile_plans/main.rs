//! Compiles the numbering plans of the pinned metadata into the table that the package holds, and
//! proves that table against the library.
//!
//! `write` makes the table anew, `check` compares it with the one in the package byte for byte, and
//! `prove [STRINGS [SEED]]` compares the package's table with the library: on every transition from
//! every root, on the metadata's example numbers as every region dials them, and on random walks
//! and mutations (10 million). `sample [STRINGS [SEED]]` writes what the table says of the strings
//! on which the library is known to be wrong, and of random ones (200,000), for `reference.py` to
//! compare. `sizes` counts the mobile numbers of each plan.

mod graph;
mod home;
mod idd;
mod label;
mod library;
mod pattern;
mod plan;
mod prove;
mod read;
mod rewrite;
mod sets;
mod strings;
mod strip;
mod table;

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use leakline::phone::{METADATA_VERSION, Region, plans};

use crate::graph::Graph;
use crate::library::Answer;
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
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/phone/plans.bin");
            std::fs::write(path, Automaton::compile().table())?;
            Ok(true)
        }
        ["check"] => {
            let same = Automaton::compile().table() == plans::BYTES;
            let says = if same {
                "the table is what the metadata gives"
            } else {
                "the table is of other plans: run `write`"
            };
            writeln!(out, "{says}")?;
            Ok(same)
        }
        ["sizes"] => {
            write_sizes(&mut out)?;
            Ok(true)
        }
        ["prove"] => prove(10_000_000, 1, &mut out),
        ["prove", count] => prove(number(count)?, 1, &mut out),
        ["prove", count, seed] => prove(number(count)?, number(seed)?, &mut out),
        ["sample"] => sample(200_000, 2, &mut out),
        ["sample", count] => sample(number(count)?, 2, &mut out),
        ["sample", count, seed] => sample(number(count)?, number(seed)?, &mut out),
        _ => Err(io::Error::other(
            "write, check, sizes, prove [STRINGS [SEED]], or sample [STRINGS [SEED]]",
        )),
    }
}

/// Number of mobile numbers that each region's plan has room for, as
/// `src/report/country/plan_sizes.tsv`.
fn write_sizes(out: &mut impl Write) -> io::Result<()> {
    let mut graph = Graph::new();
    let plans = Plans::read(&mut graph);
    writeln!(
        out,
        "# Mobile numbers that the plan of each region has room for, counted from its patterns: region, numbers.\n\
         # Where a plan does not tell mobile from fixed numbers, all of those are counted.\n\
         # Source: libphonenumber's metadata {METADATA_VERSION}. Made by `compile_plans sizes`."
    )?;
    let mut sizes: Vec<(&str, u64)> = (plans.all().iter())
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
    let automaton = Automaton::compile();
    let threads = thread::available_parallelism()?.get();
    let covered = prove::cover(&automaton, threads).tell("transition cover", out)?;
    let dialled = prove::examples().tell("example numbers", out)?;
    let walked = prove::random(&automaton, count, seed, threads).tell("random walks", out)?;
    Ok(covered && dialled && walked)
}

fn sample(count: u64, seed: u64, out: &mut impl Write) -> io::Result<bool> {
    let automaton = Automaton::compile();
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
        write_sizes(&mut sizes).expect("writing to memory does not fail");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/country/plan_sizes.tsv");
        let kept = std::fs::read(path).expect("the file is in the package");
        assert!(sizes == kept, "run the example's `sizes`");
    }

    #[test]
    fn the_table_is_what_the_metadata_gives() {
        assert!(
            Automaton::compile().table() == plans::BYTES,
            "run the example's `write`"
        );
    }

    #[test]
    fn the_table_agrees_with_the_library_on_random_strings() {
        let automaton = Automaton::compile();
        let compared = prove::random(&automaton, 2_000, 7, 1);
        assert_eq!(
            (compared.strings, compared.differences),
            (2_000, Vec::new())
        );
        assert!(compared.valid > 500, "most strings are near a valid number");
    }
}
