//! What is beside the digits of a cell: labels, words between numbers, empty parts, words for
//! nothing, markup.

use super::{CHECK, LOAD, assert_loaded, read};

#[test]
fn a_word_beside_a_number_is_a_label_in_every_language() {
    for cell in [
        "p:+61491570156",
        "Tel. +61491570156",
        "tel +61 491 570 156",
        "Tel.: +61491570156",
        "T +61491570156",
        "m. +61491570156",
        "Mobile: +61491570156",
        "Mobile - +61491570156",
        "WhatsApp +61491570156",
        "Phone(+61491570156)",
        "+61491570156 (mobile)",
        "+61491570156 (m)",
        "+61491570156 WhatsApp",
        "+61491570156 / privat",
        "[Home] +61491570156",
        "📞 Tel +61491570156 ☎",
        "Téléphone portable : +61491570156",
        "Móvil +61491570156",
        "Handy (dienstlich): +61491570156",
        "Telefon Numarası: +61491570156",
        "Số điện thoại: +61491570156",
        "Мобильный телефон: +61491570156",
        "тел.+61491570156",
        "тел +61491570156 (доп. номер)",
        "κινητό: +61491570156",
        "هاتف: +61491570156",
        "טלפון: +61491570156",
        "फोन: +61491570156",
        "โทร. +61491570156",
        "电话：+61491570156",
        "手机+61491570156",
        "+61491570156（携帯）",
        "전화번호 +61491570156",
    ] {
        assert_eq!(read(LOAD, cell, ""), "+61491570156 AU label", "{cell:?}");
    }
    assert_loaded(&[
        ("Tel. 0491 570 156", "AU", "+61491570156 AU label"),
        ("手机0491570156", "AU", "+61491570156 AU label"),
        (
            "Tel. +61491570156 x12",
            "",
            "+61491570156 AU extension label",
        ),
        (
            "Work +61491570156 ext 12 (Ann)",
            "",
            "+61491570156 AU extension label",
        ),
        ("External: 0491570156", "AU", "+61491570156 AU label"),
        ("Intern 0491570156", "AU", "+61491570156 AU label"),
        ("Int: 491570156", "AU", "+61491570156 AU label"),
        // The number's own reason says more than that there is a word.
        ("Mobile: 0491570156", "", "no_country"),
        ("Mobile: +6149157xxxx", "", "redacted"),
        ("+6149157**** (mobile)", "", "redacted"),
    ]);
    assert_eq!(
        read(CHECK, "Mobile: +61491570156", ""),
        "+61491570156 AU label"
    );
}

#[test]
fn letters_within_digits_and_glued_to_them_are_no_label() {
    for cell in [
        "SKU61491570156",
        "SKU-61491570156",
        "order_61491570156",
        "61491570156abc",
        "61491570156 y",
        "+61-491-PHONES",
        "+61 491 570 156-TAXI",
        "1-800-LEAKING",
        "61491570156:ann",
        "ann61491570156@example.com",
        "ann@example.com 61491570156",
        "a1 61491570156",
        "+61491570156 nn",
        "room 5",
        "flat 12, 61491570156",
        "5/8/2018 12:00:00 AM",
    ] {
        assert_eq!(read(LOAD, cell, ""), "letters", "{cell:?}");
    }
    for cell in ["+61491570156 xx", "61491570156 ext", "61491570156 x"] {
        assert_eq!(read(LOAD, cell, ""), "redacted", "{cell:?}");
    }
}

#[test]
fn words_and_empty_parts_between_numbers_lose_none() {
    for between in [
        " or ",
        " OR ",
        " oder ",
        " ou ",
        " или ",
        " أو ",
        " or: ",
        "; Mobile: ",
        " & ",
        " &amp; ",
        "<br>",
        "<br/>",
        " <br /> ",
        ", , ",
        ";;",
        "; n/a; ",
        ", -, ",
        " - ",
        " / ",
        "/",
        "\n\n\n",
        ", null,",
        " , #N/A ,",
        "\t",
        " ",
    ] {
        let cell = format!("+12025550143{between}+61491570156");
        let said = read(LOAD, &cell, "");
        let numbers: Vec<String> = (said.split(" | "))
            .map(|one| one.split(' ').take(2).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(
            numbers,
            ["+12025550143 US", "+61491570156 AU"],
            "{between:?}"
        );
    }
    assert_loaded(&[
        ("+61491570156, n/a", "", "+61491570156 AU empty_part"),
        ("n/a; +61491570156", "", "+61491570156 AU empty_part"),
        (";+61491570156;;", "", "+61491570156 AU empty_part"),
        (
            "0491570156 oder 0491570157",
            "AU",
            "+61491570156 AU | +61491570157 AU",
        ),
        (
            "Home: 0491570156 Mobile: 0491570157",
            "AU",
            "+61491570156 AU | +61491570157 AU",
        ),
        ("n/a, null", "", "no_digits"),
    ]);
}

#[test]
fn seven_digits_behind_a_semicolon_or_a_comma_are_a_number_or_a_reject() {
    assert_loaded(&[
        (
            "+61491570156;0491570157",
            "",
            "+61491570156 AU | no_country",
        ),
        ("+61491570156,491570157", "", "+61491570156 AU | no_country"),
        (
            "+61491570156,0491570157",
            "AU",
            "+61491570156 AU | +61491570157 AU",
        ),
        ("+12025550143;5550144", "US", "+12025550143 US | too_short"),
        ("+12025550143; 12345", "", "+12025550143 US extension"),
        ("+12025550143,,123456", "", "+12025550143 US extension"),
        ("+12025550143;ext=1234567", "", "+12025550143 US extension"),
        ("+12025550143 ext 1234567", "", "+12025550143 US extension"),
    ]);
}

#[test]
fn what_programs_write_for_nothing_is_blank() {
    for cell in [
        "nan",
        "NaN",
        "NA",
        "\\N",
        "#N/A",
        "undefined",
        "[]",
        "{}",
        "(null)",
        "<NA>",
        "<null>",
        "\"N",
        "nil",
        "(none)",
        "n.a.",
        "--",
        "\"null\"",
        "<br>",
        "&nbsp;",
    ] {
        assert_eq!(read(LOAD, cell, ""), "blank", "{cell:?}");
    }
    for cell in ["nobody", "#REF!", "."] {
        assert_eq!(read(LOAD, cell, ""), "no_digits", "{cell:?}");
    }
}

#[test]
fn markup_beside_a_number_goes() {
    for cell in [
        "%2B61491570156",
        "%2b61%20491%20570%20156",
        "&#43;61491570156",
        "&#x2B;61 491&nbsp;570 156",
        "+61491570156<br>",
        "<p>+61491570156</p>",
        "<a class='phone'>+61491570156</a>",
    ] {
        assert_eq!(read(LOAD, cell, ""), "+61491570156 AU wrapper", "{cell:?}");
    }
}

#[test]
fn a_brazilian_number_for_any_carrier_is_read() {
    assert_loaded(&[
        ("(0xx11) 96123-4567", "BR", "+5511961234567 BR"),
        ("(0XX11) 96123-4567", "BR", "+5511961234567 BR"),
        ("0xx(11)961234567", "BR", "+5511961234567 BR"),
        ("+55 (0xx11) 96123-4567", "", "+5511961234567 BR"),
        ("Cel. (0xx11) 96123-4567", "BR", "+5511961234567 BR label"),
        ("(0xx11) 96123-4567", "", "redacted"),
        ("(0xx11) 96123-xxxx", "BR", "redacted"),
    ]);
}
