//! Damage to the syntax of a table costs at most the numbers of the rows that it touches.

#![no_main]

libfuzzer_sys::fuzz_target!(|damages: &[u8]| {
    let [flags, damages @ ..] = damages else { return };
    leakline_fuzz::damage_costs_what_it_touches(flags & 1 == 0, &damages[..damages.len().min(18)]);
});
