//! How names and e-mails are compared.
//!
//! Two names are the same when their keys are: NFC, every run of white space
//! one space, trimmed, lower case, NFC. It is done here and never by the
//! database, whose locale would have a say. A change of this rule is a
//! migration of every key column.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The name as it is kept: NFC, trimmed, every run of white space one space.
#[must_use]
pub fn tidy(text: &str) -> String {
    // What was kept already is so, and is read by the hundred.
    let normal = if is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect::<String>())
    };
    let mut tidy = String::with_capacity(normal.len());
    for word in normal.split_whitespace() {
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.push_str(word);
    }
    tidy
}

/// The key that is compared and unique.
#[must_use]
pub fn key(text: &str) -> String {
    tidy(text).to_lowercase().nfc().collect()
}

/// Why a name is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// More characters than the rule allows.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// Control characters, NUL among them.
    #[error("must not contain control characters")]
    Control,
}

/// A name for people: tidy, not empty, without control characters, at most so
/// many characters.
pub fn name(text: &str, most: usize) -> Result<String, NameFault> {
    // Measured before anything is built from a text of any length.
    if text.len() > most.saturating_mul(16) + 64 {
        return Err(NameFault::TooLong(most));
    }
    let tidy = tidy(text);
    if tidy.is_empty() {
        return Err(NameFault::Empty);
    }
    if tidy.chars().any(char::is_control) {
        return Err(NameFault::Control);
    }
    if tidy.chars().count() > most {
        return Err(NameFault::TooLong(most));
    }
    Ok(tidy)
}

/// Why an e-mail is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be an e-mail of at most 254 characters, such as name@example.org")]
pub struct EmailFault;

/// An e-mail as it is kept. Only its shape is checked: whether it reaches
/// somebody shows when it is used.
pub fn email(text: &str) -> Result<String, EmailFault> {
    let email = name(text, 254).map_err(|_| EmailFault)?;
    let (local, domain) = email.rsplit_once('@').ok_or(EmailFault)?;
    if local.is_empty() || domain.is_empty() || email.contains(' ') {
        return Err(EmailFault);
    }
    Ok(email)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_and_outer_space_do_not_make_another_name() {
        assert_eq!(key("  ÄRZTE\u{a0}Netz "), key("ärzte netz"));
        assert_eq!(key("A\u{308}rzte"), key("Ärzte"));
        assert_ne!(key("Arzte"), key("Ärzte"));
    }

    #[test]
    fn an_empty_a_long_and_a_broken_name_are_refused() {
        assert_eq!(name(" \u{a0}\t", 10), Err(NameFault::Empty));
        assert_eq!(name(&"x".repeat(11), 10), Err(NameFault::TooLong(10)));
        assert_eq!(
            name(&"x".repeat(1_000_000), 10),
            Err(NameFault::TooLong(10))
        );
        assert_eq!(name("a\0b", 10), Err(NameFault::Control));
        assert_eq!(name(&"ä".repeat(10), 10), Ok("ä".repeat(10)));
        assert_eq!(name("A\u{308}rzte", 5), Ok("Ärzte".to_owned()));
    }

    #[test]
    fn an_email_has_two_parts_and_no_space() {
        assert_eq!(
            email(" Anna@Example.org "),
            Ok("Anna@Example.org".to_owned())
        );
        for wrong in ["", "anna", "@example.org", "anna@", "an na@example.org"] {
            assert_eq!(email(wrong), Err(EmailFault), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_kept_in_nfc_with_single_spaces(text in any::<String>()) {
            let normal: String = text.nfc().collect();
            let words: Vec<&str> = normal.split_whitespace().collect();
            prop_assert_eq!(tidy(&text), words.join(" "));
        }

        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            prop_assert_eq!(key(&key(&text)), key(&text));
            prop_assert_eq!(tidy(&tidy(&text)), tidy(&text));
        }

        #[test]
        fn space_around_and_between_words_makes_no_difference(words in proptest::collection::vec("[a-zäöüÄ]{1,8}", 1..5)) {
            let plain = words.join(" ");
            let spaced = format!(" \u{a0}{}\t", words.join("  \u{2009}"));
            prop_assert_eq!(key(&plain), key(&spaced));
        }
    }
}
