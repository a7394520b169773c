//! Search for bytes that are usually close.
//!
//! Fields are a few bytes long: for those, comparing eight bytes at a time is several times as fast
//! as setting up a vector search. Where marks are many, or known beforehand, sixteen are compared.

use wide::u8x16;

/// Bytes that are compared here; the rest is left to a vector search.
const NEAR: usize = 24;
/// Bytes that are compared at once.
type Eight = [u8; 8];
const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x8080_8080_8080_8080;
/// Bytes that are compared at once where marks are many.
const BLOCK: usize = 16;

/// Offset of the first `byte`.
#[inline]
pub(in crate::dump) fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    first(
        bytes,
        |eight| zero_bytes(eight ^ repeated(byte)),
        |other| other == byte,
        |far| memchr::memchr(byte, far),
    )
}

/// Offset of the first of either byte.
#[inline]
pub(in crate::dump) fn find2(one: u8, two: u8, bytes: &[u8]) -> Option<usize> {
    first(
        bytes,
        |eight| zero_bytes(eight ^ repeated(one)) | zero_bytes(eight ^ repeated(two)),
        |other| other == one || other == two,
        |far| memchr::memchr2(one, two, far),
    )
}

/// Offset of the first of any of three bytes.
#[inline]
pub(in crate::dump) fn find3(one: u8, two: u8, three: u8, bytes: &[u8]) -> Option<usize> {
    first(
        bytes,
        |eight| {
            zero_bytes(eight ^ repeated(one))
                | zero_bytes(eight ^ repeated(two))
                | zero_bytes(eight ^ repeated(three))
        },
        |other| other == one || other == two || other == three,
        |far| memchr::memchr3(one, two, three, far),
    )
}

/// Offset of the first byte that `marks` marks among eight, or that `is_one` accepts in the rest,
/// or that `far` finds.
#[inline]
fn first(
    bytes: &[u8],
    marks: impl Fn(u64) -> u64,
    is_one: impl Fn(u8) -> bool,
    far: impl Fn(&[u8]) -> Option<usize>,
) -> Option<usize> {
    let near = &bytes[..bytes.len().min(NEAR)];
    let (eights, rest) = near.as_chunks::<{ size_of::<Eight>() }>();
    for (index, eight) in eights.iter().enumerate() {
        let marks = marks(u64::from_le_bytes(*eight));
        if marks != 0 {
            return Some(size_of::<Eight>() * index + marks.trailing_zeros() as usize / 8);
        }
    }
    match rest.iter().position(|&byte| is_one(byte)) {
        Some(at) => Some(near.len() - rest.len() + at),
        None if bytes.len() > NEAR => far(&bytes[NEAR..]).map(|at| NEAR + at),
        None => None,
    }
}

#[inline]
fn repeated(byte: u8) -> u64 {
    ONES * u64::from(byte)
}

/// The top bit of each byte that is zero. Bytes above the lowest of them may be marked too.
#[inline]
fn zero_bytes(eight: u64) -> u64 {
    eight.wrapping_sub(ONES) & !eight & TOPS
}

/// Offset of the first byte that means something in a JSON string: a quote, a backslash, or a
/// control character (RFC 8259, section 7).
#[inline]
pub(in crate::dump) fn find_string_mark(bytes: &[u8]) -> Option<usize> {
    AnyOf::new(*b"\"\\", b' ').find(bytes)
}

/// Offset of the first `quote`, or byte that means something in a JSON string.
#[inline]
pub(in crate::dump) fn find_quote_or_string_mark(quote: u8, bytes: &[u8]) -> Option<usize> {
    AnyOf::new([quote, b'"', b'\\'], b' ').find(bytes)
}

/// The offsets of all of these bytes, in order.
#[inline]
pub(in crate::dump) fn marks<const N: usize>(of: [u8; N], bytes: &[u8]) -> Marks<'_, N> {
    let (blocks, rest) = bytes.as_chunks();
    Marks {
        of: AnyOf::new(of, 0),
        blocks: blocks.iter(),
        rest,
        next_block: 0,
        bits: 0,
    }
}

/// Offsets of bytes, found block by block: where they are many, a new search for each takes longer.
pub(in crate::dump) struct Marks<'a, const N: usize> {
    of: AnyOf<N>,
    blocks: std::slice::Iter<'a, [u8; BLOCK]>,
    /// The bytes behind the blocks.
    rest: &'a [u8],
    /// Offset of the next block.
    next_block: usize,
    /// A bit for each mark still to come in the block before it.
    bits: u32,
}

impl<const N: usize> Iterator for Marks<'_, N> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.bits == 0 {
            self.bits = match self.blocks.next() {
                Some(block) => self.of.bits(*block),
                None if self.rest.is_empty() => return None,
                None => self.of.bits_of_few(std::mem::take(&mut self.rest)),
            };
            self.next_block += BLOCK;
        }
        let bit = self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(self.next_block - BLOCK + bit)
    }
}

/// A bit for each of 64 bytes that is `byte`, the first one lowest.
#[inline]
pub(in crate::dump) fn bits_of_64(byte: u8, bytes: &[u8; 64]) -> u64 {
    let byte = u8x16::splat(byte);
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let bits = |block: &[u8; BLOCK]| u64::from(u8x16::new(*block).simd_eq(byte).to_bitmask());
    (blocks.iter().rev()).fold(0, |all, block| all << BLOCK | bits(block))
}

/// Bytes that are looked for: any of some, and all below another one.
#[derive(Clone, Copy)]
struct AnyOf<const N: usize> {
    bytes: [u8; N],
    below: u8,
    /// A block of each of the bytes: to fill one takes as long as to compare it.
    blocks: [u8x16; N],
}

impl<const N: usize> AnyOf<N> {
    #[inline]
    fn new(bytes: [u8; N], below: u8) -> AnyOf<N> {
        AnyOf {
            bytes,
            below,
            blocks: bytes.map(u8x16::splat),
        }
    }

    #[inline]
    fn find(self, bytes: &[u8]) -> Option<usize> {
        let (blocks, rest) = bytes.as_chunks();
        for (index, block) in blocks.iter().enumerate() {
            let bits = self.bits(*block);
            if bits != 0 {
                return Some(index * BLOCK + bits.trailing_zeros() as usize);
            }
        }
        let at = rest.iter().position(|&byte| self.has(byte))?;
        Some(bytes.len() - rest.len() + at)
    }

    #[inline]
    fn has(self, byte: u8) -> bool {
        self.bytes.contains(&byte) || byte < self.below
    }

    /// A bit for each byte of a block that is one of these, the first one lowest.
    #[inline]
    fn bits(self, block: [u8; BLOCK]) -> u32 {
        let block = u8x16::new(block);
        let mut marks = u8x16::ZERO;
        for byte in self.blocks {
            marks |= block.simd_eq(byte);
        }
        if let Some(most) = self.below.checked_sub(1) {
            marks |= block.simd_eq(block.min(u8x16::splat(most)));
        }
        marks.to_bitmask()
    }

    /// The same for less than a block.
    #[inline]
    fn bits_of_few(self, few: &[u8]) -> u32 {
        let places = few.iter().zip(0..);
        places.fold(0, |bits, (&byte, place)| {
            bits | u32::from(self.has(byte)) << place
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_byte_that_means_something_in_a_string_and_no_other() {
        for byte in 0..=u8::MAX {
            for place in 0..20 {
                let mut bytes = [0xff; 20];
                bytes[place] = byte;
                let is_mark = byte < b' ' || byte == b'"' || byte == b'\\';
                assert_eq!(find_string_mark(&bytes), is_mark.then_some(place));
                let found = find_quote_or_string_mark(b'\'', &bytes);
                assert_eq!(found, (is_mark || byte == b'\'').then_some(place));
            }
        }
    }

    #[test]
    fn finds_what_a_vector_search_finds_near_and_far() {
        for length in [
            0,
            1,
            BLOCK - 1,
            BLOCK,
            BLOCK + 1,
            NEAR - 1,
            NEAR,
            NEAR + 1,
            100,
        ] {
            for place in 0..=length {
                let mut bytes = vec![b'.'; length];
                if place < length {
                    bytes[place] = b'x';
                }
                let found = (place < length).then_some(place);
                assert_eq!(find(b'x', &bytes), found);
                assert_eq!(find2(b'y', b'x', &bytes), found);
                assert_eq!(find3(b'y', b'z', b'x', &bytes), found);
                assert!(marks([b'y', b'x'], &bytes).eq(found));
            }
        }
    }

    #[test]
    fn a_bit_stands_for_each_of_64_bytes() {
        let bytes: [u8; 64] = std::array::from_fn(|at| b"ab,"[at * at % 3]);
        let bits = bits_of_64(b'b', &bytes);
        for (at, byte) in bytes.into_iter().enumerate() {
            assert_eq!(bits >> at & 1 == 1, byte == b'b', "{at}");
        }
    }

    #[test]
    fn marks_are_all_of_the_bytes_in_order() {
        for length in 0..70 {
            let bytes: Vec<u8> = (0..length).map(|at| b"ab,c\",\n"[at % 7]).collect();
            let is_mark = |at: &usize| matches!(bytes[*at], b',' | b'\n' | b'"');
            let expected: Vec<usize> = (0..length).filter(is_mark).collect();
            assert_eq!(marks(*b",\n\"", &bytes).collect::<Vec<_>>(), expected);
        }
        for byte in 0..=u8::MAX {
            let block = std::array::from_fn(|at| byte.wrapping_add(u8::try_from(at).unwrap()));
            let of = AnyOf::new([byte, b'"'], b' ');
            assert_eq!(of.bits(block), of.bits_of_few(&block));
        }
    }
}
