//! The languages in which kreis speaks to people.

use std::str::FromStr;

/// A language of the web client and of mails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German, as written in Switzerland.
    German,
    /// French.
    French,
    /// Italian.
    Italian,
}

/// A text that names none of the languages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be one of en, de, fr and it")]
pub struct UnknownLanguage;

impl Language {
    /// Every language.
    pub const ALL: [Self; 4] = [Self::English, Self::German, Self::French, Self::Italian];

    /// Its tag (BCP 47), such as `de`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Italian => "it",
        }
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL
            .into_iter()
            .find(|language| language.tag() == tag)
            .ok_or(UnknownLanguage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_is_read_as_it_was_written() {
        for language in Language::ALL {
            assert_eq!(language.tag().parse(), Ok(language));
        }
        for unknown in ["", "DE", "de-CH", "es"] {
            assert_eq!(unknown.parse::<Language>(), Err(UnknownLanguage));
        }
    }
}
