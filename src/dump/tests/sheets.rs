//! Spreadsheets: sheets as rows whose places are those of the sheet, numbers with every digit, in
//! bounded memory.

use std::io::{Cursor, Write as _};

use rust_xlsxwriter::{Format as Look, Workbook};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;

/// A ZIP archive of these members.
fn packed(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An ODS document with these sheets: their names, and the XML between the tags.
fn ods(sheets: &[(&str, &str)]) -> Vec<u8> {
    let sheets = sheets.iter().map(|(name, rows)| {
        format!("<table:table table:name=\"{name}\"><table:table-column/>{rows}</table:table>")
    });
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content><office:body><office:spreadsheet>{}\
         </office:spreadsheet></office:body></office:document-content>",
        sheets.collect::<String>()
    );
    packed(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", content.as_bytes()),
    ])
}

/// A list as Excel has it: a title, an empty row, a header, numbers as numbers and as text.
fn contacts() -> Workbook {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Customers, \"new\"\nones").unwrap();
    sheet.write(2, 1, "Name").unwrap();
    sheet.write(2, 2, "Mobile Phone").unwrap();
    sheet.write(2, 3, "Home Phone").unwrap();
    sheet.write(3, 1, "Ann, Lee").unwrap();
    sheet.write(3, 2, 61_491_570_006_i64).unwrap();
    sheet.write(3, 3, "+1 (212) 555-0100").unwrap();
    sheet.write(6, 1, "Bo").unwrap();
    sheet.write(6, 2, 447_700_900_123.5).unwrap();
    book
}

#[test]
fn rows_and_columns_stand_where_they_stand_in_the_sheet() {
    let bytes = contacts().save_to_buffer().unwrap();
    let dump = read(&bytes);
    assert_eq!(dump.shape.format(), Format::Xlsx);
    assert_eq!(dump.shape.phone_columns(), ["Mobile Phone", "Home Phone"]);
    assert_eq!(
        dump.listing(),
        [
            "1: bad_row",
            "2: ",
            "4: 61491570006 | +1 (212) 555-0100",
            "5: ",
            "6: ",
            "7: 4.477009001235E11 | ",
        ]
    );
    assert_eq!(dump.digest.bytes, bytes.len() as u64);
}

#[test]
fn cells_are_texts_as_their_kind_has_them() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let date = Look::new().set_num_format("yyyy-mm-dd");
    for (row, phone) in (0..).zip(["121255501", "121255502"]) {
        sheet.write(row, 0, format!("{phone}00")).unwrap();
    }
    sheet.write_with_format(0, 1, 44_289, &date).unwrap();
    // A number that somebody gave the look of a date.
    sheet
        .write_with_format(1, 1, 61_491_570_006_i64, &date)
        .unwrap();
    sheet.write(0, 2, true).unwrap();
    sheet
        .write_formula(1, 2, rust_xlsxwriter::Formula::new("=1+1").set_result("2"))
        .unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let dump = read_as(
        &bytes,
        &ReadOptions {
            header: HeaderRule::Absent,
            ..phone_field(1)
        },
    );
    let rows: Vec<_> = dump
        .rows
        .iter()
        .map(|row| String::from_utf8_lossy(&row.raw))
        .collect();
    assert_eq!(
        rows,
        [
            "12125550100,2021-04-03,TRUE\n",
            "12125550200,61491570006,2\n"
        ]
    );
}

fn phone_field(field: usize) -> ReadOptions {
    ReadOptions {
        phone: vec![ColumnRef::Field(field.try_into().unwrap())],
        ..ReadOptions::default()
    }
}

#[test]
fn repeated_rows_and_cells_are_as_many_as_they_say_and_remarks_are_no_text() {
    let rows = "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell \
        table:number-columns-repeated=\"1024\"/></table:table-row>\
        <table:table-row><table:table-cell><text:p>name</text:p></table:table-cell><table:table-cell \
        office:value-type=\"string\"><office:annotation><text:p>12125550199</text:p></office:annotation>\
        <text:p>pho<text:span>ne</text:span></text:p></table:table-cell></table:table-row>\
        <table:table-row table:number-rows-repeated=\"2\"><table:table-cell/><table:table-cell \
        office:value-type=\"float\" office:value=\"61491570006\"><text:p>6.15E+10</text:p></table:table-cell>\
        </table:table-row><table:table-row><table:table-cell table:number-columns-repeated=\"2\">\
        <text:p>&#43;1212&amp;</text:p><text:p>5550100</text:p></table:table-cell></table:table-row>\
        <table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell/></table:table-row>";
    let dump = read(ods(&[("Sheet1", rows)]));
    assert_eq!(dump.shape.format(), Format::Ods);
    assert_eq!(dump.shape.phone_columns(), ["phone"]);
    assert_eq!(
        dump.listing(),
        [
            "1: ",
            "2: ",
            "4: 61491570006",
            "5: 61491570006",
            "6: +1212&\u{b}5550100"
        ]
    );
}

/// The paths of the pieces of a file, and the result of each.
fn pieces(bytes: &[u8], limits: Limits) -> Vec<(String, Result<Vec<String>, String>)> {
    let source = Source::Memory(bytes.to_vec());
    let opening = Opening::new(source, "f".as_ref(), Vec::new(), limits, Buffering::Bulk);
    let mut opening = match opening {
        Ok(opening) => opening,
        Err(error) => return vec![("f".to_owned(), Err(error.to_string()))],
    };
    let mut pieces = Vec::new();
    while let Some(piece) = opening.next_member() {
        let rows = match piece.content {
            MemberContent::Archive { kind, .. } => Ok(vec![kind.to_owned()]),
            MemberContent::Skipped(skip) => Err(skip.as_str().to_owned()),
            MemberContent::Failed(error) => Err(error.to_string()),
            MemberContent::Dump(stream) => rows_of(stream).map_err(|error| error.to_string()),
        };
        pieces.push((piece.path.display().to_string(), rows));
    }
    pieces
}

fn rows_of(stream: Stream) -> Result<Vec<String>, DumpError> {
    let mut file = DumpFile::open(stream, &ReadOptions::default(), &judge)?;
    let mut rows = Vec::new();
    while let Some(batch) = file.next_batch(Vec::new())? {
        batch.rows(&mut Scratch::default(), &mut |row| {
            rows.push(ReadRow::from(row));
        });
    }
    let cells = rows
        .iter()
        .filter_map(|row| row.content.as_ref().ok())
        .flatten();
    Ok(cells.map(|(_, text)| text.clone()).collect())
}

#[test]
fn every_sheet_of_several_is_a_list_of_its_own() {
    let mut book = Workbook::new();
    for (name, header, number) in [
        ("Egypt", "phone", "12125550100"),
        ("Empty", "", ""),
        ("Other", "tel", "12125550101"),
        ("Notes", "remark", "nothing here"),
    ] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        if !header.is_empty() {
            sheet.write(0, 0, header).unwrap();
            sheet.write(1, 0, number).unwrap();
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    let row = |text: &str| Ok(vec![text.to_owned()]);
    let expected = |path: &str| {
        vec![
            (path.to_owned(), row("xlsx")),
            (format!("{path}!Egypt"), row("12125550100")),
            (format!("{path}!Other"), row("12125550101")),
            (
                format!("{path}!Notes"),
                Err("no column holds phone numbers; columns: remark".to_owned()),
            ),
        ]
    };
    assert_eq!(pieces(&bytes, Limits::default()), expected("f"));
    // In an archive, too; there the workbook is one of its members.
    let outer = packed(&[("a.xlsx", &bytes), ("b.txt", b"12125550102\n")]);
    let mut within: Vec<_> = pieces(&outer, Limits::default());
    assert_eq!(
        within.pop(),
        Some(("f!b.txt".to_owned(), row("12125550102")))
    );
    assert_eq!(within[1..], expected("f!a.xlsx")[1..]);
}

#[test]
fn archives_that_begin_like_spreadsheets_are_told_from_them() {
    let files = packed(&[("xl/1.txt", b"12125550100\n"), ("2.txt", b"12125550101\n")]);
    let paths: Vec<_> = pieces(&files, Limits::default())
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    assert_eq!(paths, ["f", "f!xl/1.txt", "f!2.txt"]);
    for (members, reason) in [
        (
            ["[Content_Types].xml", "word/document.xml"],
            "unsupported: an Office document without sheets",
        ),
        (
            ["[Content_Types].xml", "xl/workbook.bin"],
            "unsupported: XLSB",
        ),
        (
            ["[Content_Types].xml", "xl/workbook.xml"],
            "the xlsx data is damaged",
        ),
    ] {
        let bytes = packed(&members.map(|name| (name, &b"<xml/>"[..])));
        assert_eq!(
            pieces(&bytes, Limits::default()),
            [("f".to_owned(), Err(reason.to_owned()))]
        );
    }
    let text = packed(&[("mimetype", b"application/vnd.oasis.opendocument.text")]);
    assert_eq!(
        pieces(&text, Limits::default()),
        [(
            "f".to_owned(),
            Err("unsupported: an OpenDocument file without sheets".to_owned())
        )]
    );
}

#[test]
fn a_spreadsheet_that_breaks_off_or_lies_never_looks_whole() {
    let whole = contacts().save_to_buffer().unwrap();
    for length in [whole.len() - 1, whole.len() / 2] {
        let found = pieces(&whole[..length], Limits::default());
        assert_eq!(
            found,
            [(
                "f".to_owned(),
                Err("the spreadsheet data is damaged".to_owned())
            )]
        );
    }
    // An encrypted document has members of noise.
    let noise = packed(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", b"\x01\x02\x03"),
    ]);
    assert_eq!(
        pieces(&noise, Limits::default()),
        [("f".to_owned(), Err("is encrypted".to_owned()))]
    );
    let open = ods(&[(
        "a",
        "<table:table-row><table:table-cell><text:p>12125550100</text:p></table:table-cell></table:table-row><table:table>",
    )]);
    assert_eq!(
        pieces(&open, Limits::default())[0].1.as_ref().unwrap_err(),
        "the ods data is damaged"
    );
}

/// The workbook with one member of it replaced.
fn with_member(book: &[u8], name: &str, content: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut members: Vec<(String, Vec<u8>)> = Vec::new();
    for place in 0..archive.len() {
        let mut member = archive.by_index(place).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut member, &mut bytes).unwrap();
        members.push((member.name().unwrap().into_owned(), bytes));
    }
    members.retain(|(other, _)| other != name);
    members.push((name.to_owned(), content.to_vec()));
    let members: Vec<_> = members
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    packed(&members)
}

#[test]
fn what_a_spreadsheet_takes_in_memory_is_bounded() {
    let book = contacts().save_to_buffer().unwrap();
    let within = |memory| Limits {
        memory,
        ..Limits::default()
    };
    let outcome = |bytes: &[u8]| pieces(bytes, within(16 << 20))[0].1.clone().unwrap_err();
    let too_large = "cannot be unpacked in 16 MiB of memory";
    let damaged = "the spreadsheet data is damaged";
    let shared = |text: &str| with_member(&book, "xl/sharedStrings.xml", text.as_bytes());
    let sst = "<sst xmlns=\"x\" uniqueCount=\"1\">";
    let texts = "<si><t>a</t></si>".repeat(400_000);
    assert_eq!(outcome(&shared(&format!("{sst}{texts}</sst>"))), too_large);
    // Space for more texts than there are.
    assert_eq!(
        outcome(&shared("<sst uniqueCount=\"99999999999999\"></sst>")),
        too_large
    );
    // A text, a tag, a remark longer than any row; entities.
    let long = "a".repeat(MAX_ROW_BYTES);
    for bad in [
        format!("{sst}<si><t>{long}</t></si></sst>"),
        format!("{sst}<si a=\"{long}\"></si></sst>"),
        format!("{sst}<!-- {} --></sst>", "<>".repeat(MAX_ROW_BYTES)),
        format!(
            "{sst}<si><t><![CDATA[{}]]></t></si></sst>",
            "<>".repeat(MAX_ROW_BYTES)
        ),
        "<!DOCTYPE sst [<!ENTITY a \"aaaa\">]><sst></sst>".to_owned(),
    ] {
        assert_eq!(outcome(&shared(&bad)), damaged);
    }
    let sheet = |rows: &str| {
        with_member(
            &book,
            "xl/worksheets/sheet1.xml",
            format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").as_bytes(),
        )
    };
    for rows in [
        "<row r=\"1\"><c r=\"ZZZZ1\"><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"A2000000\"><v>1</v></c></row>",
        "<row r=\"2\"><c r=\"A2\"><v>1</v></c></row><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>",
    ] {
        let found = pieces(&sheet(rows), within(16 << 20));
        assert_eq!(found[0].1.as_ref().unwrap_err(), damaged, "{rows}");
    }
    // Cells that are repeated without measure would unpack without measure.
    let cell = "<table:table-cell table:number-columns-repeated=\"2\"><text:p>1</text:p></table:table-cell>";
    let rows =
        format!("<table:table-row table:number-rows-repeated=\"1000000\">{cell}</table:table-row>");
    let limits = Limits {
        expanded_bytes: 1 << 20,
        ..Limits::default()
    };
    let mut bomb = Opening::new(
        Source::Memory(ods(&[("bomb", &rows)])),
        "f".as_ref(),
        Vec::new(),
        limits,
        Buffering::Bulk,
    )
    .unwrap();
    let Some(MemberContent::Dump(mut stream)) = bomb.next_member().map(|piece| piece.content)
    else {
        panic!("a sheet is a dump")
    };
    let error = std::io::copy(&mut stream.reader, &mut std::io::sink()).unwrap_err();
    assert_eq!(error.to_string(), "unpacks to more than 1048576 bytes");
}

#[test]
fn a_spreadsheet_is_no_other_format_and_no_other_is_a_spreadsheet() {
    let bytes = contacts().save_to_buffer().unwrap();
    for (bytes, format, says) in [
        (bytes.as_slice(), Format::Xlsx, None),
        (bytes.as_slice(), Format::Ods, Some("is not ods")),
        (bytes.as_slice(), Format::Json, Some("is not json")),
        (b"12125550100\n", Format::Xlsx, Some("is not xlsx")),
    ] {
        let options = ReadOptions {
            format: Some(format),
            ..ReadOptions::default()
        };
        let error = open(bytes, &options).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), says, "{format}");
    }
}
