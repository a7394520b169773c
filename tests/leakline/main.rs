//! What users and scripts rely on, seen through the binary. Each module holds the rules of one
//! subject.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::format_collect, reason = "inputs are small")]

mod action;
mod baseline;
mod changes;
mod check;
mod check_csv;
mod check_inputs;
mod check_json;
mod check_schema;
mod ci_formats;
mod crash;
mod docs;
mod exit_codes;
mod explain;
mod exports;
mod extract;
mod fixtures;
mod forger;
mod forget;
mod help;
mod ids;
mod index_damage;
mod interrupt;
mod junit_schema;
mod key_sources;
mod keys;
mod library;
mod line_buffered;
mod load;
mod merge;
mod mistakes;
mod mixed;
mod names;
mod opening;
mod outcomes;
mod outputs;
mod overlap;
mod pages;
mod parquet;
mod policy;
mod printable;
mod privacy;
mod schemas;
mod sixty;
mod spellings;
mod stats;
mod streams;
mod synthetic;
mod totals;
mod unread;
mod world;
