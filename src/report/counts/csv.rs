//! The counts of `stats` as CSV: every figure, bare.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::country_row::CountryRow;
use super::exposures::Exposures;
use super::source_columns;

impl Exposures {
    /// A row per country.
    pub fn countries_as_csv(&self) -> Vec<u8> {
        let names: Vec<&str> = (self.sources.iter())
            .map(|source| source.line.name.as_str())
            .collect();
        let claimants = self.claimants();
        let columns = |what: &str, names: &[&str]| -> Vec<String> {
            names.iter().map(|name| format!("{what}:{name}")).collect()
        };
        let mut head = [
            "country",
            "name",
            "calling_code",
            "records",
            "distinct",
            "share_pct",
        ]
        .map(String::from)
        .to_vec();
        head.extend(columns("distinct", &names));
        for what in ["claimed", "difference", "observed_pct", "verdict"] {
            head.extend(columns(what, &claimants));
        }
        head.extend(columns("impossible", &self.impossible_sources()));
        head.extend(["population", "per_100_people", "plan_size", "of_plan_pct"].map(String::from));
        let row = |country: &CountryRow| {
            let mut row = vec![
                country.code.to_owned(),
                country.name.to_owned(),
                text(country.calling_code),
                country.records.to_string(),
                country.distinct.to_string(),
                country.share_pct.to_string(),
            ];
            row.extend(cells(&country.by_source, &names));
            row.extend(cells(&country.claimed, &claimants));
            row.extend(cells(&country.difference, &claimants));
            row.extend(cells(&country.observed_pct, &claimants));
            let verdicts = country.verdict.iter();
            let verdicts = verdicts.map(|(name, verdict)| (name.clone(), verdict.as_str()));
            row.extend(cells(&verdicts.collect(), &claimants));
            row.extend(cells(&country.impossible, &self.impossible_sources()));
            row.extend([
                text(country.population),
                text(country.per_100_people),
                text(country.plan_size),
                text(country.of_plan_pct),
            ]);
            row
        };
        as_csv(std::iter::once(head).chain(self.countries.iter().map(row)))
    }

    /// A row per source.
    pub fn sources_as_csv(&self) -> Vec<u8> {
        let head = source_columns::COLUMNS.map(|column| column.name.to_owned());
        let rows = self.sources.iter().map(|source| {
            source_columns::COLUMNS.map(|column| (column.cell)(source).for_machines())
        });
        as_csv(std::iter::once(head).chain(rows))
    }

    /// The sources with a count that cannot be.
    fn impossible_sources(&self) -> Vec<&str> {
        let names = self.sources.iter().map(|source| source.line.name.as_str());
        let is_flagged = |name: &&str| {
            (self.countries.iter()).any(|country| country.impossible.contains_key(*name))
        };
        names.filter(is_flagged).collect()
    }
}

fn text(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn cells<T: Display>(values: &BTreeMap<String, T>, names: &[&str]) -> Vec<String> {
    let cells = names.iter().map(|name| text(values.get(*name)));
    cells.collect()
}

/// A cell that a spreadsheet would take for a formula gets an apostrophe in front.
fn guarded(cell: String) -> Vec<u8> {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula && cell.parse::<f64>().is_err() {
        format!("'{cell}").into_bytes()
    } else {
        cell.into_bytes()
    }
}

pub(super) fn as_csv<R: IntoIterator<Item = String>>(rows: impl Iterator<Item = R>) -> Vec<u8> {
    let mut table = csv::Writer::from_writer(Vec::new());
    for row in rows {
        table
            .write_record(row.into_iter().map(guarded))
            .expect("writing to memory does not fail");
    }
    table.into_inner().expect("writing to memory does not fail")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_text_and_a_negative_number_stays_one() {
        let row = ["=cmd|' /C calc'!A0", "-5", "+1", "@x", "plain, with comma"];
        let csv = as_csv(std::iter::once(row.map(String::from)));
        assert_eq!(
            String::from_utf8_lossy(&csv),
            "'=cmd|' /C calc'!A0,-5,+1,'@x,\"plain, with comma\"\n"
        );
    }
}
