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
        own_fields(world.run(args).expect(0).json())
    };
    assert_eq!(
        overlap(&["breach", "second"]),
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
    let three = overlap(&["third", "second", "breach"]);
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
fn text_is_a_table_with_the_share_of_each_source() {
    let text = world()
        .run(["overlap", "breach", "second"])
        .expect(0)
        .text();
    let expected = "\
country             breach  second  in all of them  of breach  of second
United States (US)       3       3               2    66.67 %    66.67 %
Australia (AU)           1       0               0     0.00 %          -
all countries            4       3               2    50.00 %    66.67 %
40.00 % of the numbers that any of them holds are in all of them (Jaccard index 0.4000)
";
    assert_eq!(text, expected);
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
        &["breach", "second", "--format", "csv"],
        // Its counts would stand under the name of another field.
        &["breach", "shared", "--format", "json"],
    ] {
        let args = ["overlap"].iter().chain(args);
        let run = world.run(args).expect(2);
        assert!(
            run.stderr.starts_with("leakline: ") && run.text().is_empty(),
            "{}",
            run.stderr
        );
    }
    world.run(["overlap", "breach", "shared"]).expect(0);
    let segment = world.segment("second");
    let mut bytes = std::fs::read(&segment).unwrap();
    let middle = bytes.len() / 3;
    bytes[middle] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    world.run(["overlap", "breach", "second"]).expect(2);
}
