//! Text that a spreadsheet would run. A cell that begins with one of these
//! marks is a formula to it, whoever wrote it: files for spreadsheets have an
//! apostrophe in front, which is taken off again where the cell is read.

const MARKS: [char; 4] = ['=', '+', '-', '@'];

/// The text of a cell.
pub(crate) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if text.trim_start_matches('\'').starts_with(MARKS) => text,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_apostrophe_goes_where_it_keeps_a_formula_from_being_run() {
        for (cell, text) in [
            ("'=1+1", "=1+1"),
            ("'- first\n- second", "- first\n- second"),
            ("''=1", "'=1"),
            ("'quoted'", "'quoted'"),
            ("=1", "=1"),
            ("1 = 1", "1 = 1"),
            ("", ""),
        ] {
            assert_eq!(unguarded(cell), text);
        }
    }
}
