//! Why a file is refused.

use std::error::Error;

use crate::limits::{MAX_CELLS, MAX_UNPACKED_BYTES};

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No row has a cell.
    #[error("the file is empty")]
    Empty,
    /// The bytes do not match the byte order mark.
    #[error("the file begins like {0}, but is not")]
    FalseMark(&'static str),
    /// Valid UTF-8 and bytes that are not.
    #[error(
        "row {row} is not UTF-8, while other rows are: save the whole file as UTF-8 and try again"
    )]
    MixedEncodings {
        /// The row of the first byte that is not UTF-8, from 1.
        row: u64,
    },
    /// The last character is not complete.
    #[error("the file ends in the middle of a character: is a part of it missing?")]
    CutCharacter,
    /// A file of text that is not rows of cells.
    #[error("the file is not rows of cells: {0}")]
    NotRows(String),
    /// An Excel workbook with a password, or of a version before 2007.
    #[error(
        "the file is an Excel workbook with a password, or of the old kind `.xls`: save it as \
         `.xlsx` without a password"
    )]
    EncryptedOrOld,
    /// A zip archive of something else.
    #[error("the file is neither text nor a workbook `.xlsx` or `.ods`")]
    UnknownArchive,
    /// A workbook that expands to more bytes than are read.
    #[error(
        "the workbook unpacks to more than {} MiB: remove what is not needed from it",
        MAX_UNPACKED_BYTES / 1024 / 1024
    )]
    UnpacksTooLarge,
    /// More cells than are read.
    #[error("the file has more than {MAX_CELLS} cells: remove what is not needed from it")]
    TooManyCells,
    /// A workbook that does not follow its format.
    #[error("the workbook is damaged: {0}; open it and save it anew")]
    Broken(String),
}

impl ReadError {
    pub(crate) fn broken(cause: impl Into<Box<dyn Error>>) -> Self {
        /// Damaged files can make long messages.
        const MAX_CAUSE: usize = 200;
        Self::Broken(cause.into().to_string().chars().take(MAX_CAUSE).collect())
    }
}
