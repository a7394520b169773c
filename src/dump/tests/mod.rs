//! Whole dumps in memory, read from the outside: `shapes` are the shapes of dumps with what is to
//! be found in them, `damage` is what is wrong with dumps, `properties` hold for any bytes
//! whatever.

mod contacts;
mod damage;
mod json;
mod opening;
mod properties;
#[cfg(unix)]
mod reread;
mod shapes;
mod sheets;
mod sql;

use super::*;

/// A dump read to its end.
struct ReadDump {
    shape: std::sync::Arc<Shape>,
    rows: Vec<ReadRow>,
    digest: Digest,
    /// The kind of data that breaks off.
    broken_off: Option<&'static str>,
}

/// A row, kept.
#[derive(Debug, PartialEq, Eq)]
struct ReadRow {
    line: u64,
    raw: Vec<u8>,
    country: Option<String>,
    content: Result<Vec<(usize, String)>, Damage>,
}

impl From<Row<'_>> for ReadRow {
    fn from(row: Row<'_>) -> ReadRow {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        ReadRow {
            line: row.line,
            raw: row.raw.to_vec(),
            country: row.country.map(text),
            content: match row.content {
                RowContent::Cells(cells) => Ok(cells
                    .iter()
                    .map(|cell| (cell.column, text(cell.text)))
                    .collect()),
                RowContent::Damaged(damage) => Err(damage),
            },
        }
    }
}

/// Numbers from the ranges reserved for fiction, as they are or after a plus, or under their
/// country as national ones.
fn judge(cell: &[u8], country: Option<&[u8]>) -> CellVerdict {
    if matches!(cell, b"" | b"-" | b"0" | b"null" | b"n/a" | b"nan") {
        return CellVerdict::Blank;
    }
    let text = String::from_utf8_lossy(cell);
    let text = text
        .trim()
        .trim_start_matches("tel:")
        .trim_start_matches('+');
    let digits: String = text.chars().filter(|c| !" ()-./".contains(*c)).collect();
    let national = country == Some(b"AU") && digits.len() == 9 && digits.starts_with("491570");
    let reserved = ["121255501", "61491570", "447700900", "4917139200"];
    let international =
        (11..=13).contains(&digits.len()) && reserved.iter().any(|range| digits.starts_with(range));
    match (international, national) {
        (true, _) => CellVerdict::International,
        (false, true) => CellVerdict::National,
        (false, false) => CellVerdict::Other,
    }
}

fn open(bytes: &[u8], options: &ReadOptions) -> Result<DumpFile, DumpError> {
    let stream = Stream::open(Source::Memory(bytes.to_vec()), Limits::default())?;
    DumpFile::open(stream, options, &judge)
}

fn read_with(
    bytes: &[u8],
    options: &ReadOptions,
    batch_bytes: usize,
) -> Result<ReadDump, DumpError> {
    let mut file = open(bytes, options)?;
    file.set_batch_bytes(batch_bytes);
    let shape = std::sync::Arc::clone(file.shape());
    let mut rows = Vec::new();
    let mut scratch = Scratch::default();
    let mut buffer = Vec::new();
    let mut broken_off = None;
    loop {
        match file.next_batch(buffer) {
            Ok(Some(batch)) => {
                batch.rows(&mut scratch, &mut |row| rows.push(ReadRow::from(row)));
                buffer = batch.into_buffer();
            }
            Ok(None) | Err(DumpError::Refused(Refusal::NoRows)) => break,
            Err(DumpError::BrokenOff {
                kind: kind @ ("SQL" | "JSON"),
            }) => {
                broken_off = Some(kind);
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(ReadDump {
        shape,
        rows,
        digest: file.finish()?,
        broken_off,
    })
}

fn read(bytes: impl AsRef<[u8]>) -> ReadDump {
    read_with(bytes.as_ref(), &ReadOptions::default(), 1 << 20).unwrap()
}

fn read_as(bytes: impl AsRef<[u8]>, options: &ReadOptions) -> ReadDump {
    read_with(bytes.as_ref(), options, 1 << 20).unwrap()
}

fn refused(bytes: impl AsRef<[u8]>, options: &ReadOptions) -> DumpError {
    match open(bytes.as_ref(), options) {
        Ok(file) => panic!("read as {}", file.shape().format()),
        Err(error) => error,
    }
}

impl ReadDump {
    /// Each row as `line: cell | cell`, `@country` after it, damage by its code.
    fn listing(&self) -> Vec<String> {
        let rows = self.rows.iter().map(|row| {
            let country = row
                .country
                .as_ref()
                .map(|country| format!(" @{country}"))
                .unwrap_or_default();
            match &row.content {
                Err(damage) => format!("{}: {}", row.line, damage.code()),
                Ok(cells) => {
                    let texts: Vec<&str> = cells.iter().map(|(_, text)| text.as_str()).collect();
                    format!("{}: {}{country}", row.line, texts.join(" | "))
                }
            }
        });
        rows.collect()
    }

    /// All cells in order, empty ones too.
    fn cells(&self) -> Vec<&str> {
        let cells = self.rows.iter().filter_map(|row| row.content.as_ref().ok());
        cells.flatten().map(|(_, text)| text.as_str()).collect()
    }
}
