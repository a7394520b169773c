//! `overlap`: how much of one source is in others.

use serde_json::json;

use crate::world::{World, own_fields};

/// `breach` and `second` share two numbers of the United States; `third` has one of these, and
/// Sweden.
fn world() -> World {
    let world = World::with_source(
        "dump.txt",
        "12125550100\n12125550100\n12125550101\n12125550102\n61491570006\n",
    );
    world.file("second.txt", "+1 212 555 0101\n12125550102\n12125550103\n");
    world.file("third.txt", "12125550101\n+46701740605\n");
    for source in ["second", "third"] {
        world.run(["load", &format!("{source}.txt")]).expect(0);
    }
    world
}

#[test]
fn shared_numbers_are_counted_by_country_and_in_all() {
    let world = world();
    let overlap = |args: &[&str]| {
        let args = ["overlap", "--format", "json"].iter().chain(args);
        let mut overlap = own_fields(world.run(args).expect(0).json());
        let pairs = overlap.as_object_mut().unwrap().remove("pairs").unwrap();
        (overlap, pairs)
    };
    let (two, pairs) = overlap(&["breach", "second"]);
    assert_eq!(
        pairs,
        json!([{"a": "breach", "b": "second", "distinct_a": 4, "distinct_b": 3, "shared": 2, "a_in_b_pct": 50.0,
                "b_in_a_pct": 66.67, "jaccard": 0.4, "by_chance": 0, "newer": null}])
    );
    assert_eq!(
        two,
        json!({
            "schema_version": 1,
            "sources": ["breach", "second"],
            "distinct": {"breach": 4, "second": 3},
            "shared": 2,
            "jaccard": 0.4,
            "countries": [
                {"country": "US", "breach": 3, "second": 3, "shared": 2, "by_source": {"breach": 3, "second": 3}},
                {"country": "AU", "breach": 1, "second": 0, "shared": 0, "by_source": {"breach": 1, "second": 0}},
            ],
        })
    );
    let (three, pairs) = overlap(&["third", "second", "breach"]);
    let shared: Vec<_> = (pairs.as_array().unwrap().iter())
        .map(|pair| (pair["a"].clone(), pair["b"].clone(), pair["shared"].clone()))
        .collect();
    assert_eq!(
        json!(shared),
        json!([
            ["third", "second", 1],
            ["third", "breach", 1],
            ["second", "breach", 2]
        ])
    );
    assert_eq!(three["sources"], json!(["third", "second", "breach"]));
    assert_eq!(
        (&three["shared"], &three["jaccard"]),
        (&json!(1), &json!(1.0 / 6.0))
    );
    assert_eq!(
        three["countries"],
        json!([
            {"country": "US", "third": 1, "second": 3, "breach": 3, "shared": 1, "by_source": {"third": 1, "second": 3, "breach": 3}},
            {"country": "AU", "third": 0, "second": 0, "breach": 1, "shared": 0, "by_source": {"third": 0, "second": 0, "breach": 1}},
            {"country": "SE", "third": 1, "second": 0, "breach": 0, "shared": 0, "by_source": {"third": 1, "second": 0, "breach": 0}},
        ])
    );
}

#[test]
fn the_same_dump_again_is_the_same_to_the_digit_and_others_share_nothing() {
    let world = world();
    world.file(
        "again.csv",
        "phone,name\n+12125550102,x\n+12125550100,y\n+61491570006,\n+12125550101,\n",
    );
    world.file("other.txt", "+46701740605\n");
    for source in ["again.csv", "other.txt"] {
        world.run(["load", source]).expect(0);
    }
    let jaccard = |other: &str| {
        let run = world
            .run(["overlap", "breach", other, "--format", "json"])
            .expect(0);
        run.json()["jaccard"].clone()
    };
    assert_eq!(
        (jaccard("again"), jaccard("other")),
        (json!(1.0), json!(0.0))
    );
}

#[test]
fn text_is_a_matrix_then_a_table_by_country_then_what_stands_out() {
    let world = world();
    let text = |args: &[&str]| {
        let args = ["overlap", "breach", "second"].iter().chain(args);
        world.run(args).expect(0).text()
    };
    let matrix = "\
source  distinct  in breach  in second
breach         4          -    50.00 %
second         3    66.67 %          -
each cell: the share of the row's numbers that the column's source holds
";
    let countries = "\
country             breach  second  in all of them  of breach  of second
United States (US)       3       3               2    66.67 %    66.67 %
Australia (AU)           1       0               0     0.00 %          -
all countries            4       3               2    50.00 %    66.67 %
";
    let closing = "\
40.00 % of their numbers are in all of them (Jaccard index 0.4000)
! 66.7 % of second is in breach (by chance 0.0 %; Jaccard index 0.400)
";
    assert_eq!(text(&[]), format!("{matrix}\n{countries}{closing}"));
    assert_eq!(text(&["--by", "source"]), format!("{matrix}{closing}"));
    assert_eq!(text(&["--by", "country"]), format!("{countries}{closing}"));
    let of_one = text(&["--by", "country", "--country", "AU"]);
    assert!(
        of_one.contains("Australia") && !of_one.contains("United States"),
        "{of_one}"
    );
}

#[test]
fn csv_has_every_cell_and_markdown_the_same_tables() {
    let world = world();
    let overlap = |args: &[&str]| {
        let args = ["overlap", "breach", "second", "third", "--format"]
            .iter()
            .chain(args);
        world.run(args).expect(0).text()
    };
    assert_eq!(
        overlap(&["csv"]),
        "country,name,distinct:breach,distinct:second,distinct:third,shared\n\
         US,United States,3,3,1,1\n\
         AU,Australia,1,0,0,0\n\
         SE,Sweden,0,0,1,0\n"
    );
    let pairs = overlap(&["csv", "--by", "source"]);
    assert_eq!(pairs.lines().count(), 7, "{pairs}");
    for line in [
        "source,other,distinct,other_distinct,shared,in_other_pct,jaccard,by_chance",
        "second,breach,3,4,2,66.67,0.4,0",
        "third,breach,2,4,1,50,0.2,0",
        "breach,third,4,2,1,25,0.2,0",
    ] {
        assert!(pairs.contains(&format!("{line}\n")), "{line}: {pairs}");
    }
    let markdown = overlap(&["markdown"]);
    for line in [
        "| source | distinct | in breach | in second | in third |",
        "| third | 2 | 50.00 % | 50.00 % | - |",
        "| United States (US) | 3 | 3 | 1 | 1 | 33.33 % | 33.33 % | 100.00 % |",
    ] {
        assert!(
            markdown.contains(&format!("{line}\n")),
            "{line}: {markdown}"
        );
    }
}

#[test]
fn a_leak_sold_again_is_said_to_be_one() {
    let world = world();
    world.file(
        "again.txt",
        "12125550102\n12125550100\n61491570006\n12125550101\n46701740605\n",
    );
    for args in [
        [
            "--append", "--source", "breach", "--date", "2021", "dump.txt",
        ],
        [
            "--append",
            "--source",
            "again",
            "--date",
            "2022-11",
            "again.txt",
        ],
    ] {
        world.run([&["load"], &args[..]].concat()).expect(0);
    }
    let text = world.run(["overlap", "again", "breach"]).expect(0).text();
    let verdict =
        "! 100.0 % of breach is in again: again looks like breach sold again, with other numbers (";
    assert!(text.contains(verdict), "{text}");
}

#[test]
fn it_needs_no_key_and_writes_where_it_is_told() {
    let world = world();
    std::fs::remove_file(world.path("config/leakline/key")).unwrap();
    let shown = world.run(["overlap", "breach", "second"]).expect(0).stdout;
    let run = world
        .run(["overlap", "-q", "breach", "second", "-o", "out.txt"])
        .expect(0);
    assert!(run.stdout.is_empty() && std::fs::read(world.path("out.txt")).unwrap() == shown);
}

#[test]
fn what_cannot_be_compared_is_2() {
    let world = world();
    world.file("shared.txt", "12125550100\n");
    world.run(["load", "shared.txt"]).expect(0);
    for args in [
        &["breach"][..],
        &[],
        &["breach", "breach"],
        &["breach", "fourth"],
        &["breach", "second", "--format", "html"],
    ] {
        let args = ["overlap"].iter().chain(args);
        let run = world.run(args).expect(2);
        assert!(
            run.stderr.starts_with("leakline: ") && run.text().is_empty(),
            "{}",
            run.stderr
        );
    }
    // Its counts cannot be under the name of another field, and are in `by_source` all the same.
    let args = ["overlap", "breach", "shared", "--format", "json"];
    let us = world.run(args).expect(0).json()["countries"][0].clone();
    assert_eq!(
        (&us["shared"], &us["by_source"]["shared"]),
        (&json!(1), &json!(1))
    );
    let segment = world.segment("second");
    let mut bytes = std::fs::read(&segment).unwrap();
    let middle = bytes.len() / 3;
    bytes[middle] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    world.run(["overlap", "breach", "second"]).expect(2);
}
