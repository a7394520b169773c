//! Contacts and segments → findings; counts by country. Pure: it reads segments and writes nothing.

mod checker;
mod counts;
mod finding;
#[cfg(test)]
mod tests;
mod totals;

pub use checker::{CheckScratch, Checker, Contact};
pub use counts::{CountryExposure, count_by_country};
pub use finding::{Exposure, Finding, Note};
pub use totals::Totals;
