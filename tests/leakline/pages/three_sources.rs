//! Three sources with known overlaps, one a shuffled copy of another, in every format.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Page, Table, blocks, grouped, number_of_block, percent, shown_percent};
use crate::world::World;

pub(super) type Numbers = BTreeSet<(String, String)>;

fn of_country(numbers: &Numbers, country: &str) -> usize {
    numbers.iter().filter(|number| number.0 == country).count()
}

/// Three sources: `new` is a shuffled copy of `old`, `other` has a part of it and numbers of its
/// own.
pub(super) struct ThreeSources {
    pub(super) world: World,
    pub(super) sources: [(&'static str, Numbers); 3],
}

impl ThreeSources {
    pub(super) fn load() -> ThreeSources {
        let world = World::new();
        let mut sources = [
            ("old", Numbers::new()),
            ("new", Numbers::new()),
            ("other", Numbers::new()),
        ];
        for (index, (country, _, block)) in blocks().into_iter().take(6).enumerate() {
            let index = u64::try_from(index).unwrap();
            let mut add = |source: usize, numbers: std::ops::Range<u64>| {
                let numbers = numbers.map(|n| (country.clone(), number_of_block(&block, n)));
                sources[source].1.extend(numbers);
            };
            add(0, 0..400 + 100 * index);
            add(1, 0..400 + 100 * index);
            // Not of the last two countries of `old`, and from within it to beyond it.
            if index < 4 {
                add(2, 300..900 + 10 * index);
            }
        }
        sources[2]
            .1
            .extend((0..150).map(|n| ("BG".to_owned(), number_of_block("35988:7", n))));
        for (name, numbers) in &sources {
            let mut lines: Vec<&str> = numbers.iter().map(|number| number.1.as_str()).collect();
            if *name == "new" {
                // In another order, by the last digits first.
                lines.sort_by_key(|line| line.bytes().rev().collect::<Vec<_>>());
            }
            let twice = lines.iter().step_by(10);
            let dump: String = lines
                .iter()
                .chain(twice)
                .map(|line| format!("{line}\n"))
                .collect();
            let dump = world.file(&format!("{name}.txt"), dump);
            let dump = dump.to_str().unwrap();
            let date = match *name {
                "old" => "2021-04",
                "new" => "2022-11",
                _ => "2020",
            };
            world
                .run([
                    "load",
                    "--international",
                    "--source",
                    name,
                    "--date",
                    date,
                    dump,
                ])
                .expect(0);
        }
        ThreeSources { world, sources }
    }

    /// The countries in the order of reports, with the distinct numbers of all sources.
    fn countries(&self) -> Vec<(String, usize)> {
        let all = self.all();
        let codes: BTreeSet<&String> = all.iter().map(|number| &number.0).collect();
        let mut countries: Vec<_> = (codes.into_iter())
            .map(|code| (code.clone(), of_country(&all, code)))
            .collect();
        countries.sort_by_key(|(code, distinct)| (std::cmp::Reverse(*distinct), code.clone()));
        countries
    }

    fn all(&self) -> Numbers {
        self.sources
            .iter()
            .flat_map(|(_, numbers)| numbers)
            .cloned()
            .collect()
    }

    /// Rows of all dumps: every tenth number is there twice.
    fn records(&self, country: Option<&str>) -> usize {
        let rows = self.sources.iter().map(|(name, numbers)| {
            let mut lines: Vec<&(String, String)> = numbers.iter().collect();
            if *name == "new" {
                lines.sort_by_key(|number| number.1.bytes().rev().collect::<Vec<_>>());
            }
            let twice = lines.iter().step_by(10);
            let rows = lines.iter().chain(twice);
            rows.filter(|number| country.is_none_or(|country| number.0 == country))
                .count()
        });
        rows.sum()
    }

    fn shared(&self, one: usize, other: usize) -> usize {
        self.sources[one]
            .1
            .intersection(&self.sources[other].1)
            .count()
    }

    /// The rows that every format shows: code, records, distinct, share, distinct of each source.
    fn rows(&self) -> Vec<CountryCounts> {
        let all = self.all().len();
        let countries = self.countries().into_iter().map(|(code, distinct)| {
            let by_source = self
                .sources
                .iter()
                .map(|(_, numbers)| of_country(numbers, &code));
            let by_source = by_source.collect();
            (
                code.clone(),
                self.records(Some(&code)),
                distinct,
                percent(distinct, all),
                by_source,
            )
        });
        countries.collect()
    }
}

/// The counts of one country: code, records, distinct, share, and distinct of each source.
type CountryCounts = (String, usize, usize, f64, Vec<usize>);

/// The counts of `stats` by country, in every format for people, and in CSV.
struct Texts {
    csv: String,
    markdown: String,
    table: String,
    bars: Table,
}

impl Texts {
    /// Row `index` has these counts in each format. The rates and the name are those of `json`.
    #[track_caller]
    fn assert_row(&self, index: usize, counts: &CountryCounts, json: &Value) {
        let (code, records, distinct, share, by_source) = counts;
        let [old, new, other] = by_source[..] else {
            unreachable!("three")
        };
        let bare = |count: &usize| match count {
            0 => String::new(),
            _ => count.to_string(),
        };
        let cells: Vec<&str> = self
            .csv
            .lines()
            .nth(index + 1)
            .unwrap()
            .split(',')
            .collect();
        let bare_counts: Vec<String> = [*records, *distinct].iter().map(bare).collect();
        assert_eq!(cells[0], code);
        assert_eq!(cells[3..5], bare_counts);
        assert_eq!(cells[5], share.to_string());
        assert_eq!(
            cells[6..9],
            [new, old, other].iter().map(bare).collect::<Vec<_>>()
        );

        let shown = |none: &str| {
            [new, old, other].map(|count| match count {
                0 => none.to_owned(),
                _ => grouped(u64::try_from(count).unwrap()),
            })
        };
        let name = format!("{} ({code})", json["name"].as_str().unwrap());
        let share = format!("{share:.2} %");
        let [records, distinct] =
            [records, distinct].map(|count| grouped(u64::try_from(*count).unwrap()));
        let per_100 = format!("{:.2}", json["per_100_people"].as_f64().unwrap());
        let of_plan = format!("{:.2} %", json["of_plan_pct"].as_f64().unwrap());
        let mut row = vec![
            name.clone(),
            records.clone(),
            distinct.clone(),
            share.clone(),
        ];
        row.extend(shown("-"));
        let line: Vec<&str> = self
            .table
            .lines()
            .nth(index + 1)
            .unwrap()
            .split_whitespace()
            .collect();
        assert!(
            line.join(" ").starts_with(&row.join(" ")),
            "{line:?} {row:?}"
        );
        row.insert(4, per_100.clone());
        let line = self.markdown.lines().nth(index + 2).unwrap();
        assert_eq!(line, format!("| {} |", row.join(" | ")));
        let mut row = vec![name, distinct, share, per_100, of_plan, records];
        row.extend(shown("–"));
        assert_eq!(self.bars[index + 1], row);
    }
}

#[test]
fn every_figure_of_every_format_is_that_of_plain_sets() {
    let three = ThreeSources::load();
    let stats = |args: &[&str]| three.world.run([&["stats"], args].concat()).expect(0);
    let json = stats(&["--format", "json"]).json();
    assert_eq!(json["distinct"], json!(three.all().len()));
    let expected = three.rows();
    let json_rows: Vec<_> = (json["countries"].as_array().unwrap().iter())
        .map(|row| {
            let by_source =
                ["old", "new", "other"].map(|name| row["by_source"][name].as_u64().unwrap_or(0));
            json!([
                row["country"],
                row["records"],
                row["distinct"],
                row["share_pct"],
                by_source
            ])
        })
        .collect();
    assert_eq!(json!(json_rows), json!(expected));

    let page = Page::read("three-sources", &stats(&["--format", "html"]).text());
    let texts = Texts {
        csv: stats(&["--format", "csv"]).text(),
        markdown: stats(&["--format", "markdown"]).text(),
        table: stats(&[]).text(),
        bars: page.table("The countries with most numbers"),
    };
    // Sources are in the order of their names.
    let head = "country,name,calling_code,records,distinct,share_pct,distinct:new,distinct:old,distinct:other,";
    assert!(texts.csv.starts_with(head), "{}", texts.csv);
    assert_eq!(texts.bars.len(), expected.len() + 1);
    for (index, row) in expected.iter().enumerate() {
        texts.assert_row(index, row, &json["countries"][index]);
    }
    let figures = page.figures();
    let all = u64::try_from(three.all().len()).unwrap();
    assert_eq!(
        json!(figures),
        json!({"distinct numbers": grouped(all), "countries": "7", "sources": "3", "newest source": "2022-11"})
    );
    assert_eq!(
        three.records(None),
        expected.iter().map(|row| row.1).sum::<usize>()
    );
}

#[test]
fn what_sources_share_is_that_of_plain_sets_and_the_copy_is_named() {
    let three = ThreeSources::load();
    let page = three
        .world
        .run(["stats", "--format", "html"])
        .expect(0)
        .text();
    let page = Page::read("three-sources", &page);
    let matrix = page.table("Overlap of sources");
    // By size, then by name: `new` and `old` are as large.
    let order = [1, 0, 2];
    for (row, &one) in order.iter().enumerate() {
        for (column, &other) in order.iter().enumerate() {
            let (name, numbers) = &three.sources[one];
            assert_eq!(matrix[row + 1][0], *name);
            let expected = if one == other {
                "–".to_owned()
            } else {
                shown_percent(three.shared(one, other), numbers.len())
            };
            assert_eq!(matrix[row + 1][column + 1], expected);
        }
    }
    let json = three
        .world
        .run(["stats", "--format", "json"])
        .expect(0)
        .json();
    let index_of = |name: &Value| {
        three
            .sources
            .iter()
            .position(|source| name == source.0)
            .unwrap()
    };
    let pairs = json["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 3);
    for pair in pairs {
        let (a, b) = (index_of(&pair["a"]), index_of(&pair["b"]));
        let shared = three.shared(a, b);
        let [in_a, in_b] = [a, b].map(|source| three.sources[source].1.len());
        let jaccard = shared as f64 / (in_a + in_b - shared) as f64;
        assert_eq!(
            json!([
                pair["distinct_a"],
                pair["distinct_b"],
                pair["shared"],
                pair["a_in_b_pct"],
                pair["b_in_a_pct"],
                pair["jaccard"]
            ]),
            json!([
                in_a,
                in_b,
                shared,
                percent(shared, in_a),
                percent(shared, in_b),
                jaccard
            ])
        );
    }
    let remarks = page.texts(".remarks li");
    let copies = "new and old hold nearly the same numbers: new looks like old sold again (100.0 % of new is in old, \
        100.0 % of old in new; by chance 0.0 %; Jaccard index 1.000)";
    assert_eq!(remarks[0], copies);
    let digits = "the observed counts of new and the observed counts of old are the same to the digit in 6 of 6 countries";
    assert!(remarks.contains(&digits.to_owned()), "{remarks:?}");
    assert_eq!(
        remarks
            .iter()
            .filter(|remark| remark.contains("sold again"))
            .count(),
        1
    );
    assert_eq!(json!(remarks), json["remarks"]);

    // The overlap of all three, in its own command and formats.
    let overlap = |args: &[&str]| {
        let args = [&["overlap", "old", "new", "other"], args].concat();
        three.world.run(args).expect(0)
    };
    let json = overlap(&["--format", "json"]).json();
    let in_all = three.sources[2]
        .1
        .iter()
        .filter(|number| three.sources[0].1.contains(number))
        .count();
    assert_eq!(json["shared"], json!(in_all));
    assert_eq!(
        json["jaccard"],
        json!(in_all as f64 / three.all().len() as f64)
    );
    for row in json["countries"].as_array().unwrap() {
        let code = row["country"].as_str().unwrap();
        let counts = ["old", "new", "other"].map(|name| row[name].as_u64().unwrap());
        let expected: Vec<usize> = (three.sources.iter())
            .map(|(_, numbers)| of_country(numbers, code))
            .collect();
        assert_eq!(json!(counts), json!(expected));
    }
    let text = overlap(&[]).text();
    let copies = "! old and new hold nearly the same numbers: new looks like old sold again (";
    assert!(text.contains(copies), "{text}");
}
