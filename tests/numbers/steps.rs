//! The steps of the reading and their order.

use leakline::phone::{Accept, CellReader, DigitOrder, Purpose};

use super::{CHECK, LOAD, read};

const INTERNATIONAL: CellReader = CellReader {
    order: DigitOrder::InternationalFirst,
    ..LOAD
};

#[test]
fn a_home_s_own_calling_code_in_front_makes_digits_international() {
    // Each is valid both ways.
    for cell in ["4917139200010", "49-171-39200010", "49 (171) 39200-010"] {
        assert_eq!(
            read(LOAD, cell, "DE"),
            "+4917139200010 DE or +494917139200010 DE",
            "{cell}"
        );
    }
    assert_eq!(read(LOAD, "01713920010", "DE"), "+491713920010 DE");
    assert_eq!(read(LOAD, "1713920010", "DE"), "+491713920010 DE");
    assert_eq!(
        read(LOAD, "62812345678", "ID"),
        "+62812345678 ID or +6262812345678 ID"
    );
}

#[test]
fn a_home_s_numbers_come_before_other_calling_codes() {
    // Chinese digits that are an American number too.
    assert_eq!(
        read(LOAD, "13125550199", "CN"),
        "+8613125550199 CN or +13125550199 US"
    );
    assert_eq!(
        read(INTERNATIONAL, "13125550199", "CN"),
        "+13125550199 US or +8613125550199 CN"
    );
    // No Swedish number, so it is another country's.
    assert_eq!(read(LOAD, "49 171 3920010", "SE"), "+491713920010 DE");
    assert_eq!(read(LOAD, "46 70-174 06 05", "US"), "+46701740605 SE");
}

#[test]
fn italian_mobiles_that_begin_with_39_stay_at_home() {
    assert!(read(LOAD, "3912345678", "IT").starts_with("+393912345678 IT"));
    assert_eq!(read(LOAD, "393123456789", "IT"), "+393123456789 IT");
}

#[test]
fn two_zeros_are_a_plus_before_any_carrier_of_the_home() {
    assert_eq!(
        read(LOAD, "005533929420954", "BR"),
        "+5533929420954 BR or +33929420954 FR"
    );
    assert_eq!(read(LOAD, "006581234567", "SG"), "+6581234567 SG");
    assert_eq!(read(LOAD, "00491713920010", "US"), "+491713920010 DE");
    // A carrier's way abroad still is one where the digits are no international number.
    assert_eq!(read(LOAD, "0014 1 212 555 0100", "BR"), "+12125550100 US");
}

#[test]
fn a_zero_in_brackets_is_left_out_where_the_rest_is_a_number() {
    assert_eq!(
        read(LOAD, "+39 (0)3134558122", "IT"),
        "+393134558122 IT or +3903134558122 IT"
    );
    assert_eq!(read(LOAD, "+1 (0)2125550100", ""), "+12125550100 US");
    assert_eq!(read(LOAD, "+49 (0)171 3920010", ""), "+491713920010 DE");
    assert_eq!(read(LOAD, "+39 (0)6 12345678", ""), "+390612345678 IT");
    assert_eq!(read(LOAD, "(0)171 3920010", "DE"), "+491713920010 DE");
}

#[test]
fn no_plus_means_no_plus_whatever_is_between_the_digits() {
    for cell in [
        "12125550100",
        "1-212-555-0100",
        "1 (212) 555 0100",
        "1.212.555.0100",
    ] {
        assert_eq!(read(LOAD, cell, ""), "+12125550100 US", "{cell}");
    }
}

#[test]
fn possible_numbers_are_wanted_by_check_and_by_accept_possible() {
    let possible = CellReader {
        purpose: Purpose::Load(Accept::Possible),
        ..LOAD
    };
    for (cell, home) in [
        ("+15550000000", ""),
        ("5550000000", "US"),
        ("15550000000", "US"),
    ] {
        assert_eq!(read(LOAD, cell, home), "not_valid");
        assert_eq!(read(CHECK, cell, home), "+15550000000 US possible");
        assert_eq!(read(possible, cell, home), "+15550000000 US possible");
    }
}

#[test]
fn digits_said_to_be_international_need_no_region() {
    let check = CellReader {
        order: DigitOrder::InternationalFirst,
        ..CHECK
    };
    assert_eq!(read(check, "15550000000", ""), "+15550000000 US possible");
    assert_eq!(read(INTERNATIONAL, "15550000000", ""), "not_valid");
    assert_eq!(read(INTERNATIONAL, "1-202-555-0143", ""), "+12025550143 US");
}

#[test]
fn digits_that_lack_only_their_region_are_never_guessed() {
    for reader in [LOAD, CHECK] {
        assert_eq!(read(reader, "491570156", ""), "no_country");
        assert_eq!(read(reader, "(202) 555-0143", ""), "no_country");
        assert_eq!(read(reader, "202-555-0143", ""), "no_country");
        assert_eq!(read(reader, "15550000000", ""), "no_country");
    }
}
