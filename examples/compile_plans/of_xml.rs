//! Metadata from Google's `PhoneNumberMetadata.xml`.
//!
//! Its build makes three things of the file that readers of the metadata expect, and so does this:
//! patterns lose their white space; the prefix that comes off is the national prefix where no other
//! is given; and the lengths of the general description are those of all types together,
//! `noInternationalDialling` apart.

use std::collections::BTreeMap;
use std::io;

use leakline::phone::Region;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::metadata::{Description, Metadata, RegionMetadata, bits};

/// The types of numbers, by the names of their elements.
const OTHER_TYPES: [&str; 8] = [
    "premiumRate",
    "tollFree",
    "sharedCost",
    "voip",
    "personalNumber",
    "pager",
    "uan",
    "voicemail",
];

/// One `territory` as far as it is read.
struct Territory {
    attributes: BTreeMap<String, String>,
    descriptions: BTreeMap<String, Description>,
}

impl Metadata {
    /// The metadata of a whole file. The version is in the file's name or in a comment at its head.
    ///
    /// # Errors
    ///
    /// A file that is not of this form, or that has a region which the package does not know.
    pub(crate) fn of_xml(xml: &str, name: &str, date: &str) -> io::Result<Metadata> {
        let head = xml.split("<territories>").next().unwrap_or_default();
        let version = (version_in(name).or_else(|| version_in(comments(head))))
            .ok_or_else(|| wrong("no version such as 9.0.42 in the file's name or head"))?;
        let mut regions: BTreeMap<u16, Vec<RegionMetadata>> = BTreeMap::new();
        for territory in territories(xml)? {
            let is_main = territory.attribute("mainCountryForCode") == Some("true");
            let (code, region) = territory.into_metadata()?;
            let of_code = regions.entry(code).or_default();
            of_code.insert(if is_main { 0 } else { of_code.len() }, region);
        }
        if regions.is_empty() {
            return Err(wrong("no territory"));
        }
        Ok(Metadata {
            version: version.to_owned(),
            date: date.to_owned(),
            regions,
        })
    }
}

fn territories(xml: &str) -> io::Result<Vec<Territory>> {
    let mut reader = Reader::from_str(xml);
    let mut territories: Vec<Territory> = Vec::new();
    // The elements that are open, the outermost first.
    let mut open: Vec<String> = Vec::new();
    loop {
        match reader.read_event().map_err(io::Error::other)? {
            Event::Eof => return Ok(territories),
            Event::Start(element) => {
                begin(&element, &open, &mut territories)?;
                open.push(name_of(&element));
            }
            Event::Empty(element) => begin(&element, &open, &mut territories)?,
            Event::End(_) => drop(open.pop()),
            Event::Text(text) => {
                if let ([.., description, leaf], Some(territory)) =
                    (&open[..], territories.last_mut())
                    && leaf == "nationalNumberPattern"
                {
                    let text = text.xml10_content();
                    let description = territory.description(description);
                    // A pattern may come in pieces.
                    let pattern = description.pattern.get_or_insert_default();
                    pattern.extend(text.chars().filter(|sign| !sign.is_whitespace()));
                }
            }
            _ => {}
        }
    }
}

fn begin(
    element: &BytesStart<'_>,
    open: &[String],
    territories: &mut Vec<Territory>,
) -> io::Result<()> {
    match (element.name().as_ref(), open.last(), territories.last_mut()) {
        ("territory", ..) => territories.push(Territory {
            attributes: attributes(element)?,
            descriptions: BTreeMap::new(),
        }),
        ("possibleLengths", Some(description), Some(territory)) => {
            let attributes = attributes(element)?;
            let lengths = |name: &str| lengths(attributes.get(name).map_or("", |text| text));
            let description = territory.description(description);
            description.lengths = lengths("national")?;
            description.local_lengths = lengths("localOnly")?;
        }
        _ => {}
    }
    Ok(())
}

impl Territory {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// An attribute that is a pattern.
    fn pattern(&self, name: &str) -> Option<String> {
        let text = self.attribute(name)?;
        Some(text.chars().filter(|sign| !sign.is_whitespace()).collect())
    }

    fn description(&mut self, name: &str) -> &mut Description {
        self.descriptions.entry(name.to_owned()).or_default()
    }

    fn into_metadata(mut self) -> io::Result<(u16, RegionMetadata)> {
        let id = self
            .attribute("id")
            .ok_or_else(|| wrong("a territory without id"))?;
        let region = Region::from_code(id)
            .ok_or_else(|| wrong(&format!("{id} is not in src/phone/region.rs: add it there")))?;
        let code = self
            .attribute("countryCode")
            .and_then(|code| code.parse().ok());
        let code = code.ok_or_else(|| wrong(&format!("{id} has no calling code")))?;
        let mut general = self.descriptions.remove("generalDesc").unwrap_or_default();
        let types =
            (self.descriptions.iter()).filter(|(name, _)| *name != "noInternationalDialling");
        for (_, description) in types {
            general.lengths |= description.lengths;
            general.local_lengths |= description.local_lengths;
        }
        general.local_lengths &= !general.lengths;
        let mut description = |name| self.descriptions.remove(name).unwrap_or_default();
        let (fixed_line, mobile) = (description("fixedLine"), description("mobile"));
        let other_types = OTHER_TYPES.into_iter().map(description).collect();
        let region = RegionMetadata {
            region,
            international_prefix: self.pattern("internationalPrefix"),
            national_prefix: self
                .pattern("nationalPrefixForParsing")
                .or_else(|| self.pattern("nationalPrefix")),
            transform: self
                .pattern("nationalPrefixTransformRule")
                .unwrap_or_default(),
            leading_digits: self.pattern("leadingDigits"),
            general,
            fixed_line,
            mobile,
            other_types,
        };
        Ok((code, region))
    }
}

/// Lengths such as `4,[6-8]`, as bits. `-1` stands for none.
fn lengths(text: &str) -> io::Result<u64> {
    let number = |text: &str| text.parse::<u32>().map_err(io::Error::other);
    let mut all = 0;
    for part in text
        .split(',')
        .filter(|part| !part.is_empty() && *part != "-1")
    {
        let range = part
            .strip_prefix('[')
            .and_then(|part| part.strip_suffix(']'));
        all |= match range.and_then(|range| range.split_once('-')) {
            Some((first, last)) => bits(number(first)?..=number(last)?),
            None => bits([number(part)?]),
        };
    }
    Ok(all)
}

fn attributes(element: &BytesStart<'_>) -> io::Result<BTreeMap<String, String>> {
    let mut attributes = BTreeMap::new();
    for attribute in element.attributes() {
        let attribute = attribute.map_err(io::Error::other)?;
        let value = attribute
            .normalized_value(XmlVersion::Explicit1_0)
            .map_err(io::Error::other)?;
        attributes.insert(attribute.key.as_ref().to_owned(), value.into_owned());
    }
    Ok(attributes)
}

fn name_of(element: &BytesStart<'_>) -> String {
    element.name().as_ref().to_owned()
}

/// The text from the first comment on, without the version that the XML declaration has.
fn comments(head: &str) -> &str {
    head.find("<!--").map_or("", |start| &head[start..])
}

/// The first three numbers with dots between them.
fn version_in(text: &str) -> Option<&str> {
    let parts = text.split(|sign: char| !sign.is_ascii_digit() && sign != '.');
    let is_version = |part: &&str| {
        let numbers = part.split('.');
        numbers.clone().count() == 3 && numbers.clone().all(|number| !number.is_empty())
    };
    parts.map(|part| part.trim_matches('.')).find(is_version)
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("not the metadata's XML: {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Automaton;

    /// A made-up plan for two regions that share a calling code, and one with prefixes of its own.
    const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- Made up for a test. Metadata 1.2.3. -->
<phoneNumberMetadata>
  <territories>
    <territory id="NO" countryCode="47" mainCountryForCode="true" internationalPrefix="00"
               leadingDigits="[02-689]|7[0-8]">
      <generalDesc><nationalNumberPattern>
        [2-9]
        \d{4,5}
      </nationalNumberPattern></generalDesc>
      <fixedLine><possibleLengths national="5" localOnly="4"/>
        <nationalNumberPattern>2\d{4}</nationalNumberPattern></fixedLine>
      <mobile><possibleLengths national="6"/>
        <nationalNumberPattern>9\d{5}</nationalNumberPattern></mobile>
      <noInternationalDialling><possibleLengths national="8"/>
        <nationalNumberPattern>8\d{7}</nationalNumberPattern></noInternationalDialling>
    </territory>
    <territory id="SJ" countryCode="47" internationalPrefix="00" leadingDigits="79">
      <generalDesc><nationalNumberPattern>79\d{3}</nationalNumberPattern></generalDesc>
      <fixedLine><possibleLengths national="5"/>
        <nationalNumberPattern>79\d{3}</nationalNumberPattern></fixedLine>
    </territory>
    <territory id="SE" countryCode="46" internationalPrefix="00" nationalPrefix="0">
      <generalDesc><nationalNumberPattern>7\d{6,8}</nationalNumberPattern></generalDesc>
      <mobile><possibleLengths national="7,[8-9]"/>
        <nationalNumberPattern>7\d{6,8}</nationalNumberPattern></mobile>
    </territory>
  </territories>
</phoneNumberMetadata>"#;

    fn metadata() -> Metadata {
        Metadata::of_xml(XML, "PhoneNumberMetadata.xml", "2026-01-02").expect("the XML is whole")
    }

    #[test]
    fn lengths_and_prefixes_are_those_that_the_build_makes() {
        let metadata = metadata();
        assert_eq!(metadata.version, "1.2.3");
        let [norway, svalbard] = &metadata.regions[&47][..] else {
            panic!("two regions share the code")
        };
        assert_eq!(norway.region.code(), "NO");
        assert_eq!(
            (norway.general.lengths, norway.general.local_lengths),
            (0b110_0000, 0b1_0000)
        );
        assert_eq!(norway.general.pattern.as_deref(), Some("[2-9]\\d{4,5}"));
        assert_eq!(svalbard.leading_digits.as_deref(), Some("79"));
        let sweden = &metadata.regions[&46][0];
        assert_eq!(sweden.national_prefix.as_deref(), Some("0"));
        assert_eq!(sweden.general.lengths, 0b11_1000_0000);
    }

    #[test]
    fn the_version_may_be_in_the_name() {
        let named = "PhoneNumberMetadata-9.0.43.xml";
        let metadata = Metadata::of_xml(XML, named, "2026-01-02").expect("the XML is whole");
        assert_eq!(metadata.version, "9.0.43");
        assert!(Metadata::of_xml("<territories/>", "metadata.xml", "2026-01-02").is_err());
    }

    #[test]
    fn a_made_up_plan_compiles_to_a_table_that_reads_its_numbers() {
        let automaton = Automaton::compile(&metadata());
        let region = |code: &str| Region::from_code(code).expect("a known region");
        let answers = |home: Option<&str>, digits: &str| {
            let root = home.map_or(automaton.international, |home| {
                automaton.regions[region(home).index()].0
            });
            let graph = &automaton.graph;
            let end = (digits.bytes()).fold(root, |node, byte| graph.step(node, byte - b'0'));
            let label = graph.answer(end).checked_sub(1)?;
            match automaton.labels[label as usize] {
                crate::label::Label::Valid { region, .. } => {
                    Region::from_index(usize::from(region)).map(Region::code)
                }
                crate::label::Label::Abroad { .. } => Some("abroad"),
            }
        };
        for (home, digits, expected) in [
            (None, "4721234", Some("NO")),
            (None, "47912345", Some("NO")),
            (None, "4779123", Some("SJ")),
            (None, "4771234", None),
            (None, "4681234567", None),
            (Some("SE"), "071234567", Some("SE")),
            (Some("SE"), "71234567", Some("SE")),
            (Some("SE"), "0712345", None),
            (Some("SE"), "0047912345", Some("abroad")),
            (Some("NO"), "912345", Some("NO")),
        ] {
            assert_eq!(answers(home, digits), expected, "{digits}");
        }
        let table = automaton.table();
        assert!(table[8..].starts_with(b"1.2.3\0"));
        assert!(table.windows(10).any(|ten| ten == b"2026-01-02"));
    }
}
