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
            // What it says hangs on the length alone. Looking for the text in it does not do: the
            // fuzzer finds texts that the error has of its own.
            let hide = |byte: &u8| if b"\r\n".contains(byte) { *byte } else { b'x' };
            let hidden: Vec<u8> = text.iter().map(hide).collect();
            let other = Key::read(&mut &hidden[..], "key".as_ref()).err().unwrap();
            assert_eq!(format!("{error} {error:?}"), format!("{other} {other:?}"));
        }
    }
});
