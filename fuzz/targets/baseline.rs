//! Baselines: what is read is written as it was, and what is no baseline is an error.

#![no_main]

use leakline::exposure::Baseline;
use leakline::key::KeyId;

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    let id = KeyId::from_bytes([0x5e; 8]);
    let Ok(baseline) = Baseline::read(text, id) else { return };
    let written = baseline.to_json();
    let Ok(again) = Baseline::read(written.as_bytes(), id) else { panic!("what is written is read") };
    assert_eq!(again.len(), baseline.len());
    assert_eq!(again.to_json(), written);
});
