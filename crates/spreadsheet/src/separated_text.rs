//! Text with separators: `,`, `;`, tab or `|`.

use crate::{
    cell::Cell,
    encoding,
    error::ReadError,
    quoting,
    workbook::{Budget, Format, Row, Sheet, Workbook},
};

/// The separators, in the order of preference.
const SEPARATORS: [u8; 4] = *b",;\t|";
/// So many rows are looked at to find the separator.
const ROWS_LOOKED_AT: usize = 50;

/// Reads text. Excel's first line `sep=;` states the separator.
pub(crate) fn read(bytes: &[u8]) -> Result<Workbook, ReadError> {
    let (text, encoding) = encoding::decode(bytes)?;
    // With only one kind of line end, the position of a row in the text shows how many blank
    // lines precede it. The reader skips blank lines; a spreadsheet program counts them.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let (stated, text) = stated_separator(&text);
    let separator = stated.unwrap_or_else(|| likely_separator(text));
    let sheet = Sheet {
        rows: rows(text, separator)?,
        ..Sheet::default()
    };
    if sheet.rows.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(Workbook {
        format: Format::Text {
            encoding,
            separator: char::from(separator),
            strictly_quoted: quoting::is_strict(text, separator),
        },
        sheets: vec![sheet],
    })
}

/// The separator of a line `sep=;`, and the text without this line. Excel does not show the line
/// and does not count it.
fn stated_separator(text: &str) -> (Option<u8>, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let stated = line.trim_matches('"').strip_prefix("sep=");
    match stated.map(str::as_bytes) {
        Some([separator]) if separator.is_ascii() => (Some(*separator), rest),
        _ => (None, text),
    }
}

/// The separator that splits the most rows into the same number of cells, and of those with
/// equally many rows the one with the most cells.
fn likely_separator(text: &str) -> u8 {
    let fit = |separator: &u8| {
        let mut widths = [0_usize; 64];
        let rows = reader(text, *separator).into_records().flatten();
        let filled = rows.filter(|row| row.iter().any(|cell| !cell.trim().is_empty()));
        for row in filled.take(ROWS_LOOKED_AT) {
            let width = row.len().min(widths.len() - 1);
            widths[width] += usize::from(width > 1);
        }
        let most = widths.iter().enumerate();
        most.map(|(width, rows)| (*rows, width)).max()
    };
    // Of equal ones, `max_by_key` takes the last.
    let best = SEPARATORS.iter().rev().max_by_key(|it| fit(it));
    best.copied().unwrap_or(b',')
}

fn rows(text: &str, separator: u8) -> Result<Vec<Row>, ReadError> {
    let mut budget = Budget::new();
    let mut rows = Vec::new();
    let mut number = 0;
    for record in reader(text, separator).records() {
        let record = record.map_err(|error| ReadError::NotRows(error.to_string()))?;
        number += 1 + record
            .position()
            .map_or(0, |position| line_ends_at(text, position.byte()));
        budget.take(record.len())?;
        rows.push(Row {
            number,
            cells: record
                .iter()
                .map(|cell| Cell::Text(cell.to_owned()))
                .collect(),
        });
    }
    Ok(rows)
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes())
}

/// Number of line ends in a row from this position on.
fn line_ends_at(text: &str, index: u64) -> u64 {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(index..).unwrap_or_default();
    let ends = rest.iter().take_while(|byte| **byte == b'\n');
    ends.map(|_| 1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn separator_of(text: &str) -> char {
        match read(text.as_bytes()).unwrap().format {
            Format::Text { separator, .. } => separator,
            other => panic!("{other:?}"),
        }
    }

    fn row_numbers(text: &str) -> Vec<u64> {
        let workbook = read(text.as_bytes()).unwrap();
        let rows = workbook.sheets[0].rows.iter();
        rows.map(|row| row.number).collect()
    }

    #[test]
    fn the_separator_is_found() {
        for (text, separator) in [
            ("a,b\n1,2\n", ','),
            ("a;b\n1;2\n", ';'),
            ("a\tb\n1\t2\n", '\t'),
            ("a|b\n1|2\n", '|'),
            // Decimal commas, titles, and separators inside of quotation marks.
            ("a;b;c\n1,5;2,5;3,5\n1,5;2;3\n", ';'),
            ("Title, and more\n\na;b;c\n1;2;3\n4;5;6\n", ';'),
            ("\"a;b\",\"c;d\"\n\"e;f\",g\n", ','),
            // Rows that are blank with another separator.
            ("a;b\n1;2\n\t\t\n\t\t\n\t\t\n", ';'),
            ("one column\n1\n", ','),
            ("", ','),
        ] {
            if text.is_empty() {
                assert_eq!(read(b"").unwrap_err(), ReadError::Empty);
            } else {
                assert_eq!(separator_of(text), separator, "{text}");
            }
        }
    }

    #[test]
    fn a_line_that_states_the_separator_is_no_row() {
        for line in ["sep=;", "\"sep=;\""] {
            let text = format!("{line}\r\na,x;b\r\n1;2\r\n");
            assert_eq!(separator_of(&text), ';');
            assert_eq!(row_numbers(&text), [1, 2]);
        }
        assert_eq!(row_numbers("sep=\n1;2\n"), [1, 2]);
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_program_shows_them() {
        let text = "head,x\r\na,\"b\r\nc\"\r\n\r\nd,e\r\n\r\n\r\nf,g";
        assert_eq!(row_numbers(text), [1, 2, 4, 7]);
        assert_eq!(row_numbers(&text.replace("\r\n", "\r")), [1, 2, 4, 7]);
        assert_eq!(row_numbers("\n\na,b\n"), [3]);
    }
}
