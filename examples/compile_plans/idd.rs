//! The ways of dialling abroad from a region, run on a number of which the digits come one at a
//! time.
//!
//! The first alternative that matches counts, and none if a 0 follows it: no calling code starts
//! so.

use crate::pattern::Branch;

/// Which ways are still open.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Idd {
    length: u8,
    /// Alternatives by their place; with the length they matched, once they have.
    threads: Vec<(u16, Option<u8>)>,
}

/// What the latest digit decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Abroad {
    /// Dialled abroad: an international number starts after so many digits.
    After(u8),
    /// Not dialled abroad.
    No,
    /// Not known yet.
    Open,
}

impl Idd {
    pub(crate) fn new(ways: &[Branch]) -> Idd {
        assert!(
            ways.iter().all(|way| !way.places.is_empty() && !way.at_end),
            "a way of dialling abroad has digits, and a number after it"
        );
        let threads = (0u16..).zip(ways).map(|(at, _)| (at, None)).collect();
        Idd { length: 0, threads }
    }

    /// How many digits it has been fed while open.
    pub(crate) fn length(&self) -> u8 {
        self.length
    }

    pub(crate) fn is_over(&self) -> bool {
        self.threads.is_empty()
    }

    pub(crate) fn feed(&mut self, digit: u8, ways: &[Branch]) -> Abroad {
        if self.is_over() {
            return Abroad::No;
        }
        let place = self.length;
        self.length += 1;
        let length = self.length;
        self.threads.retain_mut(|(way, matched)| {
            if let Some(after) = matched {
                // A match that a 0 follows is no match, though it has won over those after it.
                return digit != 0 || *after != place;
            }
            let places = &ways[usize::from(*way)].places;
            if usize::from(length) == places.len() {
                *matched = Some(length);
            }
            places[usize::from(place)] >> digit & 1 == 1
        });
        if let Some(at) = self
            .threads
            .iter()
            .position(|(_, matched)| matched.is_some())
        {
            self.threads.truncate(at + 1);
        }
        match self.threads.first() {
            None => {
                self.length = 0;
                Abroad::No
            }
            // The digit after the match is needed to decide.
            Some(&(_, Some(after))) if after < length => Abroad::After(after),
            Some(_) => Abroad::Open,
        }
    }

    /// How many digits the way of dialling took if the number ends here.
    pub(crate) fn end(&self) -> Option<u8> {
        self.threads.iter().find_map(|&(_, matched)| matched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;

    fn read(pattern: &str, text: &str) -> Abroad {
        let ways = Pattern::new(pattern).branches();
        let mut idd = Idd::new(&ways);
        for byte in text.bytes() {
            match idd.feed(byte - b'0', &ways) {
                Abroad::Open => {}
                settled => return settled,
            }
        }
        Abroad::Open
    }

    #[test]
    fn an_optional_tail_is_taken_if_it_fits() {
        let hong_kong = "00(?:30|5[09]|[126-9]?)";
        assert_eq!(read(hong_kong, "0044"), Abroad::After(2));
        assert_eq!(read(hong_kong, "00144"), Abroad::After(3));
        assert_eq!(read(hong_kong, "003044"), Abroad::After(4));
        assert_eq!(read(hong_kong, "003344"), Abroad::After(2));
        assert_eq!(read(hong_kong, "00300"), Abroad::No);
        assert_eq!(read(hong_kong, "0010"), Abroad::No);
        assert_eq!(read(hong_kong, "000"), Abroad::No);
        assert_eq!(read(hong_kong, "1"), Abroad::No);
    }
}
