//! The definition of a KPI, in the words of the table.

use std::fmt;

use kreis_service::names;

/// How often a KPI has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Periodicity {
    Monthly,
    Quarterly,
    Yearly,
}

impl Periodicity {
    /// The accepted words; the help of `kreis import` lists them.
    pub(crate) const WORDS: [(&str, Self); 6] = [
        ("month", Self::Monthly),
        ("monthly", Self::Monthly),
        ("quarter", Self::Quarterly),
        ("quarterly", Self::Quarterly),
        ("year", Self::Yearly),
        ("yearly", Self::Yearly),
    ];

    /// Parses one of the words.
    pub(crate) fn read(text: &str) -> Option<Self> {
        meaning(&Self::WORDS, text)
    }

    fn length(self) -> i32 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::Yearly => 12,
        }
    }

    /// Whether a month of the calendar ends a period.
    pub(crate) fn ends_in(self, month: i32) -> bool {
        month % self.length() == 0
    }

    /// The months that end a period, for people.
    pub(crate) fn months(self) -> &'static str {
        match self {
            Self::Monthly => "every month",
            Self::Quarterly => "the months 3, 6, 9 and 12",
            Self::Yearly => "the month 12",
        }
    }

    /// The first month of a period.
    pub(crate) fn first_month(self, period: Period) -> Period {
        Period {
            year: period.year,
            month: period.month - self.length() + 1,
        }
    }
}

impl fmt::Display for Periodicity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Yearly => "yearly",
        })
    }
}

/// The unit of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Swiss francs.
    Chf,
    /// Percent: 46 % is the number 46.
    Percentage,
    /// A count or quantity.
    Amount,
    /// Points on a scale.
    Score,
}

impl Unit {
    /// The accepted words; the help of `kreis import` lists them.
    pub(crate) const WORDS: [(&str, Self); 5] = [
        ("chf", Self::Chf),
        ("percentage", Self::Percentage),
        ("%", Self::Percentage),
        ("amount", Self::Amount),
        ("score", Self::Score),
    ];

    /// Parses one of the words.
    pub(crate) fn read(text: &str) -> Option<Self> {
        meaning(&Self::WORDS, text)
    }

    /// The units in a sentence: `chf, percentage, amount or score`.
    pub(crate) fn list() -> String {
        let names = Self::WORDS
            .iter()
            .filter(|(word, unit)| unit.name() == *word);
        let mut names: Vec<&str> = names.map(|(word, _)| *word).collect();
        let last = names.pop().unwrap_or_default();
        format!("{} or {last}", names.join(", "))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Chf => "chf",
            Self::Percentage => "percentage",
            Self::Amount => "amount",
            Self::Score => "score",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Minimum and maximum of values, both included; absent for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Limits {
    pub(crate) minimum: Option<f64>,
    pub(crate) maximum: Option<f64>,
}

impl Limits {
    pub(crate) fn allow(self, value: f64) -> bool {
        self.minimum.is_none_or(|minimum| minimum <= value)
            && self.maximum.is_none_or(|maximum| value <= maximum)
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.minimum, self.maximum) {
            (Some(minimum), Some(maximum)) => write!(formatter, "from {minimum} to {maximum}"),
            (Some(minimum), None) => write!(formatter, "from {minimum}"),
            (None, Some(maximum)) => write!(formatter, "up to {maximum}"),
            (None, None) => formatter.write_str("without limits"),
        }
    }
}

/// Initial value and target value of a KPI.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Target {
    pub(crate) initial: f64,
    pub(crate) target: f64,
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} to {}", self.initial, self.target)
    }
}

/// A month, quarter or year, named by its last month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Period {
    pub(crate) year: i32,
    pub(crate) month: i32,
}

impl fmt::Display for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{:02}", self.year, self.month)
    }
}

/// Content of a period that is not blank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Content {
    Number(f64),
    /// The period is marked "nothing to report".
    Nothing,
}

impl fmt::Display for Content {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(formatter),
            Self::Nothing => formatter.write_str("nothing to report"),
        }
    }
}

/// The words for a yes-or-no cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum YesOrNo {
    Yes,
    No,
}

impl YesOrNo {
    /// The accepted words; the help of `kreis import` lists them.
    pub(crate) const WORDS: [(&str, Self); 2] = [("yes", Self::Yes), ("no", Self::No)];

    /// Parses one of the words.
    pub(crate) fn read(text: &str) -> Option<Self> {
        meaning(&Self::WORDS, text)
    }
}

impl From<bool> for YesOrNo {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

impl fmt::Display for YesOrNo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Yes => "yes",
            Self::No => "no",
        })
    }
}

/// The meaning of a word, in upper or lower case.
fn meaning<T: Copy>(words: &[(&str, T)], text: &str) -> Option<T> {
    let key = names::key(text);
    let known = words.iter().find(|(word, _)| *word == key);
    known.map(|(_, meaning)| *meaning)
}

/// A name or an e-mail, with the key that it is compared by.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) key: String,
}

impl Name {
    pub(crate) fn read(text: &str, longest: usize) -> Result<Self, names::NameError> {
        names::name(text, longest).map(Self::kept)
    }

    /// A name that the server has stored.
    pub(crate) fn kept(text: String) -> Self {
        let key = names::key(&text);
        Self { text, key }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_lists_each_unit_once() {
        assert_eq!(Unit::list(), "chf, percentage, amount or score");
    }

    #[test]
    fn a_quarter_and_a_year_are_named_by_their_last_month() {
        let march = Period {
            year: 2024,
            month: 3,
        };
        assert!(Periodicity::Quarterly.ends_in(3));
        assert!(!Periodicity::Quarterly.ends_in(2));
        assert!(!Periodicity::Yearly.ends_in(6));
        assert_eq!(Periodicity::Quarterly.first_month(march).month, 1);
        assert_eq!(Periodicity::Monthly.first_month(march), march);
    }
}
