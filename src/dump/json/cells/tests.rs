use proptest::prelude::*;

use super::*;

fn paths(of: &[(&str, Target)]) -> Paths {
    let mut paths = Paths::new();
    for (path, target) in of {
        let keys: Vec<Cow<'_, str>> = path
            .split('.')
            .filter(|key| !key.is_empty())
            .map(Cow::Borrowed)
            .collect();
        paths.insert(&keys, *target);
    }
    paths
}

fn phones(of: &[(&str, Target)], value: &[u8]) -> Vec<String> {
    let mut found = JsonCells::default();
    let around = BatchText::new(value);
    cells_of(&paths(of), Paths::TOP, value, around, &mut found).unwrap();
    found
        .phones
        .into_iter()
        .map(|(column, text)| format!("{column}:{text}"))
        .collect()
}

#[test]
fn texts_numbers_lists_and_wrappings_are_cells() {
    let phone = [("phone", Target::Phone(0))];
    assert_eq!(
        phones(&phone, br#"{"x":[1,{"phone":2}],"phone":"+12125550100"}"#),
        ["0:+12125550100"]
    );
    assert_eq!(
        phones(&phone, br#"{"phone":12125550100}"#),
        ["0:12125550100"]
    );
    assert_eq!(
        phones(&phone, br#"{"phone":"\u002b1212\/5550100"}"#),
        ["0:+1212/5550100"]
    );
    assert_eq!(
        phones(&phone, br#"{"phone":{"$numberLong":"12125550100"}}"#),
        ["0:12125550100"]
    );
    assert_eq!(
        phones(&phone, br#"{"phone":["1",2,null,["3"]]}"#),
        ["0:1", "0:2", "0:", "0:3"]
    );
    assert_eq!(phones(&phone, br#"{"phone":null}"#), ["0:"]);
    assert_eq!(
        phones(&phone, br#"{"other":12125550100}"#),
        Vec::<String>::new()
    );
}

#[test]
fn paths_lead_through_objects_and_lists() {
    let deep = [("a.b", Target::Phone(0)), ("c", Target::Phone(1))];
    assert_eq!(
        phones(&deep, br#"{"a":[{"b":1},{"b":[2]},3,"4",null,1.5],"c":5}"#),
        ["0:1", "0:2", "1:5"]
    );
    let both = [("a", Target::Phone(0)), ("a.b", Target::Phone(1))];
    assert_eq!(phones(&both, br#"[{"a":1},{"a":{"b":2}}]"#), ["0:1", "1:2"]);
}

#[test]
fn bare_values_are_cells_of_the_top() {
    let top = [("", Target::Phone(0))];
    assert_eq!(phones(&top, br#""+12125550100""#), ["0:+12125550100"]);
    assert_eq!(phones(&top, b"12125550100"), ["0:12125550100"]);
}

#[test]
fn names_in_other_encodings_and_control_characters_do_not_cost_the_row() {
    let phone = [("phone", Target::Phone(0))];
    assert_eq!(
        phones(&phone, b"{\"name\":\"Jos\xe9\",\"phone\":\"1\"}"),
        ["0:1"]
    );
    assert_eq!(
        phones(&phone, b"{\"n\xe9\":\"a\tb\",\"phone\":\"1\"}"),
        ["0:1"]
    );
    assert_eq!(phones(&phone, b"{\"phone\":\"\xe91\"}"), ["0:\u{fffd}1"]);
}

#[test]
fn deep_nesting_is_an_error_or_passed_over() {
    let phone = paths(&[("a", Target::Phone(0)), ("b.c", Target::Phone(0))]);
    for key in ["a", "b", "z"] {
        let value = format!(
            "{{\"{key}\":{}{}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        let read = cells_of(
            &phone,
            Paths::TOP,
            value.as_bytes(),
            BatchText::new(b""),
            &mut JsonCells::default(),
        );
        assert_eq!(read.is_err(), key != "z", "{key}");
    }
}

proptest! {
    #[test]
    fn a_simple_walk_finds_what_the_parser_finds(
        text in r#"[\[{]("[az]":|"([az+1]|\\[n"u]|\\u00e9|\PC){0,9}"|[\[\]{},: \t]|-?[01.e]{1,3}|null|true){0,14}[\]}]"#,
        is_list in any::<bool>(),
    ) {
        let text = if is_list { format!("[{text},\"1\"]") } else { text };
        let tree = [("a", Target::Phone(0)), ("z.a", Target::Phone(1)), ("z.z", Target::Country),
            ("field 2", Target::Phone(2))];
        let tree = paths(if is_list { &tree } else { &tree[..3] });
        let (mut found, mut expected) = (JsonCells::default(), JsonCells::default());
        let mut simple = CellWalk::new(&tree, Paths::TOP, &mut found);
        let mut end_of_path = |node, end| simple.at(node).simple_end(end);
        if simple_walk(&tree, Paths::TOP, &text, &mut end_of_path).is_some() {
            prop_assert!(try_cells_of(&tree, Paths::TOP, &text, &mut expected).is_ok(), "{text}");
            prop_assert_eq!(found.phones, expected.phones);
            prop_assert_eq!(found.country, expected.country);
        }
    }
}
