//! Parses numbers as people write them. `1'234.50`, `1.234,50` and `1,234.50` are the same number.
//! `1.234` is one of two numbers until the decimal sign is stated.

use std::str::FromStr;

/// The sign between the whole part of a number and its fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalSign {
    /// `1.5`
    Point,
    /// `1,5`
    Comma,
}

impl DecimalSign {
    fn sign(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    /// The sign that may group thousands.
    fn other(self) -> char {
        match self {
            Self::Point => ',',
            Self::Comma => '.',
        }
    }
}

impl FromStr for DecimalSign {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "." => Ok(Self::Point),
            "," => Ok(Self::Comma),
            _ => Err("the decimal sign is `.` or `,`".to_owned()),
        }
    }
}

/// The result of reading a cell that should contain a number.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) enum ParsedNumber {
    /// A blank cell, which is not zero.
    #[default]
    Blank,
    /// One number, with either decimal sign.
    Exact(f64),
    /// Different numbers with a decimal point and with a decimal comma.
    Ambiguous {
        /// The number if `.` is the decimal sign.
        point: f64,
        /// The number if `,` is the decimal sign.
        comma: f64,
    },
    /// Not a number.
    NotANumber,
}

/// Marks that may group thousands with either decimal sign: apostrophes, and plain, thin, no-break
/// and narrow no-break spaces.
const GROUPING: [char; 6] = ['\'', '’', ' ', '\u{2009}', '\u{a0}', '\u{202f}'];

/// Reads a number. Without a stated decimal sign, tries both.
pub(crate) fn read(text: &str, stated: Option<DecimalSign>) -> ParsedNumber {
    let text = text.trim();
    if text.is_empty() {
        return ParsedNumber::Blank;
    }
    if let Some(sign) = stated {
        return normalise(text, sign).map_or(ParsedNumber::NotANumber, |digits| exact(&digits));
    }
    match (
        normalise(text, DecimalSign::Point),
        normalise(text, DecimalSign::Comma),
    ) {
        (None, None) => ParsedNumber::NotANumber,
        (Some(digits), None) | (None, Some(digits)) => exact(&digits),
        (Some(point), Some(comma)) if point == comma => exact(&point),
        (Some(point), Some(comma)) => match (number(&point), number(&comma)) {
            (Some(point), Some(comma)) => ParsedNumber::Ambiguous { point, comma },
            _ => ParsedNumber::NotANumber,
        },
    }
}

/// The shortest unambiguous text for this number. It has all digits and no exponent.
pub(crate) fn written(number: f64) -> String {
    // Adding zero turns −0 into 0.
    let mut text = (number + 0.0).to_string();
    if let ParsedNumber::Ambiguous { .. } = read(&text, None) {
        // The point in `1.234` may group thousands; the point in `1.2340` may not.
        text.push('0');
    }
    text
}

fn exact(digits: &str) -> ParsedNumber {
    number(digits).map_or(ParsedNumber::NotANumber, ParsedNumber::Exact)
}

/// Adding zero turns −0 into 0. A number with too many digits, which would be infinite, is refused.
fn number(digits: &str) -> Option<f64> {
    let number = f64::from_str(digits).ok()? + 0.0;
    number.is_finite().then_some(number)
}

/// The digits without grouping, with a decimal point and an ASCII minus.
fn normalise(text: &str, sign: DecimalSign) -> Option<String> {
    let (minus, unsigned) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = match unsigned.split_once(sign.sign()) {
        Some((whole, fraction)) if digits(fraction) => (whole, fraction),
        Some(_) => return None,
        None => (unsigned, ""),
    };
    let whole = match (whole, fraction) {
        ("", "") => return None,
        ("", _) => "0".to_owned(),
        _ => without_grouping(whole, sign.other())?,
    };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{minus}{whole}{point}{fraction}"))
}

/// The digits, if their thousands are grouped by one mark or not at all. A number that begins with
/// zero is not grouped: `0.123` means no thousands.
fn without_grouping(whole: &str, other_sign: char) -> Option<String> {
    let Some(mark) = whole.chars().find(|mark| !mark.is_ascii_digit()) else {
        return Some(whole.to_owned());
    };
    if mark != other_sign && !GROUPING.contains(&mark) {
        return None;
    }
    let (first, rest) = whole.split_once(mark)?;
    let well_begun = digits(first) && first.len() <= 3 && !first.starts_with('0');
    let well_grouped = rest
        .split(mark)
        .all(|group| digits(group) && group.len() == 3);
    (well_begun && well_grouped).then(|| whole.replace(mark, ""))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn three_ways_of_writing_are_one_number() {
        for text in [
            "1'234.50",
            "1’234.50",
            "1.234,50",
            "1,234.50",
            "1 234,50",
            "1\u{a0}234,50",
            "1\u{202f}234.50",
            "1234.5",
            " 1234,5 ",
            "+1234.5",
        ] {
            assert_eq!(read(text, None), ParsedNumber::Exact(1234.5), "{text}");
        }
        assert_eq!(read("-1'234.5", None), ParsedNumber::Exact(-1234.5));
        assert_eq!(read("\u{2212}1.234,5", None), ParsedNumber::Exact(-1234.5));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_ambiguous_until_the_sign_is_stated() {
        let two = ParsedNumber::Ambiguous {
            point: 1.234,
            comma: 1234.0,
        };
        assert_eq!(read("1.234", None), two);
        assert_eq!(
            read("1,234", None),
            ParsedNumber::Ambiguous {
                point: 1234.0,
                comma: 1.234,
            }
        );
        let point = Some(DecimalSign::Point);
        let comma = Some(DecimalSign::Comma);
        assert_eq!(read("1.234", point), ParsedNumber::Exact(1.234));
        assert_eq!(read("1.234", comma), ParsedNumber::Exact(1234.0));
        assert_eq!(read("1,234", point), ParsedNumber::Exact(1234.0));
        assert_eq!(read("1,234", comma), ParsedNumber::Exact(1.234));
    }

    #[test]
    fn more_digits_than_a_number_can_have_are_no_number() {
        assert_eq!(read(&"9".repeat(400), None), ParsedNumber::NotANumber);
    }

    #[test]
    fn one_possible_reading_is_enough() {
        for (text, number) in [
            ("2.04", 2.04),
            ("2,04", 2.04),
            ("0.125", 0.125),
            ("0,125", 0.125),
            (".125", 0.125),
            ("1.234.567", 1_234_567.0),
            ("1234.567", 1234.567),
            ("1'234.567", 1234.567),
            ("1'234'567", 1_234_567.0),
            ("1,234.567", 1234.567),
            ("007", 7.0),
        ] {
            assert_eq!(read(text, None), ParsedNumber::Exact(number), "{text}");
        }
    }

    #[test]
    fn a_blank_is_not_zero_and_zero_has_no_sign() {
        assert_eq!(read("", None), ParsedNumber::Blank);
        assert_eq!(read(" \u{a0}\t", None), ParsedNumber::Blank);
        for text in ["0", "-0", "0,0", "0.000"] {
            let ParsedNumber::Exact(zero) = read(text, None) else {
                panic!("{text} is a number");
            };
            assert_eq!(zero.to_bits(), 0.0_f64.to_bits(), "{text}");
        }
    }

    #[test]
    fn careless_grouping_is_no_number() {
        for text in [
            "1'23",
            "12'34'567",
            "1'234’567",
            "1'234 567",
            "'234",
            "1''234",
            "1'2345",
            "0'123",
            "1.23.456",
            "1,234,56",
            "1.234.5",
            "1.2,3.4",
            "1,2,3",
        ] {
            assert_eq!(read(text, None), ParsedNumber::NotANumber, "{text}");
        }
        let comma = Some(DecimalSign::Comma);
        assert_eq!(read("1,234.50", comma), ParsedNumber::NotANumber);
        assert_eq!(read("2.04", comma), ParsedNumber::NotANumber);
        assert_eq!(read("0.123", comma), ParsedNumber::NotANumber);
    }

    #[test]
    fn words_and_other_notations_are_no_numbers() {
        for text in [
            "n/a", "-", "+", ".", ",", "5.", "5-", "(5)", "1e5", "1.2E+06", "NaN", "inf", "0x10",
            "35%", "CHF 5", "--5", "- 5", "٣", "1_000",
        ] {
            assert_eq!(read(text, None), ParsedNumber::NotANumber, "{text}");
        }
    }

    #[test]
    fn a_number_is_written_so_that_it_reads_one_way() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (-46.5, "-46.5"),
            (1.234, "1.2340"),
            (-123.456, "-123.4560"),
            (0.123, "0.123"),
            (1234.567, "1234.567"),
            (1_234_567.0, "1234567"),
            (1e15, "1000000000000000"),
            (1e-7, "0.0000001"),
        ] {
            assert_eq!(written(number), text);
        }
    }

    /// Every finite number from -10^15 to 10^15, and numbers that people write.
    fn kept() -> impl Strategy<Value = f64> {
        use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
        prop_oneof![
            (POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO)
                .prop_filter("within bounds", |number| number.abs() <= 1e15),
            -1e15..=1e15,
            (-1_000_000_i32..1_000_000, 0_i32..6)
                .prop_map(|(digits, places)| f64::from(digits) / 10_f64.powi(places)),
        ]
    }

    fn grouped(whole: u64, mark: &str) -> String {
        let digits = whole.to_string();
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push_str(mark);
            }
            grouped.push(digit);
        }
        grouped
    }

    fn format() -> impl Strategy<Value = (&'static str, char)> {
        prop_oneof![
            prop_oneof![
                Just(""),
                Just("'"),
                Just("’"),
                Just(" "),
                Just("\u{a0}"),
                Just("\u{202f}"),
                Just("\u{2009}"),
            ]
            .prop_flat_map(|mark| (Just(mark), prop_oneof![Just('.'), Just(',')])),
            Just((".", ',')),
            Just((",", '.')),
        ]
    }

    proptest! {
        #[test]
        fn a_written_number_is_read_back_to_the_last_bit(number in kept()) {
            let text = written(number);
            let ParsedNumber::Exact(read_back) = read(&text, None) else {
                return Err(TestCaseError::fail(text));
            };
            prop_assert_eq!(read_back.to_bits(), (number + 0.0).to_bits());
        }

        #[test]
        fn a_formatted_number_comes_back_or_is_called_ambiguous(
            (mark, sign) in format(),
            whole in prop_oneof![0_u64..10_000, 0_u64..1_000_000_000_000],
            fraction in "[0-9]{0,5}",
            minus in prop_oneof![Just(""), Just("-"), Just("\u{2212}")],
        ) {
            let point = if fraction.is_empty() { "" } else { "." };
            let ascii_minus = if minus.is_empty() { "" } else { "-" };
            let plain: f64 = format!("{ascii_minus}{whole}{point}{fraction}").parse().unwrap();
            let meant = plain + 0.0;
            let sign_shown = if fraction.is_empty() { String::new() } else { sign.to_string() };
            let text = format!("{minus}{}{sign_shown}{fraction}", grouped(whole, mark));

            match read(&text, None) {
                exact @ ParsedNumber::Exact(_) => prop_assert_eq!(exact, ParsedNumber::Exact(meant), "{}", text),
                ParsedNumber::Ambiguous { point, comma } => {
                    prop_assert!([point, comma].contains(&meant), "{}", text);
                }
                other => prop_assert!(false, "{} was read as {:?}", text, other),
            }
            let stated = if sign == '.' { DecimalSign::Point } else { DecimalSign::Comma };
            prop_assert_eq!(read(&text, Some(stated)), ParsedNumber::Exact(meant), "{}", text);
        }

        #[test]
        fn stating_the_sign_never_gives_a_third_number(text in "[-+0-9.,' ]{1,12}") {
            let point = read(&text, Some(DecimalSign::Point));
            let comma = read(&text, Some(DecimalSign::Comma));
            match read(&text, None) {
                ParsedNumber::Exact(number) => {
                    let one = ParsedNumber::Exact(number);
                    prop_assert!(point == one || comma == one);
                    prop_assert!(point == one || point == ParsedNumber::NotANumber);
                    prop_assert!(comma == one || comma == ParsedNumber::NotANumber);
                }
                ParsedNumber::Ambiguous { point: with_point, comma: with_comma } => {
                    prop_assert_eq!(point, ParsedNumber::Exact(with_point));
                    prop_assert_eq!(comma, ParsedNumber::Exact(with_comma));
                }
                neither => {
                    prop_assert_eq!(point, neither);
                    prop_assert_eq!(comma, neither);
                }
            }
        }
    }
}
