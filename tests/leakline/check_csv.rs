//! `check --format csv`: the user's rows byte for byte, and three columns.

use crate::world::World;

fn world() -> World {
    World::with_source("dump.txt", "12125550100\n12125550101\n61491570006\n")
}

#[track_caller]
fn annotated(world: &World, list: &str, args: &[&str]) -> String {
    let args = ["check", "--format", "csv", "-i", "-"].iter().chain(args);
    world.run_with(args, list.as_bytes()).expect(1).text()
}

#[test]
fn rows_keep_their_bytes_delimiter_quotes_and_line_ends() {
    let list = "\u{feff}name;\"phone\";note\r\nAnn;\"+12125550100\";\"a \"\"b\"\"; c\"\r\nBo;+12125550199;\"two\r\nlines\"\r\nCy;;x\r\nDi;12;";
    let expected = "\u{feff}name;\"phone\";note;exposure;country;sources\r\n\
        Ann;\"+12125550100\";\"a \"\"b\"\"; c\";exposed;US;breach\r\n\
        Bo;+12125550199;\"two\r\nlines\";not-found;US;\r\n\
        Cy;;x;blank;;\r\n\
        Di;12;;invalid;;\r\n";
    assert_eq!(annotated(&world(), list, &[]), expected);
}

#[test]
fn a_list_without_a_header_gets_none_and_lines_become_one_column() {
    let world = world();
    assert_eq!(
        annotated(&world, "+12125550100\n+12125550199\n\n", &[]),
        "+12125550100,exposed,US,breach\n+12125550199,not-found,US,\n,blank,,\n"
    );
    assert_eq!(
        annotated(&world, "1,+12125550100\n2,+12125550199\n", &[]),
        "1,+12125550100,exposed,US,breach\n2,+12125550199,not-found,US,\n"
    );
}

#[test]
fn a_row_of_several_numbers_shows_the_worst() {
    let list = "a,phone 1,phone 2\n\
        1,+12125550100,+12125550199\n\
        2,+12125550199,+46701740605\n\
        3,+12125550199,12\n\
        4,12,+46701740605\n\
        5,,+12125550199\n";
    let expected = "a,phone 1,phone 2,exposure,country,sources\n\
        1,+12125550100,+12125550199,exposed,US,breach\n\
        2,+12125550199,+46701740605,not-covered,SE,\n\
        3,+12125550199,12,invalid,,\n\
        4,12,+46701740605,not-covered,SE,\n\
        5,,+12125550199,not-found,US,\n";
    let args = ["--phone-column", "phone 1", "--phone-column", "phone 2"];
    assert_eq!(annotated(&world(), list, &args), expected);
}

#[test]
fn only_leaves_rows_out() {
    let list = "name,phone\nAnn,+12125550100\nBo,+12125550199\n";
    assert_eq!(
        annotated(&world(), list, &["--only", "exposed"]),
        "name,phone,exposure,country,sources\nAnn,+12125550100,exposed,US,breach\n"
    );
}

#[test]
fn order_and_bytes_hold_over_many_batches_and_threads() {
    let world = world();
    let rows = 150_000;
    let list: String = (0..rows)
        .map(|row| format!("{row},+121255501{:02},é\"x\n", row % 100))
        .collect();
    let expected: String = (0..rows)
        .map(|row| {
            let answer = if row % 100 < 2 {
                "exposed,US,breach"
            } else {
                "not-found,US,"
            };
            format!("{row},+121255501{:02},é\"x,{answer}\n", row % 100)
        })
        .collect();
    for threads in ["1", "3"] {
        let got = annotated(
            &world,
            &list,
            &["--threads", threads, "--phone-field", "2", "--no-header"],
        );
        assert!(got == expected, "with {threads} threads");
    }
}

#[test]
fn formulas_are_guarded_only_when_asked_for() {
    let list = "name,phone\n=cmd(),+12125550100\n\"@a,b\",12125550199\n";
    assert_eq!(
        annotated(&world(), list, &["--csv-safe"]),
        "name,phone,exposure,country,sources\n\
         '=cmd(),'+12125550100,exposed,US,breach\n\
         \"'@a,b\",12125550199,not-found,US,\n"
    );
    assert!(annotated(&world(), list, &[]).contains("\n=cmd(),+12125550100,exposed"));
}
