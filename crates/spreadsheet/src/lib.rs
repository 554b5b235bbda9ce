//! Reads files of spreadsheets into rows of cells: text with separators (`.csv`, `.tsv`, `.txt`),
//! Excel (`.xlsx`) and OpenDocument (`.ods`). It knows nothing of KPIs.
//!
//! The bytes decide what a file is, not its name. Memory is bounded by [`MAX_CELLS`],
//! [`MAX_UNPACKED_BYTES`] and the size of the file.

mod archive;
mod cell;
mod encoding;
mod error;
mod excel;
mod limits;
mod open_document;
mod quoting;
mod separated_text;
mod workbook;

pub use cell::Cell;
pub use error::ReadError;
pub use limits::{MAX_CELLS, MAX_UNPACKED_BYTES};
pub use workbook::{Format, Row, Sheet, Workbook};

/// Reads a file.
pub fn read(bytes: &[u8]) -> Result<Workbook, ReadError> {
    const ZIP: &[u8] = b"PK\x03\x04";
    const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    if bytes.starts_with(COMPOUND_FILE) {
        return Err(ReadError::EncryptedOrOld);
    }
    if !bytes.starts_with(ZIP) {
        return separated_text::read(bytes);
    }
    let workbook = match archive::content_of(bytes)? {
        archive::Content::Excel => excel::read(bytes)?,
        archive::Content::OpenDocument => open_document::read(bytes)?,
    };
    if workbook.sheets.iter().all(|sheet| sheet.rows.is_empty()) {
        return Err(ReadError::Empty);
    }
    Ok(workbook)
}
