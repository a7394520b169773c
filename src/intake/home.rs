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
    /// The last text and its region: it seldom changes from row to row.
    last: Option<(Vec<u8>, Option<Region>)>,
    known: HashMap<Vec<u8>, Option<Region>>,
}

impl CountryCells {
    /// More texts than this are no countries, and are not kept.
    const MOST: usize = 1024;

    /// The region that a text names, if it is known.
    pub(super) fn region(&mut self, cell: &[u8]) -> Option<Region> {
        // A code of two letters is an index: no table is faster.
        if let [b'A'..=b'Z', b'A'..=b'Z'] = cell
            && let Some(region) = std::str::from_utf8(cell).ok().and_then(Region::from_code)
        {
            return Some(region);
        }
        match &self.last {
            Some((text, region)) if text == cell => return *region,
            _ => {}
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
        let (text, known) = self.last.get_or_insert_default();
        text.clear();
        text.extend_from_slice(cell);
        *known = region;
        region
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
