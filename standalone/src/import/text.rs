//! Free text of the file, and how messages show it.

use std::fmt;

/// A text that is not empty, without outer space. It may have several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text(String);

/// Why a text is refused, in the server's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum TextError {
    #[error("must have at most {0} characters")]
    TooLong(usize),
    #[error("must not contain control characters")]
    Control,
}

impl Text {
    /// Reads a cell; absent for a blank cell.
    pub(super) fn read(cell: &str, most: usize) -> Result<Option<Self>, TextError> {
        let text = cell.trim();
        if text.chars().nth(most).is_some() {
            return Err(TextError::TooLong(most));
        }
        if text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
            return Err(TextError::Control);
        }
        Ok((!text.is_empty()).then(|| Self(text.to_owned())))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&quoted(&self.0))
    }
}

/// A text for a message: in quotation marks, and shortened if it is long.
pub(super) fn quoted(text: &str) -> String {
    const MAX_SHOWN: usize = 60;
    if text.is_empty() {
        return "a blank".to_owned();
    }
    let clean = |character: char| {
        if character.is_control() {
            '�'
        } else {
            character
        }
    };
    let mut short: String = text.chars().take(MAX_SHOWN).map(clean).collect();
    if text.chars().nth(MAX_SHOWN).is_some() {
        short.push('…');
    }
    format!("`{short}`")
}
