//! Records in which every quote opens a field, closes one or is doubled, and no line end is quoted:
//! nearly all. Where they end is found 64 bytes at a time, without a look at each quote.

use super::near::bits_of_64;

const QUOTE: u8 = b'"';
const BLOCK: usize = 64;

/// Length of whole records that `bytes`, the start of a record, begin with and that are regular.
/// More such records may follow.
pub(super) fn length_of_regular_records(bytes: &[u8], delimiter: u8, terminator: u8) -> usize {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let mut length = 0;
    let mut is_quoted = false;
    // Whether a quote may open a field, or may be the second of two, where the block begins.
    let mut may_open_next = 1;
    for (start, block) in (0..).step_by(BLOCK).zip(blocks) {
        let quotes = bits_of_64(QUOTE, block);
        let line_ends = bits_of_64(terminator, block);
        let before_quotes = quotes | line_ends | bits_of_64(delimiter, block);
        let quoted = behind_odd_ones(quotes) ^ if is_quoted { u64::MAX } else { 0 };
        let may_open = before_quotes << 1 | may_open_next;
        let irregular = quoted & (line_ends | quotes & !may_open);
        let regular = match irregular {
            0 => line_ends,
            bits => line_ends & !(u64::MAX << bits.trailing_zeros()),
        };
        if regular != 0 {
            length = start + BLOCK - regular.leading_zeros() as usize;
        }
        if irregular != 0 {
            break;
        }
        is_quoted = quoted >> (BLOCK - 1) == 1;
        may_open_next = before_quotes >> (BLOCK - 1);
    }
    length
}

/// Each bit that has an odd number of ones up to its own place.
fn behind_odd_ones(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dump::{
        BytesEnd,
        rows::dialect::{Dialect, Quoting, Record},
    };

    #[test]
    fn records_end_where_their_quotes_are_closed() {
        let of = |text: &str| length_of_regular_records(text.as_bytes(), b',', b'\n');
        let row = "1,\"two, \"\"2\"\"\",\"\",4\r\n";
        let in_blocks = 100 * row.len() / BLOCK * BLOCK;
        assert_eq!(of(&row.repeat(100)), in_blocks / row.len() * row.len());
        let filler = "x".repeat(BLOCK);
        for irregular in ["a \"b\",c\n", "\"a\nb\",c\n", "\"a\" \"b\"\n", "\"a,b\n"] {
            let text = format!("{row}{irregular}{filler}");
            assert_eq!(of(&text), row.len(), "{irregular}");
        }
        assert_eq!(of(&filler), 0);
    }

    proptest! {
        #[test]
        fn regular_records_are_whole_ones(
            text in r#"(,|"|\n|\r\n|a{1,20}|"",|,"a"|,"a,"\n|"aa""a",){0,80}"#,
        ) {
            let dialect = Dialect {
                delimiter: ",".parse().unwrap(),
                quoting: Quoting::Rfc4180,
                terminator: b'\n',
            };
            let regular = length_of_regular_records(text.as_bytes(), b',', b'\n');
            let mut at = 0;
            while at < regular {
                match dialect.next_record(&text.as_bytes()[at..], BytesEnd::Later) {
                    Record::Whole(length) => at += length,
                    other => prop_assert!(false, "{other:?}"),
                }
            }
            prop_assert_eq!(at, regular);
        }

        #[test]
        fn ones_are_counted_up_to_each_bit(bits: u64) {
            for place in 0..BLOCK {
                let ones = (bits << (BLOCK - 1 - place)).count_ones();
                prop_assert_eq!(behind_odd_ones(bits) >> place & 1, u64::from(ones % 2));
            }
        }
    }
}
