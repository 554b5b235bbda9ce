//! OpenDocument spreadsheets.

use kreis_spreadsheet::{Cell, Format, read};

use crate::{number, open_document, percent, rows, text};

#[test]
fn cells_come_with_their_kind_and_the_row_numbers_of_the_sheet() {
    let tables = r#"
<table:table table:name="Werte &amp; mehr">
<table:table-header-rows><table:table-row>
 <table:table-cell office:value-type="string"><text:p>Kennzahl<text:s text:c="2"/>A</text:p>
 <office:annotation><text:p>a comment</text:p></office:annotation><text:p>B &gt; C</text:p>
 </table:table-cell>
</table:table-row></table:table-header-rows>
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>
<table:table-row>
 <table:table-cell table:number-columns-repeated="2"/>
 <table:table-cell office:value-type="float" office:value="0.30000000000000004"><text:p>0,3</text:p></table:table-cell>
 <table:table-cell office:value-type="percentage" office:value="0.0204"><text:p>2,04 %</text:p></table:table-cell>
 <table:table-cell office:value-type="currency" office:value="1369218"><text:p>CHF 1'369'218</text:p></table:table-cell>
 <table:table-cell table:number-columns-repeated="1020"/>
</table:table-row>
<table:table-row table:number-rows-repeated="2">
 <table:table-cell office:value-type="date" office:date-value="2026-03-31T00:00:00"><text:p>31.03.2026</text:p></table:table-cell>
 <table:covered-table-cell/>
 <table:table-cell office:value-type="boolean" office:boolean-value="true"/>
 <table:table-cell calcext:value-type="error" office:value-type="string" office:string-value=""><text:p>#DIV/0!</text:p></table:table-cell>
 <table:table-cell table:formula="of:=1+1"/>
</table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>
</table:table>
<table:table table:name="Listen" table:style-name="ta2"/>
<table:table table:name="Hilfe" table:style-name="ta2"><table:table-row/></table:table>"#;
    let workbook = read(&open_document(tables)).unwrap();
    assert_eq!(workbook.format, Format::OpenDocument);
    let sheets = workbook.sheets.iter();
    let sheets: Vec<_> = sheets.map(|it| (it.name.as_str(), it.hidden)).collect();
    let names = [("Werte & mehr", false), ("Listen", true), ("Hilfe", true)];
    assert_eq!(sheets, names);
    let numbers = vec![
        Cell::Blank,
        Cell::Blank,
        number(0.3),
        percent(0.0204),
        number(1_369_218.0),
    ];
    let others = vec![
        Cell::Date {
            year: 2026,
            month: 3,
            day: 31,
        },
        Cell::Blank,
        Cell::Truth(true),
        Cell::Error("#DIV/0!".to_owned()),
        Cell::Error("a formula without its result".to_owned()),
    ];
    assert_eq!(
        rows(&workbook.sheets[0]),
        [
            (1, vec![text("Kennzahl  A\nB > C")]),
            (4, numbers),
            (5, others.clone()),
            (6, others),
        ]
    );
}
