//! How often digits are a number at home by chance: in Germany nearly any ten are, in the United
//! States fewer than half.

use std::sync::OnceLock;

use crate::phone::{Number, Region};

/// Longest digits that are judged, and how many regions there may be.
const LENGTHS: usize = 16;
const REGIONS: usize = 256;
/// Digits that are tried for a region and a length.
const PROBES: u32 = 256;
/// A share of digit strings that are numbers by chance, from which one number proves nothing.
const LIKELY_PERCENT: u32 = 60;

/// Each region and length is tried once, when the first such digits are met.
static LIKELY: [[OnceLock<bool>; LENGTHS]; REGIONS] =
    [const { [const { OnceLock::new() }; LENGTHS] }; REGIONS];

/// Whether most digits of this length are a number at home, as `number` reads them.
pub(super) fn is_likely(
    home: Region,
    length: usize,
    number: impl Fn(&[u8]) -> Option<Number>,
) -> bool {
    let Some(known) = LIKELY
        .get(home.index())
        .and_then(|lengths| lengths.get(length))
    else {
        return false;
    };
    *known.get_or_init(|| {
        let mut digits = DigitSource(1);
        let numbers = (0..PROBES).filter(|_| number(&digits.next(length)).is_some());
        numbers.count() * 100 >= (PROBES * LIKELY_PERCENT) as usize
    })
}

/// A source of digits without a pattern, the same ones in every run.
struct DigitSource(u64);

impl DigitSource {
    /// `length` digits, the first of which is no zero.
    fn next(&mut self, length: usize) -> Vec<u8> {
        let mut digit = |fewest: u64| {
            // Constants of Knuth's MMIX generator.
            const FACTOR: u64 = 6_364_136_223_846_793_005;
            const TERM: u64 = 1_442_695_040_888_963_407;
            self.0 = self.0.wrapping_mul(FACTOR).wrapping_add(TERM);
            let digit = fewest + (self.0 >> 33) % (10 - fewest);
            b'0' + u8::try_from(digit).expect("it is below 10")
        };
        (0..length).map(|at| digit(u64::from(at == 0))).collect()
    }
}
