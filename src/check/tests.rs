//! Lists in several gatherings, with a temporary file and without: the pages are the same.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::path::Path;

use super::{
    CheckError, CheckOutputs, CheckProgress, ContactCheck, ListReader, MemoryShares, UnreadList,
};
use crate::dump::{Buffering, Limits, ReadOptions, Shape, Source};
use crate::exposure::{Checker, Totals};
use crate::index::{Searcher, Segment, SegmentWriter, SourceMeta, Spill, WriteError};
use crate::intake::{
    BufferPool, Expected, FileReader, Interrupted, MostlyUnread, ReadingPolicy, ReadingProgress,
};
use crate::key::Key;
use crate::phone::{DigitOrder, Number, Purpose, Region};
use crate::report::{Closing, ContactList, Page, Report};
use crate::tag::{Tag, Tagger};

/// Room for the contacts of a few lists.
const MEMORY: usize = 4 << 10;

struct Silent;

impl ReadingProgress for Silent {
    fn opened(&mut self, _: &Path, _: &Shape, _: &FileReader) {}
    fn skipped(&mut self, _: &Path, _: &str, _: Expected) {}
    fn read(&mut self, _: u64) -> Result<(), Interrupted> {
        Ok(())
    }
}

impl CheckProgress for Silent {
    fn checked(&mut self, _: u64) {}
}

/// A line for each contact: its list, its line, its answer.
struct Answers;

impl Report for Answers {
    fn start(&self, _: &mut Vec<u8>) {}
    fn list(&self, _: &ContactList<'_>, _: &mut Vec<u8>) {}
    fn page(&self, page: &Page<'_>, out: &mut Vec<u8>) {
        for finding in page.findings {
            let (list, line) = (page.list.input, finding.line);
            out.extend(format!("{list} {line} {:?}\n", finding.exposure).into_bytes());
        }
    }
    fn end(&self, _: &Closing<'_>, _: &mut Vec<u8>) {}
}

/// A segment of `stored`, and of so many Egyptian numbers that passing over it takes some time.
fn segment(stored: &[Number], key: &Key) -> Segment {
    let at = "2022-11-16T00:00:00Z".to_owned();
    let meta = SourceMeta::new("a".parse().unwrap(), at);
    let mut writer = SegmentWriter::new(Vec::new(), &meta, key).unwrap();
    let egypt = Region::from_code("EG").unwrap();
    let others: Vec<Number> = (100..4100)
        .map(|digits| Number::for_tests(digits, egypt))
        .collect();
    for numbers in [others.as_slice(), stored] {
        let mut tags = Vec::new();
        Tagger::new(key).extend(numbers, &mut tags);
        tags.sort_unstable();
        let records = u64::try_from(tags.len()).unwrap();
        let tags = tags.into_iter().map(Ok::<Tag, WriteError>);
        writer.section(numbers[0].region(), records, tags).unwrap();
    }
    Segment::from_bytes(writer.end().unwrap().0, Some(key)).unwrap()
}

#[test]
fn a_temporary_file_changes_no_answer() {
    let key = Key::generate().unwrap();
    let states = Region::from_code("US").unwrap();
    let digits = 12_125_550_100..12_125_550_200_u64;
    let stored: Vec<Number> = (digits.clone().step_by(3))
        .map(|digits| Number::for_tests(digits, states))
        .collect();
    let segment = segment(&stored, &key);
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..12)
        .map(|list| {
            let path = folder.path().join(format!("{list}.txt"));
            let lines = digits
                .clone()
                .skip(list)
                .map(|digits| format!("+{digits}\n"));
            std::fs::write(&path, lines.collect::<String>()).unwrap();
            path.to_str().unwrap().to_owned()
        })
        .collect();
    let lists = || -> Vec<UnreadList> {
        let unread = names.iter().map(|name| UnreadList {
            name: name.clone(),
            source: Source::File(name.into()),
            options: ReadOptions::default(),
            limits: Limits::default(),
        });
        unread.collect()
    };
    let checker = Checker::new(Searcher::new(vec![&segment]), Tagger::new(&key));
    let check = |spill| ContactCheck {
        checker: &checker,
        reports: &[&Answers],
        policy: ReadingPolicy {
            purpose: Purpose::Check,
            country: None,
            order: DigitOrder::HomeFirst,
            mostly_unread: MostlyUnread::Read,
        },
        outputs: CheckOutputs {
            fingerprints: false,
            explanations: false,
        },
        buffering: Buffering::Bulk,
        memory: MemoryShares::for_tests(NonZeroUsize::new(2).unwrap(), MEMORY),
        spill,
    };
    let spilling = check(Spill::Unnamed(folder.path().to_owned()));
    let mut silent = Silent;
    let mut reader = ListReader::new(lists(), spilling.policy);
    let progress: RefCell<&mut dyn CheckProgress> = RefCell::new(&mut silent);
    let first = spilling.gather(&mut reader, &progress, &BufferPool::default());
    let first = first.unwrap();
    assert!(!first.spilled.is_empty() && first.ended.is_none());

    let pages = |check: &ContactCheck<'_>| {
        let (mut totals, mut pages) = (Totals::default(), Vec::new());
        check
            .run::<CheckError>(lists(), &mut Silent, &mut totals, |_, page| {
                pages.extend_from_slice(page);
                Ok(())
            })
            .unwrap();
        (totals.exposed(), totals.checked(), pages)
    };
    let (exposed, checked, answers) = pages(&spilling);
    assert_eq!((exposed, checked), expected_counts(12));
    assert!((exposed, checked, answers) == pages(&check(Spill::Never)));
    // A folder that cannot be written to is no error.
    let nowhere = Spill::Unnamed(folder.path().join("missing"));
    assert_eq!(pages(&check(nowhere)).0, exposed);
}

/// Exposed contacts, and all contacts, of lists of which the first holds a hundred numbers, the next
/// ones one less each. Every third number is stored.
fn expected_counts(lists: u64) -> (u64, u64) {
    let of_list = |skipped: u64| {
        let asked = skipped..100;
        let exposed = asked.clone().filter(|number| number % 3 == 0).count();
        (u64::try_from(exposed).unwrap(), asked.end - asked.start)
    };
    (0..lists)
        .map(of_list)
        .fold((0, 0), |sum, list| (sum.0 + list.0, sum.1 + list.1))
}
