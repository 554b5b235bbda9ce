//! Protects text that a spreadsheet would run. A spreadsheet treats a cell that begins with one of
//! these marks as a formula, even if a stranger wrote it. An apostrophe in front keeps it text.
//! Reading the cell removes the apostrophe.

const FORMULA_STARTS: [char; 4] = ['=', '+', '-', '@'];

/// The cell of a text.
pub(crate) fn escape(text: &str) -> String {
    let apostrophe = if looks_escaped(text) || text.starts_with(FORMULA_STARTS) {
        "'"
    } else {
        ""
    };
    format!("{apostrophe}{text}")
}

/// The text of a cell.
pub(crate) fn unescape(cell: &str) -> &str {
    if looks_escaped(cell) {
        &cell[1..]
    } else {
        cell
    }
}

/// Whether apostrophes precede a mark. Such a text gets one more, so that removing one always
/// restores the original text.
fn looks_escaped(text: &str) -> bool {
    text.starts_with('\'') && text.trim_start_matches('\'').starts_with(FORMULA_STARTS)
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
            assert_eq!(escape(text), cell);
            assert_eq!(unescape(cell), text);
        }
        assert_eq!(unescape("=1"), "=1", "a file without apostrophes");
    }

    proptest! {
        #[test]
        fn no_cell_is_a_formula_and_every_text_comes_back(text in "['=+@a -]{0,6}|.*") {
            let cell = escape(&text);
            prop_assert!(!cell.starts_with(FORMULA_STARTS));
            prop_assert_eq!(unescape(&cell), text);
        }
    }
}
