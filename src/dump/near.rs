//! Searching for bytes that are close as a rule: fields are a few bytes long, and for those a plain loop is
//! several times as fast as setting up a vector search.

/// So many bytes are looked at one by one.
const NEAR: usize = 24;

/// The first place of `byte`.
#[inline]
pub(super) fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    let near = &bytes[..bytes.len().min(NEAR)];
    match near.iter().position(|other| *other == byte) {
        None if bytes.len() > NEAR => memchr::memchr(byte, &bytes[NEAR..]).map(|at| at + NEAR),
        found => found,
    }
}

/// The first place of either byte.
#[inline]
pub(super) fn find2(one: u8, two: u8, bytes: &[u8]) -> Option<usize> {
    let near = &bytes[..bytes.len().min(NEAR)];
    match near.iter().position(|other| *other == one || *other == two) {
        None if bytes.len() > NEAR => memchr::memchr2(one, two, &bytes[NEAR..]).map(|at| at + NEAR),
        found => found,
    }
}

/// The first place of any of three bytes.
#[inline]
pub(super) fn find3(one: u8, two: u8, three: u8, bytes: &[u8]) -> Option<usize> {
    let near = &bytes[..bytes.len().min(NEAR)];
    match near
        .iter()
        .position(|other| *other == one || *other == two || *other == three)
    {
        None if bytes.len() > NEAR => {
            memchr::memchr3(one, two, three, &bytes[NEAR..]).map(|at| at + NEAR)
        }
        found => found,
    }
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
