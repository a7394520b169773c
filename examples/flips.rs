//! Flips single bits of a large index, one at a time, and looks numbers up: each answer is right or
//! an error, and never wrong.
//!
//! ```text
//! cargo run --release --example flips -- --numbers 50000000 --flips 100000
//! ```
//!
//! The index is of tags that look random and are the same in every run. After each flip it is
//! opened with the key. Then tags around the flipped bit are looked up, tags anywhere, and as many
//! that are not in the index.

use std::convert::Infallible;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use clap::Parser;
use leakline::index::{Index, SourceMeta, WriteLock};
use leakline::key::Key;
use leakline::phone::Region;
use leakline::tag::Tag;

#[derive(Parser)]
struct Args {
    /// Tags in the index.
    #[arg(long, default_value_t = 50_000_000)]
    numbers: u64,
    /// Bits to flip.
    #[arg(long, default_value_t = 100_000)]
    flips: u64,
    /// The folder of the index; a temporary one if it is left out.
    #[arg(long)]
    folder: Option<PathBuf>,
}

/// Countries share the tags as 3, 2 and 1 sixths.
const COUNTRIES: [(&str, u64); 3] = [("EG", 3), ("IT", 2), ("US", 1)];
/// Queries of each kind after a flip.
const QUERIES: usize = 32;

/// What came of the flips.
#[derive(Default)]
struct Counts {
    not_opened: u64,
    refused: u64,
    right: u64,
}

/// The tags of a country, ascending.
struct Country {
    region: Region,
    tags: Vec<Tag>,
}

fn main() {
    let args = Args::parse();
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let folder = args
        .folder
        .unwrap_or_else(|| temporary.path().join("index"));
    let key = Key::generate().expect("random bytes");
    let countries = make_index(&folder, &key, args.numbers);
    let segment = folder.join("big.1.segment");
    let counts = flip(&folder, &segment, &key, &countries, args.flips);
    let Counts {
        not_opened,
        refused,
        right,
    } = counts;
    let line = format!(
        "{} flips in {} numbers: {not_opened} noticed at opening, {refused} look-ups refused, {right} answers right, 0 wrong\n",
        args.flips, args.numbers
    );
    std::io::stdout()
        .write_all(line.as_bytes())
        .expect("stdout");
}

/// The `n`th number of a sequence without a pattern (the finaliser of `SplitMix64`).
fn scattered(n: u64) -> u64 {
    let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn make_index(folder: &Path, key: &Key, numbers: u64) -> Vec<Country> {
    let lock = WriteLock::try_take(folder).expect("a folder of its own");
    let mut change = lock.change(key, None).expect("no index yet");
    let at = "2026-01-02T03:04:05Z".to_owned();
    let meta = SourceMeta::new("big".parse().expect("a name"), at);
    let mut writer = change.begin(&meta).expect("a new file");
    let (mut countries, mut next) = (Vec::new(), 0);
    for (code, sixths) in COUNTRIES {
        let region = Region::from_code(code).expect("a country");
        let count = (numbers * sixths / 6).max(1);
        let mut tags: Vec<Tag> = (next..next + count).map(|n| Tag(scattered(n))).collect();
        next += count;
        tags.sort_unstable();
        let stream = tags.iter().map(|tag| Ok::<_, Infallible>(*tag));
        writer
            .section(region, count, stream)
            .expect("ascending tags");
        countries.push(Country { region, tags });
    }
    change.put(writer).expect("a whole segment");
    change.commit().expect("a commit");
    countries
}

fn flip(folder: &Path, segment: &Path, key: &Key, countries: &[Country], flips: u64) -> Counts {
    let file = File::options().read(true).write(true).open(segment);
    let mut file = file.expect("the segment");
    let length = file.metadata().expect("the segment").len();
    let mut counts = Counts::default();
    for turn in 0..flips {
        let random = |salt: u64| scattered(turn.wrapping_mul(1000) ^ salt << 40);
        let offset = random(1) % length;
        let bit = 1 << (random(2) % 8);
        let byte = byte_at(&mut file, offset);
        put_byte(&mut file, offset, byte ^ bit);
        match Index::open(folder, Some(key)) {
            Err(_) => counts.not_opened += 1,
            Ok(index) => {
                let near = nearest_tag(countries, offset as f64 / length as f64);
                ask(&index, countries, near, &random, &mut counts);
            }
        }
        put_byte(&mut file, offset, byte);
    }
    counts
}

/// The country and the index of a tag about that part of the way through the file.
fn nearest_tag(countries: &[Country], part: f64) -> (usize, usize) {
    // A tag takes fewer bits where there are more of them.
    let bits = |country: &Country| {
        let count = country.tags.len() as f64;
        count * (66.44 - count.log2())
    };
    let mut left = part * countries.iter().map(bits).sum::<f64>();
    for (index, country) in countries.iter().enumerate() {
        if left < bits(country) || index + 1 == countries.len() {
            let tag = left / bits(country) * country.tags.len() as f64;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "an index"
            )]
            return (index, (tag as usize).min(country.tags.len() - 1));
        }
        left -= bits(country);
    }
    (0, 0)
}

/// Looks tags up in each country; panics at a wrong answer.
fn ask(
    index: &Index,
    countries: &[Country],
    near: (usize, usize),
    random: &impl Fn(u64) -> u64,
    counts: &mut Counts,
) {
    for (index_of_country, Country { region, tags }) in countries.iter().enumerate() {
        let mut queries = Vec::new();
        if index_of_country == near.0 {
            let around = near.1.saturating_sub(8000)..(near.1 + 8000).min(tags.len());
            queries.extend(tags[around].iter().step_by(128));
        }
        for salt in 10..10 + QUERIES as u64 {
            queries.push(tags[usize::try_from(random(salt)).unwrap_or(0) % tags.len()]);
            queries.push(Tag(random(1000 + salt)));
        }
        let mut found = Vec::new();
        match index.segments()[0].lookup(*region, &queries, &mut found) {
            Err(_) => counts.refused += 1,
            Ok(()) => {
                for (tag, found) in queries.iter().zip(&found) {
                    let is_there = tags.binary_search(tag).is_ok();
                    assert_eq!(*found, is_there, "a wrong answer");
                    counts.right += 1;
                }
            }
        }
    }
}

fn byte_at(file: &mut File, offset: u64) -> u8 {
    let mut byte = [0];
    file.seek(SeekFrom::Start(offset))
        .expect("an offset within");
    file.read_exact(&mut byte).expect("a byte");
    byte[0]
}

fn put_byte(file: &mut File, offset: u64, byte: u8) {
    file.seek(SeekFrom::Start(offset))
        .expect("an offset within");
    file.write_all(&[byte]).expect("room for a byte");
}

#[test]
fn no_flip_gives_a_wrong_answer() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key = Key::generate().expect("random bytes");
    let folder = folder.path().join("index");
    let countries = make_index(&folder, &key, 60_000);
    let segment = folder.join("big.1.segment");
    let counts = flip(&folder, &segment, &key, &countries, 60);
    // Most flips hit a block that some query needs.
    assert!(counts.not_opened + counts.refused > 30);
    assert!(counts.right > 0);
}
