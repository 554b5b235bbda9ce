//! Rules to compare and to check names and e-mails.
//!
//! Two names are the same if their keys are equal. The key is made in this order: NFC, each run of
//! white space becomes one space, trim, lower case, NFC. The server makes the key and not the
//! database, because the database would use its locale. A change of this rule needs a migration of
//! every key column.

use std::borrow::Cow;

use email_address::{EmailAddress, Options};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::confusables::{has_invisible, mixes_scripts};

/// The stored form of a name: NFC, trimmed, each run of white space as one space.
#[must_use]
pub fn normalise(text: &str) -> String {
    // A stored name is in NFC already, and one call may read hundreds.
    let normal = if is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect::<String>())
    };
    let mut normalise = String::with_capacity(normal.len());
    for word in normal.split_whitespace() {
        if !normalise.is_empty() {
            normalise.push(' ');
        }
        normalise.push_str(word);
    }
    normalise
}

/// The key that names are compared by. It is unique in the database.
#[must_use]
pub fn key(text: &str) -> String {
    normalise(text).to_lowercase().nfc().collect()
}

/// Why a name is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Only white space.
    #[error("must not be empty")]
    Empty,
    /// More characters than the rule allows.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// Control characters, including NUL.
    #[error("must not contain control characters")]
    Control,
    /// Invisible characters, or characters that change the text direction.
    #[error("must not contain invisible characters")]
    Invisible,
    /// Letters of several scripts that look like each other.
    #[error("must not mix scripts, such as Latin and Cyrillic letters")]
    MixedScripts,
}

/// A name in its stored form: not empty, without control characters, with at most `most`
/// characters.
pub fn name(text: &str, most: usize) -> Result<String, NameError> {
    // Checked first, so that nothing is built from a text of any length.
    if text.len() > most.saturating_mul(16) + 64 {
        return Err(NameError::TooLong(most));
    }
    let normalise = normalise(text);
    if normalise.is_empty() {
        return Err(NameError::Empty);
    }
    if normalise.chars().any(char::is_control) {
        return Err(NameError::Control);
    }
    if normalise.chars().count() > most {
        return Err(NameError::TooLong(most));
    }
    Ok(normalise)
}

/// A name without invisible characters.
pub fn parse_visible_name(text: &str, most: usize) -> Result<String, NameError> {
    let name = name(text, most)?;
    if has_invisible(&name) {
        return Err(NameError::Invisible);
    }
    Ok(name)
}

/// The name of a person. It cannot look like another name: all its characters are visible, and they
/// are of one script, or of scripts that are written together.
pub fn parse_person_name(text: &str, most: usize) -> Result<String, NameError> {
    let name = parse_visible_name(text, most)?;
    if mixes_scripts(&name) {
        return Err(NameError::MixedScripts);
    }
    Ok(name)
}

/// Why an e-mail is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Not an address, or too long.
    #[error("must be an e-mail of at most 254 characters, such as name@example.org")]
    Shape,
    /// The address can look like another one.
    #[error("must not mix scripts or contain invisible characters")]
    Confusable,
}

/// An e-mail in its stored form. Only its shape is checked. Whether it reaches a person shows when
/// it is used.
pub fn parse_email(text: &str) -> Result<String, EmailError> {
    let email = name(text, 254).map_err(|_| EmailError::Shape)?;
    let parts: Vec<&str> = email.split(['@', '.']).collect();
    // The name before the `@` may use another script than the domain.
    let clear = |part: &&str| !has_invisible(part) && !mixes_scripts(part);
    if !parts.iter().all(clear) {
        return Err(EmailError::Confusable);
    }
    // RFC 5321 allows more, such as quoted names, in which an `@` does not end the name.
    let options = Options::default()
        .without_display_text()
        .without_domain_literal();
    let known = EmailAddress::parse_with_options(&email, options).is_ok();
    if !known || email.contains(['"', ' ']) {
        return Err(EmailError::Shape);
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
        assert_eq!(name(" \u{a0}\t", 10), Err(NameError::Empty));
        assert_eq!(name(&"x".repeat(11), 10), Err(NameError::TooLong(10)));
        assert_eq!(
            name(&"x".repeat(1_000_000), 10),
            Err(NameError::TooLong(10))
        );
        assert_eq!(name("a\0b", 10), Err(NameError::Control));
        assert_eq!(name(&"ä".repeat(10), 10), Ok("ä".repeat(10)));
        assert_eq!(name("A\u{308}rzte", 5), Ok("Ärzte".to_owned()));
    }

    #[test]
    fn an_email_has_two_parts_and_no_space() {
        assert_eq!(
            parse_email(" Anna@Example.org "),
            Ok("Anna@Example.org".to_owned())
        );
        for right in [
            "a@b",
            "anna.k+kreis@mail.example.org",
            "анна@example.org",
            "zoë@müller.ch",
        ] {
            assert_eq!(parse_email(right), Ok(right.to_owned()));
        }
        for wrong in [
            "",
            "anna",
            "@example.org",
            "anna@",
            "an na@example.org",
            "a@b@c.org",
            "\"a@b\"@c.org",
            "Anna <anna@example.org>",
            "anna@example.org,ben@example.org",
            "anna..k@example.org",
            "anna@[127.0.0.1]",
            "anna@example..org",
        ] {
            assert_eq!(parse_email(wrong), Err(EmailError::Shape), "{wrong}");
        }
    }

    #[test]
    fn an_email_that_looks_like_another_is_refused() {
        for wrong in [
            "аnna@example.org",
            "anna@exаmple.org",
            "an\u{200b}na@example.org",
            "anna@example\u{202e}.org",
        ] {
            assert_eq!(parse_email(wrong), Err(EmailError::Confusable), "{wrong}");
        }
    }

    #[test]
    fn a_person_does_not_look_like_another() {
        assert_eq!(
            parse_person_name(" Zoë  Müller ", 100),
            Ok("Zoë Müller".to_owned())
        );
        assert_eq!(
            parse_person_name("Zoë Müllеr", 100),
            Err(NameError::MixedScripts)
        );
        assert_eq!(
            parse_person_name("Zoë\u{200b} Müller", 100),
            Err(NameError::Invisible)
        );
        assert_eq!(parse_visible_name("β-Team", 100), Ok("β-Team".to_owned()));
        assert_eq!(
            parse_visible_name("\u{202e}maeT", 100),
            Err(NameError::Invisible)
        );
    }

    proptest! {
        #[test]
        fn a_name_is_kept_in_nfc_with_single_spaces(text in any::<String>()) {
            let normal: String = text.nfc().collect();
            let words: Vec<&str> = normal.split_whitespace().collect();
            prop_assert_eq!(normalise(&text), words.join(" "));
        }

        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            prop_assert_eq!(key(&key(&text)), key(&text));
            prop_assert_eq!(normalise(&normalise(&text)), normalise(&text));
        }

        #[test]
        fn space_around_and_between_words_makes_no_difference(words in proptest::collection::vec("[a-zäöüÄ]{1,8}", 1..5)) {
            let plain = words.join(" ");
            let spaced = format!(" \u{a0}{}\t", words.join("  \u{2009}"));
            prop_assert_eq!(key(&plain), key(&spaced));
        }
    }
}
