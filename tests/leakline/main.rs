//! What users and scripts rely on, seen through the binary. Each module holds the rules of one subject.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::format_collect, reason = "inputs are small")]

mod check;
mod check_csv;
mod exit_codes;
mod fixtures;
mod index_damage;
mod keys;
mod load;
mod opening;
mod privacy;
mod stats;
mod synthetic;
mod world;
