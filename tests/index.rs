//! The index on disk, test by risk.
//!
//! | module | what |
//! |---|---|
//! | `answers` | what a segment holds and answers |
//! | `corruption` | damage of a segment |
//! | `format`, `manifest` | the bytes as documented, and other versions |
//! | `golden` | the bytes kept for ever |
//! | `crash` | killed and competing writers |
//! | `folder` | what counts as an index |
//! | `sorting` | sorting in bounded memory |
//! | `joining` | segments of one source as one |
//! | `many_files` | the metadata of a source of very many files |

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "index/answers.rs"]
mod answers;
#[path = "index/corruption.rs"]
mod corruption;
#[path = "index/crash.rs"]
mod crash;
#[path = "index/folder.rs"]
mod folder;
#[path = "index/format.rs"]
mod format;
#[path = "index/golden.rs"]
mod golden;
#[path = "index/joining.rs"]
mod joining;
#[path = "index/manifest.rs"]
mod manifest;
#[path = "index/many_files.rs"]
mod many_files;
#[path = "index/sample.rs"]
mod sample;
#[path = "index/sorting.rs"]
mod sorting;
