//! Search for bytes that are usually close.
//!
//! Fields are a few bytes long: for those, comparing eight bytes at a time is several times as fast
//! as setting up a vector search.

/// Bytes that are compared here; the rest is left to a vector search.
const NEAR: usize = 24;
/// Bytes that are compared at once.
type Eight = [u8; 8];
const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x8080_8080_8080_8080;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_vector_search_finds_near_and_far() {
        for length in [0, 1, NEAR - 1, NEAR, NEAR + 1, 100] {
            for place in 0..=length {
                let mut bytes = vec![b'.'; length];
                if place < length {
                    bytes[place] = b'x';
                }
                let found = (place < length).then_some(place);
                assert_eq!(find(b'x', &bytes), found);
                assert_eq!(find2(b'y', b'x', &bytes), found);
                assert_eq!(find3(b'y', b'z', b'x', &bytes), found);
            }
        }
    }
}
