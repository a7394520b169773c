//! ODS (OASIS `OpenDocument` 1.3): all sheets are in one member; rows and cells may be repeated.
//!
//! `calamine` reads ODS too, but holds all cells at once, repeated ones as often as they say. Here
//! one row is held at a time.

use std::io::{BufRead, BufReader, Cursor};

use ::zip::ZipArchive;
use crossbeam_channel::Sender;
use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesRef, BytesStart, Event},
};

use super::{
    rows::{self, Rows, UNCALCULATED},
    step::{SheetStop, Step},
    xml_part::{XmlPart, fault_of},
};
use crate::dump::{MAX_ROW_BYTES, Refusal, opening::Fault};

const CONTENT: &str = "content.xml";
const TABLE: &str = "table:table";

/// A document that is known to hold sheets.
pub(super) struct Ods {
    archive: ZipArchive<Cursor<Vec<u8>>>,
    sheets: usize,
}

impl Ods {
    pub(super) fn open(bytes: Vec<u8>) -> Result<Ods, Fault> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(fault_of)?;
        let content = archive.by_name(CONTENT).map_err(fault_of)?;
        let mut start = BufReader::new(content);
        let begins = start.fill_buf().map_err(|_| damaged())?;
        // In an encrypted document each member is encrypted, so this is no XML.
        if !begins.trim_ascii_start().starts_with(b"<") {
            return Err(Fault::Refused(Refusal::Encrypted));
        }
        let mut xml = Xml::new(start);
        let mut sheets = 0;
        while let Some(piece) = xml.next()? {
            sheets +=
                usize::from(matches!(&piece, Event::Start(tag) if tag.name().as_ref() == TABLE));
        }
        drop(xml);
        Ok(Ods { archive, sheets })
    }

    pub(super) fn sheets(&self) -> usize {
        self.sheets
    }

    pub(super) fn read(mut self, steps: &Sender<Step>) -> Result<(), SheetStop> {
        let content = self.archive.by_name(CONTENT).map_err(fault_of)?;
        let mut xml = Xml::new(BufReader::new(content));
        while let Some(piece) = xml.next()? {
            if let Event::Start(tag) = &piece
                && tag.name().as_ref() == TABLE
            {
                let name = attribute(tag, "table:name").unwrap_or_default();
                sheet(&mut xml, Rows::new(name, steps))?;
            }
        }
        Ok(())
    }
}

/// The events of a document, one at a time; an empty element is a start and an end.
struct Xml<R> {
    reader: Reader<BufReader<XmlPart<R>>>,
    buffer: Vec<u8>,
}

impl<R: BufRead> Xml<R> {
    fn new(content: R) -> Xml<R> {
        let mut reader = Reader::from_reader(BufReader::new(XmlPart::new(content)));
        reader.config_mut().expand_empty_elements = true;
        Xml {
            reader,
            buffer: Vec::new(),
        }
    }

    fn next(&mut self) -> Result<Option<Event<'_>>, Fault> {
        self.buffer.clear();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::Eof) => Ok(None),
            Ok(piece) => Ok(Some(piece)),
            Err(_) => Err(damaged()),
        }
    }
}

/// A cell that is being read.
#[derive(Default)]
struct OdsCell {
    /// The value in its attributes, if it has one.
    value: Option<String>,
    is_formula: bool,
    text: String,
    times: u32,
}

impl OdsCell {
    fn push(&mut self, text: &str) -> Result<(), Fault> {
        self.text.push_str(text);
        if self.text.len() > MAX_ROW_BYTES {
            return Err(damaged());
        }
        Ok(())
    }
}

/// The rows of a sheet, to its end.
fn sheet<R: BufRead>(xml: &mut Xml<R>, rows: Rows<'_>) -> Result<(), SheetStop> {
    let mut sheet = SheetWalk {
        rows,
        row: 0,
        column: 0,
        row_times: 1,
        cell: None,
    };
    let mut aside = 0_u32;
    while let Some(piece) = xml.next()? {
        match piece {
            Event::Start(tag) if is_aside(tag.name().as_ref()) => aside += 1,
            Event::End(tag) if tag.name().as_ref() == TABLE && aside == 0 => {
                return sheet.rows.end();
            }
            Event::End(tag) if is_aside(tag.name().as_ref()) => aside = aside.saturating_sub(1),
            _ if aside > 0 => {}
            Event::Start(tag) => sheet.start(&tag)?,
            Event::Text(text) => sheet.text(&text.xml10_content())?,
            Event::CData(text) => sheet.text(&text.xml10_content())?,
            Event::GeneralRef(name) => sheet.text(&entity(&name)?)?,
            Event::End(tag) if is_cell(tag.name().as_ref()) => sheet.end_cell()?,
            Event::End(tag) if tag.name().as_ref() == "table:table-row" => sheet.end_row()?,
            _ => {}
        }
    }
    Err(Fault::BrokenOff("ods").into())
}

/// A walk through the elements of a sheet.
struct SheetWalk<'a> {
    rows: Rows<'a>,
    row: u32,
    column: u32,
    /// How often the row is repeated.
    row_times: u32,
    cell: Option<OdsCell>,
}

impl SheetWalk<'_> {
    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), Fault> {
        match tag.name().as_ref() {
            "table:table-row" => {
                self.row_times = repeated(tag, "table:number-rows-repeated");
                self.column = 0;
            }
            name if is_cell(name) => {
                self.cell = Some(OdsCell {
                    value: value(tag),
                    is_formula: attribute(tag, "table:formula").is_some(),
                    text: String::new(),
                    times: repeated(tag, "table:number-columns-repeated"),
                });
            }
            "text:p" | "text:line-break" => self.text("\n")?,
            "text:s" | "text:tab" => self.text(" ")?,
            _ => {}
        }
        Ok(())
    }

    /// Text between the tags. Outside of cells it means nothing.
    fn text(&mut self, text: &str) -> Result<(), Fault> {
        match &mut self.cell {
            Some(cell) => cell.push(text),
            None => Ok(()),
        }
    }

    fn end_cell(&mut self) -> Result<(), SheetStop> {
        let Some(cell) = self.cell.take() else {
            return Ok(());
        };
        let text = match &cell.value {
            Some(value) => value,
            None if cell.is_formula && cell.text.trim_ascii().is_empty() => UNCALCULATED,
            None => cell.text.trim_ascii(),
        };
        if !text.is_empty() {
            for place in 0..cell.times {
                let column = self.column.saturating_add(place);
                self.rows.put(self.row, column, text.to_owned())?;
            }
        }
        self.column = self.column.saturating_add(cell.times);
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), SheetStop> {
        self.rows.go_to(self.row)?;
        self.rows.repeat(self.row_times)?;
        self.row = self.row.saturating_add(self.row_times);
        Ok(())
    }
}

fn is_cell(name: &str) -> bool {
    matches!(name, "table:table-cell" | "table:covered-table-cell")
}

/// Whether an element holds text that is no cell's: remarks, drawings, inner tables.
fn is_aside(name: &str) -> bool {
    matches!(
        name,
        TABLE | "office:annotation" | "draw:frame" | "table:shapes"
    )
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok().flatten()?;
    let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

fn repeated(tag: &BytesStart<'_>, name: &str) -> u32 {
    let times = attribute(tag, name).and_then(|times| times.parse().ok());
    times.unwrap_or(1)
}

/// The value of a cell, which may differ from the text that it shows.
fn value(tag: &BytesStart<'_>) -> Option<String> {
    if let Some(value) = attribute(tag, "office:value") {
        return Some(value.parse().map_or(value, rows::number));
    }
    let others = [
        "office:date-value",
        "office:time-value",
        "office:boolean-value",
        "office:string-value",
    ];
    others.iter().find_map(|name| attribute(tag, name))
}

fn entity(name: &BytesRef<'_>) -> Result<String, Fault> {
    if let Ok(Some(character)) = name.resolve_char_ref() {
        return Ok(character.to_string());
    }
    let text = resolve_predefined_entity(name.as_ref()).ok_or_else(damaged)?;
    Ok(text.to_owned())
}

fn damaged() -> Fault {
    Fault::Damaged("ods")
}
