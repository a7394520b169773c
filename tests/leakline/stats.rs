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
    let mut stats = world().run(["stats", "--format", "json"]).expect(0).json();
    for source in stats["sources"].as_array_mut().unwrap() {
        let source = source.as_object_mut().unwrap();
        assert_eq!(source["provenance"]["rows"], source["records"]);
        assert_eq!(source["loaded_at"], "2099-01-01T00:00:00Z");
        for field in ["provenance", "loaded_at", "note"] {
            source.remove(field).unwrap();
        }
    }
    let no_claim = json!({});
    let expected = json!({
        "schema_version": 1,
        "min_cell": 0,
        "distinct": 5,
        "false_positive_rate": 4.0 / 2.0_f64.powi(64),
        "sources": [
            {"name": "breach", "title": null, "date": null, "status": "alleged", "distinct": 3, "records": 4, "countries": 2, "claims": null},
            {"name": "second", "title": "Second leak", "date": "2021", "status": "alleged", "distinct": 3, "records": 3, "countries": 2, "claims": null},
        ],
        "countries": [
            {"country": "US", "name": "United States", "calling_code": 1, "records": 5, "distinct": 3, "share_pct": 60.0,
             "by_source": {"breach": 2, "second": 2}, "claimed": no_claim, "verdict": no_claim, "difference": no_claim,
             "observed_pct": no_claim, "impossible": no_claim, "population": 327_167_434, "per_100_people": 0.0,
             "plan_size": 2_871_000_000_u64, "of_plan_pct": 0.0},
            {"country": "AU", "name": "Australia", "calling_code": 61, "records": 1, "distinct": 1, "share_pct": 20.0,
             "by_source": {"breach": 1}, "claimed": no_claim, "verdict": no_claim, "difference": no_claim,
             "observed_pct": no_claim, "impossible": no_claim, "population": 24_992_369, "per_100_people": 0.0,
             "plan_size": 90_900_000, "of_plan_pct": 0.0},
            {"country": "SE", "name": "Sweden", "calling_code": 46, "records": 1, "distinct": 1, "share_pct": 20.0,
             "by_source": {"second": 1}, "claimed": no_claim, "verdict": no_claim, "difference": no_claim,
             "observed_pct": no_claim, "impossible": no_claim, "population": 10_183_175, "per_100_people": 0.0,
             "plan_size": 60_000_000, "of_plan_pct": 0.0},
        ],
        "others": null,
        "pairs": [{"a": "breach", "b": "second", "distinct_a": 3, "distinct_b": 3, "shared": 1, "a_in_b_pct": 33.33,
                   "b_in_a_pct": 33.33, "jaccard": 0.2, "by_chance": 0, "newer": null}],
        "same_counts": [],
        "remarks": ["33.3 % of breach is in second (by chance 0.0 %; Jaccard index 0.200)"],
    });
    assert_eq!(own_fields(stats), expected);
}

#[test]
fn tables_csv_and_markdown_have_the_same_counts() {
    let world = world();
    let csv = world.run(["stats", "--format", "csv"]).expect(0).text();
    assert_eq!(
        csv,
        "country,name,calling_code,records,distinct,share_pct,distinct:breach,distinct:second,\
         population,per_100_people,plan_size,of_plan_pct\n\
         US,United States,1,5,3,60,2,2,327167434,0,2871000000,0\n\
         AU,Australia,61,1,1,20,1,,24992369,0,90900000,0\n\
         SE,Sweden,46,1,1,20,,1,10183175,0,60000000,0\n"
    );
    let table = world.run(["stats"]).expect(0).text();
    let us = table.lines().nth(1).unwrap();
    assert!(
        us.starts_with("United States (US)        5         3  60.00 %       2       2  "),
        "{table}"
    );
    let markdown = world
        .run(["stats", "--format", "markdown"])
        .expect(0)
        .text();
    assert_eq!(
        markdown.lines().nth(2),
        Some("| United States (US) | 5 | 3 | 60.00 % | 0.00 | 2 | 2 |")
    );
    let by_source = ["stats", "--by", "source", "--format"];
    let sources = world
        .run([&by_source[..], &["csv"]].concat())
        .expect(0)
        .text();
    assert_eq!(
        sources.lines().nth(2),
        Some("second,Second leak,2021,alleged,3,3,2,2099-01-01T00:00:00Z,3,0,0,0,0,1,,")
    );
    let sources = world
        .run([&by_source[..], &["markdown"]].concat())
        .expect(0)
        .text();
    assert_eq!(
        sources.lines().nth(3),
        Some("| second | Second leak | 2021 | alleged | 3 | 3 | 2 |")
    );
}

#[test]
fn top_sums_up_the_rest_and_leaves_the_sums() {
    let world = world();
    let run = world.run(["stats", "--format", "json", "--top", "1"]);
    let stats = run.expect(0).json();
    assert_eq!(
        (
            stats["countries"].as_array().unwrap().len(),
            &stats["distinct"]
        ),
        (1, &json!(5))
    );
    let others = json!({"rows": 2, "records": 2, "distinct": 2, "share_pct": 40.0});
    assert_eq!(stats["others"], others);
    for (format, line) in [("table", 2), ("markdown", 3)] {
        let text = world
            .run(["stats", "--top", "1", "--format", format])
            .expect(0)
            .text();
        let others = text.lines().nth(line).unwrap();
        let words: Vec<&str> = others
            .split_whitespace()
            .filter(|word| *word != "|")
            .collect();
        assert_eq!(
            words[..7],
            ["and", "2", "more", "2", "2", "40.00", "%"],
            "{text}"
        );
    }
}

#[test]
fn small_counts_are_in_no_figure_and_in_no_sum() {
    let us = |numbers: std::ops::Range<u32>| -> String {
        numbers.map(|n| format!("1212555{n:04}\n")).collect()
    };
    let world = World::with_source("dump.txt", us(100..110) + "61491570006\n");
    world.file("second.txt", us(105..115) + "+46701740605\n");
    world.run(["load", "second.txt"]).expect(0);
    let run = |args: &[&str]| {
        world
            .run([&["stats", "--min-cell", "2"], args].concat())
            .expect(0)
    };
    let json = run(&["--format", "json"]);
    assert!(json.stderr.contains("2 rows"), "{}", json.stderr);
    let stats = json.json();
    // One number of Australia and one of Sweden: neither is in a total that could be compared with
    // others.
    let countries = stats["countries"].as_array().unwrap();
    assert_eq!(countries.len(), 1);
    assert_eq!(
        countries[0]["by_source"],
        json!({"breach": 10, "second": 10})
    );
    assert_eq!(
        (&stats["distinct"], &countries[0]["distinct"]),
        (&json!(15), &json!(15))
    );
    assert_eq!(countries[0]["share_pct"], json!(100.0));
    for source in stats["sources"].as_array().unwrap() {
        assert_eq!(
            (&source["distinct"], &source["countries"]),
            (&json!(10), &json!(1))
        );
        assert_eq!(source["provenance"], json!(null));
    }
    assert_eq!(stats["pairs"][0]["shared"], json!(5));
    for (format, by) in ["table", "csv", "markdown", "html"]
        .into_iter()
        .flat_map(|format| [(format, "country"), (format, "source")])
    {
        let text = run(&["--format", format, "--by", by]).text();
        assert!(
            !text.contains("Sweden (SE)") && !text.contains("SE,"),
            "{format}: {text}"
        );
        assert!(
            !text.contains("Australia (AU)") && !text.contains("AU,"),
            "{format}: {text}"
        );
        assert!(text.contains("breach"), "{format}: {text}");
    }
}

#[test]
fn a_small_count_that_sources_share_cannot_be_had_from_their_sums() {
    // Three numbers of 60 and 43.
    let us = |numbers: std::ops::Range<u32>| -> String {
        numbers.map(|n| format!("1212555{n:04}\n")).collect()
    };
    let world = World::with_source("dump.txt", us(100..160));
    world.file("second.txt", us(157..200));
    world.run(["load", "second.txt"]).expect(0);
    let stats = |args: &[&str]| {
        let args = [&["stats", "--min-cell", "10", "--format", "json"], args].concat();
        world.run(args).expect(0).json()
    };
    let both = stats(&[]);
    let row = &both["countries"][0];
    assert_eq!(row["by_source"], json!({"breach": 57, "second": 40}));
    assert_eq!((&row["distinct"], &both["pairs"]), (&json!(97), &json!([])));
    assert_eq!(row["records"], json!(97));
    // The same numbers are left out of a report of one source.
    let one = stats(&["--source", "breach"]);
    assert_eq!(one["distinct"], json!(57));
}

#[test]
fn a_claim_on_a_hidden_count_has_no_verdict() {
    let world = world();
    world.file("claims.csv", "US,2\nSE,1000\nEG,100\n");
    let args = [
        "load",
        "--replace",
        "--source",
        "second",
        "--claimed",
        "claims.csv",
        "second.txt",
    ];
    world.run(args).expect(0);
    let rows = |args: &[&str]| {
        let run = world.run([&["stats", "--format", "json"], args].concat());
        run.expect(0).json()["countries"].clone()
    };
    let verdicts: Vec<_> = (rows(&[]).as_array().unwrap().iter())
        .map(|row| (row["country"].clone(), row["verdict"]["second"].clone()))
        .collect();
    assert_eq!(
        json!(verdicts),
        json!([
            ["US", "as claimed"],
            ["AU", null],
            ["SE", "short"],
            ["EG", "absent"]
        ])
    );
    // That none is there would tell that the other is hidden.
    let shown = rows(&["--min-cell", "2"]);
    assert_eq!(shown.as_array().unwrap().len(), 1);
    assert_eq!(shown[0]["verdict"], json!({"second": "as claimed"}));
}

#[test]
fn sources_and_countries_restrict_every_figure() {
    let world = world();
    let stats = |args: &[&str]| {
        let run = world.run([&["stats", "--format", "json"], args].concat());
        run.expect(0).json()
    };
    let second = stats(&["--source", "second"]);
    assert_eq!(
        (
            &second["distinct"],
            second["sources"].as_array().unwrap().len()
        ),
        (&json!(3), 1)
    );
    let both = stats(&["--source", "second", "--source", "breach"]);
    assert_eq!(both["distinct"], 5);
    let united = stats(&["--country", "US", "--country", "Sweden"]);
    assert_eq!(
        (
            &united["distinct"],
            united["countries"].as_array().unwrap().len()
        ),
        (&json!(4), 2)
    );
    assert_eq!(united["sources"][0]["distinct"], 2);
    for args in [["--source", "third"], ["--country", "Atlantis"]] {
        let run = world.run([&["stats"], &args[..]].concat()).expect(2);
        assert!(run.stderr.starts_with("leakline: "), "{}", run.stderr);
    }
}

#[test]
fn the_table_fits_the_columns_and_the_locale() {
    let world = world();
    let table = |columns: &str, locale: &str| {
        let mut command = world.command(["stats"]);
        command.env("COLUMNS", columns).env("LC_ALL", locale);
        crate::world::finish(&mut command, b"").expect(0).text()
    };
    let wide = table("100", "C.UTF-8");
    assert!(wide.contains('█') && !wide.contains('#'), "{wide}");
    let plain = table("100", "C");
    assert!(plain.is_ascii() && plain.contains("###"), "{plain}");
    let narrow = table("48", "C.UTF-8");
    assert!(
        narrow.contains("does not fit") || narrow.contains("do not fit"),
        "{narrow}"
    );
    for (text, columns) in [(wide, 100), (plain, 100), (narrow, 48)] {
        let table = text.lines().take_while(|line| !line.contains("in all"));
        assert!(
            table.clone().count() == 4 && table.clone().all(|line| line.chars().count() <= columns),
            "{text}"
        );
    }
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
    let text = by_source(&["--top", "1"]).text();
    assert!(
        text.lines().nth(2).unwrap().starts_with("and 2 more"),
        "{text}"
    );
    let csv = by_source(&["--top", "1", "--format", "csv"]).text();
    assert_eq!(
        csv.lines().nth(1),
        Some("third,,,alleged,4,4,1,2099-01-01T00:00:00Z,4,0,0,0,0,1,,")
    );
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
        "<th scope=\"row\">United States (US)</th><td class=\"bar\">3<svg",
        "<rect width=\"100\" height=\"1\"></rect>",
        // Two of the four that were claimed are there, and none of a hundred.
        "<td>4</td><td>2</td><td>−2</td><td>50.00 %</td><td class=\"name\">short</td>",
        "<td>100</td><td>0</td><td>−100</td><td>0.00 %</td><td class=\"name\">absent</td>",
        "<caption>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // One file, whatever a browser allows.
    for part in ["<script", "http:", "src=", "@import"] {
        assert!(!page.contains(part), "{part}");
    }
    assert_eq!(
        page.matches("url(").count(),
        page.matches("url(#shade-").count()
    );
    let sources = world
        .run(["stats", "--format", "html", "--by", "source"])
        .expect(0)
        .text();
    assert!(sources.contains("second") && !sources.contains("Egypt (EG)"));
    let top = world
        .run(["stats", "--format", "html", "--top", "1"])
        .expect(0)
        .text();
    assert!(top.contains("United States (US)") && !top.contains("Sweden (SE)"));
}

#[test]
fn a_title_is_one_line_in_the_list_of_sources() {
    let world = world();
    let args = ["load", "--replace", "--source", "second", "second.txt"];
    let title = ["--title", "one\nbreach  forged"];
    world.run([&args[..], &title].concat()).expect(0);
    let list = world.run(["sources"]).expect(0).text();
    assert_eq!(list.lines().count(), 7, "{list}");
    assert!(list.contains("second  one\u{fffd}breach"), "{list}");
}

#[test]
fn a_country_that_no_source_covers_is_said() {
    let world = World::with_source("dump.txt", "12125550100\n");
    let run = world
        .run(["stats", "--country", "JP", "--country", "US"])
        .expect(0);
    let said = "leakline: no source counted holds numbers from Japan (JP)\n";
    assert_eq!(run.stderr, said);
}
