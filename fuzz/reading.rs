//! What the targets share: a dump in memory, read to its end, with what must be true of any dump.

pub mod index_folder;

use leakline::dump::{
    CellVerdict, RowContent, Damage, DumpError, DumpFile, Format, Limits, Opening, Buffering, MemberContent, ReadOptions,
    Row, Scratch, Source, Stream,
};
use leakline::intake::{self, EntryOutcome, FileReaderScratch, MostlyUnread, ReadingPolicy, Tally};
use leakline::phone::{Accept, Purpose};

/// Bounds that any input must stay within: small, so that passing them is found.
pub const LIMITS: Limits = Limits {
    expanded_bytes: 8 << 20,
    ratio: 1000,
    entries: 200,
    layers: 4,
    memory: 16 << 20,
};

/// A row, kept.
#[derive(Debug, PartialEq, Eq)]
pub struct KeptRow {
    line: u64,
    raw: Vec<u8>,
    country: Option<Vec<u8>>,
    content: Result<Vec<(usize, Vec<u8>)>, Damage>,
}

impl From<Row<'_>> for KeptRow {
    fn from(row: Row<'_>) -> KeptRow {
        KeptRow {
            line: row.line,
            raw: row.raw.to_vec(),
            country: row.country.map(<[u8]>::to_vec),
            content: match row.content {
                RowContent::Damaged(damage) => Err(damage),
                RowContent::Cells(cells) => {
                    assert!(!cells.is_empty(), "a row has at least one cell");
                    Ok(cells.iter().map(|cell| (cell.column, cell.text.to_vec())).collect())
                }
            },
        }
    }
}

/// Options that take this format whatever the input looks like.
pub fn as_format(format: Format) -> ReadOptions {
    ReadOptions {
        format: Some(format),
        ..ReadOptions::default()
    }
}

fn open(dump: &[u8], options: &ReadOptions) -> Result<DumpFile, DumpError> {
    let stream = Stream::open(Source::Memory(dump.to_vec()), LIMITS)?;
    DumpFile::open(stream, options, &|cell, _| {
        match cell.iter().filter(|byte| byte.is_ascii_digit()).count() {
            0..7 => CellVerdict::Other,
            _ => CellVerdict::International,
        }
    })
}

/// The rows in batches of about so many bytes, up to an error.
fn rows(dump: &[u8], options: &ReadOptions, batch_bytes: usize) -> Option<Vec<KeptRow>> {
    let mut file = open(dump, options).ok()?;
    let columns = file.shape().phone_columns().len();
    assert!(columns > 0, "some column holds the numbers");
    file.set_batch_bytes(batch_bytes);
    let mut rows: Vec<KeptRow> = Vec::new();
    let mut buffer = Vec::new();
    while let Ok(Some(batch)) = file.next_batch(buffer) {
        batch.rows(&mut Scratch::default(), &mut |row| {
            rows.push(row.into());
        });
        buffer = batch.into_buffer();
    }
    let cells = rows.iter().filter_map(|row| row.content.as_ref().ok()).flatten();
    assert!(cells.clone().all(|(column, _)| *column < columns), "columns are those of the shape");
    assert!(rows.is_sorted_by_key(|row| row.line), "lines are in order");
    Some(rows)
}

/// Batches cut anywhere give the same rows.
pub fn rows_do_not_hang_on_batches(dump: &[u8], options: &ReadOptions, batch_bytes: usize) {
    let whole = rows(dump, options, 1 << 20);
    let pieces = rows(dump, options, batch_bytes.max(1));
    assert!(whole == pieces, "batches of {batch_bytes} bytes give other rows");
}

/// Every row is accepted, rejected or blank, and every byte is read.
pub fn every_row_is_counted(dump: &[u8], options: &ReadOptions) {
    let Ok(stream) = Stream::open(Source::Memory(dump.to_vec()), LIMITS) else { return };
    let policy = ReadingPolicy {
        purpose: Purpose::Load(Accept::Valid),
        country: None,
        order: leakline::phone::DigitOrder::HomeFirst,
        mostly_unread: MostlyUnread::Read,
    };
    let Ok((mut file, lens)) = intake::open(stream, options, policy, None) else { return };
    let (mut tally, mut entries, mut firsts, mut rows) = (Tally::default(), 0, 0, 0);
    // Numbers in bytes that damage left out of every row are entries beside those of the rows.
    let mut hidden = 0;
    let (mut numbers, mut stored, mut of_load) = (Vec::new(), Vec::new(), Tally::default());
    let mut scratch = FileReaderScratch::default();
    loop {
        let batch = match file.next_batch(Vec::new()) {
            Ok(Some(batch)) => batch,
            Ok(None) => break,
            Err(_) => return,
        };
        batch.rows(&mut Scratch::default(), &mut |_| rows += 1);
        lens.read(&batch, &mut scratch, &mut |row| {
            entries += 1;
            firsts += u64::from(row.first);
            hidden += u64::from(row.first && row.unread.is_some());
            if let EntryOutcome::Number(reading) = row.entry {
                assert!(reading.number.digits_in_full() > 999, "a number has digits");
                numbers.push(reading.number);
            }
            tally.count(0, &row);
        });
        lens.numbers(0, &batch, &mut scratch, &mut stored, &mut of_load, &mut |_, _| {});
    }
    assert!(numbers == stored, "a load stores what is read");
    let mismatches = (tally.country_mismatch, tally.unknown_country);
    assert_eq!(mismatches, (of_load.country_mismatch, of_load.unknown_country));
    assert_eq!(tally.rejected, of_load.rejected);
    assert!((rows..=rows + hidden).contains(&firsts), "each row is read once");
    assert_eq!(entries, tally.rows());
    let sum = tally.accepted + tally.rejected_in_all() + tally.blank;
    assert_eq!(sum, tally.rows());
    if let Ok(digest) = file.finish() {
        assert_eq!(digest.bytes, dump.len() as u64, "the digest is of the whole dump");
    }
}

/// Whatever is in a file, what comes out of it is bounded.
pub fn what_is_unpacked_is_bounded(file: &[u8]) {
    let source = Source::Memory(file.to_vec());
    let Ok(mut opening) = Opening::new(source, "f".as_ref(), Vec::new(), LIMITS, Buffering::Bulk) else {
        return;
    };
    let (mut pieces, mut expanded) = (0_u64, 0_u64);
    let mut whole = true;
    while let Some(piece) = opening.next_member() {
        pieces += 1;
        match piece.content {
            MemberContent::Dump(stream) => {
                match DumpFile::open(stream, &as_format(Format::Text), &|_, _| CellVerdict::Other) {
                    Ok(mut dump) => {
                        while let Ok(Some(batch)) = dump.next_batch(Vec::new()) {
                            expanded += batch.bytes().len() as u64;
                        }
                        whole &= dump.finish().is_ok();
                    }
                    Err(_) => whole = false,
                }
            }
            MemberContent::Failed(_) => whole = false,
            MemberContent::Archive { .. } | MemberContent::Skipped(_) => {}
        }
    }
    assert!(pieces <= LIMITS.entries + 2);
    // What is no archive and not compressed is no longer than it is.
    assert!(expanded <= LIMITS.expanded_bytes.max(file.len() as u64));
    if let (true, Ok(digest)) = (whole, opening.finish()) {
        assert_eq!(digest.bytes, file.len() as u64);
    }
}

/// Forty rows of two numbers, of which one is where nothing is read. Each three bytes of
/// `damages` damage one byte outside the numbers and the first row: a place of two bytes, and what
/// comes there.
pub fn damage_costs_what_it_touches(is_json: bool, damages: &[u8]) {
    const SYNTAX: &[u8] = b",;\n{}[]:| \t";
    let row = |index: usize| match (is_json, 100 + index, 199 - index) {
        (true, one, two) => {
            format!("{{\"id\":{index},\"phone\":\"+12125550{one}\",\"note\":\"or +12125550{two}\"}}\n")
        }
        (false, one, two) => format!("{index},+12125550{one},or +12125550{two}\n"),
    };
    let head = if is_json { "" } else { "id,phone,note\n" };
    let mut dump = (head.to_owned() + &(0..40).map(row).collect::<String>()).into_bytes();
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'+';
    let (mut touched, first_row) = (0, dump.iter().position(|byte| *byte == b'\n').unwrap_or(0));
    for damage in damages.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([damage[0], damage[1]])) % dump.len();
        if at > first_row && !is_number(&dump[at]) && !is_number(&dump[at - 1]) {
            match SYNTAX.get(usize::from(damage[2]) % (SYNTAX.len() + 1)) {
                Some(byte) => dump[at] = *byte,
                None => drop(dump.remove(at)),
            }
            touched += 4;
        }
    }
    let Ok(stream) = Stream::open(Source::Memory(dump), LIMITS) else { return };
    let policy = ReadingPolicy {
        purpose: Purpose::Load(Accept::Valid),
        country: None,
        order: leakline::phone::DigitOrder::HomeFirst,
        mostly_unread: MostlyUnread::Read,
    };
    let Ok((mut file, reader)) = intake::open(stream, &ReadOptions::default(), policy, None) else { return };
    let (mut whole, mut scratch) = (Tally::default(), FileReaderScratch::default());
    while let Ok(Some(batch)) = file.next_batch(Vec::new()) {
        let mut tally = Tally::default();
        reader.numbers(0, &batch, &mut scratch, &mut Vec::new(), &mut tally, &mut |_, _| {});
        reader.witness(&batch, &mut scratch, &mut tally);
        whole.add(&tally);
    }
    let rejected = whole.rejected_in_all();
    let heard = whole.accepted + rejected + whole.unread.numbers();
    assert!(rejected > whole.accepted || heard + touched >= 80, "numbers are passed by in silence");
}
