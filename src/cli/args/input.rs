//! The flags that say how dumps and lists are read.

#![allow(clippy::doc_markdown, reason = "doc comments here are help texts")]

use std::num::NonZeroUsize;

use clap::{Args, ValueHint};
use leakline::dump::{
    Buffering, ColumnRef, Delimiter, HeaderRule, Limits, LineEnd, ReadOptions, TextEncoding,
};
use leakline::phone::{DigitOrder, Region};

use super::values::{self, Size};
use super::{InputFormat, candidates};

/// Encodings that a shell proposes; [`TextEncoding`] knows all that browsers know.
const ENCODINGS: &[&str] = &[
    "utf-8",
    "utf-16le",
    "utf-16be",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1256",
    "gb18030",
    "big5",
    "shift_jis",
    "euc-kr",
];

/// How dumps and lists are read: the same for `load`, `check` and `forget`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
#[allow(
    clippy::struct_field_names,
    reason = "fields are named as the flags are"
)]
pub(crate) struct InputArgs {
    /// Home country of numbers without a country code (code or name)
    #[arg(long, value_name = "CC", value_parser = values::region(), hide_possible_values = true)]
    pub(crate) country: Option<Region>,
    /// The column that names each row's country
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other, conflicts_with = "country_field")]
    country_column: Option<String>,
    /// The field that names each row's country, from 1
    #[arg(long, value_name = "N", value_parser = values::from_one, allow_negative_numbers = true)]
    country_field: Option<NonZeroUsize>,
    /// A column that holds phone numbers (repeatable)
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    phone_column: Vec<String>,
    /// A field that holds phone numbers, from 1 (repeatable)
    #[arg(long, value_name = "N", value_parser = values::from_one, allow_negative_numbers = true)]
    phone_field: Vec<NonZeroUsize>,
    /// Where a JSON object holds phone numbers, as in `_source.phone` (repeatable)
    #[arg(long, value_name = "PATH", value_hint = ValueHint::Other)]
    json_path: Vec<String>,
    /// The input's format; text takes the whole line as the number
    #[arg(long, value_name = "FORMAT", default_value = "auto", value_parser = values::input_format())]
    input_format: InputFormat,
    /// The text encoding, as in utf-16le, windows-1252 or shift_jis [default: by its bytes]
    #[arg(long, value_name = "NAME", add = candidates::common(ENCODINGS))]
    encoding: Option<TextEncoding>,
    /// The field separator of CSV (one character, \t, or a run such as ----)
    #[arg(long, value_name = "C", value_hint = ValueHint::Other, allow_hyphen_values = true)]
    delimiter: Option<Delimiter>,
    /// The file has no header row
    #[arg(long)]
    no_header: bool,
    /// Read digits without a plus as international before they are read as dialled at home
    #[arg(long)]
    international: bool,
    /// The most that one compressed file or archive may unpack to
    #[arg(long, value_name = "SIZE", default_value = "256G")]
    max_expansion: Size,
    /// The most bytes that one compressed byte may unpack to, once 64 MiB are unpacked
    #[arg(long, value_name = "N", default_value = "1000")]
    max_ratio: u64,
    /// The most files that one archive may hold
    #[arg(long, value_name = "N", default_value = "20000")]
    max_entries: u64,
    /// The most layers of compression and archives around a dump (a ZIP of gzip files has two)
    #[arg(long, value_name = "N", default_value = "4")]
    max_layers: u32,
}

impl InputArgs {
    /// What digits without a plus are read as first.
    pub(crate) fn order(&self) -> DigitOrder {
        if self.international {
            DigitOrder::InternationalFirst
        } else {
            DigitOrder::HomeFirst
        }
    }

    /// The limits of unpacking, with `memory` bytes for it.
    pub(crate) fn limits(&self, memory: usize) -> Limits {
        Limits {
            expanded_bytes: self.max_expansion.0 as u64,
            ratio: self.max_ratio,
            entries: self.max_entries,
            layers: self.max_layers,
            memory: memory as u64,
        }
    }

    /// The part of it that the dump reader needs.
    pub(crate) fn read_options(&self, line_end: LineEnd, buffering: Buffering) -> ReadOptions {
        let names = self.phone_column.iter().cloned().map(ColumnRef::Name);
        let fields = self.phone_field.iter().copied().map(ColumnRef::Field);
        ReadOptions {
            format: self.input_format.0,
            encoding: self.encoding,
            delimiter: self.delimiter.clone(),
            header: if self.no_header {
                HeaderRule::Absent
            } else {
                HeaderRule::Detect
            },
            phone: names.chain(fields).collect(),
            country: (self.country_column.clone().map(ColumnRef::Name))
                .or(self.country_field.map(ColumnRef::Field)),
            json_paths: self.json_path.clone(),
            line_end,
            buffering,
        }
    }
}
