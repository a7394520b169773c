//! The library asked directly gives the answers of the program.

use leakline::exposure::{Checker, Exposure, Finding, Note};
use leakline::index::Index;
use leakline::key::Key;
use leakline::phone::Region;
use serde_json::{Value, json};

use crate::world::World;

/// The fields of a result that do not depend on lists and formats.
fn as_result(finding: &Finding, index: &Index) -> Value {
    let sources = finding.sources.iter();
    let sources: Vec<&str> = sources
        .map(|&source| index.segments()[source].meta().source.as_str())
        .collect();
    json!({
        "status": finding.exposure.map(Exposure::code),
        "country": finding.number.map(|number| number.region().code()),
        "sources": sources,
        "reason": finding.reason,
        "note": finding.note.map(Note::code),
    })
}

#[test]
fn one_call_answers_as_check_does() {
    let world = World::with_source("dump.txt", "12125550100\n61491570006\n5541998765432\n");
    world.file("older.txt", "12125550100\n");
    world.run(["load", "older.txt"]).expect(0);
    let key = Key::open(&world.path("config/leakline/key")).unwrap();
    let index = Index::open(&world.path("data/leakline"), Some(&key)).unwrap();
    let checker = Checker::of_index(&index, &key);
    for (text, country) in [
        ("+1 212 555 0100", None),
        ("0491570006", Some("AU")),
        ("0491570006", None),
        ("+12125550199", None),
        ("+46701740605", None),
        ("+12125550100 / +12125550199", None),
        ("+554198765432", None),
        ("12", None),
    ] {
        let home = country.and_then(Region::from_code);
        let found = checker.ask(text, home).unwrap();
        let found: Vec<Value> = found.iter().map(|one| as_result(one, &index)).collect();
        let mut args = vec!["check", "--format", "json", "--", text];
        if let Some(country) = country {
            args.splice(1..1, ["--country", country]);
        }
        let mut expected = world.run(args).json()["results"].take();
        for result in expected.as_array_mut().unwrap() {
            let result = result.as_object_mut().unwrap();
            result.retain(|name, _| found[0].get(name).is_some());
        }
        assert_eq!(json!(found), expected, "{text}");
    }
    assert!(checker.ask(" ", None).unwrap()[0].exposure.is_none());
}
