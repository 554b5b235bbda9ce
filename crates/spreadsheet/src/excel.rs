//! Excel workbooks.

use std::{collections::HashSet, io::Cursor};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use crate::{
    cell::Cell,
    error::ReadError,
    limits::MAX_CELLS,
    workbook::{Budget, Format, Sheet, Workbook},
};

type Excel<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Reads the sheets of an Excel workbook, without charts and macros.
pub(crate) fn read(bytes: &[u8]) -> Result<Workbook, ReadError> {
    let mut excel: Excel<'_> = Xlsx::new(Cursor::new(bytes)).map_err(read_error)?;
    let sheets = excel.sheets_metadata().to_vec();
    let sheets = sheets
        .into_iter()
        .filter(|it| it.typ == SheetType::WorkSheet);
    let mut budget = Budget::new();
    let mut read = Vec::new();
    for sheet in sheets {
        let hidden = sheet.visible != SheetVisible::Visible;
        read.push(sheet_of(&mut excel, sheet.name, hidden, &mut budget)?);
    }
    Ok(Workbook {
        format: Format::Excel,
        sheets: read,
    })
}

fn sheet_of(
    excel: &mut Excel<'_>,
    name: String,
    hidden: bool,
    budget: &mut Budget,
) -> Result<Sheet, ReadError> {
    let mut sheet = Sheet {
        name,
        hidden,
        rows: Vec::new(),
    };
    let formulas = formulas(excel, &sheet.name)?;
    let mut cells = excel
        .worksheet_cells_reader(&sheet.name)
        .map_err(read_error)?;
    // Which styles of the workbook show percentages.
    let percent: Vec<bool> = cells.styles().iter().map(shows_percent).collect();
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(read_error)? {
        let position = cell.get_position();
        let percent = percent.get(style).copied().unwrap_or(false);
        let content = match cell.get_value() {
            DataRef::Empty if formulas.contains(&position) => Cell::without_result(),
            value => content(value, percent),
        };
        if !content.is_blank() {
            let (row, column) = position;
            sheet.push(u64::from(row) + 1, column as usize, content, budget)?;
        }
    }
    Ok(sheet)
}

/// Where a sheet has formulas.
fn formulas(excel: &mut Excel<'_>, sheet: &str) -> Result<HashSet<(u32, u32)>, ReadError> {
    let mut formulas = HashSet::new();
    let mut cells = excel.worksheet_cells_reader(sheet).map_err(read_error)?;
    while let Some(cell) = cells.next_formula().map_err(read_error)? {
        if !cell.get_value().is_empty() {
            formulas.insert(cell.get_position());
        }
        if formulas.len() > MAX_CELLS {
            return Err(ReadError::TooManyCells);
        }
    }
    Ok(formulas)
}

/// Whether a style shows its numbers as percentages: a `%` that is not text of the format.
fn shows_percent(style: &calamine::Style) -> bool {
    let Some(format) = &style.number_format else {
        return false;
    };
    let mut in_text = false;
    let mut code = format.format_code.chars();
    while let Some(character) = code.next() {
        match character {
            '"' => in_text = !in_text,
            // The next character is text, or fills the cell, or is as wide as the gap.
            '\\' | '*' | '_' if !in_text => drop(code.next()),
            '%' if !in_text => return true,
            _ => (),
        }
    }
    false
}

fn content(value: &DataRef<'_>, percent: bool) -> Cell {
    match value {
        DataRef::Empty => Cell::Blank,
        // Whole numbers of a spreadsheet are floats, too.
        #[allow(clippy::cast_precision_loss)]
        DataRef::Int(number) => Cell::number(*number as f64, percent),
        DataRef::Float(number) => Cell::number(*number, percent),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(truth) => Cell::Truth(*truth),
        DataRef::DateTime(date) => date_of(*date),
        DataRef::DateTimeIso(text) => Cell::iso_date(text),
        DataRef::DurationIso(_) => Cell::time(),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

fn date_of(date: ExcelDateTime) -> Cell {
    // The whole part of the number counts days.
    if date.is_duration() || date.as_f64() < 1.0 {
        return Cell::time();
    }
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    Cell::Date { year, month, day }
}

fn read_error(error: XlsxError) -> ReadError {
    match error {
        XlsxError::Password => ReadError::EncryptedOrOld,
        other => ReadError::broken(other),
    }
}
