//! The first index of this format, kept for ever: later versions read it, or refuse it with the
//! remedy.
//!
//! Two sources and tombstones, made by two commits under the key in `version-3.key`.

use std::{fs, num::NonZeroUsize, path::Path};

use leakline::{
    index::{Index, IndexChange, Tombstones, WriteLock, check_files},
    key::Key,
    phone::{Accept, CellOutcome, CellReader, DigitOrder, Number, Purpose, Region},
    tag::{Tag, Tagger},
};

use crate::sample::{key, key_id, meta, names, stream};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/segments/version-3");
const FILES: [&str; 4] = [
    "few.2.segment",
    "forgotten.2.tombstones",
    "manifest",
    "many.1.segment",
];

/// Numbers reserved for fiction in three countries; of the United States more than a block holds.
fn numbers() -> Vec<Number> {
    let united_states = ["201", "202", "203", "205", "206", "207"]
        .into_iter()
        .flat_map(|area| (100..200).map(move |last| format!("+1{area}5550{last}")));
    let germany = (0..100).map(|last| format!("+491713920{last:04}"));
    let australia = [6, 156, 157, 158, 159, 110].map(|last| format!("+61491570{last:03}"));
    let reader = CellReader {
        purpose: Purpose::Load(Accept::Valid),
        order: DigitOrder::InternationalFirst,
    };
    let mut numbers = Vec::new();
    for text in united_states.chain(germany).chain(australia) {
        reader.cell(text.as_bytes(), None, &mut |outcome| match outcome {
            CellOutcome::Number(reading) => numbers.push(reading.number),
            _ => panic!("{text} is no number"),
        });
    }
    numbers
}

fn tags() -> Vec<(Region, Tag)> {
    let numbers = numbers();
    let mut tags = Vec::new();
    Tagger::new(&key()).extend(&numbers, &mut tags);
    let mut tags: Vec<_> = (numbers.iter().map(|number| number.region()))
        .zip(tags)
        .collect();
    tags.sort_unstable();
    tags
}

fn put(change: &mut IndexChange<'_>, source: &str, tags: &[(Region, Tag)]) {
    let mut writer = change.begin(&meta(source)).unwrap();
    for country in tags.chunk_by(|one, next| one.0 == next.0) {
        let tags: Vec<u64> = country.iter().map(|(_, tag)| tag.0).collect();
        let records = 2 * tags.len() as u64;
        writer
            .section(country[0].0, records, stream(&tags))
            .unwrap();
    }
    change.put(writer).unwrap();
}

/// Every seventh number is of the source `few`, every hundredth is forgotten, and all others are of
/// the source `many`.
fn parts() -> [Vec<(Region, Tag)>; 3] {
    let mut parts = [Vec::new(), Vec::new(), Vec::new()];
    for (turn, tag) in tags().into_iter().enumerate() {
        match turn {
            _ if turn % 100 == 0 => parts[2].push(tag),
            _ if turn % 7 == 0 => parts[1].push(tag),
            _ => parts[0].push(tag),
        }
    }
    parts
}

fn write(folder: &Path) {
    let [many, few, forgotten] = parts();
    let key = key();
    let lock = WriteLock::try_take(folder).unwrap();
    let mut change = lock.change(&key, None).unwrap();
    put(&mut change, "many", &many);
    change.commit().unwrap();
    let mut change = lock.change(&key, None).unwrap();
    put(&mut change, "few", &few);
    let tombstones = Tombstones::default().union(forgotten);
    let at = meta("few").loaded_at;
    change.put_tombstones(&tombstones, at).unwrap();
    change.commit().unwrap();
}

#[test]
fn the_writer_still_makes_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    assert_eq!(names(folder.path()), FILES);
    // The tombstones name the version of the old plans, and the manifest seals them.
    for name in FILES.iter().filter(|name| name.ends_with(".segment")) {
        let golden = fs::read(Path::new(GOLDEN).join(name)).unwrap();
        assert!(
            fs::read(folder.path().join(name)).unwrap() == golden,
            "{name}"
        );
    }
}

#[test]
fn the_reader_still_answers_from_it() {
    let text = fs::read_to_string(format!("{GOLDEN}.key")).unwrap();
    let key = Key::from_hex(text.trim_end()).unwrap();
    assert_eq!(key.id(), key_id());
    let (state, files) =
        check_files(GOLDEN.as_ref(), Some(&key), NonZeroUsize::new(2).unwrap()).unwrap();
    assert!(files.len() == 3 && files.iter().all(|file| file.outcome.is_ok()));
    assert_eq!(state.to_string(), "e01af026a860d883, generation 2");
    let index = Index::open(GOLDEN.as_ref(), Some(&key)).unwrap();
    assert_eq!(index.state(), state);
    let [many, few, forgotten] = parts();
    let tombstones = index.tombstones().unwrap();
    assert!(tombstones.iter().eq(forgotten));
    for (source, tags) in [("few", few), ("many", many)] {
        let segment = index.source(&source.parse().unwrap()).unwrap();
        assert_eq!(segment.full_meta().unwrap(), meta(source));
        assert_eq!(segment.distinct(), tags.len() as u64);
        for (region, tag) in tags {
            let mut found = Vec::new();
            let other = Tag(tag.0 ^ 1);
            segment.lookup(region, &[tag, other], &mut found).unwrap();
            assert_eq!(found, [true, false]);
        }
    }
}
