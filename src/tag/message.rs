//! The digits of a number as the words of a SHA-256 message: digits, the mark that ends them, and
//! zeros.

use crate::phone::Number;

/// Words that differ from number to number; those up to the length are zero. The digits of any
/// `u64` and the mark fit.
pub(super) const WORDS: usize = 6;
/// Bytes of the pad of the key, which comes before the digits.
const PAD: u32 = 64;

/// The one block that ends the inner hash of a number.
#[derive(Clone, Copy)]
pub(super) struct Message {
    /// Digits in ASCII and the mark, big-endian.
    pub(super) words: [u32; WORDS],
    /// The last word of the block: bits of pad and digits.
    pub(super) bits: u32,
}

impl Message {
    pub(super) fn of(number: Number) -> Message {
        Message::of_digits(number.digits_in_full())
    }

    /// Any text of up to 20 bytes, for tests of what hashes messages.
    #[cfg(test)]
    pub(super) fn of_text(text: &[u8]) -> Message {
        let mut bytes = [0; 4 * WORDS];
        bytes[..text.len()].copy_from_slice(text);
        bytes[text.len()] = 0x80;
        let mut message = Message {
            words: [0; WORDS],
            bits: bits(u32::try_from(text.len()).unwrap()),
        };
        for (word, bytes) in message.words.iter_mut().zip(bytes.as_chunks::<4>().0) {
            *word = u32::from_be_bytes(*bytes);
        }
        message
    }

    #[inline]
    fn of_digits(number: u64) -> Message {
        let (high, low) = (number / 100_000_000, number % 100_000_000);
        let (top, high) = (high / 100_000_000, high % 100_000_000);
        if top > 0 {
            return Message::of_long(top, high, low);
        }
        let digits = (u128::from(eight_digits(high)) << 64) | u128::from(eight_digits(low));
        // Leading zeros go, but the last digit stays.
        let zeros = (digits.leading_zeros() / 8).min(15);
        let text = (digits | ASCII) << (8 * zeros);
        let (text, after) = match zeros {
            0 => (text, MARK),
            _ => (text | (0x80 << (8 * (zeros - 1))), 0),
        };
        let [first, second, third, fourth] = words(text);
        Message {
            words: [first, second, third, fourth, after, 0],
            bits: bits(16 - zeros),
        }
    }

    /// Numbers of more than 16 digits, which are rare.
    #[cold]
    fn of_long(top: u64, high: u64, low: u64) -> Message {
        let zeros = eight_digits(top).leading_zeros() / 8;
        let mut text = [0; 4 * WORDS + 8];
        for (eight, digits) in text.chunks_exact_mut(8).zip([top, high, low]) {
            eight.copy_from_slice(&(eight_digits(digits) | ASCII_EIGHT).to_be_bytes());
        }
        text[24] = 0x80;
        let mut message = Message {
            words: [0; WORDS],
            bits: bits(24 - zeros),
        };
        let text = text[zeros as usize..].as_chunks::<4>().0;
        for (word, bytes) in message.words.iter_mut().zip(text) {
            *word = u32::from_be_bytes(*bytes);
        }
        message
    }
}

const ASCII_EIGHT: u64 = u64::from_be_bytes([b'0'; 8]);
const ASCII: u128 = u128::from_be_bytes([b'0'; 16]);
/// FIPS 180-4, 5.1.1: a one bit ends the message.
const MARK: u32 = 0x8000_0000;

fn bits(digits: u32) -> u32 {
    8 * (PAD + digits)
}

fn words(text: u128) -> [u32; 4] {
    let bytes = text.to_be_bytes();
    let words = bytes.as_chunks::<4>().0;
    std::array::from_fn(|place| u32::from_be_bytes(words[place]))
}

/// The decimal digits of a number below 10^8, one a byte, the first in the highest: each step
/// divides all parts at once.
#[inline]
fn eight_digits(number: u64) -> u64 {
    debug_assert!(number < 100_000_000);
    let fours = (number / 10_000) | ((number % 10_000) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x7f_0000_007f;
    let twos = hundreds | ((fours - hundreds * 100) << 16);
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    (tens | ((twos - tens * 10) << 8)).swap_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The block, put together byte by byte.
    fn plain(number: u64) -> ([u32; WORDS], u32) {
        let message = Message::of_text(number.to_string().as_bytes());
        (message.words, message.bits)
    }

    fn swift(number: u64) -> ([u32; WORDS], u32) {
        let message = Message::of_digits(number);
        (message.words, message.bits)
    }

    #[test]
    fn digits_are_those_of_the_number_at_every_length() {
        for power in 0..19 {
            let number = 10_u64.pow(power);
            for number in [number, number - 1, number + 9, number / 2 * 3] {
                assert_eq!(swift(number), plain(number), "{number}");
            }
        }
        assert_eq!(swift(u64::MAX), plain(u64::MAX));
    }

    proptest! {
        #[test]
        fn digits_are_those_of_any_number(number: u64, shift in 0..64u32) {
            prop_assert_eq!(swift(number >> shift), plain(number >> shift));
        }
    }
}
