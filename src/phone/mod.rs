//! Text → [`Number`]: numbering plans, migration of old plans, masking. Names nothing else of this
//! crate.

mod any_carrier;
mod article;
mod calling_code;
mod clean;
mod country;
mod country_table;
mod extension;
mod file_name;
mod folding;
mod judged;
mod label;
mod markup;
mod misread;
mod number;
mod old_plans;
mod outcome;
#[doc(hidden)]
pub mod parse;
#[doc(hidden)]
pub mod plans;
mod purpose;
mod reading;
mod reason;
mod region;
mod release;
mod repairs;
mod resolve;
mod several;
mod twins;
mod wrapper;
mod written;

pub use number::{Number, NumberText};
pub use outcome::{CellOutcome, Grade, ReadAs, Reading, ReadingCounts};
pub use purpose::{Accept, DigitOrder, Purpose};
pub use reading::{CellReader, with_ascii};
pub use reason::Reason;
pub use region::Region;
pub use release::{PLANS_IN_WORDS, new_ranges_may_be_unknown, plans_age_in_months};
pub use repairs::Repairs;

/// The version of the numbering-plan metadata that every reading follows.
pub const METADATA_VERSION: &str = plans::VERSION;
/// The day of its release, as `YYYY-MM-DD`.
pub const METADATA_DATE: &str = plans::DATE;
/// The version of the table of old plans.
pub const MIGRATIONS_VERSION: u32 = 3;
