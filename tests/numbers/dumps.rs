//! Quirks of real dumps, one table a kind: the cell, its home region, what it is read as.

use super::{CHECK, LOAD, assert_loaded, read};

#[test]
fn several_numbers_in_a_cell_are_as_many_rows() {
    let two = "+12025550143 US | +12025550144 US";
    for separator in [";", "; ", " / ", " ::: ", ",", ", ", "\n", "\r\n", "|"] {
        let cell = format!("12025550143{separator}12025550144");
        assert_eq!(read(LOAD, &cell, ""), two, "{separator:?}");
    }
    assert_loaded(&[
        ("2025550143/2025550144", "US", two),
        ("(202) 555-0143 / +1 202 555 0144", "US", two),
        (
            "12025550143 ::: 12025550144 ::: +61491570156",
            "",
            "+12025550143 US | +12025550144 US | +61491570156 AU",
        ),
        ("12025550143;12025550144;", "", two),
    ]);
}

#[test]
fn a_cell_stays_whole_if_one_part_is_no_number() {
    assert_loaded(&[
        ("+49 30 123/456", "", "+4930123456 DE"),
        ("+49 30 / 123456", "DE", "+4930123456 DE"),
        ("+12025550143,12", "", "+12025550143 US extension"),
        ("12025550143 / suite 12", "", "letters"),
        ("12025550143 / 2025550144", "", "too_long"),
    ]);
}

#[test]
fn words_for_nothing_are_blank() {
    for cell in [
        "", " ", "null", "NULL", "Null", "N/A", "n/a", "none", "None", "-", "0", " 0 ", "\u{200E}",
        "\u{A0}", "\"\"",
    ] {
        assert_eq!(read(LOAD, cell, ""), "blank", "{cell:?}");
    }
    assert_eq!(read(LOAD, "00", ""), "too_short");
}

#[test]
fn spreadsheet_damage() {
    assert_loaded(&[
        ("4.474E+11", "", "scientific"),
        ("4.4740012345e+11", "GB", "scientific"),
        ("1.2025550143E10", "", "scientific"),
        ("4,474E+11", "", "scientific"),
        ("12025550143.0", "", "+12025550143 US float_tail"),
        ("447400123456.00", "", "+447400123456 GB float_tail"),
        ("+447400123456.0", "", "+447400123456 GB float_tail"),
        ("'12025550143", "", "+12025550143 US text_guard"),
        ("=\"12025550143\"", "", "+12025550143 US text_guard"),
        ("'+447400123456", "", "+447400123456 GB text_guard"),
    ]);
}

#[test]
fn lost_and_doubled_prefixes() {
    assert_loaded(&[
        ("491570156", "AU", "+61491570156 AU"),
        ("491570156", "", "no_country"),
        ("7400123456", "GB", "+447400123456 GB"),
        ("447400123456", "", "+447400123456 GB"),
        ("2025550143", "US", "+12025550143 US"),
        ("2125550143", "", "no_country"),
        ("00447400123456", "", "+447400123456 GB"),
        ("00447400123456", "AU", "+447400123456 GB"),
        ("011447400123456", "US", "+447400123456 GB"),
        ("0011447400123456", "AU", "+447400123456 GB"),
        ("+00447400123456", "", "+447400123456 GB"),
        ("+00447400123456", "US", "+447400123456 GB"),
        ("+011 44 7400 123456", "US", "+447400123456 GB"),
        ("+44 (0)7400 123456", "", "+447400123456 GB"),
        ("+4407400123456", "", "+447400123456 GB"),
        ("+44007400123456", "", "too_long"),
        ("+6100491570156", "", "not_valid"),
        ("+61 (0)491 570 156", "", "+61491570156 AU"),
        ("+610491570156", "", "+61491570156 AU"),
        ("+39 06 1234 5678", "", "+390612345678 IT"),
        ("+39612345679", "", "not_valid"),
        ("+39 312 345 6789", "", "+393123456789 IT"),
    ]);
    assert_eq!(
        read(CHECK, "+6100491570156", ""),
        "+610491570156 AU possible"
    );
    assert_eq!(read(CHECK, "+39612345679", ""), "+39612345679 IT possible");
}

#[test]
fn masks_and_letters_are_no_digits() {
    assert_loaded(&[
        ("+1202555xxxx", "", "redacted"),
        ("+1202555XXXX", "US", "redacted"),
        ("+61491570xxx", "", "redacted"),
        ("12025550143XX", "US", "redacted"),
        ("1202xxx0143", "US", "redacted"),
        ("+1202555****", "", "redacted"),
        ("+1202555####", "", "redacted"),
        ("+1202555••••", "", "redacted"),
        ("+1202555…", "", "redacted"),
        ("+1202555...", "", "redacted"),
        ("+1202555____", "", "redacted"),
        ("+1202555????", "", "redacted"),
        ("+1-800-LEAKING", "", "letters"),
        ("1-800-LEAKING", "US", "letters"),
        ("SKU12025550143", "US", "letters"),
        ("ann@example.com", "", "no_digits"),
        ("ann22@example.com", "", "letters"),
    ]);
}

#[test]
fn extensions_are_cut_off() {
    for label in [
        "x12",
        " x12",
        " ext 12",
        " ext. 12",
        ";ext=12",
        " extension 12",
        " доб. 12",
        "ｘｔｎ12",
        "#12",
        ",,12",
        "~12",
        " int 12",
        " anexo 12",
    ] {
        let cell = format!("+12025550143{label}");
        assert_eq!(
            read(LOAD, &cell, ""),
            "+12025550143 US extension",
            "{label:?}"
        );
    }
    for label in [" ext", " ext.", "x", " x", "#", " доб.", ";ext="] {
        let cell = format!("+12025550143{label}");
        assert_eq!(read(LOAD, &cell, ""), "redacted", "{label:?}");
    }
}

#[test]
fn wrappers_of_messengers_and_uris() {
    assert_loaded(&[
        ("12025550143@s.whatsapp.net", "", "+12025550143 US wrapper"),
        (
            "12025550143:7@s.whatsapp.net",
            "",
            "+12025550143 US wrapper",
        ),
        ("4917139200010@c.us", "DE", "+4917139200010 DE wrapper"),
        ("tel:+1-202-555-0143", "", "+12025550143 US wrapper"),
        (
            "tel:+1-202-555-0143;ext=12",
            "",
            "+12025550143 US extension wrapper",
        ),
        (
            "TEL:2025550143;phone-context=+1",
            "",
            "+12025550143 US wrapper",
        ),
        ("https://wa.me/12025550143", "", "+12025550143 US wrapper"),
        (
            "https://wa.me/12025550143?text=hi",
            "GB",
            "+12025550143 US wrapper",
        ),
        (
            "https://api.whatsapp.com/send?phone=12025550143",
            "",
            "+12025550143 US wrapper",
        ),
        ("12025550143-1617436800@g.us", "", "other_id"),
        ("100000000000001@lid", "", "other_id"),
    ]);
}

#[test]
fn other_digits_and_invisible_marks() {
    assert_loaded(&[
        ("٠٤٩١٥٧٠١٥٦", "AU", "+61491570156 AU other_digits"),
        (
            "＋４４７４００１２３４５６",
            "",
            "+447400123456 GB other_digits",
        ),
        ("۰۴۹۱۵۷۰۱۵۶", "AU", "+61491570156 AU other_digits"),
        ("+४४ ७४०० १२३४५६", "", "+447400123456 GB other_digits"),
        (
            "\u{202A}+44 7400 123456\u{202C}",
            "",
            "+447400123456 GB invisible",
        ),
        ("\u{200E}447400123456", "", "+447400123456 GB invisible"),
        (
            "+44\u{A0}7400\u{A0}123456",
            "",
            "+447400123456 GB invisible",
        ),
        (
            "+44\u{2009}7400\u{2009}123456",
            "",
            "+447400123456 GB invisible",
        ),
        ("+44\u{AD}7400123456", "", "+447400123456 GB invisible"),
        ("+44‑7400‑123456", "", "+447400123456 GB"),
        ("44 7400 123456", "", "+447400123456 GB"),
    ]);
}

#[test]
fn bytes_that_are_no_text_cost_no_number() {
    assert_eq!(
        read(LOAD, b"12025550143\0\0:1:Ann", ""),
        "+12025550143 US nul"
    );
    assert_eq!(read(LOAD, b"\0\0\0\0", ""), "no_digits");
    assert_eq!(
        read(LOAD, b"12025550143\xE9", ""),
        "+12025550143 US bad_bytes"
    );
    assert_eq!(
        read(LOAD, b"\xFF\xFE12025550143", ""),
        "+12025550143 US bad_bytes"
    );
    assert_eq!(
        read(LOAD, b"+44\xA07400\xA0123456", ""),
        "+447400123456 GB bad_bytes"
    );
}

#[test]
fn other_identifiers_are_no_numbers() {
    assert_loaded(&[
        ("100000000000042", "", "too_long"),
        ("1617436811", "US", "not_valid"),
        ("2021-04-17", "", "no_country"),
        ("2021-04-17", "US", "too_short"),
        ("112", "", "too_short"),
        ("112", "DE", "too_short"),
        ("+112", "", "too_short"),
        ("1202555014312025550144", "", "too_long"),
        ("1202555014312025550144", "US", "too_long"),
        ("---- @seller ----", "", "no_digits"),
        ("##########", "", "no_digits"),
        ("12025550143:ann", "", "letters"),
        ("12025550143:7", "", "stray_marks"),
    ]);
}

#[test]
fn regions_are_those_of_the_number() {
    assert_loaded(&[
        ("+12025550143", "", "+12025550143 US"),
        ("+15062345678", "", "+15062345678 CA"),
        ("+17872345678", "", "+17872345678 PR"),
        ("+18762101234", "", "+18762101234 JM"),
        ("+77012345678", "", "+77012345678 KZ"),
        ("+79123456789", "", "+79123456789 RU"),
        ("+447781123457", "", "+447781123457 GG"),
        ("+447624123457", "", "+447624123457 IM"),
        ("+390669812345", "", "+390669812345 VA"),
        ("+46701740605", "IT", "+46701740605 SE"),
        ("+88216 1234 5678", "", "+8821612345678 001"),
        ("+80012345679", "", "+80012345679 001"),
        ("+999123456789", "", "unknown_calling_code"),
        ("+2101234567", "", "unknown_calling_code"),
        ("00999123456789", "US", "unknown_calling_code"),
        ("+18002345679", "", "+18002345679 US"),
    ]);
}
