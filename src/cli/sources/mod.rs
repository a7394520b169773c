//! The sources of an index: listed, removed, merged, verified, and rid of numbers that are
//! forgotten.
//!
//! | file | command or part |
//! |---|---|
//! | `list` | `sources`: list them, remove one |
//! | `merge` | `merge`: sources of other indexes into this one |
//! | `forget` | `forget`: numbers out of all sources |
//! | `extract` | `extract`: some countries and sources as an index of their own |
//! | `verify` | `verify`: every byte read and checked |
//! | `rewriting` | sources written anew, which `merge` and `forget` share |
//! | `reading` | an index opened by commands that need no key |
//! | `locks` | the writer's lock, waited for, and the commit |

pub(crate) mod extract;
pub(crate) mod forget;
pub(crate) mod list;
pub(crate) mod locks;
pub(crate) mod merge;
pub(crate) mod reading;
mod rewriting;
pub(crate) mod verify;
