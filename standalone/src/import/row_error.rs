//! Refused parts of the file, by row and column.

use std::fmt;

/// One refused part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RowError {
    /// Row number as in a spreadsheet.
    pub(super) row: u64,
    /// Name of the column, or its number if it has no name.
    pub(super) column: String,
    pub(super) text: String,
}

impl RowError {
    pub(super) fn new(row: u64, column: impl fmt::Display, text: impl Into<String>) -> Self {
        Self {
            row,
            column: column.to_string(),
            text: text.into(),
        }
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "row {}, column {}: {}",
            self.row, self.column, self.text
        )
    }
}
