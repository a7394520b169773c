//! A keyed permutation of the numbers below a size, computed and not stored: which place n goes to,
//! for any n.

const ROUNDS: usize = 4;

/// A permutation of `0..size`, one of many that a key picks.
///
/// A Feistel network with additions over a rectangle whose area is the size or barely more; what
/// comes out beyond the size goes through it again until it is inside.
#[derive(Clone, Debug)]
pub(crate) struct Permutation {
    size: u64,
    width: u64,
    height: u64,
    keys: [u64; ROUNDS],
}

impl Permutation {
    /// The permutation of `0..size` under a key; `size` is not 0 and at most 2^62.
    pub(crate) fn new(size: u64, key: u64) -> Permutation {
        debug_assert!((1..=1 << 62).contains(&size));
        let width = size.isqrt();
        let mut state = key;
        let keys = std::array::from_fn(|_| {
            state = mix(state);
            state
        });
        Permutation {
            size,
            width,
            height: size.div_ceil(width),
            keys,
        }
    }

    /// How many numbers are permuted.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Where `n` goes; `n` is below the size.
    #[inline]
    pub(crate) fn at(&self, n: u64) -> u64 {
        debug_assert!(n < self.size);
        let mut place = n;
        loop {
            place = self.pass(place);
            if place < self.size {
                return place;
            }
        }
    }

    #[inline]
    fn pass(&self, n: u64) -> u64 {
        let (mut row, mut column) = (n / self.width, n % self.width);
        for pair in self.keys.chunks_exact(2) {
            row = step(row, draw(column ^ pair[0], self.height), self.height);
            column = step(column, draw(row ^ pair[1], self.width), self.width);
        }
        row * self.width + column
    }
}

/// `from + by` around a circle; both are below its length.
#[inline]
fn step(from: u64, by: u64, length: u64) -> u64 {
    let to = from + by;
    if to >= length { to - length } else { to }
}

/// A number below `limit`, which is below 2^32, that depends on every bit of what goes in.
#[inline]
fn draw(from: u64, limit: u64) -> u64 {
    ((from.wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 32) * limit) >> 32
}

/// A well-mixed function of 64 bits (the finaliser of `SplitMix64`, Steele, Lea and Flood, OOPSLA
/// 2014).
#[inline]
pub(crate) fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_below_the_size_is_hit_exactly_once() {
        for size in [1, 2, 3, 7, 10, 100, 1000, 4096, 4097, 100_000] {
            for key in 0..3 {
                let permutation = Permutation::new(size, key);
                let mut places: Vec<u64> = (0..size).map(|n| permutation.at(n)).collect();
                places.sort_unstable();
                assert!(places.into_iter().eq(0..size), "{size} under {key}");
            }
        }
    }

    #[test]
    fn numbers_are_spread_over_the_whole_size() {
        let permutation = Permutation::new(3_000_000_000, 7);
        let mut tenths = [0_u32; 10];
        for n in 0..100_000 {
            tenths[usize::try_from(permutation.at(n) / 300_000_000).unwrap()] += 1;
        }
        assert!(
            tenths.iter().all(|count| (9_500..10_500).contains(count)),
            "{tenths:?}"
        );
    }
}
