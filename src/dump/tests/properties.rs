//! Properties of any bytes: no panic, the same rows in batches of any size, and no byte lost.

use proptest::prelude::*;

use super::*;

/// Pieces that make rows, break them, and hide in them.
fn any_dump() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => Just(b"12125550100".to_vec()),
        4 => Just(b"\n".to_vec()),
        1 => Just(b"\r\n".to_vec()),
        1 => Just(b"\r".to_vec()),
        4 => Just(b",".to_vec()),
        3 => Just(b"\"".to_vec()),
        1 => Just(b"\"\"".to_vec()),
        1 => Just(b";".to_vec()),
        1 => Just(b":".to_vec()),
        1 => Just(b"----".to_vec()),
        1 => Just(b"phone,name\n".to_vec()),
        2 => Just(b"{\"phone\":\"12125550101\"}".to_vec()),
        1 => Just(b"{\"phone\":".to_vec()),
        1 => Just(b"{".to_vec()),
        1 => Just(b"}".to_vec()),
        1 => Just(b"[".to_vec()),
        1 => Just(b"]".to_vec()),
        1 => Just(b"\\".to_vec()),
        1 => Just(b"Ann".to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..4),
    ];
    proptest::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat())
}

fn any_options() -> impl Strategy<Value = ReadOptions> {
    let format = prop_oneof![
        3 => Just(None),
        1 => proptest::sample::select(Format::ALL.to_vec()).prop_map(Some),
    ];
    let delimiter = prop_oneof![3 => Just(None), 1 => Just(Some(",".parse().unwrap()))];
    let phone = prop_oneof![
        Just(vec![]),
        Just(vec![ColumnRef::Field(1.try_into().unwrap())])
    ];
    let header = prop_oneof![Just(HeaderRule::Detect), Just(HeaderRule::Absent)];
    let line_end = prop_oneof![4 => Just(LineEnd::Newline), 1 => Just(LineEnd::Nul)];
    (format, delimiter, phone, header, line_end).prop_map(
        |(format, delimiter, phone, header, line_end)| ReadOptions {
            format,
            delimiter,
            header,
            phone,
            line_end,
            ..ReadOptions::default()
        },
    )
}

proptest! {
    #[test]
    fn rows_are_the_same_in_batches_of_any_size(dump in any_dump(), options in any_options(), size in 1_usize..40) {
        let Ok(whole) = read_with(&dump, &options, 1 << 20) else { return Ok(()) };
        let pieces = read_in_pieces(&dump, &options, size);
        prop_assert_eq!(&whole.rows, &pieces);
    }

    #[test]
    fn lead_and_rows_are_all_of_the_dump(dump in any_dump(), options in any_options()) {
        let Ok(read) = read_with(&dump, &options, 1 << 20) else { return Ok(()) };
        prop_assert_eq!(read.digest.bytes, dump.len() as u64);
        if !matches!(read.shape.format(), Format::Json | Format::Sql | Format::Vcard | Format::Ldif) && !read.shape.encoding().starts_with("utf-16") {
            let rows = read.rows.iter().map(|row| row.raw.as_slice()).collect::<Vec<_>>().concat();
            // A header is below titles, which are rows.
            let (above, below) = rows.split_at(read.shape.above.rows.len());
            let lead = read.shape.lead();
            let together = |at: usize| [&lead[..at], above, &lead[at..], below].concat() == dump;
            prop_assert!((0..=lead.len()).any(together));
        }
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them(dump in any_dump()) {
        let Ok(read) = read_with(&dump, &ReadOptions::default(), 1 << 20) else { return Ok(()) };
        if matches!(read.shape.format(), Format::Json | Format::Sql | Format::Vcard | Format::Ldif) || read.shape.encoding().starts_with("utf-16") {
            return Ok(());
        }
        let end = *read.shape.line_end().last().unwrap();
        let lines = |bytes: &[u8]| memchr::memchr_iter(end, bytes).count() as u64;
        let above = &read.shape.above;
        let (mut line, mut left_above) = (above.line, above.rows.len());
        let mut below_header = false;
        for row in &read.rows {
            if left_above == 0 && !std::mem::replace(&mut below_header, true) {
                line = 1 + lines(read.shape.lead()) + lines(&above.rows);
            }
            prop_assert_eq!(row.line, line);
            line += lines(&row.raw);
            left_above = left_above.saturating_sub(row.raw.len());
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(dump in proptest::collection::vec(any::<u8>(), 0..400), options in any_options()) {
        let _ = read_with(&dump, &options, 16);
    }
}

/// The rows when the sample is given out a few bytes at a time.
fn read_in_pieces(dump: &[u8], options: &ReadOptions, size: usize) -> Vec<ReadRow> {
    let mut file = open(dump, options).unwrap();
    file.set_batch_bytes(size);
    file.reread_after_lead(dump);
    let mut rows = Vec::new();
    let mut scratch = Scratch::default();
    // A dump that breaks off gives an error at its end.
    while let Ok(Some(batch)) = file.next_batch(Vec::new()) {
        batch.rows(&mut scratch, &mut |row| rows.push(ReadRow::from(row)));
    }
    rows
}

proptest! {
    #[test]
    fn the_fast_way_through_records_gives_what_the_long_way_gives(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec!["1", "ab", ",", ",", "\"", "\"", "\"\"", "\n", "\r\n", "\r", " "]), 0..30),
        wanted in 1_usize..5,
    ) {
        let dialect = rows::dialect::Dialect { delimiter: ",".parse().unwrap(), quoting: Quoting::Rfc4180, terminator: b'\n' };
        let text = pieces.concat();
        let mut fast = Vec::new();
        let Some((length, lines)) = dialect.simple_record(text.as_bytes(), |field, text| {
            fast.push((field, text));
            fast.len() < wanted
        }) else {
            return Ok(());
        };
        let (record, damage) = dialect.split_record(text.as_bytes());
        prop_assert_eq!((record.len(), damage), (length, None));
        prop_assert_eq!(lines, memchr::memchr_iter(b'\n', record).count() as u64);
        let mut scratch = rows::dialect::FieldScratch::default();
        let mut long = Vec::new();
        dialect.fields(dialect.body(record), &mut scratch, |field, text| {
            long.push((field, text));
            std::ops::ControlFlow::Continue(())
        });
        prop_assert_eq!(fast.len(), long.len().min(wanted));
        prop_assert_eq!(&fast[..], &long[..fast.len()]);
    }
}
