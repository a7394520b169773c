//! The steps of the reading and their order: home, international, possible, and how a column settles them.

use leakline::phone::{Accept, CellReader, ColumnReading, Purpose, Region};

use super::{CHECK, LOAD, read};

const INTERNATIONAL: CellReader = CellReader {
    column: ColumnReading::International,
    ..LOAD
};

fn settle(cells: &[&str], home: &str) -> ColumnReading {
    let home = Region::from_code(home);
    ColumnReading::settle(cells.iter().map(|cell| (cell.as_bytes(), home))).reading
}

#[test]
fn a_column_of_international_digits_is_read_so_before_home() {
    // Each is valid both ways.
    let german = ["4917139200010", "4917139200011", "4917139200012"];
    assert_eq!(read(LOAD, german[0], "DE"), "+494917139200010 DE");
    assert_eq!(settle(&german, "DE"), ColumnReading::International);
    assert_eq!(read(INTERNATIONAL, german[0], "DE"), "+4917139200010 DE");
    assert_eq!(read(INTERNATIONAL, "01713920010", "DE"), "+491713920010 DE");
    assert_eq!(read(INTERNATIONAL, "491570156", "AU"), "+61491570156 AU");
}

#[test]
fn indonesia_and_kosovo_are_settled_too() {
    assert_eq!(
        settle(&["62812345678", "628123456789"], "ID"),
        ColumnReading::International
    );
    assert_eq!(
        settle(&["38343201234", "38344201234"], "XK"),
        ColumnReading::International
    );
}

#[test]
fn nine_in_ten_digits_only_cells_settle_a_column() {
    let mut cells = vec!["4917139200010"; 9];
    cells.push("01713920010");
    assert_eq!(settle(&cells, "DE"), ColumnReading::International);
    cells.push("01713920010");
    assert_eq!(settle(&cells, "DE"), ColumnReading::Home);
    // Cells with a plus, blanks and words say nothing.
    assert_eq!(
        settle(&["4917139200010", "+491713920010", "", "null", "x"], "DE"),
        ColumnReading::International
    );
    assert_eq!(settle(&[], "DE"), ColumnReading::Home);
    assert_eq!(
        ColumnReading::settle([(&b"4917139200010"[..], None)].into_iter()).reading,
        ColumnReading::Home
    );
}

#[test]
fn the_home_of_each_row_counts() {
    let region = |code| Region::from_code(code);
    let rows = [
        (&b"4917139200010"[..], region("DE")),
        (&b"61491570156"[..], region("AU")),
    ];
    assert_eq!(
        ColumnReading::settle(rows.into_iter()).reading,
        ColumnReading::International
    );
    let crossed = rows.map(|(cell, home)| {
        (
            cell,
            if home == region("DE") {
                region("AU")
            } else {
                region("DE")
            },
        )
    });
    assert_eq!(
        ColumnReading::settle(crossed.into_iter()).reading,
        ColumnReading::Home
    );
}

#[test]
fn check_looks_ambiguous_digits_up_both_ways() {
    let both = "+494917139200010 DE or +4917139200010 DE";
    assert_eq!(read(CHECK, "4917139200010", "DE"), both);
    let check = CellReader {
        column: ColumnReading::International,
        ..CHECK
    };
    assert_eq!(
        read(check, "4917139200010", "DE"),
        "+4917139200010 DE or +494917139200010 DE"
    );
    assert_eq!(read(CHECK, "+4917139200010", "DE"), "+4917139200010 DE");
    assert_eq!(read(CHECK, "447400123456", "GB"), "+447400123456 GB");
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
fn a_column_said_to_be_international_needs_no_region() {
    let check = CellReader {
        column: ColumnReading::International,
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
