//! XLSX (ECMA-376): cells name their row and column; texts are shared by all sheets.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, XlsxError};
use crossbeam_channel::Sender;

use super::{
    rows::{self, Rows, UNCALCULATED},
    step::{SheetStop, Step},
    xml_part,
};
use crate::dump::{Refusal, opening::Fault};

/// 31 December 9999 as a day of a sheet. A later day is no date, whatever the style of its cell.
const LAST_DAY: f64 = 2_958_465.0;

/// A workbook with its shared texts.
pub(super) struct Xlsx {
    book: calamine::Xlsx<Cursor<Vec<u8>>>,
    sheets: Vec<String>,
}

impl Xlsx {
    pub(super) fn open(bytes: Vec<u8>) -> Result<Xlsx, Fault> {
        let book = calamine::Xlsx::new(Cursor::new(bytes)).map_err(fault)?;
        let sheets = book.sheets_metadata().iter();
        let sheets = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet);
        Ok(Xlsx {
            sheets: sheets.map(|sheet| sheet.name.clone()).collect(),
            book,
        })
    }

    pub(super) fn sheets(&self) -> usize {
        self.sheets.len()
    }

    pub(super) fn read(mut self, steps: &Sender<Step>) -> Result<(), SheetStop> {
        for name in self.sheets {
            let mut cells = self.book.worksheet_cells_reader(&name).map_err(fault)?;
            let mut rows = Rows::new(name, steps);
            while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(fault)? {
                let (row, column) = cell.pos;
                let mut text = text(&cell.value);
                // An empty text is a value: `=IF(A1="","",A1)`.
                if matches!(cell.value, DataRef::Empty) && cell.formula.is_some() {
                    UNCALCULATED.clone_into(&mut text);
                }
                if !text.is_empty() {
                    rows.put(row, column, text)?;
                }
            }
            rows.end()?;
        }
        Ok(())
    }
}

fn text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Int(value) => value.to_string(),
        DataRef::Float(value) => rows::number(*value),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(value) => date(value),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn date(value: &ExcelDateTime) -> String {
    let number = value.as_f64();
    if !(0.0..=LAST_DAY).contains(&number) {
        return rows::number(number);
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if number.fract() == 0.0 {
        date
    } else {
        format!("{date} {hour:02}:{minute:02}:{second:02}")
    }
}

fn fault(error: XlsxError) -> Fault {
    match error {
        XlsxError::Password => Fault::Refused(Refusal::Encrypted),
        XlsxError::Zip(error) => xml_part::fault_of(error),
        _ => Fault::Damaged("xlsx"),
    }
}
