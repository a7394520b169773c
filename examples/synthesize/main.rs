//! Writes synthetic dumps whose truth is known exactly: how many rows, how many distinct numbers,
//! in which country.
//!
//! The countries and their shares are those of `fixtures/mobile_blocks.tsv`: the counts that were
//! published for the 2022 list of `WhatsApp` numbers. Each number is a mobile number valid in
//! today's plan of its country, drawn at run time from the blocks of that table (`11:8` is the
//! prefix 11 and eight more digits), and nobody's on purpose: the whole block is drawn from,
//! assigned or not. The same arguments give the same bytes, whatever the number of threads.
//!
//! Nothing is remembered between rows. The n-th distinct number of a country is computed from n by
//! a keyed permutation of its blocks, so no two are equal; a duplicate draws an n again that the
//! country already had; a non-member is an n that no row has. Hence any scale, in constant memory:
//!
//! ```text
//! # 100,000 rows, a file of bare digits for each of the 88 countries; what is true; whom to check.
//! cargo run --release --example synthesize -- --rows 100000 --at-least 60 --duplicates 0.05 --out dumps \
//!     --truth truth.json --members members.txt --non-members non-members.txt
//!
//! # The same numbers as one shuffled CSV with names, some of which hold line breaks; or as JSON, or NDJSON.
//! cargo run --release --example synthesize -- --rows 100000 --format csv --split one --order
//! shuffled --out dumps
//!
//! # The whole leak through a pipe.
//! cargo run --release --example synthesize -- --rows 477595157 --out - | leakline load - --source
//! whole --international
//! ```
//!
//! `fixtures/mobile_blocks.tsv` has for each country: alpha-2 code, English name, calling code,
//! weight (the published count), how sure that count is, and the blocks. Blocks hold only numbers
//! that libphonenumber 9.0.42 finds valid and of that very country, so Britain's 745, Russia's 93
//! and Korea's 105 are left out, which are that only in part.

mod country;
mod lists;
mod output;
mod permutation;
mod plan;
mod row;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, ValueEnum};

use crate::plan::Plan;

/// Writes synthetic dumps whose truth is known exactly.
#[derive(Parser)]
struct Arguments {
    /// Rows in all, duplicates among them.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1 << 32))]
    rows: u64,
    /// What the numbers are drawn by; another seed, other numbers.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How a row is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// A file a country or one for all [default: country, and one on standard output].
    #[arg(long, value_enum)]
    split: Option<Split>,
    /// The order of the rows in a file.
    #[arg(long, value_enum, default_value_t = Order::ByCountry)]
    order: Order,
    /// The share of rows that repeat a number of another row, below 1.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    duplicates: f64,
    /// Only these countries, as alpha-2 codes.
    #[arg(long, value_name = "CC,CC...", value_delimiter = ',')]
    countries: Vec<String>,
    /// The fewest rows that a country gets, at the cost of the others' shares.
    #[arg(long, value_name = "N", default_value_t = 1)]
    at_least: u64,
    /// The folder to write to, made if it is missing; `-` is standard output.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Writes the truth about all rows, as JSON.
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
    /// Writes numbers that are in the dump, in E.164, one a line.
    #[arg(long, value_name = "FILE")]
    members: Option<PathBuf>,
    /// Writes valid numbers that are not in the dump, in E.164, one a line.
    #[arg(long, value_name = "FILE")]
    non_members: Option<PathBuf>,
    /// How many members and how many non-members of each country; fewer members if it has fewer
    /// numbers.
    #[arg(long, value_name = "N", default_value_t = 50)]
    members_per_country: u64,
    /// Threads that make rows [default: one a core].
    #[arg(long, value_name = "N")]
    threads: Option<std::num::NonZeroUsize>,
}

/// How a row is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Bare digits without a plus, one number a line.
    Text,
    /// A header and quoted names, some of which hold commas, quotes and line breaks.
    Csv,
    /// One array of objects; the phone is a string.
    Json,
    /// One object a line; the phone is a number.
    Ndjson,
}

/// Which rows go to which file.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Split {
    /// `Egypt.txt`, `Italy.txt`, ...
    Country,
    /// `all.txt`.
    One,
}

/// The order of the rows in a file.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    /// Country after country.
    ByCountry,
    /// All mixed.
    Shuffled,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(&error) => ExitCode::from(141),
        Err(error) => {
            // With standard error gone too, the exit code is all that is left to say.
            let _ = writeln!(io::stderr(), "synthesize: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let plan = Plan::new(arguments)?;
    let threads = match arguments.threads {
        Some(threads) => threads,
        None => std::thread::available_parallelism().context("cannot tell the number of cores")?,
    };
    output::write(&plan, &arguments.out, threads.get())?;
    if let Some(path) = &arguments.members {
        lists::write_members(&plan, path)?;
    }
    if let Some(path) = &arguments.non_members {
        lists::write_non_members(&plan, path)?;
    }
    if let Some(path) = &arguments.truth {
        lists::write_truth(&plan, path)?;
    }
    Ok(())
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..1.0).contains(&share) {
        Ok(share)
    } else {
        Err("must be at least 0 and below 1".to_owned())
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let cause = error.root_cause().downcast_ref::<io::Error>();
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
