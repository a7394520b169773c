//! What documents say of tests.

use std::fs;
use std::path::Path;

/// `module::name` as documents write it, but for the pattern itself.
fn named_tests(text: &str) -> Vec<(&str, &str)> {
    let is_name = |name: &str| {
        let is_of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        !name.is_empty() && name.chars().all(is_of_name)
    };
    let quoted = text.split('`').skip(1).step_by(2);
    let pairs = quoted.filter_map(|quoted| quoted.split_once("::"));
    let named = pairs.filter(|(module, name)| is_name(module) && is_name(name));
    named.filter(|named| *named != ("module", "name")).collect()
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for document in ["changes.md", "threat-model.md"] {
        let text = fs::read_to_string(root.join("docs").join(document)).unwrap();
        for (module, name) in named_tests(&text) {
            let is_there = ["leakline", "index"].iter().any(|tests| {
                let path = root.join("tests").join(tests).join(format!("{module}.rs"));
                fs::read_to_string(path)
                    .is_ok_and(|source| source.contains(&format!("\nfn {name}(")))
            });
            assert!(is_there, "{document}: {module}::{name}");
            count += 1;
        }
    }
    assert!(count > 40, "{count} tests are named");
}
