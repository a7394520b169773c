//! What is converted before it is read: SQL, and contact cards and directory entries beside it.

#![no_main]

use leakline::dump::Format;

libfuzzer_sys::fuzz_target!(|dump: &[u8]| {
    let [flags, batch, dump @ ..] = dump else { return };
    let format = match flags {
        0..=9 => Format::Vcard,
        10..=19 => Format::Ldif,
        _ => Format::Sql,
    };
    let options = leakline_fuzz::as_format(format);
    leakline_fuzz::rows_do_not_hang_on_batches(dump, &options, usize::from(*batch));
    leakline_fuzz::every_row_is_counted(dump, &options);
});
