//! The index on one core: sorting and coding tags, merging two segments, and looking tags up, one
//! by one and in batches.
//!
//! `cargo bench --bench index` takes 10 million tags of one country in a temporary folder. Without
//! `--bench`, as `cargo test --all-targets` runs it, it takes few.

use std::error::Error;
use std::hint::black_box;
use std::io::{self, Write as _};
use std::num::NonZeroUsize;
use std::time::Instant;

use leakline::index::{
    NewFile, Segment, SegmentWriter, Sorter, SourceMerge, SourceMeta, Spill, TagUnion, Tombstones,
    WriteError, WriteLock,
};
use leakline::key::Key;
use leakline::phone::Region;
use leakline::tag::Tag;

/// Enough that nothing is spilled.
const MEMORY: usize = 1 << 30;

fn main() -> Result<(), Box<dyn Error>> {
    let count: u64 = if std::env::args().any(|argument| argument == "--bench") {
        10_000_000
    } else {
        100_000
    };
    let folder = tempfile::tempdir()?;
    let lock = WriteLock::try_take(folder.path())?;
    let key = Key::generate()?;
    let country = Region::from_code("EG").ok_or("Egypt has a code")?;
    let tags: Vec<Tag> = (0..count).map(scattered).collect();
    let mut out = io::stdout().lock();
    let mut say = |what: &str, rate: f64, unit: &str| writeln!(out, "{what:28} {rate:8.1} {unit}");

    let (sorted, seconds) = timed(|| {
        let sorter = Sorter::new(MEMORY, 1, Spill::Unnamed(folder.path().to_owned()));
        let mut handle = sorter.handle();
        for some in tags.chunks(64 << 10) {
            handle.push(country, some)?;
        }
        let sorted = sorter.finish(vec![handle])?;
        let tags = sorted.region(country).collect::<Result<Vec<Tag>, _>>()?;
        Ok::<_, WriteError>(tags)
    });
    let sorted = sorted?;
    assert_eq!(sorted.len() as u64, count, "no two are equal");
    say("sort", millions(count, seconds), "M tags/s")?;

    let (segment, seconds) = timed(|| {
        store(&lock, &key, "whole", |writer| {
            let tags = sorted.iter().map(|tag| Ok::<_, WriteError>(*tag));
            writer.section(country, count, tags).map(drop)
        })
    });
    let segment = segment?;
    say("encode and write", millions(count, seconds), "M tags/s")?;
    let bytes = segment.length() as f64 / count as f64;
    say("size", bytes, "bytes a tag")?;

    let half = |name: &str, turn: usize| {
        store(&lock, &key, name, |writer| {
            let half = sorted.iter().skip(turn).step_by(2);
            let half = half.map(|tag| Ok::<_, WriteError>(*tag));
            writer.section(country, count, half).map(drop)
        })
    };
    let mut halves = SourceMerge::new(half("even", 0)?, Tombstones::default())?;
    halves.add(half("odd", 1)?)?;
    let (joined, seconds) = timed(|| {
        store(&lock, &key, "joined", |writer| {
            let tags = TagUnion::of_merge(&halves, MEMORY / 2);
            writer
                .sections(&tags, NonZeroUsize::MIN, || false)
                .map(drop)
        })
    });
    let joined = joined?;
    assert!(
        joined
            .tags(country)
            .map(Result::ok)
            .eq(sorted.iter().copied().map(Some))
    );
    say("merge two halves", millions(count, seconds), "M tags/s")?;

    // Every second one is there.
    let wanted: Vec<Tag> = (0..count / 10)
        .map(|turn| scattered(scattered(turn).0 % (2 * count)))
        .collect();
    let mut found = Vec::new();
    let few = &wanted[..wanted.len() / 10];
    look_up(&segment, country, &wanted, &mut found)?;
    let (one_by_one, seconds) = timed(|| {
        let mut held = Vec::new();
        for tag in few {
            look_up(&segment, country, std::slice::from_ref(tag), &mut held)?;
            black_box(&held);
        }
        Ok::<_, Box<dyn Error>>(())
    });
    one_by_one?;
    say("look up one, warm", seconds * 1e9 / few.len() as f64, "ns")?;
    let mut ascending = wanted.clone();
    ascending.sort_unstable();
    for (name, wanted) in [("unsorted", &wanted), ("sorted", &ascending)] {
        let (looked_up, seconds) = timed(|| look_up(&segment, country, wanted, &mut found));
        looked_up?;
        let rate = millions(wanted.len() as u64, seconds);
        say(&format!("look up a batch, {name}"), rate, "M/s")?;
    }
    let hits = found.iter().filter(|found| **found).count();
    say(
        "of them found",
        100.0 * hits as f64 / found.len() as f64,
        "%",
    )?;
    Ok(())
}

fn look_up(
    segment: &Segment,
    country: Region,
    tags: &[Tag],
    found: &mut Vec<bool>,
) -> Result<(), Box<dyn Error>> {
    Ok(segment.lookup(country, tags, found)?)
}

/// Writes a source into the index and opens it.
fn store(
    lock: &WriteLock,
    key: &Key,
    source: &str,
    write: impl FnOnce(&mut SegmentWriter<NewFile>) -> Result<(), WriteError>,
) -> Result<Segment, Box<dyn Error>> {
    let at = "2026-01-01T00:00:00Z".to_owned();
    let meta = SourceMeta::new(source.parse()?, at);
    let mut change = lock.change(key, None)?;
    let mut writer = change.begin(&meta)?;
    write(&mut writer)?;
    change.put(writer)?;
    change.commit()?;
    let stored = lock.change(key, None)?.open(&meta.source)?;
    Ok(stored.ok_or("it was committed")?)
}

/// As good as random, and no two equal (the finaliser of `SplitMix64`).
fn scattered(n: u64) -> Tag {
    let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    Tag(z ^ (z >> 31))
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let made = work();
    (made, start.elapsed().as_secs_f64())
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people")]
fn millions(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds / 1e6
}
