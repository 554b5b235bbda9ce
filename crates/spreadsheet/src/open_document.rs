//! OpenDocument spreadsheets: the part `content.xml`, as ODF 1.3 part 3 describes it in chapter 9.
//!
//! The library that reads Excel workbooks reads this format too, but does not say which numbers
//! are percentages, and repeats spaces as often as the file says.

use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Cursor},
};

use quick_xml::{
    XmlVersion,
    events::{BytesStart, Event},
    reader::Reader,
};
use zip::ZipArchive;

use crate::{
    archive::OPEN_DOCUMENT_PART,
    cell::Cell,
    error::ReadError,
    workbook::{Budget, Format, Sheet, Workbook},
};

/// The most characters of a cell.
const MAX_TEXT: usize = 100_000;

/// Reads the sheets of an OpenDocument spreadsheet.
pub(crate) fn read(bytes: &[u8]) -> Result<Workbook, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(ReadError::broken)?;
    let part = archive
        .by_name(OPEN_DOCUMENT_PART)
        .map_err(ReadError::broken)?;
    let mut xml = Reader::from_reader(BufReader::new(part));
    xml.config_mut().expand_empty_elements = true;
    let mut content = Content {
        xml,
        budget: Budget::new(),
        hidden_styles: HashSet::new(),
    };
    let sheets = content.sheets()?;
    if sheets.is_empty() {
        return Err(ReadError::UnknownArchive);
    }
    Ok(Workbook {
        format: Format::OpenDocument,
        sheets,
    })
}

struct Content<R: BufRead> {
    xml: Reader<R>,
    budget: Budget,
    /// Names of the styles of sheets that the spreadsheet program hides.
    hidden_styles: HashSet<String>,
}

/// A cell and how many columns have it.
struct Cells {
    cell: Cell,
    columns: usize,
}

impl<R: BufRead> Content<R> {
    fn sheets(&mut self) -> Result<Vec<Sheet>, ReadError> {
        let mut sheets = Vec::new();
        let mut style = String::new();
        loop {
            match self.next()? {
                Event::Eof => return Ok(sheets),
                Event::Start(element) if element.name().0 == "style:style" => {
                    style = attribute(&element, "style:name")?.unwrap_or_default();
                }
                Event::Start(element) if hides(&element)? => {
                    self.hidden_styles.insert(style.clone());
                }
                Event::Start(element) if element.name().0 == "table:table" => {
                    let sheet = self.sheet(&element)?;
                    sheets.push(sheet);
                }
                _ => (),
            }
        }
    }

    fn sheet(&mut self, element: &BytesStart<'_>) -> Result<Sheet, ReadError> {
        let style = attribute(element, "table:style-name")?.unwrap_or_default();
        let mut sheet = Sheet {
            name: attribute(element, "table:name")?.unwrap_or_default(),
            hidden: self.hidden_styles.contains(&style),
            rows: Vec::new(),
        };
        let mut number = 1;
        loop {
            match self.next()? {
                Event::Start(element) if element.name().0 == "table:table-row" => {
                    let repeated = repetition(&element, "table:number-rows-repeated")?;
                    let cells = self.row()?;
                    self.push_rows(&mut sheet, number, repeated, &cells)?;
                    number += repeated;
                }
                // Drawings on the sheet can hold tables of their own.
                Event::Start(element) if element.name().0 == "table:shapes" => {
                    self.skip("table:shapes")?;
                }
                Event::End(element) if element.name().0 == "table:table" => return Ok(sheet),
                Event::Eof => return Err(ReadError::broken("a sheet has no end")),
                _ => (),
            }
        }
    }

    /// Adds a row as often as it is repeated. Blank rows, which often fill a sheet up to its end,
    /// cost nothing.
    fn push_rows(
        &mut self,
        sheet: &mut Sheet,
        first: u64,
        repeated: u64,
        cells: &[Cells],
    ) -> Result<(), ReadError> {
        if cells.iter().all(|it| it.cell.is_blank()) {
            return Ok(());
        }
        for row in first..first.saturating_add(repeated) {
            let mut column = 0_usize;
            for Cells { cell, columns } in cells {
                if !cell.is_blank() {
                    for column in column..column.saturating_add(*columns) {
                        sheet.push(row, column, cell.clone(), &mut self.budget)?;
                    }
                }
                column = column.saturating_add(*columns);
            }
        }
        Ok(())
    }

    fn row(&mut self) -> Result<Vec<Cells>, ReadError> {
        const CELLS: [&str; 2] = ["table:table-cell", "table:covered-table-cell"];
        let mut cells = Vec::new();
        loop {
            match self.next()? {
                Event::Start(element) if CELLS.contains(&element.name().0) => {
                    self.budget.take(1)?;
                    let columns = repetition(&element, "table:number-columns-repeated")?;
                    let text = self.text(element.name().0)?;
                    cells.push(Cells {
                        cell: cell(&element, text)?,
                        columns: usize::try_from(columns).unwrap_or(usize::MAX),
                    });
                }
                Event::End(element) if element.name().0 == "table:table-row" => return Ok(cells),
                Event::Eof => return Err(ReadError::broken("a row has no end")),
                _ => (),
            }
        }
    }

    /// The text of a cell up to its end, without comments on it.
    fn text(&mut self, cell: &str) -> Result<String, ReadError> {
        let mut text = String::new();
        let (mut paragraphs, mut in_paragraph) = (0, false);
        loop {
            match self.next()? {
                Event::Start(element) => match element.name().0 {
                    "office:annotation" => self.skip("office:annotation")?,
                    "text:p" => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                        in_paragraph = true;
                    }
                    "text:s" => {
                        let spaces = repetition(&element, "text:c")?;
                        let spaces = usize::try_from(spaces).unwrap_or(usize::MAX);
                        text.extend(std::iter::repeat_n(' ', spaces.min(MAX_TEXT)));
                    }
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    _ => (),
                },
                Event::Text(part) if in_paragraph => text.push_str(&part.xml10_content()),
                Event::CData(part) if in_paragraph => text.push_str(&part.xml10_content()),
                Event::GeneralRef(part) => {
                    let character = part.resolve_char_ref().map_err(ReadError::broken)?;
                    let named = quick_xml::escape::resolve_predefined_entity(&part);
                    match (character, named) {
                        (Some(character), _) => text.push(character),
                        (None, Some(named)) => text.push_str(named),
                        (None, None) => return Err(ReadError::broken("an unknown entity")),
                    }
                }
                Event::End(element) if element.name().0 == "text:p" => in_paragraph = false,
                Event::End(element) if element.name().0 == cell => return Ok(text),
                Event::Eof => return Err(ReadError::broken("a cell has no end")),
                _ => (),
            }
            if text.len() > MAX_TEXT {
                return Err(ReadError::broken("a cell has too much text"));
            }
        }
    }

    /// Reads up to the end of an element that has begun.
    fn skip(&mut self, name: &str) -> Result<(), ReadError> {
        let mut depth = 1_u32;
        while depth > 0 {
            match self.next()? {
                Event::Start(element) if element.name().0 == name => depth += 1,
                Event::End(element) if element.name().0 == name => depth -= 1,
                Event::Eof => return Err(ReadError::broken("an element has no end")),
                _ => (),
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Event<'static>, ReadError> {
        let mut buffer = Vec::new();
        let event = self.xml.read_event_into(&mut buffer);
        Ok(event.map_err(ReadError::broken)?.into_owned())
    }
}

/// The content of a cell with this element and this text.
fn cell(element: &BytesStart<'_>, text: String) -> Result<Cell, ReadError> {
    if attribute(element, "calcext:value-type")?.as_deref() == Some("error") {
        return Ok(Cell::Error(text));
    }
    let value = |name| attribute(element, name).map(Option::unwrap_or_default);
    let kind = attribute(element, "office:value-type")?;
    Ok(match kind.as_deref() {
        Some(kind @ ("float" | "currency" | "percentage")) => {
            match value("office:value")?.parse() {
                Ok(number) => Cell::number(number, kind == "percentage"),
                Err(_) => return Err(ReadError::broken("a number without digits")),
            }
        }
        Some("date") => Cell::iso_date(&value("office:date-value")?),
        Some("time") => Cell::time(),
        Some("boolean") => Cell::Truth(value("office:boolean-value")? == "true"),
        Some("string") => match attribute(element, "office:string-value")? {
            Some(stated) if text.is_empty() => Cell::Text(stated),
            _ => Cell::Text(text),
        },
        _ if attribute(element, "table:formula")?.is_some() => Cell::without_result(),
        _ => Cell::Blank,
    })
}

/// Whether a part of a style hides the sheets of this style.
fn hides(element: &BytesStart<'_>) -> Result<bool, ReadError> {
    let display = attribute(element, "table:display")?;
    Ok(element.name().0 == "style:table-properties" && display.as_deref() == Some("false"))
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, ReadError> {
    let Some(attribute) = element.try_get_attribute(name).map_err(ReadError::broken)? else {
        return Ok(None);
    };
    let value = attribute.normalized_value(XmlVersion::Implicit1_0);
    Ok(Some(value.map_err(ReadError::broken)?.into_owned()))
}

/// How often something is repeated: once if the element does not say it.
fn repetition(element: &BytesStart<'_>, name: &str) -> Result<u64, ReadError> {
    /// More rows or columns than any program has.
    const MAX: u64 = 1 << 24;
    match attribute(element, name)?.map(|number| number.parse()) {
        None => Ok(1),
        Some(Ok(number @ 1..=MAX)) => Ok(number),
        Some(_) => Err(ReadError::broken("a repetition that is no number")),
    }
}
