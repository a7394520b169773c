//! [`Number`] → [`Tag`]: HMAC-SHA-256 under the key over the E.164 digits, cut to 64 bits.
//!
//! The two pads of HMAC (RFC 2104) depend on the key alone, so their compressions are done once and
//! kept as midstates; digits and padding fit one block, which leaves two compressions a tag. They
//! are done for many numbers at once, in the fastest way that the processor has.

mod lanes;
mod message;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, block_api::compress256};
use zeroize::Zeroizing;

use crate::{key::Key, phone::Number};
use lanes::Backend;

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

/// The first 64 bits of the keyed hash of a number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub u64);

/// Makes tags under one key. `Sync`: worker threads share it.
pub struct Tagger {
    /// States of the inner and the outer hash after their pads. Boxed, so that moving leaves no
    /// copy.
    midstates: Box<Zeroizing<[[u32; 8]; 2]>>,
    backend: Backend,
}

impl Tagger {
    /// Takes midstates of the key, wiped when dropped, and not the key itself.
    pub fn new(key: &Key) -> Tagger {
        Tagger::keyed(key.secret())
    }

    /// Under a key derived from this one for another purpose: HMAC-SHA-256 under the key over the
    /// purpose.
    pub fn derived(key: &Key, purpose: &str) -> Tagger {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(key.secret()).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        let derived = Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()));
        Tagger::keyed(&*derived)
    }

    /// Appends the tags of a batch of numbers, in order.
    ///
    /// A tag is the first 8 bytes, big-endian, of HMAC-SHA-256 under the key over the number's
    /// E.164 digits in ASCII, without the plus.
    pub fn extend(&self, numbers: &[Number], tags: &mut Vec<Tag>) {
        tags.reserve(numbers.len());
        (self.backend).hash_numbers(&self.midstates, numbers, |tag| tags.push(Tag(tag)));
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
        Tagger {
            midstates,
            backend: Backend::best(),
        }
    }
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::*;
    use sha2::Sha256;

    use super::{message::Message, *};
    use crate::phone::Region;

    fn plain(key: &[u8], message: &[u8]) -> u64 {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(message);
        u64::from_be_bytes(*mac.finalize().into_bytes().first_chunk().unwrap())
    }

    /// Any bytes that fit a message as every backend hashes them.
    fn hashed(key: &[u8], texts: &[&[u8]]) -> Vec<Vec<u64>> {
        let midstates = Tagger::keyed(key).midstates;
        let hashed = |backend: Backend| {
            let mut tags = Vec::new();
            let messages = texts.iter().map(|text| Message::of_text(text));
            backend.hash(&midstates, messages, |tag| tags.push(tag));
            tags
        };
        Backend::available().map(hashed).collect()
    }

    #[test]
    fn every_backend_agrees_with_rfc_4231() {
        // Test case 1: the one whose data is as short as a number. Case 2 shows that the comparison
        // itself is right.
        for tags in hashed(&[0x0b; 20], &[&b"Hi There"[..]; 21]) {
            assert_eq!(tags, [0xb034_4c61_d8db_3853; 21]);
        }
        let text = b"what do ya want for nothing?";
        assert_eq!(plain(b"Jefe", text), 0x5bdc_c146_bf60_754e);
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

    proptest! {
        #[test]
        fn every_backend_agrees_with_plain_hmac(key: [u8; 32], texts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..=20), 0..50)) {
            let texts: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
            let expected: Vec<u64> = texts.iter().map(|text| plain(&key, text)).collect();
            for tags in hashed(&key, &texts) {
                prop_assert_eq!(&tags, &expected);
            }
        }

        #[test]
        fn numbers_are_tagged_as_their_text(key: [u8; 32], digits in prop::collection::vec((any::<u64>(), 0..64u32), 0..80), longest in 1..=64u32) {
            // Of any length; most runs have none that is too long for the lanes.
            let digits: Vec<u64> = digits.iter().map(|(digits, shift)| (digits >> shift).checked_shr(64 - longest).unwrap_or(0)).collect();
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
