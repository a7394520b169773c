//! Contact lists that are neither lines nor JSON: cards and directory entries as rows.

use proptest::prelude::*;

use super::*;

#[test]
fn cards_of_every_version_are_rows_and_their_numbers_cells() {
    for (name, tel, number) in [
        ("2.1", "TEL;CELL;PREF:+12125550100", "+12125550100"),
        ("3.0", "TEL;TYPE=CELL:+12125550100", "+12125550100"),
        (
            "4.0",
            "TEL;VALUE=uri;TYPE=\"voice,cell:x\":tel:+12125550100",
            "tel:+12125550100",
        ),
        (
            "in a group",
            "item1.tel;type=pref:+12125550100",
            "+12125550100",
        ),
        ("folded", "TEL;TYPE=CELL:+1212\r\n 5550100", "+12125550100"),
        (
            "quoted-printable",
            "TEL;CELL;ENCODING=QUOTED-PRINTABLE:=2B1212555=\r\n0100",
            "+12125550100",
        ),
        ("escaped", "TEL:+1212\\,5550100", "+1212,5550100"),
    ] {
        let card = format!(
            "BEGIN:VCARD\r\nVERSION:{name}\r\nN:TEL;Ann\r\n{tel}\r\nNOTE:TEL\r\n  :1\r\nEND:VCARD\r\n"
        );
        let dump = read(&card);
        assert_eq!(dump.shape.format(), Format::Vcard, "{name}");
        assert_eq!(dump.shape.phone_columns(), ["TEL"]);
        assert_eq!(dump.listing(), [format!("1: {number}")], "{name}");
        assert_eq!(dump.digest.bytes, card.len() as u64);
    }
}

#[test]
fn cards_have_several_numbers_or_none_and_the_last_may_break_off() {
    let dump = read(
        "BEGIN:VCARD\nTEL:12125550100\nTEL;HOME:12125550101\nEND:VCARD\nBEGIN:VCARD\nFN:Bo\nEND:VCARD\nBEGIN:VCARD\nTEL:121255501",
    );
    assert_eq!(
        dump.listing(),
        ["1: 12125550100 | 12125550101", "2: ", "3: truncated"]
    );
}

#[test]
fn directory_entries_are_rows() {
    let text = "version: 1\n\n# people\ndn: cn=Ann,dc=example\ntelephoneNumber: +1212\n 5550100\nmobile:: KzEyMTI1NTUwMTAx\njpegPhoto:: /9j/\n\ndn:: Y249Qm8=\ncn: Bo\nmobile;lang-en: 12125550102\n\n\ndn: cn=Cy\ncn: Cy\n";
    let dump = read(text);
    assert_eq!(dump.shape.format(), Format::Ldif);
    assert_eq!(dump.shape.phone_columns(), ["mobile", "telephoneNumber"]);
    assert_eq!(
        dump.listing(),
        ["1: +12125550100 | +12125550101", "2: 12125550102", "3: "]
    );
}

fn any_contacts() -> impl Strategy<Value = (Vec<u8>, Format)> {
    let pieces = [
        "BEGIN:VCARD\n",
        "END:VCARD\r\n",
        "TEL:12125550100\n",
        "TEL;QUOTED-PRINTABLE:=2B=\n",
        "\n",
        " ",
        "\r",
        ":",
        "\"",
        "=",
        "dn: x\n",
        "mobile:: MTIx\n",
        "mobile: 12125550101\n",
        "mobile:<",
        "é",
        "\\",
        "TEL",
    ];
    let text = proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..60)
        .prop_map(|pieces| pieces.concat().into_bytes());
    (
        text,
        proptest::sample::select(vec![Format::Vcard, Format::Ldif]),
    )
}

proptest! {
    #[test]
    fn contacts_are_the_same_in_pieces_of_any_size((text, format) in any_contacts(), size in 1_usize..40) {
        let options = ReadOptions { format: Some(format), ..ReadOptions::default() };
        let Ok(whole) = read_with(&text, &options, 1 << 20) else { return Ok(()) };
        let mut file = open(&text, &options).unwrap();
        file.set_batch_bytes(size);
        file.reread_after_lead(&text);
        let mut rows = Vec::new();
        loop {
            let batch = match file.next_batch(Vec::new()) {
                Ok(Some(batch)) => batch,
                Ok(None) => break,
                // A file without rows is refused at its end.
                Err(_) if whole.rows.is_empty() => return Ok(()),
                Err(error) => panic!("{error}"),
            };
            batch.rows(&mut Scratch::default(), &mut |row| rows.push(ReadRow::from(row)));
        }
        prop_assert_eq!(whole.rows, rows);
    }
}

#[test]
fn cards_with_any_line_end_and_indentation_are_read() {
    let two = ["1: +12125550100", "2: +12125550101"];
    let lines = |indent: &str, end: &str| {
        let card = |tel: &str| {
            format!("BEGIN:VCARD{end}{indent}VERSION:3.0{end}{indent}TEL:{tel}{end}END:VCARD{end}")
        };
        card("+12125550100") + &card("+12125550101")
    };
    for end in ["\n", "\r\n", "\r", "\r\r\n"] {
        for indent in ["", "  ", "\t"] {
            let text = lines(indent, end);
            assert_eq!(read(&text).listing(), two, "{text:?}");
            let all = text.replace("BEGIN", &format!("{indent}BEGIN"));
            let all = all.replace("END:", &format!("{indent}END:"));
            assert_eq!(read(&all).listing(), two, "{all:?}");
        }
    }
    let folded = "BEGIN:VCARD\r\n  TEL:+1212\r\n   5550100\r\n  END:VCARD\r\n";
    assert_eq!(read(folded).listing(), ["1: +12125550100"]);
}

#[test]
fn entries_with_lone_returns_and_long_values_are_read() {
    let entries =
        "version: 1\rdn: cn=Ann\rmobile: +1212\r 5550100\r\rdn: cn=Bo\rmobile: +12125550101\r";
    assert_eq!(
        read(entries).listing(),
        ["1: +12125550100", "2: +12125550101"]
    );
    let long = "x".repeat(MAX_ROW_BYTES);
    let text =
        format!("dn: cn=Ann\nmobile: +12125550100\nphoto: {long}\n\ndn: cn=Bo\nmobile: {long}\n");
    assert_eq!(
        read(text).listing(),
        [
            "1: +12125550100",
            "2: line_too_long",
            "3: ",
            "4: line_too_long"
        ]
    );
}

#[test]
fn whatsapp_ids_and_addresses_of_messengers_are_values() {
    let card = "BEGIN:VCARD\nTEL;waid=12125550101:0555 0101\nEND:VCARD\nBEGIN:VCARD\nTEL;type=CELL;waid=12125550100:+1 212-555-0100\nEND:VCARD\n";
    let mut options = ReadOptions::default();
    for (property, columns) in [
        ("waid", vec!["+12125550101", ""]),
        ("TEL", vec!["0555 0101", "+1 212-555-0100"]),
    ] {
        options.phone = vec![ColumnRef::Name(property.to_owned())];
        assert_eq!(read_as(card, &options).cells(), columns, "{property}");
    }
    for (line, name) in [
        ("X-WHATSAPP:+12125550100", "X-WHATSAPP"),
        ("item1.X-Mobile-2:+12125550100", "X-MOBILE-2"),
        ("PHONE.WORK:+12125550100", "PHONE.WORK"),
        ("IMPP;X-SERVICE-TYPE=WhatsApp:whatsapp:+12125550100", "IMPP"),
        ("IMPP:x-apple:%2B12125550100", "IMPP"),
    ] {
        options.phone = vec![ColumnRef::Name(name.to_owned())];
        let card = format!("BEGIN:VCARD\nFN:Ann\n{line}\nEND:VCARD\n");
        assert_eq!(read_as(card, &options).cells(), ["+12125550100"], "{line}");
    }
}
