//! A seller's table of claims: `country,count`, the country in any form that a dump writes it.

use std::collections::BTreeMap;

use crate::phone::Region;

/// Why a table of claims is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimsError {
    /// A row is no row of a table.
    #[error("row {row}: cannot be read")]
    Row {
        /// Counted from 1.
        row: usize,
        /// What the reader of tables said.
        source: csv::Error,
    },
    /// A row is no claim.
    #[error("line {line}: {what}")]
    Claim {
        /// Counted from 1.
        line: u64,
        /// The fault.
        what: &'static str,
    },
    /// There is no claim in it.
    #[error("holds no claims")]
    Empty,
}

/// The claimed counts by country code. Rows of one country add up. A header and blank rows are
/// skipped. A row of more than two columns is refused: `EG,44,823,547` claims 44 to a reader of two
/// columns.
pub fn read_claims(table: &[u8]) -> Result<BTreeMap<String, u64>, ClaimsError> {
    let first_line = table.split(|&byte| byte == b'\n').next();
    let first_line = first_line.unwrap_or_default();
    let delimiter = [b'\t', b';']
        .into_iter()
        .find(|byte| first_line.contains(byte))
        .unwrap_or(b',');
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(table.strip_prefix(b"\xef\xbb\xbf").unwrap_or(table));
    let mut claims = BTreeMap::new();
    for (index, row) in rows.records().enumerate() {
        let row = row.map_err(|source| ClaimsError::Row {
            row: index + 1,
            source,
        })?;
        if let Some((region, count)) = claim(&row, index)? {
            let claimed: &mut u64 = claims.entry(region.code().to_owned()).or_default();
            *claimed = claimed.saturating_add(count);
        }
    }
    if claims.is_empty() {
        return Err(ClaimsError::Empty);
    }
    Ok(claims)
}

/// The claim of a row; `None` for a header and a blank row.
fn claim(row: &csv::StringRecord, index: usize) -> Result<Option<(Region, u64)>, ClaimsError> {
    let (country, count) = (row.get(0).unwrap_or(""), row.get(1).unwrap_or(""));
    let is_more = row.iter().skip(2).any(|cell| !cell.is_empty());
    let count = count_of(count).filter(|_| !is_more);
    let has_digit = |cell: &str| cell.contains(|c: char| c.is_ascii_digit());
    match (Region::from_name(country), count) {
        (Some(region), Some(count)) => Ok(Some((region, count))),
        (None, None) if row.iter().all(str::is_empty) => Ok(None),
        // A header has words in it, and no digits.
        (None, None) if index == 0 && !row.iter().any(has_digit) => Ok(None),
        (region, _) => Err(ClaimsError::Claim {
            line: row.position().map_or(0, csv::Position::line),
            what: match region {
                None => "names no known country",
                Some(_) if is_more => "has more than two columns",
                Some(_) => "has no count",
            },
        }),
    }
}

/// A count, its thousands set apart or not: `44823547`, `44,823,547`, `44 823 547`.
fn count_of(text: &str) -> Option<u64> {
    let apart = |c: char| matches!(c, ',' | '.' | '_' | '\'' | ' ' | '\u{a0}' | '\u{202f}');
    let mut groups = text.split(apart);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    if rest.iter().any(|group| group.len() != 3) || (!rest.is_empty() && first.len() > 3) {
        return None;
    }
    (first.to_owned() + &rest.concat()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_may_be_set_apart_and_fractions_are_no_counts() {
        for (text, count) in [
            ("0", 0),
            ("44823547", 44_823_547),
            ("44,823,547", 44_823_547),
            ("1 000", 1000),
        ] {
            assert_eq!(count_of(text), Some(count), "{text}");
        }
        for text in ["", "4.5", "44,82", "1234,567", "-1", "many"] {
            assert_eq!(count_of(text), None, "{text}");
        }
    }
}
