//! Phone numbers in breach dumps: read, tagged under a key, indexed, checked and counted by
//! country.
//!
//! The modules read as the pipeline does: [`dump`] gives rows of text and their lines,
//! [`phone`] reads a cell of text as a [`phone::Number`], [`key`] and [`tag`] turn it into a keyed
//! [`tag::Tag`], and [`index`] holds sorted tags by country on disk. [`intake`] joins the first
//! two, and [`load`] runs dumps through all of them. [`exposure`] joins contacts and index into
//! findings and counts, and [`report`] writes findings as bytes. [`printable`] is for every text of
//! others that people are shown.

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
