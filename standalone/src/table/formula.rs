//! Text that a spreadsheet would run. A cell that begins with one of these
//! marks is a formula to it, whoever wrote it: an apostrophe in front keeps it
//! text, and is taken off again where the cell is read.

const MARKS: [char; 4] = ['=', '+', '-', '@'];

/// A text as its cell holds it.
pub(crate) fn guarded(text: &str) -> String {
    let apostrophe = if looks_guarded(text) || text.starts_with(MARKS) {
        "'"
    } else {
        ""
    };
    format!("{apostrophe}{text}")
}

/// The text of a cell.
pub(crate) fn unguarded(cell: &str) -> &str {
    if looks_guarded(cell) {
        &cell[1..]
    } else {
        cell
    }
}

/// Whether apostrophes stand in front of a mark. Such a text gets one more, so
/// that taking one off always gives back what was written.
fn looks_guarded(text: &str) -> bool {
    text.starts_with('\'') && text.trim_start_matches('\'').starts_with(MARKS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_formula_gets_an_apostrophe_and_everything_else_stays() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("- first\n- second", "'- first\n- second"),
            ("'=1", "''=1"),
            ("'quoted'", "'quoted'"),
            ("1 = 1", "1 = 1"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), cell);
            assert_eq!(unguarded(cell), text);
        }
        assert_eq!(unguarded("=1"), "=1", "a file that nobody guarded");
    }

    proptest! {
        #[test]
        fn no_cell_is_a_formula_and_every_text_comes_back(text in "['=+@a -]{0,6}|.*") {
            let cell = guarded(&text);
            prop_assert!(!cell.starts_with(MARKS));
            prop_assert_eq!(unguarded(&cell), text);
        }
    }
}
