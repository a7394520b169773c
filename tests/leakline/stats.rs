//! `stats`, `sources`, `verify`: what is in the index.

use serde_json::json;

use crate::world::{Run, World, own_fields};

fn world() -> World {
    let world = World::with_source(
        "dump.txt",
        "12125550100\n12125550100\n12125550101\n61491570006\n",
    );
    world.file("second.txt", "12125550101\n12125550102\n+46701740605\n");
    world
        .run([
            "load",
            "--source",
            "second",
            "--title",
            "Second leak",
            "--date",
            "2021",
            "second.txt",
        ])
        .expect(0);
    world
}

#[test]
fn a_number_in_two_sources_counts_once() {
    let stats = world().run(["stats", "--format", "json"]).expect(0).json();
    let expected = json!({
        "schema_version": 1,
        "distinct": 5,
        "sources": [
            {"name": "breach", "title": null, "date": null, "status": "alleged", "distinct": 3, "records": 4, "countries": 2},
            {"name": "second", "title": "Second leak", "date": "2021", "status": "alleged", "distinct": 3, "records": 3, "countries": 2},
        ],
        "countries": [
            {"country": "US", "name": "United States", "calling_code": 1, "records": 5, "distinct": 3, "share_pct": 60.0,
             "by_source": {"breach": 2, "second": 2}, "claimed": {}},
            {"country": "AU", "name": "Australia", "calling_code": 61, "records": 1, "distinct": 1, "share_pct": 20.0,
             "by_source": {"breach": 1}, "claimed": {}},
            {"country": "SE", "name": "Sweden", "calling_code": 46, "records": 1, "distinct": 1, "share_pct": 20.0,
             "by_source": {"second": 1}, "claimed": {}},
        ],
    });
    assert_eq!(own_fields(stats), expected);
}

#[test]
fn tables_and_csv_have_the_same_counts() {
    let world = world();
    let csv = world.run(["stats", "--format", "csv"]).expect(0).text();
    assert_eq!(
        csv,
        "country,name,calling_code,records,distinct,share_pct,distinct:breach,distinct:second\n\
         US,United States,1,5,3,60,2,2\n\
         AU,Australia,61,1,1,20,1,\n\
         SE,Sweden,46,1,1,20,,1\n"
    );
    let table = world.run(["stats"]).expect(0).text();
    assert!(
        table
            .lines()
            .nth(1)
            .unwrap()
            .starts_with("United States (US)"),
        "{table}"
    );
    let sources = world
        .run(["stats", "--by", "source", "--format", "csv"])
        .expect(0)
        .text();
    assert_eq!(
        sources.lines().nth(2),
        Some("second,Second leak,2021,alleged,3,3,2")
    );
}

#[test]
fn top_and_least_choose_rows_and_leave_the_sums() {
    let world = world();
    let stats = world
        .run(["stats", "--format", "json", "--top", "1"])
        .expect(0)
        .json();
    assert_eq!(
        (
            stats["countries"].as_array().unwrap().len(),
            &stats["distinct"]
        ),
        (1, &json!(5))
    );
    let run = world
        .run(["stats", "--format", "json", "--min-cell", "2"])
        .expect(0);
    assert_eq!(run.json()["countries"].as_array().unwrap().len(), 1);
    assert!(run.stderr.contains("2 rows"), "{}", run.stderr);
}

#[test]
fn top_and_least_choose_sources_where_sources_have_the_rows() {
    let world = world();
    let third = "46701740606\n46701740607\n46701740608\n46701740609\n";
    world.file("third.txt", third);
    world.run(["load", "third.txt"]).expect(0);
    let by_source = |args: &[&str]| {
        let run = world.run([&["stats", "--by", "source"], args].concat());
        run.expect(0)
    };
    let names = |run: &Run| -> Vec<String> {
        let sources = run.json()["sources"].as_array().unwrap().clone();
        let names = sources.iter().map(|source| source["name"].as_str());
        names.map(|name| name.unwrap().to_owned()).collect()
    };
    let top = by_source(&["--top", "2", "--format", "json"]);
    assert_eq!(names(&top), ["third", "breach"]);
    assert_eq!(top.json()["countries"].as_array().unwrap().len(), 3);
    assert_eq!(by_source(&["--top", "1"]).text().lines().count(), 2);
    let csv = by_source(&["--top", "1", "--format", "csv"]).text();
    assert_eq!(csv.lines().nth(1), Some("third,,,alleged,4,4,1"));
    let least = by_source(&["--min-cell", "4", "--format", "json"]);
    assert_eq!(names(&least), ["third"]);
    assert!(least.stderr.contains("2 rows"), "{}", least.stderr);
}

#[test]
fn counts_need_no_key() {
    let world = world();
    std::fs::remove_file(world.path("config/leakline/key")).unwrap();
    world.run(["stats"]).expect(0);
    world.run(["sources"]).expect(0);
}

#[test]
fn sources_are_listed_and_removed() {
    let world = world();
    let list = world.run(["sources", "list", "--json"]).expect(0).json();
    assert_eq!(list["sources"][1]["name"], "second");
    assert_eq!(list["sources"][0]["loaded_at"], "2099-01-01T00:00:00Z");
    world.run(["sources", "remove", "second"]).expect(0);
    let list = world.run(["sources", "--json"]).expect(0).json();
    assert_eq!(list["sources"].as_array().unwrap().len(), 1);
    world.run(["check", "+12125550102"]).expect(0);
    world.run(["sources", "remove", "breach"]).expect(0);
    world.run(["check", "+12125550102"]).expect(2);
}

#[test]
fn the_page_has_the_counts_the_claims_and_no_markup_of_its_sources() {
    let world = world();
    world.file("claims.csv", "country,count\nUS,4\nEG,100\n");
    let args = [
        "load",
        "--replace",
        "--source",
        "second",
        "--title",
        "<script>\"x\"</script> & co",
        "--claimed",
        "claims.csv",
        "second.txt",
    ];
    world.run(args).expect(0);
    let run = world
        .run(["stats", "--format", "html", "-o", "page.html"])
        .expect(0);
    assert_eq!(run.text(), "");
    let page = std::fs::read_to_string(world.path("page.html")).unwrap();
    assert!(
        page.starts_with("<!DOCTYPE html><html lang=\"en\">"),
        "{page}"
    );
    for part in [
        "&lt;script&gt;&quot;x&quot;&lt;/script&gt; &amp; co",
        "<th scope=\"row\">United States (US)</th><td>3</td>",
        "style=\"width:12.00rem\"",
        // Two of the four that were claimed are there, and none of a hundred.
        "<td>4</td><td>50.00 %</td>",
        "<th scope=\"row\">Egypt (EG)</th><td>0</td>",
        "<td>100</td><td>0.00 %</td>",
        "<caption>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // One file, whatever a browser allows.
    for part in ["<script", "http", "src=", "@import", "url("] {
        assert!(!page.contains(part), "{part}: {page}");
    }
    let sources = world
        .run(["stats", "--format", "html", "--by", "source"])
        .expect(0)
        .text();
    assert!(
        sources.contains("second") && !sources.contains("Egypt"),
        "{sources}"
    );
    let top = world
        .run(["stats", "--format", "html", "--top", "1"])
        .expect(0)
        .text();
    assert!(
        top.contains("United States") && !top.contains("Sweden"),
        "{top}"
    );
}

#[test]
fn a_title_is_one_line_in_the_list_of_sources() {
    let world = world();
    let args = ["load", "--replace", "--source", "second", "second.txt"];
    let title = ["--title", "one\nbreach  forged"];
    world.run([&args[..], &title].concat()).expect(0);
    let list = world.run(["sources"]).expect(0).text();
    assert_eq!(list.lines().count(), 5, "{list}");
    assert!(list.contains("second  one\u{fffd}breach"), "{list}");
}
