//! An index that a fuzzer damages, with every checksum that needs no key made right again.
//!
//! With the key, what is left is an error or answers as it did before. Without the key it may
//! answer anything, and still ends, in bounded memory, without a panic.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use leakline::index::{
    Index, IndexChange, Segment, SourceMeta, Tombstones, WriteError, WriteLock, check_files,
};
use leakline::key::Key;
use leakline::phone::Region;
use leakline::tag::Tag;
use xxhash_rust::xxh3::xxh3_64;

const HEADER: usize = 40;
const TRAILER: usize = 104;
const COUNTRY: usize = 24;
const ROOT: usize = 32;
const FENCE: usize = 28;
const BLOCK_TAGS: u64 = 512;
const CHAPTER_BLOCKS: u64 = 512;
const AT: &str = "2026-01-02T03:04:05Z";

type Files = BTreeMap<String, Vec<u8>>;

/// What an index answers: the tags by source and country, and those that are forgotten.
type Answers = BTreeMap<(String, Region), Vec<Tag>>;

/// The index before it is damaged.
struct Original {
    /// The folder after each commit, oldest first.
    folders: Vec<Files>,
    /// What each of them answers, by index id.
    answers: BTreeMap<String, Answers>,
}

/// Which files of the folder a target damages.
#[derive(Clone, Copy)]
pub enum Scope {
    /// The manifest.
    Manifest,
    /// The tombstones.
    Tombstones,
    /// All, and their names.
    Folder,
}

/// The bytes 0 to 31.
pub fn key() -> Key {
    Key::from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f").expect("64 hex digits")
}

fn region(code: &str) -> Region {
    Region::from_code(code).expect("a country")
}

/// Tags without a pattern (the finaliser of `SplitMix64`), ascending.
fn tags(first: u64, count: u64) -> Vec<Tag> {
    let scattered = |n: u64| {
        let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Tag(z ^ (z >> 31))
    };
    let mut tags: Vec<Tag> = (first..first + count).map(scattered).collect();
    tags.sort_unstable();
    tags
}

fn put(change: &mut IndexChange<'_>, source: &str, countries: &[(&str, u64)]) {
    let meta = SourceMeta::new(source.parse().expect("a name"), AT.to_owned());
    let mut writer = change.begin(&meta).expect("a new file");
    for (place, (code, count)) in countries.iter().enumerate() {
        let tags = tags(1000 * place as u64, *count);
        let stream = tags.iter().map(|tag| Ok::<_, WriteError>(*tag));
        writer.section(region(code), 2 * count, stream).expect("ascending");
    }
    change.put(writer).expect("a whole segment");
}

/// Where a target works: in memory where the system has such a folder.
fn scratch(what: &str) -> PathBuf {
    let memory = Path::new("/dev/shm");
    let base = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    base.join(format!("leakline-fuzz-{what}-{}", std::process::id()))
}

fn original() -> &'static Original {
    static ORIGINAL: OnceLock<Original> = OnceLock::new();
    ORIGINAL.get_or_init(|| {
        let (folder, key) = (scratch("original"), key());
        let _ = fs::remove_dir_all(&folder);
        let (mut folders, mut answers) = (Vec::new(), BTreeMap::new());
        let lock = WriteLock::try_take(&folder).expect("a folder of its own");
        for step in 0..4 {
            let mut change = lock.change(&key, None).expect("an index");
            match step {
                0 => put(&mut change, "one", &[("AU", 3), ("SE", 600), ("US", 1)]),
                1 => put(&mut change, "two", &[("US", 520)]),
                2 => {
                    let forgotten = Tombstones::default().union(tags(7000, 5).into_iter().map(|tag| (region("US"), tag)));
                    change.put_tombstones(&forgotten, AT.to_owned()).expect("a new file");
                }
                _ => put(&mut change, "one", &[("AU", 4), ("SE", 600), ("US", 2)]),
            }
            let state = change.commit().expect("a commit");
            folders.push(read_all(&folder));
            let index = Index::open(&folder, Some(&key)).expect("an index");
            answers.insert(state.id.to_string(), answers_of(&index).expect("an answer"));
        }
        drop(lock);
        let _ = fs::remove_dir_all(&folder);
        Original { folders, answers }
    })
}

fn read_all(folder: &Path) -> Files {
    let entries = fs::read_dir(folder).expect("a folder");
    let read = |entry: fs::DirEntry| {
        let bytes = fs::read(entry.path()).expect("a file");
        (entry.file_name().into_string().expect("ASCII"), bytes)
    };
    entries.map(|entry| read(entry.expect("an entry"))).collect()
}

/// What an index answers; `None` if that is an error.
fn answers_of(index: &Index) -> Option<Answers> {
    let mut answers = Answers::new();
    for segment in index.segments() {
        for (region, tags) in tags_of(segment)? {
            answers.insert((segment.meta().source.to_string(), region), tags);
        }
    }
    for (region, tag) in index.tombstones().ok()?.iter() {
        answers.entry((String::new(), region)).or_default().push(tag);
    }
    Some(answers)
}

/// The tags of a segment by country, streamed and looked up; `None` if that is an error.
fn tags_of(segment: &Segment) -> Option<BTreeMap<Region, Vec<Tag>>> {
    let mut all = BTreeMap::new();
    let mut is_whole = true;
    for country in segment.countries() {
        let mut tags = Vec::new();
        for tag in segment.tags(country.region) {
            match tag {
                Ok(tag) => tags.push(tag),
                Err(_) => is_whole = false,
            }
        }
        assert!(tags.is_sorted_by(|one, next| one < next), "tags ascend");
        assert!(tags.len() as u64 <= country.distinct);
        let mut found = vec![false; tags.len()];
        match segment.lookup(country.region, &tags, &mut found) {
            Ok(()) => assert!(found.iter().all(|found| *found), "what is streamed is found"),
            Err(_) => is_whole = false,
        }
        all.insert(country.region, tags);
    }
    is_whole.then_some(all)
}

/// One damage takes five bytes: what is done, where (two bytes), and with which value (two bytes).
fn damage(bytes: &mut Vec<u8>, edit: &[u8; 5]) {
    let [what, low, high, value, more] = *edit;
    if bytes.is_empty() {
        return;
    }
    let offset = usize::from(u16::from_le_bytes([low, high]));
    // The tables are at the end.
    let at = if what & 8 == 0 { offset % bytes.len() } else { bytes.len() - 1 - offset % bytes.len() };
    let word = |bytes: &mut Vec<u8>, word: u64| {
        let end = bytes.len().min(at + 8);
        bytes[at..end].copy_from_slice(&word.to_le_bytes()[..end - at]);
    };
    match what & 7 {
        0 => bytes[at] ^= value.max(1),
        1 => bytes[at] = value,
        2 => word(bytes, [0, 1, u64::MAX, 1 << 63, u64::from(u32::MAX), 1 << 32, 511, 512][usize::from(value & 7)]),
        3 => word(bytes, u64::from(u16::from_le_bytes([value, more]))),
        4 => bytes.truncate(at),
        5 => bytes.insert(at, value),
        6 => {
            let count = usize::from(more).min(bytes.len() - at);
            let piece = bytes[at..at + count].to_vec();
            let to = usize::from(value) * bytes.len() / 256;
            bytes.splice(to..to, piece);
        }
        _ => drop(bytes.drain(at..(at + usize::from(value)).min(bytes.len()))),
    }
}

fn u32_at(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn put_checksum(bytes: &mut [u8], at: usize, of: std::ops::Range<usize>) {
    if let Some(covered) = bytes.get(of) {
        let own = xxh3_64(covered).to_le_bytes();
        if let Some(place) = bytes.get_mut(at..at + 8) {
            place.copy_from_slice(&own);
        }
    }
}

/// Makes every checksum of a segment right that needs no key, as far as its tables can be followed.
fn make_segment_right(bytes: &mut [u8]) {
    let Some(trailer) = bytes.len().checked_sub(TRAILER).filter(|trailer| *trailer >= HEADER) else { return };
    let (meta, countries) = (u32_at(bytes, trailer + 4), u32_at(bytes, trailer + 20));
    let roots = usize::try_from(u64_at(bytes, trailer + 24)).unwrap_or(usize::MAX);
    let length = roots.saturating_mul(ROOT).saturating_add(countries.saturating_mul(COUNTRY)).saturating_add(meta);
    if let Some(tail) = trailer.checked_sub(length).filter(|tail| *tail >= HEADER) {
        make_sections_right(bytes, tail, tail + meta..tail + meta + countries * COUNTRY);
        put_checksum(bytes, 24, tail..tail + meta);
        put_checksum(bytes, 32, 0..32);
        bytes.copy_within(32..40, trailer + 40);
        put_checksum(bytes, trailer + 48, tail..trailer);
    }
    let length = (bytes.len() as u64).to_le_bytes();
    bytes[trailer + 32..trailer + 40].copy_from_slice(&length);
    put_checksum(bytes, trailer + 96, trailer..trailer + 96);
}

/// The same for blocks, fences and roots.
fn make_sections_right(bytes: &mut [u8], tail: usize, directory: std::ops::Range<usize>) {
    let (mut root, end_of_roots) = (directory.end, bytes.len() - TRAILER);
    for country in directory.step_by(COUNTRY) {
        let mut blocks = u64_at(bytes, country + 16).div_ceil(BLOCK_TAGS);
        while blocks > 0 && root < end_of_roots {
            let in_chapter = blocks.min(CHAPTER_BLOCKS);
            blocks -= in_chapter;
            let begin = usize::try_from(u64_at(bytes, root + 8)).unwrap_or(usize::MAX);
            let next = usize::try_from(u64_at(bytes, root + ROOT + 8)).unwrap_or(usize::MAX);
            let end = if root + ROOT < end_of_roots { next.min(tail) } else { tail };
            let fences = end.saturating_sub(in_chapter as usize * FENCE);
            for fence in (fences.max(begin)..end.saturating_sub(FENCE - 1)).step_by(FENCE) {
                let of_next = if fence + FENCE < end { begin.saturating_add(u32_at(bytes, fence + FENCE + 24)) } else { fences };
                let block = begin.saturating_add(u32_at(bytes, fence + 24));
                put_checksum(bytes, fence + 8, block..of_next.max(block));
            }
            put_checksum(bytes, root + 16, fences..end);
            root += ROOT;
        }
    }
}

fn make_manifest_right(bytes: &mut [u8]) {
    if let Some(own) = bytes.len().checked_sub(8) {
        put_checksum(bytes, own, 0..own);
    }
}

fn edits(script: &[u8]) -> &[[u8; 5]] {
    let edits = script.as_chunks().0;
    &edits[..edits.len().min(8)]
}

/// A segment in memory, damaged: an error, or the tags that it had.
pub fn a_damaged_segment_is_an_error_or_the_same(script: &[u8]) {
    let [flags, script @ ..] = script else { return };
    let whole = &original().folders[3]["one.4.segment"];
    let of_whole = Segment::from_bytes(whole.clone(), Some(&key())).expect("an intact segment");
    let mut bytes = if flags & 1 == 0 { whole.clone() } else { script.to_vec() };
    if flags & 1 == 0 {
        edits(script).iter().for_each(|edit| damage(&mut bytes, edit));
    }
    if flags & 2 == 0 {
        make_segment_right(&mut bytes);
    }
    if let Ok(segment) = Segment::from_bytes(bytes.clone(), None) {
        let tags = tags_of(&segment);
        assert!(segment.verify().is_err() || tags.is_some(), "what is verified can be read");
    }
    let Ok(segment) = Segment::from_bytes(bytes.clone(), Some(&key())) else { return };
    assert_eq!(segment.countries(), of_whole.countries(), "opened with the key, it is the one that was sealed");
    assert_eq!(segment.meta(), of_whole.meta());
    if segment.verify().is_ok() {
        assert!(bytes == *whole, "every byte is verified");
    }
    for country in segment.countries() {
        let (mut tags, mut all) = (segment.tags(country.region), of_whole.tags(country.region));
        while let Some(Ok(tag)) = tags.next() {
            assert!(Some(tag) == all.next().and_then(Result::ok), "a tag that was not sealed");
        }
    }
    assert!(tags_of(&segment).is_none_or(|tags| Some(tags) == tags_of(&of_whole)));
}

/// A folder, damaged: an error, or an answer that the index gave in one of its states.
pub fn a_damaged_folder_is_an_error_or_the_same(scope: Scope, script: &[u8]) {
    let original = original();
    let mut files = original.folders[3].clone();
    match scope {
        Scope::Manifest => damage_one(&mut files, "manifest", script),
        Scope::Tombstones => damage_one(&mut files, "forgotten.3.tombstones", script),
        Scope::Folder => edits(script).iter().for_each(|edit| damage_folder(&mut files, edit, original)),
    }
    for (name, bytes) in &mut files {
        if name == "manifest" { make_manifest_right(bytes) } else { make_segment_right(bytes) }
    }
    let folder = scratch("damaged");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    for (name, bytes) in &files {
        fs::write(folder.join(name), bytes).expect("room for a file");
    }
    judge(&folder, original);
}

fn judge(folder: &Path, original: &Original) {
    if let Ok(Some(index)) = Index::open_if_any(folder, None) {
        let _ = answers_of(&index);
    }
    let _ = check_files(folder, None, NonZeroUsize::MIN);
    let key = key();
    let checked = check_files(folder, Some(&key), NonZeroUsize::MIN);
    if let Ok(Some(index)) = Index::open_if_any(folder, Some(&key)) {
        let known = original.answers.get(&index.state().id.to_string());
        let known = known.expect("a state that the index never had");
        assert!(answers_of(&index).as_ref() == Some(known), "another answer");
    } else if let Ok((_, checked)) = checked {
        assert!(checked.iter().any(|checked| checked.outcome.is_err()), "verified, and not to be opened");
    }
    // A writer believes no more than a reader.
    let lock = WriteLock::try_take(folder).expect("nobody else is here");
    if let Ok(change) = lock.change(&key, None)
        && let Some(state) = change.state_before()
    {
        assert!(original.answers.contains_key(&state.id.to_string()), "a writer goes on from a forgery");
    }
}

/// The bytes of one file: those of the script, or its own, damaged.
fn damage_one(files: &mut Files, name: &str, script: &[u8]) {
    let [flags, script @ ..] = script else { return };
    let bytes = files.get_mut(name).expect("a file of the index");
    if flags & 1 == 0 {
        edits(script).iter().for_each(|edit| damage(bytes, edit));
    } else {
        *bytes = script.to_vec();
    }
}

/// Damages a file, takes it away, exchanges it with another, or puts one back from an older state.
fn damage_folder(files: &mut Files, edit: &[u8; 5], original: &Original) {
    let names: Vec<String> = files.keys().cloned().collect();
    let Some(name) = names.get(usize::from(edit[4]) % names.len().max(1)) else { return };
    let other = &names[usize::from(edit[3]) % names.len()];
    match edit[0] >> 4 {
        0 => drop(files.remove(name)),
        1 => {
            let (one, two) = (files[name].clone(), files[other].clone());
            files.insert(name.clone(), two);
            files.insert(other.clone(), one);
        }
        2 => {
            let older = &original.folders[usize::from(edit[1]) % original.folders.len()];
            let place = usize::from(edit[2]) % older.len();
            let (old_name, bytes) = older.iter().nth(place).expect("a place within");
            files.insert(old_name.clone(), bytes.clone());
        }
        3 => {
            let bytes = files[other].clone();
            files.insert(name.clone(), bytes);
        }
        4 => *files = original.folders[usize::from(edit[1]) % original.folders.len()].clone(),
        _ => damage(files.get_mut(name).expect("one of the names"), edit),
    }
}
