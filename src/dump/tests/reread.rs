//! Batches that are put down and read again from their file.

use std::io::{Seek as _, Write as _};

use super::*;

/// The rows in batches, all put down that can be.
fn release_rows(
    file: &tempfile::NamedTempFile,
    options: &ReadOptions,
) -> (Vec<Batch>, Vec<Vec<u8>>) {
    let source = Source::File(file.path().to_owned());
    let stream = Stream::open(source, Limits::default()).unwrap();
    let mut dump = DumpFile::open(stream, options, &judge).unwrap();
    dump.set_batch_bytes(20_000);
    let (mut batches, mut bytes) = (Vec::new(), Vec::new());
    while let Some(mut batch) = dump.next_batch(Vec::new()).unwrap() {
        bytes.push(batch.bytes().to_vec());
        let buffer = batch.release_rows();
        assert!(buffer.is_none_or(|buffer| buffer == bytes[bytes.len() - 1]));
        batches.push(batch);
    }
    assert!(batches.len() > 1);
    (batches, bytes)
}

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn rows() -> String {
    (0..20_000).fold(String::new(), |rows, turn| {
        rows + "121255501" + &format!("{:02},Ann {turn}\n", turn % 100)
    })
}

#[test]
fn rows_come_again_as_they_were() {
    let rows = rows();
    let long = "1".repeat(MAX_ROW_BYTES + 100);
    let json = rows
        .replace(",Ann", ",\"n\":")
        .replace("121255", "{\"phone\":121255")
        .replace('\n', "},\n");
    for (name, text) in [
        ("bare", rows.clone()),
        ("a mark and a header", format!("\u{feff}phone,name\n{rows}")),
        ("a banner", format!("# contacts\n\nphone,name\n{rows}")),
        (
            "a line that is passed over",
            format!("{rows}{long}\n{rows}"),
        ),
        ("JSON", format!("[{json}{{}}]")),
    ] {
        let file = file(text.as_bytes());
        let (batches, bytes) = release_rows(&file, &ReadOptions::default());
        let mut reread = 0;
        for (mut batch, bytes) in batches.into_iter().zip(bytes) {
            reread += usize::from(batch.bytes().is_empty());
            batch.reload_rows(&mut Vec::new()).unwrap();
            assert!(batch.bytes() == bytes, "{name}");
            // A second time there is nothing to do.
            batch.reload_rows(&mut Vec::new()).unwrap();
            assert!(batch.bytes() == bytes, "{name}");
        }
        assert!(reread > 3, "{name}");
    }
}

#[test]
fn what_is_not_in_the_file_as_it_is_stays_in_memory() {
    let utf16: Vec<u8> = rows().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let gzip = {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(rows().as_bytes()).unwrap();
        packed.finish().unwrap()
    };
    let cards = "BEGIN:VCARD\nFN:Ann\nTEL:12125550100\nEND:VCARD\n".repeat(100_000);
    for bytes in [utf16, gzip, cards.into_bytes()] {
        let (batches, bytes) = release_rows(&file(&bytes), &ReadOptions::default());
        for (mut batch, bytes) in batches.into_iter().zip(bytes) {
            assert!(batch.bytes() == bytes);
            batch.reload_rows(&mut Vec::new()).unwrap();
            assert!(batch.bytes() == bytes);
        }
    }
}

#[test]
fn another_byte_or_one_less_is_an_error() {
    let rows = rows();
    let mut file = file(rows.as_bytes());
    let (mut batches, bytes) = release_rows(&file, &ReadOptions::default());
    let last = batches.len() - 1;
    file.seek(std::io::SeekFrom::Start(bytes[0].len() as u64))
        .unwrap();
    file.write_all(b"9").unwrap();
    file.as_file().set_len(rows.len() as u64 - 1).unwrap();
    for (place, batch) in batches.iter_mut().enumerate() {
        let taken = batch.reload_rows(&mut Vec::new());
        if place == 1 || place == last {
            assert!(matches!(taken, Err(DumpError::Changed)), "{place}");
        } else {
            taken.unwrap();
            assert!(batch.bytes() == bytes[place]);
        }
    }
}
