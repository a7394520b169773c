//! (region, tag) pairs of many threads → tags by country, ascending, in bounded memory.
//!
//! `sorter` collects, `bundle` partitions, `space` is the temporary file, `parts` divides what
//! was collected into what fits memory, `sorted` gives it back, `radix` sorts a part of it.

pub(in crate::index) mod bundle;
pub(in crate::index) mod parts;
pub(in crate::index) mod radix;
pub(in crate::index) mod sort_error;
pub(in crate::index) mod sorted;
pub(in crate::index) mod sorter;
pub(in crate::index) mod space;
