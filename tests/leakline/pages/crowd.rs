//! Many sources, every country, long titles and hostile ones.

use std::collections::BTreeSet;

use leakline::phone::Region;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

use super::Page;
use crate::world::World;

const HOSTILE: &str =
    "<script>alert(1)</script>=cmd|' /C calc'!A0\u{1b}]0;x\u{7}\u{202e}\"'><img src=x>";

/// A number of the metadata's examples, in E.164. Two regions have none that is theirs alone.
fn example_of(region: Region) -> Option<String> {
    let library = &*PHONE_NUMBER_UTIL;
    let kinds = [
        PhoneNumberType::Mobile,
        PhoneNumberType::FixedLine,
        PhoneNumberType::TollFree,
        PhoneNumberType::PremiumRate,
        PhoneNumberType::VoIP,
    ];
    let known = rlibphonenumber::Region::from_code(region.code()).ok();
    let number = known.and_then(|known| {
        let examples = kinds.into_iter().filter_map(|kind| {
            library
                .get_example_number_for_type_and_region(known, kind)
                .ok()
        });
        // Regions that share a plan share some of its examples.
        let mut own =
            examples.filter(|number| library.get_region_for_number(number) == Some(known));
        own.next()
    });
    let number = match region {
        Region::NON_GEOGRAPHIC => library.get_example_number_for_non_geo_entity(870).ok(),
        _ => number,
    };
    let number = number.as_ref()?;
    Some(library.format(number, PhoneNumberFormat::E164).into_owned())
}

#[test]
fn two_hundred_sources_and_every_country_are_one_page() {
    let world = World::new();
    let numbers: Vec<String> = Region::all().filter_map(example_of).collect();
    let regions = numbers.len();
    assert!(regions >= Region::COUNT - 2, "{regions}");
    let dump: String = numbers.iter().map(|number| format!("{number}\n")).collect();
    world.file("dump.txt", &dump);
    let title = "تسريب أرقام الهواتف ".repeat(20);
    let title: String = title.chars().take(300).collect();
    for index in 0..200 {
        let name = format!("source-{index:03}");
        let title = match index {
            0 => HOSTILE,
            _ => title.as_str(),
        };
        let lines = dump
            .lines()
            .filter(|line| index < 3 || line.len() % 7 == index % 7);
        let file = world.file(
            &format!("{name}.txt"),
            lines.map(|line| format!("{line}\n")).collect::<String>(),
        );
        let file = file.to_str().unwrap();
        world
            .run(["load", "--source", &name, "--title", title, file])
            .expect(0);
    }
    let stats = |args: &[&str]| world.run([&["stats"], args].concat()).expect(0).text();
    let page = stats(&["--format", "html"]);
    assert!(!page.contains(['\u{1b}', '\u{7}', '\u{202e}']));
    let page = Page::read("two-hundred", &page);
    assert_eq!(page.figures()["countries"], regions.to_string());
    assert_eq!(page.figures()["sources"], "200");
    let rows = page.table("The countries with most numbers").len()
        + page.table("The other countries").len();
    assert_eq!(rows, regions + 2);
    assert_eq!(page.all("article.source").len(), 200);
    let titles = page.texts(".source p[dir=auto]");
    assert!(
        titles[0].starts_with("<script>alert(1)</script>=cmd"),
        "{}",
        titles[0]
    );
    assert_eq!(titles[1].chars().count(), title.trim_end().chars().count());
    // Every country that the map shades has a row to go to, and all but 001 are on it.
    let links: BTreeSet<String> = (page.all(".map a").iter())
        .map(|link| link.attr("href").unwrap().to_owned())
        .collect();
    assert_eq!(links.len(), regions - 1);
    let csv = stats(&["--format", "csv", "--by", "source"]);
    assert_eq!(csv.lines().count(), 201);
    let markdown = stats(&["--format", "markdown", "--by", "source"]);
    assert!(
        markdown.contains("&lt;script\\>") && !markdown.contains("<script"),
        "{markdown}"
    );
    assert_eq!(
        markdown
            .lines()
            .filter(|line| line.starts_with("| source-"))
            .count(),
        200
    );
    let table = stats(&["--by", "source"]);
    assert!(!table.contains('\u{1b}'), "{table}");
    let json = world.run(["stats", "--format", "json"]).expect(0).json();
    assert_eq!(json["sources"][0]["title"], HOSTILE);
    assert_eq!(json["countries"].as_array().unwrap().len(), regions);
}
