//! (region, tag) pairs of many threads → tags by country, ascending, in bounded memory.
//!
//! `sorter` collects, `bundle` partitions, `space` is the temporary file, `parts` divides what
//! was collected into what fits memory, `tag_group` reads many parts at once, `sorted` gives them
//! back, `radix` sorts one of them.

pub(in crate::index) mod bundle;
pub(in crate::index) mod parts;
pub(in crate::index) mod radix;
pub(in crate::index) mod sort_error;
pub(in crate::index) mod sorted;
pub(in crate::index) mod sorter;
pub(in crate::index) mod space;
pub(in crate::index) mod tag_group;
