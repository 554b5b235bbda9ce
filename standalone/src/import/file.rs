//! The file as rows of cells: its encoding, its delimiter, its columns. Rows are numbered as in a
//! spreadsheet; the header is row 1.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::{
    header::{self, HeaderError},
    quoting,
};
use crate::table::{Column, formula};

/// Why a file is refused as a whole.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is no header.
    #[error("the file is empty")]
    Empty,
    /// The bytes do not match the byte order mark.
    #[error("the file begins like {0}, but is not")]
    Encoding(&'static str),
    /// The header is invalid; has all its errors.
    #[error("{}", header::sentences(.0))]
    Header(Vec<HeaderError>),
    /// The bytes are not rows of cells.
    #[error("the file is not CSV")]
    NotCsv(#[from] csv::Error),
}

/// A file as rows of cells.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) encoding: &'static str,
    pub(super) delimiter: char,
    /// Meaning of each column; absent for a column without a name.
    header: Vec<Option<Column>>,
    /// Whether a cell may have several lines.
    strictly_quoted: bool,
    pub(super) records: Vec<Record>,
}

/// A row of cells.
#[derive(Debug)]
pub(super) struct Record {
    /// Row number as in a spreadsheet.
    pub(super) row: u64,
    cells: csv::StringRecord,
}

/// An error in the shape of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShapeError {
    /// Name of the column, or its number where it has none.
    pub(super) column: String,
    pub(super) text: String,
}

impl Sheet {
    /// Reads a file with `,` or `;`, with or without a byte order mark, in
    /// UTF-8 or Windows-1252.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let (text, encoding) = decoded(bytes)?;
        // With only one kind of line end, the position of a row in the text shows how many blank
        // lines precede it. The reader skips blank lines; a spreadsheet counts them.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let delimiter = delimiter(&text);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());

        let mut records = Vec::new();
        let mut row = 0;
        for cells in reader.records() {
            let cells = cells?;
            row += 1 + cells
                .position()
                .map_or(0, |index| line_ends_at(&text, index.byte()));
            records.push(Record { row, cells });
        }
        if records.is_empty() {
            return Err(FileError::Empty);
        }
        let header = header::read(&records.remove(0).cells).map_err(FileError::Header)?;
        records.retain(|record| record.cells.iter().any(|cell| !cell.trim().is_empty()));
        Ok(Self {
            encoding: encoding.name(),
            delimiter: char::from(delimiter),
            header,
            strictly_quoted: quoting::is_strict(&text, delimiter),
            records,
        })
    }

    /// Whether the file has a column.
    pub(super) fn has(&self, column: Column) -> bool {
        self.header.contains(&Some(column))
    }

    /// The text of a cell; absent if the file has no such column.
    pub(super) fn cell<'a>(&self, record: &'a Record, column: Column) -> Option<&'a str> {
        let index = self.header.iter().position(|name| *name == Some(column))?;
        let text = record.cells.get(index)?.trim();
        Some(if column.is_free_text() {
            formula::unescape(text)
        } else {
            text
        })
    }

    /// An error in the shape of a row: too few cells, too many, or a line break in the wrong cell.
    /// An unclosed quotation mark causes such a line break.
    pub(super) fn shape_error(&self, record: &Record) -> Option<ShapeError> {
        let broken =
            record.cells.iter().enumerate().position(|(index, cell)| {
                cell.trim().contains('\n') && !self.may_have_lines(index)
            });
        if let Some(index) = broken {
            return Some(ShapeError {
                column: self.column_name(index),
                text: "holds a line break; is a quotation mark not closed?".to_owned(),
            });
        }
        if record.cells.len() < self.header.len() {
            return Some(ShapeError {
                column: self.column_name(record.cells.len()),
                text: format!(
                    "is missing: the row has {} cells, the header {}",
                    record.cells.len(),
                    self.header.len()
                ),
            });
        }
        let nameless = record.cells.iter().enumerate().find(|(index, cell)| {
            !cell.trim().is_empty() && self.header.get(*index).copied().flatten().is_none()
        });
        nameless.map(|(index, _)| ShapeError {
            column: self.column_name(index),
            text: format!(
                "is not in the header; a number or name that holds `{}` needs quotation marks",
                self.delimiter
            ),
        })
    }

    fn may_have_lines(&self, index: usize) -> bool {
        let column = self.header.get(index).copied().flatten();
        self.strictly_quoted && column.is_some_and(Column::has_lines)
    }

    fn column_name(&self, index: usize) -> String {
        match self.header.get(index).copied().flatten() {
            Some(column) => column.name().to_owned(),
            None => (index + 1).to_string(),
        }
    }
}

/// Uses the encoding of a byte order mark. Without one, valid UTF-8 is UTF-8 and anything else is
/// Windows-1252.
fn decoded(bytes: &[u8]) -> Result<(String, &'static Encoding), FileError> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((marked, _)) => marked,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => WINDOWS_1252,
    };
    let (text, encoding, broken) = encoding.decode(bytes);
    if broken {
        return Err(FileError::Encoding(encoding.name()));
    }
    Ok((text.into_owned(), encoding))
}

/// The delimiter that splits the header into more known columns.
fn delimiter(text: &str) -> u8 {
    let first = text
        .lines()
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let known = |delimiter: char| {
        first
            .split(delimiter)
            .filter(|name| Column::named(name.trim().trim_matches('"')).is_some())
            .count()
    };
    if known(';') > known(',') { b';' } else { b',' }
}

/// Number of line ends in a row from this position on.
fn line_ends_at(text: &str, index: u64) -> u64 {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    text.as_bytes()
        .iter()
        .skip(index)
        .take_while(|byte| **byte == b'\n')
        .map(|_| 1)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "circle,kpi,periodicity,range,period_year,period_month,value";

    fn sheet(text: &str) -> Sheet {
        Sheet::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn delimiter_mark_and_encoding_make_no_difference() {
        let comma = format!("{HEADER}\r\nÄrzte,Zufriedenheit,month,0 <= % <= 100,2024,1,35\r\n");
        let semicolon = comma.replace(',', ";");
        let marked = format!("\u{feff}{semicolon}");
        let western = WINDOWS_1252.encode(&semicolon).0.into_owned();
        for (bytes, delimiter, encoding) in [
            (comma.into_bytes(), ',', "UTF-8"),
            (semicolon.into_bytes(), ';', "UTF-8"),
            (marked.into_bytes(), ';', "UTF-8"),
            (western, ';', "windows-1252"),
        ] {
            let sheet = Sheet::read(&bytes).unwrap();
            assert_eq!((sheet.delimiter, sheet.encoding), (delimiter, encoding));
            let [record] = sheet.records.as_slice() else {
                panic!("one row");
            };
            assert_eq!(record.row, 2);
            assert_eq!(sheet.cell(record, Column::Circle), Some("Ärzte"));
            assert_eq!(sheet.cell(record, Column::Value), Some("35"));
            assert_eq!(sheet.cell(record, Column::Unit), None);
            assert_eq!(sheet.shape_error(record), None);
        }
    }

    #[test]
    fn a_typographic_apostrophe_survives_windows_1252() {
        let text = format!("{HEADER}\nÄ,b,month,0 <= X,2024,1,1’234\n");
        let sheet = Sheet::read(&WINDOWS_1252.encode(&text).0).unwrap();
        assert_eq!(sheet.cell(&sheet.records[0], Column::Value), Some("1’234"));
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let text = format!(
            "{HEADER}\r\na,b,month,0 <= X,2024,1,1\r\n\r\n,,,,,,\r\n\
             a,\"b\r\nc\",month,0 <= X,2024,2,2\r\n\r\n\r\na,b,month,0 <= X,2024,3,3"
        );
        let rows: Vec<u64> = sheet(&text)
            .records
            .iter()
            .map(|record| record.row)
            .collect();
        assert_eq!(rows, [2, 5, 8]);
        let old = text.replace("\r\n", "\r");
        let rows: Vec<u64> = sheet(&old)
            .records
            .iter()
            .map(|record| record.row)
            .collect();
        assert_eq!(rows, [2, 5, 8]);
    }

    #[test]
    fn columns_come_in_any_order_and_case() {
        let sheet = sheet(
            "Value;PERIOD_MONTH;period_year;unit;periodicity;KPI;\"circle\";\n1;2;2024;chf;month;k;c;\n",
        );
        let record = &sheet.records[0];
        assert_eq!(sheet.cell(record, Column::Value), Some("1"));
        assert_eq!(sheet.cell(record, Column::Circle), Some("c"));
        assert_eq!(sheet.shape_error(record), None);
    }

    #[test]
    fn a_file_with_other_columns_is_refused_by_their_names() {
        let refused = |text: &str| Sheet::read(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(refused(""), "the file is empty");
        assert!(refused("circle,kpi,value\n").contains("`periodicity`, `period_year`"));
        assert!(refused(&format!("{HEADER},note\n")).contains("`note`"));
        assert!(refused(&format!("{HEADER},Value\n")).contains("`value` twice"));
        assert!(refused(&HEADER.replace("range,", "")).contains("neither"));
    }

    #[test]
    fn a_byte_order_mark_must_be_true() {
        let bytes = b"\xef\xbb\xbfcircle\xff";
        assert!(matches!(
            Sheet::read(bytes),
            Err(FileError::Encoding("UTF-8"))
        ));
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
}
