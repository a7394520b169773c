//! `JUnit` reports against the schema of the xUnit plugin of Jenkins: every element, attribute and
//! nesting is one that it declares, and what it requires is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::world::World;

/// What an element may hold.
#[derive(Default)]
struct Declared {
    children: BTreeSet<String>,
    /// By name, whether they are required.
    attributes: BTreeMap<String, bool>,
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start
        .attributes()
        .map(Result::unwrap)
        .find(|found| found.key.as_ref() == name)?;
    Some(found.value.into_owned())
}

/// Calls `visit` with the names of the elements around each element, and the element.
fn walk(xml: &str, mut visit: impl FnMut(&[String], &BytesStart<'_>)) {
    let mut reader = Reader::from_str(xml);
    let mut around: Vec<String> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                visit(&around, &start);
                around.push(start.name().as_ref().to_owned());
            }
            Event::Empty(start) => visit(&around, &start),
            Event::End(_) => drop(around.pop()),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(around.is_empty());
}

/// The elements that the schema declares at its top.
fn schema() -> BTreeMap<String, Declared> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas/junit-10.xsd");
    let mut elements: BTreeMap<String, Declared> = BTreeMap::new();
    // What is at the top: an element, or a type that none of the reports needs.
    let mut top = None;
    walk(&fs::read_to_string(path).unwrap(), |around, start| {
        let is_element = start.name().as_ref() == "xs:element";
        if around.len() == 1 {
            top = attribute(start, "name").filter(|_| is_element);
            if let Some(name) = &top {
                elements.insert(name.clone(), Declared::default());
            }
        } else if let Some(declared) = top.as_ref().and_then(|name| elements.get_mut(name)) {
            if is_element {
                declared.children.insert(attribute(start, "ref").unwrap());
            } else if start.name().as_ref() == "xs:attribute" {
                let required = attribute(start, "use").as_deref() == Some("required");
                declared
                    .attributes
                    .insert(attribute(start, "name").unwrap(), required);
            }
        }
    });
    elements
}

/// What in a report the schema does not allow.
fn faults(report: &str) -> Vec<String> {
    let schema = schema();
    let mut faults = Vec::new();
    walk(report, |around, start| {
        let name = start.name().as_ref().to_owned();
        let allowed = match around.last() {
            None => name == "testsuites",
            Some(parent) => schema
                .get(parent)
                .is_some_and(|parent| parent.children.contains(&name)),
        };
        let Some(declared) = schema.get(&name).filter(|_| allowed) else {
            faults.push(format!("{name} in {around:?}"));
            return;
        };
        let given: BTreeSet<String> = start
            .attributes()
            .map(|given| given.unwrap().key.as_ref().to_owned())
            .collect();
        let unknown = given
            .iter()
            .filter(|given| !declared.attributes.contains_key(*given));
        faults.extend(unknown.map(|given| format!("{name} has {given}")));
        let missing = declared
            .attributes
            .iter()
            .filter(|(known, required)| **required && !given.contains(*known));
        faults.extend(missing.map(|(known, _)| format!("{name} lacks {known}")));
    });
    faults
}

#[test]
fn every_kind_of_run_is_as_the_schema_says() {
    let world = World::with_source("dump.txt", "12125550100\n12125550101\n");
    world.file(
        "a & b.csv",
        "name,mobile phone,phone <2>\nAnn,+12125550100,+46701740605\nBo,12,+12125550199\n,,\n",
    );
    for args in [
        &[][..],
        &["--only", "exposed"],
        &["--summary"],
        &["--explain", "--show-numbers"],
        &["-i", "missing.csv"],
        &["--source", "nothing"],
        &["--baseline", "known.json", "--update-baseline"],
        &["--baseline", "known.json"],
        &["+12125550100"],
    ] {
        let args = ["check", "--format", "junit", "-i", "a & b.csv"]
            .iter()
            .chain(args);
        let report = world.run(args.clone()).text();
        assert!(report.contains("<testsuites"), "{args:?}");
        assert_eq!(faults(&report), Vec::<String>::new(), "{args:?}: {report}");
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let suite = "<testsuites><testsuite name=\"a\" tests=\"1\" failures=\"0\" errors=\"0\">\
        <testcase name=\"b\"><failure message=\"c\"/></testcase></testsuite></testsuites>";
    assert!(faults(suite).is_empty());
    for (good, bad) in [
        ("testcase name", "testcase file"),
        (" errors=\"0\"", ""),
        ("failure message=\"c\"", "failed"),
        ("testcase", "property"),
        ("testsuites", "suites"),
    ] {
        assert!(!faults(&suite.replace(good, bad)).is_empty(), "{bad}");
    }
}
