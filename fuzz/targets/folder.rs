//! Any files of an index folder, and their names, changed: an error, or an answer that the index
//! gave before.

#![no_main]

use leakline_fuzz::index_folder::{Scope, a_damaged_folder_is_an_error_or_the_same};

libfuzzer_sys::fuzz_target!(|script: &[u8]| {
    a_damaged_folder_is_an_error_or_the_same(Scope::Folder, script);
});
