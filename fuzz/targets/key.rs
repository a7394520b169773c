//! Key files: 64 hex digits are a key, written in any way its file may be; all else is an error
//! that repeats none of it.

#![no_main]

use leakline::key::Key;

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    let read = Key::read(&mut &text[..], "key".as_ref());
    let line = text.strip_suffix(b"\n").map_or(text, |line| line.strip_suffix(b"\r").unwrap_or(line));
    let is_key = line.len() == 2 * Key::LENGTH && line.iter().all(u8::is_ascii_hexdigit);
    match read {
        Ok(key) => {
            assert!(is_key);
            let again = Key::from_hex(str::from_utf8(line).unwrap());
            assert_eq!(again.ok().map(|again| again.id()), Some(key.id()));
        }
        Err(error) => {
            assert!(!is_key);
            let shown = format!("{error} {error:?}");
            assert!(line.len() < 16 || !shown.as_bytes().windows(line.len()).any(|part| part == line));
        }
    }
});
