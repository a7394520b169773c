//! Files as found: compressed, archives, spreadsheets. What comes out is bounded.

#![no_main]

libfuzzer_sys::fuzz_target!(|file: &[u8]| {
    leakline_fuzz::what_is_unpacked_is_bounded(file);
    leakline_fuzz::every_row_is_counted(file, &leakline::dump::ReadOptions::default());
});
