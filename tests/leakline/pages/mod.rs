//! The pages of `stats` and `check`, read back by an HTML parser: every figure against plain sets.
//!
//! `LEAKLINE_PAGES=FOLDER cargo test pages` keeps the pages, for `tests/pages/look.mjs` to look at.

mod check;
mod crowd;
mod palette;
mod seller;
mod small_counts;
mod three_sources;

use std::collections::BTreeMap;
use std::fs;

use scraper::{Html, Selector};

use crate::world::fixture;

/// A page, parsed.
struct Page(Html);

/// A table of a page: its head, then its rows.
type Table = Vec<Vec<String>>;

impl Page {
    /// Parses a page, and keeps it where `LEAKLINE_PAGES` says.
    fn read(name: &str, text: &str) -> Page {
        if let Some(folder) = std::env::var_os("LEAKLINE_PAGES") {
            fs::create_dir_all(&folder).unwrap();
            fs::write(
                std::path::Path::new(&folder).join(format!("{name}.html")),
                text,
            )
            .unwrap();
        }
        assert!(text.len() < 1_000_000, "{} bytes", text.len());
        let page = Html::parse_document(text);
        let page = Page(page);
        // One file, whatever a browser allows.
        assert!(
            page.all("script, link, img, iframe, object, [src], [onload], [onerror]")
                .is_empty()
        );
        assert!(
            page.texts("style")
                .iter()
                .all(|style| !style.contains("http") && !style.contains("@import"))
        );
        for svg in page.all("svg") {
            let is_hidden = svg.attr("aria-hidden") == Some("true");
            let has_title = svg.children().any(|child| {
                child
                    .value()
                    .as_element()
                    .is_some_and(|child| child.name() == "title")
            });
            assert!(is_hidden || has_title);
        }
        for link in page.all("a[href]") {
            let target = link.attr("href").unwrap();
            assert_eq!(
                page.all(&format!("[id='{}']", &target[1..])).len(),
                1,
                "{target}"
            );
        }
        page
    }

    fn all(&self, selector: &str) -> Vec<scraper::ElementRef<'_>> {
        self.0.select(&Selector::parse(selector).unwrap()).collect()
    }

    /// The text of all elements that match.
    fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector).into_iter().map(text).collect()
    }

    /// The table with this caption.
    #[track_caller]
    fn table(&self, caption: &str) -> Table {
        let is_it = |table: &scraper::ElementRef<'_>| {
            let captions = Selector::parse("caption").unwrap();
            table
                .select(&captions)
                .any(|element| text(element) == caption)
        };
        let table = self.all("table").into_iter().find(is_it);
        let table = table.unwrap_or_else(|| panic!("no table {caption}"));
        let (rows, cells) = (
            Selector::parse("tr").unwrap(),
            Selector::parse("th, td").unwrap(),
        );
        table
            .select(&rows)
            .map(|row| row.select(&cells).map(text).collect())
            .collect()
    }

    /// The figures of the headline, by their words.
    fn figures(&self) -> BTreeMap<String, String> {
        let words = self.texts(".figures dt");
        words.into_iter().zip(self.texts(".figures dd")).collect()
    }
}

fn text(element: scraper::ElementRef<'_>) -> String {
    let text: String = element.text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `44,823,547`.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| str::from_utf8(group).unwrap())
        .collect();
    groups.join(",")
}

fn percent(part: usize, whole: usize) -> f64 {
    (part as f64 * 10_000.0 / whole as f64).round() / 100.0
}

fn shown_percent(part: usize, whole: usize) -> String {
    format!("{:.2} %", percent(part, whole))
}

/// The countries of the synthetic dumps: code, published count, and the first of its blocks.
fn blocks() -> Vec<(String, u64, String)> {
    let table = fs::read_to_string(fixture("mobile_blocks.tsv")).unwrap();
    let rows = table.lines().skip(1).map(|row| {
        let cells: Vec<&str> = row.split('\t').collect();
        let block = cells[5].split(' ').next().unwrap();
        (
            cells[0].to_owned(),
            cells[3].parse().unwrap(),
            format!("{}{block}", cells[2]),
        )
    });
    rows.collect()
}

/// The `n`th number of a block as `2011:8`, in digits. Numbers of a block are far apart.
fn number_of_block(block: &str, n: u64) -> String {
    let (prefix, digits) = block.split_once(':').unwrap();
    let digits: usize = digits.parse().unwrap();
    let room = 10_u64.pow(u32::try_from(digits).unwrap());
    // Coprime to powers of ten, so no two below `room` are equal.
    let offset = n * 7_919 % room;
    format!("{prefix}{offset:0digits$}")
}
