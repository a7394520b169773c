//! Records of fields: quotes, delimiters, line ends. Batches cut anywhere give the same rows.

#![no_main]

use leakline::dump::{ColumnRef, Format, LineEnd, ReadOptions};
use std::num::NonZeroUsize;

libfuzzer_sys::fuzz_target!(|dump: &[u8]| {
    let [flags, batch, dump @ ..] = dump else { return };
    let delimiter = [",", ";", "\t", "|", ":", "----"][usize::from(flags & 7) % 6];
    let options = ReadOptions {
        delimiter: Some(delimiter.parse().expect("a delimiter")),
        phone: vec![ColumnRef::Field(NonZeroUsize::new(usize::from(flags >> 5) + 1).expect("not zero"))],
        line_end: if flags & 16 == 0 { LineEnd::Newline } else { LineEnd::Nul },
        ..leakline_fuzz::as_format(Format::Csv)
    };
    leakline_fuzz::rows_do_not_hang_on_batches(dump, &options, usize::from(*batch));
    leakline_fuzz::every_row_is_counted(dump, &options);
});
