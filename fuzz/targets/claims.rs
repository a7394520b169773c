//! Tables of claims: counts of known countries, or an error that names a line of the table.

#![no_main]

use leakline::load::{ClaimsError, read_claims};
use leakline::phone::Region;

libfuzzer_sys::fuzz_target!(|table: &[u8]| {
    match read_claims(table) {
        Ok(claims) => {
            assert!(!claims.is_empty());
            assert!(claims.keys().all(|code| Region::from_code(code).is_some()));
            // What was understood is understood again, and comes to the same.
            let again: String = claims.iter().map(|(code, count)| format!("{code},{count}\n")).collect();
            assert_eq!(read_claims(again.as_bytes()).ok(), Some(claims));
        }
        Err(ClaimsError::Claim { line, .. }) => {
            let lines = table.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64;
            assert!((1..=lines + 1).contains(&line));
        }
        Err(_) => {}
    }
});
