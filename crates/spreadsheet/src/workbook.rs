//! A file as sheets, rows and cells.

use crate::{cell::Cell, error::ReadError, limits::MAX_CELLS};

/// A file as sheets of rows.
#[derive(Debug)]
pub struct Workbook {
    /// What the file is.
    pub format: Format,
    /// The sheets, in the order of the file. At least one.
    pub sheets: Vec<Sheet>,
}

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// Text with a separator between cells.
    Text {
        /// Name of the encoding, such as `UTF-8`.
        encoding: &'static str,
        /// The separator.
        separator: char,
        /// Whether every quotation mark follows RFC 4180, so that a cell may hold line breaks.
        strictly_quoted: bool,
    },
    /// An Excel workbook.
    Excel,
    /// An OpenDocument spreadsheet.
    OpenDocument,
}

/// Rows of cells.
#[derive(Debug, Default)]
pub struct Sheet {
    /// Name of the sheet; empty for text.
    pub name: String,
    /// Whether the spreadsheet program hides it.
    pub hidden: bool,
    /// The rows that have cells.
    pub rows: Vec<Row>,
}

/// A row of cells.
#[derive(Debug)]
pub struct Row {
    /// Number of the row as the spreadsheet program shows it, from 1.
    pub number: u64,
    /// The cells from the first column on, up to the last one that is not blank; in text all of
    /// them.
    pub cells: Vec<Cell>,
}

impl Sheet {
    /// Adds a cell that is not blank. Cells come row by row, and in a row from left to right.
    pub(crate) fn push(
        &mut self,
        row: u64,
        column: usize,
        cell: Cell,
        budget: &mut Budget,
    ) -> Result<(), ReadError> {
        if self.rows.last().is_none_or(|last| last.number < row) {
            self.rows.push(Row {
                number: row,
                cells: Vec::new(),
            });
        }
        let Some(last) = self.rows.last_mut().filter(|last| last.number == row) else {
            return Err(ReadError::broken("its rows are not in order"));
        };
        if column < last.cells.len() {
            return Err(ReadError::broken("its cells are not in order"));
        }
        budget.take(column + 1 - last.cells.len())?;
        last.cells.resize(column, Cell::Blank);
        last.cells.push(cell);
        Ok(())
    }
}

/// The cells that a file may still have.
pub(crate) struct Budget(usize);

impl Budget {
    pub(crate) const fn new() -> Self {
        Self(MAX_CELLS)
    }

    pub(crate) fn take(&mut self, cells: usize) -> Result<(), ReadError> {
        self.0 = self.0.checked_sub(cells).ok_or(ReadError::TooManyCells)?;
        Ok(())
    }
}
