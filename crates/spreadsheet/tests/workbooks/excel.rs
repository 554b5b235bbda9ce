//! Excel workbooks.

use kreis_spreadsheet::{Cell, Format, read};
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Formula, Workbook as Excel};

use crate::{number, percent, rows, text};

#[test]
fn cells_come_with_their_kind_and_the_row_numbers_of_the_sheet() {
    let mut excel = Excel::new();
    let sheet = excel.add_worksheet().set_name("Werte").unwrap();
    sheet.write(0, 0, "Kennzahlen Zürich").unwrap();
    sheet.write(3, 1, 0.1 + 0.2).unwrap();
    for (column, format) in ["0.00%", "0 %", "0.0\"%\"", "0.00\\%"].iter().enumerate() {
        let style = Style::new().set_num_format(*format);
        let column = u16::try_from(column).unwrap() + 2;
        sheet.write_with_format(3, column, 0.0204, &style).unwrap();
    }
    let day = Style::new().set_num_format("dd.mm.yyyy");
    let date = ExcelDateTime::from_ymd(2026, 3, 31).unwrap();
    sheet.write_with_format(4, 0, &date, &day).unwrap();
    sheet.write(4, 2, true).unwrap();
    sheet.write(4, 3, "  ").unwrap();
    let time = Style::new().set_num_format("hh:mm");
    sheet.write_with_format(6, 0, 0.5, &time).unwrap();
    excel.add_worksheet().set_name("Notizen").unwrap();
    let hidden = excel.add_worksheet().set_name("Listen").unwrap();
    hidden.write(0, 0, "a").unwrap();
    hidden.set_hidden(true);

    let workbook = read(&excel.save_to_buffer().unwrap()).unwrap();
    assert_eq!(workbook.format, Format::Excel);
    let sheets = workbook.sheets.iter();
    let sheets: Vec<_> = sheets.map(|it| (it.name.as_str(), it.hidden)).collect();
    let names = [("Werte", false), ("Notizen", false), ("Listen", true)];
    assert_eq!(sheets, names);
    let numbers = vec![
        Cell::Blank,
        number(0.3),
        percent(0.0204),
        percent(0.0204),
        // The percent sign is text of these formats: the number shows as 0.0204 %.
        number(0.0204),
        number(0.0204),
    ];
    let day = Cell::Date {
        year: 2026,
        month: 3,
        day: 31,
    };
    assert_eq!(
        rows(&workbook.sheets[0]),
        [
            (1, vec![text("Kennzahlen Zürich")]),
            (4, numbers),
            (5, vec![day, Cell::Blank, Cell::Truth(true)]),
            (7, vec![Cell::Error("a time without a day".to_owned())]),
        ]
    );
}

#[test]
fn a_formula_has_its_stored_result_or_is_an_error() {
    let mut excel = Excel::new();
    let sheet = excel.add_worksheet();
    let results = [("=1+1", "2"), ("=1/0", "#DIV/0!"), ("=\"a\"", "a")];
    for (row, (formula, result)) in (0_u32..).zip(results) {
        let formula = Formula::new(formula).set_result(result);
        sheet.write(row, 0, formula).unwrap();
    }
    sheet
        .write(3, 0, Formula::new("=B1").set_result(""))
        .unwrap();
    let workbook = read(&excel.save_to_buffer().unwrap()).unwrap();
    let cells: Vec<_> = rows(&workbook.sheets[0]);
    let [two, error, text_result, ..] = cells.as_slice() else {
        panic!("{cells:?}");
    };
    assert_eq!(two.1, [number(2.0)]);
    assert_eq!(error.1, [Cell::Error("#DIV/0!".to_owned())]);
    assert_eq!(text_result.1, [text("a")]);
}
