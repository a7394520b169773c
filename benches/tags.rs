//! Tags a second on one core: [`Tagger`] beside the `hmac` crate in the same run, which makes the
//! same tags.
//!
//! `cargo bench --bench tags`; without `--bench`, as `cargo test --all-targets` runs it, each takes
//! one round.

use std::hint::black_box;
use std::io::{self, Write as _};
use std::time::Instant;

use hmac::{Hmac, KeyInit, Mac};
use leakline::key::Key;
use leakline::phone::{Accept, CellOutcome, CellReader, DigitOrder, Number, Purpose};
use leakline::tag::{Tag, Tagger};
use sha2::Sha256;

const KEY: [u8; Key::LENGTH] = [7; Key::LENGTH];
/// Numbers at a time, about as many as a batch of rows has.
const BATCH: usize = 64 << 10;

fn main() -> io::Result<()> {
    let rounds = if std::env::args().any(|argument| argument == "--bench") {
        50
    } else {
        1
    };
    let numbers = numbers();
    let key = Key::from_hex(&hex::encode(KEY)).expect("64 hex digits");
    let tagger = Tagger::new(&key);
    let mut tags = Vec::new();
    let swift = rate(rounds, || {
        tags.clear();
        tagger.extend(black_box(&numbers), &mut tags);
        black_box(&tags);
    });
    let mac = Hmac::<Sha256>::new_from_slice(&KEY).expect("HMAC takes keys of any length");
    let mut others = Vec::new();
    let plain = rate(rounds.div_ceil(4), || {
        others.clear();
        others.extend(black_box(&numbers).iter().map(|number| {
            let mut mac = mac.clone();
            mac.update(number.digits_in_full().to_string().as_bytes());
            let digest: [u8; 32] = mac.finalize().into_bytes().into();
            Tag(u64::from_be_bytes(*digest.first_chunk().expect("32 bytes")))
        }));
        black_box(&others);
    });
    assert!(tags == others, "the same tags");
    let mut out = io::stdout().lock();
    writeln!(out, "leakline tagger    {swift:6.1} M tags/s")?;
    writeln!(out, "hmac crate, cloned {plain:6.1} M tags/s")?;
    writeln!(out, "ratio              {:6.1}", swift / plain)
}

/// Numbers reserved for fiction, over and over: what digits they have costs nothing.
fn numbers() -> Vec<Number> {
    let reader = CellReader {
        purpose: Purpose::Load(Accept::Valid),
        order: DigitOrder::InternationalFirst,
    };
    let mut numbers = Vec::new();
    for last in 0..100 {
        let text = format!("+120255501{last:02}");
        reader.cell(text.as_bytes(), None, &mut |outcome| {
            if let CellOutcome::Number(reading) = outcome {
                numbers.push(reading.number);
            }
        });
    }
    numbers.into_iter().cycle().take(BATCH).collect()
}

/// Millions a second in the best of the rounds.
fn rate(rounds: usize, mut round: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..rounds {
        let start = Instant::now();
        round();
        best = best.min(start.elapsed().as_secs_f64());
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let batch = BATCH as f64;
    batch / best / 1e6
}
