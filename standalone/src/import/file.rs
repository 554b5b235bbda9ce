//! The file as a table: its sheet, its columns, its rows.

use std::borrow::Cow;

use kreis_spreadsheet::{Cell, Format, ReadError, Row, Workbook};

use super::header::{self, HeaderError};
use crate::table::{
    Column, NumberCell, formula,
    number::{DecimalSign, ParsedNumber},
};

/// Why a file is refused as a whole.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file is not a table.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// The workbook has several sheets, and none was chosen; has their names.
    #[error("the workbook has the sheets {}: choose one with --sheet", header::listed(.0))]
    SeveralSheets(Vec<String>),
    /// The workbook has no sheet of this name.
    #[error("the workbook has no sheet `{name}`, but {}", header::listed(.sheets))]
    NoSuchSheet {
        /// The chosen name.
        name: String,
        /// Names of the sheets.
        sheets: Vec<String>,
    },
    /// The header is invalid; has all its errors.
    #[error("{}", header::sentences(.0))]
    Header(Vec<HeaderError>),
}

/// A file as a table.
#[derive(Debug)]
pub(super) struct Sheet {
    format: Format,
    /// Name of the sheet; empty for text.
    name: String,
    /// Meaning of each column; absent for a column without a name.
    header: Vec<Option<Column>>,
    /// The rows that are not blank, without the header.
    pub(super) records: Vec<Row>,
}

/// An error in the shape of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShapeError {
    /// Name of the column, or its number where it has none.
    pub(super) column: String,
    pub(super) text: String,
}

impl Sheet {
    /// Reads a file. In a workbook, takes the sheet of this name, or the only visible sheet that
    /// has cells.
    pub(super) fn read(bytes: &[u8], name: Option<&str>) -> Result<Self, FileError> {
        let workbook = kreis_spreadsheet::read(bytes)?;
        let format = workbook.format.clone();
        let sheet = chosen(workbook, name)?;
        let mut records = sheet.rows.into_iter();
        let header = records.next().ok_or(ReadError::Empty)?;
        let header: Vec<Cow<'_, str>> = header.cells.iter().map(text_of).collect();
        let header = header::read(&header).map_err(FileError::Header)?;
        let is_filled = |record: &Row| record.cells.iter().any(|cell| !cell.is_blank());
        Ok(Self {
            format,
            name: sheet.name,
            header,
            records: records.filter(is_filled).collect(),
        })
    }

    /// What the file is, for the user.
    pub(super) fn described(&self) -> String {
        match &self.format {
            Format::Text {
                encoding,
                separator,
                ..
            } => format!("{encoding}, separated by {}", separator_name(*separator)),
            Format::Excel => format!("Excel, sheet `{}`", self.name),
            Format::OpenDocument => format!("OpenDocument, sheet `{}`", self.name),
        }
    }

    /// Whether the file has a column.
    pub(super) fn has(&self, column: Column) -> bool {
        self.header.contains(&Some(column))
    }

    /// The text of a cell; absent if the file has no such column.
    pub(super) fn text<'a>(&self, record: &'a Row, column: Column) -> Option<Cow<'a, str>> {
        let text = self.cell(record, column).map(text_of)?;
        let is_guarded = column.is_free_text() && matches!(self.format, Format::Text { .. });
        Some(match text {
            Cow::Borrowed(text) if is_guarded => Cow::Borrowed(formula::unescape(text)),
            text => text,
        })
    }

    /// The number of a cell; blank if the file has no such column.
    pub(super) fn number(
        &self,
        record: &Row,
        column: Column,
        stated: Option<DecimalSign>,
    ) -> NumberCell {
        match self.cell(record, column) {
            None | Some(Cell::Blank) => NumberCell::default(),
            Some(Cell::Text(text)) => NumberCell::read(text, stated),
            Some(Cell::Number { value, percent }) => NumberCell {
                number: ParsedNumber::Exact(if *percent { in_percent(*value) } else { *value }),
                percent: *percent,
            },
            Some(Cell::Date { .. } | Cell::Truth(_) | Cell::Error(_)) => NumberCell {
                number: ParsedNumber::NotANumber,
                percent: false,
            },
        }
    }

    fn cell<'a>(&self, record: &'a Row, column: Column) -> Option<&'a Cell> {
        let index = self.header.iter().position(|name| *name == Some(column))?;
        Some(record.cells.get(index).unwrap_or(&Cell::Blank))
    }

    /// An error in the shape of a row: too few cells in a row of text, too many, or a line break in
    /// the wrong cell. An unclosed quotation mark causes such a line break.
    pub(super) fn shape_error(&self, record: &Row) -> Option<ShapeError> {
        let error = |index, text: String| {
            Some(ShapeError {
                column: self.column_name(index),
                text,
            })
        };
        let mut cells = record.cells.iter().map(text_of).enumerate();
        if let Some((index, _)) =
            cells.find(|(index, cell)| cell.contains('\n') && !self.may_have_lines(*index))
        {
            return error(index, self.line_break_text().to_owned());
        }
        let (cells, columns) = (record.cells.len(), self.header.len());
        if cells < columns && matches!(self.format, Format::Text { .. }) {
            let text = format!("is missing: the row has {cells} cells, the header {columns}");
            return error(cells, text);
        }
        let mut cells = record.cells.iter().enumerate();
        let (index, _) = cells.find(|(index, cell)| {
            !cell.is_blank() && self.header.get(*index).copied().flatten().is_none()
        })?;
        error(index, self.nameless_text())
    }

    fn line_break_text(&self) -> &'static str {
        match self.format {
            Format::Text { .. } => "holds a line break; is a quotation mark not closed?",
            Format::Excel | Format::OpenDocument => "holds a line break",
        }
    }

    fn nameless_text(&self) -> String {
        match self.format {
            Format::Text { separator, .. } => format!(
                "is not in the header; a number or name that holds {} needs quotation marks",
                separator_name(separator)
            ),
            Format::Excel | Format::OpenDocument => "is not in the header".to_owned(),
        }
    }

    fn may_have_lines(&self, index: usize) -> bool {
        let column = self.header.get(index).copied().flatten();
        let is_whole = !matches!(
            self.format,
            Format::Text {
                strictly_quoted: false,
                ..
            }
        );
        is_whole && column.is_some_and(Column::has_lines)
    }

    fn column_name(&self, index: usize) -> String {
        match self.header.get(index).copied().flatten() {
            Some(column) => column.name().to_owned(),
            None => (index + 1).to_string(),
        }
    }
}

/// The sheet of this name, or the only visible one that has cells.
fn chosen(workbook: Workbook, name: Option<&str>) -> Result<kreis_spreadsheet::Sheet, FileError> {
    let names = |sheets: &[kreis_spreadsheet::Sheet]| {
        sheets.iter().map(|sheet| sheet.name.clone()).collect()
    };
    let mut sheets = workbook.sheets;
    if let Some(name) = name.filter(|_| !matches!(workbook.format, Format::Text { .. })) {
        let found = sheets.iter().position(|sheet| sheet.name == name);
        return match found {
            Some(index) => Ok(sheets.swap_remove(index)),
            None => Err(FileError::NoSuchSheet {
                name: name.to_owned(),
                sheets: names(&sheets),
            }),
        };
    }
    sheets.retain(|sheet| !sheet.hidden && !sheet.rows.is_empty());
    if sheets.len() > 1 {
        return Err(FileError::SeveralSheets(names(&sheets)));
    }
    Ok(sheets.pop().ok_or(ReadError::Empty)?)
}

/// A cell as text, as a person would type it.
fn text_of(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Blank => Cow::Borrowed(""),
        Cell::Text(text) => Cow::Borrowed(text.trim()),
        Cell::Number {
            value,
            percent: false,
        } => Cow::Owned(value.to_string()),
        Cell::Number {
            value,
            percent: true,
        } => Cow::Owned(format!("{}%", in_percent(*value))),
        Cell::Date { year, month, day } => Cow::Owned(format!("{year:04}-{month:02}-{day:02}")),
        Cell::Truth(true) => Cow::Borrowed("yes"),
        Cell::Truth(false) => Cow::Borrowed("no"),
        Cell::Error(error) => Cow::Borrowed(error),
    }
}

/// 0.0204 as 2.04, with 15 significant digits: 0.07 is 7, not 7.000000000000001.
fn in_percent(share: f64) -> f64 {
    let percent = share * 100.0;
    format!("{percent:.14e}").parse().unwrap_or(percent)
}

fn separator_name(separator: char) -> String {
    match separator {
        '\t' => "tab".to_owned(),
        other => format!("`{other}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "circle,kpi,periodicity,range,period_year,period_month,value";

    fn sheet(text: &str) -> Sheet {
        Sheet::read(text.as_bytes(), None).unwrap()
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let text = format!(
            "{HEADER}\r\na,b,month,0 <= X,2024,1,1\r\n\r\n,,,,,,\r\n\
             a,\"b\r\nc\",month,0 <= X,2024,2,2\r\n\r\n\r\na,b,month,0 <= X,2024,3,3"
        );
        let rows: Vec<u64> = sheet(&text).records.iter().map(|it| it.number).collect();
        assert_eq!(rows, [2, 5, 8]);
    }

    #[test]
    fn columns_come_in_any_order_and_case() {
        let sheet = sheet(
            "Value;PERIOD_MONTH;period_year;unit;periodicity;KPI;\"circle\";\n1;2;2024;chf;month;k;c;\n",
        );
        let record = &sheet.records[0];
        assert_eq!(sheet.text(record, Column::Value).as_deref(), Some("1"));
        assert_eq!(sheet.text(record, Column::Circle).as_deref(), Some("c"));
        assert_eq!(sheet.text(record, Column::Range), None);
        assert_eq!(sheet.shape_error(record), None);
    }

    #[test]
    fn a_file_with_other_columns_is_refused_by_their_names() {
        let refused = |text: &str| Sheet::read(text.as_bytes(), None).unwrap_err().to_string();
        assert_eq!(refused(""), "the file is empty");
        assert!(refused("circle,kpi,value\n").contains("`periodicity`, `period_year`"));
        assert!(refused(&format!("{HEADER},note\n")).contains("`note`"));
        assert!(refused(&format!("{HEADER},Value\n")).contains("`value` twice"));
        assert!(refused(&HEADER.replace("range,", "")).contains("neither"));
    }

    #[test]
    fn a_row_of_another_shape_is_refused_by_column() {
        let text = format!(
            "{HEADER}\na,b,month,0 <= X,2024,1\na,b,month,0 <= X,2024,2,1,234\n\
             a,b,month,0 <= X,2024,3,1,\na,\"b,month\nand,all,the,rest\n"
        );
        let sheet = sheet(&text);
        let columns: Vec<Option<String>> = sheet
            .records
            .iter()
            .map(|record| sheet.shape_error(record).map(|error| error.column))
            .collect();
        let named = |name: &str| Some(name.to_owned());
        assert_eq!(columns, [named("value"), named("8"), None, named("kpi")]);
    }

    fn workbook(sheets: &[(&str, bool)]) -> Vec<u8> {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        for (name, hidden) in sheets {
            let sheet = workbook.add_worksheet().set_name(*name).unwrap();
            sheet.write_row(0, 0, HEADER.split(',')).unwrap();
            sheet
                .write_row(2, 0, ["Ärzte", "b", "month", "0 <= %"])
                .unwrap();
            sheet.write_row(2, 4, [2024, 3]).unwrap();
            let percent = rust_xlsxwriter::Format::new().set_num_format("0.00%");
            sheet.write_with_format(2, 6, 0.07, &percent).unwrap();
            sheet.set_hidden(*hidden);
        }
        workbook.save_to_buffer().unwrap()
    }

    #[test]
    fn a_workbook_is_read_by_its_only_visible_sheet_or_the_chosen_one() {
        let shown = [("Werte", false), ("Listen", true)];
        let sheet = Sheet::read(&workbook(&shown), None).unwrap();
        assert_eq!(sheet.described(), "Excel, sheet `Werte`");
        let chosen = Sheet::read(&workbook(&shown), Some("Listen")).unwrap();
        assert_eq!(chosen.described(), "Excel, sheet `Listen`");
        let several = [("2023", false), ("2024", false)];
        let refused = |name| Sheet::read(&workbook(&several), name).unwrap_err();
        assert_eq!(
            refused(None).to_string(),
            "the workbook has the sheets `2023`, `2024`: choose one with --sheet"
        );
        assert_eq!(
            refused(Some("2025")).to_string(),
            "the workbook has no sheet `2025`, but `2023`, `2024`"
        );
    }

    #[test]
    fn a_number_of_a_workbook_needs_no_decimal_sign_and_a_share_is_a_percentage() {
        let sheet = Sheet::read(&workbook(&[("Werte", false)]), None).unwrap();
        let record = &sheet.records[0];
        assert_eq!(record.number, 3);
        assert_eq!(sheet.shape_error(record), None);
        assert_eq!(
            sheet.text(record, Column::PeriodYear).as_deref(),
            Some("2024")
        );
        let comma = Some(DecimalSign::Comma);
        let seven = NumberCell {
            number: ParsedNumber::Exact(7.0),
            percent: true,
        };
        assert_eq!(sheet.number(record, Column::Value, comma), seven);
    }
}
