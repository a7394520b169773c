//! Answers and counts over generated sources, against plain sets of numbers.

mod counts;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use proptest::prelude::*;

use super::{Checker, Contact, Explanation, Exposure, Finding, Totals};
use crate::index::{
    LookupBatch, LookupError, Searcher, Segment, SegmentWriter, SourceMeta, SpilledQueries,
    WriteError,
};
use crate::intake::{EntryOutcome, RejectReason};
use crate::key::Key;
use crate::phone::{Grade, Number, Reading, Reason, Region, Repairs};
use crate::tag::{Tag, Tagger};

type Numbers = BTreeSet<(Region, u64)>;

fn segment(name: &str, numbers: &Numbers, key: &Key) -> Segment {
    let at = "2022-11-16T00:00:00Z".to_owned();
    segment_of(&SourceMeta::new(name.parse().unwrap(), at), numbers, key)
}

fn segment_of(meta: &SourceMeta, numbers: &Numbers, key: &Key) -> Segment {
    let mut writer = SegmentWriter::new(Vec::new(), meta, key).unwrap();
    for region in Region::all() {
        let of_region: Vec<Number> = numbers
            .iter()
            .filter(|number| number.0 == region)
            .map(|&number| number_of(number))
            .collect();
        let mut tags = Vec::new();
        Tagger::new(key).extend(&of_region, &mut tags);
        tags.sort_unstable();
        if !tags.is_empty() {
            let records = 2 * u64::try_from(tags.len()).unwrap();
            let tags = tags.into_iter().map(Ok::<Tag, WriteError>);
            writer.section(region, records, tags).unwrap();
        }
    }
    Segment::from_bytes(writer.end().unwrap().0, Some(key)).unwrap()
}

fn number_of((region, digits): (Region, u64)) -> Number {
    Number::for_tests(digits, region)
}

/// Few countries and few numbers, so that sources overlap and countries are left out.
fn some_number() -> impl Strategy<Value = (Region, u64)> {
    let region = prop::sample::select(vec!["EG", "IT", "US"]);
    (region, 100u64..130).prop_map(|(code, digits)| (Region::from_code(code).unwrap(), digits))
}

fn some_numbers() -> impl Strategy<Value = Numbers> {
    prop::collection::btree_set(some_number(), 0..40)
}

fn reading(
    number: (Region, u64),
    alternative: Option<(Region, u64)>,
    grade: Grade,
) -> EntryOutcome {
    EntryOutcome::Number(Reading {
        read_as: crate::phone::ReadAs::International,
        number: number_of(number),
        alternative: alternative.map(number_of),
        grade,
        migrated: false,
        repairs: Repairs::NONE,
    })
}

fn some_entry() -> impl Strategy<Value = (EntryOutcome, Vec<(Region, u64)>, Grade)> {
    let number = (
        some_number(),
        prop::option::of(some_number()),
        any::<bool>(),
    );
    number.prop_map(|(number, alternative, valid)| {
        let grade = if valid { Grade::Valid } else { Grade::Possible };
        let alternative = alternative.filter(|_| valid);
        let numbers = std::iter::once(number).chain(alternative).collect();
        (reading(number, alternative, grade), numbers, grade)
    })
}

/// With jobs so small that the few numbers of a test make several.
fn checker<'a>(segments: Vec<&'a Segment>, key: &Key) -> Checker<'a> {
    let searcher = Searcher::new(segments).with_queries_of_a_job(4);
    Checker::new(searcher, Tagger::new(key))
}

fn findings(checker: &Checker<'_>, contacts: &[Contact], asked: &LookupBatch) -> Vec<Finding> {
    let mut answers = checker.answers(asked, Vec::new());
    for contact in contacts {
        answers.add(contact.clone());
    }
    answers.finish()
}

/// The numbers that are looked up for a contact.
fn looked_up(contact: &Contact, checker: &Checker<'_>) -> Vec<Number> {
    let mut numbers = Vec::new();
    let push = &mut |_, number| numbers.push(number);
    contact.entry.for_each_spelling(checker.spellings(), push);
    numbers
}

proptest! {
    #[test]
    fn answers_are_those_of_plain_sets(
        sources in prop::collection::vec(some_numbers(), 1..4),
        entries in prop::collection::vec(some_entry(), 0..60),
        batch in 1..70usize,
        mut spilled in prop::collection::vec(0..=60usize, 0..4),
    ) {
        let key = Key::generate().unwrap();
        let segments: Vec<Segment> =
            sources.iter().enumerate().map(|(turn, numbers)| segment(&format!("s{turn}"), numbers, &key)).collect();
        let checker = checker(segments.iter().collect(), &key);
        let mut contacts: Vec<Contact> =
            entries.iter().zip(1..).map(|((entry, ..), line)| Contact { line, column: 0, entry: *entry, unread_place: None, explanation: None }).collect();
        contacts.push(Contact { line: 998, column: 0, entry: EntryOutcome::Blank, unread_place: None, explanation: None });
        let rejected = EntryOutcome::Rejected(RejectReason::Text(Reason::Letters));
        contacts.push(Contact { line: 999, column: 0, entry: rejected, unread_place: None, explanation: None });
        // Looked up in several batches at once.
        let mut asked: Vec<LookupBatch> = contacts
            .chunks(batch)
            .map(|contacts| {
                let numbers: Vec<Number> = contacts.iter().flat_map(|contact| looked_up(contact, &checker)).collect();
                checker.batch(&numbers)
            })
            .collect();
        // Some of the first batches are in runs of a temporary file.
        spilled.sort_unstable();
        let (mut queries, folder) = (SpilledQueries::default(), std::env::temp_dir());
        for end in spilled {
            let end = end.min(asked.len());
            prop_assert!(queries.spill(&mut asked[..end], &folder));
        }
        let looked_up = checker.searcher().look_up_spilled(&asked, &queries, NonZeroUsize::new(2).unwrap(), || Ok(()));
        prop_assert!(looked_up.map_err(|error: LookupError| error.to_string()).is_ok());
        let findings: Vec<Finding> = (contacts.chunks(batch).zip(&asked))
            .flat_map(|(contacts, asked)| findings(&checker, contacts, asked))
            .collect();
        prop_assert_eq!(findings.len(), contacts.len());

        let holds = |number: (Region, u64)| sources.iter().enumerate().filter(move |(_, source)| source.contains(&number));
        let covered = |region: Region| sources.iter().flatten().any(|number| number.0 == region);
        let mut totals = Totals::default();
        for (finding, (_, numbers, grade)) in findings.iter().zip(&entries) {
            totals.count(finding);
            let sources: BTreeSet<usize> = numbers.iter().flat_map(|&number| holds(number).map(|(turn, _)| turn)).collect();
            let expected = if !sources.is_empty() {
                Exposure::Exposed
            } else if *grade == Grade::Possible {
                Exposure::Invalid
            } else if numbers.iter().all(|number| covered(number.0)) {
                Exposure::NotFound
            } else {
                Exposure::NotCovered
            };
            prop_assert_eq!(finding.exposure, Some(expected));
            prop_assert!(finding.sources.iter().copied().eq(sources));
            if expected == Exposure::Exposed {
                // The number shown is one that was found.
                let shown = finding.number.unwrap();
                let shown = (shown.region(), shown.digits_in_full());
                prop_assert!(numbers.contains(&shown) && holds(shown).next().is_some());
            }
            prop_assert_eq!(finding.reason.is_some(), expected == Exposure::Invalid);
        }
        let [.., blank, rejected] = findings.as_slice() else { unreachable!("two were added") };
        prop_assert_eq!(blank.exposure, None);
        prop_assert_eq!((rejected.exposure, rejected.reason), (Some(Exposure::Invalid), Some("letters")));
        let answered = u64::try_from(entries.len()).unwrap();
        prop_assert_eq!(totals.checked() + totals.invalid, answered);
    }
}

#[test]
fn a_segment_of_older_plans_is_asked_for_the_region_that_a_number_was_of() {
    let key = Key::generate().unwrap();
    let region = |code| Region::from_code(code).unwrap();
    // Kazakhstan's number when it was Russia's, and a German one that was read at home.
    let stored: Numbers = [
        (region("RU"), 77_012_345_678),
        (region("DE"), 494_917_139_200_010),
    ]
    .into();
    let today = SourceMeta::new("s".parse().unwrap(), "2022-11-16T00:00:00Z".to_owned());
    let mut older = today.clone();
    older.metadata_version = "8.12.39".to_owned();
    let exposure = |meta: &SourceMeta, number: (Region, u64)| {
        let segment = segment_of(meta, &stored, &key);
        let checker = checker(vec![&segment], &key);
        let contact = Contact {
            line: 1,
            column: 0,
            entry: reading(number, None, Grade::Valid),
            unread_place: None,
            explanation: None,
        };
        let numbers: Vec<Number> = looked_up(&contact, &checker);
        let asked = checker.batch(&numbers);
        (checker.searcher())
            .look_up(std::slice::from_ref(&asked), NonZeroUsize::MIN)
            .unwrap();
        let found = findings(&checker, &[contact], &asked).remove(0);
        (found.exposure.unwrap(), found.number.map(Number::region))
    };
    let kazakh = (region("KZ"), 77_012_345_678);
    let german = (region("DE"), 4_917_139_200_010);
    let shown = |number: (Region, u64)| Some(number.0);
    assert_eq!(exposure(&older, kazakh), (Exposure::Exposed, shown(kazakh)));
    assert_eq!(exposure(&older, german), (Exposure::Exposed, shown(german)));
    assert_eq!(
        exposure(&today, kazakh),
        (Exposure::NotCovered, shown(kazakh))
    );
    assert_eq!(
        exposure(&today, german),
        (Exposure::NotFound, shown(german))
    );
    let segment = segment_of(&older, &stored, &key);
    let asked = checker(vec![&segment], &key)
        .ask("+7 701 234 56 78", None)
        .unwrap();
    assert_eq!(asked[0].exposure, Some(Exposure::Exposed), "one question");
    let other = (region("KZ"), 77_012_345_679);
    assert_eq!(
        exposure(&older, other),
        (Exposure::NotCovered, shown(other))
    );
}

/// What a panic would print.
fn panic_message(panics: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let payload = std::panic::catch_unwind(panics).unwrap_err();
    payload.downcast_ref::<String>().unwrap().clone()
}

#[test]
fn a_panic_over_contacts_and_findings_tells_no_number() {
    let number = (Region::from_code("US").unwrap(), 12_125_550_100);
    let other = (Region::from_code("DE").unwrap(), 4_917_139_200_102);
    let key = Key::generate().unwrap();
    let segment = segment("s", &[number].into(), &key);
    let checker = checker(vec![&segment], &key);
    let entry = reading(number, Some(other), Grade::Valid);
    let EntryOutcome::Number(read) = entry else {
        unreachable!("it was read")
    };
    let explanation = Explanation {
        home: crate::intake::Home::Region(other.0),
        home_from: super::HomeFrom::Option,
        reading: Some(read),
    };
    let contact = Contact {
        line: 1,
        column: 0,
        entry,
        unread_place: None,
        explanation: Some(Box::new(explanation)),
    };
    let numbers: Vec<Number> = looked_up(&contact, &checker);
    let asked = checker.batch(&numbers);
    (checker
        .searcher()
        .look_up(std::slice::from_ref(&asked), NonZeroUsize::MIN))
    .unwrap();
    let findings = findings(&checker, std::slice::from_ref(&contact), &asked);
    let failed = (contact, findings.clone(), read);
    for message in [
        panic_message(|| panic!("{failed:?}")),
        panic_message(|| assert_eq!(findings, Vec::new())),
        panic_message(|| panic!("{number:?}", number = number_of(number))),
    ] {
        assert!(message.contains("+1********00"), "{message}");
        for digits in ["2125550100", "17139200102", "12125550", "9171392"] {
            assert!(!message.contains(digits), "{message}");
        }
    }
}

#[test]
fn seventy_sources_are_told_apart() {
    let key = Key::generate().unwrap();
    let region = Region::from_code("EG").unwrap();
    let holds = |source: u64, number: u64| number.is_multiple_of(source + 1);
    let segments: Vec<Segment> = (0..70)
        .map(|source| {
            let numbers = (100..400).filter(|&number| holds(source, number));
            segment(
                &format!("s{source}"),
                &numbers.map(|number| (region, number)).collect(),
                &key,
            )
        })
        .collect();
    let checker = checker(segments.iter().collect(), &key);
    let contact = |number| Contact {
        line: number,
        column: 0,
        entry: reading((region, number), None, Grade::Valid),
        unread_place: None,
        explanation: None,
    };
    let contacts: Vec<Contact> = (50..450).map(contact).collect();
    let numbers: Vec<Number> = (50..450)
        .map(|number| number_of((region, number)))
        .collect();
    let asked = [checker.batch(&numbers)];
    checker
        .searcher()
        .look_up(&asked, NonZeroUsize::MIN)
        .unwrap();
    for finding in findings(&checker, &contacts, &asked[0]) {
        let number = finding.line;
        let holders =
            (0..70).filter(|&source| (100..400).contains(&number) && holds(source, number));
        let holders = holders.map(|source| usize::try_from(source).unwrap());
        assert!(finding.sources.iter().copied().eq(holders), "{number}");
    }
}
