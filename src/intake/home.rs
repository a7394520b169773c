//! The home region of a row: the country whose national numbers it holds.

use foldhash::HashMap;

use crate::phone::Region;

/// The home region of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// Known.
    Region(Region),
    /// Nothing names one.
    None,
    /// The row names one that is not known.
    UnknownName,
}

impl Home {
    /// The region, if it is known.
    pub fn region(self) -> Option<Region> {
        match self {
            Home::Region(region) => Some(region),
            Home::None | Home::UnknownName => None,
        }
    }
}

/// Texts of a country column that were met, each looked up once.
#[derive(Default)]
pub(super) struct CountryCells {
    /// Texts met last, each where its bytes say: a column holds a few dozen, in any order.
    recent: Box<[MetText]>,
    known: HashMap<Vec<u8>, Option<Region>>,
}

/// A text of up to 23 bytes, and the region that it names.
#[derive(Clone, Copy, Default)]
struct MetText {
    text: [u8; MetText::LONGEST],
    length: u8,
    region: Option<Region>,
}

impl MetText {
    const LONGEST: usize = 23;

    fn is(&self, cell: &[u8]) -> bool {
        self.text.get(..usize::from(self.length)) == Some(cell)
    }
}

impl CountryCells {
    /// More texts than this are no countries, and are not kept.
    const MOST: usize = 1024;
    /// Texts met last.
    const RECENT: usize = 512;

    /// The region that a text names, if it is known. The text is not empty.
    pub(super) fn region(&mut self, cell: &[u8]) -> Option<Region> {
        // A code of two letters is an index: no table is faster.
        if let [b'A'..=b'Z', b'A'..=b'Z'] = cell
            && let Some(region) = std::str::from_utf8(cell).ok().and_then(Region::from_code)
        {
            return Some(region);
        }
        if self.recent.is_empty() {
            self.recent = vec![MetText::default(); Self::RECENT].into();
        }
        let place = Self::place(cell);
        if self.recent[place].is(cell) {
            return self.recent[place].region;
        }
        let region = if let Some(region) = self.known.get(cell) {
            *region
        } else {
            let region = std::str::from_utf8(cell).ok().and_then(Region::from_name);
            if self.known.len() < Self::MOST {
                self.known.insert(cell.to_vec(), region);
            }
            region
        };
        if let Some(text) = self.recent[place].text.get_mut(..cell.len()) {
            text.copy_from_slice(cell);
            self.recent[place].length = u8::try_from(cell.len()).expect("at most 23");
            self.recent[place].region = region;
        }
        region
    }

    /// Where a text may be among the recent ones: by its length, its first and its last bytes.
    #[inline]
    fn place(cell: &[u8]) -> usize {
        let word = |bytes: Option<&[u8; 4]>| bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let (first, last) = (word(cell.first_chunk()), word(cell.last_chunk()));
        let short = cell.first().copied().unwrap_or(0);
        let mixed = (u64::from(first) << 32 | u64::from(last))
            .wrapping_add(u64::from(short) << 16 | cell.len() as u64)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        usize::try_from(mixed >> 55).expect("nine bits")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_mean_the_same_again() {
        let mut cells = CountryCells::default();
        for _ in 0..2 {
            for text in [
                "DE",
                "Germany",
                "Atlantis",
                "de",
                "\u{1f1e9}\u{1f1ea}",
                "ZZ",
                "49",
            ] {
                let region = cells.region(text.as_bytes());
                assert_eq!(region, Region::from_name(text), "{text}");
            }
        }
        for index in 0..2 * CountryCells::MOST {
            assert_eq!(cells.region(format!("Atlantis {index}").as_bytes()), None);
        }
        assert_eq!(cells.region(b"Egypt"), Region::from_code("EG"));
    }
}
