//! HMAC-SHA-256 of many short messages at once: the only unsafe code of this crate.
//!
//! Each backend takes the midstates of a key and messages of one block, and gives the first 64 bits
//! of each keyed hash: two compressions (FIPS 180-4, 6.2.2; RFC 2104). The words of the inner
//! digest are the words of the outer message, so no bytes are swapped in between. The portable
//! backend is the `sha2` crate; the others are tested to agree with it.

#![allow(
    unsafe_code,
    reason = "vector instructions: a measured fourfold gain over the portable backend"
)]
#![allow(
    clippy::many_single_char_names,
    reason = "the eight working variables of FIPS 180-4"
)]

use sha2::block_api::compress256;

use super::message::{Message, WORDS};
use crate::phone::Number;

/// A state of SHA-256.
pub(super) type State = [u32; 8];

/// A way to compute the hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backend {
    /// 16 messages at a time, one in each 32-bit lane.
    #[cfg(target_arch = "x86_64")]
    Avx512(x86::Avx512),
    /// 4 messages at a time, interleaved, with the instructions for SHA.
    #[cfg(target_arch = "x86_64")]
    ShaNi(x86::ShaNi),
    /// One after the other.
    Portable,
}

impl Backend {
    /// Those that this processor has, the fastest first.
    pub(super) fn available() -> impl Iterator<Item = Backend> {
        #[cfg(target_arch = "x86_64")]
        let special = [
            x86::Avx512::detect().map(Backend::Avx512),
            x86::ShaNi::detect().map(Backend::ShaNi),
        ];
        #[cfg(not(target_arch = "x86_64"))]
        let special = [None];
        special.into_iter().flatten().chain([Backend::Portable])
    }

    pub(super) fn best() -> Backend {
        Backend::available().next().unwrap_or(Backend::Portable)
    }

    /// Calls `give` with the first 64 bits of the keyed hash of the decimal digits of each number,
    /// in order.
    pub(super) fn hash_numbers(
        self,
        midstates: &[State; 2],
        numbers: &[Number],
        mut give: impl FnMut(u64),
    ) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Backend::Avx512(avx512) => {
                let (sixteens, rest) = numbers.as_chunks::<16>();
                for sixteen in sixteens {
                    let digits = sixteen.map(Number::digits_in_full);
                    if digits.iter().all(|&digits| digits <= x86::Avx512::LARGEST) {
                        let hashed = avx512.hash_numbers(midstates, &digits);
                        hashed.into_iter().for_each(&mut give);
                    } else {
                        let messages = sixteen.iter().map(|number| Message::of(*number));
                        self.hash(midstates, messages, &mut give);
                    }
                }
                let messages = rest.iter().map(|number| Message::of(*number));
                self.hash(midstates, messages, give);
            }
            _ => {
                let messages = numbers.iter().map(|number| Message::of(*number));
                self.hash(midstates, messages, give);
            }
        }
    }

    /// Calls `give` with the first 64 bits of the keyed hash of each message, in order.
    pub(super) fn hash(
        self,
        midstates: &[State; 2],
        messages: impl Iterator<Item = Message>,
        mut give: impl FnMut(u64),
    ) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Backend::Avx512(avx512) => {
                in_lanes(messages, |lanes| avx512.hash(midstates, lanes), give);
            }
            #[cfg(target_arch = "x86_64")]
            Backend::ShaNi(sha_ni) => {
                in_lanes(messages, |lanes| sha_ni.hash(midstates, lanes), give);
            }
            Backend::Portable => messages.for_each(|message| give(one(midstates, &message))),
        }
    }
}

/// Messages side by side: their first words, their second words, and so on.
struct Lanes<const LANES: usize> {
    words: [[u32; LANES]; WORDS],
    bits: [u32; LANES],
}

impl<const LANES: usize> Lanes<LANES> {
    /// The message of one lane.
    fn message(&self, lane: usize) -> Message {
        Message {
            words: self.words.map(|words| words[lane]),
            bits: self.bits[lane],
        }
    }
}

/// Fills all lanes with messages, hashes them, and passes on the hashes of the messages.
#[cfg(target_arch = "x86_64")]
#[inline]
fn in_lanes<const LANES: usize>(
    mut messages: impl Iterator<Item = Message>,
    hash: impl Fn(&Lanes<LANES>) -> [u64; LANES],
    mut give: impl FnMut(u64),
) {
    let mut lanes = Lanes {
        words: [[0; LANES]; WORDS],
        bits: [0; LANES],
    };
    loop {
        let mut filled = 0;
        for message in messages.by_ref().take(LANES) {
            for (lane, word) in lanes.words.iter_mut().zip(message.words) {
                lane[filled] = word;
            }
            lanes.bits[filled] = message.bits;
            filled += 1;
        }
        if filled > 0 {
            hash(&lanes).into_iter().take(filled).for_each(&mut give);
        }
        if filled < LANES {
            return;
        }
    }
}

fn one(midstates: &[State; 2], message: &Message) -> u64 {
    let [mut inner, mut outer] = *midstates;
    compress256(&mut inner, &[block(&message.words, message.bits)]);
    compress256(&mut outer, &[block_of_digest(&inner)]);
    u64::from(outer[0]) << 32 | u64::from(outer[1])
}

/// Bits of a pad block and a digest.
const OUTER_BITS: u32 = 8 * (64 + 32);
/// FIPS 180-4, 5.1.1: a one bit ends the message.
const MARK: u32 = 0x8000_0000;

fn block_of_digest(digest: &State) -> [u8; 64] {
    let mut words = [0; 9];
    words[..8].copy_from_slice(digest);
    words[8] = MARK;
    block(&words, OUTER_BITS)
}

/// A last block: its first words, zeros, and the length in bits.
fn block(words: &[u32], bits: u32) -> [u8; 64] {
    let mut block = [0; 64];
    for (bytes, word) in block.chunks_exact_mut(4).zip(words) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    block[60..].copy_from_slice(&bits.to_be_bytes());
    block
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        __m128i, __m512i, _mm_add_epi32, _mm_alignr_epi8, _mm_loadu_si128, _mm_sha256msg1_epu32,
        _mm_sha256msg2_epu32, _mm_sha256rnds2_epu32, _mm_shuffle_epi32, _mm_storeu_si128,
        _mm512_add_epi32, _mm512_and_si512, _mm512_cmpeq_epi32_mask, _mm512_loadu_si512,
        _mm512_lzcnt_epi32, _mm512_mask_add_epi32, _mm512_mask_blend_epi32, _mm512_min_epu32,
        _mm512_mul_epu32, _mm512_mullo_epi32, _mm512_or_si512, _mm512_ror_epi32, _mm512_set1_epi32,
        _mm512_setzero_si512, _mm512_slli_epi32, _mm512_sllv_epi32, _mm512_srli_epi32,
        _mm512_srli_epi64, _mm512_srlv_epi32, _mm512_storeu_si512, _mm512_sub_epi32,
        _mm512_ternarylogic_epi32, _mm512_test_epi32_mask,
    };

    use super::{Lanes, MARK, OUTER_BITS, State, one};

    /// FIPS 180-4, 4.2.2.
    #[rustfmt::skip]
    const ROUNDS: [u32; 64] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ];

    /// Proof that the processor has AVX-512 (F and CD).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(in crate::tag) struct Avx512(());

    /// Proof that the processor has the SHA extensions, SSSE3 and SSE4.1.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(in crate::tag) struct ShaNi(());

    #[expect(
        clippy::unused_self,
        reason = "having one is the proof that the processor can"
    )]
    impl Avx512 {
        pub(super) fn detect() -> Option<Avx512> {
            let found = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512cd");
            found.then_some(Avx512(()))
        }

        /// The largest number whose digits and mark fit four words.
        pub(super) const LARGEST: u64 = 999_999_999_999_999;

        /// The keyed hashes of the digits of numbers up to [`Avx512::LARGEST`].
        pub(super) fn hash_numbers(self, midstates: &[State; 2], numbers: &[u64; 16]) -> [u64; 16] {
            let half = |number: u64| u32::try_from(number).expect("eight digits");
            let high = numbers.map(|number| half(number / 100_000_000));
            let low = numbers.map(|number| half(number % 100_000_000));
            // SAFETY: `self` was made by `detect`, so the processor has avx512f and avx512cd.
            unsafe { hash_numbers_16(midstates, &high, &low) }
        }

        pub(super) fn hash(self, midstates: &[State; 2], lanes: &Lanes<16>) -> [u64; 16] {
            let [words @ .., _, _] = &lanes.words;
            if lanes.words[words.len()..]
                .as_flattened()
                .iter()
                .any(|&word| word != 0)
            {
                return std::array::from_fn(|lane| one(midstates, &lanes.message(lane)));
            }
            // SAFETY: `self` was made by `detect`, so the processor has avx512f and avx512cd.
            unsafe { hash_16(midstates, words, &lanes.bits) }
        }
    }

    #[expect(
        clippy::unused_self,
        reason = "having one is the proof that the processor can"
    )]
    impl ShaNi {
        pub(super) fn detect() -> Option<ShaNi> {
            let found = is_x86_feature_detected!("sha")
                && is_x86_feature_detected!("ssse3")
                && is_x86_feature_detected!("sse4.1");
            found.then_some(ShaNi(()))
        }

        pub(super) fn hash(self, midstates: &[State; 2], lanes: &Lanes<4>) -> [u64; 4] {
            // SAFETY: `self` was made by `detect`, so the processor has sha, ssse3 and sse4.1.
            unsafe { hash_4(midstates, lanes) }
        }
    }

    #[target_feature(enable = "avx512f")]
    fn hash_16(midstates: &[State; 2], words: &[[u32; 16]; 4], bits: &[u32; 16]) -> [u64; 16] {
        let words = words.each_ref().map(|lane| load_16(lane));
        keyed_16(midstates, words, load_16(bits))
    }

    /// Numbers in two halves of eight digits.
    #[target_feature(enable = "avx512f,avx512cd")]
    fn hash_numbers_16(midstates: &[State; 2], high: &[u32; 16], low: &[u32; 16]) -> [u64; 16] {
        let [first, second] = eight_digits_16(load_16(high));
        let [third, fourth] = eight_digits_16(load_16(low));
        let (words, digits) = without_leading_zeros_16([first, second, third, fourth]);
        let bits = _mm512_slli_epi32::<3>(add(digits, splat(64)));
        keyed_16(midstates, words, bits)
    }

    /// Numbers below 10^8 as two words of four digits, one a byte, the first in the highest. Each
    /// step divides all parts at once, as `eight_digits` of the messages does.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn eight_digits_16(numbers: __m512i) -> [__m512i; 2] {
        // 3 518 437 209 is 2^45 / 10^4, rounded up.
        let reciprocal = splat(3_518_437_209);
        let even = _mm512_srli_epi64::<45>(_mm512_mul_epu32(numbers, reciprocal));
        let odd = _mm512_mul_epu32(_mm512_srli_epi64::<32>(numbers), reciprocal);
        let odd = _mm512_srli_epi64::<13>(odd);
        let high = _mm512_mask_blend_epi32(0xaaaa, even, odd);
        let low = _mm512_sub_epi32(numbers, _mm512_mullo_epi32(high, splat(10_000)));
        [four_digits_16(high), four_digits_16(low)]
    }

    /// Numbers below 10^4 as a word of four digits.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn four_digits_16(numbers: __m512i) -> __m512i {
        let hundreds = _mm512_srli_epi32::<19>(_mm512_mullo_epi32(numbers, splat(5243)));
        let rest = _mm512_sub_epi32(numbers, _mm512_mullo_epi32(hundreds, splat(100)));
        let twos = _mm512_or_si512(_mm512_slli_epi32::<16>(hundreds), rest);
        let tens = _mm512_srli_epi32::<10>(_mm512_mullo_epi32(twos, splat(103)));
        let tens = _mm512_and_si512(tens, splat(0x000f_000f));
        let ones = _mm512_sub_epi32(twos, _mm512_mullo_epi32(tens, splat(10)));
        _mm512_or_si512(_mm512_slli_epi32::<8>(tens), ones)
    }

    /// Sixteen digits as ASCII from the first that is not zero on, with the mark behind them; and
    /// how many they are. The first is zero: the mark takes its place.
    #[inline]
    #[target_feature(enable = "avx512f,avx512cd")]
    fn without_leading_zeros_16(digits: [__m512i; 4]) -> ([__m512i; 4], __m512i) {
        let zero_bytes = digits.map(|word| _mm512_srli_epi32::<3>(_mm512_lzcnt_epi32(word)));
        let mut zeros = zero_bytes[0];
        let mut all_zero = u16::MAX;
        for place in 1..4 {
            all_zero &= _mm512_cmpeq_epi32_mask(digits[place - 1], splat(0));
            zeros = _mm512_mask_add_epi32(zeros, all_zero, zeros, zero_bytes[place]);
        }
        let zeros = _mm512_min_epu32(zeros, splat(15));
        let ascii = digits.map(|word| _mm512_or_si512(word, splat(0x3030_3030)));
        let mut words = [
            ascii[0],
            ascii[1],
            ascii[2],
            ascii[3],
            splat(MARK),
            splat(0),
            splat(0),
        ];
        let two_words = _mm512_test_epi32_mask(zeros, splat(8));
        for place in 0..5 {
            words[place] = _mm512_mask_blend_epi32(two_words, words[place], words[place + 2]);
        }
        let one_word = _mm512_test_epi32_mask(zeros, splat(4));
        for place in 0..5 {
            words[place] = _mm512_mask_blend_epi32(one_word, words[place], words[place + 1]);
        }
        let left = _mm512_slli_epi32::<3>(_mm512_and_si512(zeros, splat(3)));
        // Where nothing moves, the shift to the right is by all 32 bits, which leaves none.
        let right = _mm512_sub_epi32(splat(32), left);
        let shifted = std::array::from_fn(|place| {
            let (word, next) = (words[place], words[place + 1]);
            _mm512_or_si512(
                _mm512_sllv_epi32(word, left),
                _mm512_srlv_epi32(next, right),
            )
        });
        (shifted, _mm512_sub_epi32(splat(16), zeros))
    }

    /// The first 64 bits of the keyed hash of a message of these words, zeros, and the length.
    #[target_feature(enable = "avx512f")]
    fn keyed_16(midstates: &[State; 2], words: [__m512i; 4], bits: __m512i) -> [u64; 16] {
        let [inner, outer] = midstates.map(|state| state.map(|word| splat(word)));
        let digest = compress_16(inner, words, bits);
        let [a, b, c, d, e, f, g, h] = digest;
        let words = [a, b, c, d, e, f, g, h, splat(MARK)];
        let digest = compress_16(outer, words, splat(OUTER_BITS));
        let (high, low) = (store_16(digest[0]), store_16(digest[1]));
        std::array::from_fn(|lane| u64::from(high[lane]) << 32 | u64::from(low[lane]))
    }

    /// FIPS 180-4, 6.2.2, in each lane: the words of the block are these, zeros, and the length.
    #[inline]
    #[target_feature(enable = "avx512f")]
    #[expect(
        clippy::large_types_passed_by_value,
        reason = "it is inlined, and they are in registers"
    )]
    fn compress_16<const WORDS: usize>(
        state: [__m512i; 8],
        first_words: [__m512i; WORDS],
        bits: __m512i,
    ) -> [__m512i; 8] {
        let mut words = [_mm512_setzero_si512(); 16];
        words[..WORDS].copy_from_slice(&first_words);
        words[15] = bits;
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        // Unrolled, so that the words stay in registers and zero words cost nothing.
        macro_rules! round {
            ($start:literal, $t:literal) => {
                if $start > 0 {
                    words[$t] = add(
                        add(words[$t], small_sigma_0(words[($t + 1) % 16])),
                        add(words[($t + 9) % 16], small_sigma_1(words[($t + 14) % 16])),
                    );
                }
                // 0xca: the bits of f where e has one, else those of g. 0xe8: what two of three
                // have.
                let choice = _mm512_ternarylogic_epi32::<0xca>(e, f, g);
                let majority = _mm512_ternarylogic_epi32::<0xe8>(a, b, c);
                let constant = add(words[$t], splat(ROUNDS[$start + $t]));
                let first = add(add(h, constant), add(big_sigma_1(e), choice));
                let second = add(big_sigma_0(a), majority);
                (h, g, f, e) = (g, f, e, add(d, first));
                (d, c, b, a) = (c, b, a, add(first, second));
            };
        }
        macro_rules! sixteen_rounds {
            ($start:literal) => {
                round!($start, 0);
                round!($start, 1);
                round!($start, 2);
                round!($start, 3);
                round!($start, 4);
                round!($start, 5);
                round!($start, 6);
                round!($start, 7);
                round!($start, 8);
                round!($start, 9);
                round!($start, 10);
                round!($start, 11);
                round!($start, 12);
                round!($start, 13);
                round!($start, 14);
                round!($start, 15);
            };
        }
        sixteen_rounds!(0);
        sixteen_rounds!(16);
        sixteen_rounds!(32);
        sixteen_rounds!(48);
        let mut sums = [a, b, c, d, e, f, g, h];
        for (sum, before) in sums.iter_mut().zip(state) {
            *sum = add(*sum, before);
        }
        sums
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn add(a: __m512i, b: __m512i) -> __m512i {
        _mm512_add_epi32(a, b)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn splat(word: u32) -> __m512i {
        _mm512_set1_epi32(word.cast_signed())
    }

    /// 0x96: exclusive or of all three.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn xor(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
        _mm512_ternarylogic_epi32::<0x96>(a, b, c)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn big_sigma_0(x: __m512i) -> __m512i {
        xor(
            _mm512_ror_epi32::<2>(x),
            _mm512_ror_epi32::<13>(x),
            _mm512_ror_epi32::<22>(x),
        )
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn big_sigma_1(x: __m512i) -> __m512i {
        xor(
            _mm512_ror_epi32::<6>(x),
            _mm512_ror_epi32::<11>(x),
            _mm512_ror_epi32::<25>(x),
        )
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn small_sigma_0(x: __m512i) -> __m512i {
        xor(
            _mm512_ror_epi32::<7>(x),
            _mm512_ror_epi32::<18>(x),
            _mm512_srli_epi32::<3>(x),
        )
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn small_sigma_1(x: __m512i) -> __m512i {
        xor(
            _mm512_ror_epi32::<17>(x),
            _mm512_ror_epi32::<19>(x),
            _mm512_srli_epi32::<10>(x),
        )
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn load_16(words: &[u32; 16]) -> __m512i {
        // SAFETY: 64 bytes are read from an array of 64 bytes; no alignment is needed.
        unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn store_16(vector: __m512i) -> [u32; 16] {
        let mut words = [0; 16];
        // SAFETY: 64 bytes are written to an array of 64 bytes; no alignment is needed.
        unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), vector) }
        words
    }

    /// The state as the instructions want it: a, b, e, f and c, d, g, h, the first in the highest
    /// lane.
    type Halves = [__m128i; 2];

    #[target_feature(enable = "sha,ssse3,sse4.1")]
    fn hash_4(midstates: &[State; 2], lanes: &Lanes<4>) -> [u64; 4] {
        let [inner, outer] = midstates
            .map(|[a, b, c, d, e, f, g, h]| [load_4(&[f, e, b, a]), load_4(&[h, g, d, c])]);
        let messages = std::array::from_fn(|lane| {
            let word = |place: usize| lanes.words[place][lane];
            [
                load_4(&[word(0), word(1), word(2), word(3)]),
                load_4(&[word(4), word(5), 0, 0]),
                load_4(&[0; 4]),
                load_4(&[0, 0, 0, lanes.bits[lane]]),
            ]
        });
        let messages = compress_4(inner, messages).map(|halves| {
            let [a, b, c, d, e, f, g, h] = unpack(halves);
            [
                load_4(&[a, b, c, d]),
                load_4(&[e, f, g, h]),
                load_4(&[MARK, 0, 0, 0]),
                load_4(&[0, 0, 0, OUTER_BITS]),
            ]
        });
        compress_4(outer, messages).map(|halves| {
            let [a, b, ..] = unpack(halves);
            u64::from(a) << 32 | u64::from(b)
        })
    }

    #[inline]
    #[target_feature(enable = "sha,ssse3,sse4.1")]
    fn unpack(halves: Halves) -> State {
        let [[f, e, b, a], [h, g, d, c]] = halves.map(|half| store_4(half));
        [a, b, c, d, e, f, g, h]
    }

    /// Four messages from one state; what one waits for, another fills.
    #[inline]
    #[target_feature(enable = "sha,ssse3,sse4.1")]
    fn compress_4(state: Halves, mut messages: [[__m128i; 4]; 4]) -> [Halves; 4] {
        let mut halves = [state; 4];
        for (four, constants) in ROUNDS.as_chunks::<4>().0.iter().enumerate() {
            let constants = load_4(constants);
            for ([abef, cdgh], words) in halves.iter_mut().zip(&mut messages) {
                let [first, second, third, fourth] = *words;
                let sum = _mm_add_epi32(first, constants);
                *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, sum);
                *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32::<0x0e>(sum));
                // The words of four rounds make room for those of the four that come sixteen later.
                if four < 12 {
                    let next = _mm_add_epi32(
                        _mm_sha256msg1_epu32(first, second),
                        _mm_alignr_epi8::<4>(fourth, third),
                    );
                    *words = [second, third, fourth, _mm_sha256msg2_epu32(next, fourth)];
                } else {
                    *words = [second, third, fourth, first];
                }
            }
        }
        for [abef, cdgh] in &mut halves {
            *abef = _mm_add_epi32(*abef, state[0]);
            *cdgh = _mm_add_epi32(*cdgh, state[1]);
        }
        halves
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn load_4(words: &[u32; 4]) -> __m128i {
        // SAFETY: 16 bytes are read from an array of 16 bytes; no alignment is needed.
        unsafe { _mm_loadu_si128(words.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn store_4(vector: __m128i) -> [u32; 4] {
        let mut words = [0; 4];
        // SAFETY: 16 bytes are written to an array of 16 bytes; no alignment is needed.
        unsafe { _mm_storeu_si128(words.as_mut_ptr().cast(), vector) }
        words
    }
}
