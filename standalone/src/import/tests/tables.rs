//! Files as people keep them, in `tables`.

use super::{Import, empty, import_bytes};
use crate::{
    import::{Counts, file::Sheet, server_state::ServerState},
    table::Period,
};

/// Imports a file in a year after its values.
fn import(bytes: &[u8]) -> Import {
    let server = ServerState {
        this_month: Some(Period {
            year: 2027,
            month: 1,
        }),
        ..empty()
    };
    import_bytes(bytes, None, &[], &server)
}

#[test]
fn text_in_utf_16_with_tabs_is_read() {
    let bytes = include_bytes!("tables/unicode_text.txt");
    let sheet = Sheet::read(bytes, None).unwrap();
    assert_eq!(sheet.described(), "UTF-16LE, separated by tab");
    let import = import(bytes);
    assert_eq!(import.refused(), []);
    let kpi = &import.plan.kpis[0];
    assert_eq!(kpi.values[0].content.to_string(), "1369218");
}

#[test]
fn a_line_that_states_the_separator_is_followed() {
    let bytes = include_bytes!("tables/separator_line.csv");
    let import = import(bytes);
    assert_eq!(import.refused(), []);
    let kpi = &import.plan.kpis[0];
    assert_eq!(kpi.values[0].content.to_string(), "1234.5");
}

#[test]
fn damaged_text_is_refused_as_a_whole() {
    let refused = |bytes: &[u8]| Sheet::read(bytes, None).unwrap_err().to_string();
    assert_eq!(
        refused(include_bytes!("tables/joined_encodings.csv")),
        "row 3 is not UTF-8, while other rows are: save the whole file as UTF-8 and try again"
    );
    assert_eq!(
        refused(include_bytes!("tables/cut_character.csv")),
        "the file ends in the middle of a character: is a part of it missing?"
    );
}

#[test]
fn a_number_that_lost_its_digits_is_refused_and_the_others_are_read() {
    let bytes = include_bytes!("tables/saved_by_a_spreadsheet.csv");
    let import = import(bytes);
    assert_eq!(import.refused(), [(3, "value")]);
    assert_eq!(import.text(), "`1,23457E+11` is not a number");
    let Counts {
        created, refused, ..
    } = import.summary.values;
    assert_eq!((created, refused), (2, 1));
}
