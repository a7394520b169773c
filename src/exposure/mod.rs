//! Contacts and what the index holds of them → findings; counts by country; overlap of sources.
//!
//! | file | owns |
//! |---|---|
//! | `checker` | a contact and the matches of its numbers → a [`Finding`] |
//! | `finding`, `explanation` | the four answers, and how a contact was read |
//! | `fingerprint`, `baseline` | findings known from earlier checks |
//! | `question` | one text, looked up and answered in one call |
//! | `totals` | sums over the findings of a check |
//! | `counts`, `shared_tags` | numbers of each country in the sources, and what sources share |
//! | `groups` | which numbers are in no count, so that no small count can be had |
//!
//! It writes nothing. `check` reads lists and looks numbers up, and asks here for the
//! answers.

mod baseline;
mod checker;
mod counts;
mod explanation;
mod finding;
mod fingerprint;
mod groups;
mod question;
mod shared_tags;
#[cfg(test)]
mod tests;
mod totals;

pub use baseline::{Baseline, BaselineError, BaselineSummary, Changes, Known, Unseen};
pub use checker::{Answers, Checker, Contact, Suppression};
pub use counts::{
    CountError, CountOptions, CountryExposure, ExposureCounts, SourceCount, count_by_country,
};
pub use explanation::{Explanation, HomeFrom};
pub use finding::{Exposure, Finding, Note};
pub use fingerprint::{BadFingerprint, Fingerprint, Fingerprinter};
pub use groups::SharedByTwo;
pub use totals::Totals;
