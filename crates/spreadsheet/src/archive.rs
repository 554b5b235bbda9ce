//! Looks into the zip archive that a workbook is, before a library unpacks it.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use crate::{error::ReadError, limits::MAX_UNPACKED_BYTES};

/// The most parts. A workbook has a few parts for each sheet.
const MAX_PARTS: usize = 10_000;
/// The part of an Excel workbook that every one has.
const EXCEL_PART: &str = "[content_types].xml";
/// The part with the sheets of an OpenDocument file.
pub(crate) const OPEN_DOCUMENT_PART: &str = "content.xml";

/// What a workbook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Excel,
    OpenDocument,
}

/// What the archive holds. Unpacks each part once, into nothing, because the sizes that an archive
/// states can be wrong.
pub(crate) fn content_of(bytes: &[u8]) -> Result<Content, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(ReadError::broken)?;
    if archive.len() > MAX_PARTS {
        return Err(ReadError::UnpacksTooLarge);
    }
    let mut left = MAX_UNPACKED_BYTES;
    let mut content = None;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(ReadError::broken)?;
        if part.encrypted() {
            return Err(ReadError::EncryptedOrOld);
        }
        match part
            .name()
            .map_err(ReadError::broken)?
            .to_lowercase()
            .as_str()
        {
            EXCEL_PART => content = Some(Content::Excel),
            OPEN_DOCUMENT_PART => content = content.or(Some(Content::OpenDocument)),
            _ => (),
        }
        let unpacked = io::copy(&mut part.take(left + 1), &mut io::sink());
        let unpacked = unpacked.map_err(ReadError::broken)?;
        left = left
            .checked_sub(unpacked)
            .ok_or(ReadError::UnpacksTooLarge)?;
    }
    content.ok_or(ReadError::UnknownArchive)
}
