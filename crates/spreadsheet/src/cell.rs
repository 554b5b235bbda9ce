//! A cell as the file has it.

/// The content of a cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Blank,
    /// Text. A file of text has only such cells.
    Text(String),
    /// A number.
    Number {
        /// The number that the file stores, with at most 15 significant digits, as spreadsheet
        /// programs show it.
        value: f64,
        /// Whether the cell shows it as a percentage: 0.0204 as 2.04 %.
        percent: bool,
    },
    /// A day.
    Date {
        /// Such as 2026.
        year: u16,
        /// From 1 to 12.
        month: u8,
        /// From 1 to 31.
        day: u8,
    },
    /// True or false.
    Truth(bool),
    /// An error such as `#DIV/0!`, or a formula whose result the file does not have.
    Error(String),
}

impl Cell {
    /// A number as a spreadsheet program shows it: with 15 significant digits. `0.1 + 0.2`, stored
    /// as 0.30000000000000004, is 0.3.
    pub(crate) fn number(value: f64, percent: bool) -> Self {
        let rounded = format!("{value:.14e}").parse().unwrap_or(value);
        Self::Number {
            value: rounded,
            percent,
        }
    }

    /// The day of a text such as `2026-03-31` or `2026-03-31T00:00:00`.
    pub(crate) fn iso_date(text: &str) -> Self {
        let day = text.split('T').next().unwrap_or_default();
        let mut parts = day.split('-');
        let mut next = || parts.next().and_then(|part| part.parse::<u16>().ok());
        let date = next().zip(next()).zip(next());
        match date {
            Some(((year, month @ 1..=12), day @ 1..=31)) => Self::Date {
                year,
                month: month.to_le_bytes()[0],
                day: day.to_le_bytes()[0],
            },
            _ => Self::Text(text.to_owned()),
        }
    }

    /// A time or a duration, which is no day.
    pub(crate) fn time() -> Self {
        Self::Error("a time without a day".to_owned())
    }

    /// A formula whose result the program that wrote the file did not store.
    pub(crate) fn without_result() -> Self {
        Self::Error("a formula without its result".to_owned())
    }

    /// Whether the cell is blank, or holds only white space.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Blank => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_digits_that_a_spreadsheet_program_shows() {
        for (stored, shown) in [
            (0.1 + 0.2, 0.3),
            (7.000_000_000_000_001, 7.0),
            (4.35 * 100.0, 435.0),
            (0.0204, 0.0204),
            (-1e15, -1e15),
        ] {
            let Cell::Number { value, .. } = Cell::number(stored, false) else {
                panic!("a number");
            };
            assert!(
                (value - shown).abs() < f64::EPSILON * shown.abs(),
                "{value}"
            );
            assert_eq!(value.to_string(), shown.to_string());
        }
    }
}
