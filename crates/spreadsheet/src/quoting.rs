//! Checks that the quotation marks of a file are in valid positions.
//!
//! An unclosed mark makes one long cell of all rows up to the next mark. So a cell may have several
//! lines only if every mark in the file opens a cell, closes one, or is doubled.

/// Position within a cell.
#[derive(Clone, Copy)]
enum State {
    CellBegins,
    Unquoted,
    Quoted,
    /// After a mark that closes the cell, unless another mark follows.
    Closed,
}

/// Whether every quotation mark follows RFC 4180. Line ends are `\n`.
pub(crate) fn is_strict(text: &str, delimiter: u8) -> bool {
    let mut state = State::CellBegins;
    for byte in text.bytes() {
        let ends_cell = byte == delimiter || byte == b'\n';
        state = match (state, byte) {
            (State::Quoted, b'"') => State::Closed,
            (State::CellBegins | State::Closed, b'"') | (State::Quoted, _) => State::Quoted,
            (State::Unquoted, b'"') => return false,
            _ if ends_cell => State::CellBegins,
            (State::Closed, _) => return false,
            (State::CellBegins | State::Unquoted, _) => State::Unquoted,
        };
    }
    !matches!(state, State::Quoted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_around_cells_and_doubled_ones_are_where_they_belong() {
        for text in [
            "",
            "a,b\nc,d\n",
            "\"a\",\"b\nc\"\n\"\",d",
            "\"say \"\"yes\"\"\",\"\"\"\"\n",
            "\"a;b\",\"c\"",
        ] {
            assert!(is_strict(text, b','), "{text}");
        }
    }

    #[test]
    fn an_open_mark_and_one_inside_of_a_cell_are_not() {
        for text in [
            "a,\"b\nc,d\n",
            "\"a\" ,b",
            "\"a\"b,c",
            "5\" pipe,b",
            " \"a\",b",
            "a,\"b\n\"c\",d\n",
            "\"a\";b",
        ] {
            assert!(!is_strict(text, b','), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_strictly_is_strict_until_a_mark_is_lost(
            rows in proptest::collection::vec(proptest::collection::vec("[a\",\n]{0,4}", 1..4), 1..4),
            lost in any::<proptest::sample::Index>(),
        ) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let lines: Vec<String> = rows
                .iter()
                .map(|cells| cells.iter().map(quoted).collect::<Vec<_>>().join(","))
                .collect();
            let text = lines.join("\n");
            prop_assert!(is_strict(&text, b','));

            let marks: Vec<usize> = text.match_indices('"').map(|(state, _)| state).collect();
            let mut broken = text.clone();
            broken.remove(*lost.get(&marks));
            prop_assert!(!is_strict(&broken, b','), "{}", broken);
        }
    }
}
