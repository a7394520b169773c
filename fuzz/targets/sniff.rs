//! The shape of any text: settled or refused, the same each time, and every row is counted.

#![no_main]

use leakline::dump::{HeaderRule, ReadOptions};

libfuzzer_sys::fuzz_target!(|dump: &[u8]| {
    let [flags, dump @ ..] = dump else { return };
    let options = ReadOptions {
        header: if flags & 1 == 0 { HeaderRule::Detect } else { HeaderRule::Absent },
        delimiter: (flags & 2 != 0).then(|| ",".parse().expect("a comma is a delimiter")),
        json_paths: if flags & 4 == 0 { Vec::new() } else { vec!["a.b".to_owned()] },
        ..ReadOptions::default()
    };
    leakline_fuzz::every_row_is_counted(dump, &options);
    leakline_fuzz::rows_do_not_hang_on_batches(dump, &options, usize::from(flags >> 3) + 1);
});
