//! Texts of several lines.

/// What a KPI measures; may be empty.
pub(crate) type Description = Text<2_000>;

/// A note on a number, or the reason for having none; may be empty.
pub(crate) type Comment = Text<1_000>;

/// A text without space around it, at most `MAX` characters long. It may have several lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text<const MAX: usize>(String);

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TextError {
    /// The text has too many characters.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// The text is empty or has only white space.
    #[error("must not be empty")]
    Empty,
    /// The text has control characters other than line breaks and tabs, for example NUL.
    #[error("must not contain control characters")]
    Control,
}

impl<const MAX: usize> Text<MAX> {
    /// Checks a text. Removes the space around it, and turns each line break into `\n`.
    pub(crate) fn new(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        // Stored texts have no `\r`, and lists read hundreds of them.
        let lines = if text.contains('\r') {
            text.replace("\r\n", "\n")
        } else {
            text.to_owned()
        };
        if lines.chars().nth(MAX).is_some() {
            return Err(TextError::TooLong(MAX));
        }
        if lines.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
            return Err(TextError::Control);
        }
        Ok(Self(lines))
    }

    /// A text from the database, whose constraints hold the rules.
    pub(crate) fn stored(text: String) -> Self {
        debug_assert!(Self::new(&text).is_ok());
        Self(text)
    }

    /// The text as it is shown.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A comment that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason(Comment);

impl Reason {
    /// Checks a reason.
    pub(crate) fn new(text: &str) -> Result<Self, TextError> {
        let comment = Comment::new(text)?;
        if comment.as_str().is_empty() {
            return Err(TextError::Empty);
        }
        Ok(Self(comment))
    }

    /// A reason from the database.
    pub(crate) fn stored(text: String) -> Self {
        Self(Comment::stored(text))
    }

    /// The reason as it is shown.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> Result<String, TextError> {
        Text::<5>::new(text).map(|text| text.as_str().to_owned())
    }

    #[test]
    fn a_text_is_counted_in_characters_without_the_space_around_it() {
        assert_eq!(kept("  ääääää"), Err(TextError::TooLong(5)));
        assert_eq!(kept(" \n äääää\u{a0}"), Ok("äääää".to_owned()));
        assert_eq!(kept(""), Ok(String::new()));
        assert_eq!(kept(&" ".repeat(1_000_000)), Ok(String::new()));
    }

    #[test]
    fn a_reason_says_something() {
        for nothing in ["", " \r\n\u{a0}"] {
            assert_eq!(Reason::new(nothing), Err(TextError::Empty));
        }
        assert_eq!(Reason::new(" closed ").unwrap().as_str(), "closed");
    }

    #[test]
    fn a_text_may_have_lines_and_no_other_control_characters() {
        assert_eq!(kept("a\r\nb\nc"), Ok("a\nb\nc".to_owned()));
        for wrong in ["a\0b", "a\u{7}", "a\rb", "a\u{1b}[b"] {
            assert_eq!(kept(wrong), Err(TextError::Control), "{wrong:?}");
        }
    }
}
