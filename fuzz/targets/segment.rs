//! A segment with any bytes changed and every unkeyed checksum right: an error, or what was sealed.

#![no_main]

libfuzzer_sys::fuzz_target!(|script: &[u8]| {
    leakline_fuzz::index_folder::a_damaged_segment_is_an_error_or_the_same(script);
});
