//! [`Number`] → [`Tag`]: HMAC-SHA-256 under the key over the E.164 digits, cut to 64 bits.
//!
//! The two pads of HMAC (RFC 2104) depend on the key alone, so their compressions are done once and kept
//! as midstates; digits and padding fit one block, which leaves two compressions a tag.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, block_api::compress256};
use zeroize::Zeroizing;

use crate::{key::Key, phone::Number};

/// The initial hash value of SHA-256 (FIPS 180-4, 5.3.3).
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];
/// Bytes of a SHA-256 block.
const BLOCK: usize = 64;
/// The most bytes of message that fit one block with the mark and the length that pad it.
const MESSAGE_MAX: usize = BLOCK - 9;
/// Digits of the largest `u64`.
const DIGITS_MAX: usize = 20;

/// The first 64 bits of the keyed hash of a number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub u64);

/// Makes tags under one key. `Sync`: worker threads share it.
pub struct Tagger {
    /// States of the inner and the outer hash after their pads. Boxed, so that moving leaves no copy.
    midstates: Box<Zeroizing<[[u32; 8]; 2]>>,
}

impl Tagger {
    /// Takes what it needs of the key (midstates), wiped when dropped.
    pub fn new(key: &Key) -> Tagger {
        Tagger::keyed(key.secret())
    }

    /// Under a key derived from this one for another purpose: HMAC-SHA-256 under the key over the purpose.
    pub fn derived(key: &Key, purpose: &str) -> Tagger {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(key.secret()).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        let derived = Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()));
        Tagger::keyed(&*derived)
    }

    /// Appends the tags of a batch of numbers, in order.
    ///
    /// A tag is the first 8 bytes, big-endian, of HMAC-SHA-256 under the key over the number's E.164 digits
    /// in ASCII, without the plus.
    pub fn extend(&self, numbers: &[Number], tags: &mut Vec<Tag>) {
        tags.reserve(numbers.len());
        tags.extend(numbers.iter().map(|number| {
            let (digits, start) = decimal(number.digits_in_full());
            self.tag(&digits[start..])
        }));
    }

    /// `key` of one block at most: longer ones would have to be hashed first.
    fn keyed(key: &[u8]) -> Tagger {
        let mut midstates = Box::new(Zeroizing::new([INITIAL; 2]));
        for (state, pad) in midstates.iter_mut().zip([0x36, 0x5c]) {
            let mut block = Zeroizing::new([pad; BLOCK]);
            for (padded, byte) in block.iter_mut().zip(key) {
                *padded ^= byte;
            }
            compress256(state, std::slice::from_ref(&block));
        }
        Tagger { midstates }
    }

    fn tag(&self, message: &[u8]) -> Tag {
        let [mut inner, mut outer] = **self.midstates;
        compress256(&mut inner, &[last_block(message)]);
        let mut digest = [0; 32];
        for (bytes, word) in digest.chunks_exact_mut(4).zip(inner) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        compress256(&mut outer, &[last_block(&digest)]);
        Tag(u64::from(outer[0]) << 32 | u64::from(outer[1]))
    }
}

/// The block that ends a hash of one pad block and `message`: mark and length in bits as in FIPS 180-4, 5.1.1.
fn last_block(message: &[u8]) -> [u8; BLOCK] {
    debug_assert!(message.len() <= MESSAGE_MAX);
    let mut block = [0; BLOCK];
    block[..message.len()].copy_from_slice(message);
    block[message.len()] = 0x80;
    let bits = 8 * (BLOCK + message.len()) as u64;
    block[BLOCK - 8..].copy_from_slice(&bits.to_be_bytes());
    block
}

/// The ASCII digits of a number stand from the returned place to the end of the array.
fn decimal(mut number: u64) -> ([u8; DIGITS_MAX], usize) {
    let mut digits = [b'0'; DIGITS_MAX];
    let mut start = DIGITS_MAX;
    while number >= 10 {
        let pair = u8::try_from(number % 100).expect("below 100");
        number /= 100;
        start -= 2;
        digits[start] = b'0' + pair / 10;
        digits[start + 1] = b'0' + pair % 10;
    }
    if number > 0 || start == DIGITS_MAX {
        start -= 1;
        digits[start] = b'0' + u8::try_from(number).expect("below 10");
    }
    (digits, start)
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::*;
    use sha2::Sha256;

    use super::*;
    use crate::phone::Region;

    fn plain(key: &[u8], message: &[u8]) -> u64 {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(message);
        u64::from_be_bytes(*mac.finalize().into_bytes().first_chunk().unwrap())
    }

    #[test]
    fn agrees_with_rfc_4231() {
        // Test cases 1 to 4 of RFC 4231: those whose key and data fit one block each.
        let ascending: Vec<u8> = (1..=25).collect();
        let cases: [(&[u8], &[u8], u64); 4] = [
            (&[0x0b; 20], b"Hi There", 0xb034_4c61_d8db_3853),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                0x5bdc_c146_bf60_754e,
            ),
            (&[0xaa; 20], &[0xdd; 50], 0x773e_a91e_3680_0e46),
            (&ascending, &[0xcd; 50], 0x8255_8a38_9a44_3c0e),
        ];
        for (key, message, expected) in cases {
            assert_eq!(Tagger::keyed(key).tag(message).0, expected);
            assert_eq!(plain(key, message), expected);
        }
    }

    #[test]
    fn a_tag_is_of_the_digits_without_plus() {
        // Python: hmac.new(bytes(range(32)), b"12125550100", "sha256").hexdigest()[:16]
        let text = hex::encode((0..32).collect::<Vec<u8>>());
        let number = Number::for_tests(12_125_550_100, Region::from_code("US").unwrap());
        let mut tags = vec![Tag(7)];
        Tagger::new(&Key::from_hex(&text).unwrap()).extend(&[number], &mut tags);
        assert_eq!(
            tags.iter()
                .map(|tag| format!("{:016x}", tag.0))
                .collect::<Vec<_>>(),
            ["0000000000000007", "32f38f88e6ad1c3c"]
        );
    }

    #[test]
    fn digits_are_those_of_the_number_at_every_length() {
        let mut number: u64 = 0;
        for digit in [1, 0, 9, 8, 0, 0, 7, 6, 5, 4, 3, 2, 1, 0, 9, 8, 7, 6, 5] {
            number = number * 10 + digit;
            for number in [number, number - 1, number + 9] {
                let (digits, start) = decimal(number);
                assert_eq!(
                    std::str::from_utf8(&digits[start..]).unwrap(),
                    number.to_string()
                );
            }
        }
    }

    proptest! {
        #[test]
        fn midstates_agree_with_plain_hmac(key: [u8; 32], messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..=MESSAGE_MAX), 1..8)) {
            let tagger = Tagger::keyed(&key);
            for message in messages {
                prop_assert_eq!(tagger.tag(&message).0, plain(&key, &message));
            }
        }

        #[test]
        fn numbers_are_tagged_as_their_text(key: [u8; 32], digits in prop::collection::vec(1..=9_999_999_999_999_999_999u64, 0..40)) {
            let numbers: Vec<Number> = digits.iter().map(|&digits| Number::for_tests(digits, Region::NON_GEOGRAPHIC)).collect();
            let mut tags = Vec::new();
            Tagger::keyed(&key).extend(&numbers, &mut tags);
            prop_assert_eq!(tags.len(), digits.len());
            for (tag, digits) in tags.iter().zip(digits) {
                prop_assert_eq!(tag.0, plain(&key, digits.to_string().as_bytes()));
            }
        }
    }
}
