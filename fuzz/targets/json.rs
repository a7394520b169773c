//! JSON as a document and by lines: broken values cost themselves. Batches cut anywhere give the
//! same rows.

#![no_main]

use leakline::dump::{Format, ReadOptions};

libfuzzer_sys::fuzz_target!(|dump: &[u8]| {
    let [flags, batch, dump @ ..] = dump else { return };
    let format = if flags & 1 == 0 { Format::Json } else { Format::Ndjson };
    let options = ReadOptions {
        json_paths: if flags & 2 == 0 { Vec::new() } else { vec!["phone".to_owned()] },
        ..leakline_fuzz::as_format(format)
    };
    leakline_fuzz::rows_do_not_hang_on_batches(dump, &options, usize::from(*batch));
    leakline_fuzz::every_row_is_counted(dump, &options);
});
