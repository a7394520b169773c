//! Figures about countries, to be shown beside counts: people, and the room of the numbering plan.
//!
//! Tables in this folder, each with its source in its head. `examples/country_facts` and
//! `compile_plans sizes` make them again.

pub(in crate::report) mod shapes;

use std::sync::LazyLock;

use crate::phone::Region;

const PEOPLE: &str = include_str!("people.tsv");
const PLAN_SIZES: &str = include_str!("plan_sizes.tsv");

/// Figures of one country. Both are `None` for `001`, which is no country.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::report) struct CountryFacts {
    /// People, as `GeoNames` counts them.
    pub(in crate::report) population: Option<u64>,
    /// Mobile numbers that the numbering plan has room for.
    pub(in crate::report) plan_size: Option<u64>,
}

impl CountryFacts {
    pub(in crate::report) fn of(region: Region) -> CountryFacts {
        static FACTS: LazyLock<Vec<CountryFacts>> = LazyLock::new(read_facts);
        FACTS[region.index()]
    }
}

fn read_facts() -> Vec<CountryFacts> {
    let mut facts = vec![CountryFacts::default(); Region::COUNT];
    let region = |code: &str| Region::from_code(code).map(Region::index);
    for row in rows(PEOPLE) {
        if let Some(index) = region(row[0]) {
            facts[index].population = row[1].parse().ok();
        }
    }
    for row in rows(PLAN_SIZES) {
        if let Some(index) = region(row[0]) {
            facts[index].plan_size = row[1].parse().ok();
        }
    }
    facts
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> CountryFacts {
        CountryFacts::of(Region::from_code(code).expect("a region"))
    }

    #[test]
    fn countries_have_people_and_room() {
        assert_eq!(of("EG").plan_size, Some(400_000_000));
        assert!(
            of("EG")
                .population
                .is_some_and(|people| people > 90_000_000)
        );
        assert_eq!(
            CountryFacts::of(Region::NON_GEOGRAPHIC),
            CountryFacts::default()
        );
    }
}
