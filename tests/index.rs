//! The index on disk, test by risk: what a segment holds and answers (`answers`), damage (`corruption`), the bytes as
//! documented, other versions (`format`) and kept for ever (`golden`), killed and competing writers (`crash`), folders of
//! segments (`folder`), sorting in bounded memory (`sorting`), and segments of one source as one (`joining`).

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
#[path = "index/sample.rs"]
mod sample;
#[path = "index/sorting.rs"]
mod sorting;
