//! Contacts and segments → findings; counts by country. Pure: it reads segments and writes nothing.

mod baseline;
mod buckets;
mod checker;
mod counts;
mod explanation;
mod finding;
mod fingerprint;
mod lookup_batch;
mod overlap;
#[cfg(test)]
mod tests;
mod totals;

pub use baseline::{Baseline, BaselineError, Changes, Known, Unseen};
pub use checker::{Answers, Checker, Contact, Suppression};
pub use counts::{CountryExposure, count_by_country};
pub use explanation::{Explanation, HomeFrom};
pub use finding::{Exposure, Finding, Note};
pub use fingerprint::{BadFingerprint, Fingerprint, Fingerprinter};
pub use lookup_batch::LookupBatch;
pub use overlap::{CountryOverlap, overlap_by_country};
pub use totals::Totals;
