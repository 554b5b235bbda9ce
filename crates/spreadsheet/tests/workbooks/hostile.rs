//! Files that are damaged, disguised, or far too large.

use kreis_spreadsheet::{ReadError, read};
use rust_xlsxwriter::Workbook as Excel;

use crate::{archive, open_document};

fn refused(bytes: &[u8]) -> ReadError {
    read(bytes).unwrap_err()
}

#[test]
fn a_file_without_cells_is_empty() {
    let mut excel = Excel::new();
    excel.add_worksheet();
    for bytes in [
        Vec::new(),
        b"\n\n".to_vec(),
        excel.save_to_buffer().unwrap(),
        open_document("<table:table table:name=\"a\"><table:table-row/></table:table>"),
    ] {
        assert_eq!(refused(&bytes), ReadError::Empty);
    }
}

#[test]
fn a_workbook_with_a_password_or_of_the_old_kind_is_named() {
    let compound_file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more";
    assert_eq!(refused(compound_file), ReadError::EncryptedOrOld);
}

#[test]
fn another_archive_is_no_workbook() {
    let document = archive(&[("word.txt", b"hello")]);
    assert_eq!(refused(&document), ReadError::UnknownArchive);
    let text_document = archive(&[("content.xml", b"<office:text/>")]);
    assert_eq!(refused(&text_document), ReadError::UnknownArchive);
}

#[test]
fn an_archive_that_expands_without_end_is_refused_before_it_is_kept() {
    let zeros = vec![0; 300 * 1024 * 1024];
    let bomb = archive(&[("[Content_Types].xml", b""), ("xl/bomb.xml", &zeros)]);
    assert!(bomb.len() < 1024 * 1024);
    assert_eq!(refused(&bomb), ReadError::UnpacksTooLarge);
}

#[test]
fn cells_that_are_repeated_without_end_are_refused() {
    let cell = |columns: u64| {
        format!(
            r#"<table:table-cell table:number-columns-repeated="{columns}" office:value-type="float" office:value="1"/>"#
        )
    };
    let row = |rows: u64, cells: &str| {
        open_document(&format!(
            r#"<table:table table:name="a"><table:table-row table:number-rows-repeated="{rows}">{cells}</table:table-row></table:table>"#
        ))
    };
    assert_eq!(
        refused(&row(1_048_576, &cell(16_384))),
        ReadError::TooManyCells
    );
    let far = format!(
        r#"<table:table-cell table:number-columns-repeated="16000000"/>{}"#,
        cell(1)
    );
    assert_eq!(refused(&row(1, &far)), ReadError::TooManyCells);
    for repeated in ["0", "-1", "99999999999999999999", "many"] {
        let tables = format!(
            r#"<table:table table:name="a"><table:table-row table:number-rows-repeated="{repeated}"/></table:table>"#
        );
        let refused = refused(&open_document(&tables));
        assert!(matches!(refused, ReadError::Broken(_)), "{refused}");
    }
}

#[test]
fn a_cell_in_the_last_corner_costs_no_memory() {
    let mut excel = Excel::new();
    let sheet = excel.add_worksheet();
    sheet.write(0, 0, 1.0).unwrap();
    sheet.write(1_048_575, 16_383, 1.0).unwrap();
    let workbook = read(&excel.save_to_buffer().unwrap()).unwrap();
    let rows: Vec<_> = workbook.sheets[0]
        .rows
        .iter()
        .map(|row| (row.number, row.cells.len()))
        .collect();
    assert_eq!(rows, [(1, 1), (1_048_576, 16_384)]);
}

#[test]
fn a_workbook_cut_anywhere_is_refused_and_breaks_nothing() {
    let mut excel = Excel::new();
    let sheet = excel.add_worksheet();
    sheet.write(0, 0, "a").unwrap();
    let excel = excel.save_to_buffer().unwrap();
    let table = r#"<table:table table:name="a"><table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell></table:table-row></table:table>"#;
    for whole in [excel, open_document(table)] {
        assert!(read(&whole).is_ok());
        for length in 4..whole.len() {
            let refused = read(&whole[..length]);
            assert!(refused.is_err(), "{length} of {}", whole.len());
        }
    }
    for xml in [
        "<table:table table:name=\"a\">",
        "<table:table><table:table-row>",
        "<table:table><table:table-row><table:table-cell>",
        "<table:table><table:table-row><table:table-cell office:value-type=\"float\" office:value=\"x\"/></table:table-row></table:table>",
        "<table:table><table:table-row><table:table-cell><text:p>&unknown;</text:p></table:table-cell></table:table-row></table:table>",
    ] {
        let refused = refused(&open_document(xml));
        assert!(matches!(refused, ReadError::Broken(_)), "{xml}: {refused}");
    }
}
