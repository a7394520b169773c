//! Phone numbers in breach dumps: read, tagged under a key, indexed, checked and counted by
//! country.
//!
//! The modules read as the pipeline does: [`dump`] gives rows of text and their lines,
//! [`phone`] reads a cell of text as a [`phone::Number`], [`key`] and [`tag`] turn it into a keyed
//! [`tag::Tag`], and [`index`] holds sorted tags by country on disk. [`intake`] joins the first
//! two, and [`load`] runs dumps through all of them. [`exposure`] joins contacts and index into
//! findings and counts, and [`report`] writes findings as bytes. [`printable`] is for every text of
//! others that people are shown.
//!
//! The feature `cli`, on by default, belongs to the program. A library user turns it off, and
//! compiles without the command line's crates:
//! `leakline = { version = "0.1", default-features = false }`.
//!
//! To ask about one number (`examples/look_up.rs` is this as a program):
//!
//! ```no_run
//! use leakline::exposure::{Checker, Exposure};
//! use leakline::{index::Index, key::Key};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = Key::open("team.key".as_ref())?;
//! let index = Index::open("index".as_ref(), Some(&key))?;
//! for finding in Checker::of_index(&index, &key).ask("+12125550100", None)? {
//!     match finding.exposure {
//!         Some(Exposure::Exposed) => {
//!             let sources = finding.sources.iter();
//!             let names = sources.map(|&source| &index.segments()[source].meta().source);
//!             println!("exposed in {:?}", names.collect::<Vec<_>>());
//!         }
//!         Some(answer) => println!("{}", answer.code()),
//!         None => println!("nothing was asked"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```

pub mod check;
pub mod dump;
pub mod exposure;
pub mod index;
pub mod intake;
pub mod key;
pub mod load;
pub mod ordered_pool;
pub mod phone;
pub mod printable;
pub mod report;
pub mod tag;
