//! Numbers of old plans in every form that dumps and lists have them: each equals its present form.

use super::{CHECK, LOAD, read};

/// Old forms, their home region, and the present number.
const OLD: &[(&str, &str, &str)] = &[
    ("5215512345679", "", "+525512345679 MX"),
    ("+52 1 55 1234 5679", "US", "+525512345679 MX"),
    ("5215512345679@s.whatsapp.net", "", "+525512345679 MX"),
    ("005215512345679", "", "+525512345679 MX"),
    ("044 55 1234 5679", "MX", "+525512345679 MX"),
    ("0445512345679", "MX", "+525512345679 MX"),
    ("22507123457", "", "+2250707123457 CI"),
    ("07 12 34 57", "CI", "+2250707123457 CI"),
    ("+225 44 12 34 57", "", "+2250544123457 CI"),
    ("20 31 23 45", "CI", "+2252720312345 CI"),
    ("551187654322", "", "+5511987654322 BR"),
    ("(11) 8765-4322", "BR", "+5511987654322 BR"),
    ("011 8765-4322", "BR", "+5511987654322 BR"),
    ("0 15 11 8765-4322", "BR", "+5511987654322 BR"),
    ("+22997123457", "", "+2290197123457 BJ"),
    ("97 12 34 57", "BJ", "+2290197123457 BJ"),
    ("01681234568", "VN", "+84381234568 VN"),
    ("+84 168 123 4568", "", "+84381234568 VN"),
    ("+237 7712 3457", "", "+237677123457 CM"),
    ("571 2345679", "CO", "+576012345679 CO"),
    ("+57 1 234 5679", "", "+576012345679 CO"),
    ("010 123 4568", "EG", "+201001234568 EG"),
    ("+20 10 123 4568", "", "+201001234568 EG"),
    ("+54 9 11 15 2345 6780", "", "+5491123456780 AR"),
    ("+966 1 234 5679", "", "+966112345679 SA"),
    ("7123457", "MU", "+23057123457 MU"),
    ("+56 2 234 5679", "", "+56222345679 CL"),
    ("+593 9 912 3457", "", "+593999123457 EC"),
];

#[test]
fn old_forms_equal_their_present_forms_at_load_and_at_check() {
    for &(old, home, present) in OLD {
        for reader in [LOAD, CHECK] {
            let (number, region) = present.split_once(' ').unwrap();
            let came_to = read(reader, old, home);
            let expected = format!("{number} {region} migrated");
            assert_eq!(
                came_to.trim_end_matches(" wrapper"),
                expected,
                "{old:?} in {home:?}"
            );
            assert_eq!(read(reader, number, ""), present);
            assert_eq!(read(reader, &number[1..], ""), present);
        }
    }
}

#[test]
fn what_cannot_be_told_from_the_old_number_is_rejected_as_such() {
    for (cell, home) in [
        ("+237 2212 3457", ""),
        ("22612345", "CI"),
        ("+22561123457", ""),
        ("5219991", "MX"),
        ("+5210000000000", ""),
    ] {
        let expected = if cell == "5219991" {
            "too_short"
        } else {
            "old_plan"
        };
        assert_eq!(read(LOAD, cell, home), expected, "{cell:?}");
    }
}

#[test]
fn ten_digits_of_north_america_are_no_old_number_of_another_country() {
    // Virginia and Long Beach have the calling codes of Colombia and Chile as their first digits.
    assert_eq!(read(LOAD, "5712345679", ""), "no_country");
    assert_eq!(read(LOAD, "5622345679", ""), "no_country");
    assert_eq!(read(LOAD, "5712345679", "US"), "+15712345679 US");
    assert_eq!(read(LOAD, "5712345679", "CO"), "+576012345679 CO migrated");
}
