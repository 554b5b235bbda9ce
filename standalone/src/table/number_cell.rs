//! Cells with numbers, which may be percentages.

use super::number::{self, DecimalSign, ParsedNumber};

/// A number and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct NumberCell {
    /// The number. Of a percentage, the number before the sign: 2.04 for `2,04%`.
    pub(crate) number: ParsedNumber,
    /// Whether it is written as a percentage.
    pub(crate) percent: bool,
}

impl NumberCell {
    /// Reads a number, with or without a percent sign after it.
    pub(crate) fn read(text: &str, stated: Option<DecimalSign>) -> Self {
        let without_sign = text.trim_end().strip_suffix('%');
        match without_sign.map(|number| number::read(number, stated)) {
            // A percent sign alone is no number.
            Some(ParsedNumber::Blank) => Self {
                number: ParsedNumber::NotANumber,
                percent: true,
            },
            Some(number) => Self {
                number,
                percent: true,
            },
            None => Self {
                number: number::read(text, stated),
                percent: false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_is_no_part_of_the_number() {
        for text in ["2.04%", "2,04 %", " 2,04\u{a0}% ", "2,04\u{202f}%"] {
            let cell = NumberCell::read(text, None);
            assert!(cell.percent, "{text}");
            assert_eq!(cell.number, ParsedNumber::Exact(2.04), "{text}");
        }
        for text in ["%", "2%%", "%2"] {
            let number = NumberCell::read(text, None).number;
            assert_eq!(number, ParsedNumber::NotANumber, "{text}");
        }
        assert_eq!(NumberCell::read("", None), NumberCell::default());
    }
}
