//! `stats --min-cell`: every figure of every format and of many runs is put into one system of
//! equations, and whatever number of people follows from it must not be a small one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Page, Table, blocks, number_of_block};
use crate::world::{World, finish};

const LEAST: u64 = 10;
const SOURCES: [&str; 3] = ["old", "new", "other"];
/// The numbers of a country are in groups by the set of sources that hold them, a bit per source.
const GROUPS: usize = 1 << SOURCES.len();
/// A prime far above every count.
const PRIME: i128 = (1 << 61) - 1;

/// What a figure counts: so many times each group of each country.
type Terms = Vec<i128>;

/// Figures, each with what it counts, and what follows from them.
#[derive(Default)]
struct Attack {
    /// Equations in echelon form: the place of the leading 1, then terms and value.
    solved: Vec<(usize, Terms, i128)>,
}

impl Attack {
    /// Takes a figure in. Figures that contradict each other tell more than they show.
    #[track_caller]
    fn learn(&mut self, mut terms: Terms, value: u64) {
        let mut value = i128::from(value);
        value -= self.reduce(&mut terms);
        let value = value.rem_euclid(PRIME);
        let Some(lead) = terms.iter().position(|term| *term != 0) else {
            assert_eq!(value, 0, "a figure contradicts others");
            return;
        };
        let inverse = inverse(terms[lead]);
        let terms = terms.iter().map(|term| term * inverse % PRIME).collect();
        self.solved.push((lead, terms, value * inverse % PRIME));
    }

    /// Takes away what is known of `terms`; the value of that.
    fn reduce(&self, terms: &mut Terms) -> i128 {
        let mut known = 0;
        for (lead, equation, value) in &self.solved {
            let times = terms[*lead].rem_euclid(PRIME);
            for (term, other) in terms.iter_mut().zip(equation) {
                *term = (*term - times * other).rem_euclid(PRIME);
            }
            known = (known + times * value) % PRIME;
        }
        known
    }

    /// How many numbers `terms` count, if the figures tell.
    fn value_of(&self, mut terms: Terms) -> Option<i128> {
        let known = self.reduce(&mut terms);
        terms.iter().all(|term| *term == 0).then_some(known)
    }
}

fn inverse(of: i128) -> i128 {
    let (mut power, mut exponent, mut result) = (of.rem_euclid(PRIME), PRIME - 2, 1);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * power % PRIME;
        }
        power = power * power % PRIME;
        exponent >>= 1;
    }
    result
}

/// An index of small groups, and what its reports count.
struct SmallWorld {
    world: World,
    countries: Vec<String>,
}

/// What one run shows: of these countries, these sources.
#[derive(Clone, Copy)]
struct Scope<'a> {
    countries: &'a [usize],
    sources: usize,
}

impl SmallWorld {
    fn load(seed: u32) -> SmallWorld {
        let world = World::new();
        let mut random = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut dumps = [const { String::new() }; SOURCES.len()];
        let blocks = blocks();
        let chosen: Vec<_> = (blocks.iter().take(8))
            .skip(usize::try_from(seed).unwrap() % 5)
            .take(3)
            .collect();
        for (_, _, block) in &chosen {
            let mut n = 0;
            for group in 1..GROUPS {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695);
                let size = [0, 0, 1, 2, 4, 9, 10, 11, 25, 40][(random >> 33) as usize % 10];
                for _ in 0..size {
                    let line = number_of_block(block, n) + "\n";
                    n += 1;
                    let holders = (0..SOURCES.len()).filter(|source| group >> source & 1 == 1);
                    holders.for_each(|source| dumps[source].push_str(&line));
                }
            }
        }
        for (name, dump) in SOURCES
            .iter()
            .zip(&dumps)
            .filter(|(_, dump)| !dump.is_empty())
        {
            world.file(&format!("{name}.txt"), dump);
            let file = format!("{name}.txt");
            let args = ["load", "--international", "--source", name, &file];
            world.run(args).expect(0);
        }
        let countries = chosen.iter().map(|block| block.0.clone()).collect();
        SmallWorld { world, countries }
    }

    /// `times` the groups that `counts` says, of the countries of `scope`.
    fn terms(&self, scope: Scope<'_>, counts: impl Fn(usize) -> u32) -> Terms {
        let mut terms = vec![0; self.countries.len() * GROUPS];
        for country in scope.countries {
            for group in 1..GROUPS {
                terms[country * GROUPS + group] = counts(group).into();
            }
        }
        terms
    }

    fn union(&self, scope: Scope<'_>) -> Terms {
        self.terms(scope, |group| u32::from(group & scope.sources != 0))
    }

    fn records(&self, scope: Scope<'_>) -> Terms {
        self.terms(scope, |group| (group & scope.sources).count_ones())
    }

    fn stats(&self, args: &[&str]) -> String {
        let mut command = self.world.command([&["stats"], args].concat());
        finish(command.env("COLUMNS", "300"), b"").expect(0).text()
    }

    fn country(&self, code: &str) -> Option<usize> {
        self.countries.iter().position(|country| country == code)
    }

    /// Takes in a run in JSON, of these sources and countries.
    fn learn_json(&self, attack: &mut Attack, scope: Scope<'_>, json: &Value) {
        let count = |value: &Value| value.as_u64().unwrap();
        attack.learn(self.union(scope), count(&json["distinct"]));
        let mut shown = Vec::new();
        let mut most = 0;
        for row in json["countries"].as_array().unwrap() {
            let country = [self.country(row["country"].as_str().unwrap()).unwrap()];
            shown.push(country[0]);
            let countries = &country[..];
            let of = Scope { countries, ..scope };
            attack.learn(self.union(of), count(&row["distinct"]));
            attack.learn(self.records(of), count(&row["records"]));
            let mut in_all_sources = 0;
            for (name, distinct) in row["by_source"].as_object().unwrap() {
                let sources = source_bit(name);
                attack.learn(self.union(Scope { countries, sources }), count(distinct));
                in_all_sources += count(distinct);
            }
            most = most.max(in_all_sources);
        }
        let others = &json["others"];
        if others.is_null() {
            let rate = &json["false_positive_rate"];
            let of_shown = serde_json::json!(most as f64 / 2_f64.powi(64));
            // Otherwise it is that of all countries, shown or not.
            assert!(count(&json["min_cell"]) <= 1 || *rate == of_shown, "{rate}");
        } else {
            let rest = scope
                .countries
                .iter()
                .filter(|country| !shown.contains(country));
            let rest: Vec<usize> = rest.copied().collect();
            let of = Scope {
                countries: &rest,
                ..scope
            };
            attack.learn(self.union(of), count(&others["distinct"]));
            attack.learn(self.records(of), count(&others["records"]));
        }
        for source in json["sources"].as_array().unwrap() {
            let sources = source_bit(source["name"].as_str().unwrap());
            let of = Scope { sources, ..scope };
            attack.learn(self.union(of), count(&source["distinct"]));
            attack.learn(self.records(of), count(&source["records"]));
        }
        for pair in json["pairs"].as_array().unwrap() {
            let both = ["a", "b"].map(|side| source_bit(pair[side].as_str().unwrap()));
            let [one, other] = both;
            let shared = self.terms(scope, |group| {
                u32::from(group & one != 0 && group & other != 0)
            });
            attack.learn(shared, count(&pair["shared"]));
            for (sources, distinct) in both.into_iter().zip(["distinct_a", "distinct_b"]) {
                attack.learn(
                    self.union(Scope { sources, ..scope }),
                    count(&pair[distinct]),
                );
            }
        }
    }

    /// Takes in a table by country or by source, the head first.
    fn learn_table(&self, attack: &mut Attack, table: &Table) {
        let all: Vec<usize> = (0..self.countries.len()).collect();
        for row in &table[1..] {
            let code = row[0]
                .rsplit_once('(')
                .map_or(&*row[0], |name| name.1.trim_end_matches(')'));
            let country = self.country(code);
            let sources = match country {
                Some(_) => GROUPS - 1,
                None => source_bit(&row[0]),
            };
            let countries = country.map_or(all.clone(), |country| vec![country]);
            let scope = Scope {
                countries: &countries,
                sources,
            };
            for (name, cell) in table[0].iter().zip(row) {
                let Ok(count) = cell.replace(',', "").parse() else {
                    continue;
                };
                let name = name
                    .trim_start_matches("distinct:")
                    .trim_start_matches("in ");
                match name {
                    "distinct" | "distinct numbers" => attack.learn(self.union(scope), count),
                    "records" => attack.learn(self.records(scope), count),
                    name if SOURCES.contains(&name) => {
                        let sources = source_bit(name);
                        attack.learn(self.union(Scope { sources, ..scope }), count);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Takes in every format of `stats` with `--min-cell least`, whole and of parts.
    fn attack(&self, least: u64) -> Attack {
        let mut attack = Attack::default();
        let least = least.to_string();
        let stats = |args: &[&str]| self.stats(&[&["--min-cell", &least], args].concat());
        let json = |args: &[&str]| -> Value {
            serde_json::from_str(&stats(&[args, &["--format", "json"]].concat())).unwrap()
        };
        let countries: Vec<usize> = (0..self.countries.len()).collect();
        let all = Scope {
            countries: &countries,
            sources: GROUPS - 1,
        };
        self.learn_json(&mut attack, all, &json(&[]));
        self.learn_json(&mut attack, all, &json(&["--top", "1"]));
        for country in &self.countries {
            let countries = &[self.country(country).unwrap()][..];
            let run = json(&["--country", country]);
            self.learn_json(&mut attack, Scope { countries, ..all }, &run);
        }
        for (index, name) in SOURCES.iter().enumerate() {
            let next = SOURCES[(index + 1) % SOURCES.len()];
            let one = Scope {
                sources: source_bit(name),
                ..all
            };
            self.learn_json(&mut attack, one, &json(&["--source", name]));
            let two = Scope {
                sources: source_bit(name) | source_bit(next),
                ..all
            };
            self.learn_json(
                &mut attack,
                two,
                &json(&["--source", name, "--source", next]),
            );
        }
        for by in ["country", "source"] {
            let stats = |format: &str| stats(&["--by", by, "--format", format]);
            self.learn_table(&mut attack, &cells(&stats("csv"), ","));
            self.learn_table(&mut attack, &cells(&stats("markdown"), " | "));
            self.learn_table(&mut attack, &cells(&stats("table"), "  "));
            let page = Page::read("small-counts", &stats("html"));
            for table in page.all("table") {
                let caption = table
                    .select(&scraper::Selector::parse("caption").unwrap())
                    .next();
                let table = page.table(&super::text(caption.unwrap()));
                if table[0].contains(&"records".to_owned()) {
                    self.learn_table(&mut attack, &table);
                }
            }
            let total = page.figures()["distinct numbers"].replace(',', "");
            attack.learn(self.union(all), total.parse().unwrap());
        }
        attack
    }

    /// What `attack` tells of sets that have 1 to [`LEAST`] - 1 numbers: any union of groups, of a
    /// country or of all.
    fn small_sets(&self, attack: &Attack) -> Vec<(Vec<usize>, usize, i128)> {
        let mut small = Vec::new();
        let mut scopes: Vec<Vec<usize>> = (0..self.countries.len())
            .map(|country| vec![country])
            .collect();
        scopes.push((0..self.countries.len()).collect());
        for countries in scopes {
            let scope = Scope {
                countries: &countries,
                sources: GROUPS - 1,
            };
            // Each set of groups is a number with a bit per group.
            for set in 1_usize..1 << (GROUPS - 1) {
                let terms = self.terms(scope, |group| u32::from(set >> (group - 1) & 1 == 1));
                let told = attack.value_of(terms);
                let told = told.filter(|&numbers| numbers != 0 && numbers < i128::from(LEAST));
                small.extend(told.map(|numbers| (countries.clone(), set, numbers)));
            }
        }
        small
    }
}

fn source_bit(name: &str) -> usize {
    1 << SOURCES.iter().position(|source| *source == name).unwrap()
}

/// The cells of the lines up to the first without a row, without the rule of Markdown.
fn cells(text: &str, separator: &str) -> Table {
    let lines = text.lines().take_while(|line| line.contains(separator));
    let rows = lines.filter(|line| !line.contains("---")).map(|line| {
        let cells = line
            .trim_matches(['|', ' '])
            .split(separator)
            .map(str::trim);
        let cells = cells.filter(|cell| separator != "  " || !cell.is_empty());
        cells.map(str::to_owned).collect()
    });
    rows.collect()
}

#[test]
fn no_small_count_follows_from_the_figures_of_all_formats() {
    let mut told_without: BTreeMap<u32, usize> = BTreeMap::new();
    let mut shown = 0;
    for seed in 0..4 {
        let small = SmallWorld::load(seed);
        let hidden = small.attack(LEAST);
        assert_eq!(small.small_sets(&hidden), [], "seed {seed}");
        shown += hidden.solved.len();
        told_without.insert(seed, small.small_sets(&small.attack(0)).len());
    }
    // The attack is worth something: without the option it finds small counts in these indexes,
    // and with it there are figures to attack.
    assert!(
        told_without.values().all(|sets| *sets > 0),
        "{told_without:?}"
    );
    assert!(shown > 20, "{shown}");
}
